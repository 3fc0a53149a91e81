/// What a filled format puts onto a label: fields of text and symbols in their places, as far as a text can
/// show them. Lines, boxes and the sizes of symbols are left out.
///
/// - Source: ZPL II programming guide: ^FO, ^FT, ^FW, ^LH, ^PW, ^LL, ^A, ^CF, ^FB, ^FH, ^BC (invocation
///   codes) and the other ^B commands.
package struct LabelDrawing: Equatable, Sendable {
    /// How a field is turned, clockwise.
    enum Turn: Int, CaseIterable { case none, right, half, left }

    /// What a field shows.
    enum Content: Equatable, Sendable {
        case text([String])
        case symbol(LabelSymbol)
    }

    struct Field: Equatable, Sendable {
        var content: Content
        var turn: Turn
        /// The box it covers, in dots; its extent along the text is an estimate.
        var left: Int
        var top: Int
        var width: Int
        var height: Int
    }

    /// Most fields shown.
    static let maxFields = 200

    /// In the order of the format.
    private(set) var fields: [Field] = []
    /// Fields beyond ``maxFields``.
    private(set) var leftOut = 0
    /// Size of the label in dots, as the format says or its fields need.
    private(set) var width = 0
    private(set) var height = 0

    /// The symbols that were shown, in the order of the format.
    package var symbols: [LabelSymbol] {
        fields.compactMap { if case .symbol(let symbol) = $0.content { symbol } else { nil } }
    }

    /// - Parameter format: As ``LabelTemplate/filled(_:)`` gives it.
    package init(_ format: [UInt8]) {
        var reader = LabelDrawingReader()
        for command in format.split(separator: UInt8(ascii: "^")) {
            guard let field = reader.take(Array(command)) else { continue }
            if fields.count < Self.maxFields { fields.append(field) } else { leftOut += 1 }
        }
        width = reader.width ?? fields.map { $0.left + $0.width }.max() ?? 0
        height = reader.height ?? fields.map { $0.top + $0.height }.max() ?? 0
    }

    /// How most fields are turned: so the label is held to read it.
    var turn: Turn {
        let counts = Turn.allCases.map { turn in fields.count { $0.turn == turn } }
        return Turn.allCases.max { counts[$0.rawValue] < counts[$1.rawValue] } ?? .none
    }
}

/// A symbol with what it carries.
package struct LabelSymbol: Equatable, Sendable {
    /// The symbology, as people call it.
    package let name: String
    /// Its characters; FNC1 is GS, without the one that begins a GS1 symbol.
    package let data: [UInt8]
    /// FNC1 stands first: the data are an element string.
    package let isGS1: Bool

    /// The data as it is, each byte that cannot be shown as a dot.
    package var plainText: String { LabelDrawingReader.shown(data) }
}

/// Goes through the commands of a format and keeps what the next field will look like.
struct LabelDrawingReader {
    private(set) var width: Int?
    private(set) var height: Int?
    private var homeX = 0
    private var homeY = 0
    private var standardTurn = LabelDrawing.Turn.none
    private var standardFont = (height: 20, width: 12)
    private var barHeight = 50
    private var barWidth = 2
    private var field = Field()

    /// Larger numbers are none of a label.
    private static let maxDots = 32_000

    private struct Field {
        var x = 0
        var y = 0
        var isBaseline = false
        var turn: LabelDrawing.Turn?
        var font: (height: Int, width: Int)?
        var indicator: UInt8?
        var isBlock = false
        /// Letter of the symbology, with the parameters of its command.
        var symbology: UInt8?
        var parameters: [[UInt8]] = []
        var data: [UInt8]?
    }

    /// - Returns: The field that the command ends.
    mutating func take(_ command: [UInt8]) -> LabelDrawing.Field? {
        guard command.count >= 2 else { return nil }
        let name = String(decoding: command.prefix(2), as: UTF8.self)
        let rest = Array(command.dropFirst(2))
        let parameters = rest.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(
            Array.init)
        switch name {
        case "PW": width = Self.number(parameters, 0) ?? width
        case "LL": height = Self.number(parameters, 0) ?? height
        case "LH": (homeX, homeY) = (Self.number(parameters, 0) ?? 0, Self.number(parameters, 1) ?? 0)
        case "FW": standardTurn = Self.turn(rest.first) ?? standardTurn
        case "CF":
            standardFont.height = Self.number(parameters, 1) ?? standardFont.height
            standardFont.width = Self.number(parameters, 2) ?? standardFont.height
        case "BY":
            barWidth = Self.number(parameters, 0) ?? barWidth
            barHeight = Self.number(parameters, 2) ?? barHeight
        case "FO", "FT":
            field.x = homeX + (Self.number(parameters, 0) ?? 0)
            field.y = homeY + (Self.number(parameters, 1) ?? 0)
            field.isBaseline = name == "FT"
        case "FH": field.indicator = rest.first ?? UInt8(ascii: "_")
        case "FB", "TB": field.isBlock = true
        case "FD": field.data = rest
        case "FS": return end()
        default: takeLook(command, parameters)
        }
        return nil
    }

    /// Font or symbology of the field.
    private mutating func takeLook(_ command: [UInt8], _ parameters: [[UInt8]]) {
        switch command[0] {
        case UInt8(ascii: "A"):
            field.turn = Self.turn(command.dropFirst(2).first) ?? field.turn
            let height = Self.number(parameters, 1) ?? standardFont.height
            field.font = (height, Self.number(parameters, 2) ?? height)
        case UInt8(ascii: "B"):
            field.symbology = command[1]
            field.parameters = parameters
            field.turn = Self.turn(parameters.first?.first) ?? field.turn
        default: break
        }
    }

    private mutating func end() -> LabelDrawing.Field? {
        defer { field = Field() }
        guard var data = field.data else { return nil }
        if let indicator = field.indicator { data = Self.withoutHex(data, indicator) }
        let turn = field.turn ?? standardTurn
        guard let symbology = field.symbology else {
            let text = Self.shown(data)
            let lines =
                field.isBlock
                ? text.split(separator: "\\&", omittingEmptySubsequences: false).map(String.init) : [text]
            let font = field.font ?? standardFont
            let longest = lines.map(\.count).max() ?? 0
            return place(
                .text(lines), turn, along: longest * font.width / 2, across: lines.count * font.height)
        }
        let symbol = LabelSymbol(letter: symbology, parameters: field.parameters, data: data)
        let (along, across) = size(of: symbol, symbology)
        return place(.symbol(symbol), turn, along: along, across: across)
    }

    private func size(of symbol: LabelSymbol, _ letter: UInt8) -> (along: Int, across: Int) {
        let modules = 11 * symbol.data.count + 35
        switch letter {
        case UInt8(ascii: "X"), UInt8(ascii: "Q"), UInt8(ascii: "0"), UInt8(ascii: "O"), UInt8(ascii: "D"):
            let side = 24 * (Self.number(field.parameters, letter == UInt8(ascii: "Q") ? 2 : 1) ?? 4)
            return (side, side)
        case UInt8(ascii: "3"): return (modules * barWidth, Self.number(field.parameters, 2) ?? barHeight)
        default: return (modules * barWidth, Self.number(field.parameters, 1) ?? barHeight)
        }
    }

    /// ^FO names the corner of the field's box that is next to the label's; ^FT where its first line begins.
    private func place(
        _ content: LabelDrawing.Content, _ turn: LabelDrawing.Turn, along: Int, across: Int
    ) -> LabelDrawing.Field {
        let (along, across) = (min(along, Self.maxDots), min(across, Self.maxDots))
        var (left, top) = (field.x, field.y)
        if field.isBaseline {
            switch turn {
            case .none: top -= across
            case .right: break
            case .half: left -= along
            case .left: (left, top) = (left - across, top - along)
            }
        }
        let isAcross = turn == .right || turn == .left
        return LabelDrawing.Field(
            content: content, turn: turn, left: left, top: top, width: isAcross ? across : along,
            height: isAcross ? along : across)
    }

    private static func turn(_ letter: UInt8?) -> LabelDrawing.Turn? {
        switch letter {
        case UInt8(ascii: "N"): LabelDrawing.Turn.none
        case UInt8(ascii: "R"): .right
        case UInt8(ascii: "I"): .half
        case UInt8(ascii: "B"): .left
        default: nil
        }
    }

    private static func number(_ parameters: [[UInt8]], _ index: Int) -> Int? {
        guard parameters.indices.contains(index) else { return nil }
        let digits = parameters[index].prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        return digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), maxDots) }
    }

    /// `^FH`: the indicator and two hexadecimal digits stand for one byte.
    private static func withoutHex(_ data: [UInt8], _ indicator: UInt8) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < data.count {
            if data[index] == indicator, index + 2 < data.count,
                let byte = UInt8(String(decoding: data[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(data[index])
                index += 1
            }
        }
        return result
    }

    /// As text; what would move a cursor, end a line or turn the writing is a dot.
    static func shown(_ data: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                text.append(".")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
