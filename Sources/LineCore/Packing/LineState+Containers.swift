/// What records of containers change.
extension LineState {
    mutating func apply(_ fact: Collated) throws(StateFault) {
        guard let batch = batch(named: fact.batch), batches[batch].order.packing.has(fact.level) else {
            throw StateFault(text: "container \(fact.sscc) has no batch, or one without its level")
        }
        let index = containers.number(of: fact.sscc) ?? containers.endIndex
        if index < containers.endIndex {
            guard let place = opened.firstIndex(of: index), containers[index].level == fact.level,
                containers[index].batch == batch
            else { throw StateFault(text: "container \(fact.sscc) is there already") }
            opened.remove(at: place)
        } else {
            try useSSCC(fact.sscc, batch: batch)
            containers.append(
                Container(
                    level: fact.level, sscc: fact.sscc, batch: batch, station: fact.station, children: []))
        }
        containers[index].children = try adopt(
            fact.children, level: fact.level, batch: batch, parent: index)
        batches[batch].made[fact.level.index] += 1
        transit[fact.level.index].append(index)
    }

    /// Makes `parent` the parent of each child.
    mutating func adopt(
        _ children: [String], level: PackLevel, batch: Int, parent: Int
    ) throws(StateFault) -> [UInt32] {
        let pool = batches[batch].pool
        let content = batches[batch].order.packing.content(of: level)
        var adopted: [UInt32] = []
        for child in children {
            batches[batch].packed[level.index] += 1
            guard let content else {
                guard !unitPools[pool].rests, let position = unitPools[pool].source.position(of: child),
                    unitPools[pool].state(position) == .commissioned, unitPools[pool].parents[position] == 0,
                    !isOver(unitPools[pool].batches[position]), !batches[batch].isOut(position)
                else { throw StateFault(text: "a unit was packed that was not free to be packed") }
                unitPools[pool].parents[position] = UInt32(parent + 1)
                adopted.append(UInt32(position))
                continue
            }
            guard let index = containers.number(of: child), containers[index].level == content,
                containers[index].closed, containers[index].parent == 0, !containers[index].isShipped
            else { throw StateFault(text: "\(content) \(child) was packed that was not free to be packed") }
            containers[index].parent = UInt32(parent + 1)
            adopted.append(UInt32(index))
        }
        return adopted
    }

    /// Whether this is the number + 1 of a closed batch.
    private func isOver(_ batch: UInt16) -> Bool { batch > 0 && batches[Int(batch) - 1].state == .closed }

    mutating func useSSCC(_ sscc: String, batch: Int) throws(StateFault) {
        guard let pool = ssccPool(named: batches[batch].order.ssccPool),
            let offset = ssccPools[pool].offset(of: sscc)
        else { return }
        guard offset >= ssccPools[pool].nextUnused else {
            throw StateFault(text: "container \(sscc) was there before, or its number was voided")
        }
        ssccPools[pool].nextUnused = offset + 1
    }

    mutating func apply(_ fact: LabelSent) throws(StateFault) {
        let index = try container(fact.sscc)
        if fact.copy > 1, !opened.contains(index) { doubt(index) }
        containers[index].labels = fact.copy
        containers[index].labelCount = fact.count
    }

    mutating func close(_ fact: ContainerClosed) throws(StateFault) {
        let index = try container(fact.sscc)
        if !containers[index].closed { closedContainers[containers[index].level.index] += 1 }
        containers[index].closed = true
        containers[index].wasRead = true
        containers[index].isDiverted = false
        noteOrder(index, isProved: fact.proved)
        transit[containers[index].level.index].removeAll { $0 == index }
        unproved.removeAll { $0 == index }
    }

    /// One proved in its turn proves the order of those before it.
    private mutating func noteOrder(_ index: Int, isProved: Bool) {
        let level = containers[index].level.index
        guard transit[level].first == index else { return }
        if isProved {
            closedByOrder[level] = []
        } else {
            closedByOrder[level].append(index)
            if closedByOrder[level].count > PackStation.maxProveEvery { closedByOrder[level].removeFirst() }
        }
    }

    mutating func apply(_ fact: ContentReset) throws(StateFault) {
        let index = try container(fact.sscc)
        let level = containers[index].level
        let batch = containers[index].batch
        for child in containers[index].children { unpack(child, level: level, batch: batch) }
        containers[index].children = try adopt(fact.children, level: level, batch: batch, parent: index)
        if units(in: index) != containers[index].labelCount { doubt(index) }
        doubtAround(index)
    }

    /// Units in a container, in whatever containers inside it.
    func units(in index: Int) -> Int {
        let container = containers[index]
        guard batches[container.batch].order.packing.content(of: container.level) != nil else {
            return container.count
        }
        return container.children.reduce(0) { $0 + units(in: Int($1)) }
    }

    /// The content of a container has changed: what it is in may hold another number of units than its label
    /// says.
    mutating func doubtAround(_ index: Int) {
        var holder = Int(containers[index].parent) - 1
        while holder >= 0 {
            if units(in: holder) != containers[holder].labelCount { doubt(holder) }
            holder = Int(containers[holder].parent) - 1
        }
    }

    /// The item is out of its container.
    mutating func unpack(_ child: UInt32, level: PackLevel, batch: Int) {
        batches[batch].packed[level.index] -= 1
        release(child, level: level, batch: batch)
    }

    mutating func release(_ child: UInt32, level: PackLevel, batch: Int) {
        guard batches[batch].order.packing.content(of: level) == nil else {
            containers[Int(child)].parent = 0
            return
        }
        let pool = batches[batch].pool
        if !unitPools[pool].rests { unitPools[pool].parents[Int(child)] = 0 }
    }

    mutating func apply(_ fact: ItemRemoved) throws(StateFault) {
        let index = try container(fact.sscc)
        guard let child = child(fact.item, of: index),
            let place = containers[index].children.firstIndex(of: child)
        else { throw StateFault(text: "the item is not in container \(fact.sscc)") }
        containers[index].children.remove(at: place)
        unpack(child, level: containers[index].level, batch: containers[index].batch)
        doubt(index)
        doubtAround(index)
    }

    /// Which container carries this one's label is not known any more: it is open until it was proved.
    mutating func doubt(_ index: Int) {
        if containers[index].closed {
            containers[index].closed = false
            closedContainers[containers[index].level.index] -= 1
        }
        transit[containers[index].level.index].removeAll { $0 == index }
        closedByOrder[containers[index].level.index].removeAll { $0 == index }
        if !unproved.contains(index) { unproved.append(index) }
    }

    /// The child of a container by its text: a serial or an SSCC.
    func child(_ item: String, of index: Int) -> UInt32? {
        let batch = batches[containers[index].batch]
        guard batch.order.packing.content(of: containers[index].level) == nil else {
            return containers.number(of: item).map(UInt32.init)
        }
        return unitPools[batch.pool].source.position(of: item).map(UInt32.init)
    }

    /// A container that is here: neither dissolved nor shipped.
    func container(_ sscc: String) throws(StateFault) -> Int {
        guard let index = containers.number(of: sscc), !containers[index].isDissolved, !isShipped(index)
        else { throw StateFault(text: "no container \(sscc)") }
        return index
    }
}
