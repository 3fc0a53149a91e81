@testable import EPCIS
import JSONText
@testable import LineCore
@testable import Simulator
import Testing

@testable import LineEvents

/// Goal: the numbers of a report are what happened. Method: a small batch, number by number; whole lines with
/// faults and crashes and histories of several batches, against ledgers folded by themselves.
@Suite struct ReportFoldTests {
    @Test func theSmallBatch() throws {
        let report = try ReportJournal.small().report("B1")
        #expect(!report.isInterim && report.batch.state == .closed)
        #expect(report.equations[0].left.count == 8 && report.equations[0].remainder == 4)
        #expect(report.equations[1].left.count == 7 && report.equations[1].holds)
        #expect(!report.equations[0].holds && !report.exceptions.hasWrongCounts)
        let remainder = report.exceptions.remainder.items
        #expect(remainder.map(\.serial) == ["A003", "A005", "A007", "A008"])
        #expect(remainder.map(\.state) == [.inDoubt, .inDoubt, .voided, .voided])
        #expect(remainder.map(\.reject) == ["wrong-lot", "", "", ""])
        #expect(
            report.rejectHours.map(\.begin.text) == [
                "2026-03-02T07:00:00.000+01:00", "2026-03-02T08:00:00.000+01:00",
            ])
        #expect(
            report.rejectHours.map { $0.reasons.map(\.name) } == [["no-read", "wrong-lot"], ["no-read"]])
        let (cases, pallets) = (report.containers[0], report.containers[1])
        #expect((cases.made, cases.closed, cases.reprinted, cases.items) == (2, 2, 1, 3))
        #expect(cases.partial.items == [ReportPartial(sscc: Records.case2, count: 1)])
        #expect((pallets.made, pallets.closed, pallets.partial.count, pallets.items) == (1, 1, 0, 2))
        #expect(report.stops.causes.map(\.code) == ["LINE-101", "LINE-120"])
        #expect(report.stops.list.items.map(\.milliseconds) == [63_000, 1_000])
        #expect(report.stops.list.items.map(\.resumedBy) == ["operator", "operator"])
        // The alarm before the batch was started is none of it.
        #expect(report.alarms.items.map(\.acknowledged?.actor) == ["operator"])
        #expect(report.alarms.items.allSatisfy { $0.returned != nil })
        #expect(report.starts.items.map(\.version) == ["1.0", "1.1"])
        #expect(report.starts.items.map(\.isException) == [false, true])
        #expect(report.starts.items[1].silentMilliseconds == 3_600_000)
        #expect(report.exceptions.reprints.items.map(\.reason) == ["torn"])
        #expect(report.exceptions.overrides.items.map(\.text) == ["1 serial in doubt was scrapped"])
        let steps = report.course.steps.compactMap { $0.act?.actor }
        #expect(steps == ["planner", "operator", "operator", "", "quality"])
        // Nothing behind the close is taken.
        var after = ReportJournal.small()
        after.records.append(.lineStarted(LineStarted(clean: false, version: "9.9")))
        #expect(try after.report("B1") == report)
    }

    @Test func anUnknownBatchHasNoReport() throws {
        let fold = try ReportJournal.small().fold("B2")
        #expect(fold.report(from: ReportJournal.source) == nil && fold.batches == ["B1"])
    }

    @Test func contradictionsAreRefused() throws {
        for records: [LineRecord] in [[Records.started], [Records.opened()], [Records.passed(1)]] {
            #expect(throws: LineEventFault.self) {
                _ = try ReportJournal(Records(records)).fold("B1")
            }
        }
    }

    // MARK: Whole lines

    private static let seeds: ClosedRange<UInt64> = 1...10

    private static func line(seed: UInt64) throws -> ReportJournal {
        var plan = SimulationPlan(seed: seed, units: 120)
        (plan.faultsPerMillion, plan.crashes) = (10_000, 3)
        var line = SimulatedLine(plan)
        #expect(line.run().violations == [])
        return try ReportJournal(line)
    }

    /// Counts by the records alone: what is neither in a ledger nor in a state.
    private struct Tally {
        var ledger = JournalLedger()
        var judged: Set<UInt64> = []
        var cleared = 0
        var reprints = 0
        var alarms = 0
        var acts = 0
        var starts = 0
        var unclean = 0
        var remainder: [String] = []
        var orphans: [String] = []
        private var isInHand = false
        private var isStartListed = false
        private var verified: Set<UInt64> = []
        private var scrapped: (place: Int64, reason: String)?

        init(_ records: Records) {
            for (record, place) in records.all {
                ledger.take(record)
                take(record, place.wallMilliseconds)
            }
        }

        private mutating func take(_ record: LineRecord, _ wall: Int64) {
            switch record {
            case .unitVerified(let fact):
                judged.insert(fact.track)
                verified.insert(fact.track)
            case .unitRejected(let fact): judged.insert(fact.track)
            case .unitDiverted(let fact): verified.remove(fact.track)
            case .unitsCleared(let fact): cleared += verified.intersection(fact.tracks).count
            case .labelSent(let fact): reprints += fact.copy > 1 ? 1 : 0
            case .alarmRaised: alarms += 1
            case .itemRemoved, .itemAdded, .containerDissolved, .unitEnded, .contentReset, .rejectRecovered,
                .rejectsCounted, .unitTakenOut, .unitBroughtBack, .packingOverridden:
                acts += 1
            case .inDoubtScrapped(let fact):
                if scrapped == nil || scrapped?.place != wall { acts += 1 }
                scrapped = (wall, fact.reason)
            case .handCounted(let fact): acts += fact.count == fact.known ? 0 : 1
            case .challengeJudged(let fact): acts += fact.withstood ? 0 : 1
            case .lineStarted(let fact):
                // The start that the batch is put on the line under counts as well.
                if isInHand {
                    starts += 1
                    unclean += fact.clean ? 0 : 1
                }
                isStartListed = isInHand
                (remainder, orphans) = ([], [])
            case .batchStarted:
                isInHand = true
                if !isStartListed { starts += 1 }
                isStartListed = true
            case .batchSuspended, .setUpEnded: isInHand = false
            case .remainderListed(let fact): remainder += fact.serials
            case .orphansListed(let fact): orphans += fact.serials + fact.ssccs
            case .batchClosed(let fact): remainder += fact.remainder
            default: break
            }
        }
    }

    @Test(arguments: seeds) func wholeLines(seed: UInt64) throws {
        let journal = try Self.line(seed: seed)
        let report = try journal.report("SIM-1")
        let tally = Tally(journal.records)
        let ledger = tally.ledger
        #expect(!report.isInterim && !report.exceptions.hasWrongCounts)
        #expect(report.batch.count(.commissioned) == ledger.commissioned.count)
        #expect(
            report.batch.count(.labelScrapped) + report.batch.count(.invalid) == ledger.scrapped.count)
        #expect(report.batch.tracked == tally.judged.count && report.equations[1].holds)
        // Who reworks on a simulated line ends good units, and rejects of the bin. One that comes back from
        // there has not passed.
        let kept = ledger.ended.filter { $0.value == .labelSampled }.keys
        let good = ledger.commissioned.union(ledger.ended.keys).subtracting(ledger.destroyedRejects)
            .subtracting(kept)
        #expect(report.batch.passed == good.subtracting(ledger.reintroduced).count)
        #expect(report.batch.recovered == ledger.recovered && report.batch.counted == ledger.counted)
        #expect(report.batch.cleared == tally.cleared)
        #expect(report.batch.rejected == ledger.rejected && report.batch.confirmed == ledger.confirmed)
        #expect(report.equations[0].remainder == tally.remainder.count)
        #expect(report.exceptions.remainder.items.map(\.serial) == tally.remainder)
        #expect(
            report.exceptions.orphanUnits.items + report.exceptions.orphanContainers.items == tally.orphans)
        #expect(report.rejectHours.reduce(0) { $0 + $1.count } == ledger.rejected)
        #expect(report.containers.count > 1)
        for level in report.containers {
            let held = ledger.containers(of: level.level)
            #expect(level.made == held.count && level.closed == held.filter(\.content.isClosed).count)
            #expect(level.items == held.reduce(0) { $0 + $1.content.children.count })
            let full = report.batch.order.packing[level.level]
            let partial = held.filter { $0.content.children.count < full }.map(\.sscc)
            #expect(full > 1 && level.partial.items.map(\.sscc).sorted() == partial)
        }
        #expect(report.containers[0].made > 5)
        let holds = Dictionary(uniqueKeysWithValues: report.stops.causes.map { ($0.code, $0.count) })
        #expect(holds == ledger.holds)
        let sum = report.stops.list.items.reduce(0) { $0 + ($1.milliseconds ?? 0) }
        #expect(report.stops.milliseconds == sum)
        #expect(report.exceptions.reprints.count == tally.reprints)
        #expect(report.exceptions.overrides.count == tally.acts)
        #expect(report.starts.count == tally.starts)
        #expect(report.starts.items.filter(\.isException).count == tally.unclean)
    }

    /// Every kind of exception is met by some seed: else the comparisons above compare nothing with nothing.
    @Test func everyExceptionIsMet() throws {
        var met: [String: Int] = [:]
        for seed in Self.seeds {
            let report = try Self.line(seed: seed).report("SIM-1")
            let found = report.exceptions
            met["reprints", default: 0] += found.reprints.count
            met["overrides", default: 0] += found.overrides.count
            met["doubted", default: 0] += found.doubtedLabels.count
            met["unclean", default: 0] += report.starts.items.filter(\.isException).count
            met["stops", default: 0] += report.stops.list.count
            met["rejects", default: 0] += report.batch.rejected
            met["partial", default: 0] += report.containers[0].partial.count
        }
        for name in ["reprints", "overrides", "doubted", "unclean", "stops", "rejects", "partial"] {
            #expect(met[name, default: 0] > 2, "\(name): \(met)")
        }
    }

    /// A report in the middle says that it is one, and counts what was until then.
    @Test(arguments: seeds) func interimReports(seed: UInt64) throws {
        let journal = try Self.line(seed: seed)
        var random = SeededRandom(seed: seed, purpose: 0xBA7C, subject: 0)
        let opened = try #require(
            journal.records.all.firstIndex {
                if case .batchOpened = $0.record { true } else { false }
            })
        for _ in 0..<12 {
            let count = opened + 1 + random.below(journal.records.all.count - opened - 1)
            let report = try journal.report("SIM-1", first: count)
            var part = journal
            part.records.all = Array(journal.records.all.prefix(count))
            let tally = Tally(part.records)
            #expect(report.isInterim == tally.ledger.closedBatches.isEmpty)
            #expect(report.batch.count(.commissioned) == tally.ledger.commissioned.count)
            #expect(report.batch.rejected == tally.ledger.rejected && !report.exceptions.hasWrongCounts)
            #expect(
                report.containers[0].made == tally.ledger.containers(of: report.containers[0].level).count)
            if report.batch.state == .completed {
                #expect(report.exceptions.remainder.count == report.batch.remainder)
            }
            let text = BatchReportText.text(of: report)
            #expect(text.contains("INTERIM") == report.isInterim)
        }
    }

    /// Batches one after another, from files that leave memory: each report is of its own batch alone.
    @Test(arguments: [false, true]) func batchesAreKeptApart(isImported: Bool) throws {
        var plan = LineHistory.Plan()
        (plan.openUnits, plan.closedUnits, plan.recordsBefore) = (157, 400, 2_000)
        (plan.unitsPerCase, plan.casesPerPallet, plan.isImported, plan.seed) = (5, 3, isImported, 7)
        plan.reworksPerThousand = 200
        let journal = try ReportJournal(LineHistory(plan))
        let tally = Tally(journal.records)
        let names = try journal.fold("none").batches
        #expect(names.count > 2)
        var (commissioned, rejected, cases, reprints, items) = (0, 0, 0, 0, 0)
        for name in names {
            let fold = try journal.fold(name)
            let report = try #require(fold.report(from: ReportJournal.source))
            #expect(report.isInterim == (name == names.last))
            commissioned += report.batch.count(.commissioned)
            rejected += report.batch.rejected
            cases += report.containers[0].made
            reprints += report.exceptions.reprints.count
            #expect(report.rejectHours.reduce(0) { $0 + $1.count } == report.batch.rejected)
            fold.visitSerials { serial, reject in
                items += 1
                #expect(tally.ledger.commissioned.contains(serial.serial) == (serial.state == .commissioned))
                #expect((reject == "") == (serial.state == .commissioned || serial.state == .allocated))
            }
        }
        #expect(commissioned == tally.ledger.commissioned.count && rejected == tally.ledger.rejected)
        #expect(cases == tally.ledger.containers(of: .case).count && reprints == tally.reprints)
        #expect(items == tally.ledger.sent.count && items > 500)
    }

    // MARK: Time and limits

    /// Hours are those of the line's clock, also where it is set back in autumn and where zones are no whole
    /// hours.
    @Test func hoursOfTheLine() throws {
        var journal = ReportJournal.small()
        func hours(_ zones: [(Int64, Int)]) throws -> [String] {
            var rejects = 0
            for index in journal.records.all.indices {
                guard case .unitRejected = journal.records.all[index].record else { continue }
                let (wall, minutes) = zones[rejects % zones.count]
                journal.records.all[index].place.wallMilliseconds = wall
                journal.records.all[index].place.zone = TimeZoneOffset(minutes: minutes)
                rejects += 1
            }
            return try journal.report("B1").rejectHours.map { "\($0.begin.text) \($0.count)" }
        }
        // 2026-10-25, 00:59:59 and 01:00:00 UTC: both are between two and three o'clock in Berlin.
        let turn: Int64 = 1_792_890_000_000
        #expect(
            try hours([(turn - 1, 120), (turn, 60), (turn + 1_800_000, 60)]) == [
                "2026-10-25T02:00:00.000+02:00 1", "2026-10-25T02:00:00.000+01:00 2",
            ])
        #expect(try hours([(turn, -210)]) == ["2026-10-24T21:00:00.000-03:30 3"])
        #expect(try hours([(turn + 1_799_999, 330)]) == ["2026-10-25T06:00:00.000+05:30 3"])
        #expect(try hours([(-1, 0)]) == ["1969-12-31T23:00:00.000+00:00 3"])
        // Clocks that no clock shows do no harm.
        #expect(try hours([(.min, -840), (.max, 840)]).count == 2)
    }

    /// A list is cut, and says how much is missing.
    @Test func longListsAreCut() throws {
        var journal = ReportJournal.small()
        let reprint = try #require(
            journal.records.all.firstIndex {
                if case .labelSent(let fact) = $0.record { fact.copy > 1 } else { false }
            })
        let again = journal.records.all[reprint]
        journal.records.all.insert(contentsOf: Array(repeating: again, count: 1_200), at: reprint)
        let report = try journal.report("B1")
        #expect(report.exceptions.reprints.count == 1_201 && report.exceptions.reprints.items.count == 1_000)
        #expect(BatchReportText.text(of: report).contains("... and 201 more"))
        #expect(BatchReportHTML.page(of: report).contains("... and 201 more"))
        #expect(String(decoding: BatchReportJSON.bytes(of: report), as: UTF8.self).contains(#""count":1201"#))
    }

    /// Orphans are those the close ends with: a list that a crash cut short is made anew.
    @Test func orphansAreListedOnce() throws {
        var journal = ReportJournal.small()
        let last = journal.records.all.removeLast().record
        guard case .batchClosed(var closed) = last else { return #expect(Bool(false), "\(last)") }
        closed.orphans = 2
        let listed = LineRecord.orphansListed(OrphansListed(batch: "B1", serials: ["A001"]))
        for record: LineRecord in [
            listed, .lineStarted(LineStarted(clean: false)), listed,
            .orphansListed(OrphansListed(batch: "B1", ssccs: [Records.case1])), .batchClosed(closed),
        ] { journal.records.append(record) }
        let found = try journal.report("B1").exceptions
        #expect(found.orphanUnits.items == ["A001"] && found.orphanContainers.items == [Records.case1])
    }

    /// Who was signed on while the batch was in hand, and what was signed about it: nothing of other batches,
    /// nor of operators, nor of a close that a crash cut short.
    @Test func peopleStandInTheReportOfTheirBatch() throws {
        func on(_ name: String, _ role: Role, _ terminal: String, failed: Int = 0) -> LineRecord {
            .operatorSignedOn(OperatorSignedOn(actor: name, role: role, terminal: terminal, failed: failed))
        }
        func off(_ name: String, _ terminal: String, _ why: String) -> LineRecord {
            .operatorSignedOff(OperatorSignedOff(actor: name, terminal: terminal, reason: why))
        }
        func signed(_ name: String, _ meaning: String, _ act: String, _ subject: String = "") -> LineRecord {
            .actSigned(
                ActSigned(actor: name, role: .quality, meaning: meaning, act: act, subject: subject))
        }
        let small = ReportJournal.small()
        var journal = ReportJournal(Records([]))
        for (record, _) in small.records.all {
            let before: [LineRecord]
            var own = record
            switch record {
            case .batchOpened(var fact):
                fact.awaitsRelease = true
                own = .batchOpened(fact)
                before = [
                    on("Eve", .operator, "desk"), off("Eve", "desk", "idle"), on("Ann", .operator, "desk"),
                ]
            case .batchStarted:
                before = [
                    on("Quinn", .quality, "lab"), signed("Quinn", "reviewed by", "release a batch", "B1"),
                    .batchReleased(BatchReleased(batch: "B1", actor: "Quinn")), off("Quinn", "lab", "asked"),
                ]
            case .batchEnding:
                before = [
                    on("Quinn", .quality, "lab", failed: 2),
                    .operatorLocked(OperatorLocked(actor: "", terminal: "gate", tries: 5, minutes: 15)),
                    signed("Ann", "handed over by", "hand the shift over"),
                    signed("Bob", "taken over by", "hand the shift over"),
                    .shiftHandedOver(
                        ShiftHandedOver(actor: "Ann", successor: "Bob", terminal: "desk", note: "bin full")),
                    off("Ann", "desk", "handed over"), on("Bob", .operator, "desk"),
                    signed("Ada", "performed by", "add an operator", "Al"),
                    .operatorAdded(OperatorAdded(person: "Al", role: .operator, actor: "Ada")),
                ]
            case .inDoubtScrapped: before = [signed("Quinn", "performed by", "scrap what is in doubt", "B1")]
            case .batchClosed:
                before = [
                    signed("Quinn", "performed by", "close a batch", "cut short"),
                    .remainderListed(RemainderListed(batch: "B1", serials: ["A003"])),
                    .lineStarted(LineStarted(clean: false)), off("Quinn", "lab", "restart"),
                    off("Bob", "desk", "restart"), on("Quinn", .quality, "lab"),
                    signed("Quinn", "performed by", "close a batch", "B1"),
                    .remainderListed(RemainderListed(batch: "B1", serials: ["A003"])),
                ]
            default: before = []
            }
            for record in before + [own] { journal.records.append(record) }
        }
        let report = try journal.report("B1")
        #expect(report.course.released?.actor == "Quinn")
        #expect(
            report.signatures.items.map(\.text) == [
                "reviewed by Quinn (quality): release a batch B1",
                "handed over by Ann (quality): hand the shift over",
                "taken over by Bob (quality): hand the shift over",
                "performed by Quinn (quality): scrap what is in doubt B1",
                "performed by Quinn (quality): close a batch B1",
            ])
        #expect(report.signatures.items.map(\.actor) == ["Quinn", "Ann", "Bob", "Quinn", "Quinn"])
        #expect(
            report.signOns.items.map { "\($0.actor): \($0.text) \($0.reason)" } == [
                "Ann: signed on at desk as operator ",
                "Quinn: signed on at lab as quality, after 2 wrong PINs ",
                ": locked at gate for 15 min, after 5 wrong badges ",
                "Ann: handed over to Bob at desk bin full",
                "Ann: signed off at desk handed over", "Bob: signed on at desk as operator ",
                "Quinn: signed off at lab restart", "Bob: signed off at desk restart",
                "Quinn: signed on at lab as quality ",
            ])
        let text = BatchReportText.text(of: report)
        #expect(text.contains("reviewed by Quinn (quality): release") && text.contains("released"))
        let json = try JSONValue.parse(BatchReportJSON.bytes(of: report))
        #expect(json["signatures"]?["count"]?.int64 == 5 && json["signOns"]?["count"]?.int64 == 9)
        #expect(json["course"]?["released"]?["by"]?.string == "Quinn")
    }

    /// On lines where people sign on every release and close is signed, and somebody was there.
    @Test func signaturesOfWholeLines() throws {
        for seed: UInt64 in 1...6 {
            var plan = SimulationPlan(seed: seed, units: 80)
            (plan.signsOn, plan.reworks) = (true, 6)
            var line = SimulatedLine(plan)
            #expect(line.run().violations == [])
            let journal = try ReportJournal(line)
            let report = try journal.report("SIM-1")
            let texts = report.signatures.items.map(\.text)
            #expect(texts.contains { $0.hasSuffix("release a batch SIM-1") }, "\(seed)")
            #expect(texts.contains { $0.hasSuffix("close a batch SIM-1") }, "\(seed)")
            #expect(report.signOns.count > 0 && report.course.released != nil)
            // None is lost: beside them there are only those about operators.
            let all = journal.records.all.compactMap {
                if case .actSigned(let fact) = $0.record { fact.act } else { nil }
            }
            #expect(texts.count == all.filter { !$0.hasSuffix("an operator") }.count, "\(seed)")
        }
    }

    /// Stops that overlap are not counted twice, and one that lasts counts nothing yet.
    @Test func stopsFollowEachOther() throws {
        func held(_ code: String) -> LineRecord {
            .batchHeld(BatchHeld(reason: code, station: "s", detail: "", immediate: false, actor: "x"))
        }
        var journal = ReportJournal.small()
        let resumed = try #require(
            journal.records.all.firstIndex {
                if case .batchResumed = $0.record { true } else { false }
            })
        journal.records.all = Array(journal.records.all[..<resumed])
        journal.records.append(held("LINE-129"), after: 10_000)
        journal.records.append(held("LINE-120"), after: 20_000)
        let report = try journal.report("B1")
        #expect(report.stops.list.items.map(\.ending) == [.overtaken, .overtaken, .lasting])
        #expect(report.stops.list.items.map(\.milliseconds) == [12_000, 20_000, nil])
        #expect(report.stops.causes.map(\.count) == [2, 1] && report.stops.milliseconds == 32_000)
        // Every stop is an alarm: it may be acknowledged while it lasts, and when it is over.
        journal.records.append(
            .alarmAcknowledged(AlarmNamed(alarm: "LINE-129", station: "s", actor: "z")), after: 0)
        journal.records.append(
            .alarmAcknowledged(AlarmNamed(alarm: "LINE-120", station: "s", actor: "y")), after: 0)
        let seen = try journal.report("B1")
        #expect(seen.stops.list.items.map(\.acknowledged?.actor) == [nil, "z", "y"])
        #expect(BatchReportText.text(of: seen).contains("acknowledged by z"))
        // A clock that was set back makes no stop negative.
        journal.records.append(.batchResumed(BatchResumed(actor: "y")), after: -50_000)
        #expect(try journal.report("B1").stops.list.items.last?.milliseconds == 0)
    }
}

@Suite struct ReportTimeTests {
    /// Goal: a clock that was set to and fro lets no sum of stops run over.
    @Test func sumsOfStopsStayInTheirRange() {
        var stops = ReportStops()
        stops.causes = ["LINE-100", "LINE-101"].map { ReportCause(code: $0, count: 1, milliseconds: .max) }
        #expect(stops.milliseconds == .max)
        stops.causes = [1, 2].map { ReportCause(code: "LINE-100", count: 1, milliseconds: $0) }
        #expect(stops.milliseconds == 3)
    }
}
