import Testing

@testable import LineCore

/// The reconciliation of law 6 while the line runs: what is missing is known at once, not at the end.
@Suite struct BalanceTests {
    private func balance(_ rig: LineRig, _ station: String) -> StationBalance? {
        rig.line.status.balance.first { $0.station == station }
    }

    private func part(_ balance: StationBalance?, _ name: String) -> Int? {
        balance?.parts.first { $0.name == name }?.count
    }

    /// Every equation adds up, whatever has happened.
    private func expectSums(_ rig: LineRig, _ comment: Comment) {
        #expect(!rig.line.status.balance.isEmpty, comment)
        for station in rig.line.status.balance {
            #expect(station.parts.map(\.count).reduce(0, +) == station.total, comment)
            #expect(station.parts.allSatisfy { $0.count >= 0 }, "\(comment): \(station)")
        }
    }

    /// Goal: of five units one never reaches the case; that is known when the next one is read there.
    @Test func aUnitThatVanishesBeforeTheCaseIsMissing() {
        var rig = LineRig.running()
        for number in 1...5 { rig.good(number) }
        rig.move(millimetres: 1_000)
        rig.wait(milliseconds: 300)
        #expect(part(balance(rig, "cases"), "loose") == 5)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(1))))
        expectSums(rig, "one packed")
        #expect(balance(rig, "cases")?.missing == 0)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(3))))
        expectSums(rig, "one missing")
        #expect(balance(rig, "cases")?.missing == 1)
        let label = rig.labels.last
        #expect(label != nil)
        rig.give(.read(device: "scanner", LineRig.label(label?.sscc ?? "")))
        #expect(part(balance(rig, "cases"), "in a case") == 2)
        #expect(part(balance(rig, "pallets"), "in the open pallet") == 1)
        // It is found and packed after all.
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(2))))
        #expect(balance(rig, "cases")?.missing == 0)
        expectSums(rig, "found")
    }

    /// Goal: a serial that was sent and is not on the unit that comes is missing at the next read, and no
    /// longer when it was scrapped or read.
    @Test func aSerialThatIsSkippedIsMissing() {
        var rig = LineRig.running()
        rig.good(1)
        #expect(balance(rig, "coding")?.missing == 0)
        rig.good(3)
        #expect(rig.verified == [LineRig.serial(1), LineRig.serial(3)])
        #expect(balance(rig, "coding")?.missing == 1)
        expectSums(rig, "one skipped")
        rig.good(2)
        #expect(balance(rig, "coding")?.missing == 0, "out of order: rejected, and in doubt")
        expectSums(rig, "read late")
    }

    /// Goal: a reject that never reaches the bin stays in the equation of the gate.
    @Test func aRejectNobodySawInTheBinIsMissing() {
        var rig = LineRig.running()
        let track = rig.unit(.noRead, .noRead)
        #expect(part(balance(rig, "gate"), "on their way") == 1)
        rig.units.removeAll { $0.track == track }
        rig.move(millimetres: 1_500)
        rig.wait(milliseconds: 3_000)
        #expect(rig.stop == .rejectNotConfirmed)
        #expect(balance(rig, "gate")?.missing == 1)
        expectSums(rig, "never seen")
    }

    /// Goal: the counts the balance is made of are the same after a start from the journal and from a
    /// snapshot.
    @Test func theCountsAreDurable() throws {
        var rig = LineRig.running()
        for number in [1, 2, 4, 5] { rig.good(number) }
        rig.move(millimetres: 1_000)
        rig.wait(milliseconds: 300)
        rig.packUnits(1...2)
        let before = try #require(rig.line.state.runningBatch)
        #expect(before.overtaken == 1 && before.made == [0, 1, 0, 0] && before.packed == [0, 2, 0, 0])
        let bytes = rig.line.state.encoded()
        let decoded = try LineState.decode(bytes, 0..<bytes.count)
        #expect(decoded.runningBatch?.overtaken == 1 && decoded.runningBatch?.packed == [0, 2, 0, 0])
        rig.crash()
        rig.start()
        let after = try #require(rig.line.state.runningBatch)
        #expect(after.overtaken == 1 && after.made == [0, 1, 0, 0] && after.packed == [0, 2, 0, 0])
        expectSums(rig, "after a start")
    }
}
