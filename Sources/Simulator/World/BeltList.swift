/// What physically lies where: the independent truth a journal is compared with.
package struct BeltList: Equatable, Sendable {
    /// One carton.
    package struct Item: Equatable, Sendable {
        /// Which one.
        package let carton: CartonID
        /// How it came into the world.
        package let origin: CartonOrigin
        /// What is printed on it; `nil` for a blank one.
        package let print: PrintedCode?
        /// The serial number printed (AI 21); `nil` where there is none.
        package let serial: String?
        /// The GTIN printed (AI 01); `nil` where there is none.
        package let gtin: String?
    }

    /// A label as it can be read on the outside.
    package struct Label: Equatable, Sendable {
        /// 18 digits.
        package let sscc: String
        /// The count printed on it.
        package let count: Int
        /// Whether a scanner can read it.
        package let isReadable: Bool
    }

    /// One case.
    package struct CaseEntry: Equatable, Sendable {
        /// Which one.
        package let id: CaseID
        /// The label on top of each side, if any.
        package let sides: [Label?]
        /// Labels covered by others.
        package let covered: [Label]
        /// The label on top of the last side, if any.
        package var label: Label? { sides.last ?? nil }
        /// The cartons in it, in the order they fell in.
        package let items: [Item]
        /// Closed, by count or by hand.
        package let isShut: Bool
        /// Where it stands; `nil` before it is stacked, and in an outer container.
        package let pallet: PalletID?
        /// 0 for a case of cartons; the others hold what is of the tier below.
        package var tier = 0
        /// What lies in one of a higher tier, in the order it came.
        package var cases: [CaseID] = []
        /// What it lies in itself, but for a pallet.
        package var outer: CaseID?
    }

    /// One pallet.
    package struct PalletEntry: Equatable, Sendable {
        /// Which one.
        package let id: PalletID
        /// The label on top of each side, if any.
        package let sides: [Label?]
        /// Labels covered by others.
        package let covered: [Label]
        /// The label on top of the last side, if any.
        package var label: Label? { sides.last ?? nil }
        /// The cases on it, in the order stacked.
        package let cases: [CaseID]
        /// Full or closed by hand.
        package let isShut: Bool
        /// Taken away.
        package let hasLeft: Bool
    }

    /// Every case that holds something or is shut, in the order opened.
    package let cases: [CaseEntry]
    /// Every pallet that holds something or is shut, in the order begun.
    package let pallets: [PalletEntry]
    /// What lies in the reject bin.
    package let bin: [Item]
    /// What was taken away from the bin.
    package let emptied: [Item]
    /// What lies on the belt, downstream first.
    package let belt: [Item]
    /// What is between gate and bin.
    package let chute: [Item]
    /// Labels that found nothing to go on, in the order printed.
    package let heldLabels: [Label]
    /// Cartons still in the feeder.
    package let inFeeder: Int
    /// What lies on the packing table, in the order it came.
    package var table: [Item] = []
}

extension World {
    /// What physically lies where, now.
    package var beltList: BeltList {
        BeltList(
            cases: cases.filter { ($0.isShut || units(in: $0.id) > 0) && !$0.isDiscarded }.map(entry),
            pallets: pallets.filter { ($0.isShut || !$0.cases.isEmpty) && !$0.isDiscarded }.map(entry),
            bin: bin.map(item), emptied: emptied.map(item), belt: cartonsOnBelt.map { item($0.carton) },
            chute: chute.map { item($0.carton) }, heldLabels: heldLabels.map(label),
            inFeeder: cartonsInFeeder,
            table: table.map(item))
    }

    private func entry(_ container: PhysicalCase) -> BeltList.CaseEntry {
        BeltList.CaseEntry(
            id: container.id, sides: onTop(of: .inCase(container.id)).map { $0.map(label) },
            covered: covered(on: .inCase(container.id)), items: container.cartons.map(item),
            isShut: container.isShut, pallet: container.pallet, tier: container.tier, cases: container.cases,
            outer: container.outer)
    }

    private func entry(_ pallet: PhysicalPallet) -> BeltList.PalletEntry {
        BeltList.PalletEntry(
            id: pallet.id, sides: onTop(of: .pallet(pallet.id)).map { $0.map(label) },
            covered: covered(on: .pallet(pallet.id)), cases: pallet.cases, isShut: pallet.isShut,
            hasLeft: pallet.hasLeft)
    }

    private func onTop(of container: ContainerID) -> [Int?] {
        (0..<sides(of: container)).map { numberOnTop(of: container, side: $0) }
    }

    private func covered(on container: ContainerID) -> [BeltList.Label] {
        let seen = onTop(of: container)
        return labelsOn(container).filter { !seen.contains($0) }.map(label)
    }

    private func item(_ id: CartonID) -> BeltList.Item {
        let carton = cartons[id.number - 1]
        return BeltList.Item(
            carton: id, origin: carton.origin, print: carton.print,
            serial: carton.print?.value(of: layout.serialField, in: layout.codeFields),
            gtin: carton.print?.value(of: "01", in: layout.codeFields))
    }

    private func label(_ index: Int) -> BeltList.Label {
        BeltList.Label(
            sscc: labels[index].sscc, count: labels[index].count, isReadable: labels[index].isReadable)
    }

    /// The first thing found in no place, in two, or in another than it says; `nil` when all is well.
    ///
    /// Compares every carton's own place with the contents of belt, chute, bin and cases, every case with
    /// the pallets, and the count of cartons fed with the feeder.
    /// - Complexity: O(cartons), for tests.
    package var misplaced: String? {
        var found = [CartonPlace?](repeating: nil, count: cartons.count)
        let lying: [(CartonPlace, [CartonID])] =
            [
                (.belt, stretches.flatMap { $0 }), (.chute, chute.map(\.carton)), (.bin, bin),
                (.emptied, emptied), (.table, table),
            ]
            + cases.map { (.inCase($0.id), $0.cartons) }
        for (place, ids) in lying {
            for id in ids {
                if let other = found[id.number - 1] { return "\(id) is in \(other) and in \(place)" }
                found[id.number - 1] = place
            }
        }
        for carton in cartons where found[carton.id.number - 1] != carton.place {
            return "\(carton.id) says \(carton.place)"
        }
        return misplacedCase
    }

    private var misplacedCase: String? {
        var onPallet = [PalletID?](repeating: nil, count: cases.count)
        for pallet in pallets {
            for id in pallet.cases {
                if onPallet[id.number - 1] != nil { return "\(id) is on two pallets" }
                onPallet[id.number - 1] = pallet.id
            }
        }
        for container in cases where onPallet[container.id.number - 1] != container.pallet {
            return "\(container.id) is not on the pallet it says"
        }
        var inOuter = [CaseID?](repeating: nil, count: cases.count)
        for outer in cases {
            for id in outer.cases {
                if inOuter[id.number - 1] != nil { return "\(id) is in two containers" }
                inOuter[id.number - 1] = outer.id
            }
        }
        for container in cases {
            let outer = inOuter[container.id.number - 1]
            guard outer == container.outer, outer == nil || container.pallet == nil else {
                return "\(container.id) is not in the container it says"
            }
        }
        let onLine = cartons.count { $0.origin == .feeder }
        return onLine == tally.fed ? nil : "\(onLine) cartons, \(tally.fed) fed"
    }
}
