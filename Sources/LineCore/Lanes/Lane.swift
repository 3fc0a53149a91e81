/// One of several parallel ways on a line: a belt with its own I/O, coder, cameras and gate. Lanes share the
/// order, its numbers and the packing, never tracks; a stop of one stops all.
package struct Lane: Equatable, Sendable {
    /// Name; empty on a line that has one lane.
    package var name: String
    /// The I/O controller that holds sensors, gate and run-enable; empty where there is no belt.
    package var io: String
    /// Unit coder; `nil` on a line that only takes preprinted packs.
    package var unitPrint: UnitPrintStation?
    /// Unit cameras.
    package var unitVerify: UnitVerifyStation
    /// Reject gate.
    package var gate: GateStation

    /// Most lanes of one line.
    package static let maxLanes = 8

    /// Makes a lane.
    package init(
        name: String = "", io: String, unitPrint: UnitPrintStation?, unitVerify: UnitVerifyStation,
        gate: GateStation
    ) {
        self.name = name
        self.io = io
        self.unitPrint = unitPrint
        self.unitVerify = unitVerify
        self.gate = gate
    }
}

extension [Lane] {
    /// The lane a device belongs to, as an index; `nil` for one that all lanes share.
    package func lane(of device: String) -> Int? {
        firstIndex {
            $0.io == device || $0.unitPrint?.device == device || $0.unitVerify.cameras.contains(device)
        }
    }
}

extension LineConfiguration {
    /// The lane whose units a device prints.
    func laneOfCoder(_ device: String) -> Int? { lanes.firstIndex { $0.unitPrint?.device == device } }

    /// The line prints the codes of its units.
    var hasCoders: Bool { lanes.contains { $0.unitPrint != nil } }
}

/// What is on the belt of a lane, as far as this run of the program knows. Transient.
struct LiveLane: Sendable {
    var coder = CoderFeed()
    var belt = Belt()
    var zone = UnitZone()
    var lastOutputs: LineOutputs?
    var gateSequence: UInt16 = 0
    /// Belt position at which the last feed stop of an ending batch began.
    var drainFrom: Int64?
}

/// The rules of the belt speak of one lane: that of the input, or each in its turn.
extension Line {
    /// The lane at hand.
    var lane: Lane { _read { yield configuration.lanes[laneAtHand] } }

    /// Names lanes behind these words; nothing where there are none, or the line has one lane.
    func lanesText(_ lanes: [Lane], _ words: String) -> String {
        guard configuration.lanes.count > 1, !lanes.isEmpty else { return "" }
        return words + lanes.map(\.name).joined(separator: " and ")
    }

    /// What is on its belt.
    var live: LiveLane {
        _read { yield lanes[laneAtHand] }
        _modify { yield &lanes[laneAtHand] }
    }

    var coder: CoderFeed {
        _read { yield lanes[laneAtHand].coder }
        _modify { yield &lanes[laneAtHand].coder }
    }

    var belt: Belt {
        _read { yield lanes[laneAtHand].belt }
        _modify { yield &lanes[laneAtHand].belt }
    }

    var zone: UnitZone {
        _read { yield lanes[laneAtHand].zone }
        _modify { yield &lanes[laneAtHand].zone }
    }

    /// What a coder holds is not known any more.
    mutating func forgetCoder(_ device: String) {
        if let index = configuration.laneOfCoder(device) { lanes[index].coder.ready = false }
    }

    /// Does something for each lane in its turn.
    mutating func eachLane(_ body: (inout Line) -> Void) {
        for index in lanes.indices { at(index, body) }
    }

    /// Does something for one lane.
    mutating func at(_ index: Int, _ body: (inout Line) -> Void) {
        let before = laneAtHand
        laneAtHand = index
        body(&self)
        laneAtHand = before
    }
}
