import ArgumentParser
import JSONText
import JournalCore
import Simulator
import SystemIO

/// `seriatim simulate`: whole lines on virtual time, the laws checked after every step.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run simulated lines by seed and check the laws, or try crash states of the journal.")

    @Option(help: "One seed.") var seed: UInt64?
    @Option(help: "Seeds A..B, both included.") var seeds: SeedRange?
    @Option(help: "Cartons fed in each run.") var units = 1_000
    @Option(
        name: .customLong("crash-states"),
        help: "Tries so many power cuts and failed calls of a journal instead; one seed decides which."
    )
    var crashStates: Int?
    @Option(
        help: "Leaves the journals of seeds or crash states in this directory, made if need be, for others.")
    var keep: String?
    @Option(
        help: "Makes up a journal of so many records instead, several batches, fast; with --seed, --keep.")
    var history: Int?
    @Option(help: "What measures the belt: encoder, or time (then the gate mode is pass).")
    var belt = BeltOption.encoder
    @Option(help: ArgumentHelp("What the units carry (default: the seed decides): \(Self.codes)."))
    var code: SimulatedCode?
    @Flag(help: "One JSON object for each seed, or one for all crash states.") var json = false
    @Flag(help: "Prints every event, record and act of the run.") var trace = false

    private static let codes = SimulatedCode.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        guard (1...1_000_000).contains(units) else { throw ValidationError("--units is 1 to 1000000.") }
        guard crashStates.map({ (1...100_000_000).contains($0) }) ?? true else {
            throw ValidationError("--crash-states is 1 to 100000000.")
        }
        guard history.map({ (1...100_000_000).contains($0) && keep != nil }) ?? true else {
            throw ValidationError("--history is 1 to 100000000, and --keep names where.")
        }
        guard history != nil || crashStates != nil || seed != nil || seeds != nil else {
            throw ValidationError("Name a seed (--seed S or --seeds A..B), --crash-states N or --history N.")
        }
        guard seed == nil || seeds == nil else {
            throw ValidationError("--seed and --seeds cannot be given together: leave one out.")
        }
        guard crashStates == nil || seeds == nil else {
            throw ValidationError("--crash-states goes on from one --seed: leave --seeds out.")
        }
    }

    func run() throws {
        if let keep {
            do throws(SystemError) {
                try DurableFile.createDirectories(keep, mode: 0o750)
            } catch {
                throw CommandFailure(
                    "CLI-106 \(keep): \(error). Name a directory that is there or can be made.", status: 73)
            }
        }
        if let crashStates { return try tryCrashes(crashStates) }
        if let history, let keep { return try HistoryJournal.make(history, seed: seed ?? 1, in: keep) }
        let range = seeds ?? SeedRange(first: seed ?? 1, last: seed ?? 1)
        var broken = 0
        var seed = range.first
        var kept = KeptJournals(keep)
        while true {
            let report = simulate(seed, &kept)
            try kept.check()
            if json { Self.print(report) } else { tell(report) }
            if !report.violations.isEmpty { broken += 1 }
            guard seed < range.last else { break }
            seed += 1
        }
        if !json { Output.line("\(range.count) seeds, \(broken) with a law broken") }
        if broken > 0 { throw ExitCode(1) }
    }

    private func plan(_ seed: UInt64) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed, units: units)
        if let code { plan.code = code }
        if belt == .time {
            plan.isTimed = true
            plan.gate = .pass
        }
        return plan
    }

    private func simulate(_ seed: UInt64, _ kept: inout KeptJournals) -> SimulationReport {
        var line = SimulatedLine(plan(seed))
        if trace { line.onLine = { Output.line($0) } }
        let report = line.run()
        kept.take(line.disk, named: "\(seed)")
        return report
    }

    private func tell(_ report: SimulationReport) {
        let plan = plan(report.seed)
        Output.line(
            "seed \(report.seed): gate \(plan.gate.rawValue), code \(plan.code.rawValue), "
                + "\(report.units) units, "
                + "\(report.crashes) crashes, \(report.faults) faults, \(report.commissioned) commissioned, "
                + "\(report.containers) containers, "
                + (report.violations.isEmpty ? "all laws held" : "LAWS BROKEN"))
        for violation in report.violations { Output.line("  \(violation)") }
    }

    private static func print(_ report: SimulationReport) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("seed", report.seed)
        writer.member("units", report.units)
        writer.member("crashes", report.crashes)
        writer.member("faults", report.faults)
        writer.beginArray("violations")
        for violation in report.violations { writer.element(violation) }
        writer.endArray()
        writer.member("trace", report.trace)
        writer.endObject()
        Output.json(String(decoding: writer.take(), as: UTF8.self))
    }

    private func tryCrashes(_ states: Int) throws {
        var kept = KeptJournals(keep)
        let journals = CrashMatrix.run(states: states, seed: seed ?? 1) { kept.takeNext($0) }
        // A state with snapshots is started from three times and more; a tenth is enough beside the others.
        let snapshots = SnapshotMatrix.run(states: max(1, states / 10), seed: seed ?? 1) { kept.takeNext($0) }
        try kept.check()
        let report = CrashStatesReport(journals: journals, snapshots: snapshots)
        if json { Output.line(report.json) } else { for line in report.text { Output.line(line) } }
        if !report.violations.isEmpty { throw ExitCode(1) }
    }
}

/// What measures the belt of the simulated line.
enum BeltOption: String, ExpressibleByArgument, CaseIterable {
    case encoder, time
}

/// Seeds `A..B`.
struct SeedRange: ExpressibleByArgument {
    let first: UInt64
    let last: UInt64

    /// How many; the last is not less than the first.
    var count: UInt64 { last - first &+ 1 }

    init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }

    init?(argument: String) {
        let dots = argument.split(separator: ".", omittingEmptySubsequences: true)
        guard dots.count == 2, argument.contains(".."), let first = UInt64(dots[0]),
            let last = UInt64(dots[1]),
            first <= last
        else { return nil }
        self.init(first: first, last: last)
    }
}

/// Journals of simulated disks, each in a directory of its own.
private struct KeptJournals {
    private let directory: String?
    private var count = 0
    private var failure: CommandFailure?

    init(_ directory: String?) { self.directory = directory }

    /// Named by number, from 1.
    mutating func takeNext(_ disk: SimulatedDisk) {
        count += 1
        take(disk, named: "\(count)")
    }

    mutating func take(_ disk: SimulatedDisk, named name: String) {
        guard let directory, failure == nil else { return }
        let path = "\(directory)/\(name)"
        do {
            let storage = try FileStorage(path, writable: true)
            for name in try disk.names() {
                try storage.create(name)
                try storage.write(name, at: 0, disk.content(name) ?? [])
            }
        } catch {
            failure = CommandFailure("CLI-106 \(path): \(error). Name an empty directory.", status: 73)
        }
    }

    func check() throws {
        if let failure { throw failure }
    }
}

extension SimulatedCode: ExpressibleByArgument {}
