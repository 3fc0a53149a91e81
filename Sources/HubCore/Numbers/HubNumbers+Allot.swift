// The OPEN-SCS verbs: request, confirm, return.

extension HubNumbers {
    mutating func allot(
        _ caller: LineCaller, pool name: String, count: UInt64, token: String
    ) throws(HubRefusal) -> NumberAnswer {
        let entry = try check(caller)
        if let stopped = state.stopped { throw .stopped(stopped) }
        try HubText.checkName(token, "token")
        if let id = entry.tokens[token], let allotment = entry.allotments[id] {
            return try again(allotment, pool: name, count: count)
        }
        guard let pool = state.pools[name] else { throw .unknown(pool: name) }
        try check(caller.line, mayDrawOn: pool, named: name)
        try checkCount(count, of: pool, named: name)
        if let gtin = pool.key.gtin { try checkDensity(of: gtin, pool: pool, named: name, adding: count) }
        guard entry.unconfirmed.count < limits.unconfirmed else {
            throw HubRefusal(
                .tooManyUnconfirmed,
                "line \(caller.line) has not confirmed \(entry.unconfirmed.count) allotments",
                "Confirm or return them first; a report names them.")
        }
        try check(entry.allotments.count, below: limits.allotmentsPerLine, "allotments")
        var made = AllotmentMade()
        made.number = state.lastAllotment + 1
        made.line = caller.line
        made.pool = name
        made.range = PositionRange(first: pool.next, count: count)
        made.token = token
        record(.allotted(made))
        let id = AllotmentID(generation: state.generation, number: made.number)
        let block = AllottedBlock(
            id: id, pool: name, key: pool.key, range: made.range, source: pool.source)
        return .allotted(block, generation: state.generation)
    }

    /// The same answer to the same token.
    private func again(
        _ allotment: Allotment, pool: String, count: UInt64
    ) throws(HubRefusal) -> NumberAnswer {
        guard allotment.pool == pool, allotment.range.count == count,
            let block = state.block(of: allotment)
        else {
            throw HubRefusal(
                .tokenReused,
                "with this token the line asked for \(allotment.range.count) numbers of "
                    + "pool \(allotment.pool)",
                "Use a new token for another request.")
        }
        return .allotted(block, generation: state.generation)
    }

    private func check(
        _ line: String, mayDrawOn pool: NumberPool, named name: String
    ) throws(HubRefusal) {
        guard pool.admits(line) else {
            throw HubRefusal(
                .lineNotAllowed, "pool \(name) is for \(pool.lines.count) other lines",
                "Ask for numbers of a pool that admits line \(line).")
        }
        guard !pool.isClosed else {
            throw HubRefusal(.poolClosed, "pool \(name) is closed", "Make another pool.")
        }
        let awaited = state.awaited(for: pool)
        guard awaited.isEmpty else {
            throw .waits("pool \(name)", for: awaited, generation: state.generation)
        }
    }

    private func checkCount(
        _ count: UInt64, of pool: NumberPool, named name: String
    ) throws(HubRefusal) {
        guard count > 0, count <= limits.requestNumbers else {
            throw HubRefusal(
                .badCount, "\(count) numbers are out of range",
                "Ask for 1 to \(limits.requestNumbers) at once.")
        }
        guard count <= pool.figures.free else {
            throw HubRefusal(
                .insufficientNumbers,
                "pool \(name) has \(pool.figures.free) numbers left, \(count) were asked for",
                "Ask for fewer, or add a pool.")
        }
    }

    /// Refuses numbers by which a guess would hit likelier than the product allows.
    func checkDensity(
        of gtin: String, pool: NumberPool, named name: String, adding count: UInt64
    ) throws(HubRefusal) {
        guard let product = state.products[gtin] else { throw .unknown(gtin: gtin) }
        let issued = state.issued(of: gtin)
        let (total, overflow) = issued.addingReportingOverflow(count)
        // Whoever guesses picks the smallest space; serials of one length may lie in each other's.
        let spaces = [pool.source] + state.pools.values.filter { $0.key.gtin == gtin }.map(\.source)
        let isSparse = spaces.allSatisfy { space in
            guard space.kind != .range, space.lengths.overlaps(pool.source.lengths) else { return true }
            return SerialSpace.isSparse(
                issued: overflow ? .max : total, guesses: product.guesses, radix: space.alphabet.utf8.count,
                length: space.lengths.lowerBound)
        }
        guard !isSparse else { return }
        throw HubRefusal(
            .tooDense,
            "of serials like those of pool \(name) the product would have \(count) new ones and \(issued) "
                + "known ones: a guess hits one at least once in \(product.guesses)",
            roomier(than: pool.source, issued: overflow ? .max : total, guesses: product.guesses))
    }

    private func roomier(than source: NumberSource, issued: UInt64, guesses: UInt64) -> String {
        let longer = source.length < NumberSource.maxLength ? source.length + 1...NumberSource.maxLength : nil
        let enough = longer?.first {
            SerialSpace.isSparse(
                issued: issued, guesses: guesses, radix: source.alphabet.utf8.count, length: $0)
        }
        return enough.map { "Make a pool of serials of \($0) characters or more." }
            ?? "Make a pool of longer serials with an alphabet of more characters."
    }

    mutating func confirm(_ caller: LineCaller, _ id: AllotmentID) throws(HubRefusal) -> NumberAnswer {
        let allotment = try allotment(id, of: caller)
        if !allotment.confirmed {
            record(.allotmentConfirmed(AllotmentNamed(line: caller.line, id: id)))
        }
        return .confirmed(id)
    }

    mutating func giveBack(
        _ caller: LineCaller, _ id: AllotmentID, _ ranges: [PositionRange]
    ) throws(HubRefusal) -> NumberAnswer {
        guard (1...limits.ranges).contains(ranges.count) else {
            throw HubRefusal(
                .badCount, "\(ranges.count) ranges are given back", "Give back 1 to \(limits.ranges) at once."
            )
        }
        let allotment = try allotment(id, of: caller)
        var all = allotment.returned
        for range in ranges {
            guard range.count > 0, !range.first.addingReportingOverflow(range.count).overflow,
                allotment.range.contains(range)
            else {
                throw HubRefusal(
                    .notOfAllotment,
                    "positions given back are not of allotment \(id.text), which has "
                        + "\(allotment.range.count) from \(allotment.range.first)",
                    "Give back positions of the allotment.")
            }
            all.insert(range)
        }
        try check(all.count, below: limits.ranges + 1, "ranges given back of one allotment")
        if !allotment.confirmed {
            record(.allotmentConfirmed(AllotmentNamed(line: caller.line, id: id)))
        }
        if all != allotment.returned {
            record(.numbersReturned(NumbersReturned(line: caller.line, id: id, ranges: ranges)))
        }
        return .returned(id, ranges)
    }

    /// The line's own allotment; one the hub does not hold stops it.
    private mutating func allotment(_ id: AllotmentID, of caller: LineCaller) throws(HubRefusal) -> Allotment
    {
        try HubText.checkName(id.generation, "generation")
        let entry = try check(caller)
        guard let allotment = entry.allotments[id] else {
            _ = stop(caller.line, "named allotment \(id.text), which this hub does not hold for it")
            throw HubRefusal(
                .notHeld, "line \(caller.line) has no allotment \(id.text) here; all allotting has stopped",
                "See which data the hub runs on, then begin a generation: "
                    + "seriatim-hub restore --by NAME --reason TEXT.")
        }
        return allotment
    }
}

extension HubRefusal {
    static func unknown(pool: String) -> HubRefusal {
        HubRefusal(.poolUnknown, "there is no pool of this name", "Make the pool, or correct its name.")
    }

    static func unknown(gtin: String) -> HubRefusal {
        HubRefusal(.productUnknown, "the hub knows no product of this GTIN", "Define the product first.")
    }

    static func waits(_ what: String, for lines: [String], generation: String) -> HubRefusal {
        let named = lines.prefix(NumberLimits.namesInText).joined(separator: ", ")
        return HubRefusal(
            .waitsForLines,
            "\(what) waits for \(lines.count) lines to report to generation \(generation): \(named)"
                + (lines.count > NumberLimits.namesInText ? ", ..." : ""),
            "Connect these lines, or retire those that will not come back: "
                + "seriatim-hub retire LINE --by NAME --reason TEXT.")
    }
}
