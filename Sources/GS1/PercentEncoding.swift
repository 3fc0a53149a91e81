/// Percent-encoding of URI parts, and the smaller one of EPC URNs.
enum PercentEncoding {
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

    /// Appends `value` decoded. A percent sign without two hex digits stands for itself.
    ///
    /// - Parameter plusIsSpace: Whether `+` means a space, as in a query.
    /// - Returns: The position in `value` of an encoded null character, which is not taken; `nil` if all was.
    static func append(
        decoding value: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool, to text: inout [UInt8]
    ) -> Int? {
        var place = value.startIndex
        while place < value.endIndex {
            let byte = value[place]
            if byte == UInt8(ascii: "%"), value.endIndex - place > 2, let high = hexValue(value[place + 1]),
                let low = hexValue(value[place + 2])
            {
                guard high | low != 0 else { return place }
                text.append(high << 4 | low)
                place += 3
            } else {
                text.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
                place += 1
            }
        }
        return nil
    }
}
