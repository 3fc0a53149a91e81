import JSONText
import Testing

@testable import EPCIS

/// Goal: event hashes are those of the standard. Method: events whose hashes the reference program
/// (epcis_event_hash_generator 1.9.3) gave; where its order of members leaves the standard's table, the
/// pre-hash text by the table; then spellings that must not change the hash, and changes that must.
@Suite struct HashTests {
    private static let start = """
        "eventTime": "2026-03-02T07:01:15.250+01:00", "eventTimeZoneOffset": "+01:00"
        """

    /// Event and hash by the reference program.
    private static let vectors: [(name: String, event: String, hash: String)] = [
        (
            "commissioning",
            """
            {"type": "ObjectEvent", \(start), "action": "ADD", "bizStep": "commissioning",
             "disposition": "active", "epcList": ["https://id.gs1.org/01/09506000134352/21/A0002",
             "https://id.gs1.org/01/09506000134352/21/A0001"],
             "readPoint": {"id": "https://id.gs1.org/414/9506000134376/254/LINE-4"},
             "bizLocation": {"id": "https://id.gs1.org/414/9506000134376"},
             "ilmd": {"cbvmda:lotNumber": "LOT1", "cbvmda:itemExpirationDate": "2027-12-31"}}
            """, "8108624a98427433010e5eec7792c4677860c0b45aa847e1c395211be18df5aa"
        ),
        (
            "packing",
            """
            {"type": "AggregationEvent", \(start), "action": "ADD", "bizStep": "packing",
             "disposition": "in_progress", "parentID": "https://id.gs1.org/00/095060001343520017",
             "childEPCs": ["https://id.gs1.org/01/09506000134352/21/A0002",
             "https://id.gs1.org/01/09506000134352/21/A0001"],
             "readPoint": {"id": "https://id.gs1.org/414/9506000134376"}}
            """, "1c692d0b7a04ecc9df7f8e9e946ddae678f0295e94a217978c987dfdf2ea326d"
        ),
        (
            "unpacking",
            """
            {"type": "AggregationEvent", \(start), "action": "DELETE", "bizStep": "unpacking",
             "parentID": "https://id.gs1.org/00/095060001343520017"}
            """, "9625b9fddd9f4c8dbf923ae2354f00c5d3ddcbacbd22dffded05be92b370d9a1"
        ),
        (
            "destroying",
            """
            {"type": "ObjectEvent", \(start), "action": "DELETE", "bizStep": "destroying",
             "disposition": "destroyed", "epcList": ["https://id.gs1.org/01/09506000134352/21/A0001"]}
            """, "de527a79b4c075f5f2d81e943942aa948f11f18724d7411115af20a03e351ff5"
        ),
        (
            "shipping",
            """
            {"eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00", "type": "ObjectEvent",
             "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit",
             "epcList": ["https://id.gs1.org/00/095060001343520017"], "bizTransactionList": [
             {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:2"},
             {"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:10"}],
             "destinationList": [{"type": "possessing_party",
             "destination": "https://id.gs1.org/417/9506000134376"}]}
            """, "1b7768ccfd47100f60a9f60a2451fa8e29c6bdcf822245eaadd6b6a01cea7caf"
        ),
        (
            "repackaging",
            """
            {"type": "TransformationEvent", \(start), "bizStep": "repackaging", "inputEPCList":
             ["urn:epc:id:giai:4012345.A"],
             "outputEPCList": ["https://id.gs1.org/01/09506000134352/21/A0003"],
             "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877",
             "quantity": 12.50, "uom": "KGM"}], "ilmd": {"cbvmda:lotNumber": "LOT2"}}
            """, "1afaae54aab017fa1573e887b0eae3ae9892284dba12aaa5e91fe83fec73e6a8"
        ),
        (
            "sensors",
            """
            {"type": "ObjectEvent", \(start), "action": "OBSERVE", "bizStep": "sensor_reporting",
             "readPoint": {"id": "https://id.gs1.org/414/9506000134376"}, "sensorElementList": [
             {"sensorMetadata": {"startTime": "2026-03-02T05:00:00Z", "endTime": "2026-03-02T06:00:00Z",
             "deviceID": "urn:epc:id:giai:4012345.T1", "line:cal": "N"}, "sensorReport": [
             {"type": "Temperature", "minValue": 2.10, "maxValue": 4.0, "uom": "CEL"},
             {"type": "Temperature", "exception": "ALARM_CONDITION"}]}]}
            """, "e81b76e63ccad8e7af45b078d546c1ca20e56c03c1c9c9db3f4f666a4f5fa31b"
        ),
        (
            "extensions",
            """
            {"type": "ObjectEvent", \(start), "action": "OBSERVE",
             "epcList": ["https://id.gs1.org/00/095060001343520017"],
             "line:operator": {"line:name": "x", "line:shift": ["b", "a"]}, "line:zone": "N"}
            """, "d4bc03584198dd7e7493d82df30315d08f0a18d862f53f98545e39fbb3599579"
        ),
    ]

    private func hash(_ event: String, context: String = Samples.standardContext) throws -> String {
        let content = try Content(json: try JSONValue.parse(Samples.document(event, context: context)))
        return EventHash(try #require(content.events.first), in: content).description
    }

    private func preHash(_ event: String) throws -> String {
        let content = try Content(json: try JSONValue.parse(Samples.document(event)))
        return EventHash.preHash(of: try #require(content.events.first), context: content.context)
    }

    @Test func hashesAreTheReferences() throws {
        for vector in Self.vectors {
            #expect(try hash(vector.event) == "ni:///sha-256;\(vector.hash)?ver=CBV2.0", "\(vector.name)")
        }
    }

    /// Parent behind the objects, transactions and parties before the sensors, extensions last.
    @Test func membersStandInTheTablesOrder() throws {
        let text = try preHash(
            """
            {"type": "TransactionEvent", \(Self.start), "action": "ADD", "line:b": 2, "line:a": true,
             "destinationList": [{"type": "location", "destination": "urn:a:d"}],
             "sourceList": [{"type": "location", "source": "urn:a:s"}], "parentID": "urn:a:p",
             "quantityList": [{"epcClass": "urn:a:q"}], "epcList": ["urn:a:e"],
             "sensorElementList": [{"sensorReport": [{"type": "Count", "value": 1e2}]}],
             "certificationInfo": "urn:a:c",
             "bizTransactionList": [{"type": "po", "bizTransaction": "urn:a:t"}]}
            """)
        let sdt = "https://ref.gs1.org/cbv/SDT-location"
        #expect(
            text
                == "eventType=TransactionEventeventTime=2026-03-02T06:01:15.250ZeventTimeZoneOffset=+01:00"
                + "certificationInfo=urn:a:cepcListepc=urn:a:eparentID=urn:a:p"
                + "quantityListquantityElementepcClass=urn:a:qaction=ADD"
                + "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:a:t"
                + "sourceListtype=\(sdt)source=urn:a:sdestinationListtype=\(sdt)destination=urn:a:d"
                + "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Countvalue=100"
                + "{https://example.com/line/}a=true{https://example.com/line/}b=2")
    }

    /// How an event is written, and what a repository adds, changes nothing.
    @Test(
        arguments: [
            ("A0002", "A0002"),
            ("https://id.gs1.org/01/09506000134352/21/A0002", "urn:epc:id:sgtin:9506000.013435.A0002"),
            (
                "https://id.gs1.org/01/09506000134352/21/A0002",
                "https://example.com/x/01/09506000134352/10/L/21/A0002?17=271231#a"
            ),
            ("2026-03-02T07:01:15.250+01:00", "2026-03-02T06:01:15.2504Z"),
            ("2026-03-02T07:01:15.250+01:00", "2026-03-02t06:01:15.2495z"),
            (#""commissioning""#, #""https://ref.gs1.org/cbv/BizStep-commissioning""#),
            (#""active""#, #"" urn:epcglobal:cbv:disp:active""#.replacing("\" ", with: "\"")),
            (#""LOT1""#, #"" LOT1\t""#), ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber"),
            (#""action""#, #""eventID": "urn:a:1", "recordTime": "2026-03-03T00:00:00Z", "action""#),
            (#""action""#, #""errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z"}, "action""#),
            (#""action""#, #""quantityList": [], "line:none": null, "action""#),
            (#""action""#, #""rdfs:comment": "seen", "action""#),
        ])
    func spellingDoesNotChangeTheHash(from: String, to: String) throws {
        let vector = Self.vectors[0]
        let changed = vector.event.replacing(from, with: to)
        #expect(try hash(changed) == "ni:///sha-256;\(vector.hash)?ver=CBV2.0")
    }

    @Test(
        arguments: [
            ("A0002", "A0003"), ("15.250", "15.2505"), ("LOT1", "LOT2"), ("ADD", "OBSERVE"),
            ("LINE-4", "LINE-5"), ("cbvmda:lotNumber", "line:lotNumber"), (#""+01:00""#, #""+02:00""#),
            ("\"active\"", "\"inactive\""), (#""LOT1""#, #""LOT1", "line:a": "b""#),
        ])
    func contentChangesTheHash(from: String, to: String) throws {
        let vector = Self.vectors[0]
        let changed = vector.event.replacing(from, with: to)
        #expect(changed != vector.event)
        #expect(try hash(changed) != "ni:///sha-256;\(vector.hash)?ver=CBV2.0")
    }

    /// Text of an extension that is a URI in short is that URI; what has no declared prefix is text.
    @Test func shortURIsAreExpandedInExtensions() throws {
        let event = { (value: String) in
            Self.vectors[0].event.replacing(#""action""#, with: #""line:feature": "\#(value)", "action""#)
        }
        #expect(try preHash(event("line:outer")).hasSuffix("/line/}feature=https://example.com/line/outer"))
        #expect(try hash(event("line:outer")) == hash(event("https://example.com/line/outer")))
        #expect(try preHash(event("remark: ok")).hasSuffix("feature=remark: ok"))
        let linked = try preHash(event("line:dl/01/09506000134352/10/L/21/A"))
        #expect(linked.hasSuffix("feature=https://id.gs1.org/01/09506000134352/21/A"))
    }

    /// A number written as text is text: lots 007 and 7 are two.
    @Test func textStaysText() throws {
        let text = try preHash(Self.vectors[0].event.replacing(#""LOT1""#, with: #""007.0""#))
        #expect(text.hasSuffix("lotNumber=007.0"))
    }

    @Test func sensorWordsFollowTheContext() throws {
        let event = Self.vectors[6].event
        let newer = Samples.standardContext.replacing("2.0.0", with: "2.0.1")
        #expect(try hash(event) != hash(event, context: newer))
    }

    @Test func hashURIsAreJudged() {
        let digits = String(repeating: "0", count: 64)
        #expect(EventHash.isWellFormed("ni:///sha-256;\(digits)?ver=CBV2.0"))
        #expect(EventHash.isWellFormed("ni:///sha-512;\(digits)\(digits)?ver=CBV2.0"))
        #expect(EventHash.isWellFormed("ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"))
        #expect(!EventHash.isWellFormed("ni:///sha-256;\(digits)0?ver=CBV2.0"))
        #expect(!EventHash.isWellFormed("ni:///md5;\(digits)?ver=CBV2.0"))
        #expect(!EventHash.isWellFormed("ni:///sha-256?ver=CBV2.0;\(digits)"))
    }
}
