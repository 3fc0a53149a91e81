import ControlAPI
import Crypto
import JournalCore
import LineCore
import NIOConcurrencyHelpers
import SystemIO

/// Proves who asks: badges, secrets, sessions, lockouts. What they then may, the rules decide.
///
/// Secrets are looked at on a thread of their own. The file of operators is written there too: after the
/// journal holds the record, never before.
package final class OperatorDesk: Sendable {
    /// A person at a terminal, as long as their token is good.
    struct Session: Sendable {
        let name: String
        let role: Role
        /// As records say it: the Unix account, and the caller's own name of the place.
        let terminal: String
        let account: UInt32
        let since: UInt64
        var usedAt: UInt64
    }

    struct State: Sendable {
        var store: OperatorStore
        /// Sessions by the hash of their token.
        var sessions: [String: Session] = [:]
        /// When the lockout of a name ends, monotonic.
        var lockedUntil: [String: UInt64] = [:]
        /// Badges nobody has, by terminal: how often, and until when it is locked.
        var strangers: [String: (tries: Int, until: UInt64)] = [:]
        /// For the line, once its queue has room.
        var notices: [LineCommand] = []
    }

    /// Terminals whose unknown badges are counted; the one that is over first makes room.
    static let maxStrangers = 64
    /// Notices for the line that may wait; more are dropped, and the line's next start ends what they meant.
    static let maxNotices = 256

    let rules: OperatorRules
    let path: String
    let cost: SecretHash.Cost
    let owner: UInt32
    let clock: @Sendable () -> LineInstant
    let ask: @Sendable (LineCommand.Verb, Authority) async throws -> CommandAnswer
    let notify: @Sendable (LineCommand) -> Bool
    let thread = SecretThread()
    let state: NIOLockedValueBox<State>
    /// Compared with where there is no such badge: it takes as long.
    let nobody: SecretHash

    /// Reads the file of operators; nothing is started.
    ///
    /// - Throws: `DMN-114`, `DMN-109`.
    init(
        rules: OperatorRules, path: String, cost: SecretHash.Cost = SecretHash.Cost(),
        owner: UInt32 = Accounts.currentNumber, clock: @escaping @Sendable () -> LineInstant,
        ask: @escaping @Sendable (LineCommand.Verb, Authority) async throws -> CommandAnswer,
        notify: @escaping @Sendable (LineCommand) -> Bool
    ) throws(DaemonError) {
        self.rules = rules
        self.path = path
        self.cost = cost
        self.owner = owner
        self.clock = clock
        self.ask = ask
        self.notify = notify
        let store = try OperatorStore.load(path)
        var state = State(store: store)
        let until = clock().monotonicNanoseconds &+ Self.nanoseconds(minutes: rules.lockMinutes)
        // How long ago it began is not known any more: it lasts its whole time again.
        for entry in store.entries where entry.isLocked { state.lockedUntil[entry.name] = until }
        self.state = NIOLockedValueBox(state)
        do {
            nobody = try SecretHash(Secret("nobody"), cost: cost)
        } catch {
            throw DaemonError(
                .operatorsUnusable, at: path, "\(error)", "Report this fault.", exitStatus: 70)
        }
    }

    static func nanoseconds(minutes: Int) -> UInt64 { UInt64(clamping: minutes) * 60_000_000_000 }

    /// Starts the thread that looks at secrets and ends sessions.
    func start() throws(DaemonError) {
        state.withLockedValue { $0.noteLocks() }
        try thread.start { [weak self] in self?.tick() }
    }

    /// Ends the thread once what waits is answered.
    func stop() { thread.stop() }

    var now: UInt64 { clock().monotonicNanoseconds }

    /// The day on the wall: only whole days are compared with it.
    var today: String { String(Timestamp.text(milliseconds: clock().wallMilliseconds).prefix(10)) }

    // MARK: Who asks

    /// What a caller has proved: the session of the token, the secret given again, a second person.
    ///
    /// - Parameter account: `uid:NAME`, with its number.
    /// - Throws: `AUTH-121` to `AUTH-126`; a wrong secret counts.
    func authority(account: String, number: UInt32, proof: Proof) async throws -> Authority {
        var authority = Authority(account: account)
        authority.isOwner = number == 0 || number == owner
        authority.terminal = account
        guard !proof.token.isEmpty else { return authority }
        let session = try use(proof.token, by: number)
        authority.terminal = session.terminal
        authority.person = Authority.Person(name: session.name, role: session.role)
        if !proof.secret.isEmpty {
            _ = try await thread.run(for: number) { [self] in
                try prove(name: session.name, proof.secret, at: session.terminal)
            }
            authority.person?.gaveSecret = true
        }
        if !proof.secondBadge.isEmpty {
            let second = try await thread.run(for: number) { [self] in
                try prove(badge: proof.secondBadge, proof.secondSecret, at: session.terminal)
            }
            guard !second.mustChange else { throw OperatorFault.mustChange(second.name) }
            authority.second = Authority.Person(name: second.name, role: second.role, gaveSecret: true)
        }
        return authority
    }

    private func use(_ token: Secret, by account: UInt32) throws(ControlFault) -> Session {
        let (key, now, today) = (Self.key(token), now, today)
        let session = state.withLockedValue { state -> Session? in
            guard let session = state.sessions[key], session.account == account,
                ending(session, at: now, state.store, today) == nil
            else { return nil }
            state.sessions[key]?.usedAt = now
            return session
        }
        guard let session else { throw OperatorFault.sessionOver }
        return session
    }

    /// Why a session is over, or `nil`.
    private func ending(
        _ session: Session, at now: UInt64, _ store: OperatorStore, _ today: String
    ) -> SignOffCause? {
        let isOver = store.index(name: session.name).map { store.entries[$0].isOver(on: today) }
        if isOver == true { return .expired }
        if now >= session.since &+ Self.nanoseconds(minutes: rules.sessionHours * 60) { return .expired }
        return now >= session.usedAt &+ Self.nanoseconds(minutes: rules.idleMinutes) ? .idle : nil
    }

    /// Tokens are kept as hashes and found by them.
    static func key(_ token: Secret) -> String { Hexadecimal.text(SHA256.hash(data: Array(token.text.utf8))) }

    // MARK: Time

    /// Ends what has lasted long enough, and tells the line what it has not heard yet.
    private func tick() {
        let (now, today) = (now, today)
        let notices = state.withLockedValue { state -> [LineCommand] in
            for (key, session) in state.sessions.sorted(by: { $0.key < $1.key }) {
                guard let cause = ending(session, at: now, state.store, today) else { continue }
                state.sessions[key] = nil
                state.note(.signOff(terminal: session.terminal, cause))
            }
            // Where the disk does not take it, the lock begins anew with the next start.
            if state.endLocks(at: now) { try? state.store.save(path) }
            defer { state.notices = [] }
            return state.notices
        }
        for (index, notice) in notices.enumerated() where !notify(notice) {
            state.withLockedValue { $0.notices = Array(notices[index...]) + $0.notices }
            return
        }
    }
}

extension OperatorDesk.State {
    /// Keeps something for the line that nobody waits for.
    mutating func note(_ verb: LineCommand.Verb) {
        guard notices.count < OperatorDesk.maxNotices else { return }
        notices.append(
            LineCommand(request: LineCommand.unasked, by: Authority(account: "seriatim"), verb: verb))
    }

    mutating func unlock(_ name: String) {
        lockedUntil[name] = nil
        guard let index = store.index(name: name) else { return }
        store.entries[index].isLocked = false
    }

    /// Ends the locks whose time is over, and has the line hear of it.
    ///
    /// - Returns: Whether a person's was among them: it is over for good once the store is saved.
    mutating func endLocks(at now: UInt64) -> Bool {
        let names = lockedUntil.filter { now >= $0.value }.map(\.key)
        let terminals = strangers.filter { $0.value.until > 0 && now >= $0.value.until }.map(\.key)
        for name in names { unlock(name) }
        for terminal in terminals { strangers[terminal] = nil }
        if !names.isEmpty || !terminals.isEmpty { noteLocks() }
        return !names.isEmpty
    }

    /// Has the line hear which locks are in force.
    mutating func noteLocks() {
        let terminals = strangers.filter { $0.value.until > 0 }.map(\.key)
        note(.endLocks(besides: lockedUntil.keys.sorted() + terminals.sorted()))
    }

    /// Ends every session of a person.
    mutating func endSessions(of name: String) {
        sessions = sessions.filter { $0.value.name != name }
    }
}
