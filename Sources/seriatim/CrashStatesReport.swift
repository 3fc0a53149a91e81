import JSONText
import Simulator

/// What `seriatim simulate --crash-states` tells, for people and for programs.
struct CrashStatesReport {
    let journals: CrashMatrix.Report
    let snapshots: SnapshotMatrix.Report

    /// Every law broken.
    var violations: [String] { journals.violations + snapshots.violations }

    private var tally: FailureTally { journals.tally.and(snapshots.tally) }

    /// A line for each kind of trouble, then the first violations.
    var text: [String] {
        var lines = [
            "\(journals.states) crash states: \(journals.powerCuts) power cuts, "
                + "\(journals.failures) failed calls, \(journals.lies) lying disks, "
                + "\(journals.cutStarts) starts cut again; \(journals.violations.count) violations",
            "\(snapshots.states) states with snapshots: \(snapshots.powerCuts) power cuts, "
                + "\(snapshots.failures) failed calls, \(snapshots.altered) altered snapshots; "
                + "\(snapshots.used) starts from one, \(snapshots.violations.count) violations",
            "calls of the storage at \(tally.places.count) places failed one by one, "
                + "\(tally.completed) times until none was left:",
        ]
        for reached in tally.faults {
            lines.append(
                "  \(reached.fault.rawValue) at \(reached.places.count) places, "
                    + "in \(reached.runs) runs, N up to \(reached.furthest)")
        }
        return lines + violations.prefix(20).map { "  \($0)" }
    }

    /// One object.
    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("states", journals.states + snapshots.states)
        writer.member("power_cuts", journals.powerCuts + snapshots.powerCuts)
        writer.member("failed_calls", journals.failures + snapshots.failures)
        writer.member("lying_disks", journals.lies)
        writer.member("cut_starts", journals.cutStarts)
        writer.member("altered_snapshots", snapshots.altered)
        writer.member("snapshot_starts", snapshots.used)
        writer.beginArray("faults")
        for reached in tally.faults {
            writer.beginObject()
            writer.member("fault", reached.fault.rawValue)
            writer.member("places", reached.places.count)
            writer.member("runs", reached.runs)
            writer.member("n", reached.furthest)
            writer.endObject()
        }
        writer.endArray()
        writer.member("untouched_runs", tally.completed)
        writer.beginArray("places")
        for place in tally.places.sorted() { writer.element(place) }
        writer.endArray()
        writer.beginArray("violations")
        for violation in violations { writer.element(violation) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
