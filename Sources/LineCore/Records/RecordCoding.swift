import JSONText

extension LineRecord {
    /// The record as one JSON object without line end, ready for the journal.
    ///
    /// `{"k":"uv","w":1763692801123,"t":17,"s":"A1B2"}`: kind, wall clock in epoch milliseconds, the record's
    /// own fields by short key. Fields with their empty value are left out.
    package func encoded(wallMilliseconds: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("k", kind.rawValue)
        writer.member("w", wallMilliseconds)
        var visitor = RecordWriter(writer: writer, inWords: false)
        do throws(RecordFault) {
            try show(to: &visitor)
        } catch {
            preconditionFailure("writing a record cannot fail: \(error)")
        }
        visitor.writer.endObject()
        return visitor.writer.take()
    }

    /// Members that the journal adds to every line; a record ignores them.
    private static let journalKeys: Set<String> = ["k", "w", "j", "m", "g", "c"]

    /// Reads a journal line, with or without the members the journal adds.
    ///
    /// - Returns: The record and its wall clock, or `nil` for a line that is the journal's own.
    /// - Throws: ``RecordFault``: the line was made by a newer version, or by none of ours.
    package static func decode(
        _ line: some Collection<UInt8>
    ) throws(RecordFault) -> (record: LineRecord, wallMilliseconds: Int64)? {
        let bytes = Array(line)
        guard let members = (try? JSONValue.parse(bytes))?.object else { throw .notAnObject }
        var reader = RecordReader(members: members.filter { !journalKeys.contains($0.key) })
        guard let code = members.first(where: { $0.key == "k" })?.value.string else { return nil }
        guard let kind = RecordKind(rawValue: code) else { throw .unknownKind(code) }
        guard let wall = members.first(where: { $0.key == "w" })?.value.int64 else { throw .badField("w") }
        let record = try LineRecord(kind: kind, from: &reader)
        if let unknown = reader.unread { throw .unknownField(unknown) }
        return (record, wall)
    }

    /// The record in full words, as members to follow `position` and `at`.
    package func words(into writer: inout JSONWriter) {
        writer.member("kind", kind.word)
        var visitor = RecordWriter(writer: writer, inWords: true)
        do throws(RecordFault) {
            try show(to: &visitor)
        } catch {
            preconditionFailure("writing a record cannot fail: \(error)")
        }
        writer = visitor.writer
    }

    /// The kind in words, for example `unit.sent`.
    package var kindWord: String { kind.word }
}

/// Writes fields by short key or by word.
private struct RecordWriter: FieldVisitor {
    var writer: JSONWriter
    let inWords: Bool

    mutating func text(_ key: String, _ word: String, _ value: inout String) {
        if !value.isEmpty { writer.member(inWords ? word : key, value) }
    }

    mutating func texts(_ key: String, _ word: String, _ value: inout [String]) {
        guard !value.isEmpty else { return }
        writer.beginArray(inWords ? word : key)
        for text in value { writer.element(text) }
        writer.endArray()
    }

    mutating func number(_ key: String, _ word: String, _ value: inout UInt64) {
        if value != 0 { writer.member(inWords ? word : key, value) }
    }

    mutating func numbers(_ key: String, _ word: String, _ value: inout [UInt64]) {
        guard !value.isEmpty else { return }
        writer.beginArray(inWords ? word : key)
        for number in value { writer.element(number) }
        writer.endArray()
    }

    mutating func flag(_ key: String, _ word: String, _ value: inout Bool) {
        if value { writer.member(inWords ? word : key, true) }
    }
}

/// Reads fields by short key and notes which were there.
private struct RecordReader: FieldVisitor {
    var members: [JSONMember]

    /// A field nobody asked for.
    var unread: String? { members.first?.key }

    private mutating func take(_ key: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
        return members.remove(at: index).value
    }

    mutating func text(_ key: String, _ word: String, _ value: inout String) throws(RecordFault) {
        guard let found = take(key) else { return value = "" }
        guard let text = found.string else { throw .badField(key) }
        value = text
    }

    mutating func texts(_ key: String, _ word: String, _ value: inout [String]) throws(RecordFault) {
        guard let found = take(key) else { return value = [] }
        guard let array = found.array else { throw .badField(key) }
        value = []
        for element in array {
            guard let text = element.string else { throw .badField(key) }
            value.append(text)
        }
    }

    mutating func number(_ key: String, _ word: String, _ value: inout UInt64) throws(RecordFault) {
        guard let found = take(key) else { return value = 0 }
        guard let number = found.uint64 else { throw .badField(key) }
        value = number
    }

    mutating func numbers(_ key: String, _ word: String, _ value: inout [UInt64]) throws(RecordFault) {
        guard let found = take(key) else { return value = [] }
        guard let array = found.array else { throw .badField(key) }
        value = []
        for element in array {
            guard let number = element.uint64 else { throw .badField(key) }
            value.append(number)
        }
    }

    mutating func flag(_ key: String, _ word: String, _ value: inout Bool) throws(RecordFault) {
        guard let found = take(key) else { return value = false }
        guard let flag = found.bool else { throw .badField(key) }
        value = flag
    }
}
