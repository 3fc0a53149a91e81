import Testing

@testable import LineCore

/// Goal: what people do on a packaging line, from the first order to the closed batch, is what the commands
/// do, in the order manuals and practitioners describe. Method: one test for each workflow, on a line that
/// asks for clearance, first article and challenges; what may not be done at that moment is tried as well.
@Suite struct WorkflowTests {
    private static let points = ["cartons", "reject-bin"]

    /// Pools, an order, and a line that asks for everything.
    private static func opened(quantity: Int = 20, operators: OperatorRules? = nil) -> LineRig {
        var configuration = ChangeoverTests.configuration(
            firstArticle: true, challenges: [.unreadable, .wrong, .duplicate], clearance: points)
        configuration.reintroduced = Set(RejectReason.ofPlaceAndTime)
        configuration.handhelds = ["handheld"]
        configuration.operators = operators
        configuration.jobDevices = JobTests.configuration().jobDevices
        var rig = LineRig(configuration)
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        var order = LineRig.order
        order.quantity = quantity
        order.jobs = JobTests.jobs
        rig.ask(.openBatch(order))
        return rig
    }

    /// A line in production: unit 1 is the approved first article.
    private static func producing() -> LineRig {
        var rig = opened()
        #expect(rig.refusal(.startBatch("B1")) == "BATCH-116")
        rig.ask(.clearLine(points: points))
        #expect(rig.refusal(.startBatch("B1")) == nil)
        rig.freeBelt()
        rig.good(1)
        #expect(rig.stop == .firstArticle)
        #expect(rig.refusal(.resume) == "BATCH-162")
        rig.ask(ChangeoverTests.approve(1))
        rig.ask(.resume)
        #expect(rig.stop == .challengeDue && !rig.outputs.feedEnable)
        rig.move(millimetres: 1_500)
        ChangeoverTests.lay(&rig, .unreadable, .noRead)
        ChangeoverTests.lay(&rig, .wrong, ChangeoverTests.other)
        #expect(rig.refusal(.resume) == "BATCH-168")
        ChangeoverTests.lay(&rig, .duplicate, LineRig.code(serial: LineRig.serial(1)))
        #expect(rig.refusal(.resume) == nil)
        return rig
    }

    /// So many good units more, packed two a case, two cases a pallet, every label read.
    private static func packed(_ last: Int = 8) -> LineRig {
        var rig = producing()
        for number in 2...last { rig.good(number) }
        rig.move(millimetres: 900)
        rig.packUnits(1...last)
        for label in rig.labels where label.level == .pallet {
            rig.give(.read(device: "handheld", LineRig.label(label.sscc)))
        }
        return rig
    }

    private static func kinds(_ rig: LineRig, from first: Int) -> [String] {
        rig.records.suffix(rig.records.count - first).map(\.record.kindWord)
    }

    // MARK: The workflows

    @Test("1 start batch") func startBatch() throws {
        let rig = Self.producing()
        #expect(rig.line.status.machine == .execute && rig.outputs.feedEnable)
        let kinds = Self.kinds(rig, from: 0)
        let course = [
            "batch.opened", "line.cleared", "batch.started", "job.loaded", "first-article.shown",
            "first-article.judged",
            "challenge.judged",
        ]
        let places = course.map { kinds.firstIndex(of: $0) ?? -1 }
        #expect(places == places.sorted() && places.allSatisfy { $0 >= 0 }, "\(kinds)")
        #expect(try ReworkTests.isFold(rig))
    }

    @Test("1 start batch: a second person releases the order")
    func startBatchReleased() throws {
        var rig = Self.opened(operators: OperatorRules(release: true))
        #expect(rig.refusal(.openBatch(LineRig.order)) == "AUTH-101", "nobody is signed on")
    }

    @Test("2 unit station") func unitStation() throws {
        var rig = Self.producing()
        let good = rig.good(2)
        let bad = rig.unit(LineRig.code(lot: "LOT2", serial: LineRig.serial(3)))
        rig.move(millimetres: 900)
        #expect(rig.passSignals.isEmpty, "this gate ejects")
        #expect(rig.passedTracks.contains(good) && !rig.passedTracks.contains(bad))
        #expect(ReworkTests.state(rig, 2) == .commissioned && ReworkTests.state(rig, 3) == .inDoubt)
        #expect(rig.line.state.batches.first?.confirmed == 4, "three challenges and this one")
    }

    @Test("3 stop and resume") func stopAndResume() throws {
        var rig = Self.producing()
        rig.good(2)
        rig.give(.device("coder", .faulty("head")))
        #expect(rig.stop == .deviceLost && !rig.outputs.runEnable)
        #expect(rig.refusal(.resume) == "BATCH-121", "the fault is still there")
        rig.give(.device("coder", .connected))
        #expect(rig.refusal(.resume) == nil)
        // What was in the coder is in doubt: new numbers follow, none is repeated.
        let sent = rig.sent.map(\.serial)
        #expect(Set(sent).count == sent.count)
        let next = try #require(rig.inCoder.first)
        rig.move(millimetres: 900)
        rig.good(next)
        rig.move(millimetres: 900)
        #expect(ReworkTests.state(rig, next) == .commissioned, "\(rig.why)")
    }

    @Test("4 case, automatic") func caseAutomatic() throws {
        var rig = Self.producing()
        rig.good(2)
        rig.move(millimetres: 900)
        let before = rig.records.count
        rig.packUnits(1...2)
        #expect(Self.kinds(rig, from: before).prefix(3) == ["case.collated", "label.sent", "case.closed"])
    }

    @Test("5 case, manual") func caseManual() throws {
        var configuration = LineRig.configuration()
        configuration.handhelds = ["handheld"]
        configuration.packing[0].mode = .manual
        configuration.packing[0].itemReaders = ["handheld"]
        configuration.packing[0].labelReaders = ["handheld"]
        var rig = ReworkTests.rig(configuration)
        for number in 1...2 {
            rig.now += 1_500_000_000
            rig.give(.read(device: "handheld", LineRig.code(serial: LineRig.serial(number))))
        }
        let sscc = try #require(rig.labels.last?.sscc)
        rig.give(.read(device: "handheld", LineRig.label(sscc)))
        #expect(rig.line.state.containers.last?.closed == true && rig.stop == nil)
    }

    @Test("6 replace a unit in a case") func replaceAUnitInACase() throws {
        var rig = Self.packed(8)
        rig.good(9)
        rig.move(millimetres: 900)
        let sscc = ReworkTests.ssccs(rig)[0]
        let verb = LineCommand.Verb.replace(
            item: ReworkTests.unit(1), by: ReworkTests.unit(9), end: .sampled, reason: "QC")
        #expect(ReworkTests.act(&rig, verb) == ["item.removed", "unit.ended", "item.added"])
        #expect(rig.line.status.packing[0].unproved == [sscc], "label and content are compared again")
        rig.give(.read(device: "scanner", LineRig.code(serial: LineRig.serial(9))))
        rig.give(.read(device: "scanner", LineRig.label(sscc)))
        #expect(rig.line.status.packing[0].unproved.isEmpty)
        #expect(LineRig.parents(rig, 9...9) == [sscc])
    }

    @Test("7 sample") func sample() throws {
        var rig = Self.packed(8)
        let sscc = ReworkTests.ssccs(rig)[1]
        let verb = LineCommand.Verb.end(ReworkTests.unit(3), as: .sampled, reason: "QC")
        #expect(ReworkTests.act(&rig, verb) == ["item.removed", "unit.ended"])
        #expect(ReworkTests.state(rig, 3) == .sampled)
        // The case is partial now: printed again with its count, and read back.
        #expect(rig.refusal(.reprint(sscc: sscc, reason: "count", old: .destroyed)) == nil)
        #expect(rig.labels.last?.count == 1)
    }

    @Test("8 rework reject bin") func reworkRejectBin() throws {
        var rig = Self.producing()
        rig.unit(LineRig.code(lot: "LOT2", serial: LineRig.serial(2)))
        rig.move(millimetres: 700)
        let misprint = ChangeoverTests.scan(2, lot: "LOT2")
        #expect(rig.refusal(.recover(code: misprint, reintroduces: true, reason: "x")) == "REWORK-131")
        #expect(rig.refusal(.recover(code: misprint, reintroduces: false, reason: "x")) == nil)
        #expect(ReworkTests.state(rig, 2) == .destroyed)
        #expect(rig.refusal(.countRejects(batch: "B1", count: 1)) == nil)
        let copy = ChangeoverTests.scan(1)
        #expect(
            rig.refusal(.recover(code: copy, reintroduces: false, reason: "x")) == "REWORK-132",
            "the challenge pack is a copy of a good unit")
    }

    @Test("9 partial case and pallet") func partialCaseAndPallet() throws {
        var rig = Self.packed(5)
        #expect(rig.line.status.packing[0].open == 1)
        rig.ask(.closePartial(station: "cases"))
        let sscc = try #require(rig.labels.last)
        #expect(sscc.count == 1, "the label has the real count")
        rig.give(.read(device: "scanner", LineRig.label(sscc.sscc)))
        rig.ask(.closePartial(station: "pallets"))
        #expect(rig.labels.last?.level == .pallet && rig.labels.last?.count == 1)
    }

    @Test("10 end of batch") func endOfBatch() throws {
        var rig = Self.packed(8)
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-140")
        rig.good(9)
        rig.complete()
        rig.move(millimetres: 900)
        #expect(rig.line.state.batches.first?.state == .completed)
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-141", "in doubt")
        rig.ask(.scrapInDoubt(batch: "B1", reason: "in the bin"))
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-145", "an orphan")
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(9))))
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-142", "open")
        rig.ask(.closePartial(station: "cases"))
        rig.wait(milliseconds: 1_500)
        rig.give(.read(device: "scanner", LineRig.label(rig.labels.last?.sscc ?? "")))
        rig.ask(.closePartial(station: "pallets"))
        rig.wait(milliseconds: 1_500)
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-143", "not read")
        rig.give(.read(device: "handheld", LineRig.label(rig.labels.last?.sscc ?? "")))
        rig.ask(.handCount(batch: "B1", .pallets, count: 3))
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-147", "rejects")
        rig.ask(.handCount(batch: "B1", .rejects, count: 3))
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == nil)
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.state == .closed && batch.remainder == 0 && batch.toReturn == 0)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test("11 line clearance") func lineClearance() throws {
        var rig = Self.packed(8)
        #expect(rig.refusal(.clearLine(points: Self.points)) == "BATCH-171")
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "in the bin"))
        rig.ask(.countRejects(batch: "B1", count: 2))
        #expect(rig.refusal(.closeBatch("B1", reason: "one is lost", deviation: "D-1")) == nil)
        #expect(rig.refusal(.clearLine(points: ["cartons"])) == "BATCH-172")
        #expect(ReworkTests.act(&rig, .clearLine(points: Self.points)) == ["line.cleared"])
        guard
            case .lineCleared(let fact) = rig.records.last(where: { $0.record.kindWord == "line.cleared" })?
                .record
        else { return }
        #expect(fact.batch == "B1" && fact.rejects == 3 && fact.found == 2, "evidence, not a promise")
    }

    @Test("12 equipment down: nothing runs without what it needs, but packing goes on by hand")
    func equipmentDown() throws {
        var rig = Self.producing()
        for number in 2...5 { rig.good(number) }
        rig.move(millimetres: 900)
        rig.give(.device("case-camera", .stale))
        #expect(rig.stop == .deviceLost)
        #expect(rig.refusal(.resume) == "BATCH-120")
        let byHand = LineCommand.Verb.packByHand(station: "cases", isOver: false, reason: "camera down")
        #expect(rig.refusal(byHand) == nil && rig.refusal(.resume) == nil)
        for number in 2...3 {
            rig.now += 1_500_000_000
            rig.give(.read(device: "handheld", LineRig.code(serial: LineRig.serial(number))))
        }
        let sscc = try #require(rig.labels.last?.sscc)
        rig.give(.read(device: "handheld", LineRig.label(sscc)))
        #expect(rig.line.state.containers.last?.closed == true, "\(rig.why) \(rig.line.status.reads)")
        rig.give(.device("case-camera", .connected))
        #expect(rig.refusal(.packByHand(station: "cases", isOver: true, reason: "")) == nil)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(4))))
        #expect(rig.line.status.packing[0].open == 1 && rig.stop == nil)
    }

    @Test("12 server down: numbers that are here last on")
    func serverDown() {
        var rig = Self.producing()
        // Nothing upstream was asked from the order to here: the pool is on the line.
        for number in 2...6 { rig.good(number) }
        rig.move(millimetres: 900)
        #expect(rig.line.state.batches.first?.count(.commissioned) == 6)
        #expect(rig.line.status.serialsLeft > 900)
    }
}
