import JSONText
import Testing

@testable import EPCIS

/// Goal: a document whose events are read one at a time is judged, and hashed, as one that is read whole.
/// Method: examples, our documents and seeded mutations of both, by both ways, in chunks of many sizes.
@Suite struct StreamTests {
    private struct Read {
        var verdict: Verdict
        var hashes: [String]?
        var events: Int?
    }

    /// A text in chunks, judged and hashed on the way.
    private func read(_ bytes: [UInt8], chunk: Int, maxEventIDs: Int = 1_000) throws -> Read {
        var reader = ContentReader()
        var run = ValidationRun(limit: 20, maxEventIDs: maxEventIDs)
        var hashes: [String]? = []
        var head: DocumentHead?
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try reader.append(bytes[start..<min(start + chunk, bytes.count)])
            while let piece = try reader.next() {
                switch piece {
                case .document(let found):
                    head = found
                    run.open(found)
                case .event(let value):
                    run.take(value)
                    let event = try? Event(json: value)
                    hashes = event.flatMap { event in
                        hashes.map { $0 + [EventHash(event, context: head?.context).description] }
                    }
                }
            }
        }
        let rest = try reader.finish()
        let content = try? Content(json: rest)
        hashes = content.flatMap { content in
            hashes.map { $0 + content.events.map { EventHash($0, in: content).description } }
        }
        return Read(verdict: run.finish(rest), hashes: hashes, events: head.map { _ in reader.count })
    }

    private func check(_ bytes: [UInt8], chunk: Int) throws -> Int? {
        let tree = try JSONValue.parse(bytes, limits: Content.limits)
        let whole = ValidationRun(limit: 20).finish(tree)
        let read = try read(bytes, chunk: chunk)
        let text = String(decoding: bytes.prefix(4_000), as: UTF8.self)
        #expect(read.verdict.findings == whole.findings, "\(text)")
        #expect(read.verdict.errors == whole.errors && read.verdict.advice == whole.advice, "\(text)")
        let content = try? Content(json: tree)
        let hashes = content.map { content in content.events.map { EventHash($0, in: content).description } }
        #expect(read.hashes == hashes, "\(text)")
        return read.events
    }

    @Test func theVerdictIsThatOfTheWhole() throws {
        let documents = try Conformance.examples().map(\.bytes) + Samples.all.map { Array($0.text.utf8) }
        var streamed = 0
        for bytes in documents {
            for chunk in [1, 7, 64, 4_096, bytes.count] where try check(bytes, chunk: chunk) != nil {
                streamed += 1
            }
        }
        // All of ours but the event that stands alone.
        #expect(streamed >= (Samples.all.count - 1) * 5)
    }

    @Test func theVerdictOfMutantsIsThatOfTheWhole() throws {
        let documents = try (Conformance.documents() + Samples.all.map { ($0.name, Array($0.text.utf8)) })
            .map { try JSONValue.parse($0.bytes, limits: Content.limits) }
        var mutation = Mutation(seed: 0xE9C1_5010)
        var events = 0
        for round in 0..<2_000 {
            let bytes = mutation.mutate(documents[round % documents.count]).bytes
            events += try check(bytes, chunk: 1 + mutation.chance.below(300)) ?? 0
        }
        #expect(events > 1_000, "\(events)")
    }

    /// Members that stand twice: the first list is read event by event, and what is behind it stays in place.
    @Test func repeatedListsKeepTheirPlaces() throws {
        let text = Samples.document(Samples.commissioningEvent)
        let list = #""eventList": [{"type": "x", "eventTime": 1}, \#(Samples.commissioningEvent)]"#
        for more in [#", \#(list), "eventList": 7"#, #", "a:b": [], \#(list)"#, #", "eventList": []"#] {
            let bytes = Array(text.replacing("]}}", with: "]\(more)}}").utf8)
            let tree = try JSONValue.parse(bytes, limits: Content.limits)
            #expect(try read(bytes, chunk: 100).verdict.findings == Validation.findings(in: tree), "\(more)")
        }
    }

    /// Events whose meaning is told behind them cannot be judged before; a short text is read whole then.
    @Test func contextsBehindTheEventsAreHeeded() throws {
        let text = """
            {"epcisBody": {"eventList": [\(Samples.commissioningEvent)]}, "type": "EPCISDocument",
             "schemaVersion": "2.0", "creationDate": "2026-03-02T06:59:00.000Z",
             "@context": \(Samples.standardContext)}
            """
        let read = try read(Array(text.utf8), chunk: 50)
        #expect(read.events == nil && read.verdict.findings == [])
        var reader = ContentReader(limits: JSONLimits(maxBytes: 500))
        try reader.append(Array(text.utf8))
        #expect(throws: ContentReader.Fault.eventsBeforeContext) { try reader.next() }
        #expect("\(ContentReader.Fault.eventsBeforeContext)".hasPrefix("EPCIS-003: More than 64 MiB"))
    }

    /// Far more bytes than the limit, event by event; one event above it is refused with its place.
    @Test func lengthIsLimitedByTheEvent() throws {
        let limits = JSONLimits(maxBytes: 2_000)
        let event = Samples.commissioningEvent
        var reader = ContentReader(limits: limits)
        let head = Samples.document("").dropLast(3)
        try reader.append(Array(head.utf8))
        var count = 0
        for _ in 0..<200 {
            try reader.append(Array((event + ",").utf8))
            while let piece = try reader.next() { if case .event = piece { count += 1 } }
        }
        #expect(count == 200 && reader.pointer == "/epcisBody/eventList/199")
        try reader.append(Array("\"\(String(repeating: "x", count: 2_000))".utf8))
        let offset = head.utf8.count + 200 * (event.utf8.count + 1) + 2_000
        #expect(throws: ContentReader.Fault.json(JSONError(.tooManyBytes, at: offset))) {
            while try reader.next() != nil {}
        }
        let said = "\(ContentReader.Fault.json(JSONError(.tooManyBytes, at: 7)))"
        #expect(said.hasPrefix("EPCIS-004 at byte 7: "))
    }

    @Test(
        arguments: [
            ([0xEF, 0xBB, 0xBF, 0x7B], .byteOrderMark), ([0xFF, 0xFE, 0x7B, 0], .byteOrderMark),
            ([0xFE, 0xFF], .byteOrderMark), (Array("<?xml".utf8), .markup), (Array("\n <a>".utf8), .markup),
            (Array("<".utf8), .markup), ([], .json(JSONError(.unexpectedEnd, at: 0))),
            (Array("hello".utf8), .json(JSONError(.unexpectedByte, at: 0))),
        ] as [([UInt8], ContentReader.Fault)])
    func whatIsNoJSONIsToldFromWhatIsBroken(bytes: [UInt8], fault: ContentReader.Fault) {
        for chunk in [1, 100] {
            #expect(throws: fault, "\(bytes)") { _ = try read(bytes, chunk: chunk) }
        }
        #expect("\(fault)".split(separator: ". ").count == 2, "\(fault)")
    }

    // MARK: Counts and IDs

    /// Errors and advice have each their limit, and what is not kept is counted.
    @Test func findingsBeyondTheLimitAreCounted() throws {
        let advice = #"{"line:a": 1, "other:b": 2}"#
        let body = Array(repeating: advice, count: 30).joined(separator: ",")
        let event = Samples.commissioningEvent.replacing(#""action": "ADD""#, with: #""action": 7"#)
            .replacing(#""line:operator""#, with: #""line:list": [\#(body)], "line:operator""#)
        let bytes = Array(Samples.document(event).utf8)
        let verdict = try read(bytes, chunk: 500).verdict
        #expect(verdict.errors == 1 && verdict.advice == 30 && verdict.omitted == 10 && !verdict.isValid)
        #expect(verdict.findings.count == 21 && verdict.findings.filter(\.isError).count == 1)
        let tree = try JSONValue.parse(bytes)
        #expect(Validation.findings(in: tree).count == 31)
    }

    private func event(_ id: String, isDeclared: Bool = false) -> String {
        let declared = #""errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z"}, "#
        return Samples.commissioningEvent.replacing(
            #""eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8","#,
            with: #""eventID": "\#(id)", "# + (isDeclared ? declared : ""))
    }

    private func rules(_ events: [String], maxEventIDs: Int = 1_000) throws -> [String] {
        let bytes = Array(Samples.document(events.joined(separator: ",")).utf8)
        return try read(bytes, chunk: 300, maxEventIDs: maxEventIDs).verdict.findings.map {
            "\($0.rule.rawValue) \($0.pointer.replacing("/epcisBody/eventList", with: ""))"
        }
    }

    /// The letters of a UUID and of a hash's digits are of either case.
    @Test func idsAreComparedThroughTheirSpelling() throws {
        let uuid = "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"
        let hash = "ni:///sha-256;" + String(repeating: "0aF1", count: 16) + "?ver=CBV2.0"
        for (id, same) in [
            (uuid, uuid.replacing("4a51", with: "4A51")), (uuid, "URN:UUID:" + uuid.dropFirst(9)),
            (hash, hash.replacing("aF", with: "Af")),
        ] {
            #expect(try rules([event(id), event(same)]) == ["EPCIS-208 /1/eventID"], "\(same)")
        }
        #expect(try rules([event(uuid), event(uuid.uppercased(), isDeclared: true)]) == [])
        let others = try rules([event("urn:a:B"), event("urn:a:b")])
        #expect(others == ["EPCIS-318 /0/eventID", "EPCIS-318 /1/eventID"])
    }

    @Test func formsOfIDsAreTold() {
        for (text, form) in [
            ("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", .uuid),
            ("urn:uuid:374D95FC-9457-4a51-bd6a-0bba133845a8", .uuid),
            ("URN:uuid:374d95fc-9457-4a51-bd6a-0bba133845a", .malformed),
            ("urn:uuid:", .malformed), ("ni:///sha-256;00?ver=CBV2.0", .malformed),
            ("ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk", .hash),
            ("https://example.com/events/1", .other), ("urn:a:1", .other), ("_:b", .other),
        ] as [(String, EventIDForm)] {
            #expect(EventIDForm(text) == form, "\(text)")
        }
    }

    /// IDs behind the limit are compared with those before it, and the first of them says so.
    @Test func idsHaveALimit() throws {
        let ids = (0..<5).map { "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a\($0)" }
        let events = (ids + [ids[4], ids[1]]).map { event($0) }
        #expect(
            try rules(events, maxEventIDs: 3) == ["EPCIS-320 /3/eventID", "EPCIS-208 /6/eventID"])
        #expect(try rules(events) == ["EPCIS-208 /5/eventID", "EPCIS-208 /6/eventID"])
    }
}
