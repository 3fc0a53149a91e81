import LineCore

/// The line I/O as the rules see it: what a device session does in the daemon.
extension SimulatedLine {
    func ioReport(_ lane: Int) -> LineIOReport {
        let io = world.io(lane: lane)
        var report = LineIOReport()
        report.running = io.running
        report.binFull = io.binFull
        report.watchdogTripped = io.watchdogTripped
        report.gateFault = io.gateFault
        report.position = io.position
        report.partPresent = EdgeCount(count: io.partPresentCount, position: io.partPresentPosition)
        report.passed = EdgeCount(count: io.passCount, position: io.passPosition)
        report.rejected = EdgeCount(count: io.rejectCount, position: io.rejectPosition)
        report.commandSequence = io.commandSequence
        report.commandLate = io.commandResult == .refusedLate
        report.dispositionCount = io.dispositionCount
        let newest = Int(io.dispositionCount)
        report.dispositions = (1...8).map { place in
            let entry = io.dispositions[(newest + place - 1) % 8]
            return Disposition(track: entry.track, passed: entry.result == 1)
        }
        return report
    }

    mutating func write(_ outputs: LineOutputs, _ lane: Int) {
        var new = world.outputs(lane: lane)
        heartbeat &+= 1
        new.heartbeat = heartbeat
        new.run = outputs.runEnable
        new.feed = outputs.feedEnable
        new.runLimit = outputs.runLimit
        new.purge = outputs.purgeUntil != nil
        new.purgeUntil = outputs.purgeUntil ?? new.purgeUntil
        new.red = outputs.red
        new.amber = outputs.amber
        new.green = outputs.green
        let isNewPurge = outputs.purgeUntil != nil && outputs.purgeUntil != purgeWritten[lane]
        if isNewPurge { purgeWritten[lane] = outputs.purgeUntil }
        world.write(new, isNewPurge: isNewPurge, lane: lane)
    }

    mutating func write(_ signal: GateSignal, _ lane: Int) {
        guard now <= signal.expiresAtNanoseconds else {
            return turn(.gateSignal(.expired(sequence: signal.sequence), lane: lane))
        }
        var new = world.outputs(lane: lane)
        new.commandSequence = signal.sequence
        new.commandKind = (signal.kind == .pass ? GateCommandKind.passAt : .ejectAt).rawValue
        new.commandPosition = signal.position
        world.write(new, lane: lane)
        turn(.gateSignal(.written(sequence: signal.sequence), lane: lane))
    }

    mutating func write(_ verdict: GateVerdict, _ lane: Int) {
        guard now <= verdict.expiresAtNanoseconds else {
            return turn(.gateSignal(.verdictExpired(track: verdict.plcTrack), lane: lane))
        }
        var new = world.outputs(lane: lane)
        new.setVerdict(verdict.pass ? .pass : .reject, track: verdict.plcTrack)
        world.write(new, lane: lane)
        turn(.gateSignal(.verdictWritten(track: verdict.plcTrack), lane: lane))
    }

    // MARK: The screen

    var screen: OperatorStatus? {
        guard let status = line?.status else { return nil }
        // Not of self: a closure would copy all of it.
        let stations = plan.levels.compactMap { level in
            status.packing.first { $0.level == level.level }.map(Self.station)
        }
        guard let cases = stations.first, let pallets = stations.last else { return nil }
        let batch: OperatorStatus.Batch =
            switch status.batch?.state {
            case nil, .waiting, .ready, .suspended, .closed: waiting
            case .running: .running(ending: status.batch?.ending == true)
            case .held: .held(status.stop?.rawValue ?? "", ending: status.batch?.ending == true)
            case .completed: .completed(remainder: shadow.batches.last?.remainder ?? 0)
            }
        var screen = OperatorStatus(
            batch: batch, cases: cases, outers: Array(stations.dropFirst().dropLast()), pallets: pallets,
            starts: status.starts, out: status.takenOut)
        screen.isSetUp = status.batch?.trials.isSetUp == true
        screen.changeover = status.changeover
        return screen
    }

    /// Where the batch stands that is not on the line.
    private var waiting: OperatorStatus.Batch {
        guard let batch = shadow.batches.last, [.ready, .suspended].contains(batch.state) else {
            return .none
        }
        return .waiting(remainder: batch.state == .suspended ? batch.remainder : 0)
    }

    private static func station(_ packing: LineStatus.Packing) -> OperatorStatus.Station {
        OperatorStatus.Station(
            name: packing.station, open: packing.open, transit: packing.transit,
            unproved: packing.unproved, diverted: packing.diverted,
            proofDue: packing.proofDue, readingAgain: packing.readingAgain,
            byHand: packing.byHand, filling: packing.filling)
    }

    /// What the screen answers about a code: a unit's scan, or the SSCC of a container.
    static func answer(_ code: String, _ state: LineState) -> OperatorItem? {
        if code.utf8.count == 18 {
            guard let container = state.container(named: code) else { return nil }
            return OperatorItem(isGood: container.isClosed, parent: container.parent)
        }
        guard let unit = state.unit(scanned: Array(code.utf8), year: 2026) else { return nil }
        return OperatorItem(isGood: unit.state == .commissioned, parent: unit.parent, helper: unit.helper)
    }

    mutating func perform(_ act: OperatorAct) {
        if case .atTable(.scan) = act, plan.signsOn, let there = line?.state.signedOn {
            attempt(crew.takeScanner(Self.handheld, there))
        }
        act.perform(in: &world)
        if scanLuck.below(2) == 0,
            let scans = act.scans({ world.carton(serial: $0) }, { world.container(sscc: $0) })
        {
            return world.scanByHand(scans)
        }
        switch act {
        case .resume: order(.resume)
        case .complete: order(.completeBatch)
        case .partial(let station): order(.closePartial(station: station))
        case .reprint(let sscc, let reason): order(.reprint(sscc: sscc, reason: reason, old: .destroyed))
        case .scrap(let reason): order(.scrapInDoubt(batch: Self.batch, reason: reason))
        case .close: order(.closeBatch(Self.batch, reason: nil, deviation: nil))
        case .hold(let reason): order(.hold(immediate: true, reason: reason))
        case .end(let serial, let end): order(.end(Self.name(serial), as: end, reason: Self.why))
        case .remove(let serial): order(.remove(item: Self.name(serial), reason: Self.why))
        case .add(let serial, let sscc):
            order(.add(item: Self.name(serial), to: sscc, reason: Self.why))
        case .replace(let old, let new, let end):
            order(.replace(item: Self.name(old), by: Self.name(new), end: end, reason: Self.why))
        case .recover(let code, let reintroduces):
            order(.recover(code: code, reintroduces: reintroduces, reason: Self.why))
        case .sendOut(let serial): order(.takeOut(item: Self.name(serial), reason: Self.why))
        case .returnUnit(let code): order(.bringBack(code: code))
        case .ship(let sscc): order(.ship(sscc: sscc, reference: ""))
        case .start: order(.startBatch(Self.batch))
        case .suspend: order(.suspendBatch)
        case .clear: order(.clearLine(points: plan.changeover.clearance))
        case .judge(let code, let approves):
            order(.judgeFirstArticle(code: code, approves: approves, reason: approves ? "" : Self.why))
        case .challenge(let challenge):
            order(.challenge(challenge))
            guard let status = line?.status.changeover, status.laid == challenge else { break }
            let lane = status.dueOn.first.flatMap { Int($0) } ?? 1
            _ = world.layPack(for: challenge, lane: lane - 1)
        case .handCount(let what, let count):
            order(.handCount(batch: Self.batch, what, count: count))
        case .countRejects(let count):
            // Some of them were taken off behind the gate.
            order(.countRejects(batch: Self.batch, count: count, reason: "lay in the bin"))
        case .move(let sscc, let target, let dissolves):
            order(.move(item: Self.name(sscc), to: target, reason: Self.why, dissolves: dissolves))
        case .readAgain(let sscc): order(.readAgain(sscc: sscc))
        case .readAgainDone(let sscc): order(.finishReadAgain(sscc: sscc))
        case .endOrphans(let end): order(.endOrphans(batch: Self.batch, end, reason: Self.why))
        case .packByHand(let station, let isOver):
            order(.packByHand(station: station, isOver: isOver, reason: isOver ? "" : Self.why))
        case .dissolve(let sscc): order(.dissolve(sscc: sscc, reason: Self.why))
        case .takeOut, .present, .presentOwn, .presentLink, .changeCap, .presentLayer, .fillUp, .presentCase,
            .placeLabel, .discardLabels,
            .scanPallet, .prove, .takeAway,
            .bringBack,
            .emptyBin, .shutCase, .endPallet, .putBack, .exchange, .atTable, .putInto, .moveToOpen,
            .discardCase, .carry,
            .discardPallet:
            break
        }
    }

    private static let why = "rework"
    /// A unit by its serial, or a container by its SSCC.
    private static func name(_ item: String) -> ItemName {
        ItemName(item, gtin: item.utf8.count == 18 ? nil : gtin)
    }

    /// Somebody asks it of the line: where people sign on, in the end one who may.
    mutating func order(_ verb: LineCommand.Verb, except: String = "") {
        guard plan.signsOn else { return ask(verb, Authority(account: "operator")) }
        if let there = line?.state.signedOn, let guess = crew.guess(at: verb, there) {
            let refusals = laws.refused.count
            attempt([guess])
            if laws.refused.count == refusals { return }
            crew.turnedAway += 1
            laws.refused.removeLast(laws.refused.count - refusals)
        }
        guard let there = line?.state.signedOn else { return }
        attempt(crew.order(verb, there, except: except))
    }

    mutating func attempt(_ tries: [Crew.Try]) {
        for next in tries { ask(next.verb, next.by) }
    }

    private mutating func ask(_ verb: LineCommand.Verb, _ authority: Authority) {
        request += 1
        turn(.command(LineCommand(request: request, by: authority, verb: verb)))
    }
}
