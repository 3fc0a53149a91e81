import EPCIS
import GS1
import LineCore

/// Makes rows for people of a journal's records: one for each item that a record is about, one for a record
/// that is about none.
///
/// CSV as in RFC 4180 with a header. In memory is the ``LineContext`` alone.
package struct RecordTable {
    /// The columns, in order. Times are of the line's zone; `item` is a serial or an SSCC, `parent` the SSCC
    /// of the container it is, was or will be in.
    package static let columns = [
        "position", "time", "kind", "batch", "gtin", "lot", "expiry", "level", "item", "parent", "track",
        "station", "reason", "operator", "detail",
    ]

    private var context = LineContext()
    private var text = CSVText()

    package init() {}

    /// The line of column names.
    package static var header: [UInt8] {
        var text = CSVText()
        text.row(columns)
        return text.take()
    }

    /// Takes the next record.
    ///
    /// - Returns: Its rows as bytes, each with its line end.
    /// - Throws: ``LineEventFault`` where the record contradicts those before it; nothing more can be taken.
    package mutating func take(
        _ record: LineRecord, at place: RecordPlace
    ) throws(LineEventFault) -> [UInt8] {
        let rows = try rows(record)
        // Most records are told by what was before them; a batch that begins is told by its own.
        if case .batchOpened = record {
            try context.apply(record, at: place)
            for row in rows { write(row, of: record, at: place) }
        } else {
            for row in rows { write(row, of: record, at: place) }
            try context.apply(record, at: place)
        }
        return text.take()
    }

    private mutating func write(_ row: Row, of record: LineRecord, at place: RecordPlace) {
        let order = context.runs[row.batch]?.order
        let time = EventTime(milliseconds: place.wallMilliseconds, zone: place.zone)
        let expiry = context.runs[row.batch]?.expiry ?? ""
        text.row([
            String(place.line), time.text, record.kindWord, row.batch, order?.gtin ?? "", order?.lot ?? "",
            expiry, row.level, row.item, row.parent, row.track.map { String($0) } ?? "", row.station,
            row.reason, row.actor, row.detail,
        ])
    }

    /// What a record says of one item, or of none.
    private struct Row {
        var batch = ""
        var level = ""
        var item = ""
        var parent = ""
        var track: UInt64?
        var station = ""
        var reason = ""
        var actor = ""
        var detail = ""
    }

    private func rows(_ record: LineRecord) throws(LineEventFault) -> [Row] {
        switch record {
        case .batchOpened, .batchStarted, .batchHeld, .batchResumed, .batchEnding, .batchCompleted,
            .remainderListed, .orphansListed, .batchReleased, .batchClosed:
            batchRows(record)
        case .setUpEnded, .firstArticleShown, .firstArticleJudged, .challengeJudged, .challengesDue,
            .batchSuspended, .containerParked, .lineCleared, .jobLoaded, .jobRefused, .handCounted,
            .packingOverridden:
            [changeoverRow(record)]
        case .unitSent, .unitVerified, .unitRejected, .unitsPassed, .unitDiverted, .unitsCleared,
            .rejectConfirmed, .inDoubtScrapped, .unitEnded, .rejectRecovered, .rejectsCounted, .unitTakenOut,
            .unitBroughtBack, .unitLinked:
            try unitRows(record)
        case .containerOpened, .collated, .labelSent, .labelsDoubted, .containerClosed, .contentReset,
            .itemRemoved, .itemAdded,
            .containerDissolved, .itemShipped:
            try containerRows(record)
        case .lineStarted, .lineStopped, .poolAdded, .productDefined, .labelDefined, .serialsReserved,
            .serialsVoided, .serialsReturned,
            .serialsKilled, .alarmRaised, .alarmAcknowledged, .alarmReturned, .journalAccepted,
            .snapshotWritten:
            [lineRow(record)]
        case .operatorSignedOn, .operatorSignedOff, .operatorLocked, .operatorAdded, .operatorChanged,
            .actSigned, .shiftHandedOver:
            [personRow(record)]
        }
    }

    /// Records that are about the line, its numbers and alarms.
    private func lineRow(_ record: LineRecord) -> Row {
        switch record {
        case .lineStarted(let fact):
            Row(detail: "\(fact.clean ? "after an orderly stop" : "after no orderly stop"), \(fact.version)")
        case .lineStopped(let fact): Row(reason: fact.reason)
        case .poolAdded(let fact):
            Row(actor: fact.actor, detail: "pool \(fact.pool): \(fact.count) \(fact.kind) of \(fact.key)")
        case .productDefined(let fact):
            Row(
                actor: fact.actor,
                detail: ([
                    "product \(fact.product.gtin) version \(fact.version): \(fact.product.name)",
                    fact.product.packing.text, fact.product.market,
                ]).filter { !$0.isEmpty }.joined(separator: ", "))
        case .labelDefined(let fact):
            Row(
                actor: fact.actor,
                detail: "label \(fact.name) version \(fact.version): \(fact.text.utf8.count) bytes, "
                    + "SHA-256 \(fact.sha256)")
        case .serialsReserved(let range), .serialsVoided(let range), .serialsReturned(let range),
            .serialsKilled(let range):
            Row(
                batch: context.running ?? "",
                detail: "pool \(range.pool): \(range.count) from position \(range.first)")
        case .alarmRaised(let fact): Row(station: fact.station, reason: fact.alarm, detail: fact.detail)
        case .alarmAcknowledged(let fact), .alarmReturned(let fact):
            Row(station: fact.station, reason: fact.alarm, actor: fact.actor)
        case .journalAccepted(let fact):
            Row(
                reason: fact.reason, actor: fact.actor,
                detail: "\(fact.lines) lines behind line \(fact.after), by \(fact.account)")
        case .snapshotWritten(let fact): Row(detail: "behind line \(fact.line)")
        default: Row()
        }
    }

    /// Records that are about people. Where they did it stands as the station.
    private func personRow(_ record: LineRecord) -> Row {
        switch record {
        case .operatorSignedOn(let fact):
            let failed = fact.failed > 0 ? ", after \(fact.failed) wrong secrets" : ""
            return Row(station: fact.terminal, actor: fact.actor, detail: fact.role.rawValue + failed)
        case .operatorSignedOff(let fact):
            return Row(station: fact.terminal, reason: fact.reason, actor: fact.actor)
        case .operatorLocked(let fact):
            return Row(
                station: fact.terminal, actor: fact.actor,
                detail: "\(fact.tries) wrong secrets, locked for \(fact.minutes) min")
        case .operatorAdded(let fact):
            let until = fact.until.isEmpty ? "" : ", until \(fact.until)"
            return Row(actor: fact.actor, detail: "\(fact.person): \(fact.role.rawValue)\(until)")
        case .operatorChanged(let fact):
            return Row(reason: fact.reason, actor: fact.actor, detail: "\(fact.person): \(fact.change)")
        case .actSigned(let fact):
            return Row(station: fact.terminal, actor: fact.actor, detail: fact.words)
        case .shiftHandedOver(let fact):
            let seen = ["\(fact.passed) passed, \(fact.rejected) rejected"] + fact.stations + fact.alarms
            return Row(
                batch: fact.batch, station: fact.terminal, reason: fact.note, actor: fact.actor,
                detail: "to \(fact.successor); " + seen.joined(separator: "; "))
        default: return Row()
        }
    }

    private func batchRows(_ record: LineRecord) -> [Row] {
        let running = context.running ?? ""
        switch record {
        case .batchOpened(let fact):
            let order = fact.order
            return [
                Row(
                    batch: order.batch, actor: fact.actor,
                    detail: ([
                        "\(order.product): \(order.quantity)", order.packing.text,
                        fact.productVersion > 0 ? "product version \(fact.productVersion)" : "",
                    ] + fact.labels.map(\.words) + fact.weights.words).filter { !$0.isEmpty }.joined(
                        separator: ", "))
            ]
        case .batchStarted(let fact):
            return [Row(batch: fact.batch, actor: fact.actor, detail: fact.setUp ? "set-up" : "")]
        case .batchReleased(let fact): return [Row(batch: fact.batch, actor: fact.actor)]
        case .batchHeld(let fact):
            return [
                Row(
                    batch: running, station: fact.station, reason: fact.reason, actor: fact.actor,
                    detail: fact.detail)
            ]
        case .batchResumed(let fact): return [Row(batch: running, actor: fact.actor)]
        case .batchEnding(let fact):
            return [
                Row(batch: running, actor: fact.actor, detail: fact.suspends ? "to be suspended" : "")
            ]
        case .batchCompleted(let fact): return [Row(batch: fact.batch)]
        case .remainderListed(let fact):
            return fact.serials.map { Row(batch: fact.batch, level: Self.unit, item: $0) }
        case .orphansListed(let fact):
            return fact.serials.map { Row(batch: fact.batch, level: Self.unit, item: $0) }
                + fact.ssccs.map { sscc in
                    let level = (try? content(sscc))?.level.rawValue ?? ""
                    return Row(batch: fact.batch, level: level, item: sscc)
                }
        case .batchClosed(let fact):
            let last = Row(
                batch: fact.batch, reason: fact.reason, actor: fact.actor, detail: fact.deviation)
            return fact.remainder.map { Row(batch: fact.batch, level: Self.unit, item: $0) } + [last]
        default: return []
        }
    }

    /// Records of what stands between one batch and the next.
    private func changeoverRow(_ record: LineRecord) -> Row {
        switch record {
        case .setUpEnded(let fact): Row(batch: fact.batch)
        case .firstArticleShown(let fact):
            Row(batch: fact.batch, level: Self.unit, item: fact.serial, track: fact.track)
        case .firstArticleJudged(let fact):
            Row(
                batch: fact.batch, level: Self.unit, item: fact.serial, reason: fact.reason,
                actor: fact.actor, detail: (fact.approved ? "approved" : "refused") + Self.with(fact.second))
        case .challengeJudged(let fact):
            Row(
                batch: fact.batch, track: fact.track, reason: fact.reason, actor: fact.actor,
                detail: "\(fact.challenge): \(fact.withstood ? "withstood" : "NOT WITHSTOOD")")
        case .challengesDue(let fact): Row(batch: fact.batch)
        case .batchSuspended(let fact): Row(batch: fact.batch)
        case .containerParked(let fact):
            Row(batch: fact.batch, station: fact.station, detail: fact.items.joined(separator: " "))
        case .lineCleared(let fact):
            Row(
                batch: fact.batch, actor: fact.actor,
                detail: fact.points.joined(separator: ", ")
                    + "; \(fact.rejects) rejects, \(fact.found) of them found" + Self.with(fact.second))
        case .jobLoaded(let fact):
            Row(batch: fact.batch, station: fact.device, detail: "job \(fact.job)")
        case .jobRefused(let fact):
            Row(
                batch: fact.batch, station: fact.device, reason: fact.reason,
                detail: "job \(fact.job) wanted"
                    + (fact.found.isEmpty ? "" : ", job \(fact.found) found"))
        case .packingOverridden(let fact):
            Row(
                batch: fact.batch, station: fact.station, reason: fact.reason, actor: fact.actor,
                detail: fact.byHand ? "packs by hand" : "packs with its own readers")
        case .handCounted(let fact):
            Row(
                batch: fact.batch, actor: fact.actor,
                detail: "\(fact.what): \(fact.count) counted, \(fact.known) known")
        default: Row()
        }
    }

    private static func with(_ second: String) -> String { second.isEmpty ? "" : ", with \(second)" }

    private static let unit = "unit"

    private func unitRows(_ record: LineRecord) throws(LineEventFault) -> [Row] {
        let running = context.running ?? ""
        switch record {
        case .unitSent(let fact):
            return fact.serials.map { Row(batch: running, level: Self.unit, item: $0) }
        case .unitVerified(let fact):
            return [Row(batch: running, level: Self.unit, item: fact.serial, track: fact.track)]
        case .unitRejected(let fact):
            return [
                Row(
                    batch: running, level: Self.unit, item: fact.serial, track: fact.track,
                    reason: fact.reason)
            ]
        case .unitDiverted(let fact):
            var row = row(of: fact.track)
            row.reason = fact.reason
            return [row]
        case .unitsPassed(let fact), .unitsCleared(let fact), .rejectConfirmed(let fact):
            return fact.tracks.map(row)
        case .inDoubtScrapped(let fact):
            return fact.serials.map {
                Row(batch: fact.batch, level: Self.unit, item: $0, reason: fact.reason, actor: fact.actor)
            }
        case .rejectRecovered(let fact):
            return [
                Row(
                    batch: fact.batch, level: Self.unit, item: fact.serial, reason: fact.reason,
                    actor: fact.actor, detail: fact.end)
            ]
        case .rejectsCounted(let fact):
            let isLess = fact.takenBack > 0
            return [
                Row(
                    batch: fact.batch, reason: fact.reason, actor: fact.actor,
                    detail: isLess ? "\(fact.takenBack) rejects taken back" : "\(fact.count) rejects")
            ]
        case .unitLinked(let fact):
            return [
                Row(
                    batch: fact.batch, level: Self.unit, item: fact.serial,
                    detail: "helper code \(fact.helper)")
            ]
        case .unitTakenOut(let fact):
            return [
                Row(
                    batch: fact.batch, level: Self.unit, item: fact.serial, reason: fact.reason,
                    actor: fact.actor)
            ]
        case .unitBroughtBack(let fact):
            return [Row(batch: fact.batch, level: Self.unit, item: fact.serial, actor: fact.actor)]
        case .unitEnded(let fact):
            return [
                Row(
                    batch: fact.batch, level: Self.unit, item: fact.serial, reason: fact.reason,
                    actor: fact.actor, detail: fact.end)
            ]
        default: return []
        }
    }

    /// Of a rejected unit only the track is known.
    private func row(of track: UInt64) -> Row {
        let unit = context.tracks[track]
        return Row(
            batch: unit?.batch ?? context.running ?? "", level: Self.unit, item: unit?.serial ?? "",
            track: track)
    }

    private func containerRows(_ record: LineRecord) throws(LineEventFault) -> [Row] {
        switch record {
        case .containerOpened(let fact):
            return [
                Row(batch: fact.batch, level: fact.level.rawValue, item: fact.sscc, station: fact.station)
            ]
        case .collated(let fact):
            return try packed(
                fact.children, into: fact.sscc, fact.level,
                Row(
                    batch: fact.batch, station: fact.station,
                    actor: fact.actor.isEmpty ? fact.packer : fact.actor,
                    detail: "\(fact.children.count) items"))
        case .labelSent(let fact):
            var row = try container(fact.sscc)
            (row.reason, row.actor) = (fact.reason, fact.actor)
            row.detail = "label \(fact.copy), count \(fact.count)"
            if !fact.old.isEmpty { row.detail += ", the old one \(fact.old)" }
            return [row]
        case .labelsDoubted(let fact):
            var rows: [Row] = []
            for sscc in fact.ssccs { rows.append(try container(sscc)) }
            return rows
        case .containerClosed(let fact):
            var row = try container(fact.sscc)
            if fact.milligrams > 0 { row.detail = "\(Grams.text(fact.milligrams)) g" }
            return [row]
        case .contentReset(let fact):
            let content = try content(fact.sscc)
            return try packed(
                fact.children, into: fact.sscc, content.level,
                Row(batch: content.batch, actor: fact.actor, detail: "\(fact.children.count) items"))
        case .itemRemoved(let fact):
            let content = try content(fact.sscc)
            return [
                Row(
                    batch: content.batch, level: try level(in: content), item: fact.item,
                    parent: fact.sscc, reason: fact.reason, actor: fact.actor)
            ]
        case .itemAdded(let fact):
            let content = try content(fact.sscc)
            return [
                Row(
                    batch: content.batch, level: try level(in: content), item: fact.item,
                    parent: fact.sscc, reason: fact.reason, actor: fact.actor)
            ]
        case .itemShipped(let fact):
            var row = try container(fact.sscc)
            (row.actor, row.detail) = (fact.actor, fact.reference)
            return [row]
        case .containerDissolved(let fact):
            var row = try container(fact.sscc)
            (row.reason, row.actor) = (fact.reason, fact.actor)
            return [row]
        default: return []
        }
    }

    /// The container, then each item in it.
    private func packed(
        _ items: [String], into sscc: String, _ level: PackLevel, _ first: Row
    ) throws(LineEventFault) -> [Row] {
        var container = first
        (container.level, container.item) = (level.rawValue, sscc)
        var child = first
        (child.level, child.parent, child.detail) = (try self.level(in: (first.batch, level)), sscc, "")
        return [container]
            + items.map { item in
                child.item = item
                return child
            }
    }

    /// What the items in a container are.
    private func level(in container: (batch: String, level: PackLevel)) throws(LineEventFault) -> String {
        try context.run(container.batch).order.packing.content(of: container.level)?.rawValue ?? Self.unit
    }

    private func content(_ sscc: String) throws(LineEventFault) -> (batch: String, level: PackLevel) {
        let content = try context.content(of: try LineContext.sscc(sscc).number)
        return (content.batch, content.level)
    }

    private func container(_ sscc: String) throws(LineEventFault) -> Row {
        let content = try content(sscc)
        return Row(batch: content.batch, level: content.level.rawValue, item: sscc)
    }
}
