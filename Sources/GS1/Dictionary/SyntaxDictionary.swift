/// The rules of every application identifier, read from the text of the GS1 Barcode Syntax Dictionary.
///
/// Kept as flat arrays of plain values, so that judging a scan neither allocates nor counts references.
///
/// - Source: GS1 Barcode Syntax Dictionary, its own description of its syntax.
struct SyntaxDictionary: Sendable {
    /// The dictionary this build carries.
    static let current: SyntaxDictionary = {
        guard let dictionary = SyntaxDictionary(text: EmbeddedDictionary.text) else {
            preconditionFailure("the embedded dictionary is a constant that the tests read")
        }
        return dictionary
    }()

    /// One component of a value: a run of characters of one set, judged by its linters.
    struct Component: Sendable {
        var characters: CharacterSet
        var minLength: Int
        var maxLength: Int
        var isOptional: Bool
        /// In the dictionary's order; unused places are `nil`.
        var linters: (Linter?, Linter?, Linter?)

        func isJudged(by linter: Linter) -> Bool {
            linters.0 == linter || linters.1 == linter || linters.2 == linter
        }
    }

    /// What holds for one identifier.
    struct Rule: Sendable {
        var ai: ApplicationIdentifier
        /// Fewest and most characters of all components together.
        var minLength = 0
        var maxLength = 0
        var hasPredefinedLength: Bool
        var isAttribute: Bool
        var isPrimaryKey = false
        /// Ranges in ``SyntaxDictionary/components`` and ``SyntaxDictionary/patterns``.
        var components: Range<Int> = 0..<0
        var required: Range<Int> = 0..<0
        var excluded: Range<Int> = 0..<0
        /// Range in ``SyntaxDictionary/sequences``, for a Digital Link key; one of them applies.
        var sequences: Range<Int> = 0..<0
        /// Place in ``SyntaxDictionary/details``.
        var detail = 0
    }

    /// Identifiers as a range of numbers: `310n` is 3100 to 3109.
    struct Pattern: Sendable {
        /// What ends behind this pattern of a requirement: in `01+21,02` the plus ends nothing, the comma
        /// an alternative, the end of the attribute the requirement.
        enum End: UInt8, Sendable { case nothing, alternative, requirement }
        var low: UInt16
        var high: UInt16
        var end: End

        @inline(__always)
        func matches(_ ai: ApplicationIdentifier) -> Bool { low <= ai.number && ai.number <= high }
    }

    /// What only people and URIs need.
    struct Detail: Sendable {
        var title: String
        var requirements: String
    }

    /// Digits of an identifier by its first two; 0 where the dictionary has none.
    private(set) var digitsByPrefix = [UInt8](repeating: 0, count: 100)
    /// Place in ``rules`` by the identifier's number; -1 where the dictionary has none.
    private(set) var ruleByNumber = [Int16](repeating: -1, count: 10_000)
    private(set) var rules: [Rule] = []
    private(set) var components: [Component] = []
    private(set) var patterns: [Pattern] = []
    /// Sequences of qualifiers, each a range in ``qualifiers``.
    private(set) var sequences: [Range<Int>] = []
    private(set) var qualifiers: [ApplicationIdentifier] = []
    private(set) var details: [Detail] = []

    /// Reads a dictionary; `nil` if a line does not follow the dictionary's own syntax.
    init?(text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard read(entry: line) else { return nil }
        }
        guard !rules.isEmpty else { return nil }
    }

    // MARK: Looking up

    @inline(__always)
    func rule(for ai: ApplicationIdentifier) -> Rule? {
        let place = Int(ai.number) < ruleByNumber.count ? ruleByNumber[Int(ai.number)] : -1
        return place < 0 ? nil : rules[Int(place)]
    }

    func title(of ai: ApplicationIdentifier) -> String {
        rule(for: ai).map { details[$0.detail].title } ?? ""
    }

    func requirementsText(of ai: ApplicationIdentifier) -> String {
        rule(for: ai).map { details[$0.detail].requirements } ?? ""
    }

    /// The qualifier sequences of a Digital Link key; empty where it takes none or is none.
    func qualifiers(of key: ApplicationIdentifier) -> [[ApplicationIdentifier]] {
        rule(for: key)?.sequences.map { Array(qualifiers[sequences[$0]]) } ?? []
    }

    // MARK: Reading

    /// Reads `AIs [flags] component... [attribute...] # title`.
    private mutating func read(entry line: Substring) -> Bool {
        let parts = line.split(separator: "#", maxSplits: 1)
        guard let body = parts.first else { return false }
        var words = body.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
        guard let identifiers = words.popFirst() else { return parts.count == 1 }
        let title = parts.count > 1 ? parts[1].drop(while: { $0 == " " }) : ""

        var flags: Substring = ""
        if let first = words.first, first.allSatisfy({ !$0.isLetter && !$0.isNumber && $0 != "[" }) {
            flags = first
            words.removeFirst()
        }
        let bounds = identifiers.split(separator: "-")
        guard let first = bounds.first.flatMap(Self.identifier), bounds.count <= 2,
            let last = bounds.last.flatMap(Self.identifier), first <= last,
            last.digitCount == first.digitCount
        else { return false }
        var rule = Rule(
            ai: first, hasPredefinedLength: flags.contains("*"), isAttribute: flags.contains("?"),
            detail: details.count)
        details.append(Detail(title: String(title), requirements: ""))
        guard read(words: words, into: &rule), rule.maxLength > 0 else { return false }
        return (first.number...last.number).allSatisfy { add(rule, as: ApplicationIdentifier(number: $0)) }
    }

    private static func identifier(_ text: Substring) -> ApplicationIdentifier? {
        guard text.utf8.count >= 2, let number = ApplicationIdentifier.number(text.utf8) else { return nil }
        let ai = ApplicationIdentifier(number: number)
        return ai.digitCount == text.utf8.count ? ai : nil
    }

    private mutating func add(_ rule: Rule, as ai: ApplicationIdentifier) -> Bool {
        var prefix = Int(ai.number)
        while prefix >= 100 { prefix /= 10 }
        let digits = UInt8(ai.digitCount)
        guard digitsByPrefix[prefix] == 0 || digitsByPrefix[prefix] == digits,
            ruleByNumber[Int(ai.number)] < 0,
            let place = Int16(exactly: rules.count)
        else { return false }
        digitsByPrefix[prefix] = digits
        ruleByNumber[Int(ai.number)] = place
        rules.append(rule)
        rules[rules.count - 1].ai = ai
        return true
    }

    private mutating func read(words: ArraySlice<Substring>, into rule: inout Rule) -> Bool {
        let firstComponent = components.count
        var requirements: [Substring] = []
        var exclusions: [Substring] = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            switch parts.first {
            case "req" where parts.count == 2: requirements.append(parts[1])
            case "ex" where parts.count == 2: exclusions.append(parts[1])
            case "dlpkey":
                rule.isPrimaryKey = true
                guard readQualifiers(parts.count == 2 ? parts[1] : "", of: &rule) else { return false }
            default:
                guard let component = Self.component(word) else { return false }
                rule.minLength += component.isOptional ? 0 : component.minLength
                rule.maxLength += component.maxLength
                components.append(component)
            }
        }
        rule.components = firstComponent..<components.count
        details[rule.detail].requirements = requirements.joined(separator: " and ")
        guard let required = readPatterns(requirements), let excluded = readPatterns(exclusions) else {
            return false
        }
        rule.required = required
        rule.excluded = excluded
        return true
    }

    private mutating func readQualifiers(_ text: Substring, of rule: inout Rule) -> Bool {
        let first = sequences.count
        for sequence in text.split(separator: "|") {
            let words = sequence.split(separator: ",")
            let identifiers = words.compactMap(Self.identifier)
            guard identifiers.count == words.count else { return false }
            sequences.append(qualifiers.count..<(qualifiers.count + identifiers.count))
            qualifiers += identifiers
        }
        rule.sequences = first..<sequences.count
        return true
    }

    /// Reads attributes such as `01+21,02,35nn` into ``patterns``.
    private mutating func readPatterns(_ attributes: [Substring]) -> Range<Int>? {
        let start = patterns.count
        for attribute in attributes {
            for alternative in attribute.split(separator: ",") {
                for pattern in alternative.split(separator: "+", omittingEmptySubsequences: false) {
                    guard let pattern = Self.pattern(pattern) else { return nil }
                    patterns.append(pattern)
                }
                endPattern(.alternative)
            }
            endPattern(.requirement)
        }
        return start..<patterns.count
    }

    private mutating func endPattern(_ end: Pattern.End) {
        guard !patterns.isEmpty else { return }
        patterns[patterns.count - 1].end = end
    }

    private static func pattern(_ text: Substring) -> Pattern? {
        let digits = text.prefix { $0 != "n" }
        let wild = text.dropFirst(digits.count)
        guard !digits.isEmpty, wild.allSatisfy({ $0 == "n" }), (2...4).contains(text.utf8.count),
            let low = identifier(Substring(digits + String(repeating: "0", count: wild.count))),
            let high = identifier(Substring(digits + String(repeating: "9", count: wild.count)))
        else { return nil }
        return Pattern(low: low.number, high: high.number, end: .nothing)
    }

    /// Reads a component such as `N13,csum,gcppos1`, `X..20` or `[N3],iso3166`.
    private static func component(_ word: Substring) -> Component? {
        var parts = word.split(separator: ",")[...]
        guard var type = parts.popFirst() else { return nil }
        let isOptional = type.hasPrefix("[") && type.hasSuffix("]")
        if isOptional { type = type.dropFirst().dropLast() }
        guard let letter = type.popFirst(), let characters = characterSet(letter) else { return nil }
        let isVariable = type.hasPrefix("..")
        guard let maxLength = Int(isVariable ? type.dropFirst(2) : type), (1...90).contains(maxLength) else {
            return nil
        }
        let linters = parts.compactMap { Linter(rawValue: String($0)) }
        guard linters.count == parts.count, linters.count <= 3 else { return nil }
        func linter(_ place: Int) -> Linter? { place < linters.count ? linters[place] : nil }
        return Component(
            characters: characters, minLength: isVariable ? 1 : maxLength, maxLength: maxLength,
            isOptional: isOptional, linters: (linter(0), linter(1), linter(2)))
    }

    private static func characterSet(_ letter: Character) -> CharacterSet? {
        switch letter {
        case "N": .numeric
        case "X": .cset82
        case "Y": .cset39
        case "Z": .cset64
        default: nil
        }
    }
}
