import Simulator

/// Moves a stepped belt as fast as the software that runs the line keeps up, and no faster.
///
/// A real belt gives that software time; this one gives as much as it needs. It goes on by one step at each
/// scan of the I/O that follows a write, waits after each read of the unit camera until the outputs show a
/// decision, and a moment after each read of the case camera.
package struct SteppedBelt: Sendable {
    /// Longest belt travel between two scans, in counts.
    package let step: Int64
    /// The fastest the belt moves, in counts per second: less than the line is told, which judges by it which
    /// unit a read can be of.
    package let countsPerSecond: Int64
    /// How far ahead of the last scan the run limit lies while no unit waits for its decision, in counts.
    package let runAhead: Int64

    /// Longest wait for a decision: a rejection need not show in the outputs. Nanoseconds.
    private static let longestWait: UInt64 = 250_000_000
    /// Wait after a read of the case camera, which no output answers. Nanoseconds.
    private static let caseWait: UInt64 = 20_000_000

    private var isWritten = false
    private var undecided: Unit?
    private var lastCommand: UInt16 = 0
    private var track: UInt16?
    private var waitsUntil: UInt64 = 0
    private var lastScan: UInt64 = 0

    /// A unit the camera has read and nobody has decided on.
    private struct Unit {
        let track: UInt16?
        /// The last gate command before it.
        let sequence: UInt16
        let since: UInt64
        let position: Int64
    }

    /// A belt that stands.
    package init(step: Int64, countsPerSecond: Int64, runAhead: Int64) {
        self.step = step
        self.countsPerSecond = countsPerSecond
        self.runAhead = runAhead
    }

    /// The outputs were written.
    mutating func wrote() { isWritten = true }

    /// Takes note of what the cameras said.
    mutating func notice(_ event: WorldEvent) {
        switch event.kind {
        case .gateCommand(let sequence, _): lastCommand = sequence
        case .partPresent(_, let count, _): track = count
        case .unitRead:
            undecided = Unit(
                track: track, sequence: lastCommand, since: event.time, position: event.position)
        case .caseRead(_, _, byHand: false): waitsUntil = event.time + Self.caseWait
        default: break
        }
    }

    /// The inputs are about to be read: moves the belt if it may move.
    mutating func scanned(_ live: inout LiveWorld) {
        let now = live.world.now
        let travel = travel(until: now)
        lastScan = now
        guard isWritten, travel > 0 else { return }
        if let unit = undecided, now < unit.since + Self.longestWait {
            guard isDecided(unit, live.world) else { return }
            // Where the unit was read, a run limit that waits for it looks like one that does not.
            if live.world.position > unit.position { undecided = nil }
        } else {
            undecided = nil
        }
        // Labels and records take time, not travel: the belt waits for them as no real one could.
        guard now >= waitsUntil, live.world.casesWaitingForLabel.count < 2, !isBlankComing(live.world) else {
            return
        }
        isWritten = false
        live.move(byCounts: travel)
    }

    private func travel(until now: UInt64) -> Int64 {
        let milliseconds = Int64(min(now - min(now, lastScan), 1_000_000_000) / 1_000_000)
        return min(step, milliseconds * countsPerSecond / 1_000)
    }

    private func isDecided(_ unit: Unit, _ world: World) -> Bool {
        switch world.layout.gateMode {
        case .plc:
            guard let track = unit.track else { return true }
            let slot = world.outputs.verdicts[Int(track % 16)]
            return slot.track == track && slot.verdict != 0
        case .pass: return world.io.commandSequence != unit.sequence
        case .eject, .stop: return world.outputs.runLimit.travel(from: world.io.position) >= runAhead
        }
    }

    /// A carton is about to pass the coder while that has no record for it.
    private func isBlankComing(_ world: World) -> Bool {
        guard world.coder.count == 0 else { return false }
        let near = (world.layout.coder - step)..<world.layout.coder
        return world.cartonsOnBelt.contains { place in
            near.contains(place.distance) && world.carton(place.carton)?.print == nil
        }
    }
}
