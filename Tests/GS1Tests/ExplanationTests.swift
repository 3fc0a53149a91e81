import GS1
import Testing

/// Goal: a technician sees what a code is and why it is wrong. Method: whole explanations as they are
/// printed, then single lines of rarer cases.
@Suite struct ExplanationTests {
    private func explained(_ text: String, as form: CodeForm? = nil) -> String {
        Explanation(Array(text.utf8), as: form, rules: .init(currentYear: 2026)).lines.joined(separator: "\n")
    }

    @Test func aValidScan() {
        #expect(
            explained("]d2010950600013435221A0001\u{1D}1727120010LOT1") == """
                ]d2010950600013435221A0001<GS>1727120010LOT1

                GS1 DataMatrix (]d2), 4 elements: valid.

                (01)   GTIN                     09506000134352
                       check digit 2 is right
                       GTIN-13 9506000134352
                (21)   SERIAL                   A0001
                       ended by <GS>
                (17)   USE BY or EXPIRY         271200
                       day 00, the whole month: until 31 December 2027
                (10)   BATCH/LOT                LOT1

                Digital Link
                https://id.gs1.org/01/09506000134352/10/LOT1/21/A0001?17=271200
                """)
    }

    /// What follows the first fault is shown too.
    @Test func aWrongScan() {
        #expect(
            explained("]d2010950600013435321A0001\u{1D}1727133110LOT#1") == """
                ]d2010950600013435321A0001<GS>1727133110LOT#1
                                  ^ byte 18

                GS1 DataMatrix (]d2), 4 elements read: WRONG.

                (01)   GTIN                     09506000134353
                       WRONG: The check digit does not match.
                       check digit 3 is wrong, for these digits it is 2
                (21)   SERIAL                   A0001
                       ended by <GS>
                (17)   USE BY or EXPIRY         271331
                       WRONG: The month is not 01 to 12.
                (10)   BATCH/LOT                LOT#1
                       WRONG: This character is not in GS1 character set 82.

                GS1-024 in (01) GTIN, byte 18: The check digit does not match.
                To do: Scan again; if it stays, correct the number where the label is made.
                """)
    }

    @Test(
        arguments: [
            // A lost separator reads as one long serial; what may be behind it is shown.
            (
                "]d2010950600013435221ABC1231727123110LOT1",
                "Was a separator lost? Then this is (21)ABC123 and (17)271231(10)LOT1."
            ),
            ("^0109506000134352^10A", "a needless ^ stands behind it"),
            ("]d2010950600013435210A\u{1D}", "a needless <GS> stands behind it"),
            ("^010950600013435210A^21B", "ended by ^"),
            ("]d1plain", "DataMatrix without FNC1 (]d1), 0 elements read: WRONG."),
            ("]d1plain", "not read: plain"), ("]A0X", "Code 39, of no GS1 kind (]A0)"),
            ("]E09506000134351", "check digit 1 is wrong, for these digits it is 2"),
            ("9506000134351", "check digit 1 is wrong, for these digits it is 2"),
            ("9506000134352", "Key without identifier, 1 element: valid."),
            ("19506000134359", "indicator 1: a packaging level"), ("02345680", "GTIN-8 02345680"),
            ("106141412345678908", "extension digit 1"),
            ("(01)09506000134352(3103)001250", "1.250 (3 decimals)"),
            ("(01)09506000134352(3100)001250", "1250"),
            ("(01)09506000134352(3921)15(3100)000001", "1.5 (1 decimal)"),
            ("(01)09506000134352(3912)9781234(3100)000001", "12.34 (2 decimals)"),
            ("(01) 09506000134352 (7003) 2712312359", "at 23:59"),
            ("(01)09506000134352(17)990228", "28 February 1999"),
            ("(01)09506000134352(250)X", "It needs (01 or 8006) and 21."),
            ("(02)09506000134352", "It needs 37."),
            ("(01)09506000134352(37)1", "GS1-060 in (01) GTIN beside (37) COUNT, byte 4"),
            ("https://a.b/01/09506000134352/10/A%2FB", "(10)   BATCH/LOT                A/B"),
            (
                "https://a.b/01/09506000134352/10/A%20B",
                "WRONG: This character is not in GS1 character set 82."
            ),
            ("urn:epc:id:sgtin:9506000.013435.A", "(21)   SERIAL                   A"),
            ("urn:epc:id:sgtin:9506000.01343.A", "GS1-088 in (01) GTIN, byte 25"),
            // What is right of a wrong URN is shown, and what could not be read.
            ("urn:epc:id:sgtin:9506000.013435.A B", "(01)   GTIN                     09506000134352"),
            ("urn:epc:id:sgtin:9506000.013435.A B", "WRONG: This character is not in GS1 character set 82."),
            ("urn:epc:id:sgtin:9506000.013435.A/B", "(01)   GTIN                     09506000134352"),
            ("urn:epc:id:sgtin:9506000.013435.A/B", "not read: A/B"),
            ("urn:epc:idpat:sgtin:9506000.013435.A", "not read: A"),
            ("urn:epc:id:sgtin:9506000.013435", "(01)   GTIN                     09506000134352"),
            ("urn:epc:id:sgtin:9506000.013435", "GS1-085, byte 31: Here a part of the EPC URN is missing"),
            ("urn:epc:id:sscc:9506000.0000000001.5", "(00)   SSCC                     095060000000000015"),
            ("urn:epc:id:sscc:9506000.0000000001.5", "not read: 5"),
            ("urn:epc:id:sgtin:9506000.01343.A1", "not read: 9506000.01343.A1"),
            ("https://a.b/01/09506000134352/10/A%ZZ", "stands for itself here: write %25"),
            ("]Q1https://a.b/01/09506000134352/10/A%", "stands for itself here: write %25"),
            ("", "GS1-005, byte 0: There is no data."),
            // Found by trial: what stands in a check digit's place need not print.
            ("]d2010950600013435\u{18}", "check digit <CAN> is wrong, for these digits it is 2"),
            ("^\u{0}\u{1B}[2J\u{7F}\u{E9}", "^<NUL><ESC>[2J<DEL><C3><A9>"),
        ] as [(String, String)])
    func showsWhatIsThere(text: String, line: String) {
        #expect(explained(text).contains(line), "\(explained(text))")
    }

    /// Long text goes on in further rows, the mark under the row it belongs to.
    @Test func longTextIsCut() {
        let value = String(repeating: "A", count: 90)
        let lines = explained("]d2010950600013435291" + value + "\u{1D}17271331").split(separator: "\n")
        #expect(lines[0].count == 80 && lines[1].hasSuffix("AAA<GS>17271331"))
        #expect(lines[2] == String(repeating: " ", count: 39) + "^ byte 116")
        #expect(lines.allSatisfy { $0.count <= 80 })
        // Found by fuzzing: the longest title before a value of a whole row.
        let country = "]d201095060001343524235950679751464117690900\u{1D}"
        for text in [country, "]d2423" + String(repeating: "9", count: 60) + "\u{1D}0109506000134352"] {
            let lines = Explanation(Array(text.utf8), as: .scan).lines
            #expect(lines.contains("(423)  COUNTRY - INITIAL PROCESS"))
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        }
        let many = Explanation([UInt8](repeating: 0x30, count: 9000))
        #expect(many.fault?.code == .messageTooLong && many.fields.isEmpty && many.lines.count < 120)
    }

    /// The guess can be overruled.
    @Test func theFormCanBeGiven() {
        #expect(explained("17271231", as: .elements).contains("31 December 2027"))
        #expect(explained("17271231").contains("(01)   GTIN"))
        #expect(CodeForm(of: Array("(01) 1".utf8)) == .hri && CodeForm(of: Array("HTTPS://".utf8)) == .uri)
        #expect(CodeForm(of: Array("01".utf8)) == .elements && CodeForm(of: Array("urn:".utf8)) == .urn)
        #expect(CodeForm(of: Array("httpA1".utf8)) == .elements)
    }

    /// The mark stands under the byte, escapes and parts of a URN or not.
    @Test(
        arguments: [
            ("https://a.b/01/09506000134352/10/A%2F%20B", 37),
            ("urn:epc:id:sgtin:9506000.013435.A%2F%20B", 36),
            (#"(01)09506000134352(10)A\(#B"#, 25),
        ] as [(String, Int)])
    func theMarkStandsUnderTheFault(text: String, place: Int) {
        let lines = Explanation(Array(text.utf8)).lines
        #expect(lines[0] == text && lines[1] == String(repeating: " ", count: place) + "^ byte \(place)")
    }

    /// Every rule has its remedy: one sentence, and not the rule again.
    @Test(arguments: CodeForm.allCases) func everyRuleHasARemedy(form: CodeForm) {
        for code in GS1Error.Code.allCases {
            let remedy = code.remedy(for: form)
            #expect(remedy.hasSuffix(".") && remedy != code.sentence && code.sentence.hasSuffix("."))
            // Nobody scanned what was typed.
            let speaksOfScans = remedy.contains("can again") || remedy.contains("can one")
            #expect(form == .scan || !speaksOfScans, "\(code): \(remedy)")
        }
    }

    @Test func theRemedyFitsWhatWasDone() {
        let fault = GS1Error(.wrongCheckDigit, ai: .gtin, at: 17)
        let rule = "GS1-024 (01) at byte 17: The check digit does not match. "
        #expect(
            fault.withRemedy(for: .scan)
                == rule + "Scan again; if it stays, correct the number where the label is made.")
        #expect(
            fault.withRemedy(for: .bracketed)
                == rule + "Compare it with the label; if it is the same there, "
                + "correct the number where the label is made.")
        let long = Array(("urn:epc:id:sgtin:9506000.013435." + String(repeating: "A", count: 8160)).utf8)
        #expect(
            Explanation(long).fault?.withRemedy(for: .urn)
                == "GS1-011 at byte 8191: The code is longer than 8191 bytes. Give one code at a time.")
    }
}
