/// A packing station whose readers are down: people pack there with their scanners, under the same checks.
extension Line {
    mutating func packByHand(
        _ station: String, isOver: Bool, reason: String, actor: String
    ) throws(Refusal) -> String {
        guard let place = packing.firstIndex(where: { $0.station.name == station }) else {
            throw Refusal("PACK-201", "there is no packing station \(station)", "seriatim status lists them.")
        }
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
        guard packing[place].readingAgain == nil else {
            throw Refusal("PACK-203", "a container is being read again at \(station)", "Finish that first.")
        }
        record(
            .packingOverridden(
                PackingOverridden(
                    batch: state.batches[batch].order.batch, station: station, byHand: !isOver, reason: why,
                    actor: actor)))
        packing[place].station = self.station(packing[place].station.name)
        guard isOver else {
            let readers = configuration.handhelds.joined(separator: " or ")
            return "\(station) packs by hand: scan each item, then the label, with \(readers)"
        }
        selectJobs()
        return "\(station) packs with its own readers again"
    }

    /// A packing station as it works now.
    private func station(_ name: String) -> PackStation {
        emptyStations.first { $0.station.name == name }?.station ?? configuration.packing[0]
    }

    /// The packing stations as they work now, with nothing at them.
    var emptyStations: [OpenContainer] { configuration.stations(byHand: state.byHand) }

    /// The line can do without a device while people pack at the stations it reads for.
    func isNeeded(_ device: String) -> Bool {
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
