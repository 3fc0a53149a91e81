import Testing

@testable import LineCore
@testable import Simulator

/// Goal: people who pack with a scanner are in the random mix, with the mistakes they make, and no law is
/// broken. Method: some seeds of each way to work; their journals must show it, and the person beside the
/// line must have been refused something.
@Suite struct ByHandMixTests {
    /// What some seeds showed together.
    private struct Sum {
        var collated = 0
        var opened = 0
        var begun = 0
        var ended = 0
        var byHand = 0
        var refusals = 0
        var mistakes = 0
    }

    private static func run(_ seeds: ClosedRange<UInt64>, _ change: (inout SimulationPlan) -> Void) -> Sum {
        var sum = Sum()
        for seed in seeds {
            var plan = SimulationPlan(seed: seed, units: 150)
            change(&plan)
            var line = SimulatedLine(plan)
            #expect(line.run().violations == [], "seed \(seed)")
            var isByHand = false
            for case let record? in line.bodies.map({ try? LineRecord.decode($0)?.record }) {
                switch record {
                case .collated(let fact) where fact.level == plan.levels[0].level:
                    sum.collated += 1
                    if isByHand { sum.byHand += 1 }
                case .containerOpened: sum.opened += 1
                case .packingOverridden(let fact):
                    isByHand = fact.byHand
                    if isByHand { sum.begun += 1 } else { sum.ended += 1 }
                default: break
                }
            }
            sum.refusals += line.operatorModel.hands?.refusalsSeen ?? 0
            sum.mistakes += line.operatorModel.hands?.mistakes ?? 0
        }
        return sum
    }

    @Test func casesArePackedAtATable() {
        let sum = Self.run(1...8) { ($0.packing, $0.faultsPerMillion) = (.manual(labelFirst: false), 10_000) }
        #expect(sum.collated > 8 * 8 && sum.opened == 0, "\(sum)")
        #expect(sum.mistakes > 5 && sum.refusals > sum.mistakes, "\(sum)")
    }

    @Test func casesAreFilledUnderTheirLabel() {
        let sum = Self.run(1...8) { ($0.packing, $0.faultsPerMillion) = (.manual(labelFirst: true), 10_000) }
        #expect(sum.collated > 8 * 8 && sum.opened >= sum.collated, "\(sum)")
        #expect(sum.mistakes > 5 && sum.refusals > sum.mistakes, "\(sum)")
    }

    /// People take over from the case camera, and give back.
    @Test func peoplePackForAWhile() {
        let sum = Self.run(1...20) { ($0.packing, $0.reworks) = (.single, 0) }
        #expect(sum.begun > 3 && sum.ended > 3 && sum.byHand > 5, "\(sum)")
        #expect(sum.collated > 2 * sum.byHand, "\(sum)")
    }

    /// One seed in six packs by hand, half of those with the label first; of the others one in nine for a
    /// while.
    @Test func seedsChooseHowToPack() {
        let plans = (1...1_200).map { SimulationPlan(seed: $0, units: 300) }
        let first = plans.count { $0.packing == .manual(labelFirst: true) }
        let manual = first + plans.count { $0.packing == .manual(labelFirst: false) }
        #expect((150...250).contains(manual) && (70...130).contains(first), "\(manual) \(first)")
        let forAWhile = plans.count { $0.byHand != nil }
        #expect((90...150).contains(forAWhile), "\(forAWhile)")
    }
}
