import Testing

@testable import LineCore

/// Goal: law 1 over pools that left memory when their batches were closed. Method: a batch is closed, another
/// is opened on the same imported pool, the program crashes in between; serials are imported again.
@Suite struct RestingPoolTests {
    static let file = "f1"

    private static func table(_ numbers: ClosedRange<Int>) -> SerialTable {
        var table = SerialTable()
        for number in numbers { _ = table.append(LineRig.serial(number).utf8) }
        return table
    }

    private static func offer(_ name: String, _ file: String, _ numbers: ClosedRange<Int>) -> PoolOffer {
        PoolOffer(
            name: name, kind: .printed, key: LineRig.gtin, content: .file(sha256: file, table(numbers)))
    }

    /// A line whose first batch, on an imported pool, is closed: two units passed.
    private static func closed() -> LineRig {
        var rig = LineRig()
        rig.files[file] = table(1...400)
        rig.start()
        rig.ask(.addPool(offer("units", file, 1...400)))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        for number in 1...2 { rig.good(number) }
        rig.move(millimetres: 700)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "end"))
        rig.ask(.closeBatch("B1", reason: "spares", deviation: "D-1"))
        return rig
    }

    private static var second: Order {
        var order = LineRig.order
        order.batch = "B2"
        return order
    }

    @Test func aClosedPoolLeavesMemoryAndKeepsWhatItKnew() throws {
        let rig = Self.closed()
        let pool = rig.line.state.unitPools[0]
        #expect(rig.line.state.batches[0].state == .closed)
        #expect(pool.rests && pool.storedFile == Self.file && pool.count == 400)
        #expect(pool.states.isEmpty && pool.batches.isEmpty && pool.parents.isEmpty)
        #expect(rig.line.state.recount(rig.line.state.batches[0]) == rig.line.state.batches[0].serials)
        var again = pool
        try again.wake(Self.table(1...400))
        #expect(again.states.count == 400 && again.state(0) == pool.state(0))
        again.rest()
        #expect(again == pool)
        #expect(throws: StateFault.self) {
            var other = pool
            try other.wake(Self.table(1...399))
        }
    }

    @Test(arguments: [false, true]) func lawOneNumbersGoOnWhereTheyWere(crashes: Bool) {
        var rig = Self.closed()
        let first = Set(rig.sent.map(\.serial))
        if crashes {
            rig.crash()
            rig.start()
        }
        #expect(rig.failure == nil && rig.line.state.unitPools[0].rests)
        #expect(rig.refusal(.openBatch(Self.second)) == "BATCH-107")
        #expect(rig.refusal(.openBatch(Self.second, serials: Self.table(1...399))) == "BATCH-107")
        #expect(rig.refusal(.openBatch(Self.second, serials: Self.table(1...400))) == nil)
        #expect(!rig.line.state.unitPools[0].rests)
        rig.ask(.startBatch("B2"))
        rig.freeBelt()
        let all = rig.sent.map(\.serial)
        #expect(all.count > first.count && Set(all).count == all.count)
        let state = rig.line.state
        rig.crash()
        rig.start()
        #expect(rig.failure == nil)
        #expect(rig.line.state.unitPools[0].nextUnsent == state.unitPools[0].nextUnreserved)
    }

    @Test func lawOneNothingIsImportedUncompared() {
        var rig = Self.closed()
        #expect(rig.refusal(.addPool(Self.offer("again", Self.file, 1...400))) == "POOL-111")
        #expect(rig.refusal(.addPool(LineRig.units(name: "range", first: 5_000))) == "POOL-111")
        var compared = Self.offer("next", "f2", 401...800)
        compared.comparedWith = ["another"]
        #expect(rig.refusal(.addPool(compared)) == "POOL-111")
        compared.comparedWith = [Self.file]
        #expect(rig.refusal(.addPool(compared)) == nil)
        // The one in memory is compared by the rules, whatever the shell says.
        var third = Self.offer("third", "f3", 800...900)
        third.comparedWith = [Self.file, "f2"]
        #expect(rig.refusal(.addPool(third)) == "POOL-110")
    }

    /// A range needs no file: its serials are found and compared as ever.
    @Test func aRangeIsComparedWithoutMemory() {
        var rig = LineRig.running()
        for number in 1...2 { rig.good(number) }
        rig.move(millimetres: 700)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "end"))
        rig.ask(.closeBatch("B1", reason: "spares", deviation: "D-1"))
        #expect(rig.line.state.unitPools[0].rests)
        #expect(rig.refusal(.addPool(Self.offer("again", "f2", 1_000...1_001))) == "POOL-110")
        let found = rig.line.state.facts(gtin: nil, serial: LineRig.serial(1))
        #expect(found?.state == .commissioned && found?.parent == nil)
        #expect(rig.refusal(.openBatch(Self.second)) == nil)
        #expect(!rig.line.state.unitPools[0].rests)
    }

    /// Goal: equal serials always match. Method: fingerprints of two tables compared in pieces of any size.
    @Test func sharedSerialsAreFoundByTheirFingerprints() {
        let earlier = SerialFingerprints(Self.table(1...2_000)).encoded
        for (range, expected) in [(2_001...2_500, 0), (1_990...2_010, 11), (1...2_000, 2_000)] {
            for piece in [8, 64, 16_000] {
                var mine = SerialFingerprints(Self.table(range))
                mine.begin()
                for start in stride(from: 0, to: earlier.count, by: piece) {
                    mine.compare(earlier[start..<min(start + piece, earlier.count)])
                }
                #expect(mine.matches.count == expected)
                #expect(Set(mine.matches) == Set(0..<expected))
            }
        }
        #expect(Self.table(1...5).first(in: .range(prefix: "S", first: 4, count: 9, width: 6)) == "S000004")
        #expect(Self.table(1...5).first(in: .range(prefix: "S", first: 6, count: 9, width: 6)) == nil)
    }
}
