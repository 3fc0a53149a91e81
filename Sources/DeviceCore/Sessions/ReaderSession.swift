/// A scanner or camera: each frame is a read, the no-read text, or the reply to a command.
public struct ReaderSession: DeviceSession {
    private struct Command: Sendable {
        let bytes: [UInt8]
        let replies: CompiledCommand
    }

    private let framing: Framing
    private var framer: Framer
    private let noRead: [UInt8]?
    private let expectsIdentifier: Bool
    private let ignoredPrefixes: [[UInt8]]
    private let readPrefix: [UInt8]
    private let encoding: DeviceProfile.Reader.Encoding
    /// Beginnings of frames that complain, the longest first, with their meaning.
    private let complaints: [(prefix: [UInt8], meaning: String)]
    /// The packets that frames are; `nil` where they are none.
    private var packets: SSIPackets?
    private let gapNanoseconds: UInt64
    private let replyTimeoutNanoseconds: UInt64
    private let commands: [String: Command]

    private var isConnected = false
    private var lastByteAt: UInt64 = 0
    private var awaited: (command: Command, deadline: UInt64)?

    private let jobs: JobCommands?
    /// The job being selected or read back; nothing else is asked meanwhile.
    private var job: JobTurn?
    /// What to do behind it: only the newest counts, and what it overtakes is not reported.
    private var nextJob: JobTask?

    private enum JobTask: Sendable {
        case select(String)
        case read
    }

    private struct JobTurn: Sendable {
        let isSelecting: Bool
        let deadline: UInt64
    }

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
        readPrefix = try ByteText.bytes(reader.readPrefix ?? "")
        encoding = reader.encoding
        var complaints: [(prefix: [UInt8], meaning: String)] = []
        for (text, meaning) in reader.complaints.sorted(by: { $0.key < $1.key }) {
            complaints.append((try ByteText.bytes(text), meaning))
        }
        self.complaints = complaints.sorted { $0.prefix.count > $1.prefix.count }
        gapNanoseconds = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
        replyTimeoutNanoseconds = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        jobs = try JobCommands(profile)
        framing = profile.framing
        packets = profile.dialogue == .ssi ? SSIPackets() : nil
        var commands: [String: Command] = [:]
        for (name, command) in profile.commands where !["selectJob", "currentJob"].contains(name) {
            let compiled = try CompiledCommand(command)
            commands[name] = Command(
                bytes: try profile.framing.framed(compiled.template.filled([:])), replies: compiled)
        }
        self.commands = commands
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        earliest(
            awaited?.deadline, job?.deadline,
            gapNanoseconds > 0 && framer.hasPartial ? lastByteAt + gapNanoseconds : nil)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        packets?.reset()
        (awaited, job, nextJob) = (nil, nil, nil)
        isConnected = true
        return [.event(.connected)]
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        (awaited, job, nextJob) = (nil, nil, nil)
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
            case .frame(let body): steps += packet(body) ?? frame(body, at: now)
            case .fault(let fault):
                steps.append(.event(.frameFault(fault)))
                if packets != nil, fault.code == .checksumWrong { steps.append(askAgain()) }
            case .noise(let bytes): steps.append(.event(.noise(bytes)))
            }
        }
        return steps
    }

    /// What a packet with a read says, which is acknowledged; `nil` for every other frame.
    private mutating func packet(_ body: [UInt8]) -> [DeviceStep]? {
        switch packets?.take(body) {
        case nil, .other: nil
        case .read(let data): [write(SSIPackets.acknowledgement)] + read(data)
        case .known: [write(SSIPackets.acknowledgement)]
        case .broken(let fault):
            [write(SSIPackets.acknowledgement), .event(.frameFault(fault)), .event(.noRead)]
        }
    }

    /// What was spoiled was no read before: it counts when it comes again, even if it is like the last.
    private mutating func askAgain() -> DeviceStep {
        packets?.reset()
        return write(SSIPackets.resend)
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        if let (command, _) = awaited {
            switch command.replies.outcome(of: body) {
            case .accepted:
                awaited = nil
                return startJob(at: now)
            case .refused(let meaning):
                awaited = nil
                let fault = DeviceFault(.refused, "the reader refused a command: \(meaning)")
                return [.event(.fault(fault))] + startJob(at: now)
            case .other: break
            }
        }
        if let steps = jobReply(body, at: now) { return steps }
        if let (_, meaning) = complaints.first(where: { body.starts(with: $0.prefix) }) {
            // It is the answer to a command that waits for one.
            awaited = nil
            return [.event(.fault(DeviceFault(.refused, "the reader says: \(meaning)")))] + startJob(at: now)
        }
        let isIgnored = body != noRead && ignoredPrefixes.contains { body.starts(with: $0) }
        guard !body.isEmpty, !isIgnored, body.starts(with: readPrefix) else { return [.event(.noise(body))] }
        return read(Array(body.dropFirst(readPrefix.count)))
    }

    private func read(_ encoded: [UInt8]) -> [DeviceStep] {
        guard let data = encoding == .base64 ? base64(encoded) : encoded else {
            let text = "a read of \(encoded.count) bytes is no base64"
            return [.event(.frameFault(DeviceFault(.frameBroken, text))), .event(.noRead)]
        }
        if data == noRead { return [.event(.noRead)] }
        guard !data.isEmpty else { return [.event(.noise(encoded))] }
        let hasIdentifier = data.count >= 3 && data[0] == UInt8(ascii: "]")
        guard expectsIdentifier, !hasIdentifier else { return [.event(.read(data))] }
        let fault = DeviceFault(
            .symbologyIdentifierMissing, "a read of \(data.count) bytes does not begin with ]")
        return [.event(.fault(fault)), .event(.read(data))]
    }

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        switch command {
        case .trigger(let isOn): return send(isOn ? "trigger" : "triggerOff", at: now)
        case .feedback(let good): return send(good ? "feedbackGood" : "feedbackBad", at: now)
        case .selectJob(let name): return begin(.select(name), at: now)
        case .readJob: return begin(.read, at: now)
        case .prepareCoder, .sendRecord, .clearCoder, .printLabel, .setOutputs, .gateCommand, .verdict,
            .weigh:
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
        // Two replies at once could not be told apart.
        guard command.replies.accepted.isEmpty || (job == nil && nextJob == nil) else {
            let text = "\(name) not sent: a job is being selected or read back"
            return [.event(.fault(DeviceFault(.queueFull, text)))]
        }
        if !command.replies.accepted.isEmpty {
            awaited = (command, now + (command.replies.timeout ?? replyTimeoutNanoseconds))
        }
        return [.write(command.bytes)]
    }

    // MARK: - Jobs

    private mutating func begin(_ task: JobTask, at now: UInt64) -> [DeviceStep] {
        guard let jobs else { return [.event(JobCommands.missing)] }
        guard isConnected else { return [.event(.jobFailed("not asked: not connected"))] }
        if case .select(let name) = task, !jobs.names.allows(Array(name.utf8)) {
            return [.event(.jobFailed("not selected: its command cannot carry the name"))]
        }
        nextJob = task
        return startJob(at: now)
    }

    /// Begins what waits, unless a reply is still due.
    private mutating func startJob(at now: UInt64) -> [DeviceStep] {
        guard job == nil, awaited == nil, let task = nextJob, let jobs else { return [] }
        nextJob = nil
        guard case .select(let name) = task else { return readBack(at: now) }
        let select = write(jobs.select.template.filled(["job": Array(name.utf8)]))
        // What gives no reply to its selection is asked at once.
        guard !jobs.select.accepted.isEmpty else { return [select] + readBack(at: now) }
        job = JobTurn(isSelecting: true, deadline: now + jobs.timeout)
        return [select]
    }

    private mutating func readBack(at now: UInt64) -> [DeviceStep] {
        guard let jobs else { return [] }
        job = JobTurn(isSelecting: false, deadline: now + jobs.timeout)
        return [write(jobs.current.template.filled([:]))]
    }

    /// A valid profile's framing cannot fail.
    private func write(_ body: [UInt8]) -> DeviceStep { .write((try? framing.framed(body)) ?? body) }

    /// What a frame says of the job; `nil` where it says nothing of it. A read is never a name.
    private mutating func jobReply(_ body: [UInt8], at now: UInt64) -> [DeviceStep]? {
        let isRead = body == noRead || (expectsIdentifier && body.first == UInt8(ascii: "]"))
        guard let job, let jobs, !isRead else { return nil }
        switch (job.isSelecting ? jobs.select : jobs.current).outcome(of: body) {
        case .accepted(let captures):
            if job.isSelecting, nextJob == nil { return readBack(at: now) }
            return finish(jobs.event(naming: captures), at: now)
        case .refused(let meaning): return finish(.jobFailed(meaning), at: now)
        case .other: return nil
        }
    }

    private mutating func finish(_ event: DeviceEvent, at now: UInt64) -> [DeviceStep] {
        let isOvertaken = nextJob != nil
        job = nil
        return (isOvertaken ? [] : [.event(event)]) + startJob(at: now)
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        var steps: [DeviceStep] = []
        if let (command, deadline) = awaited, deadline <= now {
            awaited = nil
            let wait = (command.replies.timeout ?? replyTimeoutNanoseconds) / 1_000_000
            steps.append(.event(.fault(DeviceFault(.replyTimeout, "no reply to a command in \(wait) ms"))))
            steps += startJob(at: now)
        }
        if let job, let jobs, job.deadline <= now { steps += finish(jobs.silence, at: now) }
        if gapNanoseconds > 0, framer.hasPartial, lastByteAt + gapNanoseconds <= now {
            for event in framer.silence() {
                if case .fault(let fault) = event { steps.append(.event(.frameFault(fault))) }
                if case .noise(let bytes) = event { steps.append(.event(.noise(bytes))) }
            }
        }
        return steps
    }
}
