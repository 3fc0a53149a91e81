/// A product as the line knows it.
package struct ProductAnswer: ControlPayload {
    /// Its master data.
    package var product: ProductMessage? = ProductMessage()
    /// Counted up with each definition that changed something, from 1.
    package var version = 0
    /// Who defined it so.
    package var definedBy = ""

    /// Makes an empty product to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.optional("product", &product)
        try visitor.number("version", &version)
        try visitor.text("definedBy", &definedBy)
    }
}

/// The products of the line.
package struct ProductsAnswer: ControlPayload {
    /// By GTIN.
    package var products: [ProductAnswer] = []

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.list("products", &products)
    }
}

/// A version of a label template.
package struct LabelAnswer: ControlPayload {
    /// Its name on the line.
    package var name = ""
    /// Counted up with each text that differs from the one before, from 1.
    package var version = 0
    /// SHA-256 of the text, hexadecimal.
    package var sha256 = ""
    /// Length of the text.
    package var bytes = 0
    /// The text; empty in a list.
    package var text = ""
    /// Who defined it.
    package var definedBy = ""
    /// A newer version is there; batches that are not closed print with this one.
    package var isOlder = false

    /// Makes an empty label to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.number("version", &version)
        try visitor.text("sha256", &sha256)
        try visitor.number("bytes", &bytes)
        try visitor.lines("text", &text)
        try visitor.text("definedBy", &definedBy)
        try visitor.flag("isOlder", &isOlder)
    }
}

/// The label templates of the line that came to it at run time.
package struct LabelsAnswer: ControlPayload {
    /// By name, then version.
    package var labels: [LabelAnswer] = []

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.list("labels", &labels)
    }
}

/// The label template that containers of one level of a batch get.
package struct LabelUseAnswer: ControlPayload {
    /// `bundle`, `case`, `shipper` or `pallet`.
    package var level = ""
    /// Name of the template.
    package var name = ""
    /// Its version when the batch was opened.
    package var version = 0

    /// Makes an empty one to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("level", &level)
        try visitor.text("name", &name)
        try visitor.number("version", &version)
    }
}
