/// A JSON number as it was written; `1.50` stays `1.50`.
package struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number in JSON's own grammar, for example `-12.50e3`.
    package let text: String

    /// Takes `text` if it is a number by the grammar of RFC 8259, section 6.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        let isNumber = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer, limits: JSONLimits())
            return (try? parser.skipNumber()) != nil && parser.index == buffer.count
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// The number as decimal digits.
    package init(_ value: some FixedWidthInteger) {
        text = String(value)
    }

    /// For text that the parser has checked already.
    init(checked text: String) {
        self.text = text
    }

    package var description: String { text }

    /// The value as a signed integer, or `nil` if it is not exactly one in range. `1e3` and `7.0` are.
    package var int64: Int64? {
        guard let (negative, magnitude) = exactInteger else { return nil }
        guard negative else { return Int64(exactly: magnitude) }
        guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }

    /// The value as an unsigned integer, or `nil` if it is not exactly one in range.
    package var uint64: UInt64? {
        guard let (negative, magnitude) = exactInteger, !negative || magnitude == 0 else { return nil }
        return magnitude
    }

    /// The nearest binary floating point value, or `nil` if that would be infinite.
    package var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// Sign and magnitude, or `nil` where a fraction remains or 64 bits do not hold it.
    private var exactInteger: (negative: Bool, magnitude: UInt64)? {
        var parts = Parts()
        for byte in text.utf8 where !parts.take(byte) { return nil }
        guard let magnitude = parts.magnitude else { return nil }
        return (parts.negative, magnitude)
    }
}

extension JSONNumber {
    /// Folds the bytes of a number. Zeros are held back until a later digit needs them, so `1000e-3` and
    /// `1.000` come out exact and a text of a million zeros does not overflow.
    private struct Parts {
        var negative = false
        private var significand: UInt64 = 0
        /// Zeros after `significand` not yet multiplied in.
        private var pendingZeros = 0
        private var fractionDigits = 0
        private var exponent = 0
        private var exponentNegative = false
        private var part = Part.integer
        private enum Part { case integer, fraction, exponent }

        /// - Returns: `false` once the significant digits exceed 64 bits.
        mutating func take(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "-") where part == .exponent: exponentNegative = true
            case UInt8(ascii: "-"): negative = true
            case UInt8(ascii: "+"): break
            case UInt8(ascii: "."): part = .fraction
            case UInt8(ascii: "e"), UInt8(ascii: "E"): part = .exponent
            default: return takeDigit(UInt64(byte &- 0x30))
            }
            return true
        }

        private mutating func takeDigit(_ digit: UInt64) -> Bool {
            if part == .exponent {
                // Beyond a million the value is zero, a fraction or too large whatever the digits were.
                exponent = min(exponent * 10 + Int(digit), 1_000_000_000)
                return true
            }
            if part == .fraction { fractionDigits += 1 }
            guard digit != 0 else {
                pendingZeros += significand == 0 ? 0 : 1
                return true
            }
            guard let scaled = Self.scale(significand, byPowerOfTen: pendingZeros + 1) else { return false }
            let (sum, overflow) = scaled.addingReportingOverflow(digit)
            significand = sum
            pendingZeros = 0
            return !overflow
        }

        var magnitude: UInt64? {
            guard significand != 0 else { return 0 }
            let power = pendingZeros - fractionDigits + (exponentNegative ? -exponent : exponent)
            return Self.scale(significand, byPowerOfTen: power)
        }

        /// `significand` ends in a digit other than 0, so a negative power always leaves a fraction.
        private static func scale(_ value: UInt64, byPowerOfTen power: Int) -> UInt64? {
            guard value != 0 else { return 0 }
            guard power >= 0, power < 20 else { return nil }
            var result = value
            for _ in 0..<power {
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                result = product
            }
            return result
        }
    }
}
