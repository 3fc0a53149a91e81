import Glibc
import JSONText
import SystemIO
import TOMLKit

/// One settings file: its text, its tree, and the line of any key in it.
///
/// The parser keeps no lines; they are found only once there is an error to place.
final class SourceText {
    /// Largest settings file, in bytes; a larger one is an error.
    static let maxBytes = 1 << 20

    enum Format {
        case toml
        case json
    }

    /// File name for messages.
    let name: String
    let tree: ConfigNode
    private let format: Format
    private let text: String
    /// Lines of the keys, once asked for.
    private(set) lazy var keyLines = KeyLines(Array(text.utf8))

    /// Reads a file and parses it; JSON if its name ends so, else TOML.
    convenience init(path: String, name: String) throws(SettingsError) {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try DurableFile.read(path, maxBytes: Self.maxBytes)
        } catch {
            throw error.settingsError(file: name, maxBytes: Self.maxBytes)
        }
        try self.init(name: name, bytes: bytes, format: path.hasSuffix(".json") ? .json : .toml)
    }

    init(name: String, bytes: [UInt8], format: Format = .toml) throws(SettingsError) {
        self.name = name
        self.format = format
        // Editors on other systems put a byte order mark first.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard bytes.count <= Self.maxBytes else {
            throw SettingsError(
                .unreadable, file: name, "the file has \(bytes.count) bytes",
                "The limit is \(Self.maxBytes) bytes; check that it is the right file.")
        }
        text = try Self.checkedText(name: name, bytes: bytes)
        tree = try Self.parse(name: name, text: text, format: format)
    }

    private static func checkedText(name: String, bytes: [UInt8]) throws(SettingsError) -> String {
        func line(of offset: Int) -> Int { bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1 }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw SettingsError(.notText, file: name, "the file is UTF-16 text", "Save it as UTF-8.")
        }
        if let offset = bytes.firstIndex(of: 0) {
            throw SettingsError(
                .notText, file: name, line: line(of: offset), "the file holds a NUL byte", "Remove it.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // No character of UTF-8 holds the byte of a line's end.
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let place = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
            throw SettingsError(
                .notText, file: name, line: place.map { $0 + 1 }, "the file is not UTF-8 text",
                "Save it as UTF-8.")
        }
        // An escaped NUL would cut the value short on its way out of the parser.
        for escape in ["\\u0000", "\\U00000000"] {
            guard let place = text.utf8.firstRange(of: escape.utf8) else { continue }
            let offset = text.utf8.distance(from: text.utf8.startIndex, to: place.lowerBound)
            throw SettingsError(
                .notText, file: name, line: line(of: offset), "\(escape) stands for NUL", "Remove it.")
        }
        return text
    }

    private static func parse(name: String, text: String, format: Format) throws(SettingsError) -> ConfigNode
    {
        switch format {
        case .json: return try parseJSON(name: name, text: text)
        case .toml: break
        }
        do throws(TOMLScan.Fault) {
            try TOMLScan.check(Array(text.utf8))
        } catch {
            throw SettingsError(.syntax, file: name, line: error.line, error.text, error.remedy)
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch {
            throw syntaxError(error, name: name)
        }
        guard let tree = ConfigNode(table) else { throw tooDeep(name) }
        return tree
    }

    private static func tooDeep(_ name: String) -> SettingsError {
        SettingsError(
            .syntax, file: name, "tables are nested deeper than \(ConfigNode.maxDepth)",
            "Check that it is the right file.")
    }

    private static func syntaxError(_ error: any Error, name: String) -> SettingsError {
        guard let error = error as? TOMLParseError else {
            return SettingsError(.syntax, file: name, "the file is not TOML", "Correct it.")
        }
        let text = String(String.UnicodeScalarView(error.description.unicodeScalars.prefix(200)))
        return SettingsError(
            .syntax, file: name, line: error.source.begin.line, Printable.plain(text),
            "Correct the text at column \(error.source.begin.column).")
    }

    private static func parseJSON(name: String, text: String) throws(SettingsError) -> ConfigNode {
        do throws(JSONError) {
            return ConfigNode(try JSONValue.parse(text, limits: JSONLimits(maxDepth: ConfigNode.maxDepth)))
        } catch {
            let line = text.utf8.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
            throw SettingsError(
                .syntax, file: name, line: line, "not JSON: \(error.code.rawValue)", error.code.sentence)
        }
    }
}

extension SourceText {
    /// The line of a key, or of the nearest table around it that is in the file.
    ///
    /// - Returns: `nil` for the whole file.
    func line(of path: KeyPath) -> Int? {
        var place = path
        while tree.value(at: place) == nil { place = place.parent }
        guard !place.steps.isEmpty else { return nil }
        switch format {
        case .toml: return keyLines.line(of: place)
        case .json: return jsonLine(of: place)
        }
    }

    /// Orders are flat: the first line that holds the key and a colon.
    private func jsonLine(of path: KeyPath) -> Int? {
        for step in path.steps.reversed() {
            guard case .key(let key) = step else { continue }
            let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let wanted = Array("\"\(key)\"".utf8)
            return lines.firstIndex { $0.firstRange(of: wanted) != nil }.map { $0 + 1 }
        }
        return nil
    }
}

extension Printable {
    /// Text without quotes whose control characters are blanks.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.unicodeScalars.append(isControl ? " " : scalar)
        }
        return result
    }
}

extension SystemError {
    /// The fault of a settings file that could not be read.
    func settingsError(file: String, maxBytes: Int) -> SettingsError {
        if number == EFBIG {
            return SettingsError(
                .unreadable, file: file, "the file has more than \(maxBytes) bytes",
                "Check that it is the right file.")
        }
        if number == EISDIR || number == SystemError.notAFile {
            let what = number == EISDIR ? "a directory" : "a pipe, a socket or a device"
            return SettingsError(
                .unreadable, file: file, "this is \(what), not a file", "Give the path of a regular file.")
        }
        return SettingsError(
            .unreadable, file: file, "cannot be read: \(self)", "Check path and permissions.")
    }
}
