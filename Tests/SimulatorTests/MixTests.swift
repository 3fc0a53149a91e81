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

    /// A case is read again without a unit that is no more in it.
    @Test func casesAreReadAgain() {
        let read = Self.count(1...12) {
            ($0.reworks, $0.packing) = (12, .single)
        } of: { record in
            if case .contentReset = record { true } else { false }
        }
        #expect(read > 3)
    }

    /// What is loose at the end of the batch is ended at once.
    @Test func looseUnitsAreEndedTogether() {
        var times: [String: Int] = [:]
        for seed in UInt64(1)...12 {
            var plan = SimulationPlan(seed: seed, units: 150)
            plan.reworks = 12
            var line = SimulatedLine(plan)
            var command = ""
            line.onLine = { if $0.contains("endOrphans") { command = $0 } }
            #expect(line.run().violations == [], "seed \(seed)")
            if !command.isEmpty {
                times[command.contains("destroyed") ? "destroyed" : "other", default: 0] += 1
            }
        }
        #expect(times.values.reduce(0, +) > 2, "\(times)")
    }

    @Test func casesMoveFromPalletToPallet() {
        let moved = Self.count(1...12) {
            $0.reworks = 12
        } of: { record in
            if case .itemAdded(let fact) = record { fact.item.utf8.count == 18 } else { false }
        }
        #expect(moved > 4, "\(moved)")
    }

    /// Rejects that cannot be read are counted; labels of others are kept.
    @Test func rejectsAreCountedAndTheirLabelsKept() {
        var kept = 0
        let counted = Self.count(1...12) {
            ($0.reworks, $0.faultsPerMillion) = (12, 10_000)
        } of: { record in
            if case .unitEnded(let fact) = record, fact.end == UnitEnd.labelSampled.rawValue { kept += 1 }
            if case .rejectsCounted = record { return true }
            return false
        }
        #expect(counted > 3 && kept > 0, "\(counted) \(kept)")
    }

    /// Units of finished cases that are put into the open one, and read there.
    @Test func unitsLeaveTheirCaseForTheOpenOne() {
        let taken = Self.count(1...16) {
            ($0.reworks, $0.packing) = (12, .single)
        } of: { record in
            if case .itemRemoved(let fact) = record { fact.reason.hasPrefix("re-parented") } else { false }
        }
        #expect(taken > 3, "\(taken)")
    }

    /// Units are packed by the helper codes they wear. Every way in which a pair is none: one code or nothing
    /// is read, the unit's is misread, another wears the helper code, the message comes twice or never.
    @Test func unitsArePackedByTheirHelperCodes() {
        var refusals: [String: Int] = [:]
        var caseRefusals = 0
        let linked = Self.count(1...16) {
            ($0.links, $0.packing, $0.faultsPerMillion) = (true, .single, 10_000)
        } of: { record in
            if case .batchHeld(let fact) = record {
                let words = fact.detail.split(separator: " ").prefix(2).joined(separator: " ")
                if fact.reason == StopReason.linkRefused.rawValue { refusals[words, default: 0] += 1 }
                if fact.reason == StopReason.packRefused.rawValue { caseRefusals += 1 }
            }
            if case .unitLinked = record { return true }
            return false
        }
        #expect(linked > 16 * 100, "\(linked)")
        #expect(
            ["nothing was", "1 codes", "helper code"].allSatisfy { refusals[$0, default: 0] > 2 },
            "\(refusals)")
        #expect(refusals.values.reduce(0, +) > 40 && caseRefusals > 10, "\(refusals) \(caseRefusals)")
    }

    /// Seeds choose helper codes about once in six, and only where units are packed one by one.
    @Test func someSeedsTieHelperCodes() {
        let plans = (1...600).map { SimulationPlan(seed: $0, units: 1) }
        #expect((70...130).contains(plans.count(where: \.hasLinks)))
        #expect(!plans.contains { $0.hasLinks && $0.packing != .single })
    }

    /// Two to four levels, each in the next: the number of them stands on pallets, or on nothing.
    @Test func everyLevelIsPacked() {
        var levels: Set<[PackLevel]> = []
        var made: [PackLevel: Int] = [:]
        let nested = Self.count(1...24) { plan in
            levels.insert(plan.levels.map(\.level))
        } of: { record in
            guard case .collated(let fact) = record else { return false }
            made[fact.level, default: 0] += 1
            return fact.children.allSatisfy { $0.utf8.count == 18 }
        }
        #expect(Set(levels.map(\.count)) == [2, 3, 4], "\(levels)")
        #expect(PackLevel.allCases.allSatisfy { made[$0, default: 0] > 20 } && nested > 80, "\(made)")
    }

    /// Containers whose label is bad leave the line, and come back in the order their labels are read.
    @Test func badLabelsLeaveTheLine() {
        var diverted = 0
        for seed in UInt64(1)...40 {
            var plan = SimulationPlan(seed: seed, units: 150)
            (plan.reworks, plan.levels) = (0, [SimulatedLevel(.case, 3), SimulatedLevel(.pallet, 4)])
            guard plan.divertsInRow > 0, plan.packing == .single, plan.byHand == nil else { continue }
            var line = SimulatedLine(plan)
            line.world.faults[.badCaseLabel] = 60_000
            #expect(line.run().violations == [], "seed \(seed)")
            diverted += line.bodies.compactMap { try? LineRecord.decode($0)?.record }.count { record in
                if case .labelsDoubted(let fact) = record { fact.diverted } else { false }
            }
        }
        #expect(diverted > 5, "\(diverted)")
    }

    /// Containers carry a label on each of several sides, some of them bad, missing, or out once too often.
    @Test func severalLabelsOnAContainer() {
        var (several, refused) = (0, 0)
        for seed in UInt64(1)...60 where several < 5 {
            var plan = SimulationPlan(seed: seed, units: 120)
            guard plan.labelsByTier.contains(where: { $0 > 1 }) else { continue }
            several += 1
            plan.levels = plan.levels.map { SimulatedLevel($0.level, min($0.items, 5)) }
            if case .layers = plan.packing { plan.packing = .single }
            var line = SimulatedLine(plan)
            for fault in [WorldFault.badCaseLabel, .badPalletLabel, .labelMissing, .labelRepeat] {
                line.world.faults[fault] = 30_000
            }
            #expect(line.run().violations == [], "seed \(seed)")
            refused += line.bodies.compactMap { try? LineRecord.decode($0)?.record }.count { record in
                guard case .batchHeld(let fact) = record else { return false }
                return fact.reason == StopReason.labelMismatch.rawValue
            }
        }
        #expect(several == 5 && refused > 3, "\(several) \(refused)")
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
            if case .collated(let fact) = record { return fact.children.first?.utf8.count != 18 }
            return false
        }
        #expect(collated > 8 * 8 && refusals == ["short", "bad"])
    }

    /// Cases are weighed: some are too heavy, or the scale does not come to rest.
    @Test func casesAreWeighed() {
        var (weighed, stops) = (0, 0)
        weighed = Self.count(1...12) {
            ($0.weighs, $0.isOverProduct) = (true, true)
        } of: { record in
            if case .batchHeld(let fact) = record, ["LINE-143", "LINE-144"].contains(fact.reason) {
                stops += 1
            }
            if case .containerClosed(let fact) = record { return fact.milligrams > 0 }
            return false
        }
        #expect(weighed > 60 && stops > 4, "\(weighed) \(stops)")
    }
}
