@testable import EPCIS
import JSONText
import JournalCore
@testable import LineCore
@testable import Simulator
import Testing

@testable import LineEvents

/// Records in order, each with its place, as a journal has them.
struct Records {
    var all: [(record: LineRecord, place: RecordPlace)] = []

    static let journal = "00112233445566778899aabbccddeeff"
    /// 2026-03-02T06:01:15.250Z
    static let start: Int64 = 1_772_431_275_250

    /// Records one after another, a second apart.
    init(_ records: [LineRecord]) {
        for record in records { append(record) }
    }

    mutating func append(_ record: LineRecord, after milliseconds: Int64 = 1_000) {
        let last = all.last?.place
        all.append(
            (
                record,
                RecordPlace(
                    line: (last?.line ?? 1) + 1,
                    wallMilliseconds: (last?.wallMilliseconds ?? Self.start - milliseconds) + milliseconds,
                    zone: TimeZoneOffset(minutes: 60))
            ))
    }

    /// The records of a simulated line's journal.
    init(_ line: SimulatedLine) throws {
        let end = try #require(try JournalVerifier.verify(storage: line.disk).end)
        var reader = try JournalReader(storage: line.disk)
        var all: [(LineRecord, RecordPlace)] = []
        _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
            guard let (fact, wall) = try? LineRecord.decode(record.body) else {
                throw RecordRefused("not decoded")
            }
            all.append((fact, RecordPlace(line: record.end.line, wallMilliseconds: wall, zone: .utc)))
        }
        self.all = all
    }

    /// The records of a history without a journal.
    init(_ history: consuming LineHistory) throws {
        var history = history
        while let decision = history.next() {
            for body in decision {
                let (record, wall) = try #require(try LineRecord.decode(body))
                let line = UInt64(all.count + 1)
                all.append((record, RecordPlace(line: line, wallMilliseconds: wall, zone: .utc)))
            }
        }
    }

    /// The events of all records, or of the first `count`.
    func events(first count: Int = .max, _ settings: EventSettings = Self.settings) throws -> [Event] {
        var fold = LineEventFold(journal: Self.journal, settings: settings)
        var events: [Event] = []
        for (record, place) in all.prefix(count) { events += try fold.take(record, at: place) }
        return events
    }

    static var settings: EventSettings {
        var settings = EventSettings()
        settings.location = EventPlace("9506000134376")
        settings.readPoint = EventPlace("9506000134376/LINE-4")
        settings.stationReadPoints = ["pack-case": EventPlace("9506000134376/CASES")].compactMapValues { $0 }
        return settings
    }

    // MARK: Facts of a small batch

    static func opened(_ batch: String = "B1", gtin: String = "09506000134352") -> LineRecord {
        var order = Order()
        (order.batch, order.gtin, order.product) = (batch, gtin, "Testol")
        (order.lot, order.expiry, order.quantity) = ("LOT-\(batch)", "271231", 10)
        (order.packing[.case], order.packing[.pallet]) = (2, 2)
        (order.unitPool, order.ssccPool) = ("units", "boxes")
        return .batchOpened(BatchOpened(order: order, actor: "planner"))
    }

    static let started = LineRecord.batchStarted(BatchStarted(batch: "B1", actor: "operator"))

    static func sent(_ serials: String...) -> LineRecord { .unitSent(UnitSent(serials: serials)) }
    static func verified(_ track: UInt64, _ serial: String) -> LineRecord {
        .unitVerified(UnitVerified(track: track, serial: serial))
    }
    static func passed(_ tracks: UInt64...) -> LineRecord { .unitsPassed(Tracks(tracks: tracks)) }

    static func collated(
        _ sscc: String, _ children: [String], level: PackLevel = .case
    ) -> LineRecord {
        .collated(
            Collated(level: level, sscc: sscc, batch: "B1", station: "pack-case", children: children))
    }

    static func closed(_ sscc: String, level: PackLevel = .case) -> LineRecord {
        .containerClosed(ContainerClosed(level: level, sscc: sscc))
    }

    static func removed(_ item: String, from sscc: String) -> LineRecord {
        .itemRemoved(ItemRemoved(sscc: sscc, item: item, reason: "damaged", actor: "operator"))
    }

    static func added(_ item: String, to sscc: String) -> LineRecord {
        .itemAdded(ItemAdded(sscc: sscc, item: item, reason: "refill", actor: "operator"))
    }

    static func dissolved(_ sscc: String) -> LineRecord {
        .containerDissolved(ContainerDissolved(sscc: sscc, reason: "crushed", actor: "operator"))
    }

    static func ended(_ serial: String, _ end: UnitEnd) -> LineRecord {
        .unitEnded(
            UnitEnded(batch: "B1", serial: serial, end: end.rawValue, reason: "QC1", actor: "operator"))
    }

    /// A batch begun with units A, B, C and D passed.
    static func fourUnits() -> Records {
        Records([
            opened(), started, sent("A", "B", "C", "D", "E", "F"), verified(1, "A"), verified(2, "B"),
            passed(1, 2), verified(3, "C"), verified(4, "D"), passed(3, 4),
        ])
    }

    static let case1 = "395060000000000016"
    static let case2 = "395060000000000023"
    static let pallet = "395060000000000030"
}

/// What events say, folded by themselves: who was commissioned, what holds what. Notes what no event may say.
struct EventLedger {
    private(set) var commissioned: Set<String> = []
    private(set) var ended: Set<String> = []
    private(set) var rejected: Set<String> = []
    private(set) var children: [String: Set<String>] = [:]
    private(set) var faults: [String] = []
    private var parents: [String: String] = [:]
    private var ids: Set<String> = []

    init(_ events: [Event]) {
        for event in events { take(event) }
    }

    private mutating func take(_ event: Event) {
        if let id = event.eventID, ids.insert(id.text).inserted {
        } else {
            faults.append("an ID twice or none")
        }
        switch (event.type, event.action, event.bizStep) {
        case (.object, .add, .some(.commissioning)):
            for epc in (event.epcList ?? []).map(\.text) {
                let isNew = commissioned.insert(epc).inserted
                if !isNew || ended.contains(epc) { faults.append("\(epc) commissioned twice") }
            }
        case (.object, .delete, .some(.decommissioning)), (.object, .delete, .some(.destroying)),
            (.object, .observe, .some(.sampling)):
            for epc in (event.epcList ?? []).map(\.text) { end(epc) }
        case (.object, .observe, .some(.shipping)):
            for epc in (event.epcList ?? []).map(\.text) {
                if !commissioned.contains(epc) || parents[epc] != nil { faults.append("\(epc) shipped") }
            }
        case (.object, .observe, .some(.inspecting)):
            for epc in event.epcList ?? [] {
                if commissioned.contains(epc.text) { faults.append("\(epc) rejected, and on a good unit") }
                rejected.insert(epc.text)
            }
        case (.aggregation, .add, .some(.packing)): pack(event)
        case (.aggregation, .delete, .some(.unpacking)): unpack(event)
        default: faults.append("an unexpected event: \(event.type) \(event.bizStep?.text ?? "")")
        }
    }

    /// An item ends outside of any container, and a container empty.
    private mutating func end(_ epc: String) {
        if parents[epc] != nil { faults.append("\(epc) ended inside a container") }
        if children[epc]?.isEmpty == false { faults.append("\(epc) ended and holds something") }
        if !ended.insert(epc).inserted { faults.append("\(epc) ended twice") }
        commissioned.remove(epc)
    }

    private mutating func pack(_ event: Event) {
        guard let parent = event.parentID?.text, commissioned.contains(parent) else {
            return faults.append("packed into what was not commissioned")
        }
        for child in (event.childEPCs ?? []).map(\.text) {
            if !commissioned.contains(child) { faults.append("\(child) packed and not commissioned") }
            if parents[child] != nil { faults.append("\(child) packed twice") }
            parents[child] = parent
            children[parent, default: []].insert(child)
        }
    }

    private mutating func unpack(_ event: Event) {
        guard let parent = event.parentID?.text else { return faults.append("unpacked from nothing") }
        let leaving = event.childEPCs.map { $0.map(\.text) } ?? Array(children[parent] ?? [])
        if leaving.isEmpty { faults.append("an empty container was emptied") }
        for child in leaving {
            if children[parent]?.remove(child) == nil { faults.append("\(child) was not in \(parent)") }
            parents[child] = nil
        }
    }
}
