import JournalCore
import Simulator

/// A made-up journal on disk, as long as wanted: for programs that are to read long ones.
enum HistoryJournal {
    /// Writes the journal and its last checkpoint; not synced, for it can be made again.
    ///
    /// - Parameter records: Ends with the decision that reaches this count.
    static func make(_ records: Int, seed: UInt64, in directory: String) throws {
        try JournalFiles.guarded(directory) {
            var plan = LineHistory.Plan()
            plan.closedUnits = max(200, min(200_000, records / 10))
            plan.openUnits = max(1_000, records)
            plan.recordsBefore = records / 2
            plan.isImported = false
            plan.reworksPerThousand = 10
            plan.seed = seed
            var history = LineHistory(plan)
            var journal = try BenchJournal.create(
                BenchStorage(directory, isSynced: false), line: "history")
            try history.write(to: &journal, until: records) { _ in }
            try journal.checkpoint()
            Output.line("\(history.records) records in \(directory)")
        }
    }
}
