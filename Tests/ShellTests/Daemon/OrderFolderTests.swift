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
        product = "Testol"
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

    // MARK: Products and labels

    private static let label = "^XA^FO1,1^FD{sscc} {product}^FS^XZ"
    private static let product = """
        gtin = "\(TestLine.gtin)"
        name = "Testol"
        items_per_case = 2
        label_case = "carton"
        """

    /// An order that leaves to its product what it can.
    private static func bare(_ batch: String) -> String {
        order(batch).split(separator: "\n")
            .filter { !$0.hasPrefix("items") && !$0.hasPrefix("product") }.joined(separator: "\n")
    }

    private func waits(_ text: String) async -> Bool {
        for _ in 0..<100 {
            if log.all.contains(where: { $0.contains(text) }) { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Goal: what an order is over may come with it, before it, or after it. Method: all three in one look,
    /// by names that sort the other way; then each after the other.
    @Test func productsAndLabelsComeBeforeOrders() async throws {
        // There before the first look, so that all three rest at the second.
        try put("a.toml", Self.bare("B7"))
        try put("m.product.toml", Self.product)
        try put("carton.label.zpl", Self.label)
        let daemon = try await start()
        #expect(await waits("order a.toml waits: BATCH-102"), "only its pools are missing")
        await pools(daemon)
        for name in ["a.toml", "m.product.toml", "carton.label.zpl"] {
            #expect(await appears("\(folder)/done/\(name)"), "\(name)")
        }
        let batch = try #require(daemon.board.snapshot?.batches.first)
        #expect(batch.productVersion == 1 && batch.labels.map(\.name) == ["carton"])
        #expect(batch.order.product == "Testol" && batch.order.packing.levels == [.case])
        #expect(daemon.board.snapshot?.products[TestLine.gtin]?.definedBy == "product:m.product.toml")
        #expect(daemon.board.snapshot?.labels.first?.definedBy == "label:carton.label.zpl")
        #expect(!log.all.contains { $0.contains("BATCH-126") || $0.contains("BATCH-128") }, "\(log.all)")
        // All of it again, as after a power cut between the records and the moves, and a newer product.
        let newer = Self.product.replacingOccurrences(of: "Testol", with: "Testol N")
        try put("n.product.toml", newer)
        #expect(await appears(folder + "/done/n.product.toml"))
        try put("a.toml", Self.bare("B7"))
        try put("n.product.toml", newer)
        try put("carton.label.zpl", Self.label)
        for name in ["a.toml", "n.product.toml", "carton.label.zpl"] {
            #expect(await appears("\(folder)/done/2-\(name)"), "\(name)")
        }
        #expect(batches(daemon) == ["B7"] && daemon.board.snapshot?.labels.count == 1)
        #expect(daemon.board.snapshot?.products[TestLine.gtin]?.version == 2)
        #expect(try await Waiting.run { daemon.stop() })
    }

    @Test func anOrderWaitsForItsProductAndLabels() async throws {
        let daemon = try await start()
        await pools(daemon)
        try put("7.toml", Self.bare("B7"))
        #expect(await waits("order 7.toml waits: BATCH-126"))
        try put(
            "m.product.json",
            """
            {"gtin": "\(TestLine.gtin)", "name": "Testol", "items_per_case": 2, "label_case": "carton"}
            """
        )
        #expect(await waits("order 7.toml waits: BATCH-128"))
        #expect(FileManager.default.fileExists(atPath: folder + "/7.toml"))
        try put("carton.label.zpl", Self.label)
        #expect(await appears(folder + "/done/7.toml"))
        #expect(try await Waiting.run { daemon.stop() })
    }

    @Test func whatIsNoProductAndNoLabelIsRefused() async throws {
        let daemon = try await start()
        await pools(daemon)
        try put("a.product.toml", "gtin = 7\nnam = \"x\"\n")
        try put("b.product.json", "{")
        try put("c.label.zpl", "^XA^FO1,1^FD{gtin}^FS^XZ")
        try put("d e.label.zpl", Self.label)
        try FileManager.default.createDirectory(
            atPath: folder + "/x.label.zpl", withIntermediateDirectories: false)
        try Data([0x5E, 0x58, 0x41, 0xFF]).write(to: URL(fileURLWithPath: folder + "/e.label.zpl"))
        try put("huge.label.zpl", String(repeating: " ", count: 70_000))
        try put("plain.zpl", "not looked at")
        try put("m.product.toml", Self.product)
        #expect(await appears(folder + "/done/m.product.toml"))
        // An order that says something else than its product.
        try put("z.toml", Self.order("B8"))
        for (name, text) in [
            ("a.product.toml", "Did you mean name?"), ("b.product.json", "CONF-103"),
            ("c.label.zpl", "LABEL-103"),
            ("d e.label.zpl", "LABEL-101"), ("e.label.zpl", "CONF-119"), ("huge.label.zpl", "65536"),
            ("z.toml", "BATCH-127"),
        ] {
            #expect(await appears("\(folder)/refused/\(name).txt"), "\(name)")
            let why = try String(contentsOfFile: "\(folder)/refused/\(name).txt", encoding: .utf8)
            #expect(why.contains(text), "\(name): \(why)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(left == ["done", "plain.zpl", "refused", "x.label.zpl"])
        #expect(log.all.contains { $0.contains("label x.label.zpl is left alone") })
        #expect(batches(daemon).isEmpty && daemon.board.snapshot?.labels.isEmpty == true)
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

    /// Goal: a file with a name as long as the system allows comes to rest as any other, with its reason.
    /// Method: lengths around where a name and `.txt` fit, each twice; two names that differ at their end.
    @Test(arguments: [245, 247, 248, 251, 252, 255]) func aLongNameHasItsReason(length: Int) async throws {
        let daemon = try await start()
        let stem = String(repeating: "x", count: length - 6)
        for round in 1...2 {
            for end in ["a", "b"] { try put("\(stem)\(end).toml", "batch = 7\n") }
            for _ in 0..<100 where try reasons().count < 2 * round {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        #expect(try reasons().count == 4)
        for reason in try reasons() {
            let text = try String(contentsOfFile: "\(folder)/refused/\(reason)", encoding: .utf8)
            #expect(text.contains("CONF-"))
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(left == ["done", "refused"])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/refused")
        #expect(files.count == 8 && files.contains("\(stem)a.toml") && files.contains("\(stem)b.toml"))
        #expect(!log.all.contains { $0.contains("DMN-113") }, "\(log.all)")
        #expect(try await Waiting.run { daemon.stop() })
    }

    private func reasons() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/refused").filter {
            $0.hasSuffix(".txt")
        }
    }

    // MARK: Alarms

    private func alarms(_ daemon: Daemon, are codes: [String]) async -> Bool {
        for _ in 0..<200 {
            let found = daemon.board.snapshot?.status.alarms.filter { $0.isActive }.map(\.code) ?? []
            if found.filter({ $0.hasPrefix("ORD-") }).sorted() == codes { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Goal: who looks at the line sees that orders do not come in. Method: a refused file that is taken
    /// away; then the folder gone and back; last a start without a folder.
    @Test func whatDoesNotComeInIsAnAlarm() async throws {
        let daemon = try await start()
        try put("bad.toml", "batch = 7\n")
        #expect(await alarms(daemon, are: ["ORD-202"]))
        let refused = daemon.board.snapshot?.status.alarms.first { $0.code == "ORD-202" }
        #expect(refused?.detail == "bad.toml" && refused?.remedy.contains("refused") == true)
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
        #expect(await alarms(daemon, are: ["ORD-201", "ORD-202"]))
        try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
        #expect(await alarms(daemon, are: ["ORD-202"]))
        // The text alone is no refused file.
        try FileManager.default.removeItem(atPath: folder + "/refused/bad.toml")
        #expect(await alarms(daemon, are: []))
        try put("bad.toml", "batch = 7\n")
        #expect(await alarms(daemon, are: ["ORD-202"]))
        #expect(try await Waiting.run { daemon.stop() })
        let without = try await start { $0.orderFolder = "" }
        #expect(await alarms(without, are: []))
        #expect(try await Waiting.run { without.stop() })
    }

    // MARK: What others put in place of its folders

    /// What has the name of `done` or `refused`, and since when.
    enum InTheWay: CaseIterable {
        case link, linkBeforeTheStart, linkToNothing, file

        /// The daemon makes what is missing: it may come first, and then the thing is put there again.
        func put(at path: String, to elsewhere: String) throws {
            for _ in 0..<100 {
                try? FileManager.default.removeItem(atPath: path)
                let isThere =
                    switch self {
                    case .link, .linkBeforeTheStart: symlink(elsewhere, path) == 0
                    case .linkToNothing: symlink("/nowhere/x", path) == 0
                    case .file: FileManager.default.createFile(atPath: path, contents: Data("x".utf8))
                    }
                if isThere { return }
            }
            Issue.record("\(path) cannot be put in the way")
        }
    }

    /// Goal: whoever may write into the folder, and nowhere else, cannot have the daemon write elsewhere.
    /// Method: a link to the device profiles in place of each folder; then it is taken away.
    @Test(arguments: ["done", "refused"], InTheWay.allCases)
    func noFileLeavesTheFolder(_ name: String, _ thing: InTheWay) async throws {
        let profiles = directory.path + "/devices"
        try FileManager.default.createDirectory(atPath: profiles, withIntermediateDirectories: false)
        if thing == .linkBeforeTheStart { try thing.put(at: "\(folder)/\(name)", to: profiles) }
        let daemon = try await start()
        await pools(daemon)
        if thing != .linkBeforeTheStart { try thing.put(at: "\(folder)/\(name)", to: profiles) }
        try put("7.toml", Self.order("B7"))
        try put("reader.toml", "[reader]\nnoRead = \"x\"\n")
        #expect(await waits("DMN-113 \(folder)/\(name): a link or a file is in place of this folder."))
        try await Task.sleep(for: .milliseconds(2_500))
        #expect(try FileManager.default.contentsOfDirectory(atPath: profiles).isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder + "/7.toml") && batches(daemon).isEmpty)
        #expect(log.all.filter { $0.contains("DMN-113") }.count == 1, "said once: \(log.all)")
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        #expect(await appears(folder + "/done/7.toml"))
        #expect(await appears(folder + "/refused/reader.toml.txt"))
        #expect(batches(daemon) == ["B7"])
        #expect(try await Waiting.run { daemon.stop() })
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
