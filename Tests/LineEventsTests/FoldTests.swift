@testable import EPCIS
import JSONText
@testable import LineCore
import Testing

@testable import LineEvents

/// Goal: each kind of record gives the events a reader expects, and no others. Method: small batches, record
/// by record; every event is written, validated and compared member by member.
@Suite struct FoldTests {
    private static func unit(_ serial: String) -> String {
        "https://id.gs1.org/01/09506000134352/21/\(serial)"
    }
    private static func box(_ sscc: String) -> String { "https://id.gs1.org/00/\(sscc)" }

    /// `ADD commissioning/active of A B`, or with the parent in front.
    private static func text(_ event: Event) -> String {
        func names(_ list: [EPCURI]?) -> String {
            (list ?? []).map { String($0.text.split(separator: "/").last ?? "") }.joined(separator: " ")
        }
        let head =
            "\(event.action?.rawValue ?? "") \(event.bizStep?.text ?? "")/\(event.disposition?.text ?? "")"
        guard event.type == .aggregation else { return "\(head): \(names(event.epcList))" }
        return "\(head) \(names(event.parentID.map { [$0] })): \(names(event.childEPCs))"
    }

    private static func texts(_ records: Records) throws -> [String] {
        let events = try records.events()
        for event in events {
            var alone = event
            alone.context = Document.context()
            #expect(Validation.findings(in: alone.json) == [])
        }
        return events.map(text)
    }

    /// Units are commissioned before what follows, in one event, with lot and expiry.
    @Test func passedUnitsAreCommissioned() throws {
        var records = Records.fourUnits()
        #expect(try Self.texts(records) == [])
        records.append(.batchCompleted(BatchCompleted(batch: "B1")))
        let event = try #require(try records.events().first)
        #expect(try Self.texts(records) == ["ADD commissioning/active: A B C D"])
        #expect(event.json["ilmd"]?["cbvmda:lotNumber"]?.string == "LOT-B1")
        #expect(event.json["ilmd"]?["cbvmda:itemExpirationDate"]?.string == "2027-12-31")
        // Of the last unit's record, a second after the other records.
        #expect(event.eventTime?.text == "2026-03-02T07:01:23.250+01:00")
        #expect(event.eventTimeZoneOffset?.text == "+01:00")
        #expect(event.readPoint?.id.text == "https://id.gs1.org/414/9506000134376/254/LINE-4")
        #expect(event.bizLocation?.id.text == "https://id.gs1.org/414/9506000134376")
        #expect(
            event.bizTransactionList?.first?.bizTransaction.text == "urn:epcglobal:cbv:bt:9506000134376:B1")
        #expect(event.epcList?.first?.text == Self.unit("A"))
    }

    /// Verified alone is not commissioned.
    @Test func verifiedUnitsAreNot() throws {
        var records = Records.fourUnits()
        records.append(Records.verified(5, "E"))
        records.append(.unitsCleared(Tracks(tracks: [5])))
        records.append(.batchCompleted(BatchCompleted(batch: "B1")))
        #expect(try Self.texts(records) == ["ADD commissioning/active: A B C D"])
    }

    /// A container is packed when its label was read; each level is an event of its own.
    @Test func closedContainersArePacked() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(.labelSent(LabelSent(sscc: Records.case1, copy: 1, count: 2)))
        #expect(try Self.texts(records) == [])
        records.append(Records.closed(Records.case1))
        records.append(Records.collated(Records.case2, ["C", "D"]))
        records.append(Records.closed(Records.case2))
        records.append(Records.collated(Records.pallet, [Records.case1, Records.case2], level: .pallet))
        records.append(Records.closed(Records.pallet, level: .pallet))
        // A label printed again and read again changes nothing.
        records.append(.labelSent(LabelSent(sscc: Records.case1, copy: 2, count: 2)))
        records.append(Records.closed(Records.case1))
        #expect(
            try Self.texts(records) == [
                "ADD commissioning/active: A B C D",
                "ADD commissioning/active: \(Records.case1)",
                "ADD packing/in_progress \(Records.case1): A B",
                "ADD commissioning/active: \(Records.case2)",
                "ADD packing/in_progress \(Records.case2): C D",
                "ADD commissioning/active: \(Records.pallet)",
                "ADD packing/in_progress \(Records.pallet): \(Records.case1) \(Records.case2)",
            ])
        // The IDs are those of docs/epcis.md: the record's line, and which of its events.
        let ids = EventIDs(journal: Records.journal)
        let places: [(UInt64, Int)] = [(10, 0), (13, 0), (13, 1), (15, 0), (15, 1), (17, 0), (17, 1)]
        #expect(try records.events().map(\.eventID) == places.map { ids.id(line: $0.0, ordinal: $0.1) })
        let packed = try records.events()[2]
        #expect(packed.parentID?.text == Self.box(Records.case1))
        #expect(packed.readPoint?.id.text == "https://id.gs1.org/414/9506000134376/254/CASES")
        #expect(try records.events()[1].ilmd == nil)
    }

    /// An item that leaves a closed container leaves it by an event; one that leaves before was never in it.
    @Test func removedItemsAreUnpacked() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(Records.removed("A", from: Records.case1))
        records.append(Records.closed(Records.case1))
        records.append(Records.removed("B", from: Records.case1))
        // Now it is empty: what is read again is packed, and nothing was taken out.
        records.append(
            .contentReset(ContentReset(sscc: Records.case1, children: ["C", "D"], actor: "operator")))
        records.append(
            .contentReset(ContentReset(sscc: Records.case1, children: ["C"], actor: "operator")))
        #expect(
            try Self.texts(records).dropFirst() == [
                "ADD commissioning/active: \(Records.case1)",
                "ADD packing/in_progress \(Records.case1): B",
                "DELETE unpacking/in_progress \(Records.case1): B",
                "ADD packing/in_progress \(Records.case1): C D",
                "DELETE unpacking/in_progress \(Records.case1): ",
                "ADD packing/in_progress \(Records.case1): C",
            ])
    }

    /// A container read again before its label was read is packed with what was read last.
    @Test func contentReadAgainBeforeTheLabel() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(
            .contentReset(ContentReset(sscc: Records.case1, children: ["B", "C"], actor: "operator")))
        records.append(Records.closed(Records.case1))
        #expect(try Self.texts(records).last == "ADD packing/in_progress \(Records.case1): B C")
    }

    @Test func aCaseLeavesItsPallet() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(Records.closed(Records.case1))
        records.append(Records.collated(Records.pallet, [Records.case1], level: .pallet))
        records.append(Records.closed(Records.pallet, level: .pallet))
        records.append(Records.removed(Records.case1, from: Records.pallet))
        let last = try records.events().last
        #expect(last.map(Self.text) == "DELETE unpacking/in_progress \(Records.pallet): \(Records.case1)")
        #expect(last?.childEPCs?.first?.text == Self.box(Records.case1))
    }

    // MARK: Rework

    /// Each end of a good unit has the standard's words; it leaves its case by an event of its own.
    @Test func endedUnitsLeaveAndEnd() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B", "C"]))
        records.append(Records.closed(Records.case1))
        for (item, end) in [("A", UnitEnd.sampled), ("B", .destroyed)] {
            records.append(Records.removed(item, from: Records.case1))
            records.append(Records.ended(item, end))
        }
        records.append(Records.ended("D", .inactive))
        records.append(Records.ended("E", .labelSampled))
        // Whatever a camera reads of it now is of no unit.
        records.append(.unitRejected(UnitRejected(track: 9, reason: "wrong-lot", serial: "E")))
        #expect(
            try Self.texts(records).dropFirst(3) == [
                "DELETE unpacking/in_progress \(Records.case1): A",
                "OBSERVE sampling/non_sellable_other: A",
                "DELETE unpacking/in_progress \(Records.case1): B",
                "DELETE destroying/destroyed: B", "DELETE decommissioning/inactive: D",
                "DELETE decommissioning/inactive: E",
            ])
    }

    /// A unit that passed and is not in an event yet is commissioned before it ends.
    @Test func aUnitIsCommissionedBeforeItEnds() throws {
        var records = Records.fourUnits()
        records.append(Records.ended("A", .sampled))
        #expect(
            try Self.texts(records) == [
                "ADD commissioning/active: A B C D", "OBSERVE sampling/non_sellable_other: A",
            ])
    }

    /// What is added to a container that partners know is packed; to another it is packed with the rest.
    @Test func addedItemsArePacked() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A"]))
        records.append(Records.added("B", to: Records.case1))
        records.append(Records.closed(Records.case1))
        records.append(Records.added("C", to: Records.case1))
        records.append(Records.closed(Records.case1))
        #expect(
            try Self.texts(records).dropFirst(2) == [
                "ADD packing/in_progress \(Records.case1): A B",
                "ADD packing/in_progress \(Records.case1): C",
            ])
    }

    /// All leaves a dissolved container, and its number ends; one that nobody knew gives no event.
    @Test func dissolvedContainersEnd() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(Records.closed(Records.case1))
        records.append(Records.collated(Records.case2, ["C", "D"]))
        records.append(Records.dissolved(Records.case2))
        records.append(Records.dissolved(Records.case1))
        records.append(Records.collated(Records.pallet, ["A", "C"]))
        records.append(Records.closed(Records.pallet))
        #expect(
            try Self.texts(records).dropFirst(3) == [
                "DELETE unpacking/in_progress \(Records.case1): ",
                "DELETE decommissioning/inactive: \(Records.case1)",
                "ADD commissioning/active: \(Records.pallet)",
                "ADD packing/in_progress \(Records.pallet): A C",
            ])
        records.append(Records.dissolved(Records.case1))
        #expect(throws: LineEventFault.self) { _ = try records.events() }
    }

    /// A shipped pallet is seen leaving; where it is thereafter nobody here knows.
    @Test func shippedContainersAreObserved() throws {
        var records = Records.fourUnits()
        records.append(Records.collated(Records.case1, ["A", "B"]))
        records.append(Records.closed(Records.case1))
        records.append(
            .itemShipped(ItemShipped(sscc: Records.case1, reference: "D 7", actor: "wms")))
        let event = try #require(try records.events().last)
        #expect(try Self.texts(records).last == "OBSERVE shipping/in_transit: \(Records.case1)")
        #expect(event.bizLocation == nil && event.readPoint != nil)
    }

    /// A case that moves from a pallet to another is unpacked and packed.
    @Test func movedCasesAreUnpackedAndPacked() throws {
        var records = Records.fourUnits()
        for (sscc, items) in [(Records.case1, ["A", "B"]), (Records.case2, ["C", "D"])] {
            records.append(Records.collated(sscc, items))
            records.append(Records.closed(sscc))
        }
        let other = "395060000000000047"
        for (sscc, item) in [(Records.pallet, Records.case1), (other, Records.case2)] {
            records.append(Records.collated(sscc, [item], level: .pallet))
            records.append(Records.closed(sscc, level: .pallet))
        }
        records.append(Records.removed(Records.case1, from: Records.pallet))
        records.append(Records.added(Records.case1, to: other))
        #expect(
            try Self.texts(records).suffix(2) == [
                "DELETE unpacking/in_progress \(Records.pallet): \(Records.case1)",
                "ADD packing/in_progress \(other): \(Records.case1)",
            ])
    }

    /// A reject of the bin ends, or is commissioned with lot and expiry like any unit.
    @Test func recoveredRejectsEndOrAreCommissioned() throws {
        var records = Records.fourUnits()
        for (track, serial) in [(8, "E"), (9, "F")] as [(UInt64, String)] {
            records.append(.unitRejected(UnitRejected(track: track, reason: "late", serial: serial)))
        }
        for (serial, end) in [("E", RejectRecovery.reintroduced), ("F", .destroyed)] {
            records.append(
                .rejectRecovered(RejectRecovered(batch: "B1", serial: serial, end: end.rawValue)))
        }
        records.append(Records.collated(Records.case1, ["A", "E"]))
        records.append(Records.closed(Records.case1))
        #expect(
            try Self.texts(records).dropFirst(3) == [
                "ADD commissioning/active: E", "DELETE destroying/destroyed: F",
                "ADD commissioning/active: \(Records.case1)", "ADD packing/in_progress \(Records.case1): A E",
            ])
        #expect(try records.events()[3].json["ilmd"]?["cbvmda:lotNumber"]?.string == "LOT-B1")
    }

    /// Of a rejected unit an event tells only if its serial is surely its own.
    @Test func rejectedUnitsAreObserved() throws {
        var records = Records.fourUnits()
        func reject(_ track: UInt64, _ reason: RejectReason, _ serial: String) -> LineRecord {
            .unitRejected(UnitRejected(track: track, reason: reason.rawValue, serial: serial))
        }
        records.append(reject(5, .noRead, ""))
        records.append(reject(6, .duplicate, "A"))
        records.append(reject(7, .wrongLot, "FOREIGN"))
        #expect(try Self.texts(records) == [])
        records.append(reject(8, .wrongExpiry, "E"))
        records.append(reject(9, .alreadyRejected, "E"))
        records.append(Records.verified(10, "F"))
        records.append(.unitDiverted(UnitRejected(track: 10, reason: "late")))
        #expect(
            try Self.texts(records) == [
                "ADD commissioning/active: A B C D", "OBSERVE inspecting/non_conformant: E",
                "OBSERVE inspecting/non_conformant: F",
            ])
    }

    @Test func scrappedSerialsEnd() throws {
        var records = Records.fourUnits()
        records.append(.batchCompleted(BatchCompleted(batch: "B1")))
        let scrapped = InDoubtScrapped(batch: "B1", serials: ["E", "F"], reason: "lost", actor: "quality")
        records.append(.inDoubtScrapped(scrapped))
        records.append(.batchClosed(BatchClosed(batch: "B1")))
        #expect(try Self.texts(records).last == "DELETE decommissioning/inactive: E F")
    }

    // MARK: Groups

    /// A group ends where its units would lie too far apart, become too many, or the line stops.
    @Test func groupsEnd() throws {
        var records = Records([Records.opened(), Records.started])
        var track: UInt64 = 0
        func pass(_ count: Int, after milliseconds: Int64, into records: inout Records) {
            for _ in 0..<count {
                track += 1
                records.append(Records.verified(track, "S\(track)"), after: 0)
                records.append(Records.passed(track), after: milliseconds)
            }
        }
        pass(1_001, after: 0, into: &records)
        pass(1, after: 60_000, into: &records)
        pass(1, after: 1, into: &records)
        pass(1, after: -60_001, into: &records)
        records.append(.lineStopped(LineStopped(reason: "asked")))
        #expect(try records.events().map { $0.epcList?.count ?? 0 } == [1_000, 2, 1, 1])
    }

    /// Units of two batches in one record share no event, and each event has its own ID.
    @Test func batchesAreKeptApart() throws {
        var records = Records([
            Records.opened(), Records.opened("B2", gtin: "04012345123456"), Records.started,
            Records.verified(1, "A"), .batchCompleted(BatchCompleted(batch: "B1")),
            .batchStarted(BatchStarted(batch: "B2")), Records.verified(2, "A"), Records.passed(1, 2),
            .lineStopped(LineStopped()),
        ])
        records.append(.lineStarted(LineStarted()))
        let events = try records.events()
        #expect(
            events.map { $0.epcList?.first?.text } == [
                Self.unit("A"), "https://id.gs1.org/01/04012345123456/21/A",
            ])
        #expect(events[0].eventID != events[1].eventID)
        #expect(events.map { $0.json["ilmd"]?["cbvmda:lotNumber"]?.string } == ["LOT-B1", "LOT-B2"])
    }

    // MARK: Settings

    @Test func eventsWithoutSettingsHaveNoPlaces() throws {
        var records = Records.fourUnits()
        records.append(.batchCompleted(BatchCompleted(batch: "B1")))
        let event = try #require(try records.events(EventSettings()).first)
        #expect(event.readPoint == nil && event.bizLocation == nil && event.bizTransactionList == nil)
        // What a site configures does not change which event it is.
        #expect(try records.events().first?.eventID == event.eventID)
    }

    @Test func placesAndTermsAreChecked() {
        #expect(EventPlace("9506000134376")?.uri.text == "https://id.gs1.org/414/9506000134376")
        #expect(EventPlace("9506000134376/A/1")?.uri.text == "https://id.gs1.org/414/9506000134376/254/A%2F1")
        for text in ["", "9506000134377", "950600013437", "9506000134376/", "9506000134376/ä", "/A"] {
            #expect(EventPlace(text) == nil, "\(text)")
        }
        #expect(EventTerm("packing/container_closed")?.text == "packing/container_closed")
        for text in ["packing", "packing/", "packed/active", "packing/active/x", "urn:x/active"] {
            #expect(EventTerm(text) == nil, "\(text)")
        }
    }

    /// Every word a site may choose is one of the standard, and no event with it has a finding.
    @Test func allowedTermsGiveSoundEvents() throws {
        let sscc = "https://id.gs1.org/00/095060001343520017"
        for kind in EventTerms.Kind.allCases {
            #expect(kind.bizSteps.contains(kind.usual.bizStep.text))
            #expect(kind.dispositions.contains(kind.usual.disposition.text))
            let words = kind.event.split(separator: " ")
            let objects = words[1] == "ObjectEvent" ? "epcList" : "childEPCs"
            for text in kind.bizSteps.flatMap({ step in kind.dispositions.map { step + "/" + $0 } }) {
                let term = try #require(EventTerm(text), "\(kind) \(text)")
                var settings = EventSettings()
                settings.terms[kind] = term
                #expect(settings.terms[kind] == term)
                var members = [
                    JSONMember("@context", Document.context()),
                    JSONMember("type", .string(String(words[1]))),
                    JSONMember("action", .string(String(words[4]))),
                    JSONMember("eventTime", "2026-03-02T06:02:00Z"),
                    JSONMember("eventTimeZoneOffset", "+01:00"),
                    JSONMember(objects, .array([.string(Self.unit("A"))])),
                    JSONMember("bizStep", .string(term.bizStep.text)),
                    JSONMember("disposition", .string(term.disposition.text)),
                ]
                if objects == "childEPCs" { members.append(JSONMember("parentID", .string(sscc))) }
                #expect(Validation.findings(in: .object(members)) == [], "\(kind) \(text)")
            }
        }
        var records = Records.fourUnits()
        records.append(.batchCompleted(BatchCompleted(batch: "B1")))
        var settings = EventSettings()
        settings.terms[.commissioned] = try #require(EventTerm("other/conformant"))
        let event = try #require(try records.events(settings).first)
        #expect(event.bizStep?.text == "other" && event.disposition?.text == "conformant")
    }

    // MARK: IDs

    /// As Python has them: `uuid.uuid5(uuid.UUID(hex="00112233445566778899aabbccddeeff"), "17/0")`.
    @Test func idsAreThoseOfRFC9562() {
        let ids = EventIDs(journal: Records.journal)
        #expect(ids.id(line: 17, ordinal: 0).text == "urn:uuid:67aabdb4-46b1-5c5d-8e55-d75150263afd")
        #expect(ids.id(line: 17, ordinal: 1).text == "urn:uuid:07b3e8c4-d9e5-5b69-951c-e85e9c0764c9")
        #expect(ids.id(line: 171, ordinal: 0).text == "urn:uuid:a526b500-a09e-5940-bd49-8995585c69e8")
    }

    // MARK: Contradictions

    @Test func contradictionsAreRefused() throws {
        let broken: [[LineRecord]] = [
            [Records.started], [Records.opened(), Records.opened()], [Records.sent("A")],
            [Records.opened(), Records.started, Records.passed(1)],
            [Records.opened(), Records.started, Records.verified(1, "A"), Records.verified(1, "B")],
            [Records.opened(), Records.closed(Records.case1)],
            [Records.opened(), Records.removed("A", from: Records.case1)],
            [Records.opened(), Records.collated("123", ["A"])],
            [
                Records.opened(), Records.collated(Records.case1, ["A"]),
                Records.removed("B", from: Records.case1),
            ],
            [Records.opened("B1", gtin: "1")],
            [
                Records.opened(), Records.started, Records.verified(1, "ä"), Records.passed(1),
                .lineStopped(LineStopped()),
            ],
        ]
        for records in broken {
            #expect(throws: LineEventFault.self, "\(records)") { _ = try Records(records).events() }
        }
    }
}
