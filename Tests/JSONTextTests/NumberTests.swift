import JSONText
import Testing

/// Goal: a number is an integer exactly when its value is one in range. Method: values at the edges.
@Suite struct NumberTests {
    @Test(
        arguments: [
            ("0", 0, 0), ("-0", 0, 0), ("0.000", 0, 0), ("0e999999999999999999999", 0, 0), ("7", 7, 7),
            ("-7", -7, nil),
            ("1.0", 1, 1), ("1e3", 1000, 1000), ("1000e-3", 1, 1), ("0.001e3", 1, 1), ("12.50e1", 125, 125),
            ("12.50E+2", 1250, 1250), ("1.5", nil, nil), ("1e-1", nil, nil),
            ("1e-99999999999999999999", nil, nil),
            ("9223372036854775807", Int64.max, UInt64(Int64.max)), ("-9223372036854775808", Int64.min, nil),
            ("9223372036854775808", nil, 9_223_372_036_854_775_808), ("-9223372036854775809", nil, nil),
            ("18446744073709551615", nil, UInt64.max), ("18446744073709551616", nil, nil),
            ("1e19", nil, 10_000_000_000_000_000_000),
            ("1e20", nil, nil), ("1e99999999999999999999", nil, nil), ("123456789012345678901", nil, nil),
            ("100000000000000000000000e-23", 1, 1), ("1.00000000000000000000000000", 1, 1),
            ("1.00000000000000000000000001", nil, nil),
        ] as [(String, Int64?, UInt64?)])
    func integersAreExact(text: String, signed: Int64?, unsigned: UInt64?) throws {
        let number = try #require(JSONNumber(text: text))
        #expect(number.int64 == signed)
        #expect(number.uint64 == unsigned)
        #expect(number.text == text)
    }

    @Test(arguments: ["", "-", "01", "1.", ".1", "1e", "0x1", "1 ", " 1", "+1", "NaN", "١"])
    func otherTextIsNoNumber(text: String) {
        #expect(JSONNumber(text: text) == nil)
    }

    @Test func doubles() throws {
        #expect(number("1.25").double == 1.25)
        #expect(number("-1e-3").double == -0.001)
        #expect(number("1e999").double == nil)
        #expect(JSONNumber(Int8.min).text == "-128")
        #expect(JSONValue.integer(UInt64.max).uint64 == .max)
    }
}
