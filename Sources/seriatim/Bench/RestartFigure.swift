import ControlAPI
import DemoIO
import JournalCore
import Simulator
import SystemIO

/// From the start of the process after SIGKILL until the control socket answers and reads are judged; then
/// until the first number reaches the coder; and the memory it takes.
///
/// The journal is that of a line with many closed batches and a large open one, with the snapshots a daemon
/// makes; the devices are simulated ones behind sockets and terminals, and stay when the daemon is killed.
enum RestartFigure: BenchFigure {
    static let name = "restart"
    static let runsDaemon = true
    private static let mostSeconds = 1.0
    private static let mostToNumber = 1.5
    private static let mostMebibytes = 256.0
    /// Cartons fed after each start: one of them has to be judged.
    private static let cartons = 4
    private static let patience = Duration.seconds(60)

    /// What one start took.
    private struct Round {
        var ready = 0.0
        var number = 0.0
        var judged = 0.0
        var usage: ProcessUsage?
    }

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let history = RestartHistory(
            records: run.size(10_000_000, quick: 100_000), openUnits: run.size(1_000_000, quick: 20_000))
        run.say("making a journal of \(history.records) records")
        let made = try await BenchThread.run { try history.make(in: folder) }
        let plan = DemoPlan(
            units: 1_000, rate: 400, isPreprinted: false, gate: .pass, seed: 1, kills: false)
        let line = try DemoLine.start(
            World(layout: plan.layout, faults: WorldFaults(), seed: plan.seed))
        defer { line.stop() }
        let daemon = try BenchDaemon(folder, tables: DemoFiles.tables(plan, line.addresses))
        defer { daemon.process.end() }
        run.say("starting the daemon and letting it build its index")
        try await daemon.start()
        try await daemon.rest(patience: Duration.seconds(3_600))
        run.say("killing and starting it")
        var rounds: [Round] = []
        var reads: [Double] = []
        for _ in 0..<run.size(5, quick: 2) {
            await daemon.kill()
            reads.append(try readNewest(folder + "/snapshots"))
            rounds.append(try await start(daemon, line))
        }
        return results(rounds, reads, made)
    }

    /// One start, until a unit was judged.
    private static func start(_ daemon: BenchDaemon, _ line: DemoLine) async throws -> Round {
        var round = Round()
        let lastNumber = line.withWorld { $0.coder.nextIndex ?? $0.coder.lastPrinted ?? 0 }
        let began = ContinuousClock.now
        try daemon.process.start()
        let first = try await daemon.status(every: .milliseconds(1)) { status in
            !status.devices.isEmpty && status.devices.allSatisfy { $0.condition == "connected" }
        }
        let ready = ContinuousClock.now
        round.ready = seconds(ready - began)
        guard let batch = first.batch, let name = batch.order?.batch else {
            throw CommandFailure("BENCH-114 restart: no batch is on the line. Report this fault.", status: 70)
        }
        let judgedBefore = batch.passed + batch.rejected
        line.withWorld { $0.loadFeeder(blank: cartons) }
        var isResumed = false
        while true {
            guard ContinuousClock.now - ready < patience else {
                throw CommandFailure(
                    "BENCH-114 restart: no unit was judged. \(daemon.process.lastWords)", status: 70)
            }
            if round.number == 0, line.withWorld({ $0.coder.nextIndex ?? 0 }) > lastNumber {
                round.number = seconds(ContinuousClock.now - ready)
            }
            if !isResumed {
                isResumed = (try? await daemon.ask(.resumeBatch(name))) != nil
            } else if round.number > 0 {
                let status = try await daemon.status { _ in true }
                let judged = (status.batch?.passed ?? 0) + (status.batch?.rejected ?? 0)
                if judged > judgedBefore { break }
                if status.stop != nil { isResumed = false }
                try await Task.sleep(for: .milliseconds(50))
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        round.judged = seconds(ContinuousClock.now - ready)
        // The second fold and what verifies the older journal have had their time as well.
        try await daemon.rest()
        round.usage = daemon.process.identifier.flatMap { ProcessUsage(of: $0) }
        return round
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(BenchClock.nanoseconds(duration)) / 1e9
    }

    private static func results(
        _ rounds: [Round], _ reads: [Double], _ made: RestartHistory.Made
    ) -> [BenchResult] {
        let ready = BenchNumber.median(rounds.map(\.ready))
        let number = BenchNumber.median(rounds.map(\.number))
        let most = Double(rounds.compactMap(\.usage?.mostResidentBytes).max() ?? 0) / 1_048_576
        let now = Double(rounds.compactMap(\.usage?.residentBytes).max() ?? 0) / 1_048_576
        let read = BenchNumber.median(reads)
        let size =
            "\(BenchNumber.grouped(Double(made.records))) records, "
            + "\(BenchNumber.grouped(Double(made.openUnits))) units of batches not closed, "
            + "\(BenchNumber.grouped(Double(made.behindSnapshot))) records behind the newest snapshot"
        let isFull = made.records >= 10_000_000 && made.openUnits >= 1_000_000
        let caveat = isFull ? "" : " The target is for 10 M records and 1 M open units."
        return [
            BenchResult(
                name: name, value: ready, unit: "s",
                details: [
                    .init(name: "longest", value: rounds.map(\.ready).max() ?? 0),
                    .init(name: "records", value: Double(made.records)),
                    .init(name: "open_units", value: Double(made.openUnits)),
                    .init(name: "behind_snapshot", value: Double(made.behindSnapshot)),
                ],
                baseline: [.init(name: "read_snapshot_s", value: read)],
                baselineText: BenchNumber.text(read) + " s read",
                target: .init(text: "<= 1 s", isHeld: ready <= mostSeconds),
                note: "Median of \(rounds.count) starts after SIGKILL until the control socket answers and "
                    + "every device is heard: \(size). Beside it, reading the newest snapshot's bytes."
                    + caveat),
            BenchResult(
                name: name + ".first_number", value: number, unit: "s",
                details: [
                    .init(name: "longest", value: rounds.map(\.number).max() ?? 0),
                    .init(name: "first_unit_judged", value: BenchNumber.median(rounds.map(\.judged))),
                ],
                baseline: [.init(name: "least_age_s", value: 1)], baselineText: "1 s of age",
                target: .init(text: "<= 1.5 s", isHeld: number <= mostToNumber),
                note: "From there until the first number is in the coder, the batch resumed at once."),
            BenchResult(
                name: name + ".resident", value: most, unit: "MiB",
                details: [.init(name: "now", value: now)],
                baselineText: BenchNumber.text(now) + " MiB at rest",
                target: .init(text: "<= 256 MiB", isHeld: most <= mostMebibytes),
                note: "Most it held at any time, start included."),
        ]
    }

    /// Seconds it takes to read the newest snapshot once.
    private static func readNewest(_ directory: String) throws -> Double {
        let start = ContinuousClock.now
        let files = try FileStorage(directory, writable: false)
        guard let name = try files.names().filter({ $0.hasSuffix(".snapshot") }).max() else { return 0 }
        var sum = 0
        let size = try files.size(name)
        for at in stride(from: 0, to: size, by: 1 << 20) {
            sum &+= try files.read(name, at: at, count: 1 << 20).count
        }
        withExtendedLifetime(sum) {}
        return Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
    }
}
