extension LineState {
    /// Folds one record into the state.
    ///
    /// - Throws: ``StateFault`` if the record contradicts the state; the state is not usable then.
    package mutating func apply(_ record: LineRecord) throws(StateFault) {
        switch record {
        case .lineStarted(let fact): try apply(fact)
        case .lineStopped: stoppedInOrder = true
        case .poolAdded(let fact): try apply(fact)
        case .productDefined(let fact): try apply(fact)
        case .labelDefined(let fact): try apply(fact)
        case .batchOpened(let fact): try apply(fact)
        case .batchStarted(let fact): try apply(fact)
        case .batchHeld(let fact):
            try onRunning {
                $0.hold = fact; $0.state = .held
            }
            raiseStop(fact)
            holds += 1
        case .batchResumed:
            try onRunning {
                $0.hold = nil; $0.state = .running
            }
            clearStops()
        case .batchEnding(let fact):
            try onRunning {
                $0.ending = true; $0.suspends = fact.suspends
            }
        case .batchCompleted(let fact): try complete(fact.batch)
        case .remainderListed(let fact): try checkCompleted(fact.batch)
        case .orphansListed(let fact): try checkCompleted(fact.batch)
        case .batchClosed(let fact): try close(fact)
        case .serialsReserved(let range): try reserve(range)
        case .serialsVoided(let range): try void(range)
        case .serialsReturned(let range): try endUnsent(range, as: .returned)
        case .serialsKilled(let range): try endUnsent(range, as: .invalid)
        case .unitSent(let fact): try apply(fact)
        case .unitVerified(let fact): try apply(fact)
        case .unitRejected(let fact): try apply(fact)
        case .unitsPassed(let fact): try pass(fact.tracks)
        case .unitDiverted(let fact): try divert(fact)
        case .unitsCleared(let fact): try clear(fact.tracks)
        case .rejectConfirmed(let fact): try confirm(fact.tracks)
        case .inDoubtScrapped(let fact): try apply(fact)
        case .unitLinked(let fact): try apply(fact)
        case .containerOpened(let fact): try apply(fact)
        case .collated(let fact): try apply(fact)
        case .labelSent(let fact): try apply(fact)
        case .labelsDoubted(let fact):
            for sscc in fact.ssccs {
                let index = try container(sscc)
                doubt(index)
                if fact.diverted { containers[index].isDiverted = true }
            }
        case .containerClosed(let fact): try close(fact)
        case .contentReset(let fact): try apply(fact)
        case .itemRemoved(let fact): try apply(fact)
        case .itemAdded(let fact): try apply(fact)
        case .containerDissolved(let fact): try apply(fact)
        case .unitEnded(let fact): try apply(fact)
        case .itemShipped(let fact): try apply(fact)
        case .rejectRecovered(let fact): try apply(fact)
        case .rejectsCounted(let fact): try apply(fact)
        case .unitTakenOut(let fact): try apply(fact)
        case .unitBroughtBack(let fact): try apply(fact)
        case .setUpEnded(let fact): try apply(fact)
        case .batchSuspended(let fact): try apply(fact)
        case .containerParked(let fact): try apply(fact)
        case .firstArticleShown(let fact): try apply(fact)
        case .firstArticleJudged(let fact): try apply(fact)
        case .challengeJudged(let fact): try apply(fact)
        case .challengesDue(let fact): try apply(fact)
        case .lineCleared(let fact): try apply(fact)
        case .jobLoaded, .jobRefused: try checkJob(record)
        case .packingOverridden(let fact): apply(fact)
        case .alarmRaised(let fact): raise(fact.alarm, fact.station, fact.detail)
        case .alarmAcknowledged(let fact): acknowledge(fact)
        case .alarmReturned(let fact): clear(fact)
        // Whatever the accepted lines say: nothing signed by the line itself shows an orderly stop.
        case .journalAccepted: stoppedInOrder = false
        case .batchReleased(let fact): try apply(fact)
        case .operatorSignedOn(let fact): try apply(fact)
        case .operatorSignedOff(let fact): try apply(fact)
        case .handCounted(let fact): try apply(fact)
        case .snapshotWritten, .operatorLocked, .operatorAdded, .operatorChanged, .actSigned,
            .shiftHandedOver:
            break
        }
    }

    private mutating func apply(_ fact: LineStarted) throws(StateFault) {
        starts += 1
        boot = fact.boot
        stoppedInOrder = false
        guard !fact.clean, let running else { return }
        let pool = batches[running].pool
        guard unitPools[pool].kind == .printed else { return }
        let free = unitPools[pool].nextUnreserved
        for lane in lanes.indices { unitPools[pool].setOrder(lane) { $0.freeBelow = free } }
    }

    private mutating func onRunning(_ change: (inout Batch) -> Void) throws(StateFault) {
        guard let running else { throw StateFault(text: "no batch is on the line") }
        change(&batches[running])
    }
}

// MARK: - Pools and numbers

extension LineState {
    private mutating func apply(_ fact: PoolAdded) throws(StateFault) {
        guard unitPool(named: fact.pool) == nil, ssccPool(named: fact.pool) == nil else {
            throw StateFault(text: "pool \(fact.pool) exists")
        }
        guard let kind = PoolKind(rawValue: fact.kind), fact.count > 0 else {
            throw StateFault(text: "pool \(fact.pool) has kind \(fact.kind) and \(fact.count) numbers")
        }
        let (_, overflow) = fact.first.addingReportingOverflow(UInt64(fact.count))
        guard !overflow else { throw StateFault(text: "pool \(fact.pool) passes the largest number") }
        if kind == .sscc {
            add(SSCCPool(name: fact.pool, key: fact.key, first: fact.first, count: fact.count))
            return
        }
        let source = try source(of: fact)
        add(
            UnitPool(
                name: fact.pool, kind: kind, gtin: fact.key, file: fact.file, market: fact.market,
                source: source))
    }

    private mutating func source(of fact: PoolAdded) throws(StateFault) -> SerialSource {
        guard !fact.file.isEmpty else {
            guard fact.count <= SerialTable.maxCount, fact.width <= 20 else {
                throw StateFault(text: "pool \(fact.pool) is larger than a pool can be")
            }
            return .range(prefix: fact.prefix, first: fact.first, count: fact.count, width: fact.width)
        }
        guard let table = suppliedFiles.removeValue(forKey: fact.file), table.count == fact.count else {
            throw StateFault(text: "the file of pool \(fact.pool) (\(fact.file)) is missing or has changed")
        }
        return .list(table)
    }

    private mutating func reserve(_ range: SerialRange) throws(StateFault) {
        if let index = ssccPool(named: range.pool) {
            try check(range, from: ssccPools[index].nextUnreserved, count: ssccPools[index].count)
            ssccPools[index].nextUnreserved += range.count
            return
        }
        guard let index = unitPool(named: range.pool), let running, !unitPools[index].rests else {
            throw StateFault(text: "no pool \(range.pool) for the running batch")
        }
        try check(range, from: unitPools[index].nextUnreserved, count: unitPools[index].count)
        unitPools[index].nextUnreserved += range.count
        for position in range.first..<range.first + range.count {
            move(position, of: index, to: .allocated, batch: running)
        }
    }

    private func check(_ range: SerialRange, from next: Int, count: Int) throws(StateFault) {
        guard range.first == next, range.count > 0, range.count <= count - next else {
            throw StateFault(
                text: "\(range.count) numbers from \(range.first) do not follow in pool \(range.pool)")
        }
    }

    private mutating func void(_ range: SerialRange) throws(StateFault) {
        if let index = ssccPool(named: range.pool) {
            ssccPools[index].nextUnused = ssccPools[index].nextUnreserved
            return
        }
        try endUnsent(range, as: .voided)
    }

    private mutating func endUnsent(_ range: SerialRange, as state: SerialState) throws(StateFault) {
        guard let index = unitPool(named: range.pool), range.first == unitPools[index].nextUnsent,
            range.count == unitPools[index].nextUnreserved - range.first, range.count > 0,
            !unitPools[index].rests
        else { throw StateFault(text: "\(range.pool): these are not the unsent serials") }
        for position in range.first..<range.first + range.count {
            let batch = Int(unitPools[index].batches[position]) - 1
            guard batch >= 0 else { throw StateFault(text: "\(range.pool): serial without a batch") }
            move(position, of: index, to: state, batch: batch)
        }
        unitPools[index].nextUnsent = unitPools[index].nextUnreserved
    }

    /// Gives one serial a new state and keeps the batch's counts right.
    mutating func move(_ position: Int, of pool: Int, to state: SerialState, batch: Int) {
        let before = unitPools[pool].state(position)
        let owner = Int(unitPools[pool].batches[position]) - 1
        if before == .encoded, owner >= 0, let lane = unitPools[pool].laneOvertaking(position) {
            batches[owner].count(lane: lane) { $0.overtaken -= 1 }
        }
        if owner >= 0 {
            batches[owner].serials[Int(before.rawValue)] -= 1
        } else {
            unitPools[pool].batches[position] = UInt16(clamping: batch + 1)
        }
        unitPools[pool].states[position] = state.rawValue
        batches[owner >= 0 ? owner : batch].serials[Int(state.rawValue)] += 1
    }

    private mutating func apply(_ fact: UnitSent) throws(StateFault) {
        guard let running else { throw StateFault(text: "no batch is on the line") }
        let pool = batches[running].pool
        let lane = UInt16(clamping: noteLane(fact.lane))
        unitPools[pool].sentTo.append(to: unitPools[pool].nextUnsent, lane: LaneRun.any)
        for serial in fact.serials {
            let position = unitPools[pool].nextUnsent
            guard position < unitPools[pool].nextUnreserved, unitPools[pool].source[position] == serial else {
                throw StateFault(text: "a serial was sent that was not next")
            }
            move(position, of: pool, to: .encoded, batch: running)
            unitPools[pool].nextUnsent = position + 1
            unitPools[pool].sentTo.append(to: position + 1, lane: lane)
        }
    }
}

// MARK: - Batches

extension LineState {
    private mutating func complete(_ name: String) throws(StateFault) {
        guard let index = running, batches[index].order.batch == name else {
            throw StateFault(text: "batch \(name) does not run")
        }
        leaveLine(as: .completed)
    }

    private mutating func close(_ fact: BatchClosed) throws(StateFault) {
        let index = try checkCompleted(fact.batch)
        batches[index].state = .closed
        batches[index].closing = fact
        byHand = []
        (batches[index].out, batches[index].rejectMasks) = ([], [:])
        (batches[index].links, batches[index].helpers) = ([:], [:])
        dropLabels()
        try dropContainers(of: index)
        restPool(batches[index].pool)
    }

    /// The containers of a closed batch leave memory: nothing can happen to them any more.
    private mutating func dropContainers(of batch: Int) throws(StateFault) {
        for number in containers.indices {
            let container = containers[number]
            guard container.batch == batch else { continue }
            for child in container.children { release(child, level: container.level, batch: batch) }
            containers[number].children = []
        }
        let isOver = batches.map { $0.state == .closed }
        containers.letGo { isOver[$0.batch] }
        for level in closedByOrder.indices {
            closedByOrder[level].removeAll {
                !containers.indices.contains($0) || containers[$0].batch == batch
            }
        }
        let isHere = { (number: Int) in
            containers.indices.contains(number) && containers[number].batch != batch
        }
        guard (transit.joined() + unproved + opened).allSatisfy(isHere) else {
            throw StateFault(text: "a batch was closed before all its labels were read")
        }
    }

    @discardableResult
    private func checkCompleted(_ name: String) throws(StateFault) -> Int {
        guard let index = batch(named: name), batches[index].state == .completed else {
            throw StateFault(text: "batch \(name) is not completed")
        }
        return index
    }
}

// MARK: - Units

extension LineState {
    private mutating func apply(_ fact: UnitVerified) throws(StateFault) {
        let (batch, pool, lane) = try track(fact.track, fact.lane)
        guard let position = unitPools[pool].source.position(of: fact.serial) else {
            throw StateFault(text: "track \(fact.track) was verified with a serial of no pool")
        }
        let state = unitPools[pool].state(position)
        guard
            state == .encoded || state == .voided
                || (state == .unallocated && unitPools[pool].kind == .preprinted)
        else {
            throw StateFault(text: "track \(fact.track) was verified with a serial that is \(state.word)")
        }
        if state == .unallocated { unitPools[pool].used += 1 }
        move(position, of: pool, to: .verified, batch: batch)
        if unitPools[pool].kind == .printed {
            see(position, of: pool, lane)
            unitPools[pool].setOrder(lane) { if position >= $0.freeBelow { $0.freeBelow = 0 } }
        }
        insert(OpenTrack(track: fact.track, verified: position, batch: batch, lane: lane))
    }

    /// A unit was seen further on than any before on its lane: what was sent there before it is overtaken.
    private mutating func see(_ position: Int, of pool: Int, _ lane: Int) {
        let furthest = unitPools[pool].order(lane).furthestSeen
        guard position > furthest else { return }
        for between in (furthest + 1)..<position
        where unitPools[pool].state(between) == .encoded
            && Int(unitPools[pool].sentTo.lane(of: between)) == lane
        {
            let owner = Int(unitPools[pool].batches[between]) - 1
            if owner >= 0 { batches[owner].count(lane: lane) { $0.overtaken += 1 } }
        }
        unitPools[pool].setOrder(lane) { $0.furthestSeen = position }
    }

    private mutating func apply(_ fact: UnitRejected) throws(StateFault) {
        let (batch, pool, lane) = try track(fact.track, fact.lane)
        batches[batch].count(lane: lane) { $0.rejected += 1 }
        batches[batch].count(fact.reason)
        insert(OpenTrack(track: fact.track, verified: nil, batch: batch, lane: lane))
        doubt(fact.serial, of: pool, batch: batch)
        guard !fact.serial.isEmpty, let position = unitPools[pool].source.position(of: fact.serial) else {
            return
        }
        batches[batch].noteReject(position, fact.reason)
    }

    /// A serial read on a rejected unit is in doubt, unless its fate was known before.
    private mutating func doubt(_ serial: String, of pool: Int, batch: Int) {
        guard !serial.isEmpty, let position = unitPools[pool].source.position(of: serial) else { return }
        switch unitPools[pool].state(position) {
        case .encoded, .voided: move(position, of: pool, to: .inDoubt, batch: batch)
        case .unallocated:
            guard unitPools[pool].kind == .preprinted else { return }
            unitPools[pool].used += 1
            move(position, of: pool, to: .inDoubt, batch: batch)
        case .allocated, .verified, .commissioned, .inDoubt, .returned, .invalid, .labelScrapped, .sampled,
            .labelSampled, .inactive, .destroyed:
            return
        }
    }

    private mutating func track(
        _ number: UInt64, _ name: String
    ) throws(StateFault) -> (batch: Int, pool: Int, lane: Int) {
        let lane = noteLane(name)
        while lastTracks.count <= lane { lastTracks.append(0) }
        guard let running, number > lastTracks[lane], !lastTracks.contains(number) else {
            throw StateFault(text: "track \(number) is out of order")
        }
        lastTracks[lane] = number
        batches[running].count(lane: lane) { $0.tracked += 1 }
        return (running, batches[running].pool, lane)
    }

    private mutating func pass(_ tracks: [UInt64]) throws(StateFault) {
        for track in tracks {
            let open = try take(track)
            guard let position = open.verified else { throw StateFault(text: "track \(track) was rejected") }
            move(position, of: batches[open.batch].pool, to: .commissioned, batch: open.batch)
            batches[open.batch].count(lane: open.lane) { $0.passed += 1 }
        }
    }

    private mutating func divert(_ fact: UnitRejected) throws(StateFault) {
        let open = try take(fact.track)
        guard let position = open.verified else { throw StateFault(text: "track \(fact.track) was rejected") }
        move(position, of: batches[open.batch].pool, to: .inDoubt, batch: open.batch)
        batches[open.batch].count(lane: open.lane) { $0.rejected += 1 }
        batches[open.batch].count(fact.reason)
        batches[open.batch].noteReject(position, fact.reason)
        insert(OpenTrack(track: fact.track, verified: nil, batch: open.batch, lane: open.lane))
    }

    private mutating func clear(_ tracks: [UInt64]) throws(StateFault) {
        for track in tracks {
            let open = try take(track)
            // A rejected unit has its disposition; only its confirmation is given up.
            guard let position = open.verified else { continue }
            move(position, of: batches[open.batch].pool, to: .inDoubt, batch: open.batch)
            batches[open.batch].count(lane: open.lane) { $0.cleared += 1 }
        }
    }

    private mutating func confirm(_ tracks: [UInt64]) throws(StateFault) {
        for track in tracks {
            let open = try take(track)
            guard open.verified == nil else { throw StateFault(text: "track \(track) was not rejected") }
            batches[open.batch].count(lane: open.lane) { $0.confirmed += 1 }
        }
    }

    private mutating func take(_ track: UInt64) throws(StateFault) -> OpenTrack {
        guard let index = openTracks.firstIndex(where: { $0.track == track }) else {
            throw StateFault(text: "track \(track) is not on the line")
        }
        return openTracks.remove(at: index)
    }

    private mutating func insert(_ open: OpenTrack) {
        // Almost always the last.
        let place = openTracks.lastIndex { $0.track < open.track }.map { $0 + 1 } ?? 0
        openTracks.insert(open, at: place)
    }

    private mutating func apply(_ fact: InDoubtScrapped) throws(StateFault) {
        guard let batch = batch(named: fact.batch) else { throw StateFault(text: "no batch \(fact.batch)") }
        let pool = batches[batch].pool
        for serial in fact.serials {
            guard !unitPools[pool].rests, let position = unitPools[pool].source.position(of: serial),
                unitPools[pool].state(position).isInDoubt
            else { throw StateFault(text: "a serial was scrapped that was not in doubt") }
            let voided = unitPools[pool].state(position) == .voided
            move(position, of: pool, to: voided ? .invalid : .labelScrapped, batch: batch)
        }
    }
}

extension Batch {
    /// Counts one more reject for `reason`.
    mutating func count(_ reason: String) {
        if let index = reasons.firstIndex(where: { $0.reason == reason }) {
            reasons[index].count += 1
        } else {
            reasons.append(ReasonCount(reason: reason, count: 1))
            reasons.sort { $0.reason < $1.reason }
        }
    }
}
