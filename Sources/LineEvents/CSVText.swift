/// Comma-separated values as in RFC 4180, safe to open in a spreadsheet.
///
/// A value that a spreadsheet would take for a formula (its first character is `=`, `+`, `-`, `@`, a tab, a
/// line end or one of their wide forms) gets an apostrophe in front, visible and meant to be. Values with
/// commas, quotes or line ends stand in quotes.
struct CSVText {
    private var bytes: [UInt8] = []

    /// Bytes of the text so far.
    var count: Int { bytes.count }

    /// The text so far; it begins anew.
    mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    /// Adds one row with its line end.
    mutating func row(_ values: [String]) {
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value)
        }
        bytes.append(contentsOf: [0x0D, 0x0A])
    }

    private mutating func append(_ value: String) {
        let isFormula = value.unicodeScalars.first.map(Self.beginsFormula) ?? false
        let isQuoted =
            isFormula || value.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard isQuoted else { return bytes.append(contentsOf: value.utf8) }
        bytes.append(0x22)
        if isFormula { bytes.append(0x27) }
        for byte in value.utf8 {
            if byte == 0x22 { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    /// - Source: OWASP, CSV Injection. Wide forms are read as the plain ones in some settings.
    private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }
}
