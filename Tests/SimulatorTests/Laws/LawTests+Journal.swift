import JournalCore
import Testing

@testable import LineCore
@testable import Simulator

extension LawTests {
    // MARK: Law 9

    /// A batch from the first start to a stop in the middle, without any chance.
    private func script(_ rig: inout LineRig) {
        rig.start()
        rig.openBatch()
        rig.freeBelt()
        for number in 1...3 { rig.good(number) }
        rig.unit(.noRead)
        rig.move(millimetres: 700)
        rig.packUnits(1...3)
        rig.ask(.closePartial(station: "cases"))
        rig.give(.stopping)
    }

    /// Goal: after a failed write or sync nothing is done and nothing is tried again; the next start finds
    /// all that was acknowledged. Method: the N-th operation of the disk fails, for every N up to a run that
    /// no failure touches; then the power goes.
    @Test(arguments: SimulatedDisk.Fault.allCases, [PowerFate.lostAll, .keptAll, .torn])
    func law9AFailedSyncStopsTheLine(fault: SimulatedDisk.Fault, fate: PowerFate) throws {
        var untouched = false
        for operation in 1...400 where !untouched {
            var rig = LineRig()
            rig.disk.plan.failure = (operation, fault)
            script(&rig)
            guard let failure = rig.failure else {
                untouched = true
                #expect(operation > 30, "the script does next to nothing")
                continue
            }
            #expect(failure.exitStatus == 74, "operation \(operation): \(failure)")
            try expectFinal(&rig, operation)
            let (acknowledged, actions) = (rig.records.map(\.record), rig.actions)
            rig.crash(power: fate)
            rig.start()
            #expect(rig.failure == nil, "operation \(operation): \(String(describing: rig.failure))")
            let found = rig.records.map(\.record)
            #expect(Array(found.prefix(acknowledged.count)) == acknowledged, "operation \(operation)")
            let sent = found.flatMap { if case .unitSent(let fact) = $0 { fact.serials } else { [String]() } }
            for case .coder(.send(_, let values), _) in actions.map(\.action) {
                #expect(
                    sent.contains(values[3]), "operation \(operation): \(values[3]) left without its record")
            }
        }
        #expect(untouched)
    }

    /// The journal takes nothing more, although the disk would work again.
    private func expectFinal(_ rig: inout LineRig, _ operation: Int) throws {
        rig.disk.plan.failure = nil
        guard rig.journal != nil else { return }
        let body = LineRecord.lineStopped(LineStopped(reason: "again")).encoded(wallMilliseconds: 0)
        let operations = rig.disk.operations
        let error = #expect(throws: JournalError.self, "operation \(operation)") {
            try rig.journal?.append([body])
            try rig.journal?.commit(at: rig.now)
        }
        #expect(error?.code == .poisoned)
        #expect(rig.disk.operations == operations, "operation \(operation) was tried again")
    }

    // MARK: Law 7

    /// Goal: no batch is closed before the journal that the start did not read is verified, nor over damage
    /// in it. Method: a completed batch; starts of each kind, and each outcome.
    @Test func law7NoCloseBeforeTheOlderJournalIsVerified() {
        var rig = LineRig.running()
        for number in 1...3 { rig.good(number) }
        rig.complete()
        let close = LineCommand.Verb.closeBatch("B1", reason: "rest", deviation: "D-1")
        rig.startsVerified = false
        rig.crash()
        rig.start()
        #expect(rig.line.status.isVerifyingJournal)
        #expect(rig.refusal(close) == "BATCH-146")
        rig.give(.olderJournalVerified(damage: "segment 1"))
        #expect(!rig.line.status.isVerifyingJournal)
        #expect(rig.refusal(close) == "BATCH-144")
        // The damage of the last run is an alarm until all is found right, but no answer yet.
        rig.crash()
        rig.start()
        #expect(rig.line.state.active(.olderJournal)?.detail == "segment 1")
        #expect(rig.refusal(close) == "BATCH-146")
        rig.give(.olderJournalVerified(damage: nil))
        #expect(rig.line.state.active(.olderJournal) == nil)
        #expect(rig.refusal(close) == nil)
        #expect(rig.line.state.batches.last?.state == .closed)
    }

    /// Goal: a start that read all knows that nothing is damaged: an alarm of an earlier one is over.
    @Test func law7AStartThatReadAllEndsTheAlarm() {
        var rig = LineRig.running()
        rig.complete()
        rig.give(.olderJournalVerified(damage: "segment 1"))
        let close = LineCommand.Verb.closeBatch("B1", reason: "rest", deviation: "D-1")
        #expect(rig.refusal(close) == "BATCH-144")
        rig.crash()
        rig.start()
        #expect(!rig.line.status.isVerifyingJournal && rig.line.state.active(.olderJournal) == nil)
        #expect(rig.refusal(close) == nil)
    }

    // MARK: Law 12

    /// Goal: the same seed is the same trace, another seed another one. Method: whole batches with faults and
    /// crashes, each twice; the release command does it in two processes.
    @Test(arguments: 11...14) func law12SameSeedSameTrace(seed: UInt64) {
        let traces = [seed, seed, seed + 100].map { seed in
            var plan = SimulationPlan(seed: seed, units: 40)
            plan.crashes = 2
            plan.faultsPerMillion = 5_000
            var line = SimulatedLine(plan)
            return line.run().trace
        }
        #expect(traces[0] == traces[1])
        #expect(traces[0] != traces[2])
        #expect(traces[0].utf8.count == 64)
    }

    /// Goal: the same inputs give the same decisions, the records give the same state, and their bytes give
    /// the same records. Method: the inputs of a run, kept, go to a second line; its records are folded and
    /// read back.
    @Test(arguments: GateMode.gates) func law12SameInputsSameDecisions(gate: GateMode) throws {
        var rig = LineRig(LineRig.configuration(gate: gate))
        script(&rig)
        var twin = Line(configuration: rig.configuration)
        var fold = LineState()
        for (place, entry) in rig.inputs.enumerated() {
            let wall = 1_790_000_000_000 + Int64(entry.at / 1_000_000)
            let instant = LineInstant(monotonicNanoseconds: entry.at, wallMilliseconds: wall)
            let decision = twin.handle(entry.input, at: instant)
            try #require(decision == entry.decision, "input \(place): \(entry.input)")
            for record in decision.records {
                let decoded = try #require(try LineRecord.decode(record.encoded(wallMilliseconds: wall)))
                #expect(decoded.record == record)
                #expect(decoded.wallMilliseconds == wall)
                try fold.apply(decoded.record)
            }
            try #require(fold == twin.state, "input \(place)")
        }
        #expect(twin.state == rig.line.state)
        #expect(rig.inputs.count > 200 && rig.records.count > 20, "\(rig.inputs.count), \(rig.records.count)")
    }
}
