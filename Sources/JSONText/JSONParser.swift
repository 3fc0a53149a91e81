/// Reads one JSON text of RFC 8259 from contiguous bytes.
///
/// Stricter than the grammar in two points: a repeated name is refused unless the limits allow it, and so
/// is half a surrogate pair, which no UTF-8 can hold.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    private(set) var index = 0
    private var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.maxBytes else { throw JSONError(.tooManyBytes, at: limits.maxBytes) }
        skipWhitespace()
        let value = try parseValue()
        skipWhitespace()
        guard index == bytes.count else { throw JSONError(.trailingBytes, at: index) }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
        switch bytes[index] {
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try parseNumber())
        default: throw JSONError(.unexpectedByte, at: index)
        }
    }

    // MARK: Structure

    private mutating func parseObject() throws(JSONError) -> JSONValue {
        try enter()
        var members: [JSONMember] = []
        if try closes(with: UInt8(ascii: "}")) { return .object(members) }
        members.reserveCapacity(8)
        var known = KnownKeys()
        while true {
            let keyOffset = index
            guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
            guard bytes[index] == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: index) }
            let key = try parseString()
            if !limits.allowsDuplicateKeys, known.isRepeat(key, in: members) {
                throw JSONError(.duplicateKey, at: keyOffset)
            }
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            skipWhitespace()
            members.append(JSONMember(key, try parseValue()))
            if try endsAfterElement(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func parseArray() throws(JSONError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        if try closes(with: UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue())
            if try endsAfterElement(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    private mutating func enter() throws(JSONError) {
        guard depth < limits.maxDepth else { throw JSONError(.tooDeep, at: index) }
        depth += 1
        index += 1
    }

    /// Whether an object or array just begun is empty; takes its closing byte then.
    private mutating func closes(with close: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
        guard bytes[index] == close else { return false }
        index += 1
        depth -= 1
        return true
    }

    /// Takes the comma after an element, or the closing byte, which answers `true`.
    private mutating func endsAfterElement(with close: UInt8) throws(JSONError) -> Bool {
        if try closes(with: close) { return true }
        try expect(UInt8(ascii: ","))
        skipWhitespace()
        return false
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
        guard bytes[index] == byte else { throw JSONError(.unexpectedByte, at: index) }
        index += 1
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            try expect(word.utf8Start[offset])
        }
        return value
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(JSONError) -> JSONNumber {
        let start = index
        try skipNumber()
        return JSONNumber(checked: String(decoding: slice(start, index), as: UTF8.self))
    }

    /// Moves behind a number: `-`? (`0` or digits not beginning with 0) (`.` digits)? (`e` sign? digits)?
    mutating func skipNumber() throws(JSONError) {
        if peek == UInt8(ascii: "-") { index += 1 }
        if peek == UInt8(ascii: "0") {
            index += 1
            if let next = peek, isDigit(next) { throw JSONError(.invalidNumber, at: index) }
        } else {
            try skipDigits()
        }
        if peek == UInt8(ascii: ".") {
            index += 1
            try skipDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            try skipDigits()
        }
    }

    /// Moves behind one or more digits.
    private mutating func skipDigits() throws(JSONError) {
        guard let first = peek else { throw JSONError(.unexpectedEnd, at: index) }
        guard isDigit(first) else { throw JSONError(.invalidNumber, at: index) }
        while let next = peek, isDigit(next) { index += 1 }
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// - Precondition: `0 <= start <= end <= bytes.count`; the parser's own positions always are.
    private func slice(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[start..<end])
    }
}

// MARK: Strings

extension JSONParser {
    /// Reads a string whose opening quote is the next byte. Plain text is taken in one copy.
    private mutating func parseString() throws(JSONError) -> String {
        let start = index + 1
        index = start
        var nonASCII: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                let text = try decode(start, index, ascii: nonASCII < 0x80)
                index += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            guard byte >= 0x20 else { throw JSONError(.controlCharacter, at: index) }
            nonASCII |= byte
            index += 1
        }
        throw JSONError(.unexpectedEnd, at: index)
    }

    private func decode(_ start: Int, _ end: Int, ascii: Bool) throws(JSONError) -> String {
        let raw = slice(start, end)
        if ascii { return String(decoding: raw, as: UTF8.self) }
        guard let text = String(validating: raw, as: UTF8.self) else {
            throw JSONError(.invalidUTF8, at: start + validPrefixCount(of: raw))
        }
        return text
    }

    /// Bytes before the first sequence that is not UTF-8. Only run once an error is certain.
    private func validPrefixCount(of raw: UnsafeBufferPointer<UInt8>) -> Int {
        var decoder = UTF8()
        var source = raw.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&source) {
            count += String(scalar).utf8.count
        }
        return count
    }

    /// Reads a string with escapes from its first byte on; `index` is at the first backslash.
    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var text = ""
        var runStart = start
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                text += try decode(runStart, index, ascii: false)
                index += 1
                return text
            case UInt8(ascii: "\\"):
                text += try decode(runStart, index, ascii: false)
                text.unicodeScalars.append(try parseEscape())
                runStart = index
            case 0..<0x20:
                throw JSONError(.controlCharacter, at: index)
            default:
                index += 1
            }
        }
        throw JSONError(.unexpectedEnd, at: index)
    }

    /// Reads one escape whose backslash is the next byte; a surrogate pair counts as one.
    private mutating func parseEscape() throws(JSONError) -> Unicode.Scalar {
        let start = index
        index += 1
        guard let kind = peek else { throw JSONError(.unexpectedEnd, at: index) }
        index += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseUnicodeEscape(startedAt: start)
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    /// Reads the digits after `\u` and, for a high surrogate, the `\uDC00`-`\uDFFF` that must follow.
    private mutating func parseUnicodeEscape(startedAt start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try parseHex4(startedAt: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, peek == UInt8(ascii: "\\") else { throw JSONError(.loneSurrogate, at: start) }
        let secondStart = index
        index += 1
        guard peek == UInt8(ascii: "u") else { throw JSONError(.loneSurrogate, at: start) }
        index += 1
        let second = try parseHex4(startedAt: secondStart)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONError(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func parseHex4(startedAt start: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek else { throw JSONError(.unexpectedEnd, at: index) }
            guard let digit = hexDigitValue(byte) else { throw JSONError(.invalidEscape, at: start) }
            value = value << 4 | digit
            index += 1
        }
        return value
    }

    private func hexDigitValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46: UInt32(byte) - 0x37
        case 0x61...0x66: UInt32(byte) - 0x57
        default: nil
        }
    }
}

/// Tells repeated names: by comparison in small objects, by a set once that would be slow.
private struct KnownKeys {
    /// Compared and hashed by code units, so a decomposed accent is another name.
    private struct Key: Hashable {
        let text: String
        static func == (a: Key, b: Key) -> Bool { sameCodeUnits(a.text, b.text) }
        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
    private static let compareUpTo = 16
    private var set: Set<Key> = []

    /// Whether `key` is among `members`. Call once for each name, in order, before appending it.
    mutating func isRepeat(_ key: String, in members: [JSONMember]) -> Bool {
        guard members.count >= Self.compareUpTo else {
            for member in members where sameCodeUnits(member.key, key) { return true }
            return false
        }
        if set.isEmpty {
            for member in members { set.insert(Key(text: member.key)) }
        }
        return !set.insert(Key(text: key)).inserted
    }
}

extension JSONValue {
    /// Reads exactly one JSON text; white space may surround it.
    ///
    /// - Parameter bytes: UTF-8 without a byte order mark.
    /// - Throws: The first fault with its byte offset. Nothing of the text is returned then.
    /// - Complexity: O(n); memory is bounded by `limits`.
    /// - Source: RFC 8259.
    package static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, limits: limits)
        return try parser.parseDocument()
    }

    /// Reads exactly one JSON text from any bytes, without a copy where they lie together.
    package static func parse(
        _ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        let contiguous = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(JSONError) in try parse(buffer, limits: limits) }
        }
        if let contiguous { return try contiguous.get() }
        let copy = Array(bytes)
        let result = copy.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONError) in try parse(buffer, limits: limits) }
        }
        return try result.get()
    }

    /// Reads exactly one JSON text from a string.
    package static func parse(
        _ text: String, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        try parse(text.utf8, limits: limits)
    }
}
