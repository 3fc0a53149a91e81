import GS1
import Testing

/// Goal: Digital Link URIs and element strings say the same. Method: tables of the standard's rules.
@Suite struct DigitalLinkTests {
    private static let item = "09506000134352"

    @Test(
        arguments: [
            ("https://id.gs1.org/01/09506000134352", "(01)09506000134352"),
            ("http://a/01/09506000134352/22/V/10/L/21/S", "(01)09506000134352(22)V(10)L(21)S"),
            ("https://a.b:80/01/09506000134352/235/T?10=L", "(01)09506000134352(235)T(10)L"),
            (
                "HTTPS://A/p/q/01/09506000134352/21/S?17=271231&x=1&linkType=all#01/2",
                "(01)09506000134352(21)S(17)271231"
            ),
            ("https://a/00/x/00/106141412345678908", "(00)106141412345678908"),
            ("https://a/01/09506000134352/10/A%2fB%2Bc+d", "(01)09506000134352(10)A/B+c+d"),
            (
                "https://a/01/09506000134352?3103=001250&&15=271200",
                "(01)09506000134352(3103)001250(15)271200"
            ),
            ("https://a/414/9506000134376/254/X", "(414)9506000134376(254)X"),
            ("https://a/8006/095060001343520102/10/L", "(8006)095060001343520102(10)L"),
            ("https://a/01/09506000134352/10/100%25", "(01)09506000134352(10)100%"),
            // No escape, and no URI by RFC 3986; as GS1's own engine.
            ("https://a/01/09506000134352/10/A%ZZ", "(01)09506000134352(10)A%ZZ"),
            ("https://a/01/09506000134352/10/A%?240=%4", "(01)09506000134352(10)A%(240)%4"),
        ] as [(String, String)])
    func readsURIs(uri: String, bracketed: String) throws {
        let elements = try ElementString.parse(digitalLink: uri)
        #expect(elements.bracketed == bracketed)
        #expect(
            try ElementString.parse(digitalLink: elements.digitalLink()).elements.count
                == elements.elements.count)
        #expect(try ElementString.parse(scan: ("]Q1" + uri).utf8) == elements)
    }

    @Test(
        arguments: [
            ("", GS1Error.Code.badScheme, 0), ("ftp://a/01/09506000134352", .badScheme, 0),
            ("HtTps://a/01/09506000134352", .badScheme, 0),
            ("https://a/01/0950600013 4352", .badURICharacter, 23),
            ("https:///01/09506000134352", .badDomain, 8), ("https://a", .badDomain, 9),
            ("https://a_b/01/09506000134352", .badDomain, 9), ("https://a?01=09506000134352", .badDomain, 9),
            ("https://a/", .noPrimaryKey, 9), ("https://a/01", .noPrimaryKey, 9),
            ("https://a/gtin/09506000134352", .noPrimaryKey, 9),
            ("https://a/01/09506000134352/", .noPrimaryKey, 9),
            ("https://a/21/S", .noPrimaryKey, 9), ("https://a/01/09506000134352/99999/S", .noPrimaryKey, 9),
            ("https://a/01/9506000134352", .valueTooShort, 13), ("https://a/01//21/S", .emptyValue, 13),
            ("https://a/01/09506000134353", .wrongCheckDigit, 26),
            ("https://a/01/09506000134352/21/S/10/L", .badQualifierOrder, 36),
            ("https://a/01/09506000134352/10/L/235/T", .badQualifierOrder, 37),
            ("https://a/01/09506000134352/17/271231", .badQualifierOrder, 31),
            ("https://a/01/09506000134352/10/L/10/L", .repeatedInURI, 36),
            ("https://a/01/09506000134352?17=271231&17=271231", .repeatedInURI, 41),
            ("https://a/01/09506000134352?10=L", .qualifierInQuery, 31),
            ("https://a/01/09506000134352/21/S?10=L", .qualifierInQuery, 36),
            ("https://a/01/09506000134352?21=S", .notAnAttribute, 31),
            ("https://a/01/09506000134352?17=", .emptyValue, 31),
            ("https://a/01/09506000134352?99999=1", .unknownNumericParameter, 28),
            ("https://a/01/09506000134352?=1", .unknownNumericParameter, 28),
            ("https://a/01/09506000134352/10/A%00", .nullInURI, 32),
            ("https://a/01/09506000134352?240=A+B", .notCSET82, 33),
            ("https://a/01/09506000134352?37=1", .excludedPartner, 13),
            // Behind an escape, and in one.
            ("https://a/01/09506000134352/10/%41%2F~%41", .notCSET82, 37),
            ("https://a/01/09506000134352/10/%41%2F%7E%41", .notCSET82, 37),
            ("https://a/01/09506000134352/10/%41%2F%00%41", .nullInURI, 37),
            ("https://a/01/09506000134352/10/%412345678901234567890X", .valueTooLong, 53),
            ("https://a/01/%30%395060001%334353", .wrongCheckDigit, 32),
            ("https://a/01/%30%3950x0001%334352", .notNumeric, 21),
            ("https://a/01/%30950600013435", .valueTooShort, 13),
            ("https://a/01/09506000134352?17=27%31%33%331", .badMonth, 33),
            ("https://a/01/09506000134352?17=270%32%330", .badDay, 37),
            ("https://a/01/09506000134352?240=%41+B", .notCSET82, 35),
            ("https://a/01/09506000134352?240=%4~", .notCSET82, 34),
            ("https://a/01/09506000134352?17=2712%331&240=%41&3103=00000%41", .notNumeric, 58),
        ] as [(String, GS1Error.Code, Int)])
    func refusesURIs(uri: String, code: GS1Error.Code, position: Int) {
        do {
            _ = try ElementString.parse(digitalLink: uri)
            Issue.record("accepted")
        } catch {
            #expect(error.code == code && error.position == position, "\(error)")
        }
    }

    /// The first key leads, qualifiers follow in their order, attributes of predefined length come first.
    @Test(
        arguments: [
            ("(01)09506000134352(21)S(17)271231(10)L(240)X", "/01/09506000134352/10/L/21/S?17=271231&240=X"),
            ("(01)09506000134352(240)X(17)271231", "/01/09506000134352?17=271231&240=X"),
            ("(01)09506000134352(21)A/B\\(C)~", nil),
            ("(01)09506000134352(21)A/B\\(C)%+'", "/01/09506000134352/21/A%2FB%28C%29%25%2B%27"),
            (
                "(00)106141412345678908(02)09506000134352(37)12(10)L",
                "/00/106141412345678908?02=09506000134352&37=12&10=L"
            ),
            ("(01)09506000134352(235)T", "/01/09506000134352/235/T"),
            ("(01)09506000134352(10)A(10)A", "/01/09506000134352/10/A"),
            ("(01)09506000134352(235)T(10)L", nil), ("(03)09506000134352(21)S", nil),
        ] as [(String, String?)])
    func writesCanonicalURIs(bracketed: String, path: String?) throws {
        guard let elements = try? ElementString.parse(bracketed: bracketed) else {
            #expect(path == nil)
            return
        }
        guard let path else {
            #expect(throws: GS1Error.self) { try elements.digitalLink() }
            return
        }
        #expect(try elements.digitalLink() == "https://id.gs1.org" + path)
        #expect(try elements.digitalLink(stem: "http://x/y/") == "http://x/y" + path)
    }

    /// One object, one URI: only the key and its finest qualifier.
    @Test(
        arguments: [
            ("(01)09506000134352(21)S(17)271231(10)L(22)V", "/01/09506000134352/21/S"),
            ("(01)09506000134352(10)L(17)271231", "/01/09506000134352/10/L"),
            ("(01)09506000134352(22)V", "/01/09506000134352"),
            ("(414)9506000134376(254)X", "/414/9506000134376/254/X"),
        ] as [(String, String)])
    func objectsHaveOneURI(bracketed: String, path: String) throws {
        #expect(try ElementString.parse(bracketed: bracketed).objectURI() == "https://id.gs1.org" + path)
    }

    /// Any text goes into one segment of a path and comes back.
    @Test func segmentsReadBack() {
        for text in ["", "A/b ~c", "100%", "é\u{1F600}", "\u{0}\u{1F}%41"] {
            let escaped = PercentEncoding.escaped(text)
            #expect(!escaped.contains("/") && escaped.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            #expect(PercentEncoding.unescaped(escaped) == text)
        }
        #expect(PercentEncoding.escaped("A/b ~c%") == "A%2Fb%20~c%25")
        #expect(PercentEncoding.unescaped("%2f+%41"[...]) == "/+A")
        for wrong in ["%", "%4", "A%4", "%ZZ", "%4G", "%FF", "%C3%28"] {
            #expect(PercentEncoding.unescaped(wrong) == nil, "\(wrong)")
        }
    }
}
