/// What the lines of a serial file are.
package enum SerialForm: String, CaseIterable, Sendable {
    /// Serials or whole codes: every byte of a line belongs to it.
    case text
    /// Columns with commas between them.
    case commas
    /// Columns with semicolons between them, as spreadsheets write where the comma is in numbers.
    case semicolons
    /// Columns with tabs between them.
    case tabs

    /// Forms with columns.
    static let tables: [SerialForm] = [.commas, .semicolons, .tabs]

    /// Whether a file of this name has columns.
    static func isCSV(_ name: String) -> Bool {
        name.utf8.suffix(4).map { $0 | 0x20 } == Array(".csv".utf8)
    }

    /// The byte between columns; `nil` where there are none.
    var mark: UInt8? {
        switch self {
        case .text: nil
        case .commas: UInt8(ascii: ",")
        case .semicolons: UInt8(ascii: ";")
        case .tabs: UInt8(ascii: "\t")
        }
    }

    /// The mark as a word.
    var words: String {
        switch self {
        case .text: "line end"
        case .commas: "comma"
        case .semicolons: "semicolon"
        case .tabs: "tab"
        }
    }

    /// The mark as it may stand in a message.
    var shown: String {
        switch self {
        case .text: ""
        case .commas: ","
        case .semicolons: ";"
        case .tabs: "(tab)"
        }
    }
}
