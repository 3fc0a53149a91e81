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
/// - Source: EPC Tag Data Standard, sections 6 and 7.
enum EPC {
    /// A scheme of URN: what it begins with and which elements it stands for.
    enum Scheme: String, CaseIterable {
        case sgtin = "urn:epc:id:sgtin:"
        case lgtin = "urn:epc:class:lgtin:"
        case gtin = "urn:epc:idpat:sgtin:"
        case sscc = "urn:epc:id:sscc:"
        case sgln = "urn:epc:id:sgln:"
        case pgln = "urn:epc:id:pgln:"
        case upui = "urn:epc:id:upui:"
        case grai = "urn:epc:id:grai:"
        case graiType = "urn:epc:idpat:grai:"
        case gdti = "urn:epc:id:gdti:"
        case gdtiType = "urn:epc:idpat:gdti:"
        case sgcn = "urn:epc:id:sgcn:"
        case gcn = "urn:epc:idpat:sgcn:"
        case giai = "urn:epc:id:giai:"
        case ginc = "urn:epc:id:ginc:"
        case gsin = "urn:epc:id:gsin:"
        case gsrn = "urn:epc:id:gsrn:"
        case gsrnp = "urn:epc:id:gsrnp:"
        case itip = "urn:epc:id:itip:"
        case itipClass = "urn:epc:idpat:itip:"
        case cpi = "urn:epc:id:cpi:"
        case cpiClass = "urn:epc:idpat:cpi:"

        /// The key's element.
        var key: ApplicationIdentifier {
            switch self {
            case .sgtin, .lgtin, .gtin, .upui: .gtin
            case .sscc: .sscc
            case .sgln: .gln
            case .pgln: .party
            case .grai, .graiType: .grai
            case .gdti, .gdtiType: .gdti
            case .sgcn, .gcn: .gcn
            case .giai: .giai
            case .ginc: .ginc
            case .gsin: .gsin
            case .gsrn: .gsrn
            case .gsrnp: .gsrnProvider
            case .itip, .itipClass: .itip
            case .cpi, .cpiClass: .cpi
            }
        }

        /// What stands behind prefix and reference.
        var tail: Tail {
            switch self {
            case .sgtin: .qualifier(.serial)
            case .lgtin: .qualifier(.lot)
            case .upui: .qualifier(.thirdPartySerial)
            case .sgln: .qualifier(.glnExtension)
            case .cpi: .qualifier(.cpiSerial)
            case .gtin, .graiType, .gdtiType, .gcn, .cpiClass: .wildcard
            case .grai, .gdti, .sgcn: .keySerial
            case .itip: .pieces(.serial)
            case .itipClass: .pieces(nil)
            case .sscc, .pgln, .giai, .ginc, .gsin, .gsrn, .gsrnp: .nothing
            }
        }

        /// Digits of the first two parts together; `nil` where they have no fixed length and no check digit.
        var bodyDigits: Int? {
            switch self {
            case .sgtin, .lgtin, .gtin, .upui, .itip, .itipClass: 13
            case .sscc, .gsrn, .gsrnp: 17
            case .gsin: 16
            case .sgln, .pgln, .grai, .graiType, .gdti, .gdtiType, .sgcn, .gcn: 12
            case .giai, .ginc, .cpi, .cpiClass: nil
            }
        }

        /// Whether a digit stands before the company prefix in the key and behind it in the URN.
        var hasLeadingDigit: Bool {
            switch key {
            case .gtin, .sscc, .itip: true
            default: false
            }
        }

        /// Characters of the key before those of the URN: a GRAI begins with a zero.
        var filler: Int { key == .grai ? 1 : 0 }

        /// Where the company prefix begins in the key's value.
        var prefixStart: Int { filler + (hasLeadingDigit ? 1 : 0) }
    }

    /// What a URN has behind prefix and reference.
    enum Tail: Equatable {
        case nothing
        /// `*`: all objects of the class.
        case wildcard
        /// The value of another element.
        case qualifier(ApplicationIdentifier)
        /// A serial that the key's own element ends in.
        case keySerial
        /// Piece and total, which the key's element ends in, then another element or `*`.
        case pieces(ApplicationIdentifier?)

        /// Parts separated by dots.
        var partCount: Int {
            switch self {
            case .nothing: 0
            case .wildcard, .qualifier, .keySerial: 1
            case .pieces: 3
            }
        }
    }

    /// The key with the check digit, if it has one, from the first two parts of a URN.
    static func key(
        of scheme: Scheme, prefix: ArraySlice<UInt8>, reference: ArraySlice<UInt8>
    ) throws(GS1Error) -> [UInt8] {
        guard (6...12).contains(prefix.count) else { throw GS1Error(.badPrefixLength, at: prefix.startIndex) }
        guard let bodyDigits = scheme.bodyDigits else {
            if let place = prefix.firstIndex(where: { !Linter.isDigit($0) }) {
                throw GS1Error(.notNumeric, at: place)
            }
            guard !reference.isEmpty else { throw GS1Error(.emptyValue, at: reference.startIndex) }
            return Array(prefix) + (try decode(reference))
        }
        guard prefix.count + reference.count == bodyDigits else {
            throw GS1Error(.badPrefixLength, at: reference.startIndex)
        }
        let body =
            scheme.hasLeadingDigit
            ? reference.prefix(1) + prefix + reference.dropFirst() : prefix + reference
        guard let check = CheckDigit.compute(digits: body) else {
            throw GS1Error(.notNumeric, at: prefix.startIndex)
        }
        return [UInt8](repeating: 0x30, count: scheme.filler) + body + [check]
    }

    /// The first two parts of a URN, a dot between them, from the key's element.
    static func body(
        of scheme: Scheme, key: ArraySlice<UInt8>, prefixLength: Int
    ) throws(GS1Error) -> [UInt8] {
        guard (6...12).contains(prefixLength) else { throw GS1Error(.badPrefixLength) }
        var text: [UInt8] = []
        guard let bodyDigits = scheme.bodyDigits else {
            guard key.count > prefixLength, key.prefix(prefixLength).allSatisfy(Linter.isDigit) else {
                throw GS1Error(.badPrefixLength)
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

    /// A serial or lot decoded. Characters that must be encoded may not stand bare.
    static func decode(_ text: ArraySlice<UInt8>) throws(GS1Error) -> [UInt8] {
        var value: [UInt8] = []
        var place = text.startIndex
        while place < text.endIndex {
            if text[place] == UInt8(ascii: "%") {
                guard text.endIndex - place > 2, let high = PercentEncoding.hexValue(text[place + 1]),
                    let low = PercentEncoding.hexValue(text[place + 2])
                else { throw GS1Error(.malformedURN, at: place) }
                value.append(high << 4 | low)
                place += 3
            } else {
                guard !escaped.contains(text[place]) else { throw GS1Error(.malformedURN, at: place) }
                value.append(text[place])
                place += 1
            }
        }
        return value
    }
}

extension ElementString {
    /// Reads an EPC URN of one object or, `urn:epc:class:` and `urn:epc:idpat:...*`, of a class of them.
    ///
    /// - Throws: ``GS1Error/Code/unknownURN``, ``GS1Error/Code/malformedURN``,
    ///   ``GS1Error/Code/badPrefixLength`` with the place, or the rule a part breaks.
    package static func parse(epcURN text: String, rules: Rules = Rules()) throws(GS1Error) -> ElementString {
        try parse(epcURN: Array(text.utf8), rules: rules)
    }

    /// Reads an EPC URN from bytes; see ``parse(epcURN:rules:)-(String,_)``.
    package static func parse(epcURN bytes: [UInt8], rules: Rules = Rules()) throws(GS1Error) -> ElementString
    {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        guard let scheme = EPC.Scheme.allCases.first(where: { bytes.starts(with: $0.rawValue.utf8) }) else {
            throw GS1Error(.unknownURN)
        }
        let tail = scheme.tail
        let start = scheme.rawValue.utf8.count
        // A reference that is not of digits alone may hold dots, and so may what stands last.
        let mayHoldDots = scheme.bodyDigits == nil && tail == .nothing
        let parts = bytes[start...].split(
            separator: UInt8(ascii: "."), maxSplits: mayHoldDots ? 1 : max(2, tail.partCount + 1),
            omittingEmptySubsequences: false)
        guard parts.count == 2 + tail.partCount else { throw GS1Error(.malformedURN, at: start) }
        var key = try EPC.key(of: scheme, prefix: parts[0], reference: parts[1])
        var qualifier: (ApplicationIdentifier, String)?
        switch tail {
        case .nothing: break
        case .wildcard: try checkWildcard(parts[2])
        case .qualifier(let ai):
            let value = try EPC.decode(parts[2])
            if scheme != .sgln || value != [0x30] { qualifier = (ai, String(decoding: value, as: UTF8.self)) }
        case .keySerial:
            guard !parts[2].isEmpty else { throw GS1Error(.emptyValue, at: parts[2].startIndex) }
            key += try EPC.decode(parts[2])
        case .pieces(let ai):
            key += parts[2] + parts[3]
            if let ai {
                qualifier = (ai, String(decoding: try EPC.decode(parts[4]), as: UTF8.self))
            } else {
                try checkWildcard(parts[4])
            }
        }
        let element = (scheme.key, String(decoding: key, as: UTF8.self))
        return try ElementString([element] + [qualifier].compactMap(\.self), rules: rules)
    }

    private static func checkWildcard(_ part: ArraySlice<UInt8>) throws(GS1Error) {
        guard part.elementsEqual("*".utf8) else { throw GS1Error(.malformedURN, at: part.startIndex) }
    }

    /// The EPC URN of these elements: of the first key that has one.
    ///
    /// A key gives its serialised form where it has a serial, a trade item its lot's where it has a lot, else
    /// that of the whole class. Other elements are left out.
    ///
    /// - Parameter prefixLength: Digits of the company prefix, 6 to 12. For a GTIN-12 the zero in front
    ///   counts.
    /// - Throws: ``GS1Error/Code/badPrefixLength``; ``GS1Error/Code/noURNForm`` without such a key, and for a
    ///   location extension `0`, which a URN reads as none.
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
