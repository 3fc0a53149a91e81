/// How a person's act ends a serial.
package enum UnitEnd: String, CaseIterable, Equatable, Sendable {
    /// The product was taken as a sample.
    case sampled
    /// The label was taken as a sample; there is no product with it.
    case labelSampled = "label-sampled"
    /// Decommissioned: the product may exist, its number means nothing any more.
    case inactive
    /// The product is gone.
    case destroyed

    /// The state of the serial thereafter.
    package var state: SerialState {
        switch self {
        case .sampled: .sampled
        case .labelSampled: .labelSampled
        case .inactive: .inactive
        case .destroyed: .destroyed
        }
    }

    var act: ReasonedAct {
        switch self {
        case .sampled: .sample
        case .labelSampled: .labelSample
        case .inactive: .decommission
        case .destroyed: .destroy
        }
    }

    /// Whether a serial in `state` may come to this end.
    func mayFollow(_ state: SerialState) -> Bool {
        switch self {
        case .sampled, .inactive: state == .commissioned
        case .labelSampled: state == .encoded || state == .inDoubt
        case .destroyed: state == .commissioned || state == .encoded || state == .inDoubt
        }
    }
}

extension Line {
    /// Ends the serial of a unit; one that is in a container leaves it in the same decision.
    mutating func end(
        _ name: ItemName, as end: UnitEnd, reason: String, dissolves: Bool, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: end.act)
        let unit = try self.unit(name)
        try check(unit, mayBe: end)
        let leaving = try leaving(.unit(unit), dissolves: dissolves)
        record(leaving, of: .unit(unit), why, actor)
        record(unit, endsAs: end, why, actor)
        return "\(unit.serial) is \(end.state.word)" + words(leaving)
    }

    /// Refuses an end that a serial's state does not allow.
    func check(_ unit: NamedUnit, mayBe end: UnitEnd) throws(Refusal) {
        let serialState = state.unitPools[unit.pool].state(unit.position)
        guard !end.mayFollow(serialState) else { return }
        let remedy =
            switch (serialState, end) {
            case (.verified, _): "Wait until it has left the belt."
            case (.commissioned, .labelSampled):
                "A label on a good unit goes with it: seriatim item sample CODE."
            case (.encoded, _), (.inDoubt, _):
                "Nobody has proven it: seriatim item destroy, or label-sample for its label."
            default: "There is nothing to do: seriatim item show CODE tells its history."
            }
        throw Refusal(
            "REWORK-105", "\(unit.serial) is \(serialState.word) and cannot be \(end.state.word)", remedy)
    }

    /// Records the end of a serial; it lies in no open container any more.
    mutating func record(_ unit: NamedUnit, endsAs end: UnitEnd, _ why: String, _ actor: String) {
        record(
            .unitEnded(
                UnitEnded(
                    batch: state.batches[unit.batch].order.batch, serial: unit.serial, end: end.rawValue,
                    reason: why, actor: actor)))
        leaveOpen(.unit(unit))
    }

    /// An item that was read into an open container was taken out of it: nothing of it is recorded yet.
    mutating func leaveOpen(_ item: NamedItem) {
        guard let station = openStation(of: item) else { return }
        let number =
            switch item {
            case .unit(let unit): UInt32(unit.position)
            case .container(let index): UInt32(index)
            }
        packing[station].items.removeAll { $0 == number }
    }
}
