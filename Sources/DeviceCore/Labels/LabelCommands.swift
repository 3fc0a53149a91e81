/// Commands that a label template may use: those that say what stands on this label, and where.
///
/// All else is refused, known or not. A printer has hundreds of commands, and most outlive the label: they
/// change its set-up, restore the factory's, erase its memory, give it another password or address. Speed,
/// darkness and media belong to the printer's own set-up too.
///
/// Left out of kinds that are allowed: `^FN`, `^FV`, `^SN`, `^SF`, `^DF`, `^XF` (content from elsewhere),
/// `^XG`, `^IM`, `^IL` (pictures from elsewhere), `^CW`, `^FL` (fonts for labels to come), `^MC`, `^MU`,
/// `^JM` (they bend the next label), `^GFB`, `^GFC` (they swallow what follows as data).
/// - Source: ZPL II programming guide, list of commands.
enum LabelCommands {
    /// Commands of two letters.
    private static let names: Set<String> = [
        "XA", "XZ", "PQ", "CI",
        // Fields: place, data, look.
        "FO", "FT", "FD", "FS", "FH", "FB", "TB", "FR", "FW", "FP", "CF", "BY",
        // Drawings.
        "GB", "GC", "GD", "GE", "GF", "GS",
        // The label: size, origin, orientation.
        "PW", "LL", "LH", "LS", "LT", "LR", "PO", "PM",
    ]
    /// Second letters of symbols: `^BC` is Code 128.
    private static let symbols = Set("012345789ABCDEFIJKLMOPQRSTUXZ".utf8)

    /// Whether a template may use a command; its name is what stands behind `^`, letter case and all.
    static func allows(_ name: String) -> Bool {
        if names.contains(name) { return true }
        let bytes = Array(name.utf8)
        guard bytes.count == 2 else { return false }
        return switch bytes[0] {
        // A font by its letter or digit, or by its name.
        case UInt8(ascii: "A"): isCapitalOrDigit(bytes[1]) || bytes[1] == UInt8(ascii: "@")
        case UInt8(ascii: "B"): symbols.contains(bytes[1])
        default: false
        }
    }

    private static func isCapitalOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// What is allowed, for whoever used something else.
    static let remedy =
        "Use only what draws this label, in capital letters: ^XA ^XZ ^FX, ^CI, ^FO ^FT ^FD ^FS ^FH ^FB ^TB "
        + "^FR ^FW ^FP, ^A ^CF, ^B with its symbology, ^BY, ^GB ^GC ^GD ^GE ^GFA ^GS, ^PW ^LL ^LH ^LS ^LT "
        + "^LR ^PO ^PM, ^PQ1. Speed, darkness and media are set at the printer."

    /// A name as a message can show it: two characters, whatever they are.
    static func shown(_ name: ArraySlice<UInt8>) -> String {
        name.isEmpty ? "^" : LabelDrawingReader.shown(Array("^".utf8 + name.prefix(2)))
    }
}
