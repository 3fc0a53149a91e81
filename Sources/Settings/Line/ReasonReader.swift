import LineCore

/// Reads the `[[reasons]]` tables: codes a person gives for acts on items.
enum ReasonReader {
    /// Most reasons of one line.
    static let maxReasons = 500

    static func read(_ tables: [TableReader]) -> [ReasonCode] {
        var reasons: [ReasonCode] = []
        for table in tables {
            let code = table.string("code", .name)
            if table.report.isSound(table.place("code")),
                reasons.contains(where: { $0.code.lowercased() == code.lowercased() })
            {
                table.fail(
                    .repeated, "code", "\(Printable.quoted(code)) is the code of another reason",
                    "Give each reason its own; capitals make no difference.")
            }
            let text = table.string("text", .line(maxBytes: 100))
            reasons.append(
                ReasonCode(code: code, text: text, acts: table.words("acts", default: ReasonedAct.allCases)))
            table.finish()
        }
        return reasons
    }
}
