import ControlAPI
import Foundation
import JSONText
import LineCore
import Settings
import SystemIO
import Testing

@testable import LineDaemon

/// Goal: law 1 for serials drawn on the line: none that any pool has, whoever holds it. Method: pools that
/// hold nearly every serial of a short length; entropy that repeats itself; a whole daemon.
@Suite(.serialized) struct SerialGeneratorTests {
    private let directory: TemporaryDirectory
    private let store: ImportStore

    init() throws {
        directory = try TemporaryDirectory()
        store = ImportStore(directory: directory.path)
    }

    private func serials(_ file: LoadedSerials) -> [String] {
        (0..<file.table.count).compactMap { file.table[$0] }
    }

    @Test func nothingKnownIsDrawn() throws {
        // Of 1,000 serials of three digits a file has 60 and a range 30: of 200 drawn some are met for sure.
        let text = (0..<60).map { String(format: "%03d\n", $0) }.joined()
        let file = try SerialFile.parse(Array(text.utf8), name: "serials")
        try store.keep(file)
        let pools = [
            PoolFigures(name: "F", kind: .printed, key: "", count: 60, free: 0, file: file.sha256),
            PoolFigures(
                name: "R", kind: .printed, key: "", count: 30, free: 0, file: "",
                range: .range(prefix: "", first: 60, count: 30, width: 3)),
        ]
        let plan = RandomPlan(alphabet: "0123456789", length: 3, count: 200)
        let drawn = try SerialGenerator(imports: store).file(plan, beside: pools)
        #expect(drawn.table.count == 200)
        #expect(serials(drawn).allSatisfy { $0 >= "090" }, "\(serials(drawn))")
        #expect(try SerialFile.parse(drawn.bytes, name: "serials").table == drawn.table)
    }

    @Test func whereNothingNewIsLeftItEnds() throws {
        let pool = PoolFigures(
            name: "R", kind: .printed, key: "", count: 1_000, free: 0, file: "",
            range: .range(prefix: "", first: 0, count: 1_000, width: 3))
        let plan = RandomPlan(alphabet: "0123456789", length: 3, count: 20)
        #expect {
            try SerialGenerator(imports: store).file(plan, beside: [pool])
        } throws: { ($0 as? ControlFault)?.code == "POOL-115" }
    }

    @Test func aHeaderIsNoSerial() throws {
        // The first serial this entropy gives is the word that a header is.
        let alphabet = "abcdefghijklmnopqrstuvwxyz"
        let word = "serial".utf8.map { $0 - 97 }
        var generator = SerialGenerator(imports: store)
        generator.entropy = { (_) throws(SystemError) in word + [0, 1, 2, 3, 4, 5] }
        let plan = RandomPlan(alphabet: alphabet, length: 6, count: 2)
        #expect(serials(try generator.file(plan, beside: [])) == ["serial", "abcdef"])
    }

    @Test func withoutEntropyNothingIsDrawn() throws {
        var generator = SerialGenerator(imports: store)
        generator.entropy = { (_) throws(SystemError) in throw SystemError("getrandom", "") }
        let plan = RandomPlan(alphabet: "AB", length: 20, count: 2)
        #expect(throws: SystemError.self) { try generator.file(plan, beside: []) }
    }

    /// A pool drawn by a daemon is a file like any other: kept, named in the journal, there after a restart,
    /// counted when the next is drawn.
    @Test(.timeLimit(.minutes(1))) func aDaemonDrawsWhatItHasNotGot() async throws {
        func start() async throws -> Daemon {
            try await Waiting.run { [directory] in
                try Daemon(
                    .test(directory.path), connections: SilentDevices(), log: { _ in }, fail: { _ in })
            }
        }
        func message(_ name: String, length: Int, count: Int) -> ControlRequest {
            var pool = PoolMessage()
            (pool.name, pool.kind, pool.key) = (name, "printed", TestLine.gtin)
            (pool.alphabet, pool.length, pool.count) = ("digits", length, count)
            return .addPool(pool)
        }
        func code(_ reply: ControlDesk.Reply) throws -> String {
            try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true).code
        }
        let first = try await start()
        let desk = first.control
        #expect(await desk.reply(to: message("A", length: 8, count: 5_000), actor: "uid:t").status == 200)
        #expect(await desk.reply(to: message("B", length: 8, count: 4_999), actor: "uid:t").status == 200)
        let dense = await desk.reply(to: message("C", length: 8, count: 1), actor: "uid:t")
        #expect(try dense.status == 422 && code(dense) == "POOL-114")
        var preprinted = PoolMessage()
        (preprinted.name, preprinted.kind, preprinted.key) = ("P", "preprinted", TestLine.gtin)
        (preprinted.alphabet, preprinted.length, preprinted.count) = ("digits", 12, 10)
        #expect(try code(await desk.reply(to: .addPool(preprinted), actor: "uid:t")) == "CTL-112")
        #expect(try await Waiting.run { first.stop() })
        let second = try await start()
        let pools = try #require(second.board.snapshot?.pools)
        #expect(pools.map(\.name) == ["A", "B"] && pools.map(\.count) == [5_000, 4_999])
        let imports = ImportStore(directory: directory.path + "/data/imports")
        let tables = try pools.map { try imports.serials($0.file) }
        let all = tables.flatMap { table in (0..<table.count).compactMap { table[$0] } }
        #expect(all.count == 9_999 && Set(all).count == all.count)
        #expect(all.allSatisfy { $0.utf8.count == 8 && $0.utf8.allSatisfy { (48...57).contains($0) } })
        #expect(try await Waiting.run { second.stop() })
    }
}
