/// Cases that go from one finished pallet to another.
extension OperatorModel {
    /// Moves one more case once everything is packed; `nil` when there is no more to move.
    mutating func moveAtEnd(_ view: OperatorView) -> [OperatorAct]? {
        guard var work = rework, work.movesLeft > 0 else { return nil }
        work.movesLeft -= 1
        defer { rework = work }
        return view.isQuiet ? move(&work, view) : nil
    }

    /// Carries a case to a pallet that has room, or to a full one from which another comes in its place.
    func move(_ work: inout OperatorRework, _ view: OperatorView) -> [OperatorAct]? {
        let pallets = view.wholePallets
        guard pallets.count > 1, let from = work.pick(pallets),
            let to = work.pick(pallets.filter { $0.id != from.id }), let id = work.pick(from.cases)
        else { return nil }
        let isLast = from.cases.count == 1
        guard to.cases.count >= view.world.layout.casesPerPallet else {
            work.goals = [.moved(id, to.sscc, dissolves: isLast)]
            return [.carry(id, to: to.id)] + (isLast ? [.discardPallet(from.id)] : [])
        }
        // The other one stands beside them meanwhile.
        guard !isLast, let other = work.pick(to.cases) else { return nil }
        work.goals = [
            .off(other, to.sscc), .moved(id, to.sscc, dissolves: false), .on(other, from.sscc),
        ]
        return [.carry(other, to: from.id), .carry(id, to: to.id)]
    }
}

extension OperatorView {
    /// A finished pallet with its number and the cases on it.
    struct WholePallet {
        let id: PalletID
        let sscc: String
        let cases: [CaseID]
    }

    /// Pallets that are here, with what the line says on them, as their labels say.
    var wholePallets: [WholePallet] {
        world.palletsWaiting.compactMap { id in
            guard let label = label(on: .pallet(id)), label.isReadable, ask(label.sscc)?.isGood == true else {
                return nil
            }
            let cases = world.pallets[id.number - 1].cases
            guard cases.allSatisfy({ isWhole($0, in: label.sscc) }) else { return nil }
            return WholePallet(id: id, sscc: label.sscc, cases: cases)
        }
    }

    /// The number of a case that the line says on a pallet of which something is true.
    func number(of id: CaseID, ifPallet isIt: (String?) -> Bool) -> String? {
        guard let sscc = sscc(of: id), isIt(ask(sscc)?.parent) else { return nil }
        return sscc
    }
}
