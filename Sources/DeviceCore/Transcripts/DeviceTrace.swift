/// What was last said between the line and a device, bounded: for looking on, and for the record of a fault.
public struct DeviceTrace: Equatable, Sendable {
    /// One thing that happened.
    public enum What: Equatable, Sendable {
        /// The transport opened.
        case opened
        /// The transport closed.
        case closed
        /// Why the transport closed, or was closed, where that is not the session's doing.
        case trouble(DeviceFault)
        /// Bytes from the device.
        case received([UInt8])
        /// The line asked for something.
        case command(DeviceCommand)
        /// Something was due.
        case tick
        /// Bytes to the device.
        case sent([UInt8])
        /// The session told the line.
        case event(DeviceEvent)

        /// Bytes it holds.
        var bytes: Int {
            switch self {
            case .opened, .closed, .tick, .trouble: 0
            case .received(let bytes), .sent(let bytes): bytes.count
            case .command(.printLabel(_, let data)): data.count
            case .command(.sendRecord(_, let values)), .command(.prepareCoder(let values)):
                values.reduce(0) { $0 + $1.utf8.count }
            case .command: 0
            case .event(.read(let bytes)), .event(.noise(let bytes)): bytes.count
            case .event(.inputs(let inputs)): inputs.dispositionRing.count * 4
            case .event: 0
            }
        }
    }

    /// One thing that happened, with its place in the order and its time.
    public struct Entry: Equatable, Sendable {
        /// From 1 since the program's start, without a gap.
        public var number: UInt64
        /// Monotonic nanoseconds.
        public var at: UInt64
        /// What happened.
        public var what: What

        /// Makes an entry.
        public init(number: UInt64, at: UInt64, what: What) {
            self.number = number
            self.at = at
            self.what = what
        }
    }

    /// An entry in the words of transcripts.
    public struct Said: Equatable, Sendable {
        /// What kind of thing happened, as ``What``.
        public enum Kind: String, Sendable, CaseIterable {
            /// As the cases of ``What``.
            case opened, closed, trouble, received, command, tick, sent, event
        }
        /// See ``Entry/number``.
        public var number: UInt64
        /// Monotonic nanoseconds.
        public var at: UInt64
        /// What kind.
        public var kind: Kind
        /// Of `received` and `sent`.
        public var bytes: [UInt8]
        /// Of `command` and `event` the words, of `trouble` the fault; else empty.
        public var words: String

        /// Makes an entry.
        public init(number: UInt64, at: UInt64, kind: Kind, bytes: [UInt8] = [], words: String = "") {
            self.number = number
            self.at = at
            self.kind = kind
            self.bytes = bytes
            self.words = words
        }

        /// Puts an entry into words.
        public init(_ entry: Entry) {
            self.init(number: entry.number, at: entry.at, kind: .tick)
            switch entry.what {
            case .opened: kind = .opened
            case .closed: kind = .closed
            case .tick: kind = .tick
            case .trouble(let fault): (kind, words) = (.trouble, fault.description)
            case .received(let bytes): (kind, self.bytes) = (.received, bytes)
            case .sent(let bytes): (kind, self.bytes) = (.sent, bytes)
            case .command(let command): (kind, words) = (.command, command.words(at: entry.at))
            case .event(let event): (kind, words) = (.event, event.words)
            }
        }
    }

    /// Each entry is charged this much beside its bytes, so that many small ones are bounded too.
    static let entryOverheadBytes = 128

    private let limitBytes: Int
    private var slots: [Entry] = []
    private var head = 0
    private var heldBytes = 0
    /// Number of the next entry.
    public private(set) var next: UInt64 = 1

    /// - Parameter limitBytes: Memory of the trace. What alone is longer is left out, with a gap in the
    ///   numbers.
    public init(limitBytes: Int) { self.limitBytes = max(0, limitBytes) }

    /// What is held, oldest first.
    public var entries: ArraySlice<Entry> { slots[head...] }

    /// What is held and not older than `number`, oldest first.
    public func entries(from number: UInt64) -> ArraySlice<Entry> {
        guard let first = entries.firstIndex(where: { $0.number >= number }) else { return [] }
        return slots[first...]
    }

    /// Adds what happened and drops the oldest until the limit holds.
    public mutating func append(_ what: What, at now: UInt64) {
        let entry = Entry(number: next, at: now, what: what)
        next += 1
        let charge = Self.entryOverheadBytes + what.bytes
        guard charge <= limitBytes else { return }
        slots.append(entry)
        heldBytes += charge
        while heldBytes > limitBytes, head < slots.count {
            heldBytes -= Self.entryOverheadBytes + slots[head].what.bytes
            slots[head].what = .tick
            head += 1
        }
        if head > 64, head * 2 > slots.count {
            slots.removeFirst(head)
            head = 0
        }
    }
}

extension Transcript {
    /// Marks that something is missing here: what follows cannot be replayed.
    public mutating func appendGap(of entries: UInt64, at now: UInt64, since origin: UInt64) {
        lines.append(
            Line(
                number: lines.count + 2, at: now > origin ? now - origin : 0, isSent: true, bytes: [],
                cause: "gap \(entries)", events: []))
    }

    /// Adds what happened, as ``TranscriptReplay`` plays it back.
    ///
    /// - Parameter origin: Monotonic nanoseconds that are the beginning.
    public mutating func append(_ said: DeviceTrace.Said, since origin: UInt64) {
        let at = said.at > origin ? said.at - origin : 0
        func line(_ isSent: Bool, _ bytes: [UInt8] = [], cause: String = "") -> Line {
            Line(number: lines.count + 2, at: at, isSent: isSent, bytes: bytes, cause: cause, events: [])
        }
        switch said.kind {
        case .opened: lines.append(line(true, cause: "connect"))
        case .closed: lines.append(line(true, cause: "disconnect"))
        case .trouble: break
        case .tick: lines.append(line(true, cause: "tick"))
        case .command: lines.append(line(true, cause: said.words))
        case .received: lines.append(line(false, said.bytes))
        case .sent:
            if let last = lines.last, last.isSent, last.bytes.isEmpty, !last.cause.isEmpty {
                lines[lines.count - 1].bytes = said.bytes
            } else {
                lines.append(line(true, said.bytes))
            }
        case .event:
            // To what caused it: the last line that is no further write.
            guard let cause = lines.lastIndex(where: { !$0.isSent || !$0.cause.isEmpty }) else { return }
            lines[cause].events.append(said.words)
        }
    }
}
