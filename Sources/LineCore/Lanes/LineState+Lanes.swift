/// Units of a batch on one lane.
package struct UnitCounts: Equatable, Sendable {
    /// Units with a track number that were judged or cleared.
    package internal(set) var tracked = 0
    /// Units seen behind the gate.
    package internal(set) var passed = 0
    /// Units judged bad, or verified and then not passed.
    package internal(set) var rejected = 0
    /// Units without disposition when the line stopped uncleanly.
    package internal(set) var cleared = 0
    /// Rejects seen in the chute.
    package internal(set) var confirmed = 0
    /// Serials sent that a later one has overtaken before the camera: skipped, or lost on the way.
    package internal(set) var overtaken = 0

    /// Tracked units whose end is not known.
    package var open: Int { tracked - passed - rejected - cleared }
}

/// What is known of the printing order of a pool on one lane.
struct LaneOrder: Equatable, Sendable {
    /// Furthest printed position seen by its cameras; -1 before the first.
    var furthestSeen = -1
    /// After an unclean stop with `zone = read`: positions below this may be seen in any order.
    var freeBelow = 0
}

/// Neighbouring positions of a pool that were sent to one lane.
struct LaneRun: PositionRun, Equatable, Sendable {
    /// The position behind the last one.
    var end: UInt32
    /// Number of the lane; ``any`` where nobody knows.
    var lane: UInt16

    /// Positions that were sent to no lane, or to one that a crash has hidden.
    static let any = UInt16.max
}

extension [LaneRun] {
    /// The lane a position was sent to.
    func lane(of position: Int) -> UInt16 {
        guard let last, position < Int(last.end) else { return LaneRun.any }
        return run(at: position).lane
    }

    /// The positions from the end of the last run up to `end` were sent to `lane`.
    mutating func append(to end: Int, lane: UInt16) {
        guard end > Int(last?.end ?? 0) else { return }
        let end = UInt32(clamping: end)
        if last?.lane == lane { self[count - 1].end = end } else { append(LaneRun(end: end, lane: lane)) }
    }
}

extension UnitPool {
    /// The printing order on a lane.
    func order(_ lane: Int?) -> LaneOrder {
        lane.flatMap { order.indices.contains($0) ? order[$0] : nil } ?? LaneOrder()
    }

    mutating func setOrder(_ lane: Int, _ change: (inout LaneOrder) -> Void) {
        while order.count <= lane { order.append(LaneOrder()) }
        change(&order[lane])
    }

    /// The serial at a position may come before the cameras of a lane: it was sent there, or nobody knows.
    func mayComeOn(_ lane: Int?, _ position: Int) -> Bool {
        let sent = sentTo.lane(of: position)
        return sent == LaneRun.any || Int(sent) == lane
    }

    /// The lane on which a later serial was seen before this one; `nil` where none was.
    func laneOvertaking(_ position: Int) -> Int? {
        let lane = Int(sentTo.lane(of: position))
        return position < order(lane).furthestSeen ? lane : nil
    }
}

extension LineState {
    /// Last track number in a record.
    var lastTrack: UInt64 { lastTracks.max() ?? 0 }

    /// The number of a lane; `nil` while no record has named it.
    func lane(named name: String) -> Int? { lanes.firstIndex(of: name) }

    /// The number of a lane that a record names.
    mutating func noteLane(_ name: String) -> Int {
        if let known = lane(named: name) { return known }
        lanes.append(name)
        return lanes.count - 1
    }
}

extension Batch {
    /// Units on a lane.
    package func units(lane: Int) -> UnitCounts {
        byLane.indices.contains(lane) ? byLane[lane] : UnitCounts()
    }

    mutating func count(lane: Int, _ change: (inout UnitCounts) -> Void) {
        while byLane.count <= lane { byLane.append(UnitCounts()) }
        change(&byLane[lane])
    }

    /// Units with a track number that were judged or cleared.
    package var tracked: Int { byLane.reduce(0) { $0 + $1.tracked } }
    /// Units seen behind the gate.
    package var passed: Int { byLane.reduce(0) { $0 + $1.passed } }
    /// Units judged bad, or verified and then not passed.
    package var rejected: Int { byLane.reduce(0) { $0 + $1.rejected } }
    /// Units without disposition when the line stopped uncleanly.
    package var cleared: Int { byLane.reduce(0) { $0 + $1.cleared } }
    /// Rejects seen in the chute.
    package var confirmed: Int { byLane.reduce(0) { $0 + $1.confirmed } }
    /// Serials sent that a later one of their lane has overtaken.
    package var overtaken: Int { byLane.reduce(0) { $0 + $1.overtaken } }
    /// Tracked units whose end is not known.
    package var unitsOpen: Int { byLane.reduce(0) { $0 + $1.open } }
}
