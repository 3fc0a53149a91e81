import JournalCore
import LineCore

/// A journal opened and folded: from a snapshot where one is proven, otherwise from its first line.
package struct RecoveredState {
    /// The journal, its lock held.
    package var journal: Journal
    /// What it comes to.
    package var state: LineState
    /// What was found behind the last checkpoint.
    package var report: RecoveryReport
    /// The snapshot that was used: what lies before it was not read. `nil` when all was.
    package var snapshot: SnapshotUsed?
    /// Why newer snapshots were not used, each in a sentence.
    package var passedOver: [String] = []
}

extension RecoveredState {
    /// A journal that was just begun.
    package init(begun journal: Journal) {
        self.init(journal: journal, state: LineState(), report: RecoveryReport())
    }
}

/// What the second fold goes on from.
package struct FoldStart: Sendable {
    /// The journal.
    var identity: JournalIdentity
    /// Everything before this place is in the state.
    var position: JournalPosition
    /// The fold over it.
    var state: LineState
    /// Records since the snapshot it began from.
    var records: Int
    /// Lines that snapshot covers.
    var snapshotLine: UInt64?
}

extension RecoveredState {
    /// What the second fold goes on from.
    package var foldStart: FoldStart {
        FoldStart(
            identity: journal.identity, position: journal.durable, state: state,
            records: Int(clamping: report.records), snapshotLine: snapshot?.position.line)
    }
}

/// A snapshot a start began from.
package struct SnapshotUsed: Equatable, Sendable {
    /// The place it covers, and the head the older journal must lead to.
    package var position: JournalPosition
    /// The record that vouches for it.
    package var record: SnapshotWritten
}

extension RecoveredState {
    /// Snapshots tried before the start reads everything.
    private static let maxTried = 4

    /// Opens a journal that exists and folds it.
    ///
    /// A snapshot counts only if, read on from its place, the journal's chain leads to a checkpoint signed by
    /// the line's key and the record of just this file stands before that: the same signature then binds the
    /// lines read, the place they began at and the file. Whatever else is there is passed over: an older one
    /// is tried, at last the whole journal is read. No snapshot ever makes a start fail.
    ///
    /// - Parameters:
    ///   - snapshots: `nil` to read the whole journal.
    ///   - program: Version of this program.
    ///   - imports: Gives the serials of imported files.
    ///   - visit: Gets every record that is read, of an attempt in vain too; `nil` as each attempt begins.
    /// - Throws: As ``Journal/open(storage:signer:limits:behind:isProven:visit:)``.
    package static func open(
        _ storage: any JournalStorage, snapshots: SnapshotStore?, signer: JournalSigner,
        limits: JournalLimits, program: String, imports: @escaping LineFold.Imports,
        visit: (JournalRecord?) -> Void = { _ in }
    ) throws(JournalError) -> RecoveredState {
        var passedOver: [String] = []
        var lines: [UInt64] = []
        do throws(StorageError) {
            lines = try snapshots?.lines() ?? []
        } catch {
            passedOver.append("snapshots: \(error)")
        }
        for line in lines.prefix(maxTried) {
            guard let snapshots else { break }
            let file: SnapshotFile
            let record: SnapshotWritten
            do throws(SnapshotFault) {
                (file, record) = try load(line, snapshots, program)
            } catch {
                passedOver.append("\(SnapshotStore.name(line)): \(error.text)")
                continue
            }
            do throws(JournalError) {
                visit(nil)
                return try open(storage, signer, limits, file, record, imports, passedOver, visit)
            } catch  where error.mayLieInSnapshot {
                passedOver.append("\(SnapshotStore.name(line)): \(error.detail)")
            }
        }
        visit(nil)
        var fold = LineFold(imports: imports)
        let (journal, report) = try Journal.open(storage: storage, signer: signer, limits: limits) {
            (record) throws(RecordRefused) in
            visit(record)
            try fold.take(record)
        }
        return RecoveredState(
            journal: journal, state: fold.state, report: report, snapshot: nil, passedOver: passedOver)
    }

    private static func load(
        _ line: UInt64, _ snapshots: SnapshotStore, _ program: String
    ) throws(SnapshotFault) -> (SnapshotFile, SnapshotWritten) {
        let bytes: [UInt8]
        do throws(StorageError) { bytes = try snapshots.read(line) } catch {
            throw SnapshotFault("\(error)")
        }
        return try SnapshotFile.decode(bytes, program: program)
    }

    private static func open(
        _ storage: any JournalStorage, _ signer: JournalSigner, _ limits: JournalLimits,
        _ file: SnapshotFile, _ wanted: SnapshotWritten, _ imports: @escaping LineFold.Imports,
        _ passedOver: [String], _ visit: (JournalRecord?) -> Void
    ) throws(JournalError) -> RecoveredState {
        var fold = LineFold(file.state, imports: imports)
        var recordedBefore: UInt64?
        let (journal, report) = try Journal.open(
            storage: storage, signer: signer, limits: limits, behind: file.position,
            isProven: { identity, report in
                guard identity == file.identity, let recordedBefore, let signed = report.lastCheckpoint
                else { return false }
                return recordedBefore < signed.line
            },
            visit: { (record) throws(RecordRefused) in
                visit(record)
                guard try fold.take(record) == .snapshotWritten(wanted) else { return }
                recordedBefore = record.end.line
            })
        return RecoveredState(
            journal: journal, state: fold.state, report: report,
            snapshot: SnapshotUsed(position: file.position, record: wanted), passedOver: passedOver)
    }
}

extension JournalError {
    /// Whether a snapshot that is not of this journal could be the cause. A failed call of the storage never
    /// is, and what may have failed to reach the disk is not tried again.
    fileprivate var mayLieInSnapshot: Bool {
        switch code {
        case .damaged, .recordRefused, .beginningUnproven, .noJournal, .tooManyUnsigned, .wrongKey,
            .unknownVersion:
            true
        case .locked, .alreadyExists, .diskNearlyFull, .storageFailed, .poisoned, .decisionTooLarge,
            .badBody, .badLimit, .headNotFound, .nothingToAccept,
            // Only a sync ends on these.
            .batchTooLarge, .batchUnsigned, .brokenChain, .badSignature, .otherJournal, .unknownLine,
            .wrongToken, .usedToken, .forked, .badAnswer, .stretchTooLong:
            false
        }
    }
}
