import JournalCore

/// What a journal is made to do while its disk is cut at every operation, by seed.
struct CrashWorkload {
    enum Step {
        /// Decisions appended one by one and made durable by one commit.
        case commit([[[UInt8]]])
        case checkpoint
        case prepareAhead
        /// Closed cleanly and opened again.
        case restart
    }

    let steps: [Step]
    let limits: JournalLimits

    init(seed: UInt64) {
        var random = DiskRandom(seed: seed)
        var limits = JournalLimits()
        limits.chunkBytes = [1024, 2048, 4096][random.below(3)]
        limits.segmentBytes = limits.chunkBytes * [4, 3, 2][random.below(3)] + 3200
        limits.groupBytes = 3000
        limits.unsignedLines = [6, 1000][random.below(2)]
        limits.reserveBytes = 0
        self.limits = limits
        var record = 0
        steps = (0..<(10 + random.below(8))).map { _ in
            switch random.below(10) {
            case 0: return .checkpoint
            case 1, 2: return .prepareAhead
            case 3: return .restart
            default: return .commit(Self.decisions(&record, &random))
            }
        }
    }

    private static func decisions(_ record: inout Int, _ random: inout DiskRandom) -> [[[UInt8]]] {
        (0...random.below(3)).map { _ in
            (0...random.below(3)).map { _ in
                record += 1
                return body(record, &random)
            }
        }
    }

    /// A record with a number no other has, of 30 to 700 bytes, now and then with objects inside it.
    static func body(_ number: Int, _ random: inout DiskRandom) -> [UInt8] {
        let inner = String(repeating: "{\"x\":1},", count: random.below(2) * random.below(60))
        let filler = String(
            repeating: "f", count: random.below(4) == 0 ? random.below(500) : random.below(60))
        return Array("{\"k\":\"crash\",\"i\":\(number),\"o\":[\(inner)0],\"f\":\"\(filler)\"}".utf8)
    }
}

/// One run of a workload, and what was promised at each moment.
final class CrashRun {
    /// What a power cut during one operation meets.
    struct Moment {
        var operation: Int
        var disk: DiskState
        /// Records handed to the journal by now.
        var appended: Int
        /// Records acknowledged by now.
        var acknowledged: Int
        /// Whether the journal's creation was acknowledged.
        var isCreated: Bool
    }

    static let signer = JournalSigner(seed: [UInt8](repeating: 42, count: 32))
    static let identity = signer.flatMap {
        JournalIdentity(line: "crash", randomID: [UInt8](repeating: 1, count: 16), publicKey: $0.publicKey)
    }

    let disk: SimulatedDisk
    private(set) var bodies: [[UInt8]] = []
    /// Counts of records at which a decision ends.
    private(set) var decisionEnds: Set<Int> = [0]
    private(set) var moments: [Moment] = []
    private(set) var isPoisonedForEver = true
    /// Every step of the workload was done.
    private(set) var isComplete = false
    private var acknowledged = 0
    private var isCreated = false

    init(_ disk: SimulatedDisk) { self.disk = disk }

    /// Runs the workload until its end or the first error of the disk.
    func run(_ workload: CrashWorkload, recordsMoments: Bool) {
        if recordsMoments {
            disk.onOperation = { [unowned self] operation, _ in note(operation) }
        }
        defer {
            disk.onOperation = nil
            note(disk.operations + 1)
        }
        guard var journal = try? Self.start(disk, workload.limits, visit: { _ in }).journal else { return }
        isCreated = true
        for step in workload.steps {
            do throws(JournalError) {
                try perform(step, &journal, workload.limits)
            } catch {
                checkPoisoned(&journal)
                return
            }
        }
        isComplete = true
    }

    private func perform(
        _ step: CrashWorkload.Step, _ journal: inout Journal, _ limits: JournalLimits
    ) throws(JournalError) {
        switch step {
        case .commit(let decisions):
            disk.doing = CrashPlace.commit
            for decision in decisions {
                try journal.append(decision)
                bodies += decision
                decisionEnds.insert(bodies.count)
            }
            try journal.commit(at: 0)
            acknowledged = bodies.count
        case .checkpoint:
            disk.doing = CrashPlace.checkpoint
            try journal.checkpoint()
        case .prepareAhead:
            disk.doing = CrashPlace.prepare
            while journal.needsPreparation { try journal.prepareAhead() }
        case .restart:
            disk.doing = CrashPlace.close
            try journal.close()
            journal = try Self.start(disk, limits, visit: { _ in }).journal
        }
    }

    /// A journal that failed never takes anything again, whatever the disk says by then.
    private func checkPoisoned(_ journal: inout Journal) {
        isPoisonedForEver = journal.takesNothingMore()
    }

    private func note(_ operation: Int) {
        moments.append(
            Moment(
                operation: operation, disk: disk.state, appended: bodies.count, acknowledged: acknowledged,
                isCreated: isCreated))
    }

    /// Opens the journal as a daemon does, or begins it where none was begun.
    static func start(
        _ disk: SimulatedDisk, _ limits: JournalLimits, visit: ([UInt8]) -> Void
    ) throws(JournalError) -> (journal: Journal, report: RecoveryReport?) {
        guard let signer, let identity else { preconditionFailure("a constant key and identity") }
        disk.doing = CrashPlace.start
        if try Journal.exists(storage: disk) {
            let (journal, report) = try Journal.open(storage: disk, signer: signer, limits: limits) {
                (record: JournalRecord) throws(RecordRefused) in visit(Array(record.body))
            }
            return (journal, report)
        }
        let journal = try Journal.create(storage: disk, identity: identity, signer: signer, limits: limits)
        return (journal, nil)
    }
}

extension Journal {
    /// Law 9: takes nothing and writes nothing any more, whatever it is asked for.
    mutating func takesNothingMore() -> Bool {
        for act in 1...5 {
            do throws(JournalError) {
                switch act {
                case 1: try append([Array("{\"k\":\"late\"}".utf8)])
                case 2: try commit(at: 0)
                case 3: try checkpoint()
                case 4: try prepareAhead()
                default: try close()
                }
                return false
            } catch {
                if error.code != .poisoned { return false }
            }
        }
        return true
    }
}
