import Simulator
import Testing

@Suite struct WorldPackingTests {
    /// A line whose gate lets everything pass, run with a fed watchdog; returns what happened.
    private func run(_ world: inout World, seconds: UInt64, feed: Bool = true) -> [WorldEvent.Kind] {
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, feed)
        var kinds: [WorldEvent.Kind] = []
        let end = world.now + seconds * second
        while world.now < end {
            outputs.heartbeat &+= 1
            world.write(outputs)
            kinds += world.advance(to: world.now + 100_000_000).map(\.kind)
        }
        return kinds
    }

    private func line(_ change: (inout WorldLayout, inout WorldFaults) -> Void = { _, _ in }) -> World {
        var layout = WorldLayout.with(.eject)
        layout.enforcesRunLimit = false
        layout.unitsPerCase = 3
        layout.casesPerPallet = 2
        var faults = WorldFaults()
        change(&layout, &faults)
        return World(layout: layout, faults: faults, seed: 7)
    }

    private func sendRecords(_ world: inout World, _ count: UInt64) {
        for index in 1...count {
            #expect(world.sendToCoder(index: index, values: TestController.values(index)) == true)
        }
    }

    /// Goal: the way of a carton to a pallet that leaves, with what the devices say on it.
    @Test func aPalletFromCartons() {
        var world = line()
        sendRecords(&world, 7)
        world.loadFeeder(blank: 7)
        var kinds = run(&world, seconds: 10)
        #expect(world.casesWaitingForLabel == [CaseID(1), CaseID(2)])
        #expect(world.cartonsInOpenCase == [CartonID(7)])
        world.printLabel(job: 1, sscc: "340123450000000011", count: 3, on: .caseLabel)
        world.printLabel(job: 2, sscc: "340123450000000028", count: 3, on: .caseLabel)
        kinds = run(&world, seconds: 4)
        let scans = kinds.compactMap { kind -> String? in
            if case .scannerRead(let id, _, .code(let scan)) = kind { "\(id) \(scan)" } else { nil }
        }
        #expect(scans == ["case 1 ]C100340123450000000011", "case 2 ]C100340123450000000028"])
        #expect(world.palletsWaiting == [PalletID(1)] && world.scanPalletLabel() == nil)
        world.printLabel(job: 3, sscc: "340123450000000035", count: 2, on: .palletLabel)
        _ = run(&world, seconds: 2)
        #expect(world.scanPalletLabel() == PalletID(1))
        kinds = run(&world, seconds: 1)
        let target = HandheldTarget.label(.pallet(PalletID(1)))
        #expect(kinds.contains(.handheldRead(target, .code("]C100340123450000000035"))))
        #expect(world.takeAway(PalletID(1)) && !world.takeAway(PalletID(1)))
        let list = world.beltList
        #expect(
            list.cases.map { $0.items.compactMap(\.serial) } == [
                ["S100001", "S100002", "S100003"], ["S100004", "S100005", "S100006"], ["S100007"],
            ])
        #expect(list.cases.map { $0.label?.sscc.suffix(2) } == ["11", "28", nil])
        #expect(list.pallets.map(\.cases) == [[CaseID(1), CaseID(2)]] && list.pallets[0].hasLeft)
        #expect(world.takeOut(CartonID(1)) == false, "it left with the pallet")
        #expect(world.misplaced == nil)
    }

    /// Goal: both cameras send the scan of the printed code; a blank carton gives a no-read.
    @Test func camerasReadWhatIsPrinted() {
        var world = line()
        sendRecords(&world, 1)
        world.loadFeeder(blank: 2)
        let kinds = run(&world, seconds: 5)
        let scan = "]d2010401234512345617271231" + "10LOT7A\u{1D}21S100001"
        #expect(kinds.contains(.printed(CartonID(1), index: 1)) && kinds.contains(.leftBlank(CartonID(2))))
        #expect(kinds.contains(.unitRead(CartonID(1), .code(scan))))
        #expect(kinds.contains(.caseRead(CartonID(1), .code(scan), byHand: false)))
        #expect(kinds.contains(.unitRead(CartonID(2), .noRead)))
        #expect(world.coder.lastPrinted == 1 && world.coder.nextIndex == nil)
    }

    /// Goal: preprinted cartons come with their codes, and the coder leaves them alone.
    @Test func preprintedCartonsKeepTheirCodes() {
        var world = line()
        let codes = (1...4).map { PrintedCode(values: TestController.values($0)) }
        world.loadFeeder(preprinted: codes)
        sendRecords(&world, 2)
        _ = run(&world, seconds: 6)
        #expect(world.cartons.map(\.print) == codes && world.coder.count == 2)
        #expect(world.cartonsInFeeder == 0)
    }

    /// Goal: an early label waits for its case; a second label for one case is held and goes on the next.
    @Test func labelsFindTheirCases() {
        var world = line()
        world.printLabel(job: 9, sscc: "340123450000000011", count: 3, on: .caseLabel)
        #expect(run(&world, seconds: 1).contains(.labelHeld(job: 9, .caseLabel)))
        #expect(world.beltList.heldLabels.count == 1)
        world.loadFeeder(blank: 3)
        let kinds = run(&world, seconds: 6)
        #expect(kinds.contains(.labelApplied(job: 9, .inCase(CaseID(1)))))
        #expect(world.beltList.heldLabels.isEmpty && world.casesWaitingForLabel.isEmpty)
    }

    /// Goal: a label nobody can read is covered by a reprint, and the scanner then reads the new one.
    @Test func aReprintCoversABadLabel() {
        var world = line { _, faults in
            faults.force(.badCaseLabel, on: 1)
            faults.force(.labelMissing, on: 3)
        }
        world.loadFeeder(blank: 6)
        _ = run(&world, seconds: 7)
        world.printLabel(job: 1, sscc: "340123450000000011", count: 3, on: .caseLabel)
        var kinds = run(&world, seconds: 3)
        #expect(kinds.contains(.scannerRead(CaseID(1), side: 0, .noRead)))
        #expect(kinds.contains(.stacked(CaseID(1), PalletID(1))))
        #expect(world.placeNextLabel(over: .inCase(CaseID(1))) == true)
        world.printLabel(job: 2, sscc: "340123450000000028", count: 3, on: .caseLabel)
        kinds = run(&world, seconds: 3)
        #expect(kinds.contains(.scannerRead(CaseID(1), side: 0, .code("]C100340123450000000028"))))
        #expect(world.casesWaitingForLabel == [CaseID(2)], "the reprint did not go to the next case")
        #expect(world.beltList.cases[0].covered.map(\.sscc) == ["340123450000000011"])
        world.printLabel(job: 3, sscc: "340123450000000035", count: 3, on: .caseLabel)
        kinds = run(&world, seconds: 3)
        #expect(kinds.contains(.labelMissing(job: 3, .caseLabel)))
        #expect(world.casesWaitingForLabel == [CaseID(2)])
    }

    /// Goal: a case with two labels goes on once it has both; where one is missing, the next one's label
    /// takes its place, as it would, and a person puts both on anew.
    @Test func aCaseWaitsForBothLabels() {
        var world = line { layout, faults in
            layout.labelsByTier = [2, 1]
            faults.force(.labelMissing, on: 2)
        }
        let (first, second) = ("340123450000000011", "340123450000000028")
        world.loadFeeder(blank: 6)
        _ = run(&world, seconds: 7)
        for job in UInt64(1)...2 { world.printLabel(job: job, sscc: first, count: 3, on: .caseLabel) }
        var kinds = run(&world, seconds: 3)
        #expect(kinds.contains(.labelApplied(job: 1, .inCase(CaseID(1)))))
        #expect(world.casesWaitingForLabel == [CaseID(1), CaseID(2)], "one label is not both")
        world.printLabel(job: 3, sscc: second, count: 3, on: .caseLabel)
        kinds = run(&world, seconds: 3)
        let wanted = [(0, first), (1, second)].map { side, sscc in
            WorldEvent.Kind.scannerRead(CaseID(1), side: side, .code("]C100" + sscc))
        }
        #expect(kinds.filter { if case .scannerRead = $0 { true } else { false } } == wanted)
        #expect(world.placeNextLabel(over: .inCase(CaseID(1))) == true)
        for job in UInt64(4)...5 { world.printLabel(job: job, sscc: first, count: 3, on: .caseLabel) }
        _ = run(&world, seconds: 3)
        #expect(world.beltList.cases[0].sides.map { $0?.sscc } == [first, first])
        #expect(world.beltList.cases[0].covered.map(\.sscc) == [first, second])
        #expect(world.presentToScanner(CaseID(1), allSides: false) == true)
        kinds = run(&world, seconds: 1)
        #expect(kinds.filter { if case .scannerRead = $0 { true } else { false } }.count == 1)
        #expect(world.scanByHand(ContainerID.inCase(CaseID(1))) == true)
        kinds = run(&world, seconds: 4)
        #expect(kinds.filter { if case .handheldRead(.side, .code) = $0 { true } else { false } }.count == 2)
    }

    /// Goal: partial case and pallet by hand; nothing to close is nothing done.
    @Test func partialsAreClosedByHand() {
        var world = line()
        #expect(world.closeOpenCase() == nil && world.closePallet() == nil)
        world.loadFeeder(blank: 1)
        _ = run(&world, seconds: 5)
        #expect(world.closeOpenCase() == CaseID(1))
        world.printLabel(job: 1, sscc: "340123450000000011", count: 1, on: .caseLabel)
        _ = run(&world, seconds: 2)
        #expect(world.closePallet() == PalletID(1))
        #expect(world.beltList.pallets[0].cases == [CaseID(1)])
    }

    /// Goal: what was read but not noted can be read again: open case first, then what is on the way to it.
    @Test func theOpenCaseIsPresentedAgain() {
        var world = line { layout, _ in layout.unitsPerCase = 10 }
        sendRecords(&world, 8)
        world.loadFeeder(blank: 8)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, true)
        while world.cartonsInOpenCase.count < 3 {
            outputs.heartbeat &+= 1
            world.write(outputs)
            _ = world.advance(to: world.now + 10_000_000)
        }
        _ = world.advance(to: world.now + second)
        let presented = world.representOpenCase()
        #expect(presented == world.cartonsInOpenCase + world.cartonsBeforePacker)
        #expect(world.cartonsBeforePacker.count >= 3)
        let read = world.advance(to: world.now + 3 * second).compactMap { event -> CartonID? in
            if case .caseRead(let id, .code, byHand: true) = event.kind { id } else { nil }
        }
        #expect(read == presented)
    }

    /// Goal: a foreign item lies where it was put until the operator throws it into the bin.
    @Test func aForeignItemIsTakenOut() throws {
        var world = line { _, faults in
            faults.force(.foreignItem, on: 2)
            faults.force(.rejectedItemBack, on: 3)
        }
        sendRecords(&world, 5)
        world.loadFeeder(blank: 5)
        var outputs = WorldIOOutputs()
        (outputs.run, outputs.feed) = (true, true)
        var foreign: CartonID?
        var scan = ""
        for _ in 0..<1000 where scan.isEmpty {
            outputs.heartbeat &+= 1
            world.write(outputs)
            for event in world.advance(to: world.now + 10_000_000) {
                if case .fault(.foreignItem, let number) = event.kind { foreign = CartonID(number) }
                if case .caseRead(let id, .code(let text), _) = event.kind, id == foreign { scan = text }
            }
        }
        let id = try #require(foreign)
        #expect(world.carton(id)?.origin == .foreign && id == CartonID(6))
        #expect(
            !scan.isEmpty
                && world.cartons.prefix(5).allSatisfy { carton in
                    carton.print?.scan(fields: world.layout.codeFields) != scan
                })
        #expect(world.removeRefusedItem() == id)
        #expect(world.removeRefusedItem() == nil)
        #expect(world.beltList.bin.map(\.carton) == [id])
        _ = run(&world, seconds: 3)
        #expect(world.faultCounts[.rejectedItemBack] == 1, "the only carton in the bin came back")
        world.emptyBin()
        #expect(world.beltList.bin.isEmpty && world.misplaced == nil)
    }

    /// Goal: a rejected carton is confirmed shortly after the gate, unless the sensor misses it; it lies in
    /// the bin either way, and a full bin is told.
    @Test func rejectedCartonsLieInTheBin() {
        var world = line { layout, faults in
            layout.gateMode = .pass
            layout.binCapacity = 4
            faults.force(.confirmMissing, on: 2)
        }
        world.loadFeeder(blank: 4)
        let kinds = run(&world, seconds: 4)
        #expect(world.io.rejectCount == 3 && world.tally.rejected == 4 && world.io.passCount == 0)
        #expect(world.io.binFull && kinds.contains(.binFull))
        #expect(world.io.rejectPosition == UInt32(1600 + 3 * 150 + 60))
        #expect(world.beltList.bin.map(\.carton.number) == [1, 2, 3, 4])
        world.emptyBin()
        #expect(!world.io.binFull && world.beltList.emptied.count == 4)
    }

    /// Goal: each fault of coder and camera does what its name says, and where it was asked for.
    @Test func faultsDoWhatTheySay() {
        var world = line { _, faults in
            let wanted: [WorldFault] = [
                .wrongLot, .coderRepeat, .coderSkip, .unitMisread, .unitNoRead, .unitSilent, .unitLate,
                .unitDouble, .unreadablePrint, .slip,
            ]
            for (index, fault) in wanted.enumerated() { faults.force(fault, on: index + 1) }
        }
        sendRecords(&world, 12)
        world.loadFeeder(blank: 10)
        let kinds = run(&world, seconds: 6)
        let serials = world.cartons.map { $0.print?.value(of: "21", in: world.layout.codeFields) ?? "" }
        #expect(serials.prefix(4) == ["S100001", "S100001", "S100003", "S100004"])
        #expect(world.cartons[0].print?.values[2] == "LOT7B")
        var reads = [[WorldRead]](repeating: [], count: 10)
        for case .unitRead(let id, let result) in kinds { reads[id.number - 1].append(result) }
        #expect(reads.map(\.count) == [1, 1, 1, 1, 1, 0, 1, 2, 1, 1])
        #expect(reads[4] == [.noRead] && reads[8] == [.noRead] && reads[7][0] == reads[7][1])
        let truth = WorldRead.code(world.cartons[3].print?.scan(fields: world.layout.codeFields) ?? "")
        #expect(reads[3][0] != truth && reads[3][0] != .noRead)
        #expect(world.cartons[9].anchor > 9 * 150 && world.cartons[8].anchor == 8 * 150)
        #expect(world.faultCounts.total == 10)
    }

    /// Goal: the coder refuses what does not fit, forgets when cleared, and keeps its last number.
    @Test func coderMemoryIsBounded() {
        var coder = SimulatedCoder(capacityBytes: 100, capacityRecords: 3)
        #expect(coder.send(index: 5, values: ["abc"]) && coder.free == 80)
        #expect(coder.send(index: 6, values: [String(repeating: "x", count: 64)]) == false)
        #expect(coder.send(index: 6, values: []) && coder.send(index: 7, values: []))
        #expect(!coder.send(index: 8, values: []) && coder.free == 0 && coder.nextIndex == 5)
        coder.clear()
        #expect(coder.count == 0 && coder.free == 100 && coder.nextIndex == nil)
        var world = line { layout, _ in layout.coderMemorySurvives = false }
        sendRecords(&world, 3)
        world.loadFeeder(blank: 1)
        _ = run(&world, seconds: 1)
        world.clearCoder()
        #expect(world.coder.lastPrinted == 1 && world.coder.count == 0)
        world.powerCycleCoder()
        #expect(world.coder.lastPrinted == nil)
    }

    /// Goal: what is due at the same time happens in the order asked for. Method: no delays, eight items.
    @Test func atOneTimeFirstComesFirst() {
        var world = line { layout, _ in
            layout.unitsPerCase = 20
            layout.timings.setAllDelays(to: 0)
        }
        sendRecords(&world, 8)
        world.loadFeeder(blank: 8)
        _ = run(&world, seconds: 6)
        let presented = world.representOpenCase()
        let read = world.advance(to: world.now).compactMap { event -> CartonID? in
            if case .caseRead(let id, _, byHand: true) = event.kind { id } else { nil }
        }
        #expect(presented.count == 8 && read == presented)
    }
}
