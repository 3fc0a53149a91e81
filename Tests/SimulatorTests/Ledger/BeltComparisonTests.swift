@testable import LineCore
import Testing

@testable import Simulator

/// A small true story of a batch, and each way in which belt and journal may part.
@Suite("Belt comparison")
struct BeltComparisonTests {
    private static let gtin = "04012345123456"
    private static let caseSSCC = "340123450000000018"
    private static let palletSSCC = "340123450000000100"

    private static var story: [LineRecord] {
        [
            .lineStarted(LineStarted(clean: true)), .unitSent(UnitSent(serials: ["A", "B", "C", "D"])),
            .unitVerified(UnitVerified(track: 1, serial: "A")),
            .unitVerified(UnitVerified(track: 2, serial: "B")),
            .unitRejected(UnitRejected(track: 3, reason: "no-read")),
            .unitsPassed(Tracks(tracks: [1, 2])), .rejectConfirmed(Tracks(tracks: [3])),
            .unitVerified(UnitVerified(track: 4, serial: "D")), .unitsCleared(Tracks(tracks: [4])),
            .collated(
                Collated(level: .case, sscc: caseSSCC, batch: "1", station: "case", children: ["A", "B"])),
            .labelSent(LabelSent(sscc: caseSSCC, copy: 1, count: 2)),
            .containerClosed(ContainerClosed(level: .case, sscc: caseSSCC)),
            .collated(
                Collated(
                    level: .pallet, sscc: palletSSCC, batch: "1", station: "pallet", children: [caseSSCC])),
            .labelSent(LabelSent(sscc: palletSSCC, copy: 1, count: 2)),
            .containerClosed(ContainerClosed(level: .pallet, sscc: palletSSCC)),
        ]
    }

    private static func item(_ number: Int, _ serial: String, gtin: String = gtin) -> BeltList.Item {
        BeltList.Item(
            carton: CartonID(number), origin: .feeder, print: nil, serial: serial, gtin: gtin)
    }

    private static func belt(
        inCase: [BeltList.Item] = [item(1, "A"), item(2, "B")],
        bin: [BeltList.Item] = [item(3, "C"), item(4, "D")], count: Int = 2, isReadable: Bool = true,
        isShut: Bool = true, onPallet: [CaseID] = [CaseID(1)], feeder: Int = 0, label: String = caseSSCC,
        otherSides: [BeltList.Label?] = []
    ) -> BeltList {
        BeltList(
            cases: [
                .init(
                    id: CaseID(1),
                    sides: otherSides + [.init(sscc: label, count: count, isReadable: isReadable)],
                    covered: [], items: inCase, isShut: isShut, pallet: onPallet.isEmpty ? nil : PalletID(1))
            ],
            pallets: [
                .init(
                    id: PalletID(1), sides: [.init(sscc: palletSSCC, count: 2, isReadable: true)],
                    covered: [], cases: onPallet, isShut: true, hasLeft: true)
            ],
            bin: bin, emptied: [], belt: [], chute: [], heldLabels: [], inFeeder: feeder)
    }

    private static func ledger(_ records: [LineRecord]) -> JournalLedger {
        var ledger = JournalLedger()
        for record in records { ledger.take(record) }
        return ledger
    }

    @Test("a journal that tells what lies there has no difference")
    func equal() {
        let ledger = Self.ledger(Self.story)
        #expect(BeltComparison(ledger, Self.belt(), gtin: Self.gtin).count == 0)
        #expect(ledger.commissioned == ["A", "B"] && ledger.rejected == 1 && ledger.confirmed == 1)
        #expect(ledger.cleared == 1 && ledger.starts == 1 && ledger.recoveries == 0)
    }

    @Test("a copy of a commissioned carton may lie in the bin")
    func copyInBin() {
        let belt = Self.belt(bin: [Self.item(3, "C"), Self.item(4, "A")])
        #expect(BeltComparison(Self.ledger(Self.story), belt, gtin: Self.gtin).count == 0)
    }

    @Test("each thing that lies elsewhere is a difference of its topic")
    func different() {
        let a = Self.item(1, "A")
        let b = Self.item(2, "B")
        let belts: [(BeltList, [BeltComparison.Topic: Int])] = [
            (Self.belt(inCase: [a], bin: [b]), [.cases: 1, .commissioned: 1, .bin: 1, .labels: 4]),
            (Self.belt(inCase: [a, b, Self.item(5, "C")]), [.cases: 1, .commissioned: 1, .labels: 4]),
            (Self.belt(inCase: [a, b, Self.item(5, "A")]), [.cases: 1, .commissioned: 1, .labels: 4]),
            (Self.belt(inCase: [a, b, Self.item(5, "F5", gtin: "1")]), [.cases: 1, .labels: 4]),
            (Self.belt(count: 3), [.labels: 1]), (Self.belt(isReadable: false), [.labels: 1]),
            (Self.belt(isShut: false), [.left: 1, .cases: 1]), (Self.belt(feeder: 2), [.left: 1]),
            (Self.belt(onPallet: []), [.pallets: 1, .left: 1, .labels: 2]),
            (Self.belt(label: "340123450000000025"), [.cases: 3, .labels: 2, .pallets: 2]),
            (Self.belt(otherSides: [.init(sscc: Self.palletSSCC, count: 2, isReadable: true)]), [.labels: 1]),
            (Self.belt(otherSides: [nil]), [.labels: 1]),
            (Self.belt(otherSides: [.init(sscc: Self.caseSSCC, count: 3, isReadable: true)]), [.labels: 1]),
            (Self.belt(otherSides: [.init(sscc: Self.caseSSCC, count: 2, isReadable: true)]), [:]),
        ]
        for (number, (belt, wanted)) in belts.enumerated() {
            let found = BeltComparison(Self.ledger(Self.story), belt, gtin: Self.gtin)
            let counts = found.differences.mapValues(\.count).filter { $0.value > 0 }
            #expect(counts == wanted, "belt \(number): \(found.differences)")
        }
    }

    @Test("records that contradict each other are found by the fold itself")
    func contradictions() {
        let wrong: [LineRecord] = [
            .unitSent(UnitSent(serials: ["E", "A"])), .unitsPassed(Tracks(tracks: [4])),
            .unitVerified(UnitVerified(track: 9, serial: "B")), .unitsPassed(Tracks(tracks: [9])),
            .collated(Collated(level: .case, sscc: Self.caseSSCC, children: ["A", "B"])),
        ]
        let ledger = Self.ledger(Self.story + wrong)
        // Each of A and B is also put into a second container.
        #expect(ledger.contradictions.count == 6)
        let found = BeltComparison(ledger, Self.belt(), gtin: Self.gtin)
        #expect(found.differences[.numbers]?.count == 6)
    }

    @Test("removed items and contents read again are what a container holds")
    func rework() {
        let changed: [LineRecord] = [
            .itemRemoved(ItemRemoved(sscc: Self.caseSSCC, item: "B")),
            .contentReset(ContentReset(sscc: Self.palletSSCC, children: ["X"])),
            .lineStarted(LineStarted(clean: false)),
        ]
        let ledger = Self.ledger(Self.story + changed)
        #expect(ledger.containers[Self.caseSSCC]?.children == ["A"])
        #expect(ledger.containers[Self.palletSSCC]?.children == ["X"])
        #expect(ledger.recoveries == 1)
    }
}
