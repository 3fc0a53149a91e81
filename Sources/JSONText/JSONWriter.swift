/// Appends compact JSON to bytes, member by member, without building a tree.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.member("t", 17)
///     writer.beginArray("children")
///     writer.element("A1")
///     writer.endArray()
///     writer.endObject()      // {"t":17,"children":["A1"]}
///
/// The writer sets commas and escapes; pairing begin and end is the caller's part.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// - Parameter bytes: Where to append; given up by the caller, so nothing is copied.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    /// Ready for the next text, keeping the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// The bytes written so far; the writer is empty afterwards.
    package mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        needsComma = false
        return taken
    }

    // MARK: Structure

    /// Begins an object as a whole text or as an element of an array.
    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    /// Begins an array as a whole text or as an element of an array.
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Begins an object as a member of an object.
    package mutating func beginObject(_ key: String) {
        self.key(key)
        begin(UInt8(ascii: "{"))
    }

    /// Begins an array as a member of an object.
    package mutating func beginArray(_ key: String) {
        self.key(key)
        begin(UInt8(ascii: "["))
    }

    /// Ends the innermost object.
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    /// Ends the innermost array.
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    private mutating func begin(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes the name of the member whose value the next call writes.
    package mutating func key(_ key: String) {
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Members

    package mutating func member(_ key: String, _ value: String) {
        self.key(key)
        element(value)
    }

    /// A member whose text is given as bytes; see ``element(utf8:)``.
    package mutating func member(_ key: String, utf8 value: some Collection<UInt8>) {
        self.key(key)
        element(utf8: value)
    }

    package mutating func member(_ key: String, _ value: some FixedWidthInteger) {
        self.key(key)
        element(value)
    }

    package mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        element(value)
    }

    package mutating func member(_ key: String, _ value: JSONValue) {
        self.key(key)
        element(value)
    }

    /// A member whose value is `null`.
    package mutating func nullMember(_ key: String) {
        self.key(key)
        element(.null)
    }

    // MARK: Elements

    package mutating func element(_ value: String) {
        separate()
        quote(value)
    }

    /// A string given as bytes, not copied on the way. Sequences that are not UTF-8 become U+FFFD.
    package mutating func element(utf8 value: some Collection<UInt8>) {
        separate()
        let isWritten = value.withContiguousStorageIfAvailable { quoteASCII($0) } ?? false
        if !isWritten { quote(String(decoding: value, as: UTF8.self)) }
    }

    package mutating func element(_ value: some FixedWidthInteger) {
        separate()
        if let word = UInt64(exactly: value) {
            appendDigits(word)
        } else if let word = Int64(exactly: value) {
            bytes.append(UInt8(ascii: "-"))
            appendDigits(word.magnitude)
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    package mutating func element(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    package mutating func element(_ value: JSONValue) {
        switch value {
        case .object(let members):
            beginObject()
            for member in members { self.member(member.key, member.value) }
            endObject()
        case .array(let elements):
            beginArray()
            for value in elements { element(value) }
            endArray()
        case .string(let text): element(text)
        case .number(let number):
            separate()
            bytes.append(contentsOf: number.text.utf8)
        case .bool(let value): element(value)
        case .null:
            separate()
            bytes.append(contentsOf: "null".utf8)
        }
    }

    // MARK: Bytes

    private mutating func appendDigits(_ value: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var start = 20
            repeat {
                start -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                digits[start] = UInt8(truncatingIfNeeded: digit) | 0x30
                rest = quotient
            } while rest != 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start..<20]))
        }
    }

    private mutating func quote(_ text: String) {
        let isWritten = text.utf8.withContiguousStorageIfAvailable { raw in
            appendQuoted(raw)
            return true
        }
        if isWritten == nil { Array(text.utf8).withUnsafeBufferPointer { appendQuoted($0) } }
    }

    /// Writes a quoted string if every byte is ASCII; otherwise writes nothing and returns `false`.
    private mutating func quoteASCII(_ raw: UnsafeBufferPointer<UInt8>) -> Bool {
        var union: UInt8 = 0
        for byte in raw { union |= byte }
        guard union < 0x80 else { return false }
        appendQuoted(raw)
        return true
    }

    /// Writes UTF-8 with the escapes RFC 8259 demands: the quote, the backslash, controls below U+0020.
    private mutating func appendQuoted(_ raw: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var runStart = 0
        for index in raw.indices {
            let byte = raw[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: raw[runStart..<index]))
            appendEscape(byte)
            runStart = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: raw[runStart..<raw.count]))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(byte >> 4 | 0x30)
            let low = byte & 0x0F
            bytes.append(low < 10 ? low + 0x30 : low + 0x57)
        }
    }
}

extension JSONValue {
    /// The value as compact UTF-8. Reading it back gives an equal value.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.element(self)
        return writer.take()
    }

    /// The value as compact text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
