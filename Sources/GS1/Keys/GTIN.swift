/// A Global Trade Item Number, in the 14 digits that codes and records carry.
///
/// GTIN-8, -12 and -13 are the same numbers with zeros in front.
///
/// - Source: GS1 General Specifications, section 2.1 and 3.3.2.
package struct GTIN: NumericKey {
    package static let identifier = ApplicationIdentifier.gtin
    package static let digitCount = 14
    package let number: UInt64

    package init(checked number: UInt64) { self.number = number }

    /// Takes 8, 12, 13 or 14 ASCII digits, check digit included.
    ///
    /// - Throws: ``GS1Error/Code/wrongKeyLength``, ``GS1Error/Code/notNumeric``,
    ///   ``GS1Error/Code/wrongCheckDigit``.
    package init(digits: some Collection<UInt8>) throws(GS1Error) {
        guard Format(rawValue: digits.count) != nil else { throw GS1Error(.wrongKeyLength) }
        let number = try decimalNumber(digits)
        guard CheckDigit.isValid(number) else { throw GS1Error(.wrongCheckDigit, at: digits.count - 1) }
        self.number = number
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

    /// How many digits a GTIN is written with outside of element strings: GTIN-8, GTIN-12 (U.P.C.), GTIN-13
    /// (EAN) and GTIN-14.
    package enum Format: Int, Sendable, CaseIterable {
        case gtin8 = 8, gtin12 = 12, gtin13 = 13, gtin14 = 14

        /// For example `GTIN-13`.
        package var name: String { "GTIN-\(rawValue)" }
    }

    /// The shortest format that holds the number; the one it was allotted in.
    package var format: Format {
        Format.allCases.first { number < powerOfTen($0.rawValue) } ?? .gtin14
    }

    /// The digits in another format, or `nil` if it is too short for this number.
    package func text(as format: Format) -> String? {
        guard format.rawValue >= self.format.rawValue else { return nil }
        return String(decoding: decimalDigits(number, count: format.rawValue), as: UTF8.self)
    }
}
