import JSONText

/// A request body or an answer that can tell its members: one description serves writing and reading.
package protocol ControlPayload: Equatable, Sendable {
    /// An empty value to read into.
    init()
    /// Shows every member, in the order they are written.
    mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault)
}

/// Visits the members of a payload.
package protocol ControlVisitor {
    /// A string; a missing one reads as "".
    mutating func text(_ key: String, _ value: inout String) throws(ControlFault)
    /// What a scanner sent: a string that may hold the separator GS, or its picture U+241D, which is read as
    /// GS; a missing one reads as "".
    mutating func scan(_ key: String, _ value: inout String) throws(ControlFault)
    /// The text of a file: a string that may hold line ends; a missing one reads as "".
    mutating func lines(_ key: String, _ value: inout String) throws(ControlFault)
    /// Strings; a missing array reads as empty.
    mutating func texts(_ key: String, _ value: inout [String]) throws(ControlFault)
    /// A whole number; a missing one reads as 0.
    mutating func number(_ key: String, _ value: inout Int) throws(ControlFault)
    /// A whole number that is not negative; a missing one reads as 0.
    mutating func number(_ key: String, _ value: inout UInt64) throws(ControlFault)
    /// A truth value; a missing one reads as `false`.
    mutating func flag(_ key: String, _ value: inout Bool) throws(ControlFault)
    /// An object, or `null`; a missing one reads as `nil`.
    mutating func optional<P: ControlPayload>(_ key: String, _ value: inout P?) throws(ControlFault)
    /// Objects; a missing array reads as empty.
    mutating func list<P: ControlPayload>(_ key: String, _ value: inout [P]) throws(ControlFault)
}

extension ControlPayload {
    /// The payload as compact JSON.
    package var encoded: [UInt8] {
        var visitor = ControlWriter(writer: JSONWriter())
        var copy = self
        visitor.writer.beginObject()
        do throws(ControlFault) {
            try copy.fields(&visitor)
        } catch {
            preconditionFailure("writing a payload cannot fail: \(error)")
        }
        visitor.writer.endObject()
        return visitor.writer.take()
    }

    /// Reads a payload.
    ///
    /// - Parameters:
    ///   - bytes: One JSON object in UTF-8.
    ///   - limits: What is read at most.
    ///   - strict: An unknown member is an error: true for requests, where it is a typing mistake. Answers
    ///   of a newer daemon may say more than this program knows.
    /// - Throws: `CTL-101`, `CTL-102`, `CTL-103`.
    package static func decode(
        _ bytes: some Collection<UInt8>, limits: JSONLimits, strict: Bool
    ) throws(ControlFault) -> Self {
        guard bytes.count <= limits.maxBytes else { throw .tooLarge(limitBytes: limits.maxBytes) }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes, limits: limits)
        } catch {
            throw .notJSON(error.description)
        }
        return try ControlReader.read(value, place: "", strict: strict)
    }
}

/// Writes every member, empty ones too: programs find the same names in every answer.
private struct ControlWriter: ControlVisitor {
    var writer: JSONWriter

    mutating func text(_ key: String, _ value: inout String) { writer.member(key, value) }

    mutating func scan(_ key: String, _ value: inout String) { writer.member(key, value) }

    mutating func lines(_ key: String, _ value: inout String) { writer.member(key, value) }

    mutating func texts(_ key: String, _ value: inout [String]) {
        writer.beginArray(key)
        for text in value { writer.element(text) }
        writer.endArray()
    }

    mutating func number(_ key: String, _ value: inout Int) { writer.member(key, value) }
    mutating func number(_ key: String, _ value: inout UInt64) { writer.member(key, value) }
    mutating func flag(_ key: String, _ value: inout Bool) { writer.member(key, value) }

    mutating func optional<P: ControlPayload>(_ key: String, _ value: inout P?) throws(ControlFault) {
        guard var payload = value else { return writer.nullMember(key) }
        writer.beginObject(key)
        try payload.fields(&self)
        writer.endObject()
    }

    mutating func list<P: ControlPayload>(_ key: String, _ value: inout [P]) throws(ControlFault) {
        writer.beginArray(key)
        for index in value.indices {
            writer.beginObject()
            try value[index].fields(&self)
            writer.endObject()
        }
        writer.endArray()
    }
}

/// Reads members by name and notes which were there.
private struct ControlReader: ControlVisitor {
    var members: [JSONMember]
    let place: String
    let strict: Bool

    static func read<P: ControlPayload>(
        _ value: JSONValue, place: String, strict: Bool
    ) throws(ControlFault) -> P {
        guard let members = value.object else {
            throw place.isEmpty
                ? .notJSON("it is another JSON value") : .badField(place, "an object is wanted")
        }
        var reader = ControlReader(members: members, place: place, strict: strict)
        var payload = P()
        try payload.fields(&reader)
        if strict, let unknown = reader.members.first {
            throw .badField(reader.path(String(unknown.key.prefix(100))), "there is no such member")
        }
        return payload
    }

    private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    private mutating func take(_ key: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
        return members.remove(at: index).value
    }

    /// What a request says is recorded and shown: it may not move the cursor, end a line or turn the writing.
    mutating func text(_ key: String, _ value: inout String) throws(ControlFault) {
        try lines(key, &value)
        try check(value, key, maxBytes: key == "path" ? ControlRequest.maxFileBytes : nil)
    }

    mutating func scan(_ key: String, _ value: inout String) throws(ControlFault) {
        try lines(key, &value)
        value = value.asScanned
        try check(value.replacing("\u{1D}", with: ""), key)
    }

    private func check(_ text: String, _ key: String, maxBytes: Int? = nil) throws(ControlFault) {
        let limit = maxBytes ?? ControlRequest.maxTextBytes
        guard !strict || text.utf8.count <= limit else {
            throw .badField(path(key), "a text of at most \(limit) bytes is wanted")
        }
        guard !strict || text.unicodeScalars.allSatisfy(\.isPlain) else {
            throw .badField(path(key), "a text without control characters is wanted")
        }
    }

    mutating func lines(_ key: String, _ value: inout String) throws(ControlFault) {
        guard let found = take(key) else { return value = "" }
        guard let text = found.string else { throw .badField(path(key), "a string is wanted") }
        value = text
    }

    mutating func texts(_ key: String, _ value: inout [String]) throws(ControlFault) {
        value = []
        guard let found = take(key) else { return }
        guard let array = found.array else { throw .badField(path(key), "an array of strings is wanted") }
        for element in array {
            guard let text = element.string else {
                throw .badField(path(key), "an array of strings is wanted")
            }
            try check(text, key)
            value.append(text)
        }
    }

    mutating func number(_ key: String, _ value: inout Int) throws(ControlFault) {
        guard let found = take(key) else { return value = 0 }
        guard let number = found.int else { throw .badField(path(key), "a whole number is wanted") }
        value = number
    }

    mutating func number(_ key: String, _ value: inout UInt64) throws(ControlFault) {
        guard let found = take(key) else { return value = 0 }
        guard let number = found.uint64 else { throw .badField(path(key), "a whole number from 0 is wanted") }
        value = number
    }

    mutating func flag(_ key: String, _ value: inout Bool) throws(ControlFault) {
        guard let found = take(key) else { return value = false }
        guard let flag = found.bool else { throw .badField(path(key), "true or false is wanted") }
        value = flag
    }

    mutating func optional<P: ControlPayload>(_ key: String, _ value: inout P?) throws(ControlFault) {
        guard let found = take(key), !found.isNull else { return value = nil }
        value = try Self.read(found, place: path(key), strict: strict) as P
    }

    mutating func list<P: ControlPayload>(_ key: String, _ value: inout [P]) throws(ControlFault) {
        value = []
        guard let found = take(key) else { return }
        guard let array = found.array else { throw .badField(path(key), "an array of objects is wanted") }
        for (index, element) in array.enumerated() {
            value.append(try Self.read(element, place: "\(path(key))[\(index)]", strict: strict))
        }
    }
}
