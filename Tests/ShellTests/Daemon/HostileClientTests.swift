import ControlAPI
import Foundation
import JSONText
import JournalCore
import NIOConcurrencyHelpers
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: an unfriendly user of the control socket gets an answer or is put out, and the line and other users
/// do not notice. Method: a whole daemon, attacked over its socket; after each attack it answers and its
/// journal is whole.
@Suite(.serialized) struct HostileClientTests {
    private let directory: TemporaryDirectory
    private var socket: String { directory.path + "/data/run/control.sock" }

    init() throws { directory = try TemporaryDirectory() }

    /// Runs an attack on a daemon whose second socket gives a request one second.
    private func attacked(_ attack: @escaping @Sendable (_ socket: String) throws -> Void) async throws {
        let path = directory.path
        let daemon = try await Waiting.run {
            try Daemon(.test(path), connections: SilentDevices(), log: { _ in }, fail: { _ in })
        }
        let impatient = RunningServer(
            path: path + "/data/run/impatient.sock", desk: daemon.control,
            limits: .init(idle: 1, body: 1))
        try await Waiting.run { try impatient.start() }
        try await Waiting.run { try attack(path + "/data/run/impatient.sock") }
        let status = try await Waiting.run { [socket] in try SocketClient.ask(socket, .status) }
        #expect(status.hasPrefix("HTTP/1.1 200"), "\(status.prefix(200))")
        let stopped = try await Waiting.run {
            impatient.stop()
            return daemon.stop()
        }
        #expect(stopped)
        let storage = try FileStorage(path + "/data/journal", writable: false)
        #expect(try JournalVerifier.verify(storage: storage).verdict == .intact)
    }

    private static let deep = String(repeating: "[", count: 30_000)
    private static func post(_ path: String, _ body: String, _ more: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: l\r\n\(more)content-length: \(body.utf8.count)\r\n"
            + "connection: close\r\n\r\n\(body)"
    }

    /// Whole requests, each with the beginning of its answer and the code in it.
    private static let wrong: [(request: String, answer: String, code: String)] = [
        ("GET /v1/nothing HTTP/1.1\r\nhost: l\r\nconnection: close\r\n\r\n", "404", "CTL-104"),
        ("BREW /v1/status HTTP/1.1\r\nhost: l\r\nconnection: close\r\n\r\n", "4", ""),
        ("DELETE /v1/batches/B/start HTTP/1.1\r\nhost: l\r\nconnection: close\r\n\r\n", "405", "CTL-105"),
        (post("/v1/batches", deep), "400", "CTL-101"),
        (post("/v1/batches", "{\"quantity\":\"many\"}"), "400", "CTL-102"),
        (post("/v1/batches", "{\"quantity\":1e99}"), "400", "CTL-102"),
        (post("/v1/batches", "\u{0}"), "400", "CTL-101"),
        (post("/v1/batches", "{\"lot\":\"\\ud800\"}"), "400", "CTL-101"),
        (post("/v1/batches", String(repeating: " ", count: 70_000)), "413", "CTL-103"),
        // Announced is enough: nobody waits for what will not be taken.
        ("POST /v1/batches HTTP/1.1\r\nhost: l\r\ncontent-length: 9999999999\r\n\r\n", "413", "CTL-103"),
        (post("/v1/pools", "{\"path\":\"/dev/zero\",\"name\":\"p\",\"kind\":\"printed\"}"), "422", "CONF-"),
        (post("/v1/pools", "{\"path\":\"../x\",\"name\":\"p\",\"kind\":\"printed\"}"), "422", "CTL-113"),
        ("\u{16}\u{3}\u{1}\u{0}\u{5}hello\r\n\r\n", "400", "CTL-109"),
        ("GET /v1/status HTTP/1.1\r\ncontent-length: -1\r\n\r\n", "400", "CTL-109"),
        ("GET /v1/status HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 2_000) + "\r\n", "", ""),
        ("GET /v1/status HTTP/1.1\r\nx: " + String(repeating: "y", count: 200_000) + "\r\n\r\n", "", ""),
        ("GET /" + String(repeating: "v", count: 300_000) + " HTTP/1.1\r\nhost: l\r\n\r\n", "", ""),
    ]

    @Test func wrongRequestsAreAnswered() async throws {
        try await attacked { socket in
            for (request, answer, code) in Self.wrong {
                let client = try HostileClient(socket)
                client.send(request)
                let reply = client.rest(seconds: 10)
                #expect(reply != nil, "still open: \(request.prefix(60))")
                guard let reply, !answer.isEmpty else { continue }
                #expect(reply.hasPrefix("HTTP/1.1 \(answer)"), "\(request.prefix(60)): \(reply.prefix(300))")
                guard !code.isEmpty else { continue }
                #expect(reply.contains(code), "\(request.prefix(60)): \(reply.prefix(300))")
                #expect(reply.contains("\"remedy\":\""))
            }
        }
    }

    /// Goal: half a request does not hold its place. Method: nothing, half a head, half a body, and a body
    /// that grows by a byte every tenth of a second; each is put out within some seconds, however many there
    /// are.
    @Test func halfARequestIsPutOut() async throws {
        try await attacked { socket in
            let head = "POST /v1/batches HTTP/1.1\r\nhost: l\r\ncontent-length: 60000\r\n"
            let halves = ["", "GET /v1/sta", head, head + "\r\n{\"batch\":"]
            var clients: [HostileClient] = []
            for number in 0..<200 {
                let client = try HostileClient(socket)
                client.send(halves[number % halves.count])
                clients.append(client)
            }
            let trickle = try HostileClient(socket)
            trickle.send(head + "\r\n")
            for client in clients { _ = try #require(client.rest(seconds: 30), "still open") }
            let end = Date(timeIntervalSinceNow: 10)
            while trickle.send("x"), Date() < end { usleep(100_000) }
            #expect(trickle.rest(seconds: 1) != nil, "the trickle is still open")
            let after = try HostileClient(socket)
            after.send("GET /v1/status HTTP/1.1\r\nhost: l\r\nconnection: close\r\n\r\n")
            #expect(after.rest(seconds: 10)?.hasPrefix("HTTP/1.1 200") == true)
        }
    }

    /// Goal: whoever says nothing keeps others waiting for seconds at most. Method: the daemon's own socket,
    /// as many silent connections as it serves at once, then a question.
    @Test func silenceDoesNotHoldTheSocket() async throws {
        let path = directory.path
        let daemon = try await Waiting.run {
            try Daemon(.test(path), connections: SilentDevices(), log: { _ in }, fail: { _ in })
        }
        let waited = try await Waiting.run { [socket] in
            let silent = try (0..<ControlServer.maxConnections).map { _ in try HostileClient(socket) }
            usleep(300_000)
            let start = ContinuousClock.now
            let status = try SocketClient.ask(socket, .status)
            #expect(status.hasPrefix("HTTP/1.1 200"), "\(status.prefix(200))")
            return withExtendedLifetime(silent) { ContinuousClock.now - start }
        }
        let limit = RequestDeadline.Limits().idle
        #expect(limit <= 5 && waited < .seconds(limit * 4), "\(waited)")
        #expect(try await Waiting.run { daemon.stop() })
    }

    /// Goal: an answer that nobody takes does not hold its place either. Method: requests without end on one
    /// connection whose client never reads.
    @Test func whoeverTakesNoAnswersIsPutOut() async throws {
        try await attacked { socket in
            let client = try HostileClient(socket)
            let request = String(repeating: "GET /v1/status HTTP/1.1\r\nhost: l\r\n\r\n", count: 100)
            let end = Date(timeIntervalSinceNow: 20)
            var isOpen = true
            while isOpen, Date() < end { isOpen = client.send(request, waiting: 0.2) || !client.isClosed }
            #expect(!isOpen)
        }
    }

    /// Goal: a thousand users at once are all answered, and nothing grows. Method: a thousand connections on
    /// threads of their own, half of them reading and half commanding; a command is obeyed, refused, or told
    /// that too many wait.
    @Test func aThousandRequestsAtOnce() async throws {
        let before = Self.residentBytes()
        let answers = NIOLockedValueBox<[String: Int]>([:])
        try await attacked { socket in
            let threads = (0..<1_000).map { number in
                Thread {
                    let path = number.isMultiple(of: 2) ? "GET /v1/status" : "POST /v1/alarms/X/ack"
                    let client = try? HostileClient(socket)
                    client?.send("\(path) HTTP/1.1\r\nhost: l\r\nconnection: close\r\n\r\n")
                    let reply = client?.rest(seconds: 60) ?? "none"
                    answers.withLockedValue { $0[String(reply.prefix(12)), default: 0] += 1 }
                }
            }
            for thread in threads {
                thread.stackSize = 256 << 10
                thread.start()
            }
            let end = Date(timeIntervalSinceNow: 90)
            while answers.withLockedValue({ $0.values.reduce(0, +) }) < 1_000, Date() < end { usleep(20_000) }
        }
        let seen = answers.withLockedValue { $0 }
        #expect(seen["HTTP/1.1 200"] == 500, "\(seen)")
        #expect((seen["HTTP/1.1 404"] ?? 0) + (seen["HTTP/1.1 503"] ?? 0) == 500, "\(seen)")
        let grown = Self.residentBytes() - before
        print("1,000 requests at once: \(seen), \(grown >> 20) MiB more")
        #expect(grown < LockTests.sanitizerFactor * (256 << 20))
    }

    /// Goal: many large bodies at once do not fill the memory. Method: twenty uploads of 8 MiB held open just
    /// before their end; all but two are refused as busy.
    @Test func largeBodiesTakeTurns() async throws {
        try await attacked { socket in
            let length = 8 << 20
            let head =
                "POST /v1/pools HTTP/1.1\r\nhost: l\r\nconnection: close\r\n"
                + "content-length: \(length)\r\n\r\n"
            let piece = head + String(repeating: " ", count: 100_000)
            var clients: [HostileClient] = []
            for _ in 0..<20 {
                let client = try HostileClient(socket)
                client.send(piece)
                clients.append(client)
            }
            let replies = clients.map { $0.rest(seconds: 10) ?? "open" }
            let busy = replies.filter { $0.hasPrefix("HTTP/1.1 503") && $0.contains("CTL-106") }
            #expect(busy.count >= 20 - UploadSlots.max - 1, "\(busy.count)")
            #expect(!replies.contains("open"))
        }
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// A client that keeps to no rules.
final class HostileClient: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        try #require(connected == 0, "errno \(errno)")
    }

    deinit { close(descriptor) }

    /// - Parameter seconds: How long to wait for room; forever unless given.
    /// - Returns: `false` when the other side does not take it.
    @discardableResult
    func send(_ text: String, waiting seconds: Double = 0) -> Bool {
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(seconds * 1_000_000) % 1_000_000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// The other side has closed: what is sent comes back as an error.
    var isClosed: Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, 0) > 0 && poll.revents & Int16(POLLHUP | POLLERR) != 0
    }

    /// Everything until the other side closes; `nil` while it has not within `seconds`.
    func rest(seconds: Double) -> String? {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        let end = Date(timeIntervalSinceNow: seconds)
        while Date() < end {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 100) > 0 else { continue }
            let got = recv(descriptor, &buffer, buffer.count, 0)
            guard got > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer.prefix(got)
        }
        return nil
    }
}
