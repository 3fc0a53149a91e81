import JournalCore

/// What a hub can be asked.
///
/// ```
/// GET  /v1/lines/{line}/journal                              the head: how far the journal is held
/// GET  /v1/lines/{line}/journal?offset=N&count=N             its bytes from N on, as they are stored
/// POST /v1/lines/{line}/journal?offset=N&previous=HEAD       appends the lines in the body
/// ```
package enum HubRequest: Equatable, Sendable {
    case head(line: String)
    case read(line: String, offset: UInt64, count: Int)
    /// The body has the lines.
    case append(line: String, offset: UInt64, previous: JournalHead)

    /// Header in which a line shows the one-time token that allows it a new journal.
    package static let tokenHeader = "Enrolment-Token"
    /// Largest body unpacked. One byte more than any batch: the journal says what is too large.
    package static let maxUnpackedBytes = JournalBatch.maxBytes + 1
    /// Largest body as it comes; packed lines are shorter than unpacked ones, or hardly longer.
    package static let maxBodyBytes = JournalBatch.maxBytes + 64 << 10

    /// Reads a request from its first line.
    ///
    /// - Parameters:
    ///   - path: Without the query, escaped.
    ///   - query: The parameters, unescaped.
    /// - Throws: `HUB-201`, `HUB-202`, `HUB-203`.
    package static func parse(
        method: String, path: String, query: [(name: String, value: String)]
    ) throws(HubProblem) -> HubRequest {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "v1", parts[2] == "lines",
            parts[4] == "journal", let line = PathText.decode(parts[3])
        else { throw .unknownPath(path) }
        guard JournalIdentity.isLineName(line) else {
            throw .badParameter("line", "1 to 64 printable ASCII characters without \" and \\")
        }
        var parameters = Parameters(query)
        switch method {
        case "GET", "HEAD":
            guard parameters.has("offset") || parameters.has("count") else {
                try parameters.end()
                return .head(line: line)
            }
            let offset = try parameters.number("offset")
            let count = try parameters.number("count")
            try parameters.end()
            return .read(line: line, offset: offset, count: Int(min(count, UInt64(JournalBatch.maxBytes))))
        case "POST":
            let offset = try parameters.number("offset")
            let text = try parameters.text("previous")
            try parameters.end()
            guard let previous = JournalHead(text: text) else {
                throw .badParameter("previous", "a head is 43 characters of base64url")
            }
            return .append(line: line, offset: offset, previous: previous)
        default: throw .wrongMethod(method, allowed: "GET or POST")
        }
    }

    /// How it is asked: method and path with query.
    package var text: (method: String, target: String) {
        switch self {
        case .head(let line): ("GET", Self.path(line))
        case .read(let line, let offset, let count):
            ("GET", "\(Self.path(line))?offset=\(offset)&count=\(count)")
        case .append(let line, let offset, let previous):
            ("POST", "\(Self.path(line))?offset=\(offset)&previous=\(previous)")
        }
    }

    private static func path(_ line: String) -> String { "/v1/lines/\(PathText.encode(line))/journal" }
}

/// The parameters of a query, each at most once.
private struct Parameters {
    private var rest: [(name: String, value: String)]

    init(_ query: [(name: String, value: String)]) { rest = query }

    func has(_ name: String) -> Bool { rest.contains { $0.name == name } }

    mutating func text(_ name: String) throws(HubProblem) -> String {
        guard let index = rest.firstIndex(where: { $0.name == name }) else {
            throw .badParameter(name, "it is missing")
        }
        return rest.remove(at: index).value
    }

    mutating func number(_ name: String) throws(HubProblem) -> UInt64 {
        let text = try text(name)
        let isDigits = (1...19).contains(text.utf8.count) && text.utf8.allSatisfy { $0 &- 0x30 < 10 }
        guard isDigits, let number = UInt64(text) else { throw .badParameter(name, "it is no number") }
        return number
    }

    /// What nobody asked for was meant otherwise than it would be read.
    func end() throws(HubProblem) {
        if let other = rest.first {
            throw .badParameter(String(other.name.prefix(40)), "it is not known here, or given twice")
        }
    }
}

/// Text as a part of a path.
///
/// - Source: RFC 3986, section 2.
enum PathText {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Escapes all but letters, digits and `-._~`.
    static func encode(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// - Returns: `nil` for an escape that is none, and for bytes that are no UTF-8.
    static func decode(_ text: Substring) -> String? {
        var out: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            guard let high = bytes.popFirst().flatMap(value), let low = bytes.popFirst().flatMap(value) else {
                return nil
            }
            out.append(high << 4 | low)
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
