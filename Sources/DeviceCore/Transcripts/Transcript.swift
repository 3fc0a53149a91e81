/// What went over a device's wire, with what made us send it and what came of it: the golden dialogue
/// beside a profile, or the record of a fault at a customer's line.
///
/// ```
/// # profile: zipher.toml   firmware: 1.28   evidence: manual   source: where the bytes come from
/// # parameter: bank = 2        what was set of the profile's parameters, one a line
/// > 0D                 connect -> connected      bytes sent, what made us send them, events of that
/// > 53 4C 52 0D        tick 50                   time passes (ms)
/// < 41 43 4B 0D        bufferCleared; ...        bytes received, events of that
/// > 53 48 4F 0D                                  a further write of the line above
/// @1200.250 < 41 0D    read A                    recorded: at this time (ms) since the beginning
/// @1300.250 > 42 0D    tick                      recorded: what was due at this time
/// ```
/// Causes are `connect`, `disconnect`, `tick`, `gap` (what was said there is lost) and the words of
/// ``DeviceCommand``.
public struct Transcript: Equatable, Sendable {
    /// One line.
    public struct Line: Equatable, Sendable {
        /// Its number in the file, from 1.
        public var number: Int
        /// Nanoseconds since the beginning, where recorded.
        public var at: UInt64?
        /// From us (`>`), or from the device.
        public var isSent: Bool
        /// The bytes.
        public var bytes: [UInt8]
        /// Of a sent line: what made us send; empty for a further write of the line above.
        public var cause: String
        /// Events that came of it, in words.
        public var events: [String]
    }

    /// Why a file is none.
    public struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
        /// Line, from 1.
        public var line: Int
        /// What is wrong.
        public var text: String
        /// Both.
        public var description: String { "line \(line): \(text)" }
    }

    /// Longest file read, in bytes.
    public static let maxBytes = 64 << 20
    static let headings = ["profile", "firmware", "evidence", "source"]

    /// What stands at the beginning: `profile` (name, or file beside this one), `firmware`, `evidence`,
    /// `source`.
    public var heading: [String: String] = [:]
    /// Parameters of the profile that were set, by name; where none, their defaults were in force.
    public var parameters: [String: String] = [:]
    /// In order.
    public var lines: [Line] = []

    /// Nothing said yet.
    public init(heading: [String: String]) { self.heading = heading }

    /// Reads a transcript.
    ///
    /// - Throws: ``Fault`` at the first line that is none.
    public init(_ text: String) throws(Fault) {
        var last: UInt64 = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("# profile: ") { heading = try Self.heading(line.dropFirst(2), index + 1) }
            if line.hasPrefix(Self.parameterMark) { try takeParameter(line, index + 1) }
            if line.isEmpty || line.hasPrefix("#") { continue }
            let read = try Self.line(line, index + 1)
            if let at = read.at {
                guard at >= last else {
                    throw Fault(line: index + 1, text: "its time is before the line above")
                }
                last = at
            }
            lines.append(read)
        }
        guard heading["profile"] != nil else {
            throw Fault(line: 1, text: "no line begins with \"# profile: \"")
        }
    }

    private static let parameterMark = "# parameter: "

    private mutating func takeParameter(_ line: Substring, _ number: Int) throws(Fault) {
        let text = line.dropFirst(Self.parameterMark.utf8.count)
        guard let equals = Self.position(of: " = ", in: text) else {
            throw Fault(line: number, text: "a parameter is: # parameter: NAME = VALUE")
        }
        let (name, value) = (String(text[..<equals]), String(text[equals...].dropFirst(3)))
        guard parameters.updateValue(value, forKey: name) == nil else {
            throw Fault(line: number, text: "parameter \(name) stands twice")
        }
    }

    private static func heading(_ text: Substring, _ number: Int) throws(Fault) -> [String: String] {
        var heading: [String: String] = [:]
        // Further words may stand in a value; the last runs to the end.
        var rest = text
        for (index, word) in headings.enumerated() {
            guard rest.hasPrefix(word + ": ") else {
                throw Fault(line: number, text: "the header lacks \(word):")
            }
            rest = rest.dropFirst(word.utf8.count + 2)
            var end = rest.endIndex
            if index + 1 < headings.count {
                guard let next = position(of: headings[index + 1] + ": ", in: rest) else {
                    throw Fault(line: number, text: "the header lacks \(headings[index + 1]):")
                }
                end = next
            }
            let value = rest[..<end]
            heading[word] = String(
                value[..<(value.lastIndex { $0 != " " }.map(value.index(after:)) ?? value.startIndex)])
            rest = rest[end...]
        }
        return heading
    }

    private static func position(of word: String, in text: Substring) -> Substring.Index? {
        text.indices.first { text[$0...].hasPrefix(word) }
    }

    private static func line(_ text: Substring, _ number: Int) throws(Fault) -> Line {
        var rest = text
        var at: UInt64?
        if rest.hasPrefix("@") {
            let word = rest.dropFirst().prefix { $0 != " " }
            guard let time = Words.nanoseconds(word) else {
                throw Fault(line: number, text: "@\(word) is no time in milliseconds")
            }
            at = time
            rest = rest[word.endIndex...].drop { $0 == " " }
        }
        let isSent = rest.hasPrefix(">")
        guard isSent || rest.hasPrefix("<") else {
            throw Fault(line: number, text: "it begins with neither > nor <")
        }
        rest = rest.dropFirst(rest.dropFirst().first == " " ? 2 : 1)
        var bytes: [UInt8] = []
        while let byte = byte(rest) {
            bytes.append(byte)
            rest = rest.dropFirst(3)
            if rest.first == " " { break }
        }
        let note = String(rest.drop { $0 == " " })
        let (cause, events) = isSent ? Self.parts(note) : ("", note)
        return Line(
            number: number, at: at, isSent: isSent, bytes: bytes, cause: cause,
            events: Self.list(events))
    }

    /// Two digits, then a space or the end.
    private static func byte(_ text: Substring) -> UInt8? {
        let digits = text.prefix(2)
        guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), text.dropFirst(2).first ?? " " == " "
        else {
            return nil
        }
        return UInt8(digits, radix: 16)
    }

    private static func parts(_ note: String) -> (String, String) {
        guard let arrow = position(of: " -> ", in: note[...]) else { return (note, "") }
        return (String(note[..<arrow]), String(note[arrow...].dropFirst(4)))
    }

    private static func list(_ text: String) -> [String] {
        var (list, rest): ([String], Substring) = ([], text[...])
        while let end = position(of: "; ", in: rest) {
            list.append(String(rest[..<end]))
            rest = rest[end...].dropFirst(2)
        }
        return rest.isEmpty ? list : list + [String(rest)]
    }

    /// The file's text; ``init(_:)`` reads it back.
    public var text: String {
        let first = Self.headings.map { "\($0): \(heading[$0] ?? "unknown")" }.joined(separator: "   ")
        let set = parameters.sorted { $0.key < $1.key }
            .map { "\(Self.parameterMark)\($0.key) = \($0.value)\n" }.joined()
        return "# \(first)\n" + set + text(of: 0..<lines.count)
    }

    /// Some of its lines, as in the file.
    public func text(of range: Range<Int>) -> String {
        lines[range.clamped(to: 0..<lines.count)].map { $0.text + "\n" }.joined()
    }
}

extension Transcript.Line {
    /// As in a file.
    var text: String {
        let time = at.map { "@" + Words.milliseconds($0) + " " } ?? ""
        let hex = bytes.map(ByteText.hex).joined(separator: " ")
        let said = events.joined(separator: "; ")
        let note = isSent ? (said.isEmpty ? cause : "\(cause) -> \(said)") : said
        let left = time + (isSent ? ">" : "<") + (hex.isEmpty ? "" : " " + hex)
        return note.isEmpty ? left : left + "  " + note
    }
}
