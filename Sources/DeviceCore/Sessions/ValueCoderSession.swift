/// A coder that holds one value, printed when its product sensor fires, as its profile describes it.
///
/// ```
/// host  clear           coder  accepted        nothing sent before is printed      bufferCleared
/// host  printedCount    coder  count 57        where to count from                 coderReady
/// host  record A        coder  accepted                                            recordAccepted(1)
/// host  start           coder  accepted        it may print (first record only)
/// host  printedCount    coder  count 58        (each poll)                         printed(through: 1)
/// host  record B        coder  accepted                                            recordAccepted(2)
/// ```
/// The device has one value at a time: records that come meanwhile wait here. What proves a print is the
/// profile's choice: `counter` as drawn, `ready` (question `ready` is refused until the value is printed) or
/// `event` (a frame of `printedFrames`).
///
/// A value stays in the device until the next one replaces it. A count that grows by more than one, or while
/// nothing waits to be printed, or a frame that nothing explains, shows a value printed twice: that is a
/// fault, and nothing more is given to the device before it is prepared again. So is a count that grew
/// while a value was given: which of the two was printed is not known.
public struct ValueCoderSession: DeviceSession {
    /// Orders waiting for their turn, at most; one more is refused.
    static let maxWaiting = 4096

    /// A clear knows the names of the fields to be prepared.
    typealias Order = CoderOrder<[String]>

    /// What is asked of the device, one at a time.
    enum Request: Sendable {
        case clear(fields: [String]?)
        /// The proof, before the first value.
        case baseline(fields: [String]?)
        case record(index: UInt64)
        case start
        /// The proof, to see whether the value was printed.
        case probe
        /// The proof, only to see that the device is there.
        case idle
        case status
        case selectJob
        case currentJob
    }

    /// What was prepared here.
    struct Buffer: Sendable {
        let fields: [String]
        /// Prints as last told.
        var count: UInt64
        /// The record in the device that is not proven printed.
        var loaded: UInt64?
        var isStarted = false
        /// A value was given before: until the count was told behind the present one, a print may be of
        /// either.
        var hadValue = false
        var isInDoubt = false
        /// The device was seen to refuse another value before it printed this one.
        var isProtected = false
    }

    let printer: DeviceProfile.Printer
    let framing: Framing
    let valueRule: CoderValueRule
    let each: ByteTemplate
    let notifications: [[UInt8]]
    let printedFrames: [[UInt8]]
    let also: [AlsoFrame]
    let commands: [String: CompiledCommand]
    let map: StatusMap?
    let jobs: JobCommands?
    let replyTimeout: UInt64
    let pollInterval: UInt64
    let idleInterval: UInt64
    let settleTime: UInt64

    var framer: Framer
    var isConnected = false
    var settledAt: UInt64?
    var waiting = BoundedQueue<Order>(limit: maxWaiting)
    /// What comes next, before anything that waits.
    var next: Request?
    var open: (request: Request, body: [UInt8], deadline: UInt64)?
    var buffer: Buffer?
    var pollAt: UInt64 = 0
    var statusAt: UInt64 = 0
    var lastStatus: PrinterStatus?
    var lastIndex: UInt64 = 0
    /// Told once that an old value waits to be printed.
    var isWaitingForPrint = false
    /// Bytes since the last reply that are none.
    var strangeBytes = 0

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let printer = profile.printer else { throw ProfileFault("printer", "not a coder's profile") }
        self.printer = printer
        framing = profile.framing
        valueRule = try CoderValueRule(printer)
        each = try ByteTemplate(printer.each)
        notifications = try byteTexts(printer.notifications)
        printedFrames = try byteTexts(printer.printedFrames)
        var also: [AlsoFrame] = []
        for frame in profile.framing.also { also.append(try AlsoFrame(frame)) }
        self.also = also
        var commands: [String: CompiledCommand] = [:]
        for (name, command) in profile.commands.sorted(by: { $0.key < $1.key }) {
            commands[name] = try CompiledCommand(command)
        }
        self.commands = commands
        if let status = profile.commands["status"] {
            map = try StatusMap(profile.status, of: status)
        } else {
            map = nil
        }
        jobs = try JobCommands(profile)
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        pollInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        idleInterval = nanoseconds(profile.timing.idlePollIntervalMilliseconds)
        settleTime = nanoseconds(profile.timing.settleMilliseconds)
        framer = try Framer(profile.framing)
    }

    /// The command that proves prints, if the proof is asked for.
    var proofCommand: CompiledCommand? {
        switch printer.proof {
        case .counter: return commands["printedCount"]
        case .ready: return commands["ready"]
        case .event, .index, .status, .none: return nil
        }
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        if let settledAt { return settledAt }
        if let open { return open.deadline }
        return earliest(proofCommand == nil ? nil : pollAt, map == nil ? nil : statusAt)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        forgetConnection()
        isConnected = true
        settledAt = now + settleTime
        pollAt = now
        statusAt = now
        return [.event(.connected)]
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        let steps = waiting.refuse(because: "not sent: connection lost", keepsJobs: false)
        forgetConnection()
        return steps + [.event(.stale)]
    }

    private mutating func forgetConnection() {
        framer.reset()
        isConnected = false
        settledAt = nil
        waiting = BoundedQueue(limit: Self.maxWaiting)
        next = nil
        open = nil
        buffer = nil
        isWaitingForPrint = false
        lastStatus = nil
        strangeBytes = 0
    }

    /// Takes records and clears out of the queue.
    mutating func refuseWaiting(because text: String) -> [DeviceStep] {
        waiting.refuse(because: text, keepsJobs: true)
    }

    // MARK: - Commands

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        switch command {
        case .prepareCoder(let fields): return prepare(fields, at: now)
        case .clearCoder: return clear(fields: nil, "clearCoder", at: now)
        case .sendRecord(let index, let values): return add(index, values, at: now)
        case .selectJob(let name):
            if let refusal = refusal(ofJob: name) { return [.event(refusal)] }
            buffer = nil
            return waiting.refuse(because: "another job is selected", keepsJobs: false)
                + enqueue(.selectJob(name), at: now)
        case .readJob:
            return refusal(ofJob: nil).map { [.event($0)] } ?? enqueue(.currentJob, at: now)
        case .printLabel, .setOutputs, .gateCommand, .verdict, .trigger, .feedback, .weigh:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a coder")))]
        }
    }

    private mutating func prepare(_ fields: [String], at now: UInt64) -> [DeviceStep] {
        guard !fields.isEmpty, fields.count <= printer.maxFields else {
            let text = "\(fields.count) fields; this coder takes 1 to \(printer.maxFields)"
            return [.event(.fault(DeviceFault(.unsafeValue, text)))]
        }
        guard valueRule.allows(names: fields) else {
            let text = "a field name is empty or holds a forbidden byte"
            return [.event(.fault(DeviceFault(.unsafeValue, text)))]
        }
        return clear(fields: fields, "prepareCoder", at: now)
    }

    private mutating func clear(fields: [String]?, _ name: String, at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [.notConnected(name)] }
        buffer = nil
        return refuseWaiting(because: "buffer cleared") + enqueue(.clear(fields: fields), at: now)
    }

    /// Why a job cannot be selected or asked for, or `nil`.
    private func refusal(ofJob name: String?) -> DeviceEvent? {
        JobCommands.refusal(
            jobs, name, isConnected: isConnected, commands: (Self.maxWaiting, waiting.isFull))
    }

    private mutating func add(_ index: UInt64, _ values: [String], at now: UInt64) -> [DeviceStep] {
        func refuse(_ text: String) -> [DeviceStep] { [.event(.recordRefused(index: index, text: text))] }
        guard isConnected else { return refuse("not sent: not connected") }
        guard let fields = fieldsAhead else { return refuse("not sent: the coder is not prepared") }
        guard values.count == fields.count else {
            return refuse("not sent: \(values.count) values for \(fields.count) fields")
        }
        guard index > 0 else { return refuse("not sent: index 0 means none") }
        guard index > lastIndexAhead else { return refuse("not sent: its index is not above the last") }
        if let reason = valueRule.refusal(of: values) { return refuse(reason) }
        guard !waiting.isFull else { return refuse("not sent: \(Self.maxWaiting) commands are waiting") }
        return enqueue(.record(index: index, values: values), at: now)
    }

    /// Fields in force once all that waits has been done; `nil` if none will be.
    var fieldsAhead: [String]? {
        for order in waiting.waiting.reversed() {
            switch order {
            case .clear(let fields): return fields
            case .selectJob: return nil
            case .record, .currentJob: break
            }
        }
        for request in [next, open?.request] {
            if case .clear(let fields)? = request { return fields }
            if case .baseline(let fields)? = request { return fields }
        }
        return buffer?.fields
    }

    /// The last record given or waiting, of the buffer that will be in force; 0 for none.
    var lastIndexAhead: UInt64 {
        waiting.lastRecord() ?? (buffer == nil ? 0 : lastIndex)
    }

    private mutating func enqueue(_ order: Order, at now: UInt64) -> [DeviceStep] {
        guard waiting.append(order) else {
            return [.full(Self.maxWaiting)]
        }
        return advance(at: now)
    }

    // MARK: - Sending

    /// Sends what may be sent now, one request at a time.
    mutating func advance(at now: UInt64) -> [DeviceStep] {
        guard isConnected, settledAt == nil, open == nil else { return [] }
        if let request = next {
            // A device that still holds an old value is asked again, at its pace; no record is given to it.
            guard case .baseline = request, pollAt > now else {
                next = nil
                return send(request, at: now)
            }
            if let order = waiting.removeFirst(where: { !$0.isRecord }) {
                if case .currentJob = order {} else { next = nil }
                return perform(order, at: now)
            }
        } else if let order = popOrder() {
            return perform(order, at: now)
        }
        if map != nil, statusAt <= now {
            statusAt = now + idleInterval
            return send(.status, at: now)
        }
        guard proofCommand != nil, pollAt <= now else { return [] }
        pollAt = now + (isProving ? pollInterval : idleInterval)
        return send(isProving ? .probe : .idle, at: now)
    }

    /// The counter tells of every print once the device may print; the other proof only of the value in it.
    var isProving: Bool {
        guard let buffer else { return false }
        return buffer.loaded != nil || printer.proof == .counter
    }

    /// The first order whose time has come; a record waits until the one before is proven printed.
    private mutating func popOrder() -> Order? {
        guard buffer?.loaded != nil else { return waiting.popFirst() }
        return waiting.removeFirst { !$0.isRecord }
    }

    private mutating func perform(_ order: Order, at now: UInt64) -> [DeviceStep] {
        switch order {
        case .clear(let fields):
            buffer = nil
            isWaitingForPrint = false
            pollAt = now
            return send(
                commands["clear"] == nil ? .baseline(fields: fields) : .clear(fields: fields), at: now)
        case .record(let index, let values):
            guard buffer != nil else {
                let refusal = DeviceEvent.recordRefused(
                    index: index, text: "not sent: the coder is not prepared")
                return [.event(refusal)] + advance(at: now)
            }
            lastIndex = index
            return send(.record(index: index), arguments: ["values": written(values)], at: now)
        case .selectJob(let name):
            buffer = nil
            return send(.selectJob, arguments: ["job": Array(name.utf8)], at: now)
        case .currentJob: return send(.currentJob, at: now)
        }
    }

    /// The values with what the profile puts around each.
    private func written(_ values: [String]) -> [UInt8] {
        let fields = buffer?.fields ?? []
        let parts = zip(fields, values).enumerated().map { number, pair in
            each.filled([
                "field": Array(pair.0.utf8), "value": Array(pair.1.utf8),
                "number": Array(String(number + 1).utf8),
            ])
        }
        return Array(parts.joined(separator: valueRule.separator))
    }

    private mutating func send(
        _ request: Request, arguments: [String: [UInt8]] = [:], at now: UInt64
    ) -> [DeviceStep] {
        guard let command = command(for: request) else { return [] }
        let body = command.template.filled(arguments)
        open = (request, body, now + timeout(of: request))
        // A control that is a frame by itself, as ENQ, goes out without marks.
        let isWhole = also.contains {
            body.starts(with: $0.start)
                && ($0.end.isEmpty ? body.count == $0.byteCount : body.suffix($0.end.count) == $0.end[...])
        }
        return [.write(isWhole ? body : (try? framing.framed(body)) ?? body)]
    }

    func timeout(of request: Request) -> UInt64 {
        if let own = command(for: request)?.timeout { return own }
        switch request {
        case .selectJob, .currentJob: return jobs?.timeout ?? replyTimeout
        case .clear, .baseline, .record, .start, .probe, .idle, .status: return replyTimeout
        }
    }

    func command(for request: Request) -> CompiledCommand? {
        switch request {
        case .clear: return commands["clear"]
        case .baseline, .probe, .idle: return proofCommand
        case .record: return commands["record"]
        case .start: return commands["start"]
        case .status: return commands["status"]
        case .selectJob: return jobs?.select
        case .currentJob: return jobs?.current
        }
    }
}
