import GS1

/// How serials are drawn at random for one GTIN: of which characters, how long, how many.
///
/// The rules judge it; the entropy comes from outside, and what was drawn is an imported file like any other.
package struct RandomPlan: Equatable, Sendable {
    /// Characters of GS1 set 82, each once: all are equally likely at every place.
    package var alphabet: String
    /// Characters of each serial.
    package var length: Int
    /// Serials to draw.
    package var count: Int

    /// Makes a plan that nobody has judged.
    package init(alphabet: String, length: Int, count: Int) {
        self.alphabet = alphabet
        self.length = length
        self.count = count
    }

    /// A guess hits a serial of the product less often than once in so many tries.
    ///
    /// - Source: Regulation (EU) 2016/161, Article 4(c): "negligible and in any case lower than one in ten
    ///   thousand".
    package static let guesses: UInt64 = 10_000
    /// Most serials of one plan: what an imported file may hold.
    package static let maxCount = 2_000_000
    /// Longest serial, AI (21).
    package static let maxLength = 20

    /// The first thing wrong with the plan, or `nil`.
    ///
    /// - Parameter known: Serials of the GTIN in all pools of the line, used or not, whatever became of them.
    package func fault(known: Int) -> Refusal? {
        alphabetFault ?? lengthFault ?? countFault ?? densityFault(known: known)
    }

    private var alphabetFault: Refusal? {
        let bytes = Array(alphabet.utf8)
        if !alphabet.isElementText {
            return Refusal(
                "POOL-112", "the alphabet holds a character that is not of GS1 set 82",
                "Name an alphabet (\(Self.names)), or write out its characters.")
        }
        if Set(bytes).count != bytes.count {
            return Refusal(
                "POOL-112", "the alphabet holds a character twice",
                "Name an alphabet (\(Self.names)), or write each character once.")
        }
        guard bytes.count >= 2 else {
            return Refusal(
                "POOL-112", "an alphabet of \(bytes.count) characters leaves nothing to chance",
                "Name an alphabet (\(Self.names)), or write out its characters.")
        }
        return nil
    }

    private var lengthFault: Refusal? {
        guard !(1...Self.maxLength).contains(length) else { return nil }
        return Refusal(
            "POOL-113", "serials of \(length) characters", "A serial has 1 to \(Self.maxLength) characters.")
    }

    private var countFault: Refusal? {
        guard !(1...Self.maxCount).contains(count) else { return nil }
        return Refusal(
            "POOL-107", "\(count) numbers are out of range", "1 to \(Self.maxCount) random serials at once.")
    }

    private func densityFault(known: Int) -> Refusal? {
        let size = UInt64(alphabet.utf8.count)
        guard !Self.isSparse(count, known: known, size: size, length: length) else { return nil }
        let enough = (1...Self.maxLength).first {
            Self.isSparse(count, known: known, size: size, length: $0)
        }
        let all = Self.power(size, length).map(String.init) ?? "2^64 and more"
        return Refusal(
            "POOL-114",
            "of \(all) serials of \(length) characters this product would have \(count) new ones and "
                + "\(known) known ones: a guess hits one at least once in \(Self.guesses)",
            enough.map { "Use \($0) characters or more (--length \($0))." }
                ?? "Use an alphabet of more characters (\(Self.names)).")
    }

    /// Whether serials that long are so many that a guess hits one of the product's less often than once in
    /// ``guesses``.
    private static func isSparse(_ count: Int, known: Int, size: UInt64, length: Int) -> Bool {
        let (all, tooMany) = UInt64(clamping: count).addingReportingOverflow(UInt64(clamping: known))
        let (needed, overflow) = all.multipliedReportingOverflow(by: guesses)
        guard !tooMany, !overflow else { return false }
        guard let space = power(size, length) else { return true }
        return needed < space
    }

    /// `base` to the power of `exponent`; `nil` above 2^64 - 1.
    static func power(_ base: UInt64, _ exponent: Int) -> UInt64? {
        var result: UInt64 = 1
        for _ in 0..<max(0, exponent) {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { return nil }
            result = product
        }
        return result
    }
}

// MARK: - Alphabets

extension RandomPlan {
    /// Alphabets by name. Each name has a letter twice, so none is an alphabet itself.
    package static let alphabets: [(name: String, characters: String)] = [
        // Without 0 O 1 I L: two people read the same.
        ("unambiguous", "23456789ABCDEFGHJKMNPQRSTUVWXYZ"),
        ("digits", "0123456789"),
        ("capitals-and-digits", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("letters-and-digits", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ]

    /// The characters of an alphabet given by name, or written out.
    package static func characters(_ alphabet: String) -> String {
        alphabets.first { $0.name == alphabet }?.characters ?? alphabet
    }

    private static var names: String { alphabets.map(\.name).joined(separator: ", ") }
}
