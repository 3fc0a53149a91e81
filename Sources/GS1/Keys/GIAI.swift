/// A Global Individual Asset Identifier (8004): one asset of a company, whatever its kind.
///
/// A company prefix and a reference, together 5 to 30 characters; where one ends is not in the key.
///
/// - Source: GS1 General Specifications, sections 2.3.2 and 3.9.
package struct GIAI: IdentificationKey {
    /// Company prefix and reference.
    package let text: String

    /// - Throws: The rule that the text breaks.
    package init(_ text: String) throws(GS1Error) {
        try ElementString.check(.giai, text)
        self.text = text
    }

    package init(in elements: ElementString) throws(GS1Error) {
        text = String(decoding: try elements.required(.giai), as: UTF8.self)
    }

    package var keyElements: [ElementString.Element] { [.init(ai: .giai, value: Array(text.utf8))] }
}
