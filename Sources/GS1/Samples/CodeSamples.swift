/// Examples that codes are drawn from.
enum CodeSamples {
    /// Keys, the common ones more often.
    static let keys: [ApplicationIdentifier] = [
        .gtin, .gtin, .gtin, .gtin, .gtin, .sscc, .sscc, .content, .madeToOrderGTIN, .gln, .party, .payTo,
        .grai, .giai, .gdti, .gcn, .ginc, .gsin, .itip, .cpi, .gsrn, .gsrnProvider,
    ]

    /// What stands beside a key on most packs.
    static let common: [ApplicationIdentifier] = [
        .lot, .lot, .expiry, .expiry, .serial, .serial, .consumerProductVariant, .productionDate, .bestBefore,
        .additionalID, .count, .glnExtension, .expiryTime, .variant, .thirdPartySerial, .variableCount,
    ]

    static let symbologies = ["]d2", "]d2", "]C1", "]Q3", "]e0", "]J1"]

    static let stems = [
        "https://id.gs1.org", "https://id.gs1.org", "http://example.com", "https://a.b:8080/some/stem",
        "HTTPS://EXAMPLE.COM", "https://a/00/b",
    ]

    /// Text of the standards and of earlier faults, which damage starts from.
    static let official: [(form: CodeForm, text: String)] = [
        (.scan, "]d2010950600013435221A0001\u{1D}1727123110LOT1"),
        (.scan, "]C100106141412345678908"), (.scan, "]E09506000134352"), (.scan, "]E402345680"),
        (.scan, "]I124012345678905"), (.scan, "]e00195012345678903" + "3103000123"),
        (.scan, "]Q1https://id.gs1.org/01/09506000134352/10/LOT1?17=271231"),
        (.scan, "]d1HTTP://EXAMPLE.COM/01/09506000134352"),
        (.scan, "]J1010950600013435210ABC\u{1D}"), (.scan, "]C0plain"), (.scan, "]d2"),
        (.raw, "^010952123454321310ABC123^99TEST"), (.raw, "^00106141412345678908"),
        (.raw, "^8110061414100000115110110"), (.raw, "^8112001234561234560123456"),
        (.raw, "^01095060001343528007GB82WEST12345698765432"),
        (.bracketed, "(01)09506000134352(21)A\\(1)"), (.bracketed, "(253)9506000134352X(8030)AAAA"),
        (.bracketed, "(8013)1987654Ad4X4bL5ttr2310c2K"),
        (.hri, "(01) 09506000134352 (10) A(1)B\n(17) 271200"),
        (.uri, "https://id.gs1.org/01/09506000134352/22/2A/10/ABC/21/S?17=271231&3103=000195"),
        (.uri, "https://example.org/414/9506000134376/254/32a%2Fb"),
        (.uri, "https://id.gs1.org/8006/095060001343520102/21/1?99=A%2BB"),
        (.urn, "urn:epc:id:sgtin:0614141.812345.6789"), (.urn, "urn:epc:id:sgln:0614141.12345.32a%2Fb"),
        (.urn, "urn:epc:id:grai:0614141.12345.400"), (.urn, "urn:epc:id:giai:0614141.12345400"),
        (.urn, "urn:epc:id:itip:4012345.012345.01.02.987"), (.urn, "urn:epc:id:cpi:0614141.123%2F456.1"),
        (.elements, "0109506000134352"), (.key, "9506000134352"), (.key, "106141412345678908"),
    ]

    /// Whole values of identifiers whose components depend on each other.
    static let values: [UInt16: [String]] = [
        4330: ["001000", "001000-"], 4331: ["001000-"], 4332: ["001000"], 4333: ["000100-"],
        7040: ["1ABC", "1AB-", "1AB_"], 7258: ["1/2", "2/2", "1/9"],
        8001: ["00010000100100", "12345678901019"],
        8007: ["GB82WEST12345698765432", "DE89370400440532013000"],
        8008: ["27123123", "2712312359", "271231235959"],
        8110: ["061414100000115110110", "061414100000115110110110101101109", "06141410000011511011096211"],
        8112: ["001234561234560123456", "161234567890121234569123456789012345"],
        8030: ["-_aZ09", "AAAA", "AB="],
    ]

    /// Values of components that a list or a form rules.
    static let parts: [Linter: [String]] = [
        .iso3166: ["276", "840", "056"], .iso3166999: ["276", "999"], .iso3166alpha2: ["DE", "US"],
        .iso4217: ["978", "840"], .iso5218: ["0", "1", "2", "9"], .winding: ["0", "1", "9"],
        .yesno: ["0", "1"], .zero: ["0"], .hyphen: ["-"], .importeridx: ["A", "_", "0"],
        .latitude: ["1234567890", "1800000000"], .longitude: ["3600000000", "0000000001"],
        .mediatype: ["01", "10", "80", "99"], .packagetype: ["PX", "200"], .pieceoftotal: ["0102", "0909"],
        .posinseqslash: ["1/2"], .iban: ["DE89370400440532013000"],
    ]
}
