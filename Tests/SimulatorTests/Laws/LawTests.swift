import Testing

@testable import LineCore
@testable import Simulator

/// The laws of the line, each by its name: the rules are asked with values, whole batches run on virtual
/// time.
@Suite struct LawTests {
    private static let second: UInt64 = 1_000_000_000

    // MARK: Law 1

    /// Goal: no number leaves within a second of the sync of its start. Method: the line is
    /// told of durability three seconds late; the first numbers must wait for that plus a second, and no
    /// longer.
    @Test func law1NeverTwiceBecauseNumbersAge() throws {
        var rig = LineRig()
        rig.tellsDurable = false
        rig.start()
        rig.openBatch()
        rig.wait(milliseconds: 3_000)
        #expect(rig.sent.isEmpty)
        rig.tellsDurable = true
        rig.give(.durable(records: UInt64(rig.records.count)))
        let durableAt = rig.now
        rig.wait(milliseconds: 1_500)
        let first = try #require(rig.sent.first)
        #expect(first.at >= durableAt + Self.second)
        #expect(first.at <= durableAt + Self.second + 20_000_000)
    }

    /// Goal: a block waits for its own sync, however long ago the start was. Method: the batch starts five
    /// seconds after the line; many small blocks follow, each with the time its reservation became durable.
    @Test func law1NeverTwiceBecauseBlocksAge() throws {
        var rig = LineRig()
        rig.start()
        rig.wait(milliseconds: 5_000)
        rig.openBatch()
        rig.freeBelt()
        for number in 1...60 { rig.good(number) }
        let ends = reservations(rig)
        for (position, sent) in rig.sent.enumerated() {
            let reserved = try #require(ends.first { $0.end > position })
            #expect(sent.at >= reserved.at + Self.second, "\(sent.serial)")
        }
        #expect(ends.count > 2 && rig.sent.count > 60, "\(ends.count) blocks")
    }

    /// Goal: numbers reserved before an orderly stop wait for the new start. Method: a stop in the middle of
    /// a block; the rest of it leaves a second after the start, and not before.
    @Test func law1NeverTwiceBecauseAStartAges() throws {
        var rig = LineRig.running()
        let before = rig.sent.count
        rig.give(.stopping)
        rig.crash()
        rig.start()
        let startedAt = rig.now
        rig.ask(.resume)
        rig.wait(milliseconds: 1_500)
        let next = try #require(rig.sent.dropFirst(before).first)
        #expect(next.serial == LineRig.serial(before + 1), "nothing is voided by an orderly stop")
        #expect(next.at >= startedAt + Self.second)
    }

    private func reservations(_ rig: LineRig) -> [(end: Int, at: UInt64)] {
        rig.records.compactMap {
            guard case .serialsReserved(let range) = $0.record, range.pool == "units" else { return nil }
            return (range.first + range.count, $0.at)
        }
    }

    /// Goal: what was in the air at a crash is never issued again. Method: three crashes; every serial sent
    /// and every SSCC labelled, over all starts, is another one; what was reserved is voided on the record.
    @Test func law1NeverTwiceOverACrash() {
        var rig = LineRig.running()
        for round in 0..<3 {
            for number in rig.inCoder.prefix(6) { rig.good(number) }
            rig.move(millimetres: 900)
            packPassed(&rig)
            rig.crash()
            rig.start()
            rig.ask(.resume)
            rig.freeBelt()
            #expect(rig.line.state.starts == round + 2)
        }
        let serials = rig.sent.map(\.serial)
        #expect(Set(serials).count == serials.count)
        #expect(serials.count >= 8 * 4)
        let ssccs = rig.labels.map(\.sscc)
        #expect(Set(ssccs).count == ssccs.count)
        #expect(ssccs.count >= 3)
        let voided = rig.records.filter { if case .serialsVoided = $0.record { true } else { false } }
        #expect(voided.count == 6, "units and SSCCs, three times")
    }

    /// Reads what was commissioned and is in no case into cases.
    private func packPassed(_ rig: inout LineRig) {
        for serial in rig.verified.suffix(4) {
            rig.give(.read(device: "case-camera", LineRig.code(serial: serial)))
        }
        for label in rig.labels.suffix(2) {
            rig.give(.read(device: "scanner", LineRig.label(label.sscc)))
        }
        rig.wait(milliseconds: 1_500)
    }

    /// Goal: a disk that loses its last acknowledged second leads to no repeat. Method: the power goes at 60
    /// moments while blocks are reserved and sent; every sync of the last second was a lie.
    @Test func law1NeverTwiceOnADiskThatLies() {
        var momentsWithLoss = 0
        for moment in 0..<60 {
            var honest = LineRig()
            produce(&honest, until: moment)
            let promised = honest.syncTimes.filter { $0 <= honest.now - Self.second }.count
            var rig = LineRig()
            rig.disk.plan.liesFromSync = promised + 1
            produce(&rig, until: moment)
            let acknowledged = rig.records.count
            rig.crash(power: .lostAll)
            rig.start()
            #expect(rig.failure == nil)
            momentsWithLoss += rig.recovered < acknowledged ? 1 : 0
            if rig.line.state.runningBatch == nil { rig.ask(.startBatch("B1")) } else { rig.ask(.resume) }
            rig.freeBelt()
            let serials = rig.sent.map(\.serial)
            #expect(Set(serials).count == serials.count, "moment \(moment): \(serials)")
            #expect(serials.count >= 8)
        }
        #expect(momentsWithLoss > 40)
    }

    /// A batch under way for `moment` tenths of a second.
    private func produce(_ rig: inout LineRig, until moment: Int) {
        rig.start()
        rig.openBatch()
        rig.freeBelt()
        for step in 0..<moment {
            if step.isMultiple(of: 2) { rig.good(step / 2 + 1) } else { rig.wait(milliseconds: 80) }
        }
    }

    /// Goal: nothing is accepted from the line twice. Method: a good code comes again, and one that was
    /// rejected comes again, at once and after a crash.
    @Test(arguments: GateMode.gates) func law1NeverTwiceFromTheLine(gate: GateMode) {
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        rig.good(1)
        let copy = rig.good(1)
        #expect(rig.rejection(of: copy) == "duplicate")
        let wrong = LineRig.code(lot: "LOT2", serial: LineRig.serial(2))
        let unit1 = rig.unit(wrong)
        #expect(rig.rejection(of: unit1) == "wrong-lot")
        let unit2 = rig.good(2)
        #expect(rig.rejection(of: unit2) == "already-rejected")
        rig.move(millimetres: 600)
        rig.crash(power: .lostAll)
        rig.start()
        rig.ask(.resume)
        rig.freeBelt()
        let unit3 = rig.good(1)
        #expect(rig.rejection(of: unit3) == "duplicate")
        let unit4 = rig.good(2)
        #expect(rig.rejection(of: unit4) == "already-rejected")
        #expect(rig.verified == [LineRig.serial(1)])
    }

    /// Goal: the same numbers cannot come to the line under two names. Method: overlapping offers are
    /// refused.
    @Test func law1NeverTwiceFromTwoPools() {
        var rig = LineRig.running()
        #expect(rig.refusal(.addPool(LineRig.units(name: "again", first: 1_000))) == "POOL-110")
        #expect(rig.refusal(.addPool(LineRig.units(name: "next", first: 1_001))) == nil)
        #expect(rig.refusal(.addPool(LineRig.ssccs(name: "again", first: 1_000))) == "POOL-106")
        #expect(rig.refusal(.addPool(LineRig.ssccs(name: "more", first: 1_001))) == nil)
    }

    /// Goal: no crash of program or power, in any gate mode, leads to a repeat. Method: whole batches with
    /// six crashes each, watched from outside the rules.
    @Test(arguments: 101...106) func law1NeverTwiceInWholeBatches(seed: UInt64) {
        var plan = SimulationPlan(seed: seed, units: 60)
        plan.crashes = 6
        plan.isPreprinted = false
        var line = SimulatedLine(plan)
        let report = line.run()
        #expect(report.violations == [], "seed \(seed)")
        #expect(report.crashes == 6)
    }

    // MARK: Law 2

    /// Goal: whatever leaves is justified by a record that is durable then. Method: one batch with good and
    /// bad units, cases, a pallet and a reprint in each gate mode; each action is looked up among the
    /// records.
    @Test(arguments: GateMode.gates) func law2RecordThenAct(gate: GateMode) {
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        for number in 1...8 { rig.good(number) }
        rig.unit(.noRead)
        rig.unit(LineRig.code(expiry: "290330", serial: LineRig.serial(9)))
        rig.move(millimetres: 600)
        rig.packUnits(1...8)
        rig.wait(milliseconds: 300)
        for sscc in rig.labels.map(\.sscc) { rig.give(.read(device: "scanner", LineRig.label(sscc))) }
        rig.ask(.reprint(sscc: rig.labels[0].sscc, reason: "torn", old: .destroyed))
        var justified = 0
        for entry in rig.actions {
            guard let records = reasons(for: entry.action) else { continue }
            justified += 1
            let durable = rig.records[..<entry.records]
            #expect(durable.contains { records($0.record) }, "\(entry.action)")
        }
        // 10 units, 16 serials and more, four cases, a pallet and a reprint.
        let signals = gate == .plc ? 10 : gate == .pass ? 8 : 2
        #expect(justified >= signals + 16 + 6)
        #expect(rig.labels.count >= 6)
    }

    /// Tells the records that justify an action; `nil` for actions that need none.
    private func reasons(for action: LineAction) -> ((LineRecord) -> Bool)? {
        switch action {
        case .coder(.send(_, let values), _):
            return { if case .unitSent(let fact) = $0 { fact.serials.contains(values[3]) } else { false } }
        case .gate(let signal, _): return { Self.judges($0, signal.track, pass: signal.kind == .pass) }
        case .verdict(let verdict, _): return { Self.judges($0, verdict.track, pass: verdict.pass) }
        case .label(let order):
            return {
                guard case .labelSent(let fact) = $0 else { return false }
                return fact.sscc == order.sscc && fact.copy == order.copy && fact.count == order.units
            }
        case .outputs(let outputs, _):
            guard outputs.runEnable else { return nil }
            return { if case .batchStarted = $0 { true } else { false } }
        case .selectJob, .readJob: return { if case .batchStarted = $0 { true } else { false } }
        case .coder, .weigh, .feedback, .answer, .checkpoint: return nil
        }
    }

    private static func judges(_ record: LineRecord, _ track: UInt64, pass: Bool) -> Bool {
        switch record {
        case .unitVerified(let fact): pass && fact.track == track
        case .unitRejected(let fact), .unitDiverted(let fact): !pass && fact.track == track
        default: false
        }
    }
}

extension LineRig {
    /// Reads units that have passed at the case station, and each label as soon as it is there.
    mutating func packUnits(_ numbers: ClosedRange<Int>) {
        for number in numbers {
            give(.read(device: "case-camera", Self.code(serial: Self.serial(number))))
            guard let label = labels.last, label.level == .case else { continue }
            give(.read(device: "scanner", Self.label(label.sscc)))
        }
    }
}
