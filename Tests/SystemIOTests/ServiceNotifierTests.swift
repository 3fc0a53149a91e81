import Foundation
import Testing

@testable import SystemIO

/// What the service manager hears: one datagram for each state.
@Suite struct ServiceNotifierTests {
    @Test(arguments: ["/tmp/seriatim-notify-\(getpid())", "@seriatim-notify-\(getpid())"])
    func aStateIsOneDatagram(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if path.hasPrefix("@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        ServiceNotifier(path: path, watchdogNanoseconds: nil).send("READY=1\nSTATUS=up")
        var buffer = [UInt8](repeating: 0, count: 100)
        let got = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        #expect(
            got > 0 && String(decoding: buffer.prefix(max(0, got)), as: UTF8.self) == "READY=1\nSTATUS=up")
    }

    @Test(arguments: ["", "/tmp/" + String(repeating: "x", count: 200), "/nonexistent/socket"])
    func nobodyWhoListensIsNoFault(path: String) {
        ServiceNotifier(path: path.isEmpty ? nil : path, watchdogNanoseconds: nil).send("READY=1")
    }
}
