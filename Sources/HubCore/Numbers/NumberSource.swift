import GS1

/// Whose numbers a pool holds.
package enum NumberKey: Hashable, Sendable {
    /// Serials of one product, 14 digits.
    case gtin(String)
    /// SSCCs behind an extension digit and company prefix, 7 to 13 digits.
    case sscc(String)

    /// The digits.
    package var text: String {
        switch self {
        case .gtin(let digits), .sscc(let digits): digits
        }
    }

    /// The product, where it is one.
    package var gtin: String? {
        if case .gtin(let digits) = self { digits } else { nil }
    }

    var isSound: Bool {
        switch self {
        case .gtin(let digits): digits.utf8.count == 14 && (try? GTIN(digits)) != nil
        case .sscc(let digits): (7...13).contains(digits.utf8.count) && HubText.isDigits(digits)
        }
    }
}

/// How the numbers of a pool follow from their positions; all that a line needs to expand a block.
package struct NumberSource: Equatable, Sendable {
    /// Where the numbers come from.
    package enum Kind: String, CaseIterable, Sendable {
        /// A file that was imported: position 0 is its first serial.
        case list
        /// Numbers that follow each other, behind a prefix.
        case range
        /// All serials of one alphabet and length, in an order that only the secret tells.
        case random
    }

    /// Where the numbers come from.
    package var kind = Kind.range
    /// Numbers in the pool; positions are below it.
    package var count: UInt64 = 0
    /// List: SHA-256 of the file, 64 hexadecimal digits.
    package var file = ""
    /// Range: text before each number; empty for SSCCs.
    package var prefix = ""
    /// Range: first number.
    package var first: UInt64 = 0
    /// Range: digits of each number; for SSCCs 17 less those of the key.
    package var width = 0
    /// Random: the characters, in order. List: those its serials are made of.
    package var alphabet = ""
    /// Random: characters of each serial. List: those of its longest.
    package var length = 0
    /// List: characters of its shortest serial.
    package var shortest = 0
    /// Random: 32 hexadecimal digits.
    package var secret = ""

    /// An empty range.
    package init() {}

    /// Consecutive numbers.
    package static func range(prefix: String, first: UInt64, count: UInt64, width: Int) -> NumberSource {
        var source = NumberSource()
        source.prefix = prefix
        source.first = first
        source.count = count
        source.width = width
        return source
    }

    /// Serials at random without repetition.
    package static func random(
        alphabet: String, length: Int, count: UInt64, secret: String
    ) -> NumberSource {
        var source = NumberSource()
        source.kind = .random
        source.alphabet = alphabet
        source.length = length
        source.count = count
        source.secret = secret
        return source
    }

    /// An imported file, as its serials are.
    package static func list(_ list: SerialList) -> NumberSource {
        var source = NumberSource()
        source.kind = .list
        source.file = list.sha256
        source.count = UInt64(list.serials.count)
        source.alphabet = String(decoding: list.characters, as: UTF8.self)
        source.length = list.serials.map(\.count).max() ?? 0
        source.shortest = list.serials.map(\.count).min() ?? 0
        return source
    }

    /// The number at a position as it stands in the code: a serial, or an SSCC with its check digit.
    ///
    /// - Returns: `nil` outside the pool, and for a list, whose serials stand in its file.
    package func number(at position: UInt64, key: NumberKey) -> String? {
        guard position < count else { return nil }
        switch kind {
        case .list: return nil
        case .random: return permutation?.serial(at: position)
        case .range:
            let (number, overflow) = first.addingReportingOverflow(position)
            guard !overflow, let serial = text(of: number) else { return nil }
            guard case .sscc(let digits) = key else { return serial }
            return (try? SSCC(withoutCheckDigit: (digits + serial).utf8))?.text
        }
    }

    /// The order of the serials, of a random source.
    package var permutation: KeyedPermutation? {
        KeyedPermutation(alphabet: alphabet, length: length, secret: secret)
    }

    private func text(of number: UInt64) -> String? {
        let digits = String(number)
        guard digits.utf8.count <= width, width <= 20 else { return nil }
        return prefix + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}

// MARK: - Which numbers two sources share

extension NumberSource {
    /// Characters of the shortest and longest serial.
    var lengths: ClosedRange<Int> {
        switch kind {
        case .range: prefix.utf8.count + width...prefix.utf8.count + width
        case .random: length...length
        case .list: min(shortest, length)...length
        }
    }

    /// First and last number of a range as text, both of one length.
    private var ends: (first: [UInt8], last: [UInt8])? {
        guard kind == .range, count > 0 else { return nil }
        let (last, overflow) = first.addingReportingOverflow(count - 1)
        guard !overflow, let low = text(of: first), let high = text(of: last) else { return nil }
        return (Array(low.utf8), Array(high.utf8))
    }

    /// Whether a serial is one of this range or random order; never of a list, whose serials are not here.
    func holds(_ serial: [UInt8]) -> Bool {
        switch kind {
        case .list: return false
        case .random: return permutation?.position(of: serial).map { $0 < count } ?? false
        case .range:
            guard let (low, high) = ends, serial.count == low.count else { return false }
            // Between the ends by character, and digits where the ends have numbers.
            return serial.dropFirst(prefix.utf8.count).allSatisfy(CharacterSet.numeric.contains)
                && !serial.lexicographicallyPrecedes(low) && !high.lexicographicallyPrecedes(serial)
        }
    }

    /// Whether this and another generated source could hold one serial. In doubt they do: of two random
    /// orders in one space, or a range in the space of a random order, nobody lists the serials.
    func mayShare(generated other: NumberSource) -> Bool {
        switch (kind, other.kind) {
        case (.list, _), (_, .list): return false
        case (.range, .range):
            guard let a = ends, let b = other.ends, a.first.count == b.first.count else { return false }
            // Texts of one length: they meet where neither range ends before the other begins.
            return !a.last.lexicographicallyPrecedes(b.first) && !b.last.lexicographicallyPrecedes(a.first)
        case (.random, .random):
            let own = Set(alphabet.utf8)
            return length == other.length && other.alphabet.utf8.contains { own.contains($0) }
        case (.random, .range): return other.lies(inSpaceOf: self)
        case (.range, .random): return lies(inSpaceOf: other)
        }
    }

    private func lies(inSpaceOf random: NumberSource) -> Bool {
        let characters = Set(random.alphabet.utf8)
        return lengths.upperBound == random.length && prefix.utf8.allSatisfy(characters.contains)
            && (UInt8(0x30)...0x39).contains { characters.contains($0) }
    }
}

/// The serials of an imported file, in its order, uploaded and named by the SHA-256 of its bytes.
package struct SerialList: Equatable, Sendable {
    /// 64 hexadecimal digits.
    package let sha256: String
    /// In the order of the file.
    package let serials: [SerialNumber]

    /// Takes what the reader of the file found.
    package init(sha256: String, serials: [SerialNumber]) {
        self.sha256 = sha256
        self.serials = serials
    }

    /// The characters the serials are made of, each once, in order.
    var characters: [UInt8] {
        var found = [Bool](repeating: false, count: 128)
        for serial in serials {
            for place in 0..<serial.count { found[Int(serial[place])] = true }
        }
        return (UInt8(0)..<128).filter { found[Int($0)] }
    }
}
