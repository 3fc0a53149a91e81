extension Line {
    /// A reader reported: unit cameras, item readers and label readers are told apart by the configuration.
    mutating func read(_ result: ReadResult, from device: String) {
        for (index, lane) in configuration.lanes.enumerated() {
            guard let camera = lane.unitVerify.cameras.firstIndex(of: device) else { continue }
            return at(index) { $0.unitRead(result, camera: camera) }
        }
        if let link = configuration.link, link.readers.contains(device) {
            return linkRead(result, at: link, from: device)
        }
        if numbers.started, dialogue(result, from: device) { return }
        guard numbers.started, let batch = state.runningBatch ?? completedBatch else {
            return answer(device, good: false, "no batch is open")
        }
        let scan = packScan(result, of: batch)
        if configuration.handhelds.contains(device) { keepLabelParts(of: device, for: scan) }
        if case .container(let sscc) = scan { return labelRead(sscc, from: device) }
        if case .unit(let unit) = scan, expectsLabel(after: unit, of: batch, from: device) {
            return answer(device, good: true, "an item of a container: read the container's label now")
        }
        guard let station = station(packing: nil, of: batch.order, readBy: device) else {
            return unreadLabel(scan, of: batch.order, from: device)
        }
        if case .layer(let separator, let layers) = packing[station].station.mode {
            return layerAtPacking(
                result, separator: separator, layers: layers, station: station, batch: batch, device: device)
        }
        unitAtPacking(scan, station: station, batch: batch, device: device)
    }

    /// The station that packs containers of a level, or units where it is `nil`, that this device reads:
    /// its index.
    func station(packing item: PackLevel?, of order: Order, readBy device: String) -> Int? {
        packing.firstIndex {
            $0.station.itemReaders.contains(device) && order.packing.has($0.station.level)
                && order.packing.content(of: $0.station.level) == item
        }
    }

    /// Tells who scanned how the line took it: at the reader where that can show it, and on the screen. A
    /// refusal stays at a scanner in a person's hand until it was seen.
    mutating func answer(_ device: String, good: Bool, _ text: String) {
        if !good, configuration.handhelds.contains(device), scans.refused[device] == nil {
            scans.refused[device] = text
        }
        answers[device] = ReadAnswer(good: good, text: text, wallMilliseconds: now.wallMilliseconds)
        act(.feedback(device: device, good: good))
    }

    /// The batch whose containers may still be closed: completed, not closed.
    var completedBatch: Batch? { state.batches.last { $0.state == .completed } }

    var packingBatch: Int? {
        state.running ?? state.batches.lastIndex { $0.state == .completed }
    }

    // MARK: Units into containers

    /// Where people sign on, whoever packs by hand has.
    private mutating func unitAtPacking(_ scan: PackScan, station: Int, batch: Batch, device: String) {
        if scan == .nothing {
            answer(device, good: false, "nothing was read")
            guard packing[station].station.mode != .manual else { return }
            return hold(.packUnread, station: packing[station].station.name, "", immediate: true, anew: true)
        }
        let isByHand = packing[station].station.mode == .manual
        let packer = isByHand ? holder(of: device).person : nil
        if isByHand, configuration.operators != nil, packer == nil {
            let terminal = OperatorRules.scannerTerminal + device
            return answer(
                device, good: false,
                "AUTH-101 nobody is signed on here: seriatim sign-on --terminal \(terminal)")
        }
        let level = packing[station].station.level
        if let wanted = labelWanted(at: station) { return refusePacking(wanted, station, device) }
        if isByHand, let unread = state.transit[level.index].first {
            return refusePacking(
                "read the label of \(level.rawValue) \(state.containers[unread].sscc) first", station, device)
        }
        let capacity = batch.order.packing[level]
        switch unitForPacking(scan, station: station, batch: batch) {
        case .success(let position):
            let isRepeat = isSameUnit(position, packing[station])
            if packing[station].items.count >= capacity, !isRepeat {
                return refusePacking(
                    "the \(level.rawValue) is full and waits for its number", station, device)
            }
            if !isRepeat {
                packing[station].items.append(position)
                packing[station].packer = packer?.name ?? ""
                looseUnits.packed(position)
                packing[station].lastRead = (position, packingBelt, now.monotonicNanoseconds)
            }
            answer(device, good: true, isRepeat ? "read already" : "packed")
            collateFull()
        case .failure(let refusal): refusePacking(refusal.text, station, device)
        }
    }

    /// An item that may not go in: it stops the line, or the scanner of whoever packs by hand.
    mutating func refusePacking(_ text: String, _ station: Int, _ device: String) {
        answer(device, good: false, text)
        guard packing[station].station.mode != .manual else { return }
        hold(.packRefused, station: packing[station].station.name, text, immediate: true, anew: true)
    }

    /// The position of a unit that may go into the open container of a station.
    mutating func unitForPacking(_ scan: PackScan, station: Int, batch: Batch) -> Result<
        UInt32, Refusal
    > {
        let unit: UnitScan
        switch scan {
        case .unit(let found): unit = found
        case .unusable(let reason): return .failure(Refusal("PACK-101", reason.rawValue, ""))
        case .container, .nothing: return .failure(Refusal("PACK-101", RejectReason.noRead.rawValue, ""))
        }
        if let reason = unit.mismatch(with: batch) {
            return .failure(Refusal("PACK-102", reason.rawValue, ""))
        }
        guard let position = state.position(of: unit, batch) else {
            return .failure(Refusal("PACK-103", "unknown serial, or one with another payload", ""))
        }
        // A unit that has just passed is commissioned once its pass is recorded; others can wait for theirs.
        if state.unitPools[batch.pool].state(position) == .verified { flushPasses(onlyDue: false) }
        let serialState = state.unitPools[batch.pool].state(position)
        guard serialState == .commissioned else {
            return .failure(Refusal("PACK-104", "the unit is \(serialState.word), not commissioned", ""))
        }
        let item = UInt32(position)
        if isSameUnit(item, packing[station]) { return .success(item) }
        if packing[station].items.contains(item) {
            return .failure(Refusal("PACK-105", "the unit was already read into this one", ""))
        }
        let owner = Int(state.unitPools[batch.pool].batches[position]) - 1
        if owner >= 0, state.batches[owner].state == .closed {
            let name = state.batches[owner].order.batch
            return .failure(Refusal("PACK-107", "the unit is of batch \(name), which is closed", ""))
        }
        if owner >= 0, state.batches[owner].isOut(position) {
            return .failure(
                Refusal("PACK-108", "the unit is out for in-process control: seriatim item return CODE", ""))
        }
        let parent = Int(state.unitPools[batch.pool].parents[position]) - 1
        if parent >= 0, parent != packing[station].readingAgain, !mayReparent(parent, to: station) {
            let container = state.containers[parent]
            return .failure(
                Refusal("PACK-106", "the unit is in \(container.level.rawValue) \(container.sscc)", ""))
        }
        return .success(item)
    }

    /// A second read that follows at once is of the same unit. One that comes later is of a copy: two packs
    /// with one code may lie one behind the other.
    private func isSameUnit(_ item: UInt32, _ open: OpenContainer) -> Bool {
        guard let last = open.lastRead, last.item == item else { return false }
        if open.station.mode == .manual { return now.monotonicNanoseconds - last.at <= Nanoseconds.second }
        let isNear = packingBelt - last.position <= configuration.counts(Self.repeatMillimetres)
        return isNear && now.monotonicNanoseconds - last.at <= Self.repeatNanoseconds
    }

    /// What is packed lies on the belt of a lane, or where those of all lanes go on.
    private var packingBelt: Int64 { lanes.reduce(0) { $0 + $1.belt.position } }

    private static let repeatMillimetres = 40
    private static let repeatNanoseconds = 60 * Nanoseconds.millisecond

    // MARK: Collation

    /// Collates every open container that is full, or was closed as it is.
    mutating func collateFull() {
        guard let batch = packingBatch else { return }
        leaveDoubted()
        for station in packing.indices where packing[station].readingAgain == nil {
            let full = state.batches[batch].order.packing[packing[station].station.level]
            let count = packing[station].items.count
            if count == 0 { packing[station].closedBy = nil }
            guard count > 0, full > 0, count >= full || packing[station].closedBy != nil else { continue }
            collate(station, batch: batch)
        }
    }

    /// A case on the open pallet whose label is doubted is read again once that is proved: until then nobody
    /// knows that it lies there.
    private mutating func leaveDoubted() {
        guard let batch = packingBatch else { return }
        let plan = state.batches[batch].order.packing
        for station in packing.indices where plan.content(of: packing[station].station.level) != nil {
            packing[station].items.removeAll { !state.containers[Int($0)].closed }
        }
    }

    private mutating func collate(_ station: Int, batch: Int) {
        let place = packing[station].station
        guard dropLost(station, batch: batch) else { return }
        guard place.isLabelFirst || waiting(place.level) < place.transit else {
            // More than fit between here and the label reader: one was lost, or stands without its label.
            doubtLabels(place.level, isShifted: true)
            return hold(.transitFull, station: place.name, "\(place.transit) wait", immediate: true)
        }
        let filled = packing[station].filling.map { state.containers[$0].sscc }
        guard let sscc = filled ?? takeSSCC(for: state.batches[batch]) else {
            // One that is reserved comes of age within a second; none at all stops the line.
            guard hasSSCC(for: state.batches[batch]) else {
                return hold(.ssccEnd, station: place.name, "", immediate: true)
            }
            return
        }
        let order = state.batches[batch].order
        let children = packing[station].items.compactMap { name(of: $0, level: place.level, batch: batch) }
        takeFromOthers(packing[station].items, station: place, batch: batch)
        record(
            .collated(
                Collated(
                    level: place.level, sscc: sscc, batch: order.batch, station: place.name,
                    children: children, actor: packing[station].closedBy ?? "",
                    packer: packing[station].packer)))
        let before = packing[station]
        packing[station] = OpenContainer(station: place)
        (packing[station].lastRead, packing[station].lastLayer) = (before.lastRead, before.lastLayer)
        guard !place.isLabelFirst else { return closeFilled(sscc, by: before.closedBy ?? "") }
        if before.isDoubted || mustProve(place.level) { doubtLabels(place.level) }
        sendLabel(sscc, reason: "", actor: "")
    }

    /// Containers of a level between here and the reader of their label. One that was there once and is to be
    /// read again stands elsewhere.
    private func waiting(_ level: PackLevel) -> Int {
        state.transit[level.index].count
            + state.unproved.count {
                let container = state.containers[$0]
                return container.level == level && !container.wasRead && !container.isDiverted
            }
    }

    /// The open container of a station is of units.
    func packsUnits(_ station: Int, batch: Int) -> Bool {
        state.batches[batch].order.packing.content(of: packing[station].station.level) == nil
    }

    func name(of item: UInt32, level: PackLevel, batch: Int) -> String? {
        guard state.batches[batch].order.packing.content(of: level) == nil else {
            return state.containers[Int(item)].sscc
        }
        return state.unitPools[state.batches[batch].pool].source[Int(item)]
    }
}
