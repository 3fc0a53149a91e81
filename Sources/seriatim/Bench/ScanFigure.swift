import ControlAPI
import DemoIO
import Foundation
import SystemIO

/// From the last byte of a scan by hand to the last byte of the scanner's answer, through the real daemon in
/// its own process, the record of what was asked on the disk before the answer.
///
/// The scans hold the batch and let it go on, in turn: each is an act with a record of its own. Behind each a
/// raw commit on the same disk.
enum ScanFigure: BenchFigure {
    static let name = "scan.answer"
    static let runsDaemon = true
    private static let gtin = "09506000134352"
    /// The longest a person waits for a scanner.
    private static let mostNanoseconds: UInt64 = 300_000_000

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let (camera, scanner) = (try ScanProbe(), try ScanProbe())
        // The scanner of the measurement answers scans alone, no questions at its start.
        let site = folder + "/devices/cognex"
        try FileManager.default.createDirectory(atPath: site, withIntermediateDirectories: true)
        try Data("start = []\n".utf8).write(to: URL(fileURLWithPath: site + "/dataman.toml"))
        let daemon = try BenchDaemon(folder, tables: tables(camera: camera.path, scanner: scanner.path))
        defer { daemon.process.end() }
        try await begin(daemon)
        let count = run.size(5_000, quick: 60)
        let path = run.scratch.file()
        defer { run.scratch.remove(path) }
        let (times, raw) = try await BenchThread.run {
            try scan(count, with: scanner, raw: try PaddedFile(path, count: (count + 1) * 512))
        }
        withExtendedLifetime(camera) {}
        return [result(times, raw)]
    }

    private static func tables(camera: String, scanner: String) -> String {
        """
        belt = "none"
        [[device]]
        name = "camera"
        profile = "generic/reader-cr"
        address = "serial:\(camera)?baud=115200"
        [[device]]
        name = "handheld"
        profile = "cognex/dataman"
        address = "serial:\(scanner)?baud=115200"
        [[station]]
        kind = "unit-verify"
        name = "verify"
        cameras = ["camera"]
        [[station]]
        kind = "gate"
        name = "gate"
        mode = "none"
        [[station]]
        kind = "rework"
        name = "rework"
        readers = ["handheld"]
        """
    }

    private static func begin(_ daemon: BenchDaemon) async throws {
        try await daemon.start()
        _ = try await daemon.status { status in
            status.devices.count == 2 && status.devices.allSatisfy { $0.condition == "connected" }
        }
        var pool = PoolMessage()
        (pool.name, pool.kind, pool.key) = ("units", "preprinted", gtin)
        pool.path = try daemon.write(BenchDaemon.serials(10, series: 1), as: "serials.txt")
        try await daemon.ask(.addPool(pool))
        var order = OrderMessage()
        (order.batch, order.gtin, order.product) = ("SCANS", gtin, "Steady tablets")
        (order.lot, order.expiry, order.quantity) = ("L2611A", "490331", 10)
        (order.unitPool, order.ssccPool) = ("units", "none")
        try await daemon.ask(.openBatch(order))
        try await daemon.ask(.startBatch("SCANS"))
    }

    private static func scan(
        _ count: Int, with scanner: ScanProbe, raw file: PaddedFile
    ) throws -> (BenchTimes, BenchTimes) {
        let block = [UInt8](repeating: 0x61, count: 512)
        var (times, raw): ([UInt64], [UInt64]) = ([], [])
        for number in 0..<count {
            let command = number % 2 == 0 ? "SR/HOLD" : "SR/RESUME"
            guard let found = scanner.scan(Array("]C0\(command)\r\n".utf8)) else {
                throw CommandFailure("BENCH-113 scan \(number + 1), \(command), had no answer.", status: 70)
            }
            guard found.answer == "||>BEEP 1 1" else {
                throw CommandFailure(
                    "BENCH-113 scan \(number + 1), \(command), was refused: \(found.answer).", status: 70)
            }
            times.append(found.nanoseconds)
            let began = ContinuousClock.now
            try file.commit(block, at: number * 512)
            raw.append(BenchClock.nanoseconds(ContinuousClock.now - began))
        }
        return (BenchTimes(times), BenchTimes(raw))
    }

    private static func result(_ times: BenchTimes, _ raw: BenchTimes) -> BenchResult {
        let micro = BenchNumber.micro
        return BenchResult(
            name: name, value: Double(times.percentile(9_900)) / 1_000, unit: "us", details: times.members,
            baseline: raw.members, baselineText: micro(raw.percentile(9_900)) + " us raw",
            target: .init(text: "300 ms", isHeld: times.max <= mostNanoseconds),
            note: "p99 of \(times.count) scans in microseconds, each an act with its record; "
                + "p50 \(micro(times.median)) (raw \(micro(raw.median))), longest \(micro(times.max)) "
                + "(raw \(micro(raw.max))).")
    }
}
