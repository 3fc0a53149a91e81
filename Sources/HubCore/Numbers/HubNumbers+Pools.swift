import GS1

// Products and pools: what may be made.

extension NumberSource {
    /// Longest serial, AI (21).
    package static let maxLength = SerialNumber.maxLength
    /// Random orders of smaller spaces could be found out by trying.
    package static let leastRandomSpace: UInt64 = 1_000_000
}

extension HubNumbers {
    mutating func define(_ product: Product, by: String) throws(HubRefusal) -> NumberAnswer {
        try HubText.checkPerson(by)
        guard NumberKey.gtin(product.gtin).isSound else {
            throw HubRefusal(
                .badKey, "the GTIN is not 14 digits with a right check digit", "Correct the GTIN.")
        }
        guard HubText.isSentence(product.name), product.market.isEmpty || HubText.isName(product.market)
        else {
            throw HubRefusal(
                .badText, "name or market of the product has no or too many characters",
                "Give a name of 1 to \(NumberLimits.reasonBytes) bytes.")
        }
        let characters = product.characters.utf8
        guard characters.allSatisfy(CharacterSet.cset82.contains), Set(characters).count == characters.count,
            characters.isEmpty || characters.count > 1,
            1 <= product.shortest, product.shortest <= product.longest,
            product.longest <= NumberSource.maxLength
        else {
            throw HubRefusal(
                .badRules,
                "\(characters.count) characters and lengths \(product.shortest) to \(product.longest) "
                    + "are no rules of serials",
                "Name each character of GS1 set 82 once, and lengths of 1 to \(NumberSource.maxLength).")
        }
        guard let known = state.products[product.gtin] else {
            try check(state.products.count, below: limits.products, "products")
            record(.productDefined(ProductDefined(product: product, actor: by)))
            return .done
        }
        guard known != product else { return .done }
        guard
            known.hasRules(of: product)
                || !state.pools.values.contains(where: { $0.key.gtin == product.gtin })
        else {
            throw HubRefusal(
                .productFixed, "the product has pools, and its rules differ from those given",
                "Give the rules it has; only its name may change.")
        }
        record(.productDefined(ProductDefined(product: product, actor: by)))
        return .done
    }

    mutating func close(_ name: String, by: String, reason: String) throws(HubRefusal) -> NumberAnswer {
        try HubText.checkPerson(by, reason: reason)
        guard let pool = state.pools[name] else { throw .unknown(pool: name) }
        if !pool.isClosed { record(.poolClosed(PoolClosed(pool: name, actor: by, reason: reason))) }
        return .done
    }

    mutating func add(
        _ offer: PoolOffer, lists: [SerialList], by: String
    ) throws(HubRefusal) -> NumberAnswer {
        try checkStarted()
        try HubText.checkPerson(by)
        if let stopped = state.stopped { throw .stopped(stopped) }
        guard state.awaited.isEmpty else {
            // What they hold of pools that are lost is not known yet.
            throw .waits("making a pool", for: state.awaited.sorted(), generation: state.generation)
        }
        try HubText.checkName(offer.name, "pool")
        guard offer.key.isSound else {
            throw HubRefusal(
                .badKey, "the key is no GTIN with a right check digit, nor extension digit with prefix",
                "Give 14 digits for serials, 7 to 13 for SSCCs.")
        }
        try checkLines(offer.lines)
        if let fault = sourceFault(offer.source, key: offer.key) { throw fault }
        if let pool = state.pools[offer.name] {
            if !pool.isAdopted, pool.isOf(offer.key, offer.source), pool.lines == offer.lines { return .done }
            guard pool.isAdopted, pool.isOf(offer.key, offer.source) else {
                throw HubRefusal(
                    .poolExists, "there is a pool \(offer.name) with other numbers or lines",
                    "Give the pool a name that no pool had.")
            }
        } else {
            try check(state.pools.count, below: limits.pools, "pools")
        }
        if let gtin = offer.key.gtin {
            guard let product = state.products[gtin] else { throw .unknown(gtin: gtin) }
            try check(offer, against: product)
        }
        try checkOverlap(offer, lists: lists)
        record(
            .poolAdded(
                PoolAdded(
                    pool: offer.name, key: offer.key, source: offer.source, lines: offer.lines, actor: by)))
        return .done
    }

    private func checkLines(_ lines: [String]) throws(HubRefusal) {
        try check(lines.count, below: limits.lines + 1, "lines")
        for line in lines {
            try HubText.checkName(line, "line")
            guard state.lines[line]?.isRetired != true else { throw .retired(line: line) }
        }
        guard Set(lines).count == lines.count else {
            throw HubRefusal(.badText, "a line is named twice", "Name each line once.")
        }
    }

    // MARK: What is no source at all

    /// What is wrong with a source whoever it is for; `nil` if nothing is. Nothing a source without fault
    /// says leads out of the range of a number.
    func sourceFault(_ source: NumberSource, key: NumberKey) -> HubRefusal? {
        guard source.count > 0, source.count <= limits.poolNumbers else {
            return .bad("\(source.count) numbers are out of range", "1 to \(limits.poolNumbers) in a pool.")
        }
        switch (source.kind, key) {
        case (.range, .gtin):
            let room = NumberSource.maxLength - source.prefix.utf8.count
            guard source.prefix.utf8.allSatisfy(CharacterSet.cset82.contains), room >= 1,
                (1...room).contains(source.width), isWithin(source)
            else {
                return .bad(
                    "prefix and numbers of \(source.width) digits are no serials, or too few for "
                        + "\(source.count) numbers",
                    "At most \(NumberSource.maxLength) characters of GS1 set 82, with room for the last.")
            }
        case (.range, .sscc(let digits)):
            guard source.prefix.isEmpty, source.width == 17 - digits.utf8.count, isWithin(source) else {
                return .bad(
                    "serial references of \(source.width) digits from \(source.first) do not fit behind "
                        + "\(digits.utf8.count) digits",
                    "Use 17 digits in all, with room for the last number.")
            }
        case (.random, .gtin): return randomFault(source)
        case (.list, .gtin):
            guard HubText.isHex(source.file, digits: 64),
                source.count <= UInt64(clamping: limits.listSerials),
                1 <= source.shortest, source.shortest <= source.length,
                source.length <= NumberSource.maxLength, (1...82).contains(source.alphabet.utf8.count),
                source.alphabet.utf8.allSatisfy(CharacterSet.cset82.contains)
            else {
                return .bad(
                    "a file of \(source.count) serials is not named by its SHA-256, or holds what "
                        + "is no serial",
                    "Upload at most \(limits.listSerials) serials and name the file by 64 digits.")
            }
        case (.random, .sscc), (.list, .sscc):
            return .bad("SSCCs come as a range", "Give the first number and a count.")
        }
        return nil
    }

    /// Whether the last number of a range still has its digits.
    private func isWithin(_ source: NumberSource) -> Bool {
        let (last, overflow) = source.first.addingReportingOverflow(source.count - 1)
        return !overflow && last < .max && String(last).utf8.count <= source.width
    }

    private func randomFault(_ source: NumberSource) -> HubRefusal? {
        let radix = source.alphabet.utf8.count
        guard source.alphabet.utf8.allSatisfy(CharacterSet.cset82.contains),
            (2...NumberSource.maxLength).contains(source.length), source.permutation != nil
        else {
            return .bad(
                "\(radix) characters, length \(source.length) and the secret make no random order",
                "Name 2 to 82 characters of GS1 set 82 once each, 2 to 20 places, 32 digits of secret.")
        }
        let space = SerialSpace.size(radix: radix, length: source.length) ?? .max
        guard space >= NumberSource.leastRandomSpace, source.count <= space else {
            return .bad(
                "there are \(space) serials of \(source.length) characters, \(source.count) are wanted",
                "Use longer serials: at least \(NumberSource.leastRandomSpace) must be possible.")
        }
        return nil
    }

    // MARK: What the product does not allow

    private func check(_ offer: PoolOffer, against product: Product) throws(HubRefusal) {
        let lengths = offer.source.lengths
        guard product.shortest <= lengths.lowerBound, lengths.upperBound <= product.longest else {
            throw .againstRules(
                "serials have \(lengths.lowerBound) to \(lengths.upperBound) characters, the product's "
                    + "\(product.shortest) to \(product.longest)",
                "Use serials of the product's lengths.")
        }
        let used = offer.source.kind == .range ? offer.source.prefix + "0123456789" : offer.source.alphabet
        let allowed = product.characters.utf8
        guard allowed.isEmpty || used.utf8.allSatisfy(allowed.contains) else {
            throw .againstRules(
                "serials have characters that serials of the product have not",
                "Use the product's characters: \(product.characters).")
        }
        guard product.guesses == 0 || offer.source.kind != .range else {
            throw .againstRules(
                "numbers that follow each other can be guessed", "Make a pool of random serials.")
        }
        if offer.source.kind == .random, state.pools[offer.name] == nil {
            let pool = NumberPool(key: offer.key, source: offer.source, lines: [], isAdopted: false)
            try checkDensity(of: product.gtin, pool: pool, named: offer.name, adding: offer.source.count)
        }
    }

    // MARK: What another pool holds already

    private func checkOverlap(_ offer: PoolOffer, lists: [SerialList]) throws(HubRefusal) {
        let others = state.pools.keys.sorted().filter { $0 != offer.name }
        guard case .gtin = offer.key else {
            for name in others {
                guard let pool = state.pools[name], let theirs = ssccs(pool.key, pool.source),
                    let ours = ssccs(offer.key, offer.source), ours.overlap(theirs) != nil
                else { continue }
                throw .shared(with: name)
            }
            return
        }
        let own = try ownList(of: offer, in: lists)
        let ownSerials = try own.map { (list) throws(HubRefusal) in try serials(list) }
        for name in others {
            guard let pool = state.pools[name], pool.key == offer.key else { continue }
            if pool.source.kind == .list {
                guard let list = lists.first(where: { .list($0) == pool.source }) else {
                    throw HubRefusal(
                        .notCompared, "the numbers were not compared with those of pool \(name)",
                        "Upload the file of that pool again: its SHA-256 begins with "
                            + "\(pool.source.file.prefix(12))."
                    )
                }
                let shares = list.serials.contains {
                    ownSerials?.contains($0) ?? offer.source.holds($0.bytes)
                }
                if shares { throw .shared(with: name) }
            } else if let own {
                if own.serials.contains(where: { pool.source.holds($0.bytes) }) { throw .shared(with: name) }
            } else if pool.source.mayShare(generated: offer.source) {
                throw .shared(with: name)
            }
        }
    }

    /// SSCCs of a pool, without their check digit.
    private func ssccs(_ key: NumberKey, _ source: NumberSource) -> PositionRange? {
        guard case .sscc(let digits) = key, let prefix = UInt64(digits),
            let room = SerialSpace.size(radix: 10, length: source.width)
        else { return nil }
        // At most 17 digits in all, as judged.
        return PositionRange(first: prefix * room + source.first, count: source.count)
    }

    private func ownList(of offer: PoolOffer, in lists: [SerialList]) throws(HubRefusal) -> SerialList? {
        guard offer.source.kind == .list else { return nil }
        guard let list = lists.first(where: { $0.sha256 == offer.source.file }), .list(list) == offer.source
        else {
            throw .bad("the file of the pool is not there, or holds other serials", "Upload the file.")
        }
        return list
    }

    private func serials(_ list: SerialList) throws(HubRefusal) -> Set<SerialNumber> {
        var found = Set<SerialNumber>(minimumCapacity: list.serials.count)
        for (place, serial) in list.serials.enumerated() where !found.insert(serial).inserted {
            throw HubRefusal(
                .repeatedSerial, "serial \(place + 1) of the file stands in it before",
                "Have the file corrected where it comes from: nothing of it was taken.")
        }
        return found
    }
}

extension HubRefusal {
    static func bad(_ text: String, _ remedy: String) -> HubRefusal { HubRefusal(.badSource, text, remedy) }

    static func againstRules(_ text: String, _ remedy: String) -> HubRefusal {
        HubRefusal(.againstRules, text, remedy)
    }

    static func shared(with pool: String) -> HubRefusal {
        HubRefusal(
            .sharedNumbers, "pool \(pool) has or could have some of these numbers",
            "Give numbers that no pool has: another range, another file, or another length.")
    }
}
