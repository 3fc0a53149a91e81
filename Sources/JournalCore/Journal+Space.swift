/// What is left of the disk under a journal.
package struct JournalRoom: Equatable, Sendable {
    /// Bytes the journal may still take: free on its disk or allocated ahead, without the reserve.
    package var bytes: Int
    /// What the disk lacks once less than the reserve is free: the line must be stopped, though what is
    /// allocated ahead would still take its records.
    package var shortage: String?
}

extension Journal {
    /// Bytes kept free behind every group for the checkpoint that closes it or the segment.
    private static var closingBytes: Int { JournalFormat.ownLineBytes }

    /// Whether ``prepareAhead()`` has something to do.
    package var needsPreparation: Bool {
        isShort || (!nextIsPrepared && limits.segmentBytes - durable.offset < limits.chunkBytes)
    }

    /// Less than one chunk is allocated ahead and the segment can still grow.
    private var isShort: Bool {
        allocated - durable.offset < limits.chunkBytes && allocated < limits.segmentBytes
    }

    /// What is left of the disk under the journal; `nil` where the disk does not say. Changes nothing.
    package var room: JournalRoom? {
        guard let free = try? storage.freeBytes() else { return nil }
        let bytes = max(0, free - limits.reserveBytes) + max(0, allocated - durable.offset)
        return JournalRoom(
            bytes: bytes,
            shortage: free < limits.reserveBytes
                ? "less than the reserve of \(limits.reserveBytes) bytes is free" : nil)
    }

    /// Allocates the next chunk or the next segment. To be called when the line has nothing else to do, so
    /// that ``commit(at:)`` does not have to.
    ///
    /// - Throws: ``JournalError/Code/diskNearlyFull``: stop the line; half of the reserve is left to record
    ///   it. Anything else is final.
    package mutating func prepareAhead() throws(JournalError) {
        try checkHealthy()
        if isShort {
            try allocateChunk(reserve: limits.reserveBytes)
        } else if needsPreparation {
            try prepareNextSegment(reserve: limits.reserveBytes)
        }
    }

    /// Sees to it that `bytes` and a checkpoint behind them fit into allocated space of this segment, or
    /// begins the next.
    mutating func makeRoom(for bytes: Int) throws(JournalError) {
        if durable.offset + bytes + Self.closingBytes > limits.segmentBytes { try beginNextSegment() }
        try makeRoomHere(for: bytes)
    }

    /// Room for `bytes` and a checkpoint in this segment. It always has it for the checkpoint; after a start
    /// its allocated part may not.
    mutating func makeRoomHere(for bytes: Int = 0) throws(JournalError) {
        while durable.offset + bytes + Self.closingBytes > allocated {
            try allocateChunk(reserve: limits.reserveBytes / 2)
        }
    }

    /// Ends this segment with a checkpoint and begins the next with its first line.
    mutating func beginNextSegment() throws(JournalError) {
        if !nextIsPrepared { try prepareNextSegment(reserve: limits.reserveBytes / 2) }
        if unsignedLines > 0 { try writeCheckpoint() }
        let line = JournalFormat.headLine(identity, segment: durable.segment + 1, before: durable)
        durable.segment += 1
        durable.offset = 0
        segmentName = JournalFormat.segmentName(durable.segment)
        allocated = limits.chunkBytes
        nextIsPrepared = false
        try writeOwn(line)
    }

    private mutating func prepareNextSegment(reserve: Int) throws(JournalError) {
        try checkSpace(limits.chunkBytes, reserve: reserve)
        let name = JournalFormat.segmentName(durable.segment + 1)
        do {
            try storage.create(name)
            // Whatever an earlier process left there was never begun.
            let size = try storage.size(name)
            try storage.fill(name, from: 0, to: max(size, limits.chunkBytes))
            try storage.syncFile(name)
            try storage.syncDirectory()
        } catch {
            throw poison(JournalError(error))
        }
        nextIsPrepared = true
    }

    private mutating func allocateChunk(reserve: Int) throws(JournalError) {
        try checkSpace(limits.chunkBytes, reserve: reserve)
        do {
            try storage.fill(segmentName, from: allocated, to: allocated + limits.chunkBytes)
            try storage.syncFile(segmentName)
        } catch {
            throw poison(JournalError(error))
        }
        allocated += limits.chunkBytes
    }

    private mutating func checkSpace(_ bytes: Int, reserve: Int) throws(JournalError) {
        let free: Int
        do { free = try storage.freeBytes() } catch { throw poison(JournalError(error)) }
        guard free >= bytes + reserve else {
            throw JournalError(
                .diskNearlyFull, "\(free) bytes are free, \(bytes) are needed and \(reserve) kept in reserve",
                remedy: "Free disk space, then start the line again.")
        }
    }
}

extension JournalStorage {
    /// Fills `from..<to` with newlines, the padding every JSON-lines reader skips.
    func fill(_ name: String, from: Int, to: Int) throws(StorageError) {
        var at = from
        while at < to {
            let count = min(1 << 20, to - at)
            try write(name, at: at, [UInt8](repeating: JournalFormat.newline, count: count))
            at += count
        }
    }
}
