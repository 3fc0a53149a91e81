/// A person ended a serial: with its product, or with its label alone.
package struct UnitEnded: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Its serial.
    package var serial = ""
    /// How: a ``UnitEnd``.
    package var end = ""
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// An item was put into a container that had its number before.
package struct ItemAdded: Equatable, Sendable {
    /// SSCC of the container.
    package var sscc = ""
    /// Serial of the unit or SSCC of the case.
    package var item = ""
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// A container came to an end: what it held is free, its number is never used again, its label is void.
package struct ContainerDissolved: Equatable, Sendable {
    /// Its SSCC.
    package var sscc = ""
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// A container left for a customer: nothing in it changes here any more.
package struct ItemShipped: Equatable, Sendable {
    /// Its SSCC.
    package var sscc = ""
    /// Shipment, delivery note or whatever names it elsewhere.
    package var reference = ""
    /// Who, or which system, said so.
    package var actor = ""
}

extension UnitEnded: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("s", "serial", &serial)
        try visitor.text("e", "end", &end)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension ItemAdded: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.text("it", "item", &item)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension ContainerDissolved: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension ItemShipped: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.text("rf", "reference", &reference)
        try visitor.text("o", "operator", &actor)
    }
}
