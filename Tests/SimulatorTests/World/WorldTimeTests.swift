import Testing

@testable import Simulator

/// A controller without an encoder: it counts the time for which the belt ran at its speed.
@Suite struct WorldTimeTests {
    private var world: World
    private var outputs = WorldIOOutputs()
    private static let millisecond: UInt64 = 1_000_000

    init() {
        var layout = WorldLayout()
        layout.gateMode = .pass
        layout.measure = .runningTime
        layout.timings.watchdog = .max
        world = World(layout: layout, seed: 1)
        outputs.runLimit = 1 << 20
        outputs.run = true
        outputs.feed = true
    }

    private mutating func write() {
        outputs.heartbeat &+= 1
        world.write(outputs)
    }

    private mutating func answerStop(until: UInt32) {
        outputs.purge = true
        outputs.purgeUntil = until
        write()
    }

    private mutating func wait(_ milliseconds: UInt64) {
        _ = world.advance(to: world.now + milliseconds * Self.millisecond)
    }

    /// Goal: the count is running time, and stands from the fall of run-enable on although the belt coasts.
    @Test mutating func theCountIsRunningTime() {
        write()
        wait(100)
        #expect(
            world.isMoving && !world.io.running && world.io.position == 0, "nobody answered the first stop")
        answerStop(until: 1)
        wait(300)
        #expect(world.io.running && world.io.position == 300)
        outputs.run = false
        write()
        #expect(!world.io.running && world.isMoving)
        wait(500)
        #expect(!world.isMoving && world.io.position == 300)
    }

    /// Goal: a stop is shown for 200 ms and until it is answered, however soon the belt runs again.
    @Test mutating func aStopIsShownUntilItIsAnswered() {
        answerStop(until: 1)
        wait(300)
        outputs.run = false
        write()
        outputs.run = true
        write()
        #expect(world.isMoving && !world.io.running)
        wait(1_000)
        write()
        #expect(!world.io.running, "the old end of the purge is no answer")
        answerStop(until: 2)
        #expect(world.io.running)
        outputs.run = false
        write()
        outputs.run = true
        answerStop(until: 3)
        wait(199)
        write()
        #expect(!world.io.running, "answered, and not yet shown for long enough")
        wait(1)
        write()
        #expect(world.io.running)
    }

    /// Goal: what was allowed to pass before a stop does not pass after it. Method: a command that stands for
    /// the first carton, then a stop on its way.
    @Test(arguments: [false, true]) mutating func permissionsEndWithAStop(stops: Bool) {
        answerStop(until: 1)
        world.loadFeeder(blank: 1)
        wait(800)
        // 1 m/s: part-present at 800 mm, the gate at 1,600.
        (outputs.commandSequence, outputs.commandKind) = (1, GateCommandKind.passAt.rawValue)
        outputs.commandPosition = world.io.partPresentPosition + 800
        write()
        #expect(world.io.commandResult == .accepted)
        wait(100)
        if stops {
            outputs.run = false
            write()
            wait(1_000)
            outputs.run = true
            answerStop(until: world.io.position + 850)
        }
        for _ in 0..<200 {
            wait(10)
            write()
        }
        #expect(world.tally.passed == (stops ? 0 : 1) && world.tally.rejected == (stops ? 1 : 0))
    }

    /// Goal: the run limit is a time and holds. Method: limits ahead, one after the other.
    @Test mutating func theRunLimitIsATime() {
        outputs.runLimit = 100
        answerStop(until: 1)
        wait(500)
        #expect(!world.isMoving && world.io.position == 100 && world.position == 100)
        outputs.runLimit = 250
        answerStop(until: 2)
        wait(500)
        #expect(!world.isMoving && world.io.position == 250)
    }
}
