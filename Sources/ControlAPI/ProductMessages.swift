/// A product's master data.
package struct ProductMessage: ControlPayload {
    /// 14 digits.
    package var gtin = ""
    /// Its name, for people and labels.
    package var name = ""
    /// Units in a bundle; 0, as for the three after it, where the product has no such level.
    package var itemsPerBundle = 0
    /// Items of the level below in a case.
    package var itemsPerCase = 0
    /// Items of the level below in an outer case.
    package var itemsPerShipper = 0
    /// Items of the level below on a pallet.
    package var itemsPerPallet = 0
    /// Name of the market whose rules the code follows; empty for none.
    package var market = ""
    /// National number with its identifier, `(713)1234567890123`; empty for none.
    package var nationalNumber = ""
    /// What becomes of numbers that were reserved and never printed: `return`, `kill`, or empty for `return`.
    package var unused = ""
    /// Name of the label template of a bundle; empty, as for the three after it, where the one of the line's
    /// configuration is used.
    package var labelBundle = ""
    /// Name of the label template of a case.
    package var labelCase = ""
    /// Name of the label template of an outer case.
    package var labelShipper = ""
    /// Name of the label template of a pallet.
    package var labelPallet = ""
    /// Least and most weight of a full bundle in grams, `1180..1260.5`; empty, as for the three after it,
    /// where nothing limits it.
    package var weightBundleGrams = ""
    /// Weights of a full case.
    package var weightCaseGrams = ""
    /// Weights of a full outer case.
    package var weightShipperGrams = ""
    /// Weights of a full pallet.
    package var weightPalletGrams = ""

    /// Makes an empty product to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("gtin", &gtin)
        try visitor.text("name", &name)
        try visitor.number("itemsPerBundle", &itemsPerBundle)
        try visitor.number("itemsPerCase", &itemsPerCase)
        try visitor.number("itemsPerShipper", &itemsPerShipper)
        try visitor.number("itemsPerPallet", &itemsPerPallet)
        try visitor.text("market", &market)
        try visitor.text("nationalNumber", &nationalNumber)
        try visitor.text("unused", &unused)
        try visitor.text("labelBundle", &labelBundle)
        try visitor.text("labelCase", &labelCase)
        try visitor.text("labelShipper", &labelShipper)
        try visitor.text("labelPallet", &labelPallet)
        try visitor.text("weightBundleGrams", &weightBundleGrams)
        try visitor.text("weightCaseGrams", &weightCaseGrams)
        try visitor.text("weightShipperGrams", &weightShipperGrams)
        try visitor.text("weightPalletGrams", &weightPalletGrams)
    }
}

/// A label template.
package struct LabelMessage: ControlPayload {
    /// Its name on the line: 1 to 40 letters, digits or `-_`.
    package var name = ""
    /// The template, in the language of the line's label printers.
    package var text = ""

    /// Makes an empty template to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.lines("text", &text)
    }
}
