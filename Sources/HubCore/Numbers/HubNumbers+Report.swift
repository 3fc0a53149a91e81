// What lines show, and what the hub makes of it.

extension HubNumbers {
    mutating func take(_ report: LineReport) throws(HubRefusal) -> NumberAnswer {
        try checkStarted()
        let line = report.caller.line
        guard let entry = state.lines[line] else { throw .unknown(line: line) }
        guard report.to == state.generation else {
            throw .reportFirst(to: state.generation)
        }
        try check(report, of: entry)
        if let unheard = report.past.first(where: { isUnheard($0, from: entry) }) {
            _ = stop(line, "showed generation \(unheard), which this hub never had")
        }
        let expected = expectsUnknown(from: entry)
        for shown in report.shown { adopt(shown, of: line, expected: expected) }
        guard !entry.isRetired else { throw .retired(line: line) }
        guard isComplete(report) else { return .partTaken(report.part) }
        voidUnseen(by: line)
        let lost = Set(report.past).subtracting(state.lostGenerations).subtracting(state.generations)
        if entry.reportedTo != report.to || !lost.isEmpty {
            record(.lineReported(LineReported(line: line, generation: report.to, lost: lost.sorted())))
        }
        return .reported(
            generation: report.to, attempt: report.attempt, unconfirmed: unconfirmed(of: line))
    }

    /// What earlier generations gave the line and it does not show, now that it has shown everything: it
    /// never had it, and never will, as it takes nothing of a generation it has left. Offered again it could
    /// be numbers that a generation this hub has lost gave to somebody since.
    private mutating func voidUnseen(by line: String) {
        let unseen = (state.lines[line]?.unconfirmed ?? []).filter { $0.generation != state.generation }
        for id in unseen { record(.allotmentVoided(AllotmentNamed(line: line, id: id))) }
    }

    /// What the line was given and has not said it has, but for what another line holds too.
    private func unconfirmed(of line: String) -> [ShownAllotment] {
        guard let entry = state.lines[line] else { return [] }
        return entry.unconfirmed.compactMap { id in
            guard let allotment = entry.allotments[id], let block = state.block(of: allotment),
                state.pools[block.pool]?.isInConflict(block.range) == false
            else { return nil }
            return ShownAllotment(block: block, token: allotment.token)
        }
    }

    private mutating func isComplete(_ report: LineReport) -> Bool {
        let line = report.caller.line
        var parts = self.parts[line] ?? ReportParts(attempt: report.attempt, parts: report.parts)
        if parts.attempt != report.attempt || parts.parts != report.parts {
            parts = ReportParts(attempt: report.attempt, parts: report.parts)
        }
        parts.come.insert(report.part)
        let isComplete = parts.come.count == parts.parts
        self.parts[line] = isComplete ? nil : parts
        return isComplete
    }

    // MARK: Judging

    private func check(_ report: LineReport, of entry: LineEntry) throws(HubRefusal) {
        guard (1...limits.parts).contains(report.parts), (1...report.parts).contains(report.part),
            report.shown.count <= limits.shownPerPart
        else {
            throw .badReport(
                "part \(report.part) of \(report.parts) with \(report.shown.count) allotments",
                "Report in at most \(limits.parts) parts of at most \(limits.shownPerPart) allotments.")
        }
        guard HubText.isName(report.attempt), report.past.count <= limits.generations,
            report.past.allSatisfy(HubText.isName)
        else {
            throw .badReport(
                "the attempt or a generation is no name, or they are many", "Correct the report.")
        }
        for (place, shown) in report.shown.enumerated() {
            guard isSound(shown) else {
                throw .badReport("allotment \(place + 1) of the part is none", "Correct the report.")
            }
        }
        let news = Set(report.shown.map(\.block.id)).filter { entry.allotments[$0] == nil }.count
        try check(entry.allotments.count + news, below: limits.allotmentsPerLine + 1, "allotments")
        let pools = Set(report.shown.map { state.poolName(for: $0.block) })
            .filter { state.pools[$0] == nil }.count
        // Room to adopt where no more may be made.
        try check(state.pools.count + pools, below: limits.pools * 2 + 1, "pools")
    }

    private func isSound(_ shown: ShownAllotment) -> Bool {
        let block = shown.block
        return HubText.isName(block.id.generation) && HubText.isName(block.pool)
            && (shown.token.isEmpty || HubText.isName(shown.token)) && block.key.isSound
            && sourceFault(block.source, key: block.key) == nil
            && block.range.isSound(within: block.source.count) && shown.returned.count <= limits.ranges
            && shown.returned.allSatisfy {
                $0.isSound(within: block.source.count) && block.range.contains($0)
            }
    }

    // MARK: Adopting

    private mutating func adopt(_ shown: ShownAllotment, of line: String, expected: Bool) {
        let block = shown.block
        let pool = state.poolName(for: block)
        let known = state.lines[line]?.allotments[block.id]
        if known != nil, state.pools[pool]?.isHeld(block.range, by: line) == true {
            if let known, !known.confirmed, known.range == block.range {
                record(.allotmentConfirmed(AllotmentNamed(line: line, id: block.id)))
                if state.pools[pool]?.isInConflict(block.range) == true {
                    _ = stop(
                        line, "showed allotment \(block.id.text) of pool \(pool), some of which another holds"
                    )
                }
            }
        } else {
            take(shown, of: line, into: pool, expected: expected)
        }
        giveBack(shown, of: line, pool: pool)
    }

    private mutating func take(
        _ shown: ShownAllotment, of line: String, into pool: String, expected: Bool
    ) {
        let block = shown.block
        let isNew = state.pools[pool] == nil
        let holders = state.pools[pool]?.blocks(of: block.range, but: line) ?? []
        record(
            .allotmentAdopted(
                AllotmentAdopted(
                    line: line, id: block.id, pool: pool, key: block.key, source: block.source,
                    range: block.range, token: shown.token)))
        let what = "showed allotment \(block.id.text) of pool \(pool), \(block.range.count) numbers"
        if let holder = holders.first(where: { !isOpen($0) }) {
            _ = stop(line, "\(what), some of which line \(holder.line) holds")
        } else if !expected {
            _ = stop(line, "\(what), which this hub does not hold")
        }
        // A pool nobody expected may hold numbers of those made since: none of these is drawn on any more.
        guard isNew, !expected else { return }
        for name in state.pools.keys.sorted() {
            guard let other = state.pools[name], other.key == block.key, !other.isClosed else { continue }
            record(
                .poolClosed(
                    PoolClosed(
                        pool: name, reason: "line \(line) showed numbers of \(pool), a pool unknown here")))
        }
    }

    /// Whether it is still to be seen that the line has it: the report this hub waits for will tell.
    private func isOpen(_ block: PoolBlock) -> Bool {
        state.awaited.contains(block.line) && block.id.generation != state.generation
            && state.lines[block.line]?.allotments[block.id]?.confirmed == false
    }

    private mutating func giveBack(_ shown: ShownAllotment, of line: String, pool: String) {
        guard let known = state.lines[line]?.allotments[shown.block.id], known.pool == pool,
            known.range == shown.block.range
        else { return }
        let news = shown.returned.filter { !$0.subtracting(known.returned).isEmpty }
        guard !news.isEmpty else { return }
        record(.numbersReturned(NumbersReturned(line: line, id: known.id, ranges: news)))
    }
}

extension HubRefusal {
    static func badReport(_ text: String, _ remedy: String) -> HubRefusal {
        HubRefusal(.badReport, text, remedy)
    }
}
