import EPCIS
import GS1
import LineCore

/// Makes EPCIS events of a journal's records, in their order.
///
/// An identity is commissioned before anything else is said of it, and every level of packing is an event of
/// its own. The same records give the same events with the same IDs, wherever the reading of the journal
/// ends: an event is made when nothing that follows can change it.
///
/// In memory are, beside the ``LineContext``, the units commissioned since the last event (at most
/// ``maxGroup`` and those of one record) and the contents of containers whose label was not read back.
/// Pure: the shell gives records, time and zone.
package struct LineEventFold {
    /// As many units, or with the last record's some more, make one event.
    ///
    /// Changing this number or the next changes which facts share an event, and so the IDs.
    static let maxGroup = 1_000
    /// Units whose records lie further apart do not share an event.
    static let maxGroupMilliseconds: UInt64 = 60_000

    private let ids: EventIDs
    let settings: EventSettings
    private(set) var context = LineContext()
    private var group: CommissionedGroup?
    /// Containers that were collated and never closed, by SSCC.
    var unlabelled: [UInt64: Collated] = [:]
    private var lastLine: UInt64 = 0
    private var ordinal = 0

    /// Units that were commissioned one after another, of one batch.
    private struct CommissionedGroup {
        let batch: String
        let firstMilliseconds: Int64
        var epcs: [EPCURI] = []
        var last: RecordPlace
    }

    /// - Parameter journal: Identity of the journal, 32 hexadecimal digits.
    package init(journal: String, settings: EventSettings) {
        ids = EventIDs(journal: journal)
        self.settings = settings
    }

    /// Units that are commissioned and whose event waits for what follows.
    package var waitingUnits: Int { group?.epcs.count ?? 0 }

    /// Takes the next record.
    ///
    /// - Returns: The events that are complete now, in order.
    /// - Throws: ``LineEventFault`` where the record contradicts those before it; nothing more can be taken.
    package mutating func take(
        _ record: LineRecord, at place: RecordPlace
    ) throws(LineEventFault) -> [Event] {
        var events: [Event] = []
        switch record {
        case .unitsPassed(let fact): try commission(fact.tracks, at: place, into: &events)
        case .unitRejected(let fact): try reject(fact, at: place, into: &events)
        case .unitDiverted(let fact):
            let unit = try context.unit(fact.track)
            try add(rejected: unit.serial, of: unit.batch, at: place, into: &events)
        case .inDoubtScrapped(let fact): try scrap(fact, at: place, into: &events)
        // Nothing is in it, and nobody has read its label.
        case .containerOpened(let fact):
            unlabelled[try LineContext.sscc(fact.sscc).number] = Collated(empty: fact)
        case .collated(let fact): unlabelled[try LineContext.sscc(fact.sscc).number] = fact
        case .containerClosed(let fact): try close(fact, at: place, into: &events)
        case .contentReset(let fact): try reset(fact, at: place, into: &events)
        case .itemRemoved(let fact): try remove(fact, at: place, into: &events)
        case .itemAdded(let fact): try put(fact, at: place, into: &events)
        case .containerDissolved(let fact): try dissolve(fact, at: place, into: &events)
        case .unitEnded(let fact): try end(fact, at: place, into: &events)
        case .itemShipped(let fact): try ship(fact, at: place, into: &events)
        case .rejectRecovered(let fact): try recover(fact, at: place, into: &events)
        case .lineStarted, .lineStopped, .batchHeld, .batchCompleted, .batchSuspended, .batchClosed:
            flush(into: &events)
        case .poolAdded, .productDefined, .labelDefined, .batchOpened, .batchStarted, .batchResumed,
            .batchEnding, .remainderListed,
            .orphansListed, .serialsReserved, .serialsVoided, .serialsReturned, .unitSent, .unitVerified,
            .unitsCleared, .unitLinked,
            .rejectConfirmed, .rejectsCounted, .unitTakenOut, .unitBroughtBack, .labelSent, .labelsDoubted,
            .alarmRaised, .alarmAcknowledged, .alarmReturned,
            .setUpEnded, .firstArticleShown, .firstArticleJudged, .challengeJudged, .challengesDue,
            .containerParked, .lineCleared, .jobLoaded, .jobRefused, .handCounted, .packingOverridden,
            .serialsKilled,
            .batchReleased, .operatorSignedOn, .operatorSignedOff,
            .operatorLocked, .operatorAdded, .operatorChanged, .actSigned, .shiftHandedOver,
            .journalAccepted, .snapshotWritten:
            break
        }
        try context.apply(record, at: place)
        return events
    }

    /// - Parameter station: Of a container; units are judged, and items taken out, at the line's read point.
    func setting(_ term: EventTerm, _ place: RecordPlace, station: String? = nil) -> EventSetting {
        EventSetting(
            milliseconds: place.wallMilliseconds, zone: place.zone, bizStep: term.bizStep,
            disposition: term.disposition, readPoint: settings.readPoint(of: station),
            bizLocation: settings.location?.uri)
    }

    /// Adds an event behind those that are complete, with its ID and its production order.
    mutating func add(_ event: Event, of batch: String, line: UInt64, into events: inout [Event]) {
        var event = event
        ordinal = line == lastLine ? ordinal + 1 : 0
        lastLine = line
        event.eventID = ids.id(line: line, ordinal: ordinal)
        if let location = settings.location {
            let order = PlainURI(document: batch, of: location.gln)
            event.bizTransactionList = [BizTransaction(.productionOrder, order)]
        }
        events.append(event)
    }
}

// MARK: - Units

extension LineEventFold {
    private mutating func commission(
        _ tracks: [UInt64], at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        for track in tracks {
            let unit = try context.unit(track)
            if let group, group.batch != unit.batch || !Self.areNear(group, place) { flush(into: &events) }
            let epc = try LineContext.epc(ofUnit: unit.serial, of: try context.run(unit.batch))
            if group == nil {
                group = CommissionedGroup(
                    batch: unit.batch, firstMilliseconds: place.wallMilliseconds, last: place)
            }
            group?.epcs.append(epc)
            group?.last = place
        }
        if waitingUnits >= Self.maxGroup { flush(into: &events) }
    }

    private static func areNear(_ group: CommissionedGroup, _ place: RecordPlace) -> Bool {
        let (apart, overflow) = place.wallMilliseconds.subtractingReportingOverflow(group.firstMilliseconds)
        return !overflow && apart.magnitude <= maxGroupMilliseconds
    }

    /// The units commissioned so far become an event; its place is that of the last of them.
    mutating func flush(into events: inout [Event]) {
        guard let group, let run = context.runs[group.batch] else { return }
        self.group = nil
        let event = Event.objectsAdded(
            group.epcs, ilmd: Event.ilmd(lot: run.order.lot, expiry: run.expiry),
            setting(settings.terms[.commissioned], group.last))
        add(event, of: group.batch, line: group.last.line, into: &events)
    }

    /// A serial that was sent and not seen before is this unit's. Any other may be on a second unit as well,
    /// of which nothing shall be said.
    private mutating func reject(
        _ fact: UnitRejected, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let batch = try context.runningBatch()
        guard try context.run(batch).unseen.contains(fact.serial) else { return }
        try add(rejected: fact.serial, of: batch, at: place, into: &events)
    }

    private mutating func add(
        rejected serial: String, of batch: String, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let epc = try LineContext.epc(ofUnit: serial, of: try context.run(batch))
        flush(into: &events)
        let event = Event.objects(
            .observe, [epc], setting(settings.terms[.rejected], place))
        add(event, of: batch, line: place.line, into: &events)
    }

    private mutating func scrap(
        _ fact: InDoubtScrapped, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let run = try context.run(fact.batch)
        guard !fact.serials.isEmpty else { return }
        var epcs: [EPCURI] = []
        for serial in fact.serials { epcs.append(try LineContext.epc(ofUnit: serial, of: run)) }
        flush(into: &events)
        let event = Event.objects(
            .delete, epcs, setting(settings.terms[.scrapped], place))
        add(event, of: fact.batch, line: place.line, into: &events)
    }
}

// MARK: - Containers

extension LineEventFold {
    /// The label was read back: now the SSCC is on the container, and its content is known.
    private mutating func close(
        _ fact: ContainerClosed, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let sscc = try LineContext.sscc(fact.sscc)
        // A label printed again was read: nothing new.
        guard let content = unlabelled.removeValue(forKey: sscc.number) else {
            return _ = try context.content(of: sscc.number)
        }
        flush(into: &events)
        let labelled = setting(settings.terms[.labelled], place, station: content.station)
        add(
            Event.objectsAdded([EPCURI(sscc)], labelled), of: content.batch, line: place.line, into: &events)
        try pack(
            content.children, into: sscc, (content.batch, content.level), at: place,
            station: content.station, &events)
    }

    private mutating func pack(
        _ items: [String], into sscc: SSCC, _ container: (batch: String, level: PackLevel),
        at place: RecordPlace, station: String?, _ events: inout [Event]
    ) throws(LineEventFault) {
        guard !items.isEmpty else { return }
        let run = try context.run(container.batch)
        var children: [EPCURI] = []
        for item in items {
            children.append(try LineContext.epc(item, in: container.level, of: run))
        }
        let event = Event.aggregation(
            .add, parent: EPCURI(sscc), children: children,
            setting(settings.terms[.packed], place, station: station))
        add(event, of: container.batch, line: place.line, into: &events)
    }

    /// A container was read again, from empty: it was emptied and packed.
    private mutating func reset(
        _ fact: ContentReset, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let sscc = try LineContext.sscc(fact.sscc)
        guard unlabelled[sscc.number] == nil else {
            unlabelled[sscc.number]?.children = fact.children
            return
        }
        let before = try context.content(of: sscc.number)
        flush(into: &events)
        if before.count > 0 {
            let event = Event.aggregation(
                .delete, parent: EPCURI(sscc), children: [],
                setting(settings.terms[.removed], place))
            add(event, of: before.batch, line: place.line, into: &events)
        }
        try pack(fact.children, into: sscc, (before.batch, before.level), at: place, station: nil, &events)
    }

    private mutating func remove(
        _ fact: ItemRemoved, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let sscc = try LineContext.sscc(fact.sscc)
        if let index = unlabelled[sscc.number]?.children.firstIndex(of: fact.item) {
            unlabelled[sscc.number]?.children.remove(at: index)
            return
        }
        guard unlabelled[sscc.number] == nil else {
            throw LineEventFault(text: "an item left a container it was not in")
        }
        let before = try context.content(of: sscc.number)
        let item = try LineContext.epc(fact.item, in: before.level, of: try context.run(before.batch))
        flush(into: &events)
        let event = Event.aggregation(
            .delete, parent: EPCURI(sscc), children: [item],
            setting(settings.terms[.removed], place))
        add(event, of: before.batch, line: place.line, into: &events)
    }
}
