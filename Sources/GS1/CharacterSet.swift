/// The sets of characters a component may hold, as bit masks over ASCII.
///
/// - Source: GS1 General Specifications, section 7.11.
package enum CharacterSet: UInt8, Sendable {
    /// Digits.
    case numeric
    /// The 82 characters of ISO/IEC 646 that GS1 allows; no space, no `# $ @ [ \ ] ^ { | } ~` or accent.
    case cset82
    /// `# - /`, digits and capitals.
    case cset39
    /// base64url: letters, digits, `-`, `_`; padding is judged apart.
    case cset64

    /// Whether `byte` is a member.
    @inline(__always)
    package func contains(_ byte: UInt8) -> Bool { members.contains(byte) }

    @inline(__always)
    private var members: ASCIISet {
        switch self {
        case .numeric: ASCIISet(low: 0x03FF_0000_0000_0000, high: 0)
        case .cset82: ASCIISet(low: 0xFFFF_FFE6_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
        case .cset39: ASCIISet(low: 0x03FF_A008_0000_0000, high: 0x0000_0000_07FF_FFFE)
        case .cset64: ASCIISet(low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
        }
    }

    /// What a byte outside the set is called.
    var fault: GS1Error.Code {
        switch self {
        case .numeric: .notNumeric
        case .cset82: .notCSET82
        case .cset39: .notCSET39
        case .cset64: .notCSET64
        }
    }
}

/// A set of ASCII characters as two bit masks; in a register, so no table is read.
struct ASCIISet {
    /// U+0000 to U+003F, the least significant bit first.
    let low: UInt64
    /// U+0040 to U+007F.
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        guard byte < 0x80 else { return false }
        let mask = byte < 0x40 ? low : high
        return mask >> UInt64(byte & 0x3F) & 1 == 1
    }
}

extension Sequence<UInt8> {
    /// Whether the bytes begin with `text`, which is in small letters; a capital counts as its small letter.
    func begins(ignoringCase text: String) -> Bool {
        var rest = makeIterator()
        return text.utf8.allSatisfy { wanted in
            rest.next().map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } == wanted
        }
    }
}
