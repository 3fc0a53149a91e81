import LineCore

/// One simulated batch: what is made, how, and how much goes wrong.
package struct SimulationPlan: Equatable, Sendable {
    /// Decides everything that chance decides.
    package var seed: UInt64
    /// Cartons fed.
    package var units: Int
    /// How the gate is driven.
    package var gate: GateMode
    /// Cartons come with codes.
    package var isPreprinted: Bool
    /// What happens to printed units after an unclean stop.
    package var zone: ZoneRule
    /// Crashes of the program or the power, at moments the seed picks.
    package var crashes: Int
    /// Chance of each fault of the world, in a million.
    package var faultsPerMillion: Int

    /// Acts of rework the operator does, chosen by seed.
    package var reworks = 0

    /// The line has no encoder: its I/O counts running time, and the belt's speed is not quite the one told.
    package var isTimed = false
    /// What the units carry.
    package var code: SimulatedCode
    /// How the case station learns what goes in.
    package var packing: SimulatedPacking
    /// The levels of packing, lowest first, and how much fills a container of each.
    package var levels: [SimulatedLevel]

    /// Cartons wear helper codes, as far as that fits the packing.
    package var links: Bool

    /// Operators of several roles sign on and off, and a batch is released by a second person.
    package var signsOn: Bool

    /// The order is over a product, whose label template changes while the batch runs.
    package var isOverProduct: Bool

    /// Containers of the lowest level are weighed before they count as closed.
    package var weighs = false

    /// A unit that was packed already and is read on its way into another case leaves the first one.
    var reparents: Bool {
        var random = SeededRandom(seed: seed, purpose: 0x9E9A, subject: 0)
        return random.below(2) == 0 && packing == .single && reworks > 0
    }

    /// What is asked for before the batch may produce.
    var changeover: ChangeoverRules {
        var random = SeededRandom(seed: seed, purpose: 0xCA0E, subject: 0)
        var rules = ChangeoverRules()
        rules.challenges = [[], [], Challenge.allCases, [.unreadable]][random.below(4)]
        // A copy of a unit needs a unit.
        rules.firstArticle = random.below(3) == 0 || rules.challenges.contains(.duplicate)
        rules.challengesEachShift = random.below(2) == 0
        rules.clearance = random.below(3) == 0 ? ["cartons", "bin"] : []
        return rules
    }

    /// Cartons that are fed in set-up before the batch starts; 0: there is none.
    var setUpCartons: Int {
        var random = SeededRandom(seed: seed, purpose: 0x5E7, subject: 0)
        return random.below(4) == 0 ? min(4, units / 4) : 0
    }

    /// The order has jobs for coder and camera, whose answers may be lost or wrong, and one of which is
    /// unplugged now and then.
    var hasJobs: Bool {
        var random = SeededRandom(seed: seed, purpose: 0x70B5, subject: 0)
        return random.below(3) == 0
    }

    /// Parallel lanes, each with coder, camera and gate of its own.
    var lanes: Int {
        guard !isTimed else { return 1 }
        var random = SeededRandom(seed: seed, purpose: 0x1A9E, subject: 0)
        return [1, 1, 1, 2, 3][random.below(5)]
    }

    /// The batch is suspended once, after so many cartons were fed; `nil`: never.
    var suspendsAfter: Int? {
        var random = SeededRandom(seed: seed, purpose: 0x5059, subject: 0)
        return random.below(4) == 0 ? units / 4 + random.below(max(1, units / 2)) : nil
    }

    /// So many containers in a row whose label cannot be read leave the line for a side way; 0: it stops.
    var divertsInRow: Int {
        var random = SeededRandom(seed: seed, purpose: 0xD17E, subject: 0)
        return [0, 0, 0, 1, 2, 5][random.below(6)]
    }

    /// Labels on a container of each level, lowest first: one on each or, where nothing is diverted, several.
    var labelsByTier: [Int] {
        var random = SeededRandom(seed: seed, purpose: 0x1ABE, subject: 0)
        guard divertsInRow == 0, random.below(2) == 0 else { return [] }
        return levels.indices.map { tier in
            // At a table a person sticks one on and reads it.
            if case .manual = packing, tier == 0 { return 1 }
            return [1, 2, 2, 3][random.below(4)]
        }
    }

    /// Most containers closed by the order of their labels alone; 0: any number.
    var proveEvery: Int {
        var random = SeededRandom(seed: seed, purpose: 0x9807, subject: 0)
        return [0, 0, 0, 0, 0, 0, 3, 12][random.below(8)]
    }

    /// A plan whose mode, zone, crashes and faults the seed picks.
    package init(seed: UInt64, units: Int) {
        var random = SeededRandom(seed: seed, purpose: 0x51A7, subject: 0)
        self.seed = seed
        self.units = units
        gate = [GateMode.plc, .pass, .eject, .stop][random.below(4)]
        isPreprinted = random.below(4) == 0
        zone = random.below(2) == 0 ? .reject : .read
        crashes = random.below(4)
        faultsPerMillion = [0, 1_000, 5_000, 10_000][random.below(4)]
        reworks = [0, 2, 6][random.below(3)]
        // Drawn apart, so that the other choices of a seed stay what they were.
        var codes = SeededRandom(seed: seed, purpose: 0xC0DE, subject: 0)
        code = SimulatedCode.allCases[codes.below(SimulatedCode.allCases.count)]
        var people = SeededRandom(seed: seed, purpose: 0x0E09, subject: 0)
        signsOn = people.below(2) == 0
        var products = SeededRandom(seed: seed, purpose: 0x960D, subject: 0)
        isOverProduct = products.below(2) == 0
        var packers = SeededRandom(seed: seed, purpose: 0x9AC4, subject: 0)
        packing = SimulatedPacking.mix[packers.below(SimulatedPacking.mix.count)]
        levels = SimulatedLevel.draw(seed: seed)
        var packersByHand = SeededRandom(seed: seed, purpose: 0x4A9D, subject: 0)
        if packersByHand.below(6) == 0 { packing = .manual(labelFirst: packersByHand.below(2) == 0) }
        links = Self.drawLinks(seed: seed)
        var scales = SeededRandom(seed: seed, purpose: 0x5CA0, subject: 0)
        weighs = scales.below(4) == 0
    }

    /// Speed the configuration tells: within a hundredth of the simulated belt's 1,000 mm/s.
    var toldMillimetresPerSecond: Int {
        var random = SeededRandom(seed: seed, purpose: 0x59EE, subject: 0)
        return 990 + random.below(21)
    }

    /// The faults a careful operator can put right with the acts that exist.
    var faults: [WorldFault] {
        // Without a sensor behind the stop position nobody sees that a unit slipped.
        var faults = gate == .stop ? Self.allFaults.filter { $0 != .slip } : Self.allFaults
        // Nobody can tell a copy that was put back from the unit itself, which its case would lose.
        if reparents { faults.removeAll { $0 == .rejectedItemBack } }
        // A packer that was not told of its layer asks once more; of a single unit nobody would know.
        if case .layers = packing { faults += [.caseRepeat, .caseSilent, .caseLate] }
        addLinkFaults(to: &faults)
        return faults
    }

    private static let allFaults: [WorldFault] = [
        .unreadablePrint, .wrongLot, .coderRepeat, .coderSkip, .unitMisread, .unitNoRead, .unitSilent,
        .unitLate, .unitDouble, .caseMisread, .caseNoRead, .caseDouble, .foreignItem, .rejectedItemBack,
        .confirmMissing, .slip, .badCaseLabel, .badPalletLabel, .labelMissing,
        .labelRepeat,
    ]
}

/// How the case station of a simulated line learns what goes into a case.
package enum SimulatedPacking: Equatable, Sendable {
    /// A camera sees each unit on its way in.
    case single
    /// A camera over the packer sees a layer at a time; so many make a case.
    case layers(Int)
    /// A person packs at a table, with a scanner; the label may come first. Nothing is seen in layers there,
    /// and no unit of a finished case goes into the open one.
    case manual(labelFirst: Bool)

    /// What seeds choose from.
    static let mix: [SimulatedPacking] = [
        .single, .single, .single, .single, .single, .layers(1), .layers(2), .layers(5),
    ]
}

/// One level of packing of a simulated order.
package struct SimulatedLevel: Equatable, Sendable {
    /// What it is.
    package let level: PackLevel
    /// Items in a full container.
    package let items: Int

    /// A level.
    package init(_ level: PackLevel, _ items: Int) {
        self.level = level
        self.items = items
    }

    /// Cases of ten on pallets of six.
    package static let usual = [SimulatedLevel(.case, 10), SimulatedLevel(.pallet, 6)]

    /// What seeds choose from: as often two levels as more.
    private static let mix: [[PackLevel]] = [
        [.case, .pallet], [.case, .pallet], [.bundle, .case], [.bundle, .pallet],
        [.bundle, .case, .pallet], [.case, .shipper, .pallet], [.bundle, .case, .shipper],
        [.bundle, .case, .shipper, .pallet],
    ]

    /// What the seed chooses: ten units in the lowest, of anything else fewer.
    static func draw(seed: UInt64) -> [SimulatedLevel] {
        var random = SeededRandom(seed: seed, purpose: 0x1E7E, subject: 0)
        let levels = mix[random.below(mix.count)]
        guard levels.count > 2 else { return [SimulatedLevel(levels[0], 10), SimulatedLevel(levels[1], 6)] }
        return levels.enumerated().map { place, level in
            SimulatedLevel(level, place == 0 ? 10 : 2 + random.below(2))
        }
    }
}

/// What one seed showed.
package struct SimulationReport: Equatable, Sendable {
    /// The seed.
    package var seed: UInt64
    /// Cartons fed.
    package var units = 0
    /// Crashes survived.
    package var crashes = 0
    /// Faults that happened.
    package var faults = 0
    /// Laws broken, each with what was seen; empty if none.
    package var violations: [String] = []
    /// SHA-256 over all events and records, hexadecimal.
    package var trace = ""
    /// Virtual nanoseconds.
    package var elapsed: UInt64 = 0
    /// Records in the journal.
    package var records = 0
    /// Units commissioned.
    package var commissioned = 0
    /// Cases and pallets closed.
    package var containers = 0
    /// Serials that a person ended: samples, destroyed and decommissioned units.
    package var ended = 0
    /// Starts that began from a snapshot.
    package var snapshotStarts = 0
}
