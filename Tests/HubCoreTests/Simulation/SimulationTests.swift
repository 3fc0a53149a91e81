import Foundation
import Testing

@testable import HubCore

/// Goal: no number in the hands of two lines, ever, and none lost, whatever the network, the hub's disk and
/// backups do. Method: seeds; lines that keep the rules; a bookkeeper that knows the numbers one by one.
///
/// Every restore is the command's. Old data that comes back without it is found as soon as a line shows what
/// the hub does not hold, and not before: `GenerationTests` has that.
///
/// `HUB_SEEDS` sets how many seeds, `HUB_STEPS` how many steps each, `HUB_FIRST` the first seed.
@Suite struct HubSimulationTests {
    /// Seeds that found something, for ever.
    private static let pinned = [
        1_016, 1_162, 1_209, 1_262, 1_276, 1_277, 1_399, 1_498, 2_047,
        2_626, 3_242,
    ]

    private static func figure(_ name: String, or usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }

    @Test func lawOneNoNumberInTwoHandsAndNoneLost() {
        let first = Self.figure("HUB_FIRST", or: 1)
        var all = (taken: 0, crashes: 0, restores: 0, returns: 0, stops: 0, retired: 0)
        for seed in Self.pinned + (first..<first + Self.figure("HUB_SEEDS", or: 20)) {
            var simulation = HubSimulation(seed: UInt64(seed))
            simulation.run(steps: Self.figure("HUB_STEPS", or: 1_500))
            #expect(simulation.faults.isEmpty, "seed \(seed): \(simulation.faults.prefix(5))")
            all.taken += simulation.counts.taken
            all.crashes += simulation.counts.crashes
            all.restores += simulation.counts.restores
            all.returns += simulation.counts.returns
            all.retired += simulation.counts.retired
        }
        print("Hub simulation: \(all)")
        #expect(all.taken > 100 && all.crashes > 10 && all.restores > 5 && all.returns > 20)
    }
}
