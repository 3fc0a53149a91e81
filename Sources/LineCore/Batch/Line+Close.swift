extension Line {
    /// Closes a completed batch: what has no end and what is in no container is listed, the rest given back.
    mutating func close(
        _ name: String, reason: String?, deviation: String?, by authority: Authority
    ) throws(Refusal) -> String {
        let index = try completed(name, remedy: "Complete it first: seriatim batch complete.")
        try checkOlderJournal()
        try checkContainers()
        let remainder = remainder(of: index)
        let orphans = orphans(of: index)
        let points = openPoints(of: index)
        let isComplete = remainder.isEmpty && orphans.isEmpty && points.isEmpty
        if !isComplete, !(reason ?? "").saysSomething || !(deviation ?? "").saysSomething {
            if !remainder.isEmpty { throw Self.refusal(remainder: remainder) }
            throw orphans.isEmpty ? Self.refusal(points) : Self.refusal(orphans)
        }
        if !isComplete {
            let act = "close a batch with a remainder"
            try permit(LineCommand.Verb.remainderPermission, to: act, by: authority)
        }
        let parts = Self.parts(remainder)
        for part in parts.dropLast() { list(.remainderListed(RemainderListed(batch: name, serials: part))) }
        for part in Self.parts(orphans.units + orphans.out) {
            list(.orphansListed(OrphansListed(batch: name, serials: part)))
        }
        for part in Self.parts(orphans.containers) {
            list(.orphansListed(OrphansListed(batch: name, ssccs: part)))
        }
        giveUpOpened(of: index, actor: authority.name)
        giveBackUnsent(of: state.batches[index], kills: state.batches[index].order.unused == .kill)
        record(
            .batchClosed(
                BatchClosed(
                    batch: name, actor: authority.name, reason: isComplete ? "" : reason ?? "",
                    deviation: isComplete ? "" : deviation ?? "",
                    remainder: parts.last ?? [], orphans: orphans.count, open: points)))
        // A container that is still being read again has left memory with its batch.
        packing = emptyStations
        act(.checkpoint)
        return "batch \(name) is closed"
    }

    /// Serials that were reserved and never sent: another batch may have them, or nobody.
    mutating func giveBackUnsent(of batch: Batch, kills: Bool) {
        guard state.unitPools[batch.pool].figures.unsent > 0 else { return }
        let unsent = state.unitPools[batch.pool].unsent
        record(kills ? .serialsKilled(unsent) : .serialsReturned(unsent))
    }

    private func checkOlderJournal() throws(Refusal) {
        if isVerifyingJournal {
            throw Refusal(
                "BATCH-146", "the part of the journal that the start did not read is still being verified",
                "Wait until seriatim status no longer says so, then close it again.")
        }
        if let alarm = state.active(.olderJournal) {
            throw Refusal(
                "BATCH-144", "the journal is damaged: \(alarm.detail)", AlarmCause.olderJournal.remedy)
        }
    }

    /// A list can be longer than the journal takes at once.
    private mutating func list(_ part: LineRecord) {
        record(part)
        cut()
    }

    /// The index of a batch of this line.
    func knownBatch(_ name: String) throws(Refusal) -> Int {
        guard let index = state.batch(named: name) else {
            throw Refusal("BATCH-111", "there is no batch \(name)", "seriatim batch show lists them.")
        }
        return index
    }

    /// The index of a completed batch.
    private func completed(_ name: String, remedy: String) throws(Refusal) -> Int {
        let index = try knownBatch(name)
        let batch = state.batches[index]
        switch batch.state {
        case .completed: return index
        case .closed:
            throw Refusal("BATCH-140", "batch \(name) is closed", "Nothing of a closed batch can be changed.")
        case .running, .held:
            guard batch.ending else { throw Refusal("BATCH-140", "batch \(name) is \(batch.state)", remedy) }
            throw Refusal(
                "BATCH-140", "batch \(name) is ending: units are still on the line",
                batch.hold == nil
                    ? "Let the belt run until the line is empty." : "Resume it: seriatim batch resume.")
        case .suspended:
            throw Refusal(
                "BATCH-140", "batch \(name) is suspended", "Go on with it: seriatim batch start \(name).")
        case .waiting, .ready:
            throw Refusal(
                "BATCH-140", "batch \(name) was never started", "Start it: seriatim batch start \(name).")
        }
    }

    private static func refusal(remainder: [String]) -> Refusal {
        Refusal(
            "BATCH-141", "\(remainder.count) serials have no end: \(start(of: remainder))",
            "Scrap what is in doubt (seriatim batch scrap), or close with --reason and --deviation.")
    }

    private static func refusal(_ orphans: Orphans) -> Refusal {
        var texts: [String] = []
        if !orphans.units.isEmpty {
            texts.append("good units in no container: \(orphans.units.count) (\(start(of: orphans.units)))")
        }
        if !orphans.out.isEmpty {
            texts.append(
                "units out for in-process control: \(orphans.out.count) (\(start(of: orphans.out)))")
        }
        if !orphans.containers.isEmpty {
            texts.append(
                "containers in no other: \(orphans.containers.count) (\(start(of: orphans.containers)))")
        }
        return Refusal(
            "BATCH-145", texts.joined(separator: "; "),
            "Bring back what is out, pack all and close the partial, or close with --reason and --deviation.")
    }

    private static func start(of list: [String]) -> String {
        list.prefix(20).joined(separator: " ") + (list.count > 20 ? " ..." : "")
    }

    private func checkContainers() throws(Refusal) {
        try checkNothingOpen()
        guard let waiting = (state.transit.joined() + state.unproved).first else { return }
        throw Refusal(
            "BATCH-143", "the label of \(state.containers[waiting].sscc) was not read back",
            "Read the label, or print it again and read that.")
    }

    // MARK: What has no end, and what has no place

    /// Serials of a batch without a final state, but for those that are returned when it is closed.
    private func remainder(of batch: Int) -> [String] {
        serials(of: batch) { state, _ in !state.isFinal && state != .allocated }
    }

    /// Good items of a batch that this line packs and that are in no container.
    private func orphans(of batch: Int) -> Orphans {
        var orphans = Orphans()
        let plan = state.batches[batch].order.packing
        let packed = Set(configuration.packing.map(\.level)).filter(plan.has)
        orphans.out = takenOut(of: state.batches[batch])
        if packed.contains(where: { plan.content(of: $0) == nil }) {
            let out = Set(orphans.out)
            orphans.units = serials(of: batch) { state, parent in state == .commissioned && parent == 0 }
                .filter { !out.contains($0) }
        }
        let opened = Set(state.opened.map { state.containers[$0].sscc })
        orphans.containers = state.containers.filter {
            $0.batch == batch && !opened.contains($0.sscc)
                && plan.holder(of: $0.level).map(packed.contains) == true && $0.parent == 0
                && !$0.isDissolved && !$0.isShipped
        }.map(\.sscc)
        return orphans
    }

    /// Ends every good unit of a completed batch that is in no container.
    mutating func endOrphans(
        of name: String, as end: UnitEnd, reason: String, actor: String
    ) throws(Refusal) -> String {
        let index = try completed(name, remedy: "Complete it first: seriatim batch complete.")
        let why = try self.reason(reason, for: end.act)
        guard end.mayFollow(.commissioned) else {
            throw Refusal(
                "BATCH-153", "good units cannot be \(end.state.word)", "Decommission, destroy or sample them."
            )
        }
        try checkNothingOpen()
        let units = orphans(of: index).units
        guard !units.isEmpty else {
            throw Refusal("BATCH-154", "no good unit of batch \(name) is loose", "There is nothing to end.")
        }
        for serial in units {
            list(
                .unitEnded(
                    UnitEnded(batch: name, serial: serial, end: end.rawValue, reason: why, actor: actor)))
        }
        return "\(units.count) loose units are \(end.state.word)"
    }

    private func serials(of batch: Int, where isWanted: (SerialState, UInt32) -> Bool) -> [String] {
        let pool = state.unitPools[state.batches[batch].pool]
        return pool.positions(ofBatch: batch).compactMap { position in
            isWanted(pool.state(position), pool.parents[position]) ? pool.source[position] : nil
        }
    }

    /// A hundred serials a line keep every line short enough for any reader.
    private static func parts(_ serials: [String]) -> [[String]] {
        stride(from: 0, to: serials.count, by: 100).map { start in
            Array(serials[start..<min(start + 100, serials.count)])
        }
    }

    /// Gives the serials in doubt of a completed batch their end.
    mutating func scrap(_ name: String, reason: String, actor: String) throws(Refusal) -> String {
        let index = try knownBatch(name)
        if state.batches[index].state != .suspended {
            _ = try completed(name, remedy: "Serials may still be read; complete it first.")
        }
        guard reason.saysSomething else {
            throw Refusal("BATCH-151", "a reason is missing", "Add --reason TEXT.")
        }
        let serials = remainder(of: index)
        for part in Self.parts(serials) {
            list(.inDoubtScrapped(InDoubtScrapped(batch: name, serials: part, reason: reason, actor: actor)))
        }
        return "\(serials.count) serials in doubt are scrapped"
    }
}

extension String {
    /// More than blanks: a reason that can be read.
    var saysSomething: Bool { unicodeScalars.contains { !$0.properties.isWhitespace } }
}

/// Good items that are in no container though the line packs their level.
private struct Orphans {
    /// Serials of units.
    var units: [String] = []
    /// SSCCs of containers.
    var containers: [String] = []
    /// Serials of units that were taken out and did not come back, on any line.
    var out: [String] = []

    var count: Int { units.count + containers.count + out.count }
    var isEmpty: Bool { count == 0 }
}
