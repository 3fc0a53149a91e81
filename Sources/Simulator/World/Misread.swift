/// Wrong but plausible readings of a code, none of which is the code of another good carton.
enum Misread {
    /// `code` as a camera might misread it: one digit of a key or date, or look-alikes in a text.
    static func of(_ code: PrintedCode, fields: [String], luck: inout SeededRandom) -> PrintedCode {
        var wrong = code
        let count = min(fields.count, code.values.count)
        guard count > 0 else { return wrong }
        let index = luck.below(count)
        if ["01", "02", "11", "13", "15", "17"].contains(fields[index]) {
            wrong.values[index] = withOtherDigit(code.values[index], luck: &luck)
        } else if let text = withLookAlikes(code.values[index]) {
            wrong.values[index] = text
        } else if let key = fields.firstIndex(of: "01"), key < count {
            // One digit of a text of digits could make it the next serial; one of a GTIN breaks its check.
            wrong.values[key] = withOtherDigit(code.values[key], luck: &luck)
        } else {
            wrong.values[index] = otherText(code.values[index])
        }
        return wrong
    }

    /// `text` with its last character replaced by the next of its kind.
    static func otherText(_ text: String) -> String {
        var bytes = Array(text.utf8)
        guard let last = bytes.popLast() else { return "X" }
        let other: UInt8 =
            switch last {
            case 0x30..<0x39, 0x41..<0x5A, 0x61..<0x7A: last + 1
            case 0x39: 0x30
            case 0x5A: 0x41
            default: 0x58
            }
        return String(decoding: bytes + [other == last ? 0x59 : other], as: UTF8.self)
    }

    private static func withOtherDigit(_ text: String, luck: inout SeededRandom) -> String {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return "0" }
        let index = luck.below(bytes.count)
        guard (0x30...0x39).contains(bytes[index]) else { return otherText(text) }
        let digit = Int(bytes[index]) - 0x30
        bytes[index] = UInt8(0x30 + (digit + 1 + luck.below(9)) % 10)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Every look-alike swapped, or `nil` where there is none.
    private static func withLookAlikes(_ text: String) -> String? {
        let pairs: [(UInt8, UInt8)] = [
            (0x30, 0x4F), (0x31, 0x49), (0x32, 0x5A), (0x35, 0x53), (0x36, 0x47), (0x38, 0x42),
        ]
        let swapped = text.utf8.map { byte in
            for (digit, letter) in pairs {
                if byte == digit { return letter }
                if byte == letter { return digit }
            }
            return byte
        }
        let result = String(decoding: swapped, as: UTF8.self)
        return result == text ? nil : result
    }
}
