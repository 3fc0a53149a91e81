import Foundation
import GS1
import JSONText
import Testing

@testable import EPCIS

/// Goal: partners with EPCIS 1.2 get documents their schema takes. Method: what a line emits, by xmllint and
/// the official XML Schema where both are at hand; one document byte for byte; what 1.2 cannot say.
@Suite struct XMLTests {
    private static let prefixes = CompanyPrefixes(["950600", "9506000", "4012345", "12", "x123456"])

    private static func header() throws -> XML12Document.Header {
        XML12Document.Header(
            sender: LocationURI(try GLN("9506000134376")),
            receiver: LocationURI("urn:epc:id:sgln:4012345.00001.0"),
            instanceIdentifier: "D<1>&\"2\"")
    }

    private static func encode(
        _ events: [Event], header: XML12Document.Header? = nil, prefixes: CompanyPrefixes = prefixes
    ) throws -> String {
        let document = XML12Document(
            header: header, creationDate: EventTime(milliseconds: 1_772_431_999_000, zone: .utc),
            prefixes: prefixes, namespaces: [("line", "https://example.com/line/")])
        return String(decoding: try document.encode(events), as: UTF8.self)
    }

    private static func read(_ text: String) throws -> Event {
        let content = try Content(json: try JSONValue.parse(Samples.document(text)))
        return try #require(content.events.first)
    }

    @Test func whatALineMakesIsValidByTheSchema() throws {
        guard let folder = Conformance.folder else {
            print("PASSED OVER: the XML Schema is not at hand; set CONFORMANCE_DIR to use it.")
            return
        }
        var events = try MakeTests.lineEvents()
        events.append(
            try Self.read(Samples.commissioningEvent.replacing(", null", with: ", {\"line:x\": \"<&>\"}")))
        let text = try Self.encode(events, header: try Self.header())
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("epcis12-\(ProcessInfo.processInfo.processIdentifier).xml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let schema = folder + "/xsd-1.2/EPCglobal-epcis-1_2.xsd"
        guard let (status, said) = try Self.xmllint(["--noout", "--nonet", "--schema", schema, file.path])
        else {
            print("PASSED OVER: no xmllint; install libxml2-utils.")
            return
        }
        #expect(status == 0, "\(said)\n\(text)")
        // The schema is asked, not waved through: without its action an event is refused.
        let broken = text.replacing("<action>ADD</action>", with: "")
        try Data(broken.utf8).write(to: file)
        #expect(try Self.xmllint(["--noout", "--nonet", "--schema", schema, file.path])?.0 != 0)
    }

    private static func xmllint(_ arguments: [String]) throws -> (Int32, String)? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["xmllint"] + arguments
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 127 ? nil : (process.terminationStatus, said)
    }

    @Test func anAggregationByteForByte() throws {
        let event = try Self.read(
            """
            {"type": "AggregationEvent", "eventTime": "2026-03-02t06:02:00z", "eventTimeZoneOffset": "+01:00",
             "parentID": "https://id.gs1.org/00/095060001343520017", "action": "ADD", "bizStep": "packing",
             "childEPCs": ["https://x.org/01/09506000134352/21/A%2F1", "urn:epc:id:sgtin:9506000.013435.2"],
             "childQuantityList": [{"epcClass": "https://id.gs1.org/01/04012345123456/10/L",
             "quantity": 1.50e1, "uom": "KGM"}], "disposition": "conformant",
             "line:a": ["<", {"line:b": 1}], "sourceList":
             [{"type": "owning_party", "source": "https://id.gs1.org/417/9506000134376"}]}
            """)
        let body = """
            <AggregationEvent><eventTime>2026-03-02T06:02:00Z</eventTime><eventTimeZoneOffset>+01:00\
            </eventTimeZoneOffset><parentID>urn:epc:id:sscc:9506000.0134352001</parentID><childEPCs>\
            <epc>urn:epc:id:sgtin:9506000.013435.A%2F1</epc><epc>urn:epc:id:sgtin:9506000.013435.2</epc>\
            </childEPCs><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>\
            <disposition>https://ref.gs1.org/cbv/Disp-conformant</disposition><extension><childQuantityList>\
            <quantityElement><epcClass>urn:epc:class:lgtin:4012345.012345.L</epcClass><quantity>15</quantity>\
            <uom>KGM</uom></quantityElement></childQuantityList><sourceList><source \
            type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:sgln:9506000.13437.0</source></sourceList>\
            </extension><line:a>&lt;</line:a><line:a><line:b>1</line:b></line:a></AggregationEvent>
            """
        let text = try Self.encode([event])
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" \
                xmlns:cbvmda="urn:epcglobal:cbv:mda" xmlns:line="https://example.com/line/" \
                schemaVersion="1.2" creationDate="2026-03-02T06:13:19.000+00:00"><EPCISBody><EventList>\
                \(body)</EventList></EPCISBody></epcis:EPCISDocument>

                """)
    }

    private static let object = #""type": "ObjectEvent", \#(start)"#
    private static let start = #""eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00""#

    @Test(
        arguments: [
            (Samples.commissioningEvent, nil),
            (#"{"type": "AssociationEvent", \#(start), "action": "ADD"}"#, "EPCIS-401 type"),
            (#"{"type": "line:Event", \#(start)}"#, "EPCIS-401 type"),
            (
                #"{\#(object), "action": "ADD", "persistentDisposition": {"set": []}}"#,
                "EPCIS-401 persistentDisposition"
            ),
            (
                #"{\#(object), "action": "ADD", "sensorElementList": [{"sensorReport": []}]}"#,
                "EPCIS-401 sensorElementList"
            ),
            (
                #"{\#(object), "action": "ADD", "certificationInfo": "urn:a:1"}"#,
                "EPCIS-401 certificationInfo"
            ),
            (
                #"{\#(object), "action": "ADD", "epcList": ["https://id.gs1.org/8004/8888888A"]}"#,
                "EPCIS-402 epcList"
            ),
            (
                #"{\#(object), "action": "ADD", "epcList": ["https://id.gs1.org/00/1"]}"#,
                "EPCIS-402 epcList"
            ),
            (#"{\#(object), "action": "ADD", "other:a": 1}"#, "EPCIS-403 other:a"),
            (#"{\#(object), "action": "ADD", "line:a b": 1}"#, "EPCIS-403 line:a b"),
            (#"{\#(object), "action": "ADD", "line:a": "\u0001"}"#, "EPCIS-404 line:a"),
            (
                #"{\#(object), "action": "ADD", "quantityList": [{"epcClass": "a:1", "quantity": 1e999}]}"#,
                "EPCIS-405 quantityList"
            ),
            (#"{"type": "ObjectEvent", \#(start)}"#, "EPCIS-406 action"),
        ] as [(String, String?)])
    func whatCannotBeSaidIsRefused(event: String, wanted: String?) throws {
        do {
            let events = [try MakeTests.lineEvents()[0], try Self.read(event)]
            _ = try Self.encode(events)
            #expect(wanted == nil)
        } catch let error as XML12Error {
            #expect("\(error.code.rawValue) \(error.member)" == wanted)
            #expect(error.event == 1 && error.description.hasPrefix("\(error.code.rawValue) in event 1, "))
        }
    }

    @Test func theLongestKnownPrefixCounts() throws {
        let unit = try ElementString.parse(bracketed: "(01)09506000134352(21)A")
        #expect(try Self.prefixes.epcURN(of: unit) == "urn:epc:id:sgtin:9506000.013435.A")
        let asset = try ElementString.parse(bracketed: "(8003)04012345555554987")
        #expect(try Self.prefixes.epcURN(of: asset) == "urn:epc:id:grai:4012345.55555.987")
        #expect(throws: GS1Error(.unknownPrefix, ai: .gtin)) { try CompanyPrefixes([]).epcURN(of: unit) }
    }
}
