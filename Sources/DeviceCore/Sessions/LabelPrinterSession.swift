/// A label printer: one label at a time goes out, and the next when that one is proven printed.
///
/// ```
/// host     ^XA ... ^XZ                                     one label, whole
/// host     ~HS                                             each round: the status ...
/// printer  <STX>030,0,0,1184,000,0,0,0,000,0,0,0<ETX>\r\n  (lines of ~HS, or one reply by [[status]])
/// host     ! U1 getvar "odometer.total_label_count"\r\n    ... and, where it proves, the count
/// printer  "20718"
/// ```
/// What proves a label, asked after it was written:
///
/// - ZPL, `proof = "status"`: an empty receive buffer, none remaining, no partial format and nothing that
///   blocks. That can be true while the label still moves.
/// - dialogue `label`, `proof = "status"`: the printer was idle before, then at work (busy, something
///   remaining, or the job's id in the reply), and is now idle and ready. Trouble in between asks for work
///   again: the label may have been thrown away.
/// - `proof = "counter"`: the count of printed labels was asked before and has grown by one, or by more while
///   the status is known; and nothing waits in the printer. It outlives the connection: a label that was
///   out when it ended is judged by the same count after the next.
///
/// A printer that says for ``doubtNanoseconds`` that it is ready and empty without that proof has lost the
/// label or was quicker than the questions: the label is in doubt. In every case it is read back all the
/// same.
///
/// Many printers do not answer at all while they are in trouble, so silence is *unknown*: it proves nothing
/// and does not end the connection. After silence, answers are for one reply time taken as late ones that
/// prove nothing, then the printer is asked again.
/// - Source: ZPL II programming guide, ~HS; sources of the profiles.
public struct LabelPrinterSession: DeviceSession {
    /// Jobs waiting for their turn, at most; one more is refused.
    static let maxWaiting = 64
    /// Longest label accepted.
    static let maxLabelBytes = 65_536
    /// Ready and empty for so long without proof: the label is in doubt.
    static let doubtNanoseconds: UInt64 = 10_000_000_000

    private enum Proof {
        case emptyBuffer
        case work
        case counter(CompiledCommand)
    }

    private enum Question {
        case status
        case count
        /// The acknowledgement of a label.
        case label
    }

    private enum Poll {
        /// Nothing is asked for.
        case idle
        /// Asked; the answer may arrive until the deadline.
        case asked(Question, deadline: UInt64)
        /// Silent: late answers may still come until then. `after` was not answered.
        case draining(until: UInt64, after: Question?)
    }

    /// The label that is out and not proven.
    private struct Sent {
        let job: UInt64
        /// Its number in the printer, as the command `label` carries it.
        let id: [UInt8]
        /// Labels the printer had printed before.
        let countBefore: UInt64
        /// The printer was seen at work on it.
        var hasWorked = false
        /// Ready and empty, unproven, since then.
        var idleSince: UInt64?
    }

    private let proof: Proof
    private let label: LabelJob?
    private let clearRequest: [UInt8]
    private let replyTimeout: UInt64
    private let pollInterval: UInt64
    private let idlePollInterval: UInt64
    private let settle: UInt64
    private let gap: UInt64

    private var framer: Framer
    private var lastByteAt: UInt64 = 0
    private var isConnected = false
    private var waiting = BoundedQueue<(job: UInt64, data: [UInt8])>(limit: maxWaiting)
    private var sent: Sent?
    private var poll = Poll.idle
    private var pollAt: UInt64 = 0
    private var reader: LabelStatusReader
    private var counter = LabelCounter()
    /// What this round of questions brought so far.
    private var round = (status: PrinterStatus?.none, captures: [String: [UInt8]](), count: UInt64?.none)
    /// This round was begun with a label waiting: at its end it may be sent.
    private var isPreparing = false
    private var lastStatus: PrinterStatus?
    private var statusFault: DeviceFault?
    private var countFault: DeviceFault?

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        reader = try LabelStatusReader(profile)
        label = try profile.commands["label"].map { (command) throws(ProfileFault) in try LabelJob(command) }
        if profile.printer?.proof == .counter, let count = profile.commands["printedCount"] {
            proof = .counter(try CompiledCommand(count))
        } else {
            proof = profile.dialogue == .zpl ? .emptyBuffer : .work
        }
        clearRequest = try ByteText.bytes(profile.commands["clear"]?.send ?? "")
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        pollInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        idlePollInterval = nanoseconds(profile.timing.idlePollIntervalMilliseconds)
        settle = nanoseconds(profile.timing.settleMilliseconds)
        gap = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
        framer = try Framer(profile.framing)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        let silence = gap > 0 && framer.hasPartial ? lastByteAt + gap : nil
        switch poll {
        case .idle: return earliest(pollAt, silence)
        case .asked(_, let deadline): return earliest(deadline, silence)
        case .draining(let until, _): return earliest(until, silence)
        }
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        isConnected = true
        lastStatus = nil
        statusFault = nil
        countFault = nil
        poll = .idle
        var steps: [DeviceStep] = [.event(.connected)]
        // What an earlier connection left in the printer was told to be in doubt: it must not come out now.
        if !clearRequest.isEmpty { steps.append(.write(clearRequest)) }
        guard settle == 0 else {
            poll = .draining(until: now + settle, after: nil)
            return steps
        }
        return steps + beginRound(at: now)
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        var steps: [DeviceStep] = []
        if case .counter = proof {
            sent?.idleSince = nil
        } else {
            steps += end { .labelInDoubt(job: $0) }
        }
        for (job, _) in waiting.drain() {
            steps.append(.event(.labelRefused(job: job, text: "not sent: connection lost")))
        }
        isConnected = false
        poll = .idle
        framer.reset()
        return steps + [.event(.stale)]
    }

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        guard case .printLabel(let job, let data) = command else {
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a label printer")))]
        }
        func refuse(_ text: String) -> [DeviceStep] {
            [.event(.labelRefused(job: job, text: "not sent: " + text))]
        }
        guard isConnected else { return refuse("not connected") }
        guard !data.isEmpty, data.count <= Self.maxLabelBytes else {
            return refuse("a label has 1 to \(Self.maxLabelBytes) bytes")
        }
        guard waiting.append((job, data)) else { return refuse("\(Self.maxWaiting) labels are waiting") }
        return startNext(at: now)
    }

    /// Sends the next label, or asks what must be known before it; unless one is still unproven or an answer
    /// is due that could be taken for its proof.
    private mutating func startNext(at now: UInt64) -> [DeviceStep] {
        guard case .idle = poll, sent == nil, !waiting.isEmpty else { return [] }
        if case .emptyBuffer = proof { return send(countBefore: 0, at: now) }
        return beginRound(at: now)
    }

    private mutating func send(countBefore: UInt64, at now: UInt64) -> [DeviceStep] {
        guard let (job, data) = waiting.popFirst() else { return [] }
        let id = label?.id(of: job) ?? []
        sent = Sent(job: job, id: id, countBefore: countBefore)
        let bytes = label?.bytes(data, id: id) ?? data
        guard label?.isAcknowledged == true else { return [.write(bytes)] + beginRound(at: now) }
        poll = .asked(.label, deadline: now + (label?.timeout ?? replyTimeout))
        return [.write(bytes)]
    }

    private mutating func beginRound(at now: UInt64) -> [DeviceStep] {
        round = (nil, [:], nil)
        isPreparing = sent == nil && !waiting.isEmpty
        return ask(.status, at: now)
    }

    private mutating func ask(_ question: Question, at now: UInt64) -> [DeviceStep] {
        reader.reset()
        guard case .count = question, case .counter(let command) = proof else {
            poll = .asked(.status, deadline: now + (reader.timeout ?? replyTimeout))
            return [.write(reader.request)]
        }
        poll = .asked(.count, deadline: now + (command.timeout ?? replyTimeout))
        return [.write(command.template.filled([:]))]
    }

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var steps = tick(at: now)
        lastByteAt = now
        for event in framer.receive(bytes) { steps += event.steps { frame($0, at: now) } }
        return steps
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        switch poll {
        case .idle: [.event(.noise(body))]
        case .asked(.status, _): status(body, at: now)
        case .asked(.count, _): count(body, at: now)
        case .asked(.label, _): acknowledged(body, at: now)
        case .draining(_, let after): late(body, after: after, at: now)
        }
    }

    private mutating func status(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        switch reader.take(body) {
        case .begun: return []
        case .other: return [.event(.noise(body))]
        case .whole(let status, let captures, let fault):
            let steps = changed(to: status) + told(fault, \.statusFault)
            if status.isKnown {
                round.status = status
                round.captures = captures
            }
            if case .counter = proof { return steps + ask(.count, at: now) }
            return steps + endRound(at: now)
        }
    }

    private mutating func count(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard case .counter(let command) = proof else { return [] }
        switch command.outcome(of: body) {
        case .accepted(let captures):
            guard let bytes = captures["count"], let count = command.number(bytes, of: "count") else {
                let fault = DeviceFault(.unexpectedReply, "the count of printed labels is no number")
                return told(fault, \.countFault) + endRound(at: now)
            }
            round.count = counter.trusted(count)
            return told(nil, \.countFault) + endRound(at: now)
        case .refused(let meaning):
            let fault = DeviceFault(.refused, "count of printed labels: \(meaning)")
            return told(fault, \.countFault) + endRound(at: now)
        case .other: return [.event(.noise(body))]
        }
    }

    private mutating func acknowledged(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        switch label?.outcome(of: body) {
        case .accepted: return beginRound(at: now)
        case .refused(let meaning):
            poll = .idle
            pollAt = now + pollInterval
            return end { .labelRefused(job: $0, text: "refused by the printer: \(meaning)") }
        case .other, nil: return [.event(.noise(body))]
        }
    }

    /// A late answer: true of the past, proof of nothing. Later ones may follow.
    private mutating func late(_ body: [UInt8], after: Question?, at now: UInt64) -> [DeviceStep] {
        if case .label = after { return acknowledged(body, at: now) }
        switch reader.take(body) {
        case .begun: return []
        case .other: return [.event(.noise(body))]
        case .whole(let status, _, let fault):
            if after != nil { poll = .draining(until: now + replyTimeout, after: after) }
            return changed(to: status) + told(fault, \.statusFault)
        }
    }

    /// Every question of the round was answered, or will not be.
    private mutating func endRound(at now: UInt64) -> [DeviceStep] {
        poll = .idle
        let steps = judge(at: now)
        if isPreparing, sent == nil, let countBefore {
            isPreparing = false
            return steps + send(countBefore: countBefore, at: now)
        }
        let isAwaited = sent != nil || !waiting.isEmpty
        pollAt = now + (isAwaited ? pollInterval : idlePollInterval)
        // Straight on behind a proof; behind a round that did not allow to send, only after the pause.
        return isPreparing ? steps : steps + startNext(at: now)
    }

    /// What was printed before the next label, if this round allows to send it; 0 where none is counted.
    private var countBefore: UInt64? {
        switch proof {
        case .emptyBuffer: 0
        case .work: round.status?.isAtWork == false ? 0 : nil
        case .counter: round.count
        }
    }

    /// Decides over the label that is out by what this round brought.
    private mutating func judge(at now: UInt64) -> [DeviceStep] {
        guard let sent else { return [] }
        let status = round.status
        switch proof {
        case .emptyBuffer:
            let isEmpty = status?.formatsInBuffer == 0 && status?.labelsRemaining == 0
            return isEmpty && status?.isReady == true ? end { .labelPrinted(job: $0) } : []
        case .work:
            guard let status else { return [] }
            let isAtWork = status.isAtWork || (!sent.id.isEmpty && round.captures["id"] == sent.id)
            if isAtWork || !status.isReady {
                self.sent?.hasWorked = isAtWork && status.isReady
            } else if sent.hasWorked {
                return end { .labelPrinted(job: $0) }
            }
            return doubt(isIdle: !isAtWork && status.isReady, at: now)
        case .counter:
            if let count = round.count {
                // The printer counts anew: it was reset, and the label may be gone with its memory.
                guard count >= sent.countBefore else { return end { .labelInDoubt(job: $0) } }
                let grown = count - sent.countBefore
                if grown > 0, status?.isHolding != true, grown == 1 || status != nil {
                    return end { .labelPrinted(job: $0) }
                }
            }
            return doubt(isIdle: status.map { $0.isReady && !$0.isAtWork } ?? false, at: now)
        }
    }

    private mutating func doubt(isIdle: Bool, at now: UInt64) -> [DeviceStep] {
        guard isIdle else {
            sent?.idleSince = nil
            return []
        }
        let since = sent?.idleSince ?? now
        sent?.idleSince = since
        return now - since >= Self.doubtNanoseconds ? end { .labelInDoubt(job: $0) } : []
    }

    private mutating func end(_ event: (UInt64) -> DeviceEvent) -> [DeviceStep] {
        guard let job = sent?.job else { return [] }
        sent = nil
        return [.event(event(job))]
    }

    private mutating func changed(to status: PrinterStatus) -> [DeviceStep] {
        guard status != lastStatus else { return [] }
        lastStatus = status
        return [.event(.printerStatus(status))]
    }

    /// A fault once, until another or none comes.
    private mutating func told(
        _ fault: DeviceFault?, _ last: WritableKeyPath<Self, DeviceFault?>
    ) -> [DeviceStep] {
        guard fault != self[keyPath: last] else { return [] }
        self[keyPath: last] = fault
        return fault.map { [.event(.fault($0))] } ?? []
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        var steps: [DeviceStep] = []
        if gap > 0, framer.hasPartial, lastByteAt + gap <= now {
            for event in framer.silence() { steps += event.steps { frame($0, at: now) } }
        }
        switch poll {
        case .idle: return pollAt <= now ? steps + beginRound(at: now) : steps
        case .asked(let question, let deadline):
            guard deadline <= now else { return steps }
            poll = .draining(until: now + replyTimeout, after: question)
            return steps + silent(question)
        case .draining(let until, let after):
            return until <= now ? steps + drained(after, at: now) : steps
        }
    }

    private mutating func silent(_ question: Question) -> [DeviceStep] {
        switch question {
        case .status: return changed(to: .unknown)
        case .count:
            let text = "no reply to the question for the count of printed labels"
            return told(DeviceFault(.replyTimeout, text), \.countFault)
        case .label: return [.event(.fault(DeviceFault(.replyTimeout, "no acknowledgement of a label")))]
        }
    }

    private mutating func drained(_ after: Question?, at now: UInt64) -> [DeviceStep] {
        reader.reset()
        poll = .idle
        switch after {
        case .status:
            if case .counter = proof { return ask(.count, at: now) }
        case .count: return endRound(at: now)
        case .label, nil: break
        }
        let steps = startNext(at: now)
        return steps.isEmpty ? beginRound(at: now) : steps
    }
}

extension PrinterStatus {
    /// Printing, or about to.
    fileprivate var isAtWork: Bool { isHolding || conditions.contains(.busy) }
}

/// The command that makes a job of a label, ready for use.
struct LabelJob: Sendable {
    private let command: CompiledCommand
    /// Digits of the job's number; 0 where it has none.
    private let digits: Int

    init(_ command: DeviceProfile.Command) throws(ProfileFault) {
        self.command = try CompiledCommand(command)
        let id = self.command.template.places.first { $0.name == "id" }
        if case .exactly(let digits)? = id?.capture { self.digits = digits } else { digits = 0 }
    }

    /// Whether the printer says at once that it took a job.
    var isAcknowledged: Bool { !command.accepted.isEmpty || !command.refused.isEmpty }

    /// Longest wait for the acknowledgement, where it is not that of all replies.
    var timeout: UInt64? { command.timeout }

    /// The number of a job in the printer: the last digits of ours.
    func id(of job: UInt64) -> [UInt8] {
        guard digits > 0 else { return [] }
        let text = Array(String(job).utf8.suffix(digits))
        return Array(repeating: UInt8(ascii: "0"), count: digits - text.count) + text
    }

    func bytes(_ data: [UInt8], id: [UInt8]) -> [UInt8] {
        command.template.filled(["label": data, "id": id])
    }

    func outcome(of body: [UInt8]) -> CompiledCommand.Outcome { command.outcome(of: body) }
}

/// The printer's count of printed labels, which only grows: a lower one may be an answer that came late, and
/// is believed when it is said twice.
struct LabelCounter: Sendable {
    private var last: UInt64?
    private var fallen: UInt64?

    mutating func trusted(_ count: UInt64) -> UInt64? {
        if let last, count < last, count != fallen {
            fallen = count
            return nil
        }
        fallen = nil
        last = count
        return count
    }
}
