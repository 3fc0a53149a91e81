import JournalCore

/// Cuts the power of a journal at every storage operation of many workloads, lets what was not synced be
/// lost, kept or torn, and starts again; fails every operation in every way; and lies about every sync.
///
/// After each it is checked that
/// - the journal opens without a person,
/// - no acknowledged record is lost (unless the disk lied), none is invented, none is changed, and they are
///   the first ones, in order, up to the end of a decision,
/// - what a start took stays, even if the power goes again right after it or in the middle of it,
/// - it goes on: a further record is taken, and the whole journal verifies,
/// - a journal whose disk failed takes nothing more.
package struct CrashMatrix {
    /// What was tried and what went wrong.
    package struct Report: Equatable, Sendable {
        /// States started from after a power cut.
        package var powerCuts = 0
        /// States started from after a failed operation.
        package var failures = 0
        /// States started from after a disk that lied.
        package var lies = 0
        /// Starts that were cut themselves.
        package var cutStarts = 0
        /// Bytes of torn groups cut, over all states: shows that tearing was tried.
        package var cutBytes = 0
        /// How far the failing of calls went.
        package var tally = FailureTally()
        /// Each law broken, with what is needed to see it again.
        package var violations: [String] = []

        /// All states tried.
        package var states: Int { powerCuts + failures + lies + cutStarts }
    }

    private var report = Report()
    private let limit: Int
    private var random: DiskRandom
    private let keep: ((SimulatedDisk) -> Void)?

    /// Tries at least `states` states, the same ones for the same seed.
    ///
    /// - Parameter keep: Gets the disk of each state as a start meets it, and once more when the journal was
    ///   closed in order behind it.
    package static func run(
        states: Int, seed: UInt64, keep: ((SimulatedDisk) -> Void)? = nil
    ) -> Report {
        var matrix = CrashMatrix(limit: states, random: DiskRandom(seed: seed), keep: keep)
        var workload = seed
        while matrix.report.states < states {
            matrix.tryWorkload(workload)
            workload &+= 1
        }
        return matrix.report
    }

    private init(limit: Int, random: DiskRandom, keep: ((SimulatedDisk) -> Void)?) {
        self.limit = limit
        self.random = random
        self.keep = keep
    }

    private mutating func tryWorkload(_ seed: UInt64) {
        let workload = CrashWorkload(seed: seed)
        let run = CrashRun(SimulatedDisk())
        run.run(workload, recordsMoments: true)
        for moment in run.moments {
            for fate in PowerFate.allCases where report.states < limit {
                cutPower(at: moment, of: run, fate, workload, "workload \(seed)")
            }
        }
        for fault in SimulatedDisk.Fault.allCases {
            var number = 1
            while report.states < limit, fail(number, fault, workload, "workload \(seed)") { number += 1 }
        }
        for sync in 1...max(1, run.disk.syncs) where report.states < limit {
            lie(from: sync, workload, "workload \(seed)")
        }
    }

    // MARK: - The three kinds

    private mutating func cutPower(
        at moment: CrashRun.Moment, of run: CrashRun, _ fate: PowerFate, _ workload: CrashWorkload,
        _ name: String
    ) {
        report.powerCuts += 1
        let seed = random.next()
        let disk = SimulatedDisk(moment.disk)
        disk.cutPower(fate, seed: seed)
        let what = "\(name), power cut at operation \(moment.operation), \(fate.rawValue), seed \(seed)"
        if report.powerCuts % 3 == 0 { cutStart(disk, workload, what) }
        check(disk, moment, run, workload, what)
    }

    /// Cuts the power once more, in the middle of the start that follows.
    private mutating func cutStart(_ disk: SimulatedDisk, _ workload: CrashWorkload, _ what: String) {
        report.cutStarts += 1
        disk.plan.powerCutAt = 1 + random.below(6)
        _ = try? CrashRun.start(disk, workload.limits, visit: { _ in })
        disk.cutPower(PowerFate.allCases[random.below(5)], seed: random.next())
    }

    /// Law 9: fails one call of the storage.
    ///
    /// - Parameter number: Which of the calls that `fault` can hit, from 1.
    /// - Returns: `false` if the run made fewer such calls, and came to its end.
    private mutating func fail(
        _ number: Int, _ fault: SimulatedDisk.Fault, _ workload: CrashWorkload, _ name: String
    ) -> Bool {
        let disk = SimulatedDisk()
        disk.plan.failingCall = (number, fault)
        let run = CrashRun(disk)
        run.run(workload, recordsMoments: false)
        report.tally.take(fault, number, disk.failed)
        guard let failed = disk.failed, let moment = run.moments.last else { return false }
        report.failures += 1
        let what = "\(name), call \(number) failed as \(fault.rawValue) (\(failed.place))"
        if !run.isPoisonedForEver { report.violations.append("\(what): the journal took a record after it") }
        if run.isComplete { report.violations.append("\(what): nobody was told") }
        if let retried = failed.retried { report.violations.append("\(what): \(retried)") }
        // Half of the time the process ends and the machine lives on, showing what the disk may not hold.
        if random.below(2) == 0 {
            disk.startAgain()
        } else {
            disk.cutPower(PowerFate.allCases[random.below(5)], seed: random.next())
        }
        check(disk, moment, run, workload, what)
        return true
    }

    private mutating func lie(from sync: Int, _ workload: CrashWorkload, _ name: String) {
        report.lies += 1
        let disk = SimulatedDisk()
        disk.plan.liesFromSync = sync
        let run = CrashRun(disk)
        run.run(workload, recordsMoments: false)
        guard var moment = run.moments.last else { return }
        disk.cutPower(.lostAll, seed: random.next())
        moment.acknowledged = 0
        moment.isCreated = false
        check(disk, moment, run, workload, "\(name), every sync from \(sync) on was a lie")
    }

    // MARK: - The checks

    private mutating func check(
        _ disk: SimulatedDisk, _ moment: CrashRun.Moment, _ run: CrashRun, _ workload: CrashWorkload,
        _ what: String
    ) {
        var taken: [[UInt8]] = []
        keep?(disk)
        do throws(JournalError) {
            if moment.isCreated, try !Journal.exists(storage: disk) {
                report.violations.append("\(what): the journal is gone")
                return
            }
            let (journal, start) = try CrashRun.start(disk, workload.limits) { taken.append($0) }
            report.cutBytes += start?.cutBytes ?? 0
            if let fault = Self.fault(taken, moment, run) { report.violations.append("\(what): \(fault)") }
            try goOn(disk, journal, after: taken, workload, what)
        } catch {
            report.violations.append("\(what): \(error)")
        }
    }

    private static func fault(_ taken: [[UInt8]], _ moment: CrashRun.Moment, _ run: CrashRun) -> String? {
        if taken.count < moment.acknowledged {
            return "\(moment.acknowledged - taken.count) acknowledged records are lost"
        }
        if taken.count > moment.appended { return "records that were never appended" }
        if taken[...] != run.bodies.prefix(taken.count) { return "records are changed" }
        return run.decisionEnds.contains(taken.count) ? nil : "half a decision was taken"
    }

    /// What was taken stays over the next power cut, and a further record finds its place.
    private mutating func goOn(
        _ disk: SimulatedDisk, _ journal: Journal, after taken: [[UInt8]], _ workload: CrashWorkload,
        _ what: String
    ) throws(JournalError) {
        var journal = journal
        if random.below(2) == 0 {
            disk.cutPower(.lostAll, seed: 0)
            var again: [[UInt8]] = []
            journal = try CrashRun.start(disk, workload.limits) { again.append($0) }.journal
            if again != taken { report.violations.append("\(what): what the start took was not durable") }
        }
        let extra = CrashWorkload.body(1_000_000, &random)
        try journal.append([extra])
        try journal.commit(at: 0)
        disk.cutPower(PowerFate.allCases[random.below(5)], seed: random.next())
        var all: [[UInt8]] = []
        journal = try CrashRun.start(disk, workload.limits) { all.append($0) }.journal
        if all != taken + [extra] { report.violations.append("\(what): the record after it was not kept") }
        try journal.close()
        keep?(disk)
        let verified = try JournalVerifier.verify(
            storage: disk, publicKey: CrashRun.signer?.publicKey, head: journal.durable.head)
        if verified.verdict != .intact || verified.records != UInt64(all.count) {
            report.violations.append("\(what): \(verified.summary)")
        }
    }
}
