import HubAPI
import JournalCore
import Testing

@Suite("Requests to a hub")
struct HubRequestTests {
    private let head: JournalHead

    init() throws { head = try #require(JournalHead(text: String(repeating: "A", count: 43))) }

    private func parse(_ method: String, _ target: String) throws(HubProblem) -> HubRequest {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? parts[1].split(separator: "&") : []
        return try HubRequest.parse(
            method: method, path: String(parts[0]),
            query: query.map { part in
                let name = part.prefix { $0 != "=" }
                return (String(name), String(part.dropFirst(name.count + 1)))
            })
    }

    @Test("What is asked is read as it was meant, whatever the line is called")
    func roundTrip() throws {
        for line in [
            "L1", "a b", "50%/x", "../../etc", "?offset=1&count=2", "~._-", String(repeating: "z", count: 64),
        ] {
            for request in [
                HubRequest.head(line: line), .read(line: line, offset: 0, count: 1),
                .read(line: line, offset: 1 << 60, count: 4 << 20),
                .append(line: line, offset: 77, previous: head),
            ] {
                #expect(try parse(request.text.method, request.text.target) == request)
            }
        }
    }

    @Test(
        "What cannot be meant is refused",
        arguments: [
            ("GET", "/", "HUB-201"), ("GET", "", "HUB-201"), ("GET", "/v1/lines", "HUB-201"),
            ("GET", "/v1/lines//journal", "HUB-203"), ("GET", "/v1/lines/a/b/journal", "HUB-201"),
            ("GET", "/v1/lines/a/journal/", "HUB-201"), ("GET", "/v2/lines/a/journal", "HUB-201"),
            ("GET", "/v1/lines/%/journal", "HUB-201"), ("GET", "/v1/lines/%f/journal", "HUB-201"),
            ("GET", "/v1/lines/%zz/journal", "HUB-201"), ("GET", "/v1/lines/%FF/journal", "HUB-201"),
            ("GET", "/v1/lines/%00/journal", "HUB-203"), ("GET", "/v1/lines/a%22/journal", "HUB-203"),
            ("GET", "/v1/lines/a/journal?count=1", "HUB-203"),
            ("GET", "/v1/lines/a/journal?offset=-1&count=1", "HUB-203"),
            ("GET", "/v1/lines/a/journal?offset=1&count=1&x=1", "HUB-203"),
            ("GET", "/v1/lines/a/journal?offset=1&count=1&count=2", "HUB-203"),
            ("GET", "/v1/lines/a/journal?offset=99999999999999999999&count=1", "HUB-203"),
            ("GET", "/v1/lines/a/journal?x=1", "HUB-203"),
            ("POST", "/v1/lines/a/journal", "HUB-203"),
            ("POST", "/v1/lines/a/journal?offset=0&previous=abc", "HUB-203"),
            ("POST", "/v1/lines/a/journal?offset=0", "HUB-203"),
            ("PUT", "/v1/lines/a/journal", "HUB-202"), ("", "/v1/lines/a/journal", "HUB-202"),
        ])
    func refused(method: String, target: String, code: String) throws {
        let problem = #expect(throws: HubProblem.self) { try parse(method, target) }
        #expect(problem?.code == code)
    }

    @Test("More is never asked of the store than one answer holds")
    func bounded() throws {
        let request = try parse("GET", "/v1/lines/a/journal?offset=0&count=9999999999999999999")
        #expect(request == .read(line: "a", offset: 0, count: JournalBatch.maxBytes))
    }

    @Test("A head and a problem come out as they went in")
    func answers() throws {
        let identity = try #require(
            JournalIdentity(
                line: "a/b", randomID: [UInt8](repeating: 3, count: 16),
                publicKey: [UInt8](repeating: 4, count: 32)))
        let mark = JournalMark(line: 9, bytes: 812, head: head)
        for answer in [
            HubHead(generation: 3), HubHead(identity: identity, held: mark, generation: 1),
            HubHead(identity: identity, held: mark, generation: .max, backup: mark),
        ] {
            let bytes = answer.encoded(line: "a/b")
            #expect(HubHead(bytes, line: "a/b") == answer)
            #expect(HubHead(bytes, line: "other") == nil)
            // Cut anywhere it is none.
            for end in 0..<bytes.count { #expect(HubHead(Array(bytes[..<end]), line: "a/b") == nil) }
        }
        var problem = HubProblem(409, "JRN-219", "a \"fork\"", "Stop.")
        problem.difference = .init(bytes: 5, line: 2, isFirst: true)
        #expect(HubProblem(problem.encoded, status: 409) == problem)
        #expect(HubProblem(Array("<html>".utf8), status: 502) == nil)
    }
}
