/// What the line knows of one unit, by its number alone.
package struct UnitFacts: Equatable, Sendable {
    /// Name of the pool that holds it.
    package let pool: String
    /// 14 digits.
    package let gtin: String
    /// Its serial.
    package let serial: String
    /// Its state.
    package let state: SerialState
    /// The order of the batch that took it; `nil` while none has.
    package let order: Order?
    /// SSCC of the container that holds it.
    package let parent: String?
}

/// What the state says, in the words of people: serials and SSCCs instead of positions.
extension LineState {
    /// What the state knows of a unit by what a scanner reads on it; `nil` where it knows none.
    package func unit(
        scanned code: [UInt8], year: Int
    ) -> (state: SerialState, parent: String?, helper: String?)? {
        guard case .success(let scan) = UnitScan.parse(code, year: year) else { return nil }
        // By index: a copy of a pool or batch is a dozen counted references.
        for index in unitPools.indices where unitPools[index].gtin == scan.gtin {
            let code = unitPools[index].code
            let serial = scan.serial(code)
            guard let position = unitPools[index].source.position(of: serial) else { continue }
            // A code with another lot, expiry or payload is not the code of this unit.
            let batch = unitPools[index].batch(position) - 1
            if batches.indices.contains(batch), scan.mismatch(with: batches[batch]) != nil { return nil }
            guard scan.carries(unitPools[index].source.payload(position), code) else { return nil }
            let parent = unitPools[index].parent(position) - 1
            let helper =
                batches.indices.contains(batch)
                ? UInt32(exactly: position).flatMap { batches[batch].helpers[$0] } : nil
            return (unitPools[index].state(position), parent >= 0 ? containers[parent].sscc : nil, helper)
        }
        return nil
    }

    /// What is known of a serial in the newest pool that holds it; `nil` where none does.
    package func facts(gtin: String?, serial: String) -> UnitFacts? {
        for pool in unitPools.reversed() where gtin == nil || gtin == pool.gtin {
            guard let position = pool.source.position(of: serial) else { continue }
            let batch = pool.batch(position) - 1
            let parent = pool.parent(position) - 1
            return UnitFacts(
                pool: pool.name, gtin: pool.gtin, serial: serial, state: pool.state(position),
                order: batches.indices.contains(batch) ? batches[batch].order : nil,
                parent: parent >= 0 ? containers[parent].sscc : nil)
        }
        return nil
    }

    /// The container with this SSCC: its level, whether it is closed, and the SSCC of what holds it.
    package func container(named sscc: String) -> (level: PackLevel, isClosed: Bool, parent: String?)? {
        guard let index = containers.number(of: sscc) else { return nil }
        let parent = Int(containers[index].parent) - 1
        return (
            containers[index].level, containers[index].closed, parent >= 0 ? containers[parent].sscc : nil
        )
    }

    /// Serials of a batch by state, counted one by one instead of kept.
    package func recount(_ batch: Batch) -> [Int] {
        var counts = [Int](repeating: 0, count: SerialState.allCases.count)
        guard let index = self.batch(named: batch.order.batch) else { return counts }
        var start = 0
        for run in unitPools[batch.pool].allRuns {
            if Int(run.batch) == index + 1 { counts[Int(run.state)] += Int(run.end) - start }
            start = Int(run.end)
        }
        return counts
    }
}
