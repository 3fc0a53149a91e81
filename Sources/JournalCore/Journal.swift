/// The local record of everything that happened on a line: appended, synced, signed, never changed.
///
/// One thread owns it. A decision's records go in by ``append(_:)``; ``commit(at:)`` makes everything
/// appended since the last one durable with one write and one sync, and only then may the line act.
/// Checkpoints are written by ``checkpoint()``, when ``checkpointDue(at:)`` says so and at every clean end.
///
/// - Invariant: After an error from the storage every later call throws ``JournalError/Code/poisoned``. What
///   was acknowledged before stays; what was not is decided by the next start.
package struct Journal {
    let storage: any JournalStorage
    let signer: JournalSigner
    /// The limits this journal runs with.
    package let limits: JournalLimits
    /// What this journal is known by.
    package let identity: JournalIdentity
    /// Everything before this place is durable. Readers may go this far and no further.
    package internal(set) var durable: JournalPosition
    /// Lines since the last checkpoint, the journal's own included.
    package internal(set) var unsignedLines: Int
    /// When the next checkpoint is due, in the clock of ``commit(at:)``; `nil` while every record is signed.
    package internal(set) var checkpointDeadline: UInt64?

    /// Number of the last group since the last checkpoint.
    var group: Int
    /// ``JournalPosition/bytes`` behind the last checkpoint.
    var signedBytes: UInt64
    /// Bytes of the current segment that are allocated, filled with newlines and synced.
    var allocated: Int
    /// Whether the segment after this one is allocated and synced.
    var nextIsPrepared = false
    var segmentName: String
    private var pending = PendingLines()
    private var output: [UInt8] = []
    private var failure: JournalError?

    init(
        _ storage: any JournalStorage, _ signer: JournalSigner, _ limits: JournalLimits,
        identity: JournalIdentity, durable: JournalPosition, allocated: Int
    ) {
        self.storage = storage
        self.signer = signer
        self.limits = limits
        self.identity = identity
        self.durable = durable
        self.allocated = allocated
        segmentName = JournalFormat.segmentName(durable.segment)
        group = 0
        signedBytes = durable.bytes
        unsignedLines = 0
    }

    /// Records appended and not yet committed.
    package var pendingRecords: Int { pending.count }

    /// Whether ``checkpoint()`` is to be called by now.
    ///
    /// - Parameter now: Monotonic nanoseconds, the clock of ``commit(at:)``.
    package func checkpointDue(at now: UInt64) -> Bool {
        checkpointDeadline.map { now >= $0 } ?? false
    }

    /// Takes the records of one decision, in order. Nothing is written yet.
    ///
    /// - Parameter decision: Each record as one JSON object in UTF-8, `{...}` with at least one member, no
    ///   control bytes. The names `j` (first), `m`, `g` and `c` (last) belong to the journal.
    /// - Throws: ``JournalError/Code/badBody``, ``JournalError/Code/decisionTooLarge``: nothing of the
    ///   decision was taken. ``JournalError/Code/poisoned``.
    package mutating func append(_ decision: [[UInt8]]) throws(JournalError) {
        try checkHealthy()
        guard !decision.isEmpty else { return }
        for body in decision {
            if let fault = JournalFormat.fault(of: body) {
                throw JournalError(
                    .badBody, "a record cannot be written: \(fault)", remedy: "Report this fault.")
            }
        }
        let bytes = decision.reduce(0) { $0 + $1.count + JournalFormat.memberBytes }
        guard bytes <= limits.groupBytes, decision.count <= limits.unsignedLines else {
            throw JournalError(
                .decisionTooLarge, "one decision of \(decision.count) records and \(bytes) bytes",
                remedy: "Raise groupBytes or unsignedLines of the journal.")
        }
        pending.append(decision)
    }

    /// Makes everything appended durable: one write and one sync, more only where a limit demands it.
    ///
    /// - Parameter now: Monotonic nanoseconds; starts the time a record may stand unsigned.
    /// - Returns: The place up to which everything is durable, the same as ``durable``.
    /// - Throws: ``JournalError/Code/diskNearlyFull``: what did not fit is still pending, nothing is lost;
    ///   stop the line. Anything else is final: end the process without acting.
    @discardableResult
    package mutating func commit(at now: UInt64) throws(JournalError) -> JournalPosition {
        try checkHealthy()
        while pending.count > 0 {
            let group = pending.nextGroup(maxBytes: limits.groupBytes, maxLines: limits.unsignedLines)
            if unsignedLines > 0, isTooMuch(with: group) { try writeCheckpoint() }
            try makeRoom(for: group.bytes)
            try writeGroup(group)
            if checkpointDeadline == nil {
                checkpointDeadline = now.addingReportingOverflow(limits.checkpointNanoseconds).partialValue
            }
            if unsignedLines >= limits.unsignedLines { try writeCheckpoint() }
        }
        return durable
    }

    /// Signs everything up to here: commits what is pending, then writes a checkpoint as a group of its own.
    ///
    /// Does nothing when the last line is a checkpoint already. Call it when due, at a batch's close and
    /// before a clean end.
    /// - Throws: As ``commit(at:)``.
    package mutating func checkpoint() throws(JournalError) {
        try commit(at: 0)
        if unsignedLines > 0 { try writeCheckpoint() }
    }

    /// Signs what is unsigned and gives the lock back. The journal takes nothing more.
    package mutating func close() throws(JournalError) {
        try checkpoint()
        storage.unlock()
        failure = JournalError(.poisoned, "it was closed", remedy: "Open it again.")
    }

    /// Writes a record behind unsigned lines, then signs them all with it: no limit brings a signature before
    /// the record, and the segment is not ended, which would.
    mutating func sign(with body: [UInt8]) throws(JournalError) {
        try append([body])
        let group = pending.nextGroup(maxBytes: limits.groupBytes, maxLines: 1)
        try makeRoomHere(for: group.bytes)
        try writeGroup(group)
        try writeCheckpoint()
    }

    // MARK: - Writing

    /// Whether more would stand unsigned with `group` than may.
    private func isTooMuch(with group: PendingLines.Group) -> Bool {
        let bytes = durable.bytes - signedBytes + UInt64(group.bytes)
        return unsignedLines + group.lines > limits.unsignedLines || bytes > UInt64(limits.unsignedBytes)
    }

    private mutating func writeGroup(_ next: PendingLines.Group) throws(JournalError) {
        output.removeAll(keepingCapacity: true)
        var head = durable.head
        pending.write(next, number: group + 1, to: &output, head: &head)
        try writeDurably(lines: next.lines, head: head)
        group += 1
        pending.remove(next)
    }

    /// Writes a checkpoint. What it signs is synced: it is the durable position.
    mutating func writeCheckpoint() throws(JournalError) {
        try makeRoomHere()
        let text = JournalFormat.signedText(line: durable.line, head: durable.head)
        guard let signature = signer.sign(text) else {
            throw poison(JournalError(.storageFailed, "signing failed", remedy: "Check the key file."))
        }
        try writeOwn(
            JournalFormat.checkpointLine(line: durable.line, head: durable.head, signature: signature))
        unsignedLines = 0
        signedBytes = durable.bytes
        checkpointDeadline = nil
    }

    /// Writes a line of the journal's own as a group of its own and syncs it.
    mutating func writeOwn(_ line: [UInt8]) throws(JournalError) {
        output.removeAll(keepingCapacity: true)
        output += line
        var head = durable.head
        JournalFormat.seal(&output, from: 0, head: &head)
        try writeDurably(lines: 1, head: head)
        group = 0
    }

    private mutating func writeDurably(lines: Int, head: JournalHead) throws(JournalError) {
        do {
            try storage.write(segmentName, at: durable.offset, output)
            try storage.syncFile(segmentName)
        } catch {
            throw poison(JournalError(error))
        }
        durable.head = head
        durable.line += UInt64(lines)
        durable.bytes += UInt64(output.count)
        durable.offset += output.count
        unsignedLines += lines
    }

    // MARK: - Failing

    func checkHealthy() throws(JournalError) {
        guard let failure else { return }
        throw JournalError(
            .poisoned, "it takes nothing more since: \(failure.detail)", remedy: failure.remedy)
    }

    /// Remembers that the disk and the journal may disagree from here on.
    mutating func poison(_ error: JournalError) -> JournalError {
        failure = error
        return error
    }
}

/// Records appended and not yet written, in order, as whole decisions.
struct PendingLines {
    /// Decisions that are written together.
    struct Group {
        var decisions: Int
        var lines: Int
        /// Upper bound of the bytes it needs.
        var bytes: Int
    }

    private var decisions: [[[UInt8]]] = []
    private(set) var count = 0

    mutating func append(_ decision: [[UInt8]]) {
        decisions.append(decision)
        count += decision.count
    }

    /// As many whole decisions as the limits let into one group, at least one.
    func nextGroup(maxBytes: Int, maxLines: Int) -> Group {
        var group = Group(decisions: 0, lines: 0, bytes: 0)
        for decision in decisions {
            let bytes = decision.reduce(0) { $0 + $1.count + JournalFormat.memberBytes }
            if group.decisions > 0, group.bytes + bytes > maxBytes || group.lines + decision.count > maxLines
            {
                break
            }
            group.decisions += 1
            group.lines += decision.count
            group.bytes += bytes
        }
        return group
    }

    /// Writes the lines of `group`, each sealed.
    func write(_ group: Group, number: Int, to output: inout [UInt8], head: inout JournalHead) {
        var isFirst = true
        for decision in decisions.prefix(group.decisions) {
            for (index, body) in decision.enumerated() {
                let start = output.count
                output.append(contentsOf: body.dropLast())
                if index < decision.count - 1 { output.append(contentsOf: Array(",\"m\":1".utf8)) }
                if isFirst {
                    let marker = group.lines == 1 ? "\(number)" : "[\(number),\(group.lines)]"
                    output.append(contentsOf: Array(",\"g\":\(marker)".utf8))
                    isFirst = false
                }
                JournalFormat.seal(&output, from: start, head: &head)
            }
        }
    }

    mutating func remove(_ group: Group) {
        decisions.removeFirst(group.decisions)
        count -= group.lines
    }
}
