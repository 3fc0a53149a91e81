import LineCore

/// What a journal says of units and containers, folded by itself and not by the line's own state.
///
/// It knows the records that move things and nothing of the rules that made them, so that a fault in the
/// rules or in their state is not repeated here. Compared with the belt list by ``BeltComparison``.
package struct JournalLedger: Equatable, Sendable {
    /// A case or pallet.
    package struct Container: Equatable, Sendable {
        /// Case or pallet.
        package let level: PackLevel
        /// Serials or SSCCs, as last read.
        package internal(set) var children: [String]
        /// Its label was read back.
        package internal(set) var isClosed = false
        /// Count on its last label; `nil` before the first.
        package internal(set) var labelCount: Int?
        /// It was taken apart.
        package internal(set) var isDissolved = false
    }

    /// Containers by SSCC.
    package private(set) var containers: [String: Container] = [:]
    /// Serials verified and passed.
    package private(set) var commissioned: Set<String> = []
    /// Serials that left for the printer.
    package private(set) var sent: Set<String> = []
    /// Serials whose doubt was ended by scrapping.
    package private(set) var scrapped: Set<String> = []
    /// Serials that a person ended, and how.
    package private(set) var ended: [String: UnitEnd] = [:]
    /// Units judged bad, or verified and not passed.
    package private(set) var rejected = 0
    /// Rejects seen in the chute.
    package private(set) var confirmed = 0
    /// Units of no disposition.
    package private(set) var cleared = 0
    /// Starts of the daemon, and how many followed an unclean end.
    package private(set) var starts = 0
    /// Starts that followed an unclean end, the first one not counted.
    package private(set) var recoveries = 0
    /// Holds of the line, by code.
    package private(set) var holds: [String: Int] = [:]
    /// Batches closed.
    package private(set) var closedBatches: [String] = []
    /// Records read.
    package private(set) var records = 0
    /// Things no journal may say: a number used twice, a unit that passed unverified.
    package private(set) var contradictions: [String] = []

    private var verified: [UInt64: String] = [:]
    /// What holds each item that is in a container.
    private var holders: [String: String] = [:]

    /// An empty journal.
    package init() {}

    /// Takes the next record.
    package mutating func take(_ record: LineRecord) {
        records += 1
        switch record {
        case .unitSent, .unitVerified, .unitRejected, .unitDiverted, .unitsPassed, .unitsCleared,
            .rejectConfirmed, .inDoubtScrapped, .unitEnded:
            takeUnit(record)
        case .collated, .labelSent, .containerClosed, .contentReset, .itemRemoved, .itemAdded,
            .containerDissolved:
            takeContainer(record)
        case .lineStarted(let fact):
            starts += 1
            if !fact.clean, starts > 1 { recoveries += 1 }
        case .batchHeld(let fact): holds[fact.reason, default: 0] += 1
        case .batchClosed(let fact): closedBatches.append(fact.batch)
        case .lineStopped, .poolAdded, .batchOpened, .batchStarted, .batchResumed, .batchEnding,
            .batchCompleted, .remainderListed, .orphansListed, .serialsReserved, .serialsVoided,
            .serialsReturned,
            .labelsDoubted, .alarmRaised,
            .alarmAcknowledged, .alarmReturned, .batchReleased, .operatorSignedOn, .operatorSignedOff,
            .operatorLocked, .operatorAdded, .operatorChanged, .actSigned, .shiftHandedOver,
            .journalAccepted, .snapshotWritten:
            break
        }
    }

    private mutating func takeUnit(_ record: LineRecord) {
        switch record {
        case .unitSent(let fact):
            for serial in fact.serials where !sent.insert(serial).inserted {
                contradictions.append("serial \(serial) was sent twice")
            }
        case .unitVerified(let fact): verified[fact.track] = fact.serial
        case .unitsPassed(let fact):
            for track in fact.tracks { pass(track) }
        case .unitRejected: rejected += 1
        case .unitDiverted(let fact):
            rejected += 1
            verified[fact.track] = nil
        case .unitsCleared(let fact):
            cleared += fact.tracks.count
            for track in fact.tracks { verified[track] = nil }
        case .rejectConfirmed(let fact): confirmed += fact.tracks.count
        case .inDoubtScrapped(let fact): scrapped.formUnion(fact.serials)
        case .unitEnded(let fact): end(fact)
        default: break
        }
    }

    private mutating func pass(_ track: UInt64) {
        guard let serial = verified.removeValue(forKey: track) else {
            contradictions.append("track \(track) passed and was not verified")
            return
        }
        if !commissioned.insert(serial).inserted {
            contradictions.append("serial \(serial) was commissioned twice")
        }
    }

    /// Law 6: a serial has one end. Only a sampled or decommissioned one must have been on a good unit.
    private mutating func end(_ fact: UnitEnded) {
        guard let end = UnitEnd(rawValue: fact.end) else {
            return contradictions.append("serial \(fact.serial) came to no end that is known")
        }
        let wasGood = commissioned.remove(fact.serial) != nil
        if ended.updateValue(end, forKey: fact.serial) != nil || scrapped.contains(fact.serial) {
            contradictions.append("serial \(fact.serial) ended twice")
        }
        switch end {
        case .sampled, .inactive:
            if !wasGood { contradictions.append("\(fact.serial) is \(end) and was on no good unit") }
        case .labelSampled:
            if wasGood { contradictions.append("\(fact.serial) is \(end) and was on a good unit") }
        case .destroyed: break
        }
        if let holder = holders[fact.serial] {
            contradictions.append("\(fact.serial) is \(end) and in \(holder)")
        }
    }

    private mutating func takeContainer(_ record: LineRecord) {
        switch record {
        case .collated(let fact):
            let new = Container(level: fact.level, children: fact.children)
            if containers.updateValue(new, forKey: fact.sscc) != nil {
                contradictions.append("SSCC \(fact.sscc) was used twice")
            }
            put(fact.children, into: fact.sscc)
        case .labelSent(let fact):
            containers[fact.sscc]?.labelCount = fact.count
            checkIsThere(fact.sscc)
        case .containerClosed(let fact):
            containers[fact.sscc]?.isClosed = true
            checkIsThere(fact.sscc)
        case .contentReset(let fact):
            for child in containers[fact.sscc]?.children ?? [] { holders[child] = nil }
            containers[fact.sscc]?.children = fact.children
            put(fact.children, into: fact.sscc)
        case .itemRemoved(let fact):
            containers[fact.sscc]?.children.removeAll { $0 == fact.item }
            if holders.removeValue(forKey: fact.item) != fact.sscc {
                contradictions.append("\(fact.item) left \(fact.sscc) and was not in it")
            }
        case .itemAdded(let fact):
            containers[fact.sscc]?.children.append(fact.item)
            put([fact.item], into: fact.sscc)
        case .containerDissolved(let fact):
            if let holder = holders[fact.sscc] {
                contradictions.append("\(fact.sscc) was dissolved in \(holder)")
            }
            for child in containers[fact.sscc]?.children ?? [] { holders[child] = nil }
            checkIsThere(fact.sscc)
            containers[fact.sscc]?.children = []
            containers[fact.sscc]?.isClosed = false
            containers[fact.sscc]?.isDissolved = true
        default: break
        }
    }

    /// Law 5: one parent, and only good items have one.
    private mutating func put(_ items: [String], into sscc: String) {
        checkIsThere(sscc)
        for item in items {
            if let other = holders.updateValue(sscc, forKey: item) {
                contradictions.append("\(item) was put into \(sscc) and is in \(other)")
            }
            if containers[sscc]?.level == .case, !commissioned.contains(item) {
                contradictions.append("\(item) was put into \(sscc) and is not commissioned")
            }
        }
    }

    private mutating func checkIsThere(_ sscc: String) {
        if containers[sscc]?.isDissolved != false {
            contradictions.append("\(sscc) is no container any more, or none yet")
        }
    }

    /// Containers of a level that were not dissolved, with their SSCCs, in the order of the SSCCs.
    package func containers(of level: PackLevel) -> [(sscc: String, content: Container)] {
        containers.filter { $0.value.level == level && !$0.value.isDissolved }.map { ($0.key, $0.value) }
            .sorted { $0.0 < $1.0 }
    }
}
