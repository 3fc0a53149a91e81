import Testing

@testable import LineCore

/// Goal: what ends first, numbers or disk, is told before it ends, with its own code, and only where somebody
/// has to do something. Method: a batch that needs more than its pool has; a disk that fills; both at once.
@Suite struct TimeLeftTests {
    /// After a minute of production: 500 units of a pool of 1,000.
    private static func produced(quantity: Int, freeBytes: UInt64? = nil) -> LineRig {
        var rig = LineRig()
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        var order = LineRig.order
        order.quantity = quantity
        rig.ask(.openBatch(order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        for number in 1...640 {
            if let freeBytes {
                let room = DiskRoom(freeBytes: freeBytes, journalBytes: UInt64(1_000 + number * 100))
                rig.give(.diskRoom(room))
            }
            rig.good(number)
        }
        return rig
    }

    /// Alarms about numbers and disk whose cause is there.
    private func alarms(_ rig: LineRig) -> [String] {
        rig.line.state.alarms.filter { $0.isActive && !$0.code.hasPrefix("LINE-") }.map(\.code)
    }

    @Test func numbersThatEndBeforeTheBatchAreTold() {
        var rig = Self.produced(quantity: 1_000)
        #expect(alarms(rig) == ["POOL-202"])
        #expect(rig.line.state.active(.numbersTime)?.station == "units")
        // No figure of the moment it was raised: status has that of now.
        let few = rig.configuration.numbers.lowMinutes
        #expect(rig.line.state.active(.numbersTime)?.detail == "less than \(few) min at the present rate")
        #expect(rig.line.status.numbersMinutes == 0 && rig.line.status.diskMinutes == nil)
        rig.complete()
        #expect(alarms(rig).isEmpty, "over with the batch")
    }

    @Test func numbersThatOutlastTheBatchNeedNobody() {
        let rig = Self.produced(quantity: 700)
        #expect(alarms(rig).isEmpty && rig.line.status.numbersMinutes == 0)
    }

    @Test func theSmallerOfBothIsTold() {
        // About 50,000 bytes a minute.
        #expect(alarms(Self.produced(quantity: 700, freeBytes: 1_000_000)) == ["JRN-203"])
        #expect(alarms(Self.produced(quantity: 700, freeBytes: 100_000_000)).isEmpty)
        #expect(alarms(Self.produced(quantity: 1_000, freeBytes: 1_000_000)) == ["POOL-202"])
    }

    /// Goal: every pool of the running batch has its low-water mark: serials printed or preprinted, SSCCs.
    @Test(arguments: [PoolKind.printed, .preprinted]) func everyPoolHasItsLowWaterMark(kind: PoolKind) {
        var rig = LineRig()
        rig.start()
        var units = LineRig.units(kind: kind)
        units.content = .range(prefix: "S", first: 1, count: 14, width: 6)
        var ssccs = LineRig.ssccs()
        ssccs.content = .range(prefix: "", first: 1, count: 4, width: 0)
        rig.ask(.addPool(units))
        rig.ask(.addPool(ssccs))
        var order = LineRig.order
        order.quantity = 14
        rig.ask(.openBatch(order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        // Four SSCCs are for eight units, fewer than ten.
        let raised = rig.line.state.active(.numbersLow, "ssccs")
        #expect(raised?.detail == "fewer than 5 SSCCs")
        for number in 1...6 { rig.good(number) }
        // With each unit fewer are left; what the alarm says stays true.
        #expect(rig.line.state.active(.numbersLow, "units")?.detail == "fewer than 10 serials")
        #expect(rig.line.state.active(.numbersLow, "ssccs") == raised)
        rig.complete()
        #expect(!alarms(rig).contains("POOL-201"), "over with the batch")
    }
}
