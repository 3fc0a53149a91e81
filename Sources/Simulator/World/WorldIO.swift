/// Result of the last gate command, as the controller shows it.
package enum GateCommandResult: UInt16, Sendable {
    /// No command yet.
    case none = 0
    /// The command stands.
    case accepted = 1
    /// Its window had begun, or it does not fit the gate mode, or too many stand. It has no effect.
    case refusedLate = 2
}

/// What a gate command asks for.
package enum GateCommandKind: UInt16, Sendable {
    /// Nothing.
    case none = 0
    /// Let the unit at this position pass (gate mode `pass`).
    case passAt = 1
    /// Reject the unit at this position (gate mode `eject`).
    case ejectAt = 2
}

/// A verdict on a track, in the table of gate mode `plc`.
package enum WorldVerdict: UInt16, Sendable {
    /// No verdict: rejected.
    case none = 0
    /// Let it pass.
    case pass = 1
    /// Reject it.
    case reject = 2
}

/// What the gate did with a track, as gate mode `plc` reports it.
package struct GateDisposition: Hashable, Sendable {
    /// Track number: the part-present counter's value for the unit.
    package var track: UInt16
    /// 1 passed, 2 rejected, 0 nothing yet.
    package var result: UInt16

    /// An entry of the ring.
    package init(track: UInt16, result: UInt16) {
        self.track = track
        self.result = result
    }
}

/// What the line I/O controller shows.
package struct WorldIOInputs: Equatable, Sendable {
    /// The belt moves (stepped drive: would move).
    package var running = false
    /// The reject bin is full.
    package var binFull = false
    /// Nothing was written in time; cleared by the next write.
    package var watchdogTripped = true
    /// The gate cannot move.
    package var gateFault = false
    /// Encoder, low 32 bits; wraps.
    package var position: UInt32 = 0
    /// Units seen by the part-present sensor; wraps.
    package var partPresentCount: UInt16 = 0
    /// Encoder at the last of them.
    package var partPresentPosition: UInt32 = 0
    /// Units seen by the pass sensor; wraps.
    package var passCount: UInt16 = 0
    /// Encoder at the last of them.
    package var passPosition: UInt32 = 0
    /// Units seen by the confirmation sensor in the chute; wraps.
    package var rejectCount: UInt16 = 0
    /// Encoder at the last of them.
    package var rejectPosition: UInt32 = 0
    /// Sequence of the last gate command taken in.
    package var commandSequence: UInt16 = 0
    /// What became of it.
    package var commandResult = GateCommandResult.none
    /// The heartbeat last written.
    package var heartbeatEcho: UInt16 = 0
    /// Dispositions reported; wraps.
    package var dispositionCount: UInt16 = 0
    /// Ring of the last 8; the newest is at `(dispositionCount - 1) mod 8`.
    package var dispositions = [GateDisposition](repeating: .init(track: 0, result: 0), count: 8)

    /// Nothing seen yet.
    package init() {}

    /// Holding registers 0...32.
    ///
    /// ```
    ///  0 version = 1             7 pass count              13 last command sequence
    ///  1 bit 0 running           8 pass position, high     14 its result
    ///    bit 1 bin full          9 pass position, low      15 heartbeat echo
    ///    bit 2 watchdog tripped 10 reject count            16 disposition count
    ///    bit 3 gate fault       11 reject position, high   17 ring: track, result,
    ///  2 position, high         12 reject position, low    ..       8 times
    ///  3 position, low                                     32
    ///  4 part-present count, 5 and 6 its position
    /// ```
    package func registers() -> [UInt16] {
        var bits: UInt16 = 0
        if running { bits |= 1 }
        if binFull { bits |= 2 }
        if watchdogTripped { bits |= 4 }
        if gateFault { bits |= 8 }
        var all = [1, bits, position.high, position.low]
        all += [partPresentCount, partPresentPosition.high, partPresentPosition.low]
        all += [passCount, passPosition.high, passPosition.low]
        all += [rejectCount, rejectPosition.high, rejectPosition.low]
        all += [commandSequence, commandResult.rawValue, heartbeatEcho, dispositionCount]
        for entry in dispositions { all += [entry.track, entry.result] }
        return all
    }
}

/// One slot of the verdict table.
package struct VerdictSlot: Equatable, Sendable {
    /// The track the verdict is about; must stand in slot `track mod 16`.
    package var track: UInt16
    /// As written; anything but ``WorldVerdict/pass`` rejects.
    package var verdict: UInt16

    /// A slot as written.
    package init(track: UInt16, verdict: UInt16) {
        self.track = track
        self.verdict = verdict
    }
}

/// What can be told to the line I/O controller.
package struct WorldIOOutputs: Equatable, Sendable {
    /// Written back as the heartbeat echo.
    package var heartbeat: UInt16 = 0
    /// Run-enable: the belt may move.
    package var run = false
    /// Feed-enable: the feeder may put cartons on the belt.
    package var feed = false
    /// Purge: reject everything up to ``purgeUntil``.
    package var purge = false
    /// Red lamp.
    package var red = false
    /// Amber lamp.
    package var amber = false
    /// Green lamp.
    package var green = false
    /// Horn.
    package var horn = false
    /// The belt stops here. A carton whose gate position equals the limit is still acted on.
    package var runLimit: UInt32 = 0
    /// A new value makes the fields below a command; the same value again does not.
    package var commandSequence: UInt16 = 0
    /// What is asked for; see ``GateCommandKind``.
    package var commandKind: UInt16 = 0
    /// Encoder value at which the unit's leading edge is at the gate.
    package var commandPosition: UInt32 = 0
    /// With ``purge``: every unit that reaches the gate at or before this position is rejected.
    package var purgeUntil: UInt32 = 0
    /// 16 slots, a track in slot `track mod 16`.
    package var verdicts = [VerdictSlot](repeating: .init(track: 0, verdict: 0), count: 16)

    /// Everything off, nothing allowed.
    package init() {}

    /// Register address of the first output.
    package static let firstRegister = 100
    /// Register address of the end of the purge, two registers.
    package static let purgeRegister = 108
    /// Number of output registers.
    package static let registerCount = 44

    /// Puts a verdict where the controller looks for it.
    package mutating func setVerdict(_ verdict: WorldVerdict, track: UInt16) {
        verdicts[Int(track % 16)] = VerdictSlot(track: track, verdict: verdict.rawValue)
    }

    /// Holding registers 100...143.
    ///
    /// ```
    /// 100 heartbeat                          104 command sequence
    /// 101 bit 0 run, 1 feed, 2 purge, 3 red, 105 command kind
    ///     4 amber, 5 green, 6 horn           106 position, high; 107 low
    /// 102 run limit, high; 103 low           108 purge until, high; 109 low
    /// 110, 111 not used, read as 0           112...143 verdict table: track, verdict, 16 times
    /// ```
    package func registers() -> [UInt16] {
        var bits: UInt16 = 0
        for (index, isSet) in [run, feed, purge, red, amber, green, horn].enumerated() where isSet {
            bits |= 1 << UInt16(index)
        }
        var all = [heartbeat, bits, runLimit.high, runLimit.low, commandSequence, commandKind]
        all += [commandPosition.high, commandPosition.low, purgeUntil.high, purgeUntil.low, 0, 0]
        for slot in verdicts { all += [slot.track, slot.verdict] }
        return all
    }

    /// The outputs after `values` were written from register `address` on.
    ///
    /// - Returns: `nil` when a register written is not an output; nothing is taken then.
    func writing(_ values: [UInt16], at address: Int) -> WorldIOOutputs? {
        guard (Self.firstRegister..<Self.firstRegister + Self.registerCount).contains(address) else {
            return nil
        }
        let offset = address - Self.firstRegister
        guard values.count <= Self.registerCount - offset else { return nil }
        var all = registers()
        all.replaceSubrange(offset..<offset + values.count, with: values)
        return WorldIOOutputs(registers: all)
    }

    private init(registers all: [UInt16]) {
        heartbeat = all[0]
        run = all[1] & 1 != 0
        feed = all[1] & 2 != 0
        purge = all[1] & 4 != 0
        red = all[1] & 8 != 0
        amber = all[1] & 16 != 0
        green = all[1] & 32 != 0
        horn = all[1] & 64 != 0
        runLimit = UInt32(high: all[2], low: all[3])
        commandSequence = all[4]
        commandKind = all[5]
        commandPosition = UInt32(high: all[6], low: all[7])
        purgeUntil = UInt32(high: all[8], low: all[9])
        for slot in 0..<16 {
            verdicts[slot] = VerdictSlot(track: all[12 + 2 * slot], verdict: all[13 + 2 * slot])
        }
    }
}

extension UInt32 {
    var high: UInt16 { UInt16(truncatingIfNeeded: self >> 16) }
    var low: UInt16 { UInt16(truncatingIfNeeded: self) }

    init(high: UInt16, low: UInt16) {
        self = UInt32(high) << 16 | UInt32(low)
    }

    /// Counts from `earlier` to this register value, the short way round: -2^31 ..< 2^31.
    package func travel(from earlier: UInt32) -> Int64 {
        Int64(Int32(bitPattern: self &- earlier))
    }
}
