import JSONText
import Testing

@testable import EPCIS

/// Goal: nothing is lost between reading and writing. Method: read, make the model, write, read again and
/// compare with what came, member for member in order, number text included.
@Suite struct RoundTripTests {
    private func check(_ name: String, _ bytes: [UInt8]) throws {
        let tree = try JSONValue.parse(bytes, limits: Content.limits)
        let content = try Content(json: tree)
        var writer = JSONWriter()
        content.append(to: &writer)
        #expect(try JSONValue.parse(writer.bytes) == tree.withoutRepeats, "\(name)")
        for event in content.events {
            #expect(try Event(json: event.json) == event, "\(name)")
        }
    }

    @Test func officialExamplesComeBackAsTheyWere() throws {
        let examples = try Conformance.examples()
        for example in examples { try check(example.name, example.bytes) }
        #expect(Conformance.folder == nil || examples.count >= 24)
    }

    @Test func ourDocumentsComeBackAsTheyWere() throws {
        for sample in Samples.all { try check(sample.name, Array(sample.text.utf8)) }
    }

    /// What is valid by the schema is held by the model, whatever else is odd about it.
    @Test func mutantsTheSchemaTakesComeBackAsTheyWere() throws {
        var kept = 0
        var mutation = Mutation(seed: 0xE9C1_5001)
        let documents = try (Conformance.documents() + Samples.all.map { ($0.name, Array($0.text.utf8)) })
            .map { try JSONValue.parse($0.bytes, limits: Content.limits).withoutRepeats }
        for round in 0..<2_000 {
            let tree = mutation.mutate(documents[round % documents.count])
            let findings = Validation.findings(in: tree)
            guard
                !findings.contains(where: { $0.rule.level == .schema || $0.rule == .badPersistentDisposition }
                )
            else { continue }
            kept += 1
            do {
                let content = try Content(json: tree)
                var writer = JSONWriter()
                content.append(to: &writer)
                #expect(try JSONValue.parse(writer.bytes) == tree, "round \(round)")
            } catch {
                Issue.record("round \(round): \(error) in \(tree.text)")
            }
        }
        #expect(kept > 150, "\(kept)")
    }

    @Test func membersSetLaterFollow() throws {
        var event = try Event(json: try JSONValue.parse(Samples.standalone))
        event.eventID = PlainURI("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8")
        event.disposition = nil
        event.extensions.append(JSONMember("line:x", 1))
        let keys = event.json.object?.map(\.key) ?? []
        #expect(keys.suffix(2) == ["eventID", "line:x"])
        #expect(!keys.contains("disposition") && keys.first == "@context")
    }

    @Test(
        arguments: [
            ("[]", "EPCIS-100 at the top: an object must stand here."),
            (
                "{}",
                "EPCIS-100 at /type: a type: EPCISDocument, EPCISQueryDocument or an event's must stand here."
            ),
            (#"{"type":"ObjectEvent"}"#, "EPCIS-100 at /eventTime: this member must stand here."),
            (
                #"{"type":"EPCISDocument","epcisBody":{"eventList":[{"type":"ObjectEvent","epcList":[1]}]}}"#,
                "EPCIS-100 at /epcisBody/eventList/0/epcList/0: a string must stand here."
            ),
            (
                #"{"type":"x:y","eventTime":"2026-03-02T06:02:00Z","eventTimeZoneOffset":"Z"}"#,
                "EPCIS-100 at /eventTimeZoneOffset: an offset such as +01:00 must stand here."
            ),
        ])
    func otherShapesAreRefusedWithTheirPlace(text: String, message: String) throws {
        do {
            _ = try Content(json: try JSONValue.parse(text))
            Issue.record("taken")
        } catch {
            #expect("\(error)" == message)
        }
    }
}
