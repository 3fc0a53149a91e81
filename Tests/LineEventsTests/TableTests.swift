@testable import LineCore
@testable import Simulator
import Testing

@testable import LineEvents

/// Goal: people get a row for each item a record is about, and a spreadsheet that opens them runs nothing.
/// Method: rows of small batches and whole lines, read back by a reader of RFC 4180 written here.
@Suite struct TableTests {
    /// Rows of values; `nil` where a quote, comma or line end is not as RFC 4180 has it.
    static func read(_ bytes: [UInt8]) -> [[String]]? {
        var rows: [[String]] = []
        var row: [String] = []
        var value: [UInt8] = []
        var rest = bytes[...]
        var isQuoted = false
        while let byte = rest.popFirst() {
            switch byte {
            case 0x22 where isQuoted && rest.first == 0x22: value.append(rest.removeFirst())
            case 0x22 where isQuoted:
                isQuoted = false
                guard rest.first == 0x2C || rest.first == 0x0D else { return nil }
            case _ where isQuoted: value.append(byte)
            case 0x22:
                guard value.isEmpty else { return nil }
                isQuoted = true
            case 0x2C, 0x0D:
                row.append(String(decoding: value, as: UTF8.self))
                value = []
                guard byte == 0x0D else { continue }
                guard rest.popFirst() == 0x0A else { return nil }
                rows.append(row)
                row = []
            case 0x0A: return nil
            default: value.append(byte)
            }
        }
        return row.isEmpty && value.isEmpty && !isQuoted ? rows : nil
    }

    /// Serials that passed the gate, whatever became of them.
    private static func passed(_ ledger: JournalLedger) -> [String] {
        let kept = ledger.ended.filter { $0.value == .labelSampled }.keys
        let good = ledger.commissioned.union(ledger.ended.keys).subtracting(ledger.destroyedRejects)
        return good.subtracting(ledger.reintroduced).subtracting(kept).sorted()
    }

    private static func rows(_ records: Records) throws -> [[String: String]] {
        var table = RecordTable()
        var bytes = RecordTable.header
        for (record, place) in records.all { bytes += try table.take(record, at: place) }
        let rows = try #require(read(bytes))
        #expect(
            rows.first == RecordTable.columns && rows.allSatisfy { $0.count == RecordTable.columns.count })
        return rows.dropFirst().map {
            Dictionary(uniqueKeysWithValues: zip(RecordTable.columns, $0)).filter { !$0.value.isEmpty }
        }
    }

    @Test func aRowForEachItem() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(
            .labelSent(LabelSent(sscc: Records.case1, copy: 2, count: 2, reason: "torn", actor: "x")))
        records.append(Records.removed("A", from: Records.case1))
        let rows = try Self.rows(records)
        #expect(rows.count == 1 + 1 + 6 + 2 + 2 + 2 + 2 + 3 + 1 + 1)
        let order = ["batch": "B1", "gtin": "09506000134352", "lot": "LOT-B1"]
        #expect(
            rows[0].merging(order) { $1 } == rows[0] && rows[0]["expiry"] == "2027-12-31"
                && rows[0]["detail"]?.hasPrefix("Testol: 10") == true)
        let known = order.merging(["expiry": "2027-12-31"]) { $1 }
        let passed = known.merging([
            "position": "7", "time": "2026-03-02T07:01:20.250+01:00", "kind": "units.passed", "level": "unit",
            "item": "B", "track": "2",
        ]) { $1 }
        #expect(rows[11] == passed)
        let packed = rows.filter { $0["kind"] == "case.collated" }
        #expect(packed.map { $0["level"] } == ["case", "unit", "unit"])
        #expect(packed.map { $0["parent"] } == [nil, Records.case1, Records.case1])
        #expect(packed.map { $0["item"] } == [Records.case1, "A", "B"])
        let last = try #require(rows.last)
        #expect(
            last["reason"] == "damaged" && last["operator"] == "operator" && last["parent"] == Records.case1)
    }

    /// Every serial and SSCC of a whole line is in the table as often as in its records.
    @Test(arguments: 1...3 as ClosedRange<UInt64>) func wholeLines(seed: UInt64) throws {
        var plan = SimulationPlan(seed: seed, units: 120)
        (plan.faultsPerMillion, plan.crashes, plan.reworks) = (10_000, 2, 12)
        var line = SimulatedLine(plan)
        _ = line.run()
        let records = try Records(line)
        let rows = try Self.rows(records)
        var ledger = JournalLedger()
        for (record, _) in records.all { ledger.take(record) }
        func items(_ kind: String) -> [String] {
            rows.filter { $0["kind"] == kind }.compactMap { $0["item"] }
        }
        #expect(items("units.passed").sorted() == Self.passed(ledger))
        #expect((items("unit.ended") + ledger.destroyedRejects).sorted() == ledger.ended.keys.sorted())
        #expect(Set(items("unit.sent")) == ledger.sent)
        #expect(items("in-doubt.scrapped").sorted() == ledger.scrapped.sorted())
        for level in plan.levels.map(\.level.rawValue) {
            let made = rows.filter { $0["kind"] == "\(level).collated" && $0["level"] == level }
            let wanted = ledger.containers.values.filter { $0.level.rawValue == level }.count
            #expect(made.count == wanted && made.count > 1)
        }
        // In the order of the records, none left out.
        let positions = rows.compactMap { $0["position"].flatMap { UInt64($0) } }
        #expect(positions == positions.sorted() && Set(positions).isSubset(of: records.all.map(\.place.line)))
        let silent = records.all.count - Set(positions).count
        #expect(silent == 0, "\(silent) records without a row")
    }

    /// What a person or a code put into the journal stays text.
    @Test func nothingIsAFormula() throws {
        let evil = [
            "=1+1", "+A", "-2", "@SUM(A1)", "\tx", "\rx", "\u{FF1D}1", "a,b", "say \"hi\"", "two\r\nlines",
        ]
        var records = Records([Records.opened(), Records.started])
        for text in evil {
            records.append(
                .batchHeld(BatchHeld(reason: text, station: text, detail: text, immediate: true, actor: text))
            )
        }
        let rows = try Self.rows(records).dropFirst(2)
        for (row, text) in zip(rows, evil) {
            let isFormula = !["a", "s", "t"].contains(text.first)
            let want = isFormula ? "'" + text : text
            for column in ["reason", "station", "operator", "detail"] { #expect(row[column] == want) }
        }
        #expect(rows.count == evil.count)
    }

    /// Serials may begin with any character of set 82: no item is lost to the apostrophe.
    @Test func serialsThatLookLikeFormulas() throws {
        var records = Records([Records.opened(), Records.started])
        records.append(Records.sent("-1", "+2", "=3"))
        #expect(try Self.rows(records).suffix(3).map { $0["item"] } == ["'-1", "'+2", "'=3"])
    }
}
