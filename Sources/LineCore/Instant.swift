/// The moment an input was taken from the queue, on two clocks.
///
/// Deadlines, ageing and windows use the monotonic clock alone. The wall clock is only recorded: it may
/// step, and the order of facts is their order in the journal, never their time.
package struct LineInstant: Hashable, Sendable {
    /// Nanoseconds of a clock that never steps; its zero has no meaning.
    package var monotonicNanoseconds: UInt64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var wallMilliseconds: Int64

    /// Makes an instant from both clocks, read together.
    package init(monotonicNanoseconds: UInt64, wallMilliseconds: Int64) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallMilliseconds = wallMilliseconds
    }
}

/// Durations in the unit of the monotonic clock.
enum Nanoseconds {
    static let millisecond: UInt64 = 1_000_000
    static let second: UInt64 = 1_000_000_000
}

extension UInt64 {
    /// This instant plus a duration, stopping at the end of time instead of trapping.
    func advanced(byNanoseconds duration: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(duration)
        return overflow ? .max : sum
    }
}
