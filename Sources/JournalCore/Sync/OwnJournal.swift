/// A journal on a disk as one run of bytes without padding, up to a place that is durable.
///
/// A byte's file is found by the first lines of the segments, each of which states the bytes before it: with
/// 80 segments (30 days) that is seven short reads, and nothing has to be kept or rebuilt.
package struct OwnJournal: JournalBytes {
    private let storage: any JournalStorage
    /// What journal this is.
    package let identity: JournalIdentity
    /// Nothing behind this place is looked at.
    package let end: JournalPosition

    /// - Parameter end: ``Journal/durable``, or any place a reader stood at.
    package init(storage: any JournalStorage, identity: JournalIdentity, end: JournalPosition) {
        self.storage = storage
        self.identity = identity
        self.end = end
    }

    package func read(at offset: UInt64, count: Int) throws(JournalError) -> [UInt8] {
        guard offset < end.bytes, count > 0 else { return [] }
        let wanted = Int(min(UInt64(count), end.bytes - offset))
        var bytes: [UInt8] = []
        var (segment, start) = try segment(holding: offset)
        while bytes.count < wanted {
            let at = offset + UInt64(bytes.count)
            let next = segment < end.segment ? try firstLine(segment + 1).bytes : end.bytes
            guard at >= start, at < next else { throw notContinued(segment) }
            let more = try file(
                segment, at: Int(at - start), count: Int(min(next - at, UInt64(wanted - bytes.count))))
            guard !more.isEmpty else { throw notContinued(segment) }
            bytes += more
            if offset + UInt64(bytes.count) == next { (segment, start) = (segment + 1, next) }
        }
        return bytes
    }

    /// The place behind the checkpoint that ends at byte `offset`, or the journal's beginning for 0.
    ///
    /// - Returns: `nil` when no checkpoint ends there, or it lies behind ``end``.
    package func position(at offset: UInt64) throws(JournalError) -> JournalPosition? {
        guard offset <= end.bytes else { return nil }
        if offset == 0 {
            return JournalPosition(line: 0, bytes: 0, segment: 1, offset: 0, head: .start(of: identity))
        }
        guard let mark = try checkpoint(endingAt: offset) else { return nil }
        let (segment, start) = try segment(holding: offset - 1)
        return JournalPosition(
            line: mark.line, bytes: offset, segment: segment, offset: Int(offset - start), head: mark.head)
    }

    /// The line that holds byte `offset`, counted from a checkpoint before it.
    func place(of offset: UInt64, behind checkpoint: JournalPosition) throws(JournalError) -> JournalPlace {
        let (segment, start) = try segment(holding: offset)
        var line = checkpoint.line + 1
        var lineStart = checkpoint.bytes
        var at = checkpoint.bytes
        while at < offset {
            let bytes = try whole(at: at, count: Int(min(256 << 10, offset - at)))
            for index in bytes.indices where bytes[index] == JournalFormat.newline {
                line += 1
                lineStart = at + UInt64(index) + 1
            }
            at += UInt64(bytes.count)
        }
        return JournalPlace(segment: segment, line: line, offset: Int(max(lineStart, start) - start))
    }

    // MARK: - Files

    /// The segment in which byte `offset` lies, and the bytes of the journal before it.
    private func segment(holding offset: UInt64) throws(JournalError) -> (segment: Int, start: UInt64) {
        var low = 1
        var high = end.segment
        while low < high {
            let middle = low + (high - low + 1) / 2
            if try firstLine(middle).bytes <= offset { low = middle } else { high = middle - 1 }
        }
        return (low, try firstLine(low).bytes)
    }

    private func firstLine(_ segment: Int) throws(JournalError) -> HeadLine {
        let bytes = try file(segment, at: 0, count: JournalFormat.ownLineBytes)
        guard let line = FirstLine.line(in: bytes), line.segment == UInt64(segment),
            line.identity == identity
        else { throw notContinued(segment) }
        return line
    }

    private func file(_ segment: Int, at offset: Int, count: Int) throws(JournalError) -> [UInt8] {
        do {
            return try storage.read(JournalFormat.segmentName(segment), at: offset, count: count)
        } catch {
            throw JournalError(error)
        }
    }

    private func notContinued(_ segment: Int) -> JournalError {
        .damaged(
            "what was durable is not whole here", at: JournalPlace(segment: segment, line: 0, offset: 0))
    }
}
