import Testing

@testable import LineCore
@testable import Simulator

/// Goal: the random mix holds every act and mode, so that the laws are held against each. Method: some seeds
/// of each; what their journals say was done is counted, and no law is broken.
@Suite struct MixTests {
    /// Runs seeds, and counts what their records show.
    private static func count(
        _ seeds: ClosedRange<UInt64>, units: Int = 150, _ change: (inout SimulationPlan) -> Void,
        of isIt: (LineRecord) -> Bool
    ) -> Int {
        var found = 0
        for seed in seeds {
            var plan = SimulationPlan(seed: seed, units: units)
            change(&plan)
            var line = SimulatedLine(plan)
            #expect(line.run().violations == [], "seed \(seed)")
            found += line.bodies.compactMap { try? LineRecord.decode($0)?.record }.count(where: isIt)
        }
        return found
    }

    @Test func casesMoveFromPalletToPallet() {
        let moved = Self.count(1...8) {
            $0.reworks = 12
        } of: { record in
            if case .itemAdded(let fact) = record { fact.item.utf8.count == 18 } else { false }
        }
        #expect(moved > 4)
    }

    /// A whole layer in one message, with a code missing or twice, misread, foreign, late, lost, or twice.
    @Test(arguments: [1, 2, 5]) func layersMakeTheirCases(layers: Int) {
        var refusals: Set<String> = []
        let collated = Self.count(1...8) {
            ($0.packing, $0.faultsPerMillion) = (.layers(layers), 10_000)
        } of: { record in
            if case .batchHeld(let fact) = record, fact.reason == StopReason.packRefused.rawValue {
                let isShort = fact.detail.hasPrefix("the layer has")
                refusals.insert(isShort ? "short" : fact.detail.hasPrefix("code ") ? "bad" : fact.detail)
            }
            if case .collated(let fact) = record { return fact.level == .case }
            return false
        }
        #expect(collated > 8 * 8 && refusals == ["short", "bad"])
    }
}
