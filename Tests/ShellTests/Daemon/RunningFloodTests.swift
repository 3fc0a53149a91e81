import ControlAPI
import DemoIO
import DeviceIO
import Foundation
import JSONText
import JournalCore
import NIOConcurrencyHelpers
import Simulator
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon
@testable import Settings

/// Goal: a unit camera gone mad in the middle of a batch lets nothing pass that was not proven, stops the
/// line with words a technician can act on, and takes neither the memory nor the status with it. Method: a
/// whole daemon over a simulated belt that feeds cartons, gate and PLC behind their sockets; the camera is a
/// socket of the test's that begins to send as fast as it can once the belt runs.
@Suite(.serialized) struct RunningFloodTests {
    /// What the camera sends, again and again.
    enum Nonsense: String, CaseIterable, Sendable {
        /// The code of one good carton that never was before the camera.
        case oneGoodCode
        /// Codes of the pool, each once.
        case everyGoodCode
        case foreignCodes, endlessFrame, noise

        func bytes(_ codes: [String]) -> [UInt8] {
            switch self {
            case .oneGoodCode: Array(String(repeating: codes[codes.count - 1] + "\r", count: 1_000).utf8)
            case .everyGoodCode: Array(codes.map { $0 + "\r" }.joined().utf8)
            case .foreignCodes: Array(String(repeating: "]d20109506000134369\r", count: 3_000).utf8)
            case .endlessFrame: [UInt8](repeating: 0x41, count: 65_536)
            case .noise: (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
            }
        }
    }

    private static let gtin = "09506000134352"
    private static let serials = (1...400).map { "FLOOD\(1_000 + $0)X" }
    private static let codes = serials.map { "]d201\(gtin)1729033110L1\u{1D}21\($0)" }
    private static let floodSeconds = 4.0

    @Test(.timeLimit(.minutes(2)), arguments: Nonsense.allCases)
    func nothingUnprovenPasses(_ nonsense: Nonsense) async throws {
        let directory = try TemporaryDirectory()
        var layout = WorldLayout()
        layout.gateMode = .pass
        let line = try DemoLine.start(World(layout: layout, faults: WorldFaults(), seed: 1))
        defer { line.stop() }
        let server = try TestServer()
        let daemon = try await start(directory.path, layout, line, camera: server.port)
        try await runBatch(daemon, line)
        let before = Self.residentBytes()
        let flood = Flood(server.listener, nonsense.bytes(Self.codes), seconds: Self.floodSeconds)
        let socket = directory.path + "/data/run/control.sock"
        var (slowest, most) = (Duration.zero, 0)
        var stops: [StopAnswer] = []
        while !flood.isOver {
            let begun = ContinuousClock.now
            let status = try await Waiting.run { try SocketClient.ask(socket, .status) }
            slowest = max(slowest, ContinuousClock.now - begun)
            #expect(status.hasPrefix("HTTP/1.1 200"), "\(status.prefix(100))")
            most = max(most, Self.residentBytes() - before)
            if let stop = try await self.status(daemon).stop, !stops.contains(where: { $0.code == stop.code })
            {
                stops.append(stop)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        // Signals that were given have been used by now.
        try await Task.sleep(for: .seconds(1))
        let passed = line.withWorld { $0.tally.passed }
        print(
            "\(nonsense): \(flood.sentBytes >> 10) KiB, \(most >> 20) MiB more, slowest answer \(slowest), "
                + "\(passed) passed, stops \(stops.map(\.code))")
        #expect(Double(flood.sentBytes) > 1e6 * Self.floodSeconds, "it did not flood")
        // Whose code the camera says it read, the unit before it is believed to be; but each only once.
        #expect(passed <= (nonsense == .oneGoodCode ? 1 : nonsense == .everyGoodCode ? 2 : 0))
        #expect(!stops.isEmpty && stops.allSatisfy { !$0.text.isEmpty && !$0.remedy.isEmpty })
        #expect(most < LockTests.sanitizerFactor * (64 << 20))
        #expect(slowest < .seconds(5))
        // With a quiet camera the line is to be had again.
        let resumed = try await resume(daemon)
        #expect(resumed.status == 200, "\(String(decoding: resumed.body, as: UTF8.self))")
        #expect(try await Waiting.run { daemon.stop() })
        try checkJournal(directory.path)
    }

    // MARK: The line

    private func start(
        _ directory: String, _ layout: WorldLayout, _ line: DemoLine, camera: Int
    ) async throws -> Daemon {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let speed = Int(layout.speedCountsPerMinute / 60)
        let text = """
            [line]
            name = "flood"
            data = "\(directory)/data"
            profiles = ["\(root)/devices"]
            counts_per_metre = 1000
            max_speed_mm_s = \(speed * 6 / 5)
            drain_mm = 2000
            [[device]]
            name = "line-io"
            profile = "seriatim/line-io-1"
            address = "tcp:127.0.0.1:\(line.addresses.lineIO)"
            [[device]]
            name = "camera"
            profile = "generic/reader-cr"
            address = "tcp:127.0.0.1:\(camera)"
            [[station]]
            kind = "unit-verify"
            name = "verify"
            cameras = ["camera"]
            decide_within_mm = 130
            min_pitch_mm = 140
            [[station]]
            kind = "gate"
            name = "gate"
            mode = "pass"
            distance_mm = \(layout.gate - layout.partPresent)
            pass_sensor_mm = \(layout.passSensor - layout.partPresent)
            tolerance_mm = \(layout.gateTolerance)
            margin_mm = 120
            confirm_within_mm = 250
            max_rejects_in_row = 6

            """
        let path = directory + "/line.toml"
        FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
        return try await Waiting.run {
            let loaded = try SettingsLoader.load(path: path)
            return try Daemon(
                DaemonSetup(loaded, version: "test"), connections: DeviceLinks(loaded.devices),
                log: { _ in }, fail: { _ in })
        }
    }

    /// Numbers, an order, the batch on the line, and cartons that come.
    private func runBatch(_ daemon: Daemon, _ line: DemoLine) async throws {
        try await until("the devices") {
            try await status(daemon).devices.allSatisfy { $0.condition == "connected" }
        }
        var pool = PoolMessage()
        (pool.name, pool.kind, pool.key) = ("units", "preprinted", Self.gtin)
        pool.serials = Self.serials.joined(separator: "\n") + "\n"
        var ssccs = PoolMessage()
        (ssccs.name, ssccs.kind, ssccs.key, ssccs.first, ssccs.count) = ("ssccs", "sscc", "39506000", 1, 100)
        var order = OrderMessage()
        (order.batch, order.gtin, order.product, order.lot) = ("B1", Self.gtin, "Testol", "L1")
        (order.expiry, order.quantity, order.itemsPerCase, order.itemsPerPallet) = ("290331", 400, 10, 4)
        (order.unitPool, order.ssccPool) = ("units", "ssccs")
        for request in [
            ControlRequest.addPool(pool), .addPool(ssccs), .openBatch(order), .startBatch("B1"),
        ] {
            let reply = await daemon.control.reply(to: request, actor: "uid:tester")
            try #require(reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
        }
        line.withWorld { world in
            world.loadFeeder(
                preprinted: Self.serials.prefix(100).map {
                    PrintedCode(values: [Self.gtin, "290331", "L1", $0])
                })
        }
        try await until("the belt") { line.withWorld { $0.tally.fed } > 2 }
    }

    /// The camera came back and everything is quiet: the line may go on.
    private func resume(_ daemon: Daemon) async throws -> ControlDesk.Reply {
        var reply = await daemon.control.reply(to: .resumeBatch("B1"), actor: "uid:tester")
        for _ in 0..<100 where reply.status != 200 {
            try await Task.sleep(for: .milliseconds(50))
            reply = await daemon.control.reply(to: .resumeBatch("B1"), actor: "uid:tester")
        }
        return reply
    }

    private func status(_ daemon: Daemon) async throws -> StatusAnswer {
        try StatusAnswer.decode(
            await daemon.control.reply(to: .status, actor: nil).body, limits: JSONLimits(), strict: true)
    }

    private func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        for _ in 0..<400 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        try #require(Bool(false), "\(what) did not come")
    }

    /// Law 4: whatever passed was verified before, no serial twice.
    private func checkJournal(_ directory: String) throws {
        let storage = try FileStorage(directory + "/data/journal", writable: false)
        let end = try #require(try JournalVerifier.verify(storage: storage).end)
        var reader = try JournalReader(storage: storage)
        var verified: [UInt64: String] = [:]
        var passed: [UInt64] = []
        _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
            switch (try? LineRecord.decode(record.body))?.record {
            case .unitVerified(let fact): verified[fact.track] = fact.serial
            case .unitsPassed(let fact): passed += fact.tracks
            default: break
            }
        }
        #expect(passed.allSatisfy { verified[$0] != nil })
        #expect(Set(verified.values).count == verified.count)
    }

    private static func residentBytes() -> Int {
        Int(clamping: ProcessUsage(of: ProcessUsage.own)?.residentBytes ?? 0)
    }
}

/// A device that sends without end to whoever connects.
private final class Flood: Sendable {
    private struct State {
        var sent = 0
        var isOver = false
    }

    private let state = NIOLockedValueBox(State())

    init(_ listener: CInt, _ bytes: [UInt8], seconds: Double) {
        let thread = Thread { [self] in
            let end = Date(timeIntervalSinceNow: seconds)
            // Connected before the flood, and again after each time it was thrown out.
            while Date() < end { serve(listener, bytes, until: end) }
            state.withLockedValue { $0.isOver = true }
        }
        thread.start()
    }

    var sentBytes: Int { state.withLockedValue { $0.sent } }
    var isOver: Bool { state.withLockedValue { $0.isOver } }

    private func serve(_ listener: CInt, _ bytes: [UInt8], until end: Date) {
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else {
            usleep(1_000)
            return
        }
        var time = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        while Date() < end {
            let count = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            guard count > 0 || errno == EAGAIN else { break }
            state.withLockedValue { $0.sent += max(0, count) }
        }
        close(peer)
    }
}
