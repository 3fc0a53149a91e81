/// Units that passed and are in no case yet, in the order they passed: one that a later unit has overtaken on
/// its way to the case is missing, or lies somewhere. Lanes come together before the cases, in no known
/// order: each has its own. Transient.
struct LooseUnits: Sendable {
    /// By lane, positions in the pool in the order they passed; the last ``maxUnits`` of them.
    private var waiting: [[UInt32]] = []
    /// Positions of units that later ones have overtaken; the first ``maxUnits`` of them.
    private(set) var overtaken: Set<UInt32> = []

    /// More than stand between gate and case on any line.
    static let maxUnits = 10_000

    mutating func passed(_ position: UInt32, lane: Int) {
        while waiting.count <= lane { waiting.append([]) }
        if waiting[lane].count >= Self.maxUnits { waiting[lane].removeFirst() }
        waiting[lane].append(position)
    }

    /// The unit was read into a case.
    mutating func packed(_ position: UInt32) {
        if overtaken.remove(position) != nil { return }
        for lane in waiting.indices {
            guard let place = waiting[lane].firstIndex(of: position) else { continue }
            for earlier in waiting[lane][..<place] where overtaken.count < Self.maxUnits {
                overtaken.insert(earlier)
            }
            waiting[lane].removeFirst(place + 1)
            return
        }
    }
}
