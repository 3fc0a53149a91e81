import ControlAPI
import Foundation
import JSONText
import JournalCore
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// A whole daemon in a directory of its own, with devices that only listen.
@Suite(.serialized) struct DaemonTests {
    private let directory: TemporaryDirectory
    private let devices = SilentDevices()

    init() throws { directory = try TemporaryDirectory() }

    /// Starts and stops on threads that may wait: a test runs in Swift's pool, which the daemon's socket
    /// needs.
    private func start() async throws -> Daemon {
        try await Waiting.run { [directory, devices] in
            try Daemon(.test(directory.path), connections: devices, log: { _ in }, fail: { _ in })
        }
    }

    private func stops(_ daemon: Daemon) async throws -> Bool { try await Waiting.run { daemon.stop() } }

    private func range(_ name: String, count: Int = 10) -> ControlRequest {
        var pool = PoolMessage()
        pool.name = name
        pool.kind = "printed"
        pool.key = TestLine.gtin
        pool.first = 1
        pool.count = count
        pool.prefix = name
        return .addPool(pool)
    }

    @Test func commandsAreAnsweredAndSurviveARestart() async throws {
        let first = try await start()
        let reply = await first.control.reply(to: range("P"), actor: "uid:tester")
        #expect(reply.status == 200)
        #expect(try await stops(first))
        let second = try await start()
        let answer = try PoolsAnswer.decode(
            await second.control.reply(to: .pools, actor: nil).body, limits: JSONLimits(), strict: true)
        #expect(answer.pools.map(\.name) == ["P"])
        let status = try StatusAnswer.decode(
            await second.control.reply(to: .status, actor: nil).body, limits: JSONLimits(), strict: true)
        #expect(status.starts == 2)
        #expect(try await stops(second))
    }

    /// Goal: a copied configuration does not take a running line's socket. Method: a second line with data of
    /// its own and the same socket; it touches no device and records no start.
    @Test func twoLinesDoNotShareASocket() async throws {
        let first = try await start()
        let others = SilentDevices()
        var copied = DaemonSetup.test(directory.path + "/copy")
        copied.controlSocket = directory.path + "/data/run/control.sock"
        try FileManager.default.createDirectory(
            atPath: directory.path + "/copy", withIntermediateDirectories: false)
        let start: @Sendable () throws -> Daemon = { [copied] in
            try Daemon(copied, connections: others, log: { _ in }, fail: { _ in })
        }
        let refused = await #expect(throws: DaemonError.self) { _ = try await Waiting.run(start) }
        #expect(refused?.code == "DMN-107" && refused?.exitStatus == 73)
        #expect(others.log.all.isEmpty)
        let status = try await Waiting.run { [copied] in
            try SocketClient.ask(copied.controlSocket, .status)
        }
        #expect(status.hasPrefix("HTTP/1.1 200") && status.contains("\"starts\":1"))
        #expect(try await stops(first))
        let second = try await Waiting.run(start)
        #expect(second.board.snapshot?.status.starts == 1)
        #expect(try await stops(second))
    }

    /// What lies at the socket's path and is no socket stays, and the message says so.
    @Test func aFileAtTheSocketsPathStays() async throws {
        var setup = DaemonSetup.test(directory.path)
        setup.controlSocket = directory.path + "/notes.txt"
        try Data("kept".utf8).write(to: URL(fileURLWithPath: setup.controlSocket))
        let start: @Sendable () throws -> Daemon = { [setup, devices] in
            try Daemon(setup, connections: devices, log: { _ in }, fail: { _ in })
        }
        let refused = await #expect(throws: DaemonError.self) { _ = try await Waiting.run(start) }
        #expect(refused?.code == "DMN-107" && refused?.text.contains("no socket") == true)
        #expect(FileManager.default.contents(atPath: setup.controlSocket) == Data("kept".utf8))
    }

    @Test func theActorStandsInTheRecord() async throws {
        let daemon = try await start()
        _ = await daemon.control.reply(to: range("P"), actor: "uid:tester")
        #expect(try await stops(daemon))
        var actors: [String] = []
        let storage = try FileStorage(directory.path + "/data/journal", writable: false)
        var reader = try JournalReader(storage: storage)
        let end = try #require(try JournalVerifier.verify(storage: storage).end)
        _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
            if case .poolAdded(let fact)? = (try? LineRecord.decode(record.body))?.record {
                actors.append(fact.actor)
            }
        }
        #expect(actors == ["uid:tester"])
    }

    /// Law 10: no unauthenticated caller changes anything.
    @Test func whoeverTheKernelDoesNotNameChangesNothing() async throws {
        let daemon = try await start()
        let reply = await daemon.control.reply(to: range("P"), actor: nil)
        #expect(reply.status == 403)
        #expect(daemon.board.snapshot?.pools.isEmpty == true)
        #expect(try await stops(daemon))
    }

    @Test(arguments: [
        (ControlRequest.startBatch("none"), 404, "BATCH-111"), (.resumeBatch("none"), 409, "BATCH-130"),
        (.acknowledge("X", AcknowledgeMessage()), 404, "ALARM-101"),
        (.openBatch(OrderMessage()), 422, "ORDER-101"),
        (.act("S1", .reprint(ReprintMessage())), 422, "CTL-111"), (.item("NOTHING"), 404, "IDX-102"),
        (.addPool(PoolMessage()), 422, "CTL-112"),
    ]) func refusalsKeepTheirCode(request: ControlRequest, status: Int, code: String) async throws {
        let daemon = try await start()
        let reply = await daemon.control.reply(to: request, actor: "uid:tester")
        let fault = try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true)
        #expect(reply.status == status && fault.code == code)
        #expect(try await stops(daemon))
    }

    @Test func aPoolOfAFileIsAllOrNothing() async throws {
        let daemon = try await start()
        var pool = PoolMessage()
        pool.name = "F"
        pool.kind = "printed"
        pool.key = TestLine.gtin
        pool.serials = "A1\nA2\nA1\n"
        let refused = await daemon.control.reply(to: .addPool(pool), actor: "uid:tester")
        #expect(refused.status == 422)
        #expect(!String(decoding: refused.body, as: UTF8.self).contains("A1"), "no serial in a message")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/data/imports").isEmpty)
        pool.serials = "A1\nA2\n"
        #expect(await daemon.control.reply(to: .addPool(pool), actor: "uid:tester").status == 200)
        let kept = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/data/imports")
        #expect(kept.count == 2 && kept.count { $0.hasSuffix(".fingerprints") } == 1)
        #expect(try await stops(daemon))
    }

    /// Goal: a number that never left the line is known all the same. Method: a serial of a pool that no
    /// batch has taken, which no record names.
    @Test func aSerialThatNeverLeftThePoolIsKnown() async throws {
        let daemon = try await start()
        #expect(await daemon.control.reply(to: range("P"), actor: "uid:tester").status == 200)
        let item = try ItemAnswer.decode(
            await daemon.control.reply(to: .item("P07"), actor: nil).body, limits: JSONLimits(), strict: true)
        #expect(item.kind == "unit" && item.state == "unallocated" && item.pool == "P")
        #expect(item.gtin == TestLine.gtin && item.batch.isEmpty && item.history.isEmpty)
        let other = await daemon.control.reply(to: .item("(01)09506000134369(21)P07"), actor: nil)
        #expect(other.status == 404)
        #expect(await daemon.control.reply(to: .item("P11"), actor: nil).status == 404)
        #expect(try await stops(daemon))
    }

    /// What may lie where a serial file should be: a name, and what makes it.
    static let badFiles: [(name: String, make: @Sendable (String) -> Bool)] = [
        ("none.txt", { _ in true }),
        ("pipe.txt", { mkfifo($0, 0o600) == 0 }),
        ("directory.txt", { mkdir($0, 0o700) == 0 }),
        ("huge.txt", { truncate(at: $0, size: 65 << 20) }),
        ("zeros.txt", { truncate(at: $0, size: 1 << 20) }),
        ("duplicates.txt", { write(String(repeating: "SAME\n", count: 1_000_000), to: $0) }),
        ("empty.txt", { write("", to: $0) }),
        ("gaps.txt", { write("A1\r\n\r\n\r\nB2\r\n", to: $0) }),
        ("long.txt", { write("A1\n" + String(repeating: "9", count: 21) + "\n", to: $0) }),
        ("payload.csv", { write("serial\nA1,0123456789ABCDEF\n", to: $0) }),
        ("payload.txt", { write("A1\u{1D}91ABCD\n", to: $0) }),
        ("oneLine.txt", { write(String(repeating: "A", count: 8 << 20), to: $0) }),
    ]

    private static func write(_ text: String, to path: String) -> Bool {
        FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    }

    private static func truncate(at path: String, size: Int) -> Bool {
        write("", to: path) && Glibc.truncate(path, off_t(size)) == 0
    }

    /// Goal: no file harms the line, and each refusal says what is wrong and what to do. Method: each in the
    /// place of a serial file, one after the other; nothing is taken, nothing is kept.
    @Test(.timeLimit(.minutes(2))) func badSerialFilesAreRefused() async throws {
        let daemon = try await start()
        for (name, make) in Self.badFiles {
            let path = directory.path + "/" + name
            try #require(make(path), "\(name)")
            var pool = PoolMessage()
            (pool.name, pool.kind, pool.key, pool.path) = ("F", "printed", TestLine.gtin, path)
            let reply = await daemon.control.reply(to: .addPool(pool), actor: "uid:tester")
            let fault = try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true)
            #expect(reply.status == 422 && fault.code.hasPrefix("CONF-"), "\(name): \(fault)")
            #expect(fault.text.contains(name) && !fault.remedy.isEmpty, "\(name): \(fault)")
            // The directory has a random name.
            let text = fault.text.replacing(directory.path, with: "")
            #expect(!text.contains("SAME") && !text.contains("A1"), "no serial in a message: \(text)")
        }
        let imports = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/data/imports")
        #expect(imports.isEmpty && daemon.board.snapshot?.pools.isEmpty == true)
        #expect(try await stops(daemon))
    }

    @Test func anOrderlyStopTurnsEverythingOffAndClosesTheDevices() async throws {
        let daemon = try await start()
        #expect(try await stops(daemon))
        let log = devices.log.all
        #expect(log.last == "closed")
        #expect(log.contains { $0.hasPrefix("plc setOutputs") && $0.contains("runEnable: false") })
        #expect(!DurableFile.exists(directory.path + "/data/run/control.sock"))
    }

    @Test func theSocketAnswersTheAccountThatAsks() async throws {
        let daemon = try await start()
        let path = directory.path + "/data/run/control.sock"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o660)
        let reply = try await Waiting.run { [range = range("P")] in try SocketClient.ask(path, range) }
        #expect(reply.hasPrefix("HTTP/1.1 200"), "\(reply)")
        let refused = try await Waiting.run { try SocketClient.ask(path, .startBatch("none")) }
        #expect(refused.hasPrefix("HTTP/1.1 404"), "\(refused)")
        #expect(try await stops(daemon))
        let storage = try FileStorage(directory.path + "/data/journal", writable: false)
        let name = try #require(try storage.names().first { $0.hasSuffix(".jsonl") })
        let text = String(decoding: try storage.read(name, at: 0, count: 10_000), as: UTF8.self)
        #expect(text.contains("\"o\":\"uid:\(Accounts.name(uid: getuid()))\""))
    }
}

/// Work that waits, away from Swift's pool.
enum Waiting {
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}

/// The least HTTP there is, on a Unix socket.
enum SocketClient {
    static func ask(_ path: String, _ request: ControlRequest) throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        try #require(connected == 0)
        let head = "\(request.method) \(request.path) HTTP/1.1\r\nhost: line\r\nconnection: close\r\n"
        let bytes = Array("\(head)content-length: \(request.body.count)\r\n\r\n".utf8) + request.body
        try #require(send(descriptor, bytes, bytes.count, 0) == bytes.count)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let got = recv(descriptor, &buffer, buffer.count, 0)
            guard got > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer.prefix(got)
        }
    }
}
