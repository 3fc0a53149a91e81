import GS1
import JSONText
import Testing

@testable import EPCIS

/// Goal: no bytes from outside trap or run away. Method: damaged and mutated documents through every door:
/// validation, model, hash, XML. It passes if it ends.
@Suite struct FuzzTests {
    private static let prefixes = CompanyPrefixes(["0614141", "9506000", "4012345"])

    private func passThrough(_ tree: JSONValue) {
        _ = Validation.findings(in: tree)
        guard let content = try? Content(json: tree) else { return }
        var writer = JSONWriter()
        content.append(to: &writer)
        #expect((try? Content(json: JSONValue.parse(writer.bytes, limits: Content.limits))) == content)
        let document = XML12Document(
            header: nil, creationDate: EventTime(milliseconds: 0, zone: .utc), prefixes: Self.prefixes,
            namespaces: [("ext1", "http://example.com/ext1/"), ("line", "https://example.com/line/")])
        for event in content.events {
            _ = EventHash(event, in: content)
            _ = try? document.encode([event])
        }
    }

    @Test func mutatedDocumentsNeverTrap() throws {
        let documents = try (Conformance.documents() + Samples.all.map { ($0.name, Array($0.text.utf8)) })
            .map { try JSONValue.parse($0.bytes, limits: Content.limits) }
        var mutation = Mutation(seed: 0xE9C1_5004)
        for round in 0..<1_500 { passThrough(mutation.mutate(documents[round % documents.count])) }
    }

    @Test func damagedBytesNeverTrap() throws {
        let documents = try Conformance.documents()
        var chance = Chance(seed: 0xE9C1_5005)
        var parsed = 0
        for round in 0..<1_500 {
            var bytes = documents[round % documents.count].bytes
            for _ in 0...chance.below(3) {
                let place = chance.below(bytes.count)
                switch chance.below(3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
                case 1: bytes[place] = bytes[chance.below(bytes.count)]
                default: bytes.remove(at: place)
                }
            }
            guard let tree = try? JSONValue.parse(bytes, limits: Content.limits) else { continue }
            parsed += 1
            passThrough(tree)
        }
        #expect(parsed > 50, "\(parsed)")
    }

    /// Odd text into everything that reads text.
    @Test func oddTextNeverTraps() {
        let pieces = [
            "urn:epc:id:", "sgtin:", "grai:", "itip:", "cpi:", "9506000.", ".", "%", "%2", "https://",
            "id.gs1.org",
            "/01/", "/8006/", "/21/", "?", "#", "[", "]", "::", "1", "٣", "é", "\u{0}", "2026-03-02T",
            "07:01:15",
            ".1", "+01:00", "Z", "-", "e", "E+", "ni:///sha-256;", "?ver=CBV2.0", "urn:uuid:", ":", "@",
            "e\u{301}",
        ]
        var chance = Chance(seed: 0xE9C1_5006)
        for _ in 0..<8_000 {
            var text = ""
            for _ in 0...chance.below(6) { text += chance.pick(pieces) }
            _ = URISyntax.isURI(text)
            _ = EventTime(text)?.canonicalText
            _ = TimeZoneOffset(text)
            #expect(Identity(text) == Identity(judging: text), "\(text)")
            _ = BizStep(text).uri12
            _ = Decimal.canonical(text)
            _ = Decimal.isWhole(text)
            _ = EventHash.isWellFormed(text)
            _ = Namespaces([.string(text), .object([JSONMember(text, .string(text))])]).expand(text)
        }
    }

    /// What is recognised at sight is what the rules of GS1 say.
    @Test func canonicalURIsAreJudgedAlike() {
        var chance = Chance(seed: 0xE9C1_5007)
        let keys = ["00/095060001343520017", "01/09506000134352", "414/9506000134376", "417/9506000134376"]
        let tails = [
            "", "", "/21/A0001", "/10/LOT.1", "/254/L-4", "/21/", "/21/a~b", "/22/X", "?17=271231",
            "/10/a%2F",
        ]
        let odd = Array("0123456789/AZaz~_.%?#".utf8)
        var kinds: [Identity.Kind] = []
        for _ in 0..<8_000 {
            var bytes = Array(("https://id.gs1.org/" + chance.pick(keys) + chance.pick(tails)).utf8)
            switch chance.below(4) {
            case 0: bytes[chance.below(bytes.count)] = chance.pick(odd)
            case 1: bytes.insert(chance.pick(odd), at: chance.below(bytes.count))
            case 2: bytes.append(contentsOf: [UInt8](repeating: chance.pick(odd), count: chance.below(22)))
            default: break
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let identity = Identity(text)
            #expect(identity == Identity(judging: text), "\(text)")
            kinds.append(identity.kind)
        }
        #expect(kinds.filter { $0 != .other }.count > 1_000)
    }

    /// Size alone costs time in proportion: no list makes the check of a document slow.
    @Test func largeListsEnd() throws {
        let epcs = (0..<20_000).map { "\"https://id.gs1.org/01/09506000134352/21/\($0)\"" }
        let members = (0..<20_000).map { "\"line:m\($0)\": \($0)" }
        let contexts = (0..<20_000).map { "{\"p\($0)\": \"urn:a:\($0)\"}" }
        let event = """
            {"type": "ObjectEvent", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
             "action": "OBSERVE", "epcList": [\(epcs.joined(separator: ","))],
             \(members.joined(separator: ","))}
            """
        let context =
            #"["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"line": "urn:l:"}, "#
        let text = Samples.document(event, context: context + contexts.joined(separator: ",") + "]")
        let tree = try JSONValue.parse(text, limits: Content.limits)
        #expect(Validation.findings(in: tree) == [])
        let content = try Content(json: tree)
        #expect(content.events.first.map { EventHash($0, in: content).description.count } == 89)
    }
}
