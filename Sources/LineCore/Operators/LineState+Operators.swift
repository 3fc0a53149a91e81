// What records say of operators and releases.

extension LineState {
    mutating func apply(_ fact: OperatorSignedOn) throws(StateFault) {
        guard signedOn.count < OperatorRules.maxSignedOn,
            !signedOn.contains(where: { $0.terminal == fact.terminal })
        else { throw StateFault(text: "somebody is signed on at \(fact.terminal)") }
        signedOn.append(SignedOn(terminal: fact.terminal, name: fact.actor, role: fact.role))
    }

    mutating func apply(_ fact: OperatorSignedOff) throws(StateFault) {
        let there = signedOn.firstIndex { $0.terminal == fact.terminal && $0.name == fact.actor }
        guard let there else { throw StateFault(text: "\(fact.actor) is not signed on at \(fact.terminal)") }
        signedOn.remove(at: there)
    }

    mutating func apply(_ fact: BatchReleased) throws(StateFault) {
        guard let index = batch(named: fact.batch), batches[index].state == .waiting else {
            throw StateFault(text: "batch \(fact.batch) waits for no release")
        }
        batches[index].state = .ready
        batches[index].releasedBy = fact.actor
    }
}
