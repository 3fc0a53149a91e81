import Testing

@testable import LineCore

/// Goal: the rules judge a random plan over all they know, whatever the shell judged before. Method: offers
/// with a plan beside pools of the same GTIN and of another.
@Suite struct RandomPoolTests {
    private static func offer(_ name: String, _ numbers: ClosedRange<Int>, plan: RandomPlan) -> PoolOffer {
        var table = SerialTable()
        for number in numbers { _ = table.append(LineRig.serial(number).utf8) }
        var offer = PoolOffer(
            name: name, kind: .printed, key: LineRig.gtin, content: .file(sha256: name, table))
        offer.plan = plan
        return offer
    }

    @Test func lawOneSerialsOfAllPoolsCountAgainstThePlan() {
        var rig = LineRig()
        rig.start()
        let plan = RandomPlan(alphabet: "0123456789", length: 8, count: 9_000)
        #expect(rig.refusal(.addPool(Self.offer("first", 2_001...2_010, plan: plan))) == nil)
        rig.ask(.addPool(LineRig.units()))
        var next = plan
        // 10 + 1,000 are known: 8,989 more are below one in 10,000, 8,990 are not.
        next.count = 8_990
        #expect(rig.refusal(.addPool(Self.offer("next", 3_001...3_010, plan: next))) == "POOL-114")
        next.count = 8_989
        #expect(rig.refusal(.addPool(Self.offer("next", 3_001...3_010, plan: next))) == nil)
        guard case .poolAdded(let fact)? = rig.records.last?.record else {
            Issue.record("the pool is in the journal")
            return
        }
        #expect(fact.pool == "next" && fact.alphabet == "0123456789" && fact.file == "next")
    }
}
