/// A label out of the printer, or on its way.
struct PhysicalLabel: Sendable {
    let job: UInt64
    let sscc: String
    let count: Int
    let target: LabelTarget
    var isReadable = true
    /// The side of the container it was put on, 0 and up.
    var side = 0
}

/// Label printers, applicators, and what the labels on a container say.
///
/// A label that finds nothing to go on is held at its place and goes on the next that comes. Where a
/// container carries several, it waits for one on each side.
extension World {
    // MARK: Printing

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
            // Who waited for it waits no more.
            emit(.labelMissing(job: label.job, label.target))
            if let hand = byHand.firstIndex(where: { takes($0, label.target) }),
                case .inCase(let id) = byHand.remove(at: hand)
            {
                goOn(id)
            }
            return
        }
        let spoiler = label.target == .palletLabel ? WorldFault.badPalletLabel : .badCaseLabel
        if happens(spoiler, to: index + 1) { labels[index].isReadable = false }
        emit(.labelPrinted(job: label.job, label.target))
        guard case .inner(let tier) = label.target else { return deliver(index) }
        labelsOut[tier] += 1
        let number = labelsOut[tier] + tier * Self.labelsOfATier
        // A buffered label comes out once more, as after a change of the roll, at whose end the first one may
        // be spoiled.
        guard happens(.labelRepeat, to: number) else { return deliver(index) }
        labels.append(labels[index])
        var luck = random(.labelRepeat, number, 1)
        if luck.below(2) == 0 {
            (labels[index].isReadable, labels[labels.count - 1].isReadable) = (false, true)
        }
        let second = labels.count - 1
        deliver(index)
        deliver(second)
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
        case .inner(let tier): stick(index, on: applicatorQueue[tier][0])
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

    mutating func hold(_ index: Int) {
        heldLabels.append(index)
        emit(.labelHeld(job: labels[index].job, labels[index].target))
    }

    mutating func takeHeld(_ target: LabelTarget) -> Int? {
        guard let place = heldLabels.firstIndex(where: { labels[$0].target == target }) else { return nil }
        return heldLabels.remove(at: place)
    }

    /// Puts a label on a container, over any older one of that side: on each side in turn.
    mutating func put(_ index: Int, on container: ContainerID) {
        labels[index].side = labelsOn(container).count % sides(of: container)
        switch container {
        case .inCase(let id): cases[id.number - 1].labels.append(index)
        case .pallet(let id): pallets[id.number - 1].labels.append(index)
        }
        emit(.labelApplied(job: labels[index].job, container))
    }

    /// Puts a label on a case before the applicator; it goes on once it has one on each side.
    mutating func stick(_ index: Int, on id: CaseID) {
        put(index, on: .inCase(id))
        goOn(id)
    }

    /// A case before the applicator goes on to its scanner, once it has all its labels.
    private mutating func goOn(_ id: CaseID) {
        let tier = tier(of: id)
        guard applicatorQueue[tier].contains(id), hasLabels(.inCase(id)), !byHand.contains(.inCase(id))
        else { return }
        applicatorQueue[tier].removeAll { $0 == id }
        guard !isByHand(tier: tier) else { return }
        schedule(.scan(id, thenStack: true), in: layout.timings.toScanner)
    }

    private mutating func placeByHand(_ index: Int, on container: ContainerID) {
        switch container {
        case .inCase(let id):
            let tier = tier(of: id)
            if applicatorQueue[tier].contains(id) { return stick(index, on: id) }
            put(index, on: container)
            guard hasLabels(container), !byHand.contains(container), !isByHand(tier: tier),
                !sideWay.contains(id)
            else { return }
            schedule(.scan(id, thenStack: false), in: layout.timings.hand)
        case .pallet(let id):
            palletQueue.removeAll { $0 == id }
            put(index, on: container)
        }
    }

    // MARK: Reading

    /// Sides of a container that carry a label.
    func sides(of container: ContainerID) -> Int {
        switch container {
        case .inCase(let id): layout.sides(of: tier(of: id))
        case .pallet: layout.sides(of: layout.tiers)
        }
    }

    /// The label on top of one side; `nil` where there is none.
    func labelOnTop(of container: ContainerID, side: Int) -> PhysicalLabel? {
        numberOnTop(of: container, side: side).map { labels[$0] }
    }

    /// That label as an index.
    func numberOnTop(of container: ContainerID, side: Int) -> Int? {
        labelsOn(container).last { labels[$0].side == side }
    }

    /// The label on top of the last side, the one that the reader faces which packs the container.
    func labelOnTop(of container: ContainerID) -> PhysicalLabel? {
        labelOnTop(of: container, side: sides(of: container) - 1)
    }

    /// Each side carries a label.
    func hasLabels(_ container: ContainerID) -> Bool {
        (0..<sides(of: container)).allSatisfy { labelOnTop(of: container, side: $0) != nil }
    }

    /// The scan of the label on top of a side, or a no-read where there is none or none that can be read.
    func readLabel(of container: ContainerID, side: Int) -> WorldRead {
        guard let label = labelOnTop(of: container, side: side), label.isReadable else { return .noRead }
        return .code("]C100" + label.sscc)
    }

    /// The container that is here and carries the label of an SSCC on top.
    func container(sscc: String) -> ContainerID? {
        let all = cases.map { ContainerID.inCase($0.id) } + pallets.map { ContainerID.pallet($0.id) }
        return all.first { container in
            isHere(container) && labelOnTop(of: container)?.sscc == sscc
        }
    }

    func labelsOn(_ container: ContainerID) -> [Int] {
        switch container {
        case .inCase(let id): cases.indices.contains(id.number - 1) ? cases[id.number - 1].labels : []
        case .pallet(let id): pallets.indices.contains(id.number - 1) ? pallets[id.number - 1].labels : []
        }
    }
}
