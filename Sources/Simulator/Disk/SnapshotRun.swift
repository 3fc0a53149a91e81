import JournalCore
import LineCore
import SnapshotCore

/// One small life of a line's journal with its snapshots on one disk, by seed, and what was promised at each
/// moment.
///
/// As in the daemon, but on one thread: decisions are committed and signed, a second fold follows and makes
/// snapshots, their records are committed, now and then the program ends and starts again.
final class SnapshotRun {
    /// What a power cut during one operation meets.
    struct Moment {
        var operation: Int
        var disk: DiskState
        /// Records acknowledged by now.
        var acknowledged: Int
    }

    static let program = "crash"
    static let signer = JournalSigner(seed: [UInt8](repeating: 42, count: 32))

    let disk: SimulatedDisk
    private(set) var moments: [Moment] = []
    private(set) var bodies: [[UInt8]] = []
    /// Snapshots the journal came to know.
    private(set) var snapshots = 0
    /// The error that ended it: only the plan of the disk may.
    private(set) var endedBy: String?
    /// Whether the journal, if its disk failed, took nothing more.
    private(set) var isPoisonedForEver = true
    private let seed: UInt64
    private var random: DiskRandom
    private var history: LineHistory
    private var acknowledged = 0
    let files = ImportedFiles()

    /// - Parameter isShort: A quarter of the history, for runs that are many.
    init(_ disk: SimulatedDisk, seed: UInt64, isShort: Bool = false) {
        self.disk = disk
        self.seed = seed
        random = DiskRandom(seed: seed)
        var plan = LineHistory.Plan()
        plan.openUnits = (40 + random.below(40)) / (isShort ? 4 : 1)
        plan.closedUnits = (10 + random.below(20)) / (isShort ? 2 : 1)
        plan.recordsBefore = isShort ? 10 : 60
        plan.unitsPerCase = 3
        plan.casesPerPallet = 2
        plan.isImported = random.below(2) == 0
        plan.hasPayload = seed.isMultiple(of: 2)
        plan.seed = seed
        history = LineHistory(plan)
    }

    static let limits: JournalLimits = {
        var limits = JournalLimits()
        limits.chunkBytes = 4096
        limits.segmentBytes = 16 << 10
        limits.groupBytes = 4096
        limits.unsignedBytes = 8192
        limits.unsignedLines = 40
        limits.reserveBytes = 0
        return limits
    }()

    static let cadence: SnapshotMaker.Cadence = {
        var cadence = SnapshotMaker.Cadence()
        cadence.records = 12
        cadence.recordsAtClose = 3
        cadence.recordsAtStop = 2
        return cadence
    }()

    private var identity: JournalIdentity? {
        Self.signer.flatMap {
            JournalIdentity(
                line: "crash", randomID: [UInt8](repeating: UInt8(truncatingIfNeeded: seed), count: 16),
                publicKey: $0.publicKey)
        }
    }

    /// Runs to the end of the history, or until the journal fails.
    func run(recordsMoments: Bool) {
        if recordsMoments { disk.onOperation = { [unowned self] operation, _ in note(operation) } }
        defer {
            disk.onOperation = nil
            note(disk.operations + 1)
        }
        var line: SnapshotLine?
        do {
            guard let signer = Self.signer, let identity else { return }
            disk.doing = CrashPlace.start
            var journal = try Journal.create(
                storage: disk, identity: identity, signer: signer, limits: Self.limits)
            try journal.close()
            line = try SnapshotLine(disk, files)
            while try step(&line) {}
        } catch {
            endedBy = "\(error)"
            if disk.failed?.isJournals == true, let isDead = line?.journal.takesNothingMore() {
                isPoisonedForEver = isDead
            }
        }
    }

    private func step(_ begun: inout SnapshotLine?) throws -> Bool {
        guard var line = begun else { return false }
        defer { begun = line }
        if random.below(25) == 0 {
            try line.stop(self)
            line = try SnapshotLine(disk, files)
        }
        for _ in 0...random.below(4) {
            guard let decision = history.next() else { return false }
            if let file = history.newFile { files.tables[file.sha256] = file.table }
            try append(decision, to: &line.journal)
        }
        try commit(&line.journal)
        disk.doing = CrashPlace.checkpoint
        if random.below(3) == 0 { try line.journal.checkpoint() }
        try line.follow(self, stopping: false)
        return true
    }

    func append(_ decision: [[UInt8]], to journal: inout Journal) throws {
        try journal.append(decision)
        bodies += decision
    }

    func commit(_ journal: inout Journal) throws {
        disk.doing = CrashPlace.commit
        try journal.commit(at: 0)
        acknowledged = bodies.count
    }

    func sawSnapshot() { snapshots += 1 }

    private func note(_ operation: Int) {
        moments.append(Moment(operation: operation, disk: disk.state, acknowledged: acknowledged))
    }
}

/// Journal and second fold of one process.
struct SnapshotLine {
    var journal: Journal
    private(set) var maker: SnapshotMaker

    /// Starts from what is on the disk.
    ///
    /// - Parameter files: The imports the process finds there.
    init(_ disk: SimulatedDisk, _ files: ImportedFiles) throws(JournalError) {
        try self.init(try Self.recover(disk, files), disk, files)
    }

    /// Goes on from a start.
    init(
        _ recovered: RecoveredState, _ disk: SimulatedDisk, _ files: ImportedFiles
    ) throws(JournalError) {
        journal = recovered.journal
        maker = try SnapshotMaker(
            storage: disk, store: SnapshotStore(disk), start: recovered.foldStart,
            program: SnapshotRun.program,
            cadence: SnapshotRun.cadence, imports: files.imports)
    }

    /// What a start makes of a disk, from a snapshot if it can.
    static func recover(
        _ disk: SimulatedDisk, _ files: ImportedFiles, usesSnapshots: Bool = true,
        visit: (JournalRecord?) -> Void = { _ in }
    ) throws(JournalError) -> RecoveredState {
        guard let signer = SnapshotRun.signer else { preconditionFailure("a constant key") }
        disk.doing = CrashPlace.start
        return try RecoveredState.open(
            disk, snapshots: usesSnapshots ? SnapshotStore(disk) : nil, signer: signer,
            limits: SnapshotRun.limits, program: SnapshotRun.program, imports: files.imports, visit: visit)
    }

    /// The second fold reads on and makes a snapshot where one is due; the line records it.
    mutating func follow(_ run: SnapshotRun, stopping: Bool) throws {
        repeat {
            run.disk.doing = CrashPlace.follow
            _ = try maker.follow(upTo: journal.durable)
            run.disk.doing = CrashPlace.snapshot
            guard maker.isDue(stopping: stopping) else { continue }
            let record: SnapshotWritten
            do throws(StorageError) {
                record = try maker.make()
            } catch {
                // A snapshot that cannot be written is none, and the line goes on; not without power.
                if error.reason == .powerOff { throw error }
                continue
            }
            try run.append([LineRecord.snapshotWritten(record).encoded(wallMilliseconds: 1)], to: &journal)
            try run.commit(&journal)
            run.sawSnapshot()
        } while maker.position != journal.durable
    }

    mutating func stop(_ run: SnapshotRun) throws {
        run.disk.doing = CrashPlace.checkpoint
        try journal.checkpoint()
        try follow(run, stopping: true)
        run.disk.doing = CrashPlace.close
        try journal.close()
    }
}
