import LineCore

/// Helper codes in place of the units' own where they are packed.
extension SimulatedLine {
    /// The reader of both codes, where the line has one.
    var link: LinkStation? {
        guard plan.hasLinks else { return nil }
        return LinkStation(
            name: "link", readers: ["link-camera"], separator: World.linkSeparator.asciiValue ?? 0)
    }

    /// Law 5: a helper code stands for a unit that wears it, and for one alone.
    mutating func check(_ fact: UnitLinked) {
        let wears = world.cartons.contains { carton in
            carton.helper?.text == fact.helper && carton.helper?.isReadable == true
                && carton.print?.value(of: world.layout.serialField, in: world.layout.codeFields)
                    == fact.serial
        }
        if !wears { violated("law 5: helper code \(fact.helper) is not on \(fact.serial)") }
    }
}

extension SimulationPlan {
    /// Cartons wear helper codes, and the case camera sees those alone.
    ///
    /// Not with layers: what is left in the last one is seen when the batch is over, and no code can be tied
    /// then.
    var hasLinks: Bool { links && packing == .single }

    /// What the seed chooses: about one line in six.
    static func drawLinks(seed: UInt64) -> Bool {
        var random = SeededRandom(seed: seed, purpose: 0x114C, subject: 0)
        return random.below(4) == 0
    }

    /// What may go wrong with helper codes and can be put right: by showing the unit to the reader again, by
    /// another cap, or by its own code at the case camera.
    ///
    /// Copied helper codes are in half of the seeds, and not on lines that re-parent. Nobody can tell which
    /// of two units with one helper code the case camera saw: so in those the reader of both codes is always
    /// heard in time, and nobody puts rejects back. A helper code is never misread there as another that
    /// could be one: no act unties a unit.
    func addLinkFaults(to faults: inout [WorldFault]) {
        guard hasLinks else { return }
        var random = SeededRandom(seed: seed, purpose: 0x114C, subject: 1)
        faults += [.linkNoRead, .linkMisread, .linkOneCode, .linkDouble, .badHelper]
        if random.below(2) == 0, !reparents {
            faults.append(.helperCopy)
            faults.removeAll { $0 == .rejectedItemBack }
        } else {
            faults += [.linkSilent, .linkLate]
        }
    }
}
