import Foundation
import LineCore
import Testing

@testable import Settings

/// Goal: a product file is read as it says, or every fault of it is told with its line. Method: a product in
/// both forms, one value spoiled at a time, and several at once; the example with every key taken in.
@Suite struct ProductFileTests {
    private static let toml = """
        gtin = "09506000134352"
        name = "Testol"
        items_per_case = 10
        items_per_pallet = 6
        market = "eu-fmd"
        national_number = "(713)1234567890123"
        unused = "kill"
        label_case = "carton"
        weight_case_g = "1180..1260.5"
        """

    private static let json = """
        {"gtin": "09506000134352", "name": "Testol",
         "items_per_case": 10, "items_per_pallet": 6, "market": "eu-fmd",
         "national_number": "(713)1234567890123", "unused": "kill", "label_case": "carton",
         "weight_case_g": "1180..1260.5"}
        """

    private func parse(_ text: String, json: Bool = false) throws(SettingsErrors) -> Product {
        try ProductFile.parse(Array(text.utf8), name: json ? "p.json" : "p.toml", isJSON: json)
    }

    @Test func readsBothForms() throws {
        var product = Product()
        (product.gtin, product.name, product.market) = ("09506000134352", "Testol", "eu-fmd")
        (product.packing[.case], product.packing[.pallet]) = (10, 6)
        (product.nationalNumber, product.unused) = ("(713)1234567890123", .kill)
        product.labels[.case] = "carton"
        product.weights[.case] = WeightRange(text: "1180..1260.5")
        #expect(try parse(Self.toml) == product)
        #expect(try parse(Self.json, json: true) == product)
        let sandbox = try Sandbox()
        #expect(try ProductFile.load(try sandbox.write("a.toml", Self.toml)) == product)
        #expect(try ProductFile.load(try sandbox.write("a.json", Self.json)) == product)
        #expect(throws: SettingsErrors.self) { try ProductFile.load(sandbox.path + "/none.toml") }
    }

    @Test(arguments: [
        ("09506000134352", "09506000134353", SettingsError.Code.badProduct, "gtin", 1, 1),
        ("\"Testol\"", "\"\"", .badProduct, "name", 2, 1),
        ("\"Testol\"", "7", .wrongType, "name", 2, 1),
        ("eu-fmd", "mars", .badProduct, "market", 5, 2),
        ("(713)", "(01)", .badProduct, "national_number", 6, 3),
        ("\"kill\"", "\"burn\"", .unknownWord, "unused", 7, 3),
        ("items_per_case", "item_per_case", .unknownKey, "item_per_case", 3, 2),
        ("label_case", "label_cases", .unknownKey, "label_cases", 8, 3),
        ("\"carton\"", "\"a b\"", .badProduct, "label_case", 8, 3),
        ("label_case", "label_bundle", .badProduct, "label_bundle", 8, 3),
        ("1180..", "1180-", .badText, "weight_case_g", 9, 4),
        ("weight_case_g", "weight_bundle_g", .badProduct, "weight_bundle_g", 9, 4),
        ("weight_case_g", "weight_case", .unknownKey, "weight_case", 9, 4),
        ("10", "10001", .outOfRange, "items_per_case", 3, 2),
        ("10", "0", .outOfRange, "items_per_case", 3, 2),
    ])
    func faultHasItsLine(
        old: String, new: String, code: SettingsError.Code, keyPath: String, line: Int, jsonLine: Int
    ) throws {
        for (sound, json, line) in [(Self.toml, false, line), (Self.json, true, jsonLine)] {
            let text = sound.replacingOccurrences(of: old, with: new)
            let errors = try #require(throws: SettingsErrors.self) { try parse(text, json: json) }
            let found = try #require(errors.list.first { $0.keyPath == keyPath }, "\(errors)")
            #expect(found.code == code && found.line == line, "\(errors)")
        }
    }

    @Test func everyFaultIsListedWithTheNearestKey() throws {
        let text = "gtin = \"1\"\nmarket = \"mars\"\nlabel_case = \"a.b\"\nitms_per_case = 3\nunused = 7\n"
        let errors = try #require(throws: SettingsErrors.self) { try parse(text) }
        #expect(
            Set(errors.list.map(\.keyPath)) == [
                "gtin", "name", "market", "label_case", "itms_per_case", "unused",
            ])
        #expect(errors.description.contains("Did you mean items_per_case?"))
    }

    @Test(arguments: ["[]", "7", "{", "{\"gtin\": 1, \"gtin\": 2}", ""])
    func otherJSONIsAnError(_ text: String) {
        #expect(throws: SettingsErrors.self) { try parse(text, json: true) }
    }

    /// Every key of the example is one, those behind # as well.
    @Test func theExampleIsRightWithEveryKeyTakenIn() throws {
        let path = ExampleTests.top + "/docs/examples/product.toml"
        let product = try ProductFile.load(path)
        #expect(product.fault == nil && product.packing.levels == [.case, .pallet])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let all = text.split(separator: "\n").map { line in
            line.hasPrefix("# ") && line.contains(" = ") ? String(line.dropFirst(2)) : String(line)
        }
        let whole = try parse(all.joined(separator: "\n"))
        #expect(whole.packing.levels == PackLevel.allCases && whole.unused == .kill)
        #expect(PackLevel.allCases.allSatisfy { !whole.labels[$0].isEmpty })
        #expect(whole.market == "eu-fmd" && !whole.nationalNumber.isEmpty)
    }

    // MARK: Label files

    @Test func aTemplateIsJudgedAsTheConfigurationsAre() throws {
        #expect(try LabelFile.template("^XA^FO1,1^FD{sscc}^FS^XZ").names == ["sscc"])
        for (text, words) in [
            ("", "template"), ("^XA^FO1,1^FD{gtin}^FS^XZ", "no place {sscc}"),
            ("^XA^FO1,1^FD{sscc} {serial}^FS^XZ", "a place {serial}"), ("^XA~JA^FD{sscc}^FS^XZ", "~"),
        ] {
            let fault = #expect(throws: LabelFile.Fault.self) { try LabelFile.template(text) }
            #expect(fault?.text.contains(words) == true, "\(text)")
        }
    }

    @Test func aTemplateHasItsFilesName() {
        for (path, name) in [
            ("a/b/carton.label.zpl", "carton"), ("case.zpl", "case"), ("x", "x"), ("", ""),
            ("a.b.zpl", "a.b"), ("carton.label.txt", "carton"), ("case.txt", "case"),
        ] { #expect(LabelFile.name(ofFile: path) == name) }
    }
}
