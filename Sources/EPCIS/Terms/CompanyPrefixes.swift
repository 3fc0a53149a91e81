import GS1

/// The GS1 company prefixes a site knows: how many digits of a key are its company's is not in the key, and
/// an EPC URN has to say it.
package struct CompanyPrefixes: Equatable, Sendable {
    private let prefixes: [[UInt8]]

    /// - Parameter prefixes: 6 to 12 digits each, leading zeros included; others are left out.
    package init(_ prefixes: [String]) {
        self.prefixes = prefixes.map { Array($0.utf8) }
            .filter { (6...12).contains($0.count) && $0.allSatisfy(URISyntax.isDigit) }
    }

    /// Digits of the longest known prefix that a key begins with, or `nil`.
    ///
    /// - Parameter digits: Of the key, from the prefix on.
    func length(of digits: some Sequence<UInt8>) -> Int? {
        prefixes.filter { digits.starts(with: $0) }.map(\.count).max()
    }

    /// The EPC URN of elements whose first key's prefix is known.
    ///
    /// - Throws: ``GS1Error/Code/badPrefixLength`` for a prefix that is not known; else the rule that keeps
    ///   the elements from a URN.
    package func epcURN(of elements: ElementString) throws(GS1Error) -> String {
        guard let key = elements.identifiers.first, let value = elements[key] else {
            throw GS1Error(.noURNForm)
        }
        // An indicator or extension digit, or a GRAI's zero, stands before the prefix.
        let hasDigitBefore = key == .gtin || key == .sscc || key == .itip || key == .grai
        guard let length = length(of: value.dropFirst(hasDigitBefore ? 1 : 0)) else {
            throw GS1Error(.badPrefixLength, ai: key)
        }
        return try elements.epcURN(prefixLength: length)
    }
}
