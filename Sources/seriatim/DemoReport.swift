import ControlAPI
import JSONText
import Simulator

/// What a demo found: checks, each with its answer, and figures.
struct DemoReport {
    /// One thing that had to hold.
    struct Check: Equatable {
        let name: String
        let holds: Bool
        let detail: String
    }

    private(set) var checks: [Check] = []
    private(set) var figures: [(name: String, value: Int)] = []

    /// Every check held.
    var holds: Bool { !checks.isEmpty && checks.allSatisfy(\.holds) }

    mutating func check(_ name: String, _ holds: Bool, _ detail: String = "") {
        checks.append(Check(name: name, holds: holds, detail: detail))
    }

    mutating func figure(_ name: String, _ value: Int) {
        figures.append((name, value))
    }

    // MARK: Comparison

    /// The belt list against the journal's own fold.
    mutating func compare(_ ledger: JournalLedger, _ world: World, unseenRejects: Int) {
        let belt = world.beltList
        let comparison = BeltComparison(ledger, belt, gtin: DemoPlan.gtin)
        for topic in BeltComparison.Topic.allCases {
            let found = comparison.differences[topic] ?? []
            check(
                "belt list: \(topic.words)", found.isEmpty,
                found.isEmpty ? "" : "\(found.count): " + found.prefix(5).joined(separator: "; "))
        }
        compareBin(ledger, world, belt, unseenRejects)
        figure("difference", comparison.count)
        figure("cartons", world.cartons.count)
        figure("units in cases", belt.cases.reduce(0) { $0 + $1.items.count })
        figure("cases", belt.cases.count)
        figure("pallets", belt.pallets.count)
        figure("in the bin", belt.bin.count + belt.emptied.count)
        figure("commissioned", ledger.commissioned.count)
        figure("scrapped", ledger.scrapped.count)
        figure("rejects confirmed", ledger.confirmed)
        figure("taken off by hand", world.tally.taken)
        figure("records", ledger.records)
        figure("starts", ledger.starts)
    }

    private mutating func compareBin(
        _ ledger: JournalLedger, _ world: World, _ belt: BeltList, _ unseen: Int
    ) {
        let thrown = world.tally.rejected
        let lying = belt.bin.count + belt.emptied.count
        let backAgain = world.faultCounts[.rejectedItemBack]
        let agree = ledger.confirmed <= thrown && thrown <= ledger.confirmed + unseen
        check(
            "belt list: the bin holds what the gate threw out and hands took off",
            agree && lying == thrown + world.tally.taken - backAgain - world.tally.outOfBin,
            "\(lying) = \(ledger.confirmed) confirmed + \(thrown - ledger.confirmed) unseen + "
                + "\(world.tally.taken) by hand - \(world.tally.outOfBin) into a case; "
                + "at most \(unseen) could be unseen")
    }

    // MARK: Output

    func printText() {
        for check in checks {
            let detail = check.detail.isEmpty ? "" : "  (\(check.detail))"
            print("  \(check.holds ? "ok     " : "FAILED ")\(check.name)\(detail)")
        }
        let failed = checks.count { !$0.holds }
        let items = figures.first { $0.name == "cartons" }?.value ?? 0
        let difference = figures.first { $0.name == "difference" }?.value ?? -1
        print("\nBelt list against journal: \(items) cartons, difference \(difference).")
        print(failed == 0 ? "Every check held." : "\(failed) of \(checks.count) checks FAILED.")
    }

    /// `{"ok", "plan"..., "figures": {...}, "checks": [{"name", "ok", "detail"}]}`
    func json(_ plan: DemoPlan, directory: String, seconds: Double) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("ok", holds)
        writer.member("units", plan.units)
        writer.member("rate", plan.rate)
        writer.member("gate", plan.gate.rawValue)
        writer.member("preprinted", plan.isPreprinted)
        writer.member("seed", plan.seed)
        writer.member("data", directory)
        writer.member("milliseconds", Int(seconds * 1_000))
        writer.beginObject("figures")
        for figure in figures { writer.member(figure.name, figure.value) }
        writer.endObject()
        writer.beginArray("checks")
        for check in checks {
            writer.beginObject()
            writer.member("name", check.name)
            writer.member("ok", check.holds)
            writer.member("detail", check.detail)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}

extension BeltComparison.Topic {
    fileprivate var words: String {
        switch self {
        case .cases: "each case holds the serials the journal lists"
        case .pallets: "each pallet holds the cases the journal lists"
        case .labels: "each label tells SSCC and real count, and was read back"
        case .commissioned: "the commissioned serials are those in the cases, once each"
        case .bin: "no commissioned carton lies in the bin"
        case .left: "nothing is left between the stations"
        case .numbers: "no number was used twice, nothing passed unverified"
        }
    }
}
