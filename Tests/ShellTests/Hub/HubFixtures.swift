import Hub
import HubAPI
import JournalCore
import Simulator
import SystemIO
import Testing
import Upstream

/// A journal of a line in memory, signed every few records.
struct TestJournal {
    let disk = SimulatedDisk()
    let signer: JournalSigner
    let identity: JournalIdentity
    private(set) var journal: Journal
    private var number = 0

    init(line: String = "line-1", key: UInt8 = 7, id: UInt8 = 0xA5) throws {
        signer = try #require(JournalSigner(seed: [UInt8](repeating: key, count: 32)))
        identity = try #require(
            JournalIdentity(
                line: line, randomID: [UInt8](repeating: id, count: 16), publicKey: signer.publicKey))
        var limits = JournalLimits()
        limits.chunkBytes = 16_384
        limits.segmentBytes = 65_536
        limits.groupBytes = 4_096
        limits.reserveBytes = 8_192
        journal = try Journal.create(storage: disk, identity: identity, signer: signer, limits: limits)
    }

    /// Adds so many records, and signs them.
    mutating func add(_ count: Int, mark: String = "a") throws {
        for _ in 0..<count {
            number += 1
            let filler = String(repeating: mark, count: 120)
            try journal.append([Array("{\"k\":\"test\",\"i\":\(number),\"x\":\"\(filler)\"}".utf8)])
            _ = try journal.commit(at: 0)
            if number % 7 == 0 { try journal.checkpoint() }
        }
        try journal.checkpoint()
    }

    var own: OwnJournal { OwnJournal(storage: disk, identity: identity, end: journal.durable) }

    /// All its lines without padding, read without any of the code under test.
    var stream: [UInt8] {
        var bytes: [UInt8] = []
        var segment = 1
        while let content = disk.content(JournalFormat.segmentName(segment)) {
            let end = content.lastIndex { $0 != 0x0A && $0 != 0 } ?? -1
            if end >= 0 { bytes += content[...end] + [0x0A] }
            segment += 1
        }
        return bytes
    }

    /// Sends it.
    func upload(
        to hub: HubConnection, token: String? = nil, batchBytes: Int = JournalBatch.maxBytes,
        failures: Int = 1
    ) throws -> JournalUpload.Summary {
        var patience = JournalUpload.Patience(failures: failures)
        patience.firstMilliseconds = 1
        patience.longestMilliseconds = 50
        var upload = JournalUpload(
            own, sendable: journal.durable, to: hub, token: token, patience: patience, batchBytes: batchBytes)
        return try upload.run { _ in }
    }
}

/// A hub on a free port of this machine, in a directory of its own.
final class TestHub {
    let directory: TemporaryDirectory
    private var service: HubService?
    private(set) var port = 0

    init() throws {
        directory = try TemporaryDirectory(inMemory: true)
        try start()
    }

    var address: String { "http://127.0.0.1:\(port)" }
    var data: String { directory.path + "/hub" }

    func start() throws {
        let address = ListenAddress("127.0.0.1", port: port)
        let service = try HubService(
            directory: data, address: address, fail: { preconditionFailure("the hub failed: \($0)") })
        self.service = service
        port = service.port
    }

    func stop() {
        service?.stop()
        service = nil
    }

    /// A token for a line, made beside the running hub.
    func token(_ line: String) throws -> String {
        let store = try SQLiteStore(path: "\(data)/\(HubService.databaseName)")
        let token = try TokenHash.make()
        try store.add(
            TokenHash(of: token), line: line, madeBy: "test", at: Int64(clamping: WallClock.nowMilliseconds())
        )
        try store.close()
        return token
    }

    /// What the database holds of a line, read when the hub has stopped or beside it.
    func held(_ line: String) throws -> [UInt8] {
        let store = try SQLiteStore(path: "\(data)/\(HubService.databaseName)")
        defer { try? store.close() }
        return try store.read(line, at: 0, count: 1 << 30)
    }

    deinit { stop() }
}
