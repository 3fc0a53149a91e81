import ArgumentParser
import JournalCore
import LineDaemon
import SystemIO

extension JournalCommand {
    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer by name for more unsigned lines than a start takes; the daemon is stopped.",
            discussion: """
                Only after you know why the signatures are missing: from then on the line's key vouches for \
                these lines. Name and reason are recorded behind them and signed with them.
                """)
        @Argument(help: "The line's data directory.") var directory: String
        @Option(help: "Who accepts.") var by: String
        @Option(help: "Why the signatures are missing, and why the lines are right.") var reason: String

        func run() throws {
            let account = "uid:" + Accounts.current
            guard let acceptance = JournalAcceptance(name: by, reason: reason, account: account) else {
                let limits = JournalAcceptance.maxBytes
                throw CommandFailure(
                    "CLI-107 --by, --reason: one is blank, too long or has control characters in it. "
                        + "Give a name of up to \(limits.name) bytes and a reason of up to \(limits.reason).",
                    status: 64)
            }
            let data = DataDirectory(directory)
            let tail = try JournalFiles.guarded(data.journal) {
                // Nothing is made in a directory that is no line's.
                _ = try FileStorage(data.journal, writable: false)
                do throws(DaemonError) {
                    return try acceptance.give(
                        try storage(data), data: data, imports: ImportStore(directory: data.imports),
                        limits: JournalLimits(), wallMilliseconds: Int64(WallClock.nowMilliseconds()))
                } catch {
                    throw CommandFailure(error)
                }
            }
            Output.line("accepted: \(tail.lines) lines after line \(tail.after), up to head \(tail.head)")
            Output.line("recorded in the name of \(by) and signed; the line can be started")
        }

        private func storage(_ data: DataDirectory) throws(DaemonError) -> FileStorage {
            do throws(SystemError) {
                return try FileStorage(data.journal, writable: true)
            } catch {
                throw DaemonError(
                    .fileFailed, at: data.journal, "\(error)", "Run it as the account the daemon runs as.",
                    exitStatus: 77)
            }
        }
    }
}
