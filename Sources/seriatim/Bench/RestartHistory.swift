import JournalCore
import LineCore
import Simulator
import SnapshotCore
import SystemIO

/// A line's state directory as a kill leaves it: the journal of several batches with its key, the imported
/// files, and the snapshots a daemon would have made on the way.
struct RestartHistory {
    /// Records in the journal, at least.
    let records: Int
    /// Serials of the open batch that the line has had, at least.
    let openUnits: Int

    /// What was written.
    struct Made: Sendable {
        var records: UInt64
        /// Serials of the batch that is not closed, taken from its pool.
        var openUnits: Int
        /// Records behind the newest snapshot.
        var behindSnapshot: Int
    }

    /// Almost as many records as a daemon lets come before it makes the next snapshot: the longest start.
    private var behindSnapshot: Int {
        min(SnapshotMaker.Cadence().records * 95 / 100, records / 5)
    }

    /// The history: closed batches of half the size, then the open one with some serials left for the start.
    private var plan: LineHistory.Plan {
        var plan = LineHistory.Plan()
        plan.openUnits = openUnits + openUnits / 50 + 5_000
        plan.closedUnits = max(1_000, openUnits / 2)
        // 1.64 records a unit.
        plan.recordsBefore = max(0, records - openUnits * 164 / 100)
        return plan
    }

    /// Writes it into `folder`.
    func make(in folder: String) throws -> Made {
        let journalFolder = folder + "/journal"
        var journal = try BenchJournal.create(
            BenchStorage(journalFolder, isSynced: false), seed: KeyFile.create(folder + "/line.key"))
        try DurableFile.createDirectory(folder + "/imports", mode: 0o750)
        let tables = Tables()
        var cadence = SnapshotMaker.Cadence()
        cadence.records = behindSnapshot
        var maker = try SnapshotMaker(
            storage: FileStorage(journalFolder, writable: false),
            store: SnapshotStore(FileStorage(folder + "/snapshots", writable: true)),
            start: RecoveredState(begun: journal).foldStart, program: Version.text, cadence: cadence,
            imports: tables.take)
        var history = LineHistory(plan)
        var made = 0
        // Only the two newest snapshots are kept: those before them need not be made.
        let first = records - 2 * behindSnapshot
        while history.records < records || openSerials(maker.state) < openUnits {
            let before = history.records
            try history.write(to: &journal, until: history.records + Self.step) { file in
                try DurableFile.create("\(folder)/imports/\(file.sha256)", file.bytes, mode: 0o640)
                tables.put(file.table, file.sha256)
            }
            guard history.records > before else { break }
            if made < 2 { try journal.checkpoint() }
            while try maker.follow(upTo: journal.durable) > 0 {}
            guard made < 2, history.records >= first, maker.isDue() else { continue }
            let record = try maker.make()
            try journal.append([LineRecord.snapshotWritten(record).encoded(wallMilliseconds: 1)])
            try journal.checkpoint()
            made += 1
        }
        return Made(
            records: journal.durable.line, openUnits: openSerials(maker.state),
            behindSnapshot: behindSnapshot)
    }

    private static let step = 5_000

    private func openSerials(_ state: LineState) -> Int {
        state.batches.filter { $0.state != .closed }.map(\.issued).reduce(0, +)
    }

    /// Serials of imported files until the fold has taken them.
    private final class Tables {
        private var tables: [String: SerialTable] = [:]

        func put(_ table: SerialTable, _ sha256: String) { tables[sha256] = table }

        func take(_ sha256: String) throws(RecordRefused) -> SerialTable {
            guard let table = tables.removeValue(forKey: sha256) else {
                throw RecordRefused("the history names a file it did not give")
            }
            return table
        }
    }
}
