/// Positions of a pool that follow each other.
package struct PositionRange: Hashable, Sendable {
    /// The first position.
    package var first: UInt64
    /// How many there are.
    package var count: UInt64

    /// Makes a range that nobody has judged.
    package init(first: UInt64, count: UInt64) {
        self.first = first
        self.count = count
    }

    /// The position behind the last; ranges from outside are judged by ``isSound(within:)`` first.
    package var end: UInt64 {
        let (end, overflow) = first.addingReportingOverflow(count)
        return overflow ? .max : end
    }

    /// Not empty, and no position is `size` or larger.
    package func isSound(within size: UInt64) -> Bool {
        count > 0 && count <= size && first <= size - count
    }

    func contains(_ other: PositionRange) -> Bool { other.first >= first && other.end <= end }

    func overlap(_ other: PositionRange) -> PositionRange? {
        let start = max(first, other.first)
        let end = min(end, other.end)
        return start < end ? PositionRange(first: start, count: end - start) : nil
    }

    /// What of this range lies in none of `others`, in order.
    ///
    /// - Parameter others: In order, none overlapping another.
    func subtracting(_ others: some Sequence<PositionRange>) -> [PositionRange] {
        var rest: [PositionRange] = []
        var start = first
        for other in others where other.end > start && other.first < end {
            if other.first > start { rest.append(PositionRange(first: start, count: other.first - start)) }
            start = other.end
        }
        if start < end { rest.append(PositionRange(first: start, count: end - start)) }
        return rest
    }
}

extension Array where Element == PositionRange {
    /// Takes positions in, where they are not in yet: stays in order, joined where ranges touch.
    mutating func insert(_ range: PositionRange) {
        var joined: [PositionRange] = []
        for range in (self + [range]).sorted(by: { $0.first < $1.first }) {
            if let last = joined.last, last.end >= range.first {
                joined[joined.count - 1].count = Swift.max(last.end, range.end) - last.first
            } else {
                joined.append(range)
            }
        }
        self = joined
    }
}
