/// The moment a request was taken from the queue, on two clocks.
///
/// Ageing uses the monotonic clock alone; the wall clock is only recorded, and may step.
package struct HubInstant: Hashable, Sendable {
    /// Nanoseconds of a clock that never steps; its zero has no meaning and is another after each start.
    package var monotonicNanoseconds: UInt64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var wallMilliseconds: Int64

    /// Makes an instant from both clocks, read together.
    package init(monotonicNanoseconds: UInt64, wallMilliseconds: Int64) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallMilliseconds = wallMilliseconds
    }
}
