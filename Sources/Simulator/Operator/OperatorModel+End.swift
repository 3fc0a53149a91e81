import LineCore

/// What a person does once everything is packed: reads a case again, ends what is loose.
extension OperatorModel {
    /// Takes a carton out of one more case, which is then read again; `nil` when there is no more to read.
    mutating func readAgainAtEnd(_ view: OperatorView) -> [OperatorAct]? {
        // A layer is read as a whole, and is none without one of its cartons; at a table the scanner is
        // in use.
        guard var work = rework, work.rereadsLeft > 0, view.world.layout.unitsPerLayer == 0,
            !view.world.isTableOut, view.isQuiet
        else { return nil }
        work.rereadsLeft -= 1
        defer { rework = work }
        guard let id = work.pick(view.casesHere.filter { view.isWhole($0, in: view.holder(of: $0)) }),
            let sscc = view.sscc(of: id),
            let carton = work.pick(view.world.cases[id.number - 1].cartons)
        else { return nil }
        work.goals = [.readAgain(sscc, without: carton)]
        work.cases.insert(id)
        return [.takeOut(carton), .readAgain(sscc: sscc)]
    }

    /// What is left of reading a case again; `nil` once the line knows what is in it.
    func readAgain(_ sscc: String, without carton: CartonID, _ view: OperatorView) -> OperatorAct? {
        guard view.answer(about: carton)?.parent == sscc else { return nil }
        return reading(view) ?? .readAgain(sscc: sscc)
    }

    /// What is left of reading the case on the screen: a start forgets it, a scan that came late begins it
    /// anew.
    func reading(_ view: OperatorView) -> OperatorAct? {
        guard let sscc = view.status.cases.readingAgain,
            case .inCase(let id)? = view.world.container(sscc: sscc)
        else { return nil }
        let cartons = view.world.cases[id.number - 1].cartons
        guard view.status.cases.open < cartons.count else { return .readAgainDone(sscc: sscc) }
        // Each in its turn: one that was not read is shown again after the others.
        return .present(cartons[Int(view.now / pace.look) % cartons.count])
    }

    /// Ends every unit that is in no container, where they are not ended one by one.
    mutating func endLoose(_ view: OperatorView) -> [OperatorAct]? {
        guard var work = rework, work.endsTogether, !view.looseUnits.isEmpty else { return nil }
        let end = work.pick([UnitEnd.sampled, .inactive, .destroyed]) ?? .destroyed
        work.goals = [.noneLoose(end)]
        rework = work
        return once(.endOrphans(end), view)
    }
}

extension OperatorView {
    /// The number of what the line says a case is in.
    fileprivate func holder(of id: CaseID) -> String? {
        label(on: .inCase(id)).flatMap { ask($0.sscc)?.parent }
    }

    /// Good cartons in the bin that the line says are in no container.
    var looseUnits: [CartonID] {
        world.bin.filter { id in
            guard let item = answer(about: id) else { return false }
            return item.isGood && item.parent == nil
        }
    }
}
