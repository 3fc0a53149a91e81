import LineCore

/// What an operator reworks: chosen by chance, done with the hands first, then told to the line until the
/// line says so too. So a command that a crash swallowed is given again.
struct OperatorRework: Sendable {
    /// Something the line does not know yet.
    enum Goal: Sendable {
        /// The unit has come to its end.
        case ended(CartonID, UnitEnd)
        /// The unit is in no container.
        case out(CartonID)
        /// The unit lies in a case.
        case inside(CartonID, CaseID)
        /// One unit went, with or without its end, and another came.
        case replaced(CartonID, by: CartonID, UnitEnd?, CaseID)
        /// The container is no more; these units were in it.
        case dissolved(String, [CartonID])
        /// The reject came back as a good unit, if the line will have it by then.
        case recovered(CartonID, until: UInt64)
        /// The reject was destroyed, if the line will have it by then.
        case destroyed(CartonID, until: UInt64)
        /// The label of the reject was kept as a sample, if the line will have it by then.
        case labelKept(CartonID, until: UInt64)
        /// The content of the case was read again, but for a carton that is not in it any more.
        case readAgain(String, without: CartonID)
        /// Every good unit in no container has come to its end.
        case noneLoose(UnitEnd)
        /// The unit is out for in-process control.
        case sentOut(CartonID)
        /// It is back.
        case returned(CartonID)
        /// The case is no more on the pallet of this number.
        case off(CaseID, String)
        /// The case, which was on none, is on the pallet of this number.
        case on(CaseID, String)
        /// The case, which was on another, is on the pallet of this number; the other one ends if it was the
        /// last.
        case moved(CaseID, String, dissolves: Bool)
    }

    var luck: SeededRandom
    private var labelLuck: SeededRandom
    /// What is loose at the end is ended at once, not one by one.
    let endsTogether: Bool
    /// Cases to be read again once all are closed.
    var rereadsLeft: Int
    /// Acts still to be started.
    var left: Int
    var goals: [Goal] = []
    /// Good units in the operator's hands: they lie in the bin until they go into a case.
    var loose: [CartonID] = []
    /// When the stop began in which the last one was started.
    var stop: UInt64?
    /// Cases to be moved once all pallets are full.
    var movesLeft: Int
    /// Cases whose content was changed: their label must say what is in them.
    var cases: Set<CaseID> = []

    /// So many acts, chosen by seed.
    init(seed: UInt64, acts: Int) {
        luck = SeededRandom(seed: seed, purpose: 0x4E3A, subject: 0)
        labelLuck = SeededRandom(seed: seed, purpose: 0x1ABE, subject: 0)
        var endLuck = SeededRandom(seed: seed, purpose: 0xE2D5, subject: 0)
        endsTogether = endLuck.below(2) == 0
        rereadsLeft = endLuck.below(3)
        left = acts
        movesLeft = luck.below(3)
    }

    /// One label in three rejects is kept.
    fileprivate mutating func keepsLabel() -> Bool { labelLuck.below(3) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[luck.below(elements.count)]
    }
}

extension OperatorRework.Goal {
    /// The unit that goes into a case.
    fileprivate var comes: CartonID? {
        switch self {
        case .inside(let id, _), .replaced(_, let id, _, _): id
        default: nil
        }
    }

    /// The case that goes to another pallet.
    fileprivate var `case`: CaseID? {
        switch self {
        case .off(let id, _), .on(let id, _), .moved(let id, _, _): id
        default: nil
        }
    }
}

extension OperatorModel {
    /// Tells the line what the hands have done; `nil` once it knows.
    mutating func tellRework(_ view: OperatorView) -> [OperatorAct]? {
        guard var work = rework, let goal = work.goals.first else { return nil }
        // Its label came in doubt meanwhile, and is proved first.
        if let id = goal.case, view.sscc(of: id).flatMap({ view.ask($0) })?.isGood != true { return nil }
        if let act = act(for: goal, view) { return once(act, view) }
        work.goals.removeFirst()
        switch goal {
        case .ended(let id, _): work.loose.removeAll { $0 == id }
        case .out(let id), .replaced(let id, _, nil, _), .readAgain(_, let id): work.loose.append(id)
        case .noneLoose: work.loose = []
        case .dissolved(_, let ids): work.loose += ids
        case .recovered(let id, _): if view.answer(about: id)?.isGood == true { work.loose.append(id) }
        case .inside, .replaced, .destroyed, .labelKept, .sentOut, .returned, .off, .on, .moved: break
        }
        rework = work
        return tellRework(view)
    }

    /// The command that the line has not obeyed yet; `nil` when it says what is so.
    private func act(for goal: OperatorRework.Goal, _ view: OperatorView) -> OperatorAct? {
        // A scan that came late may have sent it out once more.
        if let id = goal.comes, view.status.out.contains(view.serial(of: id)), let code = view.code(of: id) {
            return .returnUnit(code: code)
        }
        return switch goal {
        case .ended(let id, let end):
            view.answer(about: id)?.isGood == true ? .end(serial: view.serial(of: id), end) : nil
        case .out(let id):
            view.answer(about: id)?.parent != nil ? .remove(serial: view.serial(of: id)) : nil
        case .inside(let id, let container):
            inside(id, container, view).map { .add(serial: view.serial(of: id), to: $0) }
        case .replaced(let old, let new, let end, let container):
            inside(new, container, view).map { _ in
                .replace(serial: view.serial(of: old), by: view.serial(of: new), end)
            }
        case .dissolved(let sscc, let ids): dissolve(sscc, ids, view)
        case .recovered(let id, let until):
            view.answer(about: id)?.isGood == true || view.now > until
                ? nil : view.code(of: id).map { .recover(code: $0, reintroduces: true) }
        case .destroyed(let id, let until):
            view.now > until ? nil : view.code(of: id).map { .recover(code: $0, reintroduces: false) }
        case .labelKept(let id, let until):
            view.now > until ? nil : .end(serial: view.serial(of: id), .labelSampled)
        case .readAgain(let sscc, let carton): readAgain(sscc, without: carton, view)
        case .noneLoose(let end):
            view.looseUnits.isEmpty ? nil : .endOrphans(end)
        case .sentOut(let id):
            view.status.out.contains(view.serial(of: id)) || view.answer(about: id)?.isGood != true
                ? nil : .sendOut(serial: view.serial(of: id))
        case .returned(let id):
            view.status.out.contains(view.serial(of: id))
                ? view.code(of: id).map { .returnUnit(code: $0) } : nil
        case .off(let id, let pallet):
            view.number(of: id, ifPallet: { $0 == pallet }).map { .remove(serial: $0) }
        case .on(let id, let pallet):
            view.number(of: id, ifPallet: { $0 != pallet }).map { .add(serial: $0, to: pallet) }
        case .moved(let id, let pallet, let dissolves):
            view.number(of: id, ifPallet: { $0 != pallet }).map {
                .move(sscc: $0, to: pallet, dissolves: dissolves)
            }
        }
    }

    /// The SSCC of the case in which the line does not know the unit yet.
    private func inside(_ id: CartonID, _ container: CaseID, _ view: OperatorView) -> String? {
        guard view.answer(about: id)?.parent == nil else { return nil }
        return view.world.cases[container.number - 1].cartons.lazy.filter { $0 != id }
            .compactMap { view.answer(about: $0)?.parent }.first
    }

    /// A case on the open pallet leaves that when one unit of it does; then it can be dissolved.
    private func dissolve(_ sscc: String, _ ids: [CartonID], _ view: OperatorView) -> OperatorAct? {
        let inside = ids.filter { view.answer(about: $0)?.parent == sscc }
        guard let first = inside.first else { return nil }
        // Or it went with its pallet before the line knew: then it is taken off that.
        if view.ask(sscc)?.parent != nil { return .remove(serial: sscc) }
        return inside.count == ids.count ? .remove(serial: view.serial(of: first)) : .dissolve(sscc: sscc)
    }

    // MARK: Choosing

    /// Begins another act, or ends what is loose; `nil` when there is nothing to rework.
    ///
    /// - Parameter isLast: Nothing is packed after this: what is loose is destroyed.
    mutating func startRework(_ view: OperatorView, isLast: Bool) -> [OperatorAct]? {
        // What was carried is in its new case before anything else is changed.
        guard carried(outOf: { _ in true }) == 0 else { return nil }
        guard var work = rework, work.goals.isEmpty, isLast || work.stop != stopSince else { return nil }
        work.stop = stopSince
        defer { rework = work }
        if let id = view.status.out.lazy.compactMap({ view.world.carton(serial: $0) }).first {
            work.goals = [.returned(id)]
            return tellNow(&work, view)
        }
        // The line took another pack with its code for it, and this one stays in the bin; or somebody put
        // this one back onto the belt.
        work.loose.removeAll { id in
            view.answer(about: id)?.parent != nil || !view.world.bin.contains(id)
        }
        guard work.left > 0, view.isQuiet else {
            guard isLast, !work.endsTogether || view.world.layout.unitsPerLayer > 0, let id = work.loose.first
            else { return nil }
            work.goals = [.ended(id, .destroyed)]
            return tellNext(&work, view)
        }
        work.left -= 1
        rework = work
        if let acts = reparent(view) {
            work = rework ?? work
            return acts
        }
        if work.luck.below(3) == 0, let acts = move(&work, view) { return acts }
        let candidates = view.casesHere.filter { view.isWhole($0) }
        guard let id = work.pick(candidates) else { return nil }
        let acts = choose(id, &work, view)
        work.cases.insert(id)
        return acts
    }

    /// The goal was just set: nothing for the hands to do.
    private func tellNext(_ work: inout OperatorRework, _ view: OperatorView) -> [OperatorAct]? {
        guard let goal = work.goals.first, let act = act(for: goal, view) else {
            work.goals = []
            work.loose.removeFirst()
            return nil
        }
        return [act]
    }

    private func tellNow(_ work: inout OperatorRework, _ view: OperatorView) -> [OperatorAct]? {
        work.goals.first.flatMap { act(for: $0, view) }.map { [$0] }
    }

    /// Rejects in the bin with a code of their own.
    func rejects(_ view: OperatorView, besides loose: [CartonID] = []) -> [CartonID] {
        view.world.bin.filter { id in
            !loose.contains(id) && view.code(of: id) != nil && view.answer(about: id)?.isGood != true
                && view.world.copies(of: id).isEmpty
        }
    }

    private func choose(_ id: CaseID, _ work: inout OperatorRework, _ view: OperatorView) -> [OperatorAct]? {
        let cartons = view.world.cases[id.number - 1].cartons
        guard let carton = work.pick(cartons) else { return nil }
        let end = [UnitEnd.sampled, .inactive, .destroyed][work.luck.below(3)]
        let hasRoom = cartons.count < view.world.layout.unitsPerCase
        switch work.luck.below(9) {
        case 0:
            work.goals = [.out(carton)]
            return [.takeOut(carton)]
        case 1:
            guard let sscc = view.sscc(of: id) else { return nil }
            work.goals = [.dissolved(sscc, cartons)]
            return cartons.map { .takeOut($0) } + [.discardCase(id)]
        case 2, 3:
            // The line may have taken another pack with its code for it.
            guard let place = work.loose.firstIndex(where: { view.world.copies(of: $0).isEmpty }) else {
                break
            }
            let new = work.loose.remove(at: place)
            if hasRoom {
                work.goals = [.inside(new, id)]
                return [.putInto(id, new)]
            }
            work.goals = [.replaced(carton, by: new, work.luck.below(2) == 0 ? end : nil, id)]
            return [.takeOut(carton), .putInto(id, new)]
        case 4:
            guard let id = work.loose.first else { break }
            work.goals = [.sentOut(id), .returned(id)]
            return tellNow(&work, view)
        case 5, 6:
            guard let id = work.pick(rejects(view, besides: work.loose)) else { break }
            let until = view.now + 2 * pace.again
            if work.keepsLabel() {
                work.goals = [.labelKept(id, until: until)]
                return tellNow(&work, view)
            }
            work.goals = [
                work.luck.below(3) == 0 ? .destroyed(id, until: until) : .recovered(id, until: until)
            ]
            return tellNow(&work, view)
        default: break
        }
        work.goals = [.ended(carton, end)]
        return [.takeOut(carton)]
    }
}

extension OperatorView {
    func serial(of id: CartonID) -> String {
        world.carton(id)?.print?.value(of: world.layout.serialField, in: world.layout.codeFields) ?? ""
    }

    /// No label waits, none is about to come out, and nothing is still to be scanned.
    var isQuiet: Bool {
        status.unread.isEmpty && !world.holdsCaseLabel && world.applicatorQueue.allSatisfy(\.isEmpty)
            && world.printerFree.allSatisfy { $0 <= now } && world.handheldFree <= now
    }

    /// A closed container in which lies what the line says; a case with at least two cartons.
    ///
    /// - Parameter holder: The number of what it is in; `nil` for none.
    func isWhole(_ id: CaseID, in holder: String? = nil) -> Bool {
        let container = world.cases[id.number - 1]
        guard world.isStacked(id), let label = label(on: .inCase(id)), label.isReadable,
            let itself = ask(label.sscc), itself.isGood, itself.parent == holder
        else { return false }
        guard container.tier == 0 else {
            return container.cases.allSatisfy { isWhole($0, in: label.sscc) }
        }
        let cartons = container.cartons
        guard cartons.count > 1 else { return false }
        return cartons.allSatisfy { carton in
            guard let item = answer(about: carton) else { return false }
            // Of two packs with one code nobody can tell which was taken out.
            return item.isGood && item.parent == label.sscc && world.copies(of: carton).isEmpty
        }
    }
}
