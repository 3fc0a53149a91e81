/// Acts on what containers hold: each is one decision, and names what was scanned.
extension Line {
    // MARK: Out

    /// How an item leaves what holds it.
    enum Leaving: Equatable {
        /// It is in no container.
        case free
        /// Its container holds others.
        case removed(from: Int)
        /// It was the last one, and the container ends with it.
        case dissolving(Int)
    }

    mutating func remove(
        _ name: ItemName, reason: String, dissolves: Bool, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .remove)
        let item = try self.item(name)
        let leaving = try leaving(item, dissolves: dissolves)
        guard leaving != .free else { throw inNothing(item) }
        record(leaving, of: item, why, actor)
        return text(of: item) + words(leaving)
    }

    private func inNothing(_ item: NamedItem) -> Refusal {
        let name = text(of: item)
        guard let station = openStation(of: item) else {
            return Refusal("PACK-221", "\(name) is in no container", "There is nothing to take it out of.")
        }
        return lies(item, in: station)
    }

    private func lies(_ item: NamedItem, in station: Int) -> Refusal {
        let open = packing[station].station
        return Refusal(
            "REWORK-109", "\(text(of: item)) lies in the open \(open.level.rawValue) at \(open.name)",
            "Close it as it is first: seriatim batch partial \(open.name).")
    }

    /// What has to become of the container of an item that leaves it.
    func leaving(_ item: NamedItem, dissolves: Bool) throws(Refusal) -> Leaving {
        guard let parent = parent(of: item) else { return .free }
        _ = try changeable(state.containers[parent].sscc)
        guard state.containers[parent].count == 1 else { return .removed(from: parent) }
        guard dissolves else {
            let sscc = state.containers[parent].sscc
            throw Refusal(
                "PACK-220", "\(text(of: item)) is the last item in \(sscc)",
                "A container cannot be empty: add --dissolve, which ends \(sscc) in the same act.")
        }
        try checkAlone(parent)
        return .dissolving(parent)
    }

    /// Records how an item leaves its container.
    mutating func record(_ leaving: Leaving, of item: NamedItem, _ why: String, _ actor: String) {
        switch leaving {
        case .free: break
        case .removed(let parent):
            record(
                .itemRemoved(
                    ItemRemoved(
                        sscc: state.containers[parent].sscc, item: text(of: item), reason: why, actor: actor)
                ))
        case .dissolving(let parent):
            record(
                .containerDissolved(
                    ContainerDissolved(sscc: state.containers[parent].sscc, reason: why, actor: actor)))
        }
    }

    /// What the person is told, behind the name of the item.
    func words(_ leaving: Leaving) -> String {
        switch leaving {
        case .free: ""
        case .removed(let parent):
            ", out of \(state.containers[parent].sscc)" + labelAdvice(parent) + openAdvice(parent)
        case .dissolving(let parent):
            ", the last of \(state.containers[parent].sscc), which is dissolved: destroy its label"
        }
    }

    /// What to do about the label of a container whose content has changed.
    private func labelAdvice(_ index: Int) -> String {
        var wrong: [String] = []
        var next = index
        while next >= 0 {
            if state.units(in: next) != state.containers[next].labelCount {
                wrong.append(state.containers[next].sscc)
            }
            next = Int(state.containers[next].parent) - 1
        }
        guard let first = wrong.first else {
            return "; its label is right: read an item of it, then the label"
        }
        let others = wrong.dropFirst().map { ", and that of \($0) around it" }.joined()
        return "; print its label again\(others): seriatim item reprint \(first) --reason TEXT"
            + " --old-label destroyed"
    }

    /// A container in an open one counts there again when its label was read again.
    func openAdvice(_ index: Int) -> String {
        guard let station = openStation(of: .container(index)) else { return "" }
        let level = packing[station].station.level.rawValue
        return "; it is not counted in the open \(level) until its label is read again"
    }

    // MARK: In

    mutating func add(
        _ name: ItemName, to sscc: String, reason: String, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .add)
        let target = try changeable(sscc)
        let item = try self.item(name)
        try check(item, mayGoInto: target)
        try checkRoom(target)
        record(.itemAdded(ItemAdded(sscc: sscc, item: text(of: item), reason: why, actor: actor)))
        return "\(text(of: item)) is in \(sscc)" + labelAdvice(target) + openAdvice(target)
    }

    private func checkRoom(_ index: Int) throws(Refusal) {
        let container = state.containers[index]
        let capacity = state.batches[container.batch].order.packing[container.level]
        guard container.count < capacity else {
            throw Refusal(
                "REWORK-108", "\(container.sscc) is full: it holds \(container.count) of \(capacity)",
                "Replace an item of it: seriatim item replace OLD --by NEW.")
        }
    }

    /// A closed container from one to another, as a case from pallet to pallet.
    mutating func move(
        _ name: ItemName, to sscc: String, reason: String, dissolves: Bool, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .move)
        let target = try changeable(sscc)
        let item = try self.item(name)
        guard case .container(let index) = item else {
            throw Refusal(
                "REWORK-104",
                "\(text(of: item)) is a unit; containers are moved, as cases from pallet to pallet",
                "Take the unit out and put it in: seriatim item remove, then add.")
        }
        let leaving = try leaving(item, dissolves: dissolves)
        guard leaving != .free else { throw inNothing(item) }
        guard parent(of: item) != target else {
            throw Refusal(
                "REWORK-106", "\(text(of: item)) is in \(sscc) already", "There is nothing to move.")
        }
        try check(item, mayGoInto: target, leaving: parent(of: .container(index)))
        try checkRoom(target)
        record(leaving, of: item, why, actor)
        record(.itemAdded(ItemAdded(sscc: sscc, item: text(of: item), reason: why, actor: actor)))
        return "\(text(of: item)) is in \(sscc)\(labelAdvice(target))\(words(leaving))"
    }

    /// One out with its end, if it has one, and another in.
    mutating func replace(
        _ old: ItemName, by new: ItemName, end: UnitEnd?, reason: String, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .replace)
        let (leaves, comes) = (try item(old), try item(new))
        guard leaves != comes else {
            throw Refusal(
                "REWORK-106", "\(text(of: comes)) would take its own place", "Name another item with --by.")
        }
        guard let target = parent(of: leaves) else { throw inNothing(leaves) }
        let sscc = state.containers[target].sscc
        _ = try changeable(sscc)
        try check(comes, mayGoInto: target)
        if let end {
            guard case .unit(let unit) = leaves else { throw Self.noUnit(text(of: leaves), end) }
            try check(unit, mayBe: end)
        }
        record(.removed(from: target), of: leaves, why, actor)
        if case .unit(let unit) = leaves, let end { record(unit, endsAs: end, why, actor) }
        record(.itemAdded(ItemAdded(sscc: sscc, item: text(of: comes), reason: why, actor: actor)))
        return "\(text(of: comes)) is in \(sscc) in place of \(text(of: leaves))" + labelAdvice(target)
    }

    private static func noUnit(_ sscc: String, _ end: UnitEnd) -> Refusal {
        Refusal(
            "REWORK-104", "\(sscc) is a container and cannot be \(end.state.word)",
            "Dissolve it, then see to its items: seriatim item dissolve \(sscc).")
    }

    /// Refuses an item that may not go into a container: wrong level, batch or state, or not free.
    ///
    /// - Parameter leaving: The container it leaves in the same act.
    private func check(
        _ item: NamedItem, mayGoInto target: Int, leaving: Int? = nil
    ) throws(Refusal) {
        let (container, name) = (state.containers[target], text(of: item))
        let (level, batch): (PackLevel?, Int) =
            switch item {
            case .unit(let unit): (nil, unit.batch)
            case .container(let index): (state.containers[index].level, state.containers[index].batch)
            }
        let wanted = state.batches[container.batch].order.packing.content(of: container.level)
        guard level == wanted else {
            let other = "\(container.sscc) a \(container.level.rawValue) of \(wanted.plural)"
            throw Refusal(
                "REWORK-104", "\(name) is a \(level?.rawValue ?? "unit") and \(other)",
                "Name one of the \(wanted.plural).")
        }
        guard batch == container.batch else {
            let (its, other) = (state.batches[batch].order, state.batches[container.batch].order)
            throw Refusal(
                "REWORK-107",
                "\(name) is of batch \(its.batch), lot \(its.lot); "
                    + "\(container.sscc) of batch \(other.batch), lot \(other.lot)",
                "A container holds one batch: name another item.")
        }
        if let parent = parent(of: item), parent != leaving {
            throw Refusal(
                "REWORK-106", "\(name) is in \(state.containers[parent].sscc)",
                "Take it out first: seriatim item remove \(name) --reason TEXT.")
        }
        if let station = openStation(of: item) { throw lies(item, in: station) }
        switch item {
        case .unit(let unit): try checkGood(unit)
        case .container(let index):
            guard !state.containers[index].closed else { return }
            throw Refusal(
                "REWORK-114", "the label of \(name) was not read back",
                "Read it, or print it again and read that.")
        }
    }

    func checkGood(_ unit: NamedUnit) throws(Refusal) {
        guard !state.batches[unit.batch].isOut(unit.position) else {
            throw Refusal(
                "REWORK-136", "\(unit.serial) is out for in-process control",
                "Bring it back first: seriatim item return CODE.")
        }
        let serialState = state.unitPools[unit.pool].state(unit.position)
        guard serialState == .commissioned else {
            throw Refusal(
                "REWORK-105", "\(unit.serial) is \(serialState.word), not commissioned",
                serialState == .verified ? "Wait until it has left the belt." : "Name a good unit.")
        }
    }

    // MARK: The container itself

    mutating func dissolve(_ sscc: String, reason: String, actor: String) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .dissolve)
        let index = try changeable(sscc)
        try checkAlone(index)
        let count = state.containers[index].count
        record(.containerDissolved(ContainerDissolved(sscc: sscc, reason: why, actor: actor)))
        return "\(sscc) is dissolved: destroy its label; \(count) items are in no container"
    }

    /// Told again, it is true already.
    mutating func ship(_ sscc: String, reference: String, actor: String) throws(Refusal) -> String {
        if let index = state.containers.number(of: sscc), state.containers[index].isShipped {
            return "\(sscc) was shipped already"
        }
        let index = try changeable(sscc)
        try checkAlone(index)
        if let station = openStation(of: .container(index)) { throw lies(.container(index), in: station) }
        if let open = state.unread(in: index) {
            throw Refusal(
                "REWORK-114", "the label of \(open) was not read back",
                "Read it, or print it again and read that; only then ship \(open == sscc ? "it" : sscc).")
        }
        record(.itemShipped(ItemShipped(sscc: sscc, reference: reference, actor: actor)))
        return "\(sscc) is shipped: nothing in it can be changed any more"
    }

    /// A container whose content may change: not being read again.
    func changeable(_ sscc: String) throws(Refusal) -> Int {
        let index = try container(sscc)
        try checkIsFilled(index)
        if let station = packing.first(where: { $0.readingAgain == index })?.station {
            throw Refusal(
                "REWORK-110", "\(sscc) is being read again at \(station.name)",
                "End that first: seriatim item reread \(sscc) --done.")
        }
        return index
    }

    /// A container that may leave where it is: what it may lie in is open, and it leaves that.
    private func checkAlone(_ index: Int) throws(Refusal) {
        let item = NamedItem.container(index)
        let sscc = state.containers[index].sscc
        if let holder = parent(of: item) {
            throw Refusal(
                "REWORK-113",
                "\(sscc) is in \(state.containers[holder].level.rawValue) \(state.containers[holder].sscc)",
                "Take it out first: seriatim item remove \(sscc) --reason TEXT.")
        }
    }
}
