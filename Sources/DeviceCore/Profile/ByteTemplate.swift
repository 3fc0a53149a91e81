/// Byte text with `{name}` places: filled to make a request, or matched to read a reply.
struct ByteTemplate: Equatable, Sendable {
    /// A run of fixed bytes or a place.
    enum Piece: Equatable, Sendable {
        case literal([UInt8])
        case place(String)
    }

    let pieces: [Piece]

    /// Names of the places, in order.
    var names: [String] {
        pieces.compactMap { piece in
            if case .place(let name) = piece { return name }
            return nil
        }
    }

    /// - Throws: ``ProfileFault`` for bad byte text, an unclosed or empty `{`, two places side by side (they
    ///   could not be told apart in a reply) or one name twice.
    init(_ text: String) throws(ProfileFault) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(try ByteText.bytes(String(rest[..<open])))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw ProfileFault("", "a { without } in \"\(text)\"")
            }
            let name = String(rest[rest.index(after: open)..<close])
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
                throw ProfileFault("", "a place is {name} in ASCII letters")
            }
            if case .place? = pieces.last { throw ProfileFault("", "two places side by side in \"\(text)\"") }
            pieces.append(.place(name))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(try ByteText.bytes(String(rest)))) }
        self.pieces = pieces
        guard Set(names).count == names.count else {
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
            case .place(let name): bytes += arguments[name] ?? []
            }
        }
        return bytes
    }

    /// Matches a whole reply body.
    ///
    /// - Returns: What each place holds (one byte or more, up to the next literal), or `nil` if it does not
    ///   match.
    func match(_ body: [UInt8]) -> [String: [UInt8]]? {
        var captures: [String: [UInt8]] = [:]
        var index = body.startIndex
        for (number, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let fixed):
                guard body[index...].starts(with: fixed) else { return nil }
                index += fixed.count
            case .place(let name):
                var end = body.endIndex
                if number + 1 < pieces.count, case .literal(let next) = pieces[number + 1] {
                    guard let found = Self.first(next, in: body, from: index) else { return nil }
                    end = found
                }
                guard end > index else { return nil }
                captures[name] = Array(body[index..<end])
                index = end
            }
        }
        return index == body.endIndex ? captures : nil
    }

    private static func first(_ wanted: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard !wanted.isEmpty, body.count - start >= wanted.count else { return nil }
        return (start...(body.count - wanted.count)).first { body[$0...].starts(with: wanted) }
    }
}

/// Unsigned decimal digits and nothing else; `nil` for anything that is not, or does not fit.
func decimal(_ bytes: some Collection<UInt8>) -> UInt64? {
    guard !bytes.isEmpty, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
        return nil
    }
    return UInt64(String(decoding: bytes, as: UTF8.self))
}
