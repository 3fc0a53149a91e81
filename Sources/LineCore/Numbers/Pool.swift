import GS1

/// The state of one serial, one byte. Words as in OPEN-SCS, and ours.
package enum SerialState: UInt8, CaseIterable, Sendable {
    /// In the pool, taken by no batch.
    case unallocated = 0
    /// Reserved for the batch, not sent to the printer.
    case allocated
    /// Sent to the printer; in doubt until a read proves the unit.
    case encoded
    /// Proven by every camera, not yet seen behind the gate.
    case verified
    /// On a product that passed.
    case commissioned
    /// In doubt again: rejected, skipped, cleared or not passed.
    case inDoubt
    /// Reserved when the line stopped uncleanly: never issued again; in doubt.
    case voided
    /// Never used, given back.
    case returned
    /// Ended unread after it was voided.
    case invalid
    /// Ended unread after it was printed or sent.
    case labelScrapped
    /// Product taken as a sample.
    case sampled
    /// Label taken as a sample.
    case labelSampled
    /// Decommissioned.
    case inactive
    /// Destroyed.
    case destroyed

    /// Whether nothing can become of it any more but what law 6 counts.
    package var isFinal: Bool {
        switch self {
        case .unallocated, .allocated, .encoded, .verified, .inDoubt, .voided: false
        case .commissioned, .returned, .invalid, .labelScrapped, .sampled, .labelSampled, .inactive,
            .destroyed:
            true
        }
    }

    /// Whether the serial may be on a product that nobody has proven.
    package var isInDoubt: Bool {
        switch self {
        case .encoded, .verified, .inDoubt, .voided: true
        case .unallocated, .allocated, .commissioned, .returned, .invalid, .labelScrapped, .sampled,
            .labelSampled, .inactive, .destroyed:
            false
        }
    }

    /// The word for people and programs.
    package var word: String {
        switch self {
        case .unallocated: "unallocated"
        case .allocated: "allocated"
        case .encoded: "encoded"
        case .verified: "verified"
        case .commissioned: "commissioned"
        case .inDoubt: "in doubt"
        case .voided: "voided"
        case .returned: "returned"
        case .invalid: "invalid"
        case .labelScrapped: "label scrapped"
        case .sampled: "sampled"
        case .labelSampled: "label sampled"
        case .inactive: "inactive"
        case .destroyed: "destroyed"
        }
    }
}

/// The serials of one pool: known text, found by text.
enum SerialSource: Equatable, Sendable {
    case list(SerialTable)
    case range(prefix: String, first: UInt64, count: Int, width: Int)
    /// A list that left memory: its text stands in the imported file alone, and nothing is found in it.
    case stored(count: Int)

    /// Elements whose values each serial brings with it; none for a list that left memory.
    var payload: [ApplicationIdentifier] {
        if case .list(let table) = self { table.payload.identifiers } else { [] }
    }

    var count: Int {
        switch self {
        case .list(let table): table.count
        case .range(_, _, let count, _), .stored(let count): count
        }
    }

    subscript(position: Int) -> String? {
        switch self {
        case .list(let table): return table[position]
        case .range(let prefix, let first, let count, let width):
            guard position >= 0, position < count else { return nil }
            let digits = String(first + UInt64(position))
            return prefix + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        case .stored: return nil
        }
    }

    /// The values that came with the serial at `position`.
    func payload(_ position: Int) -> [String] {
        guard case .list(let table) = self else { return [] }
        return table.payload.values(position)
    }

    func position(of serial: String) -> Int? {
        switch self {
        case .list(let table): return table.position(of: serial.utf8)
        case .range(let prefix, let first, let count, let width):
            let digits = serial.utf8.dropFirst(prefix.utf8.count)
            guard serial.hasPrefix(prefix), digits.count == width,
                digits.allSatisfy({ (48...57).contains($0) }),
                let number = UInt64(Substring(digits)), number >= first, number - first < UInt64(count)
            else { return nil }
            return Int(number - first)
        case .stored: return nil
        }
    }
}

/// A pool of unit serials: a byte, a batch and a parent for each position.
///
/// Serials of a printed pool are reserved, sent and therefore printed in the order of their positions.
/// Between its batches a pool rests: see ``rest()``.
package struct UnitPool: Equatable, Sendable {
    /// Name of the pool.
    package let name: String
    /// Printed or preprinted.
    package let kind: PoolKind
    /// 14 digits.
    package let gtin: String
    /// SHA-256 of the imported file, hexadecimal; empty for a range.
    package let file: String
    /// The market the serials are for; empty for none.
    package let market: String
    /// Elements whose values each serial brings with it, in the order they are printed.
    package let payload: [ApplicationIdentifier]
    /// What is left of states and batches while the pool rests.
    var runs: [SerialRun]?
    /// Batches on it that are not closed.
    var openBatches = 0
    var source: SerialSource
    var states: [UInt8]
    /// Number of the batch + 1 to which the serial is allocated, or 0.
    var batches: [UInt16]
    /// Number of the container + 1 that holds the unit, or 0.
    var parents: [UInt32]
    /// Positions below this have been reserved, sent, voided or returned.
    var nextUnreserved = 0
    /// Next position to send to the printer.
    var nextUnsent = 0
    /// The printing order, by lane.
    var order: [LaneOrder] = []
    /// The lane each position was sent to, run by run, while the pool does not rest.
    var sentTo: [LaneRun] = []

    /// A new pool.
    init(name: String, kind: PoolKind, gtin: String, file: String, market: String, source: SerialSource) {
        self.init(
            resting: name, kind: kind, gtin: gtin, file: file, market: market, payload: source.payload,
            source: source)
        states = [UInt8](repeating: 0, count: source.count)
        batches = [UInt16](repeating: 0, count: source.count)
        parents = [UInt32](repeating: 0, count: source.count)
    }

    /// A pool without states, batches and parents.
    init(
        resting name: String, kind: PoolKind, gtin: String, file: String, market: String,
        payload: [ApplicationIdentifier], source: SerialSource
    ) {
        self.name = name
        self.kind = kind
        self.gtin = gtin
        self.file = file
        self.market = market
        self.payload = payload
        self.source = source
        states = []
        batches = []
        parents = []
    }

    /// Serials in the pool.
    package var count: Int { source.count }

    /// What the code of a unit carries but for what an order adds.
    var code: CodeLayout { CodeLayout(market: Market.named(market), payload: payload) }

    /// Serials nobody has taken.
    package var free: Int { kind == .preprinted ? count - used : count - nextUnreserved }
    /// Preprinted serials already read.
    var used = 0

    func state(_ position: Int) -> SerialState {
        SerialState(rawValue: runs?.run(at: position).state ?? states[position]) ?? .inDoubt
    }

    /// Number of the batch + 1 to which the serial is allocated, or 0.
    func batch(_ position: Int) -> Int { Int(runs?.run(at: position).batch ?? batches[position]) }

    /// Number of the container + 1 that holds the unit, or 0.
    func parent(_ position: Int) -> Int { runs == nil ? Int(parents[position]) : 0 }
}

/// A pool of SSCCs: consecutive serial references behind an extension digit and company prefix.
package struct SSCCPool: Equatable, Sendable {
    /// Name of the pool.
    package let name: String
    /// Extension digit and company prefix, 7 to 13 digits.
    package let key: String
    let first: UInt64
    /// References in the pool.
    package let count: Int
    /// Next reference to reserve, as an offset.
    var nextUnreserved = 0
    /// Next reference to use, as an offset.
    var nextUnused = 0

    /// References nobody has taken.
    package var free: Int { count - nextUnreserved }
}
