import EPCIS
import GS1
import LineCore

/// A part of the report for people, in words; text and HTML only differ in how it looks.
struct ReportSection {
    let title: String
    var blocks: [ReportBlock] = []
}

/// A piece of a section.
enum ReportBlock {
    case sentence(String)
    /// A name and what it is, one a line.
    case facts([(name: String, value: String)])
    case table(ReportTable)
    /// Lines to sign on, by what the signature says.
    case signatureLines([String])
}

/// Rows under names.
struct ReportTable {
    /// Names of the columns; numbers stand to the right.
    let columns: [(name: String, isNumber: Bool)]
    var rows: [[String]]
    /// Rows that were cut off.
    var more = 0

    /// - Parameter columns: Their names with two spaces between; a number sign before one makes it a number.
    init(_ columns: String..., rows: [[String]], more: Int = 0) {
        self.columns = columns.map {
            $0.hasPrefix("#") ? (name: String($0.dropFirst()), isNumber: true) : (name: $0, isNumber: false)
        }
        self.rows = rows
        self.more = more
    }
}

/// Puts a report into words.
struct BatchReportLayout {
    private let report: BatchReport
    private let zone: Int16

    init(_ report: BatchReport) {
        self.report = report
        zone = report.course.opened?.at.offsetMinutes ?? 0
    }

    var title: String { "Batch report \(report.batch.order.batch)" }

    /// What was made, and where.
    var subtitle: String {
        let order = report.batch.order
        let parts = [
            order.product, "GTIN \(order.gtin)", "lot \(order.lot)", "expiry \(report.expiry)",
            "line \(report.source.line)",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// What one has to know at once.
    var verdict: [String] {
        let batch = report.batch
        var lines: [String] = []
        if report.isInterim {
            let hold = batch.hold.map { " (\($0.reason))" } ?? ""
            lines.append("INTERIM: the batch is \(batch.state.rawValue)\(hold). Numbers still change.")
        } else {
            lines.append("CLOSED.")
        }
        for equation in report.equations where !report.isInterim || equation.holds {
            let (name, count) = (equation.left.name, equation.left.count)
            lines.append(
                equation.holds
                    ? "All \(name) accounted for: \(count)."
                    : "\(equation.remainder) of \(count) \(name) are \(equation.rest)."
            )
        }
        return lines
    }

    /// All parts, exceptions first.
    var sections: [ReportSection] {
        [
            exceptions, order, course, reconciliation, rejects, containers, stops, alarms,
            entries("Changeover", report.changeover), recipes, entries("Challenges", report.challenges),
            entries("Sign-ons", report.signOns),
            entries("Hand counts", report.handCounts), versions, source, signatures,
        ].map { section in
            guard section.blocks.isEmpty else { return section }
            return ReportSection(title: section.title, blocks: [.sentence("none recorded")])
        }
    }

    // MARK: Exceptions

    private var exceptions: ReportSection {
        var section = ReportSection(title: "Exceptions")
        let found = report.exceptions
        if !report.source.damage.isEmpty {
            section.add("THE JOURNAL IS DAMAGED: \(report.source.damage)")
        }
        if found.hasWrongCounts {
            section.add(
                "THE COUNTS ARE WRONG: the line kept others than those counted one by one. Report this fault."
            )
        }
        if let closing = report.batch.closing, !closing.deviation.isEmpty || !closing.reason.isEmpty {
            section.add(
                "Closed over what is open by \(closing.actor), deviation \(closing.deviation): "
                    + closing.reason
            )
            for point in closing.open { section.add(point) }
        }
        section.add(
            "Serials without an end (\(found.remainder.count))",
            ReportTable(
                "serial", "state", "rejected last",
                rows: found.remainder.items.map { [$0.serial, $0.state.word, $0.reject] },
                more: found.remainder.more))
        section.add("Good units in no container", found.orphanUnits)
        section.add("Containers in no other", found.orphanContainers)
        section.add("Starts after an unclean stop", uncleanStarts)
        section.add("Journal accepted by a person", table(found.acceptances))
        section.add("Overrides", table(found.overrides))
        section.add(
            "Labels in doubt, proved again since",
            ReportTable(
                "when", "SSCC", rows: found.doubtedLabels.items.map { [time($0.at), $0.sscc] },
                more: found.doubtedLabels.more))
        section.add(
            "Labels printed again",
            ReportTable(
                "when", "SSCC", "#copy", "#units", "reason", "by",
                rows: found.reprints.items.map {
                    [time($0.at), $0.sscc, String($0.copy), String($0.count), $0.reason, $0.actor]
                }, more: found.reprints.more))
        return section
    }

    private var uncleanStarts: ReportTable {
        ReportTable(
            "when", "#silent before",
            rows: report.starts.items.filter(\.isException).map {
                [time($0.at), $0.silentMilliseconds.map(Self.duration) ?? ""]
            })
    }

    // MARK: Order and course

    private var order: ReportSection {
        let order = report.batch.order
        var facts = [("product", order.product)]
        if let words = report.productWords { facts.append(("product data", words)) }
        facts += [
            ("GTIN", order.gtin), ("lot", order.lot), ("expiry", report.expiry),
            ("quantity", String(order.quantity)), ("packing", order.packing.text),
            ("numbers", "units from \(order.unitPool), SSCCs from \(order.ssccPool)"),
        ]
        return ReportSection(title: "Order", blocks: [.facts(facts)])
    }

    private var course: ReportSection {
        var section = ReportSection(title: "Course")
        let steps = report.course.steps.compactMap { name, act in
            act.map { [name, time($0.at), $0.actor] }
        }
        section.blocks.append(.table(ReportTable("step", "when", "by", rows: steps)))
        section.add(
            "Times are of the line's zone, UTC\(TimeZoneOffset(minutes: Int(zone))), unless another stands "
                + "behind them.")
        if let started = report.course.started, let completed = report.course.completed {
            let all = max(0, completed.at.milliseconds - started.at.milliseconds)
            section.add(
                "On the line for \(Self.duration(all)), of which it stood for "
                    + "\(Self.duration(report.stops.milliseconds)).")
        }
        return section
    }

    // MARK: Numbers

    private var reconciliation: ReportSection {
        let batch = report.batch
        var section = ReportSection(title: "Reconciliation")
        for equation in report.equations {
            let terms = (equation.terms + [ReportCount(equation.rest, equation.remainder)])
                .map { "\($0.name) \($0.count)" }
            let end = equation.holds ? "holds" : report.isInterim ? "still open" : "DOES NOT HOLD"
            section.add(
                "\(equation.left.name) \(equation.left.count) = \(terms.joined(separator: " + ")): \(end)")
        }
        let states = SerialState.allCases.filter { $0 != .unallocated && batch.count($0) > 0 }
        section.blocks.append(
            .table(
                ReportTable(
                    "serials by state", "#serials", rows: states.map { [$0.word, String(batch.count($0))] })))
        return section
    }

    private var rejects: ReportSection {
        let batch = report.batch
        var section = ReportSection(title: "Rejects")
        guard batch.rejected > 0 else { return section }
        section.add("\(batch.rejected) units rejected, \(batch.confirmed) of them seen in the chute.")
        if batch.recovered + batch.counted > 0 {
            section.add("\(batch.recovered) recovered from the bin, \(batch.counted) counted as unreadable.")
        }
        section.blocks.append(
            .table(
                ReportTable("reason", "#units", rows: batch.reasons.map { [$0.reason, String($0.count)] })))
        let hours = report.rejectHours.prefix(ReportList<ReportHour>.maxItems)
        let rows = hours.map { hour in
            [
                time(hour.begin, toMinutes: true), String(hour.count),
                hour.reasons.map { "\($0.name) \($0.count)" }.joined(separator: ", "),
            ]
        }
        section.blocks.append(
            .table(
                ReportTable(
                    "hour from", "#units", "reasons", rows: rows, more: report.rejectHours.count - rows.count)
            ))
        return section
    }

    private var containers: ReportSection {
        var section = ReportSection(title: "Containers")
        let rows = report.containers.filter { $0.made > 0 }
        guard !rows.isEmpty else { return section }
        section.blocks.append(
            .table(
                ReportTable(
                    "level", "#made", "#closed", "#not full", "#reprinted", "#items in them",
                    rows: rows.map { level in
                        [
                            level.level.rawValue, String(level.made), String(level.closed),
                            String(level.partial.count), String(level.reprinted), String(level.items),
                        ]
                    })))
        for level in rows {
            section.add(
                "Not full, \(level.level.rawValue) (\(level.partial.count))",
                ReportTable(
                    "SSCC", "#items", rows: level.partial.items.map { [$0.sscc, String($0.count)] },
                    more: level.partial.more))
        }
        return section
    }

    // MARK: What happened

    private var stops: ReportSection {
        var section = ReportSection(title: "Stops")
        guard report.stops.list.count > 0 else { return section }
        section.add(
            "\(report.stops.list.count) stops, \(Self.duration(report.stops.milliseconds)) together.")
        section.blocks.append(
            .table(
                ReportTable(
                    "code", "why", "#stops", "#stood",
                    rows: report.stops.causes.map {
                        [$0.code, $0.text, String($0.count), Self.duration($0.milliseconds)]
                    })))
        let rows = report.stops.list.items.map { stop in
            [
                time(stop.begin), stop.milliseconds.map(Self.duration) ?? "", stop.code,
                [stop.station, stop.detail].filter { !$0.isEmpty }.joined(separator: ": "),
                stop.heldBy, Self.end(of: stop),
            ]
        }
        section.blocks.append(
            .table(
                ReportTable(
                    "from", "#stood", "code", "what", "held by", "ended", rows: rows,
                    more: report.stops.list.more)))
        return section
    }

    private static func end(of stop: ReportStop) -> String {
        let end =
            switch stop.ending {
            case .lasting: "lasts"
            case .resumed: "resumed by \(stop.resumedBy)"
            case .overtaken: "next stop"
            case .completed: "completed"
            case .suspended: "suspended"
            }
        return end + (stop.acknowledged.map { ", acknowledged by \($0.actor)" } ?? "")
    }

    private var alarms: ReportSection {
        var section = ReportSection(title: "Alarms")
        guard report.alarms.count > 0 else { return section }
        let rows = report.alarms.items.map { alarm in
            [
                time(alarm.raised), alarm.code,
                [alarm.station, alarm.text, alarm.detail].filter { !$0.isEmpty }.joined(separator: ": "),
                alarm.acknowledged.map { "\(time($0.at)) \($0.actor)" } ?? "nobody",
                alarm.returned.map { time($0) } ?? "lasts",
            ]
        }
        section.blocks.append(
            .table(
                ReportTable(
                    "raised", "code", "what", "acknowledged", "over", rows: rows, more: report.alarms.more)))
        return section
    }

    /// What the devices were set to, by their own word.
    private var recipes: ReportSection {
        var section = ReportSection(title: "Recipes read back")
        guard report.jobs.count > 0 else { return section }
        let rows = report.jobs.items.map {
            [time($0.at), $0.device, $0.job, $0.found, $0.refused.isEmpty ? "loaded" : $0.refused]
        }
        section.blocks.append(
            .table(
                ReportTable(
                    "when", "device", "job", "read back", "result", rows: rows, more: report.jobs.more)
            ))
        return section
    }

    private func entries(_ title: String, _ list: ReportList<ReportEntry>) -> ReportSection {
        guard list.count > 0 else { return ReportSection(title: title) }
        return ReportSection(title: title, blocks: [.table(table(list))])
    }

    private func table(_ list: ReportList<ReportEntry>) -> ReportTable {
        ReportTable(
            "when", "what", "reason", "by",
            rows: list.items.map { [time($0.at), $0.text, $0.reason, $0.actor] }, more: list.more)
    }

    // MARK: What it rests on

    private var versions: ReportSection {
        guard report.starts.count > 0 else { return ReportSection(title: "Versions") }
        return ReportSection(
            title: "Versions",
            blocks: [
                .table(
                    ReportTable(
                        "start", "version", "configuration (SHA-256)",
                        rows: report.starts.items.map { [time($0.at), $0.version, $0.configuration] },
                        more: report.starts.more))
            ])
    }

    private var source: ReportSection {
        let source = report.source
        var facts = [
            ("line", source.line), ("journal", source.journal),
            ("read", "up to line \(source.lastLine)" + (source.lastTime.map { ", \(time($0))" } ?? "")),
            ("signed by", source.key),
            (
                "the key",
                source.isKeyProven ? "is the one given" : "is the one the journal names; --key proves it"
            ),
        ]
        if source.unsignedLines > 0 {
            facts.append(("left out", "lines not signed yet: \(source.unsignedLines)"))
        }
        return ReportSection(title: "What this report rests on", blocks: [.facts(facts)])
    }

    private var signatures: ReportSection {
        var section = entries("Signatures", report.signatures)
        if section.blocks.isEmpty { section.add("none recorded") }
        section.blocks.append(.signatureLines(["performed by (production)", "reviewed by (quality)"]))
        return section
    }

    // MARK: Words

    /// `2026-03-02 07:01:15`, with the zone behind it where it is not the report's.
    private func time(_ time: EventTime, toMinutes: Bool = false) -> String {
        let clock = time.text.dropFirst(11).prefix(toMinutes ? 5 : 8)
        let zone = time.offsetMinutes == self.zone ? "" : " \(time.text.suffix(6))"
        return "\(time.text.prefix(10)) \(clock)\(zone)"
    }

    /// `7:31:02`: hours, minutes, seconds, rounded down.
    static func duration(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(seconds / 3_600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}

extension ReportSection {
    mutating func add(_ sentence: String) { blocks.append(.sentence(sentence)) }

    /// Adds a table under its name, unless it has no rows.
    mutating func add(_ name: String, _ table: ReportTable) {
        guard !table.rows.isEmpty else { return }
        add("\(name):")
        blocks.append(.table(table))
    }

    /// Adds a list under its name, unless it is empty.
    mutating func add(_ name: String, _ list: ReportList<String>) {
        guard list.count > 0 else { return }
        let cut = list.more > 0 ? " and \(list.more) more" : ""
        add("\(name): \(list.count). \(list.items.joined(separator: " "))\(cut)")
    }
}

extension BatchReport {
    /// Expiry as `2027-12-31`; as it stands in the order where that is no day.
    var expiry: String {
        let year = course.opened.flatMap { Int($0.at.text.prefix(4)) } ?? 2_000
        guard let date = try? GS1Date(yymmdd: batch.order.expiry.utf8, relativeTo: year) else {
            return batch.order.expiry
        }
        return date.iso8601
    }
}
