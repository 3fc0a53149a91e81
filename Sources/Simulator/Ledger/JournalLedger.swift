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
    }

    /// Containers by SSCC.
    package private(set) var containers: [String: Container] = [:]
    /// Serials verified and passed.
    package private(set) var commissioned: Set<String> = []
    /// Serials that left for the printer.
    package private(set) var sent: Set<String> = []
    /// Serials whose doubt was ended by scrapping.
    package private(set) var scrapped: Set<String> = []
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

    /// An empty journal.
    package init() {}

    /// Takes the next record.
    package mutating func take(_ record: LineRecord) {
        records += 1
        switch record {
        case .unitSent, .unitVerified, .unitRejected, .unitDiverted, .unitsPassed, .unitsCleared,
            .rejectConfirmed, .inDoubtScrapped:
            takeUnit(record)
        case .collated, .labelSent, .containerClosed, .contentReset, .itemRemoved:
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
            .alarmAcknowledged, .alarmReturned, .journalAccepted, .snapshotWritten:
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

    private mutating func takeContainer(_ record: LineRecord) {
        switch record {
        case .collated(let fact):
            let new = Container(level: fact.level, children: fact.children)
            if containers.updateValue(new, forKey: fact.sscc) != nil {
                contradictions.append("SSCC \(fact.sscc) was used twice")
            }
        case .labelSent(let fact): containers[fact.sscc]?.labelCount = fact.count
        case .containerClosed(let fact): containers[fact.sscc]?.isClosed = true
        case .contentReset(let fact): containers[fact.sscc]?.children = fact.children
        case .itemRemoved(let fact): containers[fact.sscc]?.children.removeAll { $0 == fact.item }
        default: break
        }
    }

    /// Containers of a level with their SSCCs, in the order of the SSCCs.
    package func containers(of level: PackLevel) -> [(sscc: String, content: Container)] {
        containers.filter { $0.value.level == level }.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
