/// Units that go from a finished case into the open one: the station reads them there, and takes them out of
/// the case that held them.
struct OperatorReparenting: Sendable {
    /// A carton that was carried, and the number of the case it was in.
    struct Moved: Sendable {
        let from: CaseID
        let sscc: String
    }

    private var luck: SeededRandom
    /// Cartons in the open case that the line may still know in another.
    fileprivate(set) var moved: [CartonID: Moved] = [:]

    init(seed: UInt64) { luck = SeededRandom(seed: seed, purpose: 0x9E9B, subject: 0) }

    /// Two of three acts of rework.
    fileprivate mutating func isMeant() -> Bool { luck.below(3) > 0 }

    fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[luck.below(elements.count)]
    }
}

extension OperatorModel {
    /// Carries a unit of a finished case into the open one; `nil` where none may go.
    mutating func reparent(_ view: OperatorView) -> [OperatorAct]? {
        guard var work = reparenting, work.isMeant() else { return nil }
        defer { reparenting = work }
        let open = view.status.cases.open
        // What is on its way into the open case has its place there, and nothing waits for its number.
        guard open == view.world.cartonsInOpenCase.count + view.world.cartonsBeforePacker.count,
            open < view.world.layout.unitsPerCase,
            // Not those between camera and packer alone: one on its way to the camera would be read first.
            !view.world.isMoving || view.world.cartonsOnBelt.isEmpty,
            let id = work.pick(view.casesHere.filter { view.isWhole($0) && view.mayLoseOne($0) }),
            let carton = work.pick(view.world.cases[id.number - 1].cartons), let sscc = view.sscc(of: id)
        else { return nil }
        work.moved[carton] = OperatorReparenting.Moved(from: id, sscc: sscc)
        rework?.cases.insert(id)
        return [.moveToOpen(carton)]
    }

    /// Whether a carton that the line says is in a container was carried from there, and is to be read here.
    mutating func isCarried(_ id: CartonID, from sscc: String) -> Bool {
        guard let work = reparenting, let moved = work.moved[id] else { return false }
        if moved.sscc != sscc { reparenting?.moved[id] = nil }
        return moved.sscc == sscc
    }

    /// Forgets what was carried and is where it lies, to the line as well.
    mutating func forgetCarried(_ view: OperatorView) {
        guard let moved = reparenting?.moved, !moved.isEmpty else { return }
        reparenting?.moved = moved.filter { view.answer(about: $0.key)?.parent == $0.value.sscc }
    }

    /// Cartons that were carried out of these cases and that the line still knows there.
    func carried(outOf isOne: (CaseID) -> Bool) -> Int {
        reparenting?.moved.values.count { isOne($0.from) } ?? 0
    }

    /// The case from which a carton was carried went onto a pallet before the line knew: the carton is taken
    /// out of it first.
    func takenOutFirst(_ view: OperatorView) -> OperatorAct? {
        let stuck = reparenting?.moved.filter { id, moved in
            view.answer(about: id)?.parent == moved.sscc && view.ask(moved.sscc)?.parent != nil
        }
        return stuck?.keys.min { $0.number < $1.number }.map { .remove(serial: view.serial(of: $0)) }
    }
}

extension OperatorView {
    /// Enough is left in it.
    fileprivate func mayLoseOne(_ id: CaseID) -> Bool { world.cases[id.number - 1].cartons.count > 2 }
}
