extension Explanation {
    /// What a value says, in words: a line each.
    func meaning(of field: Field) -> [String] {
        var lines: [String] = []
        if let fault = field.fault { lines.append("WRONG: \(fault.code.sentence)") }
        lines += checkDigits(of: field)
        if hasBareSign(field) {
            lines.append("% without two hex digits behind it stands for itself here: write %25")
        }
        guard field.fault == nil else { return lines }
        switch field.ai {
        case .gtin, .content, .madeToOrderGTIN: lines += tradeItem(field)
        case .sscc: lines.append("extension digit \(VisibleText(field.value.prefix(1)).text)")
        default: break
        }
        lines += dates(of: field)
        if let amount = Self.amount(field) { lines.append(amount) }
        return lines
    }

    /// Whether a percent sign stands in the value's text in a URI that begins no escape: read as it stands,
    /// though no URI by RFC 3986.
    private func hasBareSign(_ field: Field) -> Bool {
        guard isURI else { return false }
        return field.range.contains { place in
            text[place] == UInt8(ascii: "%")
                && PercentEncoding.byte(escapedAt: place, of: text[field.range]) == nil
        }
    }

    // MARK: Check digits

    /// Whether each check digit is right, or what it should be.
    private func checkDigits(of field: Field) -> [String] {
        var lines: [String] = []
        for (component, value) in components(of: field) {
            guard component.isJudged(by: .csum), value.count == component.maxLength || isKeyAlone,
                let last = value.last, let right = CheckDigit.compute(digits: value.dropLast())
            else { continue }
            let (given, wanted) = (VisibleText([last]).text, VisibleText([right]).text)
            lines.append(
                last == right
                    ? "check digit \(given) is right"
                    : "check digit \(given) is wrong, for these digits it is \(wanted)")
        }
        return lines
    }

    /// The value's components with what of the value is theirs, as far as it goes.
    private func components(
        of field: Field
    ) -> [(component: SyntaxDictionary.Component, value: ArraySlice<UInt8>)] {
        let dictionary = SyntaxDictionary.current
        guard let rule = dictionary.rule(for: field.ai) else { return [] }
        var rest = field.value[...]
        var found: [(SyntaxDictionary.Component, ArraySlice<UInt8>)] = []
        for component in dictionary.components[rule.components] where !rest.isEmpty {
            found.append((component, rest.prefix(component.maxLength)))
            rest = rest.dropFirst(component.maxLength)
        }
        return found
    }

    private func tradeItem(_ field: Field) -> [String] {
        guard let gtin = try? GTIN(digits: field.value) else { return [] }
        switch gtin.indicator {
        case 0: return ["\(gtin.format.name) \(gtin.text(as: gtin.format) ?? gtin.text)"]
        case 9: return ["indicator 9: an item of variable measure"]
        default: return ["indicator \(gtin.indicator): a packaging level"]
        }
    }

    // MARK: Dates

    private func dates(of field: Field) -> [String] {
        components(of: field).compactMap { component, value in
            switch component.linters.0 {
            case .yymmd0, .yymmdd: shortDate(value)
            case .yyyymmdd: Self.longDate(value)
            case .hhmi: "at \(Self.text(value.prefix(2))):\(Self.text(value.dropFirst(2)))"
            default: nil
            }
        }
    }

    private func shortDate(_ value: ArraySlice<UInt8>) -> String? {
        guard let date = try? GS1Date(yymmdd: value, relativeTo: year) else { return nil }
        let words = Self.words(date.effective)
        return date.day == 0 ? "day 00, the whole month: until \(words)" : words
    }

    private static func longDate(_ value: ArraySlice<UInt8>) -> String? {
        guard let digits = try? decimalNumber(value),
            let date = GS1Date(
                year: Int(digits / 10_000), month: Int(digits / 100 % 100), day: Int(digits % 100))
        else { return nil }
        return words(date)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]

    private static func words(_ date: GS1Date) -> String {
        "\(date.day) \(months[date.month - 1]) \(date.year)"
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Amounts

    /// The number of a measure or price: the identifier's last digit says how many digits are decimals.
    ///
    /// - Source: GS1 General Specifications, section 3.6.
    private static func amount(_ field: Field) -> String? {
        let decimals = Int(field.ai.number % 10)
        let digits: ArraySlice<UInt8>
        switch field.ai.number {
        case 3100...3699, 3900...3909, 3920...3929, 3940...3959: digits = field.value[...]
        case 3910...3919, 3930...3939: digits = field.value.dropFirst(3)
        default: return nil
        }
        guard digits.count > decimals else { return nil }
        let whole = digits.dropLast(decimals).drop { $0 == 0x30 }
        let fraction = decimals > 0 ? "." + text(digits.suffix(decimals)) : ""
        let number = (whole.isEmpty ? "0" : text(whole)) + fraction
        return decimals == 0 ? number : "\(number) (\(decimals) decimal\(decimals == 1 ? "" : "s"))"
    }

    // MARK: What may be behind it

    /// What a value may have swallowed where the separator behind it was lost: the elements its end spells.
    ///
    /// A missing separator cannot be noticed: `21A1` and `17271231` without one are the serial `A117271231`.
    /// Only ends that begin with a date or a key with check digit count, so that few are so by chance.
    func swallowed(by field: Field) -> (kept: Int, elements: ElementString)? {
        guard !field.ai.hasPredefinedLength, form == .scan || form == .raw || form == .elements else {
            return nil
        }
        let dictionary = SyntaxDictionary.current
        let most = dictionary.rule(for: field.ai)?.maxLength ?? 0
        for kept in field.value.indices.dropFirst().prefix(most) {
            let rest = Array(field.value[kept...])
            guard
                let elements = try? ElementString.parse(
                    elements: rest, rules: .init(requiresPartners: false)),
                let first = elements.identifiers.first, let rule = dictionary.rule(for: first),
                rule.hasPredefinedLength, dictionary.components[rule.components.lowerBound].linters.0 != nil
            else { continue }
            return (kept, elements)
        }
        return nil
    }
}
