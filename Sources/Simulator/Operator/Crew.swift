import LineCore

/// The people of a simulated line: who does what the operator beside it wants done, and what they try
/// besides.
///
/// They sign on and off, are timed out and locked out, hand shifts over, and now and then somebody tries what
/// they may not do. In the end an act is done by somebody who may.
/// - Invariant: Pure; the same seed and the same people signed on give the same tries.
struct Crew {
    /// One thing that is asked of the line.
    struct Try {
        let verb: LineCommand.Verb
        let by: Authority
    }

    private static let people: [(name: String, role: Role)] = [
        ("Ann", .operator), ("Bob", .operator), ("Sue", .supervisor), ("Sam", .supervisor),
        ("Quinn", .quality), ("Ada", .admin),
    ]
    private static let terminals = ["desk", "scanner"]
    private static let account = "uid:line"

    private var luck: SeededRandom
    /// How often somebody tried what they could not do.
    var turnedAway = 0

    init(seed: UInt64) { luck = SeededRandom(seed: seed, purpose: 0x0E12, subject: 0) }

    /// Somebody tries the act who may be allowed to or not, in one of four cases.
    mutating func guess(at verb: LineCommand.Verb, _ signedOn: [SignedOn]) -> Try? {
        guard luck.below(4) == 0 else { return nil }
        let person = anyone()
        let there = luck.below(2) == 0 ? signedOn.first { $0.name == person.name } : nil
        let terminal = there?.terminal ?? Self.terminals[luck.below(Self.terminals.count)]
        var by = Authority(account: Self.account)
        by.terminal = terminal
        if luck.below(8) > 0 {
            by.person = Authority.Person(
                name: person.name, role: person.role, gaveSecret: luck.below(2) == 0)
        }
        if luck.below(4) == 0 { by.second = secondPerson() }
        return Try(verb: verb, by: by)
    }

    /// Somebody who may does it, signing on before if they are not.
    ///
    /// - Parameter except: Who may not for a reason of their own: who opened a batch does not release it.
    mutating func order(_ verb: LineCommand.Verb, _ signedOn: [SignedOn], except: String = "") -> [Try] {
        guard case .roles(let roles, _, let seconds) = verb.permission else { return [] }
        let fit = Self.people.filter { roles.contains($0.role) && $0.name != except }
        guard !fit.isEmpty else { return [] }
        let person = fit[luck.below(fit.count)]
        let second = Self.people.first { seconds.contains($0.role) && $0.name != person.name }.map {
            Authority.Person(name: $0.name, role: $0.role, gaveSecret: true)
        }
        if let there = signedOn.first(where: { $0.name == person.name }) {
            var by = authority(person, at: there.terminal)
            by.second = second
            return [Try(verb: verb, by: by)]
        }
        var by = authority(person, at: Self.terminals[luck.below(Self.terminals.count)])
        by.second = second
        return [Try(verb: .signOn(failed: luck.below(3)), by: by), Try(verb: verb, by: by)]
    }

    /// Whoever takes the scanner to pack with it signs on there.
    mutating func takeScanner(_ name: String, _ signedOn: [SignedOn]) -> [Try] {
        let terminal = OperatorRules.scannerTerminal + name
        guard !signedOn.contains(where: { $0.terminal == terminal }) else { return [] }
        return [Try(verb: .signOn(), by: authority(anyone(), at: terminal))]
    }

    /// What people do besides, now and then.
    mutating func aside(_ signedOn: [SignedOn]) -> [Try] {
        guard luck.below(100) == 0 else { return [] }
        let person = anyone()
        let terminal = Self.terminals[luck.below(Self.terminals.count)]
        let there = signedOn.isEmpty ? nil : signedOn[luck.below(signedOn.count)]
        switch luck.below(6) {
        case 0: return [Try(verb: .signOn(), by: authority(person, at: terminal))]
        case 1:
            let causes: [SignOffCause] = [.asked, .idle, .expired]
            let cause = causes[luck.below(causes.count)]
            return [Try(verb: .signOff(terminal: terminal, cause), by: Authority(account: Self.account))]
        case 2:
            let name = luck.below(2) == 0 ? person.name : ""
            return [
                Try(
                    verb: .lockOut(name: name, terminal: terminal, tries: 5),
                    by: Authority(account: Self.account))
            ]
        case 3:
            guard let there else { return [] }
            var by = authority((there.name, there.role), at: there.terminal)
            by.second = secondPerson()
            return [Try(verb: .handOver(note: "all well"), by: by)]
        case 4:
            let change = OperatorChange.allCases[luck.below(OperatorChange.allCases.count)]
            return order(.changeOperator(name: person.name, change, reason: "as agreed"), signedOn)
        default:
            guard let there else { return [] }
            let by = authority((there.name, there.role), at: there.terminal)
            return [Try(verb: .hold(immediate: false, reason: "a look"), by: by)]
        }
    }

    private mutating func anyone() -> (name: String, role: Role) {
        Self.people[luck.below(Self.people.count)]
    }

    private mutating func secondPerson() -> Authority.Person {
        let person = anyone()
        return Authority.Person(name: person.name, role: person.role, gaveSecret: luck.below(4) > 0)
    }

    private func authority(_ person: (name: String, role: Role), at terminal: String) -> Authority {
        Authority(
            account: Self.account, terminal: terminal,
            person: Authority.Person(name: person.name, role: person.role, gaveSecret: true))
    }
}
