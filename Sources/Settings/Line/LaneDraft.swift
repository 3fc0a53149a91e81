import LineCore

/// One lane of a line as far as its tables have been read.
struct LaneDraft {
    /// Name; empty on a line without `[[lane]]` tables.
    let name: String
    /// Its I/O controller.
    let io: String
    /// What it has for itself.
    static let kinds: [StationReader.Kind] = [.unitPrint, .unitVerify, .gate]

    var unitPrint: UnitPrintStation?
    var unitVerify: UnitVerifyStation?
    var gate: GateStation?
    /// Where its stations stand.
    var tables: [StationReader.Kind: TableReader] = [:]

    init(name: String = "", io: String) {
        self.name = name
        self.io = io
    }

    /// The lane; `nil` where a station is missing, which is then reported.
    var lane: Lane? {
        guard let unitVerify, let gate else { return nil }
        return Lane(name: name, io: io, unitPrint: unitPrint, unitVerify: unitVerify, gate: gate)
    }

    /// ` of lane A`, or nothing where the line has one.
    var words: String { name.isEmpty ? "" : " of lane \(name)" }
}

extension LineReader {
    /// The lanes: each `[[lane]]` with its I/O, or one that has the I/O of `[line]`.
    func lanes(_ line: TableReader, _ devices: DeviceTables, isBench: Bool) -> [LaneDraft] {
        let tables = root.tables("lane", atMost: Lane.maxLanes)
        guard !tables.isEmpty else {
            if isBench { line.ignores("io", because: Self.noBelt) }
            return [LaneDraft(io: isBench ? "" : devices.lineIO(line))]
        }
        line.ignores("io", because: "each lane has its own")
        var drafts: [LaneDraft] = []
        for table in tables {
            let name = table.string("name", .name)
            if isBench { table.ignores("io", because: Self.noBelt) }
            let io = isBench ? "" : table.string("io", .name)
            if !isBench { devices.check(io, .lineIO, table, "io") }
            if report.isSound(table.place("name")), drafts.contains(where: { $0.name == name }) {
                table.fail(
                    .repeated, "name", "another lane has the name \(Printable.quoted(name)) too",
                    "Give each lane its own.")
            }
            if !isBench, report.isSound(table.place("io")), drafts.contains(where: { $0.io == io }) {
                table.fail(
                    .repeated, "io", "\(Printable.quoted(io)) is the I/O of another lane too",
                    "Each lane has its own: it counts the units of one belt.")
            }
            drafts.append(LaneDraft(name: name, io: io))
            table.finish()
        }
        return drafts
    }
}
