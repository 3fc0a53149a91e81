/// The word somebody probably meant.
enum Nearest {
    /// Longest word looked at, in bytes.
    static let maxBytes = 40

    /// The known word with the fewest changed, added, missing or swapped bytes, if they are few; `nil`
    /// otherwise.
    static func to(_ word: String, in known: [String]) -> String? {
        let bytes = Array(word.utf8)
        guard !bytes.isEmpty, bytes.count <= maxBytes else { return nil }
        let allowed = max(1, bytes.count / 3)
        let best = known.filter { $0.utf8.count <= maxBytes }.map { (distance(bytes, Array($0.utf8)), $0) }
            .min { ($0.0, $0.1) < ($1.0, $1.1) }
        guard let best, best.0 <= allowed else { return nil }
        return best.1
    }

    /// Edit distance in which two neighbours that change places count once.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows: [[Int]] = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
