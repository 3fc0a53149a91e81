extension Line {
    // MARK: Arrival

    /// Units broke the part-present beam. More than one between two scans have no known places: everything on
    /// the belt up to here is rejected.
    mutating func arrive(_ count: Int, _ position: Int64) {
        guard count > 0 else { return }
        guard count == 1 else {
            hold(
                .edgesLost, station: lane.unitVerify.name, "\(count) edges in one scan",
                immediate: true)
            return purge()
        }
        append(at: position)
    }

    mutating func append(at position: Int64) {
        let gap = configuration.counts(lane.unitVerify.minPitchMillimetres)
        var doubt: RejectReason?
        let isStopped = configuration.timedMillimetresPerSecond != nil && belt.last?.running == false
        if isStopped { doubt = .beltStopped }
        if let last = zone.tracks.last, !isStopped, !isBench, position - last.position < gap {
            // How far it is from a unit that stood, nobody knows.
            doubt = last.stopped ? .beltStopped : .tooClose
            if last.verdict == .none, !last.stopped { zone.tracks[zone.tracks.count - 1].doubt = .tooClose }
        }
        let gate = position + configuration.counts(lane.gate.distanceMillimetres)
        let tolerance = configuration.counts(lane.gate.toleranceMillimetres)
        if let until = belt.purgeUntil, gate <= until + tolerance { doubt = doubt ?? .zone }
        if zone.doubtNext { doubt = doubt ?? .unclear }
        zone.doubtNext = false
        let number = max(state.lastTrack, lanes.compactMap { $0.zone.tracks.last?.number }.max() ?? 0) + 1
        belt.tracksSinceBase &+= 1
        let plc = belt.countBase &+ belt.tracksSinceBase
        zone.tracks.append(
            LiveTrack(
                number: number, plc: plc, position: position,
                results: [ReadResult?](repeating: nil, count: lane.unitVerify.cameras.count),
                doubt: doubt, stopped: isStopped))
        bindChallenge(to: number)
    }

    // MARK: Reads

    /// A unit camera answered. It is bound to a unit at once only if no other can have come since the last
    /// scan.
    mutating func unitRead(_ result: ReadResult, camera: Int) {
        guard !isBench else { return benchRead(result, from: lane.unitVerify.cameras[camera]) }
        guard state.running != nil else { return }
        // After a missing answer nobody can tell whose answer this is: until the line goes on, it is
        // nobody's.
        guard zone.settleUntil == nil else { return }
        if let index = candidate(for: camera), noOtherCanHaveCome(since: zone.tracks[index]) {
            return bind(result, camera: camera, to: index)
        }
        if candidate(for: camera) == nil, repeats(result, camera: camera) { return }
        guard zone.waiting.count < UnitZone.maxWaiting else {
            return hold(
                .strayRead, station: lane.unitVerify.name, "reads without units", immediate: true)
        }
        let lag = UInt64(lane.unitVerify.triggerLagMilliseconds) * Nanoseconds.millisecond
        zone.waiting.append(
            WaitingRead(
                camera: camera, result: result,
                expiresAt: now.monotonicNanoseconds.advanced(byNanoseconds: lag)))
    }

    /// A second read of a unit already judged is one read; a different one takes its pass away.
    private mutating func repeats(_ result: ReadResult, camera: Int) -> Bool {
        guard let index = zone.tracks.lastIndex(where: { $0.verdict != .none }),
            noOtherCanHaveCome(since: zone.tracks[index]), let known = zone.tracks[index].results[camera]
        else { return false }
        if known != result, zone.tracks[index].verdict == .pass {
            divert(index, .unclear)
            hold(.readsDiffer, station: lane.unitVerify.name, "", immediate: true)
        }
        return true
    }

    /// The one unit that waits for a result of this camera; `nil` if there is none or several.
    private func candidate(for camera: Int) -> Int? {
        let open = zone.tracks.indices.filter {
            zone.tracks[$0].verdict == .none && zone.tracks[$0].results[camera] == nil
        }
        return open.count == 1 ? open[0] : nil
    }

    /// Whether the belt, at its fastest, cannot have brought another unit before the camera since the last
    /// scan.
    private func noOtherCanHaveCome(since track: LiveTrack) -> Bool {
        let age = Double(now.monotonicNanoseconds - min(now.monotonicNanoseconds, belt.reportedAt)) / 1e9
        let travel = age * Double(configuration.maxMillimetresPerSecond)
        guard travel < 100_000 else { return false }
        let furthest = belt.position + configuration.counts(Int(travel) + 1)
        return furthest < track.position + configuration.counts(lane.unitVerify.minPitchMillimetres)
    }

    /// Binds the reads that came before this scan.
    mutating func bindWaitingReads() {
        let waiting = zone.waiting
        zone.waiting = []
        for read in waiting {
            let open = zone.tracks.indices.filter {
                zone.tracks[$0].verdict == .none && zone.tracks[$0].results[read.camera] == nil
            }
            switch open.count {
            case 0: zone.waiting.append(read)
            case 1: bind(read.result, camera: read.camera, to: open[0])
            default:
                // Which of them was read is not known: all are rejected.
                for index in open { zone.tracks[index].doubt = .unclear }
                bind(read.result, camera: read.camera, to: open[0])
                hold(
                    .readsUnclear, station: lane.unitVerify.name, "\(open.count) units",
                    immediate: true)
            }
        }
    }

    /// Reads for which no unit came: the neighbours are rejected.
    mutating func expireReads() {
        let time = now.monotonicNanoseconds
        let late = zone.waiting.filter { $0.expiresAt <= time }
        guard !late.isEmpty else { return }
        zone.waiting.removeAll { $0.expiresAt <= time }
        guard late.contains(where: { $0.result != .noRead }) else { return }
        for index in zone.tracks.indices where zone.tracks[index].verdict == .none {
            zone.tracks[index].doubt = .unclear
        }
        zone.doubtNext = true
        hold(.strayRead, station: lane.unitVerify.name, "", immediate: true)
    }

    mutating func bind(_ result: ReadResult, camera: Int, to index: Int) {
        zone.tracks[index].results[camera] = result
        if zone.tracks[index].results.allSatisfy({ $0 != nil }) { decide(index) }
    }

    // MARK: Judgement

    /// Judges every unit whose window has closed.
    mutating func decideReached() {
        let window = configuration.counts(lane.unitVerify.decideWithinMillimetres)
        for index in zone.tracks.indices
        where zone.tracks[index].verdict == .none && belt.position > zone.tracks[index].position + window {
            decide(index)
        }
    }

    private mutating func decide(_ index: Int) {
        // Records follow the order of the units: an earlier one without a result is judged first.
        for earlier in zone.tracks.indices where earlier < index && zone.tracks[earlier].verdict == .none {
            judge(earlier)
        }
        judge(index)
    }

    private mutating func judge(_ index: Int) {
        let results = zone.tracks[index].results.compactMap { $0 }
        let complete = results.count == zone.tracks[index].results.count
        let doubt = zone.tracks[index].doubt ?? (jobsProven ? nil : .jobUnproven)
        let judgement = judgement(of: complete ? results : [], doubt: doubt)
        switch judgement {
        case .accepted(let serial, _) where isChallenge(zone.tracks[index].number):
            reject(index, .challenge, serial: serial)
        case .accepted(let serial, let skipped): accept(index, serial, skipped: skipped)
        case .refused(let reason, let serial): reject(index, reason, serial: serial)
        }
        if !complete { stopForMissingResult() }
    }

    private enum Judgement {
        case accepted(String, skipped: Int)
        case refused(RejectReason, serial: String)
    }

    private func judgement(of results: [ReadResult], doubt: RejectReason?) -> Judgement {
        guard let first = results.first, let batch = state.runningBatch else {
            return .refused(doubt ?? .noResult, serial: "")
        }
        if batch.trials.isSetUp { return .refused(.setUp, serial: "") }
        guard results.allSatisfy({ $0 == first }) else {
            return .refused(doubt ?? .camerasDisagree, serial: "")
        }
        let bytes: [UInt8]
        switch first {
        case .code(let code): bytes = code
        case .noRead: return .refused(doubt ?? .noRead, serial: "")
        case .broken: return .refused(doubt ?? .unparsable, serial: "")
        }
        let scan: UnitScan
        switch UnitScan.parse(bytes, year: now.year) {
        case .success(let unit): scan = unit
        case .failure(let reason): return .refused(doubt ?? reason, serial: "")
        }
        let serial = scan.gtin == batch.order.gtin ? scan.serial(batch.code) : ""
        if let doubt { return .refused(doubt, serial: serial) }
        if let reason = scan.mismatch(with: batch) { return .refused(reason, serial: serial) }
        return judgement(ofSerial: serial, scan, batch: batch)
    }

    /// Whether the serial may be accepted now: known, with its payload, unused, and in printing order.
    private func judgement(ofSerial serial: String, _ scan: UnitScan, batch: Batch) -> Judgement {
        guard let position = state.unitPools[batch.pool].source.position(of: serial) else {
            return .refused(.unknownSerial, serial: "")
        }
        guard scan.carries(state.unitPools[batch.pool].source.payload(position), batch.code) else {
            return .refused(.wrongPayload, serial: serial)
        }
        switch state.unitPools[batch.pool].state(position) {
        case .unallocated:
            guard state.unitPools[batch.pool].kind == .preprinted else {
                return .refused(.unknownSerial, serial: "")
            }
            return .accepted(serial, skipped: 0)
        case .encoded, .voided: return orderJudgement(position, serial, pool: batch.pool)
        case .verified, .commissioned, .sampled: return .refused(.duplicate, serial: serial)
        case .inDoubt: return .refused(.alreadyRejected, serial: serial)
        case .allocated, .returned, .invalid, .labelScrapped, .labelSampled, .inactive, .destroyed:
            return .refused(.unknownSerial, serial: serial)
        }
    }

    private func orderJudgement(_ position: Int, _ serial: String, pool: Int) -> Judgement {
        let number = state.lane(named: lane.name)
        guard state.unitPools[pool].mayComeOn(number, position) else {
            return .refused(.wrongLane, serial: serial)
        }
        let order = state.unitPools[pool].order(number)
        if position < order.freeBelow {
            return configuration.zone == .read
                ? .accepted(serial, skipped: 0) : .refused(.zone, serial: serial)
        }
        guard position > order.furthestSeen else { return .refused(.outOfOrder, serial: serial) }
        var skipped = 0
        let first = max(order.furthestSeen + 1, order.freeBelow, coder.clearedBelow)
        for between in first..<max(position, first) {
            let isWaiting =
                state.unitPools[pool].state(between) == .encoded
                && state.unitPools[pool].mayComeOn(number, between)
            skipped += isWaiting ? 1 : 0
        }
        return .accepted(serial, skipped: skipped)
    }

    private mutating func accept(_ index: Int, _ serial: String, skipped: Int) {
        zone.rejectsInRow = 0
        zone.tracks[index].verdict = .pass
        record(.unitVerified(UnitVerified(track: zone.tracks[index].number, serial: serial, lane: lane.name)))
        signal(index)
        showFirstArticle(serial, track: zone.tracks[index].number)
        if let station = lane.unitPrint, skipped > station.maxSkip {
            hold(.skipped, station: station.name, "\(skipped) serials skipped", immediate: true)
        }
    }

    private mutating func reject(_ index: Int, _ reason: RejectReason, serial: String) {
        zone.tracks[index].verdict = .reject
        zone.tracks[index].rejectedFor = reason
        record(
            .unitRejected(
                UnitRejected(
                    track: zone.tracks[index].number, reason: reason.rawValue, serial: serial,
                    lane: lane.name)))
        signal(index)
        guard !isChallenge(zone.tracks[index].number) else { return }
        switch reason {
        case .symbology: hold(.symbology, station: lane.unitVerify.name, "", immediate: true)
        case .zone, .beltStopped, .setUp, .jobUnproven: return
        case .noRead, .noResult, .unparsable, .wrongGTIN, .wrongLot, .wrongExpiry, .wrongPayload,
            .unknownSerial,
            .duplicate,
            .alreadyRejected, .outOfOrder, .camerasDisagree, .tooClose, .unclear, .late, .challenge,
            .refusedArticle, .wrongLane:
            break
        }
        countReject(reason)
    }

    /// A camera that did not answer may answer late, for a unit that is no longer before it. The line stands
    /// until no answer can be on its way any more, and no read counts until then.
    private mutating func stopForMissingResult() {
        let settle = UInt64(lane.unitVerify.settleMilliseconds) * Nanoseconds.millisecond
        zone.settleUntil = now.monotonicNanoseconds.advanced(byNanoseconds: settle)
        zone.waiting = []
        hold(.noResult, station: lane.unitVerify.name, "", immediate: true)
    }

    /// The line goes on after a missing answer: the units that stood before the camera meanwhile are
    /// rejected, and no answer of theirs is on its way any more.
    mutating func rejectUnanswered() {
        guard zone.settleUntil != nil else { return }
        zone.settleUntil = nil
        zone.waiting = []
        let inRow = zone.rejectsInRow
        for index in zone.tracks.indices where zone.tracks[index].verdict == .none {
            reject(index, zone.tracks[index].doubt ?? .unclear, serial: "")
        }
        zone.rejectsInRow = inRow
    }

    private mutating func countReject(_ reason: RejectReason) {
        zone.rejectsInRow += 1
        if zone.rejectsInRow >= lane.gate.maxRejectsInRow {
            zone.rejectsInRow = 0
            hold(
                .rejectsInRow, station: lane.gate.name,
                "\(lane.gate.maxRejectsInRow) in a row, the last for \(reason.rawValue)",
                immediate: true)
        }
    }
}
