import Foundation
import Synchronization

/// The real daemon as a process of its own, and the other commands as a person would type them.
///
/// Whatever was started is ended with the demo: by ``end()``, or by the signal that ends the demo.
final class DemoDaemon: @unchecked Sendable {
    /// This program, also where its file was replaced since it was started.
    static let program: String = {
        let link = "/proc/self/exe"
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        return path.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil } ?? link
    }()

    /// Process identifier of the daemon, or 0; signal handlers read it.
    private static let running = Atomic<Int32>(0)
    private let configuration: String
    private let log: String
    // Only the demo's own task touches it.
    private var process: Process?

    init(_ files: DemoFiles) {
        configuration = files.configuration
        log = files.log
    }

    /// - Parameters:
    ///   - configuration: Path of the line's configuration.
    ///   - log: Path of the file that takes what the daemon says.
    init(configuration: String, log: String) {
        self.configuration = configuration
        self.log = log
    }

    /// How a process ended.
    enum End: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
        case stillRunning
    }

    /// Starts the daemon. It appends what it says to the log.
    func start() throws {
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["run", "--config", configuration]
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try output.close()
        Self.running.store(process.processIdentifier, ordering: .sequentiallyConsistent)
        self.process = process
    }

    /// Identifier of the process, while it runs.
    var identifier: Int32? { process?.isRunning == true ? process?.processIdentifier : nil }

    /// Whether it runs.
    var isRunning: Bool { process?.isRunning ?? false }

    /// Sends a signal and waits for the end.
    func end(by signal: Int32, withinSeconds limit: Double) async -> End {
        guard let process else { return .stillRunning }
        kill(process.processIdentifier, signal)
        let deadline = Date(timeIntervalSinceNow: limit)
        while process.isRunning, Date() < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        guard !process.isRunning else { return .stillRunning }
        Self.running.store(0, ordering: .sequentiallyConsistent)
        return process.terminationReason == .exit
            ? .exit(process.terminationStatus) : .signal(process.terminationStatus)
    }

    /// Ends the daemon however it is, at the end of the demo or after an error.
    func end() {
        Self.endRunning()
        process?.waitUntilExit()
        process = nil
    }

    /// Kills the daemon, if one runs. Safe in a signal handler.
    static func endRunning() {
        let pid = running.exchange(0, ordering: .sequentiallyConsistent)
        if pid > 0 { kill(pid, SIGKILL) }
    }

    /// Ends the daemon with the demo when a signal ends the demo.
    static func endOnSignals() {
        _ = running.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            _ = signal(number) { number in
                DemoDaemon.endRunning()
                _exit(128 + number)
            }
        }
    }

    /// The last lines of the daemon's log.
    var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    /// What a command printed, and its exit status.
    struct Output: Sendable {
        let status: Int32
        let text: String
    }

    /// Runs this program with other arguments and waits for it.
    static func run(_ arguments: [String]) async throws -> Output {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runAndWait(arguments) })
            }
        }
    }

    private static func runAndWait(_ arguments: [String]) throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(status: process.terminationStatus, text: String(decoding: bytes, as: UTF8.self))
    }
}
