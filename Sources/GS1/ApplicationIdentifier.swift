/// A GS1 Application Identifier of the dictionary: what the value after it means.
///
/// Its number alone tells its digits: no identifier of three or four digits begins with 0.
package struct ApplicationIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The identifier read as a decimal number; `01` is 1.
    package let number: UInt16

    init(number: UInt16) {
        self.number = number
    }

    /// Takes a number that the dictionary knows, otherwise `nil`.
    package init?(code: Int) {
        guard let number = UInt16(exactly: code), number < 10_000 else { return nil }
        self.init(number: number)
        guard SyntaxDictionary.current.rule(for: self) != nil else { return nil }
    }

    /// Takes two to four digits that the dictionary knows, otherwise `nil`.
    package init?(_ text: String) {
        self.init(digits: Array(text.utf8))
    }

    /// Takes two to four ASCII digits that the dictionary knows, otherwise `nil`.
    package init?(digits: some Collection<UInt8>) {
        guard (2...4).contains(digits.count), let number = Self.number(digits) else { return nil }
        self.init(number: number)
        guard digitCount == digits.count, SyntaxDictionary.current.rule(for: self) != nil else { return nil }
    }

    /// The number two to four ASCII digits spell, or `nil` if they are none.
    static func number(_ digits: some Collection<UInt8>) -> UInt16? {
        var number: UInt16 = 0
        guard digits.count <= 4 else { return nil }
        for digit in digits {
            guard digit &- 0x30 < 10 else { return nil }
            number = number * 10 + UInt16(digit &- 0x30)
        }
        return number
    }

    /// 2, 3 or 4.
    package var digitCount: Int { number < 100 ? 2 : number < 1000 ? 3 : 4 }

    /// The identifier as written, for example `01`.
    package var description: String { number < 10 ? "0\(number)" : "\(number)" }

    /// Order of the number; inside one length also the order of the text.
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }

    /// The data title in the dictionary, for example `USE BY or EXPIRY`.
    package var title: String { SyntaxDictionary.current.title(of: self) }

    /// Whether the length is fixed by the first two digits, so that no separator follows.
    package var hasPredefinedLength: Bool {
        SyntaxDictionary.current.rule(for: self)?.hasPredefinedLength ?? false
    }

    /// Fewest and most characters of a value.
    package var valueLength: ClosedRange<Int> {
        guard let rule = SyntaxDictionary.current.rule(for: self) else { return 1...90 }
        return rule.minLength...max(rule.minLength, rule.maxLength)
    }

    /// What must stand beside it, as the dictionary writes it: `01,02` for one of two, `01+21` for both.
    package var requirementsText: String { SyntaxDictionary.current.requirementsText(of: self) }
}

extension ApplicationIdentifier {
    package static let sscc = Self(number: 0)
    package static let gtin = Self(number: 1)
    /// GTIN of the items inside a logistic unit.
    package static let content = Self(number: 2)
    package static let madeToOrderGTIN = Self(number: 3)
    package static let lot = Self(number: 10)
    package static let productionDate = Self(number: 11)
    package static let dueDate = Self(number: 12)
    package static let packagingDate = Self(number: 13)
    package static let bestBefore = Self(number: 15)
    package static let sellBy = Self(number: 16)
    package static let expiry = Self(number: 17)
    package static let variant = Self(number: 20)
    package static let serial = Self(number: 21)
    package static let consumerProductVariant = Self(number: 22)
    package static let additionalID = Self(number: 240)
    /// Serial of a third party for a trade item: tobacco.
    package static let thirdPartySerial = Self(number: 235)
    package static let secondarySerial = Self(number: 250)
    package static let glnExtension = Self(number: 254)
    package static let gdti = Self(number: 253)
    package static let gcn = Self(number: 255)
    package static let variableCount = Self(number: 30)
    package static let count = Self(number: 37)
    package static let ginc = Self(number: 401)
    package static let gsin = Self(number: 402)
    package static let gln = Self(number: 414)
    package static let payTo = Self(number: 415)
    package static let party = Self(number: 417)
    package static let expiryTime = Self(number: 7003)
    package static let grai = Self(number: 8003)
    package static let giai = Self(number: 8004)
    package static let itip = Self(number: 8006)
    package static let cpi = Self(number: 8010)
    package static let cpiSerial = Self(number: 8011)
    package static let gsrnProvider = Self(number: 8017)
    package static let gsrn = Self(number: 8018)
    package static let digitalSignature = Self(number: 8030)
}
