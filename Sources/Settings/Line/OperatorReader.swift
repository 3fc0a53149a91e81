import LineCore

/// Reads table `[operators]`: how people sign on. Without it nobody does.
struct OperatorReader {
    let table: TableReader

    func read() -> OperatorRules {
        let standard = OperatorRules()
        let rules = OperatorRules(
            idleMinutes: table.integer("idle_minutes", 1...720, default: standard.idleMinutes),
            sessionHours: table.integer("session_hours", 1...24, default: standard.sessionHours),
            maxTries: table.integer("max_tries", 2...20, default: standard.maxTries),
            lockMinutes: table.integer("lock_minutes", 1...1_440, default: standard.lockMinutes),
            minSecret: table.integer("min_pin", 4...64, default: standard.minSecret),
            release: table.boolean("release", default: standard.release))
        table.finish()
        return rules
    }
}
