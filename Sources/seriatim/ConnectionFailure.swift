import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1

/// What went wrong between a command and the daemon's socket, in our words.
struct ConnectionFailure {
    /// Longest path of a Unix socket, in bytes, as for the daemon.
    static let maxPathBytes = 103

    let socket: String
    let error: any Error

    /// The failure with its code, place and remedy.
    var failure: CommandFailure {
        switch error {
        case let error as IOError where error.errnoCode != ECONNRESET && error.errnoCode != EPIPE:
            let reason = String(validatingCString: strerror(error.errnoCode)) ?? "error \(error.errnoCode)"
            return failure("CLI-102", "the daemon does not answer: \(reason)", "See that it runs")
        case let error as HTTPClientError where Self.timeouts.contains(error):
            return failure(
                "CLI-114", "the daemon gave no answer in \(ControlClient.timeoutSeconds) s",
                "What was asked may be done all the same: look at seriatim status and at its log")
        case _ where Self.isEnd(error):
            return failure(
                "CLI-113", "the daemon ended before its answer was whole",
                "What was asked may be done all the same: see that it runs, then look at seriatim status")
        case is NIOTooManyBytesError:
            return failure(
                "CLI-117", "the answer is longer than \(ControlClient.maxAnswerBytes >> 20) MiB",
                "Ask for less")
        default:
            return failure(
                "CLI-115", "what answers there is no daemon of a line",
                "Name the socket of one: --socket or --config")
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout,
    ]

    /// The connection was there, and is gone.
    private static func isEnd(_ error: any Error) -> Bool {
        error is IOError || error is ChannelError || error as? HTTPParserError == .invalidEOFState
            || error as? HTTPClientError == .remoteConnectionClosed
    }

    private func failure(_ code: String, _ text: String, _ remedy: String) -> CommandFailure {
        CommandFailure("\(code) \(socket): \(text). \(remedy).", status: 69)
    }

    /// Paths the system has no room for.
    static func check(path: String) throws(CommandFailure) {
        guard path.utf8.count > maxPathBytes else { return }
        throw CommandFailure(
            "CLI-116 \(path): the path of the socket has \(path.utf8.count) bytes. "
                + "At most \(maxPathBytes) are possible: use a shorter one, as seen from its directory.",
            status: 64)
    }
}
