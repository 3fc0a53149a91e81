import EPCIS
import GS1
import LineCore

/// Where and when a record was written.
package struct RecordPlace: Equatable, Sendable {
    /// Its line in the journal, from 1.
    package var line: UInt64
    /// Wall clock, milliseconds since 1970 in UTC.
    package var wallMilliseconds: Int64
    /// In effect at the line at that time.
    package var zone: TimeZoneOffset

    package init(line: UInt64, wallMilliseconds: Int64, zone: TimeZoneOffset) {
        self.line = line
        self.wallMilliseconds = wallMilliseconds
        self.zone = zone
    }
}

/// A record that contradicts those before it: no events can be made of it.
package struct LineEventFault: Error, Equatable, Sendable {
    /// What does not fit, without serial numbers.
    package let text: String
}

/// What records leave out because earlier ones said it: of which batch a track or a container is.
///
/// In memory are batches that are not closed, each with its containers (24 bytes each) and the serials that
/// were sent and not seen; and verified units that have not passed.
struct LineContext {
    /// A batch that is not closed.
    struct Run {
        let order: Order
        let gtin: GTIN
        /// Units carry the serial in (235), not in (21).
        let hasThirdPartySerials: Bool
        /// Expiry as `2027-12-31`.
        let expiry: String
        /// Level of each container by SSCC, and how many items are in it.
        var containers: [UInt64: (level: PackLevel, count: Int32)] = [:]
        /// Sent to the printer and seen by no camera: no unit is known to carry them.
        var unseen: Set<String> = []
    }

    /// A verified unit between camera and exit.
    struct OpenUnit {
        let serial: String
        let batch: String
    }

    /// Batches not closed, by name.
    private(set) var runs: [String: Run] = [:]
    /// The batch on the line.
    private(set) var running: String?
    /// Verified units that have neither passed nor come to another end, by track number.
    private(set) var tracks: [UInt64: OpenUnit] = [:]

    /// A batch that is not closed.
    func run(_ batch: String) throws(LineEventFault) -> Run {
        guard let run = runs[batch] else { throw LineEventFault(text: "a batch is not open") }
        return run
    }

    /// The batch on the line.
    func runningBatch() throws(LineEventFault) -> String {
        guard let running else { throw LineEventFault(text: "no batch is on the line") }
        return running
    }

    /// The batch a container is of; `nil` for one nobody knows.
    func batch(of sscc: UInt64) -> String? {
        // Nearly always one, seldom two: one completed, one running.
        runs.first { $0.value.containers[sscc] != nil }?.key
    }

    /// What is in a container.
    func content(of sscc: UInt64) throws(LineEventFault) -> (batch: String, level: PackLevel, count: Int32) {
        guard let batch = batch(of: sscc), let found = runs[batch]?.containers[sscc] else {
            throw LineEventFault(text: "a container is not of an open batch")
        }
        return (batch, found.level, found.count)
    }

    /// The number of an SSCC.
    static func sscc(_ text: String) throws(LineEventFault) -> SSCC {
        guard let sscc = try? SSCC(text) else { throw LineEventFault(text: "an SSCC is none") }
        return sscc
    }

    /// The URI of a unit.
    static func epc(ofUnit serial: String, of run: Run) throws(LineEventFault) -> EPCURI {
        if run.hasThirdPartySerials {
            guard let epc = try? EPCURI(run.gtin, thirdPartySerial: serial) else {
                throw LineEventFault(text: "a serial is none of a third party")
            }
            return epc
        }
        guard let serial = try? SerialNumber(serial) else {
            throw LineEventFault(text: "a serial is no GS1 serial number")
        }
        return EPCURI(run.gtin, serial: serial)
    }

    /// The URI of an item in a container of a level.
    static func epc(_ item: String, in level: PackLevel, of run: Run) throws(LineEventFault) -> EPCURI {
        guard run.order.packing.content(of: level) == nil else { return EPCURI(try sscc(item)) }
        return try epc(ofUnit: item, of: run)
    }

    // MARK: Records

    /// Takes what the record changes; whoever needs what was before looks first.
    mutating func apply(_ record: LineRecord, at place: RecordPlace) throws(LineEventFault) {
        switch record {
        case .batchOpened(let fact): try open(fact.order, at: place)
        case .batchStarted(let fact):
            _ = try run(fact.batch)
            running = fact.batch
        case .batchCompleted, .setUpEnded, .batchSuspended: running = nil
        case .batchClosed(let fact):
            _ = try run(fact.batch)
            runs[fact.batch] = nil
        case .unitSent(let fact): runs[try runningBatch()]?.unseen.formUnion(fact.serials)
        case .unitVerified(let fact):
            let batch = try runningBatch()
            runs[batch]?.unseen.remove(fact.serial)
            guard tracks.updateValue(OpenUnit(serial: fact.serial, batch: batch), forKey: fact.track) == nil
            else { throw LineEventFault(text: "a track was verified twice") }
        case .unitRejected(let fact): runs[try runningBatch()]?.unseen.remove(fact.serial)
        case .unitsPassed(let fact): for track in fact.tracks { _ = try end(track) }
        case .unitDiverted(let fact): _ = try end(fact.track)
        // A rejected unit may be cleared too; of it nothing is kept.
        case .unitsCleared(let fact): for track in fact.tracks { tracks[track] = nil }
        case .inDoubtScrapped(let fact):
            _ = try run(fact.batch)
            runs[fact.batch]?.unseen.subtract(fact.serials)
        case .containerOpened(let fact):
            _ = try run(fact.batch)
            runs[fact.batch]?.containers[try Self.sscc(fact.sscc).number] = (fact.level, 0)
        case .collated(let fact):
            _ = try run(fact.batch)
            let content = (fact.level, Int32(clamping: fact.children.count))
            runs[fact.batch]?.containers[try Self.sscc(fact.sscc).number] = content
        case .contentReset(let fact):
            try setCount(of: fact.sscc) { $0 = Int32(clamping: fact.children.count) }
        case .itemRemoved(let fact):
            try setCount(of: fact.sscc) { $0 -= 1 }
        case .itemAdded(let fact):
            try setCount(of: fact.sscc) { $0 += 1 }
        case .containerDissolved(let fact):
            let number = try Self.sscc(fact.sscc).number
            runs[try content(of: number).batch]?.containers[number] = nil
        case .unitEnded(let fact): try see(fact.serial, of: fact.batch)
        case .rejectRecovered(let fact): try see(fact.serial, of: fact.batch)
        case .lineStarted, .lineStopped, .poolAdded, .productDefined, .labelDefined, .batchHeld,
            .batchResumed, .batchEnding,
            .remainderListed, .orphansListed, .serialsReserved, .serialsVoided, .serialsReturned,
            .rejectConfirmed,
            .labelSent, .labelsDoubted, .containerClosed, .itemShipped, .rejectsCounted, .unitTakenOut,
            .unitBroughtBack, .alarmRaised, .alarmAcknowledged, .alarmReturned,
            .unitLinked, .firstArticleShown, .firstArticleJudged, .challengeJudged, .challengesDue,
            .containerParked, .lineCleared, .jobLoaded, .jobRefused, .handCounted, .packingOverridden,
            .serialsKilled,
            .batchReleased, .operatorSignedOn, .operatorSignedOff,
            .operatorLocked, .operatorAdded, .operatorChanged, .actSigned, .shiftHandedOver,
            .journalAccepted, .snapshotWritten:
            break
        }
    }

    /// What became of the serial is known without a camera.
    private mutating func see(_ serial: String, of batch: String) throws(LineEventFault) {
        _ = try run(batch)
        runs[batch]?.unseen.remove(serial)
    }

    private mutating func open(_ order: Order, at place: RecordPlace) throws(LineEventFault) {
        guard runs[order.batch] == nil else { throw LineEventFault(text: "a batch was opened twice") }
        let year = Self.year(place.wallMilliseconds)
        guard let gtin = try? GTIN(order.gtin),
            let day = try? GS1Date(yymmdd: order.expiry.utf8, relativeTo: year), day.day > 0
        else { throw LineEventFault(text: "a batch has no right GTIN or expiry") }
        runs[order.batch] = Run(
            order: order, gtin: gtin,
            hasThirdPartySerials: Market.named(order.market)?.serialElement == .thirdPartySerial,
            expiry: Self.text(day))
    }

    /// Good enough for the century of an expiry.
    private static func year(_ milliseconds: Int64) -> Int {
        max(1, min(9_999, 1970 + Int(milliseconds / 31_556_952_000)))
    }

    private static func text(_ day: GS1Date) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let year = String(day.year)
        let zeros = String(repeating: "0", count: max(0, 4 - year.utf8.count))
        return "\(zeros)\(year)-\(two(day.month))-\(two(day.day))"
    }

    /// A verified unit that is known to the line; it is not any more.
    private mutating func end(_ track: UInt64) throws(LineEventFault) -> OpenUnit {
        guard let unit = tracks.removeValue(forKey: track) else {
            throw LineEventFault(text: "a track came to an end and was not verified")
        }
        return unit
    }

    /// The serial and batch of a verified unit.
    func unit(_ track: UInt64) throws(LineEventFault) -> OpenUnit {
        guard let unit = tracks[track] else {
            throw LineEventFault(text: "a track came to an end and was not verified")
        }
        return unit
    }

    private mutating func setCount(
        of sscc: String, _ change: (inout Int32) -> Void
    ) throws(LineEventFault) {
        let number = try Self.sscc(sscc).number
        var content = try content(of: number)
        change(&content.count)
        guard content.count >= 0 else { throw LineEventFault(text: "an item left an empty container") }
        runs[content.batch]?.containers[number] = (content.level, content.count)
    }
}
