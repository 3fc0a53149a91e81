import ControlAPI
import DemoIO
import Synchronization
import SystemIO

/// From the camera's last byte to the first byte of the gate's command on a TCP connection, through the
/// real daemon in its own process, the record on the disk before the command.
///
/// Beside each unit, half a pitch later, a raw commit on the same disk. The camera is on a pseudo-terminal,
/// then on TCP.
enum LatencyFigure: BenchFigure {
    static let name = "latency.camera_to_gate"
    static let runsDaemon = true
    private static let gtin = "09506000134352"

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let slow = try await measure(run, rate: 37.5, seconds: run.size(1_500, quick: 6), name: name)
        let fast = try await measure(run, rate: 100, seconds: run.size(600, quick: 4), name: name + ".100")
        let tcp = try await measure(
            run, rate: 37.5, seconds: shortSeconds(run), name: name + ".tcp", cameraOnTCP: true)
        return [slow, fast, tcp]
    }

    fileprivate static func shortSeconds(_ run: BenchRun) -> Int { run.size(300, quick: 3) }

    /// Scanners beside the camera.
    fileprivate enum Beside { case nothing, reading, flooding }
    private static let besideCount = 8
    private static let besidePerSecond = 20.0

    fileprivate static func measure(
        _ run: BenchRun, rate: Double, seconds: Int, name: String, cameraOnTCP: Bool = false,
        beside: Beside = .nothing
    ) async throws -> BenchResult {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let serials = BenchDaemon.serials(Int(rate * Double(seconds)), series: 1)
        let codes = serials.map { Array("]d201\(gtin)1749033110L2611A\u{1D}21\($0)".utf8) }
        let probe = try GateProbe.open(codes: codes, unitsPerSecond: rate, cameraOnTCP: cameraOnTCP)
        defer { probe.close() }
        let others =
            beside == .nothing
            ? nil
            : try ChatterProbe(
                count: besideCount, saying: Array("]C1019506000134352\r".utf8), perSecond: besidePerSecond)
        defer { others?.close() }
        let daemon = try BenchDaemon(folder, tables: tables(probe, rate, others?.addresses ?? []))
        defer { daemon.process.end() }
        try await begin(daemon, serials, devices: 2 + (others?.addresses.count ?? 0))
        if beside == .flooding { others?.flood() }
        run.say("\(name): \(serials.count) units")
        let isDone = Flag()
        async let raw = rawCommits(serials.count, probe, rate, in: run.scratch, until: isDone)
        let (report, stops) = try await attend(probe, daemon)
        isDone.value.store(true, ordering: .releasing)
        return result(name, rate, report, stops, raw: try await raw)
    }

    private static func tables(_ probe: GateProbe, _ rate: Double, _ others: [String]) -> String {
        let speed = Int(rate * 120 * 1.25)
        let scanners = others.enumerated().map { number, address in
            """

            [[device]]
            name = "scanner\(number)"
            profile = "generic/reader-cr"
            address = "\(address)"
            """
        }.joined()
        let names = others.indices.map { "\"scanner\($0)\"" }.joined(separator: ", ")
        let desk = "\n[[station]]\nkind = \"rework\"\nname = \"desk\"\nreaders = [\(names)]\n"
        return """
            counts_per_metre = 1000
            max_speed_mm_s = \(speed)
            drain_mm = 2000
            [[device]]
            name = "line-io"
            profile = "seriatim/line-io-1"
            address = "tcp:127.0.0.1:\(probe.port)"
            poll_ms = \(rate > 50 ? 2 : 5)
            [[device]]
            name = "camera"
            profile = "generic/reader-cr"
            address = "\(probe.camera)"\(scanners)
            [[station]]
            kind = "unit-verify"
            name = "verify"
            cameras = ["camera"]
            decide_within_mm = 100
            min_pitch_mm = 110
            [[station]]
            kind = "gate"
            name = "gate"
            mode = "pass"
            distance_mm = 800
            pass_sensor_mm = 900
            tolerance_mm = 45
            margin_mm = 100
            confirm_within_mm = 200
            max_rejects_in_row = 1000
            """ + (others.isEmpty ? "" : desk)
    }

    /// Numbers, an order, and the batch on the line: from then on the belt runs.
    private static func begin(_ daemon: BenchDaemon, _ serials: [String], devices: Int) async throws {
        try await daemon.start()
        _ = try await daemon.status { status in
            status.devices.count == devices && status.devices.allSatisfy { $0.condition == "connected" }
        }
        var pool = PoolMessage()
        pool.name = "units"
        pool.kind = "preprinted"
        pool.key = gtin
        pool.path = try daemon.write(serials, as: "serials.txt")
        try await daemon.ask(.addPool(pool))
        var ssccs = PoolMessage()
        ssccs.name = "ssccs"
        ssccs.kind = "sscc"
        ssccs.key = "39506000"
        ssccs.first = 1
        ssccs.count = 1_000
        try await daemon.ask(.addPool(ssccs))
        var order = OrderMessage()
        order.batch = "LATENCY"
        order.gtin = gtin
        order.product = "Steady tablets"
        order.lot = "L2611A"
        order.expiry = "490331"
        order.quantity = serials.count
        order.itemsPerCase = 10
        order.itemsPerPallet = 10
        order.unitPool = "units"
        order.ssccPool = "ssccs"
        try await daemon.ask(.openBatch(order))
        try await daemon.ask(.startBatch("LATENCY"))
    }

    /// Waits until every unit has gone, and resumes the line where it stopped.
    ///
    /// - Returns: With the codes of the stops.
    private static func attend(
        _ probe: GateProbe, _ daemon: BenchDaemon
    ) async throws -> (ProbeReport, stops: [String]) {
        var stops: [String] = []
        var last = (units: -1, at: ContinuousClock.now)
        while true {
            try await Task.sleep(for: .milliseconds(250))
            let report = probe.report
            if report.isDone { return (report, stops) }
            if report.units != last.units { last = (report.units, ContinuousClock.now) }
            guard ContinuousClock.now - last.at > .milliseconds(600) else { continue }
            let status = try await daemon.status { _ in true }
            guard ContinuousClock.now - last.at < .seconds(30) else {
                let stop = status.stop.map { "\($0.code) \($0.text)" } ?? status.machine
                throw CommandFailure(
                    "BENCH-112 daemon: the line stands after \(report.units) units: \(stop).", status: 70)
            }
            guard let stop = status.stop else { continue }
            if !stops.contains(stop.code) { stops.append(stop.code) }
            try? await daemon.ask(.resumeBatch("LATENCY"))
        }
    }

    private final class Flag: Sendable {
        let value = Atomic<Bool>(false)
    }

    /// Raw commits at the pace of the units.
    private static func rawCommits(
        _ count: Int, _ probe: GateProbe, _ rate: Double, in scratch: BenchScratch, until isDone: Flag
    ) async throws -> BenchTimes {
        let path = scratch.file()
        defer { scratch.remove(path) }
        return try await BenchThread.run {
            let raw = try PaddedFile(path, count: (count + 1) * 512)
            let block = [UInt8](repeating: 0x61, count: 512)
            var times: [UInt64] = []
            while times.count < count, !isDone.value.load(ordering: .acquiring) {
                BenchThread.sleep(nanoseconds: probe.untilBetween(every: UInt64(1e9 / rate)))
                let began = ContinuousClock.now
                try raw.commit(block, at: times.count * 512)
                times.append(BenchClock.nanoseconds(ContinuousClock.now - began))
            }
            return BenchTimes(times)
        }
    }

    private static func result(
        _ name: String, _ rate: Double, _ report: ProbeReport, _ stops: [String], raw: BenchTimes
    ) -> BenchResult {
        let times = BenchTimes(report.latencies)
        let most = raw.percentile(9_900) + 2_000_000
        let mostRare = raw.percentile(9_999) + 10_000_000
        let hasRare = min(times.count, raw.count) >= BenchTimes.leastForP9999
        let isHeld = times.percentile(9_900) <= most && (!hasRare || times.percentile(9_999) <= mostRare)
        let micro = BenchNumber.micro
        let rare =
            hasRare
            ? ", p99.99 \(micro(times.percentile(9_999))) (raw \(micro(raw.percentile(9_999))))" : ""
        return BenchResult(
            name: name, value: Double(times.percentile(9_900)) / 1_000, unit: "us",
            details: times.members + [
                .init(name: "units_per_second", value: rate), .init(name: "late", value: Double(report.late)),
                .init(name: "stops", value: Double(report.stops)),
            ],
            baseline: raw.members, baselineText: micro(raw.percentile(9_900)) + " us raw",
            target: .init(text: "2 ms + raw", isHeld: isHeld),
            note: "p99 of \(times.count) units at \(BenchNumber.text(rate))/s in microseconds; "
                + "p50 \(micro(times.median)) (raw \(micro(raw.median)))\(rare), "
                + "longest \(micro(times.max)) (raw \(micro(raw.max))). "
                + "\(report.late) of \(report.units) came too late and were rejected; the belt stopped "
                + "\(report.stops) times\(stops.isEmpty ? "" : " (" + stops.joined(separator: ", ") + ")").")
    }
}

/// The same while eight scanners of a rework station read beside the camera, then while one of them floods.
enum FloodFigure: BenchFigure {
    static let name = LatencyFigure.name + ".flood"
    static let runsDaemon = true

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let seconds = LatencyFigure.shortSeconds(run)
        let chatter = try await LatencyFigure.measure(
            run, rate: 37.5, seconds: seconds, name: LatencyFigure.name + ".chatter", beside: .reading)
        var flood = try await LatencyFigure.measure(
            run, rate: 37.5, seconds: seconds, name: name, beside: .flooding)
        flood.compare(with: chatter)
        return [chatter, flood]
    }
}

extension BenchResult {
    /// One device that floods may not move the figure by more than a fifth.
    fileprivate mutating func compare(with calm: BenchResult) {
        let ratio = calm.value > 0 ? value / calm.value : 0
        details.append(.init(name: "to_calm", value: ratio))
        target = Target(text: "1.2 x chatter", isHeld: ratio <= 1.2)
        note += " \(BenchNumber.text(ratio)) times what it is while all eight only read."
    }
}
