import LineCore

/// Checks the laws against what is durable and what physically happens, as an outsider: it does not ask the
/// rules.
struct LawBook {
    /// What order and file say the code of each serial carries, in the order it is printed.
    var codes: [String: [String]] = [:]
    /// Where each serial stands in its pool.
    var positions: [String: Int] = [:]
    /// Refused commands, for the caller to judge.
    var refused: [Refusal] = []
    /// Who may have done what, where operators sign on.
    var signOns = SignOnBook()
    private var violations: [String] = []
    /// Serials that ever left for the printer.
    private var sent: Set<String> = []
    private var durableSent: Set<String> = []
    /// Serials accepted as units, and by which track.
    private var verified: [UInt64: String] = [:]
    private var verifiedSerials: Set<String> = []
    private var collated: Set<String> = []
    private var opened: Set<String> = []
    /// Serials that a person ended.
    private var ended: Set<String> = []
    private var labels: [String: Int] = [:]
    /// Labels a container of a level carries, where that is not one.
    var labelsAsked: [PackLevel: Int] = [:]
    private var durableLabels: Set<String> = []
    /// Sides of each container that is not closed on which its label was read.
    private var sidesRead: [String: Set<Int>] = [:]
    /// When each reserved position became durable, by pool.
    private var reserved: [(pool: String, end: Int, at: UInt64)] = []
    private var startDurableAt: UInt64?
    private var verifiesOlderJournal = false
    /// The line is being set up: what goes to the printer is nothing.
    private var setsUp = false

    mutating func takeViolations() -> [String] {
        let taken = violations
        violations = []
        return taken
    }

    /// - Parameter verifies: What the start did not read of the journal is verified after it.
    mutating func started(at now: UInt64, verifies: Bool) {
        startDurableAt = nil
        verifiesOlderJournal = verifies
    }

    mutating func verifiedOlderJournal() { verifiesOlderJournal = false }

    // MARK: Records

    mutating func became(durable records: [LineRecord], at now: UInt64) {
        violations += signOns.take(decision: records).map { "law 10: \($0)" }
        for record in records {
            switch record {
            case .lineStarted: startDurableAt = now
            case .serialsReserved(let range): reserved.append((range.pool, range.first + range.count, now))
            case .unitSent(let fact): durableSent.formUnion(fact.serials)
            case .unitVerified(let fact):
                if setsUp { violations.append("law 3: \(fact.serial) was accepted in set-up") }
                if !verifiedSerials.insert(fact.serial).inserted {
                    violations.append("law 1: serial \(fact.serial) was accepted twice")
                }
                verified[fact.track] = fact.serial
            case .collated(let fact):
                if opened.remove(fact.sscc) == nil, !collated.insert(fact.sscc).inserted {
                    violations.append("law 1: SSCC \(fact.sscc) was issued twice")
                }
            case .unitEnded(let fact):
                if !ended.insert(fact.serial).inserted {
                    violations.append("law 6: serial \(fact.serial) ended twice")
                }
            case .rejectRecovered(let fact):
                if fact.end == RejectRecovery.reintroduced.rawValue {
                    if ended.contains(fact.serial) {
                        violations.append("law 4: serial \(fact.serial) had ended and came back")
                    }
                } else if !ended.insert(fact.serial).inserted {
                    violations.append("law 6: serial \(fact.serial) ended twice")
                }
            case .batchStarted(let fact): setsUp = fact.setUp
            case .setUpEnded: setsUp = false
            case .labelSent(let fact):
                durableLabels.insert("\(fact.sscc)/\(fact.copy)")
                sidesRead[fact.sscc] = nil
            case .containerClosed(let fact):
                let read = sidesRead.removeValue(forKey: fact.sscc)?.count ?? 0
                if read < labelsAsked[fact.level] ?? 1 {
                    violations.append("law 5: \(fact.sscc) was closed with \(read) of its labels read")
                }
            case .containerOpened(let fact):
                if !collated.insert(fact.sscc).inserted {
                    violations.append("law 1: SSCC \(fact.sscc) was issued twice")
                }
                opened.insert(fact.sscc)
            case .batchClosed(let fact):
                if verifiesOlderJournal {
                    violations.append("law 7: \(fact.batch) was closed over a journal not yet verified")
                }
            case .unitLinked, .lineStopped, .poolAdded, .productDefined, .labelDefined, .batchOpened,
                .batchHeld, .batchResumed,
                .batchEnding, .batchCompleted, .remainderListed, .orphansListed, .serialsVoided,
                .serialsReturned, .serialsKilled, .firstArticleShown, .firstArticleJudged,
                .challengesDue, .batchSuspended, .containerParked, .lineCleared,
                .jobLoaded, .jobRefused, .handCounted, .packingOverridden, .challengeJudged, .unitRejected,
                .unitsPassed,
                .unitDiverted, .unitsCleared,
                .rejectConfirmed,
                .inDoubtScrapped, .labelsDoubted, .contentReset, .itemRemoved,
                .itemAdded, .containerDissolved, .itemShipped, .rejectsCounted, .unitTakenOut,
                .unitBroughtBack,
                .alarmRaised, .alarmAcknowledged, .alarmReturned, .batchReleased, .operatorSignedOn,
                .operatorSignedOff, .operatorLocked, .operatorAdded, .operatorChanged, .actSigned,
                .shiftHandedOver, .journalAccepted, .snapshotWritten:
                break
            }
        }
    }

    /// What was read on a side of a container.
    private static func labelRead(_ kind: WorldEvent.Kind) -> (scan: String, side: Int)? {
        switch kind {
        case .scannerRead(_, let side, .code(let scan)), .handheldRead(.side(_, let side), .code(let scan)):
            (scan, side)
        case .handheldRead(.label, .code(let scan)): (scan, 0)
        default: nil
        }
    }

    // MARK: Actions

    mutating func check(_ action: LineAction, at now: UInt64) {
        switch action {
        case .coder(.send(_, let values), _): checkSent(values, at: now)
        case .label(let order): checkLabel(order)
        case .gate(let signal, _):
            if signal.kind == .pass, verified[signal.track] == nil {
                violations.append("law 2: track \(signal.track) may pass without a durable record")
            }
        case .verdict(let verdict, _):
            if verdict.pass, verified[verdict.track] == nil {
                violations.append("law 2: track \(verdict.track) may pass without a durable record")
            }
        case .outputs, .coder, .selectJob, .readJob, .weigh, .feedback, .answer, .checkpoint: break
        }
    }

    private mutating func checkSent(_ values: [String], at now: UInt64) {
        if setsUp {
            guard values.contains(where: { codes[$0] != nil }) || values.contains(SimulatedLine.gtin) else {
                return
            }
            return violations.append("law 4: a dummy code is one of the order: \(values)")
        }
        guard let serial = values.first(where: { codes[$0] == values }) else {
            return violations.append("law 4: what went to the printer is no code of the order: \(values)")
        }
        if !sent.insert(serial).inserted {
            violations.append("law 1: serial \(serial) went to the printer twice")
        }
        if !durableSent.contains(serial) {
            violations.append("law 2: serial \(serial) was sent before its record")
        }
        let second: UInt64 = 1_000_000_000
        let position = positions[serial] ?? .max
        let reservedAt = reserved.first { $0.pool == "units" && $0.end > position }?.at
        guard let reservedAt, let startDurableAt else {
            return violations.append("law 1: serial \(serial) was sent without a durable reservation")
        }
        if now < reservedAt + second || now < startDurableAt + second {
            violations.append("law 1: serial \(serial) was sent before its reservation had aged")
        }
    }

    private mutating func checkLabel(_ order: LabelOrder) {
        let name = "\(order.sscc)/\(order.copy)"
        let most = labelsAsked[order.level] ?? 1
        labels[name, default: 0] += 1
        if labels[name, default: 0] > most {
            violations.append("law 1: label \(name) was printed more than \(most) times")
        }
        if !durableLabels.contains(name) {
            violations.append("law 2: label \(name) was printed before its record")
        }
    }

    // MARK: The physical world

    /// Law 3 and 4: whatever passes the gate is the unit that was verified.
    mutating func see(_ event: WorldEvent, state: LineState, world: World) {
        if let (scan, side) = Self.labelRead(event.kind) {
            sidesRead[String(scan.dropFirst("]C100".count)), default: []].insert(side)
        }
        guard case .gatePassed(let id) = event.kind else { return }
        guard let print = world.carton(id)?.print, print.isReadable,
            let serial = print.value(of: world.layout.serialField, in: world.layout.codeFields)
        else { return violations.append("law 3: \(id), which nobody can have read, passed the gate") }
        if !verifiedSerials.contains(serial) {
            violations.append("law 3: \(id) with serial \(serial) passed the gate unverified")
        }
        if print.values != codes[serial] {
            violations.append(
                "law 4: \(id) passed the gate and does not carry what the order says: \(print.values)")
        }
    }
}
