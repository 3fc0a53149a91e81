/// A packing station whose readers are down: people pack there with their scanners, under the same checks.
extension Line {
    mutating func packByHand(
        _ station: String, isOver: Bool, reason: String, actor: String
    ) throws(Refusal) -> String {
        let place = try packingStation(named: station)
        guard let batch = packingBatch else { throw Self.noBatch }
        let why = isOver ? "" : try self.reason(reason, for: .byHand)
        let stands = state.byHand.contains(station)
        guard stands == isOver else {
            throw Refusal(
                "PACK-204", "\(station) packs \(stands ? "by hand already" : "with its own readers")",
                "seriatim status shows how each station packs.")
        }
        guard isOver || !configuration.handhelds.isEmpty else {
            throw Refusal(
                "PACK-205", "the line has no scanner for people's hands",
                "Name one in line.toml: a [[station]] of kind rework, readers.")
        }
        try checkNotReadAgain(at: place)
        record(
            .packingOverridden(
                PackingOverridden(
                    batch: state.batches[batch].order.batch, station: station, byHand: !isOver, reason: why,
                    actor: actor)))
        packing[place].station = emptyStations[place].station
        guard isOver else {
            let readers = configuration.handhelds.joined(separator: " or ")
            return "\(station) packs by hand: scan each item, then the label, with \(readers)"
        }
        selectJobs()
        return "\(station) packs with its own readers again"
    }

    /// The packing stations as they work now, with nothing at them.
    var emptyStations: [OpenContainer] { configuration.stations(byHand: state.byHand) }

    /// The line can do without a device while people pack at the stations it reads for, and always without a
    /// beacon.
    func isNeeded(_ device: String) -> Bool {
        guard !configuration.beacons.contains(device) else { return false }
        guard !state.byHand.isEmpty else { return true }
        var rest = configuration
        rest.packing = packing.map(\.station)
        return rest.deviceNames.contains(device)
    }
}

extension LineConfiguration {
    /// Its packing stations with nothing at them; at those named, people pack.
    func stations(byHand names: [String]) -> [OpenContainer] {
        packing.map { station in
            guard names.contains(station.name) else { return OpenContainer(station: station) }
            var byHand = station
            (byHand.mode, byHand.isLabelFirst) = (.manual, false)
            byHand.scale = ""
            byHand.itemReaders = handhelds
            byHand.labelReaders =
                station.labelReaders + handhelds.filter { !station.labelReaders.contains($0) }
            return OpenContainer(station: byHand)
        }
    }
}

extension LineState {
    mutating func apply(_ fact: PackingOverridden) {
        byHand.removeAll { $0 == fact.station }
        if fact.byHand { byHand = (byHand + [fact.station]).sorted() }
    }
}
