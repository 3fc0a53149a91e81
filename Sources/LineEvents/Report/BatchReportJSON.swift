import EPCIS
import JSONText
import LineCore

/// The report as one JSON object for programs. `docs/batch-report.md` explains every member.
package enum BatchReportJSON {
    /// The object, without a line end.
    package static func bytes(of report: BatchReport) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("batch", report.batch.order.batch)
        writer.member("state", report.batch.state.rawValue)
        writer.member("interim", report.isInterim)
        writer.source(report.source)
        writer.order(report)
        writer.course(report.course)
        writer.exceptions(report)
        writer.reconciliation(report)
        writer.rejects(report)
        writer.containers(report.containers)
        writer.stops(report.stops)
        writer.list("alarms", report.alarms) { $0.alarm($1) }
        writer.list("changeover", report.changeover) { $0.entry($1) }
        writer.list("jobs", report.jobs) { $0.job($1) }
        writer.list("challenges", report.challenges) { $0.entry($1) }
        writer.list("signOns", report.signOns) { $0.entry($1) }
        writer.list("handCounts", report.handCounts) { $0.entry($1) }
        writer.list("starts", report.starts) { $0.start($1) }
        writer.list("signatures", report.signatures) { $0.entry($1) }
        writer.endObject()
        return writer.take()
    }
}

extension JSONWriter {
    fileprivate mutating func source(_ source: ReportSource) {
        beginObject("source")
        member("line", source.line)
        member("journal", source.journal)
        member("key", source.key)
        member("keyProven", source.isKeyProven)
        member("lastLine", source.lastLine)
        time("lastTime", source.lastTime)
        member("unsignedLines", source.unsignedLines)
        member("damage", source.damage)
        endObject()
    }

    fileprivate mutating func order(_ report: BatchReport) {
        let order = report.batch.order
        beginObject("order")
        member("gtin", order.gtin)
        member("product", order.product)
        member("productVersion", report.batch.productVersion)
        member("lot", order.lot)
        member("expiry", report.expiry)
        member("quantity", order.quantity)
        member("itemsPerBundle", order.packing[.bundle])
        member("itemsPerCase", order.packing[.case])
        member("itemsPerShipper", order.packing[.shipper])
        member("itemsPerPallet", order.packing[.pallet])
        member("unitPool", order.unitPool)
        member("ssccPool", order.ssccPool)
        beginArray("labels")
        for use in report.batch.labels {
            beginObject()
            member("level", use.level.rawValue)
            member("name", use.name)
            member("version", use.version)
            endObject()
        }
        endArray()
        endObject()
    }

    fileprivate mutating func course(_ course: ReportCourse) {
        beginObject("course")
        for (name, act) in course.steps { self.act(name, act) }
        endObject()
    }

    // MARK: Exceptions

    fileprivate mutating func exceptions(_ report: BatchReport) {
        let found = report.exceptions
        beginObject("exceptions")
        member("countsWrong", found.hasWrongCounts)
        if let closing = report.batch.closing, !closing.deviation.isEmpty || !closing.reason.isEmpty {
            beginObject("deviation")
            member("number", closing.deviation)
            member("reason", closing.reason)
            member("by", closing.actor)
            member("open", .array(closing.open.map { .string($0) }))
            endObject()
        } else {
            nullMember("deviation")
        }
        list("remainder", found.remainder) { writer, serial in
            writer.member("serial", serial.serial)
            writer.member("state", serial.state.word)
            writer.member("reject", serial.reject)
        }
        list("orphanUnits", found.orphanUnits) { $0.member("serial", $1) }
        list("orphanContainers", found.orphanContainers) { $0.member("sscc", $1) }
        list("acceptances", found.acceptances) { $0.entry($1) }
        list("overrides", found.overrides) { $0.entry($1) }
        list("doubtedLabels", found.doubtedLabels) { writer, doubt in
            writer.time("at", doubt.at)
            writer.member("sscc", doubt.sscc)
        }
        list("reprints", found.reprints) { writer, reprint in
            writer.time("at", reprint.at)
            writer.member("sscc", reprint.sscc)
            writer.member("copy", reprint.copy)
            writer.member("items", reprint.count)
            writer.member("reason", reprint.reason)
            writer.member("by", reprint.actor)
        }
        endObject()
    }

    // MARK: Numbers

    fileprivate mutating func reconciliation(_ report: BatchReport) {
        beginObject("reconciliation")
        beginArray("equations")
        for equation in report.equations {
            beginObject()
            member("left", equation.left.name)
            member("count", equation.left.count)
            counts("terms", equation.terms, named: "name")
            member("remainder", equation.remainder)
            member("holds", equation.holds)
            endObject()
        }
        endArray()
        let states = SerialState.allCases.filter { $0 != .unallocated }
        counts("serials", states.map { ReportCount($0.word, report.batch.count($0)) }, named: "state")
        endObject()
    }

    fileprivate mutating func rejects(_ report: BatchReport) {
        beginObject("rejects")
        member("units", report.batch.rejected)
        member("confirmed", report.batch.confirmed)
        member("recovered", report.batch.recovered)
        member("counted", report.batch.counted)
        let reasons = report.batch.reasons.map { ReportCount($0.reason, $0.count) }
        counts("byReason", reasons, named: "reason")
        beginArray("byHour")
        for hour in report.rejectHours {
            beginObject()
            time("from", hour.begin)
            member("units", hour.count)
            counts("byReason", hour.reasons, named: "reason")
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func counts(_ key: String, _ counts: [ReportCount], named name: String) {
        beginArray(key)
        for count in counts {
            beginObject()
            member(name, count.name)
            member("count", count.count)
            endObject()
        }
        endArray()
    }

    fileprivate mutating func containers(_ levels: [ReportContainers]) {
        beginArray("containers")
        for level in levels {
            beginObject()
            member("level", level.level.rawValue)
            member("made", level.made)
            member("closed", level.closed)
            list("notFull", level.partial) { writer, partial in
                writer.member("sscc", partial.sscc)
                writer.member("items", partial.count)
            }
            member("reprinted", level.reprinted)
            member("items", level.items)
            endObject()
        }
        endArray()
    }

    // MARK: What happened

    fileprivate mutating func stops(_ stops: ReportStops) {
        beginObject("stops")
        member("milliseconds", stops.milliseconds)
        beginArray("byCause")
        for cause in stops.causes {
            beginObject()
            member("code", cause.code)
            member("text", cause.text)
            member("count", cause.count)
            member("milliseconds", cause.milliseconds)
            endObject()
        }
        endArray()
        list("all", stops.list) { writer, stop in
            writer.time("from", stop.begin)
            writer.time("to", stop.end)
            writer.member("milliseconds", stop.milliseconds)
            writer.member("code", stop.code)
            writer.member("text", stop.text)
            writer.member("station", stop.station)
            writer.member("detail", stop.detail)
            writer.member("immediate", stop.isImmediate)
            writer.member("heldBy", stop.heldBy)
            writer.member("ending", stop.ending.rawValue)
            writer.member("resumedBy", stop.resumedBy)
            writer.act("acknowledged", stop.acknowledged)
        }
        endObject()
    }

    fileprivate mutating func alarm(_ alarm: ReportAlarm) {
        time("raised", alarm.raised)
        member("code", alarm.code)
        member("text", alarm.text)
        member("station", alarm.station)
        member("detail", alarm.detail)
        act("acknowledged", alarm.acknowledged)
        time("returned", alarm.returned)
    }

    fileprivate mutating func job(_ job: ReportJob) {
        time("at", job.at)
        member("device", job.device)
        member("job", job.job)
        member("found", job.found)
        member("loaded", job.refused.isEmpty)
        member("reason", job.refused)
    }

    fileprivate mutating func start(_ start: ReportStart) {
        time("at", start.at)
        member("clean", start.isClean)
        member("within", start.isWithin)
        member("silentMilliseconds", start.silentMilliseconds)
        member("version", start.version)
        member("configuration", start.configuration)
    }

    // MARK: Parts

    fileprivate mutating func entry(_ entry: ReportEntry) {
        time("at", entry.at)
        member("text", entry.text)
        member("reason", entry.reason)
        member("by", entry.actor)
    }

    private mutating func act(_ key: String, _ act: ReportAct?) {
        guard let act else { return nullMember(key) }
        beginObject(key)
        time("at", act.at)
        member("by", act.actor)
        endObject()
    }

    fileprivate mutating func time(_ key: String, _ time: EventTime?) {
        guard let time else { return nullMember(key) }
        member(key, time.text)
    }

    private mutating func member(_ key: String, _ value: Int64?) {
        guard let value else { return nullMember(key) }
        member(key, value)
    }

    /// A list with the count of all its elements, of which the last ones may be cut off.
    fileprivate mutating func list<Element>(
        _ key: String, _ list: ReportList<Element>, _ members: (inout JSONWriter, Element) -> Void
    ) {
        beginObject(key)
        member("count", list.count)
        beginArray("listed")
        for element in list.items {
            beginObject()
            members(&self, element)
            endObject()
        }
        endArray()
        endObject()
    }
}
