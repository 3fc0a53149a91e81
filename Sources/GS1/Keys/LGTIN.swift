/// All pieces of a trade item that are of one lot: GTIN (01) and batch or lot number (10).
///
/// - Source: GS1 General Specifications, section 3.4.1; EPC Tag Data Standard, section 6.4.1.
package struct LGTIN: IdentificationKey {
    package let gtin: GTIN
    /// 1 to 20 characters of set 82.
    package let lot: String

    /// - Throws: The rule that `lot` breaks.
    package init(_ gtin: GTIN, lot: String) throws(GS1Error) {
        try ElementString.check(.lot, lot)
        self.gtin = gtin
        self.lot = lot
    }

    package init(in elements: ElementString) throws(GS1Error) {
        gtin = try GTIN(in: elements)
        lot = String(decoding: try elements.required(.lot), as: UTF8.self)
    }

    package var keyElements: [ElementString.Element] {
        gtin.keyElements + [.init(ai: .lot, value: Array(lot.utf8))]
    }
}
