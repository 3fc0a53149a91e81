import ControlAPI
import JSONText
import JournalCore
import LineCore
import SystemIO

/// Signing on and off, and the shift that goes from one to another.
extension OperatorDesk {
    /// Proves a person, has the line record the sign-on, and begins a session.
    ///
    /// - Parameter account: `uid:NAME`, with its number.
    func signOn(_ message: SignOnMessage, account: String, number: UInt32) async throws -> SignOnAnswer {
        let terminal = try Self.terminal(account, message.terminal)
        let proven = try await thread.run(for: number) { [self] in
            try prove(badge: message.badge, message.secret, at: terminal)
        }
        var new: SecretHash?
        if !message.newSecret.isEmpty {
            try check(message.newSecret, badge: message.badge, old: message.secret)
            new = try await thread.run(for: number) { [cost] in try SecretHash(message.newSecret, cost: cost)
            }
        }
        guard !proven.mustChange || new != nil else { throw OperatorFault.mustChange(proven.name) }
        let authority = Authority(
            account: account, terminal: terminal,
            person: Authority.Person(name: proven.name, role: proven.role, gaveSecret: true))
        let verb = LineCommand.Verb.signOn(failed: proven.failed, changedSecret: new != nil)
        let text = try Self.done(try await ask(verb, authority))
        do {
            try await thread.run(for: number) { [self, new] in try recorded(proven, new) }
        } catch {
            _ = try? await ask(.signOff(terminal: terminal, .revoked), authority)
            throw error
        }
        return try begin(proven.name, proven.role, terminal, number, text)
    }

    /// Ends the session of the token.
    func signOff(_ authority: Authority, token: Secret) async throws -> String {
        guard authority.person != nil else { throw OperatorFault.sessionOver }
        state.withLockedValue { $0.sessions[Self.key(token)] = nil }
        return try Self.done(try await ask(.signOff(terminal: authority.terminal, .asked), authority))
    }

    /// The session goes from who is signed on to the second person.
    func handOver(
        _ note: String, _ authority: Authority, token: Secret, number: UInt32
    ) async throws -> SignOnAnswer {
        let text = try Self.done(try await ask(.handOver(note: note), authority))
        state.withLockedValue { $0.sessions[Self.key(token)] = nil }
        guard let successor = authority.second else { throw OperatorFault.sessionOver }
        return try begin(successor.name, successor.role, authority.terminal, number, text)
    }

    /// What the line answered, or its refusal.
    static func done(_ answer: CommandAnswer) throws(ControlFault) -> String {
        switch answer {
        case .done(let text): return text
        case .refused(let refusal): throw ControlFault(refusal)
        case .found: throw .stopping
        }
    }

    private func begin(
        _ name: String, _ role: Role, _ terminal: String, _ number: UInt32, _ text: String
    ) throws -> SignOnAnswer {
        let token = Secret(Base64URL.text(try Entropy.bytes(16)))
        let now = now
        state.withLockedValue { state in
            state.sessions = state.sessions.filter { $0.value.terminal != terminal }
            state.sessions[Self.key(token)] = Session(
                name: name, role: role, terminal: terminal, account: number, since: now, usedAt: now)
        }
        var answer = SignOnAnswer()
        answer.token = token
        answer.name = name
        answer.role = role.rawValue
        answer.terminal = terminal
        answer.idleMinutes = rules.idleMinutes
        answer.text = text
        return answer
    }

    /// The record is durable: what it tells of the wrong tries is told, a lock that ran out is over, and the
    /// new secret holds.
    private func recorded(_ proven: Proven, _ new: SecretHash?) throws {
        let now = now
        try state.withLockedValue { state in
            guard let index = state.store.index(name: proven.name) else {
                throw OperatorFault.unknown(proven.name)
            }
            let before = state.store.entries[index]
            if now >= state.lockedUntil[proven.name] ?? 0 { state.unlock(proven.name) }
            state.store.entries[index].unrecorded -= min(before.unrecorded, proven.failed)
            if let new {
                state.store.entries[index].secret = new
                state.store.entries[index].mustChange = false
            }
            guard state.store.entries[index] != before || proven.failed > 0 else { return }
            do {
                try state.store.save(path)
            } catch {
                state.store.entries[index] = before
                throw OperatorFault.notKept(error)
            }
        }
    }

    /// The kernel says the account; the rest is the caller's own name of the place. A scanner is its own.
    private static func terminal(_ account: String, _ name: String) throws(ControlFault) -> String {
        guard name.count <= OperatorRules.maxName, name.unicodeScalars.allSatisfy(\.isPlain) else {
            throw OperatorFault.bad(
                "the terminal's name does not fit", "Use at most \(OperatorRules.maxName) characters.")
        }
        if name.hasPrefix(OperatorRules.scannerTerminal) { return name }
        return name.isEmpty ? account : "\(account) \(name)"
    }
}
