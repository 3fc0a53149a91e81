/// Just enough of Swift's grammar to tell code from comments and text.
enum SwiftSource {
    /// `source` with every byte of comments and string literals replaced by a space; line ends stay, so line
    /// numbers are the same. Code inside `\( )` of a literal is taken for text.
    static func codeOnly(_ source: String) -> String {
        var scanner = Scanner(bytes: Array(source.utf8))
        return String(decoding: scanner.code(), as: UTF8.self)
    }

    /// Modules imported by `source`, with line numbers counted from 1.
    static func imports(of source: String) -> [(module: String, line: Int)] {
        let lines = codeOnly(source).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().flatMap { offset, line in
            line.split(separator: ";").compactMap { statement in
                importedModule(statement).map { (module: $0, line: offset + 1) }
            }
        }
    }

    /// `import M`, `@testable import M`, `package import struct M.T`: `M`.
    private static func importedModule(_ statement: Substring) -> String? {
        let words = statement.split(whereSeparator: \.isWhitespace)
        guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
            words[..<keyword].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
        else { return nil }
        let isKind = kinds.contains(String(words[keyword + 1])) && keyword + 2 < words.count
        let path = words[keyword + (isKind ? 2 : 1)]
        return path.split(separator: ".").first.map(String.init)
    }

    private static let accessLevels: Set<String> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]
}

/// Walks over a source once and blanks what is not code.
private struct Scanner {
    private let bytes: [UInt8]
    private var index = 0
    private var result: [UInt8] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
        result.reserveCapacity(bytes.count)
    }

    mutating func code() -> [UInt8] {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "/") where next(is: "//"): blankLineComment()
            case UInt8(ascii: "/") where next(is: "/*"): blankBlockComment()
            case UInt8(ascii: "\""), UInt8(ascii: "#"): blankLiteral()
            default: keep()
            }
        }
        return result
    }

    private func next(is expected: String) -> Bool { bytes[index...].starts(with: expected.utf8) }

    private mutating func keep() {
        result.append(bytes[index])
        index += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where index < bytes.count {
            result.append(bytes[index] == UInt8(ascii: "\n") ? bytes[index] : UInt8(ascii: " "))
            index += 1
        }
    }

    private mutating func blankLineComment() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank(1) }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if next(is: "/*") {
                depth += 1
                blank(2)
            } else if next(is: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && index < bytes.count
    }

    /// `"..."`, `"""..."""`, either between number signs. A number sign before anything else is code.
    private mutating func blankLiteral() {
        let hashes = String(repeating: "#", count: bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count)
        guard next(is: hashes + "\"") else { return hashes.utf8.forEach { _ in keep() } }
        let quote = next(is: hashes + "\"\"\"") ? "\"\"\"" : "\""
        blank(hashes.utf8.count + quote.utf8.count)
        while index < bytes.count, !next(is: quote + hashes) {
            // A literal of one line ends with the line even when its quote is missing.
            if quote == "\"", bytes[index] == UInt8(ascii: "\n") { return }
            blank(next(is: "\\" + hashes) ? hashes.utf8.count + 2 : 1)
        }
        blank(quote.utf8.count + hashes.utf8.count)
    }
}
