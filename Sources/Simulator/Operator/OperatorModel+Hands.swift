import LineCore

/// What somebody who packs with a scanner has in mind: what was scanned last, what the line took, and what is
/// to be seen before anything else.
struct OperatorHands: Sendable {
    /// How the line took a scan.
    struct Answer: Sendable {
        let target: HandheldTarget
        let good: Bool
        let text: String
    }

    /// An item that was refused: put aside, and judged once everything that passed is on record.
    struct Refused: Sendable {
        let id: CartonID
        let text: String
        let at: UInt64
    }

    /// The label is scanned before what goes in under it.
    let isLabelFirst: Bool
    /// After how many cartons fed people begin to pack by hand, and after how many they end it.
    var switches: [Int]
    /// Refusals that were seen and acknowledged.
    private(set) var refusalsSeen = 0
    /// Scans of something else than what was in the hand.
    private(set) var mistakes = 0
    private static let mostMistakes = 6
    private var luck: SeededRandom

    /// Scanned, and not answered yet.
    fileprivate var pending: (target: HandheldTarget, since: UInt64)?
    fileprivate var answer: Answer?
    /// The scanner wants a refusal to be seen.
    fileprivate var isLatched = false
    fileprivate var refused: Refused?
    /// The last scan was a mistake: whatever the line says, nothing is put anywhere.
    fileprivate var isMistaken = false
    /// Cartons of the open case that the line took.
    fileprivate var told: Set<CartonID> = []
    /// Scans of a carton without any answer.
    fileprivate var silent: [CartonID: Int] = [:]
    /// Cases whose label was read once they were closed.
    fileprivate var labelsRead: Set<CaseID> = []
    fileprivate var labelTries: [CaseID: Int] = [:]
    /// The number on the label that was scanned before the items.
    fileprivate var labelled: String?
    /// Since when the label of the case to be filled is not there.
    fileprivate var unlabelledSince: UInt64?
    /// What was put into the open case is not what the screen says, since then.
    fileprivate var differsSince: UInt64?

    init(seed: UInt64, isLabelFirst: Bool, switches: [Int]) {
        self.isLabelFirst = isLabelFirst
        self.switches = switches
        luck = SeededRandom(seed: seed, purpose: 0x4A9E, subject: 0)
    }

    /// The program was started: it reads the open case again from empty.
    mutating func forget() {
        (pending, answer, refused, labelled) = (nil, nil, nil, nil)
        (unlabelledSince, differsSince) = (nil, nil)
        (isLatched, isMistaken) = (false, false)
        (told, silent, labelsRead, labelTries) = ([], [:], [], [:])
    }

    /// Whoever packs waits for the answer to this scan, and sees to its refusal.
    func awaits(_ target: HandheldTarget) -> Bool { pending?.target == target }

    /// One scan in thirty is of something else than what is in the hand.
    fileprivate mutating func mistake() -> Int? {
        guard mistakes < Self.mostMistakes, luck.below(30) == 0 else { return nil }
        return luck.below(8)
    }

    /// The next scan is a mistake.
    fileprivate mutating func isWrong() { (isMistaken, mistakes) = (true, mistakes + 1) }

    /// What was refused has been seen.
    fileprivate mutating func acknowledge(_ isTaken: Bool) {
        if isLatched, isTaken { refusalsSeen += 1 }
        isLatched = !isTaken
    }

    fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[luck.below(elements.count)]
    }
}

extension OperatorModel {
    // MARK: The scanner

    /// Hears how the line took a scan.
    mutating func hear(_ answer: OperatorHands.Answer) {
        if answer.good, case .label(.inCase(let id)) = answer.target { hands?.labelsRead.insert(id) }
        if hands?.pending?.target == answer.target { hands?.answer = answer }
    }

    /// Waits for the answer of the scanner, and sees its refusals; `nil` when it is free.
    mutating func awaitScanner(_ view: OperatorView) -> [OperatorAct]? {
        guard let pending = hands?.pending else { return nil }
        if let answer = hands?.answer {
            hands?.pending = nil
            hands?.answer = nil
            let acts = take(answer, view)
            if hands?.isLatched == true {
                return acts + scan(.command(CommandBarcode.ok.text), view)
            }
            return acts.isEmpty ? nil : acts
        }
        guard view.now >= max(pending.since, view.world.handheldFree) + pace.look else { return [] }
        // Nothing was read.
        hands?.pending = nil
        if case .carton(let id) = pending.target, hands?.isMistaken == false {
            hands?.silent[id, default: 0] += 1
        }
        hands?.isMistaken = false
        return hands?.isLatched == true ? scan(.command(CommandBarcode.ok.text), view) : nil
    }

    private mutating func scan(_ target: HandheldTarget, _ view: OperatorView) -> [OperatorAct] {
        hands?.pending = (target, view.now)
        hands?.answer = nil
        return [.atTable(.scan(target))]
    }

    /// What the line said of the last scan.
    private mutating func take(_ answer: OperatorHands.Answer, _ view: OperatorView) -> [OperatorAct] {
        if case .command = answer.target {
            hands?.acknowledge(answer.good)
            return []
        }
        defer { hands?.isMistaken = false }
        if !answer.good { hands?.isLatched = true }
        if hands?.isMistaken == true { return [] }
        switch answer.target {
        case .carton(let id):
            // A copy of what lies in another case is good where that is to be proved, and is not packed.
            guard answer.good, answer.text == Self.packed else {
                hands?.refused = OperatorHands.Refused(id: id, text: answer.text, at: view.now)
                return []
            }
            return putIn(id, view)
        case .label(.inCase(let id)) where id == view.world.openCase:
            if answer.good { hands?.labelled = view.label(on: .inCase(id))?.sscc }
            return []
        case .cap, .label, .side, .command, .scan: return []
        }
    }

    /// What the screen says when an item goes into the open container.
    private static let packed = "packed"
    /// What the screen says when the last item was scanned once more.
    private static let knownOne = "read already"
    /// What the screen says of an item that it has in the open container.
    private static let knownText = "the unit was already read into this one"

    /// The line has the carton in the open case: so it lies there.
    private mutating func putIn(_ id: CartonID, _ view: OperatorView) -> [OperatorAct] {
        hands?.told.insert(id)
        return view.world.table.contains(id) ? [.atTable(.pack(id))] : []
    }

    // MARK: The table

    /// Cases are packed at the table now.
    func packsAtTable(_ view: OperatorView) -> Bool {
        hands != nil && view.world.isTableOut && (view.world.layout.packsByHand || view.status.cases.byHand)
    }

    /// Goes on packing; `nil` while there is nothing to pack, or it has to wait for something.
    mutating func packAtTable(_ view: OperatorView) -> [OperatorAct]? {
        guard packsAtTable(view) else { return nil }
        guard view.world.handheldFree <= view.now else { return [] }
        if let refused = hands?.refused {
            guard view.now >= refused.at + pace.reaction else { return [] }
            hands?.refused = nil
            if let acts = judge(refused, view) { return acts }
        }
        if let acts = closeNumbered(view) { return acts }
        if view.world.layout.packsByHand {
            if let act = throwAwaySpares(view) { return [act] }
            if let acts = finishCases(view) { return acts }
            guard view.here[0].allSatisfy({ view.world.isStacked($0) }) else { return nil }
        }
        // A label that is still to be read comes first.
        return stacksFirst(view) || !view.status.cases.transit.isEmpty ? nil : fill(view)
    }

    /// After a stop, what cases go into is made what the screen says before another is filled: see
    /// `stackInOrder`.
    private func stacksFirst(_ view: OperatorView) -> Bool {
        if case .running = view.status.batch { return false }
        return view.status.stations.indices.dropFirst().contains { tier in
            view.status.stations[tier].open != view.world.itemsInOpen(tier)
        }
    }

    /// What becomes of an item that was refused; `nil`: it is shown again later.
    private mutating func judge(_ refused: OperatorHands.Refused, _ view: OperatorView) -> [OperatorAct]? {
        let id = refused.id
        let inside = view.world.cartonsInOpenCase
        guard let item = view.answer(about: id), item.isGood else { return [.takeOut(id)] }
        let copies = view.world.copies(of: id)
        if copies.contains(where: inside.contains), !inside.contains(id) { return [.takeOut(id)] }
        if refused.text == Self.knownOne || refused.text == Self.knownText { return putIn(id, view) }
        guard item.parent != nil else { return nil }
        let isElsewhere = copies.contains { copy in
            if case .inCase = view.world.carton(copy)?.place { true } else { false }
        }
        return isElsewhere ? [.takeOut(id)] : nil
    }

    /// The open case has a number: what is still in the hand goes in, then it is shut.
    private mutating func closeNumbered(_ view: OperatorView) -> [OperatorAct]? {
        let world = view.world
        let inside = world.cartonsInOpenCase
        guard let sscc = view.sscc(of: world.openCase) else { return nil }
        let missing = world.table.first { id in
            view.answer(about: id)?.parent == sscc && !world.copies(of: id).contains(where: inside.contains)
        }
        if let missing, inside.count < world.layout.unitsPerCase { return [.atTable(.pack(missing))] }
        // One that the case camera saw is still on the belt.
        if world.cartonsBeforePacker.contains(where: { view.answer(about: $0)?.parent == sscc }) {
            return world.isMoving ? [] : [.atTable(.gather)]
        }
        guard inside.allSatisfy({ view.answer(about: $0)?.parent == sscc }) else { return nil }
        hands?.told = []
        hands?.labelled = nil
        // Where its label came first, it is read again once it is full: for what the case goes into.
        hands?.labelsRead.remove(world.openCase)
        hands?.labelTries[world.openCase] = nil
        return [.shutCase(tier: 0)]
    }

    /// A label that nothing waits for goes away.
    private func throwAwaySpares(_ view: OperatorView) -> OperatorAct? {
        let wanted = view.status.cases.unread + [view.status.cases.filling].compactMap(\.self)
        let spare = view.world.labelsAtCasePrinter.first { !wanted.contains($0.sscc) }
        return spare.map { .atTable(.throwAway(sscc: $0.sscc)) }
    }

    /// Labels cases that are shut, reads their labels, and pushes them on; `nil` when none is left, or it has
    /// to be waited for.
    private mutating func finishCases(_ view: OperatorView) -> [OperatorAct]? {
        for id in view.here[0] where !view.world.isStacked(id) {
            guard let sscc = view.sscc(of: id) else { return nil }
            let item = view.ask(sscc)
            let label = view.label(on: .inCase(id))
            let isOn =
                label.map { $0.isReadable && $0.sscc == sscc && $0.count == view.world.units(in: id) }
                ?? false
            guard isOn else {
                let isThere = view.world.labelsAtCasePrinter.contains { $0.sscc == sscc }
                return isThere ? [.atTable(.stick(sscc: sscc, on: id))] : nil
            }
            let isRead = hands?.labelsRead.contains(id) == true
            if item?.isGood == true, item?.parent != nil || isRead { return [.atTable(.push(id))] }
            // Where order says nothing, an item of it is read before: see `labels`.
            if item?.isGood != true, view.status.cases.mustProve { return nil }
            guard !stacksFirst(view), hands?.labelTries[id, default: 0] ?? 0 < 3 else { return nil }
            hands?.labelTries[id, default: 0] += 1
            hands?.labelsRead.remove(id)
            return scan(.label(.inCase(id)), view)
        }
        return nil
    }

    // MARK: Items

    /// Scans what the line does not know in the open case, then what lies on the table.
    private mutating func fill(_ view: OperatorView) -> [OperatorAct]? {
        let world = view.world
        let inside = world.cartonsInOpenCase
        if hands?.isLabelFirst == true, let acts = scanLabelFirst(view) { return acts }
        let loose = inside.filter { view.answer(about: $0)?.parent == nil }
        let told = loose.filter { hands?.told.contains($0) == true }
        if isLess(than: told.count, view) { return [] }
        if let next = loose.first(where: { hands?.told.contains($0) != true }) { return show(next, view) }
        guard inside.count < world.layout.unitsPerCase, let next = world.table.first else { return nil }
        if let wrong = mistake(view) {
            hands?.isWrong()
            return scan(wrong, view)
        }
        return show(next, view)
    }

    private mutating func show(_ id: CartonID, _ view: OperatorView) -> [OperatorAct] {
        // Nobody reads what two scans did not.
        guard hands?.silent[id, default: 0] ?? 0 < 2 else { return [.takeOut(id)] }
        return scan(.carton(id), view)
    }

    /// After a while in which the screen says less than lies in the case, all of it is scanned again.
    private mutating func isLess(than count: Int, _ view: OperatorView) -> Bool {
        guard view.status.cases.open < count else {
            hands?.differsSince = nil
            return false
        }
        let since = hands?.differsSince ?? view.now
        hands?.differsSince = since
        guard view.now >= since + pace.look else { return true }
        hands?.told = []
        hands?.differsSince = nil
        return true
    }

    /// Puts the label on the case that is to be filled and scans it; `nil` when it was.
    private mutating func scanLabelFirst(_ view: OperatorView) -> [OperatorAct]? {
        let open = view.world.openCase
        let filling = view.status.cases.filling
        guard filling == nil || hands?.labelled != filling else { return nil }
        let since = hands?.unlabelledSince ?? view.now
        hands?.unlabelledSince = since
        guard let sscc = filling else {
            // Whoever shows an item is told that a label is to come.
            let isLate = view.now >= since + pace.look
            if isLate { hands?.unlabelledSince = nil }
            return isLate ? nil : []
        }
        if let label = view.label(on: .inCase(open)), label.isReadable, label.sscc == sscc {
            hands?.unlabelledSince = nil
            return scan(.label(.inCase(open)), view)
        }
        if view.world.labelsAtCasePrinter.contains(where: { $0.sscc == sscc }) {
            return [.atTable(.stick(sscc: sscc, on: open))]
        }
        guard view.now >= since + pace.patience else { return [] }
        hands?.unlabelledSince = nil
        return [.reprint(sscc: sscc, reason: "no readable label on the container")]
    }

    /// Something else than what is in the hand: an item of the open case, a reject, or another case's label.
    private mutating func mistake(_ view: OperatorView) -> HandheldTarget? {
        switch hands?.mistake() {
        case nil: return nil
        case 0: return hands?.pick(view.casesHere.filter { view.isWhole($0) }).map { .label(.inCase($0)) }
        case 1, 2, 3:
            let bad = rejects(view)
            return hands?.pick(bad).map { .carton($0) }
        default: return hands?.pick(view.world.cartonsInOpenCase).map { .carton($0) }
        }
    }

    // MARK: By hand for a while

    /// It is time to begin packing by hand, or to end it.
    func wantsToSwitch(_ view: OperatorView) -> Bool {
        guard let next = hands?.switches.first, view.world.cartonsInFeeder > 0 else { return false }
        return view.world.tally.fed >= next
    }

    /// While the belt stands: puts the table out and tells the line, or tells the line and takes it away.
    mutating func switchByHand(_ view: OperatorView) -> [OperatorAct]? {
        guard !view.world.isMoving, let count = hands?.switches.count else { return nil }
        let isDue = wantsToSwitch(view)
        let isClear = view.world.table.isEmpty && view.world.cartonsBeforePacker.isEmpty
        let isForgotten = count == 1 && view.world.isTableOut && !view.status.cases.byHand
        if isForgotten, !isDue || !isClear {
            // It ended with the batch that was suspended.
            return once(.packByHand(station: view.status.cases.name, isOver: false), view)
        }
        guard isDue else { return nil }
        let isOver = count == 1
        let isSaid = view.status.cases.byHand != isOver
        if isOver, !isSaid {
            if !view.world.cartonsBeforePacker.isEmpty { return [.atTable(.gather)] }
            // What lies there is packed first.
            guard view.world.table.isEmpty, hands?.refused == nil else { return nil }
        }
        if !isOver, !view.world.isTableOut { return [.atTable(.setOut(true))] }
        if !isSaid { return once(.packByHand(station: view.status.cases.name, isOver: isOver), view) }
        if isOver, view.world.isTableOut { return [.atTable(.setOut(false))] }
        hands?.switches.removeFirst()
        return nil
    }
}
