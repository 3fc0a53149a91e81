import Testing

@testable import GS1

/// Goal: no text traps, and what is accepted is written so that it reads back the same, in every form.
/// Method: seeded messages built from the dictionary, partly broken.
@Suite struct FuzzTests {
    private let alone = ElementString.Rules(requiresPartners: false)

    @Test func whatIsAcceptedReadsBackTheSame() throws {
        var generator = MessageGenerator(seed: 0x6753_1001)
        var accepted = 0
        for round in 0..<20_000 {
            let message = generator.message()
            let elements: ElementString
            do { elements = try ElementString.parse(raw: message, rules: alone) } catch {
                #expect((0...message.count).contains(error.position), "round \(round): \(error)")
                continue
            }
            accepted += 1
            #expect(try ElementString.parse(raw: elements.raw(), rules: alone) == elements, "round \(round)")
            #expect(
                try ElementString.parse(scan: elements.scan(), rules: alone) == elements, "round \(round)")
            #expect(
                try ElementString.parse(bracketed: elements.bracketed, rules: alone) == elements,
                "round \(round)")
            if let uri = try? elements.digitalLink() {
                let read = try ElementString.parse(digitalLink: uri, rules: alone)
                #expect(Set(read.elements) == Set(elements.elements), "round \(round)")
                #expect(try read.digitalLink() == uri, "round \(round)")
            }
            if let urn = try? elements.epcURN(prefixLength: 7) {
                let read = try ElementString.parse(epcURN: urn, rules: alone)
                #expect(try read.epcURN(prefixLength: 7) == urn, "round \(round)")
            }
        }
        #expect(accepted > 4_000 && accepted < 19_000, "\(accepted)")
    }

    /// Every reader, 5,000 times, on text of its own form with random damage.
    @Test func damageNeverTraps() {
        var generator = MessageGenerator(seed: 0x6753_1002)
        let scanCodes = ["]d2", "]C1", "]Q3", "]e0", "]J1", "]E0", "]d1", "]I1"]
        for round in 0..<5_000 {
            var scan = Array(scanCodes[round % scanCodes.count].utf8)
            scan += generator.message().map { $0 == UInt8(ascii: "^") ? ElementString.groupSeparator : $0 }
            generator.damage(&scan)
            check(scan) { bytes throws(GS1Error) in try ElementString.parse(scan: bytes) }
            var bracketed = generator.bracketed()
            generator.damage(&bracketed)
            check(bracketed) { bytes throws(GS1Error) in try ElementString.parse(bracketed: bytes) }
            var uri = generator.uri()
            generator.damage(&uri)
            check(uri) { bytes throws(GS1Error) in
                try ElementString.parse(digitalLink: bytes, from: 0, rules: .init())
            }
            var urn = generator.urn()
            generator.damage(&urn)
            _ = try? ElementString.parse(epcURN: String(decoding: urn, as: UTF8.self))
        }
    }

    private func check(_ bytes: [UInt8], _ parse: ([UInt8]) throws(GS1Error) -> ElementString) {
        do {
            let elements = try parse(bytes)
            #expect(!elements.elements.isEmpty)
        } catch {
            #expect((0...bytes.count).contains(error.position), "\(error)")
        }
    }
}

/// Draws messages from the dictionary: right lengths, often right content.
struct MessageGenerator {
    private var state: UInt64
    private let rules = SyntaxDictionary.current.rules
    private let common: [UInt16] = [0, 1, 1, 1, 2, 10, 17, 21, 37, 414, 254, 8006]

    /// The characters of each set, by its raw value.
    private let members: [[UInt8]] = (0..<4).map { set in
        (UInt8(0x21)...0x7E).filter { CharacterSet(rawValue: set)?.contains($0) == true }
    }

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    private mutating func element() -> (ai: ApplicationIdentifier, value: [UInt8]) {
        let number = below(3) == 0 ? rules[below(rules.count)].ai.number : common[below(common.count)]
        let ai = ApplicationIdentifier(number: number)
        guard let rule = SyntaxDictionary.current.rule(for: ai) else { return (.lot, [0x41]) }
        var value: [UInt8] = []
        for component in rule.components.map({ SyntaxDictionary.current.components[$0] }) {
            if component.isOptional, below(2) == 0 { break }
            value += self.value(of: component)
        }
        return (ai, value)
    }

    private mutating func value(of component: SyntaxDictionary.Component) -> [UInt8] {
        let length = component.minLength + below(component.maxLength - component.minLength + 1)
        let members = self.members[Int(component.characters.rawValue)]
        var value = (0..<length).map { _ in members[below(members.count)] }
        let linters = [component.linters.0, component.linters.1, component.linters.2].compactMap(\.self)
        if linters.contains(.gcppos1), component.characters != .numeric {
            value.replaceSubrange(0..<min(4, length), with: "9506".utf8)
        }
        if linters.contains(.csum), let check = CheckDigit.compute(digits: value.dropLast()) {
            value[length - 1] = check
        }
        if linters.contains(.yymmd0) || linters.contains(.yymmdd) {
            value.replaceSubrange(2..<6, with: ["0100", "0228", "1231", "0630"][below(4)].utf8)
        }
        if linters.contains(.pieceoftotal) { value = Array("0102".utf8) }
        return value
    }

    mutating func elements() -> [(ai: ApplicationIdentifier, value: [UInt8])] {
        (0...below(4)).map { _ in element() }
    }

    /// Raw text with `^` for FNC1; one in four damaged.
    mutating func message() -> [UInt8] {
        var text = Array("^".utf8)
        for (ai, value) in elements() {
            text += ai.description.utf8
            text += value
            if !ai.hasPredefinedLength || below(20) == 0 { text.append(UInt8(ascii: "^")) }
        }
        if below(4) == 0 { damage(&text) }
        return text
    }

    mutating func bracketed() -> [UInt8] {
        elements().flatMap { Array("(\($0.ai))".utf8) + $0.value }
    }

    mutating func uri() -> [UInt8] {
        var text = Array("https://id.gs1.org".utf8)
        let elements = elements()
        for (index, element) in elements.enumerated() {
            let isPath = index == 0 || below(2) == 0
            text += isPath ? Array("/\(element.ai)/".utf8) : Array("?&\(element.ai)=".utf8)
            PercentEncoding.append(escaping: element.value, to: &text)
        }
        return text
    }

    mutating func urn() -> [UInt8] {
        let scheme = EPC.Scheme.allCases[below(EPC.Scheme.allCases.count)]
        return Array("\(scheme.rawValue)9506000.0134351234.A%2FB".utf8)
    }

    /// Changes, drops, repeats or inserts a byte or two.
    mutating func damage(_ text: inout [UInt8]) {
        for _ in 0...below(2) where !text.isEmpty {
            let place = below(text.count)
            switch below(5) {
            case 0: text[place] = UInt8(truncatingIfNeeded: next())
            case 1: text.remove(at: place)
            case 2: text.insert(UInt8(ascii: "0") + UInt8(below(10)), at: place)
            case 3:
                text.insert(contentsOf: Array("()/?^%&=\u{1D}\\".utf8).shuffledPrefix(below(10)), at: place)
            default: text.removeSubrange(place...)
            }
        }
    }
}

extension Array {
    /// One element, by index, as an array: what `damage` inserts.
    fileprivate func shuffledPrefix(_ index: Int) -> [Element] { index < count ? [self[index]] : [] }
}
