/// What text of a file may be.
enum TextRule {
    /// A name of ours: 1 to 64 of A-Z a-z 0-9 - _ . and no dot first.
    case name
    /// A path of a file or directory: 1 to 4,000 bytes without control characters.
    case path
    /// Any text without control characters, up to so many bytes.
    case line(maxBytes: Int)
    /// 1 to so many printable ASCII characters, without some.
    case printable(maxBytes: Int, but: Set<UInt8>)
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
        case .printable(let most, let barred):
            (1...max(1, most)).contains(text.utf8.count)
                && text.utf8.allSatisfy { (0x20...0x7E).contains($0) && !barred.contains($0) }
        case .text(let most): text.utf8.count <= most
        }
    }

    /// The rule as a sentence that says what to write.
    var sentence: String {
        switch self {
        case .name: "Use 1 to 64 letters, digits or - _ . and no dot first."
        case .path: "Write a path without control characters."
        case .line(let most): "Use one line of at most \(most) bytes."
        case .printable(let most, let barred):
            "Use 1 to \(most) printable ASCII characters\(Self.without(barred))."
        case .text(let most): "Use at most \(most) bytes."
        }
    }

    /// The printable ones of some bytes, as the end of a sentence.
    private static func without(_ barred: Set<UInt8>) -> String {
        let signs = barred.filter { (0x20...0x7E).contains($0) }.sorted()
            .map { $0 == 0x20 ? "space" : String(decoding: [$0], as: UTF8.self) }
        return signs.isEmpty ? "" : " without \(signs.joined(separator: " "))"
    }

    private static func hasNoControls(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
