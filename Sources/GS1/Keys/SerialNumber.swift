/// A serial number: 1 to 20 characters of GS1 character set 82, held inline in 20 bytes.
///
/// Unused bytes are zero, which no serial holds, so equality is that of three words and order is that of the
/// characters.
///
/// - Source: GS1 General Specifications, section 3.5.2.
package struct SerialNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Most characters of a serial number.
    package static let maxLength = 20

    /// Characters 0-7, 8-15 and 16-19, the first in the most significant byte.
    private let words: (UInt64, UInt64, UInt32)

    /// Takes 1 to 20 ASCII characters.
    ///
    /// - Throws: ``GS1Error/Code/badSerial`` for a wrong length, ``GS1Error/Code/notCSET82`` with the place.
    package init(bytes: some Collection<UInt8>) throws(GS1Error) {
        guard (1...Self.maxLength).contains(bytes.count) else { throw GS1Error(.badSerial) }
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        var place = 0
        for byte in bytes {
            guard CharacterSet.cset82.contains(byte) else { throw GS1Error(.notCSET82, at: place) }
            switch place {
            case 0..<8: words.0 |= UInt64(byte) << UInt64(56 - 8 * place)
            case 8..<16: words.1 |= UInt64(byte) << UInt64(56 - 8 * (place - 8))
            default: words.2 |= UInt32(byte) << UInt32(24 - 8 * (place - 16))
            }
            place += 1
        }
        self.words = words
    }

    /// Takes 1 to 20 characters; errors as ``init(bytes:)``.
    package init(_ text: String) throws(GS1Error) {
        try self.init(bytes: text.utf8)
    }

    /// 1 to 20.
    package var count: Int {
        if words.2 != 0 { return 20 - words.2.trailingZeroBitCount / 8 }
        if words.1 != 0 { return 16 - words.1.trailingZeroBitCount / 8 }
        return 8 - words.0.trailingZeroBitCount / 8
    }

    /// The character at `place`, 0 to 19; 0 behind the last.
    package subscript(place: Int) -> UInt8 {
        switch place {
        case 0..<8: UInt8(truncatingIfNeeded: words.0 >> UInt64(56 - 8 * place))
        case 8..<16: UInt8(truncatingIfNeeded: words.1 >> UInt64(56 - 8 * (place - 8)))
        case 16..<20: UInt8(truncatingIfNeeded: words.2 >> UInt32(24 - 8 * (place - 16)))
        default: 0
        }
    }

    /// The characters as ASCII.
    package var bytes: [UInt8] { (0..<count).map { self[$0] } }

    /// The characters as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { text }

    package static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    package static func < (a: Self, b: Self) -> Bool { a.words < b.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
