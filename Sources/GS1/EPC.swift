/// EPC URNs: the same keys as pure identity URIs, the company prefix set apart by a dot.
///
/// An element does not say how long its company prefix is; whoever writes a URN has to know. Reading needs
/// nothing.
///
/// | Elements | URN |
/// | --- | --- |
/// | (01)(21) | `urn:epc:id:sgtin:` prefix `.` indicator, item `.` serial |
/// | (01)(10) | `urn:epc:class:lgtin:` prefix `.` indicator, item `.` lot |
/// | (01) | `urn:epc:idpat:sgtin:` prefix `.` indicator, item `.*` |
/// | (00) | `urn:epc:id:sscc:` prefix `.` extension, serial reference |
/// | (414) [(254)] | `urn:epc:id:sgln:` prefix `.` location `.` extension, or `0` for none |
/// | (417) | `urn:epc:id:pgln:` prefix `.` party |
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

        /// The key's element.
        var key: ApplicationIdentifier {
            switch self {
            case .sgtin, .lgtin, .gtin: .gtin
            case .sscc: .sscc
            case .sgln: .gln
            case .pgln: .party
            }
        }

        /// The element of the last part, where there is one.
        var suffix: ApplicationIdentifier? {
            switch self {
            case .sgtin: .serial
            case .lgtin: .lot
            case .sgln: .glnExtension
            case .gtin, .sscc, .pgln: nil
            }
        }

        /// Digits of the first two parts together.
        var bodyDigits: Int {
            switch self {
            case .sgtin, .lgtin, .gtin: 13
            case .sscc: 17
            case .sgln, .pgln: 12
            }
        }

        /// Whether a digit stands before the company prefix in the key and behind it in the URN.
        var hasLeadingDigit: Bool {
            switch self {
            case .sgtin, .lgtin, .gtin, .sscc: true
            case .sgln, .pgln: false
            }
        }
    }

    /// The key's digits with the check digit, from the first two parts of a URN.
    static func key(
        of scheme: Scheme, prefix: ArraySlice<UInt8>, reference: ArraySlice<UInt8>
    ) throws(GS1Error) -> [UInt8] {
        guard (6...12).contains(prefix.count) else { throw GS1Error(.badPrefixLength, at: prefix.startIndex) }
        guard prefix.count + reference.count == scheme.bodyDigits else {
            throw GS1Error(.badPrefixLength, at: reference.startIndex)
        }
        let body =
            scheme.hasLeadingDigit
            ? reference.prefix(1) + prefix + reference.dropFirst() : prefix + reference
        guard let check = CheckDigit.compute(digits: body) else {
            throw GS1Error(.notNumeric, at: prefix.startIndex)
        }
        return Array(body) + [check]
    }

    /// The first two parts of a URN, a dot between them, from the key's digits.
    static func body(
        of scheme: Scheme, key: ArraySlice<UInt8>, prefixLength: Int
    ) throws(GS1Error) -> [UInt8] {
        guard (6...12).contains(prefixLength) else { throw GS1Error(.badPrefixLength) }
        let digits = key.dropLast()
        guard scheme.hasLeadingDigit else {
            return Array(digits.prefix(prefixLength)) + [UInt8(ascii: ".")] + digits.dropFirst(prefixLength)
        }
        let rest = digits.dropFirst()
        return Array(rest.prefix(prefixLength)) + [UInt8(ascii: ".")] + digits.prefix(1)
            + rest.dropFirst(prefixLength)
    }

    /// The characters of set 82 that a URN holds encoded.
    private static let escaped = Array("\"%&/<>?".utf8)

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
    /// Reads an EPC URN of the schemes sgtin, sscc, sgln, pgln, lgtin, or a whole trade item `sgtin:....*`.
    ///
    /// - Throws: ``GS1Error/Code/unknownURN``, ``GS1Error/Code/malformedURN``,
    ///   ``GS1Error/Code/badPrefixLength`` with the place, or the rule a part breaks.
    package static func parse(epcURN text: String, rules: Rules = Rules()) throws(GS1Error) -> ElementString {
        let bytes = Array(text.utf8)
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        guard let scheme = EPC.Scheme.allCases.first(where: { bytes.starts(with: $0.rawValue.utf8) }) else {
            throw GS1Error(.unknownURN)
        }
        let parts = bytes[scheme.rawValue.utf8.count...].split(
            separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == (scheme.suffix == nil && scheme != .gtin ? 2 : 3) else {
            throw GS1Error(.malformedURN, at: scheme.rawValue.utf8.count)
        }
        let key = try EPC.key(of: scheme, prefix: parts[0], reference: parts[1])
        var elements = [(scheme.key, String(decoding: key, as: UTF8.self))]
        if let suffix = scheme.suffix {
            let value = try EPC.decode(parts[2])
            if scheme != .sgln || value != [0x30] {
                elements.append((suffix, String(decoding: value, as: UTF8.self)))
            }
        } else if scheme == .gtin, !parts[2].elementsEqual("*".utf8) {
            throw GS1Error(.malformedURN, at: parts[2].startIndex)
        }
        return try ElementString(elements, rules: rules)
    }

    /// The EPC URN of these elements: of the first of (00), (01), (414), (417) that is there.
    ///
    /// A trade item gives its serialised form where it has a serial, its lot's where it has a lot, else that
    /// of all its items. Other elements are left out.
    ///
    /// - Parameter prefixLength: Digits of the company prefix, 6 to 12. For a GTIN-12 the zero in front
    ///   counts.
    /// - Throws: ``GS1Error/Code/badPrefixLength``; ``GS1Error/Code/noURNForm`` without such a key, and for a
    ///   location extension `0`, which a URN reads as none.
    package func epcURN(prefixLength: Int) throws(GS1Error) -> String {
        guard let scheme = epcScheme, let key = self[scheme.key] else { throw GS1Error(.noURNForm) }
        var text = Array(scheme.rawValue.utf8)
        text += try EPC.body(of: scheme, key: key, prefixLength: prefixLength)
        if scheme == .gtin { text += ".*".utf8 }
        if let suffix = scheme.suffix {
            let value = self[suffix]
            guard value?.elementsEqual("0".utf8) != true || scheme != .sgln else {
                throw GS1Error(.noURNForm, ai: suffix)
            }
            text.append(UInt8(ascii: "."))
            EPC.append(escaping: value ?? [0x30], to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private var epcScheme: EPC.Scheme? {
        if contains(.sscc) { return .sscc }
        if contains(.gtin) { return contains(.serial) ? .sgtin : contains(.lot) ? .lgtin : .gtin }
        if contains(.gln) { return .sgln }
        return contains(.party) ? .pgln : nil
    }
}
