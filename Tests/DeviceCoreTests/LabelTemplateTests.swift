import DeviceCore
import Testing

@Suite struct LabelTemplateTests {
    private static let values = [
        "product": "Ärzte ^~_ 5 mg", "sscc": "106141411234567897", "gtin": "04012345123456", "units": "10",
        "lot": "LOT>42", "expiry": "271231", "expiryText": "31 DEC 2027",
    ]

    @Test(arguments: ["case", "shipper", "pallet"]) func shippedTemplatesFill(_ level: String) throws {
        let path = "zebra/\(level).zpl"
        let template = try LabelTemplate(ProfileFile.text(path))
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
        let template = try LabelTemplate(ProfileFile.text("zebra/bundle.zpl"))
        let label = String(decoding: try template.filled(values), as: UTF8.self)
        #expect(label.contains("^FD>;>800106141411234567897^FS") && label.contains("COUNT 10^FS"))
    }

    @Test func valuesMustFitThePlaces() throws {
        let template = try LabelTemplate("^XA^FO1,1^FD{a}^FS^XZ")
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
        let template = try LabelTemplate("^XA\(field)^FD{v}^FS^XZ")
        guard let expected else {
            #expect(throws: LabelTemplate.Fault.unsafe("v")) { try template.filled(["v": value]) }
            return
        }
        let label = String(decoding: try template.filled(["v": value]), as: UTF8.self)
        #expect(label == "^XA\(field)^FD\(expected)^FS^XZ")
    }

    @Test func aGS1SymbolHoldsFortyEightCharacters() throws {
        let template = try LabelTemplate("^XA^FO1,1^BCN,100^FD>;>802{gtin}37{count}>810{lot}^FS^XZ")
        func fill(_ lot: Int) throws -> [UInt8] {
            try template.filled([
                "gtin": "04012345123456", "count": "10", "lot": String(repeating: "A", count: lot),
            ])
        }
        // 2 + 14 + 2 + 2, the separator, 2: 23 characters before the lot.
        #expect(throws: Never.self) { try fill(25) }
        #expect(throws: LabelTemplate.Fault.symbolTooLong(characters: 49)) { try fill(26) }
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
        #expect(throws: LabelTemplate.Fault.self) { try LabelTemplate(text) }
    }
}
