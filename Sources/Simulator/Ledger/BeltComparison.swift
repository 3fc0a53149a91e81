import LineCore

/// Where a journal and the belt list say different things.
///
/// For a line at the end of a batch: everything is in a case or in the bin, every case on a pallet. Each
/// difference names one item.
package struct BeltComparison: Equatable, Sendable {
    /// What is compared.
    package enum Topic: String, CaseIterable, Sendable {
        /// Every case, and every container that is no pallet, holds what its journal record lists.
        case cases
        /// Every pallet holds the cases its journal record lists.
        case pallets
        /// Every container carries a readable label with its SSCC and its real count, read back.
        case labels
        /// The commissioned serials are those in the cases, each on one carton.
        case commissioned
        /// No commissioned carton lies in the bin.
        case bin
        /// Nothing is left on the belt, in the chute, the feeder or an open container.
        case left
        /// No number was used twice, and nothing passed unverified.
        case numbers
    }

    /// Differences by topic; a topic without any has an empty list.
    package private(set) var differences: [Topic: [String]] = [:]
    private var cases: [CaseID: BeltList.CaseEntry] = [:]
    private let levels: [PackLevel]

    /// All differences together.
    package var count: Int { differences.values.reduce(0) { $0 + $1.count } }

    /// Compares.
    ///
    /// - Parameters:
    ///   - gtin: The trade item of the batch; cartons of others are foreign.
    ///   - levels: What cases, the tiers above them and pallets are to the journal, lowest first.
    package init(
        _ ledger: JournalLedger, _ belt: BeltList, gtin: String, levels: [PackLevel] = [.case, .pallet]
    ) {
        for entry in belt.cases { cases[entry.id] = entry }
        self.levels = levels
        for topic in Topic.allCases { differences[topic] = [] }
        compareCases(ledger, belt, gtin)
        comparePallets(ledger, belt)
        compareSerials(ledger, belt, gtin)
        for item in belt.belt + belt.chute + belt.table {
            note(.left, "\(item.carton) lies between the stations")
        }
        if belt.inFeeder > 0 { note(.left, "\(belt.inFeeder) cartons are in the feeder") }
        for contradiction in ledger.contradictions { note(.numbers, contradiction) }
    }

    private mutating func note(_ topic: Topic, _ difference: String) {
        differences[topic, default: []].append(difference)
    }

    // MARK: Containers

    private func units(in id: CaseID) -> Int {
        guard let entry = cases[id] else { return 0 }
        return entry.items.count + entry.cases.reduce(0) { $0 + units(in: $1) }
    }

    private func labels(of ids: [CaseID]) -> [String] {
        ids.map { cases[$0]?.label?.sscc ?? "\($0) without a label" }
    }

    private mutating func compareCases(_ ledger: JournalLedger, _ belt: BeltList, _ gtin: String) {
        var seen: Set<String> = []
        for entry in belt.cases {
            guard entry.isShut else {
                note(.left, "\(entry.id) is open with \(units(in: entry.id)) cartons")
                continue
            }
            guard let label = entry.label else {
                note(.labels, "\(entry.id) has no label")
                continue
            }
            seen.insert(label.sscc)
            compareLabel(label, entry.sides, entry.id.description, count: units(in: entry.id), ledger)
            let lying = entry.items.map { $0.gtin == gtin ? $0.serial ?? "blank" : "foreign \($0.carton)" }
            let container = ledger.containers[label.sscc]
            if let container, container.level != levels[entry.tier] {
                note(.cases, "\(entry.id) is a \(container.level.rawValue) to the journal")
            }
            compare(
                .cases, label.sscc, lying: lying + labels(of: entry.cases), listed: container?.children ?? [])
        }
        for level in levels.dropLast() {
            for (sscc, _) in ledger.containers(of: level) where !seen.contains(sscc) {
                note(.cases, "\(level.rawValue) \(sscc) is in the journal alone")
            }
        }
    }

    private mutating func comparePallets(_ ledger: JournalLedger, _ belt: BeltList) {
        var seen: Set<String> = []
        for entry in belt.pallets {
            guard entry.isShut else {
                note(.left, "\(entry.id) is open with \(entry.cases.count) cases")
                continue
            }
            guard let label = entry.label else {
                note(.labels, "\(entry.id) has no label")
                continue
            }
            seen.insert(label.sscc)
            let count = entry.cases.reduce(0) { $0 + units(in: $1) }
            compareLabel(label, entry.sides, entry.id.description, count: count, ledger)
            let lying = labels(of: entry.cases)
            compare(.pallets, label.sscc, lying: lying, listed: ledger.containers[label.sscc]?.children ?? [])
        }
        for entry in belt.cases where entry.isShut && entry.pallet == nil && entry.outer == nil {
            note(.left, "\(entry.id) is on no pallet")
        }
        for (sscc, _) in ledger.containers(of: levels[levels.count - 1]) where !seen.contains(sscc) {
            note(.pallets, "pallet \(sscc) is in the journal alone")
        }
    }

    private mutating func compareLabel(
        _ label: BeltList.Label, _ sides: [BeltList.Label?], _ name: String, count: Int,
        _ ledger: JournalLedger
    ) {
        for side in sides where side != label {
            note(.labels, "one side of \(name) carries \(side?.sscc ?? "no label")")
        }
        if !label.isReadable { note(.labels, "the label of \(name) cannot be read") }
        if label.count != count {
            note(.labels, "\(name) holds \(count) units, its label says \(label.count)")
        }
        if ledger.containers[label.sscc]?.labelCount != count {
            note(.labels, "the journal's last label of \(label.sscc) says another count than \(count)")
        }
        if ledger.containers[label.sscc]?.isClosed != true {
            note(.labels, "the label of \(label.sscc) was not read back")
        }
    }

    private mutating func compare(_ topic: Topic, _ sscc: String, lying: [String], listed: [String]) {
        var more: [String: Int] = [:]
        for item in lying { more[item, default: 0] += 1 }
        for item in listed { more[item, default: 0] -= 1 }
        for (item, count) in more.sorted(by: { $0.key < $1.key }) where count != 0 {
            note(
                topic,
                count > 0 ? "\(item) lies in \(sscc) unlisted" : "\(item) is listed in \(sscc) and not there")
        }
    }

    // MARK: Units

    private mutating func compareSerials(_ ledger: JournalLedger, _ belt: BeltList, _ gtin: String) {
        var inCases: [String: Int] = [:]
        for item in belt.cases.flatMap(\.items) where item.gtin == gtin {
            if let serial = item.serial { inCases[serial, default: 0] += 1 }
        }
        for serial in ledger.commissioned.sorted() where inCases[serial] != 1 {
            note(
                .commissioned,
                "\(serial) is commissioned and on \(inCases[serial, default: 0]) cartons in cases")
        }
        for serial in inCases.keys.sorted() where !ledger.commissioned.contains(serial) {
            note(.commissioned, "\(serial) is in a case and not commissioned")
        }
        for item in belt.bin + belt.emptied where item.gtin == gtin {
            // A copy of a commissioned carton may lie there: the original is in a case.
            guard let serial = item.serial, ledger.commissioned.contains(serial), inCases[serial] == nil
            else {
                continue
            }
            note(.bin, "\(serial) is commissioned and lies in the bin")
        }
    }
}
