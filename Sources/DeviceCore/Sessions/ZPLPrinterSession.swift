/// A label printer with ZPL and `~HS` status.
///
/// ```
/// host     ^XA ... ^XZ                                     one format, one label
/// host     ~HS                                             each poll
/// printer  <STX>030,0,0,1184,000,0,0,0,000,0,0,0<ETX>\r\n  paper out, pause, formats in buffer, partial, ...
/// printer  <STX>001,0,0,0,1,2,4,0,00000000,1,000<ETX>\r\n  head up, ribbon out, labels remaining, ...
/// printer  <STX>0000,0<ETX>\r\n
/// ```
/// A label counts as printed when a status asked *after* its format was written shows an empty receive
/// buffer, none remaining, no partial format and nothing that blocks. That can be true while the label still
/// moves: the label is read back all the same. Many printers do not answer at all while they are in trouble,
/// so silence is *unknown*: it proves nothing and does not end the connection. After silence, answers are for
/// one reply time taken as late ones that prove nothing, then the printer is asked again.
/// - Source: ZPL II programming guide, ~HS.
public struct ZPLPrinterSession: DeviceSession {
    /// Jobs waiting for their turn, at most; one more is refused.
    static let maxWaiting = 64
    /// Longest format accepted.
    static let maxLabelBytes = 65_536

    private enum Poll: Equatable {
        /// No status is asked for.
        case idle
        /// Asked; lines arrive until the deadline.
        case asked(deadline: UInt64)
        /// Silent: late answers may still come until then.
        case draining(until: UInt64)
    }

    private let statusRequest: [UInt8]
    private let replyTimeout: UInt64
    private let pollInterval: UInt64
    private let idlePollInterval: UInt64

    private var framer: Framer
    private var isConnected = false
    private var waiting = BoundedQueue<(job: UInt64, data: [UInt8])>(limit: maxWaiting)
    private var printing: UInt64?
    private var poll = Poll.idle
    private var pollAt: UInt64 = 0
    private var lines = ZPLHostStatus()
    private var lastStatus: PrinterStatus?

    /// - Throws: ``ProfileFault`` if `profile` is not a valid one for this dialogue.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard let status = profile.commands["status"] else {
            throw ProfileFault("commands.status", "missing")
        }
        statusRequest = try CompiledCommand(status).template.filled([:])
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        pollInterval = nanoseconds(profile.timing.pollIntervalMilliseconds)
        idlePollInterval = nanoseconds(profile.timing.idlePollIntervalMilliseconds)
        framer = try Framer(profile.framing)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        switch poll {
        case .idle: return pollAt
        case .asked(let deadline): return deadline
        case .draining(let until): return until
        }
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        lines = ZPLHostStatus()
        isConnected = true
        lastStatus = nil
        poll = .idle
        pollAt = now
        return [.event(.connected)] + ask(at: now)
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        var steps: [DeviceStep] = []
        if let job = printing { steps.append(.event(.labelInDoubt(job: job))) }
        for (job, _) in waiting.drain() {
            steps.append(.event(.labelRefused(job: job, text: "not sent: connection lost")))
        }
        printing = nil
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

    /// Sends the next format, unless one is still unproven or an answer is due that could be taken for its
    /// proof.
    private mutating func startNext(at now: UInt64) -> [DeviceStep] {
        guard printing == nil, poll == .idle, let (job, data) = waiting.popFirst() else { return [] }
        printing = job
        return [.write(data)] + ask(at: now)
    }

    private mutating func ask(at now: UInt64) -> [DeviceStep] {
        lines = ZPLHostStatus()
        poll = .asked(deadline: now + replyTimeout)
        return [.write(statusRequest)]
    }

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var steps = tick(at: now)
        for event in framer.receive(bytes) {
            switch event {
            case .frame(let body): steps += frame(body, at: now)
            case .fault(let fault): steps.append(.event(.frameFault(fault)))
            case .noise(let bytes): steps.append(.event(.noise(bytes)))
            }
        }
        return steps
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard poll != .idle else { return [.event(.noise(body))] }
        guard lines.take(body) else {
            lines = ZPLHostStatus()
            return [.event(.noise(body))]
        }
        guard let status = lines.status else { return [] }
        lines = ZPLHostStatus()
        let steps = changed(to: status)
        switch poll {
        case .idle: return steps
        case .draining:
            // A late answer: true of the past, proof of nothing. Later ones may follow.
            poll = .draining(until: now + replyTimeout)
            return steps
        case .asked:
            poll = .idle
            return steps + answered(status, at: now)
        }
    }

    private mutating func answered(_ status: PrinterStatus, at now: UInt64) -> [DeviceStep] {
        var steps: [DeviceStep] = []
        if let job = printing, status.isReady, status.formatsInBuffer == 0, status.labelsRemaining == 0 {
            printing = nil
            steps.append(.event(.labelPrinted(job: job)))
        }
        pollAt = now + (printing == nil ? idlePollInterval : pollInterval)
        return steps + startNext(at: now)
    }

    private mutating func changed(to status: PrinterStatus) -> [DeviceStep] {
        guard status != lastStatus else { return [] }
        lastStatus = status
        return [.event(.printerStatus(status))]
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        switch poll {
        case .idle: return pollAt <= now ? ask(at: now) : []
        case .asked(let deadline):
            guard deadline <= now else { return [] }
            poll = .draining(until: now + replyTimeout)
            return changed(to: .unknown)
        case .draining(let until):
            guard until <= now else { return [] }
            lines = ZPLHostStatus()
            poll = .idle
            let steps = startNext(at: now)
            return steps.isEmpty ? ask(at: now) : steps
        }
    }
}

/// The three lines of a `~HS` answer, in order.
struct ZPLHostStatus: Sendable {
    private var conditions: PrinterStatus.Conditions = []
    private var formatsInBuffer = 0
    private var labelsRemaining = 0
    private var taken = 0

    /// The status once all three lines are there.
    var status: PrinterStatus? {
        guard taken == 3 else { return nil }
        return PrinterStatus(
            conditions: conditions, formatsInBuffer: formatsInBuffer, labelsRemaining: labelsRemaining)
    }

    /// Takes the next line.
    ///
    /// - Returns: False if it is not the line that must come next.
    mutating func take(_ line: [UInt8]) -> Bool {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(decimal)
        // A first line always begins a new answer: the one before broke off.
        if fields.count == 12 { self = ZPLHostStatus() }
        switch (taken, fields.count) {
        case (0, 12): return takeFirst(fields)
        case (1, 11): return takeSecond(fields)
        case (2, 2):
            taken = 3
            return true
        default: return false
        }
    }

    /// `aaa,b,c,dddd,eee,f,g,h,iii,j,k,l`
    private mutating func takeFirst(_ fields: [UInt64?]) -> Bool {
        guard let formats = fields[4], formats <= 999 else { return false }
        formatsInBuffer = Int(formats)
        taken = 1
        return flag(fields[1], .paperOut) && flag(fields[2], .paused) && flag(fields[5], .bufferFull)
            && flag(fields[7], .partialFormat) && flag(fields[9], .corruptMemory)
            && flag(fields[10], .underTemperature) && flag(fields[11], .overTemperature)
    }

    /// `mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www`
    private mutating func takeSecond(_ fields: [UInt64?]) -> Bool {
        guard let remaining = fields[8], remaining <= 99_999_999 else { return false }
        labelsRemaining = Int(remaining)
        taken = 2
        return flag(fields[2], .headUp) && flag(fields[3], .ribbonOut) && flag(fields[7], .labelWaiting)
    }

    /// Any number but 0 and 1 is an answer this program does not understand.
    private mutating func flag(_ value: UInt64?, _ condition: PrinterStatus.Conditions) -> Bool {
        guard let value, value <= 1 else { return false }
        if value == 1 { conditions.insert(condition) }
        return true
    }
}
