import LineCore

/// Reads table `[changeover]`: what is asked for before a batch may produce. Without it nothing is.
struct ChangeoverReader {
    let table: TableReader

    func read() -> ChangeoverRules {
        var rules = ChangeoverRules()
        rules.firstArticle = table.boolean("first_article", default: rules.firstArticle)
        if table.has("challenges") {
            rules.challenges = table.words("challenges", default: [])
            rules.challengesEachShift = table.boolean(
                "challenge_each_shift", default: rules.challengesEachShift)
        } else {
            table.ignores("challenge_each_shift", because: "challenges names none")
        }
        if table.has("clearance") {
            rules.clearance = table.strings("clearance", .name, count: 1...ChangeoverRules.maxPoints)
        }
        checkTwice("challenges", rules.challenges.map(\.rawValue))
        checkTwice("clearance", rules.clearance)
        table.require(
            !rules.challenges.contains(.duplicate) || rules.firstArticle, .contradiction, "challenges",
            with: [table.place("first_article")],
            "a duplicate needs a unit to be one of, and first_article is false",
            "Set first_article = true, or leave \"duplicate\" out.")
        table.finish()
        return rules
    }

    private func checkTwice(_ key: String, _ names: [String]) {
        guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else { return }
        table.fail(
            .repeated, key, "\(Printable.quoted(twice)) stands in the list twice", "Name each once.")
    }
}
