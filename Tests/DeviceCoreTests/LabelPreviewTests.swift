import Foundation
import Testing

@testable import DeviceCore

/// Goal: the preview of a label shows each field once, where it stands, within 80 columns, whatever template
/// was accepted. Method: the shipped templates as a whole; small formats for each turn and symbol; templates
/// made at random.
@Suite struct LabelPreviewTests {
    private static let values = [
        "product": "Testol 20 mg, 30 pcs", "sscc": "395060000000000016", "gtin": "09506000134352",
        "count": "10", "units": "10", "lot": "LOT1A", "expiry": "491231", "expiryText": "2049-12-31",
        "copy": "1",
    ]

    private static let shipped = ["bundle", "case", "shipper", "pallet"].map { "zebra/\($0).zpl" }

    private func preview(_ zpl: String, _ values: [String: String] = Self.values) throws -> [String] {
        let template = try LabelTemplate(zpl, .zpl)
        let known = values.filter { template.names.contains($0.key) }
        return LabelPreview.lines(LabelDrawing(try template.filled(known))) { "<\($0.plainText)>" }
    }

    @Test func theShippedCaseLabel() throws {
        let lines = try preview(ProfileFile.text("zebra/case.zpl"))
        let shown = lines.map { $0.replacing(#/[ ]*\|$/#, with: "").dropFirst() }.filter { !$0.isEmpty }
        #expect(
            shown.dropFirst().dropLast() == [
                "  Testol 20 mg, 30 pcs",
                "  CONTENT 09506000134352                COUNT 10",
                "  BATCH/LOT LOT1A                       USE BY 2049-12-31",
                "  SSCC 395060000000000016",
                "  [GS1-128 <0209506000134352174912313710>]",
                "  [GS1-128 <10LOT1A>]",
                "  [GS1-128 <00395060000000000016>]",
            ])
        #expect(lines.allSatisfy { $0.count == lines[0].count && $0.count <= LabelPreview.columns })
        // The three symbols stand below the text, in the lower two thirds.
        let first = try #require(lines.firstIndex { $0.contains("[GS1-128") })
        #expect(first > lines.count / 3 - 2)
    }

    @Test(arguments: Self.shipped)
    func everyFieldOfTheShippedLabelsIsThere(_ path: String) throws {
        let text = try preview(ProfileFile.text(path)).joined(separator: "\n")
        for field in [
            "Testol 20 mg, 30 pcs", "CONTENT 09506000134352", "COUNT 10", "BATCH/LOT LOT1A",
            "USE BY 2049-12-31", "SSCC 395060000000000016", "[GS1-128 <00395060000000000016>]",
        ] { #expect(text.components(separatedBy: field).count == 2, "\(field)") }
        #expect(text.contains("PALLET") == path.contains("pallet"))
    }

    @Test func theSymbolsOfTheShippedLabels() throws {
        for path in Self.shipped {
            let template = try LabelTemplate(ProfileFile.text(path), .zpl)
            let values = Self.values.filter { template.names.contains($0.key) }
            let symbols = LabelDrawing(try template.filled(values)).symbols
            let content = ["0209506000134352174912313710", "10LOT1A"]
            #expect(
                symbols.map(\.plainText) == (path.contains("bundle") ? [] : content) + [
                    "00395060000000000016"
                ])
            #expect(symbols.allSatisfy { $0.isGS1 && $0.name == "GS1-128" })
        }
    }

    /// One field of 8 characters near a corner of a label of 800 by 400 dots, turned: upright it stands near
    /// the corner that is then the top left.
    @Test(arguments: [("N", 20, 20), ("R", 760, 20), ("I", 660, 360), ("B", 20, 280)])
    func labelsAreTurnedUpright(_ turn: String, _ x: Int, _ y: Int) throws {
        let zpl = "^XA^PW800^LL400^FO\(x),\(y)^A0\(turn),30,30^FDTOP LEFT^FS^XZ"
        let lines = try preview(zpl, [:])
        let row = try #require(lines.firstIndex { $0.contains("TOP LEFT") })
        #expect(row <= 3, "\(lines.joined(separator: "\n"))")
        let column = try #require(lines[row].range(of: "TOP LEFT"))
        #expect(lines[row].distance(from: lines[row].startIndex, to: column.lowerBound) < 8)
    }

    /// Field and data, and what the symbol is said to carry.
    @Test(
        arguments: [
            ("^BCN,100", ">;>80012>6A>8B", "GS1-128", "0012A\u{1D}B", true),
            ("^BCN,100", ">:A><B", "Code 128", "A>B", false),
            ("^BCN,100,N,N,N,D", "(00)123", "GS1-128", "(00)123", false),
            ("^BXN,6,200,,,,_,1", "_101095__A_d094_1B", "GS1 DataMatrix", "01095_A^\u{1D}B", true),
            ("^BXN,6,200", "01095", "DataMatrix", "01095", false),
            ("^BQN,2,5", "QA,text", "QR Code", "text", false),
            ("^B3N,N,100", "AB", "Code 39", "AB", false), ("^BEN,100", "123", "EAN-13", "123", false),
            ("^BCN,100^FH", "A_5EB", "Code 128", "A^B", false), ("^BCN,100", "A>", "Code 128", "A>", false),
            ("^BXN,6,200,,,,_,1", "A_", "DataMatrix", "A_", false),
            ("^BXN,6,200,,,,_,1", "A_d9", "DataMatrix", "A9", false),
        ] as [(String, String, String, String, Bool)])
    func symbolsAreRead(_ field: String, _ data: String, _ name: String, _ carried: String, _ isGS1: Bool) {
        let drawing = LabelDrawing(Array("^XA^FO1,1\(field)^FD\(data)^FS^XZ".utf8))
        #expect(drawing.symbols == [LabelSymbol(name: name, data: Array(carried.utf8), isGS1: isGS1)])
    }

    @Test func nothingStandsOverAnythingElse() throws {
        let fields = (0..<30).map { "^FO10,10^A0N,30,30^FDfield \($0)x^FS" }.joined()
        let lines = try preview("^XA^PW400^LL200\(fields)^XZ", [:])
        for number in 0..<30 {
            #expect(
                lines.joined(separator: "\n").components(separatedBy: " field \(number)x ").count == 2,
                "\(number)")
        }
    }

    @Test func whatIsTooLongGoesOn() throws {
        let long = String(repeating: "0123456789", count: 25)
        let lines = try preview(
            "^XA^PW800^FO700,10^FD{product}^FS^FO1,90^FD{lot}^FS^XZ", ["product": long, "lot": "L"])
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.joined().filter(\.isNumber) == long)
        // Characters of two columns, and what no terminal may get.
        let wide = try preview(
            "^XA^CI28^PW800^FO1,1^FH^FD{product}^FS^XZ", ["product": String(repeating: "药", count: 60)])
        #expect(wide.joined().filter { $0 == "药" }.count == 60)
        #expect(wide.dropFirst().dropLast().allSatisfy { $0.count + $0.filter { $0 == "药" }.count <= 80 })
        let turned = LabelDrawing(Array("^XA^FO1,1^FH^FDA_1B[2J_E2_80_AEB^FS^XZ".utf8))
        #expect(LabelPreview.lines(turned) { _ in "" }.joined().contains("A.[2J.B"))
    }

    @Test func manyFieldsAreCounted() throws {
        let fields = String(repeating: "^FO1,1^FDa^FS", count: LabelDrawing.maxFields + 7)
        #expect(try preview("^XA\(fields)^XZ", [:]).last == "and 7 more fields")
    }

    /// Goal: no accepted template crashes the preview or grows it past its columns. Method: formats of random
    /// commands with random parameters; those that the template takes are drawn.
    @Test func noTemplateCrashesIt() throws {
        var random = Noise(state: 5)
        let commands = [
            "FO", "FT", "LH", "PW", "LL", "FW", "CF0,", "BY", "A0", "A@", "BC", "BX", "BQ", "B3", "BE", "B7",
            "FB", "FH",
            "TB", "GB", "FR", "A", "B",
        ]
        let parts = [
            "", "0", "7", "40", "800", "99999999999999999999", "N", "R", "I", "B", "_", "-5", "{lot}",
        ]
        let data = ["{lot}", "{product}", "x{sscc}>", ">;>800{sscc}", "_1", "_", "_5", "\\&a\\&", ""]
        var drawn = 0
        for _ in 0..<20_000 {
            var text = "^XA"
            for _ in 0..<(1 + random.below(8)) {
                for _ in 0..<random.below(5) {
                    let values = (0..<random.below(8)).map { _ in parts[random.below(parts.count - 1)] }
                    text += "^" + commands[random.below(commands.count)] + values.joined(separator: ",")
                }
                if random.below(4) > 0 { text += "^FD" + data[random.below(data.count)] }
                text += "^FS"
            }
            text += "^XZ"
            guard let template = try? LabelTemplate(text, .zpl) else { continue }
            let values = Self.values.filter { template.names.contains($0.key) }
            guard let filled = try? template.filled(values) else { continue }
            drawn += 1
            let lines = LabelPreview.lines(LabelDrawing(filled)) { $0.plainText }
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(text)")
            guard lines.count < 200 else {
                Issue.record("\(lines.count) lines: \(text)")
                continue
            }
        }
        #expect(drawn > 5_000)
    }
}

/// Numbers that are the same in every run.
private struct Noise {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
