/// Stations where a person scans a container's label first, then what goes in under it. The label is printed
/// for a full container; one that is closed with less gets another.
extension Line {
    /// Prints the label of the next container wherever the label comes first.
    mutating func openNext() {
        // Of almost every line: asked at each input, and a copy of a batch is a dozen counted references.
        guard packing.contains(where: { $0.station.isLabelFirst }) else { return }
        guard let batch = state.runningBatch, !batch.ending, batch.hold == nil, !batch.trials.isSetUp else {
            return
        }
        for station in packing.indices { openContainer(at: station) }
    }

    private mutating func openContainer(at station: Int) {
        let place = packing[station].station
        guard place.isLabelFirst, let index = packingBatch, packing[station].readingAgain == nil,
            state.batches[index].order.packing.has(place.level), opened(at: place) == nil,
            let sscc = takeSSCC(for: state.batches[index])
        else { return }
        record(
            .containerOpened(
                ContainerOpened(
                    level: place.level, sscc: sscc, batch: state.batches[index].order.batch,
                    station: place.name)))
        sendLabel(sscc, reason: "", actor: "")
    }

    /// The container at a station that waits to be filled.
    func opened(at station: PackStation) -> Int? {
        state.opened.first { state.containers[$0].station == station.name }
    }

    /// What has to be scanned before an item; `nil` where items may come.
    mutating func labelWanted(at station: Int) -> String? {
        let place = packing[station].station
        guard place.isLabelFirst, packing[station].readingAgain == nil, packing[station].filling == nil else {
            return nil
        }
        openContainer(at: station)
        guard let index = opened(at: place) else {
            return "wait for the label of the next \(place.level.rawValue)"
        }
        return "scan the label of \(place.level.rawValue) \(state.containers[index].sscc) first"
    }

    /// The label of a container that is to be filled was scanned.
    mutating func beginFilling(_ index: Int, from device: String) {
        let container = state.containers[index]
        guard
            let station = packing.firstIndex(where: {
                $0.station.name == container.station && $0.station.labelReaders.contains(device)
            }), container.batch == packingBatch
        else { return answer(device, good: false, "\(container.sscc) is filled at \(container.station)") }
        guard packing[station].readingAgain == nil else {
            return answer(device, good: false, "a container is being read again at \(container.station)")
        }
        let isKnown = packing[station].filling == index
        packing[station].filling = index
        answer(device, good: true, isKnown ? "read already" : "now scan what goes in")
    }

    /// A container that was filled under its label is closed: its label was read first. With less in it than
    /// the label says it gets another one.
    mutating func closeFilled(_ sscc: String, by actor: String) {
        guard let index = state.containers.number(of: sscc) else { return }
        let container = state.containers[index]
        guard state.units(in: index) == container.labelCount else {
            return sendLabel(
                sscc, reason: "closed with less than the label says", actor: actor,
                old: OldLabel.read.rawValue)
        }
        record(.containerClosed(ContainerClosed(level: container.level, sscc: sscc, proved: true)))
    }

    /// Containers of a batch that nobody filled end with it: their labels are void.
    mutating func giveUpOpened(of batch: Int, actor: String) {
        for index in state.opened where state.containers[index].batch == batch { giveUp(index, actor: actor) }
    }

    /// Nobody fills an opened container any more: its label is void.
    mutating func giveUp(_ index: Int, actor: String) {
        let sscc = state.containers[index].sscc
        record(.containerDissolved(ContainerDissolved(sscc: sscc, reason: "never filled", actor: actor)))
        for station in packing.indices where packing[station].filling == index {
            packing[station].filling = nil
        }
    }

    /// Refuses acts on a container that is still to be filled.
    func checkIsFilled(_ index: Int) throws(Refusal) {
        guard state.opened.contains(index) else { return }
        let container = state.containers[index]
        throw Refusal(
            "REWORK-115", "\(container.sscc) is still to be filled at \(container.station)",
            "Fill it, or close it as it is: seriatim batch partial \(container.station).")
    }
}

extension LineState {
    mutating func apply(_ fact: ContainerOpened) throws(StateFault) {
        guard let batch = batch(named: fact.batch), containers.number(of: fact.sscc) == nil,
            batches[batch].order.packing.has(fact.level)
        else { throw StateFault(text: "container \(fact.sscc) is there already, or its batch is not") }
        try useSSCC(fact.sscc, batch: batch)
        opened.append(containers.endIndex)
        containers.append(
            Container(
                level: fact.level, sscc: fact.sscc, batch: batch, station: fact.station, children: []))
    }
}
