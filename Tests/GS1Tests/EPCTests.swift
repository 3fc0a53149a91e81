import GS1
import Testing

/// Goal: URNs and elements convert both ways. Method: the Tag Data Standard's schemes, then faults.
@Suite struct EPCTests {
    @Test(
        arguments: [
            ("(01)80614141123458(21)6789", 7, "urn:epc:id:sgtin:0614141.812345.6789"),
            ("(01)09506000134352(21)A\\(B)", 7, "urn:epc:id:sgtin:9506000.013435.A(B)"),
            ("(01)09506000134352(21)\"%&/<>?.", 12, "urn:epc:id:sgtin:950600013435.0.%22%25%26%2F%3C%3E%3F."),
            ("(01)09506000134352(10)L.1", 6, "urn:epc:class:lgtin:950600.0013435.L.1"),
            ("(01)09506000134352", 9, "urn:epc:idpat:sgtin:950600013.0435.*"),
            ("(00)106141412345678908", 7, "urn:epc:id:sscc:0614141.1234567890"),
            ("(414)9506000134376(254)LINE-4", 7, "urn:epc:id:sgln:9506000.13437.LINE-4"),
            ("(414)9506000134376", 12, "urn:epc:id:sgln:950600013437..0"),
            ("(417)9506000134376", 7, "urn:epc:id:pgln:9506000.13437"),
        ] as [(String, Int, String)])
    func convertsBothWays(bracketed: String, prefixLength: Int, urn: String) throws {
        let elements = try ElementString.parse(bracketed: bracketed)
        #expect(try elements.epcURN(prefixLength: prefixLength) == urn)
        #expect(try ElementString.parse(epcURN: urn) == elements)
    }

    @Test func otherElementsAreLeftOut() throws {
        let unit = try ElementString.parse(raw: "^010950600013435221S^1727123110L")
        #expect(try unit.epcURN(prefixLength: 7) == "urn:epc:id:sgtin:9506000.013435.S")
        #expect(throws: GS1Error(.badPrefixLength)) { try unit.epcURN(prefixLength: 5) }
        #expect(throws: GS1Error(.badPrefixLength)) { try unit.epcURN(prefixLength: 13) }
        let asset = try ElementString.parse(bracketed: "(8004)9506000X")
        #expect(throws: GS1Error(.noURNForm)) { try asset.epcURN(prefixLength: 7) }
        let place = try ElementString.parse(bracketed: "(414)9506000134376(254)0")
        #expect(throws: GS1Error(.noURNForm, ai: .glnExtension)) { try place.epcURN(prefixLength: 7) }
    }

    @Test(
        arguments: [
            ("", GS1Error.Code.unknownURN), ("urn:epc:id:grai:0614141.12345.400", .unknownURN),
            ("urn:epc:id:sgtin:0614141.812345", .malformedURN),
            ("urn:epc:id:sscc:0614141.1234567890.1", .malformedURN),
            ("urn:epc:id:sgtin:06141.81234567.1", .badPrefixLength),
            ("urn:epc:id:sgtin:0614141.81234.1", .badPrefixLength),
            ("urn:epc:id:sgtin:0614141061414.0.1", .badPrefixLength),
            ("urn:epc:id:sgtin:0614141.81234x.1", .notNumeric),
            ("urn:epc:id:sgtin:0614141.812345.", .emptyValue),
            ("urn:epc:id:sgtin:0614141.812345.A/B", .malformedURN),
            ("urn:epc:id:sgtin:0614141.812345.A%2", .malformedURN),
            ("urn:epc:id:sgtin:0614141.812345.A%00", .notCSET82),
            ("urn:epc:id:sgtin:0614141.812345.A B", .notCSET82),
            ("urn:epc:idpat:sgtin:0614141.812345.1", .malformedURN),
            ("urn:epc:id:sgtin:0614141.812345.123456789012345678901", .valueTooLong),
        ] as [(String, GS1Error.Code)])
    func refusesOtherText(urn: String, code: GS1Error.Code) {
        do {
            _ = try ElementString.parse(epcURN: urn)
            Issue.record("accepted")
        } catch {
            #expect(error.code == code, "\(error)")
        }
    }
}
