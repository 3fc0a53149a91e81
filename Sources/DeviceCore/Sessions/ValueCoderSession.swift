/// A coder that holds one value, printed when its product sensor fires, as its profile describes it.
///
/// ```
/// host  clear           coder  accepted        nothing sent before is printed from here on   bufferCleared
/// host  printedCount    coder  count 57        where to count from                           coderReady
/// host  record A        coder  accepted                                                      recordAccepted(1)
/// host  start           coder  accepted        it may print (the first record only)
/// host  printedCount    coder  count 58        (each poll)                                   printed(through: 1)
/// host  record B        coder  accepted                                                      recordAccepted(2)
/// ```
/// The device has one value at a time: records that come meanwhile wait here. What proves a print is the
/// profile's choice: `counter` as drawn, `ready` (question `ready` is refused until the value is printed) or
/// `event` (a frame of `printedFrames`).
///
/// A value stays in the device until the next one replaces it. A count that grows by more than one, or while
/// nothing waits to be printed, or a frame that nothing explains, shows a value printed twice: that is a fault,
/// and nothing more is given to the device before it is prepared again.
public struct ValueCoderSession: DeviceSession {
    /// Orders waiting for their turn, at most; one more is refused.
    static let maxWaiting = 4096

    private enum Order: Sendable {
        /// With the names of the fields to be prepared, or without.
        case clear(fields: [String]?)
        case record(index: UInt64, values: [String])
        case selectJob(String)
        case currentJob

        var isNoRecord: Bool { if case .record = self { false } else { true } }
    }

    /// What is asked of the device, one at a time.
    private enum Request: Sendable {
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
    private struct Buffer: Sendable {
        let fields: [String]
        /// Prints as last told.
        var count: UInt64
        /// The record in the device that is not proven printed.
        var loaded: UInt64?
        var isStarted = false
        /// The device was seen to refuse another value before it printed this one.
        var isProtected = false
    }

    private let printer: DeviceProfile.Printer
    private let framing: Framing
    private let separator: [UInt8]
    private let forbidden: Set<UInt8>
    private let each: ByteTemplate
    private let notifications: [[UInt8]]
    private let printedFrames: [[UInt8]]
    private let also: [AlsoFrame]
    private let commands: [String: CompiledCommand]
    private let map: StatusMap?
    private let jobs: JobCommands?
    private let replyTimeout: UInt64
    private let pollInterval: UInt64
    private let idleInterval: UInt64
    private let settleTime: UInt64

    private var framer: Framer
    private var isConnected = false
    private var settledAt: UInt64?
    private var waiting = BoundedQueue<Order>(limit: maxWaiting)
    /// What comes next, before anything that waits.
    private var next: Request?
    private var open: (request: Request, body: [UInt8], deadline: UInt64)?
    private var buffer: Buffer?
    private var pollAt: UInt64 = 0
    private var statusAt: UInt64 = 0
    private var lastStatus: PrinterStatus?
    private var lastIndex: UInt64 = 0
    /// Told once that an old value waits to be printed.
    private var isWaitingForPrint = false
    /// Bytes since the last reply that are none.
    private var strangeBytes = 0

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let printer = profile.printer else { throw ProfileFault("printer", "not a coder's profile") }
        self.printer = printer
        framing = profile.framing
        separator = try ByteText.bytes(printer.valueSeparator)
        forbidden = Set(try ByteText.bytes(printer.forbidden) + separator)
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
    private var proofCommand: CompiledCommand? {
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
        let steps = refuseWaiting(because: "not sent: connection lost", keepsJobs: false)
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

    /// Takes records and clears out of the queue; a job is still answered, unless another one is asked for.
    private mutating func refuseWaiting(because text: String, keepsJobs: Bool = true) -> [DeviceStep] {
        let dropped = waiting.remove { order in
            switch order {
            case .selectJob, .currentJob: return !keepsJobs
            case .clear, .record: return true
            }
        }
        return dropped.compactMap { order in
            guard case .record(let index, _) = order else { return nil }
            return .event(.recordRefused(index: index, text: text))
        }
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
            return refuseWaiting(because: "another job is selected", keepsJobs: false)
                + enqueue(.selectJob(name), at: now)
        case .readJob:
            return refusal(ofJob: nil).map { [.event($0)] } ?? enqueue(.currentJob, at: now)
        case .printLabel, .setOutputs, .gateCommand, .verdict, .trigger, .feedback:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a coder")))]
        }
    }

    private mutating func prepare(_ fields: [String], at now: UInt64) -> [DeviceStep] {
        guard !fields.isEmpty, fields.count <= printer.maxFields else {
            let text = "\(fields.count) fields; this coder takes 1 to \(printer.maxFields)"
            return [.event(.fault(DeviceFault(.unsafeValue, text)))]
        }
        guard fields.allSatisfy({ unsafe($0) == nil && !$0.isEmpty }) else {
            let text = "a field name is empty or holds a forbidden byte"
            return [.event(.fault(DeviceFault(.unsafeValue, text)))]
        }
        return clear(fields: fields, "prepareCoder", at: now)
    }

    private mutating func clear(fields: [String]?, _ name: String, at now: UInt64) -> [DeviceStep] {
        guard isConnected else {
            return [.event(.fault(DeviceFault(.hungUp, "\(name) not sent: not connected")))]
        }
        buffer = nil
        return refuseWaiting(because: "buffer cleared") + enqueue(.clear(fields: fields), at: now)
    }

    /// Why a job cannot be selected or asked for, or `nil`.
    private func refusal(ofJob name: String?) -> DeviceEvent? {
        guard let jobs else { return JobCommands.missing }
        guard isConnected else { return .jobFailed("not asked: not connected") }
        guard name.map({ jobs.names.allows(Array($0.utf8)) }) ?? true else {
            return .jobFailed("not selected: its command cannot carry the name")
        }
        return waiting.isFull ? .jobFailed("not asked: \(Self.maxWaiting) commands are waiting") : nil
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
        for (place, value) in values.enumerated() {
            if let reason = unsafe(value) { return refuse("not sent: value \(place + 1) \(reason)") }
        }
        guard !waiting.isFull else { return refuse("not sent: \(Self.maxWaiting) commands are waiting") }
        return enqueue(.record(index: index, values: values), at: now)
    }

    /// Fields in force once all that waits has been done; `nil` if none will be.
    private var fieldsAhead: [String]? {
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
    private var lastIndexAhead: UInt64 {
        for case .record(let index, _) in waiting.waiting.reversed() { return index }
        return buffer == nil ? 0 : lastIndex
    }

    /// Why a value cannot be sent, or `nil`.
    private func unsafe(_ value: String) -> String? {
        if value.utf8.count > printer.maxValueBytes { return "is longer than \(printer.maxValueBytes) bytes" }
        let isSafe = value.utf8.allSatisfy { (0x20...0x7E).contains($0) && !forbidden.contains($0) }
        return isSafe ? nil : "holds a byte this coder cannot take"
    }

    private mutating func enqueue(_ order: Order, at now: UInt64) -> [DeviceStep] {
        guard waiting.append(order) else {
            return [.event(.fault(DeviceFault(.queueFull, "\(Self.maxWaiting) commands are waiting")))]
        }
        return advance(at: now)
    }

    // MARK: - Sending

    /// Sends what may be sent now, one request at a time.
    private mutating func advance(at now: UInt64) -> [DeviceStep] {
        guard isConnected, settledAt == nil, open == nil else { return [] }
        if let request = next {
            // A device that still holds an old value is asked again, at its pace; no record is given to it.
            guard case .baseline = request, pollAt > now else {
                next = nil
                return send(request, at: now)
            }
            if let order = waiting.removeFirst(where: { $0.isNoRecord }) {
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
    private var isProving: Bool {
        guard let buffer else { return false }
        return buffer.loaded != nil || printer.proof == .counter
    }

    /// The first order whose time has come; a record waits until the one before is proven printed.
    private mutating func popOrder() -> Order? {
        guard buffer?.loaded != nil else { return waiting.popFirst() }
        return waiting.removeFirst { $0.isNoRecord }
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
        return Array(parts.joined(separator: separator))
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

    private func timeout(of request: Request) -> UInt64 {
        if let own = command(for: request)?.timeout { return own }
        switch request {
        case .selectJob, .currentJob: return jobs?.timeout ?? replyTimeout
        case .clear, .baseline, .record, .start, .probe, .idle, .status: return replyTimeout
        }
    }

    private func command(for request: Request) -> CompiledCommand? {
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

// MARK: - Receiving

extension ValueCoderSession {
    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var steps = tick(at: now)
        if case .close? = steps.last { return steps }
        for event in framer.receive(bytes) {
            switch event {
            case .frame(let body): steps += frame(body, at: now)
            case .fault(let fault): steps.append(.event(.frameFault(fault)))
            case .noise(let bytes): steps.append(.event(.noise(bytes)))
            }
        }
        for case .event(.noise(let bytes)) in steps { strangeBytes += bytes.count }
        return steps
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard settledAt == nil else { return [.event(.noise(body))] }
        if printer.proof == .event, printedFrames.contains(body) {
            let steps = printedOnce()
            return steps + advance(at: now)
        }
        guard let open, let command = command(for: open.request) else { return unasked(body) }
        switch command.outcome(of: body) {
        case .accepted(let captures):
            if let sum = captures["sum"], !Self.isSum(sum, of: open.body) { return unasked(body) }
            self.open = nil
            strangeBytes = 0
            let steps =
                captures["refusal"] == nil
                ? accepted(open.request, captures, at: now)
                : refused(open.request, "the device says \(ByteText.text(body))", at: now)
            return steps + advance(at: now)
        case .refused(let meaning):
            self.open = nil
            strangeBytes = 0
            let steps = refused(open.request, meaning, at: now)
            return steps + advance(at: now)
        case .other: return unasked(body)
        }
    }

    /// Whether two hexadecimal digits are the low byte of the sum of what was sent.
    private static func isSum(_ digits: [UInt8], of body: [UInt8]) -> Bool {
        hexadecimal(digits) == UInt64(body.reduce(0 as UInt8) { $0 &+ $1 })
    }

    private func unasked(_ body: [UInt8]) -> [DeviceStep] {
        notifications.contains { body.starts(with: $0) } ? [] : [.event(.noise(body))]
    }

    private mutating func accepted(
        _ request: Request, _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        switch request {
        case .clear(let fields):
            if proofCommand == nil || fields == nil { return cleared(fields, count: 0, at: now) }
            next = .baseline(fields: fields)
            pollAt = now
            return []
        case .baseline(let fields): return baseline(fields, captures, at: now)
        case .record(let index):
            guard buffer != nil else { return [.event(.recordAccepted(index: index))] }
            buffer?.loaded = index
            pollAt = now
            if commands["start"] != nil, buffer?.isStarted == false { next = .start }
            return [.event(.recordAccepted(index: index))]
        case .start:
            buffer?.isStarted = true
            return []
        case .probe: return proven(captures)
        case .idle: return []
        case .status: return statusReported(captures)
        case .selectJob:
            next = .currentJob
            return []
        case .currentJob: return [.event(jobs?.event(naming: captures) ?? JobCommands.missing)]
        }
    }

    /// The number of prints in a reply, where prints are counted; 0 where they are not.
    private func count(_ captures: [String: [UInt8]]) -> UInt64? {
        printer.proof == .counter ? captures["count"].flatMap(decimal) : 0
    }

    private mutating func baseline(
        _ fields: [String]?, _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        guard let count = count(captures) else {
            pollAt = now + pollInterval
            return refuseRecords(because: "the coder is not prepared") + [.event(.fault(Self.noCount))]
        }
        return cleared(fields, count: count, at: now)
    }

    private mutating func cleared(_ fields: [String]?, count: UInt64, at now: UInt64) -> [DeviceStep] {
        pollAt = now + pollInterval
        // Another preparation may wait: its own reply will tell.
        let isReplaced = waiting.waiting.contains { order in
            switch order {
            case .clear, .selectJob: true
            case .record, .currentJob: false
            }
        }
        guard let fields, !isReplaced else { return [.event(.bufferCleared)] }
        lastIndex = 0
        buffer = Buffer(fields: fields, count: count)
        return [.event(.bufferCleared), .event(.coderReady)]
    }

    private static let noCount = DeviceFault(.unexpectedReply, "the count of prints is not a number")

    private mutating func proven(_ captures: [String: [UInt8]]) -> [DeviceStep] {
        guard var buffer else { return [] }
        guard let count = count(captures) else {
            return lose(Self.noCount.code, Self.noCount.detail)
        }
        guard printer.proof == .counter else {
            guard buffer.isProtected else {
                return lose(
                    .unexpectedReply,
                    "the coder takes another value before it printed one: set it to protect it")
            }
            return printedOnce()
        }
        guard count >= buffer.count else { return lose(.unexpectedIndex, "the count of prints went back") }
        let prints = count - buffer.count
        guard prints > 0 else { return [] }
        guard prints == 1 else { return lose(.printedTwice, "one value was printed \(prints) times") }
        buffer.count = count
        self.buffer = buffer
        return printedOnce()
    }

    /// The device printed: the value in it, or one it had printed before.
    private mutating func printedOnce() -> [DeviceStep] {
        guard buffer != nil else { return [] }
        guard let index = buffer?.loaded else {
            return lose(.printedTwice, "the coder printed, and was given nothing new to print")
        }
        buffer?.loaded = nil
        return [.event(.printed(through: index))]
    }

    /// Nothing more is given to the device before it is prepared again.
    private mutating func lose(_ code: DeviceFault.Code, _ text: String) -> [DeviceStep] {
        buffer = nil
        next = nil
        return refuseWaiting(because: text) + [.event(.fault(DeviceFault(code, text)))]
    }

    private mutating func refused(_ request: Request, _ meaning: String, at now: UInt64) -> [DeviceStep] {
        func fault(_ what: String) -> DeviceEvent {
            .fault(DeviceFault(.refused, "the coder refused to \(what): \(meaning)"))
        }
        switch request {
        case .clear:
            return refuseRecords(because: "the coder is not prepared") + [.event(fault("clear its value"))]
        case .baseline(let fields?) where printer.proof == .ready:
            // The value of before is printed on the next product; then it is ready.
            let isFirst = !isWaitingForPrint
            isWaitingForPrint = true
            next = .baseline(fields: fields)
            pollAt = now + pollInterval
            return isFirst ? [.event(fault("take a value"))] : []
        case .baseline:
            pollAt = now + pollInterval
            return refuseRecords(because: "the coder is not prepared") + [.event(fault("give up its value"))]
        case .record(let index): return [.event(.recordRefused(index: index, text: meaning))]
        case .start: return lose(.refused, "the coder refused to start printing: \(meaning)")
        case .probe:
            guard printer.proof == .counter else {
                buffer?.isProtected = true
                return []
            }
            return lose(.refused, "the coder refused to tell its count of prints: \(meaning)")
        case .idle: return []
        case .status: return [.event(fault("tell its state"))]
        case .selectJob, .currentJob: return [.event(.jobFailed(meaning))]
        }
    }

    /// Refuses the records that wait for no other preparation.
    private mutating func refuseRecords(because text: String) -> [DeviceStep] {
        let isPrepared = waiting.waiting.contains { if case .clear = $0 { true } else { false } }
        return isPrepared ? [] : refuseWaiting(because: text)
    }

    private mutating func statusReported(_ captures: [String: [UInt8]]) -> [DeviceStep] {
        guard let (status, fault) = map?.read(captures), status != lastStatus else { return [] }
        lastStatus = status
        return (fault.map { [.event(.fault($0))] } ?? []) + [.event(.printerStatus(status))]
    }

    // MARK: - Time

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        if let settled = settledAt {
            guard settled <= now else { return [] }
            settledAt = nil
        }
        if let open, open.deadline <= now {
            let strange =
                strangeBytes == 0
                ? "" : ", but \(strangeBytes) bytes that are none: is it this model, protocol and speed?"
            let limit = timeout(of: open.request) / 1_000_000
            return [.close(DeviceFault(.replyTimeout, "no reply in \(limit) ms\(strange)"))]
        }
        return advance(at: now)
    }
}
