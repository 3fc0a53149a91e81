/// Cases that left the line because their label was called bad.
extension OperatorModel {
    /// Puts what the line says lies in something else already where that is: only the answer was lost.
    /// Another that came by meanwhile and took its place is read after it.
    func emptySideWay(_ view: OperatorView) -> [OperatorAct]? {
        for id in view.world.sideWay {
            guard let holder = view.holder(of: id) else { continue }
            let tier = view.world.tier(of: id)
            // What is on its way comes to lie first.
            guard !view.world.leaving.contains(where: { view.world.tier(of: $0) == tier }) else { return [] }
            let inside = view.here[tier].filter { view.world.isStacked($0) }
            let around = inside.filter { view.holder(of: $0) == holder }
            let wrong = inside.first { other in
                view.holder(of: other) == nil && around.contains { view.world.isBeside($0, other) }
            }
            return [wrong.map { .exchange(id, for: $0) } ?? .putBack(id)]
        }
        return nil
    }
}

extension OperatorView {
    /// The number of what the line says a case lies in.
    fileprivate func holder(of id: CaseID) -> String? { sscc(of: id).flatMap(ask)?.parent }
}
