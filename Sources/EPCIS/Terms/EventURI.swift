import GS1

/// A URI of an event, kept as it came. What it may name is told by the type.
///
/// Equality is that of the text. ``matches(_:)`` and ``canonical`` see through the two spellings of a GS1
/// key: `urn:epc:id:sgtin:9506000.013435.A1` and `https://id.gs1.org/01/09506000134352/21/A1` match.
package protocol EventURI: Hashable, Sendable, CustomStringConvertible {
    /// The URI as written.
    var text: String { get }
    /// Takes any text; what is valid is the validation's part.
    init(_ text: String)
}

extension EventURI {
    package var description: String { text }

    /// What the URI names.
    package var identity: Identity { Identity(text) }

    /// The canonical Digital Link URI of a GS1 key, any other URI as it is: the key to find it by.
    package var canonical: String { identity.canonical }

    /// Whether both name the same.
    package func matches(_ other: Self) -> Bool { text == other.text || canonical == other.canonical }

    /// The EPC URN, what EPCIS 1.2 wants.
    ///
    /// - Parameter prefixLength: Digits of the company prefix, 6 to 12; it is not in the data.
    /// - Throws: ``GS1Error`` where the URI is no key with a URN form, or the prefix does not fit.
    package func epcURN(prefixLength: Int) throws(GS1Error) -> String {
        if CodeForm(of: Array(text.utf8)) == .urn { return EPC.canonical(text) }
        return try ElementString.parse(digitalLink: text, rules: .init(requiresPartners: false))
            .epcURN(prefixLength: prefixLength)
    }
}

/// One object: what stands in `epcList`, `childEPCs`, `parentID`, `inputEPCList`, `outputEPCList`.
package struct EPCURI: EventURI {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// A serialised trade item, as Digital Link.
    package init(_ gtin: GTIN, serial: SerialNumber) {
        text = SGTIN(gtin, serial: serial).digitalLink
    }

    /// A unit packet of tobacco with the serial of an ID issuer, as Digital Link.
    ///
    /// - Throws: ``GS1Error`` unless the serial is 1 to 28 characters of set 82.
    package init(_ gtin: GTIN, thirdPartySerial serial: String) throws(GS1Error) {
        let elements = try ElementString([(.gtin, gtin.text), (.thirdPartySerial, serial)])
        text = try elements.objectURI()
    }

    /// A logistic unit, as Digital Link.
    package init(_ sscc: SSCC) {
        text = sscc.digitalLink
    }
}

/// All objects of a kind: what stands in `epcClass`.
package struct EPCClassURI: EventURI {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// All items of a trade item, as Digital Link.
    package init(_ gtin: GTIN) {
        text = gtin.digitalLink
    }

    /// All items of a lot, as Digital Link.
    ///
    /// - Throws: ``GS1Error`` unless the lot is 1 to 20 characters of set 82.
    package init(_ gtin: GTIN, lot: String) throws(GS1Error) {
        text = try LGTIN(gtin, lot: lot).digitalLink
    }
}

/// A place: what stands in `readPoint`, `bizLocation`, and as source or destination of type `location`.
package struct LocationURI: EventURI {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// A place, as Digital Link.
    package init(_ gln: GLN) {
        text = gln.digitalLink
    }

    /// A part of a place, as Digital Link.
    ///
    /// - Throws: ``GS1Error`` unless the extension is 1 to 20 characters of set 82.
    package init(_ gln: GLN, extension part: String) throws(GS1Error) {
        text = try SGLN(gln, extension: part).digitalLink
    }
}

/// An organisation: what stands as source or destination that owns or possesses.
package struct PartyURI: EventURI {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// An organisation, as Digital Link (417).
    package init(_ gln: GLN) {
        text = PGLN(gln).digitalLink
    }
}

/// Any other URI: a business transaction, an event, a device, a certificate.
package struct PlainURI: EventURI {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// A business document of a company: `urn:epcglobal:cbv:bt:{GLN}:{number}`.
    ///
    /// - Source: CBV 2.0, section 8.5.
    package init(document number: String, of gln: GLN) {
        text = "urn:epcglobal:cbv:bt:\(gln.text):" + PercentEncoding.escaped(number)
    }

    /// What is wrong with a `urn:epcglobal:cbv:bt:` URN: its GLN, or that no number follows. `nil` for other
    /// URIs.
    static func documentFault(_ uri: String) -> GS1Error? {
        let start = "urn:epcglobal:cbv:bt:"
        guard uri.hasPrefix(start) else { return nil }
        let parts = uri.utf8.dropFirst(start.utf8.count)
            .split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        do throws(GS1Error) {
            _ = try GLN(digits: parts[0])
            return parts.count == 2 && !parts[1].isEmpty ? nil : GS1Error(.emptyValue)
        } catch {
            return error
        }
    }

    /// A UUID as URI, 16 bytes.
    package init(uuid bytes: [UInt8]) {
        let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { part in
            URISyntax.hex(bytes.prefix(part.upperBound).dropFirst(part.lowerBound))
        }
        text = "urn:uuid:" + parts.joined(separator: "-")
    }
}
