import DeviceCore
import Testing

@Suite struct FramerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var framing: Framing
        var stream: String
        var expected: [String]
        var testDescription: String { name }
    }

    private static let line = Framing(kind: .terminated, end: "<CR>", maxFrameBytes: 4)
    private static let crlf = Framing(kind: .terminated, end: "<CR><LF>", maxFrameBytes: 4)
    private static let marked = Framing(
        kind: .delimited, start: "<STX>", end: "<ETX>", padding: "<CR><LF>", maxFrameBytes: 4)
    private static let longMarks = Framing(
        kind: .delimited, start: "<ESC><STX>", end: "<ESC><ETX>", maxFrameBytes: 4)
    private static let fixed = Framing(
        kind: .fixed, frameBytes: 3, maxFrameBytes: 3, interByteTimeoutMilliseconds: 10)
    private static let modbus = Framing(kind: .modbusTCP, maxFrameBytes: 20)

    /// Streams in byte text; expected frames as `=text`, faults as their code, noise as `~text`.
    static let cases: [Case] = [
        Case(name: "two lines", framing: line, stream: "AB<CR>C<CR>", expected: ["=AB", "=C"]),
        Case(name: "empty line", framing: line, stream: "<CR><CR>A<CR>", expected: ["=", "=", "=A"]),
        Case(name: "longest line", framing: line, stream: "ABCD<CR>E<CR>", expected: ["=ABCD", "=E"]),
        Case(name: "one too long", framing: line, stream: "ABCDE<CR>F<CR>", expected: ["DEV-101", "=F"]),
        Case(
            name: "far too long", framing: line, stream: "ABCDEFGHIJKLMNOP<CR>Q<CR>",
            expected: ["DEV-101", "=Q"]),
        Case(name: "no trim", framing: line, stream: " A<LF> <CR>", expected: ["= A<LF> "]),
        Case(name: "lone CR inside", framing: crlf, stream: "A<CR>B<CR><LF>", expected: ["=A<CR>B"]),
        Case(name: "CR before CRLF", framing: crlf, stream: "A<CR><CR><LF>", expected: ["=A<CR>"]),
        Case(name: "CRLF longest", framing: crlf, stream: "ABCD<CR><LF>", expected: ["=ABCD"]),
        Case(
            name: "CRLF too long, end across the limit", framing: crlf, stream: "ABCDE<CR><LF>F<CR><LF>",
            expected: ["DEV-101", "=F"]),
        Case(
            name: "frames and padding", framing: marked, stream: "<STX>A<ETX><CR><LF><STX>B<ETX>",
            expected: ["=A", "=B"]),
        Case(
            name: "noise between", framing: marked, stream: "xy<STX>A<ETX>z<CR><STX>B<ETX>",
            expected: ["~xy", "=A", "~z", "=B"]),
        Case(
            name: "start inside", framing: marked, stream: "<STX>A<STX>B<ETX>", expected: ["DEV-102", "=B"]),
        Case(
            name: "end without start", framing: marked, stream: "<ETX><STX>B<ETX>",
            expected: ["~<ETX>", "=B"]),
        Case(name: "longest marked", framing: marked, stream: "<STX>ABCD<ETX>", expected: ["=ABCD"]),
        Case(
            name: "marked too long", framing: marked, stream: "<STX>ABCDEFG<ETX><STX>H<ETX>",
            expected: ["DEV-101", "=H"]),
        Case(
            name: "marked too long without end", framing: marked, stream: "<STX>ABCDEFG<STX>H<ETX>",
            expected: ["DEV-101", "=H"]),
        Case(
            name: "endless noise comes in pieces", framing: marked, stream: "abcdefghij<STX>A<ETX>",
            expected: ["~abcde", "~fghij", "=A"]),
        Case(
            name: "two-byte marks", framing: longMarks,
            stream: "<ESC><STX>A<ESC>B<ESC><ETX><ESC><STX>C<ESC><ETX>",
            expected: ["=A<ESC>B", "=C"]),
        Case(name: "fixed", framing: fixed, stream: "ABCDEFG", expected: ["=ABC", "=DEF"]),
        Case(
            name: "modbus", framing: modbus,
            stream: "<NUL><SOH><NUL><NUL><NUL><ETX><SOH><x83><STX><NUL><STX><NUL><NUL><NUL><STX><SOH><ETX>",
            expected: [
                "=<NUL><SOH><NUL><NUL><NUL><ETX><SOH><x83><STX>", "=<NUL><STX><NUL><NUL><NUL><STX><SOH><ETX>",
            ]),
        Case(
            name: "modbus: protocol not 0, then a good frame", framing: modbus,
            stream: "<SOH><SOH><SOH><SOH><SOH><SOH><NUL><STX><NUL><NUL><NUL><STX><SOH><ETX>",
            expected: ["DEV-103", "=<NUL><STX><NUL><NUL><NUL><STX><SOH><ETX>"]),
        Case(
            name: "modbus: longer than the limit", framing: modbus,
            stream: "<x11><SOH><NUL><NUL><NUL><x40><x81><STX><NUL><NUL><NUL><STX><SOH><ETX>",
            expected: ["DEV-101", "=<x81><STX><NUL><NUL><NUL><STX><SOH><ETX>"]),
        Case(
            name: "modbus: length without function", framing: modbus,
            stream: "<x11><x12><NUL><NUL><NUL><SOH><SOH>",
            expected: ["DEV-103"]),
    ]

    /// Goal: the rule of each framer, at every split. Method: each stream whole, byte by byte, cut at every
    /// place.
    @Test(arguments: cases) func framesAtEverySplit(_ example: Case) throws {
        let bytes = try ByteText.bytes(example.stream)
        for split in [Split.whole, .bytes] + (1..<bytes.count).map(Split.at) {
            var framer = try Framer(example.framing)
            let events = split.cut(bytes).flatMap { framer.receive($0[...]) }
            #expect(events.map(Self.words) == example.expected, "split \(split)")
        }
    }

    @Test func silenceDropsWhatIsPartial() throws {
        for (framing, part) in [
            (Self.line, "A"), (Self.marked, "<STX>A"), (Self.fixed, "AB"), (Self.modbus, "<NUL>"),
        ] {
            var framer = try Framer(framing)
            #expect(framer.receive(try ByteText.bytes(part)[...]).isEmpty)
            #expect(framer.hasPartial)
            #expect(framer.silence().map(Self.words) == ["DEV-102"])
            #expect(!framer.hasPartial)
            #expect(framer.silence().isEmpty)
        }
        var framer = try Framer(Self.line)
        _ = framer.receive(Array("AB".utf8)[...])
        _ = framer.silence()
        #expect(framer.receive(Array("C\r".utf8)[...]).map(Self.words) == ["=C"])
    }

    @Test func resetForgetsThePart() throws {
        var framer = try Framer(Self.marked)
        _ = framer.receive([0x02, 0x41])
        framer.reset()
        #expect(framer.receive([0x02, 0x42, 0x03]).map(Self.words) == ["=B"])
    }

    /// Goal: no stream grows a framer or crashes it, and no frame breaks the limit. Method: seeded hostile
    /// bytes, rich in marks; every event is checked, and a good frame after silence is found again.
    @Test(arguments: [line, crlf, marked, longMarks, fixed, modbus])
    func hostileBytesNeverGrowIt(_ framing: Framing) throws {
        var numbers = SeededNumbers(state: 7)
        let marks: [UInt8] = [0x00, 0x02, 0x03, 0x0A, 0x0D, 0x1B]
        var framer = try Framer(framing)
        var frames = 0
        for _ in 0..<20_000 {
            let byte =
                Bool.random(using: &numbers)
                ? marks[Int(numbers.next() % 6)] : UInt8(truncatingIfNeeded: numbers.next())
            for event in framer.receive([byte]) {
                switch event {
                case .frame(let body):
                    frames += 1
                    #expect(body.count <= framing.maxFrameBytes)
                case .noise(let bytes): #expect(bytes.count <= framing.maxFrameBytes + 2)
                case .fault: break
                }
            }
        }
        #expect(frames > 0)
    }

    @Test func wrongTablesAreRefused() {
        let wrong: [Framing] = [
            Framing(kind: .terminated), Framing(kind: .terminated, end: "<CR"),
            Framing(kind: .delimited, end: "<ETX>"),
            Framing(kind: .delimited, start: "<STX>", end: "<STX>"), Framing(kind: .fixed, frameBytes: 3),
            Framing(kind: .fixed, frameBytes: 0, interByteTimeoutMilliseconds: 1),
            Framing(kind: .terminated, end: "<CR>", maxFrameBytes: 0),
            Framing(kind: .terminated, end: "<CR>", maxFrameBytes: 65_537),
            Framing(kind: .terminated, end: "<CR>", interByteTimeoutMilliseconds: -1),
            Framing(kind: .modbusTCP, end: "<CR>"),
        ]
        for framing in wrong {
            #expect(throws: ProfileFault.self) { try Framer(framing) }
        }
    }

    private static func words(_ event: FrameEvent) -> String {
        switch event {
        case .frame(let body): return "=" + ByteText.text(body)
        case .noise(let bytes): return "~" + ByteText.text(bytes)
        case .fault(let fault): return fault.code.rawValue
        }
    }
}

@Suite struct ByteTextTests {
    @Test func everyByteComesBack() throws {
        let all = (0...255).map { UInt8($0) }
        #expect(try ByteText.bytes(ByteText.text(all)) == all)
        #expect(try ByteText.bytes("<STX>A<x7E><LT><DEL>") == [0x02, 0x41, 0x7E, 0x3C, 0x7F])
    }

    @Test(arguments: ["<CR", "<cr>", "<x1>", "<x+1>", "<x123>", "<>", "é", "a\tb", "<x1G>"])
    func wrongTextIsRefused(_ text: String) {
        #expect(throws: ProfileFault.self) { try ByteText.bytes(text) }
    }
}

@Suite struct ByteTraceTests {
    @Test func holdsTheNewestWithinItsLimit() {
        var trace = ByteTrace(limitBytes: 400)
        for step in 0..<1000 { trace.append(.received, [UInt8(step % 256), 0x0D], at: UInt64(step)) }
        #expect(trace.entries.count == 400 / 34)
        #expect(trace.entries.last?.at == 999)
        #expect(trace.droppedEntries == UInt64(1000 - 400 / 34))
        #expect(trace.entries.map(\.at) == trace.entries.map(\.at).sorted())
    }

    @Test func aLongReadKeepsItsEnd() {
        var trace = ByteTrace(limitBytes: 64)
        trace.append(.sent, (0..<200).map { UInt8($0) }, at: 5)
        #expect(
            trace.entries == [ByteTrace.Entry(at: 5, direction: .sent, bytes: (168..<200).map { UInt8($0) })])
        #expect(trace.text.hasPrefix("5 > A8 A9"))
        trace.append(.received, [UInt8](), at: 6)
        #expect(trace.entries.count == 1)
    }
}
