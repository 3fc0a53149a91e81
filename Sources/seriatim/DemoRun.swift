import ControlAPI
import DemoIO
import Foundation
import JournalCore
import LineCore
import Simulator

/// One demo from the first file to the last check.
struct DemoRun {
    private let plan: DemoPlan
    private let line: DemoLine
    private let files: DemoFiles
    private let daemon: DemoDaemon
    private let client: ControlClient
    private let isJSON: Bool
    private var screen: DemoScreen
    private var people: DemoOperator
    private var report = DemoReport()
    private var replaced: DemoScanner.Replacement?
    private let deadline: ContinuousClock.Instant

    init(_ plan: DemoPlan, data: String?, isJSON: Bool) throws {
        self.plan = plan
        self.isJSON = isJSON
        screen = DemoScreen(plan, isQuiet: isJSON)
        do throws(TransportFault) {
            line = try DemoLine.start(
                World(layout: plan.layout, faults: plan.faults, seed: plan.seed), belt: plan.belt)
        } catch {
            throw CommandFailure("DEMO-104 devices: \(error). Free some ports and terminals.", status: 71)
        }
        do {
            files = try DemoFiles(plan, addresses: line.addresses, data: data)
        } catch {
            line.stop()
            throw error
        }
        daemon = DemoDaemon(files)
        client = ControlClient(socket: files.line + "/run/control.sock")
        people = DemoOperator(plan, line, client)
        deadline = ContinuousClock.now + .seconds(plan.timeLimitSeconds)
    }

    /// Runs it all and ends every process and device, whatever happens.
    ///
    /// - Returns: Whether every check held.
    mutating func run() async throws -> Bool {
        defer {
            daemon.end()
            line.stop()
        }
        try await begin()
        try await produce()
        let unit = try await trace()
        try await stop()
        try await compare(unit)
        if isJSON {
            print(report.json(plan, directory: files.line, seconds: screen.seconds))
        } else {
            report.printText()
        }
        return report.holds
    }

    // MARK: Begin

    private mutating func begin() async throws {
        screen.say("Seriatim demo: \(plan.units) cartons, seed \(plan.seed), data in \(files.line)")
        try daemon.start()
        try await untilReady()
        var kind = ["pool", "import", files.serials, "--name", DemoPlan.unitPool, "--gtin", DemoPlan.gtin]
        if plan.isPreprinted { kind.append("--preprinted") }
        try await type(kind)
        try await type([
            "pool", "add", "--name", DemoPlan.ssccPool, "--sscc-prefix", DemoPlan.ssccPrefix, "--first", "1",
            "--count", "\(plan.units + 1_000)",
        ])
        try await type(["batch", "open", files.order])
        line.withWorld { world in
            if plan.isPreprinted {
                world.loadFeeder(preprinted: plan.preprintedCodes)
            } else {
                world.loadFeeder(blank: plan.units)
            }
        }
        try await type(["batch", "start", DemoPlan.batch])
    }

    /// Runs a command as a person would type it.
    private mutating func type(_ arguments: [String]) async throws {
        let output = try await DemoDaemon.run(arguments + ["--socket", client.socket])
        let text = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        screen.say("$ seriatim \(arguments.joined(separator: " "))\n  \(text)")
        guard output.status == 0 else {
            throw CommandFailure(
                "DEMO-105 \(arguments.prefix(2).joined(separator: " ")): \(text)", status: 70)
        }
    }

    /// Waits until the daemon answers and every device is connected.
    private mutating func untilReady() async throws {
        while true {
            try check("the daemon is ready")
            guard daemon.isRunning else {
                throw CommandFailure("DEMO-106 daemon: it ended.\n\(daemon.lastWords)", status: 70)
            }
            if let status = await status(), !status.devices.isEmpty,
                status.devices.allSatisfy({ $0.condition == "connected" })
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func status() async -> StatusAnswer? { try? await client.ask(.status) }

    private func check(_ wanted: String) throws {
        guard ContinuousClock.now > deadline else { return }
        throw CommandFailure(
            "DEMO-107 \(files.line): after \(plan.timeLimitSeconds) s still waiting until \(wanted); "
                + "line \(line.summary)."
                + " See \(files.log).\n\(daemon.lastWords)", status: 70)
    }

    // MARK: Production

    private mutating func produce() async throws {
        var isKilled = !plan.kills
        var triesAt = plan.units / 2
        var wasCompleted = false
        while true {
            try check("the batch is closed")
            guard daemon.isRunning else {
                throw CommandFailure("DEMO-106 daemon: it ended.\n\(daemon.lastWords)", status: 70)
            }
            let status = await status()
            screen.draw(line.withWorld { $0 }, status)
            if let status {
                wasCompleted = wasCompleted || status.batch?.state == "completed"
                if status.batch == nil, wasCompleted { break }
                let stops = people.stops.count
                let done = await people.look(status)
                if people.stops.count > stops, let stop = status.stop {
                    screen.note(
                        "stop: \(stop.code) \(stop.text)\(stop.detail.isEmpty ? "" : ": \(stop.detail)")")
                }
                for words in done { screen.note(words) }
                if !isKilled, line.withWorld({ $0.tally.fed }) >= plan.killAfter, status.machine == "Execute"
                {
                    isKilled = true
                    try await crash()
                } else if isKilled, replaced == nil, line.withWorld({ $0.tally.fed }) >= triesAt,
                    status.machine == "Execute"
                {
                    triesAt += plan.units / 20
                    let scanner = DemoScanner(line: line, client: client)
                    replaced = try await scanner.replaceAUnit { screen.note($0) }
                }
            }
            try await Task.sleep(for: .milliseconds(plan.isStepped ? 20 : 60))
        }
        report.check("the batch is completed and closed", true)
        report.figure("stops", people.stops.count)
    }

    /// Kills the daemon where it stands, lets the belt stop by itself, and starts the daemon again.
    private mutating func crash() async throws {
        line.setUnwatched(true)
        let end = await daemon.end(by: SIGKILL, withinSeconds: 5)
        screen.note("the daemon is killed with SIGKILL")
        report.check("the daemon was killed part-way", end == .signal(SIGKILL))
        for _ in 0..<12 {
            try await Task.sleep(for: .milliseconds(60))
            screen.draw(line.withWorld { $0 }, nil)
        }
        let isStopped = line.withWorld { $0.io.watchdogTripped && (plan.isStepped || !$0.isMoving) }
        report.check("the belt stopped by itself", isStopped)
        let began = ContinuousClock.now
        try daemon.start()
        try await untilReady()
        line.setUnwatched(false)
        let time = ContinuousClock.now - began
        let milliseconds =
            time.components.seconds * 1_000 + time.components.attoseconds / 1_000_000_000_000_000
        report.figure("milliseconds to ready after the kill", Int(milliseconds))
        screen.note("the daemon is started again, ready after \(milliseconds) ms")
    }

    // MARK: End

    /// Shows the reconciliation, and a unit with what holds it, by the daemon's index.
    ///
    /// - Returns: Whether the trace agrees with where the carton lies; `nil` if every carton was rejected, so
    ///   that there is none to trace.
    private mutating func trace() async throws -> Bool? {
        screen.say("")
        let belt = line.withWorld { $0.beltList }
        try await type(["batch", "show", DemoPlan.batch])
        try await reconcile()
        if belt.cases.allSatisfy(\.items.isEmpty) { return nil }
        let entry = belt.cases.first { $0.pallet != nil && !$0.items.isEmpty }
        guard let entry, let pallet = belt.pallets.first(where: { $0.id == entry.pallet }),
            let code = entry.items[0].print?.scan(fields: plan.layout.codeFields)
        else { return false }
        for _ in 0..<100 {
            let trace: TraceAnswer = try await client.ask(.trace(code))
            let index = trace.item?.index
            guard index.map({ $0.line >= $0.durable }) ?? false else {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            try await type(["trace", entry.items[0].serial ?? ""])
            return trace.item?.state == "commissioned"
                && trace.parents.map(\.code) == [entry.label?.sscc, pallet.label?.sscc]
        }
        return false
    }

    /// Law 6: every serial in exactly one final state, every tracked unit with an end.
    private mutating func reconcile() async throws {
        let answer: BatchesAnswer = try await client.ask(.batches)
        guard let batch = answer.batches.first(where: { $0.order?.batch == DemoPlan.batch }) else {
            return report.check("reconciliation", false, "the batch is not listed")
        }
        let sum = batch.serials.reduce(0) { $0 + $1.count }
        report.check(
            "reconciliation: every serial is in one final state",
            batch.state == "closed" && batch.remainder + batch.toReturn == 0 && sum == batch.issued
                && batch.deviation.isEmpty,
            "issued \(batch.issued) = "
                + batch.serials.map { "\($0.name) \($0.count)" }.joined(separator: " + "))
        report.check(
            "reconciliation: every tracked unit has its end",
            batch.open == 0 && batch.tracked == batch.passed + batch.rejected + batch.cleared,
            "\(batch.tracked) = passed \(batch.passed) + rejected \(batch.rejected) + "
                + "cleared \(batch.cleared)"
        )
    }

    private mutating func stop() async throws {
        let end = await daemon.end(by: SIGTERM, withinSeconds: 15)
        report.check(
            "the daemon stopped in order when asked", end == .exit(0), end == .exit(0) ? "" : "\(end)")
        let output = try await DemoDaemon.run(["journal", "verify", files.line])
        let text = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        screen.say("$ seriatim journal verify \(files.line)\n  \(text)\n")
        report.check("journal verify", output.status == 0 && text.hasPrefix("intact"))
    }

    private mutating func compare(_ traceAgrees: Bool?) async throws {
        report.check(
            "the trace of a unit ends at the pallet it stands on", traceAgrees ?? true,
            traceAgrees == nil ? "every carton was rejected: none to trace" : "")
        let world = line.withWorld { $0 }
        var ledger = JournalLedger()
        let storage = try JournalFiles.open(files.line)
        if let end = try JournalVerifier.verify(storage: storage).end {
            var reader = try JournalReader(storage: storage)
            _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
                do throws(RecordFault) {
                    if let (fact, _) = try LineRecord.decode(record.body) { ledger.take(fact) }
                } catch {
                    throw RecordRefused("\(error)")
                }
            }
        }
        report.check("every carton was fed", world.tally.fed == plan.units, "\(world.tally.fed)")
        if plan.kills {
            report.check("the journal tells of one recovery", ledger.recoveries == 1 && ledger.starts == 2)
        }
        if plan.units >= DemoPlan.wholeShow {
            for kind in DemoPlan.promised {
                let count = world.faultCounts[kind.fault]
                report.check("the line had: \(kind.words)", count > 0, "\(count)")
            }
        }
        checkPeople(ledger, world)
        report.compare(ledger, world, unseenRejects: line.unseenRejects)
    }
}

extension DemoRun {
    /// What people did beside the line, as the journal has it.
    fileprivate mutating func checkPeople(_ ledger: JournalLedger, _ world: World) {
        guard plan.units >= DemoPlan.wholeShow else { return }
        let caught = ledger.doubted.filter { ledger.containers[$0]?.isClosed == true }
        report.check(
            "a label printed twice was caught: the cases touched were blocked, and each read again",
            world.faultCounts[.labelRepeat] > 0 && !caught.isEmpty && caught.count == ledger.doubted.count,
            "\(caught.count) cases")
        guard plan.kills else { return }
        let isSo = replaced.map {
            ledger.ended[$0.old] == .destroyed && ledger.reintroduced.contains($0.new)
                && ledger.containers[$0.sscc]?.children.contains($0.new) == true
        }
        report.check("a unit was replaced by scanner alone", isSo == true, replaced?.new ?? "none")
    }
}

extension DemoLine {
    /// The world in a few words, for errors.
    fileprivate var summary: String {
        withWorld { world in
            "at \(world.position) mm, \(world.isMoving ? "moving" : "standing"), fed \(world.tally.fed), "
                + "packed \(world.tally.packed), cases \(world.tally.casesShut)"
        }
    }
}
