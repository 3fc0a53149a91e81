import Foundation
import JournalCore
import SystemIO
import Upstream

/// `seriatim replay` of a whole journal into a hub on this machine, until its head is acknowledged, against
/// proving the same journal and nothing else.
enum ReplayFigure: BenchFigure {
    static let name = "replay"
    private static let least = 50_000.0

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let units = run.size(1_000_000, quick: 40_000)
        let directory = folder + "/journal"
        run.say("making a journal of \(units) units")
        return try await BenchThread.run {
            let bytes = try BenchJournal.make(units: units, in: directory)
            let hub = try BenchHub(folder)
            defer { hub.kill() }
            let storage = try FileStorage(directory, writable: false)
            let start = ContinuousClock.now
            let report = try JournalVerifier.verify(storage: storage)
            let proven = seconds(since: start)
            guard let identity = report.identity, let end = report.lastSigned else {
                throw CommandFailure("BENCH-107 journal: \(report.summary) Report this fault.", status: 70)
            }
            run.say("sending \(report.records) records")
            let token = try hub.token(identity.line)
            let connection = try HubConnection(hub.address)
            defer { connection.close() }
            var upload = JournalUpload(
                OwnJournal(storage: storage, identity: identity, end: end), sendable: end, to: connection,
                token: token, patience: .init(failures: 1))
            let began = ContinuousClock.now
            let summary = try upload.run { _ in }
            let taken = seconds(since: began)
            guard summary.last == end.mark else {
                throw CommandFailure(
                    "BENCH-120 hub: it does not hold all that was sent. Report this fault.", status: 70)
            }
            // The command proves before it sends: both count.
            let rate = Double(report.records) / (proven + taken)
            return [
                BenchResult(
                    name: name, value: rate, unit: "/s",
                    details: [
                        .init(name: "records", value: Double(report.records)),
                        .init(name: "bytes", value: Double(bytes)),
                        .init(name: "prove_seconds", value: proven),
                        .init(name: "send_seconds", value: taken),
                    ],
                    baseline: [
                        .init(name: "verify_per_second", value: Double(report.records) / proven)
                    ],
                    baselineText: BenchNumber.grouped(Double(report.records) / proven) + " /s verify",
                    target: .init(text: ">= 50 000 /s", isHeld: rate >= least),
                    note:
                        "\(report.records) records in \(bytes >> 20) MiB into an empty hub on this machine, "
                        + "\(summary.batches) batches, each synced before its head was answered; beside it, "
                        + "proving the journal alone.")
            ]
        }
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
    }
}

/// The shipped hub as a process, beside this program.
final class BenchHub {
    let address: String
    private let program: String
    private let data: String
    private let process = Process()

    /// Starts it in `folder` on a free port.
    init(_ folder: String) throws {
        program = DemoDaemon.program + "-hub"
        data = folder + "/hub"
        let log = folder + "/hub.log"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw CommandFailure(
                "BENCH-121 \(program): the hub is not beside this program. Build it: make release.",
                status: 69)
        }
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--data", data, "--listen", "127.0.0.1:0"]
        process.standardInput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        var found: String?
        for _ in 0..<1_000 where found == nil {
            BenchThread.sleep(nanoseconds: 20_000_000)
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            found = text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") }.map(
                String.init)
            if !process.isRunning { break }
        }
        guard let found else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw CommandFailure("BENCH-122 hub: it does not get ready. \(text.prefix(500))", status: 70)
        }
        address = found
    }

    /// A token a line enrols with.
    func token(_ line: String) throws -> String {
        let maker = Process()
        let pipe = Pipe()
        maker.executableURL = URL(fileURLWithPath: program)
        maker.arguments = ["token", line, "--data", data]
        maker.standardOutput = pipe
        try maker.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        maker.waitUntilExit()
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    }

    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}
