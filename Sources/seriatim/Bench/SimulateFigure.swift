import Simulator

/// Simulated against real time on one core: whole lines with their faults and crashes, every law checked
/// after every step.
enum SimulateFigure: BenchFigure {
    static let name = "simulate.speed"
    private static let least = 1_000.0

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let seeds = run.size(40, quick: 4)
        let units = 1_000
        return try await BenchThread.run {
            var virtual = 0.0
            var records = 0
            let start = ContinuousClock.now
            let cpu = BenchThread.cpuNanoseconds
            for seed in 1...seeds {
                var line = SimulatedLine(SimulationPlan(seed: UInt64(seed), units: units))
                let report = line.run()
                guard report.violations.isEmpty else {
                    throw CommandFailure(
                        "BENCH-108 seed \(seed): \(report.violations[0]). Report this fault.", status: 70)
                }
                virtual += Double(report.elapsed) / 1e9
                records += report.records
            }
            let real = Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
            // Time of one core: what else the machine does takes no part in it.
            let used = Double(BenchThread.cpuNanoseconds - cpu) / 1e9
            let speed = virtual / used
            return [
                BenchResult(
                    name: name, value: speed, unit: "x",
                    details: [
                        .init(name: "seeds", value: Double(seeds)),
                        .init(name: "records", value: Double(records)),
                    ],
                    baseline: [
                        .init(name: "virtual_s", value: virtual), .init(name: "cpu_s", value: used),
                        .init(name: "real_s", value: real),
                    ],
                    baselineText: BenchNumber.text(used) + " s of a core",
                    target: .init(text: ">= 1 000 x", isHeld: speed >= least),
                    note:
                        "Seeds 1 to \(seeds) of \(units) units each: "
                        + "\(BenchNumber.grouped(virtual)) s of line time, simulated in "
                        + "\(BenchNumber.text(real)) s.")
            ]
        }
    }
}
