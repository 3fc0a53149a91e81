/// What came to a station and where it is now: the reconciliation, seen while the line runs.
///
/// The parts always add up to the total. What tells that something is wrong is `missing`: a unit that a later
/// one has overtaken, or a reject that never reached the bin.
package struct StationBalance: Equatable, Sendable {
    /// Things of one kind at one place.
    package struct Part: Equatable, Sendable {
        /// Where they are, in words.
        package let name: String
        /// How many.
        package let count: Int
    }

    /// Station name.
    package let station: String
    /// What is counted, in words.
    package let what: String
    /// How many there are.
    package let total: Int
    /// Where they are; they add up to ``total``.
    package let parts: [Part]
    /// How many of them are surely not where they should be.
    package let missing: Int

    init(_ station: String, _ what: String, total: Int, _ parts: [(String, Int)], missing: Int) {
        self.station = station
        self.what = what
        self.total = total
        self.parts = parts.map { Part(name: $0.0, count: $0.1) }
        self.missing = missing
    }
}

extension Line {
    /// The balance of every station for the batch on the line, or the completed one.
    package var balance: [StationBalance] {
        guard let index = packingBatch else { return [] }
        let batch = state.batches[index]
        var balance: [StationBalance] = []
        let printers = configuration.lanes.compactMap { $0.unitPrint?.name }
        if !printers.isEmpty, state.unitPools[batch.pool].kind == .printed {
            balance.append(printed(batch, printers.joined(separator: " + ")))
        }
        for lane in configuration.lanes {
            let number = state.lane(named: lane.name)
            let units = number.map(batch.units) ?? UnitCounts()
            balance.append(judged(units, at: lane.unitVerify.name))
            balance.append(rejected(units, index, number, at: lane.gate.name))
        }
        for open in packing where batch.order.packing.has(open.station.level) {
            balance.append(packed(batch, index, open))
        }
        return balance
    }

    /// Serials: waiting, in the coder, on their way to the camera, judged.
    private func printed(_ batch: Batch, _ station: String) -> StationBalance {
        let sent = batch.count(.encoded)
        let inCoder = min(lanes.reduce(0) { $0 + $1.coder.waiting }, sent)
        let reserved = batch.count(.allocated)
        let voided = batch.count(.voided)
        return StationBalance(
            station, "serials issued", total: batch.issued,
            [
                ("to be sent", reserved), ("in the coder", inCoder), ("printed and not read", sent - inCoder),
                ("voided", voided), ("read", batch.issued - reserved - sent - voided),
            ], missing: batch.overtaken)
    }

    /// Units the cameras judged.
    private func judged(_ units: UnitCounts, at station: String) -> StationBalance {
        StationBalance(
            station, "units judged", total: units.tracked,
            [
                ("passed", units.passed), ("rejected", units.rejected), ("cleared", units.cleared),
                ("on their way", units.open),
            ], missing: 0)
    }

    /// Rejects, until the bin has them.
    private func rejected(
        _ units: UnitCounts, _ batch: Int, _ lane: Int?, at station: String
    ) -> StationBalance {
        let open = state.openTracks.count { $0.batch == batch && $0.lane == lane && $0.verified == nil }
        let unseen = units.rejected - units.confirmed - open
        return StationBalance(
            station, "units rejected", total: units.rejected,
            [
                ("seen in the bin", units.confirmed), ("on their way", open),
                (isBench ? "put aside by hand" : "never seen there", unseen),
            ],
            missing: isBench ? 0 : max(0, unseen))
    }

    /// Good items of a level, until a container has them.
    private func packed(_ batch: Batch, _ index: Int, _ open: OpenContainer) -> StationBalance {
        let level = open.station.level
        let item = batch.order.packing.content(of: level)
        let total = item.map { batch.made[$0.index] } ?? batch.count(.commissioned)
        let inside = batch.packed[level.index]
        // What is read again is still in its container.
        let reading = open.readingAgain == nil ? open.items.count : 0
        let waiting =
            item.map { state.transit[$0.index].count { state.containers[$0].batch == index } } ?? 0
        let what = item.map { "\($0.plural) made" } ?? "units good"
        let loose = total - inside - reading - waiting
        var parts = [("in a \(level.rawValue)", inside), ("in the open \(level.rawValue)", reading)]
        if item != nil { parts.append(("waiting for their label", waiting)) }
        return StationBalance(
            open.station.name, what, total: total, parts + [("loose", loose)],
            missing: item == nil ? overtakenUnits(batch.pool) : 0)
    }

    /// Units that later ones have overtaken, but for those a person has taken elsewhere since.
    private func overtakenUnits(_ pool: Int) -> Int {
        guard !state.unitPools[pool].rests else { return 0 }
        return looseUnits.overtaken.count {
            state.unitPools[pool].state(Int($0)) == .commissioned
                && state.unitPools[pool].parent(Int($0)) == 0
        }
    }
}
