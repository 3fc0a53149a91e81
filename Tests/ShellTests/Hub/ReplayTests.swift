import Foundation
import Hub
import HubAPI
import JournalCore
import Testing
import Upstream

/// Writes test files.
enum FileHandleWriter {
    static func write(_ text: String, to path: String) -> Bool {
        FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    }
}

/// Journals on their way to a hub over a real socket.
@Suite("A journal reaches its hub", .serialized)
struct ReplayTests {
    @Test("Sent twice, it is held once; what is added later follows")
    func twice() throws {
        let hub = try TestHub()
        let connection = try HubConnection(hub.address)
        defer { connection.close() }
        var journal = try TestJournal(line: "Line 1/a")
        try journal.add(300)
        let token = try hub.token("Line 1/a")
        let first = try journal.upload(to: connection, token: token)
        #expect(first.newLines == journal.journal.durable.line)
        #expect(try journal.upload(to: connection).newLines == 0)
        let before = journal.journal.durable.line
        try journal.add(200)
        #expect(
            try journal.upload(to: connection, batchBytes: 4_096).newLines == journal.journal.durable.line
                - before)
        let head = try connection.head("Line 1/a")
        #expect(head.held == journal.journal.durable.mark)
        #expect(head.identity == journal.identity)
        #expect(try connection.read("Line 1/a", at: 0, count: 1 << 22) == journal.stream)
        #expect(try connection.read("Line 1/a", at: 100, count: 57) == Array(journal.stream[100..<157]))
        hub.stop()
        #expect(try hub.held("Line 1/a") == journal.stream)
    }

    /// Goal: lost requests, lost answers, connections cut inside a body and a hub that is stopped and started
    /// change nothing of what is held at the end. Method: a proxy that cuts by seed.
    @Test("Whatever breaks on the way, the hub holds the same bytes", arguments: 1...6)
    func broken(_ seed: UInt64) throws {
        let hub = try TestHub()
        let network = try UnreliableNetwork(to: hub.port, seed: seed, longest: 6_000)
        defer { network.close() }
        let connection = try HubConnection(network.address, timeoutSeconds: 10)
        defer { connection.close() }
        var journal = try TestJournal()
        try journal.add(700)
        let token = try hub.token("line-1")
        let summary = try journal.upload(
            to: connection, token: token, batchBytes: 8_192, failures: 200)
        #expect(network.cuts > 3)
        #expect(summary.failures > 3)
        hub.stop()
        try hub.start()
        try journal.add(50)
        _ = try journal.upload(to: connection, batchBytes: 8_192, failures: 200)
        let direct = try HubConnection(hub.address)
        defer { direct.close() }
        #expect(try direct.head("line-1").held == journal.journal.durable.mark)
        #expect(try hub.held("line-1") == journal.stream)
    }

    @Test("Without a token, with another's or a used one, no journal begins")
    func tokens() throws {
        let hub = try TestHub()
        let connection = try HubConnection(hub.address)
        defer { connection.close() }
        var journal = try TestJournal()
        try journal.add(10)
        func refusal(_ token: String?) -> String? {
            do { _ = try journal.upload(to: connection, token: token) } catch let error as UpstreamError {
                return error.code
            } catch { return "\(error)" }
            return nil
        }
        #expect(refusal(nil) == "JRN-216")
        #expect(refusal("guessed") == "JRN-217")
        #expect(refusal(try hub.token("line-2")) == "JRN-217")
        let token = try hub.token("line-1")
        #expect(refusal(token) == nil)
        // The same token lets no second journal of that name in.
        var other = try TestJournal(key: 8, id: 0x11)
        try other.add(10)
        #expect(throws: UpstreamError.self) { try other.upload(to: connection, token: token) }
        #expect(try hub.held("line-1") == journal.stream)
    }

    @Test("A fork is told with both sides' lines; an older copy has nothing new")
    func fork() throws {
        let hub = try TestHub()
        let connection = try HubConnection(hub.address)
        defer { connection.close() }
        var journal = try TestJournal()
        try journal.add(400)
        var other = try TestJournal()
        try other.add(385)
        _ = try journal.upload(to: connection, token: try hub.token("line-1"))
        // Made by the same steps, so the beginning of the other; shorter.
        let older = try other.upload(to: connection)
        #expect(older.newLines == 0)
        try other.add(200, mark: "b")
        do {
            _ = try other.upload(to: connection)
            Issue.record("the fork was taken")
        } catch let error as UpstreamError {
            #expect(error.code == "JRN-219")
            #expect(error.exitStatus == 65)
        }
        #expect(try hub.held("line-1") == journal.stream)
    }

    @Test("A hub that is away, or none, is told from one that refuses")
    func away() throws {
        let hub = try TestHub()
        let connection = try HubConnection(hub.address, timeoutSeconds: 5)
        defer { connection.close() }
        hub.stop()
        do {
            _ = try connection.head("line-1")
            Issue.record("nobody answers there")
        } catch {
            #expect(error.code == "UPS-101")
            #expect(error.isPassing)
            #expect(error.exitStatus == 75)
        }
        for address in ["", "127.0.0.1:1", "ftp://127.0.0.1", "http://", "http://u:p@h", "http://h?x=1"] {
            #expect(throws: UpstreamError.self) { try HubConnection(address) }
        }
    }

    @Test("Only this machine may reach a hub that asks nobody who they are")
    func loopback() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        for text in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "example.org:80", "127.0.0.1.example.org:80"] {
            let address = try #require(ListenAddress(text))
            do {
                _ = try HubService(directory: directory.path + "/hub", address: address) { _ in
                    preconditionFailure("it never ran")
                }
                Issue.record("\(text) was listened on")
            } catch {
                #expect(error.code == .openAddress)
            }
        }
        for text in [
            "", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "a:b",
        ] {
            #expect(ListenAddress(text) == nil, "\(text)")
        }
        #expect(ListenAddress("[::1]:80")?.isLoopback == true)
    }

    @Test("One directory has one hub")
    func locked() throws {
        let hub = try TestHub()
        do {
            _ = try HubService(directory: hub.data, address: ListenAddress("127.0.0.1", port: 0)) { _ in
                preconditionFailure("it never ran")
            }
            Issue.record("two hubs serve one directory")
        } catch {
            #expect(error.code == .locked)
            #expect(error.exitStatus == 75)
        }
    }
}
