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
        if !ExpiryText.isValid(expiry) {
            return Refusal("ORDER-104", "expiry \"\(expiry)\" is no day", "Write YYMMDD with a real day.")
        }
        if !(1...Self.maxQuantity).contains(quantity) {
            return Refusal("ORDER-105", "quantity \(quantity) is out of range", "1 to \(Self.maxQuantity).")
        }
        if !(1...Self.maxCapacity).contains(unitsPerCase) || !(1...Self.maxCapacity).contains(casesPerPallet)
        {
            return Refusal(
                "ORDER-106",
                "\(unitsPerCase) units a case and \(casesPerPallet) cases a pallet are out of range",
                "1 to \(Self.maxCapacity).")
        }
        return nil
    }
}

extension String {
    /// Only characters of GS1 set 82.
    var isElementText: Bool { utf8.allSatisfy(ElementText.contains) }
}

/// The invariant character set of element strings, GS1 General Specifications figure 7.11-1.
enum ElementText {
    private static let punctuation = Set("!\"%&'()*+,-./:;<=>?_".utf8)

    static func contains(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || punctuation.contains(byte)
    }
}

/// A GTIN of 14 digits.
enum GTINText {
    static func isValid(_ text: String) -> Bool {
        text.utf8.count == 14 && (try? GTIN(text)) != nil
    }
}

/// An expiry YYMMDD with a real day.
enum ExpiryText {
    static func isValid(_ text: String) -> Bool {
        let digits = text.utf8.map { Int($0) - 48 }
        guard digits.count == 6, digits.allSatisfy({ (0...9).contains($0) }) else { return false }
        let year = digits[0] * 10 + digits[1]
        let month = digits[2] * 10 + digits[3]
        let day = digits[4] * 10 + digits[5]
        guard (1...12).contains(month) else { return false }
        let february = year.isMultiple(of: 4) ? 29 : 28
        let days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
