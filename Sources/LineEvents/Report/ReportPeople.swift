import EPCIS
import LineCore

/// Who stood behind what was done: the sign-ons and signatures of one batch.
struct ReportPeople {
    private(set) var signOns = ReportList<ReportEntry>()
    private(set) var signatures = ReportList<ReportEntry>()
    /// Who is signed on, by terminal, in the order they came.
    private var there: [(terminal: String, entry: ReportEntry)] = []
    /// Signatures of an act whose records follow.
    private var unplaced: [ReportEntry] = []

    /// Signatures under a clearance: they belong to the batch that starts next.
    private var aside: [ReportEntry] = []

    /// A batch was put on the line. The one of the report: whoever is signed on stays so, and whoever signed
    /// the clearance before it is one of its people.
    mutating func begin(isOfBatch: Bool) {
        defer { aside = [] }
        guard isOfBatch else { return }
        for person in there { signOns.append(person.entry) }
        for entry in aside { signatures.append(entry) }
    }

    /// The line was cleared for a batch that is not known yet.
    mutating func setAside() {
        aside = unplaced
        unplaced = []
    }

    /// - Parameter isInHand: The batch is on the line, or completed and not closed.
    mutating func take(_ record: LineRecord, at time: EventTime, isInHand: Bool) {
        switch record {
        case .operatorSignedOn(let fact):
            let failed = fact.failed > 0 ? ", after \(fact.failed) wrong PINs" : ""
            let text = "signed on at \(fact.terminal) as \(fact.role.rawValue)\(failed)"
            let entry = ReportEntry(at: time, text: text, reason: "", actor: fact.actor)
            there.append((fact.terminal, entry))
            if isInHand { signOns.append(entry) }
        case .operatorSignedOff(let fact):
            there.removeAll { $0.terminal == fact.terminal }
            guard isInHand else { return }
            signOns.append(
                ReportEntry(
                    at: time, text: "signed off at \(fact.terminal)", reason: fact.reason, actor: fact.actor))
        case .operatorLocked(let fact):
            guard isInHand else { return }
            let text = "locked at \(fact.terminal) for \(fact.minutes) min, after \(fact.tries) wrong "
            signOns.append(
                ReportEntry(
                    at: time, text: text + (fact.actor.isEmpty ? "badges" : "PINs"), reason: "",
                    actor: fact.actor))
        case .shiftHandedOver(let fact):
            guard isInHand else { return }
            signOns.append(
                ReportEntry(
                    at: time, text: "handed over to \(fact.successor) at \(fact.terminal)", reason: fact.note,
                    actor: fact.actor))
        case .actSigned(let fact):
            unplaced.append(ReportEntry(at: time, text: fact.words, reason: "", actor: fact.actor))
        default: break
        }
    }

    /// What was signed is known: something of this batch, or of another or none.
    mutating func place(isOfBatch: Bool) {
        if isOfBatch {
            for entry in unplaced { signatures.append(entry) }
        }
        unplaced = []
    }
}

extension ActSigned {
    /// `performed by Sue (supervisor): close a batch B1`
    var words: String {
        let signed = "\(meaning) \(actor) (\(role.rawValue)): \(act)"
        return subject.isEmpty ? signed : "\(signed) \(subject)"
    }
}
