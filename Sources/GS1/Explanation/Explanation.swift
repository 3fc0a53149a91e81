/// A code taken apart for a person: every byte in its place, each value in words, and what is wrong.
///
/// Where parsing stops at the first fault, this goes on as far as the text can be told apart, since the
/// person wants to see what the code is, not only that it is wrong. The verdict is that of parsing.
package struct Explanation: Sendable {
    /// What stood behind an element.
    package enum Separator: Sendable {
        /// Nothing: the value's length is fixed, or more follows in another way than by a separator.
        case none
        /// A separator that the value needs.
        case needed
        /// A separator that is not needed there.
        case needless
    }

    /// One element as it stands in the text.
    package struct Field: Sendable {
        package let ai: ApplicationIdentifier
        /// Where the value stands in the text, as written there.
        package let range: Range<Int>
        /// The value itself, escapes undone.
        package let value: [UInt8]
        package let separator: Separator
        /// What is wrong with this value, if anything; positions count in the text.
        package let fault: GS1Error?
    }

    package let form: CodeForm
    /// The text as given, no more of it than a message may have.
    package let text: [UInt8]
    /// The symbology identifier of a scan.
    package private(set) var symbology: SymbologyIdentifier?
    /// The elements that could be told apart, in order.
    package private(set) var fields: [Field] = []
    /// Bytes that could not be told apart.
    package private(set) var unread: Range<Int> = 0..<0
    /// The elements of a valid code.
    package let elements: ElementString?
    /// The first rule a wrong code breaks.
    package let fault: GS1Error?

    private let judge: Judge

    /// - Parameter form: How the text is written; what it looks like without.
    package init(_ text: [UInt8], as form: CodeForm? = nil, rules: ElementString.Rules = .init()) {
        let form = form ?? CodeForm(of: text)
        self.form = form
        self.text = Array(text.prefix(ElementString.maxBytes))
        judge = Judge(rules)
        do {
            elements = try ElementString.parse(text, as: form, rules: rules)
            fault = nil
        } catch {
            elements = nil
            fault = error
        }
        guard text.count <= ElementString.maxBytes else {
            unread = 0..<ElementString.maxBytes
            return
        }
        text.withUnsafeBufferPointer { read($0) }
    }

    /// Whether a fault is where it says: in the value of its identifier, or in what could not be told apart.
    func shows(_ fault: GS1Error) -> Bool {
        func reaches(_ range: Range<Int>) -> Bool {
            range.lowerBound <= fault.position && fault.position <= range.upperBound
        }
        return fault.ai == nil || reaches(unread)
            || fields.contains { $0.ai == fault.ai && reaches($0.range) }
    }

    /// Whether the text is the digits of a key alone, perhaps behind a symbology identifier.
    var isKeyAlone: Bool {
        if case .tradeItemNumber? = symbology?.content { return true }
        return form == .key
    }

    /// Whether the text is a Digital Link URI, perhaps behind a symbology identifier.
    var isURI: Bool { form == .uri || symbology?.content == .plain }

    /// The year that two-digit years are read by.
    var year: Int { judge.rules.currentYear }

    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        switch form {
        case .scan: readScan(text)
        case .raw where text.first == UInt8(ascii: "^"):
            readMessage(text, from: 1, separator: UInt8(ascii: "^"))
        case .raw: unread = 0..<text.count
        case .elements: readMessage(text, from: 0, separator: ElementString.groupSeparator)
        case .bracketed, .hri: readBrackets(text)
        case .uri: readURI(text, from: 0)
        case .urn: readURN()
        case .key: readKey(text, from: 0)
        }
    }

    private mutating func readScan(_ text: UnsafeBufferPointer<UInt8>) {
        guard let symbology = SymbologyIdentifier(scan: text) else {
            unread = 0..<text.count
            return
        }
        self.symbology = symbology
        switch symbology.content {
        case .elementString: readMessage(text, from: 3, separator: ElementString.groupSeparator)
        case .tradeItemNumber: readKey(text, from: 3)
        case .plain where symbology.mayHoldURI && DigitalLink.beginsLikeURI(self.text, from: 3):
            readURI(text, from: 3)
        case .plain, .other: unread = 3..<text.count
        }
    }

    // MARK: The forms

    private mutating func readMessage(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, separator: UInt8
    ) {
        var index = start
        while index < text.count {
            guard let ai = ElementString.identifier(text, at: index, judge.dictionary),
                let rule = judge.dictionary.rule(for: ai)
            else { break }
            let begin = index + ai.digitCount
            let limit = rule.hasPredefinedLength ? min(text.count, begin + rule.maxLength) : text.count
            var end = begin
            while end < limit, text[end] != separator { end += 1 }
            let isSeparated = end < text.count && text[end] == separator
            add(
                rule, begin..<end, DecodedValue(text[begin..<end]),
                isSeparated ? rule.hasPredefinedLength || end + 1 == text.count ? .needless : .needed : .none)
            index = isSeparated ? end + 1 : end
        }
        unread = index..<text.count
    }

    private mutating func readKey(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        // A symbol for trade items holds no SSCC, however many digits come.
        let isSSCC = form == .key && text.count - start == SSCC.digitCount
        guard let rule = judge.dictionary.rule(for: isSSCC ? .sscc : .gtin) else { return }
        // A shorter GTIN is told by its own parser; as an element it would only be too short.
        let isShort = text.count - start < GTIN.digitCount && fault?.code != .valueTooShort
        add(
            rule, start..<text.count, DecodedValue(text[start...]), .none,
            fault: isShort ? .some(fault) : nil)
    }

    private mutating func readBrackets(_ text: UnsafeBufferPointer<UInt8>) {
        var index = form == .hri ? ElementString.skipBlanks(text, from: 0) : 0
        while index < text.count {
            guard let (ai, start) = try? ElementString.bracketedIdentifier(text, at: index),
                let rule = judge.dictionary.rule(for: ai)
            else { break }
            if form == .hri {
                let range = ElementString.humanReadableValue(text, from: start)
                add(rule, range, DecodedValue(text[range]), .none)
                index = ElementString.skipBlanks(text, from: range.upperBound)
            } else {
                let (value, end) = ElementString.unescapedValue(text, from: start)
                add(rule, start..<end, value, .none)
                index = end
            }
        }
        unread = min(index, text.count)..<text.count
    }

    private mutating func readURI(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        do throws(GS1Error) {
            let parts = try DigitalLink.Parts(text, from: start)
            var pairs = try DigitalLink.pathPairs(text, parts.path, judge.dictionary)
            let pathCount = pairs.count
            try? DigitalLink.takeQuery(text, parts.query, into: &pairs)
            for (place, pair) in pairs.enumerated() {
                guard let rule = judge.dictionary.rule(for: pair.ai) else { continue }
                let value = DigitalLink.decoded(pair, of: text, isQuery: place >= pathCount)
                add(rule, pair.value, value, .none)
            }
        } catch {
            unread = start..<text.count
        }
    }

    private mutating func readURN() {
        var end: Int?
        do throws(GS1Error) {
            try EPC.read(text) { (ai, value, range) in
                guard let rule = judge.dictionary.rule(for: ai) else { return }
                add(rule, range, value, .none)
                end = range.upperBound
            }
        } catch {
            // The dot belongs to neither.
            let begin = end.map { $0 + 1 } ?? EPC.Scheme(of: text)?.rawValue.utf8.count ?? 0
            unread = min(begin, text.count)..<text.count
        }
    }

    /// - Parameter fault: What is wrong with the value, where it is known already.
    private mutating func add(
        _ rule: SyntaxDictionary.Rule, _ range: Range<Int>, _ value: DecodedValue, _ separator: Separator,
        fault known: GS1Error?? = nil
    ) {
        var fault: GS1Error?
        if let known {
            fault = known
        } else {
            do throws(GS1Error) {
                try judge.check(value, of: rule)
            } catch {
                fault = error
            }
        }
        fields.append(
            Field(ai: rule.ai, range: range, value: value.bytes, separator: separator, fault: fault))
    }
}
