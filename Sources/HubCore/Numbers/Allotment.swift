/// Name of an allotment: a number that goes up by one within a generation of the hub.
package struct AllotmentID: Hashable, Comparable, Sendable {
    /// The generation of the hub that made it.
    package var generation: String
    /// 1 and up.
    package var number: UInt64

    /// Makes a name.
    package init(generation: String, number: UInt64) {
        self.generation = generation
        self.number = number
    }

    package static func < (a: Self, b: Self) -> Bool {
        (a.generation, a.number) < (b.generation, b.number)
    }
}

/// Numbers one line was given: neighbouring positions of one pool.
package struct Allotment: Equatable, Sendable {
    /// Its name.
    package var id: AllotmentID
    /// Whose it is, for ever.
    package var line: String
    /// The pool.
    package var pool: String
    /// The positions.
    package var range: PositionRange
    /// What the line asked with; empty for one whose token nobody knows.
    package var token: String
    /// The line said that it has it.
    package var confirmed = false
    /// What of it the line gave back: retired.
    package var returned: [PositionRange] = []

    /// Makes an allotment.
    package init(id: AllotmentID, line: String, pool: String, range: PositionRange, token: String) {
        self.id = id
        self.line = line
        self.pool = pool
        self.range = range
        self.token = token
    }
}

/// What a line gets: the numbers, and all it needs to expand them. Never changes.
package struct AllottedBlock: Equatable, Sendable {
    /// Name of the allotment, to confirm and return by.
    package var id: AllotmentID
    /// The pool.
    package var pool: String
    /// Whose numbers they are.
    package var key: NumberKey
    /// The positions.
    package var range: PositionRange
    /// How a position becomes a number: ``NumberSource/number(at:key:)``.
    package var source: NumberSource
}

/// An allotment as a line shows it, with all the hub needs to know the numbers by if it has lost the pool.
package struct ShownAllotment: Equatable, Sendable {
    /// What the line was given.
    package var block: AllottedBlock
    /// What it asked with.
    package var token: String
    /// What it gave back.
    package var returned: [PositionRange] = []

    /// Makes what a line shows.
    package init(block: AllottedBlock, token: String, returned: [PositionRange] = []) {
        self.block = block
        self.token = token
        self.returned = returned
    }
}

/// What the hub knows of a product, and what its market asks of serials.
package struct Product: Equatable, Sendable {
    /// 14 digits.
    package var gtin = ""
    /// For people.
    package var name = ""
    /// Name of the market, for the line; empty for none.
    package var market = ""
    /// Characters serials may be made of; empty for all of GS1 set 82.
    package var characters = ""
    /// Characters of the shortest serial.
    package var shortest = 1
    /// Characters of the longest serial.
    package var longest = 20
    /// A guess hits a serial less often than once in so many tries; 0: nobody asks. EU medicines: 10,000.
    package var guesses: UInt64 = 0
    /// Serials of the product issued before the hub knew it.
    package var issuedBefore: UInt64 = 0

    /// A product without a rule.
    package init() {}

    /// Whether only the name differs.
    func hasRules(of other: Product) -> Bool {
        var copy = other
        copy.name = name
        return copy == self
    }
}

/// A pool as a person wants it.
package struct PoolOffer: Equatable, Sendable {
    /// Its name.
    package var name: String
    /// Whose numbers it holds.
    package var key: NumberKey
    /// The numbers.
    package var source: NumberSource
    /// Lines that may draw on it, for ever; empty for all.
    package var lines: [String]

    /// Makes an offer that nobody has judged.
    package init(name: String, key: NumberKey, source: NumberSource, lines: [String] = []) {
        self.name = name
        self.key = key
        self.source = source
        self.lines = lines
    }
}
