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

    /// Shut containers of each tier that are still here, in the order begun.
    private(set) lazy var here: [[CaseID]] = {
        var here: [[CaseID]] = Array(repeating: [], count: world.layout.tiers)
        for container in world.cases where world.isHere(.inCase(container.id)) {
            here[container.tier].append(container.id)
        }
        return here
    }()

    /// Shut containers of a tier that are still here, in the order they were scanned: one from the side way
    /// came later.
    func inOrder(_ tier: Int) -> [CaseID] {
        guard world.layout.hasSideWay else { return here[tier] }
        return here[tier].map { ($0, world.turn(of: $0)) }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    /// Shut cases that are still here.
    var casesHere: [CaseID] { here[0] }

    /// The number the line gave a container below the pallets: what it says holds what is first in it.
    func sscc(of id: CaseID) -> String? {
        if let known = numbers[id] { return known }
        let container = world.cases[id.number - 1]
        let found =
            container.cartons.lazy.compactMap { self.answer(about: $0)?.parent }.first
            ?? container.cases.lazy.compactMap { self.sscc(of: $0) }.compactMap { self.ask($0)?.parent }.first
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

    /// An item of a container that can be read and that the line says lies in one.
    func item(in id: CaseID) -> HandheldTarget? {
        let container = world.cases[id.number - 1]
        guard container.tier == 0 else { return item(of: container.cases) }
        return container.cartons.first { answer(about: $0)?.parent != nil }.map(proof)
    }

    /// A case on a pallet whose label can be read and that the line says stands on a pallet.
    func item(on id: PalletID) -> HandheldTarget? { item(of: world.pallets[id.number - 1].cases) }

    private func item(of cases: [CaseID]) -> HandheldTarget? {
        cases.first { entry in
            guard let label = label(on: .inCase(entry)), label.isReadable else { return false }
            return ask(label.sscc)?.parent != nil
        }.map { .label(.inCase($0)) }
    }

    /// The label the reader faces that packs the container.
    func label(on container: ContainerID) -> PhysicalLabel? { world.labelOnTop(of: container) }

    /// Each side of a container carries a label of which this is true.
    func isLabelled(_ container: ContainerID, with isRight: (PhysicalLabel) -> Bool) -> Bool {
        (0..<world.sides(of: container)).allSatisfy { side in
            world.labelOnTop(of: container, side: side).map(isRight) == true
        }
    }
}
