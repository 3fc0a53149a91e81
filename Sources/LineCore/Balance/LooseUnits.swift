/// Units that passed and are in no case yet, in the order they passed: one that a later unit has overtaken on
/// its way to the case is missing, or lies somewhere. Transient.
struct LooseUnits: Sendable {
    /// Positions in the pool, in the order they passed; the last ``maxUnits`` of them.
    private(set) var waiting: [UInt32] = []
    /// Positions of units that later ones have overtaken; the first ``maxUnits`` of them.
    private(set) var overtaken: Set<UInt32> = []

    /// More than stand between gate and case on any line.
    static let maxUnits = 10_000

    mutating func passed(_ position: UInt32) {
        if waiting.count >= Self.maxUnits { waiting.removeFirst() }
        waiting.append(position)
    }

    /// The unit was read into a case.
    mutating func packed(_ position: UInt32) {
        if overtaken.remove(position) != nil { return }
        guard let place = waiting.firstIndex(of: position) else { return }
        for earlier in waiting[..<place] where overtaken.count < Self.maxUnits { overtaken.insert(earlier) }
        waiting.removeFirst(place + 1)
    }
}
