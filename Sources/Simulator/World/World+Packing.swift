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

/// A label out of the printer, or on its way.
struct PhysicalLabel: Sendable {
    let job: UInt64
    let sscc: String
    let count: Int
    let target: LabelTarget
    var isReadable = true
}

/// Packer, label printers, applicator, fixed scanner and pallets.
///
/// A case that is full is shut, waits for a label, passes the fixed scanner and comes to lie on the open
/// pallet. A label that finds nothing to go on is held at its place and goes on the next that comes.
extension World {
    // MARK: Labels

    /// Prints a label; what comes of it is told by events. Jobs of one printer come out in order.
    ///
    /// - Parameter job: The sender's number of the job.
    /// - Parameter sscc: 18 digits, printed as they are.
    /// - Parameter count: The count printed on it.
    package mutating func printLabel(job: UInt64, sscc: String, count: Int, on target: LabelTarget) {
        labels.append(PhysicalLabel(job: job, sscc: sscc, count: count, target: target))
        let index = labels.count - 1
        let (printer, time) =
            switch target {
            case .inner(let tier): (tier, layout.timings.caseLabel)
            case .palletLabel: (layout.tiers, layout.timings.palletLabel)
            }
        printerFree[printer] = later(max(now, printerFree[printer]), by: time)
        due.push(.labelDone(index), at: printerFree[printer])
    }

    mutating func finishLabel(_ index: Int) {
        let label = labels[index]
        guard !happens(.labelMissing, to: index + 1) else {
            emit(.labelMissing(job: label.job, label.target))
            return
        }
        let spoiler = label.target == .palletLabel ? WorldFault.badPalletLabel : .badCaseLabel
        if happens(spoiler, to: index + 1) { labels[index].isReadable = false }
        emit(.labelPrinted(job: label.job, label.target))
        deliver(index)
        // A buffered label comes out once more, as after a change of the roll.
        guard case .inner(let tier) = label.target else { return }
        labelsOut[tier] += 1
        guard happens(.labelRepeat, to: labelsOut[tier] + tier * Self.labelsOfATier) else { return }
        labels.append(labels[index])
        deliver(labels.count - 1)
    }

    /// More than any tier has.
    private static let labelsOfATier = 1_000_000

    /// A label is out of its printer.
    private mutating func deliver(_ index: Int) {
        let label = labels[index]
        byHand = byHand.filter { isHere($0) }
        if let hand = byHand.firstIndex(where: { takes($0, label.target) }) {
            placeByHand(index, on: byHand.remove(at: hand))
            return
        }
        switch label.target {
        case .palletLabel: schedule(.palletLabelOn(index), in: layout.timings.hand)
        case .inner(let tier) where applicatorQueue[tier].isEmpty || isByHand(tier: tier): hold(index)
        case .inner(let tier): stick(index, on: applicatorQueue[tier].removeFirst())
        }
    }

    /// Whether a label of this kind goes on this container.
    private func takes(_ container: ContainerID, _ target: LabelTarget) -> Bool {
        switch container {
        case .inCase(let id): target == .inner(tier: tier(of: id))
        case .pallet: target == .palletLabel
        }
    }

    func tier(of id: CaseID) -> Int { cases[id.number - 1].tier }

    private mutating func hold(_ index: Int) {
        heldLabels.append(index)
        emit(.labelHeld(job: labels[index].job, labels[index].target))
    }

    private mutating func takeHeld(_ target: LabelTarget) -> Int? {
        guard let place = heldLabels.firstIndex(where: { labels[$0].target == target }) else { return nil }
        return heldLabels.remove(at: place)
    }

    private mutating func stick(_ index: Int, on id: CaseID) {
        cases[id.number - 1].labels.append(index)
        emit(.labelApplied(job: labels[index].job, .inCase(id)))
        guard !isByHand(tier: tier(of: id)) else { return }
        schedule(.scan(id, thenStack: true), in: layout.timings.toScanner)
    }

    private mutating func placeByHand(_ index: Int, on container: ContainerID) {
        switch container {
        case .inCase(let id):
            let tier = tier(of: id)
            if let place = applicatorQueue[tier].firstIndex(of: id) {
                applicatorQueue[tier].remove(at: place)
                stick(index, on: id)
                return
            }
            cases[id.number - 1].labels.append(index)
            emit(.labelApplied(job: labels[index].job, container))
            guard !isByHand(tier: tier), !sideWay.contains(id) else { return }
            schedule(.scan(id, thenStack: false), in: layout.timings.hand)
        case .pallet(let id):
            palletQueue.removeAll { $0 == id }
            pallets[id.number - 1].labels.append(index)
            emit(.labelApplied(job: labels[index].job, container))
        }
    }

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
        } else if let held = takeHeld(.inner(tier: tier)) {
            stick(held, on: id)
        } else {
            applicatorQueue[tier].append(id)
        }
    }

    mutating func scanCase(_ id: CaseID, thenStack: Bool) {
        lastAtScanner[tier(of: id)] = id
        emit(.scannerRead(id, readLabel(of: .inCase(id))))
        if thenStack { leave(id) }
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

    /// The scan of the label on top, or a no-read where there is none or none that can be read.
    func readLabel(of container: ContainerID) -> WorldRead {
        guard let index = labelsOn(container).last, labels[index].isReadable else { return .noRead }
        return .code("]C100" + labels[index].sscc)
    }

    /// The container that is here and carries the label of an SSCC on top.
    func container(sscc: String) -> ContainerID? {
        let all = cases.map { ContainerID.inCase($0.id) } + pallets.map { ContainerID.pallet($0.id) }
        return all.first { container in
            isHere(container) && labelsOn(container).last.map { labels[$0].sscc == sscc } == true
        }
    }

    func labelsOn(_ container: ContainerID) -> [Int] {
        switch container {
        case .inCase(let id): cases.indices.contains(id.number - 1) ? cases[id.number - 1].labels : []
        case .pallet(let id): pallets.indices.contains(id.number - 1) ? pallets[id.number - 1].labels : []
        }
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
        if let held = takeHeld(.palletLabel) { schedule(.palletLabelOn(held), in: layout.timings.hand) }
    }

    mutating func putOnPallet(_ index: Int) {
        guard !palletQueue.isEmpty else { return hold(index) }
        let id = palletQueue.removeFirst()
        pallets[id.number - 1].labels.append(index)
        emit(.labelApplied(job: labels[index].job, .pallet(id)))
    }
}
