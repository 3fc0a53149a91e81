/// A product's master data came to the line, or changed.
package struct ProductDefined: Equatable, Sendable {
    /// All of it.
    package var product = Product()
    /// Version of this GTIN's data, from 1.
    package var version = 0
    /// Who.
    package var actor = ""
}

/// A label template came to the line, or changed. Its text is here: the journal needs no other file.
package struct LabelDefined: Equatable, Sendable {
    /// Name of the template.
    package var name = ""
    /// Version of the text under this name, from 1.
    package var version = 0
    /// SHA-256 of the text, hexadecimal.
    package var sha256 = ""
    /// The template.
    package var text = ""
    /// Who.
    package var actor = ""
}

extension ProductDefined: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("gt", "gtin", &product.gtin)
        try visitor.count("v", "version", &version)
        try visitor.text("pr", "product", &product.name)
        try visitor.packing(&product.packing)
        try visitor.text("mk", "market", &product.market)
        try visitor.text("nn", "nationalNumber", &product.nationalNumber)
        try visitor.unused(&product.unused)
        try visitor.text("lk", "labelBundle", &product.labels[.bundle])
        try visitor.text("lc", "labelCase", &product.labels[.case])
        try visitor.text("ls", "labelShipper", &product.labels[.shipper])
        try visitor.text("lp", "labelPallet", &product.labels[.pallet])
        try visitor.weights(&product.weights)
        try visitor.text("o", "operator", &actor)
    }
}

extension LabelDefined: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("nm", "label", &name)
        try visitor.count("v", "version", &version)
        try visitor.text("sha", "sha256", &sha256)
        try visitor.text("tx", "text", &text)
        try visitor.text("o", "operator", &actor)
    }
}
