import JSONText
import TOMLKit

/// A value of a settings file, free of the parser it came from.
indirect enum ConfigNode: Equatable, Sendable {
    /// Keys with their values; no key twice.
    case table([String: ConfigNode])
    case array([ConfigNode])
    case string(String)
    case integer(Int)
    /// A number that is no integer, or none that fits 64 bits.
    case otherNumber
    case boolean(Bool)
    /// Date, time, or null: nothing in our files is one.
    case other(String)

    /// Deepest nesting; our own files need 4.
    static let maxDepth = 16

    /// What the value is, for messages.
    var typeName: String {
        switch self {
        case .table: "a table"
        case .array: "a list"
        case .string: "text"
        case .integer: "an integer"
        case .otherNumber: "a number that is no 64-bit integer"
        case .boolean: "true or false"
        case .other(let name): name
        }
    }

    /// The value at a place below this one, or `nil`.
    func value(at path: KeyPath) -> ConfigNode? {
        var node = self
        for step in path.steps {
            switch (step, node) {
            case (.key(let key), .table(let entries)):
                guard let next = entries[key] else { return nil }
                node = next
            case (.index(let index), .array(let elements)):
                guard elements.indices.contains(index) else { return nil }
                node = elements[index]
            default: return nil
            }
        }
        return node
    }

    /// This table with the values of another laid over it, table by table; anything but a table is replaced
    /// whole.
    func overlaid(by other: ConfigNode) -> ConfigNode {
        guard case .table(var entries) = self, case .table(let over) = other else { return other }
        for (key, value) in over {
            entries[key] = entries[key]?.overlaid(by: value) ?? value
        }
        return .table(entries)
    }
}

extension ConfigNode {
    /// Copies the parser's table; `nil` if it is nested deeper than ``maxDepth``.
    init?(_ table: TOMLTable, depth: Int = 1) {
        guard depth <= Self.maxDepth else { return nil }
        var entries: [String: ConfigNode] = [:]
        for key in table.keys {
            guard let value = table[key], let node = ConfigNode(value, depth: depth + 1) else { return nil }
            entries[key] = node
        }
        self = .table(entries)
    }

    private init?(_ value: any TOMLValueConvertible, depth: Int) {
        switch value.type {
        case .table:
            guard let table = value.table, let node = ConfigNode(table, depth: depth) else { return nil }
            self = node
        case .array:
            guard depth <= Self.maxDepth, let array = value.array else { return nil }
            var elements: [ConfigNode] = []
            for index in 0..<array.count {
                guard let node = ConfigNode(array[index], depth: depth + 1) else { return nil }
                elements.append(node)
            }
            self = .array(elements)
        case .string: self = .string(value.string ?? "")
        case .int: self = value.int.map(ConfigNode.integer) ?? .otherNumber
        case .double: self = .otherNumber
        case .bool: self = .boolean(value.bool ?? false)
        case .date, .time, .dateTime: self = .other("a \(value.type)")
        }
    }

    /// Copies a JSON tree, whose parser has limited its depth.
    init(_ value: JSONValue) {
        switch value {
        case .object(let members):
            var entries: [String: ConfigNode] = [:]
            for member in members { entries[member.key] = ConfigNode(member.value) }
            self = .table(entries)
        case .array(let elements): self = .array(elements.map { ConfigNode($0) })
        case .string(let text): self = .string(text)
        case .number: self = value.int.map(ConfigNode.integer) ?? .otherNumber
        case .bool(let value): self = .boolean(value)
        case .null: self = .other("null")
        }
    }
}

/// A place in a settings file.
struct KeyPath: Hashable, Sendable, CustomStringConvertible {
    /// One step down.
    enum Step: Hashable, Sendable {
        case key(String)
        /// Element of a list, counted from 0; printed from 1.
        case index(Int)
    }

    var steps: [Step] = []

    /// A place in this table.
    func key(_ key: String) -> KeyPath { KeyPath(steps: steps + [.key(key)]) }

    /// An element of this list.
    func index(_ index: Int) -> KeyPath { KeyPath(steps: steps + [.index(index)]) }

    /// The table or list this stands in; the whole file above itself.
    var parent: KeyPath { KeyPath(steps: Array(steps.dropLast())) }

    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + Printable.key(key)
            case .index(let index): text += "[\(index + 1)]"
            }
        }
        return text
    }
}

/// Text from a file as it may stand in a message: no control characters, no endless lines.
enum Printable {
    /// Longest piece of a file quoted in a message, in characters.
    static let maxCharacters = 60

    /// A key, quoted unless it is bare.
    static func key(_ key: String) -> String {
        let isBare =
            !key.isEmpty && key.utf8.allSatisfy { TextRule.isNameByte($0) && $0 != UInt8(ascii: ".") }
        return isBare && key.utf8.count <= maxCharacters ? key : quoted(key)
    }

    /// Text in quotes, cut to ``maxCharacters``.
    static func quoted(_ text: String) -> String {
        let cut = text.unicodeScalars.prefix(maxCharacters)
        return quotedWhole(String(String.UnicodeScalarView(cut)))
            + (text.unicodeScalars.count > maxCharacters ? "..." : "")
    }

    /// Text in quotes, every character that is not plain as an escape of TOML basic strings.
    static func quotedWhole(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                let isPlain =
                    scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
                    && scalar.properties.generalCategory != .format
                    && scalar.properties.generalCategory != .lineSeparator
                    && scalar.properties.generalCategory != .paragraphSeparator
                if isPlain { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\U" + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
