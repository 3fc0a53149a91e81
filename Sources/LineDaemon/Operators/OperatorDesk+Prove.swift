import ControlAPI
import LineCore
import SystemIO

/// Looking at secrets. All of it runs on the thread for it.
extension OperatorDesk {
    /// Somebody whose secret was right.
    struct Proven: Sendable {
        var name: String
        var role: Role
        /// The secret was chosen by an admin.
        var mustChange: Bool
        /// Wrong ones before it that stand in no record yet.
        var failed: Int
    }

    /// Who has this badge, if the secret is theirs.
    ///
    /// - Throws: `AUTH-121` for an unknown badge and for a wrong secret alike, `AUTH-122`, `AUTH-123`.
    func prove(badge: Secret, _ secret: Secret, at terminal: String) throws -> Proven {
        let now = now
        let (name, isKnown, until) = state.withLockedValue { state in
            (
                state.store.index(badge: badge).map { state.store.entries[$0].name },
                state.store.isKnown(badge: badge), state.strangers[terminal]?.until ?? 0
            )
        }
        guard now >= until else { throw OperatorFault.terminalLocked(minutes: Self.minutes(until - now)) }
        guard let name else {
            // As long as for one who may sign on.
            _ = try nobody.matches(secret)
            if !isKnown { countStranger(at: terminal, now) }
            throw OperatorFault.wrong
        }
        return try prove(name: name, secret, at: terminal)
    }

    /// Whether the secret is this person's.
    func prove(name: String, _ secret: Secret, at terminal: String) throws -> Proven {
        let now = now
        let (entry, until) = state.withLockedValue { state in
            (state.store.index(name: name).map { state.store.entries[$0] }, state.lockedUntil[name] ?? 0)
        }
        guard let entry, !entry.isDisabled else { throw OperatorFault.sessionOver }
        guard now >= until else { throw OperatorFault.locked(minutes: Self.minutes(until - now)) }
        guard try entry.secret.matches(secret) else {
            countWrong(name, at: terminal, now)
            throw OperatorFault.wrong
        }
        guard !entry.isOver(on: today) else {
            throw OperatorFault.expired(entry.name, entry.until)
        }
        guard let role = Role(rawValue: entry.role) else { throw OperatorFault.unknown(name) }
        state.withLockedValue { state in
            guard let index = state.store.index(name: name) else { return }
            state.store.entries[index].failed = 0
        }
        return Proven(
            name: entry.name, role: role, mustChange: entry.mustChange, failed: entry.unrecorded)
    }

    private static func minutes(_ nanoseconds: UInt64) -> Int { Int(nanoseconds / 60_000_000_000) + 1 }

    private func countWrong(_ name: String, at terminal: String, _ now: UInt64) {
        state.withLockedValue { state in
            guard let index = state.store.index(name: name) else { return }
            state.store.entries[index].failed += 1
            state.store.entries[index].unrecorded += 1
            if state.store.entries[index].failed >= rules.maxTries {
                let tries = state.store.entries[index].unrecorded
                state.store.entries[index].failed = 0
                state.store.entries[index].unrecorded = 0
                state.store.entries[index].isLocked = true
                state.lockedUntil[name] = now &+ Self.nanoseconds(minutes: rules.lockMinutes)
                state.endSessions(of: name)
                state.note(.lockOut(name: name, terminal: terminal, tries: tries))
            }
            // Counted in memory all the same where the disk takes nothing.
            try? state.store.save(path)
        }
    }

    /// Badges that nobody has lock the place where they are tried.
    private func countStranger(at terminal: String, _ now: UInt64) {
        state.withLockedValue { state in
            if state.strangers[terminal] == nil, state.strangers.count >= Self.maxStrangers {
                let first = state.strangers.min { ($0.value.until, $0.key) < ($1.value.until, $1.key) }
                if let first { state.strangers[first.key] = nil }
            }
            let tries = (state.strangers[terminal]?.tries ?? 0) + 1
            state.strangers[terminal] = (tries, 0)
            guard tries >= rules.maxTries else { return }
            state.strangers[terminal] = (0, now &+ Self.nanoseconds(minutes: rules.lockMinutes))
            state.note(.lockOut(name: "", terminal: terminal, tries: tries))
        }
    }

    // MARK: New secrets

    /// - Throws: `AUTH-134`.
    func check(_ new: Secret, badge: Secret, old: Secret = Secret()) throws(ControlFault) {
        guard new.text.count >= rules.minSecret else {
            throw OperatorFault.weak("has fewer than \(rules.minSecret) characters")
        }
        guard new.text.utf8.count <= Secret.maxBytes else {
            throw OperatorFault.weak("has more than \(Secret.maxBytes) bytes")
        }
        guard new != badge else { throw OperatorFault.weak("is what stands on the badge") }
        guard new != old else { throw OperatorFault.weak("is the old one") }
        guard Set(new.text).count > 2, !Self.isRun(new.text) else {
            throw OperatorFault.weak("is too easy to guess")
        }
    }

    /// `123456`, `987654`: each character is one further than the one before, in one direction.
    private static func isRun(_ text: String) -> Bool {
        let values = text.unicodeScalars.map { Int($0.value) }
        let steps = Set(zip(values, values.dropFirst()).map { $1 - $0 })
        return steps == [1] || steps == [-1]
    }
}
