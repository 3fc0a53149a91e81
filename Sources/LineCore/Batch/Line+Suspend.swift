extension Line {
    mutating func suspendBatch(actor: String) throws(Refusal) -> String {
        guard let batch = state.runningBatch else { throw Self.noBatch }
        guard !batch.trials.isSetUp else {
            throw Refusal(
                "BATCH-134", "the line is being set up for batch \(batch.order.batch)",
                "End the set-up: seriatim batch complete.")
        }
        guard !batch.ending || batch.suspends else {
            throw Refusal(
                "BATCH-134", "batch \(batch.order.batch) is being completed", "Let it be completed.")
        }
        for station in packing.indices { try checkNotReadAgain(at: station) }
        if !batch.ending { record(.batchEnding(BatchEnding(actor: actor, suspends: true))) }
        return "feed off; batch \(batch.order.batch) is suspended when the line is empty and every label is "
            + "read"
    }

    /// What is left to do before the batch is off the line, its belt being empty; `nil` when nothing is.
    private var suspensionWaits: Bool {
        !(state.transit.joined() + state.unproved).isEmpty
            || packing.contains { $0.readingAgain != nil || $0.closedBy != nil }
    }

    /// The batch leaves the line for another: what is open is put aside, what was reserved is given back.
    mutating func finishSuspension(of batch: Batch) {
        guard !suspensionWaits else { return }
        let name = batch.order.batch
        for open in packing where !open.items.isEmpty {
            let level = open.station.level
            let items = open.items.compactMap { self.name(of: $0, level: level, batch: state.running ?? 0) }
            record(.containerParked(ContainerParked(batch: name, station: open.station.name, items: items)))
        }
        giveUpOpened(of: state.running ?? 0, actor: "")
        giveBackUnsent(of: batch, kills: false)
        record(.batchSuspended(BatchSuspended(batch: name)))
        packing = emptyStations
    }
}

/// What lay in an open container when its batch was suspended.
package struct ParkedContainer: Equatable, Sendable {
    /// Station.
    package let station: String
    /// Items in it.
    package let count: Int
}
