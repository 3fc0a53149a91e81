/// Everything one look gives: the world, the screen, the time, and whom to ask. Passed on without a copy of
/// the world.
final class OperatorView {
    let world: World
    let status: OperatorStatus
    let now: UInt64
    let ask: OperatorModel.Ask
    /// What ``sscc(of:)-(CaseID)`` found: in one look nothing changes.
    private var numbers: [CaseID: String?] = [:]

    init(world: World, status: OperatorStatus, now: UInt64, ask: @escaping OperatorModel.Ask) {
        self.world = world
        self.status = status
        self.now = now
        self.ask = ask
    }

    /// What a scanner reads on a carton; `nil` for one nothing can be read on.
    func code(of id: CartonID) -> String? { world.carton(id)?.scan }

    func answer(about id: CartonID) -> OperatorItem? { code(of: id).flatMap(ask) }

    /// Cartons on their way into a case that has no number yet: in a shut case that waits for its label, in
    /// the open case, and between case camera and packer.
    var cartonsToPack: [CartonID] {
        world.casesWaitingForLabel.flatMap { world.cases[$0.number - 1].cartons } + world.cartonsInOpenCase
            + world.cartonsBeforePacker
    }

    /// Another carton with the same code lies in a case that was shut before.
    func isCopy(_ id: CartonID, among lying: [CartonID]) -> Bool {
        world.copies(of: id).contains { other in
            guard case .inCase = world.carton(other)?.place else { return false }
            return !lying.contains(other)
        }
    }

    /// Shut cases that are still here, in the order shut.
    private(set) lazy var casesHere = world.cases.map(\.id).filter { world.isHere(.inCase($0)) }

    /// The number the line gave a case: what it says holds the carton first in it.
    func sscc(of id: CaseID) -> String? {
        if let known = numbers[id] { return known }
        let found = world.cases[id.number - 1].cartons.lazy.compactMap { self.answer(about: $0)?.parent }
            .first
        numbers[id] = .some(found)
        return found
    }

    /// The number the line gave a pallet: what it says holds the case first on it.
    func sscc(of id: PalletID) -> String? {
        world.pallets[id.number - 1].cases.lazy.compactMap { self.sscc(of: $0) }.compactMap {
            self.ask($0)?.parent
        }
        .first
    }

    /// A carton in a case that can be read and that the line says lies in a case.
    func item(in id: CaseID) -> HandheldTarget? {
        world.cases[id.number - 1].cartons.first { answer(about: $0)?.parent != nil }.map(
            HandheldTarget.carton)
    }

    /// A case on a pallet whose label can be read and that the line says stands on a pallet.
    func item(on id: PalletID) -> HandheldTarget? {
        world.pallets[id.number - 1].cases.first { entry in
            guard let label = label(on: .inCase(entry)), label.isReadable else { return false }
            return ask(label.sscc)?.parent != nil
        }.map { .label(.inCase($0)) }
    }

    func label(on container: ContainerID) -> PhysicalLabel? {
        world.labelsOn(container).last.map { world.labels[$0] }
    }
}
