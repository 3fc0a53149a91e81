import ControlAPI
import Foundation
import SystemIO

/// The real daemon as a process of its own, on a line that a figure plays.
struct BenchDaemon {
    /// Directory of the line: configuration and state.
    let folder: String
    let client: ControlClient
    let process: DemoDaemon
    private var log: String { folder + "/daemon.log" }

    /// Longest wait for the daemon to do something.
    static let patience = Duration.seconds(300)

    /// Writes the configuration; nothing is started.
    ///
    /// - Parameter tables: Devices and stations, TOML; and keys of `[line]` before the first table.
    init(_ folder: String, tables: String) throws {
        self.folder = folder
        let text = """
            # Written by seriatim bench.
            [line]
            name = "steady"
            data = "\(folder)"
            profiles = ["\(try ProfileOptions.shipped())"]
            \(tables)
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/line.toml"))
        client = ControlClient(socket: folder + "/run/control.sock")
        process = DemoDaemon(configuration: folder + "/line.toml", log: folder + "/daemon.log")
    }

    /// Starts the process and waits until its control socket answers and the line's thread has shown itself.
    ///
    /// - Returns: Seconds from the start of the process.
    @discardableResult
    func start() async throws -> Double {
        let start = ContinuousClock.now
        try process.start()
        _ = try await status(every: .milliseconds(1)) { _ in true }
        return Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
    }

    /// Asks for the status until it is as wanted.
    func status(
        every pause: Duration = .milliseconds(20), until isWanted: (StatusAnswer) -> Bool
    ) async throws -> StatusAnswer {
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            guard process.isRunning else {
                throw CommandFailure("BENCH-110 daemon: it ended. \(process.lastWords)", status: 70)
            }
            if let status: StatusAnswer = try? await client.ask(.status), isWanted(status) { return status }
            try await Task.sleep(for: pause)
        }
        throw CommandFailure("BENCH-111 daemon: it does not get ready. \(process.lastWords)", status: 70)
    }

    func ask(_ request: ControlRequest) async throws { let _: DoneAnswer = try await client.ask(request) }

    /// Ends the process as a power switch would.
    func kill() async { _ = await process.end(by: SIGKILL, withinSeconds: 10) }

    /// Waits until the process has next to nothing left to do, or `patience` is at its end.
    func rest(patience: Duration = patience) async throws {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end, let process = process.identifier {
            let before = ProcessUsage(of: process)?.cpuNanoseconds ?? 0
            try await Task.sleep(for: .milliseconds(500))
            let after = ProcessUsage(of: process)?.cpuNanoseconds ?? 0
            if after - min(before, after) < 100_000_000 { return }
        }
    }

    // MARK: - Files

    /// Serials that no two files of one run share.
    ///
    /// - Parameter series: Tells the file from others.
    static func serials(_ count: Int, series: Int) -> [String] {
        let alphabet = Array("ACDEFHJKLMNPQRTUVWXY3479".utf8)
        return (0..<count).map { number in
            // A multiplier without a common factor with the modulus walks through all of it.
            var rest = (number * 48_271 + 11) % 1_000_003
            var text = Array("\(series)X".utf8)
            for _ in 0..<8 {
                text.append(alphabet[rest % alphabet.count])
                rest = rest / alphabet.count + 7 * (text.count % 5)
            }
            return String(decoding: text, as: UTF8.self) + String(number, radix: 36).uppercased()
        }
    }

    /// Writes a serial file into the line's folder.
    func write(_ serials: [String], as name: String) throws -> String {
        let path = folder + "/" + name
        try Data((serials.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

extension BenchDaemon {
    /// A whole line whose devices are all switched off.
    static let deadDevices = """
        counts_per_metre = 1000
        max_speed_mm_s = 6000
        drain_mm = 2000
        \(device(1, "io", "seriatim/line-io-1"))
        \(device(2, "coder", "videojet/zipher"))
        \(device(3, "camera", "generic/reader-cr"))
        \(device(4, "case-camera", "generic/reader-cr"))
        \(device(5, "case-printer", "zebra/zpl"))
        \(device(6, "scanner", "generic/reader-cr"))
        \(device(7, "pallet-printer", "zebra/zpl"))
        \(device(8, "handheld", "generic/reader-cr"))
        [[station]]
        kind = "unit-print"
        name = "print"
        device = "coder"
        [[station]]
        kind = "unit-verify"
        name = "verify"
        cameras = ["camera"]
        decide_within_mm = 160
        min_pitch_mm = 180
        [[station]]
        kind = "gate"
        name = "gate"
        mode = "pass"
        distance_mm = 700
        pass_sensor_mm = 800
        tolerance_mm = 50
        margin_mm = 60
        confirm_within_mm = 200
        max_rejects_in_row = 6
        [[station]]
        kind = "case"
        name = "cases"
        item_readers = ["case-camera"]
        printer = "case-printer"
        label_readers = ["scanner"]
        transit = 3
        [[station]]
        kind = "pallet"
        name = "pallets"
        item_readers = ["scanner"]
        printer = "pallet-printer"
        label_readers = ["handheld"]
        transit = 4
        """

    /// A low port of this machine: nobody is there.
    private static func device(_ port: Int, _ name: String, _ profile: String) -> String {
        """
        [[device]]
        name = "\(name)"
        profile = "\(profile)"
        address = "tcp:127.0.0.1:\(port)"
        """
    }
}
