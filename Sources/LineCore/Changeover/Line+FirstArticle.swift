/// The first good unit of a batch on each lane, which people look at before the others are made.
extension Line {
    /// The batch on the line still waits for the first good unit of a lane, or for what people say of it.
    var awaitsFirstArticle: Bool {
        guard configuration.changeover.firstArticle, let trials = state.runningBatch?.trials,
            !trials.isSetUp
        else { return false }
        return configuration.lanes.contains { lane in
            trials.firstArticle(of: lane.name)?.isApproved != true
        }
    }

    /// Stops the line for the first good unit of the lane at hand.
    mutating func showFirstArticle(_ serial: String, track: UInt64) {
        guard awaitsFirstArticle, let batch = state.runningBatch,
            batch.trials.firstArticle(of: lane.name) == nil
        else { return }
        record(
            .firstArticleShown(
                FirstArticleShown(batch: batch.order.batch, track: track, serial: serial, lane: lane.name)))
        hold(.firstArticle, station: lane.unitVerify.name, "serial \(serial)", immediate: true)
    }

    /// Nothing goes on before people have looked at it.
    func checkFirstArticle() throws(Refusal) {
        guard awaitsFirstArticle, let shown = state.runningBatch?.trials.shown else { return }
        throw Refusal(
            "BATCH-162", "the first article, serial \(shown.serial), is not approved",
            "Look at it, then: seriatim batch first-article --code CODE, or --refuse --reason TEXT.")
    }

    /// - Parameter code: Whole scan of the unit; may be empty where it is refused.
    mutating func judgeFirstArticle(
        _ code: String, approves: Bool, reason: String, by authority: Authority
    ) throws(Refusal) -> String {
        guard let batch = state.runningBatch else { throw Self.noBatch }
        guard var shown = batch.trials.shown else {
            throw Refusal(
                "BATCH-160", "no first article of batch \(batch.order.batch) waits to be approved",
                "seriatim status tells where the batch stands.")
        }
        if approves || !code.isEmpty { shown = try firstArticle(code, of: batch, first: shown) }
        guard approves || reason.saysSomething else {
            throw Refusal("BATCH-152", "a reason is missing", "Add --reason TEXT.")
        }
        // A unit that has passed is commissioned, and not on its way any more.
        flushPasses(onlyDue: false)
        let unit = try unit(ItemName(shown.serial, gtin: batch.order.gtin))
        let serialState = state.unitPools[unit.pool].state(unit.position)
        guard !approves || !serialState.isFinal || serialState == .commissioned else {
            throw Refusal(
                "BATCH-163", "the first article \(shown.serial) is \(serialState.word) now",
                "Refuse it, --refuse --reason TEXT: the next good unit is shown.")
        }
        if !approves, let parent = parent(of: .unit(unit)) {
            throw Refusal(
                "BATCH-164", "\(shown.serial) is in \(state.containers[parent].sscc)",
                "Take it out of that first: seriatim item remove \(shown.serial) --reason TEXT.")
        }
        record(
            .firstArticleJudged(
                FirstArticleJudged(
                    batch: batch.order.batch, serial: shown.serial, approved: approves,
                    reason: approves ? "" : reason, actor: authority.name,
                    second: authority.second?.name ?? "")))
        guard !approves else { return "first article \(shown.serial) is approved; resume" }
        if !throwOut(unit), serialState == .commissioned {
            // Whoever refuses a unit that has passed has it in the hand: it is no product.
            record(unit, endsAs: .destroyed, "refused as first article: \(reason)", authority.name)
        }
        return
            "first article \(shown.serial) is refused: put it into the reject bin. Put the cause right, then "
            + "resume: the next good unit is shown"
    }

    /// A refused unit that is still before the gate does not pass it.
    private mutating func throwOut(_ unit: NamedUnit) -> Bool {
        guard let track = state.openTracks.first(where: { $0.verified == unit.position })?.track else {
            return false
        }
        var isOut = false
        eachLane {
            guard
                let index = $0.zone.tracks.firstIndex(where: { $0.number == track && $0.verdict == .pass })
            else { return }
            $0.divert(index, .refusedArticle)
            isOut = true
        }
        return isOut
    }

    /// The first article that waits and has this code.
    private func firstArticle(
        _ code: String, of batch: Batch, first: FirstArticle
    ) throws(Refusal) -> FirstArticle {
        let scan: UnitScan
        switch UnitScan.parse(Array(code.utf8), year: now.year) {
        case .success(let unit): scan = unit
        case .failure(let reason):
            throw Refusal(
                "BATCH-161", "this is no whole code of a unit: \(reason.rawValue)",
                "Scan the code on the pack itself, with a reader that sends symbology identifiers (]d2...).")
        }
        let position = state.position(of: scan, batch)
        let waiting = batch.trials.firstArticles.filter { !$0.isApproved }
        guard scan.mismatch(with: batch) == nil, let position,
            let shown = waiting.first(where: { $0.serial == state.unitPools[batch.pool].source[position] })
        else {
            throw Refusal(
                "BATCH-161", "this is not the first article, serial \(first.serial)",
                "Scan the unit with that serial; if it cannot be found, refuse it: --refuse --reason TEXT.")
        }
        return shown
    }
}
