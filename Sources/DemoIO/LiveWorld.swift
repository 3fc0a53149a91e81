import Simulator

/// A world together with what has happened in it and was not told to its devices yet.
package struct LiveWorld: Sendable {
    /// The world. Change it, but move it only by the calls below: they keep its events.
    package var world: World
    private(set) var pending: [WorldEvent] = []

    init(_ world: World) {
        self.world = world
    }

    /// Moves time on to `time`, nanoseconds since the world began.
    mutating func advance(to time: UInt64) {
        pending += world.advance(to: time)
    }

    /// Moves a stepped belt.
    mutating func move(byCounts counts: Int64) {
        pending += world.advance(byCounts: counts)
    }

    mutating func takeEvents() -> [WorldEvent] {
        let taken = pending
        pending = []
        return taken
    }
}
