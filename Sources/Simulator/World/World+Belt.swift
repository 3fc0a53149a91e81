/// The belt: motion, feeding, and what happens at each station.
extension World {
    private static let nanosecondsPerMinute: UInt64 = 60_000_000_000
    /// Cartons never come nearer than this.
    private static let leastGap: Int64 = 10

    // MARK: Motion

    /// Brings ``position`` up to ``now``. Nothing is due on the way: callers run the belt's events first.
    mutating func syncPosition() {
        guard isMoving, layout.drive == .time, now > startedAt else { return }
        let product = (now - startedAt).multipliedFullWidth(by: speed)
        // The high word is below the divisor: speed is far below 60e9 counts a minute.
        let travelled = Self.nanosecondsPerMinute.dividingFullWidth(product).quotient
        let limit = UInt64(beltStop - startedFrom)
        position = startedFrom + Int64(min(travelled, limit))
    }

    /// Decides anew how far the belt may go, after anything that bears on it has changed.
    mutating func updateMotion() {
        let enabled =
            !isHeldUp
            && lanes.allSatisfy { $0.outputs.run && !$0.inputs.watchdogTripped && !$0.inputs.gateFault }
        if enabled {
            coastEnd = nil
        } else if wasEnabled, isMoving {
            coastEnd = position + layout.coast
        }
        wasEnabled = enabled
        let reach = enabled ? Int64.max / 2 : max(coastEnd ?? position, position)
        beltStop = min(reach, layout.enforcesRunLimit ? runLimitPosition : reach)
        let moves = beltStop > position
        defer { updateRunningTime() }
        guard moves != isMoving else { return }
        isMoving = moves
        if moves {
            startedAt = now
            startedFrom = position
        }
        emit(moves ? .beltStarted : .beltStopped)
    }

    private var runLimitPosition: Int64 {
        let here = UInt32(truncatingIfNeeded: counted)
        let ahead = max(0, lanes.map { $0.outputs.runLimit.travel(from: here) }.min() ?? 0)
        switch layout.measure {
        case .encoder: return position + ahead
        case .runningTime:
            // While the time does not count the limit comes no nearer; the gate rejects everything then.
            guard ahead > 0 else { return position }
            return runsSince == nil ? Int64.max / 2 : position + (ahead * Int64(speed) + 59_999) / 60_000
        }
    }

    // MARK: The controller's count

    /// Belt position as the controller counts it.
    var counted: Int64 {
        switch layout.measure {
        case .encoder: position
        case .runningTime:
            layout.initialPosition + Int64((ranFor + (runsSince.map { now - $0 } ?? 0)) / 1_000_000)
        }
    }

    /// The belt runs, as the controller shows it: without an encoder a stop stands until it was answered.
    var showsRunning: Bool { layout.measure == .encoder ? isMoving : runsSince != nil }

    /// Starts and stops the count of running time. At a stop every permission to pass is forgotten.
    private mutating func updateRunningTime() {
        guard layout.measure == .runningTime else { return }
        let isAtSpeed = isMoving && wasEnabled
        if let since = runsSince, !isAtSpeed {
            ranFor += now - since
            runsSince = nil
            isStopUnanswered = true
            showsStopUntil = later(now, by: layout.timings.shownStop)
            commands = []
        }
        guard runsSince == nil, isAtSpeed, !isStopUnanswered, now >= showsStopUntil else { return }
        runsSince = now
        // The run limit is a time now, and no longer far away.
        updateMotion()
    }

    private var speed: UInt64 { UInt64(layout.speedCountsPerMinute) }

    /// Position at which the belt next brings something about, or `nil` when it does not move.
    var nextBeltPosition: Int64? {
        guard isMoving else { return nil }
        var next = beltStop
        next = min(next, nextStationPosition)
        if let first = chute.first { next = min(next, first.position) }
        for lane in lanes.indices where canFeed(lane) { next = min(next, feedPosition(lane)) }
        return max(next, position)
    }

    /// Time at which the belt is at `target`, not before now; `nil` when time does not move it there.
    func beltTime(at target: Int64) -> UInt64? {
        guard layout.drive == .time, target < Int64.max / 2 else { return nil }
        let distance = UInt64(target - startedFrom)
        let product = distance.multipliedFullWidth(by: Self.nanosecondsPerMinute)
        guard product.high < speed else { return nil }
        let (whole, rest) = speed.dividingFullWidth(product)
        return max(now, later(later(startedAt, by: whole), by: rest == 0 ? 0 : 1))
    }

    private func arrival(of id: CartonID, at station: Int) -> Int64 {
        cartons[id.number - 1].anchor + stations[station]
    }

    /// Everything due at ``position``, downstream first, then the stop itself.
    mutating func runBelt() {
        repeat {
            for index in stations.indices.reversed() {
                guard let first = stretches[index].first, arrival(of: first, at: index) <= position
                else { continue }
                stretches[index].removeFirst()
                arrive(first, at: index)
            }
            runLink()
        } while nextStationPosition <= position
        if let first = chute.first, first.position <= position { landFromChute() }
        for lane in lanes.indices where canFeed(lane) && feedPosition(lane) <= position {
            at(lane) { $0.feedOne() }
        }
        if position >= beltStop { updateMotion() }
    }

    private var nextStationPosition: Int64 {
        var next = nextLinkPosition ?? Int64.max
        for index in stations.indices {
            if let first = stretches[index].first { next = min(next, arrival(of: first, at: index)) }
        }
        return next
    }

    private mutating func arrive(_ id: CartonID, at index: Int) {
        at(cartons[id.number - 1].lane) { $0.arriveOnLane(id, at: index) }
    }

    private mutating func arriveOnLane(_ id: CartonID, at index: Int) {
        guard let station = WorldStation(rawValue: index) else { return }
        switch station {
        case .coder: printAtCoder(id)
        case .partPresent: countPart(id)
        case .unitCamera: triggerUnitCamera(id)
        case .gate: if !decideAtGate(id) { return }
        case .passSensor: countPass(id)
        case .caseCamera: passCaseCamera(id)
        case .packer: if isTableOut { layOnTable(id) } else { fallIntoCase(id) }
        }
        guard station != .packer else { return }
        stretches[index + 1].append(id)
        slip(id, after: index)
    }

    // MARK: Feeder

    /// Puts blank cartons into the feeder.
    package mutating func loadFeeder(blank count: Int) {
        blanksInFeeder += max(0, min(count, 1 << 40))
    }

    /// Puts cartons into the feeder that carry these codes already. They come before any blank ones.
    package mutating func loadFeeder(preprinted codes: [PrintedCode]) {
        preprinted += codes
    }

    /// Cartons in the feeder.
    package var cartonsInFeeder: Int { blanksInFeeder + preprinted.count - preprintedHead }

    private func canFeed(_ lane: Int) -> Bool { lanes[lane].outputs.feed && cartonsInFeeder > 0 }

    private mutating func feedOne() {
        let id = CartonID(cartons.count + 1)
        let print = nextPreprinted(for: id)
        if print == nil { blanksInFeeder -= 1 }
        add(
            Carton(
                id: id, origin: .feeder, print: print, place: .belt, anchor: position, track: nil,
                lane: laneAtHand))
        stretches[0].append(id)
        lanes[laneAtHand].nextFeed = position + layout.pitch * Int64(layout.lanes)
        tally.fed += 1
        emit(.fed(id))
    }

    /// The code a preprinted carton comes with, spoilt by chance, or `nil` for a blank one.
    private mutating func nextPreprinted(for id: CartonID) -> PrintedCode? {
        guard preprintedHead < preprinted.count else { return nil }
        var code = preprinted[preprintedHead]
        preprintedHead += 1
        if let last = lanes[laneAtHand].lastPreprinted, happens(.coderRepeat, to: id.number) { code = last }
        lanes[laneAtHand].lastPreprinted = code
        return spoil(code, on: id)
    }

    // MARK: Coder

    private mutating func printAtCoder(_ id: CartonID) {
        guard cartons[id.number - 1].print == nil else { return }
        guard let record = takeRecord(for: id) else {
            tally.leftBlank += 1
            emit(.leftBlank(id))
            return
        }
        mark(id, with: spoil(PrintedCode(values: record.values), on: id))
        tally.printed += 1
        emit(.printed(id, index: record.index))
    }

    private mutating func takeRecord(for id: CartonID) -> SimulatedCoder.Record? {
        if let last = coder.repeatLast(), happens(.coderRepeat, to: id.number) { return last }
        if coder.count > 1, happens(.coderSkip, to: id.number) { _ = coder.dropNext() }
        return coder.takeNext()
    }

    private mutating func spoil(_ code: PrintedCode, on id: CartonID) -> PrintedCode {
        var print = code
        if let lot = layout.codeFields.firstIndex(of: "10"), lot < print.values.count,
            happens(.wrongLot, to: id.number)
        {
            print.values[lot] = Misread.otherText(print.values[lot])
        }
        if happens(.unreadablePrint, to: id.number) { print.isReadable = false }
        return print
    }

    // MARK: Sensors and packer

    private mutating func countPart(_ id: CartonID) {
        inputs.partPresentCount &+= 1
        inputs.partPresentPosition = UInt32(truncatingIfNeeded: counted)
        cartons[id.number - 1].track = inputs.partPresentCount
        emit(
            .partPresent(id, count: inputs.partPresentCount, position: inputs.partPresentPosition))
    }

    private mutating func countPass(_ id: CartonID) {
        inputs.passCount &+= 1
        inputs.passPosition = UInt32(truncatingIfNeeded: counted)
        emit(.passed(id, count: inputs.passCount, position: inputs.passPosition))
        comeToLink(id)
    }

    /// A carton slips back at most once in its life, after a station told by chance.
    private mutating func slip(_ id: CartonID, after station: Int) {
        guard faults.longestSlip > 0, isDue(.slip, id.number) else { return }
        var luck = random(.slip, id.number, 1)
        guard luck.below(WorldStation.packer.rawValue) == station else { return }
        let wanted = 1 + Int64(luck.below(Int(min(faults.longestSlip, 100_000))))
        let possible = roomBehind(id) - Self.leastGap
        guard min(wanted, possible) > 0 else { return }
        cartons[id.number - 1].anchor += min(wanted, possible)
        note(.slip, id.number)
    }

    /// Millimetres of free belt between a carton's trailing edge and whatever comes next.
    func roomBehind(_ id: CartonID) -> Int64 {
        let anchor = cartons[id.number - 1].anchor
        var next = max(lanes.indices.map(feedPosition).min() ?? position, position)
        for other in stretches.joined() where other != id {
            let behind = cartons[other.number - 1].anchor
            if behind > anchor { next = min(next, behind) }
        }
        return next - anchor - layout.unitLength
    }

    /// Cartons on the belt with the distance of their leading edges from the infeed, downstream first.
    package var cartonsOnBelt: [(carton: CartonID, distance: Int64)] {
        stretches.reversed().joined().map { ($0, position - cartons[$0.number - 1].anchor) }
    }
}
