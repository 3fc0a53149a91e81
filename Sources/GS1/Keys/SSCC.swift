/// A Serial Shipping Container Code: 18 digits that name one logistic unit.
///
/// Extension digit, company prefix, serial reference, together 17 digits, then the check digit.
///
/// - Source: GS1 General Specifications, section 2.2.1 and 3.3.1.
package struct SSCC: NumericKey {
    package static let identifier = ApplicationIdentifier.sscc
    package static let digitCount = 18
    package let number: UInt64

    package init(checked number: UInt64) { self.number = number }

    /// Makes an SSCC from its parts.
    ///
    /// - Parameter extension: 0 to 9; no meaning, ten times the capacity.
    /// - Parameter companyPrefix: 6 to 12 digits, leading zeros included.
    /// - Parameter serialReference: Fits the digits that remain: 16 less those of the prefix.
    /// - Throws: ``GS1Error/Code/badIndicator``, ``GS1Error/Code/badPrefixLength``,
    ///   ``GS1Error/Code/notNumeric``, ``GS1Error/Code/wrongKeyLength`` for a reference too large.
    package static func make(
        extension digit: Int, companyPrefix: String, serialReference: UInt64
    ) throws(GS1Error) -> SSCC {
        guard (0...9).contains(digit) else { throw GS1Error(.badIndicator) }
        guard (6...12).contains(companyPrefix.utf8.count) else { throw GS1Error(.badPrefixLength) }
        let prefix = try decimalNumber(companyPrefix.utf8)
        guard serialReference < capacity(companyPrefix: companyPrefix) else {
            throw GS1Error(.wrongKeyLength)
        }
        let width = 16 - companyPrefix.utf8.count
        let body = UInt64(digit) * powerOfTen(16) + prefix * powerOfTen(width) + serialReference
        return SSCC(checked: body * 10 + CheckDigit.compute(body))
    }

    /// Serial references that one extension digit and `companyPrefix` have; 0 for no prefix length.
    package static func capacity(companyPrefix: String) -> UInt64 {
        guard (6...12).contains(companyPrefix.utf8.count) else { return 0 }
        return powerOfTen(16 - companyPrefix.utf8.count)
    }

    /// First digit, 0 to 9.
    package var extensionDigit: Int { Int(number / powerOfTen(17)) }

    /// The serial reference behind a company prefix of `prefixLength` digits, 6 to 12; `nil` for others.
    package func serialReference(prefixLength: Int) -> UInt64? {
        guard (6...12).contains(prefixLength) else { return nil }
        return number / 10 % powerOfTen(16 - prefixLength)
    }
}
