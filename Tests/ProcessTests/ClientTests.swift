import Foundation
import Glibc
import Testing

/// Goal: what goes wrong between a command and the daemon is told in our words, with a code and one remedy,
/// and no command waits for ever. Method: sockets behind which something else sits than a daemon.
@Suite(.enabled(if: Program.isWanted, "SERIATIM_BIN names no program: build it, make release"))
struct ClientTests {
    /// Names of libraries and of their types.
    private static let foreign = ["HTTPClient", "NIO", "Error", "unixDomain", "Optional", "HPE", "remote"]

    private func check(_ outcome: Program.Outcome, _ code: String, status: Int32) {
        #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.hasPrefix("\(code) "), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        for name in Self.foreign { #expect(!outcome.errors.contains(name), "\(outcome.errors)") }
    }

    /// The daemon dies with the request in its hands: whether it was done is not known, and that is said.
    @Test(arguments: ["", "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"text\":"])
    func aDaemonThatDiesMeanwhile(_ begun: String) async throws {
        let place = try Place()
        let peer = try Peer(place.path + "/s", answers: begun)
        let outcome = try await Program.run(
            ["batch", "start", "B", "--socket", peer.path], in: place)
        check(outcome, "CLI-113", status: 69)
        #expect(outcome.errors.contains("seriatim status"), "\(outcome.errors)")
    }

    @Test(arguments: ["SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"])
    func whatIsNoDaemon(_ greeting: String) async throws {
        let place = try Place()
        let peer = try Peer(place.path + "/s", answers: greeting)
        check(try await Program.run(["status", "--socket", peer.path], in: place), "CLI-115", status: 69)
    }

    @Test func aPathTooLongForASocket() async throws {
        let place = try Place()
        let path = place.path + "/" + String(repeating: "x", count: 103 - place.path.utf8.count)
        #expect(path.utf8.count == 104)
        let outcome = try await Program.run(["status", "--socket", path], in: place)
        check(outcome, "CLI-116", status: 64)
        #expect(outcome.errors.contains("104 bytes") && outcome.errors.contains("103"), "\(outcome.errors)")
        let nobody = try await Program.run(["status", "--socket", String(path.dropLast())], in: place)
        check(nobody, "CLI-102", status: 69)
    }
}

/// A socket behind which each connection gets the same bytes once it sent something, then its end.
private final class Peer: Sendable {
    let path: String
    private let listener: Int32

    init(_ path: String, answers: String) throws {
        self.path = path
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
        }
        try #require(bound == 0 && listen(listener, 8) == 0)
        let number = listener
        Thread.detachNewThread {
            while true {
                let connection = accept(number, nil, nil)
                guard connection >= 0 else { return }
                var bytes = [UInt8](repeating: 0, count: 65_536)
                _ = read(connection, &bytes, bytes.count)
                _ = Array(answers.utf8).withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
