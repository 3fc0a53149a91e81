import Testing

@testable import LineCore

/// A line without an encoder: pass signals expire by time, and a stop of the belt rejects what stands between
/// camera and gate.
@Suite struct TimeTests {
    private func running(millimetresPerSecond speed: Int? = 1_000) -> LineRig {
        var configuration = LineRig.configuration(gate: .pass)
        configuration.timedMillimetresPerSecond = speed
        return LineRig.running(configuration)
    }

    private func stop(_ rig: inout LineRig) {
        rig.io.running = false
        rig.wait(milliseconds: 20)
    }

    /// Goal: no unit that stood between camera and gate at a stop passes. Method: one verified, one not yet
    /// read, one that comes to the camera before the belt is shown running again; the next one passes.
    @Test func aStopRejectsWhatStandsBeforeTheGate() throws {
        var rig = running()
        let verified = rig.good(1)
        let unread = rig.unit(nil)
        #expect(rig.passSignals == [verified])
        let position = rig.io.position
        stop(&rig)
        #expect(rig.rejection(of: verified) == "belt-stopped")
        let purge = try #require(rig.outputs.purgeUntil)
        #expect(purge == position &+ 420, "the distance to the gate and its tolerance")
        let code = LineRig.code(serial: LineRig.serial(2))
        rig.give(.read(device: "camera", code))
        #expect(rig.rejection(of: unread) == "belt-stopped")
        rig.io.partPresent = EdgeCount(count: rig.io.partPresent.count &+ 1, position: rig.io.position)
        rig.scan()
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(3))))
        #expect(rig.rejection(of: unread + 1) == "belt-stopped")
        #expect(rig.passSignals == [verified] && rig.line.state.runningBatch?.hold == nil)
        #expect(rig.line.state.batches[0].count(.inDoubt) == 3)
        // In the chute sooner than their places tell: the belt ran on while the count stood.
        rig.units = []
        rig.io.running = true
        for _ in 0..<3 {
            rig.io.rejected = EdgeCount(count: rig.io.rejected.count &+ 1, position: rig.io.position)
            rig.move(millimetres: 10)
        }
        #expect(rig.line.state.batches[0].confirmed == 3)
        rig.move(millimetres: 500)
        #expect(rig.outputs.purgeUntil == nil && rig.stop == nil)
        let next = rig.good(4)
        rig.move(millimetres: 600)
        #expect(rig.passedTracks == [next] && rig.stop == nil)
    }

    /// Goal: with an encoder a stop is nothing. Method: the same belt, counted.
    @Test func withAnEncoderAStopRejectsNothing() {
        var rig = running(millimetresPerSecond: nil)
        let track = rig.good(1)
        stop(&rig)
        rig.io.running = true
        rig.move(millimetres: 600)
        #expect(rig.rejection(of: track) == nil && rig.passedTracks == [track])
    }

    /// Goal: every stop is answered by a new end of the purge, also one that the last answer did not reach.
    /// Method: the belt is shown standing for two seconds.
    @Test func aStopIsAnsweredUntilTheBeltRuns() {
        var rig = running()
        rig.io.running = false
        var ends: [UInt32?] = []
        for _ in 0..<200 {
            rig.wait(milliseconds: 10)
            if ends.last != rig.outputs.purgeUntil { ends.append(rig.outputs.purgeUntil) }
        }
        let end = rig.io.position &+ 420
        #expect(ends == [end, end &+ 1, end, end &+ 1])
    }

    /// Goal: stops are no rejects in a row: they tell nothing of print or camera.
    @Test func stopsAreNoRejectsInARow() {
        var configuration = LineRig.configuration(gate: .pass)
        configuration.timedMillimetresPerSecond = 1_000
        configuration.lanes[0].gate.maxRejectsInRow = 2
        var rig = LineRig.running(configuration)
        for number in 1...3 { rig.good(number) }
        stop(&rig)
        for number in 4...6 {
            rig.io.partPresent = EdgeCount(count: rig.io.partPresent.count &+ 1, position: rig.io.position)
            rig.scan()
            rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(number))))
        }
        #expect(rig.line.state.batches[0].rejected == 6 && rig.stop == nil)
    }

    /// Goal: a signal names the time at which its unit is at the gate. Method: half the speed, twice as long.
    @Test(arguments: [(1_000, UInt32(400)), (500, 800), (333, 1_201)])
    func aSignalNamesATime(speed: Int, counts: UInt32) throws {
        var rig = running(millimetresPerSecond: speed)
        rig.move(millimetres: 2_000)
        rig.good(1)
        let signals = rig.actions.compactMap {
            if case .gate(let signal, _) = $0.action { signal } else { nil }
        }
        #expect(signals.last?.position == rig.io.partPresent.position &+ counts)
        #expect(rig.outputs.runLimit.distance(to: rig.io.position) < 0)
    }

    /// Goal: a start answers the stop that its predecessor had answered. Method: the program is killed while
    /// the belt stands; the next one writes two different ends, whatever the registers hold.
    @Test func aStartAnswersTheStopToo() throws {
        var rig = running()
        rig.good(1)
        stop(&rig)
        let before = try #require(rig.outputs.purgeUntil)
        rig.crash()
        let done = rig.actions.count
        rig.start()
        rig.wait(milliseconds: 10)
        let ends = rig.actions[done...].compactMap {
            if case .outputs(let outputs, _) = $0.action { outputs.purgeUntil } else { nil }
        }
        #expect(ends.count == 2 && ends[0] != ends[1] && ends.allSatisfy { $0 &- before &+ 1 <= 2 })
    }
}
