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
    package mutating func sample(as form: CodeForm) -> CodeSample {
        let elements = elements()
        switch form {
        case .scan: return message(elements, start: pick(CodeSamples.symbologies), separator: 0x1D)
        case .raw: return message(elements, start: "^", separator: 0x5E)
        case .elements: return message(elements, start: "", separator: 0x1D)
        case .bracketed: return bracketed(elements)
        case .hri: return humanReadable(elements)
        case .uri: return uri(elements)
        case .urn: return urn()
        case .key: return key()
        }
    }

    private mutating func message(
        _ elements: [ElementString.Element], start: String, separator: UInt8
    ) -> CodeSample {
        var sample = CodeSample(start)
        for (place, element) in elements.enumerated() {
            sample.write("\(element.ai)")
            sample.write(value: element.value)
            let isLast = place == elements.count - 1
            if isLast ? below(10) == 0 : !element.ai.hasPredefinedLength || below(20) == 0 {
                sample.write(separator: separator)
            }
        }
        return sample
    }

    private func bracketed(_ elements: [ElementString.Element]) -> CodeSample {
        var sample = CodeSample()
        for element in elements {
            sample.write("(\(element.ai))")
            for byte in element.value {
                sample.write { text in
                    if byte == 0x28 { text.append(0x5C) }
                    text.append(byte)
                }
            }
        }
        return sample
    }

    private mutating func humanReadable(_ elements: [ElementString.Element]) -> CodeSample {
        let blank = pick([" ", "\n", "\r\n", "  "])
        var sample = CodeSample()
        for (place, element) in elements.enumerated() {
            sample.write((place == 0 ? "" : blank) + "(\(element.ai)) ")
            sample.write(value: element.value)
        }
        return sample
    }

    /// The digits of a GTIN or SSCC, now and then too few.
    private mutating func key() -> CodeSample {
        var sample = CodeSample()
        sample.write(value: value(of: pick([.gtin, .sscc])).dropFirst(below(3)))
        return sample
    }

    /// Key and its qualifiers in the path in order, attributes in the query; now and then in a wrong place.
    private mutating func uri(_ elements: [ElementString.Element]) -> CodeSample {
        let key = elements.first { dictionary.rule(for: $0.ai)?.isPrimaryKey == true } ?? elements[0]
        let sequences = dictionary.qualifiers(of: key.ai)
        let qualifiers = sequences.isEmpty ? [] : pick(sequences)
        let path = [key] + qualifiers.compactMap { ai in elements.first { $0.ai == ai && ai != key.ai } }
        var sample = CodeSample(pick(CodeSamples.stems))
        for element in path {
            sample.write("/\(element.ai)/")
            escape(element.value, &sample)
        }
        var mark = "?"
        for element in elements where !path.contains(element) || below(50) == 0 {
            sample.write("\(mark)\(element.ai)=")
            escape(element.value, &sample)
            mark = "&"
        }
        if below(8) == 0 { sample.write("\(mark)linkType=all#top") }
        return sample
    }

    /// Escapes what must be, and some of what need not.
    private mutating func escape(_ value: [UInt8], _ sample: inout CodeSample) {
        for byte in value {
            let isPlain = PercentEncoding.isUnreserved(byte) && below(16) != 0
            sample.write { text in
                if isPlain { text.append(byte) } else { PercentEncoding.append(encoded: byte, to: &text) }
            }
        }
    }

    /// A URN by its scheme: prefix and reference of the right length together, then its tail.
    private mutating func urn() -> CodeSample {
        let scheme = pick(EPC.Scheme.allCases)
        let prefixLength = 6 + below(7)
        var sample = CodeSample(scheme.rawValue)
        let digits = (0..<(scheme.bodyDigits ?? prefixLength + 5)).map { _ in 0x30 + UInt8(below(10)) }
        sample.write(value: digits.prefix(prefixLength))
        sample.write(".")
        sample.write(value: digits.dropFirst(prefixLength))
        switch scheme.tail {
        case .nothing: break
        case .wildcard: sample.write(".*")
        case .qualifier(let ai): writePart(value(of: ai), &sample)
        case .keySerial: writePart(Array("\(below(100_000))".utf8), &sample)
        case .pieces(let ai):
            for digits in ["01", "02"] { writePart(Array(digits.utf8), &sample) }
            if let ai { writePart(value(of: ai), &sample) } else { sample.write(".*") }
        }
        return sample
    }

    private func writePart(_ value: [UInt8], _ sample: inout CodeSample) {
        sample.write(".")
        for byte in value { sample.write { EPC.append(escaping: CollectionOfOne(byte), to: &$0) } }
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
