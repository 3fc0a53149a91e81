/// The bytes of one journal by their place in the whole of it, padding not counted: the same on every copy.
///
/// A hub answers from the chunks it stored, a line from its segment files.
package protocol JournalBytes {
    /// The bytes `offset ..< offset + count`.
    ///
    /// - Returns: All of them. Fewer than asked for mean that what was stored is gone; nobody asks for more
    ///   than is held.
    /// - Throws: ``JournalError/Code/storageFailed``. Never tried again; the process ends.
    func read(at offset: UInt64, count: Int) throws(JournalError) -> [UInt8]
}

extension JournalBytes {
    /// As ``read(at:count:)``, where fewer bytes than asked for are an error.
    func whole(at offset: UInt64, count: Int) throws(JournalError) -> [UInt8] {
        let bytes = try read(at: offset, count: count)
        guard bytes.count == count else {
            throw JournalError(StorageError("read", "", .notFound))
        }
        return bytes
    }

    /// The place behind the checkpoint that ends at byte `end`.
    ///
    /// A checkpoint states the lines and the head before it, so that one short read gives the head behind
    /// it: nothing has to be computed from the beginning, however long the journal is.
    /// - Parameter end: At most the bytes held.
    /// - Returns: `nil` when no checkpoint ends there.
    func checkpoint(endingAt end: UInt64) throws(JournalError) -> JournalMark? {
        let count = Int(min(end, UInt64(JournalFormat.ownLineBytes)))
        guard count > 0 else { return nil }
        let bytes = try whole(at: end - UInt64(count), count: count)
        guard let last = bytes.last, last == JournalFormat.newline else { return nil }
        let before = bytes.dropLast().lastIndex(of: JournalFormat.newline)
        // The line before a checkpoint always has a newline of its own.
        guard let before else { return nil }
        return bytes.withUnsafeBytes { buffer in
            let line = UnsafeRawBufferPointer(rebasing: buffer[(before + 1)..<(count - 1)])
            guard case .checkpoint(let value)? = OwnLine(line) else { return nil }
            let head = value.head.advanced(by: UnsafeRawBufferPointer(rebasing: line[..<(line.count - 10)]))
            guard head.tag == LineShape.tag(of: line) else { return nil }
            return JournalMark(line: value.line + 1, bytes: end, head: head)
        }
    }
}

/// Finds lines in bytes of a journal by how they begin. It proves nothing.
enum LineScan {
    /// Behind the last checkpoint of `bytes`, which begin with a line; `nil` when none ends in them.
    static func lastCheckpointEnd(in bytes: [UInt8]) -> Int? {
        var start = 0
        var end: Int?
        while start < bytes.count, let newline = ByteScan.newline(in: bytes, from: start) {
            if isCheckpoint(bytes, at: start) { end = newline + 1 }
            start = newline + 1
        }
        return end
    }

    /// Behind the first checkpoint of `bytes` that begins behind a newline; `nil` when none ends in them.
    static func firstCheckpointEnd(in bytes: [UInt8]) -> Int? {
        guard var start = ByteScan.newline(in: bytes, from: 0).map({ $0 + 1 }) else { return nil }
        while start < bytes.count, let newline = ByteScan.newline(in: bytes, from: start) {
            if isCheckpoint(bytes, at: start) { return newline + 1 }
            start = newline + 1
        }
        return nil
    }

    /// Where the lines start that begin as a segment's first line does.
    static func firstLines(in bytes: [UInt8]) -> [Int] {
        var found: [Int] = []
        var start = 0
        while start < bytes.count {
            if begins(bytes, at: start, with: "{\"j\":\"head\"") { found.append(start) }
            guard let newline = ByteScan.newline(in: bytes, from: start) else { break }
            start = newline + 1
        }
        return found
    }

    private static func isCheckpoint(_ bytes: [UInt8], at start: Int) -> Bool {
        begins(bytes, at: start, with: "{\"j\":\"sign\"")
    }

    private static func begins(_ bytes: [UInt8], at start: Int, with text: StaticString) -> Bool {
        bytes.withUnsafeBytes {
            FieldCursor(UnsafeRawBufferPointer(rebasing: $0[start...])).starts(with: text)
        }
    }
}
