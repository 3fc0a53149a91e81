import Testing

@testable import Simulator

/// What the operator does about each stop and at the end, in worlds brought there by running them.
@Suite("Operator")
struct OperatorModelTests {
    /// A line in gate mode `eject` that lets everything pass, and an operator before it.
    private struct Bench {
        var world: World
        var model = OperatorModel()
        var status = OperatorStatus(
            batch: .running(ending: false), cases: .init(name: "case"), pallets: .init(name: "pallet"))
        /// Serials the line calls good, each with the container that holds it.
        var good: [String: String?] = [:]
        /// Containers, each with the one that holds it.
        var containers: [String: String?] = [:]

        init(units: Int, faults: WorldFaults = WorldFaults()) {
            var layout = WorldLayout()
            layout.unitsPerCase = 4
            layout.casesPerPallet = 2
            world = World(layout: layout, faults: faults, seed: 5)
            world.loadFeeder(
                preprinted: (1...units).map {
                    PrintedCode(values: ["04012345123456", "271231", "L1", "S\($0)"])
                })
            for number in 1...units { good["S\(number)"] = .some(nil) }
        }

        /// Runs the belt until something is true, at most a minute.
        mutating func run(until isThere: (World) -> Bool) {
            var outputs = WorldIOOutputs()
            outputs.run = true
            outputs.feed = true
            let end = world.now + 60 * second
            while !isThere(world), world.now < end {
                outputs.runLimit = world.io.position &+ 1_000_000
                outputs.heartbeat &+= 1
                world.write(outputs)
                _ = world.advance(to: world.now + 10_000_000)
            }
            world.write(WorldIOOutputs())
            pause(200_000_000)
        }

        mutating func pause(_ time: UInt64) { _ = world.advance(to: world.now + time) }

        /// Looks ten times a second until the operator acts, at most for `seconds`.
        mutating func next(within seconds: UInt64 = 10) -> [OperatorAct] {
            for _ in 0..<(10 * seconds) {
                let (good, containers) = (good, containers)
                let acts = model.step(world, status, at: world.now) { code in
                    if let serial = code.split(separator: "\u{1D}").last?.dropFirst(2),
                        let parent = good[String(serial)]
                    {
                        return OperatorItem(isGood: true, parent: parent)
                    }
                    return containers[code].map { OperatorItem(isGood: true, parent: $0) }
                }
                for act in acts { act.perform(in: &world) }
                pause(100_000_000)
                if !acts.isEmpty { return acts }
            }
            return []
        }
    }

    @Test("without a batch nothing is done; a stop without hands is resumed after a moment, and again")
    func resumes() {
        var bench = Bench(units: 1)
        bench.status.batch = .none
        #expect(bench.next(within: 3).isEmpty)
        for code in ["LINE-100", "LINE-110", "LINE-120", "LINE-121", "LINE-150", "LINE-151", "LINE-999"] {
            bench.status.batch = .held(code, ending: false)
            let before = bench.world.now
            #expect(bench.next() == [.resume], "\(code)")
            #expect(bench.world.now - before >= bench.model.pace.reaction)
            #expect(bench.next() == [.resume], "\(code) a second time")
        }
        #expect(bench.model.stops.count == 7)
    }

    @Test("an item the line does not call good is taken off before the line goes on")
    func refusedItem() {
        var faults = WorldFaults()
        faults.force(.foreignItem, on: 3)
        var bench = Bench(units: 6, faults: faults)
        bench.run { $0.cartonsBeforePacker.contains { $0 == CartonID(7) } || $0.tally.packed == 6 }
        let foreign = bench.world.cartons.first { $0.origin == .foreign }?.id
        let lying = bench.world.cartonsInOpenCase.count + bench.world.cartonsBeforePacker.count
        bench.status.cases.open = lying - 1
        bench.status.batch = .held("LINE-130", ending: false)
        #expect(bench.next() == foreign.map { [.takeOut($0)] })
        #expect(bench.next() == [.resume])
        #expect(bench.world.beltList.bin.map(\.carton) == [foreign])
    }

    @Test("a good item that was not read is shown again, the last one first, and stays")
    func unreadItem() throws {
        var bench = Bench(units: 3)
        bench.run { $0.cartonsBeforePacker.count + $0.cartonsInOpenCase.count == 3 }
        bench.status.cases.open = 2
        bench.status.batch = .held("LINE-131", ending: false)
        let last = try #require(bench.world.cartonsBeforePacker.last)
        #expect(bench.next() == [.present(last)])
        bench.status.cases.open = 3
        #expect(bench.next() == [.resume])
        #expect(bench.world.beltList.bin.isEmpty)
    }

    @Test("of two cartons with one code in the open case the later goes into the bin")
    func copy() {
        var faults = WorldFaults()
        faults.force(.coderRepeat, on: 2)
        var bench = Bench(units: 3, faults: faults)
        bench.run { $0.cartonsBeforePacker.count + $0.cartonsInOpenCase.count == 3 }
        bench.status.cases.open = 2
        bench.status.batch = .held("LINE-130", ending: false)
        #expect(bench.next() == [.takeOut(CartonID(2))])
        #expect(bench.next() == [.resume])
    }

    @Test("a copy of a carton in a closed case goes into the bin, the carton itself stays")
    func copyOfClosed() {
        var faults = WorldFaults()
        faults.force(.coderRepeat, on: 5)
        var bench = Bench(units: 5, faults: faults)
        bench.run { $0.tally.casesShut == 1 && $0.cartonsBeforePacker == [CartonID(5)] }
        bench.world.printLabel(job: 1, sscc: "340123450000000018", count: 4, on: .caseLabel)
        bench.pause(second)
        for number in 1...4 { bench.good["S\(number)"] = "340123450000000018" }
        bench.status.batch = .held("LINE-130", ending: false)
        #expect(bench.next() == [.takeOut(CartonID(5))])
        #expect(bench.next() == [.resume])
        #expect(bench.world.beltList.cases.first?.items.count == 4)
    }

    @Test(
        "after a restart doubtful units go, the open case is read from empty, cases are stacked again"
    )
    func restart() {
        var bench = Bench(units: 9)
        bench.run { $0.tally.packed == 5 }
        bench.pause(3 * second)
        for serial in ["S1", "S2", "S3", "S4"] { bench.good[serial] = "340123450000000018" }
        bench.containers["340123450000000018"] = .some(nil)
        bench.world.printLabel(job: 1, sscc: "340123450000000018", count: 4, on: .caseLabel)
        bench.pause(3 * second)
        let behindGate = bench.world.cartonsOnBelt.filter { $0.distance >= 1_600 }.map(\.carton)
        bench.good["S\(behindGate.last?.number ?? 0)"] = nil
        bench.status.batch = .held("LINE-101", ending: false)
        #expect(bench.next() == [.takeOut(behindGate.last ?? CartonID(0))])
        let toRead = bench.world.cartonsInOpenCase + bench.world.cartonsBeforePacker
        for (count, id) in toRead.enumerated() {
            #expect(bench.next() == [.present(id)])
            bench.status.cases.open = count + 1
        }
        #expect(bench.next() == [.presentCase(CaseID(1), allSides: false)])
        bench.status.pallets.open = 1
        #expect(bench.next() == [.resume])
        #expect(toRead.count >= 2)
    }

    @Test("what never shows on the screen is shown three times and no more")
    func givesUp() {
        var bench = Bench(units: 2)
        bench.run { $0.cartonsBeforePacker.count + $0.cartonsInOpenCase.count == 2 }
        bench.status.batch = .held("LINE-131", ending: false)
        var times: [CartonID: Int] = [:]
        while case .present(let id)? = bench.next().first { times[id, default: 0] += 1 }
        #expect(times.values.max() == 3)
        #expect(bench.model.stops == ["LINE-131"])
    }

    @Test("a label that did not come is printed again after a while, and put on its case by hand")
    func missingLabel() {
        var bench = Bench(units: 4)
        bench.run { $0.tally.casesShut == 1 }
        for number in 1...4 { bench.good["S\(number)"] = "340123450000000018" }
        bench.status.cases.transit = ["340123450000000018"]
        bench.status.batch = .running(ending: true)
        let before = bench.world.now
        let acts = bench.next()
        #expect(bench.world.now - before >= bench.model.pace.patience)
        #expect(
            acts == [
                .placeLabel(.inCase(CaseID(1))),
                .reprint(sscc: "340123450000000018", reason: "no readable label on the container"),
            ])
        bench.world.printLabel(job: 1, sscc: "340123450000000018", count: 4, on: .caseLabel)
        bench.pause(second)
        #expect(bench.next() == [.presentCase(CaseID(1), allSides: true)])
        bench.status.cases.transit = []
        #expect(bench.next(within: 8).isEmpty)
    }

    @Test("the wrong label is replaced at once when it stops the line")
    func wrongLabel() {
        var bench = Bench(units: 4)
        bench.run { $0.tally.casesShut == 1 }
        for number in 1...4 { bench.good["S\(number)"] = "340123450000000018" }
        bench.world.printLabel(job: 1, sscc: "340123450000000025", count: 4, on: .caseLabel)
        bench.pause(second)
        bench.status.cases.transit = ["340123450000000018"]
        bench.status.batch = .held("LINE-132", ending: false)
        #expect(bench.next().first == .placeLabel(.inCase(CaseID(1))))
        bench.world.printLabel(job: 2, sscc: "340123450000000018", count: 4, on: .caseLabel)
        bench.pause(second)
        bench.status.cases.transit = []
        #expect(bench.next() == [.resume])
        #expect(bench.world.beltList.cases.first?.label?.sscc == "340123450000000018")
    }

    @Test("the end: partials level by level, labels read, pallets taken away, doubts scrapped, closed")
    func finish() {
        var bench = Bench(units: 2)
        bench.run { $0.tally.packed == 2 }
        #expect(bench.next() == [.complete])
        bench.status.batch = .completed(remainder: 7)
        bench.status.cases.open = 2
        #expect(bench.next() == [.partial(station: "case")])
        bench.status.cases.open = 0
        bench.status.cases.transit = ["340123450000000018"]
        for number in 1...2 { bench.good["S\(number)"] = "340123450000000018" }
        #expect(bench.next() == [.shutCase(tier: 0)])
        bench.world.printLabel(job: 1, sscc: "340123450000000018", count: 2, on: .caseLabel)
        bench.pause(3 * second)
        bench.status.cases.transit = []
        bench.status.pallets.open = 1
        #expect(bench.next() == [.partial(station: "pallet")])
        bench.status.pallets.open = 0
        bench.status.pallets.transit = ["340123450000000100"]
        bench.containers["340123450000000018"] = "340123450000000100"
        #expect(bench.next() == [.endPallet])
        bench.world.printLabel(job: 2, sscc: "340123450000000100", count: 1, on: .palletLabel)
        #expect(bench.next() == [.scanPallet(PalletID(1))])
        bench.status.pallets.transit = []
        #expect(bench.next(within: 3).isEmpty, "the answer about it is not that it is closed")
        bench.containers["340123450000000100"] = .some(nil)
        #expect(bench.next() == [.takeAway(PalletID(1))])
        #expect(bench.next() == [.scrap(reason: "lay in the bin or was never printed")])
        bench.status.batch = .completed(remainder: 0)
        #expect(bench.next() == [.close])
        bench.status.batch = .none
        #expect(bench.next(within: 3).isEmpty)
    }

    @Test("a full bin is emptied, and the same views give the same acts")
    func bin() {
        var bench = Bench(units: 1)
        bench.run { $0.tally.packed == 1 }
        _ = bench.world.takeOut(CartonID(1))
        bench.status.batch = .held("LINE-129", ending: false)
        var twin = bench
        #expect(bench.next() == [.emptyBin])
        #expect(bench.next() == [.resume])
        #expect([twin.next(), twin.next()] == [[.emptyBin], [.resume]])
    }
}
