/// The person beside the line: sees the world and the screen, acts with the hands and gives commands.
///
/// Knows what a remedy asks for (`StopReason`) and nothing of the line's inside. What a carton is worth is
/// asked of the line, by its code, as with `seriatim item show`: a unit it calls good stays, any other goes
/// into the bin. What lies in the open case and was not read is shown to the case camera again.
/// - Invariant: Pure; the same views and answers give the same acts.
package struct OperatorModel: Sendable {
    /// Asks the line about the item with this code; `nil` for an item it does not know.
    package typealias Ask = (String) -> OperatorItem?

    /// How fast.
    package let pace: OperatorPace
    /// Stops attended to so far, by code, in the order they came.
    package private(set) var stops: [String] = []

    private var starts = 0
    /// The stop being attended to.
    private var stop: (code: String, since: UInt64)?
    private var resumedAt: UInt64?
    /// The stop in which a bad unit was taken off.
    private var takenAt: UInt64?
    /// What was last shown to a reader and what the screen said before.
    private var shown: (before: OperatorStatus, at: UInt64)?
    private var presented: (id: CartonID, open: Int)?
    /// What was looked at in this stop.
    private var lookedAt: Set<CaseID> = []
    /// The scanner is in use until then.
    private var handsFree: UInt64?
    private var cartonsShown: [CartonID: Int] = [:]
    private var casesShown: [CaseID: Int] = [:]
    /// The last of the closing acts was scrapping what is in doubt.
    private var isScrapped = false
    private var actedAt: [OperatorAct: UInt64] = [:]
    private var unreadSince: [String: UInt64] = [:]
    /// When the screen last said something else of the cases.
    private var casesChanged: (to: OperatorStatus.Station, at: UInt64)?
    /// Pallets that stay here and whose label was read back.
    private var settled: Set<PalletID> = []
    /// What is done between one batch and the next.
    package var changeover = OperatorChangeover()
    /// What is reworked; `nil` for somebody who does none.
    var rework: OperatorRework?
    /// Packing by hand; `nil` for somebody who never does.
    var hands: OperatorHands?
    /// Units carried from case to case; `nil` where the line refuses those of another case.
    var reparenting: OperatorReparenting?
    /// Units shown to the reader of both codes.
    var links = OperatorLinks()

    /// Nothing seen yet.
    ///
    /// - Parameter reworks: Items to be reworked beside everything else, chosen by seed.
    package init(pace: OperatorPace = OperatorPace(), reworks: Int = 0, seed: UInt64 = 0) {
        self.pace = pace
        rework = reworks > 0 ? OperatorRework(seed: seed, acts: reworks) : nil
    }

    /// What to do now. Hands and commands in the order returned; call again after a moment.
    package mutating func step(
        _ world: World, _ status: OperatorStatus, at now: UInt64, ask: @escaping Ask
    ) -> [OperatorAct] {
        let view = OperatorView(world: world, status: status, now: now, ask: ask)
        if status.starts != starts { forget(status.starts) }
        noteUnread(view)
        forgetCarried(view)
        if view.isInHand, let acts = awaitScanner(view) { return acts }
        if view.isInHand, let acts = tellRework(view) { return acts }
        if let acts = emptySideWay(view) { return acts }
        switch status.batch {
        case .none:
            stop = nil
            return []
        case .waiting(let remainder):
            stop = nil
            return startAgain(view, remainder: remainder)
        case .held(let code, _): return attend(code, view)
        case .running(let ending):
            stop = nil
            cartonsShown = [:]
            casesShown = [:]
            if status.isSetUp { return endSetUp(view, ending: ending) }
            if let acts = labels(view, urgent: false) { return acts }
            if !ending, let acts = suspend(view) { return acts }
            if wantsToHold(view) { return once(.hold(reason: Self.reworkReason), view) }
            if let acts = packAtTable(view) { return acts }
            let isFed = !ending && world.cartonsInFeeder == 0 && world.tally.fed > 0
            return isFed ? once(.complete, view) : []
        case .completed(let remainder):
            stop = nil
            // What lies about is put away before the last layer is seen: that is all that is left.
            let tidies = view.world.layout.unitsPerLayer > 0
            return labels(view, urgent: false) ?? (tidies ? startRework(view, isLast: true) : nil)
                ?? squareOpenCase(view) ?? stackInOrder(view)
                ?? startRework(view, isLast: true) ?? countByHand(view) ?? finish(view, remainder: remainder)
        }
    }

    /// The program was started: what it was shown before is forgotten on both sides.
    private mutating func forget(_ starts: Int) {
        self.starts = starts
        stop = nil
        shown = nil
        presented = nil
        cartonsShown = [:]
        casesShown = [:]
        actedAt = [:]
        unreadSince = [:]
        settled = []
        links = OperatorLinks()
        changeover.counted = nil
        hands?.forget()
    }

    private mutating func noteUnread(_ view: OperatorView) {
        if casesChanged?.to != view.status.cases { casesChanged = (view.status.cases, view.now) }
        let unread = view.status.unread
        unreadSince = unreadSince.filter { unread.contains($0.key) }
        for sscc in unread where unreadSince[sscc] == nil { unreadSince[sscc] = view.now }
    }

    /// The act, unless it was done a moment ago.
    mutating func once(_ act: OperatorAct, _ view: OperatorView) -> [OperatorAct] {
        if let at = actedAt[act], view.now < at + pace.again { return [] }
        actedAt[act] = view.now
        return [act]
    }

    // MARK: Stops

    private mutating func attend(_ code: String, _ view: OperatorView) -> [OperatorAct] {
        guard let stop, stop.code == code else {
            lookedAt = []
            self.stop = (code, view.now)
            stops.append(code)
            shown = nil
            cartonsShown = [:]
            casesShown = [:]
            resumedAt = nil
            return []
        }
        guard view.now >= stop.since + pace.reaction else { return [] }
        let isOurs = code == Self.asked
        if let acts = judgeFirstArticle(view) { return acts }
        if isOurs || view.now < stop.since + pace.giveUp, let acts = remedy(code, view) { return acts }
        if let acts = switchByHand(view) { return acts }
        if isOurs, let acts = startRework(view, isLast: false) { return acts }
        if let resumedAt, view.now < resumedAt + pace.again { return [] }
        resumedAt = view.now
        // The same reason after a resume is a new stop.
        self.stop = (code, view.now)
        cartonsShown = [:]
        casesShown = [:]
        return [.resume]
    }

    var stopSince: UInt64? { stop?.since }

    /// What is left to do about a stop; `nil` when nothing is, `[]` while something takes its time.
    private mutating func remedy(_ code: String, _ view: OperatorView) -> [OperatorAct]? {
        switch code {
        case "LINE-102": nil
        case "LINE-103":
            layChallenge(view) ?? squareOpenCase(view) ?? stackInOrder(view)
        case "LINE-105": squareOpenCase(view) ?? stackInOrder(view)
        case "LINE-101":
            clearDoubtful(view, from: view.world.layout.gate) ?? squareOpenCase(view) ?? stackInOrder(view)
        case "LINE-113", "LINE-127":
            clearDoubtful(view, from: view.world.layout.gate - view.world.layout.gateTolerance)
                ?? squareOpenCase(view)
        case "LINE-122", "LINE-123", "LINE-124", "LINE-125", "LINE-126":
            clearDoubtful(view, from: view.world.layout.passSensor - view.world.layout.gateTolerance)
                ?? squareOpenCase(view)
        case "LINE-106":
            clearBelt(view, from: view.world.layout.partPresent - view.world.layout.unitLength)
        case "LINE-119": takeOffAtStop(view)
        case "LINE-129": view.world.beltList.bin.isEmpty ? nil : once(.emptyBin, view)
        case "LINE-138":
            clearDoubtful(view, from: view.world.layout.passSensor - view.world.layout.gateTolerance)
                ?? squareOpenCase(view) ?? stackInOrder(view)
        // A later stop hides an earlier one on the screen: whatever the stop, the open case is looked at.
        case "LINE-132", "LINE-134", "LINE-136", "LINE-137":
            discardLabels(view) ?? squareOpenCase(view) ?? lookAtScanned(view) ?? stackInOrder(view)
        default: squareOpenCase(view) ?? stackInOrder(view)
        }
    }

    /// Takes what the line does not call good off the belt behind the gate.
    private func clearDoubtful(_ view: OperatorView, from nearest: Int64) -> [OperatorAct]? {
        let bad = view.world.cartonsOnBelt
            .filter { $0.distance >= nearest }
            .filter { view.answer(about: $0.carton)?.isGood != true }
        return bad.isEmpty ? nil : bad.map { .takeOut($0.carton) }
    }

    /// Takes everything off the belt between a place and the gate.
    private func clearBelt(_ view: OperatorView, from nearest: Int64) -> [OperatorAct]? {
        let all = view.world.cartonsOnBelt.filter {
            $0.distance >= nearest && $0.distance <= view.world.layout.gate
        }
        return all.isEmpty ? nil : all.map { .takeOut($0.carton) }
    }

    /// Takes the first unit before the stop position off the belt, once in a stop.
    private mutating func takeOffAtStop(_ view: OperatorView) -> [OperatorAct]? {
        let near = view.world.layout.gate - 3 * view.world.layout.gateTolerance
        let first = view.world.cartonsOnBelt
            .filter { $0.distance <= view.world.layout.gate && $0.distance >= near }
            .max { $0.distance < $1.distance }
        guard let first, takenAt != stop?.since else { return nil }
        takenAt = stop?.since
        return [.takeOut(first.carton)]
    }

    /// Makes the screen's open case what lies in the open case and before it.
    private mutating func squareOpenCase(_ view: OperatorView) -> [OperatorAct]? {
        if packsAtTable(view) { return packAtTable(view) }
        if let waiting = isLooking(view) { return waiting }
        if let acts = squareLinks(view) { return acts }
        let lying = view.cartonsToPack
        var loose: [CartonID] = []
        var codes: Set<String> = []
        for id in lying {
            // Of two cartons with one code the later is the copy.
            guard let code = view.code(of: id), let item = view.ask(code), item.isGood,
                codes.insert(code).inserted
            else { return [.takeOut(id)] }
            if let parent = item.parent, !isCarried(id, from: parent) {
                // It belongs into a case, or is a copy of one that lies there.
                if view.isCopy(id, among: lying) { return [.takeOut(id)] }
            } else if view.world.layout.unitsPerLayer == 0 || view.world.carton(id)?.place != .belt {
                loose.append(id)
            }
        }
        if view.world.layout.unitsPerLayer > 0 { return squareLayers(loose, view) }
        if let act = takenOutFirst(view) { return once(act, view) }
        // What was carried came last.
        let carried = reparenting?.moved ?? [:]
        loose = loose.filter { carried[$0] == nil } + loose.filter { carried[$0] != nil }
        guard loose.count > view.status.cases.open else { return nil }
        // If one is missing it is most likely the last; if more are, the first to fall in is read first.
        let isOneMissing = loose.count == view.status.cases.open + 1 && stop?.code != "LINE-101"
        let order = isOneMissing ? loose.reversed() : loose
        var next = order.min { cartonsShown[$0, default: 0] < cartonsShown[$1, default: 0] }
        // One that was not taken is shown again before the next: that one may belong into another case.
        if !isOneMissing, let last = presented, loose.contains(last.id), view.status.cases.open <= last.open,
            cartonsShown[last.id, default: 0] < 3
        {
            next = last.id
        }
        guard let next, cartonsShown[next, default: 0] < 3 else { return nil }
        // What is shown while the line takes it by itself would leave the case it has just gone into.
        if reparenting != nil, !isAtRest(view) { return [] }
        let act = view.showing(next, turn: cartonsShown[next, default: 0])
        cartonsShown[next, default: 0] += 1
        presented = (next, view.status.cases.open)
        look(view)
        return [act]
    }

    /// Nothing moves before the case camera, and the screen has been the same for a while.
    private func isAtRest(_ view: OperatorView) -> Bool {
        guard let casesChanged, view.now >= casesChanged.at + pace.look else { return false }
        return !view.world.isMoving || view.world.cartonsBeforePacker.isEmpty
    }

    /// Has the next layer seen that the screen does not know; in the order they were laid.
    private mutating func squareLayers(_ loose: [CartonID], _ view: OperatorView) -> [OperatorAct]? {
        let world = view.world
        let short = world.casesWaitingForLabel.first { id in
            world.cases[id.number - 1].cartons.count < world.layout.unitsPerCase
        }
        var isLast = false
        if case .completed = view.status.batch { isLast = true }
        // While the belt runs the camera may be about to see them.
        guard isLast || !world.isMoving else { return nil }
        // One was bad in a case that is shut already.
        if let short, let first = world.cartonsInOpenCase.first {
            return [.fillUp(short, with: first)]
        }
        let open = view.status.cases.open
        let unread = loose.count - open
        let whole = min(world.layout.unitsPerCase - open, world.layout.unitsPerLayer)
        // What is no whole layer yet becomes one, until nothing more comes.
        guard whole > 0, unread > 0, unread >= whole || isLast else { return nil }
        var layers = [Array(loose.dropFirst(open)), Array(loose.prefix(unread))]
        if unread >= whole {
            layers = stride(from: 0, through: loose.count - whole, by: whole).map {
                Array(loose[$0..<$0 + whole])
            }
            // Those on the screen were most likely the first to come; or a message came late, after a start.
            layers = Array(layers.dropFirst(open / whole) + layers.prefix(open / whole))
        }
        let layer = layers.min { cartonsShown[$0[0], default: 0] < cartonsShown[$1[0], default: 0] }
        guard let layer, cartonsShown[layer[0], default: 0] < 3 else { return nil }
        cartonsShown[layer[0], default: 0] += 1
        shown = (view.status, view.now)
        return [.presentLayer(layer)]
    }

    /// Brings containers into the screen's outer ones in the order they came: labels that wait are read or
    /// printed again, closed ones that are in none of the screen are shown to the label scanner again.
    private mutating func stackInOrder(_ view: OperatorView) -> [OperatorAct]? {
        if let waiting = isLooking(view) { return waiting }
        for tier in view.here.indices {
            if let acts = stackInOrder(tier, view) { return acts }
        }
        return labels(view, urgent: true)
    }

    private mutating func stackInOrder(_ tier: Int, _ view: OperatorView) -> [OperatorAct]? {
        let unread = view.status.stations[tier].unread
        let open = view.status.stations[tier + 1].open
        let ready = unsettled(tier, view).prefix { id in
            view.sscc(of: id).map { !unread.contains($0) } ?? true
        }
        let loose = ready.filter { id in
            guard let sscc = view.label(on: .inCase(id))?.sscc, let item = view.ask(sscc) else {
                return false
            }
            return item.isGood && item.parent == nil
        }
        // Of a lower tier first: what is not closed cannot go into anything.
        let isFull = open >= view.world.layout.capacity(of: tier + 1)
        guard loose.count > open, !isFull else { return label(of: tier, view, urgent: true) }
        // Those in the screen's were most likely the first to come.
        let rest = loose.dropFirst(open) + loose.prefix(open)
        let tried = rest.min { casesShown[$0, default: 0] < casesShown[$1, default: 0] }
        guard let next = tried, casesShown[next, default: 0] < 3 else {
            return label(of: tier, view, urgent: true)
        }
        casesShown[next, default: 0] += 1
        shown = (view.status, view.now)
        return [.presentCase(next, allSides: false)]
    }

    /// Shut containers of a tier that are here, but for those in others whose label was read back; those on
    /// the side way last.
    private func unsettled(_ tier: Int, _ view: OperatorView) -> [CaseID] {
        view.inOrder(tier).filter { id in
            let container = view.world.cases[id.number - 1]
            if let outer = container.outer {
                return view.label(on: .inCase(outer)).flatMap { view.ask($0.sscc) }?.isGood != true
            }
            return container.pallet.map { !settled.contains($0) } ?? true
        }
    }

    /// Something was shown to a reader: its answer is waited for.
    mutating func look(_ view: OperatorView) { shown = (view.status, view.now) }

    /// `[]` while the screen may still answer what was shown last.
    private mutating func isLooking(_ view: OperatorView) -> [OperatorAct]? {
        guard let last = shown else { return nil }
        if last.before == view.status, view.now < last.at + pace.look { return [] }
        shown = nil
        return nil
    }

    // MARK: Labels

    /// Brings labels that wait before their readers, or prints them again; takes finished pallets away.
    ///
    /// - Parameter urgent: Do not wait for what may come by itself.
    private mutating func labels(_ view: OperatorView, urgent: Bool) -> [OperatorAct]? {
        for tier in view.here.indices {
            if let acts = label(of: tier, view, urgent: urgent) { return acts }
        }
        return palletLabel(view, urgent: urgent)
    }

    private mutating func label(of tier: Int, _ view: OperatorView, urgent: Bool) -> [OperatorAct]? {
        let station = view.status.stations[tier]
        let unread = station.unread
        let late = unread.filter { isDue($0, view, urgent: urgent) }
        // In a hurry, what may come by itself is waited for a moment and no longer.
        guard !late.isEmpty else { return urgent && !unread.isEmpty ? [] : nil }
        let cases = station.unproved.isEmpty ? unsettled(tier, view) : view.inOrder(tier)
        for id in cases {
            guard let sscc = view.sscc(of: id), unread.contains(sscc) else { continue }
            guard late.contains(sscc) else { return urgent ? [] : nil }
            let isOn = view.isLabelled(.inCase(id)) {
                $0.sscc == sscc && $0.isReadable && isRight($0, id, view)
            }
            if isOn {
                let isAsked = station.mustProve || station.diverted.contains(sscc)
                guard isAsked, let item = view.item(in: id) else {
                    return once(.presentCase(id, allSides: true), view)
                }
                return prove(.inCase(id), item: item, view) ?? []
            }
            guard view.world.printerFree[tier] <= view.now else { return [] }
            return again(sscc, on: .inCase(id), view)
        }
        return bringBack(late, view)
    }

    /// The pallet of a case whose label counts no more comes back from where it was brought.
    private mutating func bringBack(_ late: [String], _ view: OperatorView) -> [OperatorAct]? {
        let container = view.world.cases.first { container in
            guard let pallet = view.world.pallet(of: container.id) else { return false }
            return view.world.pallets[pallet.number - 1].hasLeft
                && view.sscc(of: container.id).map(late.contains) == true
        }
        let pallet = container.flatMap { view.world.pallet(of: $0.id) }
        return pallet.map { once(.bringBack($0), view) }
    }

    /// The count on the label of a case that was reworked is what lies in it; in an outer one any case may
    /// have been.
    private func isRight(_ label: PhysicalLabel, _ id: CaseID, _ view: OperatorView) -> Bool {
        let isOuter = view.world.tier(of: id) > 0
        // A label that came first says what a full case holds.
        if hands?.isLabelFirst == true, !isOuter, label.count != view.world.units(in: id) { return false }
        guard let rework else { return true }
        let more = carried { $0 == id || view.world.holder(of: $0, is: id) }
        return !isOuter && !rework.cases.contains(id) || label.count == view.world.units(in: id) + more
    }

    /// A case of the pallet may have been reworked after its label was printed.
    private func isRight(_ label: PhysicalLabel, on id: PalletID, _ view: OperatorView) -> Bool {
        let more = carried { view.world.pallet(of: $0) == id }
        return rework == nil || label.count == view.world.units(on: id) + more
    }

    /// Now and then the line is held to rework something on the open pallet.
    private mutating func wantsToHold(_ view: OperatorView) -> Bool {
        if wantsToSwitch(view) { return true }
        guard let left = rework?.left, left > 0, view.world.cartonsInFeeder > 0 else { return false }
        return rework?.luck.below(150) == 0
    }

    private static let asked = "LINE-100"
    private static let reworkReason = "rework"

    private mutating func palletLabel(_ view: OperatorView, urgent: Bool) -> [OperatorAct]? {
        let mayGo = mayGo(view)
        let looksAtAll = mayGo || !view.status.pallets.unread.isEmpty
        for id in view.world.palletsWaiting where looksAtAll || !settled.contains(id) {
            guard let sscc = view.sscc(of: id) else { continue }
            guard view.status.pallets.unread.contains(sscc) else {
                // The screen may be older than the answer: a pallet goes when its label was read back.
                guard view.ask(sscc)?.isGood == true else { continue }
                if mayGo { return [.takeAway(id)] + (rework == nil ? [] : [.ship(sscc: sscc)]) }
                settled.insert(id)
                continue
            }
            // A pallet is scanned as soon as it has its labels, whichever they are.
            if !view.status.pallets.mustProve, view.isLabelled(.pallet(id), with: \.isReadable) {
                return once(.scanPallet(id), view).nonEmpty
            }
            let isOn = view.isLabelled(.pallet(id)) {
                $0.isReadable && $0.sscc == sscc && isRight($0, on: id, view)
            }
            if isOn, let item = view.item(on: id) {
                if let acts = prove(.pallet(id), item: item, view) { return acts }
            }
            guard isDue(sscc, view, urgent: urgent) else { continue }
            guard view.world.printerFree[view.world.layout.tiers] <= view.now else { return [] }
            return again(sscc, on: .pallet(id), view)
        }
        return nil
    }

    /// A finished pallet may leave.
    private func mayGo(_ view: OperatorView) -> Bool {
        guard pace.keepsPallets else { return true }
        guard rework?.movesLeft ?? 0 == 0, rework?.goals.isEmpty ?? true else { return false }
        guard case .completed = view.status.batch else { return false }
        return view.status.stations.allSatisfy { $0.unread.isEmpty && $0.open == 0 }
    }

    private func isDue(_ sscc: String, _ view: OperatorView, urgent: Bool) -> Bool {
        guard let since = unreadSince[sscc] else { return false }
        return view.now >= since + (urgent ? pace.again : pace.patience)
    }

    private mutating func again(_ sscc: String, on container: ContainerID, _ view: OperatorView)
        -> [OperatorAct]
    {
        // The label that is on it may still be read.
        guard view.world.handheldFree <= view.now else { return [] }
        let print = once(.reprint(sscc: sscc, reason: "no readable label on the container"), view)
        return print.isEmpty ? [] : [.placeLabel(container)] + print
    }

    /// What waits at the applicator may belong to none of the cases that come.
    private mutating func discardLabels(_ view: OperatorView) -> [OperatorAct]? {
        view.world.holdsCaseLabel ? once(.discardLabels, view).nonEmpty : nil
    }

    /// The case that was last before the scanner carries the label of another.
    private mutating func lookAtScanned(_ view: OperatorView) -> [OperatorAct]? {
        for (station, last) in zip(view.status.inner, view.world.lastAtScanner) {
            guard station.mustProve, let id = last, !lookedAt.contains(id),
                view.world.isHere(.inCase(id)), let item = view.item(in: id),
                view.label(on: .inCase(id)) != nil,
                !view.isLabelled(.inCase(id), with: { $0.sscc == view.sscc(of: id) })
            else { continue }
            lookedAt.insert(id)
            shown = (view.status, view.now)
            return prove(.inCase(id), item: item, view)
        }
        return nil
    }

    /// Reads an item and the label, one container at a time.
    private mutating func prove(_ id: ContainerID, item: HandheldTarget, _ view: OperatorView)
        -> [OperatorAct]?
    {
        if let handsFree, view.now < handsFree { return [] }
        guard view.world.handheldFree <= view.now else { return [] }
        let acts = once(.prove(id, item: item), view).nonEmpty
        if acts != nil { handsFree = view.now + pace.look }
        return acts
    }

    // MARK: End

    /// Closes what is open, level by level, then the batch.
    private mutating func finish(_ view: OperatorView, remainder: Int) -> [OperatorAct] {
        let status = view.status
        if let act = reading(view) { return once(act, view) }
        for (tier, station) in status.inner.enumerated() {
            if station.open > 0 { return once(.partial(station: station.name), view) }
            if view.world.units(in: view.world.openCases[tier]) > 0 {
                return once(.shutCase(tier: tier), view)
            }
            let isMoving = view.here[tier].contains { !view.world.isStacked($0) }
            guard station.unread.isEmpty, !isMoving else { return [] }
        }
        if let acts = readAgainAtEnd(view) { return acts }
        if status.pallets.open > 0 { return once(.partial(station: status.pallets.name), view) }
        if !view.world.casesOnOpenPallet.isEmpty { return once(.endPallet, view) }
        guard status.pallets.unread.isEmpty else { return [] }
        if rework?.movesLeft ?? 0 > 0 { return moveAtEnd(view) ?? [] }
        if let acts = endLoose(view) { return acts }
        guard view.world.palletsWaiting.isEmpty else { return [] }
        let scrap = OperatorAct.scrap(reason: "lay in the bin or was never printed")
        let acts = remainder > 0 && !isScrapped ? once(scrap, view) : once(.close, view)
        if !acts.isEmpty { isScrapped.toggle() }
        return acts
    }
}

extension [OperatorAct] {
    /// `nil` when there is nothing in it.
    fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
