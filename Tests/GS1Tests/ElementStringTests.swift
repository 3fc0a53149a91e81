import GS1
import Testing

/// Goal: what a symbol carries is read as the dictionary says. Method: tables of accepted and refused text.
@Suite struct ElementStringTests {
    /// The order of elements, needless separators and every GS1 symbology.
    @Test(
        arguments: [
            (
                "]d2010950600013435221A0001\u{1D}1727123110LOT1",
                "(01)09506000134352(21)A0001(17)271231(10)LOT1"
            ),
            (
                "]Q301095060001343521727123110LOT1\u{1D}21A0001",
                "(01)09506000134352(17)271231(10)LOT1(21)A0001"
            ),
            ("]C100106141412345678908", "(00)106141412345678908"),
            ("]J10109506000134352\u{1D}10LOT1", "(01)09506000134352(10)LOT1"),
            ("]d2010950600013435210LOT1\u{1D}", "(01)09506000134352(10)LOT1"),
            (
                "]d202095060001343523712\u{1D}0010614141234567890810LOT1",
                "(02)09506000134352(37)12(00)106141412345678908(10)LOT1"
            ),
            ("]d201095060001343523103001250", "(01)09506000134352(3103)001250"),
            ("]d2800309506000134352ABC", "(8003)09506000134352ABC"),
            ("]d20109506000134352710123", "(01)09506000134352(710)123"),
            ("]E04012345678901", "(01)04012345678901"), ("]E402345680", "(01)00000002345680"),
            ("]I124012345678905", "(01)24012345678905"),
            (
                "]Q1https://example.com/p/01/09506000134352/21/A0001?17=271231",
                "(01)09506000134352(21)A0001(17)271231"
            ),
            ("]d1HTTP://EXAMPLE.COM/01/09506000134352", "(01)09506000134352"),
            ("]J0https://id.gs1.org/00/106141412345678908", "(00)106141412345678908"),
        ] as [(String, String)])
    func readsScans(scan: String, bracketed: String) throws {
        let elements = try ElementString.parse(scan: scan.utf8)
        #expect(elements.bracketed == bracketed)
        #expect(try ElementString.parse(bracketed: bracketed) == elements)
    }

    @Test(
        arguments: [
            ("", GS1Error.Code.noSymbologyIdentifier, nil, 0),
            ("0109506000134352", .noSymbologyIdentifier, nil, 0),
            ("]d", .noSymbologyIdentifier, nil, 0), ("]A00123", .unsupportedSymbology, nil, 1),
            ("]d2", .emptyMessage, nil, 3),
            ("]d10109506000134352", .notGS1Data, nil, 3),
            ("]Q1HtTps://id.gs1.org/01/09506000134352", .notGS1Data, nil, 3),
            ("]C0106141412345678908", .notGS1Data, nil, 3),
            // Found by comparison with GS1's own engine: a linear symbol holds no URI.
            ("]C0https://id.gs1.org/01/09506000134352", .notGS1Data, nil, 3),
            ("]d2\u{1D}0109506000134352", .unknownAI, nil, 3),
            ("]d20109506000134352\u{1D}\u{1D}10A", .unknownAI, nil, 20),
            ("]d2010950600013435210", .emptyValue, "10", 21), ("]d201", .emptyValue, "01", 5),
            ("]d2010950600013435210\u{1D}21A", .emptyValue, "10", 21),
            ("]d2010950600013435", .valueTooShort, "01", 5),
            ("]d2010950600013435\u{1D}10A", .valueTooShort, "01", 5),
            ("]d20109506000134353", .wrongCheckDigit, "01", 18),
            ("]d2010950600013435A", .notNumeric, "01", 18),
            ("]d2010950600013435210LOT 1", .notCSET82, "10", 24),
            ("]d2010950600013435210LOT#1", .notCSET82, "10", 24),
            ("]d2010950600013435210L\u{E9}", .notCSET82, "10", 22),
            ("]d2010950600013435210L\u{7F}", .notCSET82, "10", 22),
            ("]d2010950600013435210123456789012345678901", .valueTooLong, "10", 41),
            ("]d20109506000134352171232", .valueTooShort, "17", 21),
            ("]d2010950600013435217271301", .badMonth, "17", 23),
            ("]d2010950600013435217270230", .badDay, "17", 25),
            ("]d2010950600013435205X", .unknownAI, nil, 19),
            ("]d201095060001343523106001250", .unknownAI, nil, 19),
            ("]d2010950600013435231", .unknownAI, nil, 19),
            ("]d201095060001343521", .unknownAI, nil, 19),
            ("]d201095060001343521A1", .unknownAI, nil, 19),
            ("]d2019A060001343528", .notNumeric, "01", 6),
            ("]E0401234567890", .valueTooShort, "01", 3), ("]E04012345678902", .wrongCheckDigit, "01", 15),
            ("]E040123456789012", .valueTooLong, "01", 3), ("]E0401234567890A", .notNumeric, "01", 15),
        ] as [(String, GS1Error.Code, String?, Int)])
    func refusesScans(scan: String, code: GS1Error.Code, ai: String?, position: Int) {
        let expected = GS1Error(code, ai: ai.flatMap { ApplicationIdentifier($0) }, at: position)
        #expect(throws: expected) { try ElementString.parse(scan: scan.utf8) }
    }

    /// A missing separator cannot be noticed: the text is a valid, longer serial number.
    @Test func aMissingSeparatorReadsOn() throws {
        let elements = try ElementString.parse(raw: "^010950600013435221ABC1231727123110LOT1")
        #expect(elements.text(.serial) == "ABC1231727123110LOT1")
        #expect(!elements.contains(.expiry))
    }

    /// Partners, over the symbol as a whole.
    @Test(
        arguments: [
            ("(01)09506000134352(37)12", GS1Error.Code.excludedPartner, "01", "37", 4),
            ("(01)09506000134352(02)09506000134352", .excludedPartner, "02", "01", 22),
            ("(01)09506000134352(21)A(235)B", .excludedPartner, "21", "235", 22),
            ("(01)09506000134352(3100)000001(3101)000001", .excludedPartner, "3100", "3101", 24),
            ("(02)09506000134352", .requiredPartnerMissing, "02", nil, 4),
            ("(02)09506000134352(37)12", .requiredPartnerMissing, "37", nil, 22),
            ("(10)LOT1", .requiredPartnerMissing, "10", nil, 4),
            ("(21)A", .requiredPartnerMissing, "21", nil, 4),
            ("(01)09506000134352(250)A", .requiredPartnerMissing, "250", nil, 23),
            ("(01)09506000134352(7004)1", .requiredPartnerMissing, "7004", nil, 24),
            ("(01)09506000134352(3920)10", .requiredPartnerMissing, "3920", nil, 24),
            ("(01)09506000134352(10)A(10)B", .repeatedWithOtherValue, "10", nil, 27),
            ("(253)9506000134352(8030)AAAA", .signatureNeedsSerial, "253", nil, 5),
        ] as [(String, GS1Error.Code, String, String?, Int)])
    func judgesPartners(text: String, code: GS1Error.Code, ai: String, partner: String?, position: Int) {
        let expected = GS1Error(
            code, ai: ApplicationIdentifier(ai), partner: partner.flatMap { ApplicationIdentifier($0) },
            at: position)
        #expect(throws: expected) { try ElementString.parse(bracketed: text) }
    }

    @Test(arguments: [
        "(01)09506000134352(250)A(21)S", "(01)09506000134352(7004)1(10)A",
        "(01)09506000134352(3920)10(3100)000001",
        "(01)09506000134352(10)A(10)A", "(253)9506000134352X(8030)AAAA",
        "(00)106141412345678908(02)09506000134352(37)12",
        "(01)09506000134352(3100)000001(3300)000001", "(8026)095060001343520102(37)5(00)106141412345678908",
    ])
    func acceptsPartners(text: String) throws {
        #expect(try ElementString.parse(bracketed: text).bracketed == text)
    }

    /// Symbols of one object are judged together; one alone may lack its partner.
    @Test func symbolsCombine() throws {
        let alone = ElementString.Rules(requiresPartners: false)
        let first = try ElementString.parse(raw: "^0109506000134352")
        let second = try ElementString.parse(raw: "^10LOT1^21A", rules: alone)
        #expect(throws: GS1Error.self) { try ElementString.parse(raw: "^10LOT1^21A") }
        #expect(try ElementString.combine([first, second]).bracketed == "(01)09506000134352(10)LOT1(21)A")
        let third = try ElementString.parse(raw: "^235X", rules: alone)
        #expect(throws: GS1Error.self) { try ElementString.combine([first, second, third]) }
    }

    @Test(
        arguments: [
            ("", GS1Error.Code.emptyMessage, 0), ("01)09506000134352", .malformedBrackets, 0),
            ("(01", .malformedBrackets, 0),
            ("(01)", .emptyValue, 4), ("(1)5", .unknownAI, 1), ("()5", .unknownAI, 1),
            ("(012)5", .unknownAI, 1),
            ("(31030)5", .unknownAI, 1), ("(01)09506000134352(10)(21)A", .emptyValue, 22),
            ("(01)09506000134352(10)A^B", .notCSET82, 23), ("(01)09506000134352(10)A\\B", .notCSET82, 23),
            ("(01)095060001343520", .valueTooLong, 18), ("(01)0950600013435", .valueTooShort, 4),
            // Behind an escape.
            (#"(01)09506000134352(10)A\(\(B^"#, .notCSET82, 28),
            (#"(01)09506000134352(10)\\(^"#, .notCSET82, 22),
            (#"(01)09506000134352(10)\(234567890123456789\(1"#, .valueTooLong, 44),
            (#"(01)09506000134352(17)27\(201"#, .notNumeric, 24),
        ] as [(String, GS1Error.Code, Int)])
    func refusesBracketed(text: String, code: GS1Error.Code, position: Int) {
        do {
            _ = try ElementString.parse(bracketed: text)
            Issue.record("accepted")
        } catch {
            #expect(error.code == code && error.position == position, "\(error)")
        }
    }

    /// A bracket inside a value is escaped; a closing one needs nothing.
    @Test func bracketsInsideValues() throws {
        let elements = try ElementString.parse(raw: "^010950600013435210A(1)B^21((")
        #expect(elements.bracketed == #"(01)09506000134352(10)A\(1)B(21)\(\("#)
        #expect(try ElementString.parse(bracketed: elements.bracketed) == elements)
        #expect(elements.humanReadable == ["(01) 09506000134352", "(10) A(1)B", "(21) (("])
    }

    /// A blank ends a value, whatever stands in it; line ends are blanks.
    @Test func humanReadableReadsBack() throws {
        let elements = try ElementString.parse(raw: "^010950600013435210A(1)B^21((")
        for separator in [" ", "\n", "\r\n", " \t"] {
            let text = elements.humanReadable.joined(separator: separator)
            #expect(try ElementString.parse(humanReadable: text + separator) == elements)
        }
        #expect(try ElementString.parse(humanReadable: "(01)09506000134352 (10)A").lot == "A")
        #expect(throws: GS1Error(.emptyMessage)) { try ElementString.parse(humanReadable: " \n") }
        #expect(throws: GS1Error(.malformedBrackets, at: 22)) {
            try ElementString.parse(humanReadable: "(01) 09506000134352   B")
        }
        #expect(throws: GS1Error(.emptyValue, ai: .lot, at: 25)) {
            try ElementString.parse(humanReadable: "(01) 09506000134352 (10) ")
        }
        #expect(throws: GS1Error(.valueTooLong, ai: .gtin, at: 18)) {
            try ElementString.parse(humanReadable: "(01)09506000134352(10)A")
        }
    }

    @Test func rawNeedsFNC1InFront() {
        #expect(throws: GS1Error(.missingFNC1)) { try ElementString.parse(raw: "0109506000134352") }
        #expect(throws: GS1Error(.missingFNC1)) { try ElementString.parse(raw: "") }
        #expect(throws: GS1Error(.emptyMessage, at: 1)) { try ElementString.parse(raw: "^") }
    }

    /// Separators only behind values whose length is not predefined, and none at the end.
    @Test func writesSeparatorsWhereNeeded() throws {
        let elements = try ElementString.parse(
            bracketed: "(01)09506000134352(21)A(17)271231(10)B(422)276(710)1")
        #expect(
            String(decoding: elements.raw(), as: UTF8.self) == "^010950600013435221A^1727123110B^422276^7101")
        #expect(
            elements.scan()
                == Array(
                    "]d2010950600013435221A\u{1D}1727123110B\u{1D}422276\u{1D}7101".utf8))
        #expect(try ElementString.parse(scan: elements.scan(.gs1QR)) == elements)
        #expect(try ElementString.parse(raw: elements.raw()) == elements)
        #expect(try ElementString.parse(elements: elements.elementBytes()) == elements)
        #expect(
            try ElementString([(.gtin, "09506000134352"), (.serial, "A")]).raw()
                == Array("^010950600013435221A".utf8))
    }

    @Test func accessorsGiveTypedValues() throws {
        let unit = try ElementString.parse(raw: "^010950600013435221A0001^1727120010LOT1")
        #expect(unit.gtin?.text == "09506000134352" && unit.serial?.text == "A0001" && unit.lot == "LOT1")
        #expect(
            unit.expiry(relativeTo: 2026)?.iso8601 == "2027-12-31" && unit.sscc == nil
                && unit.itemCount == nil)
        let pallet = try ElementString.parse(raw: "^001061414123456789080209506000134352370012")
        #expect(pallet.sscc?.text == "106141412345678908" && pallet.content?.text == "09506000134352")
        #expect(pallet.itemCount == 12 && pallet.identifiers == [.sscc, .content, .count])
        #expect(try ElementString.parse(bracketed: "(414)9506000134376").gln?.text == "9506000134376")
        #expect(unit.elements.map(\.text) == ["09506000134352", "A0001", "271200", "LOT1"])
        #expect(unit[.lot].map(Array.init) == Array("LOT1".utf8))
    }

    @Test func messagesHaveLimits() throws {
        let lots = String(repeating: "^10A", count: 63)
        #expect(try ElementString.parse(raw: "^0109506000134352" + lots.dropFirst()).elements.count == 64)
        #expect(throws: GS1Error(.tooManyElements, at: 271)) {
            try ElementString.parse(raw: "^0109506000134352" + lots.dropFirst() + "^10A")
        }
        let long = [UInt8](repeating: 0x30, count: 8192)
        #expect(throws: GS1Error(.messageTooLong, at: 8191)) { try ElementString.parse(scan: long) }
        #expect(throws: GS1Error(.messageTooLong, at: 8191)) { try ElementString.parse(raw: long) }
        #expect(throws: GS1Error(.messageTooLong, at: 8191)) { try ElementString.parse(bracketed: long) }
    }

    /// Messages name rule, identifier, place and remedy; never a value.
    @Test func errorsAreReadableAndKeepValuesOut() {
        do {
            _ = try ElementString.parse(raw: "^0109506000134352" + "21SECRET^10")
            Issue.record("accepted")
        } catch {
            #expect(error.description == "GS1-007 (10) at byte 28: The identifier has no value.")
        }
        do {
            _ = try ElementString.parse(bracketed: "(250)SECRET(01)09506000134352")
            Issue.record("accepted")
        } catch {
            #expect(
                error.description
                    == "GS1-061 (250), needs 01,8006 and 21 at byte 5: "
                    + "The identifier may not be used without its partners."
            )
        }
        #expect(Set(GS1Error.Code.allCases.map(\.sentence)).count == GS1Error.Code.allCases.count)
    }
}
