/// What the line I/O contract asks of a controller, done on this side for a module without a program: counts
/// running time, latches edges, opens the gate for the units let through.
///
/// It keeps no clock: every look at the inputs and every question comes with its time.
/// - Source: `docs/line-io.md`, "Without an encoder" and "A module without a program".
struct ModuleController: Sendable {
    /// A stop shows for at least this long, in nanoseconds.
    static let stopShows: UInt64 = 200_000_000
    /// Commands that may stand at once; further ones are refused.
    static let maxCommands = 64
    /// Between two looks the belt is taken to run on for so long at most, in nanoseconds; then the gate
    /// shuts.
    static let longestGuess: UInt64 = 50_000_000
    /// A belt not looked at for longer counts as stopped, in nanoseconds.
    static let longestGap: UInt64 = 100_000_000

    private let module: LineIOModule
    /// Belt and gate are off when nothing came from the rules for this long, in nanoseconds.
    private let life: UInt64

    private(set) var inputs = LineIOInputs()
    private var outputs = LineIOOutputs()
    private var beatAt: UInt64?
    private var lookedAt: UInt64?
    /// Nanoseconds for which the belt ran.
    private var ran: UInt64 = 0
    private var stopShowsUntil: UInt64 = 0
    private var isStopUnanswered = true
    /// Places of the units that may pass.
    private var commands: [UInt32] = []
    private var levels: [LineIOModule.Input: Bool] = [:]
    private var counts: [LineIOModule.Input: UInt16] = [:]

    /// - Parameter watchdogMilliseconds: The module's own, 0 where nobody knows; here it counts as well.
    init(_ module: LineIOModule, watchdogMilliseconds: Int) {
        self.module = module
        life = nanoseconds(watchdogMilliseconds == 0 ? 500 : watchdogMilliseconds)
        inputs.watchdogTripped = true
        // One slot that is never used: a module throws out or lets pass without telling whom.
        inputs.dispositionRing = [LineIODisposition(track: 0, result: .none)]
    }

    // MARK: - From the rules

    /// The rules are alive, and want this.
    mutating func take(_ new: LineIOOutputs, at now: UInt64) {
        // The first word of a connection answers nothing: it may be older than the connection.
        if beatAt != nil, new.purgeUntil != outputs.purgeUntil { isStopUnanswered = false }
        outputs = new
        beatAt = now
        inputs.heartbeatEcho &+= 1
    }

    /// Takes a gate command or refuses it; the inputs show which.
    mutating func take(_ command: LineIOGateCommand, at now: UInt64) {
        inputs.gateSequenceTaken = command.sequence
        let ahead = Self.travel(to: command.position, from: position(at: now))
        let isInTime = ahead >= Int64(module.gateWindowMilliseconds)
        guard command.kind == .passAt, isInTime, commands.count < Self.maxCommands else {
            inputs.gateResult = .refusedLate
            return
        }
        inputs.gateResult = .accepted
        commands.append(command.position)
    }

    /// The module dropped its outputs, or is itself again.
    mutating func watchdog(isTripped: Bool) {
        inputs.watchdogTripped = isTripped
        if isTripped { commands = [] }
    }

    // MARK: - From the module

    /// One look at the inputs.
    ///
    /// - Parameters:
    ///   - levels: Each input that is wired, inversion taken off.
    ///   - counts: The low word of each counter.
    mutating func look(
        _ levels: [LineIOModule.Input: Bool], _ counts: [LineIOModule.Input: UInt16], at now: UInt64
    ) {
        // Not looked at for long: it may have stopped in between.
        let isSeen = lookedAt.map { now &- $0 <= Self.longestGap } ?? true
        let runs = levels[.running] == true && isSeen
        if inputs.conveyorRunning, runs, let lookedAt { ran += now &- lookedAt }
        lookedAt = now
        if !runs {
            stopShowsUntil = now + Self.stopShows
            isStopUnanswered = true
        }
        inputs.conveyorRunning = runs && now >= stopShowsUntil && !isStopUnanswered
        if !inputs.conveyorRunning { commands = [] }
        inputs.beltPosition = position(at: now)
        inputs.binFull = levels[.binFull] == true
        note(edges(of: .part, levels, counts), \.part)
        note(edges(of: .pass, levels, counts), \.pass)
        note(edges(of: .reject, levels, counts), \.reject)
        (self.levels, self.counts) = (levels, counts)
        let here = inputs.beltPosition
        commands.removeAll { Self.travel(to: $0, from: here) < -Int64(module.gateWindowMilliseconds) }
    }

    /// Edges since the last look; none at the first.
    private func edges(
        of input: LineIOModule.Input, _ levels: [LineIOModule.Input: Bool],
        _ counts: [LineIOModule.Input: UInt16]
    ) -> UInt16 {
        if let count = counts[input] { return self.counts[input].map { count &- $0 } ?? 0 }
        return levels[input] == true && self.levels[input] == false ? 1 : 0
    }

    private mutating func note(
        _ edges: UInt16, _ counter: WritableKeyPath<LineIOInputs, LineIOLatchedCounter>
    ) {
        guard edges > 0 else { return }
        inputs[keyPath: counter].count &+= edges
        inputs[keyPath: counter].position = inputs.beltPosition
    }

    // MARK: - To the module

    /// Nothing came from the rules for so long that the module's own watchdog must have acted, even if belt
    /// and gate were turned off in between.
    func isSilent(at now: UInt64) -> Bool { beatAt.map { now >= $0 &+ 3 &* life } ?? true }

    /// What the outputs should be now.
    func wanted(at now: UInt64) -> Set<LineIOModule.Output> {
        guard !isSilent(at: now) else { return [] }
        var wanted: Set<LineIOModule.Output> = []
        if outputs.red { wanted.insert(.red) }
        if outputs.amber { wanted.insert(.amber) }
        if outputs.green { wanted.insert(.green) }
        if outputs.horn { wanted.insert(.horn) }
        let here = position(at: now)
        guard outputs.runEnable, let dies, now < dies, Self.travel(to: outputs.runLimit, from: here) > 0
        else {
            return wanted
        }
        wanted.insert(.run)
        if outputs.feedEnable { wanted.insert(.feed) }
        let isPurging = outputs.purge && Self.travel(to: outputs.purgeUntil, from: here) >= 0
        if let blind, now < blind, !isPurging, commands.contains(where: { isAtGate($0, here) }) {
            wanted.insert(.gate)
        }
        return wanted
    }

    /// When ``wanted(at:)`` changes by itself at the earliest; `nil` if it does not.
    func nextChange(after now: UInt64) -> UInt64? {
        let silent = beatAt.map { $0 &+ 3 &* life }
        let dead = [dies, silent].compactMap { $0 }.filter { $0 > now }.min()
        guard let blind, now < blind else { return dead }
        let here = position(at: now)
        let window = UInt32(truncatingIfNeeded: module.gateWindowMilliseconds)
        var edges = commands.flatMap { [$0 &- window, $0 &+ window &+ 1] }
        if outputs.runEnable { edges.append(outputs.runLimit) }
        let ahead = edges.map { Self.travel(to: $0, from: here) }.filter { $0 > 0 }.min()
        // Up to a millisecond of the place is not counted yet.
        let due = ahead.map { now + UInt64($0) * 1_000_000 - elapsed(at: now) % 1_000_000 }
        return earliest(due, dead, blind)
    }

    /// When belt and gate are turned off unless the rules speak again.
    private var dies: UInt64? { beatAt.map { $0 &+ life } }

    /// When the last look is too old to say where the belt is; `nil` while it stands.
    private var blind: UInt64? { inputs.conveyorRunning ? lookedAt.map { $0 + Self.longestGuess } : nil }

    private func isAtGate(_ command: UInt32, _ here: UInt32) -> Bool {
        abs(Self.travel(to: command, from: here)) <= Int64(module.gateWindowMilliseconds)
    }

    /// Running time with what passed since the last look, if the belt ran then.
    private func elapsed(at now: UInt64) -> UInt64 {
        guard inputs.conveyorRunning, let lookedAt, now > lookedAt else { return ran }
        return ran + min(now - lookedAt, Self.longestGuess)
    }

    private func position(at now: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: elapsed(at: now) / 1_000_000)
    }

    /// Milliseconds from one place to another, the short way round.
    private static func travel(to place: UInt32, from here: UInt32) -> Int64 {
        Int64(Int32(bitPattern: place &- here))
    }
}
