import JournalCore
import LineCore

/// Where the line's decisions go once they are durable. Nothing here may wait.
package protocol LineOutlet: Sendable {
    /// Does one action of the rules that is for a device.
    func submit(_ action: LineAction)
    /// Prints a label; the rules know the batch's product, not the label's text.
    func print(_ label: LabelOrder, product: String)
    /// Answers a command.
    func answer(_ request: UInt64, _ answer: CommandAnswer)
    /// Inputs that are due without any device having said something.
    func inputsDue(at now: UInt64) -> [LineInput]
}

/// Runs one ``Line`` over its journal: decide, write, sync, act, in this order.
///
/// A struct that one thread owns, and a synchronous journal. Everything that arrived during the last sync is
/// decided and made durable together; only then does any of it act.
package struct LineLoop {
    /// The rules.
    package private(set) var line: Line
    /// The record of what they decided.
    package private(set) var journal: Journal
    private let outlet: any LineOutlet
    private let clock: @Sendable () -> LineInstant
    private let board: SnapshotBoard
    /// Records made since the start.
    private var records: UInt64 = 0
    /// How many of them the rules know to be durable.
    private var told: UInt64 = 0
    private var wantsCheckpoint = false
    private var actions: [LineAction] = []
    /// Monotonic instant of the newest input; deadlines before it are served.
    private var handledAt: UInt64 = 0
    private var shownAt: UInt64 = 0
    private var isShown = false

    /// Longest wait without a turn: what is due is due within this time.
    static let idleNanoseconds: UInt64 = 50_000_000
    /// Pace of the status for people; an answered command shows at once.
    static let showEveryNanoseconds: UInt64 = 100_000_000

    /// Makes a loop over a recovered line. Nothing has happened until the first turn.
    package init(
        line: Line, journal: Journal, outlet: any LineOutlet, board: SnapshotBoard,
        clock: @escaping @Sendable () -> LineInstant
    ) {
        self.line = line
        self.journal = journal
        self.outlet = outlet
        self.board = board
        self.clock = clock
    }

    /// Decides everything in `inputs`, makes it durable at once, then acts.
    ///
    /// - Throws: A failed write or sync. Nothing of this turn was done; the caller ends the process.
    package mutating func turn(_ inputs: [LineInput]) throws(JournalError) {
        if told < records {
            told = records
            try decide(.durable(records: told))
        }
        for input in inputs { try decide(input) }
        if journal.pendingRecords > 0 {
            try journal.commit(at: handledAt)
            board.publish(durable: journal.durable)
        }
        act()
        if wantsCheckpoint || journal.checkpointDue(at: handledAt) {
            wantsCheckpoint = false
            try journal.checkpoint()
            board.publish(durable: journal.durable)
        }
        show()
    }

    private mutating func decide(_ input: LineInput) throws(JournalError) {
        let now = clock()
        handledAt = now.monotonicNanoseconds
        let decision = line.handle(input, at: now)
        if !decision.records.isEmpty {
            for part in decision.parts {
                try journal.append(part.map { $0.encoded(wallMilliseconds: now.wallMilliseconds) })
            }
            records += UInt64(decision.records.count)
        }
        actions += decision.actions
    }

    private mutating func act() {
        for action in actions {
            switch action {
            case .checkpoint: wantsCheckpoint = true
            case .answer(let request, let answer):
                // Whoever asks for the status after the answer finds what the command did.
                publish()
                outlet.answer(request, answer)
            case .label(let label): outlet.print(label, product: product(of: label))
            case .outputs, .gate, .verdict, .coder, .selectJob, .readJob, .weigh, .feedback:
                outlet.submit(action)
            }
        }
        actions.removeAll(keepingCapacity: true)
    }

    private func product(of label: LabelOrder) -> String {
        line.state.batches.last { $0.order.gtin == label.gtin && $0.order.lot == label.lot }?.order.product
            ?? ""
    }

    // MARK: - Showing

    private mutating func show() {
        guard !isShown || handledAt >= shownAt &+ Self.showEveryNanoseconds else { return }
        publish()
    }

    private mutating func publish() {
        isShown = true
        shownAt = handledAt
        board.publish(
            LineSnapshot(line: line, durable: journal.durable, wallMilliseconds: clock().wallMilliseconds))
        board.publish(durable: journal.durable)
    }

    // MARK: - Waiting

    /// How long the next turn may be put off, in nanoseconds; 0 when it is due now.
    package var mayWaitNanoseconds: UInt64 {
        guard told == records else { return 0 }
        let now = clock().monotonicNanoseconds
        var wait = Self.idleNanoseconds
        for due in [line.nextDeadline, journal.checkpointDeadline].compactMap({ $0 }) where due > handledAt {
            wait = min(wait, due > now ? due - now : 0)
        }
        return wait
    }

    /// The rules know that everything they recorded is durable.
    package var isRested: Bool { told == records }

    /// Uses a moment without inputs to allocate the journal's next space.
    ///
    /// - Returns: What the disk lacks when it is about to fill, and the line must be stopped; else `nil`.
    /// - Throws: As ``turn(_:)``.
    package mutating func prepareAhead() throws(JournalError) -> String? {
        guard journal.needsPreparation else { return nil }
        do throws(JournalError) {
            try journal.prepareAhead()
        } catch  where error.code == .diskNearlyFull {
            // The alarm stands for a while: no number that changes.
            return "the journal's next space and the reserve do not fit"
        }
        return nil
    }

    /// What is left of the disk under the journal, as an input, and what it lacks; `nil` where it does not
    /// say.
    package var disk: (room: LineInput, shortage: String?)? {
        journal.room.map {
            let room = DiskRoom(
                freeBytes: UInt64(clamping: $0.bytes), journalBytes: journal.durable.bytes)
            return (.diskRoom(room), $0.shortage)
        }
    }

    /// An orderly stop: recorded, done, signed; the journal's lock is given back.
    package mutating func stop() throws(JournalError) {
        try turn([.stopping])
        publish()
        try journal.close()
    }
}
