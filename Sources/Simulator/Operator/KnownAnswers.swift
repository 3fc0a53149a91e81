/// What the line answered about codes as long as nothing is recorded: whoever looks ten times a second
/// asks for the same ones again and again.
final class KnownAnswers {
    private(set) var table: [String: OperatorItem?]

    init(_ table: [String: OperatorItem?]) { self.table = table }

    /// The answer about a code, asked for once.
    func answer(_ code: String, asking ask: () -> OperatorItem?) -> OperatorItem? {
        if let known = table[code] { return known }
        let answer = ask()
        table[code] = .some(answer)
        return answer
    }
}
