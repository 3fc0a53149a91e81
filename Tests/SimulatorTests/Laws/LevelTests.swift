import Testing

@testable import LineCore

/// Goal: whichever of the levels a product has, units go into the lowest, each level into the next, and
/// nothing else. Method: one line with a station of every level and products with every choice of levels;
/// each label is read as it comes; the content is compared with what was read.
@Suite struct LevelTests {
    /// Every reader reads for every station: what an item is for, the product's levels say.
    private static func configuration() -> LineConfiguration {
        var configuration = LineRig.configuration()
        let readers = PackLevel.allCases.map { "\($0)-scanner" }
        configuration.packing = PackLevel.allCases.map { level in
            PackStation(
                name: level.plural, level: level, itemReaders: ["case-camera"] + readers.prefix(level.index),
                printer: "\(level)-printer", labelReaders: [readers[level.index], "handheld"], transit: 2)
        }
        configuration.numbers.ssccBlock = 60
        return configuration
    }

    /// A running line whose product has these levels, two items in each, with good units.
    private static func rig(_ levels: [PackLevel], good: Int) -> LineRig {
        var rig = LineRig(configuration())
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        var order = LineRig.order
        order.packing = PackPlan()
        for level in levels { order.packing[level] = 2 }
        rig.ask(.openBatch(order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        for number in 1...good { rig.good(number) }
        rig.move(millimetres: 700)
        rig.wait(milliseconds: 1_500)
        return rig
    }

    /// Packs units, and reads each label where its level is read.
    private static func pack(_ numbers: ClosedRange<Int>, _ rig: inout LineRig) {
        var read = rig.labels.count
        for number in numbers {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(number))))
            while read < rig.labels.count {
                let label = rig.labels[read]
                read += 1
                rig.give(.read(device: "\(label.level)-scanner", LineRig.label(label.sscc)))
            }
        }
    }

    /// All choices of levels.
    private static let choices: [[PackLevel]] = (0..<16).map { mask in
        PackLevel.allCases.filter { mask & (1 << $0.index) != 0 }
    }

    @Test(arguments: choices) func everyLevelHoldsTheOneBelow(_ levels: [PackLevel]) throws {
        var rig = Self.rig(levels, good: 16)
        Self.pack(1...16, &rig)
        #expect(rig.stop == nil, "\(rig.why)")
        let state = rig.line.state
        for (place, level) in levels.enumerated() {
            let made = state.containers.filter { $0.level == level }
            #expect(made.count == 16 >> (place + 1), "\(level)")
            #expect(made.allSatisfy { $0.closed && $0.count == 2 })
            let isTop = place == levels.count - 1
            #expect(made.allSatisfy { ($0.parent == 0) == isTop })
            #expect(state.batches[0].packed[level.index] == 2 * made.count)
            // What is on the label is what is inside.
            #expect(rig.labels.filter { $0.level == level }.allSatisfy { $0.count == 2 })
        }
        #expect(state.containers.count == levels.indices.map { 16 >> ($0 + 1) }.reduce(0, +))
        #expect(try ReworkTests.isFold(rig))
        for balance in rig.line.balance { #expect(balance.parts.map(\.count).reduce(0, +) == balance.total) }
        let bytes = state.encoded()
        #expect(try LineState.decode(bytes, 0..<bytes.count) == state)
    }

    private static let all = PackLevel.allCases

    @Test func shippingAPalletShipsAllThatIsInIt() throws {
        var rig = Self.rig(Self.all, good: 16)
        Self.pack(1...16, &rig)
        let pallet = try #require(rig.line.state.containers.last)
        #expect(pallet.level == .pallet)
        #expect(rig.refusal(.ship(sscc: pallet.sscc, reference: "")) == nil)
        let unit = ItemName(LineRig.serial(1))
        #expect(rig.refusal(.remove(item: unit, reason: "r", dissolves: false)) == "REWORK-112")
        for container in rig.line.state.containers where container.level != .pallet {
            let remove = LineCommand.Verb.remove(item: ItemName(container.sscc), reason: "r", dissolves: true)
            #expect(rig.refusal(remove) == "REWORK-112", "\(container.level)")
        }
    }

    /// Law 5: a count on a label is the real count, whatever it was printed on. Each label says the units
    /// inside; one taken out makes those of all containers around it wrong.
    @Test func everyLabelAroundSaysTheUnitsInside() throws {
        var rig = Self.rig(Self.all, good: 16)
        Self.pack(1...16, &rig)
        for label in rig.labels { #expect(label.units == 2 << label.level.index, "\(label.level)") }
        let remove = LineCommand.Verb.remove(item: ItemName(LineRig.serial(1)), reason: "r", dissolves: false)
        guard case .done(let text) = rig.ask(remove) else {
            Issue.record("a unit could not be taken out")
            return
        }
        let around = rig.line.state.containers.filter { !$0.closed }
        #expect(around.map(\.level) == Self.all)
        for container in around { #expect(text.contains(container.sscc), "\(text)") }
        let pallet = try #require(around.last)
        #expect(rig.refusal(.ship(sscc: pallet.sscc, reference: "")) == "REWORK-114")
        for container in around {
            let print = LineCommand.Verb.reprint(sscc: container.sscc, reason: "count", old: .destroyed)
            #expect(rig.refusal(print) == nil)
            let label = try #require(rig.labels.last)
            #expect(label.units == (2 << label.level.index) - 1 && label.copy == 2)
        }
        // Each is proved by an item of it and its label.
        var item = LineRig.code(serial: LineRig.serial(2))
        for container in around {
            rig.now += 1_000_000_000
            rig.give(.read(device: "handheld", item))
            rig.give(.read(device: "handheld", LineRig.label(container.sscc)))
            item = LineRig.label(container.sscc)
        }
        #expect(rig.line.state.containers.allSatisfy { $0.closed })
        #expect(rig.refusal(.ship(sscc: pallet.sscc, reference: "")) == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    /// An item goes into the level above it, and into no other.
    @Test func nothingSkipsALevel() throws {
        var rig = Self.rig(Self.all, good: 18)
        Self.pack(1...16, &rig)
        let unit = ItemName(LineRig.serial(17))
        for level in Self.all {
            let holder = try #require(rig.line.state.containers.first { $0.level == level })
            let text = "\(level)"
            let refusal = rig.refusal(.add(item: unit, to: holder.sscc, reason: "r"))
            #expect(refusal == (level == .bundle ? "REWORK-108" : "REWORK-104"), "\(text)")
        }
        // A bundle out of its case, and back into it.
        let bundle = try #require(rig.line.state.containers.first)
        let holder = rig.line.state.containers[Int(bundle.parent) - 1]
        #expect(bundle.level == .bundle && holder.level == .case)
        let remove = LineCommand.Verb.remove(item: ItemName(bundle.sscc), reason: "r", dissolves: false)
        #expect(rig.refusal(remove) == nil)
        let pallet = try #require(rig.line.state.containers.last)
        let wrong = LineCommand.Verb.add(item: ItemName(bundle.sscc), to: pallet.sscc, reason: "r")
        #expect(rig.refusal(wrong) == "REWORK-104")
        let right = LineCommand.Verb.add(item: ItemName(bundle.sscc), to: holder.sscc, reason: "r")
        #expect(rig.refusal(right) == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    /// One that is full and waits, for its number or for those before it, holds no more than the order says:
    /// a container whose label is read meanwhile is closed and goes into the next one when it is read again.
    @Test func whatWaitsHoldsNoMoreThanTheOrderSays() throws {
        var rig = Self.rig([.case, .pallet], good: 14)
        var cases: [String] = []
        var palletsRead = 0
        func pack(_ numbers: ClosedRange<Int>) {
            let read = rig.labels.count
            for number in numbers {
                rig.move(millimetres: 60)
                rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(number))))
            }
            for label in rig.labels.dropFirst(read) where label.level == .case {
                cases.append(label.sscc)
                rig.wait(milliseconds: 300)
                rig.give(.read(device: "case-scanner", LineRig.label(label.sscc)))
            }
        }
        for first in stride(from: 1, to: 12, by: 2) { pack(first...(first + 1)) }
        #expect(rig.stop == .transitFull, "\(rig.why)")
        pack(13...14)
        #expect(rig.stop == .packRefused && rig.why.contains("full"), "\(rig.why)")
        #expect(rig.line.state.containers.first { $0.sscc == cases[6] }?.closed == true)
        for (place, label) in rig.labels.filter({ $0.level == .pallet }).enumerated() {
            let item = LineRig.label(cases[2 * place])
            for read in [item, LineRig.label(label.sscc)] {
                rig.wait(milliseconds: 300)
                rig.give(.read(device: "handheld", read))
            }
            palletsRead += 1
        }
        #expect(palletsRead == 2 && rig.line.state.closedContainers[PackLevel.pallet.index] == 2)
        let pallets = rig.line.state.containers.filter { $0.level == .pallet }
        #expect(pallets.map(\.count) == [2, 2, 2])
        rig.wait(milliseconds: 300)
        rig.give(.read(device: "case-scanner", LineRig.label(cases[6])))
        #expect(rig.line.status.packing.last?.open == 1)
        #expect(try ReworkTests.isFold(rig))
    }

    /// A closed container before a reader that packs another level is no item of it.
    @Test func aLabelOfAnotherLevelIsRefused() throws {
        var rig = Self.rig([.bundle, .case, .pallet], good: 4)
        Self.pack(1...2, &rig)
        let bundle = try #require(rig.labels.first { $0.level == .bundle }?.sscc)
        #expect(rig.line.state.containers[0].closed)
        rig.wait(milliseconds: 1_500)
        rig.give(.read(device: "shipper-scanner", LineRig.label(bundle)))
        #expect(rig.stop == .packRefused, "\(rig.why)")
        #expect(rig.why.contains("this is bundle \(bundle); cases go into a pallet"), "\(rig.why)")
        #expect(rig.line.status.packing.last?.open == 0)
    }

    /// A bundle is no unit: the camera of the case does not take its units one by one.
    @Test func unitsOfABundleGoNowhereElse() {
        var rig = Self.rig([.bundle, .case], good: 4)
        Self.pack(1...2, &rig)
        rig.move(millimetres: 100)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(1))))
        #expect(rig.stop == .packRefused && rig.why.contains("is in bundle"), "\(rig.why)")
    }

    /// Loose bundles and units keep a batch open; those of the highest level are no orphans.
    @Test func whatIsInNothingIsNamedAtTheEnd() throws {
        var rig = Self.rig([.bundle, .case], good: 7)
        Self.pack(1...7, &rig)
        rig.complete()
        rig.ask(.closePartial(station: "bundles"))
        let label = try #require(rig.labels.last)
        #expect(label.level == .bundle && label.count == 1)
        rig.give(.read(device: "handheld", LineRig.label(label.sscc)))
        let bundles = rig.line.state.containers.filter { $0.level == .bundle && $0.parent == 0 }
        #expect(bundles.count == 2, "the third lies in the open case, the last was read by another scanner")
        guard case .refused(let refusal) = rig.ask(.closeBatch("B1", reason: nil, deviation: nil)) else {
            Issue.record("closed over an open case")
            return
        }
        #expect(refusal.code == "BATCH-142")
        rig.ask(.closePartial(station: "cases"))
        rig.give(.read(device: "case-scanner", LineRig.label(rig.labels.last?.sscc ?? "")))
        rig.ask(.scrapInDoubt(batch: "B1", reason: "r"))
        guard case .refused(let orphan) = rig.ask(.closeBatch("B1", reason: nil, deviation: nil)) else {
            Issue.record("closed over a bundle in no case")
            return
        }
        #expect(orphan.text.contains(label.sscc), "\(orphan.text)")
        rig.give(.read(device: "bundle-scanner", LineRig.label(label.sscc)))
        #expect(rig.line.status.packing[1].open == 1, "scanned back in")
    }

    /// A level that no station of the line makes cannot go into one that a station packs.
    @Test func theLineMakesWhatItPacks() {
        var configuration = Self.configuration()
        configuration.packing.removeAll { $0.level == .bundle || $0.level == .shipper }
        var rig = LineRig(configuration)
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        for (choice, code) in [([PackLevel.bundle, .case], "BATCH-124"), ([.case, .pallet], nil)] {
            var order = LineRig.order
            order.batch = "B\(choice.count)\(choice[0])"
            order.packing = PackPlan()
            for level in choice { order.packing[level] = 2 }
            #expect(rig.refusal(.openBatch(order)) == code)
        }
        var order = LineRig.order
        (order.batch, order.packing) = ("B9", PackPlan())
        order.packing[.shipper] = 3
        #expect(rig.refusal(.openBatch(order)) == nil, "packed elsewhere: nothing of this line")
    }
}
