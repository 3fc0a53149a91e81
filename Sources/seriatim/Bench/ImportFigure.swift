import ControlAPI
import Foundation
import SystemIO

/// Serials of a file taken in by the running daemon: read, checked, kept on the disk, compared with every
/// pool before, recorded and answered. Beside it, writing and syncing the same file alone.
enum ImportFigure: BenchFigure {
    static let name = "pool.import"
    static let runsDaemon = true
    private static let count = 150_000
    private static let mostSeconds = 1.0

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let daemon = try BenchDaemon(folder, tables: BenchDaemon.deadDevices)
        defer { daemon.process.end() }
        try await daemon.start()
        let rounds = run.size(7, quick: 3)
        var imports: [Double] = []
        var writes: [Double] = []
        for round in 1...rounds {
            let serials = BenchDaemon.serials(count, series: round)
            let path = try daemon.write(serials, as: "serials-\(round).txt")
            writes.append(try write(path, to: folder + "/raw-\(round)"))
            let start = ContinuousClock.now
            try await daemon.ask(.addPool(pool(round, path)))
            imports.append(seconds(since: start))
        }
        try await refuseAgain(daemon, folder + "/serials-1.txt")
        let (time, write) = (BenchNumber.median(imports), BenchNumber.median(writes))
        let rate = Double(count) / time
        let slowest = imports.max() ?? 0
        return [
            BenchResult(
                name: name, value: rate, unit: "/s",
                details: [
                    .init(name: "serials", value: Double(count)), .init(name: "seconds", value: time),
                    .init(name: "slowest_s", value: slowest),
                ],
                baseline: [.init(name: "write_and_fsync_s", value: write)],
                baselineText: BenchNumber.text(write * 1_000) + " ms write",
                target: .init(text: ">= 150 000 /s", isHeld: time <= mostSeconds),
                note: "Median of \(rounds) imports of 150 000 serials, one after another into one line: "
                    + "\(BenchNumber.text(time * 1_000)) ms, the slowest "
                    + "\(BenchNumber.text(slowest * 1_000)) ms, over the control socket "
                    + "of the running daemon. Importing a file again was refused."
            )
        ]
    }

    private static func pool(_ round: Int, _ path: String) -> PoolMessage {
        var pool = PoolMessage()
        pool.name = "pool-\(round)"
        pool.kind = "printed"
        pool.key = "09506000134352"
        pool.path = path
        return pool
    }

    /// Duplicates across imports are refused.
    private static func refuseAgain(_ daemon: BenchDaemon, _ path: String) async throws {
        do {
            try await daemon.ask(.addPool(pool(0, path)))
        } catch let failure as CommandFailure where failure.message.contains("POOL-110") {
            return
        }
        throw CommandFailure(
            "BENCH-113 pool: the same serials were taken twice. Report this fault.", status: 70)
    }

    private static func write(_ path: String, to copy: String) throws -> Double {
        let bytes = try DurableFile.read(path, maxBytes: 64 << 20)
        let start = ContinuousClock.now
        try DurableFile.create(copy, bytes, mode: 0o640)
        return seconds(since: start)
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
    }
}
