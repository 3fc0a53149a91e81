import GS1
import JSONText

/// Signing on and off, who may sign on, and the shift that is handed over.
///
/// The shell has proved persons and keeps the secrets; here is decided and recorded.
extension Line {
    /// - Throws: `AUTH-107` where nobody signs on.
    private func operatorRules() throws(Refusal) -> OperatorRules {
        guard let rules = configuration.operators else {
            throw Refusal(
                "AUTH-107", "nobody signs on at this line: its configuration has no [operators]",
                "Add the table [operators] to it and start the line again.")
        }
        return rules
    }

    // MARK: On and off

    mutating func signOn(failed: Int, changedSecret: Bool, by authority: Authority) throws(Refusal) -> String
    {
        _ = try operatorRules()
        guard let person = authority.person, person.gaveSecret else {
            throw Refusal(
                "AUTH-101", "nobody has proved himself at this terminal", "Give badge and PIN.")
        }
        try checkScanner(authority.terminal)
        let there = state.signedOn.first { $0.terminal == authority.terminal }
        guard there != nil || state.signedOn.count < OperatorRules.maxSignedOn else {
            throw Refusal(
                "AUTH-108",
                "people are signed on at \(OperatorRules.maxSignedOn) terminals, the most there are",
                "Have somebody sign off: seriatim status lists them.")
        }
        if changedSecret {
            record(
                .operatorChanged(
                    OperatorChanged(
                        person: person.name, change: OperatorChange.secretChanged.rawValue,
                        actor: person.name)))
        }
        if let there { record(signedOff: there, .replaced) }
        record(
            .operatorSignedOn(
                OperatorSignedOn(
                    actor: person.name, role: person.role, terminal: authority.terminal, failed: failed)))
        record(returned: .lockedOut, person.name)
        record(returned: .lockedOut, authority.terminal)
        return "\(person.name) (\(person.role.rawValue)) is signed on"
    }

    /// Who signs on for a scanner acts with it: it is one of the line's, in somebody's hand.
    private func checkScanner(_ terminal: String) throws(Refusal) {
        guard terminal.hasPrefix(OperatorRules.scannerTerminal) else { return }
        let device = String(terminal.dropFirst(OperatorRules.scannerTerminal.count))
        let scanners = configuration.handhelds
        guard !scanners.contains(device) else { return }
        throw Refusal(
            "AUTH-112", "the line has no scanner \"\(device)\" for a person",
            scanners.isEmpty
                ? "This line has none: leave --terminal out."
                : "Use \(scanners.map { OperatorRules.scannerTerminal + $0 }.joined(separator: " or ")).")
    }

    mutating func signOff(at terminal: String, _ cause: SignOffCause) throws(Refusal) -> String {
        guard let there = state.signedOn.first(where: { $0.terminal == terminal }) else {
            throw Refusal("AUTH-109", "nobody is signed on at \(terminal)", "There is nothing to end.")
        }
        record(signedOff: there, cause)
        return "\(there.name) is signed off"
    }

    /// Whoever is signed on when the line starts has to sign on again: their terminals may stand open.
    mutating func signOffAll() {
        for there in state.signedOn { record(signedOff: there, .restart) }
    }

    private mutating func signOff(everywhere name: String, _ cause: SignOffCause) {
        for there in state.signedOn where there.name == name { record(signedOff: there, cause) }
    }

    private mutating func record(signedOff there: SignedOn, _ cause: SignOffCause) {
        record(
            .operatorSignedOff(
                OperatorSignedOff(actor: there.name, terminal: there.terminal, reason: cause.rawValue)))
    }

    /// - Parameter name: Whose badge it was; empty for one nobody has.
    mutating func lockOut(_ name: String, at terminal: String, tries: Int) throws(Refusal) -> String {
        let rules = try operatorRules()
        record(
            .operatorLocked(
                OperatorLocked(actor: name, terminal: terminal, tries: tries, minutes: rules.lockMinutes)))
        signOff(everywhere: name, .locked)
        let what = name.isEmpty ? "unknown badges at \(terminal)" : "wrong PINs at \(terminal)"
        record(raised: .lockedOut, name.isEmpty ? terminal : name, "\(tries) \(what)")
        return name.isEmpty ? "\(terminal) is locked" : "\(name) is locked out"
    }

    /// Locks ran out: what they were an alarm for is over.
    ///
    /// - Parameter others: Persons and terminals whose lock is in force.
    mutating func endLocks(besides others: [String]) throws(Refusal) -> String {
        _ = try operatorRules()
        let over = state.alarms.filter {
            $0.code == AlarmCause.lockedOut.rawValue && $0.isActive && !others.contains($0.station)
        }
        for alarm in over { record(returned: .lockedOut, alarm.station) }
        return "\(over.count) locks are over"
    }

    // MARK: Who may sign on

    mutating func addOperator(
        _ name: String, _ role: Role, until: String, actor: String
    ) throws(Refusal) -> String {
        _ = try operatorRules()
        guard OperatorName.isSound(name) else {
            throw Refusal(
                "AUTH-130", "\"\(name)\" is no name of an operator",
                "Use 1 to \(OperatorRules.maxName) characters, no colon, no space at an end.")
        }
        guard until.isEmpty || until.isCalendarDay else {
            throw Refusal("AUTH-131", "\"\(until)\" is no day", "Write YYYY-MM-DD, or leave it out.")
        }
        record(.operatorAdded(OperatorAdded(person: name, role: role, until: until, actor: actor)))
        return "\(name) (\(role.rawValue)) may sign on"
    }

    mutating func changeOperator(
        _ name: String, _ change: OperatorChange, reason: String, actor: String
    ) throws(Refusal) -> String {
        _ = try operatorRules()
        guard reason.saysSomething else {
            throw Refusal("AUTH-132", "a reason is missing", "Add --reason TEXT.")
        }
        record(
            .operatorChanged(
                OperatorChanged(person: name, change: change.rawValue, reason: reason, actor: actor)))
        switch change {
        case .disabled, .reset: signOff(everywhere: name, .revoked)
        case .unlocked, .secretChanged: break
        }
        if change == .unlocked || change == .reset { record(returned: .lockedOut, name) }
        return "\(name): \(change.rawValue)"
    }

    // MARK: Release

    /// A waiting batch becomes ready by another person than who opened it.
    mutating func release(_ name: String, actor: String) throws(Refusal) -> String {
        let index = try knownBatch(name)
        guard state.batches[index].state == .waiting else {
            throw Refusal(
                "BATCH-115",
                "batch \(name) is \(state.batches[index].state.rawValue): it waits for no release",
                "seriatim batch show \(name) tells how it stands.")
        }
        guard state.batches[index].openedBy != actor else {
            throw Refusal(
                "AUTH-111", "\(actor) opened batch \(name) and cannot release it",
                "Have another person review and release it.")
        }
        record(.batchReleased(BatchReleased(batch: name, actor: actor)))
        return "batch \(name) is ready"
    }

    // MARK: Shift

    /// The line goes from one person to another, who is signed on in their place.
    mutating func handOver(note: String, by authority: Authority) throws(Refusal) -> String {
        _ = try operatorRules()
        guard let from = authority.person, let to = authority.second else {
            throw Refusal("AUTH-105", "a shift has two persons", "Have the successor give badge and PIN.")
        }
        guard note.count <= OperatorRules.maxNote else {
            throw Refusal(
                "AUTH-133", "the note has \(note.count) characters",
                "Write at most \(OperatorRules.maxNote).")
        }
        var fact = handover
        fact.actor = from.name
        fact.successor = to.name
        fact.terminal = authority.terminal
        fact.note = note
        record(.shiftHandedOver(fact))
        record(
            signedOff: SignedOn(terminal: authority.terminal, name: from.name, role: from.role), .handedOver)
        record(
            .operatorSignedOn(
                OperatorSignedOn(actor: to.name, role: to.role, terminal: authority.terminal)))
        renewChallenges()
        return "\(from.name) handed the line over to \(to.name)"
    }

    /// What both see.
    private var handover: ShiftHandedOver {
        let status = self.status
        var fact = ShiftHandedOver()
        if let batch = status.batch {
            fact.batch = batch.order.batch
            fact.state = batch.state.rawValue
            fact.tracked = batch.tracked
            fact.passed = batch.passed
            fact.rejected = batch.rejected
            fact.binned = batch.confirmed
        }
        fact.stations = status.packing.map { station in
            let open = "\(station.open) of \(station.capacity) in the open \(station.level.rawValue)"
            return "\(station.station): \(station.closed) closed, \(open)"
        }
        let unread = status.packing.flatMap { $0.transit + $0.unproved }
        fact.unread = Array(unread.prefix(ShiftHandedOver.maxListed))
        fact.alarms = status.alarms.prefix(ShiftHandedOver.maxListed).map { "\($0.code) \($0.station)" }
        if lanes.contains(where: { $0.belt.last?.binFull == true }) { fact.alarms.append("reject bin full") }
        return fact
    }
}

/// Names of operators.
package enum OperatorName {
    /// Whether records may carry it: it shows itself, and cannot pass for a Unix account.
    package static func isSound(_ name: String) -> Bool {
        (1...OperatorRules.maxName).contains(name.count)
            && name.utf8.count <= 4 * OperatorRules.maxName
            && name.first?.isWhitespace == false && name.last?.isWhitespace == false
            && name.unicodeScalars.allSatisfy { $0.isPlain && $0 != ":" }
    }
}

extension String {
    /// `YYYY-MM-DD` of a day there is.
    package var isCalendarDay: Bool {
        let parts = split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return day > 0 && GS1Date(year: year, month: month, day: day) != nil
    }
}
