import JSONText
import Testing

@testable import EPCIS

/// Goal: each rule is found where it is broken, and nothing else is. Method: an event in order, one member
/// changed at a time; the findings are compared whole. Every rule has a case.
@Suite struct RuleTests {
    private static let base = """
        {"type": "ObjectEvent", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
         "action": "OBSERVE", "epcList": ["https://id.gs1.org/00/095060001343520017"]}
        """
    private static let aggregation = """
        {"type": "AggregationEvent", "epcList": null, "action": "ADD",
         "parentID": "https://id.gs1.org/00/095060001343520017",
         "childEPCs": ["https://id.gs1.org/01/09506000134352/21/A0001"]}
        """
    private static let transaction = """
        {"type": "TransactionEvent", "bizTransactionList": [{"type": "po", "bizTransaction": "urn:a:1"}]}
        """
    private static let transformation = """
        {"type": "TransformationEvent", "epcList": null, "action": null,
         "inputEPCList": ["urn:a:1"], "outputEPCList": ["urn:a:2"]}
        """

    /// The base event with members replaced, added or, by `null`, removed.
    private static func event(_ changes: [String]) throws -> JSONValue {
        var members = try JSONValue.parse(base).object ?? []
        for change in changes {
            for member in try JSONValue.parse(change).object ?? [] {
                members.removeAll { $0.key == member.key }
                if !member.value.isNull { members.append(member) }
            }
        }
        return .object(members)
    }

    private static func findings(_ changes: [String]) throws -> [String] {
        let text = Samples.document(try event(changes).text)
        return Validation.findings(in: try JSONValue.parse(text)).map { finding in
            let place = finding.pointer.replacing("/epcisBody/eventList/0", with: "")
            return "\(finding.rule.rawValue) \(place)"
        }
    }

    @Test func whatIsInOrderHasNoFindings() throws {
        #expect(try Self.findings([]) == [])
        #expect(try Self.findings([Self.aggregation]) == [])
        #expect(try Self.findings([Self.transaction]) == [])
        #expect(try Self.findings([Self.transformation]) == [])
        #expect(try Self.findings([Self.aggregation, #"{"type": "AssociationEvent"}"#]) == [])
        #expect(
            try Self.findings([Self.aggregation, #"{"action": "OBSERVE", "parentID": null}"#]) == [])
        #expect(try Self.findings([Self.aggregation, #"{"action": "DELETE", "childEPCs": null}"#]) == [])
        #expect(try Self.findings([#"{"epcList": [], "quantityList": [{"epcClass": "urn:a:1"}]}"#]) == [])
        for sample in Samples.all {
            let findings = Validation.findings(in: try JSONValue.parse(sample.text))
            #expect(findings == [], "\(sample.name)")
        }
    }

    private static let objectCases: [(String, [String])] = [
        (#"{"epcList": 1}"#, ["EPCIS-102 /epcList", "EPCIS-122 "]),
        (#"{"eventTime": 1}"#, ["EPCIS-103 /eventTime"]),
        (
            #"{"quantityList": [{"epcClass": "urn:a:1", "quantity": "1"}]}"#,
            ["EPCIS-104 /quantityList/0/quantity"]
        ),
        (#"{"eventTime": null}"#, ["EPCIS-106 "]),
        (#"{"parentID": "urn:a:1"}"#, ["EPCIS-107 /parentID"]),
        (#"{"operator": "x"}"#, ["EPCIS-107 /operator"]),
        (#"{"epcList": ["A1"]}"#, ["EPCIS-108 /epcList/0"]),
        (#"{"recordTime": "2026-02-29T06:02:00Z"}"#, ["EPCIS-109 /recordTime"]),
        (#"{"eventTimeZoneOffset": "Z"}"#, ["EPCIS-110 /eventTimeZoneOffset"]),
        (#"{"action": "add"}"#, ["EPCIS-111 /action"]),
        (#"{"bizStep": "comissioning"}"#, ["EPCIS-112 /bizStep"]),
        (#"{"disposition": "urn:epcglobal:cbv:disp:active"}"#, ["EPCIS-113 /disposition"]),
        (#"{"bizStep": "http://ns.gs1.org/cbv/BizStep-shipping"}"#, ["EPCIS-113 /bizStep"]),
        (#"{"type": "Objectevent"}"#, ["EPCIS-114 /type"]),
        (#"{"@context": 1}"#, ["EPCIS-115 /@context"]),
        (#"{"epcList": ["urn:a:1", "urn:a:1"]}"#, ["EPCIS-116 /epcList/1"]),
        (#"{"persistentDisposition": {"set": []}}"#, ["EPCIS-117 /persistentDisposition/set"]),
        (
            #"{"quantityList": [{"epcClass": "urn:a:1", "quantity": 1, "uom": "kg"}]}"#,
            ["EPCIS-118 /quantityList/0/uom"]
        ),
        (#"{"ilmd": {"cbvmda:lotNumber": "L"}}"#, ["EPCIS-121 /ilmd"]),
        (#"{"epcList": null}"#, ["EPCIS-122 "]),
        (#"{"persistentDisposition": {}}"#, ["EPCIS-125 /persistentDisposition"]),
        (#"{"epcList": []}"#, ["EPCIS-201 "]),
        (
            """
            {"epcList": ["urn:epc:id:sgtin:9506000.013435.A1",
             "https://x.org/01/09506000134352/21/A1?17=271231"]}
            """,
            ["EPCIS-204 /epcList/1"]
        ),
        (#"{"epcList": ["https://id.gs1.org/00/095060001343520018"]}"#, ["EPCIS-205 /epcList/0"]),
        (#"{"epcList": ["https://example.com/00/095060001343520018"]}"#, ["EPCIS-205 /epcList/0"]),
        (#"{"epcList": ["urn:epc:id:sgtin:9506000.0134352.A1"]}"#, ["EPCIS-205 /epcList/0"]),
        (#"{"epcList": ["https://id.gs1.org/01/09506000134352/10/L"]}"#, ["EPCIS-206 /epcList/0"]),
        (#"{"epcList": ["urn:epc:class:lgtin:9506000.013435.L"]}"#, ["EPCIS-206 /epcList/0"]),
        (
            #"{"quantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352/21/A1"}]}"#,
            ["EPCIS-207 /quantityList/0/epcClass"]
        ),
        (#"{"eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a"}"#, ["EPCIS-209 /eventID"]),
        (#"{"eventID": "ni:///sha-256;00ff?ver=CBV2.0"}"#, ["EPCIS-209 /eventID"]),
        (
            #"{"eventTime": "2026-03-02T06:02:00+14:01"}"#,
            ["EPCIS-210 /eventTime", "EPCIS-311 /eventTimeZoneOffset"]
        ),
        (#"{"readPoint": {"id": "urn:a:1", "lane": 2}}"#, ["EPCIS-212 /readPoint/lane"]),
        (#"{"line:a": {"b": 1}}"#, ["EPCIS-212 /line:a/b"]),
        (
            """
            {"errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z", "reason": "did_not_occur",
             "correctiveEventIDs": ["urn:a:2"]}}
            """,
            ["EPCIS-214 /errorDeclaration/correctiveEventIDs"]
        ),
        (
            """
            {"eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", "errorDeclaration":
             {"declarationTime": "2026-03-03T00:00:00Z", "correctiveEventIDs":
             ["urn:uuid:374d95fc-9457-4a51-bd6a-0BBA133845A8"]}}
            """,
            ["EPCIS-215 /errorDeclaration"]
        ),
        (#"{"quantityList": [{"epcClass": "urn:a:1", "uom": "KGM"}]}"#, ["EPCIS-216 /quantityList/0"]),
        (
            #"{"quantityList": [{"epcClass": "urn:a:1", "quantity": 0.0}]}"#,
            ["EPCIS-217 /quantityList/0/quantity"]
        ),
        (
            #"{"quantityList": [{"epcClass": "urn:a:1", "quantity": 15e-1}]}"#,
            ["EPCIS-218 /quantityList/0/quantity"]
        ),
        (
            """
            {"persistentDisposition": {"set": ["recalled"],
             "unset": ["https://ref.gs1.org/cbv/Disp-recalled"]}}
            """,
            ["EPCIS-222 /persistentDisposition"]
        ),
        (#"{"bizStep": "https://ref.gs1.org/cbv/BizStep-shiping"}"#, ["EPCIS-223 /bizStep"]),
        (#"{"bizStep": "https://ref.gs1.org/cbv/Disp-active"}"#, ["EPCIS-223 /bizStep"]),
        (#"{"readPoint": {"id": "https://id.gs1.org/417/9506000134376"}}"#, ["EPCIS-304 /readPoint/id"]),
        (
            #"{"sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/414/9506000134376"}]}"#,
            ["EPCIS-304 /sourceList/0/source"]
        ),
        (#"{"bizStep": "commissioning", "action": "DELETE"}"#, ["EPCIS-305 /bizStep"]),
        (#"{"bizStep": "destroying", "action": "ADD"}"#, ["EPCIS-305 /bizStep"]),
        (#"{"bizStep": "encoding"}"#, ["EPCIS-306 /bizStep"]),
        (#"{"bizStep": "sensor_reporting"}"#, ["EPCIS-307 /bizStep"]),
        (#"{"disposition": "completeness_inferred"}"#, ["EPCIS-308 /disposition"]),
        (
            #"{"errorDeclaration": {"declarationTime": "2026-03-02T06:01:59.999Z"}}"#,
            ["EPCIS-309 /errorDeclaration"]
        ),
        (#"{"recordTime": "2026-03-02T07:01:59+01:00"}"#, ["EPCIS-310 /recordTime"]),
        (#"{"eventTime": "2026-03-02T06:02:00-06:00"}"#, ["EPCIS-311 /eventTimeZoneOffset"]),
        (#"{"eventID": "https://example.com/events/1"}"#, ["EPCIS-318 /eventID"]),
        (
            """
            {"bizTransactionList": [{"bizTransaction": "urn:epcglobal:cbv:bt:9506000134377:1"},
             {"bizTransaction": "urn:epcglobal:cbv:bt:950600013437:1"},
             {"bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:"},
             {"bizTransaction": "urn:epcglobal:cbv:bt:9506000134376"},
             {"bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:a:b"}]}
            """,
            [
                "EPCIS-319 /bizTransactionList/0/bizTransaction",
                "EPCIS-319 /bizTransactionList/1/bizTransaction",
                "EPCIS-319 /bizTransactionList/2/bizTransaction",
                "EPCIS-319 /bizTransactionList/3/bizTransaction",
            ]
        ),
        (#"{"other:name": "x"}"#, ["EPCIS-313 /other:name"]),
    ]

    @Test func objectEvents() throws {
        for (change, wanted) in Self.objectCases {
            #expect(try Self.findings([change]) == wanted, "\(change)")
        }
    }

    private static let otherCases: [(String, String, [String])] = [
        (aggregation, #"{"childEPCs": []}"#, ["EPCIS-123 "]),
        (aggregation, #"{"childEPCs": null, "action": "OBSERVE"}"#, ["EPCIS-123 "]),
        (aggregation, #"{"parentID": null}"#, ["EPCIS-202 "]),
        (aggregation, #"{"parentID": null, "action": "DELETE"}"#, ["EPCIS-202 "]),
        (aggregation, #"{"parentID": null, "action": "OBSERVE", "bizStep": "packing"}"#, ["EPCIS-202 "]),
        (aggregation, #"{"type": "AssociationEvent", "parentID": null}"#, ["EPCIS-106 "]),
        (
            aggregation, #"{"childEPCs": ["urn:a:1", "urn:epc:id:sscc:9506000.0134352001"]}"#,
            ["EPCIS-203 /parentID"]
        ),
        (aggregation, #"{"childEPCs": ["urn:a:1", "urn:a:1"]}"#, ["EPCIS-204 /childEPCs/1"]),
        (aggregation, #"{"parentID": "https://id.gs1.org/01/09506000134352"}"#, ["EPCIS-206 /parentID"]),
        (aggregation, #"{"ilmd": {}}"#, ["EPCIS-107 /ilmd"]),
        (aggregation, #"{"persistentDisposition": 7}"#, ["EPCIS-213 /persistentDisposition"]),
        (
            aggregation, #"{"persistentDisposition": {"set": ["nonsense"]}}"#,
            ["EPCIS-213 /persistentDisposition"]
        ),
        (
            aggregation, #"{"persistentDisposition": {"set": ["recalled"], "unset": ["recalled"]}}"#,
            ["EPCIS-222 /persistentDisposition"]
        ),
        (aggregation, #"{"bizStep": "unpacking"}"#, ["EPCIS-305 /bizStep"]),
        (aggregation, #"{"bizStep": "packing", "action": "DELETE"}"#, ["EPCIS-305 /bizStep"]),
        (transaction, #"{"bizTransactionList": []}"#, ["EPCIS-117 /bizTransactionList"]),
        (transaction, #"{"bizTransactionList": null}"#, ["EPCIS-106 "]),
        (transaction, #"{"epcList": []}"#, ["EPCIS-201 "]),
        (transaction, #"{"epcList": [], "action": "DELETE"}"#, []),
        (transaction, #"{"epcList": ["urn:a:1", "urn:a:1"]}"#, ["EPCIS-204 /epcList/1"]),
        (transaction, #"{"parentID": "urn:epc:id:sscc:9506000.0134352001"}"#, ["EPCIS-203 /parentID"]),
        (transaction, #"{"bizTransactionList": [{"type": "po"}]}"#, ["EPCIS-106 /bizTransactionList/0"]),
        (
            transaction,
            #"{"bizTransactionList": [{"bizTransaction": "https://id.gs1.org/253/4012345555555"}]}"#,
            ["EPCIS-205 /bizTransactionList/0/bizTransaction"]
        ),
        (transformation, #"{"outputEPCList": null}"#, ["EPCIS-124 "]),
        (transformation, #"{"outputEPCList": null, "transformationID": "urn:a:3"}"#, []),
        (
            transformation, #"{"inputEPCList": [], "outputEPCList": [], "transformationID": "urn:a:3"}"#,
            ["EPCIS-124 "]
        ),
        (transformation, #"{"action": "ADD"}"#, ["EPCIS-107 /action"]),
    ]

    @Test func otherEvents() throws {
        for (type, change, wanted) in Self.otherCases {
            #expect(try Self.findings([type, change]) == wanted, "\(change)")
        }
    }

    private static let reportCases: [(String, [String])] = [
        (#"{"type": "Temperature", "booleanValue": "true"}"#, ["EPCIS-105 /booleanValue"]),
        (#"{"value": 1}"#, ["EPCIS-106 "]),
        (#"{"type": "Hotness", "value": 1}"#, ["EPCIS-112 /type"]),
        (#"{"type": "https://gs1.org/voc/Temperature", "value": 1}"#, ["EPCIS-113 /type"]),
        (#"{"type": "Temperature", "hexBinaryValue": "0x1"}"#, ["EPCIS-119 /hexBinaryValue"]),
        (#"{"type": "Temperature", "percRank": 50, "value": 1}"#, ["EPCIS-220 "]),
        (#"{"type": "Temperature", "sDev": 1}"#, ["EPCIS-221 /sDev"]),
        (#"{"type": "Temperature", "uom": "CEL", "stringValue": "x"}"#, ["EPCIS-317 /uom"]),
        (#"{"type": "Temperature", "minValue": 10, "maxValue": 9.5e0}"#, ["EPCIS-316 "]),
        (#"{"type": "Temperature", "value": 1, "time": "2026-03-02T06:02:01Z"}"#, ["EPCIS-301 #"]),
        (
            #"{"type": "Mass", "value": 1, "microorganism": "urn:a:1", "chemicalSubstance": "urn:a:2"}"#,
            ["EPCIS-302 "]
        ),
        (#"{"type": "Temperature"}"#, ["EPCIS-303 "]),
    ]

    @Test func sensorReports() throws {
        for (report, wanted) in Self.reportCases {
            let found = try Self.findings([#"{"sensorElementList": [{"sensorReport": [\#(report)]}]}"#])
                .map {
                    $0.replacing("/sensorElementList/0/sensorReport/0", with: "")
                        .replacing("/sensorElementList", with: "#")
                }
            #expect(found == wanted, "\(report)")
        }
        let metadata = #"{"startTime": "2026-03-02T06:00:00Z", "endTime": "2026-03-02T06:59:00+01:00"}"#
        let list = #"{"sensorElementList": [{"sensorReport": [], "sensorMetadata": \#(metadata)}]}"#
        let place = "/sensorElementList/0/"
        #expect(
            try Self.findings([list]) == [
                "EPCIS-117 \(place)sensorReport", "EPCIS-219 \(place)sensorMetadata",
            ])
    }

    private static let documentCases: [(String, [String])] = [
        ("7", ["EPCIS-101 "]),
        (#"{"type": 7}"#, ["EPCIS-103 /type"]),
        (#"{"schemaVersion": "two"}"#, ["EPCIS-120 /schemaVersion"]),
        (#"{"schemaVersion": "1.2"}"#, ["EPCIS-211 /schemaVersion"]),
        (#"{"extra": 1}"#, ["EPCIS-107 /extra"]),
        (#"{"@context": ["https://example.com/context.jsonld"]}"#, ["EPCIS-312 /@context"]),
        (#"{"epcisBody": {"eventList": [], "more": 1}}"#, ["EPCIS-212 /epcisBody/more"]),
        (
            #"{"epcisHeader": {"epcisMasterData": {"vocabularyList": [{}]}}}"#,
            ["EPCIS-106 /epcisHeader/epcisMasterData/vocabularyList/0"]
        ),
    ]

    @Test func documents() throws {
        let empty = try JSONValue.parse(Samples.document("")).object ?? []
        for (change, wanted) in Self.documentCases {
            var document = try JSONValue.parse(change)
            if case .object(let changes) = document {
                let kept = empty.filter { member in !changes.contains { $0.key == member.key } }
                document = .object(kept + changes)
            }
            let found = Validation.findings(in: document).map { "\($0.rule.rawValue) \($0.pointer)" }
            #expect(found == wanted, "\(change)")
        }
    }

    /// One event ID stands once, or once more on its error declaration.
    @Test func eventIDsStandOnce() throws {
        let id = #""eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8""#
        let event = try Self.event([#"{\#(id)}"#]).text
        let declared = try Self.event([
            #"{\#(id), "errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z"}}"#
        ]).text
        func rules(_ events: [String]) throws -> [String] {
            let text = Samples.document(events.joined(separator: ","))
            return Validation.findings(in: try JSONValue.parse(text)).map { "\($0.rule) \($0.pointer)" }
        }
        #expect(try rules([event, declared]) == [])
        #expect(try rules([event, event]) == ["repeatedEventID /epcisBody/eventList/1/eventID"])
        #expect(try rules([declared, event, declared]) == ["repeatedEventID /epcisBody/eventList/2/eventID"])
    }

    @Test func answersTellWhenTheyWereRecorded() throws {
        let text = Samples.answer.replacing(#""recordTime": "2026-03-02T06:02:00Z","#, with: "")
        let findings = Validation.findings(in: try JSONValue.parse(text))
        #expect(findings.map(\.rule) == [.recordTimeMissing])
        #expect(findings.allSatisfy { !$0.isError })
    }

    @Test func repeatedMembersAreNamed() throws {
        let text = Samples.standalone.replacing(#""bizStep":"#, with: #""action": "ADD", "bizStep":"#)
        let tree = try JSONValue.parse(text, limits: Content.limits)
        #expect(
            Validation.findings(in: tree).map { "\($0.rule) \($0.pointer)" } == ["repeatedMember /action"])
        #expect(try Event(json: tree).action == .add)
    }

    @Test func findingsHaveALimitAndReadWell() throws {
        let many = try Self.event([
            #"{"epcList": [\#(Array(repeating: "1", count: 50).joined(separator: ","))]}"#
        ])
        #expect(Validation.findings(in: many, limit: 7).count == 7)
        let finding = Finding(pointer: "/a", rule: .badEPC, detail: "GS1-024")
        #expect(
            finding.description
                == "EPCIS-205 at /a: This is no valid GS1 identifier. Read it again at its source. (GS1-024)")
        for rule in Rule.allCases {
            let sentences = rule.sentence.split(separator: ". ")
            #expect(rule.sentence.hasSuffix(".") && sentences.count == 2, "\(rule)")
            #expect(!rule.source.isEmpty)
        }
        #expect(Set(Rule.allCases.map(\.rawValue)).count == Rule.allCases.count)
    }

    /// The cases above name every rule.
    @Test func everyRuleHasACase() {
        let cases =
            Self.objectCases.flatMap(\.1) + Self.otherCases.flatMap(\.2) + Self.reportCases.flatMap(\.1)
            + Self.documentCases.flatMap(\.1)
        var named = Set(cases.map { String($0.prefix(9)) })
        // These have tests of their own.
        named.formUnion(["EPCIS-208", "EPCIS-219", "EPCIS-314", "EPCIS-315", "EPCIS-320"])
        #expect(Rule.allCases.map(\.rawValue).filter { !named.contains($0) } == [])
    }

    /// The standard's own examples are valid, but for these pieces of advice.
    @Test func officialExamplesAreValid() throws {
        var advice: [String] = []
        for example in try Conformance.examples() {
            let tree = try JSONValue.parse(example.bytes, limits: Content.limits)
            for finding in Validation.findings(in: tree) {
                #expect(!finding.isError, "\(example.name): \(finding)")
                advice.append("\(example.name) \(finding.rule.rawValue)")
            }
        }
        let wanted = [
            "AssociationEvent/AssociationEvent-h.jsonld EPCIS-315",
            "EPCISQueryDocument.jsonld EPCIS-314", "EPCISQueryDocument.jsonld EPCIS-314",
            "WithFullCombinationOfFields/object_event_all_possible_fields.jsonld EPCIS-302",
            "WithFullCombinationOfFields/object_event_all_possible_fields.jsonld EPCIS-316",
            "WithFullCombinationOfFields/object_event_all_possible_fields.jsonld EPCIS-301",
            "WithFullCombinationOfFields/transaction_event_all_possible_fields.jsonld EPCIS-302",
            "WithFullCombinationOfFields/transaction_event_all_possible_fields.jsonld EPCIS-316",
            "WithFullCombinationOfFields/transaction_event_all_possible_fields.jsonld EPCIS-301",
        ]
        #expect(advice == (Conformance.folder == nil ? [] : wanted))
    }
}
