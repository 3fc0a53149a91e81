/// What whoever gives a command may do, and the signature under it.
extension Line {
    /// Refuses a command whose giver may not do this, or has not proved enough for it.
    func permit(_ command: LineCommand) throws(Refusal) {
        if command.by.isSystem {
            switch command.verb {
            case .openBatch, .defineProduct, .defineLabel: return
            default:
                throw Refusal(
                    "AUTH-111",
                    "another system may bring products, labels and orders, and not \(command.verb.act)",
                    "Have a person do it.")
            }
        }
        guard configuration.operators != nil else { return }
        switch command.verb.permission {
        case .free, .proven: return
        case .owner:
            guard command.by.isOwner else {
                throw Refusal(
                    "AUTH-110", "only the daemon's own account makes the first admin",
                    "Run the command as root or as the daemon's account.")
            }
        case .roles: try permit(command.verb.permission, to: command.verb.act, by: command.by)
        }
    }

    /// The same for what an act turns out to be.
    func permit(_ permission: Permission, to act: String, by authority: Authority) throws(Refusal) {
        guard configuration.operators != nil, case .roles(let roles, let secret, let second) = permission
        else { return }
        guard let person = authority.person else {
            throw Refusal(
                "AUTH-101", "nobody is signed on at this terminal", "Sign on: seriatim sign-on.")
        }
        // A sign-off or a timeout that stands in the journal before this command counts.
        guard state.isSignedOn(person, at: authority.terminal) else {
            throw Refusal(
                "AUTH-102", "\(person.name) is not signed on at \(authority.terminal) any more",
                "Sign on again: seriatim sign-on.")
        }
        guard roles.contains(person.role) else {
            throw Refusal(
                "AUTH-103", "\(person.name) (\(person.role.rawValue)) may not \(act)",
                "Have somebody do it who is \(Self.words(roles)).")
        }
        guard !secret || person.gaveSecret else {
            throw Refusal(
                "AUTH-104", "to \(act), the PIN of \(person.name) is asked again",
                "Give it at the terminal, or name its file in SERIATIM_PIN_FILE.")
        }
        try permit(second: second, to: act, by: authority, first: person)
    }

    private func permit(
        second roles: [Role], to act: String, by authority: Authority, first: Authority.Person
    ) throws(Refusal) {
        guard !roles.isEmpty else { return }
        guard let second = authority.second, second.gaveSecret else {
            throw Refusal(
                "AUTH-105", "to \(act), a second person must prove himself: badge and PIN",
                "Have somebody sign too who is \(Self.words(roles)).")
        }
        guard second.name != first.name else {
            throw Refusal(
                "AUTH-106", "\(first.name) cannot be the second person as well", "Have another person sign.")
        }
        guard roles.contains(second.role) else {
            throw Refusal(
                "AUTH-103", "\(second.name) (\(second.role.rawValue)) may not \(act)",
                "Have somebody do it who is \(Self.words(roles)).")
        }
    }

    /// `operator or supervisor`
    private static func words(_ roles: [Role]) -> String {
        let names = roles.map(\.rawValue)
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Puts the signatures of those who proved themselves before what the act recorded, in one with it.
    mutating func sign(_ command: LineCommand) {
        guard configuration.operators != nil, !decision.records.isEmpty, let person = command.by.person,
            case .roles(_, secret: true, let roles) = command.verb.permission
        else { return }
        let meaning = command.verb.meaning
        var signatures = [signature(of: person, meaning.first, command)]
        if !roles.isEmpty, let second = command.by.second {
            signatures.append(signature(of: second, meaning.second, command))
        }
        decision.records.insert(contentsOf: signatures.map(LineRecord.actSigned), at: 0)
        decision.cuts = decision.cuts.map { $0 + signatures.count }
        recordsMade += UInt64(signatures.count)
    }

    private func signature(
        of person: Authority.Person, _ meaning: String, _ command: LineCommand
    ) -> ActSigned {
        ActSigned(
            actor: person.name, role: person.role, meaning: meaning, act: command.verb.act,
            subject: command.verb.subject, terminal: command.by.terminal)
    }
}

extension LineState {
    func isSignedOn(_ person: Authority.Person, at terminal: String) -> Bool {
        signedOn.contains(SignedOn(terminal: terminal, name: person.name, role: person.role))
    }
}
