/// What a line says of itself with every request.
package struct LineCaller: Equatable, Sendable {
    /// The line; the transport has proven that it is it.
    package var line: String
    /// The generation of the hub that the line reported to last; empty for none.
    package var generation: String
    /// The last allotment the line took; `nil` for none.
    package var last: AllotmentID?

    /// Makes a caller.
    package init(line: String, generation: String, last: AllotmentID?) {
        self.line = line
        self.generation = generation
        self.last = last
    }
}

/// All allotments a line ever took, or a part of them; also those it gave back, as given back.
///
/// Each try has an identifier of its own, and the answer gives it back. From the first try until the one that
/// is open is answered, the line takes no allotment; an answer to an earlier try is none. Afterwards it takes
/// only what is answered in the generation it reported to. So nothing that is still on its way, from whatever
/// generation, can make the report untrue.
package struct LineReport: Equatable, Sendable {
    /// Who reports.
    package var caller: LineCaller
    /// The generation it reports to: a report made to another one is stale and proves nothing.
    package var to: String
    /// Identifier of this try, never used by the line before.
    package var attempt: String
    /// All generations the line ever held with.
    package var past: [String]
    /// Number of this part, 1 and up.
    package var part: Int
    /// Parts of the report; it counts once all have come.
    package var parts: Int
    /// The allotments.
    package var shown: [ShownAllotment]

    /// Makes a report.
    package init(
        caller: LineCaller, to: String, attempt: String, past: [String], part: Int = 1, parts: Int = 1,
        shown: [ShownAllotment]
    ) {
        self.caller = caller
        self.to = to
        self.attempt = attempt
        self.past = past
        self.part = part
        self.parts = parts
        self.shown = shown
    }
}

/// What reaches the numbers of the hub. Who asks was proven and may do so.
package enum NumberRequest: Equatable, Sendable {
    /// A new hub begins its first generation, or a restored or stopped one another.
    ///
    /// `generation` is an identifier no hub ever had, from a secure generator; `lines` are lines that the
    /// data may not know, because they came after the backup. Restored data is put in place of the old only
    /// when this record has been durable in it for a second: without it the hub would go on as if nothing
    /// were lost.
    case beginGeneration(generation: String, by: String, reason: String, lines: [String])
    /// The process started and has replayed its records.
    case start(boot: String)
    case enrol(line: String, by: String)
    /// The line draws no numbers any more and nobody waits for it; its name is never used again.
    case retire(line: String, by: String, reason: String)
    case define(Product, by: String)
    /// `lists` hold the file of the offer, and those of every other imported pool of the GTIN.
    case addPool(PoolOffer, lists: [SerialList], by: String)
    /// What nobody has drawn yet is retired.
    case closePool(String, by: String, reason: String)
    case report(LineReport)
    case request(LineCaller, pool: String, count: UInt64, token: String)
    case confirm(LineCaller, AllotmentID)
    /// The positions given back, of which nothing was ever reserved by the line.
    case `return`(LineCaller, AllotmentID, [PositionRange])
}

/// What the hub answers.
package enum NumberAnswer: Equatable, Sendable {
    case done
    /// A line takes the block only if it has reported to this generation, and to no later one.
    case allotted(AllottedBlock, generation: String)
    /// All parts of the report came; the line now holds with this generation. The allotments it has not
    /// confirmed, with their tokens: it takes or returns them.
    case reported(generation: String, attempt: String, unconfirmed: [ShownAllotment])
    /// This part came; others are missing.
    case partTaken(Int)
    case confirmed(AllotmentID)
    case returned(AllotmentID, [PositionRange])
    case refused(HubRefusal)

    /// Whether numbers go with the answer, or come into the hub's hands by it.
    var ages: Bool {
        switch self {
        case .allotted, .reported, .confirmed, .returned: true
        // A line that hears of a generation leaves its own.
        case .refused(let refusal): refusal.code == .reportFirst
        case .done, .partTaken: false
        }
    }

    var carriesNumbers: Bool {
        switch self {
        case .allotted: true
        case .reported(_, _, let unconfirmed): !unconfirmed.isEmpty
        case .done, .partTaken, .confirmed, .returned, .refused: false
        }
    }
}

/// An answer that waits for the disk; only ``HubNumbers/release(_:at:)`` gives it out.
package struct HeldAnswer: Equatable, Sendable {
    let answer: NumberAnswer
    /// Records that must be durable first.
    let after: UInt64
}

/// What one request makes the hub do.
package struct NumberDecision: Equatable, Sendable {
    /// Facts to put on stable storage first, in this order.
    package let records: [NumberRecord]
    /// When, by the wall clock.
    package let wallMilliseconds: Int64
    /// What to answer once they have aged.
    package let held: HeldAnswer

    /// The records as text, for the store.
    package var lines: [[UInt8]] { records.map { $0.encoded(wallMilliseconds: wallMilliseconds) } }
}
