/// One fact about numbers, in the past tense: what the store keeps and the state is folded from.
package enum NumberRecord: Equatable, Sendable {
    case hubStarted(HubStarted)
    case generationBegun(GenerationBegun)
    case lineEnrolled(LineNamed)
    case lineRetired(LineNamed)
    case lineReported(LineReported)
    case productDefined(ProductDefined)
    case poolAdded(PoolAdded)
    case poolClosed(PoolClosed)
    case allotted(AllotmentMade)
    case allotmentConfirmed(AllotmentNamed)
    case allotmentVoided(AllotmentNamed)
    case numbersReturned(NumbersReturned)
    case allotmentAdopted(AllotmentAdopted)
    case allottingStopped(AllottingStopped)
}

/// The process started on the records before this one.
package struct HubStarted: Equatable, Sendable {
    /// Kernel boot identifier.
    package var boot = ""
}

/// A generation of the hub began.
package struct GenerationBegun: Equatable, Sendable {
    /// Its identifier.
    package var generation = ""
    /// Who began it.
    package var actor = ""
    /// Why.
    package var reason = ""
    /// Lines to wait for beside those the hub knows.
    package var lines: [String] = []
}

/// A line was enrolled, or retired.
package struct LineNamed: Equatable, Sendable {
    /// The line.
    package var line = ""
    /// Who did it.
    package var actor = ""
    /// Why it was retired.
    package var reason = ""
}

/// A line showed all allotments it ever took.
package struct LineReported: Equatable, Sendable {
    /// The line.
    package var line = ""
    /// The generation it reported to.
    package var generation = ""
    /// Generations it ever held with that this hub has lost.
    package var lost: [String] = []
}

/// A product became known, or changed.
package struct ProductDefined: Equatable, Sendable {
    /// The product.
    package var product = Product()
    /// Who defined it.
    package var actor = ""
}

/// A pool was made.
package struct PoolAdded: Equatable, Sendable {
    /// The pool.
    package var pool = ""
    /// Whose numbers.
    package var key = NumberKey.gtin("")
    /// The numbers.
    package var source = NumberSource()
    /// Lines that may draw on it; empty for all.
    package var lines: [String] = []
    /// Who made it.
    package var actor = ""
}

/// What nobody had drawn of a pool was retired.
package struct PoolClosed: Equatable, Sendable {
    /// The pool.
    package var pool = ""
    /// Who closed it; empty where the hub did, in doubt.
    package var actor = ""
    /// Why.
    package var reason = ""
}

/// A line was given numbers.
package struct AllotmentMade: Equatable, Sendable {
    /// The number of the allotment in the generation.
    package var number: UInt64 = 0
    /// The line.
    package var line = ""
    /// The pool.
    package var pool = ""
    /// The positions.
    package var range = PositionRange(first: 0, count: 0)
    /// What the line asked with.
    package var token = ""
}

/// A line said that it has an allotment; or reported to a later generation without it, which voids it.
package struct AllotmentNamed: Equatable, Sendable {
    /// The line.
    package var line = ""
    /// The allotment.
    package var id = AllotmentID(generation: "", number: 0)
}

/// A line gave numbers back: they are retired.
package struct NumbersReturned: Equatable, Sendable {
    /// The line.
    package var line = ""
    /// The allotment.
    package var id = AllotmentID(generation: "", number: 0)
    /// The positions, in order.
    package var ranges: [PositionRange] = []
}

/// A line showed an allotment that the hub did not hold: its numbers are the line's, and never allotted.
package struct AllotmentAdopted: Equatable, Sendable {
    /// The line.
    package var line = ""
    /// The allotment.
    package var id = AllotmentID(generation: "", number: 0)
    /// The pool as the hub names it.
    package var pool = ""
    /// Whose numbers.
    package var key = NumberKey.gtin("")
    /// The numbers of the pool.
    package var source = NumberSource()
    /// The positions.
    package var range = PositionRange(first: 0, count: 0)
    /// What the line asked with.
    package var token = ""
}

/// All allotting stopped until a named person begins a generation.
package struct AllottingStopped: Equatable, Sendable {
    /// The line that showed what the hub does not hold.
    package var line = ""
    /// What happened, for people.
    package var text = ""
}

/// Why a record does not fit the state: the store is not this hub's, or damaged.
package enum NumberMisfit: Error, Equatable, Sendable {
    /// Not a JSON object of a known kind.
    case unknownKind(String)
    /// A field is missing, unknown, of another type or out of range.
    case badField(String)
    /// The record names what there is not, or makes again what there is.
    case outOfPlace(String)
}
