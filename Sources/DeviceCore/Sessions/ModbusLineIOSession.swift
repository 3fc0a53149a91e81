/// The line I/O contract over Modbus TCP, or RTU on a serial line, as client. Registers: `docs/line-io.md`.
///
/// One read and one write may be outstanding together, each matched by its transaction number. A late,
/// missing, wrong or exception reply closes the connection: the controller then drops run-enable by itself,
/// because nothing renews its heartbeat. The heartbeat moves only with `setOutputs`, never on the session's
/// own account, so a rules thread that hangs stops the conveyor.
///
/// Nothing is written before the first read has shown the contract's version. A second gate command waits
/// until the inputs show that the controller took the first: the controller has one register for them.
/// What was written and not acknowledged when the connection ends is in doubt and has no event of its own;
/// the `stale` event covers it.
///
/// On a serial line replies have no number: one request is open at a time, what answers it is its unit's
/// next frame, nothing is asked within a reply's time of the connection, and the line is left quiet for
/// `frameGapMilliseconds` before the next.
public struct ModbusLineIOSession: DeviceSession {
    /// Gate commands, and verdicts, waiting for their turn, at most; one more counts as expired.
    static let maxWaiting = 64

    private struct Verdict: Sendable {
        let track: UInt16
        let pass: Bool
        let expiresAt: UInt64
    }

    private struct Write: Sendable {
        var transaction: UInt16
        var deadline: UInt64
        var start: UInt16
        var count: UInt16
        var outputs = false
        var purgeUntil: UInt32?
        var gate: UInt16?
        var verdict: UInt16?
    }

    private let map: LineIORegisterMap
    private let unit: UInt8
    private let replyTimeout: UInt64
    private let pollInterval: UInt64
    private let wire: ModbusFrame
    private let frameGap: UInt64

    private var stream: ModbusStream
    private var isConnected = false
    /// True once a read has shown the right contract version on this connection.
    private var isReady = false
    private var transaction: UInt16 = 0
    private var heartbeat: UInt16 = 0
    private var read: (transaction: UInt16, deadline: UInt64)?
    private var write: Write?
    private var readAt: UInt64 = 0
    private var readIsNext = false
    /// Nothing is sent before; a serial line's silence between frames.
    private var quietUntil: UInt64 = 0

    private var outputs: LineIOOutputs?
    private var writtenPurgeUntil: UInt32?
    private var gates = BoundedQueue<LineIOGateCommand>(limit: maxWaiting)
    private var verdicts = BoundedQueue<Verdict>(limit: maxWaiting)
    /// Sequence written and not yet shown as taken.
    private var untakenGate: UInt16?
    private var verdictIsNext = false

    private var report = InputsReport()

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let map = profile.modbus else { throw ProfileFault("modbus", "not a line I/O profile") }
        self.map = map
        unit = UInt8(truncatingIfNeeded: map.unit)
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        pollInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        wire = ModbusFrame(isSerial: profile.framing.kind == .modbusRTU)
        frameGap = nanoseconds(map.frameGapMilliseconds)
        stream = try ModbusStream(profile)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        let nextRead = read?.deadline ?? (mayRead ? max(readAt, quietUntil) : nil)
        return earliest(
            nextRead, write?.deadline, stream.deadline, mayWrite && hasToWrite ? quietUntil : nil,
            gates.waiting.map(\.expiresAt).min(),
            verdicts.waiting.map(\.expiresAt).min())
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        forgetConnection()
        isConnected = true
        readAt = now
        // An answer to a question of the last connection may still be on its way, and would pass for a new
        // one.
        if wire.isSerial { quietUntil = now + replyTimeout }
        return [.event(.connected)] + advance(at: now)
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        var steps = gates.drain().map { DeviceStep.event(.gateCommandExpired(sequence: $0.sequence)) }
        steps += verdicts.drain().map { .event(.verdictExpired(track: $0.track)) }
        forgetConnection()
        return steps + [.event(.stale)]
    }

    private mutating func forgetConnection() {
        stream.reset()
        isConnected = false
        isReady = false
        read = nil
        write = nil
        outputs = nil
        writtenPurgeUntil = nil
        untakenGate = nil
        report.reset()
        quietUntil = 0
    }

    // MARK: - Commands

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        switch command {
        case .setOutputs(let outputs):
            // While disconnected nothing is kept: the rules repeat their outputs, old ones must not come
            // back.
            guard isConnected else { return [] }
            self.outputs = outputs
        case .gateCommand(let gate):
            guard isConnected, gates.append(gate) else {
                return [.event(.gateCommandExpired(sequence: gate.sequence))]
            }
        case .verdict(let track, let pass, let expiresAt):
            guard isConnected, verdicts.append(Verdict(track: track, pass: pass, expiresAt: expiresAt)) else {
                return [.event(.verdictExpired(track: track))]
            }
        case .selectJob, .readJob: return [.event(JobCommands.missing)]
        case .prepareCoder, .sendRecord, .clearCoder, .printLabel, .trigger, .feedback, .weigh:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for line I/O")))]
        }
        return advance(at: now)
    }

    // MARK: - Sending

    /// Starts whatever may start now. Writes go first: a gate signal must not stand behind a poll.
    private mutating func advance(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        var steps = dropExpired(at: now)
        guard quietUntil <= now else { return steps }
        let isUrgent = untakenGate != nil && !gates.isEmpty
        let readIsDue = readAt <= now || isUrgent
        // Where only one request may be open, a due read goes between two writes.
        if isReady, mayWrite, !(opensOne && readIsDue && readIsNext), let bytes = nextWrite(at: now) {
            readIsNext = true
            steps.append(.write(bytes))
        }
        if mayRead, readIsDue { steps.append(.write(startRead(at: now))) }
        return steps
    }

    private var opensOne: Bool { map.openRequests == 1 }
    /// On a serial line what waits for the silence must not wait for the next poll.
    private var hasToWrite: Bool {
        wire.isSerial && isReady
            && (outputs != nil || !verdicts.isEmpty || (untakenGate == nil && !gates.isEmpty))
    }
    private var mayWrite: Bool { write == nil && (!opensOne || read == nil) }
    private var mayRead: Bool { read == nil && (!opensOne || write == nil) }

    private mutating func startRead(at now: UInt64) -> [UInt8] {
        let number = nextTransaction()
        read = (number, now + replyTimeout)
        readAt = now + pollInterval
        readIsNext = false
        return wire.read(
            transaction: number, unit: unit, start: register(map.inputs.start),
            count: register(map.inputs.count))
    }

    /// The last look at the clock before bytes are made.
    private mutating func dropExpired(at now: UInt64) -> [DeviceStep] {
        var steps: [DeviceStep] = []
        if gates.waiting.contains(where: { $0.expiresAt <= now }) {
            steps += gates.remove { $0.expiresAt <= now }.map {
                .event(.gateCommandExpired(sequence: $0.sequence))
            }
        }
        if verdicts.waiting.contains(where: { $0.expiresAt <= now }) {
            steps += verdicts.remove { $0.expiresAt <= now }.map { .event(.verdictExpired(track: $0.track)) }
        }
        return steps
    }

    /// Order: a purge's end before the bit that starts it; a gate command, together with waiting outputs
    /// where the registers touch; then outputs and verdicts in turn.
    private mutating func nextWrite(at now: UInt64) -> [UInt8]? {
        let mayGate = untakenGate == nil && !gates.isEmpty
        if let outputs, outputs.purgeUntil != writtenPurgeUntil, !mayGate {
            return writePurge(outputs, at: now)
        }
        if mayGate, let gate = gates.popFirst() { return writeGate(gate, at: now) }
        if outputs != nil, verdicts.isEmpty || !verdictIsNext {
            verdictIsNext = true
            return writeOutputs(at: now)
        }
        guard let verdict = verdicts.popFirst() else { return nil }
        verdictIsNext = false
        return writeVerdict(verdict, at: now)
    }

    private mutating func writePurge(_ outputs: LineIOOutputs, at now: UInt64) -> [UInt8] {
        let position = outputs.purgeUntil
        return begin(map.outputs.purgeUntil, words(position), at: now) { $0.purgeUntil = position }
    }

    private mutating func writeGate(_ gate: LineIOGateCommand, at now: UInt64) -> [UInt8] {
        let values = [gate.sequence, gate.kind.rawValue] + words(gate.position)
        let touches = map.outputs.gate == map.outputs.heartbeat + 4
        if touches, let outputs, outputs.purgeUntil == writtenPurgeUntil {
            self.outputs = nil
            return begin(map.outputs.heartbeat, control(outputs) + values, at: now) {
                $0.gate = gate.sequence
                $0.outputs = true
            }
        }
        return begin(map.outputs.gate, values, at: now) { $0.gate = gate.sequence }
    }

    private mutating func writeOutputs(at now: UInt64) -> [UInt8]? {
        guard let outputs else { return nil }
        self.outputs = nil
        return begin(map.outputs.heartbeat, control(outputs), at: now) { $0.outputs = true }
    }

    private mutating func writeVerdict(_ verdict: Verdict, at now: UInt64) -> [UInt8] {
        let slot = Int(verdict.track) % map.outputs.verdictSlots
        return begin(map.outputs.verdictTable + 2 * slot, [verdict.track, verdict.pass ? 1 : 2], at: now) {
            $0.verdict = verdict.track
        }
    }

    private mutating func begin(
        _ start: Int, _ values: [UInt16], at now: UInt64, _ note: (inout Write) -> Void
    ) -> [UInt8] {
        var write = Write(
            transaction: nextTransaction(), deadline: now + replyTimeout, start: register(start),
            count: register(values.count))
        note(&write)
        self.write = write
        return wire.write(
            transaction: write.transaction, unit: unit, start: write.start, values: values)
    }

    /// Heartbeat (one step further), control bits, run limit.
    private mutating func control(_ outputs: LineIOOutputs) -> [UInt16] {
        heartbeat &+= 1
        let bits = [
            outputs.runEnable, outputs.feedEnable, outputs.purge, outputs.red, outputs.amber, outputs.green,
            outputs.horn,
        ]
        let control = bits.enumerated().reduce(UInt16(0)) { $0 | ($1.element ? 1 << UInt16($1.offset) : 0) }
        return [heartbeat, control] + words(outputs.runLimit)
    }

    private func words(_ value: UInt32) -> [UInt16] {
        [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)]
    }

    /// Register numbers and counts of a validated map fit.
    private func register(_ number: Int) -> UInt16 { UInt16(truncatingIfNeeded: number) }

    private mutating func nextTransaction() -> UInt16 {
        transaction &+= 1
        return transaction
    }

    // MARK: - Receiving

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        var steps: [DeviceStep] = []
        let (frames, fault) = stream.receive(bytes, at: now)
        for frame in frames {
            steps += reply(frame, at: now)
            if case .close? = steps.last { return steps }
        }
        if let fault { return steps + [.close(fault)] }
        return steps + tick(at: now)
    }

    private mutating func reply(_ frame: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard let (told, from, reply) = wire.parse(frame) else {
            return [.unexpected("a reply without a function")]
        }
        guard from == unit else { return [.unexpected("a reply of unit \(from), asked unit \(unit)")] }
        quietUntil = now + frameGap
        guard let number = told ?? read?.transaction ?? write?.transaction else {
            quietUntil = now + replyTimeout
            return [.event(.noise(frame))]
        }
        if let (transaction, deadline) = read, transaction == number {
            read = nil
            guard now < deadline else { return [.late(replyTimeout)] }
            return inputs(reply, at: now)
        }
        if let write, write.transaction == number {
            self.write = nil
            guard now < write.deadline else { return [.late(replyTimeout)] }
            return written(write, reply)
        }
        return [.unexpected("a reply to transaction \(number), which is not open")]
    }

    private mutating func inputs(_ reply: ModbusFrame.Reply, at now: UInt64) -> [DeviceStep] {
        switch reply {
        case .exception(let code): return [.exception(code, "read of inputs")]
        case .registers(let values):
            guard values.count == map.inputs.count else {
                return [.unexpected("\(values.count) registers, asked for \(map.inputs.count)")]
            }
            let version = values[map.inputs.contractVersion - map.inputs.start]
            guard Int(version) == map.contract else {
                let detail =
                    "the controller reports contract version \(version), this program speaks \(map.contract)"
                return [.close(DeviceFault(.contractVersion, detail))]
            }
            isReady = true
            let inputs = LineIOInputs(registers: values, map: map.inputs)
            if let sequence = untakenGate, inputs.gateSequenceTaken == sequence { untakenGate = nil }
            return report.steps(inputs, at: now)
        case .written, .malformed: return [.unexpected("not the reply to a read")]
        }
    }

    private mutating func written(_ write: Write, _ reply: ModbusFrame.Reply) -> [DeviceStep] {
        guard case .written(write.start, write.count) = reply else {
            var steps: [DeviceStep] = []
            if case .exception(let code) = reply {
                // The device says that it did not take these: they come back to the rules.
                if let sequence = write.gate { steps.append(.event(.gateCommandExpired(sequence: sequence))) }
                if let track = write.verdict { steps.append(.event(.verdictExpired(track: track))) }
                return steps + [.exception(code, "write of register \(write.start)")]
            }
            return [.unexpected("not the reply to a write of \(write.count) registers at \(write.start)")]
        }
        var steps: [DeviceStep] = []
        if let position = write.purgeUntil { writtenPurgeUntil = position }
        if let sequence = write.gate {
            untakenGate = sequence
            steps.append(.event(.gateCommandWritten(sequence: sequence)))
        }
        if let track = write.verdict { steps.append(.event(.verdictWritten(track: track))) }
        if write.outputs { steps.append(.event(.outputsWritten)) }
        return steps
    }

    // MARK: - Time

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        if let broken = stream.broken(at: now) { return dropExpired(at: now) + [.close(broken)] }
        if let read, read.deadline <= now { return dropExpired(at: now) + [.late(replyTimeout)] }
        if let write, write.deadline <= now { return dropExpired(at: now) + [.late(replyTimeout)] }
        return advance(at: now)
    }
}

extension LineIOInputs {
    /// Reads a whole poll.
    ///
    /// - Parameters:
    ///   - registers: `map.count` registers from `map.start` on.
    ///   - map: A validated map.
    init(registers: [UInt16], map: LineIORegisterMap.Inputs) {
        func word(_ register: Int) -> UInt16 { registers[register - map.start] }
        func long(_ register: Int) -> UInt32 { UInt32(word(register)) << 16 | UInt32(word(register + 1)) }
        func latched(_ register: Int) -> LineIOLatchedCounter {
            LineIOLatchedCounter(count: word(register), position: long(register + 1))
        }
        self.init()
        let status = word(map.status)
        conveyorRunning = status & 1 != 0
        binFull = status & 2 != 0
        watchdogTripped = status & 4 != 0
        gateFault = status & 8 != 0
        beltPosition = long(map.beltPosition)
        part = latched(map.part)
        pass = latched(map.pass)
        reject = latched(map.reject)
        gateSequenceTaken = word(map.gateSequence)
        gateResult = LineIOGateResult(register: word(map.gateSequence + 1))
        heartbeatEcho = word(map.heartbeatEcho)
        dispositionCounter = word(map.dispositionCounter)
        dispositionRing = (0..<map.dispositionSlots).map { slot in
            let register = map.dispositionRing + 2 * slot
            return LineIODisposition(
                track: word(register), result: LineIODisposition.Result(register: word(register + 1)))
        }
    }
}
