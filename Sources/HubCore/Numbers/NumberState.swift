/// A line as the hub knows it.
package struct LineEntry: Equatable, Sendable {
    /// It draws no numbers any more.
    package var isRetired = false
    /// The generation it reported to last; empty for none.
    package var reportedTo = ""
    /// What it was given, or showed.
    package var allotments: [AllotmentID: Allotment] = [:]
    /// What it asked with, and what it was given for it.
    package var tokens: [String: AllotmentID] = [:]
    /// What it has not said it has, the oldest first.
    package var unconfirmed: [AllotmentID] = []
}

/// All the hub remembers of products, pools, lines and numbers: a fold over the records.
///
/// Changed by ``apply(_:)`` alone.
package struct NumberState: Equatable, Sendable {
    /// Records folded so far.
    package private(set) var records: UInt64 = 0
    /// Generations of this hub, the current one last.
    package private(set) var generations: [String] = []
    /// Generations that lines showed and that this hub has lost.
    package private(set) var lostGenerations: Set<String> = []
    /// By GTIN.
    package private(set) var products: [String: Product] = [:]
    /// By name.
    package private(set) var pools: [String: NumberPool] = [:]
    /// By name.
    package private(set) var lines: [String: LineEntry] = [:]
    /// Lines that have not reported to this generation although they may hold what the hub has lost.
    package private(set) var awaited: Set<String> = []
    /// Why nothing is allotted; `nil` while the hub allots.
    package private(set) var stopped: String?
    /// Number of the last allotment of the generation.
    package private(set) var lastAllotment: UInt64 = 0

    /// The state of a hub that nothing has happened to.
    package init() {}

    /// The current generation; empty before the first.
    package var generation: String { generations.last ?? "" }

    /// Whether this hub began a generation, or was shown it after it was lost.
    func knows(generation: String) -> Bool {
        generations.contains(generation) || lostGenerations.contains(generation)
    }

    /// Lines a pool waits for, in order.
    func awaited(for pool: NumberPool) -> [String] { awaited.filter(pool.admits).sorted() }

    /// Serials of a product that were drawn, or may have been, in its whole life.
    func issued(of gtin: String) -> UInt64 {
        let before = products[gtin]?.issuedBefore ?? 0
        return pools.values.lazy.filter { $0.key.gtin == gtin }.reduce(before) { sum, pool in
            let (total, overflow) = sum.addingReportingOverflow(pool.next)
            return overflow ? .max : total
        }
    }

    /// The pool that holds what a line shows, or the name under which to adopt it.
    func poolName(for block: AllottedBlock) -> String {
        var name = block.pool
        var copy = 1
        while let pool = pools[name], !pool.isOf(block.key, block.source) {
            copy += 1
            name = "\(block.pool)~\(copy)"
        }
        return name
    }

    /// An allotment as the line that holds it gets it.
    func block(of allotment: Allotment) -> AllottedBlock? {
        pools[allotment.pool].map {
            AllottedBlock(
                id: allotment.id, pool: allotment.pool, key: $0.key, range: allotment.range,
                source: $0.source)
        }
    }
}

// MARK: - The fold

extension NumberState {
    /// Folds one record into the state. Live decisions and recovery both come through here.
    ///
    /// - Throws: ``NumberMisfit/outOfPlace(_:)``; the state is then of no use any more. In recovery the store
    ///   is damaged or not this hub's, and the hub does not start.
    package mutating func apply(_ record: NumberRecord) throws(NumberMisfit) {
        switch record {
        case .hubStarted: break
        case .generationBegun(let fact): try begin(fact)
        case .lineEnrolled(let fact):
            guard lines[fact.line] == nil else { throw .outOfPlace("le") }
            lines[fact.line] = LineEntry()
        case .lineRetired(let fact):
            lines[fact.line, default: LineEntry()].isRetired = true
            awaited.remove(fact.line)
        case .lineReported(let fact):
            guard lines[fact.line] != nil, fact.generation == generation else { throw .outOfPlace("lp") }
            lines[fact.line]?.reportedTo = fact.generation
            awaited.remove(fact.line)
            lostGenerations.formUnion(fact.lost)
        case .productDefined(let fact): products[fact.product.gtin] = fact.product
        case .poolAdded(let fact): try add(fact)
        case .poolClosed(let fact):
            guard pools[fact.pool] != nil else { throw .outOfPlace("pc") }
            pools[fact.pool]?.close()
        case .allotted(let fact): try allot(fact)
        case .allotmentConfirmed(let fact):
            guard lines[fact.line]?.allotments[fact.id] != nil else { throw .outOfPlace("ac") }
            lines[fact.line]?.allotments[fact.id]?.confirmed = true
            lines[fact.line]?.unconfirmed.removeAll { $0 == fact.id }
        case .allotmentVoided(let fact): try void(fact)
        case .numbersReturned(let fact): try giveBack(fact)
        case .allotmentAdopted(let fact): try adopt(fact)
        case .allottingStopped(let fact): stopped = fact.text
        }
        records += 1
    }

    private mutating func begin(_ fact: GenerationBegun) throws(NumberMisfit) {
        guard !generations.contains(fact.generation) else { throw .outOfPlace("gb") }
        generations.append(fact.generation)
        lastAllotment = 0
        stopped = nil
        let named = lines.keys + fact.lines + pools.values.flatMap(\.lines)
        awaited = Set(named.filter { lines[$0]?.isRetired != true })
    }

    private mutating func add(_ fact: PoolAdded) throws(NumberMisfit) {
        guard let pool = pools[fact.pool] else {
            pools[fact.pool] = NumberPool(
                key: fact.key, source: fact.source, lines: fact.lines, isAdopted: false)
            return
        }
        guard pool.isAdopted, pool.isOf(fact.key, fact.source) else { throw .outOfPlace("pa") }
        pools[fact.pool]?.reopen(lines: fact.lines)
    }

    private mutating func allot(_ fact: AllotmentMade) throws(NumberMisfit) {
        guard lines[fact.line] != nil, let pool = pools[fact.pool], fact.number == lastAllotment + 1,
            fact.range.first == pool.next, fact.range.isSound(within: pool.source.count)
        else { throw .outOfPlace("al") }
        lastAllotment = fact.number
        let id = AllotmentID(generation: generation, number: fact.number)
        pools[fact.pool]?.draw(fact.range, line: fact.line, id: id)
        lines[fact.line]?.allotments[id] = Allotment(
            id: id, line: fact.line, pool: fact.pool, range: fact.range, token: fact.token)
        lines[fact.line]?.tokens[fact.token] = id
        lines[fact.line]?.unconfirmed.append(id)
    }

    private mutating func giveBack(_ fact: NumbersReturned) throws(NumberMisfit) {
        guard var allotment = lines[fact.line]?.allotments[fact.id],
            fact.ranges.allSatisfy({ $0.count > 0 && allotment.range.contains($0) })
        else { throw .outOfPlace("nr") }
        for range in fact.ranges {
            for piece in range.subtracting(allotment.returned) {
                pools[allotment.pool]?.giveBack(piece, line: fact.line)
            }
            allotment.returned.insert(range)
        }
        lines[fact.line]?.allotments[fact.id] = allotment
    }

    /// The line never had it. What others, or the line itself, hold of its numbers by other allotments is
    /// theirs; the rest is in doubt.
    private mutating func void(_ fact: AllotmentNamed) throws(NumberMisfit) {
        guard let allotment = lines[fact.line]?.allotments[fact.id], !allotment.confirmed else {
            throw .outOfPlace("av")
        }
        lines[fact.line]?.allotments[fact.id] = nil
        lines[fact.line]?.unconfirmed.removeAll { $0 == fact.id }
        if lines[fact.line]?.tokens[allotment.token] == fact.id {
            let same = lines[fact.line]?.allotments.values.filter { $0.token == allotment.token } ?? []
            lines[fact.line]?.tokens[allotment.token] = same.map(\.id).min()
        }
        pools[allotment.pool]?.release(allotment.range, line: fact.line, id: fact.id)
        for line in lines.keys.sorted() {
            let others = (lines[line]?.allotments ?? [:]).values.filter { $0.pool == allotment.pool }
            for other in others.sorted(by: { $0.id < $1.id }) {
                guard let piece = other.range.overlap(allotment.range) else { continue }
                pools[allotment.pool]?.adopt(piece, line: line, id: other.id)
                for returned in other.returned {
                    guard let part = returned.overlap(piece) else { continue }
                    pools[allotment.pool]?.giveBack(part, line: line)
                }
            }
        }
    }

    private mutating func adopt(_ fact: AllotmentAdopted) throws(NumberMisfit) {
        guard let line = lines[fact.line], fact.range.isSound(within: fact.source.count),
            pools[fact.pool].map({ $0.isOf(fact.key, fact.source) }) != false
        else { throw .outOfPlace("aa") }
        if pools[fact.pool] == nil {
            pools[fact.pool] = NumberPool(key: fact.key, source: fact.source, lines: [], isAdopted: true)
        }
        pools[fact.pool]?.adopt(fact.range, line: fact.line, id: fact.id)
        guard line.allotments[fact.id] == nil else { return }
        var allotment = Allotment(
            id: fact.id, line: fact.line, pool: fact.pool, range: fact.range, token: fact.token)
        allotment.confirmed = true
        lines[fact.line]?.allotments[fact.id] = allotment
        if !fact.token.isEmpty, line.tokens[fact.token] == nil {
            lines[fact.line]?.tokens[fact.token] = fact.id
        }
    }
}
