extension LineState {
    /// Version of the bytes below and of the rules that fold records into a state. It goes up whenever either
    /// changes: a snapshot of another version is not used, and the start folds from the first record.
    package static let snapshotVersion = 10

    /// The state as bytes: equal states, equal bytes.
    ///
    /// `docs/journal.md` draws them. What follows from something else is not written: which container holds
    /// an item, and the index of a serial table.
    package func encoded() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.count(Self.snapshotVersion)
        writer.list(unitPools) { $1.encode(to: &$0) }
        writer.list(ssccPools) { $1.encode(to: &$0) }
        writer.list(batches) { $1.encode(to: &$0) }
        encodeContainers(to: &writer)
        writer.list(alarms) { writer, alarm in
            writer.text(alarm.code)
            writer.text(alarm.station)
            writer.text(alarm.detail)
            writer.text(alarm.state.rawValue)
        }
        writer.count(running.map { $0 + 1 } ?? 0)
        writer.count(lastOnLine.map { $0 + 1 } ?? 0)
        writer.flag(isCleared)
        writer.list(byHand) { $0.text($1) }
        for numbers in transit { writer.list(numbers) { $0.count($1) } }
        for numbers in closedByOrder { writer.list(numbers) { $0.count($1) } }
        writer.list(unproved) { $0.count($1) }
        writer.list(opened) { $0.count($1) }
        for count in closedContainers { writer.count(count) }
        writer.list(lanes) { $0.text($1) }
        writer.list(openTracks) { writer, open in
            writer.number(open.track)
            writer.count(open.verified.map { $0 + 1 } ?? 0)
            writer.count(open.batch)
            writer.count(open.lane)
        }
        writer.list(lastTracks) { $0.number($1) }
        writer.flag(stoppedInOrder)
        writer.count(starts)
        writer.count(holds)
        writer.text(boot)
        writer.list(signedOn) { writer, there in
            for text in [there.terminal, there.name, there.role.rawValue] { writer.text(text) }
        }
        encodeProducts(to: &writer)
        return writer.bytes
    }

    private func encodeProducts(to writer: inout SnapshotWriter) {
        writer.list(products.sorted { $0.key < $1.key }) { writer, entry in
            let product = entry.value.product
            for text in [product.gtin, product.name, product.market, product.nationalNumber] {
                writer.text(text)
            }
            for level in PackLevel.allCases { writer.count(product.packing[level]) }
            for level in PackLevel.allCases { writer.text(product.labels[level]) }
            writer.list(product.weights.texts) { $0.text($1) }
            writer.flag(product.unused == .kill)
            writer.count(entry.value.version)
            writer.text(entry.value.definedBy)
        }
        writer.list(labels) { writer, label in
            for text in [label.name, label.sha256, label.text, label.definedBy] { writer.text(text) }
            writer.count(label.version)
        }
    }

    private func encodeContainers(to writer: inout SnapshotWriter) {
        // A line has a few stations and many containers: each names its station by number.
        var stations: [String] = []
        for container in containers where !stations.contains(container.station) {
            stations.append(container.station)
        }
        writer.list(stations) { $0.text($1) }
        writer.count(containers.startIndex)
        writer.list(containers) { writer, container in
            var marks = UInt8(container.level.index)
            if container.closed { marks |= 4 }
            if container.wasRead { marks |= 8 }
            if container.isDissolved { marks |= 16 }
            if container.isShipped { marks |= 32 }
            if container.isDiverted { marks |= 64 }
            writer.byte(marks)
            writer.text(container.sscc)
            writer.count(container.batch)
            writer.count(stations.firstIndex(of: container.station) ?? 0)
            writer.count(container.labels)
            writer.count(container.labelCount)
            writer.count(container.children.count)
            var before = -1
            for child in container.children {
                writer.signed(Int(child) - before - 1)
                before = Int(child)
            }
        }
    }
}

extension UnitPool {
    fileprivate func encode(to writer: inout SnapshotWriter) {
        writer.text(name)
        writer.text(kind.rawValue)
        writer.text(gtin)
        writer.text(file)
        writer.text(market)
        writer.list(payload) { $0.count(Int($1.number)) }
        writer.flag(rests)
        switch source {
        case .list(let table):
            writer.byte(0)
            table.encode(to: &writer)
        case .range(let prefix, let first, let count, let width):
            writer.byte(1)
            writer.text(prefix)
            writer.number(first)
            writer.count(count)
            writer.count(width)
        case .stored(let count):
            writer.byte(2)
            writer.count(count)
        }
        for value in [nextUnreserved, nextUnsent, used] { writer.count(value) }
        writer.list(order) { writer, lane in
            writer.count(lane.freeBelow)
            writer.signed(lane.furthestSeen)
        }
        var start = 0
        writer.list(sentTo) { writer, run in
            writer.count(Int(run.end) - start)
            writer.count(Int(run.lane))
            start = Int(run.end)
        }
        encodeRuns(to: &writer)
    }

    /// Positions with one state and one batch, run by run, until all positions are covered.
    private func encodeRuns(to writer: inout SnapshotWriter) {
        var start = 0
        for run in allRuns {
            writer.count(Int(run.end) - start)
            writer.byte(run.state)
            writer.number(UInt64(run.batch))
            start = Int(run.end)
        }
    }
}

extension SerialTable {
    /// Count; the length of all serials, or 0 and the length of each; the serials end to end. Where a payload
    /// comes with them, the length of each, then all end to end.
    fileprivate func encode(to writer: inout SnapshotWriter) {
        writer.count(count)
        let first = count > 0 ? length(0) : 0
        if first > 0, (0..<count).allSatisfy({ length($0) == first }) {
            writer.count(first)
        } else {
            writer.count(0)
            for position in 0..<count { writer.byte(UInt8(clamping: length(position))) }
        }
        writer.raw(texts)
        guard !payload.identifiers.isEmpty else { return }
        for position in 0..<count { writer.byte(UInt8(clamping: payload.joined(position).count)) }
        writer.raw(payload.joined)
    }
}

extension SSCCPool {
    fileprivate func encode(to writer: inout SnapshotWriter) {
        writer.text(name)
        writer.text(key)
        writer.number(first)
        writer.count(count)
        writer.count(nextUnreserved)
        writer.count(nextUnused)
    }
}

extension Batch {
    fileprivate func encode(to writer: inout SnapshotWriter) {
        for text in [order.batch, order.gtin, order.product, order.lot, order.expiry] { writer.text(text) }
        writer.count(order.quantity)
        for level in PackLevel.allCases { writer.count(order.packing[level]) }
        writer.text(order.unitPool)
        writer.text(order.ssccPool)
        writer.text(order.market)
        writer.text(order.nationalNumber)
        writer.flag(order.unused == .kill)
        writer.list(order.jobs) { writer, wanted in
            writer.text(wanted.device)
            writer.text(wanted.job)
        }
        writer.text(state.rawValue)
        writer.list(hold.map { [$0] } ?? []) { writer, hold in
            for text in [hold.reason, hold.station, hold.detail, hold.actor] { writer.text(text) }
            writer.flag(hold.immediate)
        }
        writer.flag(ending)
        writer.flag(suspends)
        writer.flag(trials.isSetUp)
        writer.list(trials.firstArticles) { writer, shown in
            writer.text(shown.serial)
            writer.text(shown.lane)
            writer.flag(shown.isApproved)
        }
        writer.list(trials.withstood.sorted { $0.key < $1.key }) { writer, entry in
            writer.text(entry.key)
            writer.byte(entry.value)
        }
        writer.list(parked) { writer, parked in
            writer.text(parked.station)
            writer.count(parked.count)
        }
        writer.text(openedBy)
        writer.text(releasedBy)
        writer.count(productVersion)
        writer.list(labels) { writer, use in
            writer.byte(UInt8(use.level.index))
            writer.text(use.name)
            writer.count(use.version)
        }
        writer.list(weights.texts) { $0.text($1) }
        for count in serials + made + packed + [
            recovered, counted, reintroduced, binCounted.map { $0 + 1 } ?? 0,
        ] { writer.count(count) }
        writer.list(byLane) { writer, units in
            for count in [
                units.tracked, units.passed, units.rejected, units.cleared, units.confirmed, units.overtaken,
            ] { writer.count(count) }
        }
        writer.list(rejectMasks.sorted { $0.key < $1.key }) { writer, entry in
            writer.number(UInt64(entry.key))
            writer.number(UInt64(entry.value))
        }
        writer.list(out) { $0.number(UInt64($1)) }
        writer.list(helpers.sorted { $0.key < $1.key }) { writer, entry in
            writer.number(UInt64(entry.key))
            writer.text(entry.value)
        }
        writer.list(reasons) { writer, reason in
            writer.text(reason.reason)
            writer.count(reason.count)
        }
        writer.list(closing.map { [$0] } ?? []) { writer, closing in
            for text in [closing.batch, closing.actor, closing.reason, closing.deviation] {
                writer.text(text)
            }
            writer.list(closing.remainder) { $0.text($1) }
            writer.count(closing.orphans)
            writer.list(closing.open) { $0.text($1) }
        }
        writer.count(pool)
    }
}
