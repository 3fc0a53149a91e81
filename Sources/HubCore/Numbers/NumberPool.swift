/// Numbers of a pool that one line holds.
package struct PoolBlock: Equatable, Sendable {
    /// The positions.
    package let range: PositionRange
    /// Whose they are.
    package let line: String
    /// By which allotment.
    package let id: AllotmentID
}

/// Numbers that a line showed while another line holds them: neither may use them.
package struct PoolConflict: Equatable, Sendable {
    /// The positions.
    package let range: PositionRange
    /// Who showed them.
    package let line: String
    /// Who holds them.
    package let holder: String
}

/// What became of the numbers of a pool; ``count`` is the sum of the others.
package struct PoolFigures: Equatable, Sendable {
    /// Numbers in the pool.
    package var count: UInt64
    /// Held by lines, whatever they did with them.
    package var held: UInt64
    /// Given back by lines: retired.
    package var returned: UInt64
    /// Never allotted and never to be: in doubt after a restore, or the pool was closed.
    package var retired: UInt64
    /// Not drawn yet.
    package var free: UInt64
}

/// One pool of the hub.
///
/// Positions are drawn in order, each once. Behind ``next`` nothing was ever drawn; of what lies before it,
/// positions in no block are in doubt and retired: they may have been given out by a hub whose records are
/// lost.
package struct NumberPool: Equatable, Sendable {
    /// Whose numbers.
    package let key: NumberKey
    /// The numbers.
    package let source: NumberSource
    /// Lines that may draw on it; empty for all.
    package private(set) var lines: [String]
    /// Nothing is drawn from it any more.
    package private(set) var isClosed = false
    /// Known from what a line showed, not from the person who made it: closed, until it is made again.
    package private(set) var isAdopted = false
    /// Positions from here on were never drawn.
    package private(set) var next: UInt64 = 0
    /// In the order of their positions, none overlapping another.
    package private(set) var blocks: [PoolBlock] = []
    /// What two lines hold.
    package private(set) var conflicts: [PoolConflict] = []
    private var taken: UInt64 = 0
    private var returned: UInt64 = 0

    init(key: NumberKey, source: NumberSource, lines: [String], isAdopted: Bool) {
        self.key = key
        self.source = source
        self.lines = lines
        self.isAdopted = isAdopted
        isClosed = isAdopted
    }

    /// What became of its numbers.
    package var figures: PoolFigures {
        let free = isClosed ? 0 : source.count - next
        return PoolFigures(
            count: source.count, held: taken - returned, returned: returned,
            retired: source.count - taken - free, free: free)
    }

    /// Whether its numbers are these.
    func isOf(_ key: NumberKey, _ source: NumberSource) -> Bool { self.key == key && self.source == source }

    /// Whether a line may draw on it.
    func admits(_ line: String) -> Bool { lines.isEmpty || lines.contains(line) }

    mutating func close() { isClosed = true }

    /// Made again after its making was lost: goes on behind all that lines showed of it.
    mutating func reopen(lines: [String]) {
        self.lines = lines
        isAdopted = false
        isClosed = false
    }

    /// Draws the next positions for a line.
    mutating func draw(_ range: PositionRange, line: String, id: AllotmentID) {
        blocks.append(PoolBlock(range: range, line: line, id: id))
        next = range.end
        taken += range.count
    }

    /// Takes in what a line showed: what nobody holds becomes the line's, what another holds a conflict.
    mutating func adopt(_ range: PositionRange, line: String, id: AllotmentID) {
        let others = blocks(overlapping: range)
        for piece in range.subtracting(others.lazy.map(\.range)) {
            let place = blocks.firstIndex { $0.range.first > piece.first } ?? blocks.count
            blocks.insert(PoolBlock(range: piece, line: line, id: id), at: place)
            taken += piece.count
        }
        for other in others where other.line != line {
            guard let piece = range.overlap(other.range) else { continue }
            let conflict = PoolConflict(range: piece, line: line, holder: other.line)
            if !conflicts.contains(conflict) { conflicts.append(conflict) }
        }
        next = max(next, range.end)
    }

    /// Takes back what an allotment holds that its line never had, and what it was in conflict with.
    mutating func release(_ range: PositionRange, line: String, id: AllotmentID) {
        for block in blocks(overlapping: range) where block.line == line && block.id == id {
            taken -= block.range.count
            conflicts.removeAll { $0.holder == line && $0.range.overlap(block.range) != nil }
        }
        blocks.removeAll { $0.line == line && $0.id == id }
    }

    /// Counts positions given back that were not given back before.
    mutating func giveBack(_ range: PositionRange, line: String) {
        for block in blocks(overlapping: range) where block.line == line {
            returned += block.range.overlap(range)?.count ?? 0
        }
    }

    /// Whether the line holds all these positions, or they are known to be in conflict.
    func isHeld(_ range: PositionRange, by line: String) -> Bool {
        let own = blocks(overlapping: range).filter { $0.line == line }.map(\.range)
        return range.subtracting(own).allSatisfy { piece in
            let known = conflicts.filter { $0.line == line }.map(\.range).sorted { $0.first < $1.first }
            return piece.subtracting(known).isEmpty
        }
    }

    /// What other lines hold of these positions.
    func blocks(of range: PositionRange, but line: String) -> [PoolBlock] {
        blocks(overlapping: range).filter { $0.line != line }
    }

    /// Whether two lines hold some of these positions.
    func isInConflict(_ range: PositionRange) -> Bool {
        conflicts.contains { $0.range.overlap(range) != nil }
    }

    private func blocks(overlapping range: PositionRange) -> ArraySlice<PoolBlock> {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].range.end > range.first { high = middle } else { low = middle + 1 }
        }
        var end = low
        while end < blocks.count, blocks[end].range.first < range.end { end += 1 }
        return blocks[low..<end]
    }
}
