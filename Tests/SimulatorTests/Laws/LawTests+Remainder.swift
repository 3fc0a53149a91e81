import Testing

@testable import LineCore

/// Goal: a list of any length is recorded, serial by serial, whatever the journal takes at once. Method: a
/// start after a crash voids 100,000 serials; they are scrapped, or closed as a remainder, through a journal
/// whose groups hold some 3,000 of them.
@Suite struct LongListTests {
    /// A completed batch with `count` voided serials; after the crash eight more went to the coder.
    private static func voided(_ count: Int) -> LineRig {
        var configuration = LineRig.configuration()
        configuration.numbers.unitBlock = count
        var rig = LineRig(configuration)
        rig.start()
        var pool = LineRig.units()
        pool.content = .range(prefix: "S", first: 1, count: 2 * count + 100, width: 6)
        rig.ask(.addPool(pool))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        rig.ask(.startBatch("B1"))
        rig.crash()
        rig.start()
        rig.ask(.resume)
        rig.complete()
        return rig
    }

    private static func expected(_ count: Int) -> [String] { (1...count + 8).map(LineRig.serial) }

    private static func listed(_ rig: LineRig) -> [String] {
        rig.records.flatMap { entry -> [String] in
            switch entry.record {
            case .remainderListed(let fact): fact.serials
            case .batchClosed(let fact): fact.remainder
            case .inDoubtScrapped(let fact): fact.serials
            default: []
            }
        }
    }

    @Test func aLongRemainderIsListedSerialBySerial() throws {
        let count = 100_000
        var rig = Self.voided(count)
        try #require(rig.line.state.batches[0].remainder == count + 8)
        #expect(rig.line.state.batches[0].toReturn == count - 8)
        #expect(rig.refusal(.closeBatch("B1", reason: "power", deviation: "D-7")) == nil)
        #expect(rig.failure == nil)
        let isListed = Self.listed(rig) == Self.expected(count)
        #expect(isListed)
        let batch = rig.line.state.batches[0]
        #expect(batch.state == .closed && batch.toReturn == 0 && batch.remainder == count + 8)
        rig.crash()
        rig.start()
        #expect(rig.line.state.batches[0] == batch)
    }

    @Test func asManyAreScrapped() {
        let count = 100_000
        var rig = Self.voided(count)
        #expect(rig.refusal(.scrapInDoubt(batch: "B1", reason: "power")) == nil)
        #expect(rig.failure == nil)
        let isListed = Self.listed(rig) == Self.expected(count)
        #expect(isListed)
        #expect(rig.line.state.batches[0].count(.invalid) == count)
        #expect(rig.line.state.batches[0].count(.labelScrapped) == 8)
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == nil)
    }

    /// A crash between two parts leaves a list without an end: the batch is still open, and closing lists
    /// everything anew.
    @Test func aListCutByACrashIsMadeAnew() {
        var rig = Self.voided(1_000)
        let cut = LineRecord.remainderListed(RemainderListed(batch: "B1", serials: ["S000001"]))
        try? rig.journal?.append([cut.encoded(wallMilliseconds: 0)])
        _ = try? rig.journal?.commit(at: rig.now)
        rig.crash()
        rig.start()
        #expect(rig.line.state.batches[0].state == .completed)
        #expect(rig.refusal(.closeBatch("B1", reason: "power", deviation: "D-7")) == nil)
        // The second crash voided what the first left of the next block.
        let isListed = Self.listed(rig) == ["S000001"] + (1...2_000).map(LineRig.serial)
        #expect(isListed)
    }
}

/// Goal: a batch does not close in silence while good items of it are in no container. Method: units and a
/// case are left over; closing names them, packing them or a reason with a deviation ends it, and the journal
/// lists them.
@Suite struct OrphanTests {
    /// `good` units, of which `packed` lie in cases of two, and the full pallets of two cases are closed.
    private static func running(good: Int, packed: ClosedRange<Int>) -> LineRig {
        var rig = LineRig.running()
        for number in 1...good { rig.good(number) }
        rig.move(millimetres: 700)
        rig.packUnits(packed)
        rig.wait(milliseconds: 1_500)
        for label in rig.labels where label.level == .pallet {
            rig.give(.read(device: "handheld", LineRig.label(label.sscc)))
        }
        return rig
    }

    private static func refusal(_ rig: inout LineRig) -> Refusal? {
        if case .refused(let refusal) = rig.ask(.closeBatch("B1", reason: nil, deviation: nil)) {
            refusal
        } else {
            nil
        }
    }

    private static func listed(_ rig: LineRig) -> [OrphansListed] {
        rig.records.compactMap { entry in
            if case .orphansListed(let fact) = entry.record { fact } else { nil }
        }
    }

    @Test func unitsInNoCaseAreNamed() {
        var rig = Self.running(good: 6, packed: 1...4)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "left in the coder"))
        let refusal = Self.refusal(&rig)
        #expect(refusal?.code == "BATCH-145")
        #expect(refusal?.text == "good units in no container: 2 (\(LineRig.serial(5)) \(LineRig.serial(6)))")
        // Half of what a quality act needs is not one.
        #expect(rig.refusal(.closeBatch("B1", reason: "crushed", deviation: nil)) == "BATCH-145")
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: "D-1")) == "BATCH-145")
        #expect(rig.refusal(.closeBatch("B1", reason: " \u{A0}", deviation: "D-1")) == "BATCH-145")
        #expect(rig.refusal(.closeBatch("B1", reason: "crushed", deviation: " ")) == "BATCH-145")
        #expect(Self.listed(rig).isEmpty)
        #expect(rig.refusal(.closeBatch("B1", reason: "crushed", deviation: "D-1")) == nil)
        #expect(Self.listed(rig) == [OrphansListed(batch: "B1", serials: [5, 6].map(LineRig.serial))])
        let closing = rig.line.state.batches[0].closing
        #expect(closing?.orphans == 2 && closing?.deviation == "D-1" && closing?.reason == "crushed")
    }

    /// Goal: all loose units come to their end in one act, and nothing else does.
    @Test(arguments: [UnitEnd.inactive, .destroyed, .sampled]) func allOfThemEndAtOnce(_ end: UnitEnd) throws
    {
        var rig = Self.running(good: 7, packed: 1...4)
        let act = LineCommand.Verb.endOrphans(batch: "B1", end, reason: "left over")
        #expect(rig.refusal(act) == "BATCH-140", "the line may still pack them")
        rig.ask(.takeOut(item: ItemName(LineRig.serial(7)), reason: "control"))
        rig.complete()
        #expect(rig.refusal(.endOrphans(batch: "B1", end, reason: " ")) == "PACK-211")
        #expect(rig.refusal(.endOrphans(batch: "B1", .labelSampled, reason: "r")) == "BATCH-153")
        let before = rig.line.state.batches[0].count(.commissioned)
        #expect(rig.refusal(act) == nil)
        let batch = rig.line.state.batches[0]
        #expect(batch.count(end.state) == 2 && batch.count(.commissioned) == before - 2)
        #expect(rig.refusal(act) == "BATCH-154")
        rig.ask(.scrapInDoubt(batch: "B1", reason: "left in the coder"))
        let refusal = Self.refusal(&rig)
        #expect(refusal?.text.contains("out for in-process control: 1") == true)
        rig.ask(.bringBack(code: String(decoding: Self.scan(7), as: UTF8.self)))
        #expect(rig.refusal(act) == nil, "one more")
        #expect(Self.refusal(&rig) == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    private static func scan(_ number: Int) -> [UInt8] {
        guard case .code(let bytes) = LineRig.code(serial: LineRig.serial(number)) else { return [] }
        return bytes
    }

    @Test func packingThemEndsIt() {
        var rig = Self.running(good: 4, packed: 1...4)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "left in the coder"))
        #expect(Self.refusal(&rig) == nil)
        #expect(Self.listed(rig).isEmpty && rig.line.state.batches[0].closing?.orphans == 0)
        #expect(rig.line.state.batches[0].closing?.deviation == "")
    }

    @Test func aCaseTakenOffItsPalletIsNamed() throws {
        var rig = Self.running(good: 4, packed: 1...4)
        let cases = rig.labels.filter { $0.level == .case }.map(\.sscc)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "left in the coder"))
        let pallet = try #require(rig.labels.last { $0.level == .pallet })
        #expect(rig.refusal(.remove(item: ItemName(cases[0]), reason: "crushed")) == nil)
        #expect(rig.refusal(.reprint(sscc: pallet.sscc, reason: "one case less", old: .destroyed)) == nil)
        // The new label is proved by what is left on the pallet.
        rig.give(.read(device: "handheld", LineRig.label(cases[1])))
        rig.give(.read(device: "handheld", LineRig.label(pallet.sscc)))
        let refusal = Self.refusal(&rig)
        #expect(refusal?.code == "BATCH-145" && refusal?.text == "containers in no other: 1 (\(cases[0]))")
        #expect(rig.refusal(.closeBatch("B1", reason: "crushed", deviation: "D-1")) == nil)
        #expect(Self.listed(rig) == [OrphansListed(batch: "B1", ssccs: [cases[0]])])
    }

    /// A case on a closed pallet whose label was printed again is proved where it stands.
    @Test func aCaseOnAPalletIsProvedThere() throws {
        var rig = Self.running(good: 4, packed: 1...4)
        let first = try #require(rig.labels.first { $0.level == .case }).sscc
        #expect(rig.refusal(.reprint(sscc: first, reason: "torn", old: .destroyed)) == nil)
        rig.give(.read(device: "handheld", LineRig.code(serial: LineRig.serial(1))))
        rig.give(.read(device: "handheld", LineRig.label(first)))
        #expect(rig.stop == nil, "\(rig.line.status.reads)")
        #expect(rig.line.status.packing[0].unproved.isEmpty)
    }

    /// A line without packing stations leaves no orphans: nobody packs there.
    @Test func aLineThatDoesNotPackHasNone() {
        var configuration = LineRig.configuration()
        configuration.packing = []
        var rig = LineRig.running(configuration)
        for number in 1...3 { rig.good(number) }
        rig.move(millimetres: 700)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "left in the coder"))
        #expect(Self.refusal(&rig) == nil)
    }
}

/// Goal: a batch that has no number left can always be brought to its end. Method: a crash voids the last
/// numbers of the pool; the batch is completed, and the line empties with nothing in the coder.
@Suite struct UsedUpTests {
    @Test func aBatchWithoutNumbersIsCompleted() {
        var rig = LineRig(LineRig.configuration())
        rig.start()
        var pool = LineRig.units()
        pool.content = .range(prefix: "S", first: 1, count: 24, width: 6)
        rig.ask(.addPool(pool))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.good(1)
        rig.crash()
        rig.start()
        rig.wait(milliseconds: 1_200)
        rig.ask(.resume)
        #expect(rig.stop == .numbersEnd)
        rig.ask(.completeBatch)
        #expect(rig.refusal(.resume) == nil)
        #expect(rig.stop == nil)
        rig.freeBelt()
        rig.move(millimetres: 2_000)
        #expect(rig.line.state.batches[0].state == .completed)
        #expect(rig.refusal(.scrapInDoubt(batch: "B1", reason: "voided")) == nil)
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == nil)
    }

    /// A second hold would say nothing new and hide the first.
    @Test func aHeldBatchIsNotHeldAgain() {
        var rig = LineRig.running()
        #expect(rig.refusal(.hold(immediate: false, reason: "break")) == nil)
        #expect(rig.refusal(.hold(immediate: false, reason: "break")) == "BATCH-133")
        #expect(rig.refusal(.hold(immediate: true, reason: "hand in the belt")) == nil)
        #expect(rig.refusal(.hold(immediate: true, reason: "again")) == "BATCH-133")
    }
}
