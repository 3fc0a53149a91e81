/// Byte text with `{name}` places: filled to make a request, or matched to read a reply.
///
/// In a reply a place may say what it holds: `{name:4}`, `{name:int}`, `{name:hex}`.
package struct ByteTemplate: Equatable, Sendable {
    /// What a place of a reply may hold.
    package enum Capture: Equatable, Sendable {
        /// `{name}`: one byte or more, up to the next literal.
        case bytes
        /// `{name:N}`: exactly so many bytes, whatever they are.
        case exactly(Int)
        /// `{name:int}`: 1 to 18 decimal digits, up to the next literal.
        case decimalDigits
        /// `{name:hex}`: 1 to 16 hexadecimal digits, up to the next literal.
        case hexadecimalDigits
    }

    /// A run of fixed bytes or a place.
    enum Piece: Equatable, Sendable {
        case literal([UInt8])
        case place(String, Capture)
    }

    /// Longest `{name:N}`.
    static let maxExactBytes = 4096

    let pieces: [Piece]

    /// The places, in order.
    var places: [(name: String, capture: Capture)] {
        pieces.compactMap { piece in
            if case .place(let name, let capture) = piece { return (name, capture) }
            return nil
        }
    }

    /// Names of the places, in order.
    var names: [String] { places.map(\.name) }

    /// - Throws: ``ProfileFault`` for bad byte text, an unclosed or empty `{`, a place that no literal parts
    ///   from the next (they could not be told apart in a reply, unless the first has a length), an unknown
    ///   word behind a colon or one name twice.
    ///
    /// - Parameter isReply: False for a text that is only filled: its places may stand side by side, and
    ///   again.
    package init(_ text: String, isReply: Bool = true) throws(ProfileFault) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(try ByteText.bytes(String(rest[..<open])))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw ProfileFault("", "a { without } in \"\(text)\"")
            }
            let parts = rest[rest.index(after: open)..<close].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
                throw ProfileFault("", "a place is {name} in ASCII letters")
            }
            if isReply, case .place(_, let before)? = pieces.last, !before.hasLength {
                throw ProfileFault("", "two places side by side in \"\(text)\"")
            }
            pieces.append(.place(name, parts.count == 1 ? .bytes : try Capture(parts[1])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(try ByteText.bytes(String(rest)))) }
        self.pieces = pieces
        guard !isReply || Set(names).count == names.count else {
            throw ProfileFault("", "a place occurs twice in \"\(text)\"")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// The bytes with every place filled; a place without an argument stays empty (validated profiles have
    /// none).
    func filled(_ arguments: [String: [UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let fixed): bytes += fixed
            case .place(let name, _): bytes += arguments[name] ?? []
            }
        }
        return bytes
    }

    /// Matches a whole reply body.
    ///
    /// - Returns: What each place holds, or `nil` if the body or what a place would hold does not fit.
    package func match(_ body: [UInt8]) -> [String: [UInt8]]? {
        var captures: [String: [UInt8]] = [:]
        var index = body.startIndex
        for (number, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let fixed):
                guard body[index...].starts(with: fixed) else { return nil }
                index += fixed.count
            case .place(let name, let capture):
                guard let end = end(of: capture, number, in: body, from: index) else { return nil }
                let held = body[index..<end]
                guard capture.allows(held) else { return nil }
                captures[name] = Array(held)
                index = end
            }
        }
        return index == body.endIndex ? captures : nil
    }

    /// Where the place that is piece `number` ends: behind its bytes, at the next literal, or with the body.
    private func end(of capture: Capture, _ number: Int, in body: [UInt8], from start: Int) -> Int? {
        if case .exactly(let count) = capture {
            return body.count - start >= count ? start + count : nil
        }
        guard number + 1 < pieces.count, case .literal(let next) = pieces[number + 1] else {
            return body.endIndex
        }
        return Self.first(next, in: body, from: start)
    }

    private static func first(_ wanted: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard !wanted.isEmpty, body.count - start >= wanted.count else { return nil }
        return (start...(body.count - wanted.count)).first { body[$0...].starts(with: wanted) }
    }
}

extension ByteTemplate.Capture {
    /// The word behind the colon of a place.
    fileprivate init(_ word: Substring) throws(ProfileFault) {
        if word == "int" {
            self = .decimalDigits
        } else if word == "hex" {
            self = .hexadecimalDigits
        } else if let count = decimal(word.utf8), (1...UInt64(ByteTemplate.maxExactBytes)).contains(count) {
            self = .exactly(Int(count))
        } else {
            let most = ByteTemplate.maxExactBytes
            throw ProfileFault(
                "", "a place is {name}, {name:int}, {name:hex} or {name:N}, N from 1 to \(most)")
        }
    }

    /// Whether a place of this kind says itself where it ends.
    fileprivate var hasLength: Bool {
        switch self {
        case .exactly: true
        case .bytes, .decimalDigits, .hexadecimalDigits: false
        }
    }

    fileprivate func allows(_ held: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .bytes: !held.isEmpty
        case .exactly(let count): held.count == count
        case .decimalDigits: held.count <= 18 && DeviceCore.decimal(held) != nil
        case .hexadecimalDigits: DeviceCore.hexadecimal(held) != nil
        }
    }
}

/// 1 to 16 hexadecimal digits of either case and nothing else; `nil` for anything that is not.
func hexadecimal(_ bytes: some Collection<UInt8>) -> UInt64? {
    guard (1...16).contains(bytes.count) else { return nil }
    var value: UInt64 = 0
    for byte in bytes {
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        default: return nil
        }
        value = value << 4 | UInt64(digit)
    }
    return value
}

/// Unsigned decimal digits and nothing else; `nil` for anything that is not, or does not fit.
func decimal(_ bytes: some Collection<UInt8>) -> UInt64? {
    guard !bytes.isEmpty, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
        return nil
    }
    return UInt64(String(decoding: bytes, as: UTF8.self))
}
