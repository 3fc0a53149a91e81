/// A Modbus I/O module without a program of its own, as client: the session is the controller, the module its
/// inputs and outputs. Bits and registers: table `[modbus.module]` of the profile.
///
/// One request is open at a time. On each connection all outputs are turned off first, whatever they were;
/// then the module's watchdog is set and looked at; a module that does not take it is not used, and stays
/// off. Nothing is written but the rules' outputs and what follows from them; when nothing comes from the
/// rules, belt and gate are turned off after the watchdog's time, and the module turns off the rest. What
/// is read back and is not as written counts as that watchdog.
///
/// A late, missing, wrong or exception reply closes the connection; the module then acts by itself.
public struct ModbusModuleSession: DeviceSession {
    /// The outputs are read back and the watchdog is asked each so many nanoseconds.
    static let checkEvery: UInt64 = 50_000_000

    fileprivate enum Question: Equatable, Sendable {
        /// All outputs off; before the set-up an exception may mean that the watchdog acted.
        case off(isFirst: Bool)
        /// The watchdog acted, as the exception said.
        case tripped
        case setUp(Int)
        case verify(Int)
        case inputs
        case counters
        case readBack
        case watchdog
        case outputs(UInt64, isBeat: Bool)
    }

    private let map: LineIORegisterMap
    private let module: LineIOModule
    private let unit: UInt8
    private let replyTimeout: UInt64
    private let pollInterval: UInt64
    private let wire: ModbusFrame
    private let frameGap: UInt64
    /// Run, feed and gate: what moves.
    private let moving: UInt64
    private let gateBit: UInt64

    private var stream: ModbusStream
    private var controller: ModuleController
    private var isConnected = false
    private var transaction: UInt16 = 0
    private var open: (question: Question, transaction: UInt16, deadline: UInt64)?
    /// What comes next before anything else: set-up, and the rest of a look.
    private var queue: [Question] = []
    /// The module's watchdog acted: it is set anew with the next outputs of the rules.
    private var mustSetUp = false
    /// Outputs of the rules were written on this connection.
    private var hasSpoken = false
    private var hasLooked = false
    private var readAt: UInt64 = 0
    private var checkAt: UInt64 = 0
    private var quietUntil: UInt64 = 0
    /// When the session was last called.
    private var lastAt: UInt64 = 0
    private var levels: [LineIOModule.Input: Bool] = [:]
    /// Bits as last written; `nil` before the first write.
    private var written: UInt64?
    /// The rules' outputs wait to be written.
    private var hasBeat = false
    private var lookIsNext = false
    private var report = InputsReport()

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let map = profile.modbus, let module = map.module else {
            throw ProfileFault("modbus.module", "not the profile of a module")
        }
        self.map = map
        self.module = module
        unit = UInt8(truncatingIfNeeded: map.unit)
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        pollInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        wire = ModbusFrame(isSerial: profile.framing.kind == .modbusRTU)
        frameGap = nanoseconds(map.frameGapMilliseconds)
        stream = try ModbusStream(profile)
        moving = Self.bits([.run, .feed, .gate], module)
        gateBit = Self.bits([.gate], module)
        controller = ModuleController(module, watchdogMilliseconds: map.watchdogMilliseconds)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        if let open {
            return earliest(open.deadline, stream.deadline)
        }
        if !queue.isEmpty || (hasLooked && (hasBeat || isLeftOn(at: lastAt) || hasChange(at: lastAt))) {
            return quietUntil
        }
        let change = hasLooked ? controller.nextChange(after: lastAt) : nil
        return earliest(readAt, change).map { max($0, quietUntil) }
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        forgetConnection()
        isConnected = true
        readAt = now
        lastAt = now
        controller = ModuleController(module, watchdogMilliseconds: map.watchdogMilliseconds)
        beginSetUp()
        if wire.isSerial { quietUntil = now + replyTimeout }
        return [.event(.connected)] + advance(at: now)
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        // What was asked for and not answered may be done.
        var asked: UInt64 = 0
        if case .outputs(let bits, _)? = open?.question { asked = bits }
        let isOpen = ((written ?? 0) | asked) & gateBit != 0
        forgetConnection()
        guard isOpen else { return [.event(.stale)] }
        let detail =
            "the connection ended with the gate open: until the module's watchdog shut it "
            + "(\(map.watchdogMilliseconds) ms), units may have passed unseen; take off what lies "
            + "behind the gate"
        return [.event(.fault(DeviceFault(.hungUp, detail))), .event(.stale)]
    }

    private mutating func forgetConnection() {
        stream.reset()
        isConnected = false
        open = nil
        queue = []
        mustSetUp = false
        hasSpoken = false
        hasLooked = false
        written = nil
        hasBeat = false
        report.reset()
        quietUntil = 0
        checkAt = 0
    }

    private mutating func beginSetUp() {
        // The set-up may stop a watchdog that still holds somebody's outputs: they go off before it.
        queue = [.off(isFirst: true)]
        for (index, step) in module.setup.enumerated() {
            if step.isWritten { queue.append(.setUp(index)) }
            if step.isVerified { queue.append(.verify(index)) }
        }
        if !module.setup.isEmpty { queue.append(.off(isFirst: false)) }
    }

    // MARK: - Commands

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        lastAt = now
        switch command {
        case .setOutputs(let outputs):
            // What was meant for the time before the first look was meant for another belt.
            guard isConnected, hasLooked else { return [] }
            controller.take(outputs, at: now)
            hasBeat = true
            return advance(at: now)
        case .gateCommand(let gate):
            guard isConnected, hasLooked, gate.expiresAt > now else {
                return [.event(.gateCommandExpired(sequence: gate.sequence))]
            }
            controller.take(gate, at: now)
            return [.event(.gateCommandWritten(sequence: gate.sequence))] + told(at: now) + advance(at: now)
        case .verdict(let track, _, _): return [.event(.verdictExpired(track: track))]
        case .selectJob, .readJob: return [.event(JobCommands.missing)]
        case .prepareCoder, .sendRecord, .clearCoder, .printLabel, .trigger, .feedback, .weigh:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for line I/O")))]
        }
    }

    // MARK: - Sending

    private mutating func advance(at now: UInt64) -> [DeviceStep] {
        guard isConnected, open == nil, quietUntil <= now, let question = next(at: now) else { return [] }
        transaction &+= 1
        open = (question, transaction, now + replyTimeout)
        return [.write(wire.request(transaction: transaction, unit: unit, pdu: pdu(question)))]
    }

    private mutating func next(at now: UInt64) -> Question? {
        // Belt and gate go off before anything else is asked.
        if hasLooked, isLeftOn(at: now), queue.allSatisfy(\.isLook) { return outputs(at: now) }
        if queue.isEmpty, mustSetUp, hasBeat {
            // The module stopped by itself: its watchdog is set anew before anything is written.
            mustSetUp = false
            beginSetUp()
        }
        if !queue.isEmpty { return queue.removeFirst() }
        let isDue = readAt <= now
        if hasLooked, !(isDue && lookIsNext), hasBeat || hasChange(at: now) { return outputs(at: now) }
        guard isDue else { return nil }
        lookIsNext = false
        readAt = now + pollInterval
        if module.counters != nil { queue.append(.counters) }
        if checkAt <= now, hasSpoken {
            checkAt = now + Self.checkEvery
            if module.readBack != nil { queue.append(.readBack) }
            if module.watchdog != nil { queue.append(.watchdog) }
        }
        return .inputs
    }

    private mutating func outputs(at now: UInt64) -> Question {
        defer { hasBeat = false }
        lookIsNext = true
        return .outputs(wanted(at: now), isBeat: hasBeat)
    }

    /// Belt or gate are on, and should not be.
    private func isLeftOn(at now: UInt64) -> Bool {
        guard let written else { return false }
        return written & moving & ~wanted(at: now) != 0
    }

    /// Something is to be turned on or off without a new word of the rules.
    private func hasChange(at now: UInt64) -> Bool {
        guard hasSpoken, !controller.inputs.watchdogTripped, let written else { return false }
        return wanted(at: now) != written
    }

    private func wanted(at now: UInt64) -> UInt64 { Self.bits(controller.wanted(at: now), module) }

    private static func bits(_ outputs: Set<LineIOModule.Output>, _ module: LineIOModule) -> UInt64 {
        outputs.reduce(0) { bits, output in
            guard let bit = module.outputBits[output] else { return bits }
            return bits | 1 << UInt64(bit - module.outputsStart)
        }
    }

    private func pdu(_ question: Question) -> [UInt8] {
        func read(_ block: LineIOModule.Block) -> [UInt8] {
            [UInt8(truncatingIfNeeded: block.function)] + word(block.start) + word(block.count)
        }
        switch question {
        case .off: return self.pdu(.outputs(0, isBeat: false))
        case .tripped: return self.pdu(.watchdog)
        case .setUp(let index):
            return [0x06] + word(module.setup[index].register) + word(module.setup[index].value)
        case .verify(let index): return [0x03] + word(module.setup[index].register) + word(1)
        case .inputs: return read(module.inputs)
        case .counters: return module.counters.map(read) ?? []
        case .readBack: return module.readBack.map(read) ?? []
        case .watchdog: return [0x03] + word(module.watchdog?.register ?? 0) + word(1)
        case .outputs(let bits, _):
            let bytes = (module.outputsCount + 7) / 8
            let data = (0..<bytes).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
            return [0x0F] + word(module.outputsStart) + word(module.outputsCount)
                + [UInt8(truncatingIfNeeded: bytes)] + data
        }
    }

    /// Numbers of a validated map fit.
    private func word(_ number: Int) -> [UInt8] { ModbusFrame.bytes(UInt16(truncatingIfNeeded: number)) }

    // MARK: - Receiving

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        lastAt = now
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
        guard let (told, from, pdu) = wire.parts(frame) else {
            return [.unexpected("a reply without a function")]
        }
        guard from == unit else { return [.unexpected("a reply of unit \(from), asked unit \(unit)")] }
        guard let asked = open else {
            guard wire.isSerial else { return [.unexpected("a reply to nothing that was asked")] }
            quietUntil = now + replyTimeout
            return [.event(.noise(frame))]
        }
        guard told == nil || told == asked.transaction else {
            return [.unexpected("a reply to transaction \(told ?? 0), asked \(asked.transaction)")]
        }
        open = nil
        quietUntil = now + frameGap
        guard now < asked.deadline else { return [.late(replyTimeout)] }
        if pdu[0] >= 0x80 { return refused(asked.question, pdu.count > 1 ? pdu[1] : nil) }
        return answer(asked.question, pdu, at: now)
    }

    private mutating func answer(_ question: Question, _ pdu: [UInt8], at now: UInt64) -> [DeviceStep] {
        switch question {
        case .off:
            guard pdu == Array(self.pdu(question).prefix(5)) else {
                return [.unexpected("not the reply to a write")]
            }
            written = 0
            return []
        case .tripped:
            guard registers(pdu, 0x03, count: 1)?.first.map(Int.init) == module.watchdog?.tripped else {
                return [exception(.off(isFirst: true), 4)]
            }
            return []
        case .setUp:
            return pdu == self.pdu(question) ? [] : [.unexpected("not the reply to the write of a register")]
        case .verify(let index):
            guard let value = registers(pdu, 0x03, count: 1)?.first else {
                return [.unexpected("not a register")]
            }
            let step = module.setup[index]
            guard Int(value) == step.value else {
                let detail =
                    "register \(step.register) is \(value), not \(step.value): "
                    + (step.isWritten ? "the module did not take it" : "set it at the module")
                return [.close(DeviceFault(.notSet, detail))]
            }
            return []
        case .inputs:
            guard let bits = bits(pdu, module.inputs) else {
                return [.unexpected("not \(module.inputs.count) bits")]
            }
            levels = [:]
            for (input, bit) in module.inputBits {
                levels[input] = bits[bit - module.inputs.start] != module.inverted.contains(input)
            }
            return module.counters == nil ? looked([:], at: now) : []
        case .counters:
            guard let block = module.counters,
                let values = registers(pdu, UInt8(truncatingIfNeeded: block.function), count: block.count)
            else { return [.unexpected("not the counters")] }
            return looked(module.counterRegisters.mapValues { values[$0 - block.start] }, at: now)
        case .readBack:
            guard let block = module.readBack, let bits = bits(pdu, block) else {
                return [.unexpected("not the outputs")]
            }
            let read = bits.enumerated().reduce(UInt64(0)) { $0 | ($1.element ? 1 << UInt64($1.offset) : 0) }
            guard read != written else { return mended(at: now) }
            written = read
            return tripped(at: now)
        case .watchdog:
            guard let value = registers(pdu, 0x03, count: 1)?.first else {
                return [.unexpected("not a register")]
            }
            guard Int(value) == module.watchdog?.tripped else { return mended(at: now) }
            written = 0
            return tripped(at: now)
        case .outputs(let bits, let isBeat):
            guard pdu == Array(self.pdu(question).prefix(5)) else {
                return [.unexpected("not the reply to a write")]
            }
            // What was sent before is the state the module was asked to have.
            written = bits
            hasSpoken = true
            return isBeat ? [.event(.outputsWritten)] : []
        }
    }

    /// An expired watchdog may refuse that the outputs are turned off: they are then, if it says so.
    private mutating func refused(_ question: Question, _ code: UInt8?) -> [DeviceStep] {
        guard question == .off(isFirst: true), module.watchdog != nil else {
            return [exception(question, code)]
        }
        queue.insert(.tripped, at: 0)
        return []
    }

    private func exception(_ question: Question, _ code: UInt8?) -> DeviceStep {
        .exception(code, what(question))
    }

    private func what(_ question: Question) -> String {
        switch question {
        case .setUp(let index): "write of register \(module.setup[index].register)"
        case .verify(let index): "read of register \(module.setup[index].register)"
        case .inputs: "read of inputs"
        case .counters: "read of counters"
        case .readBack: "read of outputs"
        case .watchdog, .tripped: "read of the watchdog"
        case .outputs, .off: "write of outputs"
        }
    }

    private func bits(_ pdu: [UInt8], _ block: LineIOModule.Block) -> [Bool]? {
        let bytes = (block.count + 7) / 8
        guard pdu.count == 2 + bytes, Int(pdu[0]) == block.function, Int(pdu[1]) == bytes else { return nil }
        return (0..<block.count).map { pdu[2 + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }

    private func registers(_ pdu: [UInt8], _ function: UInt8, count: Int) -> [UInt16]? {
        guard pdu.count == 2 + 2 * count, pdu[0] == function, Int(pdu[1]) == 2 * count else { return nil }
        return (0..<count).map { ModbusFrame.word(pdu, 2 + 2 * $0) }
    }

    private mutating func looked(
        _ counts: [LineIOModule.Input: UInt16], at now: UInt64
    ) -> [DeviceStep] {
        controller.look(levels, counts, at: now)
        hasLooked = true
        return told(at: now)
    }

    private mutating func tripped(at now: UInt64) -> [DeviceStep] {
        mustSetUp = true
        guard !controller.inputs.watchdogTripped else { return [] }
        controller.watchdog(isTripped: true)
        return told(at: now)
    }

    private mutating func mended(at now: UInt64) -> [DeviceStep] {
        // Of two witnesses the second decides; one that says tripped has said so already.
        guard controller.inputs.watchdogTripped, !mustSetUp, !queue.contains(.watchdog) else { return [] }
        controller.watchdog(isTripped: false)
        return told(at: now)
    }

    private mutating func told(at now: UInt64) -> [DeviceStep] {
        hasLooked ? report.steps(controller.inputs, at: now) : []
    }

    // MARK: - Time

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        lastAt = now
        if let broken = stream.broken(at: now) { return [.close(broken)] }
        if let open, open.deadline <= now { return [.late(replyTimeout)] }
        let silence = silence(at: now)
        return silence.isEmpty ? advance(at: now) : silence
    }

    /// Nothing came from the rules, belt and gate were turned off, and what else was on still is: the
    /// module's watchdog does not act. The next connection begins with everything off.
    private func silence(at now: UInt64) -> [DeviceStep] {
        guard map.watchdogMilliseconds > 0, hasSpoken, let written, written != 0,
            controller.isSilent(at: now), !controller.inputs.watchdogTripped
        else { return [] }
        let detail =
            "nothing was written for \(2 * map.watchdogMilliseconds) ms and the outputs stand: the module's "
            + "watchdog does not act"
        return [.close(DeviceFault(.notSet, detail))]
    }
}

extension ModbusModuleSession.Question {
    /// Part of a look: it may wait.
    fileprivate var isLook: Bool {
        switch self {
        case .inputs, .counters, .readBack, .watchdog: true
        case .off, .tripped, .setUp, .verify, .outputs: false
        }
    }
}
