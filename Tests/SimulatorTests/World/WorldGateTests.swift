import Simulator
import Testing

@Suite struct WorldGateTests {
    static let unitFaults: [WorldFault] = [
        .unreadablePrint, .wrongLot, .coderRepeat, .coderSkip, .unitMisread, .unitNoRead, .unitSilent,
        .unitLate, .unitDouble, .slip,
    ]

    /// Goal: with right commands no carton passes that was not read as its own good code.
    /// Method: 25 seeds of 80 cartons with one fault in ten, in each gate mode.
    @Test(arguments: WorldGateMode.gates) func onlyGoodUnitsPass(mode: WorldGateMode) {
        for seed in 1...25 as ClosedRange<UInt64> {
            var line = TestController(
                layout: .with(mode), faults: WorldFaults(Self.unitFaults, perMillion: 100_000), seed: seed,
                units: 80)
            line.run(until: 20 * second)
            let bad = line.passed.filter { !line.good.contains($0) }
            #expect(bad.isEmpty, "seed \(seed)")
            #expect(line.world.tally.fed == 80 && line.passed.count > 20, "seed \(seed)")
            #expect(line.world.faultCounts.total > 0)
        }
    }

    /// Goal: without faults nothing is rejected, in any gate mode, also where position and counters wrap.
    @Test(arguments: WorldGateMode.gates) func everyGoodUnitPasses(mode: WorldGateMode) {
        for start in [0, 0xFFFF_FFFF - 2_000, 0x7FFF_FFFF - 2_000] as [Int64] {
            var layout = WorldLayout.with(mode)
            layout.initialPosition = start
            layout.initialCount = 65_520
            var line = TestController(layout: layout, seed: 1, units: 60)
            line.run(until: 20 * second)
            #expect(line.passed.count == 60, "start \(start)")
            #expect(line.world.io.passCount == 65_520 &+ 60)
            #expect(line.world.io.partPresentCount == 65_520 &+ 60)
            #expect(line.world.tally.packed == 60)
        }
    }

    /// Goal: a controller that falls silent lets nothing undecided pass, and the belt stops.
    /// Method: silence from many instants on; what passes later was good and decided before.
    @Test(arguments: WorldGateMode.gates) func silenceRejectsOrStops(mode: WorldGateMode) {
        for seed in 1...20 as ClosedRange<UInt64> {
            var line = TestController(
                layout: .with(mode), faults: WorldFaults([.unitNoRead], perMillion: 300_000), seed: seed,
                units: 100)
            line.run(until: 2 * second + seed * 71_000_000)
            let lastWord = line.world.now
            let position = line.world.position
            line.fallSilent(until: lastWord + 5 * second)
            #expect(!line.world.isMoving && line.world.io.watchdogTripped)
            #expect(line.world.position - position <= 200 + 20 + 20, "seed \(seed)")
            #expect(line.passed.allSatisfy { line.good.contains($0) }, "seed \(seed)")
        }
    }

    /// Goal: a trip forgets permissions. Method: units decided as good before a silence are rejected after it
    /// where the gate's rest is to reject.
    @Test func tripForgetsPasses() {
        var line = TestController(layout: .with(.pass), seed: 3, units: 100)
        line.run(until: 4 * second)
        let before = line.passed.count
        line.fallSilent(until: 5 * second)
        let silent = line.passed.count
        line.wakeUp()
        line.run(until: 5 * second + 500_000_000)
        #expect(silent - before <= 3)
        #expect(line.passed.count == silent, "the next half metre held units decided before the silence")
        #expect(line.world.tally.rejected > 0)
    }

    /// Goal: the belt is never beyond the run limit, and goes on when it is raised.
    @Test(arguments: [BeltDrive.time, .steps]) func runLimitHolds(drive: BeltDrive) {
        var layout = WorldLayout()
        layout.drive = drive
        layout.initialPosition = 0xFFFF_FF00
        var world = World(layout: layout, seed: 1)
        var outputs = WorldIOOutputs()
        outputs.run = true
        for step in 1...40 as ClosedRange<UInt64> {
            outputs.runLimit = UInt32(truncatingIfNeeded: layout.initialPosition) &+ UInt32(step * 13)
            outputs.heartbeat &+= 1
            world.write(outputs)
            let limit = layout.initialPosition + Int64(step) * 13
            _ = world.advance(byCounts: 7)
            #expect(world.position <= limit)
            _ = world.advance(byCounts: 700)
            _ = world.advance(to: step * 100_000_000)
            #expect(world.position == limit && !world.isMoving)
        }
    }

    /// Goal: 199 ms of silence are allowed, 200 are not; the next heartbeat clears the trip, run-enable
    /// starts. Silence is an unchanged heartbeat, whatever else is written.
    @Test func watchdogTripsAt200Milliseconds() {
        var world = World(layout: .with(.plc), seed: 1)
        var outputs = WorldIOOutputs()
        outputs.run = true
        #expect(world.io.watchdogTripped)
        outputs.heartbeat &+= 1
        world.write(outputs)
        _ = world.advance(to: 150_000_000)
        world.write(outputs)
        #expect(world.write(register: 101, values: [1]) == true)
        _ = world.advance(to: 199_999_999)
        #expect(world.isMoving && !world.io.watchdogTripped)
        let events = world.advance(to: 10 * second)
        let trip = events.first { $0.kind == .watchdogTripped }
        #expect(trip?.time == 200_000_000 && trip?.position == 200)
        #expect(world.position == 220, "200 mm at 1 m/s and 20 mm of coast")
        #expect(!world.outputs.run)
        #expect(world.write(register: 101, values: [1]) == true)
        #expect(world.io.watchdogTripped && !world.isMoving)
        #expect(world.write(register: 101, values: [0]) == true)
        #expect(world.write(register: 100, values: [9]) == true)
        #expect(!world.io.watchdogTripped && !world.isMoving && world.io.heartbeatEcho == 9)
        #expect(world.write(register: 101, values: [1]) == true)
        #expect(world.isMoving)
    }

    /// Goal: commands too late, of the wrong kind or too many are refused; a repeat is no second command.
    @Test func commandsAreJudged() {
        var world = World(layout: .with(.eject), seed: 1)
        func command(_ sequence: UInt16, _ kind: UInt16, _ position: UInt16) -> GateCommandResult {
            #expect(world.write(register: 104, values: [sequence, kind, 0, position]) == true)
            #expect(world.io.commandSequence == sequence)
            return world.io.commandResult
        }
        #expect(command(1, 2, 29) == .refusedLate)
        #expect(command(2, 2, 30) == .accepted)
        #expect(command(2, 2, 29) == .accepted, "the same sequence is the same command")
        #expect(command(3, 1, 500) == .refusedLate, "pass at, at a gate that ejects")
        #expect(command(4, 7, 500) == .refusedLate)
        for number in 0..<UInt16(World.gateCommandLimit - 1) {
            #expect(command(5 + number, 2, 600 + number) == .accepted)
        }
        #expect(command(900, 2, 900) == .refusedLate)
        let results = world.advance(to: 1).filter {
            if case .gateCommand = $0.kind { true } else { false }
        }
        #expect(results.count == 4 + World.gateCommandLimit)
    }

    /// Goal: a purge rejects up to its position and no further.
    @Test func purgeEndsAtItsPosition() {
        var layout = WorldLayout.with(.eject)
        layout.enforcesRunLimit = false
        var world = World(layout: layout, seed: 1)
        world.loadFeeder(blank: 10)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed, outputs.purge) = (true, true, true)
        outputs.purgeUntil = UInt32(1600 + 3 * 150)
        for tick in 1...60 as ClosedRange<UInt64> {
            outputs.heartbeat &+= 1
            world.write(outputs)
            _ = world.advance(to: tick * 100_000_000)
        }
        #expect(world.tally.rejected == 4 && world.tally.passed == 6)
        #expect(world.io.rejectCount == 4 && world.io.passCount == 6)
    }

    /// Goal: in mode `plc` the ring tells each track's fate, and a verdict under another track is none.
    @Test func dispositionsNameTracks() {
        var layout = WorldLayout.with(.plc)
        layout.initialCount = 65_530
        var world = World(layout: layout, seed: 1)
        world.loadFeeder(blank: 20)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, true)
        var told: [GateDisposition] = []
        for tick in 1...120 as ClosedRange<UInt64> {
            for event in world.advance(to: tick * 50_000_000) {
                if case .partPresent(_, let count, _) = event.kind, count % 2 == 0 {
                    outputs.setVerdict(.pass, track: count)
                }
                if case .disposition(let entry) = event.kind { told.append(entry) }
            }
            outputs.heartbeat &+= 1
            world.write(outputs)
        }
        let tracks = (0..<20).map { UInt16(65_531) &+ $0 }
        #expect(told == tracks.map { GateDisposition(track: $0, result: $0 % 2 == 0 ? 1 : 2) })
        let io = world.io
        #expect(io.dispositionCount == 65_530 &+ 20)
        let newest = (0..<8).map { io.dispositions[Int((io.dispositionCount &- 1 &- $0) % 8)] }
        #expect(newest == Array(told.suffix(8).reversed()))
    }

    /// Goal: a broken gate stops the belt.
    @Test func gateFaultStops() {
        var world = World(layout: .with(.plc), seed: 1)
        var outputs = WorldIOOutputs()
        outputs.run = true
        outputs.heartbeat &+= 1
        world.write(outputs)
        _ = world.advance(to: 100_000_000)
        world.setGateFault(true)
        _ = world.advance(to: 150_000_000)
        #expect(world.position == 120 && !world.isMoving && world.inputRegisters()[1] == 8)
        world.setGateFault(false)
        #expect(world.isMoving)
    }

    /// Goal: one pass signal lets one unit pass, though the window is wide enough for two.
    @Test func onePassIsForOneUnit() {
        var layout = WorldLayout.with(.pass)
        layout.gateTolerance = 200
        layout.timings.watchdog = 100 * second
        var world = World(layout: layout, seed: 1)
        world.loadFeeder(blank: 3)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, true)
        (outputs.commandSequence, outputs.commandKind, outputs.commandPosition) = (1, 1, 1700)
        outputs.heartbeat &+= 1
        world.write(outputs)
        _ = world.advance(to: 5 * second)
        #expect(world.tally.passed == 1 && world.tally.rejected == 2)
        #expect(world.beltList.bin.map(\.carton.number) == [2, 3])
    }

    /// Goal: in mode `plc` a trip empties the verdict table; a client that then writes only heartbeat and
    /// control bits lets nothing pass on old words.
    @Test func tripForgetsVerdicts() {
        var world = World(layout: .with(.plc), seed: 1)
        world.loadFeeder(blank: 1)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, true)
        outputs.setVerdict(.pass, track: 1)
        outputs.heartbeat &+= 1
        world.write(outputs)
        _ = world.advance(to: second)
        #expect(world.readRegisters(at: 112, count: 32) == [UInt16](repeating: 0, count: 32))
        for tick in 1...30 as ClosedRange<UInt16> {
            #expect(world.write(register: 100, values: [tick, 1]) == true)
            _ = world.advance(to: world.now + 100_000_000)
        }
        #expect(world.tally.fed == 1 && world.tally.rejected == 1 && world.tally.passed == 0)
    }

    /// Goal: what stands at the very position where the belt stops has happened, at every station there.
    @Test(arguments: [BeltDrive.time, .steps]) func stationsAtTheStopAreDone(drive: BeltDrive) {
        var layout = WorldLayout()
        layout.drive = drive
        layout.timings.watchdog = 100 * second
        var world = World(layout: layout, seed: 1)
        world.loadFeeder(blank: 1)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed, outputs.runLimit) = (true, true, 800)
        outputs.heartbeat &+= 1
        world.write(outputs)
        var events = world.advance(byCounts: 5000)
        events += world.advance(to: 2 * second)
        let kinds = events.map(\.kind)
        #expect(world.position == 800 && !world.isMoving)
        #expect(kinds.contains(.partPresent(CartonID(1), count: 1, position: 800)))
        #expect(kinds.contains(.unitRead(CartonID(1), .noRead)))
    }
}
