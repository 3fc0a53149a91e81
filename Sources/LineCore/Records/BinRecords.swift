/// A reject was found in the bin and read there.
package struct RejectRecovered: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Its serial.
    package var serial = ""
    /// What became of it: a ``RejectRecovery``.
    package var end = ""
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// Rejects without a code that could be read were counted, or a wrong count was taken back.
package struct RejectsCounted: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// How many more.
    package var count = 0
    /// How many fewer: so many were counted wrongly before.
    package var takenBack = 0
    /// Why; may be empty for what was thrown out.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// A good unit in no container left the line for a while.
package struct UnitTakenOut: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Its serial.
    package var serial = ""
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// It is back.
package struct UnitBroughtBack: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Its serial.
    package var serial = ""
    /// Who.
    package var actor = ""
}

extension RejectRecovered: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("s", "serial", &serial)
        try visitor.text("e", "end", &end)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension RejectsCounted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.count("n", "count", &count)
        try visitor.count("tb", "taken-back", &takenBack)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension UnitTakenOut: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("s", "serial", &serial)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension UnitBroughtBack: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("s", "serial", &serial)
        try visitor.text("o", "operator", &actor)
    }
}
