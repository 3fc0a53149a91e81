extension Line {
    /// What the journal says of a pool that comes to the line.
    func fact(of offer: PoolOffer, actor: String) -> PoolAdded {
        var fact = PoolAdded()
        fact.pool = offer.name
        fact.kind = offer.kind.rawValue
        fact.key = offer.key
        fact.alphabet = offer.plan?.alphabet ?? ""
        fact.market = offer.market
        fact.actor = actor
        switch offer.content {
        case .file(let sha256, let table):
            fact.file = sha256
            fact.count = table.count
        case .range(let prefix, let first, let count, let width):
            fact.prefix = prefix
            fact.first = first
            fact.count = count
            fact.width = width
        }
        return fact
    }

    /// Refuses serials that are not what their market asks for, or were drawn by a plan that leaves too
    /// little to chance, now that all pools are known.
    func checkRules(_ offer: PoolOffer) throws(Refusal) {
        if let plan = offer.plan, let fault = plan.fault(known: state.serialsKnown(ofGTIN: offer.key)) {
            throw fault
        }
        guard !offer.market.isEmpty else { return }
        guard let market = Market.named(offer.market), offer.kind != .sscc else {
            throw Refusal(
                "POOL-116", "there is no market \"\(offer.market)\" for this kind of numbers",
                "Use one of: \(Market.names).")
        }
        if let fault = market.fault(offer) { throw fault }
    }

    /// Refuses numbers that this line has or could have issued already.
    func checkOverlap(_ offer: PoolOffer) throws(Refusal) {
        switch (offer.kind, offer.content) {
        case (.sscc, .range(let prefix, let first, let count, _)):
            try checkSSCC(key: offer.key, prefix: prefix, first: first, count: count)
        case (.sscc, .file):
            throw Refusal("POOL-102", "SSCCs come as a range", "Give the first number and a count.")
        case (.printed, let content), (.preprinted, let content):
            guard GTINText.isValid(offer.key) else {
                throw Refusal(
                    "POOL-103", "GTIN \"\(offer.key)\" is not 14 digits with a right check digit",
                    "Correct the GTIN.")
            }
            try checkUnits(content, gtin: offer.key, comparedWith: offer.comparedWith)
        }
    }

    private func checkSSCC(key: String, prefix: String, first: UInt64, count: Int) throws(Refusal) {
        let digits = key.utf8.allSatisfy { (48...57).contains($0) }
        guard digits, (7...13).contains(key.utf8.count), prefix.isEmpty else {
            throw Refusal(
                "POOL-104", "\"\(key)\" is no extension digit with company prefix", "Give 7 to 13 digits.")
        }
        let last = try last(first, count)
        guard String(last).utf8.count <= 17 - key.utf8.count else {
            throw Refusal(
                "POOL-105", "serial reference \(last) does not fit behind \(key)", "Lower first or count.")
        }
        for pool in state.ssccPools
        where pool.key == key && pool.first <= last && first < pool.first + UInt64(pool.count) {
            throw Refusal("POOL-106", "pool \(pool.name) has some of these SSCCs", "Give a range nobody has.")
        }
        for pool in state.ssccPools
        where pool.key != key && (pool.key.hasPrefix(key) || key.hasPrefix(pool.key)) {
            throw Refusal(
                "POOL-106", "pool \(pool.name) has an overlapping prefix", "Use one prefix consistently.")
        }
    }

    private func last(_ first: UInt64, _ count: Int) throws(Refusal) -> UInt64 {
        guard (1...SerialTable.maxCount).contains(count) else {
            throw Refusal(
                "POOL-107", "\(count) numbers are out of range", "1 to \(SerialTable.maxCount) in a pool.")
        }
        let (last, overflow) = first.addingReportingOverflow(UInt64(count - 1))
        guard !overflow, last < UInt64.max else {
            throw Refusal("POOL-107", "the range passes the largest number", "Lower first or count.")
        }
        return last
    }

    private func checkUnits(
        _ content: PoolContent, gtin: String, comparedWith: Set<String>
    ) throws(Refusal) {
        let source: SerialSource
        switch content {
        case .file(_, let table):
            guard table.count > 0 else {
                throw Refusal("POOL-108", "the file has no serials", "Check the file.")
            }
            source = .list(table)
        case .range(let prefix, let first, let count, let width):
            let last = try last(first, count)
            guard prefix.isElementText, (1...20).contains(width), String(last).utf8.count <= width,
                prefix.utf8.count + width <= 20
            else {
                throw Refusal(
                    "POOL-109", "\"\(prefix)\" with numbers of \(width) digits up to \(last) is no serial",
                    "At most 20 characters of GS1 set 82, with room for the last number.")
            }
            source = .range(prefix: prefix, first: first, count: count, width: width)
        }
        for pool in state.unitPools where pool.gtin == gtin {
            if let file = pool.storedFile, !comparedWith.contains(file) {
                throw Refusal(
                    "POOL-111", "the serials were not compared with those of pool \(pool.name)",
                    "Import them again.")
            }
            if let serial = pool.source.first(sharedWith: source) {
                throw .shared(serial, with: pool.name)
            }
        }
    }
}

extension LineState {
    /// Serials of a GTIN in all pools, used or not, whatever became of them.
    package func serialsKnown(ofGTIN gtin: String) -> Int {
        unitPools.filter { $0.gtin == gtin }.reduce(0) { $0 + $1.count }
    }
}

extension Refusal {
    /// A serial was offered that a pool has already.
    package static func shared(_ serial: String, with pool: String) -> Refusal {
        Refusal("POOL-110", "serial \(serial) is in pool \(pool) already", "Import new serials only.")
    }
}

extension SerialTable {
    /// The first of these serials that is one of a range.
    package func first(in content: PoolContent) -> String? {
        guard let range = SerialSource(rangeIn: content) else { return nil }
        for position in 0..<self.count {
            if let serial = self[position], range.position(of: serial) != nil { return serial }
        }
        return nil
    }

    /// Where the serials stand that are of a range.
    package func positions(in content: PoolContent) -> Set<Int> {
        guard let range = SerialSource(rangeIn: content) else { return [] }
        return Set((0..<count).filter { self[$0].map { range.position(of: $0) != nil } ?? false })
    }
}

extension SerialSource {
    fileprivate init?(rangeIn content: PoolContent) {
        guard case .range(let prefix, let first, let count, let width) = content,
            !first.addingReportingOverflow(UInt64(clamping: count)).overflow
        else { return nil }
        self = .range(prefix: prefix, first: first, count: count, width: width)
    }
}

extension SerialSource {
    /// A serial that both sources hold, or `nil`. Two ranges are compared by their ends, otherwise each
    /// serial of the smaller source is looked up in the larger.
    func first(sharedWith other: SerialSource) -> String? {
        if case .range(let prefix, let first, let count, let width) = self,
            case .range(let otherPrefix, let otherFirst, let otherCount, let otherWidth) = other,
            prefix == otherPrefix, width == otherWidth
        {
            let start = max(first, otherFirst)
            guard start < first + UInt64(count), start < otherFirst + UInt64(otherCount) else { return nil }
            return self[Int(start - first)]
        }
        let (small, large) = count <= other.count ? (self, other) : (other, self)
        for position in 0..<small.count {
            if let serial = small[position], large.position(of: serial) != nil { return serial }
        }
        return nil
    }
}

extension UnitPool {
    /// The range the serials are, where they are one.
    package var range: PoolContent? {
        guard case .range(let prefix, let first, let count, let width) = source else { return nil }
        return .range(prefix: prefix, first: first, count: count, width: width)
    }
}
