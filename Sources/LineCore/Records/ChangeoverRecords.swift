/// The set-up of the line for a batch ended; no unit was made.
package struct SetUpEnded: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
}

/// The first good unit of a batch was read: somebody has to look at it.
package struct FirstArticleShown: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Track number.
    package var track: UInt64 = 0
    /// Its serial.
    package var serial = ""
    /// Its lane; empty on a line that has one.
    package var lane = ""
}

/// People have looked at the first unit of a batch.
package struct FirstArticleJudged: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Its serial.
    package var serial = ""
    /// It is as it should be; otherwise the next good unit is shown.
    package var approved = false
    /// Why not.
    package var reason = ""
    /// Who.
    package var actor = ""
    /// Who has looked as well; empty where nobody signs on.
    package var second = ""
}

/// A pack known to be bad was laid on the belt.
package struct ChallengeJudged: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Which: a ``Challenge``.
    package var challenge = ""
    /// Track number.
    package var track: UInt64 = 0
    /// Why it was rejected: a ``RejectReason``.
    package var reason = ""
    /// It was rejected for such a pack's reason, and seen in the chute.
    package var withstood = false
    /// Who laid it there.
    package var actor = ""
    /// The lane it was laid on; empty on a line that has one.
    package var lane = ""
}

/// The challenges of a batch are due again.
package struct ChallengesDue: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
}

/// The line was cleared after a batch: nothing of it is left on it.
package struct LineCleared: Equatable, Sendable {
    /// The last batch on the line; empty before the first.
    package var batch = ""
    /// Points of the checklist, each looked at by two people.
    package var points: [String] = []
    /// Rejects of that batch.
    package var rejects = 0
    /// Of these, how many were found in the bin and read, or counted there.
    package var found = 0
    /// Who cleared it.
    package var actor = ""
    /// Who has checked that; empty where nobody signs on.
    package var second = ""
}

/// The line is empty of a batch that will go on later.
package struct BatchSuspended: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
}

/// A container that was not full was put aside with its batch: what it held then. It is read again from
/// empty when the batch goes on.
package struct ContainerParked: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Station.
    package var station = ""
    /// Serials of units, or SSCCs of cases, in reading order.
    package var items: [String] = []
}

/// Somebody counted things of a batch by hand.
package struct HandCounted: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// What: a ``HandCount``.
    package var what = ""
    /// How many there are.
    package var count = 0
    /// How many the line knew of.
    package var known = 0
    /// Who.
    package var actor = ""
}

extension SetUpEnded: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
    }
}

extension FirstArticleShown: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.number("t", "track", &track)
        try visitor.text("s", "serial", &serial)
        try visitor.text("ln", "lane", &lane)
    }
}

extension FirstArticleJudged: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("s", "serial", &serial)
        try visitor.flag("ok", "approved", &approved)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
        try visitor.text("o2", "second", &second)
    }
}

extension ChallengeJudged: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("ty", "challenge", &challenge)
        try visitor.number("t", "track", &track)
        try visitor.text("r", "reason", &reason)
        try visitor.flag("ok", "withstood", &withstood)
        try visitor.text("o", "operator", &actor)
        try visitor.text("ln", "lane", &lane)
    }
}

extension ChallengesDue: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
    }
}

extension LineCleared: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.texts("p", "points", &points)
        try visitor.count("n", "rejects", &rejects)
        try visitor.count("f", "found", &found)
        try visitor.text("o", "operator", &actor)
        try visitor.text("o2", "second", &second)
    }
}

extension BatchSuspended: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
    }
}

extension ContainerParked: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("st", "station", &station)
        try visitor.texts("ch", "children", &items)
    }
}

/// A packing station does without its readers: people pack there with their scanners. Or it does no longer.
package struct PackingOverridden: Equatable, Sendable {
    /// Batch on the line.
    package var batch = ""
    /// Station.
    package var station = ""
    /// People pack; otherwise the station's own readers read again.
    package var byHand = false
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

extension PackingOverridden: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("st", "station", &station)
        try visitor.flag("bh", "byHand", &byHand)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension HandCounted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("ty", "what", &what)
        try visitor.count("n", "count", &count)
        try visitor.count("kn", "known", &known)
        try visitor.text("o", "operator", &actor)
    }
}
