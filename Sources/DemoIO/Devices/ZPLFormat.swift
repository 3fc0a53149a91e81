/// What stands on one label, read out of a ZPL format `^XA ... ^XZ`.
///
/// Only what a label of ours needs: GS1-128 symbols (`^BC` with FNC1 first) as element strings, and the lines
/// of text beside them. Other symbols and all drawing are skipped.
/// - Source: ZPL II programming guide, ^FD, ^FH, ^FS, ^BC (invocation codes); GS1 General Specifications
///   7.8.6 (FNC1 as separator).
struct ZPLFormat: Equatable, Sendable {
    /// One application identifier with its value.
    struct Element: Equatable, Sendable {
        let identifier: String
        let value: String
    }

    /// Elements of all GS1-128 symbols, in order.
    private(set) var elements: [Element] = []
    /// Text fields, in order.
    private(set) var texts: [String] = []

    /// - Parameter bytes: The format with `^XA` and `^XZ`.
    init(_ bytes: [UInt8]) {
        var field = Field()
        let commands = bytes.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: true)
        for command in commands {
            let name = String(decoding: command.prefix(2), as: UTF8.self)
            let rest = Array(command.dropFirst(2))
            switch name {
            case "FO", "FT": field = Field()
            case "FH": field.hexIndicator = rest.first.flatMap { $0 > 0x20 ? $0 : nil } ?? UInt8(ascii: "_")
            case "BC": field.symbol = .code128
            case "FD": field.data = rest
            case "FS":
                finish(field)
                field = Field()
            default: if name.hasPrefix("B"), name != "BY" { field.symbol = .other }
            }
        }
    }

    /// The SSCC of the label: 18 digits under identifier 00.
    var sscc: String? {
        elements.first { $0.identifier == "00" && $0.value.utf8.count == 18 }?.value
    }

    /// The count of the label: identifier 37, or the number in or after a line of text that speaks of one.
    var count: Int? {
        if let counted = elements.first(where: { $0.identifier == "37" }) { return Int(counted.value) }
        let words = ["COUNT", "QTY", "QUANTITY", "CONTENT", "UNITS", "CASES"]
        guard
            let place = texts.firstIndex(where: { text in words.contains { text.uppercased().contains($0) } })
        else { return nil }
        return texts[place...].prefix(2).lazy.compactMap(Self.number).first
    }

    /// One line of text says that it goes on a pallet.
    var isForPallet: Bool { texts.contains { $0.uppercased() == "PALLET" } }

    private static func number(in text: String) -> Int? {
        text.split { !("0"..."9").contains($0) }.first.flatMap { Int($0) }
    }

    private struct Field {
        enum Symbol { case text, code128, other }
        var symbol = Symbol.text
        var hexIndicator: UInt8?
        var data: [UInt8]?
    }

    private mutating func finish(_ field: Field) {
        guard var data = field.data else { return }
        if let indicator = field.hexIndicator { data = Self.withoutHex(data, indicator) }
        switch field.symbol {
        case .text: texts.append(String(decoding: data, as: UTF8.self))
        case .code128: elements += Self.elements(in: Self.characters(ofCode128: data))
        case .other: break
        }
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

    /// The characters of a symbol: start and code changes drop out, FNC1 becomes U+001D, `><` becomes `>`.
    private static func characters(ofCode128 data: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < data.count {
            guard data[index] == UInt8(ascii: ">"), index + 1 < data.count else {
                result.append(data[index])
                index += 1
                continue
            }
            switch data[index + 1] {
            case UInt8(ascii: "8"): result.append(0x1D)
            case UInt8(ascii: "<"): result.append(UInt8(ascii: ">"))
            default: break
            }
            index += 2
        }
        return result
    }

    /// Lengths of values that need no separator, by the first two digits of the identifier.
    /// - Source: GS1 General Specifications, figure 7.8.5-2.
    private static let predefined = [
        "00": 18, "01": 14, "02": 14, "11": 6, "13": 6, "15": 6, "17": 6, "20": 2,
    ]

    private static func elements(in characters: [UInt8]) -> [Element] {
        guard characters.first == 0x1D else { return [] }
        var result: [Element] = []
        for part in characters.split(separator: 0x1D) {
            var rest = part
            while rest.count > 2 {
                let identifier = String(decoding: rest.prefix(2), as: UTF8.self)
                rest = rest.dropFirst(2)
                let length = min(predefined[identifier] ?? rest.count, rest.count)
                result.append(
                    Element(
                        identifier: identifier, value: String(decoding: rest.prefix(length), as: UTF8.self)))
                rest = rest.dropFirst(length)
            }
        }
        return result
    }
}
