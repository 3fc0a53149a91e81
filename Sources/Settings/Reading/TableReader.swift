/// Reads one table of a settings file, key by key, and notes each fault and each value in its report.
///
/// A getter always returns a value, so that reading goes on and every fault is found: after a fault it is a
/// stand-in, and ``SettingsReport/isSound(_:)`` tells checks of several keys to leave it out.
/// ``finish()`` reports the keys nobody asked for.
final class TableReader {
    let report: SettingsReport
    let path: KeyPath
    private let entries: [String: ConfigNode]
    private var asked: [String] = []
    private var unused: Set<String> = []

    init(report: SettingsReport, path: KeyPath = KeyPath(), entries: [String: ConfigNode]) {
        self.report = report
        self.path = path
        self.entries = entries
    }

    /// Reads a whole file. A tree that is no table (JSON can be one) is a fault.
    convenience init(report: SettingsReport, tree: ConfigNode) {
        if case .table(let entries) = tree {
            self.init(report: report, entries: entries)
        } else {
            self.init(report: report, entries: [:])
            report.fail(
                .wrongType, at: path, "the file is \(tree.typeName)", "Write a table of keys and values.")
        }
    }

    /// Whether the file has the key.
    func has(_ key: String) -> Bool { entries[key] != nil }

    /// The place of a key in this table.
    func place(_ key: String) -> KeyPath { path.key(key) }

    /// Reports a fault at a key of this table.
    func fail(_ code: SettingsError.Code, _ key: String, _ text: String, _ remedy: String) {
        report.fail(code, at: place(key), text, remedy)
    }

    /// Reports a fault that several keys share, unless one of them has a fault of its own.
    func require(
        _ holds: @autoclosure () -> Bool, _ code: SettingsError.Code, _ key: String,
        with others: [KeyPath] = [], _ text: @autoclosure () -> String, _ remedy: String
    ) {
        guard report.isSound(place(key)), others.allSatisfy(report.isSound), !holds() else { return }
        fail(code, key, text(), remedy)
    }

    // MARK: Values

    /// An integer; its limits belong to the key.
    func integer(_ key: String, _ limits: ClosedRange<Int>, default standard: Int? = nil) -> Int {
        guard let node = value(key, isNeeded: standard == nil) else {
            if let standard { note(key, "\(standard)", isDefault: true) }
            return standard ?? limits.lowerBound
        }
        guard case .integer(let number) = node else {
            wrongType(key, node, wanted: "an integer")
            return standard ?? limits.lowerBound
        }
        guard limits.contains(number) else {
            fail(
                .outOfRange, key, "\(number) is out of range",
                "Use \(limits.lowerBound) to \(limits.upperBound).")
            return standard ?? limits.lowerBound
        }
        note(key, "\(number)")
        return number
    }

    /// An integer that may be left out.
    func optionalInteger(_ key: String, _ limits: ClosedRange<Int>) -> Int? {
        has(key) ? integer(key, limits) : absent(key)
    }

    /// True or false.
    func boolean(_ key: String, default standard: Bool? = nil) -> Bool {
        guard let node = value(key, isNeeded: standard == nil) else {
            if let standard { note(key, "\(standard)", isDefault: true) }
            return standard ?? false
        }
        guard case .boolean(let value) = node else {
            wrongType(key, node, wanted: "true or false")
            return standard ?? false
        }
        note(key, "\(value)")
        return value
    }

    /// True or false, if the key is there.
    func optionalBoolean(_ key: String) -> Bool? {
        has(key) ? boolean(key) : absent(key)
    }

    /// Text that keeps a rule.
    func string(_ key: String, _ rule: TextRule, default standard: String? = nil) -> String {
        guard let node = value(key, isNeeded: standard == nil) else {
            if let standard { note(key, Printable.quotedWhole(standard), isDefault: true) }
            return standard ?? ""
        }
        guard case .string(let text) = node else {
            wrongType(key, node, wanted: "text in quotes")
            return standard ?? ""
        }
        guard rule.allows(text) else {
            fail(.badText, key, "\(Printable.quoted(text)) cannot stand here", rule.sentence)
            return standard ?? ""
        }
        note(key, Printable.quotedWhole(text))
        return text
    }

    /// Text that keeps a rule, if the key is there.
    func optionalString(_ key: String, _ rule: TextRule) -> String? {
        has(key) ? string(key, rule) : absent(key)
    }

    /// One word of a closed set. After a fault the first of the set.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, default standard: Word? = nil, fallback: Word
    ) -> Word {
        word(key, of: Word.allCases.map(\.rawValue), default: standard?.rawValue).flatMap(Word.init)
            ?? standard ?? fallback
    }

    /// One of some words; after a fault the default.
    func word(_ key: String, of words: [String], default standard: String?) -> String? {
        guard let node = value(key, isNeeded: standard == nil) else {
            if let standard { note(key, Printable.quotedWhole(standard), isDefault: true) }
            return standard
        }
        guard case .string(let text) = node else {
            wrongType(key, node, wanted: "a word in quotes")
            return standard
        }
        guard words.contains(text) else {
            let near = Nearest.to(text, in: words).map { "Did you mean \"\($0)\"? " } ?? ""
            fail(
                .unknownWord, key, "\(Printable.quoted(text)) is not a word for this key",
                near + "Use \(words.map { "\"\($0)\"" }.joined(separator: ", ")).")
            return standard
        }
        note(key, Printable.quotedWhole(text))
        return text
    }

    /// One word of a closed set, if the key is there.
    func optionalWord<Word: RawRepresentable<String> & CaseIterable>(_ key: String, fallback: Word) -> Word? {
        has(key) ? word(key, fallback: fallback) : absent(key)
    }

    /// A list of texts that each keep a rule, none twice unless their places in it tell them apart.
    func strings(
        _ key: String, _ rule: TextRule, count: ClosedRange<Int>, mayRepeat: Bool = false,
        default standard: [String]? = nil
    ) -> [String] {
        guard let node = value(key, isNeeded: standard == nil) else {
            if let standard { note(key, Self.list(standard), isDefault: true) }
            return standard ?? []
        }
        guard case .array(let elements) = node else {
            wrongType(key, node, wanted: "a list of texts")
            return standard ?? []
        }
        guard count.contains(elements.count) else {
            fail(
                .outOfRange, key, "the list has \(elements.count) values",
                "Use \(count.lowerBound) to \(count.upperBound).")
            return standard ?? []
        }
        return texts(elements, key, rule, mayRepeat: mayRepeat)
    }

    /// A list of texts that each keep a rule, if the key is there; one text may stand in it twice.
    func optionalStrings(_ key: String, _ rule: TextRule, count: ClosedRange<Int>) -> [String]? {
        has(key) ? strings(key, rule, count: count, mayRepeat: true) : absent(key)
    }

    /// A list of words of a closed set, at least one, none twice.
    func words<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, default standard: [Word]
    ) -> [Word] {
        let words = Word.allCases.map(\.rawValue)
        let names = strings(key, .name, count: 1...words.count, default: standard.map(\.rawValue))
        for name in names where !words.contains(name) {
            let near = Nearest.to(name, in: words).map { "Did you mean \"\($0)\"? " } ?? ""
            fail(
                .unknownWord, key, "\(Printable.quoted(name)) is not a word for this key",
                near + "Use \(words.map { "\"\($0)\"" }.joined(separator: ", ")).")
            return standard
        }
        return names.compactMap { Word(rawValue: $0) }
    }

    private func texts(
        _ elements: [ConfigNode], _ key: String, _ rule: TextRule, mayRepeat: Bool
    ) -> [String] {
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                fail(.wrongType, key, "value \(index + 1) is \(element.typeName)", "Write a list of texts.")
                return []
            }
            guard rule.allows(text) else {
                fail(.badText, key, "\(Printable.quoted(text)) cannot stand here", rule.sentence)
                return []
            }
            guard mayRepeat || !texts.contains(text) else {
                fail(.repeated, key, "\(Printable.quoted(text)) stands twice", "Write it once.")
                return []
            }
            texts.append(text)
        }
        note(key, Self.list(texts))
        return texts
    }

    // MARK: Tables

    /// A table, empty if it is left out. The caller finishes it.
    func table(_ key: String) -> TableReader {
        optionalTable(key) ?? TableReader(report: report, path: place(key), entries: [:])
    }

    /// A table, or `nil` if it is left out.
    func optionalTable(_ key: String) -> TableReader? {
        guard let node = value(key, isNeeded: false) else { return nil }
        guard case .table(let entries) = node else {
            wrongType(key, node, wanted: "a table: [\(place(key))]")
            return nil
        }
        return TableReader(report: report, path: place(key), entries: entries)
    }

    /// The tables of an array; none if it is left out.
    func tables(_ key: String, atMost: Int) -> [TableReader] {
        guard let node = value(key, isNeeded: false) else { return [] }
        guard case .array(let elements) = node else {
            wrongType(key, node, wanted: "a list of tables: [[\(place(key))]]")
            return []
        }
        guard elements.count <= atMost else {
            fail(.outOfRange, key, "\(elements.count) tables [[\(key)]]", "At most \(atMost) are allowed.")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard case .table(let entries) = element else {
                wrongType(key, element, wanted: "a list of tables: [[\(place(key))]]")
                return nil
            }
            return TableReader(report: report, path: place(key).index(index), entries: entries)
        }
    }

    /// The keys of this table in order, for tables whose keys are names. Each counts as known.
    func names() -> [String] {
        let names = entries.keys.sorted()
        asked += names
        return names
    }

    // MARK: End

    /// Says that a key, if there, has no effect beside the others.
    func ignores(_ key: String, because reason: String) {
        unused.insert(key)
        guard has(key) else { return }
        fail(.unusedKey, key, "the key has no effect: \(reason)", "Remove it.")
    }

    /// Reports every key nobody asked for, with the nearest one that is known.
    func finish() {
        for key in entries.keys.sorted() where !asked.contains(key) && !unused.contains(key) {
            let remedy: String
            if let near = Nearest.to(key, in: asked) {
                remedy = "Did you mean \(near)?"
            } else if asked.isEmpty {
                remedy = "Remove it."
            } else {
                remedy = "Known here: \(asked.sorted().joined(separator: ", "))."
            }
            fail(.unknownKey, key, "unknown key", remedy)
        }
    }

    private func value(_ key: String, isNeeded: Bool) -> ConfigNode? {
        if !asked.contains(key) { asked.append(key) }
        if let node = entries[key] { return node }
        if isNeeded { fail(.missingKey, key, "the key is missing", "Add it.") }
        return nil
    }

    private func absent<Value>(_ key: String) -> Value? {
        if !asked.contains(key) { asked.append(key) }
        return nil
    }

    private func wrongType(_ key: String, _ node: ConfigNode, wanted: String) {
        fail(.wrongType, key, "the value is \(node.typeName)", "Write \(wanted).")
    }

    private func note(_ key: String, _ value: String, isDefault: Bool = false) {
        report.note(place(key), value, isDefault: isDefault)
    }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.map(Printable.quotedWhole).joined(separator: ", ") + "]"
    }
}
