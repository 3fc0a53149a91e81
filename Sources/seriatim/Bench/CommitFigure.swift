import JournalCore
import SystemIO

/// One record committed to the journal, against a write of as many bytes and a sync into a padded file: in
/// turn, on one disk, so that whatever else the disk does falls on both.
enum CommitFigure: BenchFigure {
    static let name = "commit.ratio"
    private static let most = 1.1

    static func measure(_ run: BenchRun) throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        var pair = try Pair(folder, count: run.size(20_000, quick: 300))
        for number in 0..<pair.count { try pair.measure(journalFirst: number % 2 == 0) }
        try pair.journal.close()
        let (journal, raw) = (BenchTimes(pair.journalTimes), BenchTimes(pair.rawTimes))
        let ratio = Double(journal.median) / Double(max(1, raw.median))
        let rawMedian = Double(raw.median) / 1_000
        return [
            BenchResult(
                name: name, value: ratio, unit: "x", details: journal.members, baseline: raw.members,
                baselineText: BenchNumber.text(rawMedian) + " us raw",
                target: .init(text: "<= \(most) x", isHeld: ratio <= most),
                note: "Medians of \(pair.count) commits of \(pair.size) bytes and as many raw writes with "
                    + "fdatasync, in turn. p99: journal \(BenchNumber.micro(journal.percentile(9_900))) us, "
                    + "raw \(BenchNumber.micro(raw.percentile(9_900))) us.")
        ]
    }

    /// A journal and a padded file on one disk.
    private struct Pair {
        let count: Int
        var journal: Journal
        let raw: PaddedFile
        /// Bytes of the last journal line: what the next raw write writes.
        var size = 0
        var journalTimes: [UInt64] = []
        var rawTimes: [UInt64] = []
        private var rawEnd = 0

        init(_ folder: String, count: Int) throws {
            self.count = count
            journal = try BenchJournal.create(FileStorage(folder + "/journal", writable: true))
            raw = try PaddedFile(folder + "/raw", count: (count + 1) * 256)
            try commit()
            journalTimes = []
        }

        /// Space ahead and checkpoints are not part of a commit: the line allocates while it waits, and the
        /// bytes of checkpoints are in journal.bytes_per_unit.
        mutating func measure(journalFirst: Bool) throws {
            if journal.needsPreparation { try journal.prepareAhead() }
            if journal.unsignedLines >= 1_000 { try journal.checkpoint() }
            if journalFirst { try commit() }
            try write()
            if !journalFirst { try commit() }
        }

        private mutating func commit() throws {
            let before = journal.durable.bytes
            let start = ContinuousClock.now
            try journal.append([BenchJournal.record])
            try journal.commit(at: 0)
            journalTimes.append(BenchClock.nanoseconds(ContinuousClock.now - start))
            size = Int(journal.durable.bytes - before)
        }

        private mutating func write() throws {
            let bytes = [UInt8](repeating: 0x61, count: size)
            let start = ContinuousClock.now
            try raw.commit(bytes, at: rawEnd)
            rawTimes.append(BenchClock.nanoseconds(ContinuousClock.now - start))
            rawEnd += size
        }
    }
}
