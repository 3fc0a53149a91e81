/// What a lane has for itself: its coder, its feeder's turn and its I/O controller. Lanes lie side by side on
/// one belt, which runs only while every lane lets it, and come together behind their gates.
struct WorldLane: Sendable {
    /// The coder's buffer.
    var coder: SimulatedCoder
    /// What is told to its I/O controller now. A watchdog trip clears run and feed here.
    var outputs = WorldIOOutputs()
    var inputs = WorldIOInputs()
    var lastBeat: UInt64 = 0
    /// Where gate commands act, in the order they came.
    var commands: [Int64] = []
    /// The feeder puts nothing on the belt before this position.
    var nextFeed: Int64
    var lastPreprinted: PrintedCode?
}

extension World {
    /// The lane a carton lies on, or lay on before its gate.
    package func lane(of id: CartonID) -> Int { carton(id)?.lane ?? 0 }

    /// What the controller of a lane is told now.
    package func outputs(lane: Int) -> WorldIOOutputs { lanes[lane].outputs }

    /// What the controller of a lane shows now.
    package func io(lane: Int) -> WorldIOInputs {
        var shown = lanes[lane].inputs
        shown.position = UInt32(truncatingIfNeeded: counted)
        shown.running = showsRunning
        shown.binFull = bin.count >= layout.binCapacity
        return shown
    }

    /// What is told to the I/O controller of the lane at hand, the first one between calls.
    package internal(set) var outputs: WorldIOOutputs {
        get { lanes[laneAtHand].outputs }
        _modify { yield &lanes[laneAtHand].outputs }
    }

    /// The coder of the lane at hand, the first one between calls. Written by
    /// ``sendToCoder(index:values:lane:)`` and the like.
    package internal(set) var coder: SimulatedCoder {
        get { lanes[laneAtHand].coder }
        _modify { yield &lanes[laneAtHand].coder }
    }

    var inputs: WorldIOInputs {
        get { lanes[laneAtHand].inputs }
        _modify { yield &lanes[laneAtHand].inputs }
    }

    var commands: [Int64] {
        get { lanes[laneAtHand].commands }
        _modify { yield &lanes[laneAtHand].commands }
    }

    /// Does something to one lane.
    mutating func at<Result>(_ lane: Int, _ body: (inout World) -> Result) -> Result {
        let before = laneAtHand
        laneAtHand = lane
        defer { laneAtHand = before }
        return body(&self)
    }

    /// Where the feeder of a lane may put its next carton: lanes take turns, so that what comes together
    /// behind the gates lies one behind the other.
    func feedPosition(_ lane: Int) -> Int64 {
        let first = lanes[lane].nextFeed
        guard layout.lanes > 1 else { return first }
        let pitch = layout.pitch * Int64(layout.lanes)
        let from = max(first, position) - layout.initialPosition - Int64(lane) * layout.pitch
        let turns = from > 0 ? (from + pitch - 1) / pitch : 0
        return layout.initialPosition + Int64(lane) * layout.pitch + turns * pitch
    }
}
