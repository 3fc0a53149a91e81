/// One serial of a batch.
package struct BatchSerial: Equatable, Sendable {
    /// The serial.
    package let serial: String
    /// Its state.
    package let state: SerialState
    /// SSCC of the case that holds the unit; `nil` where none does.
    package let parent: String?
}

/// What a batch consists of, item by item.
extension LineState {
    /// Hands out every serial of a batch, in the order of its pool.
    ///
    /// Nothing is handed out of a batch whose pool has left memory: whoever wants its serials asks before it
    /// is closed.
    package func visitSerials<Fault>(
        of batch: String, _ visit: (BatchSerial) throws(Fault) -> Void
    ) throws(Fault) {
        guard let index = self.batch(named: batch) else { return }
        let pool = unitPools[batches[index].pool]
        for position in pool.positions(ofBatch: index) {
            guard let serial = pool.source[position] else { continue }
            let parent = Int(pool.parents[position]) - 1
            try visit(
                BatchSerial(
                    serial: serial, state: pool.state(position),
                    parent: parent >= 0 ? containers[parent].sscc : nil))
        }
    }

    /// The containers of a batch that is not closed, in the order they were made.
    package func containers(of batch: String) -> [Container] {
        guard let index = self.batch(named: batch) else { return [] }
        let opened = Set(opened)
        return containers.indices.filter { containers[$0].batch == index && !opened.contains($0) }
            .map { containers[$0] }
    }

    /// The order a container in memory was made for.
    package func order(ofContainer sscc: String) -> Order? {
        containers.number(of: sscc).map { batches[containers[$0].batch].order }
    }
}

extension UnitPool {
    /// Where the serials of a batch stand, in the order of the pool; none once the pool has left memory.
    ///
    /// - Parameter batch: The batch, as an index.
    func positions(ofBatch batch: Int) -> some Sequence<Int> {
        let number = UInt16(clamping: batch + 1)
        return batches.indices.lazy.filter { batches[$0] == number }
    }
}
