import ControlAPI
import JSONText
import JournalCore
import LineDaemon
import SystemIO

/// A failed command: what goes to stderr, and the exit status (`sysexits`).
struct CommandFailure: Error {
    let message: String
    let status: Int32
    /// Code of the daemon's answer; empty for a failure of the command's own.
    private(set) var code = ""

    init(_ message: String, status: Int32) {
        self.message = message
        self.status = status
    }

    init(_ error: DaemonError) { self.init(error.description, status: error.exitStatus) }

    init(_ error: JournalError) { self.init(error.description, status: error.exitStatus) }

    init(_ fault: ControlFault, at place: String) {
        self.init(
            "\(fault.code) \(place): \(fault.text). \(fault.remedy)", status: Self.status(http: fault.status))
        code = fault.code
    }

    /// Exit statuses: 64 usage, 65 data, 66 not found, 69 unavailable, 70 software, 74 disk, 75 try again,
    /// 77 not allowed.
    private static func status(http: Int) -> Int32 {
        switch http {
        case 400, 405, 413: 64
        case 403: 77
        case 404: 66
        case 409, 422: 65
        case 503: 75
        case 507: 74
        default: 70
        }
    }

    func end() -> Never { ProcessEnd.afterOutput(message.visible(keepingLineEnds: true), status: status) }
}

/// Writes to stdout and stderr.
enum Output {
    /// One line for people, whatever the text holds.
    static func line(_ text: String) { print(text.visible()) }

    /// The answer as one line of JSON.
    static func json(_ payload: some ControlPayload) {
        json(String(decoding: payload.encoded, as: UTF8.self))
    }

    /// One line for programs, as it is.
    static func json(_ text: String) { print(text) }

    /// Writes out what was printed so far: someone waits for it.
    static func flush() { StandardOutput.flush() }

    /// Everything printed is written: an answer that nobody gets is a failure.
    static func end() throws(CommandFailure) {
        guard let error = StandardOutput.flush() else { return }
        if error.isBrokenPipe { ProcessEnd.byBrokenPipe() }
        throw CommandFailure(
            "CLI-110 standard output: \(error). Check the disk, or whoever reads it.", status: 74)
    }

    /// What was to be written to stdout is there in part.
    static func cut(_ error: SystemError) -> CommandFailure {
        if error.isBrokenPipe { ProcessEnd.byBrokenPipe() }
        return CommandFailure(
            "CLI-110 standard output: \(error). Free the disk, or write elsewhere; what is there is cut.",
            status: 74)
    }

    /// A message of a daemon, for the service manager's log.
    static func log(_ text: String) { LogLine.write(text) }

    /// Columns of text, each as wide as its widest cell.
    static func table(_ rows: [[String]]) {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            line(cells.joined(separator: "  "))
        }
    }
}
