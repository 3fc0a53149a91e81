/// A Global Location Number: 13 digits that name a place or a party; alone, and as a key, the place (414).
///
/// - Source: GS1 General Specifications, sections 2.4 and 3.7.
package struct GLN: NumericKey {
    package static let identifier = ApplicationIdentifier.gln
    package static let digitCount = 13
    package let number: UInt64

    package init(checked number: UInt64) { self.number = number }
}
