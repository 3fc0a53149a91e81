import ControlAPI
import LineCore
import SystemIO

/// Who may sign on, managed by an admin.
///
/// The line is asked first: it decides whether the admin may, and records it. Only then is the file written;
/// where that fails, the answer says so and the act is given again.
extension OperatorDesk {
    /// Everybody in the file, by name.
    var list: OperatorsAnswer {
        let (now, today) = (now, today)
        var answer = OperatorsAnswer()
        answer.operators = state.withLockedValue { state in
            state.store.entries.sorted { $0.name < $1.name }.map { entry in
                var row = OperatorAnswer()
                row.name = entry.name
                row.role = entry.role
                row.until = entry.until
                row.mustChange = entry.mustChange
                row.failed = entry.failed
                let isLocked = now < state.lockedUntil[entry.name] ?? 0
                let isOver = entry.isOver(on: today)
                row.state =
                    entry.isDisabled ? "disabled" : isLocked ? "locked" : isOver ? "expired" : "active"
                return row
            }
        }
        return answer
    }

    /// Adds a person, or again one who was disabled or has expired. Where no admin may sign on, the daemon's
    /// own account adds one.
    func add(_ message: OperatorMessage, _ authority: Authority, number: UInt32) async throws -> String {
        let today = today
        let isFirst =
            state.withLockedValue { $0.store.admins(on: today).isEmpty } && authority.person == nil
        guard let role = Role(rawValue: message.role) else {
            throw OperatorFault.bad(
                "role \"\(message.role.prefix(40))\" is none",
                "Use \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let verb: LineCommand.Verb =
            isFirst
            ? .addFirstAdmin(name: message.name, until: message.until)
            : .addOperator(name: message.name, role, until: message.until)
        // Who may not is told just that, and learns nothing of the file.
        guard isFirst ? authority.isOwner : authority.mayManage else {
            return try Self.done(try await ask(verb, authority))
        }
        guard !isFirst || role == .admin else {
            throw OperatorFault.bad("the first operator must be an admin", "Give --role admin.")
        }
        // What is no day at all the line refuses.
        guard message.until.isEmpty || !message.until.isCalendarDay || today <= message.until else {
            throw OperatorFault.past(message.until)
        }
        try checkFree(message, today)
        try check(message.secret, badge: message.badge)
        let hash = try await thread.run(for: number) { [cost] in try SecretHash(message.secret, cost: cost) }
        let text = try Self.done(try await ask(verb, authority))
        try await thread.run(for: number) { [self] in
            try change { state in
                try Self.checkFree(message, in: state.store, today)
                var entry = OperatorStore.Entry(
                    name: message.name, role: role.rawValue, badge: state.store.hash(badge: message.badge),
                    secret: hash)
                entry.until = message.until
                state.store.entries.removeAll { $0.name.lowercased() == message.name.lowercased() }
                state.store.entries.append(entry)
                state.unlock(entry.name)
                state.noteLocks()
            }
        }
        return text
    }

    /// Takes the right to sign on, gives a new first secret, or ends a lockout.
    func change(
        _ name: String, _ change: OperatorChange, _ message: OperatorChangeMessage, _ authority: Authority,
        number: UInt32
    ) async throws -> String {
        let verb = LineCommand.Verb.changeOperator(name: name, change, reason: message.reason)
        guard authority.mayManage else { return try Self.done(try await ask(verb, authority)) }
        let today = today
        try state.withLockedValue { state in
            guard state.store.index(name: name).map({ state.store.entries[$0].name == name }) == true else {
                throw OperatorFault.unknown(name)
            }
            if change == .disabled { try Self.checkAdminLeft(without: name, state.store, today) }
        }
        var hash: SecretHash?
        if change == .reset {
            try check(message.secret, badge: message.badge)
            hash = try await thread.run(for: number) { [cost] in try SecretHash(message.secret, cost: cost) }
        }
        let text = try Self.done(try await ask(verb, authority))
        try await thread.run(for: number) { [self, hash] in
            try self.change { state in
                guard let index = state.store.index(name: name) else { throw OperatorFault.unknown(name) }
                switch change {
                case .disabled:
                    state.store.entries[index].isDisabled = true
                    state.endSessions(of: name)
                case .reset:
                    if let hash { state.store.entries[index].secret = hash }
                    if !message.badge.isEmpty {
                        try Self.checkFree(badge: message.badge, besides: name, in: state.store)
                        state.store.entries[index].badge = state.store.hash(badge: message.badge)
                    }
                    state.store.entries[index].mustChange = true
                    state.store.entries[index].isDisabled = false
                    state.store.entries[index].failed = 0
                    state.unlock(name)
                    state.endSessions(of: name)
                case .unlocked:
                    state.store.entries[index].failed = 0
                    state.unlock(name)
                case .secretChanged: break
                }
            }
        }
        return text
    }

    /// Changes the store and makes it durable, or leaves it as it was.
    private func change(_ body: (inout State) throws -> Void) throws {
        try state.withLockedValue { state in
            let before = state
            do {
                try body(&state)
            } catch {
                state = before
                throw error
            }
            do {
                try state.store.save(path)
            } catch {
                state = before
                throw OperatorFault.notKept(error)
            }
        }
    }

    // MARK: What may not be

    private func checkFree(_ message: OperatorMessage, _ today: String) throws {
        try state.withLockedValue { try Self.checkFree(message, in: $0.store, today) }
    }

    private static func checkFree(
        _ message: OperatorMessage, in store: OperatorStore, _ today: String
    ) throws(ControlFault) {
        guard !message.badge.isEmpty, message.badge.text.utf8.count <= Secret.maxBytes else {
            throw OperatorFault.bad("the badge is empty or too long", "Scan the badge.")
        }
        let named = store.index(name: message.name)
        if let named, !store.entries[named].isDisabled, !store.entries[named].isOver(on: today) {
            throw OperatorFault.taken("the name \(message.name)")
        }
        try checkFree(badge: message.badge, besides: message.name, in: store)
        guard named != nil || store.entries.count < OperatorStore.maxEntries else {
            throw OperatorFault.bad(
                "there are \(OperatorStore.maxEntries) operators, the most there can be",
                "Add somebody in the place of one who is disabled or has expired, under the same name.")
        }
    }

    private static func checkFree(
        badge: Secret, besides name: String, in store: OperatorStore
    ) throws(ControlFault) {
        guard let holder = store.index(badge: badge), store.entries[holder].name != name else { return }
        throw OperatorFault.taken("the badge")
    }

    private static func checkAdminLeft(
        without name: String, _ store: OperatorStore, _ today: String
    ) throws(ControlFault) {
        let admins = store.admins(on: today)
        guard admins != [name] else { throw OperatorFault.lastAdmin }
    }
}

extension Authority {
    /// The rules will let them manage operators: an admin who gave the secret.
    fileprivate var mayManage: Bool { person?.role == .admin && person?.gaveSecret == true }
}
