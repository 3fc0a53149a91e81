import Simulator
import Testing

/// Goal: whatever becomes of snapshots, a start comes to the state of a fold from the first record, without a
/// person. Method: the power is cut at every storage operation of small lives with snapshots, operations
/// fail, snapshots are torn, altered, lost, stale, restored from a backup, of another journal; each state is
/// started from twice, with snapshots and without.
@Suite struct SnapshotCrashTests {
    @Test func everyStateIsRecovered() {
        let report = SnapshotMatrix.run(states: 1_000, seed: 1)
        for violation in report.violations.prefix(10) { Issue.record("\(violation)") }
        #expect(report.powerCuts + report.altered >= 1_000)
        #expect(report.powerCuts > 200 && report.failures > 800 && report.altered > 500)
        #expect(report.used > 500 && report.passedOver > 300)
        // One run with no call left to fail for each way to fail.
        #expect(report.tally.completed == SimulatedDisk.Fault.allCases.count)
        #expect(report.tally.places.contains("snapshot: rename draft") && report.tally.places.count >= 25)
    }
}
