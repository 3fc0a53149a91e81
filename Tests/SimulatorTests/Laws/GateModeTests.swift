import Testing

@testable import LineCore

/// Goal: without a gate no bad unit goes on either: the belt stops with it, or there is no belt and a person
/// puts it aside. Method: a line of each mode; good and bad units, restarts, and stops that hide another.
@Suite struct GateModeTests {
    // MARK: Stop

    /// A running line of mode `stop`, whose belt was found empty.
    private static func stopping() -> LineRig {
        var rig = LineRig(LineRig.configuration(gate: .stop))
        rig.start()
        rig.openBatch()
        #expect(rig.stop == .zoneUnknown, "what lies on the belt is not known, and no gate throws it out")
        #expect(!rig.outputs.runEnable)
        rig.ask(.resume)
        rig.freeBelt()
        #expect(rig.stop == nil)
        return rig
    }

    @Test func whatTheBeltNeverStoppedForHasPassed() throws {
        var rig = Self.stopping()
        rig.good(1)
        rig.move(millimetres: 410)
        #expect(ReworkTests.state(rig, 1) == .verified, "it is not beyond the stop position")
        rig.move(millimetres: 300)
        #expect(ReworkTests.state(rig, 1) == .commissioned)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func theBeltStopsWithABadUnitUntilItIsTakenOff() throws {
        var rig = Self.stopping()
        let bad = rig.unit(.noRead)
        let last = rig.units[0].position
        rig.move(millimetres: 370)
        #expect(rig.stop == nil)
        #expect(rig.outputs.runLimit &- last == 380, "the I/O itself stops the belt there")
        rig.move(millimetres: 10)
        #expect(rig.stop == .takeOff && rig.why.hasSuffix("track \(bad)"))
        #expect(!rig.outputs.runEnable)
        rig.units = []
        #expect(rig.refusal(.resume) == nil)
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.rejected == 1 && batch.confirmed == 1)
        rig.move(millimetres: 500)
        #expect(rig.stop == nil && rig.line.state.openTracks.isEmpty)
        #expect(try ReworkTests.isFold(rig))
    }

    /// An undecided unit never reaches the stop position.
    @Test func theRunLimitHoldsUndecidedUnits() {
        var rig = Self.stopping()
        rig.unit(nil)
        let position = rig.units[0].position
        rig.scan()
        #expect(Int32(bitPattern: rig.outputs.runLimit &- position) <= 350)
    }

    /// Another stop hides this one: whoever resumes that has not taken the unit off.
    @Test func aHiddenStopComesAgain() {
        var rig = Self.stopping()
        rig.unit(.noRead)
        rig.move(millimetres: 380)
        #expect(rig.stop == .takeOff)
        rig.give(.read(device: "case-camera", .noRead))
        #expect(rig.stop == .packUnread)
        rig.ask(.resume)
        rig.scan()
        #expect(rig.stop == .takeOff)
        #expect(rig.line.state.batches.first?.confirmed == 0)
    }

    /// After a crash the belt is cleared by hand; what was verified there is in doubt.
    @Test func afterACrashTheZoneIsClearedByHand() {
        var rig = Self.stopping()
        rig.good(1)
        rig.crash()
        rig.start()
        #expect(rig.stop == .restart)
        rig.ask(.resume)
        #expect(rig.stop == .zoneUnknown)
        #expect(!rig.outputs.runEnable)
        rig.ask(.resume)
        rig.wait(milliseconds: 1_200)
        #expect(rig.stop == nil && rig.outputs.runEnable)
        #expect(ReworkTests.state(rig, 1) == .inDoubt)
    }

    // MARK: None

    private static func bench(
        _ kind: PoolKind = .preprinted, _ change: (inout LineConfiguration) -> Void = { _ in }
    ) -> LineRig {
        var configuration = LineRig.configuration(gate: .none)
        configuration.lanes[0].io = ""
        change(&configuration)
        var rig = LineRig(configuration)
        rig.start()
        rig.openBatch(kind: kind)
        rig.wait(milliseconds: 1_200)
        return rig
    }

    /// Without a scan of any I/O: it is not there.
    private static func present(_ rig: inout LineRig, _ result: ReadResult) -> ReadAnswer? {
        rig.now += 2_000_000_000
        rig.give(.tick)
        rig.give(.read(device: "camera", result))
        return rig.line.status.reads.first { $0.device == "camera" }?.answer
    }

    @Test func whatIsVerifiedHasPassed() throws {
        var rig = Self.bench()
        #expect(rig.stop == nil)
        let good = try #require(Self.present(&rig, LineRig.code(serial: LineRig.serial(7))))
        #expect(good.good && good.text == "good")
        #expect(ReworkTests.state(rig, 7) == .commissioned)
        let again = try #require(Self.present(&rig, LineRig.code(serial: LineRig.serial(7))))
        #expect(!again.good && again.text.hasPrefix("duplicate"))
        let other = try #require(Self.present(&rig, LineRig.code(lot: "LOT2", serial: LineRig.serial(8))))
        #expect(!other.good && other.text.hasPrefix("wrong-lot"))
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.tracked == 3 && batch.passed == 1 && batch.rejected == 2 && batch.unitsOpen == 0)
        #expect(rig.line.status.balance.allSatisfy { $0.missing == 0 })
        #expect(try ReworkTests.isFold(rig))
    }

    /// A scanner that reads what is held before it once more has read one unit.
    @Test func oneUnitIsReadOnce() {
        var rig = Self.bench()
        for _ in 0..<5 {
            rig.now += 300_000_000
            rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(7))))
        }
        #expect(rig.line.state.batches.first?.tracked == 1)
    }

    @Test func printedUnitsComeInTheirOrder() throws {
        var rig = Self.bench(.printed)
        #expect(rig.sent.count == 8)
        _ = Self.present(&rig, LineRig.code(serial: LineRig.serial(1)))
        _ = Self.present(&rig, LineRig.code(serial: LineRig.serial(2)))
        #expect(ReworkTests.state(rig, 2) == .commissioned)
        #expect(rig.refusal(.completeBatch) == nil)
        rig.give(.tick)
        #expect(rig.line.state.batches.first?.state == .completed, "there is no belt to empty")
    }

    @Test func aHeldBenchTakesNothing() throws {
        var rig = Self.bench()
        rig.ask(.hold(immediate: false, reason: "a look"))
        let held = try #require(Self.present(&rig, LineRig.code(serial: LineRig.serial(7))))
        #expect(!held.good)
        #expect(ReworkTests.state(rig, 7) == .unallocated)
    }

    /// Without a gate the first article has passed when people look at it: refused, it is no product.
    @Test func aRefusedFirstArticleThatHasPassedIsDestroyed() throws {
        var rig = Self.bench { $0.changeover.firstArticle = true }
        _ = Self.present(&rig, LineRig.code(serial: LineRig.serial(7)))
        #expect(rig.stop == .firstArticle && ReworkTests.state(rig, 7) == .commissioned)
        let verb = LineCommand.Verb.judgeFirstArticle(code: "", approves: false, reason: "blurred")
        #expect(ReworkTests.act(&rig, verb) == ["first-article.judged", "unit.ended"])
        #expect(ReworkTests.state(rig, 7) == .destroyed)
        rig.ask(.resume)
        _ = Self.present(&rig, LineRig.code(serial: LineRig.serial(8)))
        #expect(rig.line.status.changeover.firstArticle == LineRig.serial(8))
        rig.ask(.end(ReworkTests.unit(8), as: .destroyed, reason: "x"))
        #expect(rig.refusal(ChangeoverTests.approve(8)) == "BATCH-163", "what is destroyed is not approved")
        #expect(rig.refusal(verb) == nil)
        #expect(rig.refusal(.resume) == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    /// Nothing is packed here: no SSCC is taken, and none is needed.
    @Test func aLineThatPacksNothingTakesNoSSCC() {
        var rig = Self.bench { $0.packing = [] }
        rig.crash()
        rig.start()
        rig.ask(.resume)
        rig.wait(milliseconds: 2_000)
        #expect(rig.line.state.ssccPools.first?.free == 1_000)
    }

    /// Goal: nobody is told to present a pack that is then not looked at. Method: the challenge is asked for
    /// while the bench takes nothing: a first article waits, a person has stopped it, the batch ends.
    @Test func aBenchThatTakesNothingIsNotChallenged() throws {
        var rig = Self.bench {
            $0.changeover.firstArticle = true
            $0.changeover.challenges = [.unreadable]
        }
        _ = Self.present(&rig, LineRig.code(serial: LineRig.serial(7)))
        #expect(rig.stop == .firstArticle)
        guard case .refused(let refusal)? = rig.ask(.challenge(.unreadable)) else {
            Issue.record("a challenge was taken while the first article waits")
            return
        }
        #expect(refusal.code == "BATCH-166" && refusal.text.contains("LINE-102"))
        #expect(refusal.remedy.contains("batch first-article"))
        #expect(rig.line.status.changeover.laid == nil)
        rig.ask(ChangeoverTests.approve(7))
        #expect(rig.refusal(.challenge(.unreadable)) == "BATCH-166", "it is approved and not resumed")
        rig.ask(.resume)
        #expect(rig.stop == .challengeDue && rig.refusal(.challenge(.unreadable)) == nil)
        let answer = try #require(Self.present(&rig, .noRead))
        #expect(answer.text.hasPrefix("no-read"))
        rig.ask(.resume)
        rig.ask(.hold(immediate: true, reason: "a look"))
        guard case .refused(let held)? = rig.ask(.challenge(.unreadable)) else {
            Issue.record("a challenge was taken while the line stands")
            return
        }
        #expect(held.code == "BATCH-166" && held.remedy.contains("seriatim batch resume"))
    }

    @Test func aBenchIsChallengedToo() {
        var rig = Self.bench { $0.changeover.challenges = [.unreadable, .wrong] }
        #expect(rig.stop == .challengeDue)
        #expect(rig.refusal(.challenge(.unreadable)) == nil)
        _ = Self.present(&rig, .noRead)
        #expect(rig.line.status.changeover.challenges == [.wrong])
        rig.ask(.challenge(.wrong))
        _ = Self.present(&rig, LineRig.code(lot: "LOT2", serial: LineRig.serial(1)))
        #expect(rig.line.status.changeover.challenges.isEmpty)
        #expect(rig.refusal(.resume) == nil)
    }
}
