import ControlAPI
import DeviceCore
import DeviceIO
import Foundation
import JSONText
import NIOConcurrencyHelpers
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon
@testable import Settings

/// Goal: a device gone mad takes neither the memory nor the line with it. Method: a whole daemon whose unit
/// camera is a socket of the test's that sends for seconds, as fast as it can, and while it does the daemon
/// is asked for its status.
@Suite(.serialized) struct FloodTests {
    /// What the camera sends, again and again.
    enum Nonsense: String, CaseIterable, Sendable {
        case endlessFrame, emptyFrames, reads, noise

        var bytes: [UInt8] {
            switch self {
            case .endlessFrame: [UInt8](repeating: 0x41, count: 65_536)
            case .emptyFrames: [UInt8](repeating: 0x0D, count: 65_536)
            case .reads: Array(String(repeating: "]d20109506000134352\r", count: 3_000).utf8)
            case .noise: (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
            }
        }
    }

    /// The links of a line where only the camera has something at its other end.
    private final class OneCamera: DeviceConnections {
        private let links: DeviceLinks
        init(port: Int) throws {
            let profile = DeviceProfile.testReader
            links = DeviceLinks([
                DeviceSettings(
                    name: "camera", profileName: "test/reader", profile: profile, profileFiles: [],
                    address: .tcp(host: "127.0.0.1", port: port), atStart: .retry)
            ])
        }
        func open(_ desk: DeviceDesk) throws(DaemonError) { try links.open(desk) }
        func close() { links.close() }
    }

    @Test(arguments: Nonsense.allCases) func aFloodingCameraIsBorne(_ nonsense: Nonsense) async throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer()
        let connections = try OneCamera(port: server.port)
        let daemon = try await Waiting.run { [path = directory.path] in
            try Daemon(.test(path), connections: connections, log: { _ in }, fail: { _ in })
        }
        let socket = directory.path + "/data/run/control.sock"
        let before = Self.residentBytes()
        let end = Date(timeIntervalSinceNow: 3)
        let sent = Counter()
        let listener = server.listener
        let flood = Thread {
            let bytes = nonsense.bytes
            while Date() < end {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else {
                    usleep(1_000)
                    continue
                }
                var time = timeval(tv_sec: 0, tv_usec: 100_000)
                setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
                while Date() < end {
                    let count = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                    guard count > 0 || errno == EAGAIN else { break }
                    sent.add(max(0, count))
                }
                close(peer)
            }
        }
        flood.start()
        var slowest = Duration.zero
        while Date() < end {
            let start = ContinuousClock.now
            let status = try await Waiting.run { try SocketClient.ask(socket, .status) }
            slowest = max(slowest, ContinuousClock.now - start)
            #expect(status.hasPrefix("HTTP/1.1 200"), "\(status.prefix(100))")
        }
        let grown = Self.residentBytes() - before
        print("\(nonsense): \(sent.value >> 10) KiB, \(grown >> 20) MiB more, slowest answer \(slowest)")
        #expect(sent.value > 0)
        #expect(grown < LockTests.sanitizerFactor * (64 << 20))
        #expect(slowest < .seconds(5))
        #expect(daemon.board.snapshot?.status.machine == .idle)
        #expect(try await Waiting.run { daemon.stop() })
    }

    private final class Counter: Sendable {
        private let count = NIOLockedValueBox(0)
        var value: Int { count.withLockedValue { $0 } }
        func add(_ more: Int) { count.withLockedValue { $0 += more } }
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
