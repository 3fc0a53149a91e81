import Foundation
import Testing

@testable import SystemIO

/// Goal: a Unix socket's path has one owner, and nobody is put out. Method: what may lie at the path.
@Suite struct SocketClaimTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/control.sock" }

    init() throws { directory = try TemporaryDirectory() }

    /// A socket with its path given to `call`.
    private func make(_ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> (Int32, result: Int32)
    {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return (descriptor, result)
    }

    /// Listens as any program would.
    private func listener() throws -> Int32 {
        let (descriptor, result) = make(bind)
        try #require(result == 0 && listen(descriptor, 1) == 0, "errno \(errno)")
        return descriptor
    }

    @Test func thePathHasOneOwner() throws {
        let first = try SocketClaim(path)
        #expect(throws: SystemError("lock", path, number: EADDRINUSE)) { try SocketClaim(path) }
        first.release()
        let second = try SocketClaim(path)
        #expect(throws: SystemError("lock", path, number: EADDRINUSE)) { try SocketClaim(path) }
        withExtendedLifetime(second) {}
    }

    @Test func aKilledProcessLeavesNoClaim() throws {
        close(try listener())
        #expect(FileManager.default.fileExists(atPath: path))
        try SocketClaim(path).release()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// One whose queue is full answers too.
    @Test(arguments: [false, true]) func whoeverAnswersWithoutALockIsNotPutOut(isFull: Bool) throws {
        let listener = try listener()
        defer { close(listener) }
        var clients: [Int32] = []
        defer { clients.forEach { close($0) } }
        while isFull {
            let (client, result) = make(connect)
            clients.append(client)
            guard result == 0, clients.count < 100 else { break }
        }
        #expect(isFull == (clients.count > 1))
        #expect(throws: SystemError("bind", path, number: EADDRINUSE)) { try SocketClaim(path) }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileThatIsNoSocketStays() throws {
        try Data("kept".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: SystemError("bind", path, number: EEXIST)) { try SocketClaim(path) }
        #expect(FileManager.default.contents(atPath: path) == Data("kept".utf8))
    }
}
