/// A Global Returnable Asset Identifier (8003): a kind of asset such as a keg, or one piece of it.
///
///     0 4012345 55555 4 987
///     - ------- ----- - ---
///     | prefix  type  | serial component, 0 to 16 characters
///     a zero          check digit
///
/// - Source: GS1 General Specifications, sections 2.3.1 and 3.9.
package struct GRAI: IdentificationKey {
    /// 13 digits, check digit included.
    package let assetType: String
    /// 1 to 16 characters of set 82; `nil` names all assets of the type.
    package let serial: String?

    /// - Parameter assetType: 13 digits, check digit included.
    /// - Throws: The rule that either breaks; positions count from the zero in front.
    package init(assetType: String, serial: String? = nil) throws(GS1Error) {
        guard assetType.utf8.count == 13 else { throw GS1Error(.wrongKeyLength) }
        guard serial?.isEmpty != true else { throw GS1Error(.emptyValue, ai: .grai, at: 14) }
        try ElementString.check(.grai, "0" + assetType + (serial ?? ""))
        self.assetType = assetType
        self.serial = serial
    }

    package init(in elements: ElementString) throws(GS1Error) {
        let value = try elements.required(.grai).dropFirst()
        assetType = String(decoding: value.prefix(13), as: UTF8.self)
        serial = value.count > 13 ? String(decoding: value.dropFirst(13), as: UTF8.self) : nil
    }

    package var keyElements: [ElementString.Element] {
        [.init(ai: .grai, value: Array(("0" + assetType + (serial ?? "")).utf8))]
    }
}
