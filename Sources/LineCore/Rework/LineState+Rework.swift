extension LineState {
    mutating func apply(_ fact: UnitEnded) throws(StateFault) {
        guard let batch = batch(named: fact.batch), let end = UnitEnd(rawValue: fact.end) else {
            throw StateFault(text: "a unit of no batch ended, or came to no end that is known")
        }
        let pool = batches[batch].pool
        guard batches[batch].state != .closed, !unitPools[pool].rests,
            let position = unitPools[pool].source.position(of: fact.serial),
            unitPools[pool].batch(position) == batch + 1, unitPools[pool].parents[position] == 0,
            end.mayFollow(unitPools[pool].state(position))
        else { throw StateFault(text: "a unit was \(end.state.word) that could not be") }
        move(position, of: pool, to: end.state, batch: batch)
    }

    mutating func apply(_ fact: ItemAdded) throws(StateFault) {
        let index = try container(fact.sscc)
        let (level, batch) = (containers[index].level, containers[index].batch)
        containers[index].children += try adopt([fact.item], level: level, batch: batch, parent: index)
        doubt(index)
    }

    mutating func apply(_ fact: ContainerDissolved) throws(StateFault) {
        let index = try container(fact.sscc)
        guard containers[index].parent == 0 else {
            throw StateFault(text: "container \(fact.sscc) was dissolved inside another")
        }
        for child in containers[index].children {
            unpack(child, level: containers[index].level, batch: containers[index].batch)
        }
        // It waits for no label any more: out of every list, and not counted as closed.
        doubt(index)
        unproved.removeAll { $0 == index }
        containers[index].children = []
        containers[index].isDissolved = true
        batches[containers[index].batch].made[containers[index].level.index] -= 1
    }
}
