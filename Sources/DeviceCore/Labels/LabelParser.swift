/// Reads a ZPL format into literals and places.
struct LabelParser {
    private var pieces: [LabelTemplate.Piece] = []
    private var literal: [UInt8] = []
    private var field = LabelField()
    private var isOtherSymbol = false
    private var usesUTF8 = false

    mutating func parse(_ text: [UInt8]) throws(LabelTemplate.Fault) -> [LabelTemplate.Piece] {
        guard text.count <= LabelTemplate.maxTemplateBytes else { throw .template("longer than 65536 bytes") }
        let isAllowed = text.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D }
        guard isAllowed else { throw .template("only printable ASCII and line ends are allowed") }
        guard !text.contains(UInt8(ascii: "~")) else {
            throw .template("~ commands act at once and are not allowed")
        }
        let parts = text.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false)
        guard let before = parts.first, before.allSatisfy(Self.isBlank) else {
            throw .template("text before the first command")
        }
        let commands = parts.dropFirst().filter { !$0.starts(with: "FX".utf8) }
            .map { Self.isFieldData($0) ? Array($0) : Self.trimmed($0) }
        let starts = commands.filter { $0 == Array("XA".utf8) }.count
        let ends = commands.filter { $0 == Array("XZ".utf8) }.count
        guard commands.first == Array("XA".utf8), commands.last == Array("XZ".utf8), starts == 1, ends == 1
        else {
            throw .template("must be one format from ^XA to ^XZ")
        }
        for command in commands { try take(command) }
        flush()
        return pieces
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D }

    private static func isFieldData(_ command: ArraySlice<UInt8>) -> Bool { command.starts(with: "FD".utf8) }

    /// Without the blanks and line ends that stand before the next command.
    private static func trimmed(_ command: ArraySlice<UInt8>) -> [UInt8] {
        var command = Array(command)
        while let last = command.last, isBlank(last) { command.removeLast() }
        return command
    }

    private mutating func take(_ command: [UInt8]) throws(LabelTemplate.Fault) {
        let name = String(decoding: command.prefix(2), as: UTF8.self)
        let rest = Array(command.dropFirst(2))
        guard LabelCommands.allows(name) else { throw .command(LabelCommands.shown(command[...])) }
        switch name {
        case "PQ":
            guard rest == Array("1".utf8) else {
                throw .template("^PQ may only be ^PQ1: one format, one label")
            }
        case "CI": usesUTF8 = rest == Array("28".utf8)
        case "GF":
            guard rest.first == UInt8(ascii: "A") else { throw .command(LabelCommands.shown(command[...])) }
        case "FO", "FT", "FS":
            field = LabelField()
            isOtherSymbol = false
        case "FH": field.hexIndicator = rest.first ?? UInt8(ascii: "_")
        case "FB": field.isBlock = true
        case "TB": field.isTextBlock = true
        case "BC": field.symbol = .code128
        case "BX": field.symbol = .dataMatrix(Self.dataMatrixEscape(rest))
        case "BY": break
        case "FD": return try takeData(rest)
        default: if name.first == "B" { isOtherSymbol = true }
        }
        guard !rest.contains(UInt8(ascii: "{")) else {
            throw .template("{ in ^\(name); places belong into ^FD")
        }
        literal += [UInt8(ascii: "^")] + command
    }

    /// Seventh parameter of `^BX`; 0 if it is not written out.
    private static func dataMatrixEscape(_ parameters: [UInt8]) -> UInt8 {
        let all = parameters.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return all.count > 6 ? all[6].first ?? 0 : 0
    }

    private mutating func takeData(_ data: [UInt8]) throws(LabelTemplate.Fault) {
        guard !data.contains(where: { $0 < 0x20 }) else { throw .template("a line end inside ^FD") }
        literal += Array("^FD".utf8)
        var rest = data[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            guard let close = rest[open...].firstIndex(of: UInt8(ascii: "}")) else {
                throw .template("a { without }")
            }
            let name = String(decoding: rest[(open + 1)..<close], as: UTF8.self)
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter && $0.isASCII }) else {
                throw .template("a place is {name} in ASCII letters")
            }
            try checkField(name)
            literal += rest[..<open]
            flush()
            var placed = field
            placed.isUTF8 = usesUTF8
            pieces.append(.place(name, .field(placed)))
            rest = rest[(close + 1)...]
        }
        literal += rest
        if field.symbol == .code128 {
            flush()
            pieces.append(.endOfCode128)
        }
    }

    private func checkField(_ name: String) throws(LabelTemplate.Fault) {
        guard !isOtherSymbol else { throw .template("{\(name)} in a symbol other than ^BC and ^BX") }
        guard case .dataMatrix(let escape) = field.symbol else { return }
        guard escape != 0 else { throw .template("{\(name)}: ^BX must write out its escape character") }
        guard escape != field.hexIndicator else {
            throw .template(
                "{\(name)}: ^FH and ^BX use the same character; the first would eat the second's escapes")
        }
    }

    private mutating func flush() {
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = []
    }
}
