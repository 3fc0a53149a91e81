/// A scanner or camera: each frame is a read, the no-read text, or the reply to a command.
public struct ReaderSession: DeviceSession {
    private struct Command: Sendable {
        let bytes: [UInt8]
        let replies: CompiledCommand
    }

    private var framer: Framer
    private let noRead: [UInt8]?
    private let expectsIdentifier: Bool
    private let ignoredPrefixes: [[UInt8]]
    private let gapNanoseconds: UInt64
    private let replyTimeoutNanoseconds: UInt64
    private let commands: [String: Command]

    private var isConnected = false
    private var lastByteAt: UInt64 = 0
    private var awaited: (command: Command, deadline: UInt64)?

    /// - Throws: ``ProfileFault`` if `profile` is not a valid reader's.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let reader = profile.reader else { throw ProfileFault("reader", "not a reader's profile") }
        framer = try Framer(profile.framing)
        var noRead: [UInt8]?
        if let text = reader.noRead { noRead = try ByteText.bytes(text) }
        self.noRead = noRead
        expectsIdentifier = reader.symbologyIdentifier
        ignoredPrefixes = try byteTexts(reader.ignoredPrefixes)
        gapNanoseconds = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
        replyTimeoutNanoseconds = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        var commands: [String: Command] = [:]
        for (name, command) in profile.commands {
            let compiled = try CompiledCommand(command)
            commands[name] = Command(
                bytes: try profile.framing.framed(compiled.template.filled([:])), replies: compiled)
        }
        self.commands = commands
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        earliest(
            awaited?.deadline, gapNanoseconds > 0 && framer.hasPartial ? lastByteAt + gapNanoseconds : nil)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        awaited = nil
        isConnected = true
        return [.event(.connected)]
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        awaited = nil
        isConnected = false
        return [.event(.stale)]
    }

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        // The gap is judged here too: a tick that comes late must not join two frames.
        var steps = tick(at: now)
        lastByteAt = now
        for event in framer.receive(bytes) {
            switch event {
            case .frame(let body): steps += frame(body)
            case .fault(let fault): steps.append(.event(.frameFault(fault)))
            case .noise(let bytes): steps.append(.event(.noise(bytes)))
            }
        }
        return steps
    }

    private mutating func frame(_ body: [UInt8]) -> [DeviceStep] {
        if let (command, _) = awaited {
            switch command.replies.outcome(of: body) {
            case .accepted:
                awaited = nil
                return []
            case .refused(let meaning):
                awaited = nil
                return [.event(.fault(DeviceFault(.refused, "the reader refused a command: \(meaning)")))]
            case .other: break
            }
        }
        if body == noRead { return [.event(.noRead)] }
        if body.isEmpty || ignoredPrefixes.contains(where: { body.starts(with: $0) }) {
            return [.event(.noise(body))]
        }
        let hasIdentifier = body.count >= 3 && body[0] == UInt8(ascii: "]")
        guard expectsIdentifier, !hasIdentifier else { return [.event(.read(body))] }
        let fault = DeviceFault(
            .symbologyIdentifierMissing, "a read of \(body.count) bytes does not begin with ]")
        return [.event(.fault(fault)), .event(.read(body))]
    }

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        switch command {
        case .trigger(let isOn): return send(isOn ? "trigger" : "triggerOff", at: now)
        case .feedback(let good): return send(good ? "feedbackGood" : "feedbackBad", at: now)
        case .prepareCoder, .sendRecord, .clearCoder, .printLabel, .setOutputs, .gateCommand, .verdict:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a reader")))]
        }
    }

    private mutating func send(_ name: String, at now: UInt64) -> [DeviceStep] {
        guard let command = commands[name] else {
            return [.event(.fault(DeviceFault(.unsupportedCommand, "the profile has no command \(name)")))]
        }
        guard isConnected else {
            return [.event(.fault(DeviceFault(.hungUp, "\(name) not sent: not connected")))]
        }
        if !command.replies.accepted.isEmpty { awaited = (command, now + replyTimeoutNanoseconds) }
        return [.write(command.bytes)]
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        var steps: [DeviceStep] = []
        if let (_, deadline) = awaited, deadline <= now {
            awaited = nil
            let wait = replyTimeoutNanoseconds / 1_000_000
            steps.append(.event(.fault(DeviceFault(.replyTimeout, "no reply to a command in \(wait) ms"))))
        }
        if gapNanoseconds > 0, framer.hasPartial, lastByteAt + gapNanoseconds <= now {
            for event in framer.silence() {
                if case .fault(let fault) = event { steps.append(.event(.frameFault(fault))) }
                if case .noise(let bytes) = event { steps.append(.event(.noise(bytes))) }
            }
        }
        return steps
    }
}
