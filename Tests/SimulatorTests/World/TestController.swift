import Simulator

/// A small, right controller for tests of the world: writes every 20 ms, decides on what the camera says.
struct TestController {
    var world: World
    var outputs = WorldIOOutputs()
    /// Cartons whose first read was good and whose pass was asked for, or not forbidden.
    private(set) var good: Set<CartonID> = []
    /// Everything the gate let pass.
    private(set) var passed: [CartonID] = []
    private(set) var trace = WorldTrace()
    private(set) var events: [WorldEvent] = []

    private struct Track {
        let carton: CartonID
        let count: UInt16
        let gateAt: UInt32
        var isDecided = false
    }
    private var tracks: [Track] = []
    private var expected: Set<String> = []
    private var nextIndex: UInt64 = 1
    private var lastPoll: UInt64 = 0
    private let mode: WorldGateMode

    init(layout: WorldLayout, faults: WorldFaults = WorldFaults(), seed: UInt64, units: Int) {
        world = World(layout: layout, faults: faults, seed: seed)
        mode = layout.gateMode
        world.loadFeeder(blank: units)
        fillCoder()
        outputs.run = true
        outputs.feed = true
        poll()
    }

    static func values(_ index: UInt64) -> [String] {
        ["04012345123456", "271231", "LOT7A", "S\(100_000 + index)"]
    }

    private mutating func fillCoder() {
        while world.coder.count < 20 {
            let values = Self.values(nextIndex)
            guard world.sendToCoder(index: nextIndex, values: values) else { return }
            expected.insert(PrintedCode(values: values).scan(fields: world.layout.codeFields))
            nextIndex += 1
        }
    }

    /// Runs until `time`, reacting to each event as it comes.
    mutating func run(until time: UInt64) {
        while world.now < time {
            let next = min(world.nextEventTime ?? .max, lastPoll + 20_000_000, time)
            let new = world.advance(to: next)
            take(new)
            if world.now >= lastPoll + 20_000_000 { poll() }
        }
    }

    /// Says nothing any more and lets time pass.
    mutating func fallSilent(until time: UInt64) {
        take(world.advance(to: time), react: false)
    }

    /// Comes back: writes all outputs as it knows them.
    mutating func wakeUp() {
        poll()
    }

    mutating func poll() {
        lastPoll = world.now
        outputs.heartbeat &+= 1
        outputs.runLimit = runLimit
        outputs.heartbeat &+= 1
        world.write(outputs)
        fillCoder()
    }

    private var runLimit: UInt32 {
        let tolerance = UInt32(world.layout.gateTolerance)
        if let first = tracks.first(where: { !$0.isDecided }) { return first.gateAt &- tolerance &- 1 }
        let layout = world.layout
        return world.io.position &+ UInt32(layout.gate - layout.partPresent) &- tolerance &- 2
    }

    private mutating func take(_ new: [WorldEvent], react: Bool = true) {
        trace.add(new)
        events += new
        for event in new {
            if case .gatePassed(let id) = event.kind { passed.append(id) }
            if react { answer(event.kind) }
        }
    }

    private mutating func answer(_ kind: WorldEvent.Kind) {
        switch kind {
        case .partPresent(let id, let count, let position):
            let distance = UInt32(world.layout.gate - world.layout.partPresent)
            tracks.append(Track(carton: id, count: count, gateAt: position &+ distance))
        case .unitRead(let id, let result):
            var isGood = false
            if case .code(let scan) = result { isGood = expected.remove(scan) != nil }
            decide(id, isGood: isGood)
        case .beltStopped:
            // The belt waits for the first undecided unit: no result in time is a rejection.
            let waiting = tracks.first { !$0.isDecided }
            if let waiting, waiting.gateAt.travel(from: world.io.position) < 40 {
                decide(waiting.carton, isGood: false)
            }
        default: break
        }
    }

    private mutating func decide(_ id: CartonID, isGood: Bool) {
        guard let index = tracks.firstIndex(where: { $0.carton == id && !$0.isDecided }) else { return }
        tracks[index].isDecided = true
        if isGood { good.insert(id) }
        switch mode {
        case .plc: outputs.setVerdict(isGood ? .pass : .reject, track: tracks[index].count)
        case .pass: if isGood { command(.passAt, at: tracks[index].gateAt) }
        case .eject: if !isGood { command(.ejectAt, at: tracks[index].gateAt) }
        case .stop: break
        }
        poll()
        tracks.removeAll { $0.isDecided && $0.gateAt.travel(from: world.io.position) < -100 }
    }

    private mutating func command(_ kind: GateCommandKind, at position: UInt32) {
        outputs.commandSequence = world.io.commandSequence &+ 1
        outputs.commandKind = kind.rawValue
        outputs.commandPosition = position
        outputs.heartbeat &+= 1
        world.write(outputs)
        if kind == .ejectAt, world.io.commandResult != .accepted { outputs.run = false }
    }
}

let second: UInt64 = 1_000_000_000

extension WorldLayout {
    /// The default line with this gate; the run limit matters only where silence must stop the belt.
    static func with(_ mode: WorldGateMode) -> WorldLayout {
        var layout = WorldLayout()
        layout.gateMode = mode
        layout.enforcesRunLimit = mode == .eject
        return layout
    }
}

extension WorldGateMode {
    /// Those in which something throws units out.
    static let gates: [WorldGateMode] = [.plc, .pass, .eject]
}
