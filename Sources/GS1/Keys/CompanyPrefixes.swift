/// The GS1 company prefixes a site knows: how many digits of a key are its company's is not in the key, and
/// an EPC URN has to say it.
package struct CompanyPrefixes: Equatable, Sendable {
    private let prefixes: [[UInt8]]

    /// - Parameter prefixes: 6 to 12 digits each, leading zeros included; others are left out. A U.P.C.
    ///   company prefix has a zero in front: 614141 is `0614141`.
    package init(_ prefixes: [String]) {
        self.prefixes = prefixes.map { Array($0.utf8) }.filter(Self.isPrefix)
    }

    /// Whether `text` can be a company prefix: 6 to 12 digits.
    package static func isPrefix(_ text: some Collection<UInt8>) -> Bool {
        (6...12).contains(text.count) && text.allSatisfy(Linter.isDigit)
    }

    /// Digits of the longest known prefix that a key begins with, or `nil`.
    ///
    /// - Parameter digits: Of the key, from the prefix on.
    private func length(of digits: some Sequence<UInt8>) -> Int? {
        prefixes.filter { digits.starts(with: $0) }.map(\.count).max()
    }

    /// The EPC URN of elements: of the first key that has one, if its prefix is known.
    ///
    /// - Throws: ``GS1Error/Code/unknownPrefix`` for a prefix that is not known; else the rule that keeps
    ///   the elements from a URN.
    package func epcURN(of elements: ElementString) throws(GS1Error) -> String {
        guard let scheme = elements.epcScheme, let key = elements[scheme.key] else {
            throw GS1Error(.noURNForm)
        }
        guard let length = length(of: key.dropFirst(scheme.prefixStart)) else {
            throw GS1Error(.unknownPrefix, ai: scheme.key)
        }
        return try elements.epcURN(prefixLength: length)
    }
}
