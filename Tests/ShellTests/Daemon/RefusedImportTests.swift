import ControlAPI
import Foundation
import JSONText
import Settings
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: a file stays in `imports/` if and only if a pool was made of it. Method: a whole daemon that takes
/// and refuses files: alone, again, at once from many sides, and the same bytes in another form.
@Suite(.serialized) struct RefusedImportTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func start() async throws -> Daemon {
        try await Waiting.run { [directory] in
            try Daemon(.test(directory.path), connections: SilentDevices(), log: { _ in }, fail: { _ in })
        }
    }

    private func stop(_ daemon: Daemon) async throws {
        #expect(try await Waiting.run { daemon.stop() })
    }

    private var imports: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory.path + "/data/imports").sorted()
        }
    }

    private func pool(_ name: String, _ serials: String, key: String = TestLine.gtin) -> PoolMessage {
        var pool = PoolMessage()
        (pool.name, pool.kind, pool.key, pool.serials) = (name, "printed", key, serials)
        return pool
    }

    /// The code of the refusal; empty where the pool was made.
    private func add(_ pool: PoolMessage, _ daemon: Daemon) async throws -> String {
        let reply = await daemon.control.reply(to: .addPool(pool), actor: "uid:tester")
        guard reply.status != 200 else { return "" }
        return try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true).code
    }

    @Test func aRefusedFileGoes() async throws {
        let daemon = try await start()
        #expect(try await add(pool("A", "A1\nA2\n"), daemon) == "")
        let kept = try imports
        #expect(kept.count == 2)
        #expect(try await add(pool("A", "B1\n"), daemon) == "POOL-101")
        #expect(try await add(pool("B", "B1\nA2\n"), daemon) == "POOL-110")
        #expect(try await add(pool("B", "B1\n", key: "1"), daemon) == "POOL-103")
        #expect(try imports == kept)
        // A file the journal names stays, however often it is refused.
        #expect(try await add(pool("B", "A1\nA2\n"), daemon) == "POOL-110")
        #expect(try imports == kept)
        try await stop(daemon)
        let again = try await start()
        #expect(again.board.snapshot?.pools.map(\.name) == ["A"])
        #expect(try await add(pool("B", "A1\nA2\n"), again) == "POOL-110")
        #expect(try imports == kept)
        #expect(try await add(pool("B", "B1\n"), again) == "")
        #expect(try imports.count == 4)
        try await stop(again)
    }

    /// One of many imports of one file is taken; those refused beside it must not take the file away.
    @Test func refusalsBesideAnAcceptedImportLeaveItsFile() async throws {
        let daemon = try await start()
        for round in 1...20 {
            let before = try imports.count
            let text = (1...50).map { "R\(round)N\($0)" }.joined(separator: "\n")
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...12 {
                    group.addTask { try await add(pool("P\(round)-\(number)", text), daemon) }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(codes.count { $0.isEmpty } == 1 && codes.count { $0 == "POOL-110" } == 11, "\(codes)")
            #expect(try imports.count == before + 2)
        }
        try await stop(daemon)
        let again = try await start()
        #expect(again.board.snapshot?.pools.count == 20)
        try await stop(again)
    }

    /// The journal names a file by its hash alone, so the same bytes cannot be kept in two forms. A comma
    /// belongs to the serial in a text file and not in CSV.
    @Test func bytesThatMeantOtherSerialsAreRefused() async throws {
        let daemon = try await start()
        let path = directory.path + "/numbers"
        for ending in [".csv", ".txt"] {
            try Data("Q1,(91)K1\n".utf8).write(to: URL(fileURLWithPath: path + ending))
        }
        var asCSV = pool("C", "")
        asCSV.path = path + ".csv"
        var asText = pool("T", "", key: "09506000134369")
        asText.path = path + ".txt"
        // Refused as CSV, the file leaves nothing that a text file could be mistaken for.
        asCSV.key = "1"
        #expect(try await add(asCSV, daemon) == "POOL-103")
        asCSV.key = TestLine.gtin
        #expect(try await add(asText, daemon) == "")
        #expect(try await add(asCSV, daemon) == "POOL-112")
        let kept = try imports
        #expect(kept.count == 2 && !kept.contains { $0.hasSuffix(".csv") })
        try await stop(daemon)
        let again = try await start()
        let item = await again.control.reply(to: .item("Q1,(91)K1"), actor: nil)
        #expect(item.status == 200, "\(String(decoding: item.body, as: UTF8.self))")
        try await stop(again)
    }

    /// Goal: a start reads a file as it was read when it came, whatever its first lines look like today.
    /// Method: a table with semicolons; then one that an earlier version took for serials with semicolons,
    /// kept as that version kept it.
    @Test func aStartReadsAFileInTheFormItHad() async throws {
        let daemon = try await start()
        let path = directory.path + "/numbers.CSV"
        try Data("serial;payload\nS1;(91)K1\nS2;(91)K2\n".utf8).write(to: URL(fileURLWithPath: path))
        var table = pool("S", "")
        table.path = path
        #expect(try await add(table, daemon) == "")
        #expect(try imports.contains { $0.hasSuffix(".semicolons.csv") })
        let earlier = try SerialFile.parse(
            Array("serial;payload\nT1;(91)K1\n".utf8), name: "t.csv", form: .commas)
        let store = ImportStore(directory: directory.path + "/data/imports")
        #expect(try store.keep(earlier) && earlier.table.count == 2)
        #expect(try store.serials(earlier.sha256)[1] == "T1;(91)K1")
        try await stop(daemon)
        let again = try await start()
        let item = await again.control.reply(to: .item("S2"), actor: nil)
        #expect(item.status == 200, "\(String(decoding: item.body, as: UTF8.self))")
        #expect(again.board.snapshot?.pools.first?.count == 2)
        try await stop(again)
    }
}
