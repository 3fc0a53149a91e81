import LineCore

/// What a journal says of units and containers, folded by itself and not by the line's own state.
///
/// It knows the records that move things and nothing of the rules that made them, so that a fault in the
/// rules or in their state is not repeated here. Compared with the belt list by ``BeltComparison``.
package struct JournalLedger: Equatable, Sendable {
    /// A bundle, case, shipper or pallet.
    package struct Container: Equatable, Sendable {
        /// What it is.
        package let level: PackLevel
        /// Units are in it, not containers.
        let holdsUnits: Bool
        /// Serials or SSCCs, as last read.
        package internal(set) var children: [String]
        /// Its label was read back.
        package internal(set) var isClosed = false
        /// Units on its last label; `nil` before the first.
        package internal(set) var labelCount: Int?
        /// It was taken apart.
        package internal(set) var isDissolved = false
        /// It left for a customer.
        package internal(set) var isShipped = false
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
    /// Rejects that came back as good units.
    package private(set) var reintroduced: Set<String> = []
    /// Rejects that were destroyed.
    package private(set) var destroyedRejects: Set<String> = []
    /// Good units that are out for in-process control.
    package private(set) var takenOut: Set<String> = []
    /// Containers of which it was not certain any more which carried which label.
    package private(set) var doubted: Set<String> = []
    /// Rejects found in the bin, and those counted there.
    package private(set) var recovered = 0
    package private(set) var counted = 0
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
    /// Containers that are to be filled.
    private var opened: Set<String> = []
    /// What holds the units of each batch.
    package private(set) var lowestLevels: [String: PackLevel] = [:]
    /// Serials read on rejected units.
    private var seenRejected: Set<String> = []
    /// What holds each item that is in a container.
    private var holders: [String: String] = [:]

    /// An empty journal.
    package init() {}

    /// Takes the next record.
    package mutating func take(_ record: LineRecord) {
        records += 1
        switch record {
        case .unitSent, .unitVerified, .unitRejected, .unitDiverted, .unitsPassed, .unitsCleared,
            .rejectConfirmed, .inDoubtScrapped, .unitEnded, .rejectRecovered, .rejectsCounted, .unitTakenOut,
            .unitBroughtBack:
            takeUnit(record)
        case .labelsDoubted(let fact): doubted.formUnion(fact.ssccs)
        case .containerOpened, .collated, .labelSent, .containerClosed, .contentReset, .itemRemoved,
            .itemAdded,
            .containerDissolved, .itemShipped:
            takeContainer(record)
        case .lineStarted(let fact):
            starts += 1
            if !fact.clean, starts > 1 { recoveries += 1 }
        case .batchHeld(let fact): holds[fact.reason, default: 0] += 1
        case .batchClosed(let fact): closedBatches.append(fact.batch)
        case .batchOpened(let fact): lowestLevels[fact.order.batch] = fact.order.packing.levels.first
        case .unitLinked, .lineStopped, .poolAdded, .productDefined, .labelDefined, .batchStarted,
            .batchResumed, .batchEnding,
            .batchCompleted, .remainderListed, .orphansListed, .serialsReserved, .serialsVoided,
            .serialsReturned,
            .setUpEnded, .firstArticleShown, .firstArticleJudged, .challengeJudged, .challengesDue,
            .batchSuspended, .containerParked, .lineCleared, .jobLoaded, .jobRefused, .handCounted,
            .packingOverridden, .serialsKilled,
            .alarmRaised,
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
        case .unitRejected(let fact):
            rejected += 1
            seenRejected.insert(fact.serial)
        case .unitDiverted(let fact):
            rejected += 1
            if let serial = verified.removeValue(forKey: fact.track) { seenRejected.insert(serial) }
        case .unitsCleared(let fact):
            cleared += fact.tracks.count
            for track in fact.tracks { verified[track] = nil }
        case .rejectConfirmed(let fact): confirmed += fact.tracks.count
        case .inDoubtScrapped(let fact): scrapped.formUnion(fact.serials)
        case .unitEnded(let fact):
            if let end = UnitEnd(rawValue: fact.end) {
                self.end(fact.serial, as: end)
            } else {
                contradictions.append("serial \(fact.serial) came to no end that is known")
            }
        case .rejectRecovered(let fact): recover(fact)
        case .rejectsCounted(let fact): counted += fact.count - fact.takenBack
        case .unitTakenOut(let fact):
            if !commissioned.contains(fact.serial) || holders[fact.serial] != nil {
                contradictions.append("\(fact.serial) was taken out and is not free")
            }
            if !takenOut.insert(fact.serial).inserted {
                contradictions.append("\(fact.serial) was taken out twice")
            }
        case .unitBroughtBack(let fact):
            if takenOut.remove(fact.serial) == nil { contradictions.append("\(fact.serial) was not out") }
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

    /// Law 4: only a unit that was read and rejected comes back, and no copy of a good one.
    private mutating func recover(_ fact: RejectRecovered) {
        recovered += 1
        switch RejectRecovery(rawValue: fact.end) {
        case .destroyed:
            end(fact.serial, as: .destroyed)
            destroyedRejects.insert(fact.serial)
        case .reintroduced:
            if !seenRejected.contains(fact.serial) {
                contradictions.append("serial \(fact.serial) came back and was never rejected")
            }
            if !commissioned.insert(fact.serial).inserted || ended[fact.serial] != nil {
                contradictions.append("serial \(fact.serial) came back and is good, or has ended")
            }
            reintroduced.insert(fact.serial)
        case nil: contradictions.append("serial \(fact.serial) came back to no end that is known")
        }
    }

    /// Law 6: a serial has one end. Only a sampled or decommissioned one must have been on a good unit.
    private mutating func end(_ serial: String, as end: UnitEnd) {
        let wasGood = commissioned.remove(serial) != nil
        takenOut.remove(serial)
        if ended.updateValue(end, forKey: serial) != nil || scrapped.contains(serial) {
            contradictions.append("serial \(serial) ended twice")
        }
        switch end {
        case .sampled, .inactive:
            if !wasGood { contradictions.append("\(serial) is \(end) and was on no good unit") }
        case .labelSampled:
            if wasGood { contradictions.append("\(serial) is \(end) and was on a good unit") }
        case .destroyed: break
        }
        if let holder = holders[serial] {
            contradictions.append("\(serial) is \(end) and in \(holder)")
        }
    }

    private mutating func takeContainer(_ record: LineRecord) {
        switch record {
        case .containerOpened(let fact):
            opened.insert(fact.sscc)
            let holdsUnits = lowestLevels[fact.batch] == fact.level
            let new = Container(level: fact.level, holdsUnits: holdsUnits, children: [])
            if containers.updateValue(new, forKey: fact.sscc) != nil {
                contradictions.append("SSCC \(fact.sscc) was used twice")
            }
        case .collated(let fact):
            let holdsUnits = lowestLevels[fact.batch] == fact.level
            var new = Container(level: fact.level, holdsUnits: holdsUnits, children: fact.children)
            let wasOpened = opened.remove(fact.sscc) != nil
            // Its label came first.
            if wasOpened { new.labelCount = containers[fact.sscc]?.labelCount }
            if containers.updateValue(new, forKey: fact.sscc) != nil, !wasOpened {
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
            checkIsThere(fact.sscc)
            for child in containers[fact.sscc]?.children ?? [] { holders[child] = nil }
            containers[fact.sscc]?.children = fact.children
            put(fact.children, into: fact.sscc)
        case .itemShipped(let fact):
            checkIsThere(fact.sscc)
            if containers[fact.sscc]?.isClosed != true || holders[fact.sscc] != nil {
                contradictions.append("\(fact.sscc) was shipped open or inside another")
            }
            containers[fact.sscc]?.isShipped = true
        case .itemRemoved(let fact):
            checkIsThere(fact.sscc)
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
            if containers[sscc]?.holdsUnits == true, !commissioned.contains(item) || takenOut.contains(item) {
                contradictions.append("\(item) was put into \(sscc) and is not commissioned, or is out")
            }
        }
    }

    /// Nothing happens to a container that was dissolved, or that was shipped, alone or on its pallet.
    private mutating func checkIsThere(_ sscc: String) {
        var around = [sscc]
        while around.count < PackLevel.allCases.count, let holder = holders[around[around.count - 1]] {
            around.append(holder)
        }
        if around.contains(where: { containers[$0]?.isShipped == true }) {
            contradictions.append("\(sscc) was changed after it was shipped")
        }
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
