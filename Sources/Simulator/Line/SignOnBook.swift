import LineCore

/// Law 10 as an outsider sees it: every act bears the name of somebody who had signed on and whose role
/// allows it, and what cannot be taken back stands behind its signature, in one decision with it.
///
/// Folded from the journal alone. Its table is written down once more and not taken from the rules.
struct SignOnBook {
    /// Operators sign on at this line; where nobody does, nothing is judged.
    var isOn = false
    private var signedOn: [String: (name: String, role: Role)] = [:]
    private var openedBy: [String: String] = [:]
    /// Containers whose label came first and that hold nothing yet.
    private var opened: Set<String> = []
    /// Acts judged so far.
    private(set) var judged = 0
    /// Signatures seen.
    private(set) var signatures = 0

    /// Takes the records of one decision; says what they may not be.
    mutating func take(decision records: [LineRecord]) -> [String] {
        guard isOn else { return [] }
        var faults: [String] = []
        var signed: [(name: String, role: Role)] = []
        let ended = Set(records.compactMap(Self.ended))
        var read: Set<String> = []
        for case .collated(let fact) in records { read.formUnion(fact.children) }
        // Who refuses the first article ends it: two have signed for that.
        let isFirstArticle = records.contains { if case .firstArticleJudged = $0 { true } else { false } }
        for record in records {
            switch record {
            case .actSigned(let fact):
                signatures += 1
                // The second person signs and is not signed on here.
                let isSecond = ["taken over by", "approved by", "checked by"].contains(fact.meaning)
                if !isSecond, signedOn[fact.terminal]?.name != fact.actor {
                    faults.append("\(fact.actor) signed and was not signed on")
                }
                signed.append((fact.actor, fact.role))
            case .shiftHandedOver(let fact):
                if Set(signed.map(\.name)) != [fact.actor, fact.successor] || fact.actor == fact.successor {
                    faults.append("a shift was handed over without the signatures of two")
                }
            case .firstArticleJudged, .lineCleared:
                if Set(signed.map(\.name)).count < 2 { faults.append("one person alone \(record.kindWord)") }
            case .operatorSignedOn(let fact):
                if signedOn.updateValue((fact.actor, fact.role), forKey: fact.terminal) != nil {
                    faults.append("two are signed on at \(fact.terminal)")
                }
            case .operatorSignedOff(let fact):
                if signedOn.removeValue(forKey: fact.terminal)?.name != fact.actor {
                    faults.append("\(fact.actor) was signed off and was not signed on")
                }
            default: break
            }
            if case .unitEnded = record, isFirstArticle { continue }
            if isVoid(record) { continue }
            if Self.isOfReader(record, read) { continue }
            if let act = Self.act(record, ended) { faults += judge(act, record, signed) }
        }
        return faults
    }

    /// A container that nobody filled ends with its batch, and its label is void: nothing was in it.
    private mutating func isVoid(_ record: LineRecord) -> Bool {
        switch record {
        case .containerOpened(let fact): opened.insert(fact.sscc)
        case .collated(let fact): opened.remove(fact.sscc)
        case .containerDissolved(let fact): return opened.remove(fact.sscc) != nil
        default: break
        }
        return false
    }

    /// The reader of a packing station took the item out of what held it: it goes elsewhere at once.
    private static func isOfReader(_ record: LineRecord, _ read: Set<String>) -> Bool {
        switch record {
        case .itemRemoved(let fact): fact.actor.isEmpty && read.contains(fact.item)
        case .containerDissolved(let fact):
            fact.actor.isEmpty && !read.isEmpty && fact.reason.hasPrefix("re-parented")
        default: false
        }
    }

    /// What an outsider asks of a record that a person caused.
    private struct Act {
        var name: String
        var roles: [Role]
        var isSigned = false
    }

    private static let line: [Role] = [.operator, .supervisor]
    private static let office: [Role] = [.supervisor, .quality]

    /// The serial that a person ended.
    private static func ended(_ record: LineRecord) -> String? {
        switch record {
        case .unitEnded(let fact): fact.serial
        case .rejectRecovered(let fact): fact.serial
        default: nil
        }
    }

    /// - Parameter ended: Serials that end in the same decision: who may end a unit may take it out for that.
    private static func act(_ record: LineRecord, _ ended: Set<String>) -> Act? {
        switch record {
        case .poolAdded(let fact): Act(name: fact.actor, roles: [.supervisor])
        case .batchOpened(let fact): Act(name: fact.actor, roles: office)
        case .productDefined(let fact): Act(name: fact.actor, roles: office)
        case .labelDefined(let fact): Act(name: fact.actor, roles: office)
        case .batchReleased(let fact): Act(name: fact.actor, roles: office, isSigned: true)
        case .batchStarted(let fact): Act(name: fact.actor, roles: line)
        case .batchHeld(let fact): fact.actor.isEmpty ? nil : Act(name: fact.actor, roles: Role.allCases)
        case .batchResumed(let fact): Act(name: fact.actor, roles: line)
        case .batchEnding(let fact): Act(name: fact.actor, roles: line)
        case .batchClosed(let fact):
            Act(name: fact.actor, roles: fact.reason.isEmpty ? office : [.quality], isSigned: true)
        case .inDoubtScrapped(let fact): Act(name: fact.actor, roles: office, isSigned: true)
        case .labelSent(let fact): fact.actor.isEmpty ? nil : Act(name: fact.actor, roles: line)
        case .contentReset(let fact): Act(name: fact.actor, roles: line)
        case .itemRemoved(let fact):
            Act(name: fact.actor, roles: line + (ended.contains(fact.item) ? [.quality] : []))
        case .itemAdded(let fact): Act(name: fact.actor, roles: line)
        case .containerDissolved(let fact):
            Act(name: fact.actor, roles: line + (ended.isEmpty ? [] : [.quality]), isSigned: true)
        case .unitEnded(let fact):
            Act(
                name: fact.actor, roles: fact.end.hasSuffix("sampled") ? line + [.quality] : office,
                isSigned: true)
        case .rejectRecovered(let fact): Act(name: fact.actor, roles: office, isSigned: true)
        case .rejectsCounted(let fact): Act(name: fact.actor, roles: line + [.quality])
        case .unitTakenOut(let fact): Act(name: fact.actor, roles: line + [.quality])
        case .unitBroughtBack(let fact): Act(name: fact.actor, roles: line + [.quality])
        case .itemShipped(let fact): Act(name: fact.actor, roles: line)
        case .firstArticleJudged(let fact): Act(name: fact.actor, roles: line, isSigned: true)
        case .lineCleared(let fact): Act(name: fact.actor, roles: line, isSigned: true)
        // Whoever laid the pack may have signed off since.
        case .challengeJudged: nil
        case .handCounted(let fact): Act(name: fact.actor, roles: line + [.quality])
        case .packingOverridden(let fact): Act(name: fact.actor, roles: [.supervisor])
        case .alarmAcknowledged(let fact): Act(name: fact.actor, roles: line + [.quality])
        case .operatorAdded(let fact): Act(name: fact.actor, roles: [.admin], isSigned: true)
        case .operatorChanged(let fact):
            fact.actor == fact.person ? nil : Act(name: fact.actor, roles: [.admin], isSigned: true)
        case .unitLinked, .lineStarted, .lineStopped, .batchCompleted, .remainderListed, .orphansListed,
            .serialsReserved,
            .serialsVoided, .serialsReturned, .serialsKilled, .jobLoaded, .jobRefused, .setUpEnded,
            .firstArticleShown, .challengesDue,
            .batchSuspended, .containerParked, .unitSent, .unitVerified, .unitRejected, .unitsPassed,
            .unitDiverted, .unitsCleared, .rejectConfirmed, .containerOpened, .collated, .labelsDoubted,
            .containerClosed,
            .alarmRaised, .alarmReturned, .operatorSignedOn, .operatorSignedOff, .operatorLocked, .actSigned,
            .shiftHandedOver, .journalAccepted, .snapshotWritten:
            nil
        }
    }

    private mutating func judge(
        _ act: Act, _ record: LineRecord, _ signed: [(name: String, role: Role)]
    ) -> [String] {
        judged += 1
        var faults: [String] = []
        let what = record.kindWord
        let roles = signedOn.values.filter { $0.name == act.name }.map(\.role)
        if roles.isEmpty { faults.append("\(what) by \(act.name), who is not signed on") }
        if !roles.isEmpty, !roles.contains(where: act.roles.contains) {
            faults.append("\(what) by \(act.name), who may not")
        }
        if act.isSigned, !signed.contains(where: { $0.name == act.name && act.roles.contains($0.role) }) {
            faults.append("\(what) by \(act.name) without a signature")
        }
        switch record {
        case .batchOpened(let fact): openedBy[fact.order.batch] = fact.actor
        case .batchReleased(let fact) where openedBy[fact.batch] == fact.actor:
            faults.append("\(fact.actor) opened and released \(fact.batch)")
        default: break
        }
        return faults
    }
}
