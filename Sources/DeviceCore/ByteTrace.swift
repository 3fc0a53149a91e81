/// The last bytes in and out of a device, bounded, for the report of a fault.
public struct ByteTrace: Equatable, Sendable {
    /// Which way bytes went.
    public enum Direction: String, Equatable, Sendable {
        /// From the device.
        case received = "<"
        /// To the device.
        case sent = ">"
    }

    /// Bytes of one read or write.
    public struct Entry: Equatable, Sendable {
        /// Monotonic nanoseconds.
        public var at: UInt64
        /// Which way.
        public var direction: Direction
        /// The bytes; of a longer read or write only the last that the trace can hold.
        public var bytes: [UInt8]

        /// Makes an entry.
        public init(at: UInt64, direction: Direction, bytes: [UInt8]) {
            self.at = at
            self.direction = direction
            self.bytes = bytes
        }
    }

    /// Each entry is charged this much beside its bytes, so that many small reads are bounded too.
    static let entryOverheadBytes = 32

    private let limitBytes: Int
    private var slots: [Entry] = []
    private var head = 0
    private var heldBytes = 0
    /// Reads and writes that no longer fit, since the start.
    public private(set) var droppedEntries: UInt64 = 0

    /// - Parameter limitBytes: Memory of the trace; at least 64.
    public init(limitBytes: Int = 16_384) {
        self.limitBytes = max(64, limitBytes)
    }

    /// What is held, oldest first.
    public var entries: [Entry] { Array(slots[head...]) }

    /// Adds one read or write and drops the oldest until the limit holds.
    public mutating func append(_ direction: Direction, _ bytes: some Collection<UInt8>, at now: UInt64) {
        guard !bytes.isEmpty else { return }
        let entry = Entry(
            at: now, direction: direction, bytes: Array(bytes.suffix(limitBytes - Self.entryOverheadBytes)))
        slots.append(entry)
        heldBytes += Self.entryOverheadBytes + entry.bytes.count
        while heldBytes > limitBytes, head < slots.count {
            heldBytes -= Self.entryOverheadBytes + slots[head].bytes.count
            slots[head].bytes = []
            head += 1
            droppedEntries += 1
        }
        if head > 64, head * 2 > slots.count {
            slots.removeFirst(head)
            head = 0
        }
    }

    /// One line an entry: time in nanoseconds, direction, bytes in hexadecimal; the transcripts' notation.
    public var text: String {
        entries.map {
            "\($0.at) \($0.direction.rawValue) " + $0.bytes.map(ByteText.hex).joined(separator: " ")
        }
        .joined(separator: "\n")
    }
}
