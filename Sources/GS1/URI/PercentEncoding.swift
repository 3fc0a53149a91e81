/// Percent-encoding of URI parts, and the pieces of the smaller one of EPC URNs.
///
/// - Source: RFC 3986, section 2.
package enum PercentEncoding {
    /// `text` with every byte of UTF-8 but unreserved characters as `%XX`.
    package static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(escaping: text.utf8, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text behind an encoded part, or `nil` where it is no percent-encoded UTF-8.
    package static func unescaped(_ part: some StringProtocol) -> String? {
        let given = Array(part.utf8)
        var bytes: [UInt8] = []
        var place = 0
        while place < given.count {
            if given[place] == UInt8(ascii: "%") {
                guard let byte = byte(escapedAt: place, of: given[...]) else { return nil }
                bytes.append(byte)
                place += 3
            } else {
                bytes.append(given[place])
                place += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The byte that `%XX` at `place` of `text` stands for; `nil` without two hex digits of either case.
    static func byte<Text: RandomAccessCollection>(escapedAt place: Int, of text: Text) -> UInt8?
    where Text.Element == UInt8, Text.Index == Int {
        guard text.endIndex - place > 2, text[place] == UInt8(ascii: "%"),
            let high = hexValue(text[place + 1]), let low = hexValue(text[place + 2])
        else { return nil }
        return high << 4 | low
    }

    /// The value of an ASCII hex digit of either case, or `nil`.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Letters, digits, `-`, `.`, `_`, `~`: what a URI part holds as it is.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        ASCIISet(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE).contains(byte)
    }

    /// Appends `%XX` with capital digits.
    static func append(encoded byte: UInt8, to text: inout [UInt8]) {
        let digits: StaticString = "0123456789ABCDEF"
        text.append(UInt8(ascii: "%"))
        text.append(digits.utf8Start[Int(byte >> 4)])
        text.append(digits.utf8Start[Int(byte & 15)])
    }

    /// Appends `value`, everything but unreserved characters encoded.
    static func append(escaping value: some Sequence<UInt8>, to text: inout [UInt8]) {
        for byte in value {
            if isUnreserved(byte) { text.append(byte) } else { append(encoded: byte, to: &text) }
        }
    }
}
