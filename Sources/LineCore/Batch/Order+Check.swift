import GS1

extension Order {
    /// Most units in one batch.
    package static let maxQuantity = 50_000_000
    /// Most items in one container: what a label's count and a person can handle.
    package static let maxCapacity = 10_000

    /// The first thing wrong with the order itself, or `nil`.
    ///
    /// - Source: GS1 General Specifications, section 3 (AI 01, 10, 17) and 7.11 (character set 82).
    package var fault: Refusal? {
        if !(1...20).contains(batch.utf8.count) || !batch.isElementText {
            return Refusal(
                "ORDER-101", "batch \"\(batch)\" is no identifier", "Use 1 to 20 letters, digits or -_./")
        }
        if !GTINText.isValid(gtin) {
            return Refusal(
                "ORDER-102", "GTIN \"\(gtin)\" is not 14 digits with a right check digit", "Correct it.")
        }
        if !(1...20).contains(lot.utf8.count) || !lot.isElementText {
            return Refusal(
                "ORDER-103", "lot \"\(lot)\" cannot be encoded", "Use 1 to 20 characters of GS1 set 82.")
        }
        if !expiry.isDay {
            return Refusal("ORDER-104", "expiry \"\(expiry)\" is no day", "Write YYMMDD with a real day.")
        }
        if !(1...Self.maxQuantity).contains(quantity) {
            return Refusal("ORDER-105", "quantity \(quantity) is out of range", "1 to \(Self.maxQuantity).")
        }
        if let level = PackLevel.allCases.first(where: { !(0...Self.maxCapacity).contains(packing[$0]) }) {
            return Refusal(
                "ORDER-106", "\(packing[level]) items a \(level.rawValue) are out of range",
                "1 to \(Self.maxCapacity), or none where the product has no \(level.plural).")
        }
        return jobFault ?? marketFault
    }

    private var marketFault: Refusal? {
        guard let rules = Market.named(market) else {
            guard market.isEmpty else {
                return Refusal(
                    "ORDER-107", "there is no market \"\(market)\"", "Use one of: \(Market.names).")
            }
            guard nationalNumber.isEmpty else {
                return Refusal(
                    "ORDER-108", "a national number needs a market that has one",
                    "Name the market, or leave out the national number.")
            }
            return nil
        }
        guard !nationalNumber.isEmpty else { return nil }
        guard let element = nationalElement, rules.nationalNumbers.contains(element.ai) else {
            let known = rules.nationalNumbers.map { "(\($0))" }.joined(separator: " ")
            return Refusal(
                "ORDER-108", "the national number is none of market \(market)",
                known.isEmpty
                    ? "Leave it out: this market has none."
                    : "Write identifier and number, as (713)1234567890123; the market has \(known).")
        }
        return nil
    }

    /// The national number as an element; `nil` where there is none, or it is not right.
    var nationalElement: ElementString.Element? {
        guard !nationalNumber.isEmpty else { return nil }
        let rules = ElementString.Rules(requiresPartners: false)
        let found = try? ElementString.parse(bracketed: nationalNumber, rules: rules).elements
        return found?.count == 1 ? found?.first : nil
    }
}

extension Order {
    /// The goods are not past their expiry on a day.
    func isGood(on day: GS1Date) -> Bool {
        guard let date = try? GS1Date(yymmdd: expiry.utf8, relativeTo: day.year) else { return false }
        return date >= day
    }
}

extension String {
    /// Only characters of GS1 set 82.
    var isElementText: Bool { utf8.allSatisfy(CharacterSet.cset82.contains) }

    /// YYMMDD with a real day: an expiry on a unit names the day, not only the month.
    var isDay: Bool {
        guard let date = try? GS1Date(yymmdd: utf8, relativeTo: 2_000) else { return false }
        return date.day > 0
    }
}

/// A GTIN of 14 digits.
enum GTINText {
    static func isValid(_ text: String) -> Bool {
        text.utf8.count == 14 && (try? GTIN(text)) != nil
    }
}
