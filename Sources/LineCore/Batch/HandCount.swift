/// What somebody counts by hand, to compare it with what the line knows.
package enum HandCount: String, CaseIterable, Equatable, Sendable {
    /// Good units: made, and not ended since.
    case good
    /// Bundles.
    case bundles
    /// Cases.
    case cases
    /// Outer cases.
    case shippers
    /// Pallets.
    case pallets
    /// Packs in the reject bin.
    case rejects

    /// Most things counted by hand.
    static let most = 100_000_000
}

extension Line {
    mutating func count(
        _ what: HandCount, of name: String, count: Int, actor: String
    ) throws(Refusal) -> String {
        let index = try knownBatch(name)
        guard state.batches[index].state != .closed else {
            throw Refusal("BATCH-140", "batch \(name) is closed", "Nothing of a closed batch can be changed.")
        }
        guard (0...HandCount.most).contains(count) else {
            throw Refusal(
                "BATCH-180", "\(count) is out of range", "Count 0 to \(HandCount.most).")
        }
        let known = known(what, of: index)
        record(
            .handCounted(
                HandCounted(batch: name, what: what.rawValue, count: count, known: known, actor: actor)))
        guard count != known else { return "\(count) \(what.rawValue): as the line knows" }
        let more = count > known ? "\(count - known) more" : "\(known - count) fewer"
        return "\(count) \(what.rawValue), \(more) than the \(known) the line knows of"
    }

    private func known(_ what: HandCount, of index: Int) -> Int {
        let batch = state.batches[index]
        func here(_ level: PackLevel) -> Int {
            state.containers.count { $0.batch == index && $0.level == level && !$0.isDissolved }
                - state.opened.count {
                    state.containers[$0].batch == index && state.containers[$0].level == level
                }
        }
        return switch what {
        case .good: batch.count(.commissioned)
        case .bundles: here(.bundle)
        case .cases: here(.case)
        case .shippers: here(.shipper)
        case .pallets: here(.pallet)
        case .rejects: batch.confirmed
        }
    }
}
