import DeviceCore
import Testing

/// What the places of a reply may hold: template, reply, and what they do hold (`nil` = not this reply).
@Suite struct ByteTemplateTests {
    static let cases: [(String, String, [String: String]?)] = [
        ("SLR|{index}|", "SLR|12|", ["index": "12"]),
        ("SLR|{index}|", "SLR||", nil),
        ("{a:2}{b:1}{c:3}", "  G000", ["a": "  ", "b": "G", "c": "000"]),
        ("{a:2}{b:1}{c:3}", "  G00", nil),
        ("{a:2}{b:1}{c:3}", "  G0000", nil),
        ("{a:2}{rest}", "01", nil),
        ("{a:2}{rest}", "01X", ["a": "01", "rest": "X"]),
        // A length is a length: what stands in it may look like the next literal.
        ("{a:3}|x", "|x||x", ["a": "|x|"]),
        ("N={n:int};", "N=7;", ["n": "7"]),
        ("N={n:int};", "N=000000000000000018;", ["n": "000000000000000018"]),
        ("N={n:int};", "N=0000000000000000018;", nil),
        ("N={n:int};", "N=;", nil),
        ("N={n:int};", "N=-1;", nil),
        ("N={n:int};", "N= 1;", nil),
        ("N={n:int};", "N=1", nil),
        ("{n:int}", "9x", nil),
        ("E{h:hex}", "E1aF", ["h": "1aF"]),
        ("E{h:hex}", "EFFFFFFFFFFFFFFFF", ["h": "FFFFFFFFFFFFFFFF"]),
        ("E{h:hex}", "E0FFFFFFFFFFFFFFFF", nil),
        ("E{h:hex}", "E", nil),
        ("E{h:hex}", "E+1", nil),
        ("E{h:hex}", "EG", nil),
    ]

    @Test(arguments: cases) func places(template: String, reply: String, held: [String: String]?) throws {
        let match = try ByteTemplate(template).match(Array(reply.utf8))
        #expect(match?.mapValues { String(decoding: $0, as: UTF8.self) } == held)
    }

    @Test(arguments: [
        "{a}{b}", "{a:int}{b}", "{a:hex}{b:2}", "{a:}", "{a:0}", "{a:4097}", "{a:-1}", "{a:INT}", "{a:1:2}",
        "{:int}", "{a:2}{a:2}", "{a:99999999999999999999}",
    ])
    func placesThatCannotBe(_ template: String) {
        #expect(throws: ProfileFault.self) { try ByteTemplate(template) }
    }

    @Test func onlyRepliesHaveKindsOfPlaces() throws {
        var profile = try ProfileFile.profile("videojet/zipher.toml")
        profile.commands["record"]?.send = "SID|{index:int}|{values}"
        #expect(profile.validate().map(\.path).contains("commands.record.send"))
    }
}

@Suite struct StatusMapTests {
    static let reply = "S{state:1}{error:hex},{left:6},{flag:2}"
    static let tables = [
        StatusField(field: "state", values: ["G": "busy", "A": "", "<x7F>": "paper-out head-up"]),
        StatusField(field: "error", bits: ["head-up", "", "paused warning", "over-temperature"]),
        StatusField(field: "left", number: .labelsRemaining),
        StatusField(field: "flag", bits: ["ribbon-out", "", "", "", "", "", "", "", "offline"]),
    ]

    static func command(_ accepted: String...) -> DeviceProfile.Command {
        DeviceProfile.Command(send: "?", accepted: accepted, source: "this test")
    }

    private static func read(_ bytes: [UInt8]) throws -> (status: PrinterStatus, fault: DeviceFault?)? {
        let map = try StatusMap(tables, of: command(reply))
        return try ByteTemplate(reply).match(bytes).map(map.read)
    }

    @Test(arguments: [
        ("SA0,000000,", [0, 0], PrinterStatus()),
        ("SG0,000012,", [0, 0], PrinterStatus(conditions: .busy, labelsRemaining: 12)),
        ("S\u{7F}0,000000,", [0, 0], PrinterStatus(conditions: [.paperOut, .headUp])),
        ("SA9,000000,", [0, 0], PrinterStatus(conditions: [.headUp, .overTemperature])),
        ("SA0004,000000,", [0, 0], PrinterStatus(conditions: [.paused, .warning])),
        // A bit without a word, within the list and beyond it, up to the last there can be.
        ("SA2,000000,", [0, 0], PrinterStatus(conditions: .fault)),
        ("SA10000,000000,", [0, 0], PrinterStatus(conditions: .fault)),
        ("SA8000000000000000,000000,", [0, 0], PrinterStatus(conditions: .fault)),
        // Bytes as bits: the high one first.
        ("SA0,000000,", [1, 0], PrinterStatus(conditions: .offline)),
        ("SA0,000000,", [0, 1], PrinterStatus(conditions: .ribbonOut)),
        ("SA0,000000,", [0x80, 0], PrinterStatus(conditions: .fault)),
    ])
    func eachFieldSaysItsPart(text: String, flag: [UInt8], expected: PrinterStatus) throws {
        let read = try #require(try Self.read(Array(text.utf8) + flag))
        #expect(read.status == expected)
        #expect(read.fault == nil)
    }

    @Test(arguments: ["SX0,000000,", "Sa0,000000,", "SA0,     0,", "SA0,-00001,", "SA0,00000x,"])
    func aValueNobodyNamedIsUnknown(_ text: String) throws {
        let read = try #require(try Self.read(Array(text.utf8) + [0, 0]))
        #expect(read.status == .unknown && read.status.state == .unknown)
        #expect(read.fault?.code == .unexpectedReply)
        #expect(read.fault?.detail.contains("X") == false, "device data stays out of faults")
    }

    /// A reply without any of the fields, and one with numbers larger than any count.
    @Test func whatSaysNothingIsUnknown() throws {
        let map = try StatusMap(Self.tables, of: Self.command(Self.reply, "OK"))
        #expect(map.read([:]).fault?.code == .unexpectedReply)
        #expect(map.read([:]).status == .unknown)
        let huge = try StatusMap(
            [StatusField(field: "n", number: .formatsInBuffer)], of: Self.command("{n:hex}"))
        #expect(huge.read(["n": Array("FFFFFFFFFFFFFFFF".utf8)]).status == .unknown)
        #expect(huge.read(["n": Array("7F".utf8)]).status == PrinterStatus(formatsInBuffer: 127))
    }

    @Test func oneWordForAll() {
        let all: [(PrinterStatus, PrinterState)] = [
            (PrinterStatus(), .ready), (.unknown, .unknown),
            (PrinterStatus(isKnown: false, conditions: .paperOut), .unknown),
            (PrinterStatus(conditions: [.warning, .labelWaiting]), .ready),
            (PrinterStatus(conditions: .busy), .busy), (PrinterStatus(conditions: .bufferFull), .busy),
            (PrinterStatus(conditions: .partialFormat), .busy), (PrinterStatus(formatsInBuffer: 1), .busy),
            (PrinterStatus(labelsRemaining: 1), .busy),
            (PrinterStatus(conditions: [.paused, .busy]), .paused),
            (PrinterStatus(conditions: [.offline, .paused]), .offline),
            (PrinterStatus(conditions: [.offline, .paperOut]), .fault),
        ]
        for (status, state) in all { #expect(status.state == state, "\(status)") }
        for fault: PrinterStatus.Conditions in [
            .paperOut, .ribbonOut, .headUp, .corruptMemory, .underTemperature, .overTemperature, .fault,
        ] {
            #expect(PrinterStatus(conditions: [fault, .paused]).state == .fault)
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var path: String
        var tables: [StatusField]
        var accepted = [StatusMapTests.reply]
        var testDescription: String { path }
    }

    static let mistakes = [
        Mistake(path: "status[0].field", tables: [StatusField(field: "stat", values: ["A": ""])]),
        Mistake(
            path: "status[1].field",
            tables: [
                StatusField(field: "left", number: .labelsRemaining),
                StatusField(field: "left", number: .formatsInBuffer),
            ]),
        Mistake(
            path: "status[0].field", tables: [StatusField(field: "e", bits: ["fault"])],
            accepted: ["E{e:hex}", "F{e:1}"]),
        Mistake(path: "status[0]", tables: [StatusField(field: "state")]),
        Mistake(
            path: "status[0]",
            tables: [StatusField(field: "left", values: ["A": ""], number: .labelsRemaining)]),
        Mistake(path: "status[0].is", tables: [StatusField(field: "state", values: [:])]),
        Mistake(path: "status[0].is", tables: [StatusField(field: "state", values: ["": ""])]),
        Mistake(path: "status[0].is", tables: [StatusField(field: "state", values: ["<A": ""])]),
        Mistake(path: "status[0].is", tables: [StatusField(field: "state", values: ["A": "paperout"])]),
        Mistake(
            path: "status[0].is", tables: [StatusField(field: "state", values: ["A": "", "<x41>": "fault"])]),
        Mistake(path: "status[0].bits", tables: [StatusField(field: "error", bits: [])]),
        Mistake(path: "status[0].bits", tables: [StatusField(field: "error", bits: ["", "broken"])]),
        Mistake(
            path: "status[0].bits",
            tables: [StatusField(field: "state", bits: Array(repeating: "fault", count: 9))]),
        Mistake(
            path: "status[0].bits", tables: [StatusField(field: "e", bits: ["fault"])], accepted: ["E{e}"]),
        Mistake(
            path: "status[0].bits", tables: [StatusField(field: "e", bits: ["fault"])], accepted: ["E{e:9}"]),
    ]

    @Test(arguments: mistakes) func aMistakeIsFoundAtItsPlace(_ mistake: Mistake) {
        var command = Self.command()
        command.accepted = mistake.accepted
        #expect(DeviceProfile.faults(of: mistake.tables, in: command).map(\.path).contains(mistake.path))
        #expect(throws: ProfileFault.self) { try StatusMap(mistake.tables, of: command) }
    }

    @Test func aDialogueThatKnowsItsStatusTakesNoTables() throws {
        var profile = try ProfileFile.profile("zebra/zpl.toml")
        profile.status = [StatusField(field: "state", values: ["A": ""])]
        #expect(profile.validate().map(\.path) == ["status"])
    }

    @Test func theTablesOfAFileAreRead() throws {
        let text = """
            [[status]]
            field = "a"
            is = { "Y" = "paper-out", "N" = "" }

            [[status]]
            field = "b"

            [status.is]
            "0" = "offline"
            "A" = ""

            [[status]]
            field = "c"
            bits = ["head-up", "", ""]

            [[status]]
            field = "d"
            number = "formats-in-buffer"
            """
        let head = try ProfileFile.text("generic/reader-cr.toml")
        var file = try ProfileFile(head + "\n" + text)
        #expect(
            try file.profile().status == [
                StatusField(field: "a", values: ["Y": "paper-out", "N": ""]),
                StatusField(field: "b", values: ["0": "offline", "A": ""]),
                StatusField(field: "c", bits: ["head-up", "", ""]),
                StatusField(field: "d", number: .formatsInBuffer),
            ])
        #expect(file.values.isEmpty)
    }

    /// Goal: no reply, however made, reads as a healthy printer by mistake or ends the program. Method:
    /// seeded bytes in the reply's shape and beside it; what is read must follow from the bytes.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func hostileReplies(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        for _ in 0..<2000 {
            let digits = Array("0123456789abcdefABCDEFxG -".utf8)
            func some(_ count: Int) -> [UInt8] {
                (0..<count).map { _ in digits[Int(numbers.next() % UInt64(digits.count))] }
            }
            var bytes = Array("S".utf8) + [UInt8(truncatingIfNeeded: numbers.next())]
            bytes += some(Int(numbers.next() % 20)) + Array(",".utf8) + some(6) + Array(",".utf8)
            bytes += [UInt8(truncatingIfNeeded: numbers.next()), UInt8(truncatingIfNeeded: numbers.next())]
            guard let read = try Self.read(bytes), read.status.isKnown else { continue }
            #expect(read.fault == nil)
            #expect([UInt8(ascii: "A"), UInt8(ascii: "G"), 0x7F].contains(bytes[1]))
            if read.status.state == .ready {
                #expect(bytes[1] == UInt8(ascii: "A") && bytes.suffix(2) == [0, 0])
                #expect(bytes.dropFirst(2).dropLast(3).allSatisfy { $0 == 0x30 || $0 == 0x2C })
            }
        }
    }
}
