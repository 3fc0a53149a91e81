import Testing

@testable import JSONText

/// Goal: a text read in chunks, with an array cut out of it, is the text read as a whole: the same value or
/// the same fault at the same byte, however it is divided. Method: texts good and damaged, every chunk size,
/// compared with the parser.
@Suite struct ArrayCutterTests {
    private static let paths = [["body", "list"], ["body", "more", "list"]]
    private static let limits = JSONLimits(maxDepth: 8, allowsDuplicateKeys: true)

    /// The text put together again, and whether an array was cut out of it.
    private func read(
        _ text: [UInt8], chunk: Int, limits: JSONLimits = limits, cuts: Bool = true
    ) throws -> (value: JSONValue, elements: [JSONValue]?) {
        var cutter = JSONArrayCutter(paths: Self.paths, limits: limits)
        var elements: [JSONValue]?
        var path: [String] = []
        func take() throws {
            while let piece = try cutter.next() {
                switch piece {
                case .opened(let index, _):
                    guard cuts else { continue }
                    cutter.cut()
                    (elements, path) = ([], Self.paths[index])
                case .element(let value): elements?.append(value)
                }
            }
        }
        for start in stride(from: 0, to: text.count, by: chunk) {
            cutter.append(text[start..<min(start + chunk, text.count)])
            try take()
        }
        let rest = try cutter.finish()
        return (elements.map { rest.filled(path[...], with: $0) } ?? rest, elements)
    }

    private static let texts = [
        #"{"a": [1, {"list": [2]}], "body": {"x": "]", "list": [{"a": "}\""}, [1, []], "b", 12, null]}}"#,
        #"{"body": {"more": {"list": [ ] } , "list" : [ 1 , 2 ] }, "list": [3]}"#,
        #"{"body": {"l\u0069st": [{"n": {"list": [1]}}, "\\", "é", -1.5e3]}}"#,
        #"{"list": [1], "body": {"list": {"list": [1]}, "list": [true]}}"#,
        #"{"body": [{"list": [1]}], "more": {"list": [1]}}"#, #"[{"body": {"list": [1]}}]"#, "7", "\"x\"",
        #"{"body": {"list": [7]}} "#,
    ]

    @Test func everyChunkSizeGivesTheWhole() throws {
        for text in Self.texts {
            let bytes = Array(text.utf8)
            let whole = try JSONValue.parse(bytes, limits: Self.limits)
            for chunk in 1...bytes.count {
                #expect(try read(bytes, chunk: chunk).value == whole, "\(text) by \(chunk)")
                #expect(try read(bytes, chunk: chunk, cuts: false).value == whole)
            }
        }
        let cut = try Self.texts.map { try read(Array($0.utf8), chunk: 7).elements?.count }
        #expect(cut == [5, 0, 4, 1, nil, nil, nil, nil, 1])
    }

    @Test func theHeadIsWhatStandsBefore() throws {
        var cutter = JSONArrayCutter(paths: Self.paths, limits: Self.limits)
        cutter.append(Array(#"{"a": 1, "body": {"b": 2, "list": [3, 4"#.utf8))
        #expect(try cutter.next() == .opened(path: 0, head: ["a": 1, "body": ["b": 2, "list": []]]))
        cutter.cut()
        #expect(try cutter.next() == .element(3))
        #expect(try cutter.next() == nil)
        cutter.append(Array(#"2], "c": 5}, "d": 6}"#.utf8))
        #expect(try cutter.next() == .element(42))
        #expect(try cutter.next() == nil)
        #expect(try cutter.finish() == ["a": 1, "body": ["b": 2, "list": [], "c": 5], "d": 6])
    }

    /// One to three bytes changed, left out or added, or the end missing.
    @Test func faultsAreThoseOfTheWhole() {
        var seed: UInt64 = 0x15EE_D001
        func chance(_ count: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(count))
        }
        let odd = Array("{}[]\",:\\ \n0e-.tnu\u{0}x".utf8) + [0xC3, 0xFF]
        var faults = 0
        for round in 0..<2_000 {
            var bytes = Array(Self.texts[round % Self.texts.count].utf8)
            for _ in 0...chance(3) where !bytes.isEmpty {
                let place = chance(bytes.count)
                switch chance(4) {
                case 0: bytes[place] = odd[chance(odd.count)]
                case 1: bytes.insert(odd[chance(odd.count)], at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeLast(chance(4) == 0 ? bytes.count - place : 0)
                }
            }
            let whole = Result { try JSONValue.parse(bytes, limits: Self.limits) }
            let cut = Result { try read(bytes, chunk: 1 + chance(40)).value }
            let text = String(decoding: bytes, as: UTF8.self)
            switch (whole, cut) {
            case (.success(let whole), .success(let cut)): #expect(whole == cut, "\(text)")
            case (.failure(let whole as JSONError), .failure(let cut as JSONError)):
                faults += 1
                #expect(whole == cut, "\(text)")
            default: Issue.record("\(whole) but \(cut): \(text)")
            }
        }
        #expect(faults > 800, "\(faults)")
    }

    /// An element may be as long as the limit, and so may all else; together they may be longer.
    @Test func limitsAreOfEachPiece() throws {
        let limits = JSONLimits(maxBytes: 40)
        func list(_ elements: [String], after: String = "") -> [UInt8] {
            Array(#"{"body":{"list":[\#(elements.joined(separator: ","))]}\#(after)}"#.utf8)
        }
        let long = "\"" + String(repeating: "x", count: 38) + "\""
        #expect(try read(list([long, long, long]), chunk: 9, limits: limits).elements?.count == 3)
        for chunk in [1, 9, 1_000] {
            #expect(throws: JSONError(.tooManyBytes, at: 17 + 40)) {
                try read(list(["1" + long]), chunk: chunk, limits: limits)
            }
            #expect(throws: JSONError(.tooManyBytes, at: 40)) {
                try read(list([long]), chunk: chunk, limits: limits, cuts: false)
            }
        }
        let spaces = String(repeating: " ", count: 40)
        #expect(throws: JSONError(.tooManyBytes, at: 40 + 40)) {
            try read(list([long], after: spaces), chunk: 5, limits: limits)
        }
        // What is wrong before the limit is said, and not the length.
        #expect(throws: JSONError(.unexpectedByte, at: 0)) {
            try read([UInt8](repeating: 0x78, count: 99), chunk: 5, limits: limits)
        }
        #expect(throws: JSONError(.controlCharacter, at: 19)) {
            try read(list(["\"x\n" + spaces]), chunk: 5, limits: limits)
        }
    }

    /// Depth is that of the whole text, wherever it is counted.
    @Test func depthIsOfTheWhole() {
        for (depth, isTaken) in [(5, true), (6, false)] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let text = Array(#"{"body":{"list":[\#(nested)]}}"#.utf8)
            #expect(((try? read(text, chunk: 3)) != nil) == isTaken)
            #expect(((try? JSONValue.parse(text, limits: Self.limits)) != nil) == isTaken)
        }
    }
}

extension JSONValue {
    /// With the elements put into the first empty array at a path.
    fileprivate func filled(_ path: ArraySlice<String>, with elements: [JSONValue]) -> JSONValue {
        var isDone = false
        return filled(path, with: elements, &isDone)
    }

    private func filled(
        _ path: ArraySlice<String>, with elements: [JSONValue], _ isDone: inout Bool
    ) -> JSONValue {
        guard let name = path.first else {
            guard self == [] else { return self }
            isDone = true
            return .array(elements)
        }
        guard case .object(var members) = self else { return self }
        for index in members.indices where members[index].key == name && !isDone {
            members[index].value = members[index].value.filled(path.dropFirst(), with: elements, &isDone)
        }
        return .object(members)
    }
}
