extension Unicode.Scalar {
    /// Shows itself and nothing else: no control character, line end or mark that turns the direction of
    /// writing.
    package var isPlain: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }
}

extension String {
    /// The text as part of a longer sentence: without the full stop it may end with.
    package var phrase: String { hasSuffix(".") ? String(dropLast()) : self }

    /// The text with everything that is not plain as `\u{1B}`, so that it cannot pass for other text on a
    /// terminal. Line ends may be kept.
    package func visible(keepingLineEnds: Bool = false) -> String {
        guard !unicodeScalars.allSatisfy(\.isPlain) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isPlain || (keepingLineEnds && scalar == "\n") {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return result
    }
}
