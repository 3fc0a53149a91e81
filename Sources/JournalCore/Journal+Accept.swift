/// Lines behind the last checkpoint that nothing vouches for but a person.
package struct UnsignedTail: Equatable, Sendable {
    /// Lines up to the last checkpoint.
    package var after: UInt64
    /// Lines without a signature.
    package var lines: UInt64
    /// State of the chain behind the last of them.
    package var head: JournalHead
}

extension Journal {
    /// Signs more unsigned lines than a start takes by itself, because a person answers for them.
    ///
    /// The lines are proven and made good as at a start. Then the person's record is made durable behind
    /// them, and only after that a checkpoint over all of it: a power cut leaves either a tail that is still
    /// refused, or one that is signed together with the name and the reason.
    /// - Parameters:
    ///   - visit: Gets every record in order, as at a start. Its refusal ends the act.
    ///   - record: The record that says who accepts what, and why.
    /// - Returns: What was accepted.
    /// - Throws: ``JournalError/Code/nothingToAccept`` when a start would take the journal as it is, nothing
    ///   was changed then; and as ``open(storage:signer:limits:visit:)``.
    package static func accept(
        storage: any JournalStorage, signer: JournalSigner, limits: JournalLimits,
        visit: (JournalRecord) throws(RecordRefused) -> Void, record: (UnsignedTail) -> [UInt8]
    ) throws(JournalError) -> UnsignedTail {
        var (journal, report) = try recover(storage, signer, limits, visit) {
            (_, counts) throws(JournalError) in
            guard counts.unsignedLines > limits.unsignedLinesAtStart else {
                throw JournalError(
                    .nothingToAccept,
                    "\(counts.unsignedLines) lines stand unsigned; a start takes up to "
                        + "\(limits.unsignedLinesAtStart) by itself",
                    remedy: "Start the line.")
            }
        }
        defer { storage.unlock() }
        let tail = UnsignedTail(
            after: report.lastCheckpoint?.line ?? 0, lines: UInt64(report.unsignedLines),
            head: journal.durable.head)
        try journal.sign(with: record(tail))
        return tail
    }
}
