import Simulator

/// A world together with what has happened in it and was not told to its devices yet.
package struct LiveWorld: Sendable {
    /// The world. Change it, but move it only by the calls below: they keep its events.
    package var world: World
    private(set) var pending: [WorldEvent] = []
    /// The controller is down and sees nothing.
    package var isUnwatched = false
    /// Cartons thrown out by a purge, seen in the chute while the controller was down, or missed by its
    /// sensor: the controller need not know of them.
    package private(set) var unseenRejects = 0

    init(_ world: World) {
        self.world = world
    }

    /// Moves time on to `time`, nanoseconds since the world began.
    mutating func advance(to time: UInt64) {
        take(world.advance(to: time))
    }

    /// Moves a stepped belt.
    mutating func move(byCounts counts: Int64) {
        take(world.advance(byCounts: counts))
    }

    private mutating func take(_ events: [WorldEvent]) {
        pending += events
        for event in events {
            switch event.kind {
            case .gateRejected where world.outputs.purge: unseenRejects += 1
            case .rejectConfirmed where isUnwatched: unseenRejects += 1
            case .fault(.confirmMissing, subject: _): unseenRejects += 1
            default: break
            }
        }
    }

    mutating func takeEvents() -> [WorldEvent] {
        let taken = pending
        pending = []
        return taken
    }
}
