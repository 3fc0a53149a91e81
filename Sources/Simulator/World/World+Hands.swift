/// What an operator does with the hands, and acts on the coder's cable and switch.
extension World {
    // MARK: Coder

    /// Sends a record to the coder.
    ///
    /// - Returns: False when its memory is full.
    package mutating func sendToCoder(index: UInt64, values: [String], lane: Int = 0) -> Bool {
        lanes[lane].coder.send(index: index, values: values)
    }

    /// Clears the coder's buffer; the last printed number stays.
    package mutating func clearCoder(lane: Int = 0) {
        lanes[lane].coder.clear()
    }

    /// Switches the coder off and on; see ``WorldLayout/coderMemorySurvives``.
    package mutating func powerCycleCoder() {
        coder.powerCycle(memorySurvives: layout.coderMemorySurvives)
    }

    // MARK: Cartons

    /// Cartons between the case camera and the packer, downstream first.
    package var cartonsBeforePacker: [CartonID] { stretches[WorldStation.packer.rawValue] }

    /// Takes the carton that last passed the case camera off the belt and throws it into the bin.
    ///
    /// - Returns: The carton, or `nil` when it lies on the belt no more.
    package mutating func removeRefusedItem() -> CartonID? {
        guard let id = lastAtCaseCamera, carton(id)?.place == .belt, takeOut(id) else { return nil }
        return id
    }

    /// Takes a carton off the belt or out of a case that is still here, and throws it into the bin.
    ///
    /// - Returns: False when it is neither on the belt nor in such a case.
    package mutating func takeOut(_ id: CartonID) -> Bool {
        guard let carton = carton(id) else { return false }
        switch carton.place {
        case .belt:
            for index in stretches.indices { stretches[index].removeAll { $0 == id } }
            link.coming.removeAll { $0 == id }
        case .inCase(let container):
            guard !hasLeft(container) else { return false }
            cases[container.number - 1].cartons.removeAll { $0 == id }
            unseen.removeAll { $0 == id }
        case .table: table.removeAll { $0 == id }
        case .chute, .bin, .emptied:
            return false
        }
        tally.taken += 1
        emit(.taken(id))
        putIntoBin(id)
        return true
    }

    /// Takes every carton between two distances from the infeed off the belt, the operator's clearing.
    ///
    /// - Returns: The cartons taken, downstream first.
    package mutating func clearBelt(from nearest: Int64, to farthest: Int64) -> [CartonID] {
        let found = cartonsOnBelt.filter { $0.distance >= nearest && $0.distance <= farthest }.map(\.carton)
        return found.filter { takeOut($0) }
    }

    /// Presents a carton on the belt, in a case or in the bin to the case camera and puts it back.
    ///
    /// - Returns: False when the carton is somewhere else.
    package mutating func presentToCaseCamera(_ id: CartonID) -> Bool {
        guard isInReach(id) else { return false }
        schedule(.present(id), in: layout.timings.handItem)
        return true
    }

    /// Presents every carton of the open case to the case camera, one after another, and puts each back.
    ///
    /// - Parameter includingBelt: Then those between case camera and packer, downstream first: they were
    ///   read by the camera before and have not fallen in.
    /// - Returns: The cartons in the order presented.
    package mutating func representOpenCase(includingBelt: Bool = true) -> [CartonID] {
        let items = cartonsInOpenCase + (includingBelt ? cartonsBeforePacker : [])
        var delay: UInt64 = 0
        for id in items {
            delay = later(delay, by: layout.timings.handItem)
            schedule(.present(id), in: delay)
        }
        return items
    }

    /// Triggers the camera over the packer for these cartons, as one layer.
    ///
    /// - Returns: False when one of them is out of reach.
    package mutating func presentToCaseCamera(_ ids: [CartonID]) -> Bool {
        guard !ids.isEmpty, ids.allSatisfy(isInReach) else { return false }
        schedule(.presentLayer(ids), in: layout.timings.hand)
        return true
    }

    /// Puts a carton of the open case into one that was shut and waits for its label.
    ///
    /// - Returns: False when either is somewhere else.
    package mutating func fillUp(_ container: CaseID, with id: CartonID) -> Bool {
        guard applicatorQueue[0].contains(container), cartonsInOpenCase.contains(id) else { return false }
        cases[openCase.number - 1].cartons.removeAll { $0 == id }
        cases[container.number - 1].cartons.append(id)
        cartons[id.number - 1].place = .inCase(container)
        emit(.packed(id, container))
        return true
    }

    /// Takes away what is in the bin.
    package mutating func emptyBin() {
        for id in bin { cartons[id.number - 1].place = .emptied }
        emit(.binEmptied(bin.count))
        emptied += bin
        bin = []
    }

    /// Reads the code of a carton with the handheld scanner.
    ///
    /// - Returns: False when it is out of reach (chute, emptied bin, case that left).
    package mutating func scanByHand(_ id: CartonID) -> Bool {
        guard isInReach(id) else { return false }
        scanByHand([.carton(id)])
        return true
    }

    /// Reads one thing after another with the handheld scanner, whatever it is, and after what it still has
    /// to read: there is one.
    package mutating func scanByHand(_ targets: [HandheldTarget]) {
        for target in targets {
            handheldFree = later(max(now, handheldFree), by: time(for: target))
            schedule(.handheld(target), in: handheldFree - now)
        }
    }

    /// A label on another side is turned to first.
    private func time(for target: HandheldTarget) -> UInt64 {
        if case .side = target { 3 * layout.timings.hand } else { layout.timings.hand }
    }

    func isInReach(_ id: CartonID) -> Bool {
        switch carton(id)?.place {
        case .belt, .table, .bin: true
        case .inCase(let container): !hasLeft(container)
        case .chute, .emptied, nil: false
        }
    }

    private func hasLeft(_ id: CaseID) -> Bool {
        guard let pallet = pallet(of: id) else { return false }
        return pallets[pallet.number - 1].hasLeft
    }

    /// The pallet on which a container stands, in whatever others.
    func pallet(of id: CaseID) -> PalletID? {
        let container = cases[id.number - 1]
        return container.pallet ?? container.outer.flatMap { pallet(of: $0) }
    }

    /// A container lies in this one, in whatever others.
    func holder(of id: CaseID, is outer: CaseID) -> Bool {
        guard let next = cases[id.number - 1].outer else { return false }
        return next == outer || holder(of: next, is: outer)
    }

    /// It lies in an outer container or on a pallet.
    func isStacked(_ id: CaseID) -> Bool {
        cases[id.number - 1].pallet != nil || cases[id.number - 1].outer != nil
    }

    /// Puts a carton that lies in the bin into a case that is shut and still here.
    ///
    /// - Returns: False when either is somewhere else.
    package mutating func putInto(_ container: CaseID, _ id: CartonID) -> Bool {
        guard isHere(.inCase(container)), let place = bin.firstIndex(of: id) else { return false }
        bin.remove(at: place)
        tally.outOfBin += 1
        cartons[id.number - 1].place = .inCase(container)
        cases[container.number - 1].cartons.append(id)
        emit(.packed(id, container))
        return true
    }

    /// Puts a carton of a case that is shut and still here into the open one, which has room for it.
    ///
    /// - Returns: False when it is somewhere else, or there is no room.
    mutating func moveToOpen(_ id: CartonID) -> Bool {
        guard case .inCase(let old) = carton(id)?.place, old != openCase, isHere(.inCase(old)),
            cartonsInOpenCase.count < layout.unitsPerCase
        else { return false }
        cases[old.number - 1].cartons.removeAll { $0 == id }
        tally.packed -= 1
        fallIntoCase(id)
        return true
    }

    /// Throws an empty case away that is shut and still here, with the labels on it.
    ///
    /// - Returns: False when it holds something or is somewhere else.
    package mutating func discard(_ id: CaseID) -> Bool {
        guard isHere(.inCase(id)), units(in: id) == 0 else { return false }
        if let outer = cases[id.number - 1].outer {
            cases[outer.number - 1].cases.removeAll { $0 == id }
            cases[id.number - 1].outer = nil
        }
        if let pallet = cases[id.number - 1].pallet {
            pallets[pallet.number - 1].cases.removeAll { $0 == id }
            cases[id.number - 1].pallet = nil
        }
        cases[id.number - 1].isDiscarded = true
        sideWay.removeAll { $0 == id }
        leaving.remove(id)
        byHand.removeAll { $0 == .inCase(id) }
        return true
    }

    // MARK: Cases and pallets

    /// Shuts the open case before it is full.
    ///
    /// - Returns: The case, or `nil` when it is empty.
    package mutating func closeOpenCase() -> CaseID? {
        guard !cartonsInOpenCase.isEmpty else { return nil }
        return closeOpen(tier: 0)
    }

    /// Shuts the open container of a tier before it is full.
    ///
    /// - Returns: The container, or `nil` when it is empty.
    mutating func closeOpen(tier: Int) -> CaseID? {
        let id = openCases[tier]
        guard units(in: id) > 0 else { return nil }
        shutCase(tier: tier)
        return id
    }

    /// Ends the open pallet before it is full.
    ///
    /// - Returns: The pallet, or `nil` when nothing stands on it.
    package mutating func closePallet() -> PalletID? {
        guard !casesOnOpenPallet.isEmpty else { return nil }
        let id = openPallet
        shutPallet()
        return id
    }

    /// Presents a case that is shut and still here to the fixed scanner, and puts it back.
    ///
    /// - Parameter allSides: To the reader of each side; otherwise to the one that packs it.
    /// - Returns: False when there is no such case.
    package mutating func presentToScanner(_ id: CaseID, allSides: Bool = true) -> Bool {
        guard isHere(.inCase(id)) else { return false }
        if isByHand(tier: tier(of: id)) || sideWay.contains(id) { return scanByHand(.inCase(id)) }
        schedule(
            allSides ? .scan(id, thenStack: false) : .scanLast(id), in: layout.timings.hand)
        return true
    }

    /// Reads the label of a case or pallet with the handheld scanner, or its labels.
    ///
    /// - Returns: False when there is no such container, it is open, or it has left.
    package mutating func scanByHand(_ container: ContainerID) -> Bool {
        guard isHere(container) else { return false }
        scanByHand(labelTargets(container))
        return true
    }

    private func labelTargets(_ container: ContainerID) -> [HandheldTarget] {
        let sides = sides(of: container)
        return sides == 1 ? [.label(container)] : (0..<sides).map { .side(container, $0) }
    }

    /// Reads an item of a container with the handheld scanner and, next, the container's label.
    ///
    /// - Returns: False when the container or the item is out of reach.
    package mutating func proveByHand(_ container: ContainerID, item: HandheldTarget) -> Bool {
        let isInReach =
            switch item {
            case .carton(let id), .cap(let id): self.isInReach(id)
            case .label(let label), .side(let label, _): isHere(label)
            case .command, .scan: true
            }
        guard isInReach, isHere(container) else { return false }
        scanByHand([item] + labelTargets(container))
        return true
    }

    /// Throws away labels that wait at an applicator and went on nothing.
    package mutating func discardHeldLabels() {
        heldLabels.removeAll { labels[$0].target != .palletLabel }
    }

    /// A label for a case, or for what cases lie in, waits at the applicator.
    package var holdsCaseLabel: Bool { heldLabels.contains { labels[$0].target != .palletLabel } }

    /// Reads the label of the oldest pallet that waits with one, with the handheld scanner.
    ///
    /// - Returns: The pallet, or `nil` when there is none.
    package mutating func scanPalletLabel() -> PalletID? {
        let waiting = palletsWaiting.first { hasLabels(.pallet($0)) }
        guard let id = waiting, scanByHand(.pallet(id)) else { return nil }
        return id
    }

    /// Takes the next label of the right kind out of the printer by hand and puts it over the old one; where
    /// a container carries several, one after another.
    ///
    /// A case is then presented to the fixed scanner; one still waiting for its first label goes on.
    /// - Returns: False when there is no such container, it is open, or it has left.
    package mutating func placeNextLabel(over container: ContainerID) -> Bool {
        guard isHere(container) else { return false }
        // Who waits for labels waits for as many as it takes.
        let awaited = byHand.count { $0 == container }
        for _ in awaited..<max(awaited, sides(of: container)) { byHand.append(container) }
        return true
    }

    /// Takes a full pallet away, labelled or not.
    ///
    /// - Returns: False when it is open or gone, or there is none of that number.
    package mutating func takeAway(_ id: PalletID) -> Bool {
        guard isHere(.pallet(id)) else { return false }
        pallets[id.number - 1].hasLeft = true
        palletQueue.removeAll { $0 == id }
        tally.palletsLeft += 1
        emit(.palletLeft(id))
        return true
    }

    /// Carries a case from its pallet to another.
    ///
    /// - Returns: False when the case stands on none, or one of the pallets is not here.
    package mutating func carry(_ id: CaseID, to pallet: PalletID) -> Bool {
        guard isHere(.inCase(id)), isHere(.pallet(pallet)), let old = cases[id.number - 1].pallet,
            old != pallet
        else { return false }
        pallets[old.number - 1].cases.removeAll { $0 == id }
        pallets[pallet.number - 1].cases.append(id)
        cases[id.number - 1].pallet = pallet
        emit(.stacked(id, pallet))
        return true
    }

    /// Throws the label of an empty pallet away.
    ///
    /// - Returns: False when something stands on it or it is not here.
    package mutating func discard(_ id: PalletID) -> Bool {
        guard isHere(.pallet(id)), pallets[id.number - 1].cases.isEmpty else { return false }
        pallets[id.number - 1].isDiscarded = true
        palletQueue.removeAll { $0 == id }
        byHand.removeAll { $0 == .pallet(id) }
        return true
    }

    /// Brings back a pallet that was taken away.
    ///
    /// - Returns: False when it is here, or there is none of that number.
    package mutating func bringBack(_ id: PalletID) -> Bool {
        guard pallets.indices.contains(id.number - 1), pallets[id.number - 1].hasLeft else { return false }
        pallets[id.number - 1].hasLeft = false
        tally.palletsLeft -= 1
        emit(.palletCameBack(id))
        return true
    }

    /// A container that is shut and has not left.
    func isHere(_ container: ContainerID) -> Bool {
        switch container {
        case .inCase(let id):
            cases.indices.contains(id.number - 1) && cases[id.number - 1].isShut && !hasLeft(id)
                && !cases[id.number - 1].isDiscarded
        case .pallet(let id):
            pallets.indices.contains(id.number - 1) && pallets[id.number - 1].isShut
                && !pallets[id.number - 1].hasLeft && !pallets[id.number - 1].isDiscarded
        }
    }

    func handheldResult(_ target: HandheldTarget) -> WorldRead {
        switch target {
        case .label(let container): readLabel(of: container, side: sides(of: container) - 1)
        case .side(let container, let side): readLabel(of: container, side: side)
        case .carton(let id): codeResult(of: id)
        case .cap(let id): readableCap(of: id).map(WorldRead.code) ?? .noRead
        case .command(let text): .code("]C0" + text)
        case .scan(let text): .code(text)
        }
    }

    private func codeResult(of id: CartonID) -> WorldRead {
        carton(id)?.scan.map(WorldRead.code) ?? .noRead
    }
}
