import JournalCore
import Simulator
import SystemIO

/// From the start of the process after SIGKILL until the control socket answers and the line's thread
/// decides, with the journal of one long batch that is still open.
enum RestartFigure: BenchFigure {
    static let name = "restart"
    private static let most = 1.0

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let units = run.size(1_000_000, quick: 30_000)
        let rounds = run.size(5, quick: 2)
        run.say("making a journal of \(units) units")
        let records = try await BenchThread.run { try makeJournal(units: units, in: folder) }
        let daemon = try BenchDaemon(folder, tables: BenchDaemon.deadDevices)
        defer { daemon.process.end() }
        run.say("starting and killing the daemon")
        try await daemon.start()
        try await daemon.rest()
        var times: [Double] = []
        var reads: [Double] = []
        for _ in 0..<rounds {
            await daemon.kill()
            reads.append(try readAll(folder + "/journal"))
            times.append(try await daemon.start())
            try await daemon.rest()
        }
        let (value, read) = (BenchNumber.median(times), BenchNumber.median(reads))
        return [
            BenchResult(
                name: name, value: value, unit: "s",
                details: [
                    .init(name: "records", value: Double(records)),
                    .init(name: "open_units", value: Double(units)),
                ],
                baseline: [.init(name: "read_journal_s", value: read)],
                baselineText: BenchNumber.text(read) + " s read",
                target: .init(text: "<= 1 s", isHeld: value <= most),
                note: "Median of \(rounds) starts after SIGKILL with a journal of "
                    + "\(BenchNumber.grouped(Double(records))) records and "
                    + "\(BenchNumber.grouped(Double(units))) units of one open batch; "
                    + "beside it, reading the journal's bytes."
                    + (records < 10_000_000 ? " The target is for 10 M records and 1 M open units." : ""))
        ]
    }

    /// A journal with the key of a line, as the daemon finds it after a kill.
    private static func makeJournal(units: Int, in folder: String) throws -> UInt64 {
        let journal = try BenchJournal.create(
            BenchStorage(folder + "/journal", isSynced: false), seed: KeyFile.create(folder + "/line.key"))
        var drive = try SteadyDrive(SteadyLine(units: units), journal: journal)
        try drive.run(units: units, every: BenchJournal.pace)
        return drive.loop.journal.durable.line
    }

    /// Seconds it takes to read every segment once.
    private static func readAll(_ directory: String) throws -> Double {
        let start = ContinuousClock.now
        let files = try FileStorage(directory, writable: false)
        var sum = 0
        for name in try files.names() where JournalFormat.segmentNumber(name) != nil {
            let size = try files.size(name)
            for at in stride(from: 0, to: size, by: 1 << 20) {
                sum &+= try files.read(name, at: at, count: 1 << 20).count
            }
        }
        withExtendedLifetime(sum) {}
        return Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
    }
}
