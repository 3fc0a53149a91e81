/// A coder with the JET protocol of Leibinger and its mailing buffer of numbered records.
///
/// ```
/// host     ^0?RS\r               printer  ^0=RS2\t6\t0\t0\t80\t0\r      printerStatus: open, printing
/// host     ^0!FF\r                                                     clears the mailing buffer
/// host     ^0?SM\r               printer  ^0=SM256\t0\t57\t0\t1\t9\r    bufferCleared, coderReady
/// host     ^0=MR101\tA1B2\r                                            any answer counts for nothing
/// host     ^0=MR102\tC3D4\r
/// host     ^0?SM\r  (each poll)  printer  ^0=SM256\t1\t57\t0\t1\t9\r    recordAccepted(101)
/// host     ^0?SM\r               printer  ^0=SM256\t0\t101\t0\t1\t10\r  printed(through: 101)
/// ```
/// Whether the printer answers what is no question, or repeats it (echo mode), makes no difference: one
/// question is open at a time, its answer is known by its name, and what a record came to is told by the
/// next mailing status. Its third number is the record whose print began last; the fifth says whether that
/// print is finished. The count of waiting records leaves out the one that is next.
///
/// A stop of printing empties the mailing buffer. The session notices by the machine's state, or by fewer
/// records waiting than were confirmed before; from then on it tells of no prints and takes no records until
/// it is prepared again. Where records may be missing, no more follow. One loss cannot be told: that of the
/// record which is next and the only one, by a stop and a start between two questions; it counts as skipped.
/// Preparing waits for the printer to print: a person starts it, at the printer.
///
/// A reply may carry its length behind `^0` (five digits, counted from `=` with the CR), where the printer is
/// set so.
public struct LeibingerCoderSession: DeviceSession {
    /// Orders waiting for their turn, at most; one more is refused.
    static let maxWaiting = 4096

    /// A clear knows the number of fields to be prepared.
    typealias Order = CoderOrder<Int>

    enum Question: Sendable {
        case mailing
        case state
        case job
    }

    /// The buffer that was prepared here, and what is known of it.
    struct Buffer: Sendable {
        let fields: Int
        /// Number of the last print begun as it stood when the buffer was empty.
        var stale: UInt64?
        /// Numbers sent, without a gap.
        var sent: ClosedRange<UInt64>?
        /// Every record up to this one was in the buffer.
        var accepted: UInt64 = 0
        /// Every record up to this one was printed.
        var printed: UInt64 = 0
        /// The last print begun.
        var begun: UInt64 = 0
        /// Records up to this one are to be in the buffer by then.
        var due: (index: UInt64, by: UInt64)?
    }

    let printer: DeviceProfile.Printer
    let framing: Framing
    let valueRule: CoderValueRule
    let clear: CompiledCommand
    let record: CompiledCommand
    let mailing: CompiledCommand
    let state: CompiledCommand
    let jobs: JobCommands?
    /// Beginnings of what the printer may repeat of ours.
    let echoes: [[UInt8]]
    let replyTimeout: UInt64
    let mailingInterval: UInt64
    let stateInterval: UInt64
    let settleTime: UInt64

    var framer: Framer
    var isConnected = false
    var settledAt: UInt64?
    var waiting = BoundedQueue<Order>(limit: maxWaiting)
    var open: (question: Question, timeout: UInt64, deadline: UInt64)?
    var mailingAt: UInt64 = 0
    var stateAt: UInt64 = 0
    var lastStatus: PrinterStatus?
    var lastError: UInt64 = 0
    /// Bytes since the last reply that are none.
    var strangeBytes = 0
    /// A clear was sent and the buffer is not known to be empty yet.
    var clearing: (fields: Int?, deadline: UInt64)?
    var buffer: Buffer?
    /// A job was selected; its name is asked for behind the next answer, so that an echo is not taken for it.
    var mustReadJob = false

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let printer = profile.printer else { throw ProfileFault("printer", "not a coder's profile") }
        self.printer = printer
        framing = profile.framing
        valueRule = try CoderValueRule(printer)
        clear = try profile.compiled("clear")
        record = try profile.compiled("record")
        mailing = try profile.compiled("lastPrinted")
        state = try profile.compiled("status")
        jobs = try JobCommands(profile)
        let own = [clear, record, mailing, state] + [jobs?.select, jobs?.current].compactMap { $0 }
        echoes = own.compactMap { command in
            guard case .literal(let bytes)? = command.template.pieces.first else { return nil }
            return Self.content(of: bytes).map { Array($0) }
        }.filter { !$0.isEmpty }
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        mailingInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        stateInterval = nanoseconds(profile.timing.idlePollIntervalMilliseconds)
        settleTime = nanoseconds(profile.timing.settleMilliseconds)
        framer = try Framer(profile.framing)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        if let settledAt { return settledAt }
        if let open { return open.deadline }
        return earliest(asksMailing ? mailingAt : nil, stateAt)
    }

    var asksMailing: Bool { clearing != nil || buffer?.sent != nil }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        forgetConnection()
        isConnected = true
        settledAt = now + settleTime
        stateAt = now
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
        open = nil
        strangeBytes = 0
        waiting = BoundedQueue(limit: Self.maxWaiting)
        lastStatus = nil
        lastError = 0
        clearing = nil
        buffer = nil
        mustReadJob = false
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
        case .clearCoder: return clearBuffer(fields: nil, "clearCoder", at: now)
        case .sendRecord(let index, let values): return add(index, values, at: now)
        case .selectJob(let name):
            if let refusal = refusal(ofJob: name) { return [.event(refusal)] }
            // Records that wait would be printed by another job than they were made for.
            return waiting.refuse(because: "another job is selected", keepsJobs: false)
                + enqueue(.selectJob(name), at: now)
        case .readJob:
            return refusal(ofJob: nil).map { [.event($0)] } ?? enqueue(.currentJob, at: now)
        case .printLabel, .setOutputs, .gateCommand, .verdict, .trigger, .feedback, .weigh:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a coder")))]
        }
    }

    /// The names of the fields are the job's business: their number counts, and the order of the values.
    private mutating func prepare(_ fields: [String], at now: UInt64) -> [DeviceStep] {
        guard !fields.isEmpty else {
            return [.event(.fault(DeviceFault(.unsafeValue, "a coder is prepared with one field or more")))]
        }
        return clearBuffer(fields: fields.count, "prepareCoder", at: now)
    }

    private mutating func clearBuffer(fields: Int?, _ name: String, at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [.notConnected(name)] }
        // From here on the printer forgets its records; what it prints is no longer ours to count.
        buffer = nil
        clearing?.fields = nil
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
        guard values.count == fields else {
            return refuse("not sent: \(values.count) values for \(fields) fields")
        }
        guard index > 0 else { return refuse("not sent: index 0 means none") }
        if let last = lastIndexAhead, index != last &+ 1 {
            return refuse("not sent: the numbers of this coder's records go up by one")
        }
        guard printer.depth == 0 || recordsAhead < printer.depth else {
            return refuse("not sent: \(recordsAhead) records wait, and the coder holds \(printer.depth)")
        }
        if let reason = valueRule.refusal(of: values) { return refuse(reason) }
        guard !waiting.isFull else { return refuse("not sent: \(Self.maxWaiting) commands are waiting") }
        return enqueue(.record(index: index, values: values), at: now)
    }

    /// Fields of the buffer in force once all that waits has been done; `nil` if none will be.
    var fieldsAhead: Int? {
        for order in waiting.waiting.reversed() {
            switch order {
            case .clear(let fields): return fields
            case .selectJob: return nil
            case .record, .currentJob: break
            }
        }
        if let clearing { return clearing.fields }
        return buffer?.fields
    }

    /// The last record sent or waiting, of the buffer that will be in force.
    var lastIndexAhead: UInt64? {
        waiting.lastRecord() ?? buffer?.sent?.upperBound
    }

    /// Records that wait here or in the printer.
    var recordsAhead: Int {
        let here = waiting.waiting.count(where: \.isRecord)
        guard let buffer, let sent = buffer.sent else { return here }
        return here + Int(clamping: sent.upperBound - max(sent.lowerBound - 1, buffer.printed))
    }

    private mutating func enqueue(_ order: Order, at now: UInt64) -> [DeviceStep] {
        guard waiting.append(order) else {
            return [.full(Self.maxWaiting)]
        }
        return advance(at: now)
    }

    // MARK: - Sending

    /// Sends what may be sent now: what waits first, then the question that is due longest.
    mutating func advance(at now: UInt64) -> [DeviceStep] {
        guard isConnected, settledAt == nil else { return [] }
        var steps: [DeviceStep] = []
        while open == nil {
            if mustReadJob, lastStatus != nil {
                mustReadJob = false
                steps.append(ask(.job, at: now))
            } else if let order = popOrder() {
                steps.append(perform(order, at: now))
            } else if asksMailing, mailingAt <= now, mailingAt <= stateAt || stateAt > now {
                mailingAt = now + mailingInterval
                steps.append(ask(.mailing, at: now))
            } else if stateAt <= now {
                stateAt = now + stateInterval
                steps.append(ask(.state, at: now))
            } else {
                break
            }
        }
        return steps
    }

    /// Takes the first order whose time has come out of the queue.
    private mutating func popOrder() -> Order? {
        guard clearing == nil, !mustReadJob, let first = waiting.first else { return nil }
        // Where records may be missing no more follow: a print of theirs would be taken for all before.
        if case .record = first, buffer?.due != nil { return popJob() }
        guard case .clear(fields: _?) = first, lastStatus?.isReady != true else { return waiting.popFirst() }
        // A printer that does not print loses what it is given: the preparation waits until it does. A job
        // can be asked for meanwhile.
        return popJob()
    }

    private mutating func popJob() -> Order? {
        waiting.removeFirst { if case .currentJob = $0 { true } else { false } }
    }

    private mutating func perform(_ order: Order, at now: UInt64) -> DeviceStep {
        switch order {
        case .clear(let fields):
            buffer = nil
            clearing = (fields, now + settleTime + replyTimeout)
            // The printer is given time before it is asked: records sent at once could still be cleared.
            mailingAt = now + settleTime
            return write(clear.template.filled([:]))
        case .record(let index, let values):
            if let sent = buffer?.sent {
                buffer?.sent = sent.lowerBound...index
            } else {
                buffer?.sent = index...index
                mailingAt = now + mailingInterval
            }
            let joined = Array(values.map { Self.escaped($0) }.joined(separator: valueRule.separator))
            return write(record.template.filled(["index": Array(String(index).utf8), "values": joined]))
        case .selectJob(let name):
            buffer = nil
            mustReadJob = true
            // An answer to this question is behind everything the printer says to the selection.
            lastStatus = nil
            stateAt = now
            return write(jobs?.select.template.filled(["job": Array(name.utf8)]) ?? [])
        case .currentJob: return ask(.job, at: now)
        }
    }

    private mutating func ask(_ question: Question, at now: UInt64) -> DeviceStep {
        let asked = command(for: question)
        let usual = question == .job ? jobs?.timeout ?? replyTimeout : replyTimeout
        let timeout = asked?.timeout ?? usual
        open = (question, timeout, now + timeout)
        return write(asked?.template.filled([:]) ?? [])
    }

    func command(for question: Question) -> CompiledCommand? {
        switch question {
        case .mailing: return mailing
        case .state: return state
        case .job: return jobs?.current
        }
    }

    /// A valid profile's framing cannot fail; an empty line would be harmless.
    private func write(_ body: [UInt8]) -> DeviceStep { .write((try? framing.framed(body)) ?? body) }

    /// A value as it stands in a record: `^` and `\` behind a `\`.
    static func escaped(_ value: String) -> [UInt8] {
        value.utf8.flatMap { byte in
            byte == UInt8(ascii: "^") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
        }
    }
}
