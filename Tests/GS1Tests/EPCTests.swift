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
            ("(01)09506000134352(235)A/1", 7, "urn:epc:id:upui:9506000.013435.A%2F1"),
            ("(8003)04012345555554987", 7, "urn:epc:id:grai:4012345.55555.987"),
            ("(8003)04012345555554", 7, "urn:epc:idpat:grai:4012345.55555.*"),
            ("(253)4012345555554987", 12, "urn:epc:id:gdti:401234555555..987"),
            ("(253)4012345555554", 7, "urn:epc:idpat:gdti:4012345.55555.*"),
            ("(255)401234599999044", 7, "urn:epc:id:sgcn:4012345.99999.44"),
            ("(255)4012345999990", 7, "urn:epc:idpat:sgcn:4012345.99999.*"),
            ("(8004)4012345A/b", 7, "urn:epc:id:giai:4012345.A%2Fb"),
            ("(401)4012345333", 7, "urn:epc:id:ginc:4012345.333"),
            // Found by trial: a dot in a reference is part of it.
            ("(401)4012345A.b.c", 7, "urn:epc:id:ginc:4012345.A.b.c"),
            ("(8004)4012345..", 7, "urn:epc:id:giai:4012345..."),
            ("(402)40123459999987650", 7, "urn:epc:id:gsin:4012345.999998765"),
            ("(8018)401234598765400000", 7, "urn:epc:id:gsrn:4012345.9876540000"),
            ("(8017)401234598765432124", 7, "urn:epc:id:gsrnp:4012345.9876543212"),
            ("(8006)040123451234560102(21)999", 7, "urn:epc:id:itip:4012345.012345.01.02.999"),
            ("(8006)040123451234560102", 7, "urn:epc:idpat:itip:4012345.012345.01.02.*"),
            ("(8010)4012345A#C(8011)123", 7, "urn:epc:id:cpi:4012345.A%23C.123"),
            ("(8010)4012345ABC", 7, "urn:epc:idpat:cpi:4012345.ABC.*"),
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
        #expect(throws: GS1Error(.unknownPrefix, ai: .giai)) { try asset.epcURN(prefixLength: 8) }
        let payment = try ElementString.parse(bracketed: "(415)9506000134376(8020)1")
        #expect(throws: GS1Error(.noURNForm)) { try payment.epcURN(prefixLength: 7) }
        let place = try ElementString.parse(bracketed: "(414)9506000134376(254)0")
        #expect(throws: GS1Error(.noURNForm, ai: .glnExtension)) { try place.epcURN(prefixLength: 7) }
    }

    /// Each with its cause and its byte in the URN as it is written.
    @Test(
        arguments: [
            ("", GS1Error.Code.unknownURN, 0), ("urn:epc:id:gid:0614141.12345.400", .unknownURN, 0),
            ("urn:epc:id:grai:0614141.12345.", .emptyValue, 30),
            ("urn:epc:id:giai:0614141.", .emptyValue, 24), ("urn:epc:id:giai:061414x.1", .notNumeric, 22),
            ("urn:epc:idpat:grai:0614141.12345.1", .malformedURN, 33),
            ("urn:epc:id:itip:4012345.012345.1.02.999", .valueTooShort, 31),
            // Found by reading: two digits of the total were taken for the piece's.
            ("urn:epc:id:itip:4012345.012345.1.020.999", .valueTooShort, 31),
            ("urn:epc:id:itip:4012345.012345.010.2.999", .valueTooLong, 33),
            ("urn:epc:id:itip:4012345.012345.03.02.999", .pieceOfTotal, 31),
            ("urn:epc:id:itip:4012345.012345.01.999", .valueTooLong, 36),
            ("urn:epc:id:itip:4012345.012345.01.02", .malformedURN, 36),
            ("urn:epc:id:sgtin:0614141.812345", .malformedURN, 31),
            ("urn:epc:id:sscc:0614141.1234567890.1", .malformedURN, 34),
            ("urn:epc:id:sgtin:06141.81234567.1", .badPrefixLength, 17),
            ("urn:epc:id:sgtin:0614141061414.0.1", .badPrefixLength, 17),
            ("urn:epc:id:sgtin:.0614141061414.1", .badPrefixLength, 17),
            ("urn:epc:id:sgtin:0614141.81234.1", .wrongReferenceLength, 25),
            ("urn:epc:id:sgtin:0614141..1", .wrongReferenceLength, 25),
            ("urn:epc:id:sgtin:0614141.81234x.1", .notNumeric, 30),
            ("urn:epc:id:sgtin:061414x.812345.1", .notNumeric, 23),
            ("urn:epc:idpat:sgtin:9506000.*.*", .notNumeric, 28),
            ("urn:epc:id:sgtin:0614141.812345.", .emptyValue, 32),
            ("urn:epc:id:sgtin:0614141.812345.A/B", .badURICharacter, 33),
            ("urn:epc:id:sgtin:0614141.812345.A%2", .badPercentEncoding, 33),
            ("urn:epc:id:sgtin:0614141.812345.A%ZZ", .badPercentEncoding, 33),
            ("urn:epc:id:sgtin:0614141.812345.A%2FB%00C", .notCSET82, 37),
            ("urn:epc:id:sgtin:0614141.812345.%2F%2F B", .notCSET82, 38),
            ("urn:epc:idpat:sgtin:0614141.812345.1", .malformedURN, 35),
            ("urn:epc:id:sgtin:0614141.812345.12345678901234567890X", .valueTooLong, 52),
            ("urn:epc:id:sgtin:0614141.812345.1234567890123456789%2FX", .valueTooLong, 54),
            ("urn:epc:id:grai:0614141.12345.A%20B", .notCSET82, 31),
            ("urn:epc:id:grai:0614141.12345.0123456789%2FABCDEF", .valueTooLong, 48),
            ("urn:epc:id:giai:0614141.A%2FB%7E", .notCSET82, 29),
            ("urn:epc:id:sgcn:4012345.99999.4x", .notNumeric, 31),
            ("urn:epc:id:sgln:0614141.12345.a b", .notCSET82, 31),
            ("urn:epc:id:cpi:0614141.A%23a.1", .notCSET39, 27),
            ("urn:epc:id:cpi:0614141.A%23A.01", .leadingZero, 29),
        ] as [(String, GS1Error.Code, Int)])
    func refusesOtherText(urn: String, code: GS1Error.Code, position: Int) {
        do {
            _ = try ElementString.parse(epcURN: urn)
            Issue.record("accepted")
        } catch {
            #expect(error.code == code && error.position == position, "\(error)")
        }
    }

    /// RFC 8141, section 3.1: `urn` and the namespace are of either case, what follows is not.
    @Test func theNamespaceIsOfEitherCase() throws {
        let wanted = "urn:epc:id:sgtin:9506000.013435.aB"
        for urn in [wanted, "URN:EPC:id:sgtin:9506000.013435.aB", "Urn:ePc:id:sgtin:9506000.013435.aB"] {
            #expect(CodeForm(of: Array(urn.utf8)) == .urn && EPC.isURN(urn) && EPC.canonical(urn) == wanted)
            #expect(try ElementString.parse(epcURN: urn).epcURN(prefixLength: 7) == wanted)
        }
        #expect(throws: GS1Error(.unknownURN)) {
            try ElementString.parse(epcURN: "URN:EPC:ID:SGTIN:9506000.013435.aB")
        }
        #expect(EPC.canonical("URN:UUID:A") == "URN:UUID:A" && EPC.canonical("urn:ep") == "urn:ep")
        #expect(!EPC.isURN("urn:epc") && !EPC.isURN("urn_epc:id"))
    }
}
