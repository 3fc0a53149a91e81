import LineCore

/// People who pack with a scanner: what seeds choose, and what the scanner answers them.
extension SimulatedLine {
    /// The scanner in people's hands.
    static let handheld = "handheld"

    /// The handheld scanner reads something; whoever holds it hears and sees how the line took it.
    mutating func readByHand(_ target: HandheldTarget, _ result: WorldRead) {
        heard = nil
        turn(.read(device: Self.handheld, result.lineResult))
        hearScanner(about: target)
    }

    /// What the scanner in the hand said of what it was pointed at: at once, or once that is weighed.
    mutating func hearScanner(about target: HandheldTarget) {
        if heard == false, operatorModel.hands?.awaits(target) != true {
            world.scanByHand([.command(CommandBarcode.ok.text)])
        }
        // Whoever packs by hand looks at the screen; it is not made for nobody.
        let diverted = world.divertedCase(target)
        guard operatorModel.hands != nil || onLine != nil || diverted != nil, let good = heard, let line
        else { return }
        let text = line.status.reads.first { $0.device == Self.handheld }?.answer.text ?? ""
        onLine?("\(now) handheld \(good ? "good" : "BAD"): \(text)")
        if good, let diverted, text.hasPrefix("closed, and in the") { world.putBack(diverted) }
        operatorModel.hear(OperatorHands.Answer(target: target, good: good, text: text))
    }
}

extension SimulationPlan {
    /// From how many cartons fed people pack in place of the case camera, and until how many; `nil`: never.
    ///
    /// Only where a camera sees each unit, and where none of another case may come into the open one: what
    /// lies on the table would be one more place for it; and where units are packed by their caps, a person
    /// would need both scanners.
    var byHand: (from: Int, until: Int)? {
        var random = SeededRandom(seed: seed, purpose: 0xB44D, subject: 0)
        guard random.below(5) < 2, packing == .single, !reparents, !hasLinks, units >= 40 else { return nil }
        let from = units / 5 + random.below(units / 4)
        return (from, from + 12 + random.below(units / 4))
    }

    /// Somebody who packs by hand; `nil` where nobody does.
    var hands: OperatorHands? {
        if case .manual(let isLabelFirst) = packing {
            return OperatorHands(seed: seed, isLabelFirst: isLabelFirst, switches: [])
        }
        return byHand.map { OperatorHands(seed: seed, isLabelFirst: false, switches: [$0.from, $0.until]) }
    }
}
