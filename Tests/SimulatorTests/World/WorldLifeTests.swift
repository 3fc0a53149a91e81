import Simulator
import Testing

@Suite struct WorldLifeTests {
    /// Goal: one seed is one trace, another seed another. Method: a whole run with every fault, twice.
    @Test func oneSeedIsOneTrace() {
        func trace(_ seed: UInt64) -> UInt64 {
            var line = TestController(
                layout: .with(.eject), faults: WorldFaults(WorldFault.allCases, perMillion: 50_000),
                seed: seed, units: 200)
            line.run(until: 60 * second)
            return line.trace.hash
        }
        #expect(trace(42) == trace(42))
        #expect(trace(42) != trace(43))
    }

    /// Goal: what happens does not hang on how often anybody looks.
    @Test func lookingChangesNothing() {
        func trace(_ step: UInt64) -> UInt64 {
            var layout = WorldLayout.with(.eject)
            layout.enforcesRunLimit = false
            layout.timings.watchdog = 100 * second
            layout.ratePerMinute = 397
            var world = World(
                layout: layout, faults: WorldFaults(WorldFault.allCases, perMillion: 80_000), seed: 5)
            world.loadFeeder(blank: 100)
            for index in 1...100 as ClosedRange<UInt64> {
                _ = world.sendToCoder(index: index, values: TestController.values(index))
            }
            var outputs = WorldIOOutputs()
            (outputs.run, outputs.feed) = (true, true)
            outputs.heartbeat &+= 1
            world.write(outputs)
            var trace = WorldTrace()
            while world.now < 40 * second { trace.add(world.advance(to: world.now + step)) }
            return trace.hash
        }
        let whole = trace(40 * second)
        #expect(trace(1_000_000) == whole && trace(37_000_000) == whole)
    }

    /// Goal: events come in order of time, and position never goes back.
    @Test func eventsAreInOrder() {
        var line = TestController(
            layout: .with(.eject), faults: WorldFaults(WorldFault.allCases, perMillion: 50_000), seed: 8,
            units: 200)
        line.run(until: 60 * second)
        #expect(line.events.count > 1_500)
        for (one, next) in zip(line.events, line.events.dropFirst()) {
            #expect(one.time <= next.time && one.position <= next.position)
        }
    }

    /// Goal: whatever is commanded, in whatever order, every carton is in exactly one place after every
    /// step, no run limit is passed, no carton is invented but the foreign ones.
    /// Method: 24 seeds, 600 random commands each, both drives, every fault.
    @Test(arguments: [BeltDrive.time, .steps]) func nothingIsLostOrDoubled(drive: BeltDrive) {
        var (packed, rejected, palletsLeft, taken) = (0, 0, 0, 0)
        for seed in 1...24 as ClosedRange<UInt64> {
            var layout = WorldLayout.with(WorldGateMode.gates[Int(seed % 3)])
            layout.drive = drive
            layout.unitsPerCase = 4
            layout.casesPerPallet = 2
            layout.initialPosition = 0xFFFF_F000
            var world = World(
                layout: layout, faults: WorldFaults(WorldFault.allCases, perMillion: 60_000), seed: seed)
            world.loadFeeder(blank: 150)
            var hands = RandomHands(seed: seed)
            for _ in 0..<600 {
                hands.act(on: &world)
                if let problem = world.misplaced {
                    Issue.record("seed \(seed) at \(world.now): \(problem)")
                    return
                }
                #expect(!hands.passedLimit, "seed \(seed)")
            }
            let tally = world.tally
            #expect(tally.fed + world.cartonsInFeeder == 150)
            #expect(tally.passed + tally.rejected <= tally.fed)
            let list = world.beltList
            let lying = list.cases.map(\.items.count).reduce(0, +) + list.bin.count + list.emptied.count
            let foreign = world.faultCounts[.foreignItem]
            #expect(lying + list.belt.count + list.chute.count == tally.fed + foreign)
            packed += tally.packed
            rejected += tally.rejected
            palletsLeft += tally.palletsLeft
            taken += tally.taken
        }
        #expect(packed > 300 && rejected > 200 && palletsLeft > 5 && taken > 50)
    }

    /// Goal: stepped, the line does what it does by time. Method: equal cartons in equal cases.
    @Test func steppedDriveIsTheSameLine() {
        func packed(_ drive: BeltDrive) -> [CaseID: [CartonID]] {
            var layout = WorldLayout.with(.eject)
            layout.enforcesRunLimit = false
            layout.drive = drive
            var world = World(layout: layout, seed: 3)
            world.loadFeeder(blank: 35)
            var outputs = WorldIOOutputs()
            (outputs.run, outputs.feed) = (true, true)
            while world.tally.packed < 35, world.now < 60 * second {
                outputs.heartbeat &+= 1
                world.write(outputs)
                _ = world.advance(byCounts: 97)
                _ = world.advance(to: world.now + 97_000_000)
            }
            return Dictionary(
                uniqueKeysWithValues: world.beltList.cases.map { ($0.id, $0.items.map(\.carton)) })
        }
        #expect(packed(.steps) == packed(.time))
        #expect(packed(.steps).count == 4)
    }

    /// Goal: the numbers are those of the published algorithm (reference sequence of seed 1234567), and
    /// streams of different subjects differ.
    @Test func splitMix() {
        var random = SeededRandom(seed: 1_234_567)
        let first: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ]
        #expect((0..<3).map { _ in random.next() } == first)
        var draws: Set<UInt64> = []
        for subject in 0..<1000 as Range<UInt64> {
            for purpose in 0..<10 as Range<UInt64> {
                var stream = SeededRandom(seed: 1, purpose: purpose, subject: subject)
                draws.insert(stream.next())
            }
        }
        #expect(draws.count == 10_000)
        #expect((0..<1000).allSatisfy { _ in (0..<7).contains(random.below(7)) } && random.below(0) == 0)
    }

    /// Goal: a misread code is never the code of another carton of a running series.
    @Test func misreadsNeverNameAnother() {
        var layout = WorldLayout.with(.eject)
        layout.enforcesRunLimit = false
        layout.timings.watchdog = .max
        var world = World(layout: layout, faults: WorldFaults([.unitMisread], perMillion: 1_000_000), seed: 1)
        let codes = (0..<300).map {
            PrintedCode(values: ["04012345123456", "271231", "77", "\(100_000 + $0)"])
        }
        let real = Set(codes.map { $0.scan(fields: layout.codeFields) })
        world.loadFeeder(preprinted: codes)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, true)
        outputs.heartbeat &+= 1
        world.write(outputs)
        var scans: [String] = []
        for case .unitRead(_, .code(let scan)) in world.advance(to: 50 * second).map(\.kind) {
            scans.append(scan)
        }
        #expect(scans.count == 300 && scans.allSatisfy { !real.contains($0) })
    }

    /// Goal: layouts that make no sense are named.
    @Test func layoutsAreChecked() {
        #expect(WorldLayout().problem == nil)
        let wrong: [(inout WorldLayout) -> Void] = [
            { $0.gate = 700 }, { $0.pitch = 60 }, { $0.ratePerMinute = 0 }, { $0.coast = -1 },
            { $0.unitsPerCase = 0 }, { $0.codeFields = [] }, { $0.initialPosition = -1 },
        ]
        for change in wrong {
            var layout = WorldLayout()
            change(&layout)
            #expect(layout.problem != nil)
        }
    }
}

/// Commands at random, right and wrong.
private struct RandomHands {
    var random: SeededRandom
    var outputs = WorldIOOutputs()
    var job: UInt64 = 0
    private(set) var passedLimit = false

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        (outputs.run, outputs.feed) = (true, true)
    }

    mutating func act(on world: inout World) {
        let choice = random.below(24)
        switch choice {
        case 0: outputs.run = random.below(4) > 0
        case 1: outputs.feed = random.below(4) > 0
        case 2: outputs.purge = random.below(3) == 0
        case 3...5: command(world)
        case 6: world.setGateFault(random.below(8) == 0)
        case 7, 8: print(.caseLabel, on: &world)
        case 9: print(.palletLabel, on: &world)
        case 10: _ = random.below(3) == 0 ? world.closeOpenCase() : nil
        case 11: _ = random.below(3) == 0 ? world.closePallet() : nil
        case 12: _ = world.takeAway(PalletID(random.below(6)))
        case 13: _ = world.takeOut(CartonID(random.below(world.cartons.count + 2)))
        case 14: _ = world.removeRefusedItem()
        case 15: _ = world.representOpenCase()
        case 16: _ = world.presentToScanner(CaseID(random.below(8)))
        case 17: _ = world.placeNextLabel(over: .inCase(CaseID(random.below(8))))
        case 18: _ = world.placeNextLabel(over: .pallet(PalletID(random.below(4))))
        case 19: world.emptyBin()
        case 20: _ = world.scanByHand(CartonID(random.below(world.cartons.count + 2)))
        case 21: _ = world.clearBelt(from: 800, to: random.below(10) == 0 ? 1600 : 850)
        case 22: _ = world.sendToCoder(index: job, values: TestController.values(job))
        default: world.powerCycleCoder()
        }
        move(&world)
    }

    private mutating func command(_ world: World) {
        outputs.commandSequence = world.io.commandSequence &+ UInt16(random.below(2))
        outputs.commandKind = UInt16(random.below(4))
        outputs.commandPosition = world.io.position &+ UInt32(random.below(900))
        outputs.setVerdict(.pass, track: world.io.partPresentCount)
        outputs.purgeUntil = world.io.position &+ UInt32(random.below(900))
    }

    private mutating func print(_ target: LabelTarget, on world: inout World) {
        job += 1
        world.printLabel(job: job, sscc: "34012345\(1_000_000_000 + job)", count: 4, on: target)
    }

    /// Mostly speaks, then lets the belt run for up to 250 ms.
    private mutating func move(_ world: inout World) {
        let position = world.position
        if random.below(5) > 0 {
            outputs.runLimit = world.io.position &+ UInt32(random.below(500))
            outputs.heartbeat &+= 1
            world.write(outputs)
        }
        let ahead = world.outputs.runLimit.travel(from: UInt32(truncatingIfNeeded: position))
        _ = world.advance(byCounts: Int64(random.below(300)))
        _ = world.advance(to: world.now + UInt64(random.below(250_000_000)))
        let limit = world.layout.enforcesRunLimit ? max(0, ahead) : 250 + 300
        passedLimit = passedLimit || world.position - position > limit
    }
}
