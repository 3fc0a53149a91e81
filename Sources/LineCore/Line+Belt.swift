/// What the I/O says of the belt: position on one long scale, and what the counters were.
struct Belt: Sendable {
    /// The last scan; `nil` before the first since the start.
    var last: LineIOReport?
    /// Encoder counts; its low 32 bits are those of the I/O.
    var position: Int64 = 0
    /// When the last scan came.
    var reportedAt: UInt64 = 0
    /// Everything is rejected until the belt is here: units that were in the air at a start.
    var purgeUntil: Int64?
    /// Where the last purge ended.
    var purgedAt: Int64?
    /// Where the belt was when the feed was last turned off; `nil` while it feeds.
    var feedOffAt: Int64?
    /// Without a gate: what lies between camera and stop position, nobody knows.
    var isZoneUnknown = false
    /// Without a belt: what the camera read last, and when.
    var lastBenchRead: (result: ReadResult, at: UInt64)?
    /// Without an encoder: when a stop of the belt was last answered; `nil` while it runs.
    var stopAnsweredAt: UInt64?
    /// Part-present count of the PLC before the first unit since the last purge, and units since then.
    var countBase: UInt16 = 0
    var tracksSinceBase: UInt16 = 0

    /// The long position of an edge latched before the last scan.
    func position(of edge: EdgeCount) -> Int64 {
        guard let last else { return position }
        return position - Int64(Int32(bitPattern: last.position &- edge.position))
    }
}

extension Line {
    /// Belt travel that no honest I/O reports between two scans.
    private static let jumpMillimetres = 10_000

    /// Takes one scan of the I/O: new units first, then what their place on the belt decides, then exits.
    mutating func scan(_ report: LineIOReport) {
        guard let last = belt.last else { return adopt(report) }
        let travel = Int64(Int32(bitPattern: report.position &- last.position))
        guard travel >= 0, travel <= configuration.counts(Self.jumpMillimetres) else {
            hold(
                .edgesLost, station: lane.io, "the belt position jumped by \(travel)",
                immediate: true)
            return adopt(report)
        }
        belt.position += travel
        belt.last = report
        belt.reportedAt = now.monotonicNanoseconds
        if let until = belt.purgeUntil, belt.position >= until {
            belt.purgeUntil = nil
            belt.purgedAt = until
        }
        guard state.running != nil else { return }
        watchStop(report)
        arrive(Int(report.partPresent.count &- last.partPresent.count), belt.position(of: report.partPresent))
        bindWaitingReads()
        decideReached()
        watch(report, since: last)
        leave(report, since: last)
        missExits()
    }

    /// The first scan since the start, or after the I/O lost its memory: what is on the belt is unknown, so
    /// everything between camera and gate is rejected.
    private mutating func adopt(_ report: LineIOReport) {
        belt.last = report
        belt.position = Int64(report.position)
        belt.reportedAt = now.monotonicNanoseconds
        belt.countBase = report.partPresent.count
        belt.feedOffAt = nil
        belt.tracksSinceBase = 0
        live.gateSequence = report.commandSequence
        if state.running != nil { purge() }
    }

    /// Gives up every unit on the belt: they are rejected, whoever they are.
    mutating func purge() {
        flushPasses(onlyDue: false)
        clearOpenTracks(of: lane.name)
        zone = UnitZone()
        belt.tracksSinceBase = 0
        belt.countBase = belt.last?.partPresent.count ?? 0
        switch lane.gate.mode {
        case .plc, .pass, .eject: belt.purgeUntil = purgeEnd
        case .stop: belt.isZoneUnknown = true
        case .none: break
        }
    }

    /// Where a purge that begins now ends. A unit that stands before the camera may slip back.
    private var purgeEnd: Int64 {
        let gate = lane.gate
        return belt.position + configuration.counts(gate.distanceMillimetres + gate.toleranceMillimetres)
    }

    // MARK: Without an encoder

    /// A stop is answered again after this long: the I/O may have stopped anew before it read the answer.
    private static let answerAgainNanoseconds = 500 * Nanoseconds.millisecond

    /// How far the belt went while it stopped and started again, time cannot tell: every unit between camera
    /// and gate is rejected. The I/O throws out everything until it has the end of this purge, which must
    /// therefore be another number each time.
    private mutating func watchStop(_ report: LineIOReport) {
        guard configuration.timedMillimetresPerSecond != nil else { return }
        guard !report.running else {
            belt.stopAnsweredAt = nil
            return
        }
        if let answered = belt.stopAnsweredAt {
            let again = answered.advanced(byNanoseconds: Self.answerAgainNanoseconds)
            guard now.monotonicNanoseconds >= again else { return }
        } else {
            rejectStopped()
        }
        belt.stopAnsweredAt = now.monotonicNanoseconds
        belt.purgeUntil = belt.purgeUntil == purgeEnd ? purgeEnd + 1 : purgeEnd
    }

    private mutating func rejectStopped() {
        let tolerance = configuration.counts(lane.gate.toleranceMillimetres)
        for index in zone.tracks.indices {
            zone.tracks[index].stopped = true
            switch zone.tracks[index].verdict {
            case .none: zone.tracks[index].doubt = zone.tracks[index].doubt ?? .beltStopped
            case .pass:
                // What is at the gate itself has passed or not; the sensors tell.
                guard belt.position < gatePosition(of: zone.tracks[index]) - tolerance else { continue }
                divert(index, .beltStopped)
            case .reject: continue
            }
        }
    }

    /// Conditions of the I/O that stop the line.
    private mutating func watch(_ report: LineIOReport, since last: LineIOReport) {
        let io = lane.io
        if report.watchdogTripped, !last.watchdogTripped, beltMayRun {
            hold(.watchdog, station: io, "output watchdog tripped", immediate: true)
        }
        if report.gateFault, !last.gateFault {
            hold(.gateFault, station: lane.gate.name, "", immediate: true)
        }
        if report.binFull, !last.binFull {
            hold(.binFull, station: lane.gate.name, "", immediate: true)
        }
        let isLate = report.commandLate && report.commandSequence != last.commandSequence
        if isLate, lane.gate.mode == .eject {
            hold(
                .gateLate, station: lane.gate.name, "command \(report.commandSequence)",
                immediate: true)
        }
    }

    /// Writes the outputs: at every scan, because a write is the heartbeat that keeps the belt running, and
    /// at once when they change.
    mutating func setOutputs(scanned: Bool) {
        guard belt.last != nil else { return }
        let outputs = wantedOutputs()
        var comparable = outputs
        comparable.runLimit = live.lastOutputs?.runLimit ?? 0
        guard
            scanned || comparable != live.lastOutputs || outputs.runLimit != comparable.runLimit
        else { return }
        live.lastOutputs = outputs
        belt.feedOffAt = outputs.feedEnable ? nil : belt.feedOffAt ?? belt.position
        act(.outputs(outputs, lane: laneAtHand))
    }

    private func wantedOutputs() -> LineOutputs {
        var outputs = LineOutputs()
        let hold = state.running.flatMap { state.batches[$0].hold }
        let isEnding = state.running.map { state.batches[$0].ending }
        outputs.runEnable = beltMayRun && isPrimed && jobsLetRun
        outputs.feedEnable = outputs.runEnable && hold == nil && isEnding == false
        outputs.runLimit = UInt32(truncatingIfNeeded: runLimit)
        outputs.purgeUntil = belt.purgeUntil.map { UInt32(truncatingIfNeeded: $0) }
        outputs.red = hold?.immediate == true
        outputs.amber = showsAlarm || hold?.immediate == false
        outputs.green = outputs.feedEnable
        return outputs
    }

    /// Somebody has to look: at what does not stop the belt, because that is red, or at a refused scan.
    private var showsAlarm: Bool { state.alarms.contains { !$0.isStop } || !scans.refused.isEmpty }

    /// The coder holds numbers, so that no unit passes it unprinted. Where none are left the line of an
    /// ending batch still has to empty: what passes the coder unprinted cannot be read, and is rejected.
    /// So is everything while a job is not proven: then the coder may hold nothing.
    private var isPrimed: Bool {
        guard printsOnLine, jobsProven else { return true }
        return coder.ready && (coder.waiting > 0 || state.isEnding && !hasNumbers)
    }

    /// How far the belt may run: no unit that is undecided, and none the scans have not shown yet, may reach
    /// the gate. In mode `eject` that includes rejected units whose ejection the I/O has not confirmed.
    private var runLimit: Int64 {
        let margin = configuration.counts(lane.gate.marginMillimetres)
        var limit = belt.position + configuration.counts(lane.gate.distanceMillimetres) - margin
        switch lane.gate.mode {
        case .plc, .pass, .none: return limit
        case .eject:
            for track in zone.tracks where !track.mayReachGate {
                limit = min(limit, gatePosition(of: track) - margin)
            }
        case .stop:
            for track in zone.tracks where track.verdict == .none {
                limit = min(limit, gatePosition(of: track) - margin)
            }
            for track in zone.tracks where track.verdict == .reject {
                limit = min(limit, stopPosition(of: track))
            }
        }
        return max(limit, belt.position)
    }

    func gatePosition(of track: LiveTrack) -> Int64 {
        track.position + configuration.counts(lane.gate.distanceMillimetres)
    }
}
