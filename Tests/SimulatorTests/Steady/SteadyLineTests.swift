import LineCore
import Testing

@testable import Simulator

/// The line of the measurements: the rules take everything it says, and nothing comes before its cause.
@Suite struct SteadyLineTests {
    /// The rules without journal: what is decided is durable at once, or never when `isDeaf`.
    private struct Rig {
        var line: Line
        var steady: SteadyLine
        var now: UInt64 = 1_000_000_000
        var request: UInt64 = 0
        var records: UInt64 = 0
        var facts: [LineRecord] = []
        /// Pass signals never reach the gate.
        var isDeaf = false
        /// Time from one step to the next.
        var pace: UInt64 = 5_000_000

        init(_ steady: SteadyLine) {
            self.steady = steady
            line = Line(configuration: steady.configuration)
            give(.started(LineStart(boot: "b", version: "1", configuration: "c", isJournalVerified: true)))
            for input in steady.firstInputs { give(input) }
            for verb in steady.commands {
                request += 1
                give(.command(LineCommand(request: request, actor: "test", verb: verb)))
            }
        }

        mutating func give(_ input: LineInput) {
            let decision = line.handle(
                input, at: LineInstant(monotonicNanoseconds: now, wallMilliseconds: 1_790_000_000_000))
            facts += decision.records
            records += UInt64(decision.records.count)
            for action in decision.actions {
                if case .gate = action, isDeaf { continue }
                steady.take(action)
            }
            if !decision.records.isEmpty { give(.durable(records: records)) }
            for said in steady.takeSaid() { give(said) }
        }

        mutating func step() {
            let inputs = steady.next()
            for input in inputs { give(input) }
            if inputs.isEmpty { give(.tick) }
            now += pace
        }

        func count(_ isWanted: (LineRecord) -> Bool) -> Int { facts.filter(isWanted).count }
    }

    @Test(arguments: [1, 4, 64]) func everyUnitPassesAndIsPacked(inAir: Int) {
        let steady = SteadyLine(units: 500, inAir: inAir, lookAhead: 128, sendBatch: 16, unitBlock: 400)
        var rig = Rig(steady)
        while rig.steady.unitsPacked < 420, rig.now < 60_000_000_000 { rig.step() }
        #expect(rig.steady.unitsPacked == 420)
        #expect(rig.line.status.stop == nil)
        #expect(rig.line.status.batch?.rejected == 0)
        let cases = rig.count { if case .collated(let fact) = $0 { fact.level == .case } else { false } }
        let pallets = rig.count { if case .collated(let fact) = $0 { fact.level == .pallet } else { false } }
        let closed = rig.count { if case .containerClosed = $0 { true } else { false } }
        #expect(cases == 42 && pallets == 2 && closed == 44)
    }

    /// Goal: at 400 units a minute several passes share a record, though every unit is read again by the case
    /// camera. A read needs the pass of its own unit, not those of the units behind it.
    @Test func passesShareARecord() {
        var rig = Rig(SteadyLine(units: 500, inAir: 4))
        rig.pace = 150_000_000 / UInt64(SteadyLine.stepsPerUnit)
        while rig.steady.unitsPacked < 300, rig.now < 200_000_000_000 { rig.step() }
        let records = rig.count { if case .unitsPassed = $0 { true } else { false } }
        #expect(rig.steady.unitsPacked == 300)
        #expect(records * 3 <= rig.steady.unitsPassed * 2, "\(records) records")
        #expect(rig.line.status.stop == nil)
    }

    @Test func noUnitPassesWithoutItsSignal() {
        var rig = Rig(SteadyLine(units: 100, inAir: 4))
        rig.isDeaf = true
        for _ in 0..<2_000 { rig.step() }
        #expect(rig.steady.unitsPassed == 0)
        #expect(rig.count { if case .unitVerified = $0 { true } else { false } } == 4)
    }

    @Test(arguments: [12, 20]) func serialsHaveTheirLength(characters: Int) {
        var rig = Rig(SteadyLine(units: 100, serialCharacters: characters))
        for _ in 0..<1_000 { rig.step() }
        let serials: [String] = rig.facts.flatMap { fact in
            if case .unitSent(let sent) = fact { sent.serials } else { [String]() }
        }
        #expect(serials.count >= 20)
        #expect(serials.allSatisfy { $0.utf8.count == characters })
    }
}
