import DeviceCore
import Testing

/// Labels in languages other than ZPL: templates by the rule of the printer's profile.
@Suite struct LabelLanguageTests {
    private static let values = [
        "product": "Sample 5 mg", "sscc": "106141411234567897", "gtin": "04012345123456", "units": "10",
        "lot": "LOT42", "expiryText": "2027-12-31",
    ]

    private static func rule(_ name: String = "L") -> LabelTextRule {
        var rule = LabelTextRule(anyPrinterOf: name)
        rule.lineEnd = [0x0D]
        rule.controls = [0x1B]
        rule.forbidden = [UInt8(ascii: ">")]
        rule.escapes = [UInt8(ascii: "\""): Array("\\[\"]".utf8), 0xC4: [0x8E]]
        rule.maxValueBytes = 20
        return rule
    }

    private static func template(_ body: String) throws -> LabelTemplate {
        try LabelTemplate("# language: L\n" + body, .text(rule()))
    }

    @Test(arguments: ["sato/sbpl", "datamax/dpl"], ["case", "pallet"])
    func shippedTemplatesFill(profile: String, level: String) throws {
        let folder = profile.split(separator: "/")[0]
        let language = try #require(try ProfileFile.profile(profile + ".toml").labelLanguage)
        #expect(language.fileEnding == "txt")
        let template = try LabelTemplate(ProfileFile.text("\(folder)/\(level).txt"), language)
        #expect(template.names == Self.values.keys.sorted())
        let label = String(decoding: try template.filled(Self.values), as: UTF8.self)
        for value in Self.values.values { #expect(label.contains(value)) }
        #expect(label.contains("00106141411234567897") && !label.contains("{") && !label.contains("#"))
        #expect(label.contains("PALLET") == (level == "pallet"))
        // Each symbol ends with its number: nothing of another line may run into it.
        #expect(
            label.hasSuffix(profile == "sato/sbpl" ? ">I>F00106141411234567897" : "C&G00106141411234567897\r")
        )
    }

    /// The label as it goes to the printer, between the profile's own commands.
    @Test func aLabelIsAWholeJob() throws {
        let template = try LabelTemplate(
            ProfileFile.text("sato/case.txt"),
            #require(try ProfileFile.profile("sato/sbpl.toml").labelLanguage))
        var bench = try SessionBench("sato/sbpl.toml")
        bench.connect()
        bench.advance(milliseconds: 10)
        bench.receive("\u{2}  A000000\u{3}")
        bench.perform(.printLabel(job: 12345, data: try template.filled(Self.values)))
        bench.receive("\u{2}  A000000\u{3}")
        let job = try #require(bench.takeText().last)
        #expect(job.hasPrefix("\u{1B}A\u{1B}ID45\u{1B}H0040") && job.hasSuffix("\u{1B}Q1\u{1B}Z"))
    }

    /// Value, and how it is written (`nil` = refused).
    @Test(
        arguments: [
            ("A B{}~^", "A B{}~^"), ("A>B", nil), ("A\"B", "A\\[\"]B"), ("A\rB", nil), ("A\u{1B}B", nil),
            ("A\u{0}", nil), ("\u{7F}", nil), ("é", nil), ("", ""),
        ] as [(String, String?)])
    func valuesAreWrittenByTheRule(value: String, expected: String?) throws {
        let template = try Self.template("T{v}.{v}")
        guard let expected else {
            #expect(throws: LabelTemplate.Fault.unsafe("v")) { try template.filled(["v": value]) }
            return
        }
        let label = String(decoding: try template.filled(["v": value]), as: UTF8.self)
        #expect(label == "T\(expected).\(expected)\r")
    }

    @Test func valuesMustFitThePlaces() throws {
        let template = try Self.template("{a}{b}")
        #expect(template.names == ["a", "b"])
        #expect(throws: LabelTemplate.Fault.missing("b")) { try template.filled(["a": "1"]) }
        #expect(throws: LabelTemplate.Fault.unexpected("c")) {
            try template.filled(["a": "1", "b": "2", "c": "3"])
        }
        #expect(throws: LabelTemplate.Fault.tooLong("a")) {
            try template.filled(["a": String(repeating: "x", count: 21), "b": "2"])
        }
    }

    /// Line ends are the printer's, comments and empty lines are none of its business.
    @Test func linesEndAsThePrinterWants() throws {
        let template = try LabelTemplate(
            "# language: L\r\n# a comment {x}\r\n\r\n<ESC>A{a}<LT><x7B>\r\nB\n\n", .text(Self.rule()))
        #expect(try template.filled(["a": "1"]) == Array("\u{1B}A1<{\rB\r".utf8))
    }

    @Test(arguments: [
        "", "X{a}", "# language: M\nX{a}", "# Language: L\nX{a}", "# language: L",
        "# language: L\n# only this\n",
        "# language: L\nX{a", "# language: L\nX{}", "# language: L\nX{a1}", "# language: L\nX{a:2}",
        "# language: L\n<ENQ>{a}", "# language: L\n<x1>{a}", "# language: L\nä{a}", "# language: L\n\t{a}",
        "# language: L\n<x80>{a}", "x\n# language: L\n{a}", "^XA^FO1,1^FD{a}^FS^XZ",
    ])
    func wrongTemplatesAreRefused(_ text: String) {
        #expect(throws: LabelTemplate.Fault.self) { try LabelTemplate(text, .text(Self.rule())) }
    }

    @Test func aTemplateGoesToNoPrinterOfAnotherLanguage() throws {
        let text = "# language: TSPL\nTEXT {sscc}"
        #expect(LabelTemplate.language(of: text) == .text(LabelTextRule(anyPrinterOf: "TSPL")))
        #expect(LabelTemplate.language(of: "^XA") == .zpl)
        #expect(LabelTemplate.language(of: "") == .zpl)
        #expect(throws: Never.self) { try LabelTemplate(text, LabelTemplate.language(of: text)) }
        for profile in ["sato/sbpl", "datamax/dpl", "zebra/zpl"] {
            let language = try #require(try ProfileFile.profile(profile + ".toml").labelLanguage)
            #expect(throws: LabelTemplate.Fault.self) { try LabelTemplate(text, language) }
        }
        let tspl = try #require(try ProfileFile.profile("tsc/tspl.toml").labelLanguage)
        let label = try LabelTemplate(text, tspl)
        #expect(throws: LabelTemplate.Fault.unsafe("sscc")) { try label.filled(["sscc": "1\",1"]) }
        #expect(try label.filled(["sscc": "1"]) == Array("TEXT 1\r\n".utf8))
    }

    @Test func onlyLabelPrintersHaveALanguage() throws {
        for path in try ProfileFile.all(".toml") {
            let profile = try ProfileFile.profile(path)
            #expect((profile.labelLanguage != nil) == (profile.kind == .labelPrinter), "\(path)")
        }
    }

    /// Goal: no value ends its line or begins a command. Method: seeded values into every shipped template;
    /// each label has the controls of the template and no others.
    @Test(arguments: ["sato/sbpl", "datamax/dpl"], 1...10 as ClosedRange<UInt64>)
    func hostileValues(profile: String, seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let folder = profile.split(separator: "/")[0]
        let language = try #require(try ProfileFile.profile(profile + ".toml").labelLanguage)
        let template = try LabelTemplate(ProfileFile.text("\(folder)/case.txt"), language)
        // The mark that has a meaning in a symbol's data.
        let mark = UInt8(ascii: profile == "sato/sbpl" ? ">" : "&")
        func controls(_ label: [UInt8]) -> [UInt8] {
            label.filter { !(0x20...0x7E).contains($0) || $0 == mark }
        }
        let expected = controls(try template.filled(Self.values))
        var filled = 0
        for _ in 0..<300 {
            var values = Self.values
            for name in values.keys.sorted() where numbers.next() % 3 == 0 {
                let scalars = (0..<Int(numbers.next() % 6)).map { _ in
                    Unicode.Scalar(UInt8(truncatingIfNeeded: numbers.next() % 160))
                }
                values[name] = String(String.UnicodeScalarView(scalars))
            }
            guard let label = try? template.filled(values) else { continue }
            filled += 1
            #expect(controls(label) == expected)
        }
        #expect(filled > 20)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var path: String
        var place: String
        var change: @Sendable (inout DeviceProfile.Printer) -> Void
        var testDescription: String { place }
    }

    static let mistakes = [
        Mistake(path: "tsc/tspl", place: "printer.language") { $0.language = "" },
        Mistake(path: "tsc/tspl", place: "printer.language") { $0.language = "T SPL" },
        Mistake(path: "zebra/zpl", place: "printer.language") { $0.language = "ZPL" },
        Mistake(path: "zebra/zpl", place: "printer.language") { $0.escape = ["A": "B"] },
        Mistake(path: "videojet/zipher", place: "printer.language") { $0.controls = "<ESC>" },
        Mistake(path: "tsc/tspl", place: "printer.lineEnd") { $0.lineEnd = "<NL>" },
        Mistake(path: "tsc/tspl", place: "printer.controls") { $0.controls = "<" },
        Mistake(path: "tsc/tspl", place: "printer.escape") { $0.escape = ["AB": "C"] },
        Mistake(path: "tsc/tspl", place: "printer.escape") { $0.escape = ["": "C"] },
        Mistake(path: "tsc/tspl", place: "printer.escape") { $0.escape = ["A": "<"] },
    ]

    @Test(arguments: mistakes) func aMistakeIsFoundAtItsPlace(_ mistake: Mistake) throws {
        var profile = try ProfileFile.profile(mistake.path + ".toml")
        var printer = try #require(profile.printer)
        mistake.change(&printer)
        profile.printer = printer
        #expect(profile.validate().map(\.path).contains(mistake.place))
        #expect(throws: ProfileFault.self) { try profile.makeSession() }
    }
}

/// Goal: the documents say of label printers what their profiles say. Method: the table, made again.
@Suite struct LabelPrinterDocsTests {
    @Test func theTableOfLabelPrintersIsThatOfTheProfiles() throws {
        let rows = try ProfileFile.all(".toml").compactMap { path -> String? in
            let profile = try ProfileFile.profile(path)
            guard profile.kind == .labelPrinter, let printer = profile.printer else { return nil }
            let queue = [
                ("asked", profile.canAskQueue), ("cleared", profile.canClearQueue), ("blind", printer.blind),
            ]
            let words = queue.filter(\.1).map(\.0).joined(separator: ", ")
            let row = [
                "`\(path.dropLast(5))`", printer.proof.rawValue, words, printer.afterStop.rawValue,
            ]
            return "| " + row.joined(separator: " | ") + " |"
        }
        #expect(rows.count >= 5)
        let table = "| profile | proof | queue | after a stop |\n| --- | --- | --- | --- |\n"
        #expect(
            try ProfileFile.text("../docs/devices.md").contains(table + rows.joined(separator: "\n") + "\n\n")
        )
    }
}
