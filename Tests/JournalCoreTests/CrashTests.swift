import JournalCore
import Simulator
import Testing

@Suite struct CrashTests {
    /// Goal: laws 1 and 2 rest on this: nothing acknowledged is lost, nothing is invented, the journal always
    /// opens by itself. Method: the crash matrix; the same function runs many more states from the command
    /// line. Workloads 20 and 37 once found a torn checkpoint that was called damage.
    @Test(arguments: [1, 20, 37] as [UInt64])
    func everyOperationMayBeTheLast(seed: UInt64) {
        let report = CrashMatrix.run(states: 1000, seed: seed)
        #expect(report.violations.prefix(3).isEmpty, "\(report.violations.count) in all")
        #expect(report.states >= 1000)
        #expect(report.tally.completed >= SimulatedDisk.Fault.allCases.count)
        #expect(report.tally.faults.allSatisfy { $0.furthest >= 10 }, "\(report.tally)")
    }
}
