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
        try? rig.journal?.commit(at: rig.now)
        rig.crash()
        rig.start()
        #expect(rig.line.state.batches[0].state == .completed)
        #expect(rig.refusal(.closeBatch("B1", reason: "power", deviation: "D-7")) == nil)
        // The second crash voided what the first left of the next block.
        let isListed = Self.listed(rig) == ["S000001"] + (1...2_000).map(LineRig.serial)
        #expect(isListed)
    }
}
