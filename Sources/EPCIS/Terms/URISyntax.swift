/// What RFC 3986 calls a URI: a scheme, a colon, and the parts that may follow.
///
/// JSON Schema's format `uri`. A bare word is none, `example:word` is one.
///
/// - Source: RFC 3986, appendix A.
enum URISyntax {
    /// Whether `text` is a URI with scheme.
    static func isURI(_ text: String) -> Bool {
        let result = text.utf8.withContiguousStorageIfAvailable { isURI($0) }
        return result ?? Array(text.utf8).withUnsafeBufferPointer { isURI($0) }
    }

    private static func isURI(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let first = bytes.first,
            isLetter(first), bytes[..<colon].allSatisfy(isSchemeCharacter)
        else { return false }
        var rest = bytes[(colon + 1)...]
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            guard holds(rest[(hash + 1)...], queryCharacters) else { return false }
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            guard holds(rest[(mark + 1)...], queryCharacters) else { return false }
            rest = rest[..<mark]
        }
        let slash = UInt8(ascii: "/")
        guard rest.count >= 2, rest[rest.startIndex] == slash, rest[rest.startIndex + 1] == slash else {
            return holds(rest, pathCharacters)
        }
        rest = rest.dropFirst(2)
        let authority = rest.prefix { $0 != slash }
        return isAuthority(authority) && holds(rest[authority.endIndex...], pathCharacters)
    }

    /// `[userinfo@] host [:port]`
    private static func isAuthority(_ authority: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var host = authority
        if let at = host.firstIndex(of: UInt8(ascii: "@")) {
            guard holds(host[..<at], userCharacters) else { return false }
            host = host[(at + 1)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")),
                isLiteral(host[(host.startIndex + 1)..<close])
            else { return false }
            let port = host[(close + 1)...]
            return port.isEmpty || (port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(isDigit))
        }
        if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
            guard host[(colon + 1)...].allSatisfy(isDigit) else { return false }
            host = host[..<colon]
        }
        return holds(host, nameCharacters)
    }

    /// What stands between square brackets: an IPv6 address, or `v`, hex digits, a dot and more.
    private static func isLiteral(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = text.first else { return false }
        guard first == UInt8(ascii: "v") else { return isIPv6(text) }
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return false }
        let version = text[..<dot].dropFirst()
        let rest = text[(dot + 1)...]
        return !version.isEmpty && version.allSatisfy(isHex) && !rest.isEmpty
            && rest.allSatisfy { $0 != UInt8(ascii: "%") && userCharacters.contains($0) }
    }

    /// Eight groups of up to four hex digits, the last two maybe an IPv4 address, one run of zeros as `::`.
    private static func isIPv6(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let colon = UInt8(ascii: ":")
        var groups = 0
        var isShortened = false
        var place = text.startIndex
        if text.starts(with: [colon, colon]) {
            isShortened = true
            place += 2
        }
        while place < text.endIndex {
            let group = text[place...].prefix { $0 != colon }
            if group.contains(UInt8(ascii: ".")) {
                guard group.endIndex == text.endIndex, isIPv4(group) else { return false }
                groups += 2
                break
            }
            guard (1...4).contains(group.count), group.allSatisfy(isHex) else { return false }
            groups += 1
            place = group.endIndex
            guard place < text.endIndex else { break }
            place += 1
            guard place < text.endIndex else { return false }
            if text[place] == colon {
                guard !isShortened else { return false }
                isShortened = true
                place += 1
            }
        }
        return isShortened ? groups <= 7 : groups == 8
    }

    private static func isIPv4(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy(isDigit) else { return false }
                return part.reduce(0) { $0 * 10 + Int($1 & 0x0F) } <= 255
            }
    }

    /// Whether every byte is in `set`, and every percent sign begins `%XX`.
    private static func holds(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ set: ByteSet) -> Bool {
        var place = text.startIndex
        while place < text.endIndex {
            let byte = text[place]
            if byte == UInt8(ascii: "%") {
                guard text.endIndex - place > 2, isHex(text[place + 1]), isHex(text[place + 2]) else {
                    return false
                }
                place += 3
            } else {
                guard set.contains(byte) else { return false }
                place += 1
            }
        }
        return true
    }

    private static let nameCharacters = ByteSet("-._~!$&'()*+,;=").union(.lettersAndDigits)
    private static let userCharacters = nameCharacters.union(ByteSet(":"))
    private static let pathCharacters = nameCharacters.union(ByteSet(":@/"))
    private static let queryCharacters = pathCharacters.union(ByteSet("?"))

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    /// Two hex digits a byte, in lower case.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}

/// A set of ASCII characters as two bit masks.
struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The characters of `text`; those beyond ASCII are left out.
    init(_ text: String) {
        for byte in text.utf8 {
            if byte < 0x40 {
                low |= 1 << UInt64(byte)
            } else if byte < 0x80 {
                high |= 1 << UInt64(byte & 0x3F)
            }
        }
    }

    static let lettersAndDigits = ByteSet(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        result.low |= other.low
        result.high |= other.high
        return result
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        guard byte < 0x80 else { return false }
        return (byte < 0x40 ? low : high) >> UInt64(byte & 0x3F) & 1 == 1
    }
}
