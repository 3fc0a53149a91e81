import EPCIS
import LineCore

/// What became of one batch: what a person signs, and what an auditor asks for.
///
/// Made by ``BatchReportFold`` from the records of a journal alone, so that the same journal gives the same
/// report wherever and whenever it is made. Written by ``BatchReportText``, ``BatchReportHTML``,
/// ``BatchReportJSON`` and ``BatchReportCSV``.
package struct BatchReport: Equatable, Sendable {
    /// What the report rests on.
    package var source: ReportSource
    /// The batch as the line itself counts it: order, state, serials by state, units, rejects by reason.
    package var batch: Batch
    /// Serials by state, counted one by one, at the index of the state's raw value.
    package var recounted: [Int]
    /// Who opened, started, ended and closed it.
    package var course = ReportCourse()
    /// What somebody has to look at.
    package var exceptions = ReportExceptions()
    /// Rejects by hour, in order of time.
    package var rejectHours: [ReportHour] = []
    /// Containers, the lowest level first.
    package var containers: [ReportContainers] = []
    /// Stops while the batch was on the line.
    package var stops = ReportStops()
    /// Alarms while the batch was on the line.
    package var alarms = ReportList<ReportAlarm>()
    /// Starts of the controller: the one the batch was started under, and all up to its close.
    package var starts = ReportList<ReportStart>()

    // What follows is filled by records of these names; where there are none, none were made.

    /// Clearance before it, set-up, first article, suspension.
    package var changeover = ReportList<ReportEntry>()
    /// Recipes: each time a device read the name of its job back, or did not.
    package var jobs = ReportList<ReportJob>()
    /// Test packs that had to be rejected.
    package var challenges = ReportList<ReportEntry>()
    /// Who signed on and off, took over and left.
    package var signOns = ReportList<ReportEntry>()
    /// What people counted by hand.
    package var handCounts = ReportList<ReportEntry>()
    /// Who signed what.
    package var signatures = ReportList<ReportEntry>()

    /// The batch is not closed: numbers may still change.
    package var isInterim: Bool { batch.state != .closed }

    /// What the line knew of the product when the batch was opened; `nil` where it knew none.
    var productWords: String? {
        guard batch.productVersion > 0 else { return nil }
        return (["version \(batch.productVersion)"] + batch.labels.map(\.words) + batch.weights.words).joined(
            separator: ", ")
    }

    /// The two equations of reconciliation.
    package var equations: [ReportEquation] { [serialEquation, unitEquation] }

    /// How serials end, in the order people reconcile them.
    private static let ends: [SerialState] = [
        .commissioned, .sampled, .inactive, .destroyed, .labelSampled, .labelScrapped, .invalid, .returned,
    ]

    /// Every serial taken for the batch, counted one by one, and the states in which they ended.
    private var serialEquation: ReportEquation {
        let others = SerialState.allCases.filter { $0.isFinal && !Self.ends.contains($0) }
        let terms = (Self.ends + others).map { ReportCount($0.word, batch.count($0)) }
        let issued = recounted.reduce(0, +) - recounted[Int(SerialState.unallocated.rawValue)]
        return ReportEquation(
            left: ReportCount("issued serials", issued), terms: terms, rest: "without an end")
    }

    private var unitEquation: ReportEquation {
        let terms = [
            ReportCount("passed", batch.passed), ReportCount("rejected", batch.rejected),
            ReportCount("cleared", batch.cleared),
        ]
        return ReportEquation(
            left: ReportCount("tracked units", batch.tracked), terms: terms, rest: "without a disposition")
    }
}
