/// Somebody signed on at a terminal, with badge and secret.
package struct OperatorSignedOn: Equatable, Sendable {
    /// Who.
    package var actor = ""
    /// What they are.
    package var role = Role.operator
    /// Where.
    package var terminal = ""
    /// Wrong secrets given for this person since they signed on before.
    package var failed = 0
}

/// Somebody is signed on no more.
package struct OperatorSignedOff: Equatable, Sendable {
    /// Who.
    package var actor = ""
    /// Where.
    package var terminal = ""
    /// Why, a ``SignOffCause``.
    package var reason = ""
}

/// Too many wrong secrets: one record for all of them.
package struct OperatorLocked: Equatable, Sendable {
    /// Whose badge it was; empty for badges nobody has.
    package var actor = ""
    /// Where it was tried last.
    package var terminal = ""
    /// How often.
    package var tries = 0
    /// For how long nobody signs on so.
    package var minutes = 0
}

/// A person may sign on from now on.
package struct OperatorAdded: Equatable, Sendable {
    /// Their name.
    package var person = ""
    /// What they are.
    package var role = Role.operator
    /// Last day of it, YYYY-MM-DD; empty without end.
    package var until = ""
    /// Who added them.
    package var actor = ""
}

/// What a person may, or their secret, was changed.
package struct OperatorChanged: Equatable, Sendable {
    /// Their name.
    package var person = ""
    /// What, an ``OperatorChange``.
    package var change = ""
    /// Why.
    package var reason = ""
    /// Who changed it.
    package var actor = ""
}

/// A signature: its owner gave the secret again for the act whose records follow in the same decision.
package struct ActSigned: Equatable, Sendable {
    /// Name of who signed.
    package var actor = ""
    /// What they are.
    package var role = Role.operator
    /// What the signature says, for example `performed by`.
    package var meaning = ""
    /// What was done.
    package var act = ""
    /// To what: a batch, an item, a person.
    package var subject = ""
    /// Where.
    package var terminal = ""
}

/// Another person than who opened the batch has reviewed it: it is ready.
package struct BatchReleased: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Who released it.
    package var actor = ""
}

/// One person gave the line to another. What they both saw is written by the rules.
package struct ShiftHandedOver: Equatable, Sendable {
    /// Who gave it.
    package var actor = ""
    /// Who took it.
    package var successor = ""
    /// Where.
    package var terminal = ""
    /// What one told the other.
    package var note = ""
    /// The batch on the line or completed; empty without one.
    package var batch = ""
    /// Where it stood.
    package var state = ""
    /// Units with a track number.
    package var tracked = 0
    /// Units seen behind the gate.
    package var passed = 0
    /// Units judged bad.
    package var rejected = 0
    /// Rejects seen in the chute: what the bin got in this batch.
    package var binned = 0
    /// Stations with their closed containers and the items of the open one, in words.
    package var stations: [String] = []
    /// SSCCs whose label is to be read, at most ``maxListed``.
    package var unread: [String] = []
    /// Alarms that were not over, at most ``maxListed``.
    package var alarms: [String] = []

    /// Longest list in the record.
    package static let maxListed = 100
}

extension FieldVisitor {
    /// A role by its word; there is always one.
    mutating func role(_ role: inout Role) throws(RecordFault) {
        var text = role.rawValue
        try self.text("ro", "role", &text)
        guard let known = Role(rawValue: text) else { throw .badField("ro") }
        role = known
    }
}

extension OperatorSignedOn: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
        try visitor.role(&role)
        try visitor.text("tm", "terminal", &terminal)
        try visitor.count("fl", "failed", &failed)
    }
}

extension OperatorSignedOff: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
        try visitor.text("tm", "terminal", &terminal)
        try visitor.text("r", "reason", &reason)
    }
}

extension OperatorLocked: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
        try visitor.text("tm", "terminal", &terminal)
        try visitor.count("n", "tries", &tries)
        try visitor.count("mi", "minutes", &minutes)
    }
}

extension OperatorAdded: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("p", "person", &person)
        try visitor.role(&role)
        try visitor.text("un", "until", &until)
        try visitor.text("o", "operator", &actor)
    }
}

extension OperatorChanged: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("p", "person", &person)
        try visitor.text("ch", "change", &change)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension ActSigned: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
        try visitor.role(&role)
        try visitor.text("me", "meaning", &meaning)
        try visitor.text("a", "act", &act)
        try visitor.text("su", "subject", &subject)
        try visitor.text("tm", "terminal", &terminal)
    }
}

extension BatchReleased: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("o", "operator", &actor)
    }
}

extension ShiftHandedOver: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
        try visitor.text("to", "successor", &successor)
        try visitor.text("tm", "terminal", &terminal)
        try visitor.text("no", "note", &note)
        try visitor.text("b", "batch", &batch)
        try visitor.text("bs", "state", &state)
        try visitor.count("tr", "tracked", &tracked)
        try visitor.count("ps", "passed", &passed)
        try visitor.count("rj", "rejected", &rejected)
        try visitor.count("bn", "binned", &binned)
        try visitor.texts("st", "stations", &stations)
        try visitor.texts("is", "unread", &unread)
        try visitor.texts("al", "alarms", &alarms)
    }
}
