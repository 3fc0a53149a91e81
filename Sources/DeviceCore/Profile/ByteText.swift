/// Bytes as text for profiles: printable ASCII stands for itself, `<NAME>` for a control character by its
/// ASCII name, `<xHH>` for any byte in hexadecimal, `<LT>` for `<` itself.
///
/// Examples: `<STX>`, `<CR><LF>`, `||>TRIGGER ON<CR><LF>`, `<x7E><x01>0000`.
public enum ByteText {
    /// Names of the bytes 00 to 1F, in order, then DEL and the less-than sign.
    static let controlNames = [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO",
        "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS",
        "US",
    ]

    /// The bytes that `text` stands for.
    ///
    /// - Throws: ``ProfileFault`` with an empty path for a byte outside 20 to 7E, an unclosed `<` or an
    ///   unknown name.
    public static func bytes(_ text: String) throws(ProfileFault) -> [UInt8] {
        var result: [UInt8] = []
        var name: [UInt8]?
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte) else {
                throw ProfileFault("", "byte \(hex(byte)) is not printable ASCII; write <x\(hex(byte))>")
            }
            if var open = name {
                if byte == UInt8(ascii: ">") {
                    result.append(try named(open))
                    name = nil
                } else {
                    open.append(byte)
                    name = open
                }
            } else if byte == UInt8(ascii: "<") {
                name = []
            } else {
                result.append(byte)
            }
        }
        guard name == nil else {
            throw ProfileFault("", "a < without > in \"\(text)\"; write <LT> for the sign")
        }
        return result
    }

    /// The text for `bytes`; ``bytes(_:)`` gives them back.
    ///
    /// - Parameter but: Printable bytes written as `<xHH>` all the same.
    public static func text(_ bytes: some Sequence<UInt8>, but: [UInt8] = []) -> String {
        var result = ""
        for byte in bytes {
            switch byte {
            case _ where but.contains(byte): result += "<x\(hex(byte))>"
            case 0..<0x20: result += "<\(controlNames[Int(byte)])>"
            case UInt8(ascii: "<"): result += "<LT>"
            case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "<x\(hex(byte))>"
            }
        }
        return result
    }

    private static func named(_ name: [UInt8]) throws(ProfileFault) -> UInt8 {
        let word = String(decoding: name, as: UTF8.self)
        if let index = controlNames.firstIndex(of: word) { return UInt8(index) }
        if word == "DEL" { return 0x7F }
        if word == "LT" { return UInt8(ascii: "<") }
        // `UInt8(_:radix:)` would take a sign.
        let digits = word.dropFirst()
        if word.first == "x", digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
            let byte = UInt8(digits, radix: 16)
        {
            return byte
        }
        throw ProfileFault("", "unknown byte name <\(word)>; use an ASCII control name, <xHH> or <LT>")
    }

    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
