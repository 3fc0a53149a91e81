import Testing

@testable import LineCore

/// Goal: a batch is closed only when its rejects are accounted for and its first article was approved; over
/// anything else with a deviation alone, which says what it was. Method: batches with rejects, or without
/// what the site asks for before production.
@Suite struct OpenPointsTests {
    private static let close = LineCommand.Verb.closeBatch("B1", reason: nil, deviation: nil)

    /// A completed batch of so many rejects, everything else in order.
    private static func rejected(_ count: Int) -> LineRig {
        var rig = LineRig.running(ChangeoverTests.configuration())
        for _ in 0..<count { rig.unit(.noRead) }
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "in the bin"))
        return rig
    }

    /// What a command is refused for, in words.
    private static func words(_ rig: inout LineRig, _ verb: LineCommand.Verb) -> String {
        if case .refused(let refusal) = rig.ask(verb) { refusal.text } else { "" }
    }

    @Test func rejectsAreAccountedForBeforeTheClose() throws {
        var rig = Self.rejected(3)
        #expect(rig.refusal(Self.close) == "BATCH-147")
        rig.ask(.countRejects(batch: "B1", count: 2))
        #expect(Self.words(&rig, Self.close) == "3 rejects were thrown out, 2 are accounted for")
        rig.ask(.handCount(batch: "B1", .rejects, count: 1))
        #expect(rig.refusal(Self.close) == "BATCH-147", "one of those counted before, or another: two")
        rig.ask(.handCount(batch: "B1", .rejects, count: 3))
        let copy = try LineState.decode(rig.line.state.encoded(), 0..<rig.line.state.encoded().count)
        #expect(copy == rig.line.state && copy.batches[0].binCounted == 3)
        #expect(ReworkTests.act(&rig, Self.close).last == "batch.closed")
        #expect(rig.line.state.batches[0].closing?.open == [])
        #expect(try ReworkTests.isFold(rig))
    }

    /// A deviation says what is missing, and the journal with it.
    @Test func aMissingRejectIsADeviation() throws {
        var rig = Self.rejected(2)
        #expect(rig.refusal(.closeBatch("B1", reason: "swept away", deviation: nil)) == "BATCH-147")
        #expect(rig.refusal(.closeBatch("B1", reason: "swept away", deviation: "D-1")) == nil)
        let closing = try #require(rig.line.state.batches[0].closing)
        #expect(closing.open == ["2 rejects were thrown out, 0 are accounted for"])
        #expect(try ReworkTests.isFold(rig))
    }

    /// A unit that came back good is no reject in the bin any more.
    @Test func aRejectThatWentBackIsAccountedFor() throws {
        var rig = ReworkTests.rejected(.tooClose)
        let thrownOut = rig.line.state.batches[0].rejected
        let back = LineCommand.Verb.recover(code: ReworkTests.scan(10), reintroduces: true, reason: "x")
        #expect(ReworkTests.act(&rig, back) == ["reject.recovered"])
        #expect(rig.line.state.batches[0].accounted == 1)
        rig.ask(.handCount(batch: "B1", .rejects, count: thrownOut + 2))
        #expect(rig.line.state.batches[0].accounted == thrownOut + 3)
    }

    /// Goal: good units of a batch whose first article nobody approved are a deviation.
    @Test func theFirstArticleIsApprovedWhereSomethingGoodWasMade() throws {
        var rig = LineRig.running(
            ChangeoverTests.configuration(firstArticle: true, challenges: [.unreadable, .wrong]))
        rig.good(1)
        #expect(rig.stop == .firstArticle)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "coder emptied"))
        rig.ask(.endOrphans(batch: "B1", .inactive, reason: "never approved"))
        #expect(Self.words(&rig, Self.close) == "the first article was never approved")
        #expect(rig.refusal(.closeBatch("B1", reason: "given up", deviation: "D-1")) == nil)
        #expect(rig.line.state.batches[0].closing?.open.count == 1)
        #expect(try ReworkTests.isFold(rig))
    }

    /// A batch that is given up before it made anything needs no deviation.
    @Test func nothingMadeNeedsNoFirstArticle() {
        var rig = LineRig.running(
            ChangeoverTests.configuration(firstArticle: true, challenges: [.unreadable]))
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "coder emptied"))
        #expect(rig.refusal(Self.close) == nil)
    }

    /// Goal: two orders over one pool of preprinted codes: what the first used up the second does not start
    /// with.
    @Test func aBatchStartsWithItsNumbersAlone() throws {
        var rig = LineRig()
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        let free = try #require(rig.line.state.unitPools.first).free
        var order = LineRig.order
        for name in ["B1", "B2"] {
            (order.batch, order.quantity) = (name, free)
            #expect(rig.refusal(.openBatch(order)) == nil)
        }
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.good(1)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "coder emptied"))
        rig.ask(.endOrphans(batch: "B1", .inactive, reason: "a trial"))
        #expect(rig.refusal(Self.close) == nil)
        #expect(rig.refusal(.startBatch("B2")) == "BATCH-105")
    }
}
