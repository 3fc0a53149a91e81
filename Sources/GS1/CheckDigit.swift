/// The check digit of GTIN, SSCC, GLN and the other numeric keys.
///
/// From the right, the check digit not counted, digits weigh 3, 1, 3, 1 ...; the check digit makes the sum
/// a multiple of 10. It catches every single wrong digit, not every swap of neighbours.
///
/// - Source: GS1 General Specifications, section 7.9.1.
package enum CheckDigit {
    /// The check digit, 0 to 9, that belongs behind the decimal digits of `number`.
    package static func compute(_ number: UInt64) -> UInt64 {
        var rest = number
        var sum: UInt64 = 0
        var weight: UInt64 = 3
        while rest > 0 {
            sum += rest % 10 * weight
            rest /= 10
            weight = 4 - weight
        }
        return (10 - sum % 10) % 10
    }

    /// The check digit, as ASCII, that belongs behind ASCII digits; `nil` if there are others or none.
    package static func compute(digits: some BidirectionalCollection<UInt8>) -> UInt8? {
        guard !digits.isEmpty else { return nil }
        var sum = 0
        var weight = 3
        for digit in digits.reversed() {
            guard digit &- 0x30 < 10 else { return nil }
            sum += Int(digit &- 0x30) * weight
            weight = 4 - weight
        }
        return UInt8((10 - sum % 10) % 10) + 0x30
    }

    /// Whether the last decimal digit of `number` is the check digit of those before it.
    package static func isValid(_ number: UInt64) -> Bool {
        compute(number / 10) == number % 10
    }

    /// Whether the last of two or more ASCII digits is the check digit of those before it.
    package static func isValid(digits: some BidirectionalCollection<UInt8>) -> Bool {
        guard let last = digits.last else { return false }
        return compute(digits: digits.dropLast()) == last
    }
}
