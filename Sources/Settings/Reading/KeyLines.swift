import TOMLKit

/// The line of every key and table header of a TOML file, made in one walk.
///
/// The parser keeps no lines. Each statement of the file is taken by itself: a bare key is read here, one
/// with quotes goes to the parser with the value 0.
struct KeyLines {
    private var lines: [KeyPath: Int] = [:]
    /// Elements so far of each list of tables.
    private var tables: [KeyPath: Int] = [:]
    /// Bytes looked at, and given to the parser: at most twice those of the file.
    private(set) var bytesRead = 0

    /// - Parameter bytes: A file the parser took whole.
    init(_ bytes: [UInt8]) {
        guard let statements = try? TOMLScan.statements(bytes) else { return }
        bytesRead = bytes.count
        var header = KeyPath()
        for statement in statements {
            guard let keys = keys(of: bytes[statement.range]) else { continue }
            switch statement.kind {
            case .value: note(header, keys, statement.line)
            case .table: header = note(KeyPath(), keys, statement.line)
            case .listOfTables:
                let list = note(KeyPath(), keys, statement.line)
                // The element a header of this list opened before stands in its path.
                let path = list.steps.last.map(Self.isIndex) == true ? list.parent : list
                let index = tables[path, default: 0]
                tables[path] = index + 1
                header = path.index(index)
                note(header, statement.line)
            }
        }
    }

    /// The line of the statement that made a place: the key's own, or that of the value it lies in.
    func line(of path: KeyPath) -> Int? {
        var place = path
        while !place.steps.isEmpty {
            if let line = lines[place] { return line }
            place = place.parent
        }
        return nil
    }

    /// Notes keys below a table, and the tables on the way.
    ///
    /// - Returns: The place they lead to; in a list of tables they mean its last element.
    @discardableResult
    private mutating func note(_ table: KeyPath, _ keys: [String], _ line: Int) -> KeyPath {
        var path = table
        for key in keys {
            path = path.key(key)
            note(path, line)
            if let count = tables[path] { path = path.index(count - 1) }
        }
        return path
    }

    private mutating func note(_ path: KeyPath, _ line: Int) {
        if lines[path] == nil { lines[path] = line }
    }

    private static func isIndex(_ step: KeyPath.Step) -> Bool {
        if case .index = step { return true }
        return false
    }

    // MARK: Keys

    /// The keys that dots join, or `nil` if they are none.
    private mutating func keys(of text: ArraySlice<UInt8>) -> [String]? {
        let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
        guard text.contains(where: quotes.contains) else {
            return text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
                String(decoding: $0.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
            }
        }
        bytesRead += text.count
        guard let table = try? TOMLTable(string: String(decoding: text, as: UTF8.self) + " = 0"),
            var node = ConfigNode(table)
        else { return nil }
        var keys: [String] = []
        while case .table(let entries) = node, let (key, value) = entries.first {
            keys.append(key)
            node = value
        }
        return keys
    }
}
