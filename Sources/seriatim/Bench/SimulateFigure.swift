import Crypto
import Simulator

/// Simulated against real time on one core: whole lines with their faults and crashes, every law checked
/// after every step. Beside each line the same core hashes 16 MiB: how fast it is at that moment.
enum SimulateFigure: BenchFigure {
    static let name = "simulate.speed"
    private static let least = 1_000.0
    private static let hashedBytes = 16 << 20

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let seeds = run.size(40, quick: 4)
        let units = 1_000
        return try await BenchThread.run {
            var virtual = 0.0
            var records = 0
            var used = 0.0
            var hashing: [Double] = []
            let block = [UInt8](repeating: 0x5A, count: hashedBytes)
            let start = ContinuousClock.now
            for seed in 1...seeds {
                let cpu = BenchThread.cpuNanoseconds
                var line = SimulatedLine(SimulationPlan(seed: UInt64(seed), units: units))
                let report = line.run()
                guard report.violations.isEmpty else {
                    throw CommandFailure(
                        "BENCH-108 seed \(seed): \(report.violations[0]). Report this fault.", status: 70)
                }
                virtual += Double(report.elapsed) / 1e9
                records += report.records
                // Time of one core: what else the machine does takes no part in it.
                let simulated = BenchThread.cpuNanoseconds
                used += Double(simulated - cpu) / 1e9
                _ = SHA256.hash(data: block)
                hashing.append(Double(BenchThread.cpuNanoseconds - simulated) / 1e9)
            }
            let real = Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
            let hashed = Double(hashedBytes >> 20) / BenchNumber.median(hashing)
            let speed = virtual / used
            return [
                BenchResult(
                    name: name, value: speed, unit: "x",
                    details: [
                        .init(name: "seeds", value: Double(seeds)),
                        .init(name: "records", value: Double(records)),
                        .init(name: "virtual_s", value: virtual), .init(name: "cpu_s", value: used),
                        .init(name: "real_s", value: real),
                    ],
                    baseline: [.init(name: "sha256_mib_per_second", value: hashed)],
                    baselineText: BenchNumber.grouped(hashed) + " MiB/s hash",
                    target: .init(text: ">= 1 000 x", isHeld: speed >= least),
                    note:
                        "Seeds 1 to \(seeds) of \(units) units each: "
                        + "\(BenchNumber.grouped(virtual)) s of line time in "
                        + "\(BenchNumber.text(used)) s of a core; beside it, SHA-256 on that core.")
            ]
        }
    }
}
