extension LineState {
    mutating func apply(_ fact: BatchOpened) throws(StateFault) {
        guard let pool = unitPool(named: fact.order.unitPool), batches.count < Int(UInt16.max) - 1 else {
            throw StateFault(text: "batch \(fact.order.batch) names no pool of this line")
        }
        try wakePool(pool)
        unitPools[pool].openBatches += 1
        var batch = Self.batch(fact.order, pool: pool, of: unitPools)
        batch.openedBy = fact.actor
        try checkLabels(fact.labels)
        (batch.productVersion, batch.labels) = (fact.productVersion, fact.labels)
        batch.weights = fact.weights
        if fact.awaitsRelease { batch.state = .waiting }
        batches.append(batch)
    }
}
