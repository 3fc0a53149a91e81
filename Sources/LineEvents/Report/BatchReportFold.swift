import EPCIS
import LineCore

/// Folds a journal into the report of one batch.
///
/// The truth is the line's own ``LineState``, folded as a start folds it; beside it stand the things that
/// happened and that a state forgets. In memory are that state, lists that are cut at
/// ``ReportList/maxItems``, and the last reject reason of each serial that was read on a rejected unit.
/// Pure: the shell gives records, time, zone and imported files.
package struct BatchReportFold {
    private let name: String
    private var state = LineState()
    /// Where the batch stands among the batches of the state; `nil` until it is opened.
    private var index: Int?
    /// The state right before the batch was closed: with its close, serials and containers leave memory.
    private var contents: LineState?

    private var course = ReportCourse()
    private var exceptions = ReportExceptions()
    private var changeover = ReportList<ReportEntry>()
    private var challenges = ReportList<ReportEntry>()
    private var jobs = ReportList<ReportJob>()
    private var handCounts = ReportList<ReportEntry>()
    /// The line was cleared, and nothing was on it since.
    private var cleared: ReportEntry?
    private var orphans = (units: ReportList<String>(), containers: ReportList<String>())
    private var hours: [Hour: [String: Int]] = [:]
    private var rejects: [String: String] = [:]
    private var stop: ReportStop?
    private var stops = ReportStops()
    private var alarms: [ReportAlarm] = []
    /// Alarms that are counted only.
    private var alarmsCut = 0
    private var people = ReportPeople()
    private var starts = ReportList<ReportStart>()
    /// The start the controller runs under.
    private var lastStart: ReportStart?
    /// When the last record was written, and in which line.
    private var last: (time: EventTime, line: UInt64)?

    /// An hour of the line's clock.
    private struct Hour: Hashable {
        /// Whole hours since 1970 by the local clock.
        let number: Int64
        let zone: TimeZoneOffset
    }

    /// - Parameter batch: Identifier of the batch.
    package init(batch: String) { name = batch }

    /// Nothing that follows can change the report: the batch is closed.
    package var isFinished: Bool { course.closed != nil }

    /// Batches that were opened so far, in order.
    package var batches: [String] { state.batches.map(\.order.batch) }

    /// SHA-256 of the imported file whose serials must be supplied before this record is taken.
    package func file(neededBy record: LineRecord) -> String? { state.file(neededBy: record) }

    /// Hands over the serials of an imported file.
    package mutating func supply(_ table: SerialTable, sha256: String) {
        state.supply(table, sha256: sha256)
    }

    /// Takes the next record; after the close of the batch nothing is taken.
    ///
    /// - Throws: ``LineEventFault`` where the record contradicts those before it; nothing more can be taken.
    package mutating func take(_ record: LineRecord, at place: RecordPlace) throws(LineEventFault) {
        guard !isFinished else { return }
        if case .batchClosed(let fact) = record, fact.batch == name { contents = state }
        let rejectedBefore = batch?.rejected ?? 0
        do throws(StateFault) { try state.apply(record) } catch { throw LineEventFault(text: error.text) }
        let time = EventTime(milliseconds: place.wallMilliseconds, zone: place.zone)
        note(record, at: time, isReject: (batch?.rejected ?? 0) > rejectedBefore)
        last = (time, place.line)
    }

    private var batch: Batch? { index.map { state.batches[$0] } }

    /// The batch is on the line, or completed and not closed: no other one runs meanwhile.
    private var isInHand: Bool {
        batch.map { [.running, .held, .completed].contains($0.state) } ?? false
    }

    private mutating func note(_ record: LineRecord, at time: EventTime, isReject: Bool) {
        people.take(record, at: time, isInHand: isInHand)
        if let isOfBatch = signedFor(record) { people.place(isOfBatch: isOfBatch) }
        switch record {
        case .batchOpened(let fact):
            guard fact.order.batch == name else { return }
            index = state.batches.count - 1
            course.opened = ReportAct(at: time, actor: fact.actor)
        case .batchReleased(let fact):
            guard fact.batch == name else { return }
            course.released = ReportAct(at: time, actor: fact.actor)
        case .batchStarted(let fact): begin(fact, at: time)
        case .batchHeld(let fact): hold(fact, at: time)
        case .batchResumed(let fact): endStop(.resumed, at: time, by: fact.actor)
        case .batchEnding(let fact):
            guard isInHand, !fact.suspends, batch?.trials.isSetUp == false else { return }
            course.ending = ReportAct(at: time, actor: fact.actor)
        case .batchCompleted:
            endStop(.completed, at: time)
            if isInHand { course.completed = ReportAct(at: time, actor: "") }
        case .batchClosed(let fact): close(fact, at: time)
        case .setUpEnded, .firstArticleShown, .firstArticleJudged, .challengeJudged, .challengesDue,
            .batchSuspended, .containerParked, .lineCleared, .jobLoaded, .jobRefused, .handCounted,
            .packingOverridden:
            noteChangeover(record, at: time)
        case .orphansListed(let fact):
            for serial in fact.serials { orphans.units.append(serial) }
            for sscc in fact.ssccs { orphans.containers.append(sscc) }
        case .unitRejected(let fact), .unitDiverted(let fact):
            if isReject { reject(fact, at: time) }
        case .inDoubtScrapped(let fact): scrap(fact, at: time)
        case .labelSent(let fact): reprint(fact, at: time)
        case .labelsDoubted(let fact):
            for sscc in fact.ssccs where holds(sscc) {
                exceptions.doubtedLabels.append(ReportDoubt(at: time, sscc: sscc))
            }
        case .contentReset(let fact):
            guard holds(fact.sscc) else { return }
            override(
                "\(fact.sscc) was read again from empty: \(fact.children.count) items", "", fact.actor, time)
        case .itemRemoved(let fact):
            guard holds(fact.sscc) else { return }
            override("\(fact.item) was taken out of \(fact.sscc)", fact.reason, fact.actor, time)
        case .itemAdded(let fact):
            guard holds(fact.sscc) else { return }
            override("\(fact.item) was put into \(fact.sscc)", fact.reason, fact.actor, time)
        case .containerDissolved(let fact):
            guard holds(fact.sscc) else { return }
            override("\(fact.sscc) was dissolved", fact.reason, fact.actor, time)
        case .unitEnded(let fact):
            guard fact.batch == name else { return }
            override("\(fact.serial) is \(fact.end)", fact.reason, fact.actor, time)
        case .rejectRecovered(let fact):
            guard fact.batch == name else { return }
            override("\(fact.serial) of the reject bin was \(fact.end)", fact.reason, fact.actor, time)
        case .rejectsCounted(let fact):
            guard fact.batch == name else { return }
            let text =
                fact.takenBack > 0
                ? "\(fact.takenBack) rejects counted as unreadable were taken back"
                : "\(fact.count) rejects were counted as unreadable"
            override(text, fact.reason, fact.actor, time)
        case .unitTakenOut(let fact):
            guard fact.batch == name else { return }
            override("\(fact.serial) was taken out for in-process control", fact.reason, fact.actor, time)
        case .unitBroughtBack(let fact):
            guard fact.batch == name else { return }
            override("\(fact.serial) was brought back", "", fact.actor, time)
        case .lineStarted(let fact): start(fact, at: time)
        case .alarmRaised(let fact): raise(fact, at: time)
        case .alarmAcknowledged(let fact): acknowledge(fact, at: time)
        case .alarmReturned(let fact): end(fact, at: time)
        case .journalAccepted(let fact):
            guard isInHand else { return }
            exceptions.acceptances.append(
                ReportEntry(
                    at: time, text: "\(fact.lines) unsigned lines behind line \(fact.after) were accepted",
                    reason: fact.reason, actor: "\(fact.actor) (\(fact.account))"))
        case .lineStopped, .poolAdded, .productDefined, .labelDefined, .remainderListed, .serialsReserved,
            .serialsVoided, .serialsReturned,
            .serialsKilled, .unitSent, .unitVerified, .unitsPassed, .unitsCleared, .rejectConfirmed,
            .unitLinked, .containerOpened, .collated,
            .containerClosed, .operatorSignedOn, .operatorSignedOff, .operatorLocked, .operatorAdded,
            .operatorChanged, .actSigned, .shiftHandedOver, .itemShipped, .snapshotWritten:
            break
        }
    }

    /// Whether the signatures right before this record are about the batch; `nil` for a record that nobody
    /// signs, or that does not tell.
    private func signedFor(_ record: LineRecord) -> Bool? {
        switch record {
        case .batchReleased(let fact): fact.batch == name
        case .batchClosed(let fact): fact.batch == name
        case .inDoubtScrapped(let fact): fact.batch == name
        case .unitEnded(let fact): fact.batch == name
        case .rejectRecovered(let fact): fact.batch == name
        case .itemRemoved(let fact): holds(fact.sscc)
        case .containerDissolved(let fact): holds(fact.sscc)
        case .shiftHandedOver: isInHand
        case .firstArticleJudged(let fact): fact.batch == name
        // A start ends what was cut short between a signature and what it is under.
        case .operatorAdded, .operatorChanged, .lineStarted: false
        case .lineStopped, .poolAdded, .productDefined, .labelDefined, .batchOpened, .batchStarted,
            .batchHeld, .batchResumed, .batchEnding,
            .batchCompleted, .remainderListed, .orphansListed, .serialsReserved, .serialsVoided,
            .serialsReturned, .serialsKilled, .setUpEnded, .firstArticleShown, .challengeJudged,
            .challengesDue, .batchSuspended, .containerParked, .jobLoaded, .jobRefused, .handCounted,
            .packingOverridden, .lineCleared,
            .unitSent,
            .unitVerified, .unitRejected, .unitsPassed, .unitDiverted, .unitsCleared, .rejectConfirmed,
            .unitLinked, .containerOpened, .collated, .labelSent, .labelsDoubted, .containerClosed,
            .contentReset,
            .itemAdded, .itemShipped,
            .rejectsCounted, .unitTakenOut, .unitBroughtBack, .alarmRaised,
            .alarmAcknowledged, .alarmReturned, .operatorSignedOn, .operatorSignedOff, .operatorLocked,
            .actSigned, .journalAccepted, .snapshotWritten:
            nil
        }
    }

    private func holds(_ sscc: String) -> Bool { state.order(ofContainer: sscc)?.batch == name }

    // MARK: Course

    private mutating func begin(_ fact: BatchStarted, at time: EventTime) {
        defer { cleared = nil }
        people.begin(isOfBatch: fact.batch == name)
        guard fact.batch == name else { return }
        if let cleared { changeover.append(cleared) }
        let act = fact.setUp ? "set-up began" : course.started == nil ? nil : "started again"
        if let act { note(changeover: act, fact.actor, time) }
        if !fact.setUp, course.started == nil { course.started = ReportAct(at: time, actor: fact.actor) }
        if let lastStart, lastStart != starts.items.last { starts.append(lastStart) }
    }

    /// What stands between one batch and the next.
    private mutating func noteChangeover(_ record: LineRecord, at time: EventTime) {
        switch record {
        case .setUpEnded(let fact) where fact.batch == name:
            endStop(.completed, at: time)
            note(changeover: "set-up ended", "", time)
        case .firstArticleShown(let fact) where fact.batch == name:
            note(changeover: "first article \(fact.serial) was shown", "", time)
        case .firstArticleJudged(let fact) where fact.batch == name:
            let text = "first article \(fact.serial) was \(fact.approved ? "approved" : "refused")"
            changeover.append(
                ReportEntry(
                    at: time, text: text, reason: fact.reason, actor: Self.two(fact.actor, fact.second)))
        case .challengeJudged(let fact) where fact.batch == name:
            let text = "\(fact.challenge): \(Self.end(of: fact))"
            challenges.append(ReportEntry(at: time, text: text, reason: fact.reason, actor: fact.actor))
            if !fact.withstood { override("challenge \(text)", fact.reason, fact.actor, time) }
        case .challengesDue(let fact) where fact.batch == name:
            challenges.append(ReportEntry(at: time, text: "due again", reason: "new shift", actor: ""))
        case .batchSuspended(let fact) where fact.batch == name:
            endStop(.suspended, at: time)
            note(changeover: "suspended", "", time)
        case .containerParked(let fact) where fact.batch == name:
            note(changeover: "\(fact.items.count) items at \(fact.station) were put aside", "", time)
        case .handCounted(let fact) where fact.batch == name:
            let text = "\(fact.what): \(fact.count) counted, \(fact.known) known to the line"
            handCounts.append(ReportEntry(at: time, text: text, reason: "", actor: fact.actor))
            if fact.count != fact.known { override("hand count of \(text)", "", fact.actor, time) }
        case .jobLoaded(let fact) where fact.batch == name:
            jobs.append(
                ReportJob(at: time, device: fact.device, job: fact.job, found: fact.job, refused: ""))
        case .jobRefused(let fact) where fact.batch == name:
            let refused = fact.found.isEmpty ? fact.reason : "the device has another job"
            jobs.append(
                ReportJob(at: time, device: fact.device, job: fact.job, found: fact.found, refused: refused))
        case .packingOverridden(let fact) where fact.batch == name:
            let how = fact.byHand ? "packs by hand" : "packs with its own readers again"
            override("\(fact.station) \(how)", fact.reason, fact.actor, time)
        case .lineCleared(let fact):
            people.setAside()
            let after = fact.batch.isEmpty ? "" : " after batch \(fact.batch)"
            let bin = "of \(fact.rejects) rejects \(fact.found) found in the bin"
            cleared = ReportEntry(
                at: time, text: "line cleared\(after): \(fact.points.joined(separator: ", ")); \(bin)",
                reason: "", actor: Self.two(fact.actor, fact.second))
        default: break
        }
    }

    private static func end(of fact: ChallengeJudged) -> String {
        if fact.withstood { return "thrown out" }
        switch fact.reason {
        case RejectReason.challenge.rawValue: return "FAILED, read as good"
        case "": return "FAILED, not judged"
        default: return "FAILED, for another reason or not seen in the bin"
        }
    }

    private static func two(_ actor: String, _ second: String) -> String {
        second.isEmpty ? actor : "\(actor), \(second)"
    }

    private mutating func note(changeover text: String, _ actor: String, _ time: EventTime) {
        changeover.append(ReportEntry(at: time, text: text, reason: "", actor: actor))
    }

    private mutating func close(_ fact: BatchClosed, at time: EventTime) {
        guard fact.batch == name else { return }
        course.closed = ReportAct(at: time, actor: fact.actor)
        if fact.orphans > 0 { (exceptions.orphanUnits, exceptions.orphanContainers) = orphans }
    }

    private mutating func start(_ fact: LineStarted, at time: EventTime) {
        // A list that no close of a batch ended was cut short, and is made anew.
        orphans = (ReportList(), ReportList())
        let start = ReportStart(
            at: time, isClean: fact.clean, isWithin: isInHand, before: last?.time,
            version: fact.version, configuration: fact.configuration)
        lastStart = start
        if isInHand { starts.append(start) }
    }

    private mutating func hold(_ fact: BatchHeld, at time: EventTime) {
        guard isInHand else { return }
        endStop(.overtaken, at: time)
        stop = ReportStop(
            begin: time, code: fact.reason, station: fact.station, detail: fact.detail,
            isImmediate: fact.immediate, heldBy: fact.actor)
    }

    private mutating func endStop(_ ending: ReportStop.Ending, at time: EventTime, by actor: String = "") {
        guard var stop else { return }
        self.stop = nil
        stop.end = time
        (stop.ending, stop.resumedBy) = (ending, actor)
        stops.add(stop)
    }

    // MARK: Units and labels

    private mutating func reject(_ fact: UnitRejected, at time: EventTime) {
        let zone = TimeZoneOffset(minutes: Int(time.offsetMinutes))
        let local = time.epochSeconds + Int64(zone.minutes) * 60
        let (whole, rest) = local.quotientAndRemainder(dividingBy: 3_600)
        hours[Hour(number: rest < 0 ? whole - 1 : whole, zone: zone), default: [:]][
            fact.reason, default: 0] += 1
        if !fact.serial.isEmpty { rejects[fact.serial] = fact.reason }
    }

    private mutating func scrap(_ fact: InDoubtScrapped, at time: EventTime) {
        guard fact.batch == name else { return }
        // An act on many serials stands in many records, one right behind the other.
        if let index = exceptions.overrides.items.indices.last, let scrapped, scrapped.fact.batch == name,
            exceptions.overrides.more == 0, scrapped.fact.actor == fact.actor,
            scrapped.fact.reason == fact.reason, scrapped.at == time
        {
            self.scrapped?.count += fact.serials.count
            let text = Self.text(scrapped: scrapped.count + fact.serials.count)
            return exceptions.overrides.change(index) { $0.text = text }
        }
        scrapped = (fact, time, fact.serials.count)
        override(Self.text(scrapped: fact.serials.count), fact.reason, fact.actor, time)
    }

    /// The last act of scrapping, and how many serials it was about.
    private var scrapped: (fact: InDoubtScrapped, at: EventTime, count: Int)?

    private static func text(scrapped count: Int) -> String {
        count == 1 ? "1 serial in doubt was scrapped" : "\(count) serials in doubt were scrapped"
    }

    private mutating func override(_ text: String, _ reason: String, _ actor: String, _ time: EventTime) {
        exceptions.overrides.append(ReportEntry(at: time, text: text, reason: reason, actor: actor))
    }

    private mutating func reprint(_ fact: LabelSent, at time: EventTime) {
        guard fact.copy > 1, holds(fact.sscc) else { return }
        exceptions.reprints.append(
            ReportReprint(
                at: time, sscc: fact.sscc, copy: fact.copy, count: fact.count, reason: fact.reason,
                actor: fact.actor))
    }

    // MARK: Alarms

    /// Before the batch is in hand only alarms that are not over are kept: they go on into it.
    private mutating func raise(_ fact: AlarmRaised, at time: EventTime) {
        guard alarms.count < ReportList<ReportAlarm>.maxItems else { return alarmsCut += 1 }
        alarms.append(
            ReportAlarm(code: fact.alarm, station: fact.station, detail: fact.detail, raised: time))
    }

    private mutating func acknowledge(_ fact: AlarmNamed, at time: EventTime) {
        for index in alarms.indices where alarms[index].isNamed(fact) && alarms[index].acknowledged == nil {
            alarms[index].acknowledged = ReportAct(at: time, actor: fact.actor)
        }
        // Every stop is an alarm, and may be acknowledged when it is over.
        if stop?.isNamed(fact) == true, stop?.acknowledged == nil {
            stop?.acknowledged = ReportAct(at: time, actor: fact.actor)
        }
        for (index, stop) in stops.list.items.enumerated()
        where stop.isNamed(fact) && stop.acknowledged == nil {
            stops.list.change(index) { $0.acknowledged = ReportAct(at: time, actor: fact.actor) }
        }
    }

    private mutating func end(_ fact: AlarmNamed, at time: EventTime) {
        for index in alarms.indices where alarms[index].isNamed(fact) && alarms[index].returned == nil {
            alarms[index].returned = time
        }
        if course.started == nil { alarms.removeAll { $0.returned != nil } }
    }

    // MARK: The report

    /// Hands out every serial of the batch, with why its unit was rejected last.
    package func visitSerials<Fault>(
        _ visit: (BatchSerial, _ reject: String) throws(Fault) -> Void
    ) throws(Fault) {
        try (contents ?? state).visitSerials(of: name) { (serial) throws(Fault) in
            try visit(serial, rejects[serial.serial] ?? "")
        }
    }

    /// The batch's containers, in the order they were made, each with the SSCC of what holds it.
    package var containers: [(container: Container, parent: String?)] {
        let contents = contents ?? state
        return contents.containers(of: name).map { ($0, contents.container(named: $0.sscc)?.parent) }
    }

    /// The report of what was taken.
    ///
    /// - Parameter source: What the records were read from; its last line and time are filled in here.
    /// - Returns: `nil` where the batch was never opened.
    package func report(from source: ReportSource) -> BatchReport? {
        guard let batch else { return nil }
        var report = BatchReport(source: source, batch: batch, recounted: (contents ?? state).recount(batch))
        (report.source.lastLine, report.source.lastTime) = (last?.line ?? 0, last?.time)
        report.course = course
        report.exceptions = exceptions
        if batch.state == .completed || batch.state == .closed {
            visitSerials { serial, reject in
                // What closing gives back is no remainder.
                guard !serial.state.isFinal, serial.state != .allocated else { return }
                report.exceptions.remainder.append(
                    ReportSerial(serial: serial.serial, state: serial.state, reject: reject))
            }
        }
        let counts = report.recounted.enumerated().dropFirst()
        report.exceptions.hasWrongCounts = counts.contains { batch.serials[$0.offset] != $0.element }
        report.rejectHours = rejectHours
        let containers = (contents ?? state).containers(of: name)
        report.containers = batch.order.packing.levels.map { level in
            Self.count(containers.filter { $0.level == level }, level, full: batch.order.packing[level])
        }
        report.stops = stops
        if let stop { report.stops.add(stop) }
        for alarm in alarms { report.alarms.append(alarm) }
        report.alarms.skip(alarmsCut)
        report.starts = starts
        (report.changeover, report.challenges, report.handCounts) = (changeover, challenges, handCounts)
        report.jobs = jobs
        report.signOns = people.signOns
        report.signatures = people.signatures
        return report
    }

    private var rejectHours: [ReportHour] {
        let all = hours.map { hour, reasons in
            let begin = (hour.number * 60 - Int64(hour.zone.minutes)) * 60_000
            return ReportHour(
                begin: EventTime(milliseconds: begin, zone: hour.zone),
                reasons: reasons.map { ReportCount($0.key, $0.value) }.sorted { $0.name < $1.name })
        }
        return all.sorted { ($0.begin.epochSeconds, $0.begin.text) < ($1.begin.epochSeconds, $1.begin.text) }
    }

    private static func count(
        _ containers: [Container], _ level: PackLevel, full capacity: Int
    ) -> ReportContainers {
        var counts = ReportContainers(level: level)
        for container in containers where !container.isDissolved {
            counts.made += 1
            counts.items += container.count
            if container.closed { counts.closed += 1 }
            if container.labels > 1 { counts.reprinted += 1 }
            guard container.count < capacity else { continue }
            counts.partial.append(ReportPartial(sscc: container.sscc, count: container.count))
        }
        return counts
    }
}

extension ReportAlarm {
    fileprivate func isNamed(_ fact: AlarmNamed) -> Bool { code == fact.alarm && station == fact.station }
}

extension ReportStop {
    fileprivate func isNamed(_ fact: AlarmNamed) -> Bool { code == fact.alarm && station == fact.station }
}

extension ReportStops {
    /// Adds a stop behind those before it.
    mutating func add(_ stop: ReportStop) {
        list.append(stop)
        let place = causes.firstIndex { $0.code >= stop.code } ?? causes.count
        if place == causes.count || causes[place].code != stop.code {
            causes.insert(ReportCause(code: stop.code), at: place)
        }
        causes[place].count += 1
        causes[place].milliseconds = causes[place].milliseconds.addingSaturated(stop.milliseconds ?? 0)
    }
}
