/// Why bytes are not the JSON text that was asked for, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases: manuals and support calls refer to it.
    package enum Code: String, Sendable, CaseIterable {
        case tooManyBytes = "JSON-001"
        case tooDeep = "JSON-002"
        case unexpectedEnd = "JSON-003"
        case unexpectedByte = "JSON-004"
        case trailingBytes = "JSON-005"
        case duplicateKey = "JSON-006"
        case invalidUTF8 = "JSON-007"
        case controlCharacter = "JSON-008"
        case invalidEscape = "JSON-009"
        case loneSurrogate = "JSON-010"
        case invalidNumber = "JSON-011"
    }

    package let code: Code
    /// Position of the first byte that is wrong, counted from 0; the count of bytes where they end too early.
    package let offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    package var description: String {
        "\(code.rawValue) at byte \(offset): \(code.sentence)"
    }
}

extension JSONError.Code {
    /// What is wrong and what to do, as one or two sentences.
    package var sentence: String {
        switch self {
        case .tooManyBytes: "The text is longer than its limit. Send it in smaller parts or raise the limit."
        case .tooDeep: "Objects and arrays are nested deeper than the limit. Flatten the data."
        case .unexpectedEnd: "The text ends inside a value. It was probably cut off; send it again whole."
        case .unexpectedByte:
            "This byte cannot stand here. Look for a missing quote, comma, colon or bracket."
        case .trailingBytes: "More bytes follow the value. Send exactly one value."
        case .duplicateKey: "This object already has a member of this name. Keep one of them."
        case .invalidUTF8: "The text is not UTF-8. Save or send it as UTF-8."
        case .controlCharacter:
            "A control character stands bare in a string. Write it as an escape such as \\n."
        case .invalidEscape:
            "A backslash must be followed by one of \" \\ / b f n r t or u and four hex digits."
        case .loneSurrogate: "Half of a \\u surrogate pair stands alone. Write both halves or the character."
        case .invalidNumber:
            "Not a JSON number. No leading zeros or plus sign; digits on both sides of the point."
        }
    }
}
