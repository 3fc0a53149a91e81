import JSONText

/// Decimal numbers as text, exactly.
enum Decimal {
    /// A JSON number without exponent, superfluous zeros or sign of zero: `12.50` is `12.5`, `1e2` is `100`.
    ///
    /// With more than 400 digits of exponent the number stays as it is: nobody means that.
    static func canonical(_ text: String) -> String {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        var exponent = 0
        let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        var digits = mantissa.filter(URISyntax.isDigit)[...]
        if let point = mantissa.firstIndex(of: UInt8(ascii: ".")) {
            exponent -= mantissa.endIndex - point - 1
        }
        let tail = rest[mantissa.endIndex...].dropFirst()
        if !tail.isEmpty {
            guard tail.count <= 5, let value = Int(String(decoding: tail, as: UTF8.self)), abs(value) <= 400
            else { return text }
            exponent += value
        }
        digits = digits.drop { $0 == 0x30 }
        let trailing = digits.reversed().prefix { $0 == 0x30 }.count
        digits = digits.dropLast(trailing)
        exponent += trailing
        guard !digits.isEmpty else { return "0" }
        var result: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        if exponent >= 0 {
            result += digits + [UInt8](repeating: 0x30, count: exponent)
        } else if digits.count > -exponent {
            result += digits.dropLast(-exponent) + [UInt8(ascii: ".")] + digits.suffix(-exponent)
        } else {
            result += [0x30, UInt8(ascii: ".")]
            result += [UInt8](repeating: 0x30, count: -exponent - digits.count) + digits
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether a JSON number is less than, equal to or more than zero.
    static func sign(_ text: String) -> Int {
        let mantissa = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        guard mantissa.contains(where: { (0x31...0x39).contains($0) }) else { return 0 }
        return text.utf8.first == UInt8(ascii: "-") ? -1 : 1
    }

    /// Whether a JSON number has no fraction.
    static func isWhole(_ text: String) -> Bool {
        let plain = canonical(text)
        // What stays in exponent form is a fraction if the exponent is negative.
        guard plain.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
            return !plain.utf8.contains(UInt8(ascii: "."))
        }
        return sign(text) == 0 || !plain.utf8.dropFirst().contains(UInt8(ascii: "-"))
    }

    /// Whether the first JSON number is less than the second; `nil` where they are beyond comparing.
    static func isLess(_ a: JSONNumber, _ b: JSONNumber) -> Bool? {
        guard let a = a.double, let b = b.double else { return nil }
        return a < b
    }
}
