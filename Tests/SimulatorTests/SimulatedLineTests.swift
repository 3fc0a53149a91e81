import LineCore
import Testing

@testable import Simulator

/// Goal: no mix of faults, crashes and gate modes breaks a law. Method: whole batches on virtual time, each
/// seed its own plan; the large counts are `seriatim simulate --seeds`.
@Suite struct SimulatedLineTests {
    @Test(arguments: GateMode.allCases, [false, true])
    func aQuietLineMakesItsBatch(gate: GateMode, isPreprinted: Bool) {
        var plan = SimulationPlan(seed: 1, units: 65)
        plan.gate = gate
        plan.isPreprinted = isPreprinted
        plan.crashes = 0
        plan.faultsPerMillion = 0
        var line = SimulatedLine(plan)
        let report = line.run()
        #expect(report.violations == [])
        #expect(report.commissioned == 65)
        #expect(report.containers == 7 + 2)
    }

    @Test(arguments: 1...24)
    func seedsBreakNoLaw(seed: UInt64) {
        var line = SimulatedLine(SimulationPlan(seed: seed, units: 120))
        let report = line.run()
        #expect(report.violations == [], "replay: seriatim simulate --seed \(seed)")
    }
}
