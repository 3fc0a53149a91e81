/// One packaging line: the rules that daemon and simulator both run.
///
/// `handle` takes an input and returns what to record and what to do once that is durable. The durable state
/// changes only by the records it returns; everything else here is transient, starts empty and fails safe:
/// what is not known is rejected, or stops the line.
package struct Line: Sendable {
    /// What the line is made of.
    package let configuration: LineConfiguration
    /// What the journal knows.
    package internal(set) var state: LineState

    /// Instant of the input being handled.
    var now = LineInstant(monotonicNanoseconds: 0, wallMilliseconds: 0)
    var decision = Decision()
    /// Records made since the start, and how many of them are known to be durable.
    var recordsMade: UInt64 = 0
    var numbers = NumberFeed()
    var time = LineTime()
    var jobs = JobDesk()
    /// What is on the belt of each lane.
    var lanes: [LiveLane]
    /// The lane that the rules of the belt speak of, as an index.
    var laneAtHand = 0
    var packing: [OpenContainer]
    /// What each reader of labels read last.
    var labelReads: [String: LabelRead] = [:]
    /// Containers that carry several labels, and which of those were read.
    var labelParts: [Int: LabelParts] = [:]
    /// Containers that are being weighed, by scale.
    var weighings: [String: Weighing] = [:]
    /// Containers diverted in a row, by station.
    var diverted: [String: Int] = [:]
    /// What each reader of packed items and labels was answered last.
    var answers: [String: ReadAnswer] = [:]
    var devices: [DeviceState] = []
    var alarmFeed = AlarmFeed()
    var looseUnits = LooseUnits()
    var scans = ScanDesk()
    /// A pack known to be bad that is laid on the belt.
    var laid: LaidChallenge?
    /// What the start did not read of the journal is being verified.
    var isVerifyingJournal = false
    /// When devices not yet connected since the start are missing.
    var missingDue: UInt64?
    var labelJob: UInt64 = 0

    /// Makes a line over the state its journal gave.
    package init(configuration: LineConfiguration, state: LineState = LineState()) {
        self.configuration = configuration
        self.state = state
        lanes = configuration.lanes.map { _ in LiveLane() }
        packing = configuration.stations(byHand: state.byHand)
        devices = configuration.deviceNames.map { DeviceState(name: $0, condition: .stale) }
    }

    /// Decides what an input means.
    ///
    /// - Parameter now: When the input was taken from the queue; never earlier than before.
    /// - Returns: Records to make durable first, in order, then actions, in order.
    package mutating func handle(_ input: LineInput, at now: LineInstant) -> Decision {
        self.now = now
        decision = Decision()
        var scanned: Int?
        switch input {
        case .started(let start): begin(start)
        case .stopping: stop()
        case .durable(let records): numbers.became(durable: records, at: now.monotonicNanoseconds)
        case .tick: break
        case .io(let report, let lane):
            guard lanes.indices.contains(lane) else { break }
            scanned = lane
            at(lane) { $0.scan(report) }
        case .read(let device, let result): read(result, from: device)
        case .coder(let report, let lane):
            guard lanes.indices.contains(lane) else { break }
            at(lane) { $0.coder(reported: report) }
        case .job(let device, let report): job(of: device, reported: report)
        case .labelPrinter(let device, let report): labelPrinter(device, reported: report)
        case .scale(let device, let report): scale(device, reported: report)
        case .gateSignal(let outcome, let lane):
            guard lanes.indices.contains(lane) else { break }
            at(lane) { $0.gate(answered: outcome) }
        case .device(let name, let condition): device(name, is: condition)
        case .command(let command): obey(command)
        case .snapshotWritten(let fact): if numbers.started { record(.snapshotWritten(fact)) }
        case .olderJournalVerified(let damage): olderJournal(damage)
        case .disk(let shortage): disk(lacks: shortage)
        case .diskRoom(let room): time.measured(room)
        case .orderFolder(let fault, let refused): orderFolder(fault, refused: refused)
        }
        settle(scanned: scanned)
        var result = Decision()
        swap(&result, &decision)
        return result
    }

    /// The next instant at which something must happen without any input; `nil` if never.
    package var nextDeadline: UInt64? {
        // What was due by now was done when the last input was handled.
        let aged = numbers.nextDeadline(after: now.monotonicNanoseconds)
        return [
            aged, missingDue, alarmFeed.nextDeadline, scans.nextDeadline, jobs.nextDeadline,
            lanes.compactMap(\.zone.passesDue).min(), lanes.compactMap(\.zone.nextReadDeadline).min(),
            laid.flatMap { $0.track == nil ? $0.due : nil }, weighings.values.map(\.due).min(),
        ].compactMap { $0 }.min()
    }

    /// What follows from time and state, whatever the input was.
    ///
    /// - Parameter scanned: The lane whose I/O the input was a scan of.
    private mutating func settle(scanned: Int?) {
        guard numbers.started else { return }
        missDevices()
        returnDiverted()
        clearAlarms()
        forgetDialogues()
        forgetChallenge()
        expireJobs()
        expireWeighings()
        eachLane {
            $0.holdForZone()
            $0.expireReads()
        }
        flushPasses(onlyDue: true)
        reserveNumbers()
        eachLane { $0.feedCoder() }
        collateFull()
        openNext()
        finishEnding()
        eachLane { $0.setOutputs(scanned: $0.laneAtHand == scanned) }
        followTime()
    }

    /// Makes a record: applies it at once, to be made durable before any action of this decision.
    mutating func record(_ fact: LineRecord) {
        do throws(StateFault) {
            try state.apply(fact)
        } catch {
            preconditionFailure(
                "the rules made a record that contradicts their state: \(error.text), \(fact)")
        }
        if case .labelsDoubted(let doubt) = fact { voidWeighings(of: doubt.ssccs) }
        decision.records.append(fact)
        recordsMade += 1
    }

    /// What is recorded from here on need not stand or fall with what was recorded before.
    mutating func cut() { decision.cuts.append(decision.records.count) }

    mutating func act(_ action: LineAction) { decision.actions.append(action) }

    /// Holds the running batch. A second cause does not hide the first unless it stops the belt as well, or
    /// is something a person at a station has just done (`anew`).
    mutating func hold(
        _ reason: StopReason, station: String, _ detail: String, immediate: Bool, actor: String = "",
        anew: Bool = false
    ) {
        guard let running = state.running else { return }
        let before = state.batches[running].hold
        if let before, !anew, before.immediate || !immediate { return }
        let stopsBelt = immediate || before?.immediate == true
        record(
            .batchHeld(
                BatchHeld(
                    reason: reason.rawValue, station: station, detail: detail, immediate: stopsBelt,
                    actor: actor)))
    }

    /// The running batch may produce: not held, or held with only the feed stopped. Asked at each input and
    /// of each lane: by index, as a copy of a batch is a dozen counted references.
    var beltMayRun: Bool {
        guard let running = state.running else { return false }
        return state.batches[running].hold?.immediate != true
    }
}

/// How a device stands.
package struct DeviceState: Equatable, Sendable {
    /// As named in the configuration.
    package let name: String
    /// Connected, stale or faulty.
    package internal(set) var condition: DeviceCondition
}

extension LineConfiguration {
    /// Every device of the line, each once, in the order of the stations, the beacons last.
    package var deviceNames: [String] {
        var names = lanes.map(\.io).filter { !$0.isEmpty } + lanes.compactMap { $0.unitPrint?.device }
        names += lanes.flatMap(\.unitVerify.cameras) + handhelds + (link?.readers ?? [])
        for station in packing {
            names += station.itemReaders + [station.printer] + station.labelReaders
            if !station.scale.isEmpty { names.append(station.scale) }
        }
        names += beacons
        var seen: [String] = []
        for name in names where !seen.contains(name) { seen.append(name) }
        return seen
    }
}
