import ControlAPI
import LineCore
import Settings
import SystemIO

/// Draws serials with the kernel's entropy, away from the line's thread, into what will be an imported file.
///
/// None is in another pool of the GTIN, whatever became of its serials.
struct SerialGenerator {
    let imports: ImportStore
    /// So many bytes of which every value is equally likely.
    var entropy: (Int) throws(SystemError) -> [UInt8] = { (count) throws(SystemError) in
        try Entropy.bytes(count)
    }

    private static let pieceBytes = 1 << 16
    /// Drawn again at most so often. At the density of a sound plan each time leaves one in 10,000.
    private static let maxRounds = 20

    /// Draws until every serial is new.
    ///
    /// - Parameters:
    ///   - plan: One without fault.
    ///   - pools: All pools of the GTIN.
    func file(_ plan: RandomPlan, beside pools: [PoolFigures]) throws -> LoadedSerials {
        let files = pools.map(\.file).filter { !$0.isEmpty }
        let ranges = pools.compactMap(\.range)
        var draw = SerialDraw(plan)
        var table = SerialTable(reserving: plan.count)
        for _ in 0..<Self.maxRounds {
            while table.count < plan.count {
                draw.draw(from: try entropy(Self.pieceBytes), into: &table, count: plan.count)
            }
            var known = try imports.positions(of: table, in: files)
            for range in ranges { known.formUnion(table.positions(in: range)) }
            guard !known.isEmpty else { return try Self.file(table) }
            table = table.without(known)
        }
        throw ControlFault(
            "POOL-115", "the serials drawn keep meeting known ones", "Use longer serials (--length).",
            status: 409)
    }

    /// As a text file with its header, so that no serial can be taken for one.
    private static func file(_ table: SerialTable) throws -> LoadedSerials {
        var bytes = Array("serial\n".utf8)
        for position in 0..<table.count {
            bytes.append(contentsOf: (table[position] ?? "").utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        return try SerialFile.parse(bytes, name: "serials", limits: ImportStore.limits, form: .text)
    }
}
