import LineCore

/// What the journal says lies where: compared with the belt list, item by item.
package struct LineAccount {
    private let state: LineState

    /// The account of a state folded from a journal.
    package init(_ state: LineState) { self.state = state }

    /// Serials of a batch by state, counted one by one.
    func states(of batch: Batch) -> [Int] { state.recount(batch) }

    /// Every place where journal and belt list differ, in words; empty if they agree.
    package func differences(from list: BeltList) -> [String] {
        cases(list) + pallets(list) + rejected(list) + loose(list)
    }

    private func cases(_ list: BeltList) -> [String] {
        var found: [String] = []
        var expected = state.contents(of: .case)
        for entry in list.cases {
            let serials = Set(entry.items.compactMap(\.serial))
            guard let label = entry.label else {
                found.append("law 5: \(entry.id) holds \(entry.items.count) units and has no label")
                continue
            }
            guard let content = expected.removeValue(forKey: label.sscc) else {
                found.append(
                    "law 5: \(entry.id) carries \(label.sscc), which the journal does not know or has twice")
                continue
            }
            if Set(content) != serials || content.count != entry.items.count {
                found.append(
                    "law 5: \(label.sscc) holds \(serials.sorted()), the journal says \(content.sorted())")
            }
            if label.count != entry.items.count {
                found.append(
                    "law 5: the label of \(label.sscc) says \(label.count), it holds \(entry.items.count)")
            }
        }
        for sscc in expected.keys.sorted() {
            found.append("law 5: case \(sscc) is in the journal and nowhere else")
        }
        return found
    }

    private func pallets(_ list: BeltList) -> [String] {
        var found: [String] = []
        var expected = state.contents(of: .pallet)
        let labels = Dictionary(
            uniqueKeysWithValues: list.cases.map { ($0.id, $0.label?.sscc ?? "no label") })
        for entry in list.pallets {
            let cases = entry.cases.compactMap { labels[$0] }
            let sscc = entry.label?.sscc ?? "no label"
            guard let content = expected.removeValue(forKey: sscc) else {
                found.append(
                    "law 5: \(entry.id) carries \(sscc), which the journal does not know or has twice")
                continue
            }
            if content.sorted() != cases.sorted() {
                found.append("law 5: \(sscc) holds \(cases.sorted()), the journal says \(content.sorted())")
            }
        }
        for sscc in expected.keys.sorted() {
            found.append("law 5: pallet \(sscc) is in the journal and nowhere else")
        }
        return found
    }

    /// Nothing in the bin or thrown out of it counts as good product.
    private func rejected(_ list: BeltList) -> [String] {
        let good = state.serials(in: .commissioned)
        let packed = Set(list.cases.flatMap(\.items).compactMap(\.serial))
        return (list.bin + list.emptied + list.chute).compactMap { item in
            guard let serial = item.serial, item.origin == .feeder, good.contains(serial),
                !packed.contains(serial)
            else { return nil }
            return "law 4: \(item.carton) with serial \(serial) lies in the bin and is commissioned"
        }
    }

    /// Good product is in a case and nowhere else.
    private func loose(_ list: BeltList) -> [String] {
        let packed = Set(list.cases.flatMap(\.items).compactMap(\.serial))
        return state.serials(in: .commissioned).subtracting(packed).sorted()
            .map { "law 6: serial \($0) is commissioned and in no case" }
    }
}
