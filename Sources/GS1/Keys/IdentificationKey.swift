/// A GS1 identification key: the name of an object, a kind of objects, a place or a party.
///
/// | Type | Names | Elements | EPC URN |
/// | --- | --- | --- | --- |
/// | ``GTIN`` | a trade item, all pieces alike | (01) | `urn:epc:idpat:sgtin:` ... `.*` |
/// | ``SGTIN`` | one piece of it | (01)(21) | `urn:epc:id:sgtin:` |
/// | ``LGTIN`` | all pieces of a lot | (01)(10) | `urn:epc:class:lgtin:` |
/// | ``SSCC`` | a logistic unit | (00) | `urn:epc:id:sscc:` |
/// | ``GLN``, ``SGLN`` | a place; a part of it | (414) [(254)] | `urn:epc:id:sgln:` |
/// | ``PGLN`` | a party | (417) | `urn:epc:id:pgln:` |
/// | ``GRAI`` | a returnable asset, or its type | (8003) | `urn:epc:id:grai:`, `urn:epc:idpat:grai:` |
/// | ``GIAI`` | an individual asset | (8004) | `urn:epc:id:giai:` |
///
/// A type only has to say which elements it is; the three ways of writing it come from there. A value always
/// keeps the rules of the dictionary: check digit, length, characters.
package protocol IdentificationKey: Hashable, Sendable, CustomStringConvertible {
    /// Identifiers and values, the key's own first, then what makes it finer.
    var keyElements: [ElementString.Element] { get }

    /// Takes the key out of elements, which may hold more than it.
    ///
    /// - Throws: ``GS1Error/Code/keyMissing`` naming the identifier that is not there.
    init(in elements: ElementString) throws(GS1Error)
}

extension IdentificationKey {
    /// Takes the key out of a Digital Link URI of any stem; attributes and finer parts are left out.
    ///
    /// - Throws: The first rule broken, or ``GS1Error/Code/keyMissing``.
    package init(digitalLink text: String) throws(GS1Error) {
        try self.init(in: .parse(digitalLink: text, rules: .init(requiresPartners: false)))
    }

    /// Takes the key out of an EPC URN; what is finer is left out, so an item's URN also gives its GTIN.
    ///
    /// - Throws: The first rule broken, or ``GS1Error/Code/keyMissing``.
    package init(epcURN text: String) throws(GS1Error) {
        try self.init(in: .parse(epcURN: text, rules: .init(requiresPartners: false)))
    }

    /// The elements as a code carries them.
    package var elementString: ElementString {
        var storage: [UInt8] = []
        let places = keyElements.map { element in
            defer { storage += element.value }
            // A key's value has at most 30 characters, and there are two at most.
            return ElementString.Place(
                ai: element.ai, start: UInt16(truncatingIfNeeded: storage.count),
                count: UInt8(truncatingIfNeeded: element.value.count))
        }
        return ElementString(storage: storage, places: places)
    }

    /// The canonical Digital Link URI: `https://id.gs1.org/01/09506000134352/21/A0001`.
    package var digitalLink: String { DigitalLink.canonical(keyElements) }

    /// The EPC URN.
    ///
    /// - Parameter prefixLength: Digits of the company prefix, 6 to 12; it is not in the key.
    /// - Throws: ``GS1Error/Code/badPrefixLength``, ``GS1Error/Code/unknownPrefix`` for a key that does not
    ///   begin with so many digits; ``GS1Error/Code/noURNForm`` for an extension `0`.
    package func epcURN(prefixLength: Int) throws(GS1Error) -> String {
        try elementString.epcURN(prefixLength: prefixLength)
    }

    /// The EPC URN, by the company prefixes a site knows.
    ///
    /// - Throws: ``GS1Error/Code/unknownPrefix`` for a prefix not among them; ``GS1Error/Code/noURNForm`` for
    ///   an extension `0`.
    package func epcURN(_ prefixes: CompanyPrefixes) throws(GS1Error) -> String {
        try prefixes.epcURN(of: elementString)
    }

    /// The elements in brackets: `(01)09506000134352(21)A0001`.
    package var description: String { elementString.bracketed }
}

extension ElementString {
    /// The value of the first element with `ai`.
    ///
    /// - Throws: ``GS1Error/Code/keyMissing``.
    func required(_ ai: ApplicationIdentifier) throws(GS1Error) -> ArraySlice<UInt8> {
        guard let value = self[ai] else { throw GS1Error(.keyMissing, ai: ai) }
        return value
    }

    /// Judges one value alone by the dictionary; positions count in `value`.
    static func check(_ ai: ApplicationIdentifier, _ value: String) throws(GS1Error) {
        _ = try ElementString([(ai, value)], rules: .init(requiresPartners: false))
    }
}
