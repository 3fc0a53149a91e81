/// A place (414), or with a GLN extension (254) a part of it, which its owner names as it likes.
///
/// - Source: GS1 General Specifications, sections 3.5 and 3.7; EPC Tag Data Standard, section 6.3.3.
package struct SGLN: IdentificationKey {
    package let gln: GLN
    /// 1 to 20 characters of set 82; `nil` is the place as a whole.
    package let part: String?

    /// - Throws: The rule that `part` breaks.
    package init(_ gln: GLN, extension part: String? = nil) throws(GS1Error) {
        if let part { try ElementString.check(.glnExtension, part) }
        self.gln = gln
        self.part = part
    }

    package init(in elements: ElementString) throws(GS1Error) {
        gln = try GLN(in: elements)
        part = elements.text(.glnExtension)
    }

    package var keyElements: [ElementString.Element] {
        gln.keyElements + (part.map { [.init(ai: .glnExtension, value: Array($0.utf8))] } ?? [])
    }
}
