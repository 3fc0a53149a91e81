/// A place between two lines of a journal, and all that is needed to go on from there.
package struct JournalPosition: Hashable, Sendable {
    /// Lines before this place, in all segments, the journal's own lines included.
    package var line: UInt64
    /// Bytes of those lines with their newlines, padding not counted. The same on every copy of the journal.
    package var bytes: UInt64
    /// Number of the segment file, from 1.
    package var segment: Int
    /// Byte offset in that file.
    package var offset: Int
    /// State of the chain here.
    package var head: JournalHead

    /// Makes a place from its parts, for example from a stored cursor.
    package init(line: UInt64, bytes: UInt64, segment: Int, offset: Int, head: JournalHead) {
        self.line = line
        self.bytes = bytes
        self.segment = segment
        self.offset = offset
        self.head = head
    }

    /// Whether this place lies before `other` in the same journal.
    package func isBefore(_ other: JournalPosition) -> Bool { line < other.line }
}

/// A place in a journal as a person looks for it: segment file, line in the journal, byte in the file.
package struct JournalPlace: Equatable, Sendable, CustomStringConvertible {
    /// Number of the segment file, from 1.
    package var segment: Int
    /// Number of the line in the whole journal, from 1.
    package var line: UInt64
    /// Byte offset of the line in its file.
    package var offset: Int

    /// Makes a place from its parts.
    package init(segment: Int, line: UInt64, offset: Int) {
        self.segment = segment
        self.line = line
        self.offset = offset
    }

    /// The line that starts at `position`.
    init(at position: JournalPosition) {
        self.init(segment: position.segment, line: position.line + 1, offset: position.offset)
    }

    package var description: String {
        "\(JournalFormat.segmentName(segment)), line \(line) of the journal, byte \(offset)"
    }
}

/// How far the journal goes in each direction. Changing one needs no new format, only a restart.
package struct JournalLimits: Equatable, Sendable {
    /// A segment file is ended before it would exceed this many bytes.
    package var segmentBytes = 64 << 20
    /// Space allocated ahead in one step, in bytes.
    package var chunkBytes = 1 << 20
    /// Most bytes of one group, and so of one decision.
    package var groupBytes = 1 << 20
    /// Most lines of one group, and most lines that may stand unsigned before a checkpoint is written.
    package var unsignedLines = 10_000
    /// Most bytes from one checkpoint to the next, so that each stretch can be sent as one.
    package var unsignedBytes = 3 << 20
    /// Longest time from an unsigned record to its checkpoint, in nanoseconds.
    package var checkpointNanoseconds: UInt64 = 1_000_000_000
    /// A start with more unsigned lines than this refuses until a person accepts them.
    package var unsignedLinesAtStart = 20_000
    /// Disk space that stays free, in bytes. Preparing stops at the whole of it, writing at half of it.
    package var reserveBytes = 64 << 20

    /// The defaults.
    package init() {}

    /// What is wrong with these limits, or `nil`.
    var fault: String? {
        if chunkBytes < 1024 || groupBytes < 1024 { return "chunkBytes and groupBytes are at least 1024" }
        if segmentBytes < chunkBytes || segmentBytes > 1 << 40 {
            return "segmentBytes is between chunkBytes and 1 TiB"
        }
        if groupBytes > JournalFormat.maxGroupBytes { return "groupBytes is at most 2 MiB" }
        if segmentBytes < groupBytes + 4 * JournalFormat.ownLineBytes {
            return "segmentBytes holds at least one group, a first line and a checkpoint"
        }
        if !(1...1_000_000).contains(unsignedLines) { return "unsignedLines is 1 to 1,000,000" }
        // A batch of a sync takes at least one stretch, its checkpoint included.
        if !(groupBytes...(JournalBatch.maxBytes - JournalFormat.ownLineBytes)).contains(unsignedBytes) {
            return "unsignedBytes is between groupBytes and 4 MiB less 512 bytes"
        }
        if unsignedLinesAtStart < 0 { return "unsignedLinesAtStart is not negative" }
        if !(0...(1 << 40)).contains(reserveBytes) { return "reserveBytes is between 0 and 1 TiB" }
        return nil
    }
}
