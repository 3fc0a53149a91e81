/// A Global Trade Item Number, in the 14 digits that codes and records carry.
///
/// GTIN-8, -12 and -13 are the same numbers with zeros in front.
///
/// - Source: GS1 General Specifications, section 2.1 and 3.3.2.
package struct GTIN: NumericKey {
    package static let digitCount = 14
    package let number: UInt64

    package init(checked number: UInt64) { self.number = number }

    /// Takes 8, 12, 13 or 14 ASCII digits, check digit included.
    ///
    /// - Throws: ``GS1Error/Code/wrongKeyLength``, ``GS1Error/Code/notNumeric``,
    ///   ``GS1Error/Code/wrongCheckDigit``.
    package init(digits: some Collection<UInt8>) throws(GS1Error) {
        switch digits.count {
        case 8, 12, 13, 14: break
        default: throw GS1Error(.wrongKeyLength)
        }
        let number = try decimalNumber(digits)
        guard CheckDigit.isValid(number) else { throw GS1Error(.wrongCheckDigit, at: digits.count - 1) }
        self.number = number
    }

    /// Takes 8, 12, 13 or 14 digits; errors as ``init(digits:)``.
    package init(_ text: String) throws(GS1Error) {
        try self.init(digits: text.utf8)
    }

    /// First digit: 0 for the base item, 1 to 8 for packaging levels of it, 9 for variable measure.
    package var indicator: Int { Int(number / powerOfTen(13)) }

    /// The same item under another indicator, with the check digit that belongs to it.
    ///
    /// - Parameter indicator: 0 to 9.
    /// - Throws: ``GS1Error/Code/badIndicator``.
    package func with(indicator: Int) throws(GS1Error) -> GTIN {
        guard (0...9).contains(indicator) else { throw GS1Error(.badIndicator) }
        let item = number % powerOfTen(13) / 10
        let body = UInt64(indicator) * powerOfTen(12) + item
        return GTIN(checked: body * 10 + CheckDigit.compute(body))
    }

    /// The shortest customary form: 8, 12, 13 or 14 digits.
    package var shortText: String {
        let count =
            number < powerOfTen(8) ? 8 : number < powerOfTen(12) ? 12 : number < powerOfTen(13) ? 13 : 14
        return String(decoding: decimalDigits(number, count: count), as: UTF8.self)
    }
}
