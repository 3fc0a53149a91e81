/// Brings a journal up to its hub's copy, at a start, before anything is appended: the very same lines.
///
/// ```
/// take(answer) ─▶ verify ─▶ records to the caller ─▶ draft        until position is the hub's head
/// finish()     ─▶ draft padded, synced ─▶ renamed onto its segment ─▶ directory synced ─▶ Journal
/// ```
/// Lines go into a draft beside the segments, which starts as a copy of the last segment and takes its name
/// once it is synced. So a power cut at any moment leaves a journal without a torn group in its middle, ended
/// where it ended before or at the end of a fetched segment; the next start fetches the rest.
///
/// A start that knows the hub to be ahead must not append before it has caught up: it would make a fork.
package struct JournalCatchUp {
    /// Name of the file that is written before it becomes a segment. A reader of the journal ignores it.
    package static let draftName = "fetched.draft"

    private struct Draft {
        var segment: Int
        var end: Int
    }

    private let storage: any RenamingStorage
    private let signer: JournalSigner
    private let limits: JournalLimits
    /// What journal is fetched.
    package let identity: JournalIdentity
    private var journal: Journal?
    /// Behind the last line taken. What is fetched next begins at ``JournalPosition/bytes`` of it.
    package private(set) var position: JournalPosition
    private var group: Int
    private var unsignedLines: Int
    private var draft: Draft?
    private var allocated = 0

    /// Goes on behind a journal that was opened, and to which nothing was appended.
    ///
    /// - Parameter storage: Where the journal lies.
    package init(_ journal: Journal, storage: any RenamingStorage) {
        precondition(storage === journal.storage && journal.pendingRecords == 0, "opened and untouched")
        self.storage = storage
        self.journal = journal
        signer = journal.signer
        limits = journal.limits
        identity = journal.identity
        position = journal.durable
        group = journal.group
        unsignedLines = journal.unsignedLines
    }

    /// Begins in a directory that holds no journal, and takes its lock: a replaced computer or disk.
    ///
    /// - Parameters:
    ///   - identity: What the hub says it holds.
    ///   - line: Name of this line.
    /// - Throws: ``JournalError/Code/otherJournal`` when the hub's is not signed with this line's key,
    ///   ``JournalError/Code/alreadyExists``, ``JournalError/Code/locked``, ``JournalError/Code/badLimit``,
    ///   ``JournalError/Code/storageFailed``.
    package init(
        storage: any RenamingStorage, identity: JournalIdentity, line: String, signer: JournalSigner,
        limits: JournalLimits
    ) throws(JournalError) {
        guard identity.line == line, identity.publicKey == signer.publicKey else {
            throw JournalError(
                .otherJournal,
                "the hub holds journal \(identity.id) of line \(identity.line), not signed with this key",
                remedy: "Put back the key file of this line, or have it enrolled anew.")
        }
        try Journal.begin(storage, limits)
        do throws(JournalError) {
            guard try !Journal.exists(storage: storage) else {
                throw JournalError(
                    .alreadyExists, "the directory holds a journal", remedy: "Open it, then fetch the rest.")
            }
        } catch {
            storage.unlock()
            throw error
        }
        self.storage = storage
        self.signer = signer
        self.limits = limits
        self.identity = identity
        position = JournalPosition(line: 0, bytes: 0, segment: 1, offset: 0, head: .start(of: identity))
        group = 0
        unsignedLines = 0
    }

    /// Takes bytes of the journal from ``position`` on, up to the last checkpoint in them.
    ///
    /// - Parameters:
    ///   - bytes: As the hub answered, unpacked; it may end anywhere. Any bytes.
    ///   - visit: Gets each record taken, in order, before it is durable: fold it, do nothing yet.
    /// - Throws: ``JournalError/Code/badAnswer``: nothing was taken; ask again, and if that does not help
    ///   compare with ``JournalSender/search(_:_:hasAppended:)``. ``JournalError/Code/recordRefused``.
    ///   ``JournalError/Code/diskNearlyFull``, ``JournalError/Code/storageFailed``: end the process.
    package mutating func take(
        _ bytes: [UInt8], visit: (JournalRecord) throws(RecordRefused) -> Void
    ) throws(JournalError) {
        let end = try provenEnd(of: bytes)
        let piece = JournalPiece(Array(bytes[..<Int(end.bytes - position.bytes)]), from: start)
        _ = try piece.prove(visit: visit)
        for part in piece.parts where !part.range.isEmpty {
            if let draft, draft.segment != part.segment { try complete(draft, isLast: false) }
            try write(part, of: piece)
        }
        position = end
        group = 0
        unsignedLines = 0
    }

    /// Makes durable what was taken and opens the journal behind it, for appending.
    ///
    /// - Returns: The journal as it was begun with if nothing was taken.
    /// - Throws: ``JournalError/Code/noJournal`` when there was none and nothing was taken: the lock is given
    ///   back. ``JournalError/Code/storageFailed``: end the process.
    package mutating func finish() throws(JournalError) -> Journal {
        if let draft {
            try complete(draft, isLast: true)
            if journal == nil {
                journal = Journal(
                    storage, signer, limits, identity: identity, durable: position, allocated: allocated)
            } else {
                journal?.moveOn(to: position, allocated: allocated)
            }
        }
        guard let journal else {
            storage.unlock()
            throw JournalScan.noJournal
        }
        return journal
    }

    // MARK: - Verifying

    private var start: JournalPiece.Start {
        JournalPiece.Start(
            position: position, identity: identity, group: group, unsignedLines: unsignedLines)
    }

    /// Behind the last checkpoint of `bytes` up to which all is proven.
    private func provenEnd(of bytes: [UInt8]) throws(JournalError) -> JournalPosition {
        var end: JournalPosition?
        var fault = "\(bytes.count) bytes without a checkpoint"
        if bytes.count <= JournalBatch.maxBytes {
            do throws(JournalError) {
                _ = try JournalPiece(bytes, from: start).prove(checkpointed: { scanner in
                    if scanner.identity == identity { end = scanner.position }
                })
            } catch {
                fault = error.fact
            }
        }
        if let end { return end }
        throw JournalError(
            .badAnswer, "what the hub answered does not continue this journal: \(fault)",
            remedy: "Ask again; if it stays, compare the two journals.", at: JournalPlace(at: position))
    }

    // MARK: - Writing

    private mutating func write(_ part: JournalPiece.Part, of piece: JournalPiece) throws(JournalError) {
        try checkSpace(part.end - (draft?.end ?? 0))
        do throws(StorageError) {
            if draft == nil {
                try storage.create(Self.draftName)
                try copy(part.segment, upTo: part.offset)
            }
            var at = part.range.lowerBound
            while at < part.range.upperBound {
                let next = min(at + (1 << 20), part.range.upperBound)
                try storage.write(
                    Self.draftName, at: part.offset + at - part.range.lowerBound,
                    Array(piece.bytes[at..<next]))
                at = next
            }
        } catch {
            throw JournalError(error)
        }
        draft = Draft(segment: part.segment, end: part.end)
    }

    private func checkSpace(_ bytes: Int) throws(JournalError) {
        let free: Int
        do { free = try storage.freeBytes() } catch { throw JournalError(error) }
        guard free >= bytes + limits.reserveBytes else {
            throw JournalError(
                .diskNearlyFull,
                "\(free) bytes are free, \(bytes) are needed and \(limits.reserveBytes) kept in reserve",
                remedy: "Free disk space, then start the line again.")
        }
    }

    /// What the segment holds already.
    private func copy(_ segment: Int, upTo end: Int) throws(StorageError) {
        let name = JournalFormat.segmentName(segment)
        var at = 0
        while at < end {
            let bytes = try storage.read(name, at: at, count: min(1 << 20, end - at))
            guard !bytes.isEmpty else { throw StorageError("read", name, .notFound) }
            try storage.write(Self.draftName, at: at, bytes)
            at += bytes.count
        }
    }

    /// Makes the draft the segment it is for.
    private mutating func complete(_ draft: Draft, isLast: Bool) throws(JournalError) {
        do throws(StorageError) {
            // An earlier, cut attempt may have left a longer one.
            let size = try storage.size(Self.draftName)
            let chunks = (draft.end + JournalFormat.ownLineBytes) / limits.chunkBytes + 1
            allocated = max(size, isLast ? chunks * limits.chunkBytes : draft.end)
            try storage.fill(Self.draftName, from: draft.end, to: allocated)
            try storage.syncFile(Self.draftName)
            try storage.rename(Self.draftName, to: JournalFormat.segmentName(draft.segment))
            try storage.syncDirectory()
        } catch {
            throw JournalError(error)
        }
        self.draft = nil
    }
}

extension Journal {
    /// Stands behind a checkpoint that was written for it.
    fileprivate mutating func moveOn(to position: JournalPosition, allocated: Int) {
        durable = position
        segmentName = JournalFormat.segmentName(position.segment)
        signedBytes = position.bytes
        self.allocated = allocated
        nextIsPrepared = false
        group = 0
        unsignedLines = 0
        checkpointDeadline = nil
    }
}
