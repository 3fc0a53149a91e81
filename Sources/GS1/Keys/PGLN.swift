/// A party by its GLN (417): who owns, ships or receives, in contrast to where.
///
/// - Source: GS1 General Specifications, section 3.7; EPC Tag Data Standard, section 6.3.
package struct PGLN: IdentificationKey {
    package let gln: GLN

    package init(_ gln: GLN) { self.gln = gln }

    package init(in elements: ElementString) throws(GS1Error) {
        gln = try GLN(digits: elements.required(.party))
    }

    package var keyElements: [ElementString.Element] { [.init(ai: .party, value: gln.digits)] }
}
