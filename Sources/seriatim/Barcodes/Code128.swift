/// A Code 128 symbol: bars and spaces for text of printable ASCII.
///
/// - Source: ISO/IEC 15417, code set B; the check character is the sum of the values, each times its place,
///   modulo 103.
struct Code128: Equatable {
    /// Widths in modules, bar first, then space, in turn; without the quiet zones of ten modules.
    let widths: [Int]

    /// - Returns: `nil` for text that is empty or holds other than printable ASCII.
    init?(_ text: String) {
        let values = text.utf8.map { Int($0) - 0x20 }
        guard !values.isEmpty, values.allSatisfy({ (0..<95).contains($0) }) else { return nil }
        let sum = values.enumerated().reduce(Self.startB) { $0 + ($1.offset + 1) * $1.element }
        let symbols = [Self.startB] + values + [sum % 103]
        widths = symbols.flatMap { Self.patterns[$0] } + Self.stop
    }

    /// Modules of the whole symbol.
    var moduleCount: Int { widths.reduce(0, +) }

    private static let startB = 104
    private static let stop = [2, 3, 3, 1, 1, 1, 2]
    /// Values 0 to 105, six widths each.
    private static let patterns: [[Int]] = """
        212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 \
        122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 \
        322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 \
        112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 \
        331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 \
        112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 \
        124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 \
        411311 113141 114131 311141 411131 211412 211214 211232
        """
        .split(separator: " ").map { $0.utf8.map { Int($0) - 0x30 } }
}
