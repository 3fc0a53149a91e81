/// One JSON value, kept as it was written: members in order, numbers as text.
///
/// Two values are equal if their code units are: member order, number text and string bytes all count,
/// and `é` as one character differs from `e` with an accent.
package enum JSONValue: Sendable {
    case object([JSONMember])
    case array([JSONValue])
    case string(String)
    case number(JSONNumber)
    case bool(Bool)
    case null
}

/// A name and its value inside an object.
package struct JSONMember: Equatable, Sendable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }

    package static func == (a: JSONMember, b: JSONMember) -> Bool {
        sameCodeUnits(a.key, b.key) && a.value == b.value
    }
}

extension JSONValue: Equatable {
    package static func == (a: JSONValue, b: JSONValue) -> Bool {
        switch (a, b) {
        case (.object(let a), .object(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.string(let a), .string(let b)): sameCodeUnits(a, b)
        case (.number(let a), .number(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        case (.object, _), (.array, _), (.string, _), (.number, _), (.bool, _), (.null, _): false
        }
    }
}

/// Whether two strings have the same bytes. Swift's `==` alone would also accept canonical equivalents.
func sameCodeUnits(_ a: String, _ b: String) -> Bool {
    a == b && a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
}

extension JSONValue {
    /// The value of the first member named `key`, or `nil` if there is none or this is no object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { sameCodeUnits($0.key, key) }?.value
    }

    /// The members in order, or `nil` if this is no object.
    package var object: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The elements, or `nil` if this is no array.
    package var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The text, or `nil` if this is no string.
    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, or `nil` if this is none.
    package var number: JSONNumber? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    /// The truth value, or `nil` if this is none.
    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number as a signed integer, or `nil` if this is no number or not exactly one in range.
    package var int64: Int64? { number?.int64 }

    /// The number as an unsigned integer, or `nil` if this is no number or not exactly one in range.
    package var uint64: UInt64? { number?.uint64 }

    /// The number as `Int`, or `nil` if this is no number or not exactly one in range.
    package var int: Int? { number?.int64.flatMap(Int.init(exactly:)) }

    /// Whether this is `null`.
    package var isNull: Bool { self == .null }

    /// A number written as decimal digits.
    package static func integer(_ value: some FixedWidthInteger) -> JSONValue {
        .number(JSONNumber(value))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Members keep the order of the literal.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }
}
