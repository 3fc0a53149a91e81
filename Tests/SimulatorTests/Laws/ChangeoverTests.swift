import Testing

@testable import LineCore

/// Goal: between one batch and the next nothing is taken on trust: the line is cleared, the first article
/// approved, every challenge withstood, and set-up makes no unit. Method: a line that asks for all of it;
/// each step, each step left out, and what a crash leaves of it.
@Suite struct ChangeoverTests {
    static func configuration(
        firstArticle: Bool = false, challenges: [Challenge] = [], clearance: [String] = [],
        gate: GateMode = .eject
    ) -> LineConfiguration {
        var configuration = LineRig.configuration(gate: gate)
        configuration.changeover.firstArticle = firstArticle
        configuration.changeover.challenges = challenges
        configuration.changeover.challengesEachShift = true
        configuration.changeover.clearance = clearance
        return configuration
    }

    static func scan(_ number: Int, lot: String = "LOT1") -> String {
        guard case .code(let bytes) = LineRig.code(lot: lot, serial: LineRig.serial(number)) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func approve(_ number: Int) -> LineCommand.Verb {
        .judgeFirstArticle(code: scan(number), approves: true, reason: "")
    }

    // MARK: First article

    @Test func theFirstGoodUnitStopsTheLineUntilItIsApproved() throws {
        var rig = LineRig.running(Self.configuration(firstArticle: true))
        rig.unit(.noRead)
        #expect(rig.stop == nil, "a reject is no first article")
        rig.good(1)
        #expect(rig.stop == .firstArticle)
        #expect(!rig.outputs.runEnable)
        #expect(rig.line.status.changeover.firstArticle == LineRig.serial(1))
        #expect(rig.refusal(.resume) == "BATCH-162")
        #expect(rig.refusal(.judgeFirstArticle(code: "S000001", approves: true, reason: "")) == "BATCH-161")
        #expect(rig.refusal(Self.approve(2)) == "BATCH-161", "another unit")
        #expect(
            rig.refusal(
                .judgeFirstArticle(code: Self.scan(1, lot: "LOT2"), approves: true, reason: ""))
                == "BATCH-161")
        #expect(rig.refusal(.judgeFirstArticle(code: "", approves: false, reason: " ")) == "BATCH-152")
        #expect(ReworkTests.act(&rig, Self.approve(1)) == ["first-article.judged"])
        #expect(rig.refusal(Self.approve(1)) == "BATCH-160", "once")
        #expect(rig.refusal(.resume) == nil)
        rig.move(millimetres: 600)
        rig.good(2)
        #expect(rig.stop == nil, "one alone is the first")
        rig.move(millimetres: 600)
        #expect(ReworkTests.state(rig, 1) == .commissioned)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test(arguments: [GateMode.eject, .pass, .plc])
    func aRefusedFirstArticleIsThrownOutAndTheNextIsShown(gate: GateMode) throws {
        var rig = LineRig.running(Self.configuration(firstArticle: true, gate: gate))
        let track = rig.good(1)
        let verb = LineCommand.Verb.judgeFirstArticle(code: Self.scan(1), approves: false, reason: "blurred")
        #expect(ReworkTests.act(&rig, verb) == ["first-article.judged", "unit.diverted"])
        #expect(rig.rejection(of: track) == RejectReason.refusedArticle.rawValue)
        #expect(ReworkTests.state(rig, 1) == .inDoubt)
        rig.ask(.resume)
        // A pass cannot be taken back: everything is rejected there until the unit is behind the gate.
        if gate == .pass {
            #expect(rig.outputs.purgeUntil != nil)
            rig.verdicts[track] = false
        }
        rig.move(millimetres: 600)
        #expect(!rig.passedTracks.contains(track))
        rig.good(2)
        #expect(rig.stop == .firstArticle)
        #expect(rig.line.status.changeover.firstArticle == LineRig.serial(2))
        #expect(try ReworkTests.isFold(rig))
    }

    /// What people have not looked at is not forgotten with the program.
    @Test func theFirstArticleOutlivesACrash() throws {
        var rig = LineRig.running(Self.configuration(firstArticle: true))
        rig.good(1)
        rig.crash(power: .lostAll)
        rig.start()
        #expect(rig.stop == .restart)
        #expect(rig.refusal(.resume) == "BATCH-162")
        rig.ask(Self.approve(1))
        #expect(rig.refusal(.resume) == nil)
        #expect(rig.stop == nil)
    }

    // MARK: Challenges

    /// The pack is laid on the belt and comes before the camera; its track.
    @discardableResult
    static func lay(_ rig: inout LineRig, _ challenge: Challenge, _ read: ReadResult?) -> UInt64 {
        #expect(rig.refusal(.challenge(challenge)) == nil)
        let track = rig.unit(read)
        rig.move(millimetres: 700)
        return track
    }

    /// Challenges asked for and the belt empty.
    static func challenged(
        _ challenges: [Challenge] = [.unreadable, .wrong], firstArticle: Bool = false
    ) -> LineRig {
        var rig = LineRig.running(configuration(firstArticle: firstArticle, challenges: challenges))
        rig.move(millimetres: 1_000)
        return rig
    }

    static let other = LineRig.code(gtin: LineRig.otherGTIN, serial: LineRig.serial(1))

    @Test func nothingIsFedBeforeEveryChallengeIsWithstood() throws {
        var rig = Self.challenged()
        #expect(rig.stop == .challengeDue)
        #expect(rig.outputs.runEnable && !rig.outputs.feedEnable)
        #expect(rig.refusal(.resume) == "BATCH-168")
        #expect(rig.refusal(.challenge(.duplicate)) == "BATCH-165", "not asked for")
        Self.lay(&rig, .unreadable, .noRead)
        #expect(rig.line.status.changeover.challenges == [.wrong])
        #expect(rig.refusal(.resume) == "BATCH-168")
        Self.lay(&rig, .wrong, Self.other)
        #expect(rig.line.status.changeover.challenges.isEmpty)
        #expect(rig.refusal(.resume) == nil)
        #expect(rig.outputs.feedEnable)
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.rejected == 2 && batch.confirmed == 2, "a challenge is a reject like any other")
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func aChallengeOfAnotherReasonFails() {
        var rig = Self.challenged()
        Self.lay(&rig, .wrong, .noRead)
        #expect(rig.stop == .challengeFailed)
        #expect(rig.why.hasSuffix("wrong: rejected for no-read"), "\(rig.why)")
        #expect(rig.line.status.changeover.challenges == [.unreadable, .wrong])
        #expect(rig.refusal(.resume) == nil)
        #expect(rig.stop == .challengeDue, "it is laid again")
    }

    /// A pack that the camera takes for good is no unit all the same.
    @Test func aChallengeThatIsReadAsGoodIsRejectedAndStopsTheLine() throws {
        var rig = Self.challenged()
        let track = Self.lay(&rig, .wrong, LineRig.code(serial: LineRig.serial(1)))
        #expect(rig.rejection(of: track) == RejectReason.challenge.rawValue)
        #expect(rig.stop == .challengeFailed)
        #expect(!rig.passSignals.contains(track))
        #expect(ReworkTests.state(rig, 1) == .inDoubt)
    }

    @Test func aChallengeThatIsNotSeenInTheChuteFails() {
        var rig = Self.challenged()
        rig.ask(.challenge(.unreadable))
        rig.unit(.noRead)
        rig.units = []
        rig.move(millimetres: 1_000)
        #expect(rig.records.contains { $0.record.kindWord == "challenge.judged" })
        #expect(rig.line.status.changeover.challenges.first == .unreadable)
    }

    @Test func aChallengeIsLaidOnAnEmptyBeltAlone() {
        var rig = LineRig.running(Self.configuration(challenges: [.unreadable]))
        #expect(rig.refusal(.challenge(.unreadable)) == "BATCH-167", "the belt has not run long enough")
        rig.move(millimetres: 1_000)
        Self.lay(&rig, .unreadable, .noRead)
        rig.ask(.resume)
        #expect(rig.refusal(.challenge(.unreadable)) == "BATCH-166", "the feed is on")
        rig.ask(.hold(immediate: true, reason: "a look"))
        #expect(rig.refusal(.challenge(.unreadable)) == "BATCH-166", "the belt stands")
    }

    @Test func noChallengeIsLaidInABatchThatEnds() {
        var rig = Self.challenged()
        rig.ask(.completeBatch)
        guard case .refused(let refusal)? = rig.ask(.challenge(.unreadable)) else {
            Issue.record("a challenge was taken while the batch is being completed")
            return
        }
        #expect(refusal.code == "BATCH-166" && refusal.text.contains("completed"))
    }

    @Test func aPackThatNeverComesIsForgotten() {
        var rig = Self.challenged()
        rig.ask(.challenge(.unreadable))
        #expect(rig.line.status.changeover.laid == .unreadable)
        #expect(rig.refusal(.challenge(.wrong)) == "BATCH-167")
        rig.wait(milliseconds: 61_000)
        #expect(rig.line.status.changeover.laid == nil)
    }

    /// A copy of the first article: the order of steps is first article, challenges, production.
    @Test func aDuplicateNeedsTheFirstArticle() {
        var rig = Self.challenged([.duplicate], firstArticle: true)
        #expect(rig.stop == nil, "the first article comes first")
        rig.good(1)
        rig.ask(Self.approve(1))
        rig.ask(.resume)
        #expect(rig.stop == .challengeDue)
        rig.move(millimetres: 1_500)
        Self.lay(&rig, .duplicate, LineRig.code(serial: LineRig.serial(1)))
        #expect(rig.line.status.changeover.challenges.isEmpty)
        #expect(ReworkTests.state(rig, 1) == .commissioned, "the unit itself stays good")
    }

    // MARK: Set-up

    @Test(arguments: [GateMode.eject, .pass, .plc])
    func setUpMakesNoUnit(gate: GateMode) throws {
        var rig = LineRig(LineRig.configuration(gate: gate))
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        #expect(rig.refusal(.startBatch("B1", setsUp: true)) == nil)
        rig.freeBelt()
        #expect(rig.outputs.feedEnable)
        let pool = try #require(rig.line.state.unitPools.first)
        #expect(rig.sent.count == 8)
        #expect(rig.sent.allSatisfy { pool.source.position(of: $0.serial) == nil }, "dummy codes")
        #expect(rig.sent.allSatisfy { $0.serial.utf8.count == LineRig.serial(1).utf8.count })
        let dummy = LineRig.code(gtin: Line.dummyGTIN, lot: "SETUP", serial: rig.sent[0].serial)
        let tracks = [dummy, LineRig.code(serial: LineRig.serial(1)), .noRead].map { rig.unit($0) }
        rig.move(millimetres: 700)
        for track in tracks { #expect(rig.rejection(of: track) == RejectReason.setUp.rawValue) }
        #expect(rig.passedTracks.isEmpty)
        #expect(rig.refusal(.suspendBatch) == "BATCH-134")
        rig.complete()
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.state == .ready && batch.issued == 0 && batch.rejected == 3)
        #expect(rig.refusal(.startBatch("B1")) == nil)
        rig.freeBelt()
        rig.good(1)
        rig.move(millimetres: 900)
        #expect(ReworkTests.state(rig, 1) == .commissioned)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func setUpOutlivesACrash() {
        var rig = LineRig(LineRig.configuration(zone: .read))
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        rig.ask(.startBatch("B1", setsUp: true))
        rig.freeBelt()
        rig.crash()
        rig.start()
        rig.ask(.resume)
        rig.freeBelt()
        let track = rig.unit(LineRig.code(serial: LineRig.serial(1)))
        rig.move(millimetres: 600)
        #expect(rig.rejection(of: track) == RejectReason.setUp.rawValue)
    }
}

// MARK: - Clearance and suspension

extension ChangeoverTests {
    private static let points = ["cartons", "bin"]

    @Test func nothingStartsOnALineThatWasNotCleared() throws {
        var rig = LineRig(Self.configuration(clearance: Self.points))
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        #expect(rig.line.status.changeover.needsClearance)
        #expect(rig.refusal(.startBatch("B1")) == "BATCH-116")
        #expect(rig.refusal(.startBatch("B1", setsUp: true)) == "BATCH-116")
        #expect(rig.refusal(.clearLine(points: ["cartons"])) == "BATCH-172")
        #expect(rig.refusal(.clearLine(points: Self.points + ["roof"])) == "BATCH-173")
        #expect(rig.refusal(.clearLine(points: Self.points + ["cartons"])) == "BATCH-175", "named twice")
        #expect(ReworkTests.act(&rig, .clearLine(points: ["bin", "cartons"])) == ["line.cleared"])
        #expect(rig.refusal(.startBatch("B1")) == nil)
        #expect(rig.refusal(.clearLine(points: Self.points)) == "BATCH-171", "a batch is on the line")
        rig.freeBelt()
        rig.complete()
        #expect(rig.refusal(.clearLine(points: Self.points)) == "BATCH-171", "and completed now")
        rig.ask(.scrapInDoubt(batch: "B1", reason: "x"))
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == nil)
        var next = LineRig.order
        next.batch = "B2"
        rig.ask(.openBatch(next))
        #expect(rig.refusal(.startBatch("B2")) == "BATCH-116", "each batch needs its own")
        rig.ask(.clearLine(points: Self.points))
        #expect(rig.refusal(.startBatch("B2")) == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func aLineWithoutAChecklistIsNotCleared() {
        var rig = LineRig.running()
        #expect(rig.refusal(.clearLine(points: [])) == "BATCH-170")
    }

    /// Batch 1 makes room for batch 2, which is made and closed, and goes on.
    @Test func aBatchMakesRoomForAnother() throws {
        var rig = ReworkTests.rig(packed: 5)
        for label in rig.labels where label.level == .pallet {
            rig.give(.read(device: "handheld", LineRig.label(label.sscc)))
        }
        #expect(rig.line.status.packing[0].open == 1, "unit 5 lies in the open case")
        #expect(rig.refusal(.suspendBatch) == nil)
        rig.move(millimetres: 2_000)
        let first = try #require(rig.line.state.batches.first)
        #expect(first.state == .suspended && first.parked.map(\.count) == [1])
        #expect(first.count(.returned) > 0 && first.count(.allocated) == 0)
        #expect(rig.line.status.machine == .idle)
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == "BATCH-140")
        var order = LineRig.order
        order.batch = "B2"
        order.lot = "LOT2"
        rig.ask(.openBatch(order))
        #expect(rig.refusal(.startBatch("B2")) == nil)
        rig.freeBelt()
        let next = try #require(rig.inCoder.first)
        rig.give(.coder(.printed(through: UInt64(next))))
        rig.unit(LineRig.code(lot: "LOT2", serial: LineRig.serial(next)))
        #expect(rig.stop == nil, "the numbers of batch 1 in the coder are not skipped: \(rig.why)")
        rig.move(millimetres: 900)
        #expect(ReworkTests.state(rig, next) == .commissioned)
        rig.give(.read(device: "case-camera", LineRig.code(lot: "LOT2", serial: LineRig.serial(next))))
        rig.ask(.closePartial(station: "cases"))
        let sscc = try #require(rig.labels.last?.sscc)
        rig.give(.read(device: "scanner", LineRig.label(sscc)))
        rig.ask(.closePartial(station: "pallets"))
        rig.give(.read(device: "handheld", LineRig.label(try #require(rig.labels.last?.sscc))))
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B2", reason: "x"))
        #expect(rig.refusal(.closeBatch("B2", reason: nil, deviation: nil)) == nil)
        #expect(rig.refusal(.dissolve(sscc: sscc, reason: "x")) != nil, "a container of a closed batch")
        #expect(try ReworkTests.isFold(rig))

        #expect(rig.refusal(.startBatch("B1")) == nil)
        #expect(rig.stop == .parked)
        rig.ask(.resume)
        rig.freeBelt()
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(5))))
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(6))))
        let again = try #require(rig.labels.last?.sscc)
        #expect(rig.line.state.containers.last?.count == 2)
        rig.give(.read(device: "scanner", LineRig.label(again)))
        #expect(rig.stop == nil, "\(rig.why)")
        #expect(try ReworkTests.isFold(rig))
    }

    /// Set-up between the suspension and the rest: what is in doubt and what was put aside is not forgotten.
    @Test func aSuspendedBatchIsSetUpAgain() throws {
        var rig = LineRig(Self.configuration(clearance: Self.points))
        rig.start()
        rig.ask(.clearLine(points: Self.points))
        rig.openBatch()
        rig.freeBelt()
        for number in 1...6 { rig.good(number) }
        rig.move(millimetres: 900)
        rig.packUnits(1...5)
        for label in rig.labels where label.level == .pallet {
            rig.give(.read(device: "handheld", LineRig.label(label.sscc)))
        }
        rig.ask(.suspendBatch)
        rig.move(millimetres: 2_000)
        #expect(
            rig.refusal(.clearLine(points: Self.points)) == "BATCH-174", "what was in the coder is in doubt")
        rig.ask(.scrapInDoubt(batch: "B1", reason: "x"))
        #expect(rig.refusal(.clearLine(points: Self.points)) == nil)
        #expect(rig.refusal(.startBatch("B1", setsUp: true)) == nil)
        #expect(rig.stop == nil)
        rig.freeBelt()
        rig.complete()
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.state == .suspended && batch.parked.map(\.count) == [1])
        rig.ask(.clearLine(points: Self.points))
        #expect(rig.refusal(.startBatch("B1")) == nil)
        #expect(rig.stop == .parked)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func aBatchIsNotSuspendedOverALabelThatWasNotRead() {
        var rig = ReworkTests.rig(packed: 0)
        for number in 1...2 {
            rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(number))))
        }
        rig.ask(.suspendBatch)
        rig.move(millimetres: 2_000)
        #expect(rig.line.state.batches.first?.state == .running)
        let sscc = rig.labels.last?.sscc ?? ""
        rig.give(.read(device: "scanner", LineRig.label(sscc)))
        rig.scan()
        #expect(rig.line.state.batches.first?.state == .suspended)
        #expect(rig.line.state.batches.first?.parked.map(\.station) == ["pallets"])
    }

    /// Whoever thinks again completes the batch instead.
    @Test func aSuspensionBecomesACompletion() {
        var rig = ReworkTests.rig(packed: 0)
        rig.ask(.suspendBatch)
        rig.complete()
        #expect(rig.line.state.batches.first?.state == .completed)
    }

    @Test func unusedNumbersAreKilledWhereTheOrderSaysSo() throws {
        var rig = LineRig()
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        var order = LineRig.order
        order.unused = .kill
        rig.ask(.openBatch(order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "x"))
        let unsent = try #require(rig.line.state.batches.first).count(.allocated)
        #expect(unsent > 0)
        let acts = ReworkTests.act(&rig, .closeBatch("B1", reason: nil, deviation: nil))
        #expect(acts == ["serials.killed", "batch.closed"])
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.count(.returned) == 0 && batch.count(.invalid) == unsent)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func whatIsCountedByHandIsComparedWithWhatTheLineKnows() throws {
        var rig = ReworkTests.rig(packed: 4)
        #expect(ReworkTests.act(&rig, .handCount(batch: "B1", .cases, count: 2)) == ["hand.counted"])
        #expect(ReworkTests.act(&rig, .handCount(batch: "B1", .good, count: 7)) == ["hand.counted"])
        guard case .handCounted(let fact) = rig.records.last?.record else {
            Issue.record("nothing was counted")
            return
        }
        #expect(fact.count == 7 && fact.known == 8)
        #expect(rig.refusal(.handCount(batch: "B9", .good, count: 7)) == "BATCH-111")
        #expect(rig.refusal(.handCount(batch: "B1", .good, count: -1)) == "BATCH-180")
        #expect(rig.refusal(.handCount(batch: "B1", .good, count: .max)) == "BATCH-180")
    }
}
