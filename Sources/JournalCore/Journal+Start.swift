/// What a start found behind the last checkpoint and made good.
package struct RecoveryReport: Equatable, Sendable {
    /// Behind the last checkpoint; `nil` when there was none.
    package var lastCheckpoint: JournalPosition?
    /// Lines after it that were taken without a signature.
    package var unsignedLines = 0
    /// Bytes of a torn last group that were cut. It was never acknowledged.
    package var cutBytes = 0
    /// Records read.
    package var records: UInt64 = 0
    /// Checkpoints read.
    package var checkpoints: UInt64 = 0

    /// Nothing was found.
    package init() {}

    init(_ scanner: JournalScanner, cutBytes: Int) {
        lastCheckpoint = scanner.checkpoint?.end
        unsignedLines = Int(scanner.counts.unsignedLines)
        self.cutBytes = cutBytes
        records = scanner.counts.records
        checkpoints = scanner.counts.checkpoints
    }
}

extension Journal {
    /// Begins a new journal in an empty directory: first line and a first checkpoint, both synced.
    ///
    /// After a power cut in the middle it either can be called again or
    /// ``open(storage:signer:limits:visit:)`` takes what is there; ``exists(storage:)`` tells which.
    /// - Throws: ``JournalError/Code/locked``, ``JournalError/Code/alreadyExists``,
    ///   ``JournalError/Code/wrongKey``, ``JournalError/Code/diskNearlyFull``,
    ///   ``JournalError/Code/storageFailed``.
    package static func create(
        storage: any JournalStorage, identity: JournalIdentity, signer: JournalSigner, limits: JournalLimits
    ) throws(JournalError) -> Journal {
        try begin(storage, limits)
        do throws(JournalError) {
            guard identity.publicKey == signer.publicKey else { throw wrongKey }
            guard try !exists(storage: storage) else {
                throw JournalError(
                    .alreadyExists, "the directory holds a journal",
                    remedy: "Open it, or name another directory.")
            }
            let start = JournalPosition(
                line: 0, bytes: 0, segment: 0, offset: limits.segmentBytes, head: .start(of: identity))
            var journal = Journal(
                storage, signer, limits, identity: identity, durable: start, allocated: limits.segmentBytes)
            try journal.beginNextSegment()
            try journal.writeCheckpoint()
            return journal
        } catch {
            storage.unlock()
            throw error
        }
    }

    /// Whether a journal was begun here; a segment file that is only padding is not one yet.
    ///
    /// - Throws: ``JournalError/Code/damaged``, ``JournalError/Code/storageFailed``.
    package static func exists(storage: any JournalStorage) throws(JournalError) -> Bool {
        let segments: [Int]
        do {
            segments = try JournalScan.listSegments(storage)
        } catch  where error.code == .noJournal {
            return false
        }
        var scanner = try JournalScanner(storage)
        if try scanner.next() == .own { return true }
        for number in segments {
            let content = try LaterEvidence(scanner, segment: number, from: number == 1 ? 0 : nil)
            if content.found != nil { return true }
        }
        return false
    }

    /// Opens a journal: proves every line, makes good what a crash left, and stands behind the last whole
    /// group.
    ///
    /// Before it returns, everything since the last checkpoint is written again byte for byte, the rest of
    /// the allocated space is padding, and both are synced: what was read is on the disk, not only in its
    /// cache. A folded record must cause no action before that.
    /// - Parameters:
    ///   - checkpoint: Begins right behind this one instead of at the first line.
    ///   - isProven: Says from what was read whether such a beginning may be trusted. Nothing is written
    ///     before.
    ///   - visit: Gets every record in order. Its refusal ends the start.
    /// - Throws: ``JournalError/Code/beginningUnproven``,
    ///   ``JournalError/Code/locked``, ``JournalError/Code/noJournal``,
    ///   ``JournalError/Code/damaged``, ``JournalError/Code/tooManyUnsigned``,
    ///   ``JournalError/Code/wrongKey``, ``JournalError/Code/recordRefused``,
    ///   ``JournalError/Code/storageFailed``.
    package static func open(
        storage: any JournalStorage, signer: JournalSigner, limits: JournalLimits,
        behind checkpoint: JournalPosition? = nil,
        isProven: (JournalIdentity, RecoveryReport) -> Bool = { _, _ in true },
        visit: (JournalRecord) throws(RecordRefused) -> Void
    ) throws(JournalError) -> (Journal, RecoveryReport) {
        try recover(storage, signer, limits, behind: checkpoint, visit) {
            (identity, report) throws(JournalError) in
            try checkUnsigned(report, limits)
            guard isProven(identity, report) else { throw unproven }
        }
    }

    /// Opens a journal unless `check` refuses what was read, before anything is written.
    static func recover(
        _ storage: any JournalStorage, _ signer: JournalSigner, _ limits: JournalLimits,
        behind checkpoint: JournalPosition? = nil, _ visit: (JournalRecord) throws(RecordRefused) -> Void,
        check: (JournalIdentity, RecoveryReport) throws(JournalError) -> Void
    ) throws(JournalError) -> (Journal, RecoveryReport) {
        try begin(storage, limits)
        do throws(JournalError) {
            let scan = try JournalScan.run(storage, behind: checkpoint, visit: visit)
            let scanner = scan.scanner
            guard let identity = scanner.identity, identity.publicKey == signer.publicKey else {
                throw wrongKey
            }
            let report = RecoveryReport(scanner, cutBytes: scan.cutBytes)
            try check(identity, report)
            let allocated = try makeGood(scan)
            var journal = Journal(
                storage, signer, limits, identity: identity, durable: scanner.position, allocated: allocated)
            journal.group = scanner.group ?? 0
            journal.signedBytes = scanner.checkpoint?.end.bytes ?? 0
            journal.unsignedLines = report.unsignedLines
            journal.checkpointDeadline = scanner.counts.unsignedRecords > 0 ? 0 : nil
            return (journal, report)
        } catch {
            storage.unlock()
            throw error
        }
    }

    private static let unproven = JournalError(
        .beginningUnproven, "no signed record vouches for the place where reading began",
        remedy: "Begin at the first line.")

    static let wrongKey = JournalError(
        .wrongKey, "the key is not the one this journal was begun with",
        remedy: "Put back the key file of this line; do not make a new one.")

    static func begin(_ storage: any JournalStorage, _ limits: JournalLimits) throws(JournalError) {
        if let fault = limits.fault {
            throw JournalError(.badLimit, fault, remedy: "Correct the limits of the journal.")
        }
        do { try storage.lock(JournalFormat.lockName) } catch { throw JournalError(error) }
    }

    private static func checkUnsigned(
        _ counts: RecoveryReport, _ limits: JournalLimits
    ) throws(JournalError) {
        guard counts.unsignedLines > limits.unsignedLinesAtStart else { return }
        throw JournalError(
            .tooManyUnsigned,
            "\(counts.unsignedLines) lines stand unsigned, \(limits.unsignedLinesAtStart) may at a start",
            remedy: "Find out why, then run: seriatim journal accept DIR --by NAME --reason TEXT")
    }

    // MARK: - Making good

    /// Writes again what was read since the last checkpoint, pads the rest and syncs.
    ///
    /// The checkpoint itself is written again too: it was written after a sync, not covered by it.
    /// - Returns: Bytes of the last segment that are allocated now.
    private static func makeGood(_ scan: JournalScan) throws(JournalError) -> Int {
        let scanner = scan.scanner
        let storage = scanner.storage
        let end = scanner.position
        do {
            if let checkpoint = scanner.checkpoint, checkpoint.start.segment < end.segment {
                let before = checkpoint.end.segment
                try copyBack(storage, before, from: checkpoint.start.offset, to: checkpoint.end.offset)
                try storage.syncFile(JournalFormat.segmentName(before))
            }
            let name = JournalFormat.segmentName(end.segment)
            let from = scanner.checkpoint.map { $0.start.segment == end.segment ? $0.start.offset : 0 } ?? 0
            try copyBack(storage, end.segment, from: from, to: end.offset)
            let size = try storage.size(name)
            try storage.fill(name, from: end.offset, to: size)
            try storage.syncFile(name)
            for segment in scan.soiled {
                let name = JournalFormat.segmentName(segment)
                try storage.fill(name, from: 0, to: try storage.size(name))
                try storage.syncFile(name)
            }
            try storage.syncDirectory()
            return size
        } catch {
            throw JournalError(error)
        }
    }

    private static func copyBack(
        _ storage: any JournalStorage, _ segment: Int, from: Int, to end: Int
    ) throws(StorageError) {
        let name = JournalFormat.segmentName(segment)
        var at = from
        while at < end {
            let bytes = try storage.read(name, at: at, count: min(1 << 20, end - at))
            guard !bytes.isEmpty else { throw StorageError("read", name, .notFound) }
            try storage.write(name, at: at, bytes)
            at += bytes.count
        }
    }
}
