import JournalCore
import LineCore
import SnapshotCore

/// Cuts the power of a line with snapshots at every storage operation, fails every operation, and puts
/// snapshots there that should not be: torn, altered, lost, stale, restored, of another journal.
///
/// After each it is checked that
/// - the start needs no person and its state is the one a fold from the first record gives,
/// - no acknowledged record is lost and none is invented,
/// - it goes on: further records and a further snapshot are taken, and the next start agrees again.
package struct SnapshotMatrix {
    /// What was tried and what went wrong.
    package struct Report: Equatable, Sendable {
        /// States started from after a power cut.
        package var powerCuts = 0
        /// States started from after a failed operation.
        package var failures = 0
        /// States started from after somebody had changed the snapshots.
        package var altered = 0
        /// Starts that used a snapshot, and starts that passed one over: shows that both were tried.
        package var used = 0
        package var passedOver = 0
        /// How far the failing of calls went.
        package var tally = FailureTally()
        /// Each law broken, with what is needed to see it again.
        package var violations: [String] = []

        /// All states tried.
        package var states: Int { powerCuts + failures + altered }
    }

    private var report = Report()
    private let limit: Int
    private var random: DiskRandom
    private let keep: ((SimulatedDisk) -> Void)?

    /// Tries at least `states` states, the same ones for the same seed. Of the first short life every call
    /// fails, however many that are.
    ///
    /// - Parameter keep: Gets the disk of each state after a power cut or an alteration, as a start meets it.
    package static func run(
        states: Int, seed: UInt64, keep: ((SimulatedDisk) -> Void)? = nil
    ) -> Report {
        var matrix = SnapshotMatrix(limit: states, random: DiskRandom(seed: seed), keep: keep)
        matrix.failEveryCall(seed)
        var life = seed
        while matrix.report.powerCuts + matrix.report.altered < states {
            matrix.tryLife(life)
            life &+= 1
        }
        return matrix.report
    }

    private init(limit: Int, random: DiskRandom, keep: ((SimulatedDisk) -> Void)?) {
        self.limit = limit
        self.random = random
        self.keep = keep
    }

    private mutating func tryLife(_ seed: UInt64) {
        let run = SnapshotRun(SimulatedDisk(), seed: seed)
        run.run(recordsMoments: true)
        if let error = run.endedBy { report.violations.append("life \(seed): \(error)") }
        if run.snapshots < 3 { report.violations.append("life \(seed): only \(run.snapshots) snapshots") }
        let other = SnapshotRun(SimulatedDisk(), seed: seed &+ 1_000_000)
        other.run(recordsMoments: false)
        // Every kind of trouble gets its share of the states, however many are asked for.
        // From the end: there are snapshots then, however few states are asked for.
        for (index, moment) in run.moments.enumerated().reversed()
        where report.powerCuts + report.altered < limit {
            cutPower(at: moment, of: run, PowerFate.allCases[index % 5], "life \(seed)")
            for alteration in Alteration.allCases where index % 4 == 0 {
                alter(alteration, moment, run, other, "life \(seed)")
            }
        }
    }

    // MARK: - The three kinds

    private mutating func cutPower(
        at moment: SnapshotRun.Moment, of run: SnapshotRun, _ fate: PowerFate, _ name: String
    ) {
        report.powerCuts += 1
        let seed = random.next()
        let disk = SimulatedDisk(moment.disk)
        disk.cutPower(fate, seed: seed)
        keep?(disk)
        check(
            disk, moment, run, "\(name), power cut at operation \(moment.operation), \(fate), seed \(seed)")
    }

    /// Law 9: fails the first, second, third, ... call of a short life in every way, until none is left.
    private mutating func failEveryCall(_ seed: UInt64) {
        for fault in SimulatedDisk.Fault.allCases {
            var number = 1
            while fail(number, fault, seed) { number += 1 }
        }
    }

    private mutating func fail(_ number: Int, _ fault: SimulatedDisk.Fault, _ seed: UInt64) -> Bool {
        let disk = SimulatedDisk()
        disk.plan.failingCall = (number, fault)
        let run = SnapshotRun(disk, seed: seed, isShort: true)
        run.run(recordsMoments: false)
        report.tally.take(fault, number, disk.failed)
        guard let failed = disk.failed, let moment = run.moments.last else { return false }
        report.failures += 1
        let what = "short life \(seed), call \(number) failed as \(fault.rawValue) (\(failed.place))"
        if !run.isPoisonedForEver { report.violations.append("\(what): the journal took a record after it") }
        if failed.isJournals, run.endedBy == nil { report.violations.append("\(what): the line went on") }
        if let retried = failed.retried { report.violations.append("\(what): \(retried)") }
        if random.below(2) == 0 {
            disk.startAgain()
        } else {
            disk.cutPower(PowerFate.allCases[random.below(5)], seed: random.next())
        }
        check(disk, moment, run, what)
        return true
    }

    /// What somebody, or a disk without honour, may do to the files of snapshots.
    private enum Alteration: String, CaseIterable {
        /// The newest, all, or all but the oldest are gone.
        case lost, lostAll
        /// Bytes of the newest changed, its end missing, its end zero.
        case changed, cut, zeroed
        /// The newest holds what the one before it held; the newest has another name.
        case stale, renamed
        /// The newest of another journal, under its own name or that of ours.
        case foreign, foreignContent
        /// Snapshots as an earlier backup has them, or the journal as it has it.
        case restoredSnapshots, restoredJournal
    }

    private mutating func alter(
        _ alteration: Alteration, _ moment: SnapshotRun.Moment, _ run: SnapshotRun, _ other: SnapshotRun,
        _ name: String
    ) {
        report.altered += 1
        let disk = SimulatedDisk(moment.disk)
        disk.cutPower(.keptAll, seed: 0)
        let earlier = SimulatedDisk(run.moments[random.below(run.moments.count)].disk)
        var moment = moment
        let ours = disk.snapshotNames
        guard let newest = ours.last else { return }
        switch alteration {
        case .lost: disk.lose(newest)
        case .lostAll: for name in ours { disk.lose(name) }
        case .changed: disk.tamper(newest) { $0[random.below($0.count)] ^= UInt8(1 << random.below(8)) }
        case .cut: disk.tamper(newest) { $0.removeLast(1 + random.below($0.count)) }
        case .zeroed:
            let from = random.below(disk.content(newest)?.count ?? 1)
            disk.tamper(newest) { bytes in for index in from..<bytes.count { bytes[index] = 0 } }
        case .stale:
            if let before = ours.dropLast().last, let old = disk.content(before) {
                disk.tamper(newest) { $0 = old }
            }
        case .renamed:
            guard let bytes = disk.content(newest) else { return }
            disk.lose(newest)
            disk.place(SnapshotStore.name(UInt64(1 + random.below(2_000))), bytes)
        case .foreign, .foreignContent:
            guard let theirs = other.disk.snapshotNames.last, let bytes = other.disk.content(theirs) else {
                return
            }
            disk.place(alteration == .foreign ? theirs : newest, bytes)
        case .restoredSnapshots:
            for name in ours { disk.lose(name) }
            for name in earlier.snapshotNames { disk.place(name, earlier.content(name) ?? []) }
        case .restoredJournal:
            earlier.cutPower(.keptAll, seed: 0)
            for name in earlier.snapshotNames { earlier.lose(name) }
            for name in ours { earlier.place(name, disk.content(name) ?? []) }
            moment.acknowledged = 0
            keep?(earlier)
            return check(earlier, moment, run, "\(name), operation \(moment.operation), journal restored")
        }
        keep?(disk)
        check(disk, moment, run, "\(name), operation \(moment.operation), snapshot \(alteration)")
    }

    // MARK: - The checks

    private mutating func check(
        _ disk: SimulatedDisk, _ moment: SnapshotRun.Moment, _ run: SnapshotRun, _ what: String
    ) {
        do {
            // A power cut during its creation leaves no journal, and nothing to compare.
            guard try Journal.exists(storage: disk) else {
                if moment.acknowledged > 0 { report.violations.append("\(what): the journal is gone") }
                return
            }
            let recovered = try compare(disk, moment, run, what)
            if random.below(4) == 0 { try goOn(recovered, disk, run, what) }
        } catch {
            report.violations.append("\(what): \(error)")
        }
    }

    /// Starts as the daemon does, and on a copy of the disk from the first record.
    private mutating func compare(
        _ disk: SimulatedDisk, _ moment: SnapshotRun.Moment, _ run: SnapshotRun, _ what: String
    ) throws -> RecoveredState {
        let copy = SimulatedDisk(disk.state)
        let recovered = try SnapshotLine.recover(disk, run.files)
        var bodies: [[UInt8]] = []
        let whole = try SnapshotLine.recover(copy, run.files, usesSnapshots: false) { record in
            if let record { bodies.append(Array(record.body)) }
        }
        if recovered.snapshot != nil { report.used += 1 }
        if !recovered.passedOver.isEmpty { report.passedOver += 1 }
        if recovered.state != whole.state || recovered.state.encoded() != whole.state.encoded() {
            report.violations.append("\(what): the state is not that of a fold from the first record")
        }
        if recovered.journal.durable != whole.journal.durable {
            report.violations.append("\(what): the journal ends elsewhere")
        }
        if bodies.count < moment.acknowledged {
            report.violations.append("\(what): \(moment.acknowledged - bodies.count) records are lost")
        }
        if bodies[...] != run.bodies.prefix(bodies.count) {
            report.violations.append("\(what): records are changed")
        }
        return recovered
    }

    /// Records and a snapshot more, and the next start agrees again and uses it.
    private mutating func goOn(
        _ recovered: RecoveredState, _ disk: SimulatedDisk, _ run: SnapshotRun, _ what: String
    ) throws {
        let next = SnapshotRun(disk, seed: 0)
        var line = try SnapshotLine(recovered, disk, run.files)
        for number in 0..<20 {
            let alarm = "{\"k\":\"ar\",\"w\":1,\"a\":\"DEV-201\",\"st\":\"s\(number)\",\"d\":\"after\"}"
            try next.append([Array(alarm.utf8)], to: &line.journal)
        }
        try next.commit(&line.journal)
        try line.stop(next)
        let again = try SnapshotLine.recover(disk, run.files)
        var journal = again.journal
        try journal.close()
        let whole = try SnapshotLine.recover(disk, run.files, usesSnapshots: false)
        if again.snapshot == nil { report.violations.append("\(what): no snapshot was made after it") }
        if again.state != whole.state {
            report.violations.append("\(what): the next start has another state")
        }
        if disk.snapshotNames.count > SnapshotStore.kept {
            report.violations.append("\(what): \(disk.snapshotNames.count) snapshots are kept")
        }
    }
}

extension SimulatedDisk {
    /// Names of the snapshots, the oldest first.
    fileprivate var snapshotNames: [String] {
        state.names.keys.filter { $0.hasSuffix(".snapshot") }.sorted()
    }
}
