/// A reason that a site has for acts, by its code.
package struct ReasonCode: Equatable, Sendable {
    /// What is typed or scanned: no blanks.
    package var code: String
    /// What it means, for the record.
    package var text: String
    /// What it is a reason for.
    package var acts: [ReasonedAct]

    /// Makes a reason.
    package init(code: String, text: String, acts: [ReasonedAct]) {
        self.code = code
        self.text = text
        self.acts = acts
    }
}

/// What a person does to items and must give a reason for.
package enum ReasonedAct: String, CaseIterable, Equatable, Sendable {
    case remove, add, replace, sample
    case labelSample = "label-sample"
    case destroy, decommission, dissolve, reprint, move, recover
    case takeOut = "take-out"
    case byHand = "by-hand"
}

extension Line {
    /// The reason as the record has it: what was given, or, where the site has codes for this act, the code
    /// with its meaning and what else was said.
    ///
    /// - Parameter given: A code, maybe with words behind it; any text for acts without codes.
    func reason(_ given: String, for act: ReasonedAct) throws(Refusal) -> String {
        let codes = configuration.reasons.filter { $0.acts.contains(act) }
        guard given.saysSomething else {
            throw Refusal("PACK-211", "a reason is missing", "Add --reason \(Self.list(codes)).")
        }
        guard !codes.isEmpty else { return given }
        let words = given.split(separator: " ", maxSplits: 1)
        let code = words.first.map { $0.lowercased() }
        guard let found = codes.first(where: { $0.code.lowercased() == code }) else {
            throw Refusal(
                "REWORK-120", "\"\(words.first ?? "")\" is no reason code for \(act.rawValue)",
                "Use --reason \(Self.list(codes)).")
        }
        return "\(found.code) \(found.text)" + (words.count > 1 ? ": \(words[1])" : "")
    }

    private static func list(_ codes: [ReasonCode]) -> String {
        guard !codes.isEmpty else { return "TEXT" }
        return codes.prefix(12).map { "\($0.code) (\($0.text))" }.joined(separator: ", ")
    }
}
