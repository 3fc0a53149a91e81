/// What became of the label that a new one replaces: two labels of one container would be two containers.
package enum OldLabel: String, CaseIterable, Equatable, Sendable {
    /// A scanner of the line read it right before: it is in the hand and will be destroyed.
    case read
    /// Somebody answers for it: destroyed, or never printed.
    case destroyed
}

extension Line {
    /// How long ago the old label may have been read.
    private static let oldLabelNanoseconds = 600_000 * Nanoseconds.millisecond

    mutating func reprint(
        _ sscc: String, reason: String, old: OldLabel?, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .reprint)
        let index = try container(sscc)
        guard let old else {
            throw Refusal(
                "PACK-212", "nobody says what became of the old label of \(sscc)",
                "Read it with a label scanner and add --old-label read, or --old-label destroyed.")
        }
        let reads = labelReads.values
        if old == .read,
            !reads.contains(where: { $0.isOf(index, within: Self.oldLabelNanoseconds, at: now) })
        {
            throw Refusal(
                "PACK-213", "the old label of \(sscc) is not what a scanner read last",
                "Read it with a label scanner, then ask again; or add --old-label destroyed.")
        }
        let level = state.containers[index].level
        let printer = packing.first { $0.station.level == level }?.station.printer
        for device in devices where device.name == printer { try Self.checkIsThere(device) }
        let advice = openAdvice(index)
        sendLabel(sscc, reason: why, actor: actor, old: old.rawValue)
        return "label of \(sscc) is printed again, count \(state.containers[index].count); read it back"
            + advice
    }
}
