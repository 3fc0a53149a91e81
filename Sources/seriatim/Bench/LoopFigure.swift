import JournalCore
import LineCore
import LineDaemon
import NIOConcurrencyHelpers
import Simulator
import SystemIO

/// Units printed, verified, passed and packed in one second by the line's own thread, every record on the
/// disk before anything follows from it.
///
/// The devices' inputs are put into the queue by a thread of their own, as the device channels do; each
/// follows only from what the line did before (``SteadyLine``). With many units on the belt at once those
/// of one sync share the next.
enum LoopFigure: BenchFigure {
    static let name = "loop.units_per_second"
    private static let least = 5_000.0

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let units = run.size(500_000, quick: 20_000)
        let before = try BenchDisk.commits(run.size(2_000, quick: 200), in: run.scratch)
        let report = try await BenchThread.run {
            var driver = try LoopDriver(units: units, folder: folder)
            return try driver.run(units: units)
        }
        let raw = try BenchDisk.commits(run.size(2_000, quick: 200), in: run.scratch)
        let rate = Double(units) / report.seconds
        let shared = Double(units) / Double(max(1, report.syncs))
        let used = Double(report.cpuNanoseconds) / 1_000 / Double(units)
        return [
            BenchResult(
                name: name, value: rate, unit: "/s",
                details: [
                    .init(name: "units", value: Double(units)), .init(name: "seconds", value: report.seconds),
                    .init(name: "units_per_sync", value: shared), .init(name: "cpu_us_per_unit", value: used),
                ],
                baseline: raw.members,
                baselineText: BenchNumber.micro((raw.median + before.median) / 2) + " us raw",
                target: .init(text: ">= 5 000 /s", isHeld: rate >= least),
                note: "\(BenchNumber.grouped(Double(units))) units printed, verified, passed and packed in "
                    + "\(BenchNumber.text(report.seconds)) s; "
                    + "\(BenchNumber.text(shared)) units share a sync, "
                    + "the line's thread takes \(BenchNumber.text(used)) us a unit.")
        ]
    }
}

/// A steady line on the real thread, as fast as both go.
private struct LoopDriver {
    struct Report: Sendable {
        var seconds: Double
        var syncs: Int
        var cpuNanoseconds: UInt64
    }

    private let queue = InputQueue()
    private let outlet = SteadyOutlet()
    private let failure = Failure()
    private let thread: LineThread
    private let counter = BenchStorage.Counter()
    private var line: SteadyLine
    private var request: UInt64 = 0

    /// The error that ended the line's thread.
    private final class Failure: Sendable {
        let error = NIOLockedValueBox<DaemonError?>(nil)
    }

    /// A stop of the line ends the measurement after this long.
    private static let patienceMilliseconds = 10_000

    /// Starts the line's thread, and the batch.
    init(units: Int, folder: String) throws {
        line = SteadyLine(
            units: units, inAir: 128, lookAhead: 384, sendBatch: 64, unitBlock: 100_000, transit: 64)
        let storage = try BenchStorage(folder + "/journal", isSynced: true, counter: counter)
        var loop = LineLoop(
            line: Line(configuration: line.configuration), journal: try BenchJournal.create(storage),
            outlet: outlet, board: SnapshotBoard(), clock: Self.now)
        let start = LineStart(
            boot: "bench", version: Version.text, configuration: "", isJournalVerified: true)
        try loop.turn([.started(start)])
        thread = LineThread(queue: queue, directory: folder)
        let failure = failure
        try thread.start(loop, outlet: outlet) { error in failure.error.withLockedValue { $0 = error } }
        for input in line.firstInputs { queue.offer(input) }
        for verb in line.commands {
            request += 1
            queue.offer(LineCommand(request: request, actor: "bench", verb: verb))
        }
    }

    private static let now: @Sendable () -> LineInstant = {
        LineInstant(
            monotonicNanoseconds: MonotonicClock.now(),
            wallMilliseconds: Int64(clamping: WallClock.nowMilliseconds()))
    }

    /// Runs `units` through the line; the numbers come of age first.
    mutating func run(units: Int) throws -> Report {
        while !line.isReady { try listen() }
        let usage = ProcessUsage(of: ProcessUsage.own, threads: "line")
        let syncsBefore = syncs
        let start = ContinuousClock.now
        while line.unitsPacked < units {
            guard line.isReady else {
                try listen()
                continue
            }
            for input in line.next() { try offer(input) }
            for action in outlet.take() { try take(action) }
        }
        // What the last unit left behind is on the disk when the thread has ended.
        let used = ProcessUsage(of: ProcessUsage.own, threads: "line")
        guard thread.stop() else {
            throw CommandFailure("BENCH-105 line: its thread does not end. Report this fault.", status: 70)
        }
        let time = BenchClock.nanoseconds(ContinuousClock.now - start)
        return Report(
            seconds: Double(time) / 1e9, syncs: syncs - syncsBefore,
            cpuNanoseconds: (used?.cpuNanoseconds ?? 0) &- (usage?.cpuNanoseconds ?? 0))
    }

    private var syncs: Int { counter.syncs.load(ordering: .relaxed) }

    private mutating func listen() throws {
        guard outlet.wait(milliseconds: Self.patienceMilliseconds) else {
            let error = failure.error.withLockedValue { $0?.description } ?? "no answer"
            throw CommandFailure(
                "BENCH-104 steady line: it stands after \(line.unitsPassed) units: \(error). "
                    + "Report this fault.", status: 70)
        }
        for action in outlet.take() { try take(action) }
    }

    private mutating func take(_ action: LineAction) throws {
        try SteadyDrive.check(action)
        line.take(action)
        for input in line.takeSaid() { try offer(input) }
    }

    private func offer(_ input: LineInput) throws {
        guard queue.offer(input) else {
            throw CommandFailure("BENCH-106 queue: it is full. Report this fault.", status: 70)
        }
    }
}
