/// A Global Location Number: 13 digits that name a party or a place.
///
/// - Source: GS1 General Specifications, section 2.4 and 3.7.
package struct GLN: NumericKey {
    package static let digitCount = 13
    package let number: UInt64

    package init(checked number: UInt64) { self.number = number }
}
