/// What a line asks for before a batch may produce; nothing by default.
package struct ChangeoverRules: Equatable, Sendable {
    /// The first good unit stops the line until a second person has approved it.
    package var firstArticle = false
    /// Packs known to be bad that must be thrown out before production, in this order.
    package var challenges: [Challenge] = []
    /// They are due again when a shift is handed over.
    package var challengesEachShift = false
    /// What two people look at before another batch starts; empty: the line is not cleared.
    package var clearance: [String] = []

    /// Rules that ask for nothing.
    package init() {}

    /// Most points of a checklist.
    package static let maxPoints = 20
}

/// A pack known to be bad, laid on the belt between coder and camera: the line must throw it out.
package enum Challenge: String, CaseIterable, Equatable, Sendable {
    /// Its code cannot be read, or there is none.
    case unreadable
    /// Its code is of another product, lot, expiry or pool.
    case wrong
    /// Its code is that of a unit that was judged before.
    case duplicate

    /// The reasons for which it may be rejected: another one shows that something else is wrong with it, or
    /// with the line.
    package var reasons: [RejectReason] {
        switch self {
        case .unreadable: [.noRead, .unparsable]
        case .wrong: [.wrongGTIN, .wrongLot, .wrongExpiry, .wrongPayload, .unknownSerial]
        case .duplicate: [.duplicate, .alreadyRejected, .outOfOrder]
        }
    }

    /// For people.
    package var words: String {
        switch self {
        case .unreadable: "a pack whose code cannot be read"
        case .wrong: "a pack with a code of another product, lot, expiry or pool"
        case .duplicate: "a pack with the code of a unit that was judged before"
        }
    }

    var mask: UInt8 { 1 << UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}

/// The first good unit of a lane, shown to a person before the others are made.
package struct FirstArticle: Equatable, Sendable {
    /// Its serial.
    package let serial: String
    /// Name of its lane; empty on a line with one.
    package let lane: String
    /// A second person has approved it.
    package internal(set) var isApproved = false
}

/// How far a batch is on its way into production. Folded from the journal.
package struct Trials: Equatable, Sendable {
    /// Nothing of what is printed is a product: dummy codes, everything is rejected.
    package internal(set) var isSetUp = false
    /// Those seen since the batch was put on the line, at most one of a lane, in the order they were seen.
    package internal(set) var firstArticles: [FirstArticle] = []
    /// By name of a lane, a bit for each ``Challenge`` it has withstood.
    var withstood: [String: UInt8] = [:]

    /// The first article that waits for what people say of it: the one seen first.
    package var shown: FirstArticle? { firstArticles.first { !$0.isApproved } }

    /// The first article of a lane.
    func firstArticle(of lane: String) -> FirstArticle? { firstArticles.first { $0.lane == lane } }

    /// The lane has thrown out such a pack.
    func hasWithstood(_ challenge: Challenge, on lane: String) -> Bool {
        withstood[lane, default: 0] & challenge.mask != 0
    }

    /// Lanes that have thrown out such a pack, by name, sorted; on a line with one, its empty name.
    package func lanesThatWithstood(_ challenge: Challenge) -> [String] {
        withstood.keys.filter { hasWithstood(challenge, on: $0) }.sorted()
    }
}
