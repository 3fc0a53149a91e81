import GS1
import JSONText
import Testing

@testable import EPCIS

/// Goal: times, numbers, words and URIs are read and written exactly. Method: tables by rule.
@Suite struct TermTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
            ("2020-03-04T11:00:30+01:00", 1_583_316_030_000, "2020-03-04T10:00:30.000Z"),
            ("2000-02-29T23:59:59.9994-00:30", 951_870_599_999, "2000-03-01T00:29:59.999Z"),
            ("2023-12-31T23:59:59.9995Z", 1_704_067_199_999, "2024-01-01T00:00:00.000Z"),
            ("2023-01-18T11:04:03.1415Z", 1_674_039_843_141, "2023-01-18T11:04:03.142Z"),
            ("2023-01-18T11:04:03.14149999999999999Z", 1_674_039_843_141, "2023-01-18T11:04:03.141Z"),
            ("1969-12-31T23:59:59.5Z", -500, "1969-12-31T23:59:59.500Z"),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            ("2020-03-04t10:00:30z", 1_583_316_030_000, "2020-03-04T10:00:30.000Z"),
        ] as [(String, Int64, String)])
    func readsTimes(text: String, milliseconds: Int64, canonical: String) throws {
        let time = try #require(EventTime(text))
        #expect(time.milliseconds == milliseconds)
        #expect(time.canonicalText == canonical)
        #expect(time.text == text)
    }

    @Test(
        arguments: [
            "", "2020-03-04", "2020-03-04T10:00:30", "2020-03-04T10:00Z", "2020-3-04T10:00:30Z",
            "2020-13-04T10:00:30Z", "2020-00-04T10:00:30Z", "2020-02-30T10:00:30Z", "2019-02-29T10:00:30Z",
            "1900-02-29T10:00:30Z", "2020-03-04T24:00:30Z", "2020-03-04T10:60:30Z", "2020-03-04T10:00:60Z",
            "2020-03-04T10:00:30.Z", "2020-03-04T10:00:30+1:00", "2020-03-04T10:00:30+24:00",
            "2020-03-04T10:00:30+01:60", "2020-03-04 10:00:30Z", "0000-03-04T10:00:30Z",
            "2020-03-04T10:00:30Z ", "２020-03-04T10:00:30Z", "2020-03-04T10:00:30.123",
        ])
    func refusesOtherTimes(text: String) {
        #expect(EventTime(text) == nil)
    }

    @Test func writesTimes() throws {
        let zone = TimeZoneOffset(minutes: 60)
        let time = EventTime(milliseconds: 1_772_431_275_250, zone: zone)
        #expect(time.text == "2026-03-02T07:01:15.250+01:00")
        #expect(EventTime(time.text) == time)
        #expect(EventTime(time.text)?.milliseconds == time.milliseconds)
        var chance = Chance(seed: 0xE9C1_5003)
        for _ in 0..<2_000 {
            let wanted = Int64(truncatingIfNeeded: chance.next()) % 62_135_510_400_000
            let zone = TimeZoneOffset(minutes: chance.below(1681) - 840)
            let time = EventTime(milliseconds: wanted, zone: zone)
            #expect(time.milliseconds == wanted)
            #expect(EventTime(time.text)?.milliseconds == wanted, "\(time)")
            #expect(EventTime(time.canonicalText)?.milliseconds == wanted)
        }
        #expect(EventTime(milliseconds: .max, zone: zone).text == "9999-12-31T00:59:59.999+01:00")
        #expect(EventTime(EventTime(milliseconds: .min, zone: TimeZoneOffset(minutes: -840)).text) != nil)
        #expect(try #require(EventTime("2026-03-02T07:00:00.0001+01:00")).isBefore(time))
    }

    @Test func readsOffsets() {
        for text in ["+01:00", "-06:00", "+14:00", "-14:00", "+00:00", "-00:00", "+13:59", "+05:45"] {
            #expect(TimeZoneOffset(text)?.text == text)
        }
        for text in ["", "Z", "＋1:00", "+14:01", "+15:00", "01:00", "+1:00", "+01:60", "+0100", "+01:00 "] {
            #expect(TimeZoneOffset(text) == nil, "\(text)")
        }
        #expect(TimeZoneOffset(minutes: -345).text == "-05:45")
        #expect(TimeZoneOffset(minutes: -345) == TimeZoneOffset("-05:45"))
        #expect(TimeZoneOffset(minutes: 9_999).text == "+14:00")
    }

    @Test(
        arguments: [
            ("0", "0"), ("-0.0e7", "0"), ("1.0", "1"), ("12.50", "12.5"), ("-12.50", "-12.5"), ("1e2", "100"),
            ("1.25E+1", "12.5"), ("125e-4", "0.0125"), ("100", "100"), ("0.10e1", "1"), ("1E-2", "0.01"),
            ("1e401", "1e401"), ("12345678901234567890.10", "12345678901234567890.1"),
        ])
    func numbersArePlain(text: String, plain: String) {
        #expect(Decimal.canonical(text) == plain)
    }

    @Test func numbersAreJudged() {
        #expect(Decimal.isWhole("1.50e1") && Decimal.isWhole("1e999") && !Decimal.isWhole("1e-999"))
        #expect(Decimal.isWhole("0e-999") && !Decimal.isWhole("-1.5"))
        #expect(Decimal.sign("-0.00e5") == 0 && Decimal.sign("-1e-999") == -1 && Decimal.sign("0.1") == 1)
    }

    @Test func wordsHaveThreeForms() {
        let forms = [
            "shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping",
        ]
        for form in forms {
            let step = BizStep(form)
            #expect(step.word == "shipping" && step.webURI == forms[1] && step.uri12 == forms[2])
            #expect(step.matches(.shipping) && step.text == form)
        }
        #expect(BizStep("sampling").uri12 == "https://ref.gs1.org/cbv/BizStep-sampling")
        #expect(BizStep("https://example.com/x").uri12 == "https://example.com/x")
        #expect(BizStep("https://ref.gs1.org/cbv/Disp-active").word == nil)
        #expect(BizStep("active").word == nil && !BizStep("a").matches(.shipping))
        #expect(SensorComponent("x").webURI == "https://ref.gs1.org/cbv/Comp-x")
        let words: [Set<String>] = [
            BizStepVocabulary.words, BizStepVocabulary.newWords, DispositionVocabulary.words,
            DispositionVocabulary.newWords, BizTransactionTypeVocabulary.words,
            BizTransactionTypeVocabulary.newWords, SensorWords.measurementTypes,
        ]
        #expect(words.map(\.count) == [39, 2, 22, 11, 9, 4, 72])
    }

    @Test(
        arguments: [
            ("urn:epc:id:sgtin:9506000.013435.A%2F1", Identity.Kind.instance, "/01/09506000134352/21/A%2F1"),
            ("URN:EPC:id:sgtin:9506000.013435.A%2F1", .instance, "/01/09506000134352/21/A%2F1"),
            (
                "https://example.com/a/01/09506000134352/21/A%2f1?x=1", .instance,
                "/01/09506000134352/21/A%2F1"
            ),
            ("urn:epc:class:lgtin:9506000.013435.L", .objectClass, "/01/09506000134352/10/L"),
            ("urn:epc:idpat:sgtin:9506000.013435.*", .objectClass, "/01/09506000134352"),
            ("urn:epc:id:sscc:9506000.0134352001", .instance, "/00/095060001343520017"),
            ("urn:epc:id:sgln:9506000.13437.0", .location, "/414/9506000134376"),
            ("urn:epc:id:pgln:9506000.13437", .party, "/417/9506000134376"),
            ("urn:epc:id:grai:4012345.55555.987", .instance, "/8003/04012345555554987"),
            ("urn:epc:idpat:grai:4012345.55555.*", .objectClass, "/8003/04012345555554"),
            ("urn:epc:id:gsin:4012345.999998765", .shipment, "/402/40123459999987650"),
            ("https://id.gs1.org/01/09506000134352/22/X/10/L/21/S", .instance, "/01/09506000134352/21/S"),
        ])
    func identitiesSeeThroughSpelling(uri: String, kind: Identity.Kind, path: String) {
        let identity = Identity(uri)
        #expect(identity.kind == kind && identity.canonical == "https://id.gs1.org" + path)
        #expect(identity.fault == nil)
    }

    @Test(
        arguments: [
            ("urn:epc:id:gid:1.2.3", nil), ("https://example.com/po/1", nil), ("urn:a:1", nil), ("", nil),
            ("https://example.com/01/123", nil),
            ("urn:epc:idpat:sgtin:9506000.*.*", GS1Error.Code.notNumeric),
            ("urn:epc:id:unknown:1.2", .unknownURN), ("Urn:Epc:id:gid:1.2.3", nil),
            ("URN:EPC:ID:SGTIN:9506000.013435.A", .unknownURN),
            ("https://id.gs1.org/01/09506000134353", .wrongCheckDigit),
            ("https://example.com/01/09506000134353", .wrongCheckDigit),
            ("https://id.gs1.org/x", .noPrimaryKey),
        ])
    func otherURIsAreThemselves(uri: String, fault: GS1Error.Code?) {
        let identity = Identity(uri)
        #expect(identity.kind == .other && identity.canonical == uri && identity.fault?.code == fault)
    }

    @Test func identifiersAreMade() throws {
        let gtin = try GTIN("09506000134352")
        let serial = try SerialNumber("A/1")
        #expect(EPCURI(gtin, serial: serial).text == "https://id.gs1.org/01/09506000134352/21/A%2F1")
        #expect(EPCURI(gtin, serial: serial).matches(EPCURI("urn:epc:id:sgtin:9506000.013435.A%2F1")))
        let urn = try EPCURI(gtin, serial: serial).epcURN(prefixLength: 7)
        #expect(urn == "urn:epc:id:sgtin:9506000.013435.A%2F1")
        let capitals = EPCURI("URN:EPC:id:sgtin:9506000.013435.A%2F1")
        #expect(try capitals.epcURN(prefixLength: 7) == urn)
        #expect(capitals.matches(EPCURI(gtin, serial: serial)))
        #expect(try PlainURI("URN:UUID:1").epcURN(prefixLength: 7) == "URN:UUID:1")
        #expect(EPCURI(try SSCC("095060001343520017")).matches(EPCURI("urn:epc:id:sscc:9506000.0134352001")))
    }

    @Test func identifiersNeedGoodParts() throws {
        let gtin = try GTIN("09506000134352")
        let gln = try GLN("9506000134376")
        #expect(try EPCClassURI(gtin, lot: "L+1").text == "https://id.gs1.org/01/09506000134352/10/L%2B1")
        #expect(throws: GS1Error.self) { try EPCClassURI(gtin, lot: "") }
        #expect(throws: GS1Error.self) { try EPCClassURI(gtin, lot: "a b") }
        #expect(throws: GS1Error.self) { try LocationURI(gln, extension: String(repeating: "x", count: 21)) }
        #expect(PartyURI(gln).canonical == "https://id.gs1.org/417/9506000134376")
        #expect(PlainURI(document: "WO 7", of: gln).text == "urn:epcglobal:cbv:bt:9506000134376:WO%207")
        let uuid = PlainURI(uuid: (0..<16).map { UInt8($0) })
        #expect(uuid.text == "urn:uuid:00010203-0405-0607-0809-0a0b0c0d0e0f")
    }
}
