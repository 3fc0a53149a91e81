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
    /// CoLa B.
    private static let cola = framing(.lengthPrefixed, start: "<STX><STX><STX><STX>", most: 40) {
        $0.length = Framing.Length(bytes: 4)
        $0.checksum = Checksum(kind: .xor8)
    }
    /// Simple Serial Interface.
    private static let ssi = framing(.lengthPrefixed, most: 12) {
        $0.length = Framing.Length(bytes: 1, counts: .frame)
        $0.checksum = Checksum(kind: .negsum16, covers: .frame)
    }
    private static let counted = framing(.lengthPrefixed, start: "#", most: 5) {
        $0.length = Framing.Length(bytes: 2, order: .little)
    }
    private static let rtu = framing(.silence, most: 8) {
        $0.checksum = Checksum(kind: .crc16, order: .little)
    }
    private static let adam = framing(.terminated, end: "<CR>", most: 8) {
        $0.checksum = Checksum(kind: .sum8, form: .hex)
    }
    private static let escaped = framing(.delimited, start: "<ESC><STX>", end: "<ESC><ETX>", most: 4) {
        $0.escape = "<ESC>"
    }
    /// Lines, and replies of other shapes between them.
    private static let mixed = framing(.terminated, end: "<CR>", most: 8) {
        $0.also = [
            Framing.Also(start: "<ACK>", frameBytes: 1), Framing.Also(start: "$", frameBytes: 3),
            Framing.Also(start: "<STX><SOH>", end: ";<ETX>"),
        ]
    }
    private static let mixedMarks = framing(.delimited, start: "<STX>", end: "<ETX>", most: 4) {
        $0.also = [Framing.Also(start: "<ACK>", frameBytes: 1), Framing.Also(start: "!", frameBytes: 3)]
    }

    private static func framing(
        _ kind: Framing.Kind, start: String = "", end: String = "", most: Int,
        _ change: (inout Framing) -> Void
    ) -> Framing {
        var framing = Framing(
            kind: kind, start: start, end: end, maxFrameBytes: most, interByteTimeoutMilliseconds: 10)
        change(&framing)
        return framing
    }

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
        Case(
            name: "cola", framing: cola,
            stream: "<STX><STX><STX><STX><NUL><NUL><NUL><CR>sMN mTCgateon<LT>"
                + "<STX><STX><STX><STX><NUL><NUL><NUL><x11>sEN LMDscandata <SOH>3",
            expected: ["=sMN mTCgateon", "=sEN LMDscandata <SOH>"]),
        Case(
            name: "cola: wrong check value, then a good frame", framing: cola,
            stream: "<STX><STX><STX><STX><NUL><NUL><NUL><STX>AB?<STX><STX><STX><STX><NUL><NUL><NUL><SOH>AA",
            expected: ["DEV-104", "=A"]),
        Case(
            name: "cola: too long, then a good frame", framing: cola,
            stream: "<STX><STX><STX><STX><NUL><SOH><NUL><NUL>zz<STX><STX><STX><STX><NUL><NUL><NUL><SOH>AA",
            expected: ["DEV-101", "=A"]),
        Case(
            name: "ssi", framing: ssi,
            stream: "<EOT><xD0><NUL><NUL><xFF>,<ENQ><xD1><EOT><NUL><SOH><xFF>%",
            expected: ["=<xD0><NUL><NUL>", "=<xD1><EOT><NUL><SOH>"]),
        Case(
            name: "ssi: a length of nothing", framing: ssi, stream: "<NUL><EOT><xD0><NUL><NUL><xFF>,",
            expected: ["DEV-103", "=<xD0><NUL><NUL>"]),
        Case(
            name: "length, low byte first", framing: counted, stream: "#<STX><NUL>AB#<NUL><NUL>#<SOH><NUL>C",
            expected: ["=AB", "=", "=C"]),
        Case(
            name: "length behind noise", framing: counted, stream: "xy#<SOH><NUL>C",
            expected: ["DEV-103", "=C"]),
        Case(
            name: "hexadecimal sum before the end", framing: adam, stream: "!0600E7<CR>!0600E8<CR>",
            expected: ["=!0600", "DEV-104"]),
        Case(name: "hexadecimal sum missing", framing: adam, stream: "7<CR>", expected: ["DEV-104"]),
        Case(
            name: "escaped", framing: escaped,
            stream: "<ESC><STX>A<ESC><ESC>B<ESC><ETX><ESC><STX><ETX><ESC><EM><ESC><ETX>",
            expected: ["=A<ESC>B", "=<ETX><ESC><EM>"]),
        Case(
            name: "escaped: start inside, too long", framing: escaped,
            stream: "<ESC><STX>A<ESC><STX>B<ESC><ETX><ESC><STX>ABCDE<ESC><ETX><ESC><STX>C<ESC><ETX>",
            expected: ["DEV-102", "=B", "DEV-101", "=C"]),
        Case(
            name: "others between lines", framing: mixed,
            stream: "A<CR><ACK>$93B$<CR><STX><SOH>0;1;<ETX>C<ACK><CR>",
            expected: ["=A", "=<ACK>", "=$93", "=B$", "=<STX><SOH>0;1;<ETX>", "=C<ACK>"]),
        Case(
            name: "another without its end", framing: mixed, stream: "<STX><SOH>ABCDEFGHIJ<CR>K<CR>",
            expected: ["DEV-101", "=<CR>", "=K"].map { $0 == "=<CR>" ? "=" : $0 }),
        Case(
            name: "others between frames", framing: mixedMarks,
            stream: "x<ACK><STX>A!<ETX>!41<STX>B<ETX>", expected: ["~x", "=<ACK>", "=A!", "=!41", "=B"]),
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

    /// A frame that only silence ends.
    @Test func silenceEndsAFrame() throws {
        var framer = try Framer(Self.rtu)
        for frame in ["<SOH><ENQ><NUL><NUL><xFF><NUL><x8C>:", "<SOH><x83><STX><xC0><xF1>"] {
            #expect(framer.receive(try ByteText.bytes(frame)[...]).isEmpty && framer.hasPartial)
            let body = String(frame.dropLast(frame.hasSuffix(":") ? 6 : 10))
            #expect(framer.silence().map(Self.words) == ["=" + body])
            #expect(!framer.hasPartial && framer.silence().isEmpty)
        }
        _ = framer.receive(try ByteText.bytes("<SOH><ENQ><NUL>")[...])
        #expect(framer.silence().map(Self.words) == ["DEV-104"])
        #expect(framer.receive([UInt8](repeating: 1, count: 30)[...]).map(Self.words) == ["DEV-101"])
        #expect(framer.silence().isEmpty)
    }

    /// What is sent is framed as what is received. The bytes are the vectors of the manuals.
    @Test func whatIsSentIsFramed() throws {
        let vectors: [(Framing, String, String)] = [
            (Self.cola, "sMN mTCgateon", "<STX><STX><STX><STX><NUL><NUL><NUL><CR>sMN mTCgateon<LT>"),
            (Self.ssi, "<xE4><EOT><NUL>", "<EOT><xE4><EOT><NUL><xFF><DC4>"),
            (Self.rtu, "<SOH><ETX><NUL><NUL><NUL><SOH>", "<SOH><ETX><NUL><NUL><NUL><SOH><x84><LF>"),
            (Self.adam, "!0600", "!0600E7<CR>"),
            (Self.escaped, "A<ESC>B", "<ESC><STX>A<ESC><ESC>B<ESC><ETX>"),
            (Self.counted, "AB", "#<STX><NUL>AB"),
        ]
        for (framing, body, wire) in vectors {
            let sent = try framing.framed(try ByteText.bytes(body))
            #expect(ByteText.text(sent) == wire)
            var framer = try Framer(framing)
            let events = framer.receive(sent[...]) + framer.silence()
            #expect(events.map(Self.words) == ["=" + body])
        }
    }

    /// Goal: a table of the framing that cannot be is refused at its key.
    @Test func aFramingThatCannotBeIsRefused() throws {
        let wrong: [(String, (inout Framing) -> Void)] = [
            (
                "framing.length",
                {
                    $0.kind = .lengthPrefixed; $0.end = ""
                }
            ),
            ("framing.length", { $0.length = Framing.Length(bytes: 1) }),
            (
                "framing.kind",
                {
                    $0.kind = .silence; $0.interByteTimeoutMilliseconds = 5
                }
            ),
            ("framing.kind", { $0.escape = "<ESC>" }),
            ("framing.also[0]", { $0.also = [Framing.Also(start: "A")] }),
            ("framing.also[0].start", { $0.also = [Framing.Also(start: "", frameBytes: 1)] }),
            (
                "framing.also[1]",
                {
                    $0.also = [
                        Framing.Also(start: "A", frameBytes: 1),
                        Framing.Also(start: "B", end: "C", frameBytes: 9),
                    ]
                }
            ),
            (
                "framing.checksum",
                {
                    $0 = Self.fixed; $0.checksum = Checksum(kind: .xor8)
                }
            ),
            (
                "framing.escape",
                {
                    $0 = Self.escaped; $0.escape = "<STX>"
                }
            ),
            (
                "framing.also",
                {
                    $0 = Self.cola; $0.also = [Framing.Also(start: "A", frameBytes: 1)]
                }
            ),
            (
                "framing.length.bytes",
                {
                    $0 = Self.cola; $0.length?.bytes = 3
                }
            ),
            (
                "framing.interByteTimeoutMilliseconds",
                {
                    $0 = Self.rtu; $0.interByteTimeoutMilliseconds = 0
                }
            ),
        ]
        for (path, change) in wrong {
            var framing = Self.line
            change(&framing)
            #expect(framing.faults().map(\.path).contains(path), "\(path): \(framing.faults())")
            #expect(throws: ProfileFault.self) { _ = try Framer(framing) }
        }
    }

    /// Goal: no keys grow the framer or crash it. Method: seeded events of all keys, held and let go at will.
    @Test func noKeysGrowIt() throws {
        var numbers = SeededNumbers(state: 11)
        let framing = Framing(kind: .inputEvents, maxFrameBytes: 16)
        var framer = try Framer(framing)
        var (frames, faults) = (0, 0)
        func key(_ code: UInt16, _ value: UInt8, type: UInt8 = 1) -> [UInt8] {
            [UInt8](repeating: 0, count: 16)
                + [
                    type, 0, UInt8(truncatingIfNeeded: code), UInt8(truncatingIfNeeded: code >> 8), value, 0,
                    0, 0,
                ]
        }
        for _ in 0..<40_000 {
            let code = numbers.next() % 8 == 0 ? 28 : UInt16(numbers.next() % 140)
            let event = key(code, UInt8(numbers.next() % 3), type: numbers.next() % 50 == 0 ? 0 : 1)
            for found in framer.receive(event[...]) {
                if case .frame(let text) = found {
                    frames += 1
                    #expect(text.count <= framing.maxFrameBytes)
                } else {
                    faults += 1
                }
            }
        }
        #expect(frames > 100 && faults > 100, "\(frames) \(faults)")
        framer.reset()
        #expect(framer.receive((key(30, 1) + key(30, 0) + key(28, 1))[...]) == [.frame([0x61])])
    }

    @Test func resetForgetsThePart() throws {
        var framer = try Framer(Self.marked)
        _ = framer.receive([0x02, 0x41])
        framer.reset()
        #expect(framer.receive([0x02, 0x42, 0x03]).map(Self.words) == ["=B"])
    }

    /// Goal: no stream grows a framer or crashes it, and no frame breaks the limit. Method: seeded hostile
    /// bytes, rich in marks; every event is checked, and a good frame after silence is found again.
    @Test(arguments: [
        line, crlf, marked, longMarks, fixed, modbus, cola, ssi, counted, rtu, adam, escaped, mixed,
        mixedMarks,
    ])
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
        #expect(frames > 0 || framing.checksum != nil)
        guard ![.fixed, .modbusTCP].contains(framing.kind) else { return }
        _ = framer.silence()
        let found = framer.receive(try framing.framed([0x41])[...]) + framer.silence()
        #expect(found == [.frame([0x41])])
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
