/// What measures the travel of the belt.
enum BeltMeasure: String, CaseIterable {
    /// An encoder on the belt.
    case encoder
    /// The time for which it runs, told by the conveyor-running input.
    case time
    /// There is no belt: units are presented by hand.
    case none
}

/// Speeds of a belt without an encoder, millimetres per second.
struct BeltSpeeds: Equatable {
    var nominal: Int
    var slowest: Int
    var fastest: Int

    /// How far a unit may be, after `millimetres` at the nominal speed, from where time says that it is.
    func error(after millimetres: Int) -> Int {
        func roundedUp(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
        return max(
            roundedUp(millimetres * (nominal - slowest), slowest),
            roundedUp(millimetres * (fastest - nominal), fastest))
    }
}
