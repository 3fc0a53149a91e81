/// Neighbouring positions of a pool of which one thing is true. A list of them is in order, without gaps.
protocol PositionRun {
    /// The position behind the last one.
    var end: UInt32 { get }
}

extension Array where Element: PositionRun {
    /// The run a position lies in; there is one.
    func run(at position: Int) -> Element {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if Int(self[middle].end) > position { high = middle } else { low = middle + 1 }
        }
        return self[low]
    }
}
