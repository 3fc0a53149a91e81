import ControlAPI
import Foundation
import JSONText
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: an order that another system puts into the folder becomes its batch once, or lies in `refused` with
/// the reason, or waits; nothing else in the folder is touched. Method: a daemon with silent devices, and
/// files of every kind.
@Suite(.serialized) struct OrderFolderTests {
    private let directory: TemporaryDirectory
    private let folder: String
    private let log = Notebook()

    init() throws {
        directory = try TemporaryDirectory()
        folder = directory.path + "/orders"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func start(_ change: @Sendable (inout DaemonSetup) -> Void = { _ in }) async throws -> Daemon {
        var setup = DaemonSetup.test(directory.path)
        setup.orderFolder = folder
        change(&setup)
        return try await Waiting.run { [setup, log] in
            try Daemon(setup, connections: SilentDevices(), log: { log.add($0) }, fail: { _ in })
        }
    }

    private func put(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    private static func order(_ batch: String, quantity: Int = 5, pool: String = "P") -> String {
        """
        batch = "\(batch)"
        gtin = "\(TestLine.gtin)"
        lot = "L1"
        expiry = "490331"
        quantity = \(quantity)
        items_per_case = 2
        items_per_pallet = 2
        unit_pool = "\(pool)"
        sscc_pool = "S"
        """
    }

    private func pools(_ daemon: Daemon) async {
        var units = PoolMessage()
        (units.name, units.kind, units.key) = ("P", "printed", TestLine.gtin)
        (units.prefix, units.first, units.count) = ("P", 1, 10)
        var ssccs = PoolMessage()
        (ssccs.name, ssccs.kind, ssccs.key, ssccs.first, ssccs.count) = ("S", "sscc", "39506000", 1, 10)
        for pool in [units, ssccs] {
            #expect(await daemon.control.reply(to: .addPool(pool), actor: "uid:tester").status == 200)
        }
    }

    /// Waits until a path is there.
    private func appears(_ path: String) async -> Bool {
        for _ in 0..<200 {
            if FileManager.default.fileExists(atPath: path) { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    private func batches(_ daemon: Daemon) -> [String] {
        daemon.board.snapshot?.batches.map(\.order.batch) ?? []
    }

    @Test func anOrderBecomesItsBatchOnce() async throws {
        let daemon = try await start()
        await pools(daemon)
        try put("7.toml", Self.order("B7"))
        #expect(await appears(folder + "/done/7.toml"))
        #expect(batches(daemon) == ["B7"])
        #expect(daemon.board.snapshot?.batches.first?.openedBy == "order:7.toml")
        // The same again, as after a power cut between the record and the move.
        try put("7.toml", Self.order("B7"))
        #expect(await appears(folder + "/done/2-7.toml"))
        #expect(batches(daemon) == ["B7"])
        #expect(try await Waiting.run { daemon.stop() })
    }

    @Test func whatIsNoOrderIsRefusedWithItsReason() async throws {
        let daemon = try await start()
        await pools(daemon)
        try put("bad.toml", "batch = 7\n")
        try put("half.json", "{\"batch\":")
        try put("other.toml", Self.order("B8"))
        try put("zz-twin.toml", Self.order("B8", quantity: 6))
        try put("huge.toml", "#" + String(repeating: "x", count: 70_000))
        try put("note.txt", "not looked at")
        try put(".hidden.toml", Self.order("B9"))
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/link.toml", withDestinationPath: "/etc/hostname")
        try #require(mkfifo(folder + "/pipe.toml", 0o600) == 0)
        for name in ["bad.toml", "half.json", "zz-twin.toml", "huge.toml"] {
            #expect(await appears("\(folder)/refused/\(name).txt"), "\(name)")
            let text = try String(contentsOfFile: "\(folder)/refused/\(name).txt", encoding: .utf8)
            #expect(text.contains(name == "zz-twin.toml" ? "BATCH-101" : name), "\(text)")
        }
        #expect(await appears(folder + "/done/other.toml"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(left == [".hidden.toml", "done", "link.toml", "note.txt", "pipe.toml", "refused"])
        #expect(batches(daemon) == ["B8"])
        for name in ["link.toml", "pipe.toml"] {
            #expect(log.all.filter { $0.contains("order \(name) is left alone") }.count == 1)
        }
        #expect(try await Waiting.run { daemon.stop() })
    }

    /// An order may come before its numbers.
    @Test func anOrderWaitsForWhatItNeeds() async throws {
        let daemon = try await start()
        try put("early.toml", Self.order("B7"))
        for _ in 0..<100 where !log.all.contains(where: { $0.contains("early.toml waits: BATCH-102") }) {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(FileManager.default.fileExists(atPath: folder + "/early.toml"))
        await pools(daemon)
        #expect(await appears(folder + "/done/early.toml"))
        #expect(log.all.filter { $0.contains("waits: BATCH-102") }.count == 1, "said once")
        #expect(try await Waiting.run { daemon.stop() })
    }

    /// Where people sign on, another system may bring orders, which somebody reviews; and nothing else.
    @Test func anOrderWaitsForItsReviewWherePeopleSignOn() async throws {
        let daemon = try await start { $0.configuration.operators = OperatorRules(release: true) }
        try put("7.toml", Self.order("B7"))
        for _ in 0..<100 where !log.all.contains(where: { $0.contains("BATCH-102") }) {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(log.all.contains { $0.contains("BATCH-102") }, "it is the pool that is missing, no right")
        #expect(try await Waiting.run { daemon.stop() })
        var line = Line(configuration: TestLine.configuration)
        _ = line.handle(TestLine.start(), at: TestClock().now)
        var by = Authority(account: "order:x")
        by.isSystem = true
        let resume = line.handle(
            .command(LineCommand(request: 1, by: by, verb: .resume)), at: TestClock().now)
        guard case .answer(_, .refused(let refusal))? = resume.actions.first else {
            Issue.record("\(resume.actions)")
            return
        }
        #expect(refusal.code == "AUTH-111")
    }

    @Test func aFolderThatCannotBeMadeIsSaidAtTheStart() async throws {
        try put("file", "in the way")
        let path = folder + "/file"
        let error = await #expect(throws: DaemonError.self) {
            _ = try await start { $0.orderFolder = path }
        }
        #expect(error?.code == "DMN-113")
    }
}
