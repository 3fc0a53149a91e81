/// A key of a fixed number of digits whose last is a check digit: GTIN, SSCC, GLN.
///
/// Kept as its number, so a key is eight bytes, compares at once and prints with its leading zeros.
package protocol NumericKey: IdentificationKey, Comparable {
    /// The identifier of the element that carries it.
    static var identifier: ApplicationIdentifier { get }
    /// Digits of the key as stored, check digit included.
    static var digitCount: Int { get }
    /// All digits read as a decimal number.
    var number: UInt64 { get }
    /// For numbers that were judged already.
    init(checked number: UInt64)
    /// Takes the key's digits, check digit included.
    ///
    /// - Throws: ``GS1Error/Code/wrongKeyLength``, ``GS1Error/Code/notNumeric``,
    ///   ``GS1Error/Code/wrongCheckDigit``.
    init(digits: some Collection<UInt8>) throws(GS1Error)
}

extension NumericKey {
    /// Takes the whole key as a number.
    ///
    /// - Throws: ``GS1Error/Code/wrongKeyLength``, ``GS1Error/Code/wrongCheckDigit``.
    package init(number: UInt64) throws(GS1Error) {
        guard number < powerOfTen(Self.digitCount) else { throw GS1Error(.wrongKeyLength) }
        guard CheckDigit.isValid(number) else { throw GS1Error(.wrongCheckDigit, at: Self.digitCount - 1) }
        self.init(checked: number)
    }

    package init(digits: some Collection<UInt8>) throws(GS1Error) {
        guard digits.count == Self.digitCount else { throw GS1Error(.wrongKeyLength) }
        try self.init(number: decimalNumber(digits))
    }

    /// Takes the key's digits, check digit included; errors as ``init(digits:)``.
    package init(_ text: String) throws(GS1Error) {
        try self.init(digits: text.utf8)
    }

    /// Makes the key of its other digits by computing the check digit.
    ///
    /// - Throws: ``GS1Error/Code/wrongKeyLength``, ``GS1Error/Code/notNumeric``.
    package init(withoutCheckDigit digits: some Collection<UInt8>) throws(GS1Error) {
        let body = try decimalNumber(digits)
        let check = UInt8(CheckDigit.compute(body)) + 0x30
        try self.init(digits: Array(digits) + [check])
    }

    package init(in elements: ElementString) throws(GS1Error) {
        try self.init(digits: elements.required(Self.identifier))
    }

    package var keyElements: [ElementString.Element] { [.init(ai: Self.identifier, value: digits)] }

    /// The digits as ASCII, leading zeros included.
    package var digits: [UInt8] { decimalDigits(number, count: Self.digitCount) }

    /// The digits as text, leading zeros included.
    package var text: String { String(decoding: digits, as: UTF8.self) }

    package var description: String { text }

    /// The last digit, 0 to 9.
    package var checkDigit: Int { Int(number % 10) }

    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// 10 to the power of `exponent`, for 0 to 19.
func powerOfTen(_ exponent: Int) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<max(0, min(exponent, 19)) { power *= 10 }
    return power
}

/// The number that at most 18 ASCII digits spell.
func decimalNumber(_ digits: some Collection<UInt8>) throws(GS1Error) -> UInt64 {
    guard digits.count <= 18 else { throw GS1Error(.wrongKeyLength) }
    var number: UInt64 = 0
    var place = 0
    for digit in digits {
        guard digit &- 0x30 < 10 else { throw GS1Error(.notNumeric, at: place) }
        number = number * 10 + UInt64(digit &- 0x30)
        place += 1
    }
    return number
}

/// The last `count` decimal digits of `number` as ASCII, zeros in front.
func decimalDigits(_ number: UInt64, count: Int) -> [UInt8] {
    var digits = [UInt8](repeating: 0x30, count: max(0, count))
    var rest = number
    for place in digits.indices.reversed() {
        digits[place] = UInt8(rest % 10) + 0x30
        rest /= 10
    }
    return digits
}
