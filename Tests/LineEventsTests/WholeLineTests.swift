@testable import EPCIS
import JSONText
@testable import LineCore
@testable import Simulator
import Testing

@testable import LineEvents

/// Goal: the events of a whole line are what the line did: every unit that passed is commissioned exactly
/// once and before it is packed, and what holds what is the line's own. Method: simulated lines by seed, with
/// label faults, removals and crashes, and histories of several batches; the events are folded by themselves
/// and compared with the belt list's ledger of the journal.
@Suite struct WholeLineTests {
    private static let gtin = "09506000134352"

    /// A serial of 24 characters is a third party's: only the simulated tobacco has any.
    private static func unit(_ serial: String) -> String {
        "https://id.gs1.org/01/\(gtin)/\(serial.utf8.count == 24 ? "235" : "21")/\(serial)"
    }
    private static func box(_ sscc: String) -> String { "https://id.gs1.org/00/\(sscc)" }

    private static let seeds: ClosedRange<UInt64> = 1...8

    /// Lines that make what their seeds say, with the most that goes wrong; run once.
    private static let lines: [Records] = seeds.compactMap { seed in
        var plan = SimulationPlan(seed: seed, units: 120)
        (plan.faultsPerMillion, plan.crashes, plan.reworks) = (10_000, 2, 12)
        var line = SimulatedLine(plan)
        return line.run().violations.isEmpty ? try? Records(line) : nil
    }

    private static func line(seed: UInt64) throws -> Records {
        try #require(lines.count == seeds.count, "a law was broken")
        return lines[Int(seed - seeds.lowerBound)]
    }

    /// Batches one after another, the last one open, with cases that are reworked.
    private static func history(seed: UInt64) throws -> Records {
        var plan = LineHistory.Plan()
        (plan.openUnits, plan.closedUnits, plan.recordsBefore) = (157, 400, 2_000)
        (plan.unitsPerCase, plan.casesPerPallet, plan.isImported, plan.seed) = (5, 3, seed > 1, seed)
        plan.reworksPerThousand = 200
        return try Records(LineHistory(plan))
    }

    private static func compare(_ records: Records, _ events: [Event]) -> EventLedger {
        let said = EventLedger(events)
        #expect(said.faults == [])
        var ledger = JournalLedger()
        for (record, _) in records.all { ledger.take(record) }
        let closed = ledger.containers.filter { $0.value.isClosed || said.commissioned.contains(box($0.key)) }
        #expect(said.commissioned == Set(ledger.commissioned.map(unit) + closed.keys.map(box)))
        let dissolved = ledger.containers.filter { $0.value.isDissolved && said.ended.contains(box($0.key)) }
        let units = Array(ledger.scrapped) + ledger.ended.keys
        #expect(said.ended == Set(units.map(unit) + dissolved.keys.map(box)))
        for (sscc, container) in closed {
            let held = Set(
                container.children.map(container.level == ledger.lowestLevels.values.first ? unit : box))
            #expect(said.children[box(sscc)] ?? [] == held, "\(sscc)")
        }
        return said
    }

    @Test(arguments: seeds) func eventsAreWhatTheLineDid(seed: UInt64) throws {
        let records = try Self.line(seed: seed)
        let events = try records.events()
        let said = Self.compare(records, events)
        #expect(said.commissioned.count + said.ended.count > 100 && said.children.count > 5)
        // The batch is closed: nothing waits, and every container was closed.
        var ledger = JournalLedger()
        for (record, _) in records.all { ledger.take(record) }
        #expect(ledger.closedBatches == ["SIM-1"])
        let containers = ledger.containers.values.filter { !$0.isDissolved }
        #expect(said.commissioned.filter { $0.contains("/00/") }.count == containers.count)
        var writer = JSONWriter()
        Document(events: events, creationDate: EventTime(milliseconds: 0, zone: .utc)).append(to: &writer)
        #expect(Validation.findings(in: try JSONValue.parse(writer.bytes)) == [])
    }

    /// Lines and histories together show every kind of event.
    @Test func everyKindIsMet() throws {
        var steps: [String: Int] = [:]
        for records in try Self.seeds.map(Self.line) + [Self.history(seed: 1)] {
            for event in try records.events() {
                steps["\(event.action?.rawValue ?? "") \(event.bizStep?.text ?? "")", default: 0] += 1
                if event.action == .delete, event.type == .aggregation, event.childEPCs == nil {
                    steps["emptied", default: 0] += 1
                }
            }
        }
        let wanted = [
            "ADD commissioning", "ADD packing", "DELETE unpacking", "OBSERVE inspecting",
            "DELETE decommissioning", "emptied", "OBSERVE sampling", "DELETE destroying",
            "OBSERVE shipping",
        ]
        #expect(wanted.filter { steps[$0, default: 0] < 5 } == [], "\(steps)")
        #expect(steps.count == wanted.count, "\(steps)")
    }

    /// Whoever reads less of the journal gets the same events, only fewer: what was sent once is never said
    /// otherwise.
    @Test(arguments: seeds) func aBeginningGivesTheSameEvents(seed: UInt64) throws {
        let records = try Self.line(seed: seed)
        let events = try records.events()
        #expect(try records.events() == events)
        var random = SeededRandom(seed: seed, purpose: 0xE7, subject: 0)
        for _ in 0..<25 {
            let part = try records.events(first: random.below(records.all.count))
            #expect(part == Array(events.prefix(part.count)))
        }
    }

    /// Batches one after another, the last one open: nothing of closed ones stays in memory, and nothing is
    /// left out.
    @Test(arguments: 1...3 as ClosedRange<UInt64>) func historiesOfManyBatches(seed: UInt64) throws {
        let records = try Self.history(seed: seed)
        _ = Self.compare(records, try records.events())
        var context = LineContext()
        var most = 0
        for (record, place) in records.all {
            try context.apply(record, at: place)
            most = max(most, context.runs.values.reduce(0) { $0 + $1.containers.count })
        }
        #expect(context.runs.count == 1 && most < 120)
    }
}
