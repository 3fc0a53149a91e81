/// Walks TOML text before the parser does and refuses what the parser must not be given.
///
/// The parser asserts, or worse, on some text that is not TOML: a header without a key, brackets that do not
/// match, odd dates and times, characters outside ASCII where no text is. It also recurses once a bracket or
/// dot. Our files need none of it: values are text, decimal numbers, true or false, lists and tables.
struct TOMLScan {
    /// Deepest nesting of brackets; our own files need 3.
    static let maxDepth = 16
    /// Most dots outside quotes and comments: each may nest a table one deeper.
    static let maxDots = 2_000

    /// What is wrong, and in which line.
    struct Fault: Error {
        var line: Int
        var text: String
        var remedy: String
    }

    /// A key with its value, or a table header, in order.
    struct Statement {
        enum Kind { case value, table, listOfTables }

        var kind: Kind
        /// From 1.
        var line: Int
        /// The key, or the name in the header, blanks around it included.
        var range: Range<Int>
    }

    private let bytes: [UInt8]
    private let keepsStatements: Bool
    private var statements: [Statement] = []
    private var index = 0
    private var line = 1
    /// Brackets that are open, each `[` or `{`, with their lines.
    private var open: [(byte: UInt8, line: Int)] = []
    private var isLineStart = true
    /// Where the line began on which a statement may begin.
    private var lineStart = 0
    /// Where the name in a header begins.
    private var nameStart = 0
    private var isListHeader = false
    private var isHeader = false
    private var expectsValue = false
    private var dots = 0

    private init(_ bytes: [UInt8], keepsStatements: Bool = false) {
        self.bytes = bytes
        self.keepsStatements = keepsStatements
    }

    /// Checks a whole file.
    ///
    /// - Throws: The first fault.
    /// - Complexity: O(bytes).
    static func check(_ bytes: [UInt8]) throws(Fault) {
        var scan = TOMLScan(bytes)
        try scan.walk()
    }

    /// The statements of a whole file.
    ///
    /// - Throws: As ``check(_:)``.
    /// - Complexity: O(bytes).
    static func statements(_ bytes: [UInt8]) throws(Fault) -> [Statement] {
        var scan = TOMLScan(bytes, keepsStatements: true)
        try scan.walk()
        return scan.statements
    }

    private mutating func walk() throws(Fault) {
        while index < bytes.count { try step() }
        if expectsValue { throw fault("the value is missing", "Add it.") }
        if let last = open.last { throw unclosed(last) }
    }

    private mutating func step() throws(Fault) {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "\n"): try endLine()
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
        case UInt8(ascii: "#"):
            if expectsValue { throw fault("the value is missing", "Add it.") }
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            begin()
            try quoted(byte)
        case UInt8(ascii: "["), UInt8(ascii: "{"): try openBracket(byte)
        case UInt8(ascii: "]"), UInt8(ascii: "}"): try closeBracket(byte)
        case UInt8(ascii: "="):
            if let last = open.last, last.byte == UInt8(ascii: "[") { throw unclosed(last) }
            if expectsValue || isHeader { throw fault("a = too many", "Write key = value.") }
            begin()
            if open.isEmpty { keep(.value, from: lineStart, to: index) }
            index += 1
            expectsValue = true
        case UInt8(ascii: ","):
            if expectsValue { throw fault("the value is missing", "Add it.") }
            index += 1
        default: try word()
        }
    }

    private mutating func endLine() throws(Fault) {
        if expectsValue { throw fault("the value is missing", "Add it.") }
        index += 1
        line += 1
        isHeader = false
        if open.isEmpty {
            isLineStart = true
            lineStart = index
        }
    }

    private mutating func keep(_ kind: Statement.Kind, from start: Int, to end: Int) {
        guard keepsStatements, start <= end else { return }
        statements.append(Statement(kind: kind, line: line, range: start..<end))
    }

    private mutating func begin() {
        isLineStart = false
        expectsValue = false
    }

    // MARK: Quotes

    private mutating func quoted(_ quote: UInt8) throws(Fault) {
        let start = line
        let hasEscapes = quote == UInt8(ascii: "\"")
        let isLong = isTriple(quote)
        index += isLong ? 3 : 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                guard isLong else {
                    throw fault(
                        "a text that does not end in its line",
                        "End it with \(String(UnicodeScalar(quote))).")
                }
                line += 1
            }
            if hasEscapes, byte == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] != UInt8(ascii: "\n")
            {
                index += 2
            } else if byte == quote, !isLong || isTriple(quote) {
                return endQuote(quote, isLong: isLong)
            } else {
                index += 1
            }
        }
        guard isLong else { return }
        throw Fault(line: start, text: "a text in three quotes that does not end", remedy: "End it.")
    }

    /// A long text may have two quotes of its own before the three that end it.
    private mutating func endQuote(_ quote: UInt8, isLong: Bool) {
        var left = isLong ? 5 : 1
        while left > 0, index < bytes.count, bytes[index] == quote {
            index += 1
            left -= 1
        }
    }

    private func isTriple(_ quote: UInt8) -> Bool {
        index + 2 < bytes.count && bytes[index] == quote && bytes[index + 1] == quote
            && bytes[index + 2] == quote
    }

    // MARK: Brackets

    private mutating func openBracket(_ byte: UInt8) throws(Fault) {
        if byte == UInt8(ascii: "["), isLineStart { return try header() }
        guard expectsValue || open.last?.byte == UInt8(ascii: "["), !isHeader else {
            throw fault(
                "a bracket where no value can stand", "Write key = value, or [table] alone on its line.")
        }
        guard open.count < Self.maxDepth else {
            throw fault(
                "brackets are nested deeper than \(Self.maxDepth)", "Check that it is the right file.")
        }
        begin()
        open.append((byte, line))
        index += 1
    }

    private mutating func closeBracket(_ byte: UInt8) throws(Fault) {
        if expectsValue { throw fault("the value is missing", "Add it.") }
        if isHeader, byte == UInt8(ascii: "]") {
            if nameStart > 0 { keep(isListHeader ? .listOfTables : .table, from: nameStart, to: index) }
            nameStart = 0
            index += 1
            return
        }
        guard open.last?.byte == (byte == UInt8(ascii: "]") ? UInt8(ascii: "[") : UInt8(ascii: "{")) else {
            throw fault("a closing bracket without its opening one", "Remove it, or add the other.")
        }
        open.removeLast()
        index += 1
    }

    private mutating func header() throws(Fault) {
        isLineStart = false
        isHeader = true
        index += 1
        skipBlanks()
        isListHeader = index < bytes.count && bytes[index] == UInt8(ascii: "[")
        if isListHeader {
            index += 1
            skipBlanks()
        }
        nameStart = index
        let next = index < bytes.count ? bytes[index] : 0
        guard Self.isKeyByte(next) || next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") else {
            throw fault("a table header without a name", "Write [name] or [[name]].")
        }
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }

    // MARK: Words

    /// A bare key, or a number, true or false.
    private mutating func word() throws(Fault) {
        let start = index
        while index < bytes.count, Self.isWordByte(bytes[index]) { index += 1 }
        let word = bytes[start..<index]
        guard !word.isEmpty else {
            let hex = String(bytes[index], radix: 16, uppercase: true)
            throw fault("byte \(hex) cannot stand outside quotes", "Put text in quotes.")
        }
        if expectsValue || open.last?.byte == UInt8(ascii: "[") {
            guard Self.isValue(word) else {
                if let last = open.last, isKeyHere { throw unclosed(last) }
                if open.count > 1, isHeaderHere { throw unclosed(open[open.count - 2]) }
                throw fault(
                    "\(Printable.quoted(String(decoding: word, as: UTF8.self))) is no value",
                    "Put text in quotes; write numbers in decimal digits; true and false stand alone.")
            }
        } else {
            dots += word.count { $0 == UInt8(ascii: ".") }
            guard dots <= Self.maxDots else {
                throw fault("keys with more than \(Self.maxDots) dots", "Check that it is the right file.")
            }
            guard word.allSatisfy({ Self.isKeyByte($0) || $0 == UInt8(ascii: ".") }) else {
                throw fault("a key with other than letters, digits, - and _", "Put the key in quotes.")
            }
        }
        begin()
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        TextRule.isNameByte(byte) && byte != UInt8(ascii: ".")
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        TextRule.isNameByte(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ":")
    }

    /// `true`, `false`, or digits with an optional sign, a point and underscores between digits.
    private static func isValue(_ word: ArraySlice<UInt8>) -> Bool {
        if word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) { return true }
        var digits = word
        if digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-") {
            digits = digits.dropFirst()
        }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count <= 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != UInt8(ascii: "_") && part.last != UInt8(ascii: "_")
                    && part.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
            }
    }

    /// What was just read is a key: a list does not hold any.
    private var isKeyHere: Bool {
        bytes[index...].first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "=")
    }

    /// What was just read stands alone in brackets on its line: the header of a table.
    private var isHeaderHere: Bool {
        let rest = bytes[index...].prefix { $0 != UInt8(ascii: "\n") }.filter { $0 > 0x20 }
        return rest == [UInt8(ascii: "]")]
    }

    private func unclosed(_ bracket: (byte: UInt8, line: Int)) -> Fault {
        let isList = bracket.byte == UInt8(ascii: "[")
        return Fault(
            line: bracket.line, text: "\(isList ? "a [" : "a {") that is not closed",
            remedy: "Close it with \(isList ? "]" : "}").")
    }

    private func fault(_ text: String, _ remedy: String) -> Fault {
        Fault(line: line, text: text, remedy: remedy)
    }
}
