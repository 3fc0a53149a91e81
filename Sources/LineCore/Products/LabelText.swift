/// A version of a label template that came to the line at run time. The rules know names, versions and text;
/// what the text means is the printer's language, which the shell has checked.
package struct LabelText: Equatable, Sendable {
    /// Its name on this line.
    package let name: String
    /// Counted up with each text that differs from the one before, from 1.
    package let version: Int
    /// SHA-256 of the text, hexadecimal.
    package let sha256: String
    /// The template.
    package let text: String
    /// Who defined it.
    package let definedBy: String

    /// Most names of templates on a line; one more is refused.
    package static let maxLabels = 500
    /// Longest text, in bytes: with every byte escaped it still fits well into a line of the journal.
    package static let maxTextBytes = 32_768
    /// Longest name.
    package static let maxName = 40

    /// 1 to 40 letters, digits or `-_`. Without a dot, so that no name looks like a file's.
    package static func isName(_ text: String) -> Bool {
        (1...maxName).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The rule as a sentence that says what to write.
    package static let nameRule = "Use 1 to \(maxName) letters, digits or - _."
}

/// The version of a label template with which a batch was opened, for containers of one level.
package struct LabelUse: Equatable, Sendable {
    /// What it labels.
    package let level: PackLevel
    /// Name of the template.
    package let name: String
    /// Its version.
    package let version: Int

    /// Names a version.
    package init(level: PackLevel, name: String, version: Int) {
        self.level = level
        self.name = name
        self.version = version
    }

    /// `label of cases carton version 3`
    package var words: String { "label of \(level.plural) \(name) version \(version)" }

    /// `case:carton:3`, as the journal has it.
    var text: String { "\(level.rawValue):\(name):\(version)" }

    init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let level = PackLevel(rawValue: parts[0]), LabelText.isName(parts[1]),
            let version = Int(parts[2]), version > 0, String(version) == parts[2]
        else { return nil }
        self.init(level: level, name: parts[1], version: version)
    }
}
