import Foundation
import Testing

/// The shipped program, as `SERIATIM_BIN` names it.
enum Program {
    private static let environment = ProcessInfo.processInfo.environment
    /// Where the program is; `nil` if the variable is unset or names no program.
    static let path = environment["SERIATIM_BIN"].flatMap {
        FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil
    }
    /// Without a program these tests are passed over, aloud; on a build server that is a failure.
    static let isWanted = path != nil || environment["CI"] == "true"
    /// The checkout: examples and shipped profiles.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// How a command ended, and what it wrote.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs a command to its end.
    ///
    /// - Parameter input: What it finds on standard input; nothing without.
    /// - Parameter seconds: The command is killed after this long, and the test fails.
    static func run(
        _ arguments: [String], in place: Place, input: [UInt8]? = nil, seconds: Double = 20
    ) async throws -> Outcome {
        let child = try Child(arguments, in: place, input: input)
        defer { child.kill() }
        let status = try #require(await child.end(within: seconds), "\(arguments) did not end")
        return Outcome(status: status, output: child.output, errors: child.errors)
    }

    /// Runs a script of the shell, in which the program is `$0`, to its end.
    static func shell(_ script: String, in place: Place, seconds: Double = 20) async throws -> Outcome {
        let program = try #require(path, "SERIATIM_BIN names no program: build it, make release")
        let child = try Child(["-c", script, program], of: "/bin/bash", in: place)
        defer { child.kill() }
        let status = try #require(await child.end(within: seconds), "\(script) did not end")
        return Outcome(status: status, output: child.output, errors: child.errors)
    }
}

/// A child process whose output goes to files.
final class Child {
    private let process = Process()
    private let files: (output: String, errors: String)

    /// Starts the program, or another.
    init(_ arguments: [String], of other: String? = nil, in place: Place, input: [UInt8]? = nil) throws {
        let program = other ?? Program.path
        let path = try #require(program, "SERIATIM_BIN names no program: build it, make release")
        let name = place.path + "/out-" + UUID().uuidString.prefix(8)
        files = (name + ".txt", name + "-errors.txt")
        for file in [files.output, files.errors] {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: place.path)
        process.standardInput = FileHandle.nullDevice
        if let input {
            let file = URL(fileURLWithPath: name + "-input.txt")
            try Data(input).write(to: file)
            process.standardInput = try FileHandle(forReadingFrom: file)
        }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files.output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files.errors))
        try process.run()
    }

    deinit { kill() }

    var output: String { Self.text(files.output) }
    var errors: String { Self.text(files.errors) }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// SIGTERM: what `systemctl stop` sends.
    func terminate() { process.terminate() }

    /// SIGTERM to what the child started, where it does not hand its own on.
    func terminateChildren() {
        let own = process.processIdentifier
        for child in Self.text("/proc/\(own)/task/\(own)/children").split(separator: " ").compactMap({
            Int32($0)
        }) { Foundation.kill(child, SIGTERM) }
    }

    /// SIGKILL, to this process alone, if it still runs.
    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    /// Exit status, 128 + the signal that ended it, or `nil` if it still runs after `seconds`.
    func end(within seconds: Double) async -> Int32? {
        guard await holds(within: seconds, { !self.process.isRunning }) else { return nil }
        let status = process.terminationStatus
        return process.terminationReason == .exit ? status : 128 + status
    }

    /// Whether the child says `text` within `seconds`; it may end meanwhile.
    func says(_ text: String, within seconds: Double) async -> Bool {
        await holds(within: seconds) { (self.output + self.errors).contains(text) || !self.process.isRunning }
            && (output + errors).contains(text)
    }

    private func holds(within seconds: Double, _ condition: () -> Bool) async -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while !condition() {
            if Date() > end { return false }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }
}

/// A directory of its own with the configuration of a line whose devices do not exist; gone with the test.
final class Place {
    let path: String
    var configuration: String { path + "/line.toml" }
    var data: String { path + "/data" }
    var socket: String { data + "/run/control.sock" }
    let profiles = ["--profiles", Program.root + "/devices"]

    init() throws {
        path = NSTemporaryDirectory() + "seriatim-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path + "/data", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try write("line.toml", try Self.example(data: path + "/data", nowhere: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        return path + "/" + name
    }

    /// A bench instead of the shipped example: a camera that is not there, and a scanner at the rework desk.
    func writeBench(scanner profile: String, at address: String) throws {
        try write(
            "line.toml",
            """
            [line]
            name = "bench"
            data = "\(data)"
            belt = "none"
            [[device]]
            name = "camera"
            profile = "generic/reader-cr"
            address = "tcp:127.0.0.1:9"
            [[device]]
            name = "scanner"
            profile = "\(profile)"
            address = "\(address)"
            [[station]]
            kind = "unit-verify"
            name = "check"
            cameras = ["camera"]
            [[station]]
            kind = "gate"
            name = "hands"
            mode = "none"
            [[station]]
            kind = "rework"
            name = "desk"
            readers = ["scanner"]

            """)
    }

    /// The shipped example, with data here and every device at an address where nothing answers.
    private static func example(data: String, nowhere: String) throws -> String {
        let text = try String(contentsOfFile: Program.root + "/docs/examples/line.toml", encoding: .utf8)
        var port = 0
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("data = ") { return "data = \"\(data)\"" }
            if line.hasPrefix("address = \"tcp:") {
                port += 1
                return "address = \"tcp:127.0.0.1:\(port)\""
            }
            return line.replacingOccurrences(of: "serial:/dev/", with: "serial:\(nowhere)/no-")
        }.joined(separator: "\n")
    }

    // MARK: The daemon and its clients

    /// Starts the daemon and waits until it is ready.
    func daemon() async throws -> Child {
        let child = try Child(["run", "--config", configuration] + profiles, in: self)
        let isReady = await child.says("ready, control socket", within: 20)
        try #require(isReady, "\(child.output)\(child.errors)")
        return child
    }

    /// Runs a client command against the daemon.
    func client(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(arguments + ["--socket", socket], in: self)
    }

    func verify() async throws -> Program.Outcome {
        try await Program.run(["journal", "verify", data], in: self)
    }
}
