import JournalCore
import LineCore

/// The second fold: follows the durable journal into a state of its own and makes snapshots of it.
///
/// It never looks at the live line. A fault that changed the line's state without a record would not reach a
/// snapshot, and a snapshot is what the next start would have folded itself.
package struct SnapshotMaker {
    /// When a snapshot is due.
    package struct Cadence: Sendable {
        /// Records since the last one: what a start has to fold at most, and a snapshot costs.
        package var records = 100_000
        /// Records since the last one that are enough when a batch was closed: its containers left memory.
        package var recordsAtClose = 1_000
        /// Records since the last one that are enough before an orderly stop.
        package var recordsAtStop = 10_000

        /// The defaults.
        package init() {}
    }

    private let store: SnapshotStore
    private let program: String
    private let identity: JournalIdentity
    private let cadence: Cadence
    private var reader: JournalReader
    private var fold: LineFold
    /// Records since the last snapshot that was written.
    private var records: Int
    private var batchWasClosed = false
    /// Written, its record not yet seen in the journal, and the records read since.
    private var awaited: SnapshotWritten?
    /// Lines covered by proven snapshots, the newest first.
    private var proven: [UInt64]

    /// Goes on where a start left off.
    ///
    /// - Parameters:
    ///   - storage: The journal, opened for reading.
    ///   - start: What the start made of the journal. Its state is a fold over it, and not yet a line's.
    package init(
        storage: any JournalStorage, store: SnapshotStore, start: FoldStart, program: String,
        cadence: Cadence, imports: @escaping LineFold.Imports
    ) throws(JournalError) {
        self.store = store
        self.program = program
        self.cadence = cadence
        identity = start.identity
        reader = try JournalReader(storage: storage, from: start.position)
        fold = LineFold(start.state, imports: imports)
        records = start.records
        proven = start.snapshotLine.map { [$0] } ?? []
        do throws(StorageError) {
            // The one before it may still serve.
            if let line = proven.first, let older = try store.lines().first(where: { $0 < line }) {
                proven.append(older)
            }
        } catch {
            // Only the newest is kept then.
        }
    }

    /// Everything before this place is in ``state``.
    package var position: JournalPosition { reader.position }
    /// The fold over it.
    package var state: LineState { fold.state }

    /// Reads on, at most to the next checkpoint.
    ///
    /// - Parameter durable: The journal's durable end as published.
    /// - Returns: Records read; 0 at `durable`.
    /// - Throws: The journal's error; there are no more snapshots then.
    package mutating func follow(upTo durable: JournalPosition) throws(JournalError) -> Int {
        var seen = false
        let count = try reader.read(upTo: durable, maxRecords: 10_000, stopsAtCheckpoint: true) {
            (record) throws(RecordRefused) in
            switch try fold.take(record) {
            case .batchClosed: batchWasClosed = true
            case .snapshotWritten(let fact) where fact == awaited: seen = true
            default: break
            }
        }
        records += count
        if seen { confirm() }
        return count
    }

    /// The journal holds the record of the newest snapshot: older ones than the one before it can go.
    private mutating func confirm() {
        guard let line = awaited?.line else { return }
        awaited = nil
        proven = Array(([line] + proven).prefix(SnapshotStore.kept))
        // A file that cannot be removed takes space and nothing else.
        try? store.keep(proven)
    }

    /// Whether an orderly stop should wait for the next checkpoint, to make a snapshot there.
    package var waitsForCheckpoint: Bool {
        awaited == nil && records >= cadence.recordsAtStop && !reader.isBehindCheckpoint
    }

    /// Whether ``make(pause:)`` is to be called here.
    ///
    /// - Parameter stopping: The line is about to stop in order.
    package func isDue(stopping: Bool = false) -> Bool {
        guard reader.isBehindCheckpoint, awaited == nil else { return false }
        if stopping, records >= cadence.recordsAtStop { return true }
        return records >= cadence.records || (batchWasClosed && records >= cadence.recordsAtClose)
    }

    /// Writes a snapshot of the state here, which is right behind a checkpoint.
    ///
    /// - Returns: What the line is to record. Until it has, the snapshot counts for nothing.
    /// - Throws: It could not be written. The next one is tried when it is due again.
    package mutating func make(pause: () -> Void = {}) throws(StorageError) -> SnapshotWritten {
        let file = SnapshotFile(
            program: program, identity: identity, position: reader.position, state: fold.state)
        let (bytes, record) = file.encoded()
        records = 0
        batchWasClosed = false
        try store.write(bytes, line: record.line, pause: pause)
        awaited = record
        return record
    }
}
