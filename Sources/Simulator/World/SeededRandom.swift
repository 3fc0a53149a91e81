/// Pseudo-random numbers from a 64-bit seed: the same seed gives the same numbers on every machine.
///
/// SplitMix64: an odd step added to a counter, mixed so that neighbouring seeds have nothing in common.
/// For simulations and tests only; nothing that must be hard to guess comes from here.
/// - Source: Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014, figure 17.
package struct SeededRandom: RandomNumberGenerator, Equatable, Sendable {
    private var state: UInt64

    /// Starts at `seed`.
    package init(seed: UInt64) {
        state = seed
    }

    /// Starts a stream of its own for one purpose and one subject, whatever other streams have drawn.
    ///
    /// A unit's luck then depends on the seed and the unit alone, not on what happened to units before it.
    package init(seed: UInt64, purpose: UInt64, subject: UInt64) {
        state = Self.mix(Self.mix(Self.mix(seed) &+ purpose &+ Self.step) &+ subject &+ Self.step)
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mix(state)
    }

    /// A number of `0 ..< bound`; 0 for a bound of 0 or less. Bias is below `bound` in 2^64.
    package mutating func below(_ bound: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True in `perMillion` of a million draws.
    package mutating func chance(perMillion: Int) -> Bool {
        below(1_000_000) < perMillion
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
