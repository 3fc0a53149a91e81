extension LineState {
    mutating func apply(_ fact: UnitEnded) throws(StateFault) {
        guard let end = UnitEnd(rawValue: fact.end) else {
            throw StateFault(text: "a unit came to no end that is known")
        }
        let (batch, position) = try place(fact.serial, of: fact.batch)
        let pool = batches[batch].pool
        guard unitPools[pool].parents[position] == 0, end.mayFollow(unitPools[pool].state(position)) else {
            throw StateFault(text: "a unit was \(end.state.word) that could not be")
        }
        move(position, of: pool, to: end.state, batch: batch)
        batches[batch].out.removeAll { Int($0) == position }
    }

    /// Batch and position of a serial of an open batch.
    private func place(_ serial: String, of batch: String) throws(StateFault) -> (batch: Int, position: Int) {
        guard let index = self.batch(named: batch), batches[index].state != .closed,
            !unitPools[batches[index].pool].rests,
            let position = unitPools[batches[index].pool].source.position(of: serial),
            unitPools[batches[index].pool].batch(position) == index + 1
        else { throw StateFault(text: "a serial is of no open batch") }
        return (index, position)
    }

    mutating func apply(_ fact: RejectRecovered) throws(StateFault) {
        let (batch, position) = try place(fact.serial, of: fact.batch)
        let pool = batches[batch].pool
        let state = unitPools[pool].state(position)
        switch RejectRecovery(rawValue: fact.end) {
        case .destroyed where state == .inDoubt || state == .encoded:
            move(position, of: pool, to: .destroyed, batch: batch)
        case .reintroduced where state == .inDoubt:
            move(position, of: pool, to: .commissioned, batch: batch)
            batches[batch].reintroduced += 1
        case .destroyed, .reintroduced, nil:
            throw StateFault(text: "a reject was recovered that could not be")
        }
        batches[batch].recovered += 1
    }

    /// What else is counted by hand is for the report alone.
    mutating func apply(_ fact: HandCounted) throws(StateFault) {
        guard let index = batch(named: fact.batch), batches[index].state != .closed else {
            throw StateFault(text: "things of no open batch were counted")
        }
        guard HandCount(rawValue: fact.what) == .rejects else { return }
        guard (0...HandCount.most).contains(fact.count) else {
            throw StateFault(text: "more rejects were counted than anybody can")
        }
        batches[index].binCounted = fact.count
    }

    mutating func apply(_ fact: RejectsCounted) throws(StateFault) {
        guard let index = batch(named: fact.batch), batches[index].state != .closed else {
            throw StateFault(text: "rejects of no open batch were counted")
        }
        let (sum, overflow) = batches[index].counted.addingReportingOverflow(fact.count)
        guard !overflow, sum <= HandCount.most else {
            throw StateFault(text: "too many rejects were counted")
        }
        guard fact.takenBack <= sum else { throw StateFault(text: "more rejects taken back than counted") }
        batches[index].counted = sum - fact.takenBack
    }

    mutating func apply(_ fact: UnitTakenOut) throws(StateFault) {
        let (batch, position) = try place(fact.serial, of: fact.batch)
        let pool = batches[batch].pool
        guard unitPools[pool].state(position) == .commissioned, unitPools[pool].parents[position] == 0,
            !batches[batch].isOut(position)
        else { throw StateFault(text: "a unit was taken out that was not free") }
        batches[batch].out.append(UInt32(position))
    }

    mutating func apply(_ fact: UnitBroughtBack) throws(StateFault) {
        let (batch, position) = try place(fact.serial, of: fact.batch)
        guard batches[batch].isOut(position) else {
            throw StateFault(text: "a unit came back that was not out")
        }
        batches[batch].out.removeAll { Int($0) == position }
    }

    mutating func apply(_ fact: ItemAdded) throws(StateFault) {
        let index = try container(fact.sscc)
        let (level, batch) = (containers[index].level, containers[index].batch)
        containers[index].children += try adopt([fact.item], level: level, batch: batch, parent: index)
        doubt(index)
        doubtAround(index)
    }

    mutating func apply(_ fact: ItemShipped) throws(StateFault) {
        let index = try container(fact.sscc)
        guard containers[index].closed, containers[index].parent == 0 else {
            throw StateFault(text: "container \(fact.sscc) was shipped open, or inside another")
        }
        containers[index].isShipped = true
    }

    /// SSCC of a container whose label was not read back: the container itself, or one inside it.
    func unread(in index: Int) -> String? {
        let container = containers[index]
        guard container.closed else { return container.sscc }
        guard batches[container.batch].order.packing.content(of: container.level) != nil else { return nil }
        for child in container.children {
            if let open = unread(in: Int(child)) { return open }
        }
        return nil
    }

    /// The container, or what holds it, was shipped.
    func isShipped(_ index: Int) -> Bool {
        let parent = Int(containers[index].parent) - 1
        return containers[index].isShipped || (parent >= 0 && isShipped(parent))
    }

    mutating func apply(_ fact: ContainerDissolved) throws(StateFault) {
        let index = try container(fact.sscc)
        guard containers[index].parent == 0 else {
            throw StateFault(text: "container \(fact.sscc) was dissolved inside another")
        }
        for child in containers[index].children {
            unpack(child, level: containers[index].level, batch: containers[index].batch)
        }
        if let place = opened.firstIndex(of: index) {
            opened.remove(at: place)
            containers[index].isDissolved = true
            return
        }
        // It waits for no label any more: out of every list, and not counted as closed.
        doubt(index)
        unproved.removeAll { $0 == index }
        containers[index].children = []
        containers[index].isDissolved = true
        containers[index].isDiverted = false
        batches[containers[index].batch].made[containers[index].level.index] -= 1
    }
}
