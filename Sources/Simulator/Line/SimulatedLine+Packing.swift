import LineCore

/// The packing stations of a simulated line: one for each level of its order.
extension SimulatedLine {
    /// The fixed scanner of a tier: on the last side, which also packs what it reads, or on one before.
    static func scanner(_ tier: Int, side: Int? = nil) -> String {
        (tier == 0 ? "scanner" : "scanner-\(tier + 1)") + (side.map { "-side-\($0 + 1)" } ?? "")
    }

    /// The printer of a kind of labels.
    static func printer(_ target: LabelTarget) -> String {
        switch target {
        case .inner(tier: 0): "case-printer"
        case .inner(let tier): "printer-\(tier + 1)"
        case .palletLabel: "pallet-printer"
        }
    }

    /// What a label of a level is put on: the highest level stands on the floor, as pallets do.
    func target(of level: PackLevel) -> LabelTarget {
        let tier = plan.levels.firstIndex { $0.level == level } ?? 0
        return tier + 1 == plan.levels.count ? .palletLabel : .inner(tier: tier)
    }

    /// The camera sees units; each fixed scanner reads the labels of one level and packs what they are on
    /// into the next. Those of the highest are read by hand.
    var stations: [PackStation] {
        plan.levels.enumerated().map { tier, level in
            let isTop = tier + 1 == plan.levels.count
            let (items, labels) = readers(of: tier, isTop: isTop)
            var station = PackStation(
                name: "pack-\(level.level.rawValue)", level: level.level,
                itemReaders: items,
                printer: Self.printer(target(of: level.level)),
                labelReaders: labels,
                transit: tier == 0 ? 3 : 2, proveEvery: plan.proveEvery)
            station.reparents = tier == 0 && plan.reparents
            station.divertsInRow = plan.divertsInRow
            station.labels = world.layout.sides(of: tier)
            // Where the label comes first nothing tells when its container stands on the scale.
            if tier == 0, plan.weighs, plan.packing != .manual(labelFirst: true) {
                station.scale = Self.scale
            }
            return station
        }
    }

    /// What reads items and labels at the station of a tier: nothing but a person where cases are packed at a
    /// table.
    private func readers(of tier: Int, isTop: Bool) -> (items: [String], labels: [String]) {
        let hand = [Self.handheld]
        let byHand = world.layout.packsByHand ? 1 : 0
        let items =
            switch tier {
            case 0: byHand > 0 ? hand : ["case-camera"]
            case ...byHand: hand
            default: [Self.scanner(tier - 1)] + hand
            }
        guard !isTop, tier >= byHand else { return (items, hand) }
        let others = (0..<world.layout.sides(of: tier) - 1).map { Self.scanner(tier, side: $0) }
        return (items, [Self.scanner(tier)] + others + hand)
    }
}
