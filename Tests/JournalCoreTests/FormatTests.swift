import Crypto
import JournalCore
import Simulator
import Testing

/// Writes and checks lines as `docs/journal.md` describes them, with nothing of the journal's own code.
struct HandWriter {
    var state: [UInt8]

    /// The state before the first line.
    init(line: String, id: String, key: String) {
        state = Array(SHA256.hash(data: Array("seriatim journal 1\n\(line)\n\(id)\n\(key)\n".utf8)))
    }

    /// The state behind a line of an existing journal, given its bytes up to the tag's first character.
    mutating func advance(over text: String) {
        state = Array(SHA256.hash(data: state + Array(text.utf8)))
    }

    /// The line that starts with `members` (no closing brace), with its tag.
    mutating func line(_ members: String) -> String {
        let text = members + ",\"c\":\""
        advance(over: text)
        return text + String(Base64URL.text(state).prefix(8)) + "\"}"
    }
}

@Suite struct FormatTests {
    /// Goal: the format is what the page says. Method: a journal's lines are taken apart by string functions
    /// alone and every tag, head, number and signature computed again.
    @Test func aJournalIsAsDescribed() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        for turn in 0..<40 {
            try journal.append([body(turn), body(turn + 1000)])
            if turn % 2 == 0 { try journal.append([body(turn + 2000)]) }
            try journal.commit(at: 0)
        }
        try journal.close()
        let key = Base64URL.text(fixture.signer.publicKey)
        var hand = HandWriter(line: "line-1", id: fixture.identity.id, key: key)
        var count = 0
        var bytes = 0
        for segment in 1...journal.durable.segment {
            let lines = try fixture.text(segment).split(separator: "\n", omittingEmptySubsequences: false)
            let first =
                "{\"j\":\"head\",\"v\":1,\"line\":\"line-1\",\"id\":\"\(fixture.identity.id)\","
                + "\"key\":\"\(key)\",\"seg\":\(segment),\"n\":\(count),\"b\":\(bytes),"
                + "\"h\":\"\(Base64URL.text(hand.state))\",\"c\":"
            #expect(lines[0].hasPrefix(first))
            for line in lines {
                if line.hasPrefix("{\"j\":\"sign\"") {
                    try checkSignature(String(line), count: count, head: hand.state, fixture)
                }
                hand.advance(over: String(line.dropLast(10)))
                #expect(line.dropFirst(line.count - 10) == Base64URL.text(hand.state).prefix(8) + "\"}")
                count += 1
                bytes += line.utf8.count + 1
            }
        }
        #expect(journal.durable.segment > 1)
        #expect(UInt64(count) == journal.durable.line)
        #expect(UInt64(bytes) == journal.durable.bytes)
        #expect(hand.state == journal.durable.head.bytes)
    }

    private func checkSignature(_ line: String, count: Int, head: [UInt8], _ fixture: Fixture) throws {
        let parts = line.split(separator: "\"")
        let headText = Base64URL.text(head)
        #expect(line.hasPrefix("{\"j\":\"sign\",\"n\":\(count),\"h\":\"\(headText)\",\"s\":\""))
        let signature = try #require(Base64URL.decode(parts[13].utf8))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: fixture.signer.publicKey)
        let text = Array("seriatim checkpoint 1 \(count) \(headText)".utf8)
        #expect(key.isValidSignature(signature, for: text))
    }

    /// Goal: markers stand where the page says, and cost what it says.
    @Test func markersOfGroupsAndDecisions() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        let start = journal.durable.bytes
        try journal.append([Array("{\"a\":1}".utf8)])
        try journal.commit(at: 0)
        #expect(journal.durable.bytes - start == 7 + 16 + 6)
        try journal.append([Array("{\"a\":2}".utf8), Array("{\"a\":3}".utf8)])
        try journal.append([Array("{\"a\":4}".utf8)])
        try journal.commit(at: 0)
        try journal.checkpoint()
        try journal.append([Array("{\"a\":5}".utf8)])
        try journal.commit(at: 0)
        let lines = try fixture.text().split(separator: "\n").dropFirst(2).map { $0.dropLast(16) }
        #expect(lines.count == 6)
        #expect(lines[0] == "{\"a\":1,\"g\":1")
        #expect(lines[1] == "{\"a\":2,\"m\":1,\"g\":[2,3]")
        #expect(lines[2] == "{\"a\":3")
        #expect(lines[3] == "{\"a\":4")
        #expect(lines[4].hasPrefix("{\"j\":\"sign\",\"n\":6,"))
        #expect(lines[5] == "{\"a\":5,\"g\":1")
    }

    /// Goal: no body can be taken for the journal's own lines or members. Method: each is refused, alone and
    /// as the second record of a decision, and nothing of the decision is taken.
    @Test(arguments: [
        "", "{}", "[1]", "{\"a\":1", "{\"a\":1}\n", "{\"a\":\u{1}1}", "{\"j\":\"sign\"}", "{\"j\":1}",
        "{\"a\":1,\"m\":1}", "{\"a\":1,\"g\":3}", "{\"a\":1,\"g\":[3,4]}", "{\"a\":1,\"c\":\"abcdefgh\"}",
    ])
    func bodiesTheFormatCannotCarry(text: String) throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        for decision in [[Array(text.utf8)], [body(1), Array(text.utf8)]] {
            let error = #expect(throws: JournalError.self) { try journal.append(decision) }
            #expect(error?.code == .badBody)
        }
        #expect(journal.pendingRecords == 0)
    }

    /// Goal: what only looks like own members comes back as it was.
    @Test(arguments: [
        "{\"m\":1}", "{\"a\":1,\"m\":12}", "{\"a\":{\"x\":0,\"m\":1}}", "{\"a\":\"\\\"g\\\":3\"}",
        "{\"a\":1,\"g\":03}", "{\"a\":[1,\"g\",3]}", "{\"a\":1,\"c\":\"abcdefghi\"}", "{\"ä\":\"€\"}",
    ])
    func bodiesThatOnlyLookLikeIt(text: String) throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        try journal.append([Array(text.utf8), Array(text.utf8)])
        try journal.commit(at: 0)
        try journal.close()
        #expect(try fixture.open().bodies == [text, text])
    }

    @Test func base64URL() {
        #expect(Base64URL.text([]) == "")
        #expect(Base64URL.text([0xFB, 0xFF]) == "-_8")
        #expect(Base64URL.text(Array("foobar".utf8)) == "Zm9vYmFy")
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
            #expect(Base64URL.decode(Base64URL.text(bytes).utf8) == bytes)
        }
        for bad in ["A", "AAAAA", "AB=", "A+AA", "-_9"] { #expect(Base64URL.decode(bad.utf8) == nil) }
    }
}
