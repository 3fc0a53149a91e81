@testable import EPCIS
import JournalCore
@testable import LineCore
@testable import Simulator
import Testing

@testable import LineEvents

/// A journal to be folded into a report: records with their places, and the files they name.
struct ReportJournal {
    var records: Records
    var files: [String: SerialTable] = [:]

    init(_ records: Records) { self.records = records }

    /// What a simulated line wrote.
    init(_ line: SimulatedLine) throws {
        records = try Records(line)
        files = line.importedFiles.tables
    }

    /// Batches one after another.
    init(_ history: consuming LineHistory) throws {
        var history = history
        records = Records([])
        while let decision = history.next() {
            if let file = history.newFile { files[file.sha256] = file.table }
            for body in decision {
                let (record, wall) = try #require(try LineRecord.decode(body))
                let line = UInt64(records.all.count + 1)
                records.all.append((record, RecordPlace(line: line, wallMilliseconds: wall, zone: .utc)))
            }
        }
    }

    /// Folds the first `count` records.
    func fold(_ batch: String, first count: Int = .max) throws -> BatchReportFold {
        var fold = BatchReportFold(batch: batch)
        for (record, place) in records.all.prefix(count) {
            if let file = fold.file(neededBy: record) {
                fold.supply(try #require(files[file]), sha256: file)
            }
            try fold.take(record, at: place)
        }
        return fold
    }

    func report(_ batch: String, first count: Int = .max) throws -> BatchReport {
        try #require(try fold(batch, first: count).report(from: Self.source))
    }

    static var source: ReportSource {
        var source = ReportSource()
        (source.line, source.journal, source.key) = ("line-4", Records.journal, "KEY")
        return source
    }
}

extension ReportJournal {
    static let configurations = [
        String(repeating: "c0ffee00", count: 8), String(repeating: "5eed", count: 16),
    ]

    /// A batch in which everything happens once: two cases, one of them not full, on one pallet; two rejects,
    /// one unit taken back by a crash, a reprint, a stop and an alarm; closed over three serials.
    static func small(product: String = "Testol") -> ReportJournal {
        var order = Order()
        (order.batch, order.gtin, order.product) = ("B1", "09506000134352", product)
        (order.lot, order.expiry, order.quantity) = ("LOT-B1", "271231", 10)
        (order.packing[.case], order.packing[.pallet]) = (2, 2)
        (order.unitPool, order.ssccPool) = ("units", "boxes")
        var units = PoolAdded()
        (units.pool, units.kind, units.key) = ("units", "printed", order.gtin)
        (units.prefix, units.first, units.count, units.width) = ("A", 1, 20, 3)
        func start(_ index: Int, clean: Bool) -> LineRecord {
            .lineStarted(
                LineStarted(
                    clean: clean, boot: "b", version: "1.\(index)", configuration: configurations[index]))
        }
        func reject(_ track: UInt64, _ reason: String, _ serial: String = "") -> LineRecord {
            .unitRejected(UnitRejected(track: track, reason: reason, serial: serial))
        }
        let camera = AlarmNamed(alarm: "DEV-201", station: "camera", actor: "operator")
        var records = Records([
            start(0, clean: true), .poolAdded(units),
            .poolAdded(pool: "boxes", key: "39506000"),
            .batchOpened(BatchOpened(order: order, actor: "planner")),
            .alarmRaised(AlarmRaised(alarm: "DEV-201", station: "camera", detail: "not connected")),
            .alarmReturned(AlarmNamed(alarm: "DEV-201", station: "camera")),
            Records.started, .serialsReserved(SerialRange(pool: "units", first: 0, count: 8)),
            .serialsReserved(SerialRange(pool: "boxes", first: 0, count: 4)),
            Records.sent("A001", "A002", "A003", "A004", "A005", "A006"),
            Records.verified(1, "A001"), Records.verified(2, "A002"), Records.passed(1, 2),
            reject(3, "no-read"), reject(4, "wrong-lot", "A003"),
            .rejectConfirmed(Tracks(tracks: [3, 4])),
            .alarmRaised(AlarmRaised(alarm: "DEV-201", station: "camera", detail: "not connected")),
            .batchHeld(
                BatchHeld(
                    reason: "LINE-120", station: "gate", detail: "2 in a row", immediate: true, actor: "")),
            .alarmAcknowledged(camera), .alarmReturned(AlarmNamed(alarm: "DEV-201", station: "camera")),
        ])
        records.append(.batchResumed(BatchResumed(actor: "operator")), after: 61_000)
        records.append(Records.verified(5, "A004"))
        records.append(Records.passed(5))
        records.append(Records.verified(6, "A005"))
        records.append(start(1, clean: false), after: 3_600_000)
        for record: LineRecord in [
            .serialsVoided(SerialRange(pool: "units", first: 6, count: 2)),
            .unitsCleared(Tracks(tracks: [6])),
            .batchHeld(
                BatchHeld(reason: "LINE-101", station: "", detail: "after an unclean stop", immediate: true)),
            .batchResumed(BatchResumed(actor: "operator")), reject(7, "no-read"),
            .rejectConfirmed(Tracks(tracks: [7])),
            Records.collated(Records.case1, ["A001", "A002"]), .label(Records.case1, count: 2),
            Records.closed(Records.case1), .label(Records.case1, copy: 2, count: 2, "torn", "operator"),
            Records.closed(Records.case1), Records.collated(Records.case2, ["A004"]),
            .label(Records.case2, count: 1), Records.closed(Records.case2),
            Records.collated(Records.pallet, [Records.case1, Records.case2], level: .pallet),
            .label(Records.pallet, count: 2), Records.closed(Records.pallet, level: .pallet),
            .batchEnding(BatchEnding(actor: "operator")), .batchCompleted(BatchCompleted(batch: "B1")),
            .inDoubtScrapped(
                InDoubtScrapped(batch: "B1", serials: ["A006"], reason: "label lost", actor: "quality")),
            .batchClosed(
                BatchClosed(
                    batch: "B1", actor: "quality", reason: "bin emptied too early", deviation: "DEV-17",
                    remainder: ["A003", "A005", "A007", "A008"])),
        ] { records.append(record) }
        return ReportJournal(records)
    }
}

extension LineRecord {
    static func poolAdded(pool: String, key: String) -> LineRecord {
        var fact = PoolAdded()
        (fact.pool, fact.kind, fact.key, fact.count) = (pool, "sscc", key, 10)
        return .poolAdded(fact)
    }

    static func label(
        _ sscc: String, copy: Int = 1, count: Int, _ reason: String = "", _ actor: String = ""
    ) -> LineRecord {
        .labelSent(LabelSent(sscc: sscc, copy: copy, count: count, reason: reason, actor: actor))
    }
}
