/// Tries the readers and writers of codes on codes drawn by chance, whole and damaged.
///
/// Of every text: reading it does not trap, and a fault lies within it. Of every text that is accepted: what
/// is written, in every form there is, reads back as the same; the keys in it do too. Of every whole one: a
/// character spoiled in it, escaped or not, is found where it stands. Of some: an explanation says what
/// parsing says, shows a fault in its element, fits 80 columns and shows nothing that does not print.
package struct CodeTrial {
    /// What was tried of one form.
    package struct Tally: Equatable, Sendable {
        package var tried = 0
        /// How many were accepted.
        package var valid = 0
        /// How often elements were written in this form and read back.
        package var returned = 0
    }

    private var tallies: [CodeForm: Tally] = [:]
    /// Spoiled characters that were looked for.
    package private(set) var spoiled = 0
    /// Explanations that were judged.
    package private(set) var explained = 0
    /// What was broken, the first ones only, each with its text.
    package private(set) var failures: [String] = []
    private static let mostFailures = 20

    private var sampler: CodeSampler
    private var round = 0
    private var text: [UInt8] = []
    private let alone = ElementString.Rules(requiresPartners: false)

    package init(_ random: any RandomNumberGenerator) { sampler = CodeSampler(random) }

    /// What was tried of `form` so far.
    package func tally(of form: CodeForm) -> Tally { tallies[form] ?? Tally() }

    /// Tries one code.
    package mutating func next() {
        round += 1
        var form = CodeForm.allCases[round % CodeForm.allCases.count]
        var sample: CodeSample?
        switch sampler.below(8) {
        case 0...3:
            sample = sampler.sample(as: form)
            text = sample?.text ?? []
        case 4, 5:
            text = sampler.sample(as: form).text
            sampler.damage(&text)
        case 6:
            let example = sampler.pick(CodeSamples.official)
            form = example.form
            text = Array(example.text.utf8)
            if sampler.below(4) > 0 { sampler.damage(&text) }
        default: text = (0..<sampler.below(40)).map { _ in sampler.byte() }
        }
        tallies[form, default: Tally()].tried += 1
        do {
            let elements = try ElementString.parse(text, as: form, rules: alone)
            judge(elements)
            if let sample { findsSpoiled(sample, form) }
            // With all rules it counts as valid; a part of a code is judged like a whole one above.
            if (try? ElementString.parse(text, as: form)) == elements {
                tallies[form, default: Tally()].valid += 1
            }
        } catch {
            if !(0...text.count).contains(error.position) { fail("the fault's place is outside: \(error)") }
        }
        if round % 16 == 0 { explain(form) }
    }

    // MARK: What must hold

    private mutating func judge(_ elements: ElementString) {
        returns(.raw, elements, elements.raw())
        returns(.scan, elements, elements.scan(.gs1QR))
        returns(.elements, elements, elements.elementBytes())
        returns(.bracketed, elements, Array(elements.bracketed.utf8))
        returns(.hri, elements, Array(elements.humanReadable.joined(separator: " ").utf8))
        if let uri = try? elements.digitalLink() { returns(uri: uri, elements) }
        let prefixLength = 6 + sampler.below(7)
        if let urn = try? elements.epcURN(prefixLength: prefixLength) {
            returns(urn: urn, elements, prefixLength: prefixLength)
        }
        keysReturn(elements)
    }

    /// A character that no value holds is told by its place, in every form and however it is written.
    private mutating func findsSpoiled(_ sample: CodeSample, _ form: CodeForm) {
        guard !sample.places.isEmpty else { return }
        // Not drawn: the codes of a seed stay the same.
        let place = sample.places[round &* 7919 % sample.places.count]
        let wrong = sample.spoiled(at: place, in: form)
        spoiled += 1
        do {
            _ = try ElementString.parse(wrong, as: form, rules: alone)
            fail("a tilde is accepted at byte \(place)")
        } catch {
            let isCharacter = [.notNumeric, .notCSET82, .notCSET39, .notCSET64].contains(error.code)
            if !isCharacter || error.position != place {
                fail("a tilde at byte \(place) is told as \(error)")
            }
        }
    }

    /// Element strings are read back element by element.
    private mutating func returns(_ form: CodeForm, _ elements: ElementString, _ written: [UInt8]) {
        let read = try? ElementString.parse(written, as: form, rules: alone)
        if read != elements { fail("\(form.name) does not read back: \(VisibleText(written).text)") }
        tallies[form, default: Tally()].returned += 1
    }

    /// A URI holds the same elements, in an order of its own, and none of them twice.
    private mutating func returns(uri: String, _ elements: ElementString) {
        let read = try? ElementString.parse(digitalLink: uri, rules: alone)
        let isSame = read.map { Set($0.elements) == Set(elements.elements) } ?? false
        if !isSame || (try? read?.digitalLink()) != uri {
            fail("the Digital Link does not read back: \(uri)")
        }
        tallies[.uri, default: Tally()].returned += 1
    }

    /// A URN holds some of the elements, unchanged.
    private mutating func returns(urn: String, _ elements: ElementString, prefixLength: Int) {
        let read = try? ElementString.parse(epcURN: urn, rules: alone)
        let isPart = read.map { Set($0.elements).isSubset(of: elements.elements) } ?? false
        if !isPart || (try? read?.epcURN(prefixLength: prefixLength)) != urn {
            fail("the EPC URN does not read back: \(urn)")
        }
        tallies[.urn, default: Tally()].returned += 1
    }

    private mutating func keysReturn(_ elements: ElementString) {
        keyReturns(try? GTIN(in: elements))
        keyReturns(try? SGTIN(in: elements))
        keyReturns(try? LGTIN(in: elements))
        keyReturns(try? SSCC(in: elements))
        keyReturns(try? SGLN(in: elements))
        keyReturns(try? PGLN(in: elements))
        keyReturns(try? GRAI(in: elements))
        keyReturns(try? GIAI(in: elements))
    }

    private mutating func keyReturns<Key: IdentificationKey>(_ key: Key?) {
        guard let key else { return }
        if (try? Key(digitalLink: key.digitalLink)) != key {
            fail("the key does not read back: \(key.digitalLink)")
        }
        if (try? key.elementString.objectURI()) != key.digitalLink {
            fail("two URIs of one key: \(key.digitalLink)")
        }
        guard let urn = try? key.epcURN(prefixLength: 7) else { return }
        if (try? Key(epcURN: urn)) != key { fail("the key does not read back: \(urn)") }
    }

    /// An explanation says what parsing says, in print and in 80 columns.
    private mutating func explain(_ form: CodeForm) {
        let explanation = Explanation(text, as: form)
        let parsed = try? ElementString.parse(text, as: form)
        if explanation.elements != parsed { fail("the explanation's verdict differs") }
        if let parsed, Set(explanation.fields.map(\.ai)) != Set(parsed.identifiers) {
            fail("the explanation shows other elements")
        }
        if parsed != nil, explanation.fields.contains(where: { $0.fault != nil }), !explanation.isKeyAlone {
            fail("the explanation finds a fault in a valid code")
        }
        if let fault = explanation.fault, !explanation.shows(fault) {
            fail("the fault is not in its element: \(fault)")
        }
        for line in explanation.lines
        where line.count > 80 || line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        {
            fail("the explanation does not fit a terminal: \(line)")
        }
        explained += 1
    }

    private mutating func fail(_ what: String) {
        guard failures.count < Self.mostFailures else { return }
        failures.append("round \(round), text \(VisibleText(text).text): \(what)")
    }
}
