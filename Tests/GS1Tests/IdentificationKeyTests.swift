import GS1
import Testing

/// Goal: each type of key says the same in its three ways of writing, and holds nothing but a valid key.
/// Method: the Tag Data Standard's examples read from each way and written in all; then faults.
@Suite struct IdentificationKeyTests {
    private static let item = "09506000134352"

    /// A key, how it is written, and how it is read again from URI, URN and elements.
    private struct Sample<Key: IdentificationKey> {
        let key: Key
        let bracketed: String
        let path: String
        let urn: String

        func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
            let uri = "https://id.gs1.org" + path
            #expect(key.elementString.bracketed == bracketed, sourceLocation: sourceLocation)
            #expect(key.digitalLink == uri, sourceLocation: sourceLocation)
            #expect(try key.epcURN(prefixLength: 7) == urn, sourceLocation: sourceLocation)
            #expect(
                try key.epcURN(CompanyPrefixes(["950600", "9506000", "4012345", "0614141"])) == urn,
                sourceLocation: sourceLocation)
            #expect(try Key(digitalLink: uri) == key, sourceLocation: sourceLocation)
            #expect(try Key(epcURN: urn) == key, sourceLocation: sourceLocation)
            #expect(
                try Key(in: .parse(bracketed: bracketed, rules: alone)) == key, sourceLocation: sourceLocation
            )
            #expect(try key.elementString.objectURI() == uri, sourceLocation: sourceLocation)
        }

        private var alone: ElementString.Rules { .init(requiresPartners: false) }
    }

    @Test func tradeItems() throws {
        let gtin = try GTIN(Self.item)
        try Sample(
            key: gtin, bracketed: "(01)09506000134352", path: "/01/09506000134352",
            urn: "urn:epc:idpat:sgtin:9506000.013435.*"
        ).check()
        try Sample(
            key: SGTIN(gtin, serial: SerialNumber("A/(1)")), bracketed: "(01)09506000134352(21)A/\\(1)",
            path: "/01/09506000134352/21/A%2F%281%29", urn: "urn:epc:id:sgtin:9506000.013435.A%2F(1)"
        ).check()
        try Sample(
            key: LGTIN(gtin, lot: "L.1"), bracketed: "(01)09506000134352(10)L.1",
            path: "/01/09506000134352/10/L.1", urn: "urn:epc:class:lgtin:9506000.013435.L.1"
        ).check()
    }

    @Test func logisticUnitsPlacesAndParties() throws {
        try Sample(
            key: SSCC("106141412345678908"), bracketed: "(00)106141412345678908",
            path: "/00/106141412345678908", urn: "urn:epc:id:sscc:0614141.1234567890"
        ).check()
        let gln = try GLN("9506000134376")
        try Sample(
            key: gln, bracketed: "(414)9506000134376", path: "/414/9506000134376",
            urn: "urn:epc:id:sgln:9506000.13437.0"
        ).check()
        try Sample(
            key: SGLN(gln, extension: "LINE-4"), bracketed: "(414)9506000134376(254)LINE-4",
            path: "/414/9506000134376/254/LINE-4", urn: "urn:epc:id:sgln:9506000.13437.LINE-4"
        ).check()
        try Sample(
            key: SGLN(gln), bracketed: "(414)9506000134376", path: "/414/9506000134376",
            urn: "urn:epc:id:sgln:9506000.13437.0"
        ).check()
        try Sample(
            key: PGLN(gln), bracketed: "(417)9506000134376", path: "/417/9506000134376",
            urn: "urn:epc:id:pgln:9506000.13437"
        ).check()
    }

    @Test func assets() throws {
        try Sample(
            key: GRAI(assetType: "4012345555554", serial: "98/7"), bracketed: "(8003)0401234555555498/7",
            path: "/8003/0401234555555498%2F7", urn: "urn:epc:id:grai:4012345.55555.98%2F7"
        ).check()
        try Sample(
            key: GRAI(assetType: "4012345555554"), bracketed: "(8003)04012345555554",
            path: "/8003/04012345555554", urn: "urn:epc:idpat:grai:4012345.55555.*"
        ).check()
        try Sample(
            key: GIAI("4012345A/b"), bracketed: "(8004)4012345A/b", path: "/8004/4012345A%2Fb",
            urn: "urn:epc:id:giai:4012345.A%2Fb"
        ).check()
    }

    /// A key is taken out of whatever holds it.
    @Test func keysAreTakenOutOfMore() throws {
        let unit = try ElementString.parse(raw: "^010950600013435221S^1727123110L")
        #expect(try GTIN(in: unit).text == Self.item)
        #expect(try SGTIN(in: unit).description == "(01)09506000134352(21)S")
        #expect(try LGTIN(in: unit).lot == "L")
        #expect(try SGTIN(digitalLink: "http://a.b/c/01/\(Self.item)/10/L/21/S?17=271231").serial.text == "S")
        #expect(try GTIN(epcURN: "urn:epc:id:sgtin:9506000.013435.S").text == Self.item)
        #expect(throws: GS1Error(.keyMissing, ai: .sscc)) { try SSCC(in: unit) }
        #expect(throws: GS1Error(.keyMissing, ai: .serial)) {
            try SGTIN(epcURN: "urn:epc:class:lgtin:9506000.013435.L")
        }
        #expect(throws: GS1Error(.keyMissing, ai: .party)) {
            try PGLN(digitalLink: "https://id.gs1.org/414/9506000134376")
        }
    }

    /// What cannot be in a code cannot be in a key.
    @Test func partsKeepTheirRules() throws {
        let (gtin, gln) = (try GTIN(Self.item), try GLN("9506000134376"))
        #expect(throws: GS1Error(.emptyValue, ai: .lot)) { try LGTIN(gtin, lot: "") }
        #expect(throws: GS1Error(.notCSET82, ai: .lot, at: 1)) { try LGTIN(gtin, lot: "A B") }
        #expect(throws: GS1Error(.valueTooLong, ai: .lot, at: 20)) {
            try LGTIN(gtin, lot: String(repeating: "1", count: 21))
        }
        #expect(throws: GS1Error(.notCSET82, ai: .glnExtension, at: 0)) { try SGLN(gln, extension: "É") }
        #expect(throws: GS1Error(.wrongCheckDigit, ai: .grai, at: 13)) {
            try GRAI(assetType: "4012345555555")
        }
        #expect(throws: GS1Error(.wrongKeyLength)) { try GRAI(assetType: "04012345555554") }
        #expect(throws: GS1Error(.emptyValue, ai: .grai, at: 14)) {
            try GRAI(assetType: "4012345555554", serial: "")
        }
        #expect(throws: GS1Error(.valueTooLong, ai: .grai, at: 30)) {
            try GRAI(assetType: "4012345555554", serial: String(repeating: "1", count: 17))
        }
        #expect(throws: GS1Error(.badCompanyPrefix, ai: .giai, at: 3)) { try GIAI("401A") }
        #expect(throws: GS1Error(.noURNForm, ai: .glnExtension)) {
            try SGLN(gln, extension: "0").epcURN(prefixLength: 7)
        }
    }

    /// GS1 General Specifications, section 2.1: one number, four lengths.
    @Test(
        arguments: [
            ("02345680", GTIN.Format.gtin8, ["02345680", "000002345680", "0000002345680", "00000002345680"]),
            ("416000336108", .gtin12, [nil, "416000336108", "0416000336108", "00416000336108"]),
            ("9506000134352", .gtin13, [nil, nil, "9506000134352", "09506000134352"]),
            ("19506000134359", .gtin14, [nil, nil, nil, "19506000134359"]),
        ] as [(String, GTIN.Format, [String?])])
    func gtinsConvert(text: String, format: GTIN.Format, texts: [String?]) throws {
        let gtin = try GTIN(text)
        #expect(gtin.format == format && format.name == "GTIN-\(text.count)")
        #expect(GTIN.Format.allCases.map { gtin.text(as: $0) } == texts)
        #expect(try GTIN(withoutCheckDigit: text.dropLast().utf8) == gtin)
        for case .some(let text) in texts { #expect(try GTIN(text) == gtin) }
    }

    @Test func checkDigitsAreComputed() throws {
        #expect(try GLN(withoutCheckDigit: "950600013437".utf8).text == "9506000134376")
        #expect(try SSCC(withoutCheckDigit: "10614141234567890".utf8).text == "106141412345678908")
        #expect(throws: GS1Error(.wrongKeyLength)) { try GTIN(withoutCheckDigit: "".utf8) }
        #expect(throws: GS1Error(.wrongKeyLength)) { try GTIN(withoutCheckDigit: "12345678".utf8) }
        #expect(throws: GS1Error(.wrongKeyLength)) {
            try SSCC(withoutCheckDigit: "106141412345678901234".utf8)
        }
        #expect(throws: GS1Error(.notNumeric, at: 2)) { try GLN(withoutCheckDigit: "95x600013437".utf8) }
    }

    /// The longest known prefix counts; it begins behind indicator, extension digit or a GRAI's zero.
    @Test func prefixesMustBeKnown() throws {
        let prefixes = CompanyPrefixes(["950600", "9506000", "12", "x123456", "1234567890123"])
        let gtin = try GTIN("19506000134359")
        #expect(try gtin.epcURN(prefixes) == "urn:epc:idpat:sgtin:9506000.113435.*")
        #expect(throws: GS1Error(.unknownPrefix, ai: .sscc)) {
            try SSCC("106141412345678908").epcURN(prefixes)
        }
        #expect(prefixes == CompanyPrefixes(["950600", "9506000"]))
        let unit = try ElementString.parse(raw: "^17271231" + "0109506000134352" + "21S")
        #expect(try prefixes.epcURN(of: unit) == "urn:epc:id:sgtin:9506000.013435.S")
    }
}
