/// Draws codes by chance: elements the dictionary allows, written in any form, whole or damaged.
///
/// For trials, simulators and tests. The same numbers give the same codes.
package struct CodeSampler {
    private let dictionary = SyntaxDictionary.current
    private var random: any RandomNumberGenerator

    /// The characters of each set, by its raw value.
    private let members: [[UInt8]] = (0..<4).map { set in
        (UInt8(0x21)...0x7E).filter { CharacterSet(rawValue: set)?.contains($0) == true }
    }

    /// - Parameter random: Where chance comes from.
    package init(_ random: any RandomNumberGenerator) { self.random = random }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }

    /// 0 up to, not including, `bound`; 0 for a bound of 0 or less.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: random.next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    // MARK: Elements

    /// Elements that mostly keep all rules, partners included.
    package mutating func elements() -> [ElementString.Element] {
        let key = pick(CodeSamples.keys)
        var identifiers = [key]
        for _ in 0..<below(5) {
            let ai =
                below(3) == 0 ? dictionary.rules[below(dictionary.rules.count)].ai : pick(CodeSamples.common)
            if !identifiers.contains(ai) { identifiers.append(ai) }
        }
        // What was added may need partners of its own.
        for _ in 0..<4 {
            for ai in identifiers { addPartners(of: ai, to: &identifiers) }
        }
        if below(4) == 0 { identifiers.swapAt(0, below(identifiers.count)) }
        return identifiers.map { .init(ai: $0, value: value(of: $0)) }
    }

    /// Adds, for every requirement of `ai` that is not met, one of its alternatives.
    private mutating func addPartners(
        of ai: ApplicationIdentifier, to identifiers: inout [ApplicationIdentifier]
    ) {
        guard let rule = dictionary.rule(for: ai) else { return }
        var alternatives: [[SyntaxDictionary.Pattern]] = [[]]
        for pattern in dictionary.patterns[rule.required] {
            alternatives[alternatives.count - 1].append(pattern)
            guard pattern.end != .nothing else { continue }
            if pattern.end == .alternative {
                alternatives.append([])
                continue
            }
            let isMet = alternatives.contains { alternative in
                alternative.allSatisfy { pattern in identifiers.contains { pattern.matches($0) } }
            }
            if !isMet {
                for pattern in pick(alternatives) {
                    let number = pattern.low + UInt16(below(Int(pattern.high - pattern.low) + 1))
                    let partner = ApplicationIdentifier(number: number)
                    if dictionary.rule(for: partner) != nil { identifiers.append(partner) }
                }
            }
            alternatives = [[]]
        }
    }

    /// A value that mostly keeps the rules of its identifier.
    package mutating func value(of ai: ApplicationIdentifier) -> [UInt8] {
        guard let rule = dictionary.rule(for: ai) else { return [] }
        if let whole = wholeValue(of: ai) { return whole }
        var value: [UInt8] = []
        for component in dictionary.components[rule.components] {
            if component.isOptional, below(2) == 0 { break }
            value += part(of: component)
        }
        return value
    }

    /// Values whose components depend on each other, or that no chance would hit: examples.
    private mutating func wholeValue(of ai: ApplicationIdentifier) -> [UInt8]? {
        CodeSamples.values[ai.number].map { Array(pick($0).utf8) }
    }

    /// One component: its characters, then what its linters want.
    private mutating func part(of component: SyntaxDictionary.Component) -> [UInt8] {
        let length = component.minLength + below(component.maxLength - component.minLength + 1)
        let members = members[Int(component.characters.rawValue)]
        var part = (0..<length).map { _ in members[below(members.count)] }
        for linter in [component.linters.0, component.linters.1, component.linters.2].compactMap(\.self)
            .reversed()
        {
            satisfy(linter, &part)
        }
        return part
    }

    private mutating func satisfy(_ linter: Linter, _ part: inout [UInt8]) {
        switch linter {
        case .gcppos1: replace(&part, at: 0, "9506")
        case .gcppos2: replace(&part, at: 1, "9506")
        case .csum:
            if let check = CheckDigit.compute(digits: part.dropLast()) { part[part.count - 1] = check }
        case .csumalpha:
            let body = Array(part.dropLast(2))
            if let pair = body.withUnsafeBufferPointer({ Linter.pair(for: $0) }) {
                part = body + [pair.0, pair.1]
            }
        case .yymmd0: replace(&part, at: 2, pick(["0100", "0228", "1231", "0630", "0900"]))
        case .yymmdd: replace(&part, at: 2, pick(["0101", "0228", "1231", "0630"]))
        case .yyyymmdd: part = Array(pick(["19991231", "20000229", "20270630"]).utf8)
        case .hh: part = Array(pick(["00", "09", "23"]).utf8)
        case .mi, .ss: part = Array(pick(["00", "31", "59"]).utf8)
        case .hhmi: part = Array(pick(["0000", "2359", "1207"]).utf8)
        case .nozeroprefix: if part.first == 0x30 { part[0] = 0x37 }
        case .nonzero: if !part.isEmpty { part[part.count - 1] = 0x31 }
        case .hasnondigit: if !part.isEmpty { part[part.count - 1] = 0x41 }
        case .pcenc: part = Array(pick(["A%20B", "plain", "%2F"]).utf8)
        default: if let choices = CodeSamples.parts[linter] { part = Array(pick(choices).utf8) }
        }
    }

    private func replace(_ part: inout [UInt8], at place: Int, _ text: String) {
        for (offset, byte) in text.utf8.enumerated() where place + offset < part.count {
            part[place + offset] = byte
        }
    }

    // MARK: Text

    /// A code as text, by its parts and not by the writers of ``ElementString``, which it is to try.
    package mutating func text(as form: CodeForm) -> [UInt8] {
        let elements = elements()
        switch form {
        case .scan: return Array(pick(CodeSamples.symbologies).utf8) + message(elements, separator: 0x1D)
        case .raw: return [0x5E] + message(elements, separator: 0x5E)
        case .elements: return message(elements, separator: 0x1D)
        case .bracketed:
            return elements.flatMap { element in
                Array("(\(element.ai))".utf8) + element.value.flatMap { $0 == 0x28 ? [0x5C, $0] : [$0] }
            }
        case .hri:
            let blank = Array(pick([" ", "\n", "\r\n", "  "]).utf8)
            return Array(elements.map { Array("(\($0.ai)) ".utf8) + $0.value }.joined(separator: blank))
        case .uri: return uri(elements)
        case .urn: return urn()
        case .key: return value(of: pick([.gtin, .sscc])).dropFirst(below(3)).map { $0 }
        }
    }

    private mutating func message(_ elements: [ElementString.Element], separator: UInt8) -> [UInt8] {
        var text: [UInt8] = []
        for (place, element) in elements.enumerated() {
            text += Array("\(element.ai)".utf8) + element.value
            let isLast = place == elements.count - 1
            if isLast ? below(10) == 0 : !element.ai.hasPredefinedLength || below(20) == 0 {
                text.append(separator)
            }
        }
        return text
    }

    /// Key and its qualifiers in the path in order, attributes in the query; now and then in a wrong place.
    private mutating func uri(_ elements: [ElementString.Element]) -> [UInt8] {
        let key = elements.first { dictionary.rule(for: $0.ai)?.isPrimaryKey == true } ?? elements[0]
        let sequences = dictionary.qualifiers(of: key.ai)
        let qualifiers = sequences.isEmpty ? [] : pick(sequences)
        let path = [key] + qualifiers.compactMap { ai in elements.first { $0.ai == ai && ai != key.ai } }
        var text = Array(pick(CodeSamples.stems).utf8)
        for element in path {
            text += "/\(element.ai)/".utf8
            escape(element.value, &text)
        }
        var mark = UInt8(ascii: "?")
        for element in elements where !path.contains(element) || below(50) == 0 {
            text.append(mark)
            text += "\(element.ai)=".utf8
            escape(element.value, &text)
            mark = UInt8(ascii: "&")
        }
        if below(8) == 0 { text += "\(mark == 0x26 ? "&" : "?")linkType=all#top".utf8 }
        return text
    }

    /// Escapes what must be, and some of what need not.
    private mutating func escape(_ value: [UInt8], _ text: inout [UInt8]) {
        for byte in value {
            if PercentEncoding.isUnreserved(byte), below(16) != 0 {
                text.append(byte)
            } else {
                PercentEncoding.append(encoded: byte, to: &text)
            }
        }
    }

    /// A URN by its scheme: prefix and reference of the right length together, then its tail.
    private mutating func urn() -> [UInt8] {
        let scheme = pick(EPC.Scheme.allCases)
        let prefixLength = 6 + below(7)
        var text = Array(scheme.rawValue.utf8)
        let digits = (0..<(scheme.bodyDigits ?? prefixLength + 5)).map { _ in 0x30 + UInt8(below(10)) }
        text += digits.prefix(prefixLength)
        text.append(0x2E)
        text += digits.dropFirst(prefixLength)
        switch scheme.tail {
        case .nothing: break
        case .wildcard: text += ".*".utf8
        case .qualifier(let ai):
            text.append(0x2E)
            EPC.append(escaping: value(of: ai), to: &text)
        case .keySerial: text += ".\(below(100_000))".utf8
        case .pieces(let ai):
            text += ".01.02.".utf8
            if let ai { EPC.append(escaping: value(of: ai), to: &text) } else { text.append(0x2A) }
        }
        return text
    }

    // MARK: Damage

    /// Changes, drops, repeats or inserts a byte or two, or cuts the text.
    package mutating func damage(_ text: inout [UInt8]) {
        for _ in 0...below(2) where !text.isEmpty {
            let place = below(text.count)
            switch below(7) {
            case 0: text[place] = byte()
            case 1: text.remove(at: place)
            case 2: text[place] = 0x30 + UInt8(below(10))
            case 3: text.insert(0x30 + UInt8(below(10)), at: place)
            case 4: text.insert(pick(Array("()/?^%&=\u{1D}\\. ".utf8)), at: place)
            case 5: text.insert(contentsOf: text[place..<min(text.count, place + 1 + below(12))], at: place)
            default: text.removeSubrange(place...)
            }
        }
    }
}
