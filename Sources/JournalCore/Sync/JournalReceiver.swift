/// What became of a one-time token a caller showed: the hub's store knows, the rules only ask.
package enum EnrolmentToken: Sendable, CaseIterable {
    /// None was shown.
    case missing
    /// It is none of this line's.
    case unknown
    /// It was good and has been used.
    case used
    /// It allows one new journal of this line.
    case valid
}

/// The hub's half of the sync: one line's journal as a hub holds it.
///
/// A value without bytes: those lie in the hub's store and are read through ``JournalBytes``.
/// ``receive(_:token:stored:visit:)`` changes nothing. Whoever calls it commits bytes and next state in one
/// transaction, and only then goes on with that state and answers its head:
///
/// ```
/// receive ─▶ accepted(addition) ─▶ commit addition.bytes, addition.receiver ─▶ answer its head
///         ─▶ nothingNew, gap                                               ─▶ answer the head
///         ─▶ conflict (409), refused                                       ─▶ answer why
/// ```
/// - Invariant: What is held ends on a checkpoint signed by the pinned key and is one chain from the
///   journal's first line. It is only ever added to; a restored backup of the store is an older such state.
package struct JournalReceiver: Equatable, Sendable {
    /// What a batch adds. Nothing of it is held before the caller has committed it.
    package struct Addition: Equatable, Sendable {
        /// The new bytes, to be stored at the byte where what was held before ends.
        package var bytes: [UInt8]
        /// Numbers of the new lines in the journal, from 1, the journal's own lines included.
        package var lines: ClosedRange<UInt64>
        /// How many of them are records.
        package var records: UInt64
        /// Whether this begins the journal: the token is used up and the key pinned in the same commit.
        package var isEnrolment: Bool
        /// The state once committed.
        package var receiver: JournalReceiver
    }

    /// Where a batch has other lines than the journal held under the same name.
    package struct Conflict: Equatable, Sendable {
        /// Bytes of the journal before the first line known to differ.
        package var bytes: UInt64
        /// Number of that line, from 1.
        package var line: UInt64
        /// Whether it is the first; otherwise the two part at it or before.
        package var isFirst: Bool

        /// Makes a conflict from its parts, for example from an answer.
        package init(bytes: UInt64, line: UInt64, isFirst: Bool) {
            self.bytes = bytes
            self.line = line
            self.isFirst = isFirst
        }
    }

    /// What is to be done about a batch.
    package enum Reception: Equatable, Sendable {
        /// All of it is proven: commit, then answer the new head.
        case accepted(Addition)
        /// All of it is held already: answer the head.
        case nothingNew
        /// Lines before it are missing: answer the head.
        case gap
        /// A fork. What is held stays; the line compares and raises its alarm.
        case conflict(Conflict)
        /// Not taken, and trying it again will not help.
        case refused(JournalError)
    }

    /// Name of the line.
    package let line: String
    /// The journal held, with the pinned key; `nil` until a first batch with a token was committed.
    package private(set) var identity: JournalIdentity?
    /// Behind the last line held, in the line's own files.
    package private(set) var position: JournalPosition

    /// A line of which nothing is held.
    package init(line: String) {
        self.line = line
        position = JournalPosition(line: 0, bytes: 0, segment: 1, offset: 0, head: JournalHead())
    }

    /// A line as the store knows it.
    ///
    /// - Parameters:
    ///   - identity: ``identity`` as committed.
    ///   - position: ``position`` as committed.
    package init(identity: JournalIdentity, position: JournalPosition) {
        line = identity.line
        self.identity = identity
        self.position = position
    }

    /// What to answer a line that asks how far its journal is held.
    package func head(generation: UInt64, backup: JournalMark?) -> HubHead {
        HubHead(
            identity: identity, held: identity == nil ? nil : position.mark, generation: generation,
            backup: backup)
    }

    /// Which bytes to answer a line that fetches from `offset` on; empty behind the last line held.
    ///
    /// - Parameter count: As many as the line wants; it gets no more than one answer holds.
    package func fetchable(from offset: UInt64, count: Int) -> Range<UInt64> {
        guard offset < position.bytes, count > 0 else { return position.bytes..<position.bytes }
        return offset..<(offset + min(position.bytes - offset, UInt64(min(count, JournalBatch.maxBytes))))
    }

    /// Judges a batch.
    ///
    /// - Parameters:
    ///   - batch: As it came, unpacked. Any bytes.
    ///   - token: Only looked at while nothing of this line is held.
    ///   - stored: The bytes held, for what the batch repeats.
    ///   - visit: Gets each new record in order. What it did counts only if the batch is accepted.
    /// - Throws: ``JournalError/Code/storageFailed`` when the store cannot be read: end the process.
    /// - Complexity: One pass over the batch, and over as much of the store as it repeats.
    package func receive(
        _ batch: JournalBatch, token: EnrolmentToken = .missing, stored: some JournalBytes,
        visit: (JournalRecord) throws(RecordRefused) -> Void = { _ in }
    ) throws(JournalError) -> Reception {
        if let refusal = refusal(of: batch, token) { return .refused(refusal) }
        guard batch.offset <= position.bytes else { return .gap }
        var known = 0
        if identity != nil {
            let from: JournalMark
            switch try beginning(of: batch, stored) {
            case .mark(let mark): from = mark
            case .other(let reception): return reception
            }
            known = Int(min(position.bytes - batch.offset, UInt64(batch.bytes.count)))
            if let conflict = try difference(of: batch, from: from, count: known, stored) {
                return .conflict(conflict)
            }
            if known == batch.bytes.count { return .nothingNew }
        }
        do throws(JournalError) {
            return .accepted(try addition(Array(batch.bytes[known...]), visit))
        } catch {
            return .refused(error)
        }
    }

    // MARK: - Before the chain

    private func refusal(of batch: JournalBatch, _ token: EnrolmentToken) -> JournalError? {
        if batch.bytes.count > JournalBatch.maxBytes {
            return JournalError(
                .batchTooLarge, "\(batch.bytes.count) bytes, a batch has at most \(JournalBatch.maxBytes)",
                remedy: "Cut it at an earlier checkpoint.")
        }
        guard batch.bytes.last == JournalFormat.newline else {
            return JournalError(
                .batchUnsigned, "the batch of \(batch.bytes.count) bytes ends inside a line",
                remedy: "Send it again.")
        }
        if identity == nil, let refusal = refusal(of: token) { return refusal }
        return batch.offset == 0 ? refusal(ofFirstLine: batch) : nil
    }

    private func refusal(of token: EnrolmentToken) -> JournalError? {
        switch token {
        case .valid: nil
        case .missing:
            JournalError(
                .unknownLine, "no journal of line \(line) is held here, and no token was shown",
                remedy: "Have a token made for this line, and enrol with it.")
        case .unknown:
            JournalError(
                .wrongToken, "the token is none of line \(line), or too old",
                remedy: "Have a token made for this line, and enrol with it.")
        case .used:
            JournalError(
                .usedToken, "the token of line \(line) was used before",
                remedy: "Find out who used it, then have another made.")
        }
    }

    /// A journal that begins otherwise is another one, whatever its name.
    private func refusal(ofFirstLine batch: JournalBatch) -> JournalError? {
        // What cannot be read as a first line is refused with its place by the scan, or differs.
        guard let first = FirstLine.identity(in: batch.bytes) else { return nil }
        let isOther = identity.map { $0 != first } ?? (first.line != line)
        guard isOther || batch.previous != JournalHead.start(of: first) else { return nil }
        return JournalError(
            .otherJournal,
            isOther
                ? "the batch begins journal \(first.id) of line \(first.line), "
                    + (identity.map { "held is journal \($0.id)" } ?? "asked for is line \(line)")
                : "the batch states another beginning than its first line",
            remedy: "Find the journal this line began with, or have the line enrolled anew.",
            at: JournalPlace(segment: 1, line: 1, offset: 0))
    }

    private enum Beginning {
        case mark(JournalMark)
        case other(Reception)
    }

    /// What is held where the batch begins, if the batch says the same.
    private func beginning(
        of batch: JournalBatch, _ stored: some JournalBytes
    ) throws(JournalError) -> Beginning {
        if batch.offset == 0 { return .mark(JournalMark(line: 0, bytes: 0, head: batch.previous)) }
        let mark =
            batch.offset == position.bytes
            ? position.mark : try stored.checkpoint(endingAt: batch.offset)
        guard let mark else {
            return .other(
                .refused(
                    JournalError(
                        .batchUnsigned, "no checkpoint ends at byte \(batch.offset), where the batch begins",
                        remedy: "Ask for the head, and send what follows it.")))
        }
        guard mark.head == batch.previous else {
            return .other(
                .conflict(Conflict(bytes: batch.offset, line: mark.line + 1, isFirst: false)))
        }
        return .mark(mark)
    }

    /// The first of `count` bytes of the batch that is stored otherwise, as a line.
    private func difference(
        of batch: JournalBatch, from mark: JournalMark, count: Int, _ stored: some JournalBytes
    ) throws(JournalError) -> Conflict? {
        var at = 0
        while at < count {
            let step = min(256 << 10, count - at)
            let held = try stored.whole(at: batch.offset + UInt64(at), count: step)
            let sent = Array(batch.bytes[at..<(at + step)])
            if let index = ByteScan.difference(held, sent) {
                let before = batch.bytes[..<(at + index)]
                let start = before.lastIndex(of: JournalFormat.newline).map { $0 + 1 } ?? 0
                let lines = before.count { $0 == JournalFormat.newline }
                return Conflict(
                    bytes: batch.offset + UInt64(start), line: mark.line + UInt64(lines) + 1, isFirst: true)
            }
            at += step
        }
        return nil
    }

    // MARK: - The chain

    private func addition(
        _ bytes: [UInt8], _ visit: (JournalRecord) throws(RecordRefused) -> Void
    ) throws(JournalError) -> Addition {
        let piece = JournalPiece(bytes, from: JournalPiece.Start(position: position, identity: identity))
        let scanner = try piece.prove(visit: visit)
        guard scanner.endsOnCheckpoint, let proven = scanner.identity else {
            throw JournalError(
                .batchUnsigned, "the batch does not end on a checkpoint",
                remedy: "Cut it at an earlier checkpoint.", at: JournalPlace(at: scanner.position))
        }
        var next = self
        next.identity = proven
        next.position = scanner.position
        return Addition(
            bytes: bytes, lines: (position.line + 1)...scanner.position.line, records: scanner.counts.records,
            isEnrolment: identity == nil, receiver: next)
    }
}

/// The first line of a journal, as far as it says which journal it is.
enum FirstLine {
    /// What the first line of `bytes` names; `nil` when it is not exactly a segment's first line.
    static func identity(in bytes: [UInt8]) -> JournalIdentity? { line(in: bytes)?.identity }

    /// The first line at the start of `bytes`.
    static func line(in bytes: [UInt8]) -> HeadLine? {
        guard let end = ByteScan.newline(in: bytes, from: 0) else { return nil }
        return bytes.withUnsafeBytes { buffer in
            guard case .head(let line)? = OwnLine(UnsafeRawBufferPointer(rebasing: buffer[..<end])) else {
                return nil
            }
            return line
        }
    }
}
