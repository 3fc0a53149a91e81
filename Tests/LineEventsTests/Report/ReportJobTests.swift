import JSONText
@testable import LineCore
import Testing

@testable import LineEvents

/// Goal: the report shows which recipe each device read back, and what it had before. Method: a start with a
/// wrong and a missing answer, in every form of the report and as rows.
@Suite struct ReportJobTests {
    private static func journal() -> ReportJournal {
        var order = Order()
        (order.batch, order.gtin, order.product) = ("B1", "09506000134352", "Testol")
        (order.lot, order.expiry, order.quantity) = ("LOT-B1", "271231", 10)
        (order.unitPool, order.ssccPool) = ("units", "boxes")
        order.jobs = [
            DeviceJob(device: "camera", job: "READ-12"), DeviceJob(device: "coder", job: "CARTON-12"),
        ]
        var units = PoolAdded()
        (units.pool, units.kind, units.key) = ("units", "printed", order.gtin)
        (units.prefix, units.first, units.count, units.width) = ("A", 1, 20, 3)
        func loaded(_ index: Int) -> LineRecord {
            let wanted = order.jobs[index]
            return .jobLoaded(JobLoaded(batch: "B1", device: wanted.device, job: wanted.job))
        }
        func refused(_ index: Int, found: String = "", _ reason: String = "") -> LineRecord {
            let wanted = order.jobs[index]
            return .jobRefused(
                JobRefused(
                    batch: "B1", device: wanted.device, job: wanted.job, found: found, reason: reason))
        }
        return ReportJournal(
            Records([
                .lineStarted(LineStarted(clean: true)), .poolAdded(units),
                .poolAdded(pool: "boxes", key: "39506000"),
                .batchOpened(BatchOpened(order: order, actor: "planner")), Records.started,
                refused(1, found: "CARTON-11"), refused(0, "no answer in 60 s"), loaded(0), loaded(1),
            ]))
    }

    @Test func everyAnswerStandsInTheReport() throws {
        let report = try Self.journal().report("B1")
        #expect(
            report.jobs.items.map { [$0.device, $0.job, $0.found, $0.refused] } == [
                ["coder", "CARTON-12", "CARTON-11", "the device has another job"],
                ["camera", "READ-12", "", "no answer in 60 s"], ["camera", "READ-12", "READ-12", ""],
                ["coder", "CARTON-12", "CARTON-12", ""],
            ])
        let text = BatchReportText.text(of: report)
        let section = try #require(text.range(of: "RECIPES READ BACK"))
        let rows = text[section.upperBound...].split(separator: "\n").dropFirst(2).prefix(5).joined(
            separator: "\n")
        #expect(rows.contains("CARTON-11") && rows.contains("no answer in 60 s"), "\(text)")
        #expect(BatchReportHTML.page(of: report).contains("Recipes read back"))
        let jobs = try JSONValue.parse(BatchReportJSON.bytes(of: report)).object?
            .first { $0.key == "jobs" }?.value.object
        #expect(jobs?.first { $0.key == "count" }?.value.int64 == 4)
        let first = jobs?.first { $0.key == "listed" }?.value.array?.first?.object ?? []
        #expect(first.map(\.key) == ["at", "device", "job", "found", "loaded", "reason"])
        #expect(first.first { $0.key == "loaded" }?.value == .bool(false))
    }

    @Test func eachAnswerIsARow() throws {
        var table = RecordTable()
        var rows: [String] = []
        for (record, place) in Self.journal().records.all {
            rows.append(String(decoding: try table.take(record, at: place), as: UTF8.self))
        }
        #expect(rows[5].contains(",job.refused,B1,09506000134352,LOT-B1,"))
        #expect(rows[5].contains("\"job CARTON-12 wanted, job CARTON-11 found\""))
        #expect(rows[6].contains(",camera,no answer in 60 s,,job READ-12 wanted"))
        #expect(rows[8].contains(",coder,,,job CARTON-12"))
    }

    /// A record of a job the order does not have is a journal that contradicts itself.
    @Test func onlyJobsOfTheOrderAreProven() throws {
        var journal = Self.journal()
        journal.records.append(.jobLoaded(JobLoaded(batch: "B1", device: "coder", job: "OTHER")))
        #expect(throws: LineEventFault.self) { try journal.report("B1") }
        journal = Self.journal()
        journal.records.append(.jobLoaded(JobLoaded(batch: "B2", device: "coder", job: "CARTON-12")))
        #expect(throws: LineEventFault.self) { try journal.report("B1") }
    }
}
