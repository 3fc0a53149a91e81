import JournalCore
import LineCore
import NIOConcurrencyHelpers

/// What the line's thread shows of the line after a turn; all of it is durable.
package struct LineSnapshot: Sendable {
    /// The line's own status.
    package var status: LineStatus
    /// Batches, oldest first; closed ones only up to ``maxBatches``.
    package var batches: [Batch]
    /// Batches left out.
    package var batchesLeftOut: Int
    /// Pools, without their serials.
    package var pools: [PoolFigures]
    /// Products, by GTIN.
    package var products: [String: DefinedProduct]
    /// Label templates, by name and version.
    package var labels: [LabelText]
    /// Everything before this place is durable.
    package var durable: JournalPosition
    /// When this was so.
    package var wallMilliseconds: Int64

    /// Most batches shown.
    package static let maxBatches = 1_000
}

/// A pool as it is shown: its serials stay with the rules.
package struct PoolFigures: Equatable, Sendable {
    /// Name of the pool.
    package var name: String
    /// What its numbers are for.
    package var kind: PoolKind
    /// GTIN, or extension digit with company prefix.
    package var key: String
    /// Numbers in it.
    package var count: Int
    /// Numbers nobody has taken.
    package var free: Int
    /// SHA-256 of the file it was imported from; empty for a range.
    package var file: String
    /// SHA-256 of the file that holds its serials while they are not in memory.
    package var storedFile: String?
    /// The serials of a range.
    package var range: PoolContent?
    /// Name of the market its serials are for; empty for none.
    package var market = ""
}

extension LineSnapshot {
    init(line: Line, durable: JournalPosition, wallMilliseconds: Int64) {
        status = line.status
        batches = Array(line.state.batches.suffix(Self.maxBatches))
        batchesLeftOut = max(0, line.state.batches.count - Self.maxBatches)
        pools = line.state.unitPools.map {
            PoolFigures(
                name: $0.name, kind: $0.kind, key: $0.gtin, count: $0.count, free: $0.free, file: $0.file,
                storedFile: $0.storedFile, range: $0.range, market: $0.market)
        }
        pools += line.state.ssccPools.map {
            PoolFigures(
                name: $0.name, kind: .sscc, key: $0.key, count: $0.count, free: $0.free, file: "")
        }
        products = line.state.products
        labels = line.state.labels
        self.durable = durable
        self.wallMilliseconds = wallMilliseconds
    }
}

/// The newest snapshot, for readers on other threads.
package final class SnapshotBoard: Sendable {
    private let newest = NIOLockedValueBox<LineSnapshot?>(nil)
    private let position = NIOLockedValueBox<JournalPosition?>(nil)

    /// Makes an empty board.
    package init() {}

    /// The newest snapshot; `nil` before the line's first turn.
    package var snapshot: LineSnapshot? { newest.withLockedValue { $0 } }

    /// Everything before this place is durable; it moves with every sync, more often than ``snapshot``.
    package var durable: JournalPosition? { position.withLockedValue { $0 } }

    func publish(_ snapshot: LineSnapshot) { newest.withLockedValue { $0 = snapshot } }
    func publish(durable: JournalPosition) { position.withLockedValue { $0 = durable } }
}
