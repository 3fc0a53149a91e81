import Simulator

/// Bytes of journal for a unit's whole life on the line: sent, verified, passed, packed into a case on a
/// pallet, with its share of reservations, labels, checkpoints and segment heads.
enum BytesFigure: BenchFigure {
    static let name = "journal.bytes_per_unit"
    private static let most = 256.0
    /// The slowest pace of the target: faster, more units share a checkpoint.
    private static let unitsPerMinute: UInt64 = 400

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let units = run.size(20_000, quick: 4_000)
        var results: [BenchResult] = []
        for characters in [20, 12] {
            let folder = try run.scratch.folder()
            let bytes = try await BenchThread.run {
                let journal = try BenchJournal.create(BenchStorage(folder + "/journal", isSynced: false))
                var drive = try SteadyDrive(
                    SteadyLine(units: units + 100, serialCharacters: characters), journal: journal)
                // What the start of a batch costs once is not a unit's.
                try drive.run(units: 50, every: 60_000_000_000 / unitsPerMinute)
                let before = drive.loop.journal.durable.bytes
                try drive.run(units: units, every: 60_000_000_000 / unitsPerMinute)
                return Double(drive.loop.journal.durable.bytes - before) / Double(units)
            }
            run.scratch.remove(folder)
            let isTarget = characters == 20
            results.append(
                BenchResult(
                    name: isTarget ? name : name + ".\(characters)", value: bytes, unit: "B",
                    details: [.init(name: "units", value: Double(units))],
                    target: .init(text: "<= 256 B", isHeld: bytes <= most),
                    note:
                        "\(units) units at \(unitsPerMinute) a minute, serials of \(characters) characters, "
                        + "\(SteadyLine.unitsPerCase) a case, \(SteadyLine.casesPerPallet) cases a pallet; "
                        + "checkpoints included."))
        }
        return results
    }
}
