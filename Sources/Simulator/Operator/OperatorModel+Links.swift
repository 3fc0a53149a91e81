/// Cartons that wear helper codes: whoever stands beside the line sees that the line knows them.
struct OperatorLinks: Sendable {
    /// How often each carton was shown to the reader of both codes since the program was started.
    fileprivate var shown: [CartonID: Int] = [:]

    /// After so many in vain the cap is changed; after twice as many the unit goes in by its own code.
    fileprivate static let showings = 2
}

extension OperatorModel {
    /// Has both codes of a unit read that the line knows no helper code of; `nil` where there is none.
    ///
    /// A cap that was shown in vain is a copy, or cannot be read: the carton gets a new one.
    mutating func squareLinks(_ view: OperatorView) -> [OperatorAct]? {
        guard let place = view.world.layout.link, case .held = view.status.batch else { return nil }
        let onBelt = view.world.cartonsOnBelt.filter { $0.distance >= place }.map(\.carton)
        let here = onBelt.filter { !view.cartonsToPack.contains($0) }
        for id in view.cartonsToPack + here {
            // What moves may be before the reader right now.
            if view.world.isMoving, view.world.carton(id)?.place == .belt { continue }
            guard let item = view.answer(about: id), item.isGood, item.helper == nil, item.parent == nil
            else { continue }
            let count = links.shown[id, default: 0]
            guard count < 2 * OperatorLinks.showings else { continue }
            links.shown[id] = count + 1
            look(view)
            return (count == OperatorLinks.showings ? [.changeCap(id)] : []) + [.presentLink(id)]
        }
        return nil
    }
}

extension OperatorView {
    /// How a carton is shown to the case camera: by its cap, and by its own code when that was in vain.
    func showing(_ id: CartonID, turn: Int) -> OperatorAct {
        world.layout.link != nil && turn % 2 == 1 ? .presentOwn(id) : .present(id)
    }

    /// The code of a carton in a finished case that is read to prove its label: in every other one that of
    /// its cap, if the line knows it.
    func proof(_ id: CartonID) -> HandheldTarget {
        guard id.number.isMultiple(of: 2), let cap = world.carton(id)?.helper, cap.isReadable,
            answer(about: id)?.helper == cap.text
        else { return .carton(id) }
        return .cap(id)
    }
}
