/// A coder with the Zipher text protocol and its serialization buffer.
///
/// ```
/// host     \r                      flushes a half-typed line; what answers in the settle time is noise
/// host     SCB\r                   printer  ACK\r           bufferCleared
/// host     SHO|SERIAL|\r           printer  ACK\r
/// host     SLR\r                   printer  SLR|57|\r       what it still shows of an earlier buffer
///                                                           coderReady
/// host     SID|101|A1B2|\r         printer  SFS|4000|\r     recordAccepted(101)
/// host     SLR\r   (each poll)     printer  SLR|101|\r      printed(through: 101)
/// host     SEL|BOX|\r              printer  ACK\r
/// host     GJN\r                   printer  JOB|BOX|1|\r    jobRead(BOX)
/// ```
/// Replies come in the order of the commands, so one late or missing reply would shift all that follow: it
/// closes the connection. Notifications (`PRS`, `PRC`, ...) may stand between replies. An index is reported
/// as printed only if it was sent since the buffer was last cleared here and differs from what the printer
/// showed right after clearing. A selected job is taken to empty the buffer.
public struct ZipherCoderSession: DeviceSession {
    /// Commands waiting for their turn, at most; one more is refused.
    static let maxWaiting = 4096

    private enum Request: Sendable {
        case clear(thenPrepare: Bool)
        case header([String])
        case baseline
        case record(index: UInt64, values: [String])
        /// Asked while this buffer was in force; an answer about an earlier one is dropped.
        case lastPrinted(buffer: UInt64)
        case status
        case selectJob(String)
        case currentJob
    }

    private let profile: DeviceProfile.Printer
    private let framing: Framing
    private let valueRule: CoderValueRule
    private let notifications: [[UInt8]]
    private let clear: CompiledCommand
    private let header: CompiledCommand
    private let record: CompiledCommand
    private let lastPrinted: CompiledCommand
    private let status: CompiledCommand?
    private let jobs: JobCommands?
    private let replyTimeout: UInt64
    /// Bytes since the last reply that are none.
    private var strangeBytes = 0
    private let pollInterval: UInt64
    private let statusInterval: UInt64
    private let settleTime: UInt64

    private var framer: Framer
    private var isConnected = false
    private var settledAt: UInt64?
    private var waiting = BoundedQueue<Request>(limit: maxWaiting)
    private var sent: [(request: Request, deadline: UInt64)] = []
    private var pollAt: UInt64 = 0
    private var statusAt: UInt64 = 0
    private var answersStatus = true
    private var lastStatus: PrinterStatus?

    /// Fields of the header in force; 0 while none is.
    private var headerFields = 0
    /// Lowest and highest index sent since the buffer was cleared; empty when none.
    private var sentIndexes: ClosedRange<UInt64>?
    /// Last index the printer showed right after clearing.
    private var staleIndex: UInt64?
    private var lastPolledIndex: UInt64?
    private var refusesLastPrinted = false
    /// It refused to tell a last index before anything was sent: it may have printed nothing yet.
    private var mayHavePrintedNothing = false
    /// Grows with each clear sent.
    private var buffer: UInt64 = 0
    private var reportedIndex: UInt64 = 0

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let printer = profile.printer else { throw ProfileFault("printer", "not a coder's profile") }
        self.profile = printer
        framing = profile.framing
        valueRule = try CoderValueRule(printer)
        notifications = try byteTexts(printer.notifications)
        clear = try profile.compiled("clear")
        header = try profile.compiled("header")
        record = try profile.compiled("record")
        lastPrinted = try profile.compiled("lastPrinted")
        status = profile.commands["status"] == nil ? nil : try profile.compiled("status")
        jobs = try JobCommands(profile)
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        pollInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        statusInterval = nanoseconds(profile.timing.idlePollIntervalMilliseconds)
        settleTime = nanoseconds(profile.timing.settleMilliseconds)
        framer = try Framer(profile.framing)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        if let settledAt { return settledAt }
        let mayAsk = sent.isEmpty && waiting.isEmpty
        return earliest(
            sent.first?.deadline, mayAsk && sentIndexes != nil ? pollAt : nil,
            mayAsk && status != nil && answersStatus ? statusAt : nil)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        forgetConnection()
        isConnected = true
        settledAt = now + settleTime
        pollAt = now
        statusAt = now
        var steps: [DeviceStep] = [.event(.connected)]
        // An empty line: ends whatever a broken connection left half-typed in the printer.
        if let flush = try? framing.framed([]) { steps.append(.write(flush)) }
        return steps
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        let steps = refuseWaiting(because: "not sent: connection lost", keepsJobs: false)
        forgetConnection()
        return steps + [.event(.stale)]
    }

    private mutating func forgetConnection() {
        framer.reset()
        isConnected = false
        settledAt = nil
        sent = []
        strangeBytes = 0
        waiting = BoundedQueue(limit: Self.maxWaiting)
        answersStatus = true
        lastStatus = nil
    }

    /// Takes what waits out of the queue; a job is still answered, unless another one is asked for.
    private mutating func refuseWaiting(because text: String, keepsJobs: Bool = true) -> [DeviceStep] {
        let dropped = waiting.remove { request in
            switch request {
            case .selectJob, .currentJob: return !keepsJobs
            case .clear, .header, .baseline, .record, .lastPrinted, .status: return true
            }
        }
        return dropped.compactMap { request in
            guard case .record(let index, _) = request else { return nil }
            return .event(.recordRefused(index: index, text: text))
        }
    }

    // MARK: - Commands

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        switch command {
        case .prepareCoder(let fields): return prepare(fields, at: now)
        case .clearCoder:
            guard isConnected else { return [.notConnected("clearCoder")] }
            return refuseWaiting(because: "buffer cleared") + enqueue([.clear(thenPrepare: false)], at: now)
        case .sendRecord(let index, let values): return add(index, values, at: now)
        case .selectJob(let name): return select(name, at: now)
        case .readJob:
            return refusal(ofJob: nil).map { [.event($0)] } ?? enqueue([.currentJob], at: now)
        case .printLabel, .setOutputs, .gateCommand, .verdict, .trigger, .feedback, .weigh:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a coder")))]
        }
    }

    private mutating func prepare(_ fields: [String], at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [.notConnected("prepareCoder")] }
        guard !fields.isEmpty, valueRule.allows(names: fields) else {
            return [
                .event(.fault(DeviceFault(.unsafeValue, "a field name is empty or holds a forbidden byte")))
            ]
        }
        let refused = refuseWaiting(because: "buffer cleared")
        return refused + enqueue([.clear(thenPrepare: true), .header(fields), .baseline], at: now)
    }

    /// Records that wait would be printed by another job than they were made for.
    private mutating func select(_ name: String, at now: UInt64) -> [DeviceStep] {
        if let refusal = refusal(ofJob: name) { return [.event(refusal)] }
        return refuseWaiting(because: "another job is selected", keepsJobs: false)
            + enqueue([.selectJob(name)], at: now)
    }

    /// Why a job cannot be selected or asked for, or `nil`.
    private func refusal(ofJob name: String?) -> DeviceEvent? {
        JobCommands.refusal(
            jobs, name, isConnected: isConnected, commands: (Self.maxWaiting, waiting.isFull))
    }

    private mutating func add(_ index: UInt64, _ values: [String], at now: UInt64) -> [DeviceStep] {
        func refuse(_ text: String) -> [DeviceStep] { [.event(.recordRefused(index: index, text: text))] }
        guard isConnected else { return refuse("not sent: not connected") }
        let fields = fieldsAhead
        guard fields > 0 else { return refuse("not sent: the coder is not prepared") }
        guard values.count == fields else {
            return refuse("not sent: \(values.count) values for \(fields) fields")
        }
        guard index > 0 else { return refuse("not sent: index 0 means none") }
        if let reason = valueRule.refusal(of: values) { return refuse(reason) }
        guard !waiting.isFull else { return refuse("not sent: \(Self.maxWaiting) commands are waiting") }
        return enqueue([.record(index: index, values: values)], at: now)
    }

    /// Header fields in force once all that waits has been done.
    private var fieldsAhead: Int {
        for request in waiting.waiting.reversed() + sent.reversed().map(\.request) {
            if case .header(let fields) = request { return fields.count }
            if case .clear(thenPrepare: false) = request { return 0 }
            if case .selectJob = request { return 0 }
        }
        return headerFields
    }

    private mutating func enqueue(_ requests: [Request], at now: UInt64) -> [DeviceStep] {
        for request in requests where !waiting.append(request) {
            return [.full(Self.maxWaiting)]
        }
        return advance(at: now)
    }

    // MARK: - Sending

    /// Sends what may be sent now: a due poll first, then the queue.
    private mutating func advance(at now: UInt64) -> [DeviceStep] {
        guard isConnected, settledAt == nil else { return [] }
        var steps: [DeviceStep] = []
        while sent.count < profile.window {
            if sentIndexes != nil, pollAt <= now, !isPolling {
                pollAt = now + pollInterval
                steps.append(send(.lastPrinted(buffer: buffer), at: now))
            } else if let request = waiting.popFirst() {
                steps.append(send(request, at: now))
            } else if status != nil, answersStatus, statusAt <= now {
                statusAt = now + statusInterval
                steps.append(send(.status, at: now))
            } else {
                break
            }
        }
        return steps
    }

    private var isPolling: Bool {
        sent.contains {
            if case .lastPrinted = $0.request { return true }
            return false
        }
    }

    private mutating func send(_ request: Request, at now: UInt64) -> DeviceStep {
        sent.append((request, now + timeout(of: request)))
        var body: [UInt8]
        switch request {
        case .clear:
            forgetBuffer()
            body = clear.template.filled([:])
        case .header(let fields): body = header.template.filled(["fields": joined(fields)])
        case .baseline, .lastPrinted: body = lastPrinted.template.filled([:])
        case .record(let index, let values):
            sentIndexes =
                min(sentIndexes?.lowerBound ?? index, index)...max(sentIndexes?.upperBound ?? index, index)
            body = record.template.filled(["index": Array(String(index).utf8), "values": joined(values)])
        case .status: body = status?.template.filled([:]) ?? []
        case .selectJob(let name):
            forgetBuffer()
            body = jobs?.select.template.filled(["job": Array(name.utf8)]) ?? []
        case .currentJob: body = jobs?.current.template.filled([:]) ?? []
        }
        // A valid profile's framing cannot fail; an empty line would be harmless.
        body = (try? framing.framed(body)) ?? body
        return .write(body)
    }

    /// From here on the printer may have forgotten its records; what it prints is no longer ours to count.
    private mutating func forgetBuffer() {
        sentIndexes = nil
        headerFields = 0
        buffer &+= 1
    }

    private func timeout(of request: Request) -> UInt64 {
        switch request {
        case .selectJob, .currentJob: return jobs?.timeout ?? replyTimeout
        case .clear, .header, .baseline, .record, .lastPrinted, .status:
            return command(for: request)?.timeout ?? replyTimeout
        }
    }

    private func joined(_ values: [String]) -> [UInt8] {
        Array(values.map { Array($0.utf8) }.joined(separator: valueRule.separator))
    }

    // MARK: - Receiving

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var steps = tick(at: now)
        if case .close? = steps.last { return steps }
        for event in framer.receive(bytes) { steps += event.steps { frame($0, at: now) } }
        for case .event(.noise(let bytes)) in steps { strangeBytes += bytes.count }
        return steps
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard settledAt == nil, let request = sent.first?.request else { return unasked(body, at: now) }
        switch command(for: request)?.outcome(of: body) {
        case .accepted(let captures):
            sent.removeFirst()
            strangeBytes = 0
            let steps = accepted(request, captures, at: now)
            return steps + advance(at: now)
        case .refused(let meaning):
            sent.removeFirst()
            strangeBytes = 0
            let steps = refused(request, meaning)
            return steps + advance(at: now)
        case .other, nil: return unasked(body, at: now)
        }
    }

    private func command(for request: Request) -> CompiledCommand? {
        switch request {
        case .clear: return clear
        case .header: return header
        case .record: return record
        case .baseline, .lastPrinted: return lastPrinted
        case .status: return status
        case .selectJob: return jobs?.select
        case .currentJob: return jobs?.current
        }
    }

    /// A frame nobody waits for: a notification, or noise.
    private mutating func unasked(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard settledAt == nil, notifications.contains(where: { body.starts(with: $0) }) else {
            return body.isEmpty ? [] : [.event(.noise(body))]
        }
        // Something happened at the printer: ask what, without waiting for the next poll.
        pollAt = now
        return advance(at: now)
    }

    private mutating func accepted(
        _ request: Request, _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        switch request {
        case .clear:
            staleIndex = nil
            lastPolledIndex = nil
            refusesLastPrinted = false
            mayHavePrintedNothing = false
            reportedIndex = 0
            return [.event(.bufferCleared)]
        case .header(let fields):
            headerFields = fields.count
            return []
        case .baseline:
            staleIndex = captures["index"].flatMap(decimal)
            return [.event(.coderReady)]
        case .record(let index, _): return [.event(.recordAccepted(index: index))]
        case .lastPrinted(let asked): return asked == buffer ? printed(captures["index"] ?? []) : []
        case .status: return statusReported(captures)
        // Read back at once: nothing that waits comes between.
        case .selectJob: return [send(.currentJob, at: now)]
        case .currentJob: return [.event(jobs?.event(naming: captures) ?? JobCommands.missing)]
        }
    }

    private mutating func refused(_ request: Request, _ meaning: String) -> [DeviceStep] {
        func fault(_ what: String) -> [DeviceStep] {
            [.event(.fault(DeviceFault(.refused, "the coder refused to \(what): \(meaning)")))]
        }
        switch request {
        case .clear(let thenPrepare):
            if thenPrepare { abandonPreparation() }
            return fault("clear its buffer")
        case .header:
            abandonPreparation()
            return fault("take the header")
        case .baseline:
            // Older firmware, or nothing printed yet: records can be sent all the same.
            staleIndex = nil
            mayHavePrintedNothing = true
            return [.event(.coderReady)]
        case .record(let index, _): return [.event(.recordRefused(index: index, text: meaning))]
        case .lastPrinted:
            guard !refusesLastPrinted, !mayHavePrintedNothing else { return [] }
            refusesLastPrinted = true
            return fault("tell the last printed index")
        case .status:
            answersStatus = false
            return []
        case .selectJob, .currentJob: return [.event(.jobFailed(meaning))]
        }
    }

    /// Takes the rest of a preparation, and records that counted on it, out of the queue.
    private mutating func abandonPreparation() {
        var isPreparation = true
        _ = waiting.remove { request in
            switch request {
            case .header, .baseline: return isPreparation
            case .clear:
                isPreparation = false
                return false
            case .record, .lastPrinted, .status, .selectJob, .currentJob: return false
            }
        }
        // A pipelined header or baseline may already be sent; its own reply will tell.
    }

    private mutating func printed(_ text: [UInt8]) -> [DeviceStep] {
        guard let index = decimal(text) else {
            return [.event(.fault(DeviceFault(.unexpectedReply, "the last printed index is not a number")))]
        }
        mayHavePrintedNothing = false
        guard index != lastPolledIndex else { return [] }
        lastPolledIndex = index
        if index == 0 || index == staleIndex { return [] }
        staleIndex = nil
        guard let range = sentIndexes, range.contains(index), index > reportedIndex else {
            let detail = "the coder names a last printed index that it was not sent, or one before the last"
            return [.event(.fault(DeviceFault(.unexpectedIndex, detail)))]
        }
        reportedIndex = index
        return [.event(.printed(through: index))]
    }

    private mutating func statusReported(_ captures: [String: [UInt8]]) -> [DeviceStep] {
        var conditions: PrinterStatus.Conditions = []
        // States: 0 shut down, 1 starting, 2 shutting down, 3 running, 4 offline.
        if captures["state"].flatMap(decimal) != 3 { conditions.insert(.offline) }
        // Errors: 0 none, 1 warnings, 2 faults; anything else counts as a fault.
        switch captures["error"].flatMap(decimal) {
        case 0: break
        case 1: conditions.insert(.warning)
        default: conditions.insert(.fault)
        }
        let status = PrinterStatus(conditions: conditions)
        guard status != lastStatus else { return [] }
        lastStatus = status
        return [.event(.printerStatus(status))]
    }

    // MARK: - Time

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        if let settled = settledAt {
            guard settled <= now else { return [] }
            settledAt = nil
        }
        if let first = sent.first, first.deadline <= now {
            return [.close(silentFor: replyTimeout, strangeBytes: strangeBytes)]
        }
        return advance(at: now)
    }
}
