/// What somebody does with the hands at the packing table.
package enum TableAct: Hashable, Sendable {
    /// Reads something with the handheld scanner, and waits for its answer.
    case scan(HandheldTarget)
    /// Puts a carton that lies on the table into the open case.
    case pack(CartonID)
    /// Takes a label that came out of the case printer and sticks it on a case, over what is on it.
    case stick(sscc: String, on: CaseID)
    /// Throws away a label that came out of the case printer.
    case throwAway(sscc: String)
    /// Pushes a case that is done on to what it goes into.
    case push(CaseID)
    /// Puts the table in the way of what would fall into the case, and the case camera out of use; or takes
    /// it away.
    case setOut(Bool)
    /// Takes what lies between case camera and packer off the belt and onto the table.
    case gather
}

/// The packing table: what comes to the packer is laid onto it, in order, and a person takes it from
/// there.
///
/// While it is out the case camera sees nothing and no case is shut by count. Where it always is
/// (``WorldLayout/packsByHand``) nothing at the case station is done by a machine either: labels stay at
/// their printer until somebody sticks them on, and a case stays until it is pushed on.
/// - Invariant: Room for any number of cartons.
extension World {
    /// Does what the hands do.
    package mutating func perform(_ act: TableAct) {
        switch act {
        case .scan(let target): scanAtTable(target)
        case .pack(let id): _ = packFromTable(id)
        case .stick(let sscc, let id): _ = stickHeld(sscc, on: id)
        case .throwAway(let sscc): throwAway(sscc)
        case .push(let id): _ = push(id)
        case .setOut(let isOut): _ = setTable(isOut: isOut)
        case .gather: gatherOntoTable()
        }
    }

    /// The labels of a tier are stuck on by hand, and its cases pushed on.
    func isByHand(tier: Int) -> Bool { layout.packsByHand && tier == 0 }

    /// A carton comes to the table.
    mutating func layOnTable(_ id: CartonID) {
        table.append(id)
        cartons[id.number - 1].place = .table
        emit(.laid(id))
    }

    /// Who packs holds the scanner in one hand: an item takes no longer than to be shown to a camera.
    private mutating func scanAtTable(_ target: HandheldTarget) {
        handheldFree = later(max(now, handheldFree), by: layout.timings.handItem)
        schedule(.handheld(target), in: handheldFree - now)
    }

    /// Puts a carton from the table into the open case.
    ///
    /// - Returns: False when it does not lie there, or the case is full.
    mutating func packFromTable(_ id: CartonID) -> Bool {
        guard let place = table.firstIndex(of: id), cartonsInOpenCase.count < layout.unitsPerCase else {
            return false
        }
        table.remove(at: place)
        cases[openCase.number - 1].cartons.append(id)
        cartons[id.number - 1].place = .inCase(openCase)
        tally.packed += 1
        emit(.packed(id, openCase))
        return true
    }

    /// Sticks a label that waits at the case printer on a case that is here, open or shut.
    ///
    /// - Returns: False when there is no such label or case.
    mutating func stickHeld(_ sscc: String, on id: CaseID) -> Bool {
        guard id == openCase || isHere(.inCase(id)),
            let place = heldLabels.firstIndex(where: {
                labels[$0].target == .caseLabel && labels[$0].sscc == sscc
            })
        else { return false }
        let index = heldLabels.remove(at: place)
        applicatorQueue[0].removeAll { $0 == id }
        put(index, on: .inCase(id))
        return true
    }

    /// Throws away what waits at the case printer with this number.
    private mutating func throwAway(_ sscc: String) {
        heldLabels.removeAll { labels[$0].target == .caseLabel && labels[$0].sscc == sscc }
    }

    /// Numbers on the labels that wait at the case printer, the oldest first.
    var labelsAtCasePrinter: [PhysicalLabel] {
        heldLabels.map { labels[$0] }.filter { $0.target == .caseLabel }
    }

    /// Pushes a shut case with a label on.
    ///
    /// - Returns: False when it is none, or lies in something already.
    mutating func push(_ id: CaseID) -> Bool {
        guard isHere(.inCase(id)), !isStacked(id), !cases[id.number - 1].labels.isEmpty else { return false }
        applicatorQueue[0].removeAll { $0 == id }
        stack(id)
        return true
    }

    /// Containers in the open one of a tier above the cases, or on the open pallet.
    func itemsInOpen(_ tier: Int) -> Int {
        tier == layout.tiers ? casesOnOpenPallet.count : casesInOpen(tier).count
    }

    /// Puts the table in the way, or takes it away.
    ///
    /// - Returns: False when something lies on it that is to be taken away.
    mutating func setTable(isOut: Bool) -> Bool {
        guard isOut || table.isEmpty else { return false }
        isTableOut = isOut
        return true
    }

    /// Lays what is between case camera and packer on the table, in its order.
    mutating func gatherOntoTable() {
        guard isTableOut else { return }
        let lying = cartonsBeforePacker
        stretches[WorldStation.packer.rawValue] = []
        for id in lying { layOnTable(id) }
    }
}
