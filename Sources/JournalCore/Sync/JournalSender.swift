/// The line's half of the sync: from what the hub says it holds, and the line's own journal, the next step.
///
/// It keeps nothing. Whatever was sent, lost, doubled or answered before, asking the hub for its head and
/// asking this again is enough to go on.
package struct JournalSender {
    /// What to do next.
    package enum Step {
        /// The hub holds all that may be sent.
        case nothing
        /// Send these lines, then go on with the head it answers.
        case send(JournalBatch)
        /// The hub holds no journal of this line: send these, with a token.
        case enrol(JournalBatch)
        /// The hub holds lines this journal may have lost: fetch from the journal's end on, with
        /// ``JournalCatchUp``, before anything is appended.
        case fetch
        /// The hub's copy has other lines than this journal, it seems. Compare, to know what happened.
        case compare(ForkSearch)
        /// The hub holds another journal under this line's name.
        case fork(JournalError)
    }

    /// What journal this is.
    package let identity: JournalIdentity
    /// Most bytes of a batch, not more than the hub takes.
    package let batchBytes: Int

    /// - Parameter batchBytes: Most bytes of a batch; at least what may stand between two checkpoints
    ///   of this journal, at most ``JournalBatch/maxBytes``.
    package init(identity: JournalIdentity, batchBytes: Int = JournalBatch.maxBytes) {
        precondition((2048...JournalBatch.maxBytes).contains(batchBytes), "a constant of the program")
        self.identity = identity
        self.batchBytes = batchBytes
    }

    /// Decides the next step. Changes nothing.
    ///
    /// - Parameters:
    ///   - hub: Any answer of the hub.
    ///   - journal: The journal up to ``Journal/durable``.
    ///   - sendable: What ``Journal/durable`` was, in this process, at least one second ago.
    ///     Nothing behind it is sent: a disk that lies about its last second must not be told on by the hub.
    ///   - hasAppended: Whether anything was appended since the start. A hub that is ahead of such a journal
    ///     holds lines of somebody else.
    /// - Throws: ``JournalError/Code/storageFailed``, ``JournalError/Code/damaged``: the journal cannot be
    ///   read. ``JournalError/Code/stretchTooLong``.
    package func step(
        hub: HubHead, journal: OwnJournal, sendable: JournalPosition, hasAppended: Bool
    ) throws(JournalError) -> Step {
        guard let held = hub.held, let theirs = hub.identity else {
            let start = JournalMark(line: 0, bytes: 0, head: .start(of: identity))
            return try batch(from: start, journal, sendable).map(Step.enrol) ?? .nothing
        }
        guard theirs == identity else { return .fork(Self.otherJournal(theirs, identity)) }
        guard held.bytes <= journal.end.bytes else {
            return hasAppended ? .compare(search(held, journal, hasAppended: hasAppended)) : .fetch
        }
        guard let here = try journal.position(at: held.bytes), isSame(here.mark, held) else {
            return .compare(search(held, journal, hasAppended: hasAppended))
        }
        return try batch(from: here.mark, journal, sendable).map(Step.send) ?? .nothing
    }

    /// How far the hub's last completed backup covers this journal. Only what lies before may be deleted.
    ///
    /// - Returns: `nil` when there is no backup of this journal, or it does not hold the same lines.
    package func backedUp(_ hub: HubHead, _ journal: OwnJournal) throws(JournalError) -> JournalPosition? {
        guard hub.identity == identity, let backup = hub.backup,
            let here = try journal.position(at: backup.bytes), isSame(here.mark, backup)
        else { return nil }
        return here
    }

    /// Compares with what the hub holds; where a fetch fails again and again, this says why.
    ///
    /// - Parameters:
    ///   - held: ``HubHead/held`` of an answer about this journal.
    ///   - journal: The journal up to ``Journal/durable``.
    ///   - hasAppended: As for ``step(hub:journal:sendable:hasAppended:)``.
    package func search(_ held: JournalMark, _ journal: OwnJournal, hasAppended: Bool) -> ForkSearch {
        ForkSearch(journal, held, hasAppended: hasAppended, stepBytes: min(256 << 10, batchBytes))
    }

    /// The state before the first line is in no line; who holds nothing of it need not know it.
    private func isSame(_ here: JournalMark, _ there: JournalMark) -> Bool {
        here == there || (here.bytes == 0 && there.line == 0)
    }

    /// The lines from a checkpoint on, up to the last checkpoint that may be sent and fits.
    private func batch(
        from mark: JournalMark, _ journal: OwnJournal, _ sendable: JournalPosition
    ) throws(JournalError) -> JournalBatch? {
        let end = min(sendable.bytes, journal.end.bytes)
        guard mark.bytes < end else { return nil }
        let rest = end - mark.bytes
        var bytes = try journal.whole(at: mark.bytes, count: Int(min(rest, UInt64(batchBytes))))
        guard let count = LineScan.lastCheckpointEnd(in: bytes) else {
            guard rest > UInt64(batchBytes) else { return nil }
            throw JournalError(
                .stretchTooLong,
                "behind line \(mark.line) no checkpoint follows within the \(batchBytes) bytes of a batch",
                remedy: "Report this; keep a copy of the journal.")
        }
        bytes.removeLast(bytes.count - count)
        return JournalBatch(offset: mark.bytes, previous: mark.head, bytes: bytes)
    }

    static func otherJournal(_ theirs: JournalIdentity, _ ours: JournalIdentity) -> JournalError {
        let what = theirs.publicKey == ours.publicKey ? "signed with this line's key" : "of another key"
        return JournalError(
            .otherJournal,
            "the hub holds journal \(theirs.id) of line \(theirs.line), \(what); "
                + "this one is journal \(ours.id) of line \(ours.line)",
            remedy: "Issue no numbers. Find the journal the hub knows, or have the line enrolled anew.")
    }
}
