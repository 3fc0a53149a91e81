/// What a person is at a line: it decides what they may do.
package enum Role: String, CaseIterable, Equatable, Sendable {
    /// Runs the line.
    case `operator`
    /// Answers for the line: opens batches, ends doubts.
    case supervisor
    /// Answers for the product: releases, and closes what has a remainder.
    case quality
    /// Manages who may sign on, and nothing of the product.
    case admin
}

/// Who stands behind a command, as the shell has proved it. The rules decide what they may.
package struct Authority: Equatable, Sendable {
    /// A person whose badge and secret the shell has seen.
    package struct Person: Equatable, Sendable {
        /// Name, as it stands in every record.
        package var name: String
        /// What they are.
        package var role: Role
        /// The secret was given with this very command, and was right.
        package var gaveSecret: Bool

        /// Makes a person.
        package init(name: String, role: Role, gaveSecret: Bool = false) {
            self.name = name
            self.role = role
            self.gaveSecret = gaveSecret
        }
    }

    /// The Unix account at the socket, `uid:NAME`: it says which terminal, and acts where nobody signs on.
    package var account: String
    /// It is the daemon's own account or the superuser.
    package var isOwner = false
    /// Another system, by a way that the site has opened to it: it brings orders, products and
    /// label templates, and does nothing else.
    package var isSystem = false
    /// Where the person is.
    package var terminal = ""
    /// Who is signed on there.
    package var person: Person?
    /// A second person who proved himself for this command.
    package var second: Person?

    /// An account at which nobody has signed on.
    package init(account: String) { self.account = account }

    /// A person at a terminal.
    package init(
        account: String, terminal: String, person: Person, second: Person? = nil
    ) {
        self.account = account
        self.terminal = terminal
        self.person = person
        self.second = second
    }

    /// Who acts, by name.
    package var name: String { person?.name ?? account }
}

/// How operators sign on at this line; a line without such rules takes the Unix account for who acts.
package struct OperatorRules: Equatable, Sendable {
    /// A session ends when nothing was commanded for so long.
    package var idleMinutes: Int
    /// A session ends after so long whatever is done.
    package var sessionHours: Int
    /// So many wrong secrets lock an operator out.
    package var maxTries: Int
    /// For so long.
    package var lockMinutes: Int
    /// Fewest characters of a secret.
    package var minSecret: Int
    /// A batch waits until another person than who opened it has released it.
    package var release: Bool

    /// Makes the rules; counts are at least 1.
    package init(
        idleMinutes: Int = 15, sessionHours: Int = 12, maxTries: Int = 5, lockMinutes: Int = 15,
        minSecret: Int = 6, release: Bool = false
    ) {
        self.idleMinutes = idleMinutes
        self.sessionHours = sessionHours
        self.maxTries = maxTries
        self.lockMinutes = lockMinutes
        self.minSecret = minSecret
        self.release = release
    }

    /// Most terminals at which somebody is signed on; one more is refused.
    package static let maxSignedOn = 32
    /// A scanner as a terminal: this and the device's name.
    package static let scannerTerminal = "scanner:"
    /// Most characters of a name, a terminal and a note.
    package static let maxName = 40
    package static let maxTerminal = 80
    package static let maxNote = 1_000
}

/// Somebody who is signed on at a terminal.
package struct SignedOn: Equatable, Sendable {
    /// Where.
    package let terminal: String
    /// Who.
    package let name: String
    /// What they are.
    package let role: Role

    /// Makes the fact.
    package init(terminal: String, name: String, role: Role) {
        self.terminal = terminal
        self.name = name
        self.role = role
    }
}

/// Why somebody is signed on no more.
package enum SignOffCause: String, CaseIterable, Equatable, Sendable {
    /// They asked.
    case asked
    /// Nothing was commanded for too long.
    case idle
    /// The session had its longest time, or the person their last day.
    case expired
    /// Another person signed on at the terminal.
    case replaced
    /// They handed the shift over.
    case handedOver = "handed over"
    /// Too many wrong secrets.
    case locked
    /// An admin took the right away, or gave a new secret.
    case revoked
    /// The line was started again.
    case restart
}

/// What an admin, or they themselves, changed about an operator.
package enum OperatorChange: String, CaseIterable, Equatable, Sendable {
    /// May not sign on any more.
    case disabled
    /// Got a new secret from an admin, to be changed at the next sign-on; may sign on again.
    case reset
    /// The lockout was ended before its time.
    case unlocked
    /// Changed the secret themselves.
    case secretChanged = "secret changed"
}
