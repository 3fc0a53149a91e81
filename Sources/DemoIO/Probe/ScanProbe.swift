import Glibc

/// A scanner in somebody's hand on a pseudo-terminal, for measuring how soon it is answered.
///
/// One caller at a time: a scan is written whole, and the clock read until the whole answer line has come.
package final class ScanProbe: Sendable {
    /// Terminal of the scanner.
    package let path: String
    private let terminal: Int32

    /// Opens the terminal.
    package init() throws(TransportFault) {
        (terminal, path) = try Transport.openTerminal()
        _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
    }

    deinit { Glibc.close(terminal) }

    /// Whether the other side has opened the terminal.
    package var isOpen: Bool { Transport.isOpen(terminal: terminal) }

    /// Sends a scan and waits for its answer, a line that ends with CR LF.
    ///
    /// - Returns: Nanoseconds to its last byte, and the answer without its end; `nil` after two seconds.
    package func scan(_ bytes: [UInt8]) -> (nanoseconds: UInt64, answer: String)? {
        while case .bytes = Transport.read(terminal) {}
        var left = bytes
        let began = Transport.monotonicNanoseconds
        guard Transport.write(&left, to: terminal), left.isEmpty else { return nil }
        var answer: [UInt8] = []
        while Transport.monotonicNanoseconds - began < 2_000_000_000 {
            var state = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            poll(&state, 1, 100)
            guard case .bytes(let more) = Transport.read(terminal) else { continue }
            answer += more
            guard answer.suffix(2) == [0x0D, 0x0A] else { continue }
            return (
                Transport.monotonicNanoseconds - began, String(decoding: answer.dropLast(2), as: UTF8.self)
            )
        }
        return nil
    }
}
