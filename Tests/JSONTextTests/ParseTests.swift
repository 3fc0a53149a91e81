import JSONText
import Testing

/// Goal: the parser is RFC 8259. Method: a table per section, accepted and refused.
@Suite struct ParseTests {
    /// Section 3: values; section 2: white space around every token.
    @Test(
        arguments: [
            ("null", JSONValue.null), ("true", .bool(true)), (" \t\r\n false ", .bool(false)),
            ("0", .integer(0)), ("-0", .number(number("-0"))), ("1.50", .number(number("1.50"))),
            ("-12e+3", .number(number("-12e+3"))), ("1E-9", .number(number("1E-9"))),
            ("\"\"", .string("")), ("[]", .array([])), ("{}", .object([])), ("[ 1 , 2 ]", [1, 2]),
            ("{ \"b\" : [ ] , \"a\" : { } }", ["b": [], "a": [:]]),
        ] as [(String, JSONValue)])
    func accepts(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    /// Section 7: escapes and surrogate pairs.
    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
        (#""x\uD83D\uDE00y""#, "x😀y"), (#""\u0000""#, "\0"), ("\"é😀\"", "é😀"), (#""é\né""#, "é\né"),
        (#""\uFFFF\uE000""#, "\u{FFFF}\u{E000}"), ("\"\u{7F}\"", "\u{7F}"),
    ])
    func readsStrings(text: String, value: String) throws {
        let read = try #require(try JSONValue.parse(text).string)
        #expect(Array(read.utf8) == Array(value.utf8))
    }

    @Test(arguments: [
        ("", JSONError.Code.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[1", .unexpectedEnd, 2),
        ("{\"a\"", .unexpectedEnd, 4), ("tru", .unexpectedEnd, 3), ("\"abc", .unexpectedEnd, 4),
        ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2), ("1e", .unexpectedEnd, 2),
        ("{", .unexpectedEnd, 1),
        ("{\"a\":1,", .unexpectedEnd, 7), ("[1,", .unexpectedEnd, 3), (#""\u12"#, .unexpectedEnd, 5),
        ("NaN", .unexpectedByte, 0), ("nul!", .unexpectedByte, 3), ("+1", .unexpectedByte, 0),
        (".5", .unexpectedByte, 0), ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7),
        ("{a:1}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5), ("[1 2]", .unexpectedByte, 3),
        ("'a'", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0), ("Infinity", .unexpectedByte, 0),
        ("[1}", .unexpectedByte, 2), ("{\"a\":}", .unexpectedByte, 5), ("[,1]", .unexpectedByte, 1),
        ("1 2", .trailingBytes, 2), ("{} ,", .trailingBytes, 3), ("truex", .trailingBytes, 4),
        ("1\0", .trailingBytes, 1),
        ("01", .invalidNumber, 1), ("-01", .invalidNumber, 2), ("1.e5", .invalidNumber, 2),
        ("-x", .invalidNumber, 1),
        ("1e+x", .invalidNumber, 3), ("[-]", .invalidNumber, 2),
        ("\"a\nb\"", .controlCharacter, 2), ("\"\\n\u{1F}\"", .controlCharacter, 3),
        (#""\x41""#, .invalidEscape, 1), (#""\u00G0""#, .invalidEscape, 1), (#""\U0041""#, .invalidEscape, 1),
        (#""\uD800""#, .loneSurrogate, 1), (#""\uDC00\uD800""#, .loneSurrogate, 1),
        (#""\uD800\n""#, .loneSurrogate, 1),
        (#""\uD800A""#, .loneSurrogate, 1), (#""\uD800\u0041""#, .loneSurrogate, 1),
        ("{\"a\":1,\"a\":2}", .duplicateKey, 7), (#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
    ])
    func refuses(text: String, code: JSONError.Code, offset: Int) {
        #expect(throws: JSONError(code, at: offset)) { try JSONValue.parse(text) }
    }

    /// Section 8.1: UTF-8 with overlong forms, surrogates, truncated and stray bytes refused where they
    /// stand.
    @Test(
        arguments: [
            ([0xFF], 0), ([0x41, 0x80], 1), ([0xC0, 0xAF], 0), ([0xC3], 0),
            ([0x41, 0xC3, 0xA9, 0xE2, 0x82], 3),
            ([0xED, 0xA0, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF8, 0x88, 0x80, 0x80, 0x80], 0),
            ([0xEF, 0xBF, 0xBD, 0xFE], 3),
        ] as [([UInt8], Int)])
    func refusesWhatIsNotUTF8(body: [UInt8], offset: Int) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError(.invalidUTF8, at: offset + 1)) {
            try JSONValue.parse([quote] + body + [quote])
        }
        // Beside an escape the bytes are checked run by run.
        #expect(throws: JSONError(.invalidUTF8, at: offset + 3)) {
            try JSONValue.parse([quote] + Array("\\n".utf8) + body + [quote])
        }
    }

    @Test func keepsOrderDuplicatesAndNumberText() throws {
        let text = #"{"z":1.0,"a":1e2,"z":-0,"m":123456789012345678901234567890}"#
        let value = try JSONValue.parse(text, limits: JSONLimits(allowsDuplicateKeys: true))
        #expect(value.object?.map(\.key) == ["z", "a", "z", "m"])
        #expect(value.text == text)
        #expect(value["z"] == .number(number("1.0")))
    }

    /// A composed and a decomposed accent are two names, as their bytes are.
    @Test func namesAreBytes() throws {
        let value = try JSONValue.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{E9}"]?.int64 == 1)
        #expect(value["e\u{301}"]?.int64 == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    /// Duplicates are found on both sides of the switch from comparing to a set.
    @Test(arguments: [1, 2, 15, 16, 17, 18, 300])
    func findsDuplicatesInObjectsOfAnySize(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" }
        #expect(try JSONValue.parse("{" + members.joined(separator: ",") + "}").object?.count == count)
        for repeated in [0, count / 2, count - 1] {
            let text = "{" + members.joined(separator: ",") + ",\"k\(repeated)\":0}"
            let offset = text.utf8.count - "\"k\(repeated)\":0}".utf8.count
            #expect(throws: JSONError(.duplicateKey, at: offset)) { try JSONValue.parse(text) }
        }
    }

    @Test func limitsHold() throws {
        #expect(throws: JSONError(.tooManyBytes, at: 3)) {
            try JSONValue.parse("1234", limits: JSONLimits(maxBytes: 3))
        }
        #expect(try JSONValue.parse("123", limits: JSONLimits(maxBytes: 3)).int64 == 123)
        #expect(try JSONValue.parse("[{}]", limits: JSONLimits(maxDepth: 2)) == [[:]])
        #expect(throws: JSONError(.tooDeep, at: 1)) {
            try JSONValue.parse("[{}]", limits: JSONLimits(maxDepth: 1))
        }
        #expect(try JSONValue.parse("1", limits: JSONLimits(maxDepth: 0)).int64 == 1)
        #expect(throws: JSONError(.tooDeep, at: 0)) {
            try JSONValue.parse("[]", limits: JSONLimits(maxDepth: -5))
        }
    }

    /// Siblings do not add to the depth.
    @Test func depthIsNestingNotCount() throws {
        let text = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
        #expect(try JSONValue.parse(text, limits: JSONLimits(maxDepth: 3)).array?.count == 1000)
    }

    /// Hostile depth: a million brackets end in an error, and the deepest allowed value reads, compares,
    /// writes and is freed on an ordinary stack.
    @Test func hostileDepthIsAnError() throws {
        let deepest = JSONLimits(maxBytes: .max, maxDepth: .max)
        for opening in ["[", "{\"a\":"] {
            let text = String(repeating: opening, count: 1_000_000)
            let offset = JSONLimits.deepestDepth * opening.utf8.count
            #expect(throws: JSONError(.tooDeep, at: offset)) { try JSONValue.parse(text, limits: deepest) }
        }
        let depth = JSONLimits.deepestDepth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let value = try JSONValue.parse(text, limits: deepest)
        #expect(value == value && value.text == text)
    }

    @Test func readsAnyCollectionOfBytes() throws {
        let bytes = Array("xx[1,\"é\"]yy".utf8)
        #expect(try JSONValue.parse(bytes[2..<(bytes.count - 2)]) == [1, "é"])
        #expect(try JSONValue.parse(bytes[2..<(bytes.count - 2)].reversed().reversed()) == [1, "é"])
        #expect(try JSONValue.parse(Array(bytes.dropFirst(2).dropLast(2)).lazy.map { $0 }) == [1, "é"])
    }

    @Test func errorsSayWhatWhereAndWhatToDo() {
        #expect(
            JSONError(.trailingBytes, at: 7).description
                == "JSON-005 at byte 7: More bytes follow the value. Send exactly one value.")
        #expect(Set(JSONError.Code.allCases.map(\.sentence)).count == JSONError.Code.allCases.count)
    }
}

/// A number from text the test knows to be one.
func number(_ text: String) -> JSONNumber {
    guard let number = JSONNumber(text: text) else { preconditionFailure("not a number: \(text)") }
    return number
}
