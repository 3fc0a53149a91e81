/// Just enough of Swift's grammar to tell code from comments and text.
enum SwiftSource {
    /// `source` with every byte of comments and string literals replaced by a space; line ends stay, so line
    /// numbers are the same. Code inside `\( )` of a literal is taken for text.
    static func codeOnly(_ source: String) -> String {
        var scanner = Scanner(bytes: Array(source.utf8))
        scanner.scan()
        return String(decoding: scanner.code, as: UTF8.self)
    }

    /// `source` with every byte outside of comments replaced by a space; line ends stay.
    static func commentsOnly(_ source: String) -> String {
        var scanner = Scanner(bytes: Array(source.utf8))
        scanner.scan()
        return String(decoding: scanner.comments, as: UTF8.self)
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

/// Walks over a source once and parts code from comments; what is neither is blank in both.
private struct Scanner {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var code: [UInt8] = []
    private(set) var comments: [UInt8] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
        code.reserveCapacity(bytes.count)
        comments.reserveCapacity(bytes.count)
    }

    mutating func scan() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "/") where next(is: "//"): takeLineComment()
            case UInt8(ascii: "/") where next(is: "/*"): takeBlockComment()
            case UInt8(ascii: "\""), UInt8(ascii: "#"): takeLiteral()
            default: take(1, .code)
            }
        }
    }

    private func next(is expected: String) -> Bool { bytes[index...].starts(with: expected.utf8) }

    private enum Part { case code, comment, literal }

    /// Puts the next `count` bytes where `part` belongs, and spaces elsewhere; line ends go everywhere.
    private mutating func take(_ count: Int, _ part: Part) {
        for _ in 0..<count where index < bytes.count {
            let byte = bytes[index]
            let other = byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " ")
            code.append(part == .code ? byte : other)
            comments.append(part == .comment ? byte : other)
            index += 1
        }
    }

    private mutating func takeLineComment() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { take(1, .comment) }
    }

    private mutating func takeBlockComment() {
        var depth = 0
        repeat {
            if next(is: "/*") {
                depth += 1
                take(2, .comment)
            } else if next(is: "*/") {
                depth -= 1
                take(2, .comment)
            } else {
                take(1, .comment)
            }
        } while depth > 0 && index < bytes.count
    }

    /// `"..."`, `"""..."""`, either between number signs. A number sign before anything else is code.
    private mutating func takeLiteral() {
        let hashes = String(repeating: "#", count: bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count)
        guard next(is: hashes + "\"") else { return take(hashes.utf8.count, .code) }
        let quote = next(is: hashes + "\"\"\"") ? "\"\"\"" : "\""
        take(hashes.utf8.count + quote.utf8.count, .literal)
        while index < bytes.count, !next(is: quote + hashes) {
            // A literal of one line ends with the line even when its quote is missing.
            if quote == "\"", bytes[index] == UInt8(ascii: "\n") { return }
            take(next(is: "\\" + hashes) ? hashes.utf8.count + 2 : 1, .literal)
        }
        take(quote.utf8.count + hashes.utf8.count, .literal)
    }
}
