import Foundation
import FoundationXML
import JSONText
@testable import LineCore
@testable import Simulator
import Testing

@testable import LineEvents

/// Goal: people and programs get what the report says, and nothing in a journal can make it something else.
/// Method: one small batch as a whole text; every form of it, also with markup, formulas and control
/// characters where a journal has words, read back by an independent reader.
@Suite struct ReportOutputTests {
    private static let evil = "<script>alert('1')</script> & \"Testol\" \u{1B}[2J\u{202E}\u{FFFF}]]>"

    @Test func theSmallBatchAsText() throws {
        let text = BatchReportText.text(of: try ReportJournal.small().report("B1"))
        #expect(text == Self.golden, "\(text)")
    }

    @Test func noLineIsWiderThanThePage() throws {
        var plan = SimulationPlan(seed: 3, units: 120)
        (plan.faultsPerMillion, plan.crashes) = (10_000, 3)
        var line = SimulatedLine(plan)
        #expect(line.run().violations == [])
        let long = [String(repeating: "Testol ", count: 60), String(repeating: "x", count: 400), Self.evil]
        let reports =
            try [ReportJournal(line).report("SIM-1")]
            + long.map { text in
                var journal = ReportJournal.small(product: text)
                for (index, entry) in journal.records.all.enumerated() {
                    switch entry.record {
                    case .batchHeld(var fact):
                        (fact.detail, fact.station, fact.actor) = (text, text, text)
                        journal.records.all[index].record = .batchHeld(fact)
                    case .labelSent(var fact):
                        (fact.reason, fact.actor) = (text, text)
                        journal.records.all[index].record = .labelSent(fact)
                    default: break
                    }
                }
                return try journal.report("B1")
            }
        for report in reports {
            for line in BatchReportText.text(of: report).split(separator: "\n") {
                #expect(line.count <= BatchReportText.maxColumns, "\(line)")
                #expect(line.unicodeScalars.allSatisfy(\.isPlain) && line.last != " ", "\(line)")
            }
        }
    }

    // MARK: HTML

    /// What an XML parser makes of a page: its elements, its attributes, its text.
    private final class Page: NSObject, XMLParserDelegate {
        var elements: [String: Int] = [:]
        var attributes: Set<String> = []
        var text = ""
        var isWellFormed = false

        init(_ page: String) {
            super.init()
            let parser = XMLParser(data: Data(page.utf8))
            parser.delegate = self
            isWellFormed = parser.parse()
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            elements[name, default: 0] += 1
            self.attributes.formUnion(attributes.keys)
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test func thePageIsWellFormedAndAlone() throws {
        for product in ["Testol", Self.evil] {
            let page = Page(BatchReportHTML.page(of: try ReportJournal.small(product: product).report("B1")))
            #expect(page.isWellFormed)
            let names: Set = [
                "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "table",
                "thead",
                "tbody", "tr", "th", "td",
            ]
            #expect(Set(page.elements.keys) == names)
            // Nothing that could fetch or run anything.
            #expect(
                page.attributes == ["charset", "class", "colspan", "content", "http-equiv", "lang", "xmlns"])
            #expect(!page.text.contains("url(") && !page.text.contains("@import"))
            #expect(page.text.contains("@page") && page.elements["h2"] == 16)
            for part in ["DEV-17", "performed by (production)", "reviewed by (quality)", "A003", "torn"] {
                #expect(page.text.contains(part), "\(part)")
            }
        }
        #expect(!Page("<p>&</p>").isWellFormed)
    }

    /// A product's name is data: it reads as it is, whatever it looks like.
    @Test func markupInAProductNameIsText() throws {
        let source = BatchReportHTML.page(of: try ReportJournal.small(product: Self.evil).report("B1"))
        #expect(!source.contains("<script"))
        let text = Page(source).text
        #expect(text.contains("<script>alert('1')</script> & \"Testol\" \\u{1B}[2J\\u{202E}\u{FFFD}]]>"))
    }

    // MARK: JSON and CSV

    private static func keys(_ value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { keys, member in
                keys.insert(member.key)
                keys.formUnion(Self.keys(member.value))
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(Self.keys($1)) }
        case .string, .number, .bool, .null: []
        }
    }

    @Test func everyMemberIsDocumented() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appendingPathComponent("docs/batch-report.md"), encoding: .utf8)
        let words = Set(page.split { !$0.isLetter }.map(String.init))
        var journal = ReportJournal.small()
        let listed = OrphansListed(batch: "B1", serials: ["A001"], ssccs: [Records.case1])
        journal.records.all.insert(
            (.orphansListed(listed), journal.records.all.last?.place ?? journal.records.all[0].place),
            at: journal.records.all.count - 1)
        guard case .batchClosed(var closed) = journal.records.all.removeLast().record else { return }
        closed.orphans = 2
        journal.records.append(.batchClosed(closed))
        var report = try journal.report("B1")
        let entry = try #require(report.exceptions.overrides.items.first)
        report.challenges.append(entry)
        report.exceptions.acceptances.append(entry)
        report.exceptions.doubtedLabels.append(ReportDoubt(at: entry.at, sscc: "1"))
        let json = try JSONValue.parse(BatchReportJSON.bytes(of: report))
        let keys = Self.keys(json)
        #expect(keys.count > 70)
        #expect(keys.subtracting(words) == [])
    }

    @Test func programsGetNumbers() throws {
        let report = try ReportJournal.small(product: Self.evil).report("B1")
        let json = try JSONValue.parse(BatchReportJSON.bytes(of: report))
        #expect(json["batch"]?.string == "B1" && json["interim"]?.bool == false)
        #expect(json["order"]?["product"]?.string == Self.evil)
        #expect(json["order"]?["expiry"]?.string == "2027-12-31")
        let equations = json["reconciliation"]?["equations"]?.array ?? []
        #expect(equations.map { $0["count"]?.int64 } == [8, 7])
        #expect(equations.map { $0["remainder"]?.int64 } == [4, 0])
        #expect(equations.map { $0["holds"]?.bool } == [false, true])
        #expect(json["exceptions"]?["deviation"]?["number"]?.string == "DEV-17")
        #expect(json["exceptions"]?["remainder"]?["count"]?.int64 == 4)
        #expect(json["stops"]?["milliseconds"]?.int64 == 64_000)
        #expect(json["course"]?["closed"]?["by"]?.string == "quality")
        #expect(json["challenges"]?["count"]?.int64 == 0 && json["alarms"]?["count"]?.int64 == 1)
    }

    @Test func everyItemIsARow() throws {
        var bytes: [UInt8] = []
        BatchReportCSV.write(try ReportJournal.small().fold("B1")) { bytes += $0 }
        let rows = try #require(TableTests.read(bytes))
        #expect(rows.first == BatchReportCSV.columns)
        #expect(
            rows.dropFirst().map { $0.joined(separator: " ") } == [
                "unit A001 commissioned \(Records.case1)   ", "unit A002 commissioned \(Records.case1)   ",
                "unit A003 in doubt    wrong-lot", "unit A004 commissioned \(Records.case2)   ",
                "unit A005 in doubt    ", "unit A006 label scrapped    ", "unit A007 voided    ",
                "unit A008 voided    ", "case \(Records.case1) closed \(Records.pallet) 2 2 ",
                "case \(Records.case2) closed \(Records.pallet) 1 1 ",
                "pallet \(Records.pallet) closed  2 1 ",
            ])
    }

    /// The rows of a whole line are what its ledger holds.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func rowsOfWholeLines(seed: UInt64) throws {
        var plan = SimulationPlan(seed: seed, units: 120)
        (plan.faultsPerMillion, plan.crashes) = (10_000, 3)
        var line = SimulatedLine(plan)
        #expect(line.run().violations == [])
        let journal = try ReportJournal(line)
        var ledger = JournalLedger()
        for (record, _) in journal.records.all { ledger.take(record) }
        var bytes: [UInt8] = []
        BatchReportCSV.write(try journal.fold("SIM-1")) { bytes += $0 }
        let rows = try #require(TableTests.read(bytes)).dropFirst()
        #expect(Set(rows.filter { $0[2] == "commissioned" }.map { $0[1] }) == ledger.commissioned)
        for level in PackLevel.allCases {
            let containers = ledger.containers(of: level)
            let shown = rows.filter { $0[0] == level.rawValue }
            #expect(
                shown.filter { $0[2] != "dissolved" }.map { $0[1] }.sorted() == containers.map(\.sscc))
            #expect(
                Set(shown.filter { $0[2] == "dissolved" }.map { $0[1] })
                    == Set(ledger.containers.filter { $0.value.isDissolved && $0.value.level == level }.keys))
            for (sscc, content) in containers {
                #expect(rows.filter { $0[3] == sscc }.map { $0[1] }.sorted() == content.children.sorted())
            }
        }
    }

    private static let golden = """
        Batch report B1
        ===============
        Testol, GTIN 09506000134352, lot LOT-B1, expiry 2027-12-31, line line-4
        CLOSED.
        4 of 8 issued serials are without an end.
        All tracked units accounted for: 7.

        EXCEPTIONS
          Closed over what is open by quality, deviation DEV-17: bin emptied too early
          Serials without an end (4):
          serial  state     rejected last
          ------  -----     -------------
          A003    in doubt  wrong-lot
          A005    in doubt
          A007    voided
          A008    voided

          Starts after an unclean stop:
          when                 silent before
          ----                 -------------
          2026-03-02 08:02:38        1:00:00

          Overrides:
          when                 what                            reason      by
          ----                 ----                            ------      --
          2026-03-02 08:02:58  1 serial in doubt was scrapped  label lost  quality

          Labels printed again:
          when                 SSCC                copy  units  reason  by
          ----                 ----                ----  -----  ------  --
          2026-03-02 08:02:48  395060000000000016     2      2  torn    operator

        ORDER
          product   Testol
          GTIN      09506000134352
          lot       LOT-B1
          expiry    2027-12-31
          quantity  10
          packing   2 units a case, 2 cases a pallet
          numbers   units from units, SSCCs from boxes

        COURSE
          step       when                 by
          ----       ----                 --
          opened     2026-03-02 07:01:18  planner
          started    2026-03-02 07:01:21  operator
          ending     2026-03-02 08:02:56  operator
          completed  2026-03-02 08:02:57
          closed     2026-03-02 08:02:59  quality

          Times are of the line's zone, UTC+01:00, unless another stands behind them.
          On the line for 1:01:36, of which it stood for 0:01:04.

        RECONCILIATION
          issued serials 8 = commissioned 3 + sampled 0 + inactive 0 + destroyed 0 + label sampled 0 + label
          scrapped 1 + invalid 0 + returned 0 + without an end 4: DOES NOT HOLD
          tracked units 7 = passed 3 + rejected 3 + cleared 1 + without a disposition 0: holds
          serials by state  serials
          ----------------  -------
          commissioned            3
          in doubt                2
          voided                  2
          label scrapped          1

        REJECTS
          3 units rejected, 3 of them seen in the chute.
          reason     units
          ------     -----
          no-read        2
          wrong-lot      1

          hour from         units  reasons
          ---------         -----  -------
          2026-03-02 07:00      2  no-read 1, wrong-lot 1
          2026-03-02 08:00      1  no-read 1

        CONTAINERS
          level   made  closed  not full  reprinted  items in them
          -----   ----  ------  --------  ---------  -------------
          case       2       2         1          1              3
          pallet     1       1         0          0              2

          Not full, case (1):
          SSCC                items
          ----                -----
          395060000000000023      1

        STOPS
          2 stops, 0:01:04 together.
          code      why                                                          stops    stood
          ----      ---                                                          -----    -----
          LINE-101  the controller was started while this batch was on the line      1  0:00:01
          LINE-120  too many units in a row were rejected                            1  0:01:03

          from                   stood  code      what                   held by  ended
          ----                   -----  ----      ----                   -------  -----
          2026-03-02 07:01:32  0:01:03  LINE-120  gate: 2 in a row                resumed by operator
          2026-03-02 08:02:41  0:00:01  LINE-101  after an unclean stop           resumed by operator

        ALARMS
          raised               code     what                        acknowledged         over
          ------               ----     ----                        ------------         ----
          2026-03-02 07:01:31  DEV-201  camera: a device is         2026-03-02 07:01:33  2026-03-02 07:01:34
                                        missing or reports a        operator
                                        fault: not connected

        CHANGEOVER
          none recorded

        RECIPES READ BACK
          none recorded

        CHALLENGES
          none recorded

        SIGN-ONS
          none recorded

        HAND COUNTS
          none recorded

        VERSIONS
          start                version  configuration (SHA-256)
          -----                -------  -----------------------
          2026-03-02 07:01:15  1.0      c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00
          2026-03-02 08:02:38  1.1      5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed

        WHAT THIS REPORT RESTS ON
          line       line-4
          journal    00112233445566778899aabbccddeeff
          read       up to line 47, 2026-03-02 08:02:59
          signed by  KEY
          the key    is the one the journal names; --key proves it

        SIGNATURES
          none recorded

          performed by (production)

          name ____________________________  date ______________  signature ______________________________

          reviewed by (quality)

          name ____________________________  date ______________  signature ______________________________

        """
}
