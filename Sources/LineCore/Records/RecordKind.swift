/// The kinds of records: the short code of the journal and the word people read.
enum RecordKind: String, CaseIterable {
    case lineStarted = "ls", lineStopped = "lx", poolAdded = "pa"
    case productDefined = "pd", labelDefined = "lf"
    case batchOpened = "bo", batchStarted = "bs", batchHeld = "bh", batchResumed = "br", batchEnding = "be"
    case batchCompleted = "bc", remainderListed = "rl", orphansListed = "ol", batchClosed = "bx"
    case serialsReserved = "sr", serialsVoided = "sv", serialsReturned = "st", serialsKilled = "sk"
    case unitSent = "us", unitVerified = "uv", unitRejected = "ur", unitsPassed = "up"
    case unitDiverted = "ud", unitsCleared = "uc", rejectConfirmed = "rc", inDoubtScrapped = "sx"
    case unitLinked = "ul", containerOpened = "ko", bundleCollated = "kc", caseCollated = "cc",
        shipperCollated = "xc",
        palletCollated = "pc"
    case labelSent = "lb"
    case labelsDoubted = "ld"
    case bundleClosed = "kl", caseClosed = "cl", shipperClosed = "xl", palletClosed = "pl"
    case contentReset = "cr", itemRemoved = "ir"
    case itemAdded = "ia", containerDissolved = "cd", unitEnded = "ue"
    case itemShipped = "is"
    case rejectRecovered = "rr", rejectsCounted = "rn", unitTakenOut = "ut", unitBroughtBack = "ub"
    case setUpEnded = "se", firstArticleShown = "fs", firstArticleJudged = "fj"
    case challengeJudged = "cj", challengesDue = "cq", batchSuspended = "bp", containerParked = "kp"
    case lineCleared = "lc", handCounted = "hc", packingOverridden = "po"
    case jobLoaded = "jl", jobRefused = "jr"
    case alarmRaised = "ar", alarmAcknowledged = "aa", alarmReturned = "ax"
    case batchReleased = "bl", operatorSignedOn = "oi", operatorSignedOff = "oo", operatorLocked = "ok"
    case operatorAdded = "oa", operatorChanged = "oc", actSigned = "sg", shiftHandedOver = "sh"
    case journalAccepted = "ja"
    case snapshotWritten = "sn"

    /// The kind in words, as `journal show` prints it.
    var word: String {
        switch self {
        case .lineStarted: "line.started"
        case .lineStopped: "line.stopped"
        case .poolAdded: "pool.added"
        case .productDefined: "product.defined"
        case .labelDefined: "label.defined"
        case .batchOpened: "batch.opened"
        case .batchStarted: "batch.started"
        case .batchHeld: "batch.held"
        case .batchResumed: "batch.resumed"
        case .batchEnding: "batch.ending"
        case .batchCompleted: "batch.completed"
        case .remainderListed: "remainder.listed"
        case .orphansListed: "orphans.listed"
        case .batchClosed: "batch.closed"
        case .serialsReserved: "serials.reserved"
        case .serialsVoided: "serials.voided"
        case .serialsReturned: "serials.returned"
        case .serialsKilled: "serials.killed"
        case .unitSent: "unit.sent"
        case .unitVerified: "unit.verified"
        case .unitRejected: "unit.rejected"
        case .unitsPassed: "units.passed"
        case .unitDiverted: "unit.diverted"
        case .unitsCleared: "units.cleared"
        case .rejectConfirmed: "reject.confirmed"
        case .inDoubtScrapped: "in-doubt.scrapped"
        case .unitLinked: "unit.linked"
        case .containerOpened: "container.opened"
        case .bundleCollated: "bundle.collated"
        case .caseCollated: "case.collated"
        case .shipperCollated: "shipper.collated"
        case .palletCollated: "pallet.collated"
        case .labelSent: "label.sent"
        case .labelsDoubted: "labels.doubted"
        case .bundleClosed: "bundle.closed"
        case .caseClosed: "case.closed"
        case .shipperClosed: "shipper.closed"
        case .palletClosed: "pallet.closed"
        case .contentReset: "content.reset"
        case .itemRemoved: "item.removed"
        case .itemAdded: "item.added"
        case .containerDissolved: "container.dissolved"
        case .unitEnded: "unit.ended"
        case .itemShipped: "item.shipped"
        case .rejectRecovered: "reject.recovered"
        case .rejectsCounted: "rejects.counted"
        case .unitTakenOut: "unit.taken-out"
        case .unitBroughtBack: "unit.brought-back"
        case .setUpEnded: "set-up.ended"
        case .firstArticleShown: "first-article.shown"
        case .firstArticleJudged: "first-article.judged"
        case .challengeJudged: "challenge.judged"
        case .challengesDue: "challenges.due"
        case .batchSuspended: "batch.suspended"
        case .containerParked: "container.parked"
        case .lineCleared: "line.cleared"
        case .jobLoaded: "job.loaded"
        case .jobRefused: "job.refused"
        case .handCounted: "hand.counted"
        case .packingOverridden: "packing.overridden"
        case .alarmRaised: "alarm.raised"
        case .alarmAcknowledged: "alarm.acknowledged"
        case .alarmReturned: "alarm.returned"
        case .batchReleased: "batch.released"
        case .operatorSignedOn: "operator.signed-on"
        case .operatorSignedOff: "operator.signed-off"
        case .operatorLocked: "operator.locked"
        case .operatorAdded: "operator.added"
        case .operatorChanged: "operator.changed"
        case .actSigned: "act.signed"
        case .shiftHandedOver: "shift.handed-over"
        case .journalAccepted: "journal.accepted"
        case .snapshotWritten: "snapshot.written"
        }
    }
}

extension LineRecord {
    var kind: RecordKind {
        switch self {
        case .lineStarted: .lineStarted
        case .lineStopped: .lineStopped
        case .poolAdded: .poolAdded
        case .productDefined: .productDefined
        case .labelDefined: .labelDefined
        case .batchOpened: .batchOpened
        case .batchStarted: .batchStarted
        case .batchHeld: .batchHeld
        case .batchResumed: .batchResumed
        case .batchEnding: .batchEnding
        case .batchCompleted: .batchCompleted
        case .remainderListed: .remainderListed
        case .orphansListed: .orphansListed
        case .batchClosed: .batchClosed
        case .serialsReserved: .serialsReserved
        case .serialsVoided: .serialsVoided
        case .serialsReturned: .serialsReturned
        case .serialsKilled: .serialsKilled
        case .unitSent: .unitSent
        case .unitVerified: .unitVerified
        case .unitRejected: .unitRejected
        case .unitsPassed: .unitsPassed
        case .unitDiverted: .unitDiverted
        case .unitsCleared: .unitsCleared
        case .rejectConfirmed: .rejectConfirmed
        case .inDoubtScrapped: .inDoubtScrapped
        case .unitLinked: .unitLinked
        case .containerOpened: .containerOpened
        case .collated(let fact): RecordKind(collated: fact.level)
        case .labelSent: .labelSent
        case .labelsDoubted: .labelsDoubted
        case .containerClosed(let fact): RecordKind(closed: fact.level)
        case .contentReset: .contentReset
        case .itemRemoved: .itemRemoved
        case .itemAdded: .itemAdded
        case .containerDissolved: .containerDissolved
        case .unitEnded: .unitEnded
        case .itemShipped: .itemShipped
        case .rejectRecovered: .rejectRecovered
        case .rejectsCounted: .rejectsCounted
        case .unitTakenOut: .unitTakenOut
        case .unitBroughtBack: .unitBroughtBack
        case .setUpEnded: .setUpEnded
        case .firstArticleShown: .firstArticleShown
        case .firstArticleJudged: .firstArticleJudged
        case .challengeJudged: .challengeJudged
        case .challengesDue: .challengesDue
        case .batchSuspended: .batchSuspended
        case .containerParked: .containerParked
        case .lineCleared: .lineCleared
        case .jobLoaded: .jobLoaded
        case .jobRefused: .jobRefused
        case .handCounted: .handCounted
        case .packingOverridden: .packingOverridden
        case .alarmRaised: .alarmRaised
        case .alarmAcknowledged: .alarmAcknowledged
        case .alarmReturned: .alarmReturned
        case .batchReleased: .batchReleased
        case .operatorSignedOn: .operatorSignedOn
        case .operatorSignedOff: .operatorSignedOff
        case .operatorLocked: .operatorLocked
        case .operatorAdded: .operatorAdded
        case .operatorChanged: .operatorChanged
        case .actSigned: .actSigned
        case .shiftHandedOver: .shiftHandedOver
        case .journalAccepted: .journalAccepted
        case .snapshotWritten: .snapshotWritten
        }
    }

    /// Shows the fields of this record to `visitor`.
    func show<V: FieldVisitor>(to visitor: inout V) throws(RecordFault) {
        switch self {
        case .lineStarted(let fact): try Self.show(fact, to: &visitor)
        case .lineStopped(let fact): try Self.show(fact, to: &visitor)
        case .poolAdded(let fact): try Self.show(fact, to: &visitor)
        case .productDefined(let fact): try Self.show(fact, to: &visitor)
        case .labelDefined(let fact): try Self.show(fact, to: &visitor)
        case .batchOpened(let fact): try Self.show(fact, to: &visitor)
        case .batchStarted(let fact): try Self.show(fact, to: &visitor)
        case .batchHeld(let fact): try Self.show(fact, to: &visitor)
        case .batchResumed(let fact): try Self.show(fact, to: &visitor)
        case .batchEnding(let fact): try Self.show(fact, to: &visitor)
        case .batchCompleted(let fact): try Self.show(fact, to: &visitor)
        case .remainderListed(let fact): try Self.show(fact, to: &visitor)
        case .orphansListed(let fact): try Self.show(fact, to: &visitor)
        case .batchClosed(let fact): try Self.show(fact, to: &visitor)
        case .serialsReserved(let fact), .serialsVoided(let fact), .serialsReturned(let fact),
            .serialsKilled(let fact):
            try Self.show(fact, to: &visitor)
        case .unitSent(let fact): try Self.show(fact, to: &visitor)
        case .unitVerified(let fact): try Self.show(fact, to: &visitor)
        case .unitRejected(let fact), .unitDiverted(let fact): try Self.show(fact, to: &visitor)
        case .unitsPassed(let fact), .unitsCleared(let fact), .rejectConfirmed(let fact):
            try Self.show(fact, to: &visitor)
        case .inDoubtScrapped(let fact): try Self.show(fact, to: &visitor)
        case .unitLinked(let fact): try Self.show(fact, to: &visitor)
        case .containerOpened(let fact): try Self.show(fact, to: &visitor)
        case .collated(let fact): try Self.show(fact, to: &visitor)
        case .labelSent(let fact): try Self.show(fact, to: &visitor)
        case .labelsDoubted(let fact): try Self.show(fact, to: &visitor)
        case .containerClosed(let fact): try Self.show(fact, to: &visitor)
        case .contentReset(let fact): try Self.show(fact, to: &visitor)
        case .itemRemoved(let fact): try Self.show(fact, to: &visitor)
        case .itemAdded(let fact): try Self.show(fact, to: &visitor)
        case .containerDissolved(let fact): try Self.show(fact, to: &visitor)
        case .unitEnded(let fact): try Self.show(fact, to: &visitor)
        case .itemShipped(let fact): try Self.show(fact, to: &visitor)
        case .rejectRecovered(let fact): try Self.show(fact, to: &visitor)
        case .rejectsCounted(let fact): try Self.show(fact, to: &visitor)
        case .unitTakenOut(let fact): try Self.show(fact, to: &visitor)
        case .unitBroughtBack(let fact): try Self.show(fact, to: &visitor)
        case .setUpEnded(let fact): try Self.show(fact, to: &visitor)
        case .firstArticleShown(let fact): try Self.show(fact, to: &visitor)
        case .firstArticleJudged(let fact): try Self.show(fact, to: &visitor)
        case .challengeJudged(let fact): try Self.show(fact, to: &visitor)
        case .challengesDue(let fact): try Self.show(fact, to: &visitor)
        case .batchSuspended(let fact): try Self.show(fact, to: &visitor)
        case .containerParked(let fact): try Self.show(fact, to: &visitor)
        case .lineCleared(let fact): try Self.show(fact, to: &visitor)
        case .jobLoaded(let fact): try Self.show(fact, to: &visitor)
        case .jobRefused(let fact): try Self.show(fact, to: &visitor)
        case .handCounted(let fact): try Self.show(fact, to: &visitor)
        case .packingOverridden(let fact): try Self.show(fact, to: &visitor)
        case .alarmRaised(let fact): try Self.show(fact, to: &visitor)
        case .alarmAcknowledged(let fact), .alarmReturned(let fact): try Self.show(fact, to: &visitor)
        case .batchReleased(let fact): try Self.show(fact, to: &visitor)
        case .operatorSignedOn(let fact): try Self.show(fact, to: &visitor)
        case .operatorSignedOff(let fact): try Self.show(fact, to: &visitor)
        case .operatorLocked(let fact): try Self.show(fact, to: &visitor)
        case .operatorAdded(let fact): try Self.show(fact, to: &visitor)
        case .operatorChanged(let fact): try Self.show(fact, to: &visitor)
        case .actSigned(let fact): try Self.show(fact, to: &visitor)
        case .shiftHandedOver(let fact): try Self.show(fact, to: &visitor)
        case .journalAccepted(let fact): try Self.show(fact, to: &visitor)
        case .snapshotWritten(let fact): try Self.show(fact, to: &visitor)
        }
    }

    private static func show<V: FieldVisitor>(
        _ fact: some RecordPayload, to visitor: inout V
    ) throws(RecordFault) {
        var fact = fact
        try fact.fields(&visitor)
    }

    /// Makes the record of `kind` whose fields `visitor` supplies.
    init<V: FieldVisitor>(kind: RecordKind, from visitor: inout V) throws(RecordFault) {
        switch kind {
        case .lineStarted: self = .lineStarted(try Self.read(&visitor))
        case .lineStopped: self = .lineStopped(try Self.read(&visitor))
        case .poolAdded: self = .poolAdded(try Self.read(&visitor))
        case .productDefined: self = .productDefined(try Self.read(&visitor))
        case .labelDefined: self = .labelDefined(try Self.read(&visitor))
        case .batchOpened: self = .batchOpened(try Self.read(&visitor))
        case .batchStarted: self = .batchStarted(try Self.read(&visitor))
        case .batchHeld: self = .batchHeld(try Self.read(&visitor))
        case .batchResumed: self = .batchResumed(try Self.read(&visitor))
        case .batchEnding: self = .batchEnding(try Self.read(&visitor))
        case .batchCompleted: self = .batchCompleted(try Self.read(&visitor))
        case .remainderListed: self = .remainderListed(try Self.read(&visitor))
        case .orphansListed: self = .orphansListed(try Self.read(&visitor))
        case .batchClosed: self = .batchClosed(try Self.read(&visitor))
        case .serialsReserved: self = .serialsReserved(try Self.read(&visitor))
        case .serialsVoided: self = .serialsVoided(try Self.read(&visitor))
        case .serialsReturned: self = .serialsReturned(try Self.read(&visitor))
        case .serialsKilled: self = .serialsKilled(try Self.read(&visitor))
        case .unitSent: self = .unitSent(try Self.read(&visitor))
        case .unitVerified: self = .unitVerified(try Self.read(&visitor))
        case .unitRejected: self = .unitRejected(try Self.read(&visitor))
        case .unitsPassed: self = .unitsPassed(try Self.read(&visitor))
        case .unitDiverted: self = .unitDiverted(try Self.read(&visitor))
        case .unitsCleared: self = .unitsCleared(try Self.read(&visitor))
        case .rejectConfirmed: self = .rejectConfirmed(try Self.read(&visitor))
        case .inDoubtScrapped: self = .inDoubtScrapped(try Self.read(&visitor))
        case .unitLinked: self = .unitLinked(try Self.read(&visitor))
        case .containerOpened: self = .containerOpened(try Self.read(&visitor))
        case .bundleCollated: self = .collated(try Self.read(&visitor, .bundle))
        case .caseCollated: self = .collated(try Self.read(&visitor, .case))
        case .shipperCollated: self = .collated(try Self.read(&visitor, .shipper))
        case .palletCollated: self = .collated(try Self.read(&visitor, .pallet))
        case .labelSent: self = .labelSent(try Self.read(&visitor))
        case .labelsDoubted: self = .labelsDoubted(try Self.read(&visitor))
        case .bundleClosed: self = .containerClosed(try Self.read(&visitor, .bundle))
        case .caseClosed: self = .containerClosed(try Self.read(&visitor, .case))
        case .shipperClosed: self = .containerClosed(try Self.read(&visitor, .shipper))
        case .palletClosed: self = .containerClosed(try Self.read(&visitor, .pallet))
        case .contentReset: self = .contentReset(try Self.read(&visitor))
        case .itemRemoved: self = .itemRemoved(try Self.read(&visitor))
        case .itemAdded: self = .itemAdded(try Self.read(&visitor))
        case .containerDissolved: self = .containerDissolved(try Self.read(&visitor))
        case .unitEnded: self = .unitEnded(try Self.read(&visitor))
        case .itemShipped: self = .itemShipped(try Self.read(&visitor))
        case .rejectRecovered: self = .rejectRecovered(try Self.read(&visitor))
        case .rejectsCounted: self = .rejectsCounted(try Self.read(&visitor))
        case .unitTakenOut: self = .unitTakenOut(try Self.read(&visitor))
        case .unitBroughtBack: self = .unitBroughtBack(try Self.read(&visitor))
        case .setUpEnded: self = .setUpEnded(try Self.read(&visitor))
        case .firstArticleShown: self = .firstArticleShown(try Self.read(&visitor))
        case .firstArticleJudged: self = .firstArticleJudged(try Self.read(&visitor))
        case .challengeJudged: self = .challengeJudged(try Self.read(&visitor))
        case .challengesDue: self = .challengesDue(try Self.read(&visitor))
        case .batchSuspended: self = .batchSuspended(try Self.read(&visitor))
        case .containerParked: self = .containerParked(try Self.read(&visitor))
        case .lineCleared: self = .lineCleared(try Self.read(&visitor))
        case .jobLoaded: self = .jobLoaded(try Self.read(&visitor))
        case .jobRefused: self = .jobRefused(try Self.read(&visitor))
        case .handCounted: self = .handCounted(try Self.read(&visitor))
        case .packingOverridden: self = .packingOverridden(try Self.read(&visitor))
        case .alarmRaised: self = .alarmRaised(try Self.read(&visitor))
        case .alarmAcknowledged: self = .alarmAcknowledged(try Self.read(&visitor))
        case .alarmReturned: self = .alarmReturned(try Self.read(&visitor))
        case .batchReleased: self = .batchReleased(try Self.read(&visitor))
        case .operatorSignedOn: self = .operatorSignedOn(try Self.read(&visitor))
        case .operatorSignedOff: self = .operatorSignedOff(try Self.read(&visitor))
        case .operatorLocked: self = .operatorLocked(try Self.read(&visitor))
        case .operatorAdded: self = .operatorAdded(try Self.read(&visitor))
        case .operatorChanged: self = .operatorChanged(try Self.read(&visitor))
        case .actSigned: self = .actSigned(try Self.read(&visitor))
        case .shiftHandedOver: self = .shiftHandedOver(try Self.read(&visitor))
        case .journalAccepted: self = .journalAccepted(try Self.read(&visitor))
        case .snapshotWritten: self = .snapshotWritten(try Self.read(&visitor))
        }
    }

    private static func read<V: FieldVisitor, Payload: RecordPayload>(
        _ visitor: inout V
    ) throws(RecordFault) -> Payload {
        var fact = Payload()
        try fact.fields(&visitor)
        return fact
    }

    /// The level of a container's record is in its kind.
    private static func read<V: FieldVisitor, Payload: LevelPayload>(
        _ visitor: inout V, _ level: PackLevel
    ) throws(RecordFault) -> Payload {
        var fact: Payload = try read(&visitor)
        fact.level = level
        return fact
    }
}

/// A record whose kind says of what level it speaks.
protocol LevelPayload: RecordPayload {
    var level: PackLevel { get set }
}

extension Collated: LevelPayload {}
extension ContainerClosed: LevelPayload {}

extension RecordKind {
    fileprivate init(collated level: PackLevel) {
        switch level {
        case .bundle: self = .bundleCollated
        case .case: self = .caseCollated
        case .shipper: self = .shipperCollated
        case .pallet: self = .palletCollated
        }
    }

    fileprivate init(closed level: PackLevel) {
        switch level {
        case .bundle: self = .bundleClosed
        case .case: self = .caseClosed
        case .shipper: self = .shipperClosed
        case .pallet: self = .palletClosed
        }
    }
}
