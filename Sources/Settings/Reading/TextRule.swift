/// What text of a file may be.
enum TextRule {
    /// A name of ours: 1 to 64 of A-Z a-z 0-9 - _ . and no dot first.
    case name
    /// A path of a file or directory: 1 to 4,000 bytes without control characters.
    case path
    /// Any text without control characters, up to so many bytes.
    case line(maxBytes: Int)
    /// Any text, up to so many bytes; line ends and tabs may be in it.
    case text(maxBytes: Int)

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether `text` keeps the rule.
    func allows(_ text: String) -> Bool {
        switch self {
        case .name:
            (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isNameByte)
                && text.utf8.first != 0x2E
        case .path: (1...4_000).contains(text.utf8.count) && Self.hasNoControls(text)
        case .line(let most): text.utf8.count <= most && Self.hasNoControls(text)
        case .text(let most): text.utf8.count <= most
        }
    }

    /// The rule as a sentence that says what to write.
    var sentence: String {
        switch self {
        case .name: "Use 1 to 64 letters, digits or - _ . and no dot first."
        case .path: "Write a path without control characters."
        case .line(let most): "Use one line of at most \(most) bytes."
        case .text(let most): "Use at most \(most) bytes."
        }
    }

    private static func hasNoControls(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
