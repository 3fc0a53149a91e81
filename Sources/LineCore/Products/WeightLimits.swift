/// What a full container weighs with all that is in it and around it: from the least to the most it may.
package struct WeightRange: Equatable, Sendable {
    /// Least weight, milligrams; more than 0.
    package let least: Int
    /// Most weight, milligrams.
    package let most: Int

    /// Most a limit can say: 100 t, in milligrams.
    package static let highest = 100_000_000_000

    /// Reads two weights in grams with up to three decimals, as `1180..1260.5`; `nil` for anything else, or
    /// where the second is less than the first.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // A point of a decimal is one, between the two weights are two.
        guard let middle = parts.indices.first(where: { parts[$0].isEmpty }), middle > 0 else { return nil }
        let first = parts[..<middle].joined(separator: ".")
        let second = parts[(middle + 1)...].joined(separator: ".")
        guard let least = Grams.milligrams(first), let most = Grams.milligrams(second), least > 0,
            least <= most, most <= Self.highest
        else { return nil }
        (self.least, self.most) = (least, most)
    }

    /// As it was read: `1180..1260.5`.
    package var text: String { "\(Grams.text(least))..\(Grams.text(most))" }

    /// A weight in milligrams is in it.
    package func contains(_ milligrams: Int) -> Bool { least <= milligrams && milligrams <= most }

    /// What a limit looks like, for whoever wrote another.
    package static let rule = "Write the least and the most of a full one in grams, as \"1180..1260.5\"."
}

/// Weights of full containers, by level of packing.
package struct WeightLimits: Equatable, Sendable {
    private var ranges: [WeightRange?]

    /// No limits.
    package init() { ranges = PackLevel.allCases.map { _ in nil } }

    /// The limits of a level; `nil` where there are none.
    package subscript(level: PackLevel) -> WeightRange? {
        get { ranges[level.index] }
        set { ranges[level.index] = newValue }
    }

    /// Each as `case 1180..1260`, lowest level first.
    var texts: [String] {
        PackLevel.allCases.compactMap { level in self[level].map { "\(level.rawValue) \($0.text)" } }
    }

    /// Reads ``texts`` back; `nil` for anything else.
    init?(texts: [String]) {
        self.init()
        for text in texts {
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let level = PackLevel(rawValue: String(parts[0])), self[level] == nil,
                let range = WeightRange(text: String(parts[1]))
            else { return nil }
            self[level] = range
        }
        guard self.texts == texts else { return nil }
    }

    /// Each in words, as `a case weighs 1180..1260 g`.
    package var words: [String] {
        PackLevel.allCases.compactMap { level in
            self[level].map { "a \(level.rawValue) weighs \($0.text) g" }
        }
    }
}

/// Grams as text, with up to three decimals.
package enum Grams {
    /// `1234.5` of 1,234,500 milligrams.
    package static func text(_ milligrams: Int) -> String {
        let (whole, part) = milligrams.magnitude.quotientAndRemainder(dividingBy: 1_000)
        let sign = milligrams < 0 ? "-" : ""
        guard part > 0 else { return "\(sign)\(whole)" }
        var digits = "\(1_000 + part)".dropFirst()
        while digits.hasSuffix("0") { digits = digits.dropLast() }
        return "\(sign)\(whole).\(digits)"
    }

    /// Milligrams of digits with up to three decimals; `nil` for anything else, or more than 12 digits in
    /// front of the point.
    static func milligrams(_ text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let whole = Int(parts[0])
        else { return nil }
        guard parts.count == 2 else { return whole * 1_000 }
        guard (1...3).contains(parts[1].utf8.count), let part = Int(parts[1]) else { return nil }
        return whole * 1_000 + part * [100, 10, 1][parts[1].utf8.count - 1]
    }
}

extension FieldVisitor {
    /// Limits of weights; where there are none nothing is written.
    mutating func weights(_ limits: inout WeightLimits) throws(RecordFault) {
        var texts = limits.texts
        try self.texts("wt", "weights", &texts)
        guard let known = WeightLimits(texts: texts) else { throw .badField("wt") }
        limits = known
    }
}
