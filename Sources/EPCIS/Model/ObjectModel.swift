import JSONText

/// Why JSON is not the event, document or part of one that was asked for, and where.
///
/// Only what keeps the model from holding it: a text where a list must be. All other rules are the
/// validation's.
package struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What had to stand there.
    package enum Expected: String, Sendable {
        case object = "an object"
        case array = "an array"
        case string = "a string"
        case number = "a number"
        case boolean = "true or false"
        case time = "a date and time with zone"
        case offset = "an offset such as +01:00"
        case type = "a type: EPCISDocument, EPCISQueryDocument or an event's"
        case present = "this member"
    }

    package let expected: Expected
    /// JSON pointer of the place.
    package var pointer: String

    init(_ expected: Expected, at pointer: String = "") {
        self.expected = expected
        self.pointer = pointer
    }

    /// The same fault seen from one level further out.
    func under(_ key: String) -> ModelError {
        ModelError(expected, at: "/" + JSONPointer.escaped(key) + pointer)
    }

    package var description: String {
        "EPCIS-100 at \(pointer.isEmpty ? "the top" : pointer): \(expected.rawValue) must stand here."
    }
}

/// JSON pointers, RFC 6901.
enum JSONPointer {
    static func escaped(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return key
        }
        return key.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }
}

/// A member name the standard gives to an object.
protocol ModelField: CaseIterable, Equatable, RawRepresentable, Sendable where RawValue == String {}

/// Members in the order an object was read with: a field of the standard, or `nil` for an extension.
///
/// The order is no part of what an object means: all layouts are equal.
struct Layout<Field: ModelField>: Equatable, Sendable {
    var slots: [Field?] = []

    static func == (a: Self, b: Self) -> Bool { true }
}

/// An object of the standard: its members typed, all others kept, in the order they were read.
///
/// Reading and writing go through ``read(_:_:)`` and ``write(_:into:)``, one field at a time, so that what
/// was read is written back member for member; fields set later follow behind.
protocol ObjectModel: Equatable, Sendable {
    associatedtype Field: ModelField
    init()
    /// Fields without which there is no such object.
    static var required: [Field] { get }
    var layout: Layout<Field> { get set }
    /// Members the standard does not name.
    var extensions: [JSONMember] { get set }
    /// Takes the value of one field.
    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError)
    /// Writes one field's member, if it is there.
    func write(_ field: Field, into writer: inout JSONWriter)
}

extension ObjectModel {
    static var required: [Field] { [] }

    /// - Throws: ``ModelError`` for the first member that has another shape, or that is missing.
    init(json value: JSONValue) throws(ModelError) {
        guard case .object(let members) = value else { throw ModelError(.object) }
        self.init()
        try readMembers(members)
    }

    mutating func readMembers(_ members: [JSONMember]) throws(ModelError) {
        var slots: [Field?] = []
        slots.reserveCapacity(members.count)
        for member in members {
            guard let field = Field(rawValue: member.key) else {
                slots.append(nil)
                extensions.append(member)
                continue
            }
            // Of a repeated name the last value counts, as with most readers.
            if !slots.contains(field) { slots.append(field) }
            do throws(ModelError) {
                try read(field, member.value)
            } catch {
                throw error.under(member.key)
            }
        }
        layout = Layout(slots: slots)
        for field in Self.required where !slots.contains(field) {
            throw ModelError(.present, at: "/" + field.rawValue)
        }
    }

    /// Writes the object as an element, or as a member whose key was just written.
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        var extensions = extensions[...]
        for slot in layout.slots {
            if let slot {
                write(slot, into: &writer)
            } else if let member = extensions.popFirst() {
                writer.member(member.key, member.value)
            }
        }
        for field in Field.allCases where !layout.slots.contains(field) { write(field, into: &writer) }
        for member in extensions { writer.member(member.key, member.value) }
        writer.endObject()
    }

    /// The object as a JSON tree.
    package var json: JSONValue {
        var writer = JSONWriter()
        write(into: &writer)
        let limits = JSONLimits(
            maxBytes: .max, maxDepth: JSONLimits.deepestDepth, allowsDuplicateKeys: true)
        // The writer writes nothing else.
        return (try? JSONValue.parse(writer.bytes, limits: limits)) ?? .null
    }
}

// MARK: Values of fields

extension JSONValue {
    func asString() throws(ModelError) -> String {
        guard case .string(let text) = self else { throw ModelError(.string) }
        return text
    }

    func asNumber() throws(ModelError) -> JSONNumber {
        guard case .number(let number) = self else { throw ModelError(.number) }
        return number
    }

    func asTime() throws(ModelError) -> EventTime {
        guard case .string(let text) = self, let time = EventTime(text) else { throw ModelError(.time) }
        return time
    }

    func asArray<Element>(
        _ convert: (JSONValue) throws(ModelError) -> Element
    ) throws(ModelError) -> [Element] {
        guard case .array(let elements) = self else { throw ModelError(.array) }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do throws(ModelError) {
                result.append(try convert(element))
            } catch {
                throw error.under(String(index))
            }
        }
        return result
    }

    func asURIs<URI: EventURI>() throws(ModelError) -> [URI] {
        try asArray { (value) throws(ModelError) in URI(try value.asString()) }
    }

    func asTerms<Vocabulary>() throws(ModelError) -> [CBVTerm<Vocabulary>] {
        try asArray { (value) throws(ModelError) in CBVTerm(try value.asString()) }
    }

    func asObjects<Model: ObjectModel>() throws(ModelError) -> [Model] {
        try asArray { (value) throws(ModelError) in try Model(json: value) }
    }
}

extension JSONWriter {
    mutating func member(_ key: String, ifPresent value: String?) {
        if let value { member(key, value) }
    }

    mutating func member(_ key: String, ifPresent value: JSONValue?) {
        if let value { member(key, value) }
    }

    mutating func member(_ key: String, ifPresent value: JSONNumber?) {
        if let value { member(key, .number(value)) }
    }

    mutating func member(_ key: String, ifPresent value: (some EventURI)?) {
        if let value { member(key, value.text) }
    }

    mutating func member<Vocabulary>(_ key: String, ifPresent value: CBVTerm<Vocabulary>?) {
        if let value { member(key, value.text) }
    }

    mutating func member(_ key: String, ifPresent value: (some ObjectModel)?) {
        guard let value else { return }
        self.key(key)
        value.write(into: &self)
    }

    mutating func member<URI: EventURI>(_ key: String, ifPresent values: [URI]?) {
        guard let values else { return }
        beginArray(key)
        for value in values { element(value.text) }
        endArray()
    }

    mutating func member<Vocabulary>(_ key: String, ifPresent values: [CBVTerm<Vocabulary>]?) {
        guard let values else { return }
        beginArray(key)
        for value in values { element(value.text) }
        endArray()
    }

    mutating func member<Model: ObjectModel>(_ key: String, ifPresent values: [Model]?) {
        guard let values else { return }
        beginArray(key)
        for value in values { value.write(into: &self) }
        endArray()
    }
}
