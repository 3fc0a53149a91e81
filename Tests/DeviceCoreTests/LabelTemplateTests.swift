import DeviceCore
import Testing

@Suite struct LabelTemplateTests {
    private static let values = [
        "product": "Ärzte ^~_ 5 mg", "sscc": "106141411234567897", "gtin": "04012345123456", "units": "10",
        "lot": "LOT>42", "expiry": "271231", "expiryText": "31 DEC 2027",
    ]

    @Test(arguments: ["case", "shipper", "pallet"]) func shippedTemplatesFill(_ level: String) throws {
        let path = "zebra/\(level).zpl"
        let template = try LabelTemplate(ProfileFile.text(path), .zpl)
        #expect(template.names == Self.values.keys.sorted())
        let label = String(decoding: try template.filled(Self.values), as: UTF8.self)
        #expect(label.hasPrefix("^XA^CI28") && label.hasSuffix("^PQ1^XZ"))
        #expect(label.contains("^FD>;>800106141411234567897^FS"))
        #expect(label.contains("^FD>;>8020401234512345617271231>63710^FS"))
        #expect(label.contains("^FD>;>810>6LOT><42^FS"))
        #expect(label.contains("^FH^FD_C3_84rzte _5E_7E_5F 5 mg^FS"))
        #expect(!label.contains("{") && !label.contains("~"))
        var longest = Self.values
        longest["lot"] = String(repeating: "A", count: 20)
        longest["units"] = "99999999"
        _ = try template.filled(longest)
    }

    /// A bundle stays on the line: its label carries its number alone, and fits on 75 x 50 mm.
    @Test func theBundleLabelFills() throws {
        var values = Self.values
        values["expiry"] = nil
        let template = try LabelTemplate(ProfileFile.text("zebra/bundle.zpl"), .zpl)
        let label = String(decoding: try template.filled(values), as: UTF8.self)
        #expect(label.contains("^FD>;>800106141411234567897^FS") && label.contains("COUNT 10^FS"))
    }

    @Test func valuesMustFitThePlaces() throws {
        let template = try LabelTemplate("^XA^FO1,1^FD{a}^FS^XZ", .zpl)
        #expect(throws: LabelTemplate.Fault.missing("a")) { try template.filled([:]) }
        #expect(throws: LabelTemplate.Fault.unexpected("b")) { try template.filled(["a": "1", "b": "2"]) }
        #expect(throws: LabelTemplate.Fault.tooLong("a")) {
            try template.filled(["a": String(repeating: "x", count: 257)])
        }
    }

    /// Field, value, and how it is written (`nil` = refused).
    @Test(
        arguments: [
            ("^FO1,1", "A{B}", "A{B}"), ("^FO1,1", "A^B", nil), ("^FO1,1", "A~B", nil),
            ("^FO1,1", "A\nB", nil),
            ("^FO1,1", "é", nil), ("^FO1,1", "a_b", "a_b"), ("^FO1,1^FH", "a_b", "a_5Fb"),
            ("^FO1,1^FH", "^~", "_5E_7E"),
            ("^FO1,1^FH\\", "^_", "\\5E_"), ("^FO1,1^FH", "é", nil), ("^CI28^FO1,1^FH", "é", "_C3_A9"),
            ("^CI28^FO1,1", "é", nil), ("^FO1,1^FB100", "a\\&b", nil), ("^FO1,1^FH", "\u{1D}", nil),
            ("^FO1,1^BCN,100", "A>B", "A><B"), ("^FO1,1^BCN,100", "A^B", nil),
            ("^FO1,1^BCN,100^FH", "A^B", "A_5EB"),
            ("^FO1,1^BCN,100", "A\u{1D}B", nil), ("^FO1,1^BXN,6,200,,,,_,1", "A_B", "A__B"),
            ("^FO1,1^BXN,6,200,,,,_,1", "A\u{1D}B", "A_1B"), ("^FO1,1^BXN,6,200,,,,_,1", "^~", "_d094_d126"),
            ("^FO1,1^BXN,6,200,,,,_,1^FH\\", "A\\_", "A\\5C__"),
        ] as [(String, String, String?)])
    func valuesAreWrittenForTheirField(_ field: String, _ value: String, _ expected: String?) throws {
        let template = try LabelTemplate("^XA\(field)^FD{v}^FS^XZ", .zpl)
        guard let expected else {
            #expect(throws: LabelTemplate.Fault.unsafe("v")) { try template.filled(["v": value]) }
            return
        }
        let label = String(decoding: try template.filled(["v": value]), as: UTF8.self)
        #expect(label == "^XA\(field)^FD\(expected)^FS^XZ")
    }

    @Test func aGS1SymbolHoldsFortyEightCharacters() throws {
        let template = try LabelTemplate("^XA^FO1,1^BCN,100^FD>;>802{gtin}37{count}>810{lot}^FS^XZ", .zpl)
        func fill(_ lot: Int) throws -> [UInt8] {
            try template.filled([
                "gtin": "04012345123456", "count": "10", "lot": String(repeating: "A", count: lot),
            ])
        }
        // 2 + 14 + 2 + 2, the separator, 2: 23 characters before the lot.
        #expect(throws: Never.self) { try fill(25) }
        #expect(throws: LabelTemplate.Fault.symbolTooLong(characters: 49)) { try fill(26) }
    }

    /// Goal: what is sent to a printer draws a label and does nothing else. Method: every command of two
    /// characters that there could be, against the list of those that are formatting.
    @Test func onlyCommandsThatDrawAreTaken() throws {
        let formatting = Set(
            """
            XA XZ FX PQ CI FO FT FD FS FH FB TB FR FW FP CF BY GB GC GD GE GF GS PW LL LH LS LT LR PO PM \
            A@ B0 B1 B2 B3 B4 B5 B7 B8 B9 BA BB BC BD BE BF BI BJ BK BL BM BO BP BQ BR BS BT BU BX BZ
            """.split(separator: " ").map(String.init))
        func isFont(_ name: String) -> Bool {
            name.first == "A" && name.dropFirst().allSatisfy { $0.isUppercase || $0.isNumber }
        }
        for first in 0x20...0x7E as ClosedRange<UInt8> where first != 0x7E && first != 0x5E {
            for second in 0x20...0x7E as ClosedRange<UInt8> where second != 0x7E && second != 0x5E {
                let name = String(decoding: [first, second], as: UTF8.self)
                // These are about the format itself: each has its own test.
                if ["XA", "XZ", "PQ", "GF"].contains(name) { continue }
                let text = "^XA^\(name)^FS^FO1,1^FD{sscc}^FS^XZ"
                if formatting.contains(name) || isFont(name) {
                    #expect(throws: Never.self, "^\(name)") { try LabelTemplate(text, .zpl) }
                } else {
                    #expect(throws: LabelTemplate.Fault.self, "^\(name)") { try LabelTemplate(text, .zpl) }
                }
            }
        }
    }

    /// What a trial brought past the list of the forbidden, prefixes, and other ways to write a command.
    @Test(arguments: [
        ("^JUF", "^JU"), ("^JBR", "^JB"), ("^ND2,P", "^ND"), ("^NS1", "^NS"), ("^KP1234", "^KP"),
        ("^MPE", "^MP"),
        ("^SZ1", "^SZ"), ("^IDR:*.*", "^ID"), ("^EF", "^EF"), ("^SC", "^SC"), ("^KN", "^KN"), ("^ST", "^ST"),
        ("^HH", "^HH"), ("^HZO", "^HZ"), ("^CC!", "^CC"), ("^CD;", "^CD"), ("^CT+", "^CT"), ("^DFR:X", "^DF"),
        ("^XFR:X", "^XF"), ("^FN1", "^FN"), ("^MD30", "^MD"), ("^PR14", "^PR"), ("^MMC", "^MM"),
        ("^MCN", "^MC"), ("^MUI", "^MU"), ("^CWA,E:X.TTF", "^CW"), ("^XGR:X.GRF", "^XG"),
        ("^juf", "^ju"), ("^Juf", "^Ju"), ("^fn1", "^fn"), ("^fd{sscc}", "^fd"), ("^ JUF", "^ J"),
        ("^J UF", "^J "), ("^\nJUF", "^.J"), ("^J\nUF", "^J."), ("^\r\nJUF", "^.."), ("^F\nN1", "^F."),
        ("^J", "^J"), ("^", "^"), ("^ ", "^"), ("^^JUF", "^"), ("^FX^JUF", "^JU"), ("^FX a^fx b", "^fx"),
        ("^GFB,9,9,1,x", "^GF"), ("^GFC,9,9,1,x", "^GF"), ("^GF,9,9,1,00", "^GF"), ("^GFa,9,9,1,00", "^GF"),
    ])
    func whatDoesMoreThanDrawIsRefusedByName(_ command: String, _ name: String) throws {
        for text in ["^XA\(command)^FO1,1^FD{sscc}^FS^XZ", "^XA^FO1,1^FD{sscc}^FS\(command)^XZ"] {
            let fault = #expect(throws: LabelTemplate.Fault.self) { try LabelTemplate(text, .zpl) }
            #expect(fault == .command(name), "\(text)")
            #expect(fault?.description.contains("\(name) is not allowed") == true)
            #expect(fault.map(LabelTemplate.remedy(for:))?.contains("^FO ^FT ^FD") == true)
        }
    }

    @Test(arguments: [
        "^FO10,10^GB700,1,3^FS", "^FO1,1^GFA,8,8,1,:B64:AAAA=:1A2B^FS", "^LH10,10^PON^PMN^LRN^LS0^LT0",
        "^FX logo, drawn here^FO1,1^GC40,2,B^FS", "^CFA,30^FWR\r\n^CI28",
        "^FO1,1^A@N,30,30,E:SWISS.TTF^FDx^FS",
        "^FO1,1^TBN,200,50^FD{product}^FS",
    ])
    func whatDrawsIsTaken(_ commands: String) throws {
        let template = try LabelTemplate("^XA\(commands)^FO1,1^FD{sscc}^FS^XZ", .zpl)
        var values = ["sscc": "1", "product": "a"]
        if !template.names.contains("product") { values["product"] = nil }
        #expect(throws: Never.self) { try template.filled(values) }
        guard values["product"] != nil else { return }
        values["product"] = "a<b"
        #expect(throws: LabelTemplate.Fault.unsafe("product")) { try template.filled(values) }
    }

    @Test(arguments: [
        "", "^XA", "^XZ", "x^XA^XZ", "^XA^XZ^XA^XZ", "^XA~JA^XZ", "^XA^CC!^XZ", "^XA^PQ2^XZ", "^XA^PQ{n}^XZ",
        "^XA^FN1^XZ",
        "^XA^FO1,{y}^FDx^FS^XZ", "^XA^FO1,1^FD{}^FS^XZ", "^XA^FO1,1^FD{a^FS^XZ", "^XA^FO1,1^FD{a1}^FS^XZ",
        "^XA^FO1,1^BQN^FD{a}^FS^XZ", "^XA^FO1,1^BXN,6,200^FD{a}^FS^XZ",
        "^XA^FO1,1^BXN,6,200,,,,_,1^FH^FD{a}^FS^XZ",
        "^XA^FO1,1^FDé^FS^XZ", "^XA^FO1,1^FDa\nb^FS^XZ",
    ])
    func wrongTemplatesAreRefused(_ text: String) {
        #expect(throws: LabelTemplate.Fault.self) { try LabelTemplate(text, .zpl) }
    }
}
