import GS1
import JSONText
import Testing

@testable import EPCIS

/// Goal: events are easy to make and hard to make wrong. Method: make what a line emits, write a document,
/// validate it, read it back.
@Suite struct MakeTests {
    static func setting(_ step: BizStep, _ disposition: Disposition? = nil) throws -> EventSetting {
        EventSetting(
            milliseconds: 1_772_431_275_250, zone: TimeZoneOffset(minutes: 60), bizStep: step,
            disposition: disposition,
            readPoint: try LocationURI(try GLN("9506000134376"), extension: "LINE-4"),
            bizLocation: LocationURI(try GLN("9506000134376")))
    }

    /// One of each event a line emits.
    static func lineEvents() throws -> [Event] {
        let gtin = try GTIN("09506000134352")
        let units = try ["A0001", "A/2"].map { EPCURI(gtin, serial: try SerialNumber($0)) }
        let pallet = EPCURI(try SSCC("095060001343520017"))
        let order = BizTransaction(
            .productionOrder, PlainURI(document: "WO/77", of: try GLN("9506000134376")))
        let party = PartyURI(try GLN("9506000134376"))
        var made = Event.objectsAdded(
            units, ilmd: Event.ilmd(lot: "LOT1", expiry: "2027-12-31"), try setting(.commissioning, .active))
        made.bizTransactionList = [order]
        made.sourceList = [.owningParty(party)]
        made.destinationList = [.possessingParty(party)]
        made.eventID = PlainURI(uuid: [UInt8](repeating: 7, count: 16))
        var shipped = Event.objects(.observe, [pallet], try setting(.shipping, .inTransit))
        shipped.sourceList = [.possessingParty(party), .location(LocationURI(try GLN("9506000134376")))]
        shipped.destinationList = [.owningParty(party)]
        let loose = QuantityElement(try EPCClassURI(gtin, lot: "LOT1"), count: 3)
        let packed = Event.aggregation(
            .add, parent: pallet, children: units, quantities: [loose], try setting(.packing, .inProgress))
        return [
            made, packed, Event.aggregation(.delete, parent: pallet, children: [], try setting(.unpacking)),
            Event.objects(.delete, [units[0]], try setting(.destroying, .destroyed)), shipped,
            Event.transaction(.add, [order], epcs: units, try setting(.encoding, .encoded)),
            Event.transformation(
                from: [units[0]], to: [units[1]], ilmd: Event.ilmd(lot: "LOT2", expiry: nil),
                try setting(.repackaging)),
            made.declaredError(
                .incorrectData(
                    declaredAt: EventTime(milliseconds: 1_772_431_999_000, zone: .utc),
                    correctedBy: [PlainURI("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8")])),
        ]
    }

    @Test func whatALineMakesIsValid() throws {
        let created = EventTime(milliseconds: 1_772_431_999_000, zone: .utc)
        let events = try Self.lineEvents()
        var writer = JSONWriter()
        Document(events: events, creationDate: created).append(to: &writer)
        let tree = try JSONValue.parse(writer.bytes)
        #expect(Validation.findings(in: tree) == [])
        guard case .document(let document) = try Content(json: tree) else {
            Issue.record("no document")
            return
        }
        #expect(document.events == events && document.creationDate == created)

        var answered = events
        for index in answered.indices { answered[index].recordTime = created }
        writer.removeAll()
        Document(queryName: "Q", subscriptionID: "S", events: answered, creationDate: created)
            .append(to: &writer)
        let answer = try JSONValue.parse(writer.bytes)
        #expect(Validation.findings(in: answer) == [])
        #expect(try Document(json: answer).events == answered)
    }

    @Test func anEventAloneNeedsItsContext() throws {
        var event = try Self.lineEvents()[0]
        let rules = Validation.findings(in: event.json).map(\.rule)
        #expect(rules == [.missingMember, .prefixNotDeclared, .prefixNotDeclared])
        event.context = Document.context()
        #expect(Validation.findings(in: event.json) == [])
        #expect(event.json.object?.first?.key == "@context")
    }

    /// An error declaration has the hash of the event it is about.
    @Test func declarationsHashLikeTheEvent() throws {
        let event = try Self.lineEvents()[0]
        let declared = event.declaredError(.didNotOccur(declaredAt: EventTime(milliseconds: 0, zone: .utc)))
        let context = Document.context()
        #expect(EventHash(event, context: context) == EventHash(declared, context: context))
        #expect(declared.eventID == event.eventID && declared != event)
    }

    @Test func sensorReportsAreMade() throws {
        var event = Event.objects(.observe, [EPCURI("urn:a:1")], try Self.setting(.sensorReporting))
        let value = try #require(JSONNumber(text: "2.50"))
        var report = SensorReport("Temperature", value: value, uom: "CEL")
        report.setMember("time", "2026-03-02T06:01:00Z")
        report.setMember("nonsense", 7)
        var metadata = SensorMetadata()
        metadata.deviceID = PlainURI("urn:epc:id:giai:4012345.T1")
        event.sensorElementList = [
            SensorElement([report, SensorReport("Count", exception: "ALARM_CONDITION")], metadata: metadata)
        ]
        event.context = Document.context()
        #expect(Validation.findings(in: event.json) == [])
        let read = try Event(json: event.json)
        #expect(read == event && read.sensorElementList?.first?.sensorReport.first?.value == value)
        #expect(report.time?.text == "2026-03-02T06:01:00Z" && report.member("nonsense") == nil)
    }
}
