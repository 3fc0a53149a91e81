import JournalCore
import Simulator
import Testing

@Suite struct CrashTests {
    /// Goal: laws 1 and 2 rest on this: nothing acknowledged is lost, nothing is invented, the journal always
    /// opens by itself. Method: the crash matrix; the same function runs a hundred times as many states from
    /// the command line.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyOperationMayBeTheLast(seed: UInt64) {
        let report = CrashMatrix.run(states: 1000, seed: seed * 1000)
        #expect(report.violations.prefix(3).isEmpty, "\(report.violations.count) in all")
        #expect(report.states >= 1000)
    }
}
