/// What a line's configuration may set of a device of this model beside the keys of its kind, table of the
/// list `[[parameter]]`. The commands hold its value as `{param:name}`.
public struct ProfileParameter: Equatable, Sendable {
    /// What a value may be, key `type` with those that go with it.
    public enum Rule: Equatable, Sendable {
        /// `int`: a whole number from `min` to `max`.
        case int(min: Int, max: Int)
        /// `text`: 1 to `maxLength` printable ASCII characters, none of those in `forbidden` (byte text).
        case text(maxLength: Int, forbidden: String)
        /// `choice`: one of `choices`.
        case choice([String])
    }

    /// Names of the rules.
    public enum RuleName: String, Sendable, CaseIterable {
        /// See ``Rule/int(min:max:)``.
        case int
        /// See ``Rule/text(maxLength:forbidden:)``.
        case text
        /// See ``Rule/choice(_:)``.
        case choice
    }

    /// `name`: key in the table of the device, 1 to 40 of a-z 0-9 _, a letter first.
    public var name: String
    /// `type`, and the keys that go with it.
    public var rule: Rule
    /// `default`: value where the line sets none, a number in its digits; absent: the line must set one.
    public var standard: String?
    /// `about`: one line for people. Required.
    public var about: String
    /// What this line sets; `nil`: nothing.
    public var value: String?

    /// Makes a parameter nobody has set; nothing is checked, see ``DeviceProfile/validate()``.
    public init(name: String, rule: Rule, standard: String? = nil, about: String) {
        self.name = name
        self.rule = rule
        self.standard = standard
        self.about = about
    }

    /// The value in force; `nil` where the line must set one and has not.
    public var current: String? { value ?? standard }

    /// Longest text, and most numbers on either side of 0.
    static let (maxLength, maxNumber) = (256, 1_000_000_000)

    /// Whether a value keeps the rule; `forbidden` are further bytes no text may hold.
    func allows(_ value: String, but forbidden: Set<UInt8>) -> Bool {
        switch rule {
        case .int(let min, let max):
            // Digits as they are sent: no plus sign, no leading zeros.
            guard let number = Int(value), "\(number)" == value else { return false }
            return number >= min && number <= max
        case .text(let most, let own):
            let barred = forbidden.union((try? ByteText.bytes(own)) ?? [])
            return (1...max(1, most)).contains(value.utf8.count)
                && value.utf8.allSatisfy { (0x20...0x7E).contains($0) && !barred.contains($0) }
        case .choice(let words): return words.contains(value)
        }
    }

    /// A value for the checks of a profile whose line has set none yet.
    var standIn: String {
        switch rule {
        case .int(let min, _): "\(min)"
        // Ends no frame and begins no command in any dialogue.
        case .text: "0"
        case .choice(let words): words.first ?? ""
        }
    }
}

/// Byte text with `{param:name}` places, cut at them.
struct ParameterText {
    /// A run of byte text, places of commands and replies included, or a parameter's name.
    enum Piece: Equatable {
        case text(String)
        case parameter(String)
    }

    private static let mark = "{param:"
    let pieces: [Piece]

    /// - Throws: ``ProfileFault`` for a place without an end, without a name, or inside the name of a byte
    ///   or another place: there a value would say what it is.
    init(_ text: String) throws(ProfileFault) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstRange(of: Self.mark) {
            let fixed = rest[..<open.lowerBound]
            // Either is closed by the first end behind its mark.
            let isInside = [("<", ">"), ("{", "}")].contains { (mark: Character, end: Character) in
                fixed.lastIndex(of: mark).map { !fixed[$0...].contains(end) } ?? false
            }
            guard !isInside else {
                throw ProfileFault("", "a parameter inside < > or { } in \"\(text)\"")
            }
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                throw ProfileFault("", "a { without } in \"\(text)\"")
            }
            if !fixed.isEmpty { pieces.append(.text(String(fixed))) }
            pieces.append(.parameter(String(rest[open.upperBound..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        guard !text.contains("{param}") else {
            throw ProfileFault("", "a parameter is {param:name} in \"\(text)\"")
        }
        self.pieces = pieces
    }

    /// Names of the parameters in it.
    var names: [String] {
        pieces.compactMap { piece in
            if case .parameter(let name) = piece { return name }
            return nil
        }
    }

    /// The byte text with every parameter's value in it: each of its bytes as itself, never as a mark of
    /// byte text or of a place.
    func filled(_ values: [String: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .parameter(let name):
                ByteText.text((values[name] ?? "").utf8, but: Array("{}".utf8))
            }
        }.joined()
    }
}
