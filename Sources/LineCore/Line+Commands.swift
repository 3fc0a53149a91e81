extension Line {
    /// Obeys a command or refuses it; either way it is answered once its records are durable.
    mutating func obey(_ command: LineCommand) {
        guard numbers.started else { return }
        if case .find(let gtin, let serial) = command.verb {
            let found = state.facts(gtin: gtin, serial: serial)
            return act(.answer(request: command.request, .found(found)))
        }
        let answer: CommandAnswer
        do throws(Refusal) {
            try permit(command)
            answer = .done(try perform(command.verb, by: command.by))
            sign(command)
        } catch {
            answer = .refused(error)
        }
        act(.answer(request: command.request, answer))
    }

    mutating func perform(_ verb: LineCommand.Verb, by authority: Authority) throws(Refusal) -> String {
        let actor = authority.name
        switch verb {
        case .openBatch(let draft, let serials): return try open(draft, serials, actor: actor)
        case .defineProduct(let product): return try define(product, actor: actor)
        case .defineLabel(let name, let text, let sha256):
            return try defineLabel(name, text: text, sha256: sha256, actor: actor)
        case .startBatch(let name, let setsUp): return try start(name, setsUp: setsUp, actor: actor)
        case .hold(let immediate, let reason):
            return try holdAsked(immediate: immediate, reason, actor: actor)
        case .resume: return try resume(actor: actor)
        case .completeBatch: return try endBatch(actor: actor)
        case .suspendBatch: return try suspendBatch(actor: actor)
        case .judgeFirstArticle(let code, let approves, let reason):
            return try judgeFirstArticle(code, approves: approves, reason: reason, by: authority)
        case .challenge(let challenge): return try layChallenge(challenge, actor: actor)
        case .clearLine(let points): return try clearLine(points, by: authority)
        case .handCount(let batch, let what, let count):
            return try self.count(what, of: batch, count: count, actor: actor)
        case .packByHand(let station, let isOver, let reason):
            return try packByHand(station, isOver: isOver, reason: reason, actor: actor)
        case .endOrphans(let batch, let end, let reason):
            return try endOrphans(of: batch, as: end, reason: reason, actor: actor)
        case .closeBatch(let name, let reason, let deviation):
            return try close(name, reason: reason, deviation: deviation, by: authority)
        case .releaseBatch(let name): return try release(name, actor: actor)
        case .addPool(let offer): return try add(offer, actor: actor)
        case .closePartial(let station): return try closePartial(station, actor: actor)
        case .reprint(let sscc, let reason, let old):
            return try reprint(sscc, reason: reason, old: old, actor: actor)
        case .remove(let item, let reason, let dissolves):
            return try remove(item, reason: reason, dissolves: dissolves, actor: actor)
        case .end(let item, let end, let reason, let dissolves):
            return try self.end(item, as: end, reason: reason, dissolves: dissolves, actor: actor)
        case .add(let item, let sscc, let reason):
            return try add(item, to: sscc, reason: reason, actor: actor)
        case .replace(let old, let new, let end, let reason):
            return try replace(old, by: new, end: end, reason: reason, actor: actor)
        case .dissolve(let sscc, let reason): return try dissolve(sscc, reason: reason, actor: actor)
        case .move(let item, let sscc, let reason, let dissolves):
            return try move(item, to: sscc, reason: reason, dissolves: dissolves, actor: actor)
        case .recover(let code, let reintroduces, let reason):
            return try recover(code, reintroduces: reintroduces, reason: reason, actor: actor)
        case .countRejects(let batch, let count, let reason):
            return try countRejects(count, of: batch, reason: reason, actor: actor)
        case .takeOut(let item, let reason): return try takeOut(item, reason: reason, actor: actor)
        case .bringBack(let code): return try bringBack(code, actor: actor)
        case .ship(let sscc, let reference): return try ship(sscc, reference: reference, actor: actor)
        case .readAgain(let sscc): return try readAgain(sscc)
        case .finishReadAgain(let sscc): return try finishReadAgain(sscc, actor: actor)
        case .scrapInDoubt(let batch, let reason): return try scrap(batch, reason: reason, actor: actor)
        case .acknowledge(let alarm, let station):
            return try acknowledge(alarm, station: station, actor: actor)
        case .signOn(let failed, let changedSecret):
            return try signOn(failed: failed, changedSecret: changedSecret, by: authority)
        case .signOff(let terminal, let cause): return try signOff(at: terminal, cause)
        case .lockOut(let name, let terminal, let tries):
            return try lockOut(name, at: terminal, tries: tries)
        case .endLocks(let others): return try endLocks(besides: others)
        case .handOver(let note): return try handOver(note: note, by: authority)
        case .addFirstAdmin(let name, let until):
            return try addOperator(name, .admin, until: until, actor: actor)
        case .addOperator(let name, let role, let until):
            return try addOperator(name, role, until: until, actor: actor)
        case .changeOperator(let name, let change, let reason):
            return try changeOperator(name, change, reason: reason, actor: actor)
        case .find: return ""  // A question: obey(_:) has answered it.
        }
    }

    // MARK: Batches

    private mutating func open(
        _ draft: OrderDraft, _ serials: SerialTable?, actor: String
    ) throws(Refusal) -> String {
        // Before anything is missed: no product mends what is wrong in the order itself.
        if let fault = draft.said.fault { throw fault }
        try checkIsNew(draft.said.batch)
        let product = state.products[draft.said.gtin]
        let order = try draft.order(over: product, packs: !configuration.packing.isEmpty)
        try check(order)
        let labels = try labels(of: product?.product, for: order)
        if let file = state.storedFile(ofPool: order.unitPool) {
            guard let serials,
                state.unitPool(named: order.unitPool).map({ state.unitPools[$0].count })
                    == serials.count
            else {
                throw Refusal(
                    "BATCH-107", "the serials of pool \(order.unitPool) are not in memory", "Open it again.")
            }
            state.supply(serials, sha256: file)
        }
        let waits = configuration.operators?.release == true
        record(
            .batchOpened(
                BatchOpened(
                    order: order, actor: actor, awaitsRelease: waits, productVersion: product?.version ?? 0,
                    labels: labels, weights: product?.product.weights ?? WeightLimits())))
        guard waits else { return "batch \(order.batch) is ready" }
        return "batch \(order.batch) waits for its release by another person than \(actor)"
    }

    private func checkIsNew(_ name: String) throws(Refusal) {
        guard state.batch(named: name) == nil else {
            throw Refusal("BATCH-101", "batch \(name) exists", "Choose another identifier.")
        }
    }

    private func check(_ order: Order) throws(Refusal) {
        if let fault = order.fault { throw fault }
        guard order.isGood(on: now.today) else {
            throw Refusal(
                "BATCH-108", "expiry \(order.expiry) is past: the line's clock says \(now.today.iso8601)",
                "Correct the expiry, or the clock of the line's PC.")
        }
        guard let pool = state.unitPool(named: order.unitPool) else {
            throw Refusal(
                "BATCH-102", "there is no unit pool \(order.unitPool)",
                "Import it first: seriatim pool import.")
        }
        guard state.unitPools[pool].gtin == order.gtin else {
            throw Refusal(
                "BATCH-103", "pool \(order.unitPool) is for GTIN \(state.unitPools[pool].gtin)",
                "Name a pool of GTIN \(order.gtin).")
        }
        guard state.unitPools[pool].market == order.market else {
            let known = state.unitPools[pool].market
            throw Refusal(
                "BATCH-109",
                "pool \(order.unitPool) is for \(known.isEmpty ? "no market" : "market \(known)"), "
                    + "the order for "
                    + (order.market.isEmpty ? "none" : order.market),
                "Name a pool of the order's market.")
        }
        guard state.unitPools[pool].kind == .preprinted || configuration.hasCoders else {
            throw Refusal("BATCH-104", "this line has no unit printer", "Name a pool of preprinted serials.")
        }
        try checkNumbers(order, pool)
        try checkPacking(order)
        try checkJobs(order)
        let ssccs = state.ssccPool(named: order.ssccPool).map { state.ssccPools[$0].free } ?? 0
        guard ssccs > 0 || !configuration.packing.contains(where: { order.packing.has($0.level) }) else {
            throw Refusal(
                "BATCH-106", "there is no SSCC pool \(order.ssccPool) with numbers left",
                "Add a range under a new name (seriatim pool add), and name that in the order.")
        }
    }

    /// Another batch may have used them since the order came.
    private func checkNumbers(_ order: Order, _ pool: Int) throws(Refusal) {
        guard state.unitPools[pool].free >= order.quantity else {
            throw Refusal(
                "BATCH-105",
                "pool \(order.unitPool) has \(state.unitPools[pool].free) serials, \(order.quantity) needed",
                "Import more serials under a new name, and name that in an order of what they are enough for."
            )
        }
    }

    /// What goes into the containers of a station must be made before it, on this line.
    private func checkPacking(_ order: Order) throws(Refusal) {
        let packed = configuration.packing.map(\.level)
        for station in configuration.packing where order.packing.has(station.level) {
            guard let content = order.packing.content(of: station.level) else { continue }
            guard packed.contains(content) else {
                throw Refusal(
                    "BATCH-124",
                    "\(station.name) packs \(content.plural) of this product, and no station makes them",
                    "Leave out items_per_\(content.rawValue), or add a station of kind \(content.rawValue).")
            }
            if case .layer = station.mode {
                throw Refusal(
                    "BATCH-125",
                    "\(station.name) reads layers of units, and this product has \(content.plural) there",
                    "Use mode single or manual at \(station.name).")
            }
        }
    }

    private mutating func start(_ name: String, setsUp: Bool, actor: String) throws(Refusal) -> String {
        if let running = state.runningBatch, running.order.batch == name {
            throw Refusal(
                "BATCH-110", "batch \(name) is on the line already", "seriatim status tells how it stands.")
        }
        if let running = state.runningBatch {
            throw Refusal(
                "BATCH-110", "batch \(running.order.batch) is on the line",
                "Complete it first: seriatim batch complete.")
        }
        guard let index = state.batch(named: name) else {
            throw Refusal(
                "BATCH-111", "there is no batch \(name)", "Open it first: seriatim batch open FILE.")
        }
        guard state.batches[index].state != .waiting else {
            let opener = state.batches[index].openedBy
            throw Refusal(
                "BATCH-114", "batch \(name) is not released",
                "Have another person than \(opener) do it: seriatim batch release \(name).")
        }
        guard [.ready, .suspended].contains(state.batches[index].state) else {
            throw Refusal(
                "BATCH-112", "batch \(name) is \(state.batches[index].state.rawValue)",
                "Start a ready or suspended batch.")
        }
        if let open = completedBatch {
            throw Refusal(
                "BATCH-113", "batch \(open.order.batch) is completed and not closed",
                "Close it first: seriatim batch close \(open.order.batch).")
        }
        if state.batches[index].state == .ready {
            try checkNumbers(state.batches[index].order, state.batches[index].pool)
        }
        try checkClearance()
        try checkDisk()
        try checkDevices(of: state.batches[index])
        let parked = setsUp ? [] : state.batches[index].parked
        record(.batchStarted(BatchStarted(batch: name, actor: actor, setUp: setsUp)))
        looseUnits = LooseUnits()
        eachLane {
            $0.live.drainFrom = nil
            $0.purge()
        }
        jobs = JobDesk()
        selectJobs()
        eachLane { if $0.mayPrepareCoder { $0.prepareCoder() } }
        if !parked.isEmpty {
            let text = parked.map { "\($0.count) items at \($0.station)" }.joined(separator: ", ")
            hold(.parked, station: parked[0].station, text, immediate: true, anew: true)
        }
        askForChallenges()
        if jobs.isAsking { return "batch \(name) runs once \(jobs.asked) has its job" }
        return setsUp ? "the line is set up for batch \(name): everything is rejected" : "batch \(name) runs"
    }

    private func checkDisk() throws(Refusal) {
        guard let alarm = state.active(.diskShort) else { return }
        throw Refusal(
            "BATCH-123", "the journal's disk is nearly full: \(alarm.detail)",
            "Free space; when the alarm JRN-202 is gone, try again.")
    }

    static func checkIsThere(_ device: DeviceState) throws(Refusal) {
        switch device.condition {
        case .connected: break
        case .stale:
            throw Refusal(
                "BATCH-120", "\(device.name) is not connected",
                "Check its power and cable: seriatim devices list.")
        case .faulty(let text):
            throw Refusal("BATCH-121", "\(device.name): \(text)", "Clear the fault at the device.")
        }
    }

    /// Nothing runs while a device it needs is gone.
    private func checkDevices(of batch: Batch) throws(Refusal) {
        let printing = state.unitPools[batch.pool].kind == .printed
        for device in devices
        where isNeeded(device.name)
            && (printing || configuration.laneOfCoder(device.name) == nil
                || batch.order.job(of: device.name) != nil)
        {
            try Self.checkIsThere(device)
        }
        for (lane, live) in zip(configuration.lanes, lanes) where live.belt.last == nil && !isBench {
            throw Refusal(
                "BATCH-122", "\(lane.io) has not been read yet", "Wait a moment, then try again.")
        }
    }

    private mutating func holdAsked(immediate: Bool, _ reason: String, actor: String) throws(Refusal)
        -> String
    {
        guard let batch = state.runningBatch else { throw Self.noBatch }
        if let hold = batch.hold, hold.immediate || !immediate {
            throw Refusal(
                "BATCH-133",
                "batch \(batch.order.batch) is held already (\(hold.reason)); nothing was recorded",
                "seriatim status tells why.")
        }
        hold(.asked, station: "", reason, immediate: immediate, actor: actor)
        return "batch \(batch.order.batch) is held"
    }

    static let noBatch = Refusal(
        "BATCH-130", "no batch is on the line", "Start one: seriatim batch start ID.")

    private mutating func resume(actor: String) throws(Refusal) -> String {
        guard let batch = state.runningBatch else { throw Self.noBatch }
        guard batch.hold != nil else {
            throw Refusal(
                "BATCH-131", "batch \(batch.order.batch) is not held", "There is nothing to resume.")
        }
        try checkFirstArticle()
        try checkChallenges()
        try checkDisk()
        try checkDevices(of: batch)
        if let until = lanes.compactMap(\.zone.settleUntil).max(), now.monotonicNanoseconds < until {
            throw Refusal(
                "BATCH-132", "a camera may still answer for a unit that has gone",
                "Wait two seconds, then resume.")
        }
        record(.batchResumed(BatchResumed(actor: actor)))
        // Where a later stop hid these, they come again: nobody may have done what they ask for.
        let stop = batch.hold.flatMap { StopReason(rawValue: $0.reason) }
        eachLane {
            // Of other lanes nobody was told.
            let isHere = $0.lane.gate.name == batch.hold?.station
            if stop == .takeOff, isHere { $0.confirmTakenOff() }
            if stop == .zoneUnknown, isHere { $0.belt.isZoneUnknown = false }
            $0.rejectUnanswered()
        }
        selectJobs()
        eachLane { if !$0.coder.ready, $0.mayPrepareCoder { $0.prepareCoder() } }
        askForChallenges()
        eachLane { $0.holdForZone() }
        let name = batch.order.batch
        if let next = state.runningBatch?.hold.flatMap({ StopReason(rawValue: $0.reason) }) {
            return "batch \(name) is held again: \(next.rawValue) \(next.text)"
        }
        if jobs.isAsking { return "batch \(name) runs once \(jobs.asked) has its job" }
        return batch.trials.isSetUp ? "set-up for batch \(name) goes on" : "batch \(name) runs"
    }

    private mutating func endBatch(actor: String) throws(Refusal) -> String {
        guard let batch = state.runningBatch else { throw Self.noBatch }
        if !batch.ending || batch.suspends { record(.batchEnding(BatchEnding(actor: actor))) }
        let name = batch.order.batch
        return batch.trials.isSetUp
            ? "feed off; the set-up for batch \(name) ends when the line is empty"
            : "feed off; batch \(name) is completed when the line is empty"
    }

    /// Since the feed was turned off the belt of each lane has travelled the length of the line.
    private mutating func hasDrained() -> Bool {
        guard !isBench else { return true }
        var isOver = true
        eachLane { if !$0.hasLaneDrained() { isOver = false } }
        return isOver
    }

    private mutating func hasLaneDrained() -> Bool {
        guard belt.last != nil else { return false }
        guard let from = live.drainFrom else {
            live.drainFrom = belt.position
            return false
        }
        return belt.position - from >= configuration.counts(configuration.drainMillimetres)
    }

    /// An ending batch is completed once the belt has travelled the length of the line and nothing is on it.
    mutating func finishEnding() {
        guard state.isEnding, let batch = state.runningBatch, hasDrained(), state.openTracks.isEmpty,
            lanes.allSatisfy({ $0.zone.tracks.isEmpty && $0.zone.passes.isEmpty })
        else { return }
        let printed = printsOnLine
        if batch.trials.isSetUp {
            record(.setUpEnded(SetUpEnded(batch: batch.order.batch)))
        } else if batch.suspends {
            finishSuspension(of: batch)
            guard state.running == nil else { return }
        } else {
            record(.batchCompleted(BatchCompleted(batch: batch.order.batch)))
        }
        if printed {
            for index in lanes.indices {
                act(.coder(.clear, lane: index))
                lanes[index].coder = CoderFeed()
            }
        }
        for index in lanes.indices { lanes[index].drainFrom = nil }
        act(.checkpoint)
    }

    // MARK: Numbers

    private mutating func add(_ offer: PoolOffer, actor: String) throws(Refusal) -> String {
        guard state.unitPool(named: offer.name) == nil, state.ssccPool(named: offer.name) == nil else {
            throw Refusal("POOL-101", "pool \(offer.name) exists", "Choose another name.")
        }
        try checkRules(offer)
        try checkOverlap(offer)
        let fact = fact(of: offer, actor: actor)
        if case .file(let sha256, let table) = offer.content { state.supply(table, sha256: sha256) }
        record(.poolAdded(fact))
        return "pool \(offer.name) has \(fact.count) numbers"
    }

    // MARK: Items

    private mutating func closePartial(_ station: String, actor: String) throws(Refusal) -> String {
        let index = try packingStation(named: station)
        if packing[index].items.isEmpty, let empty = opened(at: packing[index].station) {
            giveUp(empty, actor: actor)
            return "\(state.containers[empty].sscc) was never filled: destroy its label"
        }
        guard !packing[index].items.isEmpty else {
            throw Refusal("PACK-202", "nothing is open at \(station)", "There is nothing to close.")
        }
        try checkNotReadAgain(at: index)
        packing[index].closedBy = actor
        return "\(station) closes with \(packing[index].items.count) items"
    }

    private mutating func readAgain(_ sscc: String) throws(Refusal) -> String {
        let index = try container(sscc)
        try checkIsFilled(index)
        let level = state.containers[index].level
        guard let station = packing.firstIndex(where: { $0.station.level == level }) else {
            throw Refusal(
                "PACK-230", "no station packs a \(level.rawValue)",
                "Read it again at the line that packed it.")
        }
        guard packing[station].items.isEmpty, packing[station].readingAgain == nil else {
            throw Refusal(
                "PACK-231", "\(packing[station].station.name) has something open",
                "Fill it or close it as partial first.")
        }
        packing[station].readingAgain = index
        packing[station].lastLayer = nil
        return
            "read all of \(sscc) at \(packing[station].station.name), then seriatim item reread SSCC --done"
    }

    private mutating func finishReadAgain(_ sscc: String, actor: String) throws(Refusal) -> String {
        let index = try container(sscc)
        guard let station = packing.firstIndex(where: { $0.readingAgain == index }) else {
            throw Refusal(
                "PACK-232", "\(sscc) is not being read again", "Begin: seriatim item reread \(sscc).")
        }
        let items = packing[station].items
        guard !items.isEmpty else {
            throw Refusal("PACK-233", "nothing was read", "Read the items of \(sscc) first.")
        }
        let batch = state.containers[index].batch
        let level = state.containers[index].level
        let children = items.compactMap { name(of: $0, level: level, batch: batch) }
        record(.contentReset(ContentReset(sscc: sscc, children: children, actor: actor)))
        packing[station] = OpenContainer(station: packing[station].station)
        return "\(sscc) holds \(children.count)"
    }
}
