/// Judges values and the company they keep by the dictionary.
struct Judge {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    let dictionary: SyntaxDictionary
    let rules: ElementString.Rules

    init(_ rules: ElementString.Rules) {
        dictionary = .current
        self.rules = rules
    }

    // MARK: One value

    /// Judges a whole value whose end is known from outside: in brackets or a URI.
    ///
    /// - Parameter position: Where the value begins in the text as given.
    func check(_ value: Bytes, of rule: SyntaxDictionary.Rule, at position: Int) throws(GS1Error) {
        guard !value.isEmpty else { throw GS1Error(.emptyValue, ai: rule.ai, at: position) }
        guard value.count >= rule.minLength else { throw GS1Error(.valueTooShort, ai: rule.ai, at: position) }
        let used = try checkComponents(value, of: rule, at: position)
        guard used == value.count else { throw GS1Error(.valueTooLong, ai: rule.ai, at: position + used) }
    }

    /// Judges a whole value that does not stand in the text as it is; a fault is told by its place there.
    func check(_ value: DecodedValue, of rule: SyntaxDictionary.Rule) throws(GS1Error) {
        do throws(GS1Error) {
            try value.bytes.withTyped { (bytes: Bytes) throws(GS1Error) in
                try check(bytes, of: rule, at: 0)
            }
        } catch {
            throw error.at(value.place(of: error.position))
        }
    }

    /// Judges as much of `value` as the identifier's components take, and answers how much that is.
    ///
    /// - Source: Syntax Dictionary, "Each component of the format specification is applied to the given
    ///   data".
    @inline(__always)
    func checkComponents(
        _ value: Bytes, of rule: SyntaxDictionary.Rule, at position: Int
    ) throws(GS1Error) -> Int {
        var start = 0
        for place in rule.components {
            let component = dictionary.components[place]
            let length = min(component.maxLength, value.count - start)
            if length == 0, component.isOptional { continue }
            guard length >= component.minLength else {
                throw GS1Error(.valueTooShort, ai: rule.ai, at: position + start)
            }
            let part = Bytes(rebasing: value[start..<(start + length)])
            if let fault = fault(in: part, of: component) {
                throw fault.within(rule.ai, offset: position + start)
            }
            start += length
        }
        return start
    }

    @inline(__always)
    private func fault(in part: Bytes, of component: SyntaxDictionary.Component) -> GS1Error? {
        let characters = component.characters
        let unpadded = characters == .cset64 ? Self.unpadded(part) : part
        guard let unpadded else { return GS1Error(.notCSET64, at: part.count - 1) }
        for place in 0..<unpadded.count where !characters.contains(unpadded[place]) {
            return GS1Error(characters.fault, at: place)
        }
        guard let first = component.linters.0 else { return nil }
        if let fault = first.fault(in: part, year: rules.currentYear) { return fault }
        if let fault = component.linters.1?.fault(in: part, year: rules.currentYear) { return fault }
        return component.linters.2?.fault(in: part, year: rules.currentYear)
    }

    /// base64url without its padding: at most two `=`, and then a length that is a multiple of three, as the
    /// reference linter has it; `nil` for other padding.
    private static func unpadded(_ part: Bytes) -> Bytes? {
        var length = part.count
        while length > 0, part[length - 1] == UInt8(ascii: "=") { length -= 1 }
        let padding = part.count - length
        guard padding == 0 || (padding <= 2 && part.count % 3 == 0) else { return nil }
        return Bytes(rebasing: part[0..<length])
    }

    // MARK: Values together

    /// A broken rule about identifiers that stand together.
    struct Fault {
        var code: GS1Error.Code
        /// Index of the element that breaks it.
        var element: Int
        var ai: ApplicationIdentifier
        var partner: ApplicationIdentifier?

        func error(at position: Int) -> GS1Error { GS1Error(code, ai: ai, partner: partner, at: position) }
    }

    /// The first fault in which identifiers stand together, over all symbols of one object.
    func faultTogether(_ elements: ElementString) -> Fault? {
        let places = elements.places
        for element in places.indices {
            guard let rule = dictionary.rule(for: places[element].ai) else { continue }
            if let partner = excludedPartner(rule, places) {
                return Fault(code: .excludedPartner, element: element, ai: rule.ai, partner: partner)
            }
        }
        if rules.requiresPartners {
            for element in places.indices {
                guard let rule = dictionary.rule(for: places[element].ai) else { continue }
                if lacksPartner(rule, places) {
                    return Fault(code: .requiredPartnerMissing, element: element, ai: rule.ai)
                }
            }
        }
        return faultInRepeats(elements) ?? faultInSignature(places)
    }

    @inline(__always)
    private func excludedPartner(
        _ rule: SyntaxDictionary.Rule, _ places: [ElementString.Place]
    ) -> ApplicationIdentifier? {
        for index in rule.excluded {
            let pattern = dictionary.patterns[index]
            for other in places where pattern.matches(other.ai) && other.ai != rule.ai { return other.ai }
        }
        return nil
    }

    /// Of every requirement at least one alternative must be there with all its members.
    @inline(__always)
    private func lacksPartner(_ rule: SyntaxDictionary.Rule, _ places: [ElementString.Place]) -> Bool {
        var isRequirementMet = false
        var isAlternativeMet = true
        for index in rule.required {
            let pattern = dictionary.patterns[index]
            if isAlternativeMet, !isRequirementMet {
                isAlternativeMet = Self.isMatched(pattern, in: places, except: rule.ai)
            }
            guard pattern.end != .nothing else { continue }
            isRequirementMet = isRequirementMet || isAlternativeMet
            isAlternativeMet = true
            guard pattern.end == .requirement else { continue }
            guard isRequirementMet else { return true }
            isRequirementMet = false
        }
        return false
    }

    @inline(__always)
    private static func isMatched(
        _ pattern: SyntaxDictionary.Pattern, in places: [ElementString.Place],
        except ai: ApplicationIdentifier
    ) -> Bool {
        for other in places where pattern.matches(other.ai) && other.ai != ai { return true }
        return false
    }

    /// A repeated identifier must repeat its value: two symbols of one object may both carry it.
    private func faultInRepeats(_ elements: ElementString) -> Fault? {
        let places = elements.places
        for later in places.indices {
            for earlier in 0..<later where places[earlier].ai == places[later].ai {
                let (a, b) = (elements.storage[places[earlier].range], elements.storage[places[later].range])
                guard a.elementsEqual(b) else {
                    return Fault(code: .repeatedWithOtherValue, element: later, ai: places[later].ai)
                }
            }
        }
        return nil
    }

    /// Beside a digital signature, (253), (255) and (8003) must have their optional serial part.
    private func faultInSignature(_ places: [ElementString.Place]) -> Fault? {
        guard places.contains(where: { $0.ai == .digitalSignature }) else { return nil }
        for (element, place) in places.enumerated() {
            guard place.ai == .gdti || place.ai == .gcn || place.ai == .grai else { continue }
            guard let rule = dictionary.rule(for: place.ai), Int(place.count) > rule.minLength else {
                return Fault(code: .signatureNeedsSerial, element: element, ai: place.ai)
            }
        }
        return nil
    }
}
