/// Bytes as text that any terminal shows: printable ASCII as it is, the rest by name or number.
///
///     A <GS> B <NUL> <C3>
package struct VisibleText {
    /// What is shown for each byte.
    private let cells: [String]

    package init(_ bytes: some Sequence<UInt8>) { cells = bytes.map(Self.shown) }

    /// All of it.
    package var text: String { cells.joined() }

    /// Rows of at most `width` columns, each with the place of its first byte.
    func rows(width: Int) -> [(start: Int, text: String)] {
        var rows: [(start: Int, text: String)] = []
        var row = (start: 0, text: "")
        for (place, cell) in cells.enumerated() {
            if row.text.count + cell.count > width {
                rows.append(row)
                row = (place, "")
            }
            row.text += cell
        }
        rows.append(row)
        return rows
    }

    /// Columns before the byte at `place`, counted from the byte at `start`.
    func column(of place: Int, from start: Int) -> Int {
        cells[min(start, cells.count)..<min(max(place, start), cells.count)].reduce(0) { $0 + $1.count }
    }

    private static let names = [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO",
        "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS",
        "US",
    ]

    private static func shown(_ byte: UInt8) -> String {
        switch byte {
        case 0..<0x20: return "<\(names[Int(byte)])>"
        case 0x20..<0x7F: return String(Unicode.Scalar(byte))
        case 0x7F: return "<DEL>"
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return "<\(digits)>"
        }
    }
}
