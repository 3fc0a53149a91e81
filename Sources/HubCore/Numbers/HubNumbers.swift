/// The numbers of the hub: who gets which, once and for ever.
///
/// Pure: no clock, I/O or randomness. The caller makes the records of a decision durable, tells so by
/// ``durable(through:at:)``, and asks ``release(_:at:)`` for the answer until it gets it.
///
/// The rules:
/// 1. **Once.** Positions of a pool are drawn in order, each once. Two pools never hold one number.
/// 2. **One token, one block.** A token is bound to its allotment by the record that makes it. Asked again
///    with it, the hub gives the same block, also after a crash; other content is refused. A crash that loses
///    the record loses an allotment nobody was told of.
/// 3. **One second.** An answer by which numbers change hands leaves when the records before it have been
///    durable for a second, and not within a second of the start. A backup takes only such records too: it
///    would otherwise hold an allotment that the disk then lost, and that another line got.
/// 4. **Returned is retired.** A number given back is never allotted again. To be sure that it never left,
///    the hub would have to know that the line can never forget that it gave it up, nor the hub, whatever
///    either is restored from; it cannot. So a line that forgets it does no harm either: the numbers are its
///    own for ever. A number is free again only where the record that allotted it was lost, for then no
///    answer had left.
/// 5. **Sparse.** No allotment leaves a guess more chance than the product allows, counted over all numbers
///    ever drawn for it.
/// 6. **Generations.** A line draws only in the generation it has reported to, with all allotments it ever
///    took. A report names the generation it is made to, which nobody knew before it began, so an old one
///    that comes late proves nothing; and its answer names the try, so an old answer frees no line. After a
///    restore a pool waits until every line that may draw on it has reported or was retired: also a line that
///    had not drawn on it before the backup may have since. Of a line that is retired without a report, the
///    person who retires it vouches that nothing it got after the backup is used. What an earlier generation
///    gave a line, and its report does not show, it never had and never will: void, and not offered again. A
///    backup of a branch that was left may hold such an allotment of numbers that somebody got since.
/// 7. **What lines show is adopted** and never allotted again; the pool goes on behind it, and what lies
///    before it and nobody shows is in doubt and retired.
/// 8. **Doubt stops.** Shown an allotment or a generation it does not hold when it waits for none, or numbers
///    that another line holds, the hub stops all allotting until a named person begins a generation.
package struct HubNumbers: Sendable {
    /// What the hub remembers.
    package internal(set) var state: NumberState
    /// What it takes at most.
    package let limits: NumberLimits
    /// Transient: the start was recorded. Every answer waits for all records before it, and so for this one.
    var hasStarted = false
    /// Transient: parts of reports that have come, by line; a line whose parts are lost sends them again.
    var parts: [String: ReportParts] = [:]
    private var disk = DiskAge()
    private var made: [NumberRecord] = []

    /// How long a number waits after its record was synced.
    package static let ageNanoseconds: UInt64 = 1_000_000_000

    /// A hub that goes on from its records.
    package init(state: NumberState = NumberState(), limits: NumberLimits = NumberLimits()) {
        self.state = state
        self.limits = limits
    }

    /// Decides one request.
    package mutating func handle(_ request: NumberRequest, at now: HubInstant) -> NumberDecision {
        made = []
        let answer: NumberAnswer
        do throws(HubRefusal) {
            answer = try decide(request)
        } catch {
            answer = .refused(error)
        }
        return NumberDecision(
            records: made, wallMilliseconds: now.wallMilliseconds,
            held: HeldAnswer(answer: answer, after: state.records))
    }

    /// The first `records` records of the store are durable since `now`, which is not before the sync ended.
    package mutating func durable(through records: UInt64, at now: HubInstant) {
        disk.durable(through: min(records, state.records), at: now.monotonicNanoseconds)
    }

    /// Gives an answer out once it may leave.
    ///
    /// - Returns: `nil` while its records are not durable or have not aged; ask again at
    ///   ``nextDeadline(after:)``.
    package mutating func release(_ held: HeldAnswer, at now: HubInstant) -> NumberAnswer? {
        let aged = disk.aged(at: now.monotonicNanoseconds, by: Self.ageNanoseconds)
        guard held.after <= (held.answer.ages ? aged : disk.durable) else { return nil }
        guard held.answer.carriesNumbers else { return held.answer }
        return .some(fault(of: held.answer).map(NumberAnswer.refused) ?? held.answer)
    }

    /// Why numbers that were to leave stay: the hub has stopped or begun a generation while they aged.
    private func fault(of answer: NumberAnswer) -> HubRefusal? {
        if let stopped = state.stopped { return .stopped(stopped) }
        switch answer {
        case .allotted(let block, let generation):
            guard generation == state.generation else { return .reportFirst(to: state.generation) }
            return state.pools[block.pool]?.isInConflict(block.range) == false
                ? nil : .inConflict(pool: block.pool)
        case .reported(let generation, _, _):
            return generation == state.generation ? nil : .reportFirst(to: state.generation)
        case .done, .partTaken, .confirmed, .returned, .refused: return nil
        }
    }

    /// When the next answers after `now` come of age.
    package func nextDeadline(after now: HubInstant) -> UInt64? {
        disk.nextDeadline(after: now.monotonicNanoseconds, age: Self.ageNanoseconds)
    }

    /// Adds a fact to the decision and to the state.
    mutating func record(_ fact: NumberRecord) {
        do throws(NumberMisfit) {
            try state.apply(fact)
        } catch {
            preconditionFailure("decided what does not fit: \(error)")
        }
        made.append(fact)
    }

    private mutating func decide(_ request: NumberRequest) throws(HubRefusal) -> NumberAnswer {
        switch request {
        case .start(let boot):
            guard !hasStarted else { return .done }
            record(.hubStarted(HubStarted(boot: String(boot.prefix(NumberLimits.nameBytes)))))
            hasStarted = true
            return .done
        case .beginGeneration(let generation, let by, let reason, let lines):
            return try begin(generation, by: by, reason: reason, lines: lines)
        case .enrol(let line, let by): return try enrol(line, by: by)
        case .retire(let line, let by, let reason): return try retire(line, by: by, reason: reason)
        case .define(let product, let by): return try define(product, by: by)
        case .addPool(let offer, let lists, let by): return try add(offer, lists: lists, by: by)
        case .closePool(let pool, let by, let reason): return try close(pool, by: by, reason: reason)
        case .report(let report): return try take(report)
        case .request(let caller, let pool, let count, let token):
            return try allot(caller, pool: pool, count: count, token: token)
        case .confirm(let caller, let id): return try confirm(caller, id)
        case .return(let caller, let id, let ranges): return try giveBack(caller, id, ranges)
        }
    }
}

/// Which records are durable, and which have been for long enough.
struct DiskAge: Sendable {
    private struct Mark {
        var through: UInt64
        var at: UInt64
    }

    private(set) var durable: UInt64 = 0
    private var old: UInt64 = 0
    private var marks: [Mark] = []
    /// Syncs remembered apart; with more, the last two count as one, at the later time.
    private static let maxMarks = 4_096

    mutating func durable(through records: UInt64, at now: UInt64) {
        guard records > durable else { return }
        durable = records
        if marks.count >= Self.maxMarks { marks.removeLast() }
        marks.append(Mark(through: records, at: now))
    }

    mutating func aged(at now: UInt64, by age: UInt64) -> UInt64 {
        while let mark = marks.first, now >= mark.at, now - mark.at >= age {
            old = mark.through
            marks.removeFirst()
        }
        return old
    }

    func nextDeadline(after now: UInt64, age: UInt64) -> UInt64? {
        marks.lazy.map { mark in
            let (at, overflow) = mark.at.addingReportingOverflow(age)
            return overflow ? .max : at
        }.first { $0 > now }
    }
}

/// Parts of one report that have come.
struct ReportParts: Equatable, Sendable {
    var attempt: String
    var parts: Int
    var come: Set<Int> = []
}
