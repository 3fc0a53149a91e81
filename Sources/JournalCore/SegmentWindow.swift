/// A moving window over one segment file, in which lines are found without copying.
struct SegmentWindow {
    private static let stepBytes = 256 << 10

    private let storage: any JournalStorage
    let segment: Int
    private let name: String
    /// Bytes of the file that may be read: its size, or less for a follower.
    let size: Int
    /// Bytes of the file from `start` on.
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0

    /// - Parameter limit: Reading ends here even if the file is longer; `nil` for its whole size.
    init(_ storage: any JournalStorage, segment: Int, limit: Int? = nil) throws(JournalError) {
        self.storage = storage
        self.segment = segment
        name = JournalFormat.segmentName(segment)
        do {
            let size = try storage.size(name)
            self.size = min(size, limit ?? size)
        } catch {
            throw JournalError(error)
        }
    }

    /// The line at file offset `offset`, as indices into ``bytes`` without its newline.
    ///
    /// - Parameter keep: Bytes from this offset on stay in the window.
    /// - Returns: `nil` when no newline ends it before the end of the file or the longest line.
    mutating func line(at offset: Int, keep: Int) throws(JournalError) -> Range<Int>? {
        var searched = offset
        while true {
            if searched < start + bytes.count, offset >= start {
                if let end = ByteScan.newline(in: bytes, from: searched - start) {
                    let range = (offset - start)..<end
                    return range.count < JournalFormat.maxLineBytes ? range : nil
                }
                searched = start + bytes.count
            }
            guard searched < size, searched - offset < JournalFormat.maxLineBytes else { return nil }
            try readOn(keep: keep)
        }
    }

    /// The next byte from `offset` on that is no padding (newline, or zero where nothing was ever synced).
    mutating func content(from offset: Int) throws(JournalError) -> Int? {
        var at = offset
        while at < size {
            if at < start || at >= start + bytes.count { try readOn(keep: at) }
            if let found = ByteScan.content(in: bytes, from: at - start) { return start + found }
            at = start + bytes.count
        }
        return nil
    }

    /// Reads the next step behind what is held, or at `keep` when that is not held.
    private mutating func readOn(keep: Int) throws(JournalError) {
        if keep >= start, keep <= start + bytes.count {
            bytes.removeFirst(keep - start)
        } else {
            bytes.removeAll(keepingCapacity: true)
        }
        start = keep
        let from = start + bytes.count
        let more: [UInt8]
        do {
            more = try storage.read(name, at: from, count: min(Self.stepBytes, size - from))
        } catch {
            throw JournalError(error)
        }
        // A file that shrinks while it is read is no journal's doing.
        guard !more.isEmpty else { throw JournalError(StorageError("read", name, .notFound)) }
        bytes += more
    }
}

/// Searches eight bytes at a time.
enum ByteScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080
    private static let newlines: UInt64 = 0x0A0A_0A0A_0A0A_0A0A

    /// Index of the first newline from `from` on.
    static func newline(in bytes: [UInt8], from: Int) -> Int? {
        bytes.withUnsafeBytes { buffer in
            var at = from
            while at + 8 <= buffer.count {
                let difference = buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ newlines
                let zeros = (difference &- ones) & ~difference & tops
                if zeros != 0 { return at + UInt64(littleEndian: zeros).trailingZeroBitCount / 8 }
                at += 8
            }
            while at < buffer.count {
                if buffer[at] == JournalFormat.newline { return at }
                at += 1
            }
            return nil
        }
    }

    /// Index of the first byte that differs; `nil` when one is the beginning of the other.
    static func difference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                let count = min(left.count, right.count)
                var at = 0
                while at + 8 <= count {
                    let one = left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    if one != right.loadUnaligned(fromByteOffset: at, as: UInt64.self) { break }
                    at += 8
                }
                while at < count, left[at] == right[at] { at += 1 }
                return at < count ? at : nil
            }
        }
    }

    /// Index of the first byte from `from` on that is neither newline nor zero.
    static func content(in bytes: [UInt8], from: Int) -> Int? {
        bytes.withUnsafeBytes { buffer in
            var at = from
            while at < buffer.count {
                if at + 8 <= buffer.count {
                    let word = buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    if word == newlines || word == 0 {
                        at += 8
                        continue
                    }
                }
                if buffer[at] != JournalFormat.newline, buffer[at] != 0 { return at }
                at += 1
            }
            return nil
        }
    }
}
