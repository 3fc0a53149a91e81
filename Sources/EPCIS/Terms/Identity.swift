import GS1

/// What a URI of an event names, as far as GS1 keys tell.
///
/// EPC URN and Digital Link are two spellings of one identity; ``canonical`` is the same for both.
package struct Identity: Equatable, Sendable {
    /// What kind of thing is named.
    package enum Kind: Equatable, Sendable {
        /// One object: a serialised trade item, asset, coupon, document, part; a logistic unit.
        case instance
        /// All objects of a kind: a trade item, a lot, an asset type.
        case objectClass
        /// A place.
        case location
        /// An organisation.
        case party
        /// A group of shipped objects: consignment, shipment.
        case shipment
        /// No GS1 key.
        case other
    }

    package let kind: Kind
    /// The constrained canonical Digital Link URI of a GS1 key, or the text itself.
    package let canonical: String
    /// Why text that claims to be a GS1 key is none.
    package let fault: GS1Error?

    /// - Parameter uri: Any text; EPC URNs and Digital Link URIs of any domain are looked into.
    package init(_ uri: String) {
        if let kind = CanonicalForm.kind(of: uri) {
            self.init(kind: kind, canonical: uri, fault: nil)
            return
        }
        self.init(judging: uri)
    }

    /// By the rules of GS1, whatever the spelling.
    init(judging uri: String) {
        do {
            guard let elements = try Self.elements(uri), let kind = Self.kind(of: elements) else {
                self.init(kind: .other, canonical: uri, fault: nil)
                return
            }
            self.init(kind: kind, canonical: try elements.objectURI(), fault: nil)
        } catch {
            self.init(kind: .other, canonical: uri, fault: error)
        }
    }

    private init(kind: Kind, canonical: String, fault: GS1Error?) {
        self.kind = kind
        self.canonical = canonical
        self.fault = fault
    }

    /// The elements of an EPC URN or a Digital Link; `nil` for URIs that make no such claim.
    ///
    /// A URI of another domain than GS1's may look like a Digital Link by chance: only a key of right length
    /// with a wrong check digit is held against it.
    private static func elements(_ uri: String) throws(GS1Error) -> ElementString? {
        if EPC.isURN(uri) {
            do {
                return try .parse(epcURN: uri, rules: rules)
            } catch {
                if error.code == .unknownURN, isOtherScheme(uri) { return nil }
                throw error
            }
        }
        guard uri.hasPrefix("http") || uri.hasPrefix("HTTP") else { return nil }
        do {
            return try .parse(digitalLink: uri, rules: rules)
        } catch {
            let isOurs = uri.hasPrefix("https://id.gs1.org/") || uri.hasPrefix("http://id.gs1.org/")
            if isOurs || error.code == .wrongCheckDigit { throw error }
            return nil
        }
    }

    private static let rules = ElementString.Rules(requiresPartners: false)

    /// Schemes without a GS1 key, and patterns: neither is read here.
    private static func isOtherScheme(_ urn: String) -> Bool {
        ["urn:epc:id:gid:", "urn:epc:id:usdod:", "urn:epc:id:adi:", "urn:epc:id:bic:", "urn:epc:id:imovn:"]
            .contains { EPC.canonical(urn).hasPrefix($0) }
    }

    private static func kind(of elements: ElementString) -> Kind? {
        guard let first = elements.keyIdentifier else { return nil }
        func serialised(_ isInstance: Bool) -> Kind { isInstance ? .instance : .objectClass }
        switch first {
        case .gtin: return serialised(elements.contains(.serial) || elements.contains(.thirdPartySerial))
        case .itip: return serialised(elements.contains(.serial))
        case .cpi: return serialised(elements.contains(.cpiSerial))
        case .grai: return serialised((elements[.grai]?.count ?? 0) > 14)
        case .gdti: return serialised((elements[.gdti]?.count ?? 0) > 13)
        case .gcn: return serialised((elements[.gcn]?.count ?? 0) > 13)
        case .sscc, .giai, .gsrn, .gsrnProvider: return .instance
        case .gln: return .location
        case .party: return .party
        case .ginc, .gsin: return .shipment
        default: return nil
        }
    }
}

extension ElementString {
    /// The identifier of the first element: the key, in what was read from a URN or a Digital Link.
    fileprivate var keyIdentifier: ApplicationIdentifier? { identifiers.first }
}

/// The URIs a line writes, recognised as they stand: canonical, so that nothing is left to convert.
///
/// `https://id.gs1.org/` and `00/` SSCC, `01/` GTIN [`/21/` serial or `/10/` lot], `414/` GLN [`/254/`
/// extension], `417/` GLN, with a right check digit and nothing that is escaped. All others are left to GS1.
private enum CanonicalForm {
    static func kind(of uri: String) -> Identity.Kind? {
        let result = uri.utf8.withContiguousStorageIfAvailable { kind(of: $0) }
        return result ?? nil
    }

    private static let start = Array("https://id.gs1.org/".utf8)

    private static func kind(of bytes: UnsafeBufferPointer<UInt8>) -> Identity.Kind? {
        guard bytes.count > 24, bytes.starts(with: start) else { return nil }
        let rest = bytes[start.count...]
        let slash = UInt8(ascii: "/")
        guard let keyEnd = rest.firstIndex(of: slash) else { return nil }
        let value = rest[(keyEnd + 1)...].prefix { $0 != slash }
        let tail = rest[value.endIndex...]
        guard let (digits, kind) = key(rest[..<keyEnd]), value.count == digits, isKey(value) else {
            return nil
        }
        guard !tail.isEmpty else { return kind }
        if kind == .objectClass {
            if isQualified(tail, by: "/21/") { return .instance }
            return isQualified(tail, by: "/10/") ? .objectClass : nil
        }
        return digits == 13 && kind == .location && isQualified(tail, by: "/254/") ? .location : nil
    }

    /// How many digits a key has and what it names.
    private static func key(_ ai: Slice<UnsafeBufferPointer<UInt8>>) -> (digits: Int, Identity.Kind)? {
        var number = 0
        guard ai.count == 2 || ai.count == 3 else { return nil }
        for byte in ai {
            guard URISyntax.isDigit(byte) else { return nil }
            number = number * 10 + Int(byte & 0x0F)
        }
        switch (ai.count, number) {
        case (2, 0): return (18, .instance)
        case (2, 1): return (14, .objectClass)
        case (3, 414): return (13, .location)
        case (3, 417): return (13, .party)
        default: return nil
        }
    }

    /// Whether the last of at most 18 digits is the check digit of the others.
    private static func isKey(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var number: UInt64 = 0
        for byte in value {
            guard URISyntax.isDigit(byte) else { return false }
            number = number * 10 + UInt64(byte & 0x0F)
        }
        return CheckDigit.isValid(number)
    }

    /// Whether `tail` is the qualifier's path and 1 to 20 characters that are never escaped.
    private static func isQualified(
        _ tail: Slice<UnsafeBufferPointer<UInt8>>, by path: StaticString
    ) -> Bool {
        let count = path.utf8CodeUnitCount
        guard (1...20).contains(tail.count - count) else { return false }
        for place in 0..<count where tail[tail.startIndex + place] != path.utf8Start[place] { return false }
        // No tilde, which GS1 serials do not have.
        return tail.dropFirst(count).allSatisfy { byte in
            URISyntax.isLetter(byte) || URISyntax.isDigit(byte) || byte == 0x2D || byte == 0x2E
                || byte == 0x5F
        }
    }
}
