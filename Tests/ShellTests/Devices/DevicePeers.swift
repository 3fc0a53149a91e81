import DeviceCore
import DeviceIO
import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SystemIO
import Testing

/// Events of a link as they come, from its loop to the test.
final class EventLog: Sendable {
    private let events = NIOLockedValueBox<[DeviceEvent]>([])

    var all: [DeviceEvent] { events.withLockedValue { $0 } }

    func append(_ event: DeviceEvent) { events.withLockedValue { $0.append(event) } }

    /// Milliseconds to wait for an event unless told otherwise.
    private static let patience = 3000 * LockTests.sanitizerFactor

    /// Waits until `test` holds of the events; false after `milliseconds`.
    func wait(_ milliseconds: Int = patience, until test: ([DeviceEvent]) -> Bool) async -> Bool {
        await patiently(milliseconds) { test(self.all) }
    }

    func wait(for event: DeviceEvent, count: Int = 1, _ milliseconds: Int = patience) async -> Bool {
        await wait(milliseconds) { $0.filter { $0 == event }.count >= count }
    }

    /// Codes of the faults, in order.
    var faults: [DeviceFault.Code] {
        all.compactMap { event in
            if case .fault(let fault) = event { return fault.code }
            return nil
        }
    }
}

/// Looks every 2 ms until `test` holds; false when the time is over.
func patiently(_ milliseconds: Int, _ test: () -> Bool) async -> Bool {
    let end = MonotonicClock.now() + UInt64(milliseconds) * 1_000_000
    while MonotonicClock.now() < end {
        if test() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return test()
}

/// The far end of a link: one descriptor, not blocking.
final class PeerEnd {
    let descriptor: CInt
    private var isOpen = true

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { close() }

    func close() {
        if isOpen { _ = Glibc.close(descriptor) }
        isOpen = false
    }

    /// Writes everything, waiting while the other side is slow.
    func send(_ bytes: [UInt8]) async {
        var rest = bytes[...]
        _ = await patiently(5000) {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) }
            return rest.isEmpty || (count < 0 && errno != EAGAIN)
        }
    }

    func send(_ text: String) async { await send(Array(text.utf8)) }

    /// What arrives until there are `count` bytes or the time is over.
    func receive(_ count: Int, _ milliseconds: Int = 2000) async -> [UInt8] {
        var result: [UInt8] = []
        _ = await patiently(milliseconds) {
            var buffer = [UInt8](repeating: 0, count: max(1, count - result.count))
            let got = read(descriptor, &buffer, buffer.count)
            if got > 0 { result += buffer.prefix(got) }
            return result.count >= count
        }
        return result
    }
}

/// A serial port whose device side the test holds. `path` stays the same when the device is plugged in again.
final class TestPort {
    let path: String
    private(set) var device: PeerEnd

    init() throws {
        path = "/tmp/seriatim-port-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        device = try Self.plug(path)
    }

    deinit { unlink(path) }

    /// Unplugs and plugs in again: a new port under the same name.
    func replug() throws {
        unplug()
        device = try Self.plug(path)
    }

    func unplug() {
        device.close()
        unlink(path)
    }

    private static func plug(_ path: String) throws -> PeerEnd {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK and TIOCGPTN: Glibc's functions for them are hidden from Swift.
        var locked: CInt = 0
        var number: CUnsignedInt = 0
        let isOpen =
            ioctl(descriptor, 0x4004_5431, &locked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0
        try #require(isOpen)
        let isLinked = symlink("/dev/pts/\(number)", path) == 0
        try #require(isLinked)
        return PeerEnd(descriptor)
    }

    var address: DeviceAddress { .serial(.node(path), .init()) }
}

/// A TCP device: listens on a port of its own.
final class TestServer {
    let port: Int
    let listener: CInt

    /// - Parameter port: 0 for any free one.
    init(port wanted: Int = 0) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(wanted).bigEndian
        name.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        self.listener = listener
        port = Int(in_port_t(bigEndian: name.sin_port))
        try #require(bound)
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
    }

    deinit { _ = Glibc.close(listener) }

    var address: DeviceAddress { .tcp(host: "127.0.0.1", port: port) }

    /// The next connection, or `nil` after the time.
    func accept(_ milliseconds: Int = 3000) async -> PeerEnd? {
        var connection: CInt = -1
        _ = await patiently(milliseconds) {
            connection = Glibc.accept(listener, nil, nil)
            return connection >= 0
        }
        return connection >= 0 ? PeerEnd(connection) : nil
    }
}

/// Links and their log, with the loops under them; closes both at the end of a test.
struct LinkBench {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let log = EventLog()

    func link(
        _ address: DeviceAddress, _ profile: DeviceProfile, policy: DeviceLink.MissingPolicy = .retry,
        limits: DeviceLink.Limits = .init()
    ) throws -> DeviceLink {
        let log = self.log
        return DeviceLink(
            name: "device", address: address, session: try profile.makeSession(), policy: policy,
            limits: limits,
            group: group, clock: MonotonicClock.now, onEvent: { event, _ in log.append(event) })
    }

    /// Runs `body` with a started link, then closes everything.
    func run(
        _ address: DeviceAddress, _ profile: DeviceProfile, limits: DeviceLink.Limits = .init(),
        _ body: (DeviceLink) async throws -> Void
    ) async throws {
        let link = try link(address, profile, limits: limits)
        try await link.start().get()
        do {
            try await body(link)
        } catch {
            try await link.close().get()
            throw error
        }
        try await link.close().get()
        #expect(link.status == .closed)
        try await group.shutdownGracefully()
    }
}

extension DeviceProfile {
    /// A reader with CR, and a trigger so that it can be made to write.
    static let testReader = DeviceProfile(
        vendor: "Test", model: "reader", kind: .reader, dialogue: .reader, evidence: .manual,
        sources: ["this test"],
        framing: Framing(kind: .terminated, end: "<CR>", maxFrameBytes: 512),
        reader: Reader(noRead: "NOREAD"),
        commands: ["trigger": Command(send: "||>TRIGGER ON", source: "this test")])

    /// The line I/O contract. One request at a time: pymodbus keeps only the last of two that come together.
    static func testLineIO(isSerial: Bool = false) -> DeviceProfile {
        DeviceProfile(
            vendor: "Test", model: "line I/O", kind: .lineIO, dialogue: .modbusLineIO, evidence: .manual,
            sources: ["docs/line-io.md"],
            framing: Framing(
                kind: isSerial ? .modbusRTU : .modbusTCP, maxFrameBytes: 256,
                interByteTimeoutMilliseconds: isSerial ? 200 : 0),
            timing: Timing(replyTimeoutMilliseconds: 1000, pollIntervalMilliseconds: 5),
            modbus: LineIORegisterMap(openRequests: 1, frameGapMilliseconds: isSerial ? 4 : 0))
    }

    /// A module with eight inputs and eight coils, wired in the order of their names.
    static var testModule: DeviceProfile {
        var profile = testLineIO()
        profile.dialogue = .modbusModule
        profile.timing.replyTimeoutMilliseconds = 200
        // Longer than this test takes to speak again.
        profile.modbus = LineIORegisterMap(
            measure: .runningTime, openRequests: 1, watchdogMilliseconds: 10_000)
        profile.modbus?.module = LineIOModule(
            inputs: LineIOModule.Block(function: 2, count: 8),
            inputBits: [.running: 0, .part: 1, .pass: 2, .reject: 3, .binFull: 4], outputsStart: 0,
            outputsCount: 8,
            outputBits: [.run: 0, .feed: 1, .gate: 2, .red: 3, .amber: 4, .green: 5, .horn: 6],
            readBack: LineIOModule.Block(function: 1, count: 8), gateWindowMilliseconds: 60)
        return profile
    }
}

/// A plain connection to a server on this machine.
func connectTCP(port: Int) -> PeerEnd? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(port).bigEndian
    name.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let isConnected = withUnsafeMutablePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    return isConnected ? PeerEnd(descriptor) : nil
}
