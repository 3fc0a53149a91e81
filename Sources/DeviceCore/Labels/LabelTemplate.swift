/// One label with `{name}` places, filled so that no value can end its field, become a command or turn into
/// other data.
///
/// In ZPL a place stands inside a `^FD` field. How a value is written depends on its field. Text: printable
/// ASCII; with `^FH` also `^`, `~` and the indicator, as hexadecimal, and with `^CI28` before it UTF-8. Code
/// 128 (`^BC`): `>` as `><`. DataMatrix (`^BX`, whose escape character must be written out): the escape
/// doubled, GS as FNC1. What cannot be written is refused. A GS1-128 symbol (`>8` first) with more than 48
/// characters is refused.
///
/// A ZPL template is one format `^XA ... ^XZ` for one label: only commands that draw it
/// (``LabelCommands``), no immediate `~` commands, no quantity but 1.
///
/// In another language places stand anywhere, values are written by the ``LabelTextRule`` of the printer's
/// profile, and the commands are not judged: the profile's own commands begin and end the label.
/// - Source: ZPL II programming guide, ^FH, ^BX, ^BC, ^CI, ^PQ; GS1 General Specifications, section 5.4 (48
///   characters).
public struct LabelTemplate: Equatable, Sendable {
    /// Why a template or a value was refused.
    public enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        /// The template breaks a rule; the text says which.
        case template(String)
        /// The template has this command, which is none of those that draw a label.
        case command(String)
        /// No value was given for this place.
        case missing(String)
        /// A value was given for a place the template does not have.
        case unexpected(String)
        /// The value for this place holds a byte its field cannot carry.
        case unsafe(String)
        /// The value for this place is longer than the printer takes: 256 bytes in ZPL.
        case tooLong(String)
        /// A GS1-128 symbol would hold this many characters; 48 is the most.
        case symbolTooLong(characters: Int)

        /// What is wrong, without the value.
        public var description: String {
            switch self {
            case .template(let text): return "label template: \(text)"
            case .command(let name): return "label template: \(name) is not allowed in it"
            case .missing(let name): return "label: no value for {\(name)}"
            case .unexpected(let name): return "label: the template has no {\(name)}"
            case .unsafe(let name): return "label: {\(name)} holds a byte that its field cannot carry"
            case .tooLong(let name): return "label: {\(name)} is longer than the printer takes"
            case .symbolTooLong(let count):
                return "label: a GS1-128 symbol of \(count) characters; 48 is the most"
            }
        }
    }

    /// What to do about a template that was refused.
    public static func remedy(for fault: Fault) -> String {
        if case .command = fault { return LabelCommands.remedy }
        return "Correct the template."
    }

    static let maxValueBytes = 256
    static let maxTemplateBytes = 65_536

    enum Piece: Equatable, Sendable {
        case literal([UInt8])
        case place(String, LabelPlace)
        /// The end of a Code 128 field's data, whose length is then known.
        case endOfCode128
    }

    /// What it is written in.
    public let language: LabelLanguage
    let pieces: [Piece]

    /// Names of the places, sorted, each once.
    public var names: [String] {
        Set(
            pieces.compactMap { piece in
                if case .place(let name, _) = piece { return name }
                return nil
            }
        ).sorted()
    }

    /// - Parameters:
    ///   - text: The template. ZPL: ASCII, line ends anywhere between commands, `^FX` comments are dropped.
    ///     Another language: as ``LabelTextParser`` draws it.
    ///   - language: What its printer is written to in.
    /// - Throws: ``Fault/template(_:)``, ``Fault/command(_:)``.
    public init(_ text: String, _ language: LabelLanguage) throws(Fault) {
        self.language = language
        switch language {
        case .zpl:
            var parser = LabelParser()
            pieces = try parser.parse(Array(text.utf8))
        case .text(let rule): pieces = try LabelTextParser.parse(text, rule)
        }
    }

    /// The language that a template names itself, other than ZPL, for whoever does not know its printer.
    public static func language(of text: String) -> LabelLanguage {
        LabelTextParser.language(of: text).map { .text(LabelTextRule(anyPrinterOf: $0)) } ?? .zpl
    }

    /// The label's bytes with every place filled.
    ///
    /// - Parameter values: A value for each of ``names``, and no other.
    /// - Throws: Any case of ``Fault`` but `template` and `command`; nothing is to be sent then.
    public func filled(_ values: [String: String]) throws(Fault) -> [UInt8] {
        let known = names
        for name in values.keys.sorted() where !known.contains(name) { throw .unexpected(name) }
        var bytes: [UInt8] = []
        var symbol: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let fixed):
                bytes += fixed
                if let start = Self.lastFieldData(fixed) { symbol = start } else { symbol += fixed }
            case .place(let name, let place):
                guard let value = values[name] else { throw .missing(name) }
                guard value.utf8.count <= place.maxValueBytes else { throw .tooLong(name) }
                guard let written = place.written(Array(value.utf8)) else { throw .unsafe(name) }
                bytes += written
                symbol += written
            case .endOfCode128:
                let count = Self.gs1Characters(symbol)
                guard count <= 48 else { throw .symbolTooLong(characters: count) }
            }
        }
        return bytes
    }

    /// What follows the last `^FD` of a literal, or `nil` if it has none.
    private static func lastFieldData(_ literal: [UInt8]) -> [UInt8]? {
        let mark = Array("^FD".utf8)
        guard literal.count >= mark.count else { return nil }
        for start in stride(from: literal.count - mark.count, through: 0, by: -1)
        where literal[start...].starts(with: mark) {
            return Array(literal[(start + mark.count)...])
        }
        return nil
    }

    /// Characters of a GS1-128 symbol (separators count, the first FNC1 does not), or 0 for another Code 128.
    static func gs1Characters(_ data: [UInt8]) -> Int {
        var count = 0
        var isGS1 = false
        var index = 0
        while index < data.count {
            guard data[index] == UInt8(ascii: ">"), index + 1 < data.count else {
                count += 1
                index += 1
                continue
            }
            switch data[index + 1] {
            case UInt8(ascii: "8"):
                if count == 0 && !isGS1 { isGS1 = true } else { count += 1 }
            case UInt8(ascii: "<"): count += 1
            default: break  // Start and code change characters carry no data.
            }
            index += 2
        }
        return isGS1 ? count : 0
    }
}

/// Where a place stands, which decides how its value is written.
enum LabelPlace: Equatable, Sendable {
    case field(LabelField)
    case text(LabelTextRule)

    var maxValueBytes: Int {
        switch self {
        case .field: LabelTemplate.maxValueBytes
        case .text(let rule): rule.maxValueBytes
        }
    }

    func written(_ value: [UInt8]) -> [UInt8]? {
        switch self {
        case .field(let field): field.written(value)
        case .text(let rule): rule.written(value)
        }
    }
}

/// The kind of ZPL field a place lies in, which decides how its value is written.
struct LabelField: Equatable, Sendable {
    enum Symbol: Equatable, Sendable {
        case text
        case code128
        /// With its escape character.
        case dataMatrix(UInt8)
    }

    var symbol = Symbol.text
    /// `^FH` indicator, if the field has one.
    var hexIndicator: UInt8?
    /// `^FB`: backslash begins a control.
    var isBlock = false
    /// `^TB`: `<` begins a control.
    var isTextBlock = false
    /// `^CI28` came before.
    var isUTF8 = false

    /// The value's bytes as field data, or `nil` if one cannot be written.
    func written(_ value: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        for byte in value {
            guard let bytes = written(byte) else { return nil }
            result += bytes
        }
        return result
    }

    private func written(_ byte: UInt8) -> [UInt8]? {
        switch symbol {
        case .text:
            if isBlock && byte == UInt8(ascii: "\\") { return nil }
            if isTextBlock && byte == UInt8(ascii: "<") { return nil }
            if byte >= 0x80 { return isUTF8 ? hex(byte) : nil }
            return (0x20...0x7E).contains(byte) ? plain(byte) : nil
        case .code128:
            if byte == UInt8(ascii: ">") { return Array("><".utf8) }
            return (0x20...0x7E).contains(byte) ? plain(byte) : nil
        case .dataMatrix(let escape):
            if byte == escape { return [escape, escape] }
            if byte == 0x1D { return [escape, UInt8(ascii: "1")] }
            if byte == UInt8(ascii: "^") { return [escape] + Array("d094".utf8) }
            if byte == UInt8(ascii: "~") { return [escape] + Array("d126".utf8) }
            return (0x20...0x7E).contains(byte) ? plain(byte) : nil
        }
    }

    private func plain(_ byte: UInt8) -> [UInt8]? {
        let isSpecial = byte == UInt8(ascii: "^") || byte == UInt8(ascii: "~") || byte == hexIndicator
        return isSpecial ? hex(byte) : [byte]
    }

    private func hex(_ byte: UInt8) -> [UInt8]? {
        hexIndicator.map { [$0] + Array(ByteText.hex(byte).utf8) }
    }
}
