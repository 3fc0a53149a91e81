/// Line clearance: nothing of one batch is on the line when the next one starts, and two people have looked.
extension Line {
    /// Nothing starts on a line that was not cleared since its last batch.
    func checkClearance() throws(Refusal) {
        guard !configuration.changeover.clearance.isEmpty, !state.isCleared else { return }
        let last = state.lastOnLine.map { state.batches[$0].order.batch }
        throw Refusal(
            "BATCH-116", "the line was not cleared\(last.map { " after batch \($0)" } ?? "")",
            "Clear it: seriatim batch clearance --checked "
                + configuration.changeover.clearance.joined(separator: ",") + ".")
    }

    mutating func clearLine(_ points: [String], by authority: Authority) throws(Refusal) -> String {
        let asked = configuration.changeover.clearance
        guard !asked.isEmpty else {
            throw Refusal(
                "BATCH-170", "this line has no clearance checklist", "Write one: [changeover], clearance.")
        }
        if let batch = state.runningBatch {
            throw Refusal(
                "BATCH-171", "batch \(batch.order.batch) is on the line",
                "Complete or suspend it first: seriatim batch complete.")
        }
        if let batch = completedBatch {
            throw Refusal(
                "BATCH-171", "batch \(batch.order.batch) is completed and not closed",
                "Close it first: seriatim batch close \(batch.order.batch).")
        }
        if let unknown = points.first(where: { !asked.contains($0) }) {
            throw Refusal(
                "BATCH-173", "\"\(unknown)\" is no point of the checklist",
                "The points are: \(asked.joined(separator: ", ")).")
        }
        guard Set(points).count == points.count else {
            throw Refusal(
                "BATCH-175", "a point is named twice: \(points.joined(separator: ", "))",
                "Name each once: --checked \(asked.joined(separator: ",")).")
        }
        if let missing = asked.first(where: { !points.contains($0) }) {
            throw Refusal(
                "BATCH-172", "nobody has checked: \(missing)",
                "Look at it, then name it too: --checked \(asked.joined(separator: ",")).")
        }
        for batch in state.batches where batch.state == .suspended && batch.remainder > 0 {
            throw Refusal(
                "BATCH-174",
                "\(batch.remainder) serials of the suspended batch \(batch.order.batch) are in doubt",
                "Recover what is in the bin (seriatim item recover), then seriatim batch scrap "
                    + "\(batch.order.batch).")
        }
        let last = state.lastOnLine.map { state.batches[$0] }
        record(
            .lineCleared(
                LineCleared(
                    batch: last?.order.batch ?? "", points: asked, rejects: last?.rejected ?? 0,
                    found: last?.accounted ?? 0, actor: authority.name,
                    second: authority.second?.name ?? "")))
        return "the line is cleared"
    }
}
