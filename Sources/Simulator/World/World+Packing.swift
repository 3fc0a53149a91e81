/// A physical case and what lies in it.
struct PhysicalCase: Sendable {
    let id: CaseID
    var cartons: [CartonID] = []
    /// Labels on it, the newest on top.
    var labels: [Int] = []
    var pallet: PalletID?
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
        switch target {
        case .caseLabel:
            casePrinterFree = later(max(now, casePrinterFree), by: layout.timings.caseLabel)
            due.push(.labelDone(index), at: casePrinterFree)
        case .palletLabel:
            palletPrinterFree = later(max(now, palletPrinterFree), by: layout.timings.palletLabel)
            due.push(.labelDone(index), at: palletPrinterFree)
        }
    }

    mutating func finishLabel(_ index: Int) {
        let label = labels[index]
        guard !happens(.labelMissing, to: index + 1) else {
            emit(.labelMissing(job: label.job, label.target))
            return
        }
        let spoiler = label.target == .caseLabel ? WorldFault.badCaseLabel : .badPalletLabel
        if happens(spoiler, to: index + 1) { labels[index].isReadable = false }
        emit(.labelPrinted(job: label.job, label.target))
        deliver(index)
        // A buffered label comes out once more, as after a change of the roll.
        guard label.target == .caseLabel else { return }
        caseLabelsOut += 1
        guard happens(.labelRepeat, to: caseLabelsOut) else { return }
        labels.append(labels[index])
        deliver(labels.count - 1)
    }

    /// A label is out of its printer.
    private mutating func deliver(_ index: Int) {
        let label = labels[index]
        byHand = byHand.filter { isHere($0) }
        if let hand = byHand.firstIndex(where: { $0.takes(label.target) }) {
            placeByHand(index, on: byHand.remove(at: hand))
        } else if label.target == .palletLabel {
            schedule(.palletLabelOn(index), in: layout.timings.hand)
        } else if applicatorQueue.isEmpty {
            hold(index)
        } else {
            stick(index, on: applicatorQueue.removeFirst())
        }
    }

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
        schedule(.scan(id, thenStack: true), in: layout.timings.toScanner)
    }

    private mutating func placeByHand(_ index: Int, on container: ContainerID) {
        switch container {
        case .inCase(let id):
            if let place = applicatorQueue.firstIndex(of: id) {
                applicatorQueue.remove(at: place)
                stick(index, on: id)
                return
            }
            cases[id.number - 1].labels.append(index)
            emit(.labelApplied(job: labels[index].job, container))
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
        let open = openCase
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

    /// The camera over the packer was told that a layer is good: a case that is full of such is shut.
    package mutating func layerTaken(_ ids: [CartonID]) {
        unseen.removeAll(where: ids.contains)
        shutIfFull()
    }

    private mutating func shutIfFull() {
        let inside = cartonsInOpenCase
        if inside.count >= layout.unitsPerCase, !inside.contains(where: unseen.contains) { shutCase() }
    }

    /// The case that takes what falls in; the last of all cases.
    package var openCase: CaseID { CaseID(cases.count) }

    /// Cartons in the open case, in the order they fell in.
    package var cartonsInOpenCase: [CartonID] { cases[cases.count - 1].cartons }

    /// Cases before the applicator without a label, the first to get one first.
    package var casesWaitingForLabel: [CaseID] { applicatorQueue }

    mutating func shutCase() {
        let id = openCase
        cases[id.number - 1].isShut = true
        cases.append(PhysicalCase(id: CaseID(cases.count + 1)))
        tally.casesShut += 1
        emit(.caseShut(id, count: cases[id.number - 1].cartons.count))
        if let held = takeHeld(.caseLabel) {
            stick(held, on: id)
        } else {
            applicatorQueue.append(id)
        }
    }

    mutating func scanCase(_ id: CaseID, thenStack: Bool) {
        lastAtScanner = id
        emit(.scannerRead(id, readLabel(of: .inCase(id))))
        if thenStack { schedule(.stack(id), in: layout.timings.toPallet) }
    }

    mutating func stack(_ id: CaseID) {
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

extension ContainerID {
    /// Whether a label of this kind goes on this container.
    func takes(_ target: LabelTarget) -> Bool {
        switch self {
        case .inCase: target == .caseLabel
        case .pallet: target == .palletLabel
        }
    }
}
