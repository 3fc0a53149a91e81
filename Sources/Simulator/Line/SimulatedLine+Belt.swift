import LineCore

/// The end of a run: the journal's account against what physically lies where.
extension SimulatedLine {
    /// Laws 5 and 6: every case, pallet and bin holds what the journal says, and every serial has its end.
    mutating func compareWithBelt() {
        var ledger = JournalLedger()
        for body in bodies {
            guard let (record, _) = try? LineRecord.decode(body) else { return violated("law 7: no record") }
            ledger.take(record)
        }
        let comparison = BeltComparison(
            ledger, world.beltList, gtin: Self.gtin, levels: plan.levels.map(\.level))
        for topic in BeltComparison.Topic.allCases {
            for text in comparison.differences[topic] ?? [] { violated("law 5: \(topic.rawValue): \(text)") }
        }
        guard let batch = shadow.batches.last else { return violated("law 6: there is no batch") }
        if batch.state != .closed { violated("law 6: the batch is \(batch.state.rawValue)") }
        if batch.remainder + batch.toReturn != 0 {
            violated("law 6: \(batch.remainder) serials have no final state")
        }
        if batch.unitsOpen != 0 { violated("law 6: \(batch.unitsOpen) tracked units have no end") }
        for end in Self.ends {
            let ended = ledger.ended.values.filter { $0 == end }.count
            if ended != batch.count(end.state) {
                violated("law 6: \(ended) serials are \(end), the account says \(batch.count(end.state))")
            }
        }
        if shadow.recount(batch) != batch.serials {
            violated("law 6: the counts are not those of the serials")
        }
    }
}
