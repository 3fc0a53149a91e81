/// A camera that reports a whole layer in one message: all of its units go in, or none.
extension Line {
    mutating func layerAtPacking(
        _ result: ReadResult, separator: UInt8, layers: Int, station: Int, batch: Batch, device: String
    ) {
        guard case .code(let bytes) = result else {
            let isBroken = result == .broken
            let text = isBroken ? "the message is broken, or longer than the reader's profile takes" : ""
            answer(device, good: false, isBroken ? text : "nothing was read")
            return hold(
                .packUnread, station: packing[station].station.name, text, immediate: true, anew: true)
        }
        let codes = bytes.split(separator: separator, omittingEmptySubsequences: false).map { Array($0) }
        let isKnown = Set(codes) == packing[station].lastLayer || isInNewest(codes, station, batch)
        if !codes.isEmpty, isKnown {
            return answer(device, good: true, "read already")
        }
        switch layer(codes, layers: layers, station: station, batch: batch) {
        case .success(let items):
            packing[station].items += items
            packing[station].lastLayer = Set(codes)
            for item in items { looseUnits.packed(item) }
            answer(device, good: true, "\(items.count) packed")
            collateFull()
        case .failure(let refusal): refusePacking(refusal.text, station, device)
        }
    }

    /// All of a layer lies in the container made last here: a packer that was not told so asks once more, as
    /// after a start.
    private func isInNewest(_ codes: [[UInt8]], _ station: Int, _ batch: Batch) -> Bool {
        let open = packing[station]
        guard open.items.isEmpty, open.readingAgain == nil,
            let newest = state.containers.lastIndex(where: { $0.station == open.station.name }),
            !state.containers[newest].isDissolved, codes.count <= state.containers[newest].count
        else { return false }
        return codes.allSatisfy { code in
            guard case .unit(let unit) = packScan(.code(code), of: batch), unit.mismatch(with: batch) == nil,
                let position = state.position(of: unit, batch)
            else { return false }
            return Int(state.unitPools[batch.pool].parents[position]) - 1 == newest
        }
    }

    /// The units of a layer, if it is as large as it must be and every one of them may go in.
    private mutating func layer(
        _ codes: [[UInt8]], layers: Int, station: Int, batch: Batch
    ) -> Result<[UInt32], Refusal> {
        let capacity = batch.order.packing[packing[station].station.level]
        let room = capacity - packing[station].items.count
        guard room > 0 else {
            return .failure(Refusal("PACK-110", "it is full and waits for its number", ""))
        }
        let expected = min(room, (capacity + layers - 1) / layers)
        guard codes.count == expected || (codes.count < expected && isAll(codes.count, station, batch)) else {
            let isEnd = batch.state == .completed || (batch.ending && batch.unitsOpen == 0)
            let loose = unpacked(station, batch)
            let left = codes.count < expected && isEnd ? "; \(loose) are in no container" : ""
            return .failure(
                Refusal("PACK-111", "the layer has \(codes.count) codes, not \(expected)\(left)", ""))
        }
        var items: [UInt32] = []
        for (index, code) in codes.enumerated() {
            let place = "code \(index + 1) of \(codes.count)"
            switch unitForPacking(packScan(.code(code), of: batch), station: station, batch: batch) {
            case .failure(let refusal):
                return .failure(Refusal(refusal.code, "\(place): \(refusal.text)", ""))
            case .success(let item):
                guard !items.contains(item) else {
                    return .failure(Refusal("PACK-105", "\(place): it stands twice in the layer", ""))
                }
                items.append(item)
            }
        }
        return .success(items)
    }

    /// So many units are all there is to a layer. At the end of a batch a layer in which a code could not be
    /// read looks like one that is not full: the last is told from it by all that is in no container.
    private func isAll(_ count: Int, _ station: Int, _ batch: Batch) -> Bool {
        // What is read again may hold less, and has its label printed again.
        guard packing[station].readingAgain == nil else { return true }
        guard batch.ending || batch.state == .completed else { return false }
        return batch.unitsOpen == 0 && count == unpacked(station, batch)
    }

    /// Good units of a batch that are neither in a container nor in the open one, nor out.
    private func unpacked(_ station: Int, _ batch: Batch) -> Int {
        batch.count(.commissioned) - batch.out.count
            - batch.packed[packing[station].station.level.index] - packing[station].items.count
    }

    // MARK: Re-parenting

    /// Whether the station takes items out of a container that holds them.
    func mayReparent(_ parent: Int, to station: Int) -> Bool {
        let container = state.containers[parent]
        return packing[station].station.reparents && !state.isShipped(parent) && !container.isDissolved
            && container.parent == 0 && !packing.contains { $0.readingAgain == parent }
    }

    /// Items that were read here and went elsewhere since, with or without their case, do not go in.
    ///
    /// - Returns: False if there were any: the container is not full then.
    mutating func dropLost(_ station: Int, batch: Int) -> Bool {
        guard packing[station].station.reparents, packsUnits(station, batch: batch) else { return true }
        let pool = state.batches[batch].pool
        let lost = packing[station].items.filter { item in
            let parent = Int(state.unitPools[pool].parents[Int(item)]) - 1
            return state.unitPools[pool].state(Int(item)) != .commissioned
                || (parent >= 0 && !mayReparent(parent, to: station))
        }
        guard !lost.isEmpty else { return true }
        packing[station].items.removeAll(where: lost.contains)
        let names = lost.compactMap { state.unitPools[pool].source[Int($0)] }.joined(separator: " ")
        hold(
            .packRefused, station: packing[station].station.name, "they went elsewhere meanwhile: \(names)",
            immediate: true, anew: true)
        return false
    }

    /// Takes items out of the containers that held them until now; one that holds nothing more is dissolved.
    mutating func takeFromOthers(_ items: [UInt32], station: PackStation, batch: Int) {
        guard station.reparents else { return }
        guard state.batches[batch].order.packing.content(of: station.level) == nil else { return }
        let pool = state.batches[batch].pool
        for item in items {
            let parent = Int(state.unitPools[pool].parents[Int(item)]) - 1
            guard parent >= 0, let serial = state.unitPools[pool].source[Int(item)] else { continue }
            let unit = NamedUnit(pool: pool, position: Int(item), batch: batch, serial: serial)
            let leaving =
                state.containers[parent].count == 1 ? .dissolving(parent) : Leaving.removed(from: parent)
            record(leaving, of: .unit(unit), "re-parented at \(station.name)", "")
        }
    }
}
