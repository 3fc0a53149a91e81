import JSONText
import Testing

/// Goal: the writer's bytes are JSON that reads back as what was written. Method: drawn bytes, then trees.
@Suite struct WriterTests {
    @Test func appendsMembersAndElements() {
        var writer = JSONWriter(appendingTo: Array("# ".utf8))
        writer.beginObject()
        writer.member("text", "a\"b")
        writer.member("bytes", utf8: Array("S1".utf8))
        writer.member("low", Int64.min)
        writer.member("high", UInt64.max)
        writer.member("zero", 0)
        writer.member("yes", true)
        writer.nullMember("none")
        writer.beginArray("list")
        writer.element("x")
        writer.element(-1)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.element(false)
        writer.endArray()
        writer.endArray()
        writer.beginObject("inner")
        writer.member("tree", [1, ["k": .null]])
        writer.endObject()
        writer.endObject()
        let expected =
            #"# {"text":"a\"b","bytes":"S1","low":-9223372036854775808,"high":18446744073709551615,"zero":0,"#
            + #""yes":true,"none":null,"list":["x",-1,{},[false]],"inner":{"tree":[1,{"k":null}]}}"#
        #expect(String(decoding: writer.take(), as: UTF8.self) == expected)
        #expect(writer.bytes.isEmpty)
    }

    @Test func escapesOnlyWhatItMust() {
        let text = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) })) + "é/😀"
        let written = JSONValue.string(text).text
        let start = #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010"#
        #expect(written.hasPrefix(start))
        #expect(written.hasSuffix("xyz{|}~\u{7F}é/😀\""))
        #expect(written.contains(##"\u001f !\"#$%&'()*+,-./0"##) && written.contains(#"Z[\\]^"#))
    }

    @Test func repairsBytesThatAreNotUTF8() throws {
        var writer = JSONWriter()
        writer.beginArray()
        writer.element(utf8: [0x41, 0xFF, 0x22])
        writer.element(utf8: Array("é".utf8)[...])
        writer.element(utf8: "é".utf8.lazy.map { $0 })
        writer.endArray()
        #expect(try JSONValue.parse(writer.bytes) == ["A\u{FFFD}\"", "é", "é"])
    }

    @Test func removeAllStartsAnew() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.element(1)
        writer.removeAll()
        writer.element(2)
        #expect(writer.bytes == Array("2".utf8))
    }

    @Test func accessorsAnswerTheirOwnKindOnly() {
        let value: JSONValue = ["s": "x", "n": 3, "b": true, "a": [1], "o": [:]]
        #expect(value["s"]?.string == "x" && value["s"]?.int64 == nil && value["s"]?.bool == nil)
        #expect(value["n"]?.int == 3 && value["n"]?.uint64 == 3 && value["n"]?.string == nil)
        #expect(value["b"]?.bool == true && value["b"]?.array == nil)
        #expect(value["a"]?.array == [1] && value["a"]?["s"] == nil && value["a"]?.object == nil)
        #expect(value["o"]?.object?.isEmpty == true && value["missing"] == nil && !value.isNull)
        #expect(JSONValue.null.isNull && JSONValue.null.number == nil)
    }

    /// Random trees survive writing and reading, member order and number text included.
    @Test func roundTrips() throws {
        var generator = SplitMix64(seed: 0x5E_71A7_1A)
        let limits = JSONLimits(allowsDuplicateKeys: true)
        for round in 0..<2_000 {
            let value = generator.value(depth: 4)
            let written = value.bytes
            let read = try JSONValue.parse(written, limits: limits)
            #expect(read == value, "round \(round): \(value.text)")
            #expect(read.bytes == written)
        }
    }

    /// Mutated texts never trap, and what is still accepted has one canonical text.
    @Test func mutationsNeverTrap() {
        var generator = SplitMix64(seed: 20_260_127)
        let limits = JSONLimits(maxBytes: 4096, maxDepth: 32, allowsDuplicateKeys: true)
        var accepted = 0
        for round in 0..<20_000 {
            var text = generator.value(depth: 3).bytes
            for _ in 0...generator.below(3) { generator.mutate(&text) }
            let result = Result { () throws(JSONError) in try JSONValue.parse(text, limits: limits) }
            switch result {
            case .success(let value):
                accepted += 1
                #expect((try? JSONValue.parse(value.bytes, limits: limits)) == value, "round \(round)")
            case .failure(let error):
                #expect((0...text.count).contains(error.offset), "round \(round): \(error)")
            }
        }
        #expect(accepted > 500 && accepted < 19_500)
    }
}

/// A small seeded generator, the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    mutating func string() -> String {
        let pieces = [
            "a", "key", "é", "e\u{301}", "😀", "\"", "\\", "\n", "\0", "/", "\u{7F}", "A0001",
            "longer than fifteen",
        ]
        return (0..<below(4)).map { _ in pick(pieces) }.joined()
    }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .integer(Int64(bitPattern: next()) >> below(64))
        case 3:
            return .number(
                number(pick(["0", "-0", "1.0", "1e5", "-12.50E-3", "0.1", "123456789012345678901"])))
        case 4: return .string(string())
        case 5: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        default: return .object((0..<below(5)).map { _ in JSONMember(string(), value(depth: depth - 1)) })
        }
    }

    /// Changes, inserts, removes or repeats bytes at a random place.
    mutating func mutate(_ text: inout [UInt8]) {
        let tokens: [String] = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\uD800", "0", "-", ".", "e", "\u{1}", " ",
        ]
        let place = below(text.count + 1)
        switch below(5) {
        case 0: text.insert(contentsOf: pick(tokens).utf8, at: place)
        case 1: text.insert(UInt8(truncatingIfNeeded: next()), at: place)
        case 2: text.removeSubrange(place..<min(text.count, place + below(4)))
        case 3: text.insert(contentsOf: Array(text[place...].prefix(below(8))), at: below(text.count + 1))
        default: if place < text.count { text[place] ^= 1 << UInt8(below(8)) }
        }
    }
}
