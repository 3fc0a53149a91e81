extension Line {
    /// A reader reported: unit cameras, item readers and label readers are told apart by the configuration.
    mutating func read(_ result: ReadResult, from device: String) {
        if let camera = configuration.unitVerify.cameras.firstIndex(of: device) {
            return unitRead(result, camera: camera)
        }
        guard numbers.started, let batch = state.runningBatch ?? completedBatch else {
            return act(.feedback(device: device, good: false))
        }
        let scan = result.code.map { UnitScan.parse($0, year: now.year, requiresPartners: false) }
        if case .success(let label)? = scan, !label.sscc.isEmpty {
            return labelRead(label.sscc, from: device)
        }
        guard let index = packing.firstIndex(where: { $0.station.itemReaders.contains(device) }) else {
            return unreadLabel(result, from: device)
        }
        switch packing[index].station.level {
        case .case: unitAtPacking(scan, station: index, batch: batch, device: device)
        case .pallet: unreadLabel(result, from: device)
        }
    }

    /// The batch whose containers may still be closed: completed, not closed.
    var completedBatch: Batch? { state.batches.last { $0.state == .completed } }

    private var packingBatch: Int? {
        state.running ?? state.batches.lastIndex { $0.state == .completed }
    }

    // MARK: Units into cases

    private mutating func unitAtPacking(
        _ scan: Result<UnitScan, RejectReason>?, station: Int, batch: Batch, device: String
    ) {
        // A unit that has just passed is commissioned once its pass is recorded.
        flushPasses(onlyDue: false)
        guard let scan else {
            act(.feedback(device: device, good: false))
            return hold(.packUnread, station: packing[station].station.name, "", immediate: true, anew: true)
        }
        let capacity = batch.order.capacity(of: .case)
        switch unitForPacking(scan, station: station, batch: batch) {
        case .success(let position):
            let isRepeat = packing[station].items.last == position
            if packing[station].items.count >= capacity, !isRepeat {
                act(.feedback(device: device, good: false))
                return hold(
                    .packRefused, station: packing[station].station.name,
                    "the case is full and waits for its number", immediate: true, anew: true)
            }
            if !isRepeat {
                packing[station].items.append(position)
                packing[station].lastRead = (belt.position, now.monotonicNanoseconds)
            }
            act(.feedback(device: device, good: true))
            collateFull()
        case .failure(let refusal):
            act(.feedback(device: device, good: false))
            hold(
                .packRefused, station: packing[station].station.name, refusal.text, immediate: true,
                anew: true)
        }
    }

    /// The position of a unit that may go into the open case of a station.
    private func unitForPacking(
        _ parsed: Result<UnitScan, RejectReason>, station: Int, batch: Batch
    ) -> Result<UInt32, Refusal> {
        let scan: UnitScan
        switch parsed {
        case .success(let unit): scan = unit
        case .failure(let reason): return .failure(Refusal("PACK-101", reason.rawValue, ""))
        }
        if let reason = scan.mismatch(with: batch.order) {
            return .failure(Refusal("PACK-102", reason.rawValue, ""))
        }
        guard let position = state.unitPools[batch.pool].source.position(of: scan.serial) else {
            return .failure(Refusal("PACK-103", "unknown serial", ""))
        }
        let serialState = state.unitPools[batch.pool].state(position)
        guard serialState == .commissioned else {
            return .failure(Refusal("PACK-104", "the unit is \(serialState.word), not commissioned", ""))
        }
        let item = UInt32(position)
        if packing[station].items.last == item, isSameUnit(packing[station]) { return .success(item) }
        if packing[station].items.contains(item) {
            return .failure(Refusal("PACK-105", "the unit was already read into this case", ""))
        }
        let parent = Int(state.unitPools[batch.pool].parents[position]) - 1
        if parent >= 0, parent != packing[station].readingAgain {
            return .failure(Refusal("PACK-106", "the unit is in case \(state.containers[parent].sscc)", ""))
        }
        return .success(item)
    }

    /// A second read that follows at once is of the same unit. One that comes later is of a copy: two packs
    /// with one code may lie one behind the other.
    private func isSameUnit(_ open: OpenContainer) -> Bool {
        guard let last = open.lastRead else { return false }
        let isNear = belt.position - last.position <= configuration.counts(Self.repeatMillimetres)
        return isNear && now.monotonicNanoseconds - last.at <= Self.repeatNanoseconds
    }

    private static let repeatMillimetres = 40
    private static let repeatNanoseconds = 60 * Nanoseconds.millisecond

    // MARK: Labels

    private mutating func unreadLabel(_ result: ReadResult, from device: String) {
        act(.feedback(device: device, good: false))
        let station = packing.first {
            $0.station.labelReaders.contains(device) || $0.station.itemReaders.contains(device)
        }
        guard let station, result == .noRead || result == .broken else {
            // A unit code before a label scanner changes nothing; the feedback says it was not wanted.
            return
        }
        hold(.labelUnread, station: station.station.name, "", immediate: false, anew: true)
    }

    private mutating func labelRead(_ sscc: String, from device: String) {
        guard let index = state.containerBySSCC[sscc] else {
            act(.feedback(device: device, good: false))
            return hold(
                .labelMismatch, station: device, "SSCC \(sscc) is not of this line", immediate: false,
                anew: true)
        }
        let level = state.containers[index].level
        let readsLabel = packing.contains {
            $0.station.level == level && $0.station.labelReaders.contains(device)
        }
        if !state.containers[index].closed {
            guard readsLabel else { return act(.feedback(device: device, good: false)) }
            guard close(index, device: device) else { return }
        }
        act(.feedback(device: device, good: packLabelled(index, from: device)))
    }

    /// Reads back the label of a container: it must be the next in transit, or one whose label was renewed.
    private mutating func close(_ index: Int, device: String) -> Bool {
        let container = state.containers[index]
        let waiting = state.transit[container.level.index]
        guard waiting.first == index || state.relabelled.contains(index) else {
            act(.feedback(device: device, good: false))
            let wanted = waiting.first.map { state.containers[$0].sscc } ?? "none"
            hold(
                .labelMismatch, station: container.station, "read \(container.sscc), expected \(wanted)",
                immediate: false,
                anew: true)
            return false
        }
        guard container.count == container.labelCount else {
            act(.feedback(device: device, good: false))
            hold(
                .labelMismatch, station: container.station,
                "\(container.sscc) holds \(container.count), its label says \(container.labelCount)",
                immediate: false, anew: true)
            return false
        }
        record(.containerClosed(ContainerClosed(level: container.level, sscc: container.sscc)))
        return true
    }

    /// A closed case before a reader of the pallet station goes onto the open pallet.
    private mutating func packLabelled(_ index: Int, from device: String) -> Bool {
        guard state.containers[index].level == .case,
            let station = packing.firstIndex(where: {
                $0.station.level == .pallet && $0.station.itemReaders.contains(device)
            })
        else { return true }
        guard state.containers[index].batch == packingBatch else { return false }
        let item = UInt32(index)
        if packing[station].items.last == item { return true }
        if packing[station].items.contains(item) {
            hold(
                .labelMismatch, station: packing[station].station.name,
                "case \(state.containers[index].sscc) was read before: two cases may carry its label",
                immediate: false, anew: true)
            return false
        }
        let parent = Int(state.containers[index].parent) - 1
        guard parent < 0 || parent == packing[station].readingAgain else {
            hold(
                .packRefused, station: packing[station].station.name,
                "case \(state.containers[index].sscc) is on pallet \(state.containers[parent].sscc)",
                immediate: false,
                anew: true)
            return false
        }
        packing[station].items.append(item)
        collateFull()
        return true
    }

    // MARK: Collation

    /// Collates every open container that is full, or was closed as it is.
    mutating func collateFull() {
        guard let batch = packingBatch else { return }
        for station in packing.indices where packing[station].readingAgain == nil {
            let full = state.batches[batch].order.capacity(of: packing[station].station.level)
            let count = packing[station].items.count
            guard count > 0, count >= full || packing[station].closesPartial else { continue }
            collate(station, batch: batch)
        }
    }

    private mutating func collate(_ station: Int, batch: Int) {
        let place = packing[station].station
        guard state.transit[place.level.index].count < place.transit else {
            return hold(.transitFull, station: place.name, "\(place.transit) wait", immediate: true)
        }
        guard let sscc = takeSSCC(for: state.batches[batch]) else {
            // One that is reserved comes of age within a second; none at all stops the line.
            guard hasSSCC(for: state.batches[batch]) else {
                return hold(.ssccEnd, station: place.name, "", immediate: true)
            }
            return
        }
        let order = state.batches[batch].order
        let children = packing[station].items.compactMap { name(of: $0, level: place.level, batch: batch) }
        record(
            .collated(
                Collated(
                    level: place.level, sscc: sscc, batch: order.batch, station: place.name,
                    children: children)))
        packing[station] = OpenContainer(station: place)
        sendLabel(sscc, reason: "", actor: "")
    }

    func name(of item: UInt32, level: PackLevel, batch: Int) -> String? {
        switch level {
        case .case: state.unitPools[state.batches[batch].pool].source[Int(item)]
        case .pallet: state.containers[Int(item)].sscc
        }
    }

    /// Sends the next numbered label of a container, with its real count.
    mutating func sendLabel(_ sscc: String, reason: String, actor: String) {
        guard let index = state.containerBySSCC[sscc],
            let place = packing.first(where: { $0.station.level == state.containers[index].level })?.station
        else { return }
        let container = state.containers[index]
        let order = state.batches[container.batch].order
        let copy = container.labels + 1
        record(
            .labelSent(
                LabelSent(sscc: sscc, copy: copy, count: container.count, reason: reason, actor: actor)))
        labelJob += 1
        act(
            .label(
                LabelOrder(
                    device: place.printer, job: labelJob, level: place.level, sscc: sscc, gtin: order.gtin,
                    lot: order.lot, expiry: order.expiry, count: container.count, copy: copy)))
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

extension Order {
    /// Items in a full container.
    func capacity(of level: PackLevel) -> Int {
        switch level {
        case .case: unitsPerCase
        case .pallet: casesPerPallet
        }
    }
}
