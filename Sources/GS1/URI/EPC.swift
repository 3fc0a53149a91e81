/// EPC URNs: the same keys as pure identity URIs, the company prefix set apart by a dot.
///
/// An element does not say how long its company prefix is; whoever writes a URN has to know. Reading needs
/// nothing.
///
/// | Elements | URN, each followed by prefix `.` |
/// | --- | --- |
/// | (01)(21), (01)(10) | `urn:epc:id:sgtin:` indicator, item `.` serial; `urn:epc:class:lgtin:` ... lot |
/// | (01)(235) | `urn:epc:id:upui:` indicator, item `.` third party's serial |
/// | (01) | `urn:epc:idpat:sgtin:` indicator, item `.*` |
/// | (00) | `urn:epc:id:sscc:` extension, serial reference |
/// | (414) [(254)], (417) | `urn:epc:id:sgln:` location `.` extension, or `0`; `urn:epc:id:pgln:` party |
/// | (8003), (253), (255) | `urn:epc:id:grai:`, `gdti:`, `sgcn:` type `.` serial; `idpat` ... `.*` |
/// | (8004), (401) | `urn:epc:id:giai:`, `urn:epc:id:ginc:` reference |
/// | (402), (8018), (8017) | `urn:epc:id:gsin:`, `gsrn:`, `gsrnp:` reference |
/// | (8006) [(21)] | `urn:epc:id:itip:` indicator, item, piece, total, serial; `idpat` ... `.*` |
/// | (8010) [(8011)] | `urn:epc:id:cpi:` part `.` serial; `urn:epc:idpat:cpi:` ... `.*` |
///
/// `urn:epc:` may be of either case, as in every URN; what follows is read as it is written here.
///
/// - Source: EPC Tag Data Standard, sections 6 and 7; RFC 8141, section 3.1.
package enum EPC {
    /// What every EPC URN begins with.
    static let namespace = "urn:epc:"

    /// Whether a text begins as EPC URNs do.
    package static func isURN(_ text: String) -> Bool { text.utf8.begins(ignoringCase: namespace) }

    /// An EPC URN with `urn:epc:` in small letters; other text as it is.
    package static func canonical(_ text: String) -> String {
        isURN(text) ? namespace + String(text.unicodeScalars.dropFirst(namespace.utf8.count)) : text
    }

    /// The key with the check digit, if it has one, from the first two parts of a URN.
    private static func key(
        of scheme: Scheme, prefix: ArraySlice<UInt8>, reference: ArraySlice<UInt8>
    ) throws(GS1Error) -> DecodedValue {
        try checkDigits(prefix, of: scheme)
        guard (6...12).contains(prefix.count) else {
            throw GS1Error(.badPrefixLength, ai: scheme.key, at: prefix.startIndex)
        }
        var key = DecodedValue(from: prefix.startIndex)
        guard let bodyDigits = scheme.bodyDigits else {
            guard !reference.isEmpty else {
                throw GS1Error(.emptyValue, ai: scheme.key, at: reference.startIndex)
            }
            key.append(prefix)
            try append(decoding: reference, of: scheme.key, to: &key)
            return key
        }
        try checkDigits(reference, of: scheme)
        guard prefix.count + reference.count == bodyDigits else {
            throw GS1Error(.wrongReferenceLength, ai: scheme.key, at: reference.startIndex)
        }
        // A zero in front and the check digit do not stand in the URN; both are right.
        for _ in 0..<scheme.filler { key.append(0x30, from: prefix.startIndex) }
        if scheme.hasLeadingDigit { key.append(reference.prefix(1)) }
        key.append(prefix)
        key.append(scheme.hasLeadingDigit ? reference.dropFirst() : reference)
        if let check = CheckDigit.compute(digits: key.bytes) { key.append(check, from: reference.startIndex) }
        return key
    }

    private static func checkDigits(_ part: ArraySlice<UInt8>, of scheme: Scheme) throws(GS1Error) {
        if let place = part.firstIndex(where: { !Linter.isDigit($0) }) {
            throw GS1Error(.notNumeric, ai: scheme.key, at: place)
        }
    }

    /// The first two parts of a URN, a dot between them, from the key's element.
    static func body(
        of scheme: Scheme, key: ArraySlice<UInt8>, prefixLength: Int
    ) throws(GS1Error) -> [UInt8] {
        guard (6...12).contains(prefixLength) else { throw GS1Error(.badPrefixLength) }
        var text: [UInt8] = []
        guard let bodyDigits = scheme.bodyDigits else {
            guard key.count > prefixLength, key.prefix(prefixLength).allSatisfy(Linter.isDigit) else {
                throw GS1Error(.unknownPrefix, ai: scheme.key)
            }
            text.append(contentsOf: key.prefix(prefixLength))
            text.append(UInt8(ascii: "."))
            append(escaping: key.dropFirst(prefixLength), to: &text)
            return text
        }
        let digits = key.dropFirst(scheme.filler).prefix(bodyDigits)
        let rest = scheme.hasLeadingDigit ? digits.dropFirst() : digits
        text.append(contentsOf: rest.prefix(prefixLength))
        text.append(UInt8(ascii: "."))
        if scheme.hasLeadingDigit { text.append(contentsOf: digits.prefix(1)) }
        text.append(contentsOf: rest.dropFirst(prefixLength))
        return text
    }

    /// The characters of set 82 that a URN holds encoded.
    private static let escaped = Array("\"#%&/<>?".utf8)

    /// Appends a serial or lot, only what must be encoded.
    static func append(escaping value: some Sequence<UInt8>, to text: inout [UInt8]) {
        for byte in value {
            if escaped.contains(byte) {
                PercentEncoding.append(encoded: byte, to: &text)
            } else {
                text.append(byte)
            }
        }
    }

    /// Reads a URN, an element after another.
    ///
    /// - Parameter take: Gets each element and where it stands in the text.
    static func read(
        _ bytes: [UInt8],
        _ take: (ApplicationIdentifier, DecodedValue, Range<Int>) throws(GS1Error) -> Void
    ) throws(GS1Error) {
        guard let scheme = Scheme(of: bytes) else { throw GS1Error(.unknownURN) }
        let parts = parts(of: bytes, scheme)
        func part(_ place: Int) throws(GS1Error) -> ArraySlice<UInt8> {
            guard place < parts.count else { throw GS1Error(.malformedURN, at: bytes.count) }
            return parts[place]
        }
        func range(_ first: Int, _ last: Int) -> Range<Int> { parts[first].startIndex..<parts[last].endIndex }
        var key = try key(of: scheme, prefix: part(0), reference: part(1))
        switch scheme.tail {
        case .nothing:
            try take(scheme.key, key, range(0, 1))
        case .wildcard:
            try take(scheme.key, key, range(0, 1))
            try checkWildcard(part(2))
        case .qualifier(let ai):
            try take(scheme.key, key, range(0, 1))
            let value = try value(of: ai, part(2))
            if scheme != .sgln || value.bytes != [0x30] { try take(ai, value, range(2, 2)) }
        case .keySerial:
            let serial = try part(2)
            guard !serial.isEmpty else {
                throw GS1Error(.emptyValue, ai: scheme.key, at: serial.startIndex)
            }
            try append(decoding: serial, of: scheme.key, to: &key)
            try take(scheme.key, key, range(0, 2))
        case .pieces(let ai):
            for place in 2...3 { try append(pieces: part(place), of: scheme.key, to: &key) }
            try take(scheme.key, key, range(0, 3))
            if let ai {
                try take(ai, value(of: ai, part(4)), range(4, 4))
            } else {
                try checkWildcard(part(4))
            }
        }
        let wanted = 2 + scheme.tail.partCount
        guard parts.count <= wanted else { throw GS1Error(.malformedURN, at: parts[wanted].startIndex - 1) }
    }

    /// What stands between the dots.
    private static func parts(of bytes: [UInt8], _ scheme: Scheme) -> [ArraySlice<UInt8>] {
        // A reference that is not of digits alone may hold dots, and so may what stands last.
        let mayHoldDots = scheme.bodyDigits == nil && scheme.tail == .nothing
        return bytes[scheme.rawValue.utf8.count...].split(
            separator: UInt8(ascii: "."), maxSplits: mayHoldDots ? 1 : max(2, scheme.tail.partCount + 1),
            omittingEmptySubsequences: false)
    }

    private static func checkWildcard(_ part: ArraySlice<UInt8>) throws(GS1Error) {
        guard part.elementsEqual("*".utf8) else { throw GS1Error(.malformedURN, at: part.startIndex) }
    }

    /// A serial, lot or extension, which is a part of its own.
    private static func value(
        of ai: ApplicationIdentifier, _ part: ArraySlice<UInt8>
    ) throws(GS1Error) -> DecodedValue {
        var value = DecodedValue(from: part.startIndex)
        try append(decoding: part, of: ai, to: &value)
        return value
    }

    /// Appends piece or total of an ITIP: two digits each.
    private static func append(
        pieces part: ArraySlice<UInt8>, of ai: ApplicationIdentifier, to key: inout DecodedValue
    ) throws(GS1Error) {
        guard part.count == 2 else {
            let isShort = part.count < 2
            throw GS1Error(
                isShort ? .valueTooShort : .valueTooLong, ai: ai, at: part.startIndex + (isShort ? 0 : 2))
        }
        key.append(part)
    }

    /// Appends a part of a URN without its escapes. Characters that must be encoded may not stand bare.
    private static func append(
        decoding part: ArraySlice<UInt8>, of ai: ApplicationIdentifier, to value: inout DecodedValue
    ) throws(GS1Error) {
        var place = part.startIndex
        while place < part.endIndex {
            if part[place] == UInt8(ascii: "%") {
                guard let byte = PercentEncoding.byte(escapedAt: place, of: part) else {
                    throw GS1Error(.badPercentEncoding, ai: ai, at: place)
                }
                value.append(byte, from: place)
                place += 3
            } else {
                guard !escaped.contains(part[place]) else {
                    throw GS1Error(.badURICharacter, ai: ai, at: place)
                }
                value.append(part[place], from: place)
                place += 1
            }
        }
    }
}

extension ElementString {
    /// Reads an EPC URN of one object or, `urn:epc:class:` and `urn:epc:idpat:...*`, of a class of them.
    ///
    /// - Throws: ``GS1Error/Code/unknownURN``, ``GS1Error/Code/malformedURN``,
    ///   ``GS1Error/Code/badPrefixLength``, ``GS1Error/Code/wrongReferenceLength``, or the rule that a part
    ///   breaks; with the place in `text`.
    package static func parse(epcURN text: String, rules: Rules = Rules()) throws(GS1Error) -> ElementString {
        try parse(epcURN: Array(text.utf8), rules: rules)
    }

    /// Reads an EPC URN from bytes; see ``parse(epcURN:rules:)-(String,_)``.
    package static func parse(epcURN bytes: [UInt8], rules: Rules = Rules()) throws(GS1Error) -> ElementString
    {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        let judge = Judge(rules)
        var builder = Builder()
        try EPC.read(bytes) { (ai, value, _) throws(GS1Error) in try builder.append(value, of: ai, judge) }
        return try builder.finish(judge)
    }

    /// The EPC URN of these elements: of the first key that has one.
    ///
    /// A key gives its serialised form where it has a serial, a trade item its lot's where it has a lot, else
    /// that of the whole class. Other elements are left out.
    ///
    /// - Parameter prefixLength: Digits of the company prefix, 6 to 12. For a GTIN-12 the zero in front
    ///   counts.
    /// - Throws: ``GS1Error/Code/badPrefixLength``; ``GS1Error/Code/unknownPrefix`` for a key that does not
    ///   begin with so many digits; ``GS1Error/Code/noURNForm`` without such a key, and for a location
    ///   extension `0`, which a URN reads as none.
    package func epcURN(prefixLength: Int) throws(GS1Error) -> String {
        guard let scheme = epcScheme, let key = self[scheme.key] else { throw GS1Error(.noURNForm) }
        var text = Array(scheme.rawValue.utf8)
        text += try EPC.body(of: scheme, key: key, prefixLength: prefixLength)
        let dot = UInt8(ascii: ".")
        let star = Array(".*".utf8)
        switch scheme.tail {
        case .nothing: break
        case .wildcard: text += star
        case .qualifier(let ai):
            let value = self[ai]
            guard value?.elementsEqual("0".utf8) != true || scheme != .sgln else {
                throw GS1Error(.noURNForm, ai: ai)
            }
            text.append(dot)
            EPC.append(escaping: value ?? [0x30], to: &text)
        case .keySerial:
            text.append(dot)
            EPC.append(escaping: key.dropFirst(scheme.filler + 13), to: &text)
        case .pieces(let ai):
            text.append(dot)
            text += key.dropFirst(14).prefix(2)
            text.append(dot)
            text += key.dropFirst(16)
            if let ai {
                text.append(dot)
                EPC.append(escaping: self[ai] ?? [], to: &text)
            } else {
                text += star
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The scheme of the first key that has a URN.
    var epcScheme: EPC.Scheme? {
        for place in places {
            switch place.ai {
            case .sscc: return .sscc
            case .gtin:
                if contains(.serial) { return .sgtin }
                if contains(.thirdPartySerial) { return .upui }
                return contains(.lot) ? .lgtin : .gtin
            case .gln: return .sgln
            case .party: return .pgln
            case .grai: return place.count > 14 ? .grai : .graiType
            case .gdti: return place.count > 13 ? .gdti : .gdtiType
            case .gcn: return place.count > 13 ? .sgcn : .gcn
            case .giai: return .giai
            case .ginc: return .ginc
            case .gsin: return .gsin
            case .gsrn: return .gsrn
            case .gsrnProvider: return .gsrnp
            case .itip: return contains(.serial) ? .itip : .itipClass
            case .cpi: return contains(.cpiSerial) ? .cpi : .cpiClass
            default: continue
            }
        }
        return nil
    }
}
