import Testing

@testable import LineCore
import Simulator

/// Goal: where a station has a scale, no container is closed without a weight, and no full one with a wrong
/// one. Method: the rules with a scale in the test's hand.
@Suite struct WeighingTests {
    /// Cases of two with a scale; the first waits for its label to be read.
    private static func rig(
        limits: String? = "100..110", cases: Int = 1, _ change: (inout PackStation) -> Void = { _ in }
    ) -> (LineRig, [String]) {
        var configuration = LineRig.configuration()
        configuration.packing[0].scale = "scale"
        configuration.handhelds = ["handheld"]
        change(&configuration.packing[0])
        var rig = LineRig(configuration)
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        var product = Product()
        (product.gtin, product.name, product.packing) = (LineRig.gtin, "Testol", LineRig.order.packing)
        product.weights[.case] = limits.flatMap(WeightRange.init(text:))
        rig.ask(.defineProduct(product))
        rig.ask(.openBatch(LineRig.order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        for number in 1...5 { rig.good(number) }
        rig.move(millimetres: 700)
        for number in 1...2 * cases {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", AggregationTests.unit(number)))
        }
        return (rig, rig.labels.map(\.sscc))
    }

    private static func weighed(_ rig: LineRig) -> Int {
        rig.actions.count { $0.action == .weigh(device: "scale") }
    }

    private static func closed(_ rig: LineRig) -> [ContainerClosed] {
        rig.records.compactMap { if case .containerClosed(let fact) = $0.record { fact } else { nil } }
    }

    private static func say(_ milligrams: Int, _ rig: inout LineRig) {
        rig.give(.scale(device: "scale", .weight(milligrams)))
    }

    @Test func aCaseIsClosedWithItsWeight() throws {
        var (rig, ssccs) = Self.rig()
        #expect(ssccs.count == 1 && rig.stop == nil, "\(rig.why)")
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(Self.closed(rig).isEmpty && Self.weighed(rig) == 1)
        #expect(rig.feedback == true, "whoever scans hears at once that the label is right")
        // The camera sees the label again before the scale is at rest.
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(Self.weighed(rig) == 1 && rig.stop == nil)
        Self.say(104_250, &rig)
        #expect(Self.closed(rig) == [ContainerClosed(level: .case, sscc: ssccs[0], milligrams: 104_250)])
        #expect(rig.line.status.packing[1].open == 1, "it is on the pallet, as without a scale")
        // What a scale says unasked is nothing.
        Self.say(1, &rig)
        #expect(Self.closed(rig).count == 1 && rig.stop == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test(arguments: [99_999, 110_001, 1])
    func aWrongWeightStopsTheFeed(_ milligrams: Int) throws {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        Self.say(milligrams, &rig)
        #expect(rig.stop == .weightWrong && rig.why.contains(ssccs[0]), "\(rig.why)")
        #expect(rig.why.contains("\(Grams.text(milligrams)) g, a full one 100..110 g"))
        #expect(Self.closed(rig).isEmpty && rig.feedback == false)
        // Put right, its label is read again.
        rig.ask(.resume)
        rig.now += 1_000_000_000
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        Self.say(110_000, &rig)
        #expect(Self.closed(rig).count == 1 && rig.stop == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    /// The remedy can be followed: what is missing is taken out, the label printed again, and both are read.
    @Test func whatIsMissingIsTakenOut() throws {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        Self.say(52_000, &rig)
        #expect(rig.stop == .weightWrong)
        let unit = ItemName(LineRig.serial(2))
        #expect(rig.refusal(.remove(item: unit, reason: "missing")) == nil)
        #expect(rig.refusal(.reprint(sscc: ssccs[0], reason: "one less", old: .destroyed)) == nil)
        rig.ask(.resume)
        rig.give(.read(device: "handheld", AggregationTests.unit(1)))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        Self.say(52_000, &rig)
        #expect(Self.closed(rig).map(\.milligrams) == [52_000], "\(rig.why)")
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func withoutLimitsItIsWeighedAllTheSame() {
        var (rig, ssccs) = Self.rig(limits: nil)
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(Self.closed(rig).isEmpty)
        Self.say(7, &rig)
        #expect(Self.closed(rig).map(\.milligrams) == [7])
    }

    @Test func whatCannotBeWeighedIsNotClosed() {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        rig.give(.scale(device: "scale", .failed("it does not come to rest")))
        #expect(rig.stop == .notWeighed && rig.why.contains("it does not come to rest"), "\(rig.why)")
        #expect(Self.closed(rig).isEmpty)
        rig.ask(.resume)
        rig.now += 1_000_000_000
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).count == 1)
    }

    /// A session answers each question; should none come, the line does not wait for ever.
    @Test func aScaleThatNeverAnswersStopsTheFeed() throws {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        let due = try #require(rig.line.nextDeadline)
        #expect(due <= rig.now + Weighing.patience)
        rig.now += Weighing.patience
        rig.give(.tick)
        #expect(rig.stop == .notWeighed && Self.closed(rig).isEmpty)
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).isEmpty, "too late")
    }

    /// The next case comes before the first is weighed: what the scale says then is of no certain case.
    @Test func theNextCaseWaits() {
        var (rig, ssccs) = Self.rig(cases: 2)
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        rig.give(.read(device: "scanner", LineRig.label(ssccs[1])))
        #expect(rig.stop == .notWeighed && Self.weighed(rig) == 1, "\(rig.why)")
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).map(\.sscc) == [ssccs[0]])
        rig.ask(.resume)
        rig.give(.read(device: "scanner", LineRig.label(ssccs[1])))
        Self.say(106_000, &rig)
        #expect(Self.closed(rig).map(\.milligrams) == [105_000, 106_000])
    }

    /// A person waits: nothing stops.
    @Test func aPersonReadsAgain() {
        var (rig, ssccs) = Self.rig(cases: 2)
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[1])))
        #expect(rig.stop == nil && rig.feedback == false && Self.weighed(rig) == 1)
    }

    /// A label in doubt says nothing of what stands on the scale.
    @Test func aLabelDoubtedMeanwhileClosesNothing() throws {
        var (rig, ssccs) = Self.rig(cases: 2)
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        // A label that is not of this line: which case carries which is certain no more.
        rig.give(.read(device: "handheld", .code(Array("]C100106141412345678908".utf8))))
        #expect(rig.line.status.packing[0].unproved.contains(ssccs[0]), "\(rig.why)")
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).isEmpty)
        rig.seen()
        rig.ask(.resume)
        rig.give(.read(device: "handheld", LineRig.code(serial: LineRig.serial(1))))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        Self.say(105_000, &rig)
        #expect(
            Self.closed(rig) == [
                ContainerClosed(level: .case, sscc: ssccs[0], proved: true, milligrams: 105_000)
            ])
        #expect(try ReworkTests.isFold(rig))
    }

    /// The same behind a proof: an item of it is then found under the label of another.
    @Test func aLabelProvedAndThenDoubtedClosesNothing() throws {
        var (rig, ssccs) = Self.rig(cases: 2)
        rig.give(.read(device: "handheld", .code(Array("]C100106141412345678908".utf8))))
        rig.seen()
        rig.ask(.resume)
        rig.give(.read(device: "handheld", AggregationTests.unit(1)))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        #expect(Self.weighed(rig) == 1, "\(rig.why)")
        rig.give(.read(device: "handheld", AggregationTests.unit(2)))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[1])))
        #expect(rig.why.contains("lies under the label"), "\(rig.why)")
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).isEmpty)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func whatWasDissolvedIsNotClosed() throws {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(rig.refusal(.dissolve(sscc: ssccs[0], reason: "crushed")) == nil)
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).isEmpty && rig.stop == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    /// A case closed as it is has no weight to be held against, but has one.
    @Test func aPartialIsWeighedWithoutLimits() {
        var (rig, _) = Self.rig(cases: 1)
        rig.give(.read(device: "case-camera", AggregationTests.unit(3)))
        rig.give(.read(device: "scanner", LineRig.label(rig.labels[0].sscc)))
        Self.say(105_000, &rig)
        #expect(rig.refusal(.closePartial(station: "cases")) == nil)
        rig.give(.read(device: "scanner", LineRig.label(rig.labels[rig.labels.count - 1].sscc)))
        Self.say(52_000, &rig)
        #expect(Self.closed(rig).map(\.milligrams) == [105_000, 52_000], "\(rig.why)")
    }

    @Test func afterACrashTheLabelIsReadAgain() {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        rig.crash(power: .lostAll)
        rig.start()
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).isEmpty)
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).map(\.sscc) == ssccs)
    }

    @Test func whereAPersonPacksTheScaleIsNotAsked() {
        var (rig, ssccs) = Self.rig()
        #expect(rig.refusal(.packByHand(station: "cases", isOver: false, reason: "scale broken")) == nil)
        rig.give(.device("scale", .stale))
        #expect(rig.stop == nil, "the line does not need it")
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        #expect(Self.closed(rig) == [ContainerClosed(level: .case, sscc: ssccs[0])])
    }

    /// People took the station over while the scale was at work: what it says is of nothing they do.
    @Test func whatWasAskedBeforePackingByHandClosesNothing() {
        var (rig, ssccs) = Self.rig()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(rig.refusal(.packByHand(station: "cases", isOver: false, reason: "scale broken")) == nil)
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).isEmpty)
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        #expect(Self.closed(rig) == [ContainerClosed(level: .case, sscc: ssccs[0])])
    }

    @Test func aLostScaleHoldsTheLine() {
        var (rig, _) = Self.rig()
        rig.give(.device("scale", .stale))
        #expect(rig.stop == .deviceLost)
    }

    /// The line holds a product's limits against those of the batch as it was opened.
    @Test func limitsThatChangeMeanwhileChangeNoBatch() {
        var (rig, ssccs) = Self.rig()
        var product = rig.line.state.products[LineRig.gtin]?.product ?? Product()
        product.weights[.case] = WeightRange(text: "1..2")
        rig.ask(.defineProduct(product))
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        Self.say(105_000, &rig)
        #expect(Self.closed(rig).count == 1)
    }
}

/// Goal: limits are read as they are written, and nothing else is.
@Suite struct WeightLimitsTests {
    @Test(arguments: [
        ("1180..1260", 1_180_000, 1_260_000), ("0.001..0.001", 1, 1), ("1.5..2", 1_500, 2_000),
        ("2..2.25", 2_000, 2_250), ("1..100000000", 1_000, 100_000_000_000),
    ])
    func rangesAreRead(_ text: String, _ least: Int, _ most: Int) throws {
        let range = try #require(WeightRange(text: text))
        #expect((range.least, range.most) == (least, most) && range.text == text)
        #expect(range.contains(least) && range.contains(most))
        #expect(!range.contains(least - 1) && !range.contains(most + 1))
    }

    @Test(arguments: [
        "", "..", "1..", "..1", "1", "1.2", "2..1", "0..1", "1...2", "1..2..3", "1.2345..2", "-1..2", "a..b",
        "1..2g", " 1..2", "1..100000000.001", "1234567890123..1234567890124", "1. ..2", "٣..٤",
    ])
    func whatIsNoRangeIsNone(_ text: String) { #expect(WeightRange(text: text) == nil) }

    @Test func gramsAreWrittenShort() {
        #expect(
            [0, 1, 10, 1_000, 1_050, 1_234_567, -2_500].map(Grams.text) == [
                "0", "0.001", "0.01", "1", "1.05", "1234.567", "-2.5",
            ])
    }
}
