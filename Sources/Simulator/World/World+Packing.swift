/// A physical case and what lies in it, or a container of cases that is no pallet.
struct PhysicalCase: Sendable {
    let id: CaseID
    /// 0: a case of cartons; the others hold what is of the tier below.
    let tier: Int
    var cartons: [CartonID] = []
    /// What lies in one of a higher tier.
    var cases: [CaseID] = []
    /// What it lies in itself, but for a pallet.
    var outer: CaseID?
    /// Labels on it, the newest on top.
    var labels: [Int] = []
    var pallet: PalletID?
    /// When it went past its scanner, counted in such cases; `nil`: it did not.
    var passedAt: Int?
    var isShut = false
    /// It is empty and was thrown away.
    var isDiscarded = false
}

/// A physical pallet and what stands on it.
struct PhysicalPallet: Sendable {
    let id: PalletID
    var cases: [CaseID] = []
    /// Labels on it, the newest on top.
    var labels: [Int] = []
    var isShut = false
    var hasLeft = false
    /// It is empty and was thrown away.
    var isDiscarded = false
}

/// Packer, fixed scanner and pallets.
///
/// A case that is full is shut, waits for its label, passes the fixed scanner and comes to lie on the open
/// pallet.
extension World {
    // MARK: Cases

    mutating func fallIntoCase(_ id: CartonID) {
        // Full, and not seen to be good: it stands beside while the next one is filled.
        if layout.unitsPerLayer > 0, cartonsInOpenCase.count >= layout.unitsPerCase { shutCase() }
        let open = shortCase ?? openCase
        cases[open.number - 1].cartons.append(id)
        cartons[id.number - 1].place = .inCase(open)
        tally.packed += 1
        emit(.packed(id, open))
        let isFull = cases[open.number - 1].cartons.count >= layout.unitsPerCase
        guard layout.unitsPerLayer > 0 else {
            if isFull { shutCase() }
            return
        }
        unseen.append(id)
        if unseen.count >= layout.unitsPerLayer {
            triggerCaseCamera(Array(unseen.prefix(layout.unitsPerLayer)), byHand: false)
        }
    }

    /// A shut case out of which one was taken before its layer was seen to be good: while the open one is
    /// empty, what comes next completes it.
    private var shortCase: CaseID? {
        guard layout.unitsPerLayer > 0, cartonsInOpenCase.isEmpty else { return nil }
        return applicatorQueue[0].first { id in
            let inside = cases[id.number - 1].cartons
            return inside.count < layout.unitsPerCase && inside.contains(where: unseen.contains)
        }
    }

    /// The camera over the packer was told that a layer is good: a case that is full of such is shut.
    package mutating func layerTaken(_ ids: [CartonID]) {
        unseen.removeAll(where: ids.contains)
        shutIfFull()
    }

    private mutating func shutIfFull() {
        let inside = cartonsInOpenCase
        if inside.count >= layout.unitsPerCase, !inside.contains(where: unseen.contains) { shutCase() }
    }

    /// The case that takes what falls in.
    package var openCase: CaseID { openCases[0] }

    /// Cartons in the open case, in the order they fell in.
    package var cartonsInOpenCase: [CartonID] { cases[openCase.number - 1].cartons }

    /// What lies in the open container of a tier above the cases, in the order it came.
    func casesInOpen(_ tier: Int) -> [CaseID] { cases[openCases[tier].number - 1].cases }

    /// Cases before the applicator without a label, the first to get one first.
    package var casesWaitingForLabel: [CaseID] { applicatorQueue[0] }

    /// Units in a container of any tier.
    func units(in id: CaseID) -> Int {
        let container = cases[id.number - 1]
        return container.cartons.count + container.cases.reduce(0) { $0 + units(in: $1) }
    }

    /// Units on a pallet.
    func units(on id: PalletID) -> Int {
        pallets[id.number - 1].cases.reduce(0) { $0 + units(in: $1) }
    }

    mutating func shutCase(tier: Int = 0) {
        let id = openCases[tier]
        cases[id.number - 1].isShut = true
        openCases[tier] = CaseID(cases.count + 1)
        cases.append(PhysicalCase(id: openCases[tier], tier: tier))
        if tier == 0 { tally.casesShut += 1 }
        let container = cases[id.number - 1]
        emit(.caseShut(id, count: container.cartons.count + container.cases.count))
        if isByHand(tier: tier) {
            // A label that came first stays on; one that is still to come is waited for.
            if container.labels.isEmpty { applicatorQueue[tier].append(id) }
        } else {
            applicatorQueue[tier].append(id)
            while applicatorQueue[tier].contains(id), let held = takeHeld(.inner(tier: tier)) {
                stick(held, on: applicatorQueue[tier][0])
            }
        }
    }

    mutating func scanCase(_ id: CaseID, thenStack: Bool) {
        lastAtScanner[tier(of: id)] = id
        for side in 0..<sides(of: .inCase(id)) { scan(id, side: side) }
        if thenStack { leave(id) }
    }

    /// The reader of one side reads a case.
    mutating func scan(_ id: CaseID, side: Int) {
        emit(.scannerRead(id, side: side, readLabel(of: .inCase(id), side: side)))
    }

    mutating func stack(_ id: CaseID) {
        let tier = tier(of: id)
        guard tier + 1 == layout.tiers else {
            let outer = openCases[tier + 1]
            cases[id.number - 1].outer = outer
            cases[outer.number - 1].cases.append(id)
            emit(.nested(id, outer))
            if casesInOpen(tier + 1).count >= layout.itemsPerOuter[tier] { shutCase(tier: tier + 1) }
            return
        }
        let pallet = openPallet
        cases[id.number - 1].pallet = pallet
        pallets[pallet.number - 1].cases.append(id)
        emit(.stacked(id, pallet))
        if pallets[pallet.number - 1].cases.count >= layout.casesPerPallet { shutPallet() }
    }

    // MARK: Pallets

    /// The pallet that takes the next case; the last of all pallets.
    package var openPallet: PalletID { PalletID(pallets.count) }

    /// Cases on the open pallet, in the order stacked.
    package var casesOnOpenPallet: [CaseID] { pallets[pallets.count - 1].cases }

    /// Full pallets that are still here, with or without a label, the oldest first.
    package var palletsWaiting: [PalletID] {
        pallets.filter { $0.isShut && !$0.hasLeft && !$0.isDiscarded }.map(\.id)
    }

    mutating func shutPallet() {
        let id = openPallet
        pallets[id.number - 1].isShut = true
        pallets.append(PhysicalPallet(id: PalletID(pallets.count + 1)))
        emit(.palletShut(id, count: pallets[id.number - 1].cases.count))
        palletQueue.append(id)
        for _ in 0..<sides(of: .pallet(id)) {
            guard let held = takeHeld(.palletLabel) else { break }
            schedule(.palletLabelOn(held), in: layout.timings.hand)
        }
    }

    mutating func putOnPallet(_ index: Int) {
        guard let id = palletQueue.first else { return hold(index) }
        put(index, on: .pallet(id))
        if hasLabels(.pallet(id)) { palletQueue.removeFirst() }
    }
}
