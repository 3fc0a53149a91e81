/// The side way behind each fixed scanner: where a case goes whose label the line calls bad.
///
/// The output of the scanner for a bad read turns the divert. Somebody reads the label by hand and, once that
/// is taken, puts the case back behind the scanner: so it goes on in the order of the good reads.
extension World {
    /// The scanner of a tier says that its last read was bad.
    package mutating func divertLast(tier: Int) {
        guard layout.hasSideWay, let id = lastAtScanner[tier], leaving.remove(id) != nil else { return }
        sideWay.append(id)
        emit(.divertedCase(id))
    }

    /// Puts a case from the side way back behind its scanner.
    package mutating func putBack(_ id: CaseID) {
        guard let place = sideWay.firstIndex(of: id) else { return }
        sideWay.remove(at: place)
        leave(id)
    }

    /// Orders the cases of a tier as they came past their scanner; the others after them, those on the side
    /// way last.
    func turn(of id: CaseID) -> (Int, Int) {
        if sideWay.contains(id) { return (2, id.number) }
        return cases[id.number - 1].passedAt.map { (0, $0) } ?? (1, id.number)
    }

    /// Both lie in one container, or on one pallet.
    func isBeside(_ id: CaseID, _ other: CaseID) -> Bool {
        let (one, two) = (cases[id.number - 1], cases[other.number - 1])
        return one.outer != nil ? one.outer == two.outer : one.pallet != nil && one.pallet == two.pallet
    }

    /// The case on the side way whose label this is.
    func divertedCase(_ target: HandheldTarget) -> CaseID? {
        if case .label(.inCase(let id)) = target, sideWay.contains(id) { id } else { nil }
    }

    /// Puts a case from the side way where another lies, which comes to the side way for it.
    package mutating func exchange(_ id: CaseID, for other: CaseID) {
        guard let place = sideWay.firstIndex(of: id), isHere(.inCase(other)) else { return }
        if let outer = cases[other.number - 1].outer,
            let at = cases[outer.number - 1].cases.firstIndex(of: other)
        {
            cases[outer.number - 1].cases[at] = id
            emit(.nested(id, outer))
        } else if let pallet = cases[other.number - 1].pallet,
            let at = pallets[pallet.number - 1].cases.firstIndex(of: other)
        {
            pallets[pallet.number - 1].cases[at] = id
            emit(.stacked(id, pallet))
        } else {
            return
        }
        (cases[id.number - 1].outer, cases[id.number - 1].pallet, cases[id.number - 1].passedAt) =
            (cases[other.number - 1].outer, cases[other.number - 1].pallet, cases[other.number - 1].passedAt)
        (cases[other.number - 1].outer, cases[other.number - 1].pallet) = (nil, nil)
        sideWay[place] = other
        emit(.divertedCase(other))
    }

    /// A case is on its way from its scanner into what it goes into.
    mutating func leave(_ id: CaseID) {
        leaving.insert(id)
        passes += 1
        cases[id.number - 1].passedAt = passes
        schedule(.stack(id), in: layout.timings.toPallet)
    }

    /// A case comes to what it goes into, unless it left the line before.
    mutating func arrive(_ id: CaseID) {
        if leaving.remove(id) != nil { stack(id) }
    }
}
