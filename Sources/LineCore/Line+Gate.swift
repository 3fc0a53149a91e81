extension Line {
    // MARK: Signals

    /// Tells the gate about a judged unit; sent once the record above is durable.
    mutating func signal(_ index: Int) {
        let pass = zone.tracks[index].verdict == .pass
        switch lane.gate.mode {
        case .plc: sendVerdict(index, pass: pass)
        case .pass: if pass { sendSignal(index, .pass) }
        case .eject: if !pass { sendSignal(index, .eject) }
        case .stop, .none: break
        }
    }

    private mutating func sendVerdict(_ index: Int, pass: Bool) {
        let track = zone.tracks[index]
        zone.tracks[index].signal = .sent
        act(
            .verdict(
                GateVerdict(
                    plcTrack: track.plc, track: track.number, pass: pass, expiresAtNanoseconds: signalExpiry),
                lane: laneAtHand))
    }

    private mutating func sendSignal(_ index: Int, _ kind: GateSignal.Kind) {
        // 0 is no command.
        live.gateSequence =
            live.gateSequence == .max ? 1 : live.gateSequence + 1
        zone.tracks[index].signal = .sent
        zone.tracks[index].sequence = live.gateSequence
        act(
            .gate(
                GateSignal(
                    sequence: live.gateSequence, kind: kind,
                    position: UInt32(truncatingIfNeeded: gatePosition(of: zone.tracks[index])),
                    track: zone.tracks[index].number,
                    expiresAtNanoseconds: kind == .pass ? signalExpiry : .max), lane: laneAtHand))
    }

    private var signalExpiry: UInt64 {
        let age = UInt64(lane.gate.signalMaxAgeMilliseconds) * Nanoseconds.millisecond
        return now.monotonicNanoseconds.advanced(byNanoseconds: age)
    }

    /// The I/O took a command, or it was too old to be sent. A pass that was not sent is sent anew while its
    /// unit is before the gate: it is justified by a record, only its time had run out.
    mutating func gate(answered outcome: GateOutcome) {
        switch outcome {
        case .written(let sequence):
            guard let index = zone.tracks.firstIndex(where: { $0.sequence == sequence }) else { return }
            zone.tracks[index].signal = .confirmed
        case .verdictWritten(let plc):
            guard let index = zone.tracks.firstIndex(where: { $0.plc == plc }) else { return }
            zone.tracks[index].signal = .confirmed
        case .expired(let sequence):
            guard let index = zone.tracks.firstIndex(where: { $0.sequence == sequence }) else { return }
            sendAgain(index)
        case .verdictExpired(let plc):
            guard let index = zone.tracks.firstIndex(where: { $0.plc == plc }) else { return }
            sendAgain(index)
        }
    }

    private mutating func sendAgain(_ index: Int) {
        let tolerance = configuration.counts(lane.gate.toleranceMillimetres)
        guard belt.position < gatePosition(of: zone.tracks[index]) - tolerance else { return }
        signal(index)
    }

    // MARK: Exits

    /// Units behind the gate or in the chute since the last scan.
    mutating func leave(_ report: LineIOReport, since last: LineIOReport) {
        switch lane.gate.mode {
        case .plc: dispose(report, since: last)
        case .pass, .eject:
            let passed = Int(report.passed.count &- last.passed.count)
            if passed > 0 { pass(passed, at: belt.position(of: report.passed)) }
            let rejected = Int(report.rejected.count &- last.rejected.count)
            for _ in 0..<min(rejected, 64) { confirmReject() }
        case .stop: leaveByTravel()
        case .none: break
        }
    }

    private mutating func dispose(_ report: LineIOReport, since last: LineIOReport) {
        let count = Int(report.dispositionCount &- last.dispositionCount)
        guard count <= report.dispositions.count else {
            return hold(
                .exitsUnclear, station: lane.gate.name, "\(count) dispositions", immediate: true)
        }
        for disposition in report.dispositions.suffix(count) {
            guard let index = zone.tracks.firstIndex(where: { $0.plc == disposition.track }) else {
                if disposition.passed { unknownPassed() }
                continue
            }
            if disposition.passed { passed(index) } else { rejected(index) }
        }
    }

    /// The pass sensor saw `count` units, the last of them at `position`.
    private mutating func pass(_ count: Int, at position: Int64) {
        let distance = configuration.counts(lane.gate.passSensorMillimetres)
        let tolerance = configuration.counts(lane.gate.toleranceMillimetres)
        let reached = zone.tracks.indices.filter {
            zone.tracks[$0].position + distance <= position + tolerance
        }
        let due = reached.filter { zone.tracks[$0].verdict == .pass }
        if count > 1, due.count == count, reached.count == count {
            for number in due.map({ zone.tracks[$0].number }) { passTrack(number) }
            return
        }
        if count > 1 {
            hold(
                .exitsUnclear, station: lane.gate.name, "\(count) units in one scan", immediate: true
            )
        }
        guard let index = reached.last, abs(zone.tracks[index].position + distance - position) <= tolerance
        else {
            return unknownPassed()
        }
        passed(index)
    }

    mutating func passTrack(_ number: UInt64) {
        guard let index = zone.tracks.firstIndex(where: { $0.number == number }) else { return }
        passed(index)
    }

    private mutating func unknownPassed() {
        hold(.unknownPassed, station: lane.gate.name, "", immediate: true)
    }

    /// A unit is behind the gate.
    private mutating func passed(_ index: Int) {
        let track = zone.tracks[index]
        switch track.verdict {
        case .pass:
            zone.passes.append(track.number)
            if zone.passesDue == nil {
                zone.passesDue = now.monotonicNanoseconds.advanced(byNanoseconds: UnitZone.gatherNanoseconds)
            }
        case .reject:
            record(.unitsCleared(Tracks(tracks: [track.number])))
            endChallenge(track, inChute: false)
            hold(.rejectedPassed, station: lane.gate.name, "track \(track.number)", immediate: true)
        case .none: unknownPassed()
        }
        zone.tracks.remove(at: index)
    }

    /// The chute sensor saw a unit: the oldest rejected one that can be there.
    private mutating func confirmReject() {
        let tolerance = configuration.counts(lane.gate.toleranceMillimetres)
        let reached = zone.tracks.indices.filter {
            zone.tracks[$0].stopped || gatePosition(of: zone.tracks[$0]) - tolerance <= belt.position
        }
        if let index = reached.first(where: { zone.tracks[$0].verdict == .reject }) { return rejected(index) }
        // No rejected unit is due: a verified one was thrown out, or the purge of a start is at work.
        if let index = reached.first(where: { zone.tracks[$0].verdict == .pass }) { return rejected(index) }
        if belt.purgeUntil == nil, !recentlyPurged {
            hold(.rejectUnexpected, station: lane.gate.name, "", immediate: true)
        }
    }

    /// A unit is in the bin.
    mutating func rejected(_ index: Int) {
        let number = zone.tracks[index].number
        if zone.tracks[index].verdict != .reject {
            divert(index, .late)
            if lane.gate.mode == .eject {
                hold(.rejectUnexpected, station: lane.gate.name, "track \(number)", immediate: true)
            }
        }
        record(.rejectConfirmed(Tracks(tracks: [number])))
        endChallenge(zone.tracks.remove(at: index), inChute: true)
    }

    /// A verified unit may not pass any more; its serial is in doubt again.
    mutating func divert(_ index: Int, _ reason: RejectReason) {
        guard zone.tracks[index].verdict == .pass else {
            // Thrown out before it was judged: it counts as rejected for the same reason.
            record(
                .unitRejected(
                    UnitRejected(
                        track: zone.tracks[index].number, reason: reason.rawValue, serial: "",
                        lane: lane.name)))
            zone.tracks[index].verdict = .reject
            return
        }
        record(
            .unitDiverted(
                UnitRejected(
                    track: zone.tracks[index].number, reason: reason.rawValue, serial: "",
                    lane: lane.name))
        )
        zone.tracks[index].verdict = .reject
        signal(index)
        guard lane.gate.mode == .pass else { return }
        // A pass signal cannot be taken back: everything is rejected until the unit is behind the gate.
        let end =
            gatePosition(of: zone.tracks[index])
            + configuration.counts(lane.gate.toleranceMillimetres)
        if end > belt.position { belt.purgeUntil = max(belt.purgeUntil ?? end, end) }
    }

    /// Units that must have left by now and did not.
    mutating func missExits() {
        guard [.plc, .pass, .eject].contains(lane.gate.mode) else { return }
        var index = 0
        while index < zone.tracks.count {
            // A unit given up leaves the list, and the next one takes its place.
            let isGivenUp = isOverdue(index) && zone.tracks[index].verdict != .none
            if isGivenUp { miss(index) } else { index += 1 }
        }
    }

    private mutating func isOverdue(_ index: Int) -> Bool {
        let gate = lane.gate
        let track = zone.tracks[index]
        let exit =
            track.verdict == .pass && gate.mode != .plc
            ? track.position + configuration.counts(gate.passSensorMillimetres) : gatePosition(of: track)
        guard belt.position > exit else { return false }
        let due = confirmDeadline(index)
        if belt.last?.running == true, now.monotonicNanoseconds >= due { return true }
        return belt.position > exit
            + configuration.counts(gate.toleranceMillimetres + gate.confirmWithinMillimetres)
    }

    private mutating func confirmDeadline(_ index: Int) -> UInt64 {
        if let due = zone.tracks[index].confirmBy { return due }
        let timeout = UInt64(lane.gate.confirmTimeoutMilliseconds) * Nanoseconds.millisecond
        let due = now.monotonicNanoseconds.advanced(byNanoseconds: timeout)
        zone.tracks[index].confirmBy = due
        return due
    }

    private mutating func miss(_ index: Int) {
        let track = zone.tracks[index]
        record(.unitsCleared(Tracks(tracks: [track.number])))
        zone.tracks.remove(at: index)
        endChallenge(track, inChute: false)
        let reason: StopReason = track.verdict == .reject ? .rejectNotConfirmed : .unitLost
        hold(reason, station: lane.gate.name, "track \(track.number)", immediate: true)
    }

    /// The purge of a start has just ended; its last units may still reach the chute sensor.
    private var recentlyPurged: Bool {
        guard let ended = belt.purgedAt else { return false }
        let slack = lane.gate.toleranceMillimetres + lane.gate.confirmWithinMillimetres
        return belt.position <= ended + configuration.counts(slack)
    }

    // MARK: Passes

    /// Units that go on to the case.
    private mutating func noteLoose(_ passes: [UInt64]) {
        guard let batch = packingBatch, packing.indices.contains(where: { packsUnits($0, batch: batch) })
        else { return }
        for track in passes {
            guard let position = state.openTracks.first(where: { $0.track == track })?.verified else {
                continue
            }
            looseUnits.passed(UInt32(clamping: position), lane: laneAtHand)
        }
    }

    /// Records the units that passed: at the latest a quarter of a second after the first, or when somebody
    /// asks.
    mutating func flushPasses(onlyDue: Bool) {
        eachLane { $0.flushLanePasses(onlyDue: onlyDue) }
    }

    private mutating func flushLanePasses(onlyDue: Bool) {
        guard let due = zone.passesDue else { return }
        let isDue = now.monotonicNanoseconds >= due || zone.passes.count >= UnitZone.maxGathered
        guard isDue || !onlyDue else { return }
        noteLoose(zone.passes)
        record(.unitsPassed(Tracks(tracks: zone.passes)))
        zone.passes = []
        zone.passesDue = nil
    }
}
