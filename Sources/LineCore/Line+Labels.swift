/// Container labels: printed, read back, and proved where it is not certain which container carries which.
///
/// Containers in transit stand in order, so the label read next must be the first one's. Once a label was not
/// the one expected, or another was printed, order says nothing any more: each container that waits is then
/// proved by one reader that reads an item of it and, next, its label.
extension Line {
    // MARK: Reading

    /// Nothing, or nothing that can be used, before a reader of labels.
    mutating func unreadLabel(_ scan: PackScan, of order: Order, from device: String) {
        answer(device, good: false, Self.notALabel(scan))
        let station = packing.first {
            order.packing.has($0.station.level)
                && ($0.station.labelReaders.contains(device) || $0.station.itemReaders.contains(device))
        }
        guard let station, !divert(station.station, scan, from: device) else { return }
        // A code that is no label changes nothing; the answer says it was not wanted.
        guard scan == .nothing else { return }
        // Its turn is over: its label, read next, may be on another, as where one was printed twice.
        let missed = expected(station.station.level, by: device).map { state.containers[$0].sscc }
        if let missed { record(.labelsDoubted(LabelsDoubted(ssccs: [missed]))) }
        hold(.labelUnread, station: station.station.name, missed ?? "", immediate: false, anew: true)
    }

    /// The next container before this reader leaves the line, as nobody can read its label; the others go
    /// on in their order. The reader's feedback turns the divert.
    private mutating func divert(_ station: PackStation, _ scan: PackScan, from device: String) -> Bool {
        if case .unit = scan { return false }
        guard station.divertsInRow > 0, station.labelReaders.contains(device),
            !configuration.handhelds.contains(device),
            diverted[station.name, default: 0] < station.divertsInRow,
            let index = expected(station.level, by: device), !mustProve(station.level)
        else { return false }
        diverted[station.name, default: 0] += 1
        let sscc = state.containers[index].sscc
        record(.labelsDoubted(LabelsDoubted(ssccs: [sscc], diverted: true)))
        record(raised: .labelDiverted, station.name, sscc)
        answer(device, good: false, "\(sscc) is diverted: its label was not read")
        return true
    }

    /// Nothing that was diverted waits any more.
    mutating func returnDiverted() {
        for alarm in state.alarms where alarm.code == AlarmCause.labelDiverted.rawValue {
            let isHere = state.unproved.contains {
                state.containers[$0].isDiverted && state.containers[$0].station == alarm.station
            }
            if !isHere { record(returned: .labelDiverted, alarm.station) }
        }
    }

    private static func notALabel(_ scan: PackScan) -> String {
        switch scan {
        case .nothing: "nothing was read"
        case .unusable(let reason): "this is no label of a container: \(reason.rawValue)"
        case .unit: "this is a unit; here a container's label is read"
        case .container(let sscc): "this is the label of \(sscc)"
        }
    }

    mutating func labelRead(_ sscc: String, from device: String) {
        let index = state.containers.number(of: sscc)
        let before = labelReads[device] ?? LabelRead()
        labelReads[device] = LabelRead(container: index, at: now.monotonicNanoseconds)
        guard let index else {
            refuseLabel(level(readBy: device), station: device, "SSCC \(sscc) is not of this line", device)
            return
        }
        if state.opened.contains(index) { return beginFilling(index, from: device) }
        guard !state.containers[index].isDissolved else {
            let text = "\(sscc) was dissolved: its label is void"
            return refuseLabel(
                state.containers[index].level, station: state.containers[index].station, text, device)
        }
        if state.containers[index].closed || labelParts[index] != nil,
            before.isRepeated(
                by: index, at: now.monotonicNanoseconds, inHand: configuration.handhelds.contains(device))
        {
            labelReads[device] = before.seen(at: now.monotonicNanoseconds)
            return answer(device, good: true, "read already")
        }
        let level = state.containers[index].level
        let proof = before.proof(at: now.monotonicNanoseconds, of: level, in: state)
        if proof == nil, let waiting = repeated(index, by: device) {
            let text = "read \(sscc) again, expected \(waiting): two may carry its label"
            return refuseLabel(level, station: state.containers[index].station, text, device)
        }
        if let proof, proof != index {
            // Whatever was thought of these two is wrong, closed or not.
            let found = [proof, index].map { state.containers[$0].sscc }
            // What was shipped stands before nobody here.
            let here = [proof, index].filter { !state.isShipped($0) }.map { state.containers[$0].sscc }
            if !here.isEmpty { record(.labelsDoubted(LabelsDoubted(ssccs: here))) }
            let text = "an item of \(found[0]) lies under the label of \(sscc)"
            return refuseLabel(level, station: state.containers[index].station, text, device)
        }
        if !state.containers[index].closed {
            guard stationReadingLabels(of: level, device) != nil else {
                return answer(
                    device, good: false, "the label of a \(level.rawValue) is read by another reader")
            }
            guard close(index, isProved: proof == index, device: device) else { return }
            return labelTaken(index, isProof: proof == index, from: device)
        }
        labelTaken(index, isProof: false, from: device)
    }

    /// The label of a closed container was read, or has just closed it.
    ///
    /// - Parameter isProof: It was read to prove its label.
    mutating func labelTaken(_ index: Int, isProof: Bool, from device: String) {
        // One read to prove its label is not read again into what it is in.
        if isProof, state.containers[index].parent > 0, !isReadAgain(on: state.containers[index]) {
            return answer(device, good: true, "closed")
        }
        if let holder = expectsLabel(after: index, from: device) {
            let level = state.containers[index].level
            return answer(
                device, good: true,
                "a \(level.rawValue) of a \(holder.rawValue): read the \(holder.rawValue)'s label now")
        }
        packLabelled(index, from: device)
    }

    /// The SSCC that was to come, where a reader of such labels reads that of one that is closed: its label
    /// came out twice. Where the reader also packs cases onto pallets, that is judged there.
    private func repeated(_ index: Int, by device: String) -> String? {
        let container = state.containers[index]
        guard container.closed,
            stationReadingLabels(of: container.level, device) != nil,
            station(packing: container.level, of: state.batches[container.batch].order, readBy: device)
                == nil,
            let waiting = state.transit[container.level.index].first
        else { return nil }
        return state.containers[waiting].sscc
    }

    /// Reads back the label of a container: the next in transit, or one that was proved.
    ///
    /// - Parameter weight: What it weighs, milligrams; `nil` while it was not weighed.
    mutating func close(_ index: Int, isProved: Bool, device: String, weight: Int? = nil) -> Bool {
        let container = state.containers[index]
        guard isScaleFree(for: index, reader: device) else { return false }
        let isProved = isProved || labelParts[index]?.isProved == true
        if container.isDiverted {
            guard isProved else {
                let word = container.level.rawValue
                let text = "it was diverted: read an item of the \(word) first, then its label"
                if configuration.handhelds.contains(device) {
                    answer(device, good: false, text)
                } else {
                    // Another may carry its label.
                    refuseLabel(
                        container.level, station: container.station, "\(container.sscc): \(text)", device)
                }
                return false
            }
        } else if mustProve(container.level) {
            guard isProved else {
                doubtLabels(container.level)
                answer(
                    device, good: false,
                    "read an item of the \(container.level.rawValue) first, then its label")
                hold(
                    .labelUnproved, station: container.station, waitingText(container.level),
                    immediate: false, anew: true)
                return false
            }
        } else if expected(container.level, by: device) != index {
            let wanted = expected(container.level, by: device).map { state.containers[$0].sscc }
            let text = "read \(container.sscc), expected \(wanted ?? "none")"
            refuseLabel(container.level, station: container.station, text, device)
            return false
        } else if !isProved, let count = proofDue(container.level) {
            let text =
                "\(count) were closed by order alone: read an item of this \(container.level.rawValue), "
                + "then its label"
            answer(device, good: false, text)
            hold(.proofDue, station: container.station, text, immediate: false, anew: true)
            return false
        }
        let units = state.units(in: index)
        guard units == container.labelCount else {
            let text = "\(container.sscc) holds \(units) units, its label says \(container.labelCount)"
            refuseLabel(container.level, station: container.station, text, device)
            return false
        }
        if weight == nil {
            guard hasAllLabels(index, isProved: isProved, device: device),
                !weigh(index, isProved: isProved, reader: device)
            else { return false }
        }
        diverted[container.station] = nil
        record(
            .containerClosed(
                ContainerClosed(
                    level: container.level, sscc: container.sscc, proved: isProved, milligrams: weight ?? 0)))
        return true
    }

    /// The container a reader reads next: the first in transit whose label it has not read.
    private func expected(_ level: PackLevel, by device: String) -> Int? {
        state.transit[level.index].first { number in
            configuration.handhelds.contains(device)
                || labelParts[number]?.readers.contains(device) != true
        }
    }

    /// Whether this was the last of a container's labels: each is read, by a reader on its side or by hand.
    private mutating func hasAllLabels(_ index: Int, isProved: Bool, device: String) -> Bool {
        let level = state.containers[index].level
        let labels = packing.first { $0.station.level == level }?.station.labels ?? 1
        guard labels > 1 else { return true }
        var part = labelParts[index] ?? LabelParts()
        // What was read before its item was proves nothing.
        if isProved, !part.isProved { part = LabelParts() }
        part.readers.append(device)
        part.isProved = isProved
        guard part.readers.count < labels else {
            labelParts[index] = nil
            return true
        }
        labelParts[index] = part
        // The next label is to be this container's as well.
        if isProved { labelReads[device]?.proves(index) }
        answer(device, good: true, "label \(part.readers.count) of \(labels): read the next one")
        return false
    }

    /// A person reads the labels of a container one right after another, as nothing tells which of them a
    /// label was: whatever else is read in between, all of them are read again.
    mutating func keepLabelParts(of device: String, for scan: PackScan) {
        var index: Int?
        if case .container(let sscc) = scan { index = state.containers.number(of: sscc) }
        labelParts = labelParts.filter { $0.key == index || !$0.value.readers.contains(device) }
    }

    /// What holds a container is being read again from empty.
    private func isReadAgain(on item: Container) -> Bool {
        packing.contains { $0.readingAgain == Int(item.parent) - 1 }
    }

    /// A closed container before a reader of a station that packs its like goes into the open one there.
    private mutating func packLabelled(_ index: Int, from device: String) {
        let level = state.containers[index].level
        let order = state.batches[state.containers[index].batch].order
        guard let station = station(packing: level, of: order, readBy: device) else {
            return ofAnotherLevel(index, from: device)
        }
        let holder = packing[station].station.level
        guard state.containers[index].batch == packingBatch else {
            return answer(device, good: false, "the \(level.rawValue) is of a batch that is not on the line")
        }
        let item = UInt32(index)
        let sscc = state.containers[index].sscc
        guard !state.isShipped(index) else {
            return refuseLabel(
                level, station: packing[station].station.name, "\(level.rawValue) \(sscc) was shipped", device
            )
        }
        if let wanted = labelWanted(at: station) { return refusePacking(wanted, station, device) }
        let parent = Int(state.containers[index].parent) - 1
        let isRead = packing[station].items.contains(item)
        guard !isRead, parent < 0 || parent == packing[station].readingAgain else {
            let text =
                isRead
                ? "\(level.rawValue) \(sscc) was read before: two \(level.plural) may carry its label"
                : "\(level.rawValue) \(sscc) is in \(state.containers[parent].level.rawValue) "
                    + state.containers[parent].sscc
            return refuseLabel(level, station: packing[station].station.name, text, device)
        }
        guard packing[station].items.count < order.packing[holder] else {
            return refusePacking("the \(holder.rawValue) is full and waits for its number", station, device)
        }
        packing[station].items.append(item)
        answer(device, good: true, "closed, and in the \(holder.rawValue)")
        collateFull()
    }

    /// A closed container before a reader that packs none of its like.
    private mutating func ofAnotherLevel(_ index: Int, from device: String) {
        let container = state.containers[index]
        let order = state.batches[container.batch].order
        let wrong = packing.firstIndex {
            $0.station.itemReaders.contains(device) && order.packing.has($0.station.level)
        }
        guard let wrong, stationReadingLabels(of: container.level, device) == nil else {
            return answer(device, good: true, "closed")
        }
        let holder = packing[wrong].station.level
        let items = order.packing.content(of: holder)?.plural ?? "units"
        refusePacking(
            "this is \(container.level.rawValue) \(container.sscc); \(items) go into a \(holder.rawValue)",
            wrong, device)
    }

    private mutating func refuseLabel(
        _ level: PackLevel?, station: String, _ text: String, _ device: String
    ) {
        let gone = level.map(shippedByOrder) ?? []
        let blocked = level.map { doubtLabels($0, isShifted: true) } ?? 0
        var detail = blocked > 0 ? "\(text); \(blocked) closed ones are blocked" : text
        if !gone.isEmpty {
            detail += "; shipped, and maybe labelled wrongly: \(gone.prefix(8).joined(separator: " "))"
        }
        answer(device, good: false, detail)
        hold(.labelMismatch, station: station, detail, immediate: false, anew: true)
    }

    private func stationReadingLabels(of level: PackLevel, _ device: String) -> PackStation? {
        packing.first { $0.station.level == level && $0.station.labelReaders.contains(device) }?.station
    }

    private func level(readBy device: String) -> PackLevel? {
        packing.first { $0.station.labelReaders.contains(device) }?.station.level
    }

    // MARK: Proof

    /// Labels of this level are read with an item of their container, not by order.
    func mustProve(_ level: PackLevel) -> Bool {
        state.unproved.contains { state.containers[$0].level == level && !state.containers[$0].isDiverted }
    }

    /// How many containers of a level were closed by order, where that is as many as may be.
    func proofDue(_ level: PackLevel) -> Int? {
        let most = proveEvery(level)
        let count = state.closedByOrder[level.index].count
        return most > 0 && count >= most ? count : nil
    }

    private func proveEvery(_ level: PackLevel) -> Int {
        packing.first { $0.station.level == level }?.station.proveEvery ?? 0
    }

    /// Order says nothing any more about which container of a level carries which label.
    ///
    /// - Parameter isShifted: Labels and containers may have been apart for some time: what was closed by
    ///   order since the last proof is blocked until it is proved as well.
    /// - Returns: How many closed containers are blocked.
    @discardableResult
    mutating func doubtLabels(_ level: PackLevel, isShifted: Bool = false) -> Int {
        // A full container that waits for its number may get a label that is not its own as well.
        for index in packing.indices where packing[index].station.level == level {
            // So may one whose layer lies in it and was not read yet.
            let hasItems = !packing[index].items.isEmpty || packing[index].station.readsLayers
            packing[index].isDoubted = packing[index].isDoubted || hasItems
        }
        let waiting = state.transit[level.index]
        let closed = isShifted ? doubtedByOrder(level).filter { !state.isShipped($0) } : []
        guard !waiting.isEmpty || !closed.isEmpty else { return 0 }
        record(.labelsDoubted(LabelsDoubted(ssccs: (closed + waiting).map { state.containers[$0].sscc })))
        return closed.count
    }

    /// Those that a shift of labels may have touched since one was last proved.
    private func doubtedByOrder(_ level: PackLevel) -> ArraySlice<Int> {
        state.closedByOrder[level.index].suffix(proveEvery(level))
    }

    /// Those of them that have left: nobody here can read them again.
    private func shippedByOrder(_ level: PackLevel) -> [String] {
        doubtedByOrder(level).filter(state.isShipped).map { state.containers[$0].sscc }
    }

    /// A unit in a container while labels must be proved: the label this reader reads next must be that
    /// container's.
    mutating func expectsLabel(after unit: UnitScan, of batch: Batch, from device: String) -> Bool {
        guard unit.mismatch(with: batch) == nil, let position = state.position(of: unit, batch) else {
            return false
        }
        return expectsLabel(of: Int(state.unitPools[batch.pool].parents[position]) - 1, from: device) != nil
    }

    private mutating func expectsLabel(after index: Int, from device: String) -> PackLevel? {
        expectsLabel(of: Int(state.containers[index].parent) - 1, from: device)
    }

    private mutating func expectsLabel(of container: Int, from device: String) -> PackLevel? {
        guard state.containers.indices.contains(container) else { return nil }
        let level = state.containers[container].level
        let isAsked = mustProve(level) || proveEvery(level) > 0 || state.containers[container].isDiverted
        guard isAsked, stationReadingLabels(of: level, device) != nil else {
            return nil
        }
        labelReads[device] = LabelRead(item: container, at: now.monotonicNanoseconds)
        return level
    }

    private func waitingText(_ level: PackLevel) -> String {
        let waiting = state.unproved.filter { state.containers[$0].level == level }
        return waiting.prefix(8).map { state.containers[$0].sscc }.joined(separator: " ")
    }

    // MARK: Printing

    /// Sends the next numbered label of a container, with its real count.
    mutating func sendLabel(_ sscc: String, reason: String, actor: String, old: String = "") {
        guard let index = state.containers.number(of: sscc),
            let place = packing.first(where: { $0.station.level == state.containers[index].level })?.station
        else { return }
        let container = state.containers[index]
        let order = state.batches[container.batch].order
        let copy = container.labels + 1
        let isOpened = state.opened.contains(index)
        let units = isOpened ? order.packing.units(in: container.level) : state.units(in: index)
        let count = isOpened ? order.packing[container.level] : container.count
        record(
            .labelSent(
                LabelSent(
                    sscc: sscc, copy: copy, count: units, reason: reason, actor: actor,
                    pieces: place.labels > 1 ? place.labels : 0, old: old)))
        labelParts[index] = nil
        let template = state.label(of: state.batches[container.batch], place.level)
        for _ in 0..<place.labels {
            labelJob += 1
            act(
                .label(
                    LabelOrder(
                        device: place.printer, job: labelJob, level: place.level, sscc: sscc,
                        gtin: order.gtin, lot: order.lot, expiry: order.expiry, count: count,
                        units: units, copy: copy, template: template)))
        }
    }

    mutating func labelPrinter(_ device: String, reported report: LabelReport) {
        switch report {
        case .printed: break
        case .fault(let text):
            record(raised: .printerBlocked, device, text)
            let station = packing.first { $0.station.printer == device }?.station.name ?? device
            hold(.printerFault, station: station, text, immediate: false)
        case .recovered: record(returned: .printerBlocked, device)
        }
    }
}

/// Which of a container's several labels were read. Transient: after a start all are read again.
struct LabelParts: Sendable {
    /// The readers, one for each label; one in a hand may stand for several.
    var readers: [String] = []
    /// An item of the container was read right before the first of them.
    var isProved = false
}

/// What a reader of labels read last. Transient.
struct LabelRead: Sendable {
    /// The container whose label it was.
    private var container: Int?
    /// The container an item of which it was.
    private var item: Int?
    private var at: UInt64 = 0

    /// Nothing yet.
    init() {}

    init(container: Int?, at now: UInt64) {
        self.container = container
        at = now
    }

    init(item: Int, at now: UInt64) {
        self.item = item
        at = now
    }

    /// The same label, before the same reader for longer than it takes to read it once; a person may pull the
    /// trigger twice.
    func isRepeated(by container: Int, at now: UInt64, inHand: Bool) -> Bool {
        self.container == container && now - at <= (inHand ? Self.triggerNanoseconds : Self.repeatNanoseconds)
    }

    /// The same, read just now.
    func seen(at now: UInt64) -> LabelRead {
        var read = self
        read.at = now
        return read
    }

    /// An item of this container was read before its label, which is one of several.
    mutating func proves(_ container: Int) { item = container }

    /// It was this container's label, and not longer ago.
    func isOf(_ container: Int, within age: UInt64, at now: LineInstant) -> Bool {
        self.container == container && now.monotonicNanoseconds - at <= age
    }

    /// The container an item of which was read right before.
    func proof(at now: UInt64, of level: PackLevel, in state: LineState) -> Int? {
        guard let item, now - at <= Self.proofNanoseconds, state.containers.indices.contains(item),
            state.containers[item].level == level,
            !state.containers[item].isDissolved
        else { return nil }
        return item
    }

    /// Less than any two containers are apart.
    private static let repeatNanoseconds = 250 * Nanoseconds.millisecond
    /// Less than it takes to fetch another container and read its label.
    private static let triggerNanoseconds = Nanoseconds.second
    /// Who turns from the item to the label takes no longer.
    private static let proofNanoseconds = 30_000 * Nanoseconds.millisecond
}
