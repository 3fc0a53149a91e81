import DeviceCore
import Glibc

/// A device that says what a transcript says, on a terminal or a TCP port of this machine.
///
/// Its bytes come in their order and with the pauses that were recorded; what the line must send first is
/// waited for, and what it sends otherwise is a difference. At a transcript's `disconnect` it hangs up.
package final class TranscriptDevice: Sendable {
    /// Address under which a line finds it.
    package let address: String
    private let transcript: Transcript
    private let listener: Int32?
    private let terminal: Int32?

    /// Longest wait for what the line must send, in nanoseconds.
    static let patience: UInt64 = 30_000_000_000

    /// Opens the terminal, or listens.
    ///
    /// - Parameter port: TCP port on the loopback address, 0 for a free one; `nil` for a terminal.
    package init(_ transcript: Transcript, port: UInt16?) throws(TransportFault) {
        self.transcript = transcript
        guard let port else {
            let (fd, path) = try Transport.openTerminal()
            _ = fcntl(fd, F_SETFL, O_NONBLOCK)
            (terminal, listener, address) = (fd, nil, "serial:\(path)")
            return
        }
        let (fd, own) = try Transport.listen(port: port)
        (terminal, listener, address) = (nil, fd, "tcp:127.0.0.1:\(own)")
    }

    deinit {
        if let listener { Glibc.close(listener) }
        if let terminal { Glibc.close(terminal) }
    }

    /// Waits for a connection and plays the transcript once.
    ///
    /// - Parameters:
    ///   - stays: Behind the last line it stays, silent, until the other side closes.
    ///   - isOver: Asked every few milliseconds; true ends it early.
    /// - Returns: What the line sent otherwise, a text for each.
    package func play(staying stays: Bool = false, until isOver: @Sendable () -> Bool) async -> [String] {
        var fd: Int32?
        while fd == nil, !isOver() {
            if let listener { fd = Transport.accept(listener) }
            if let terminal, Transport.isOpen(terminal: terminal) { fd = terminal }
            if fd == nil { try? await Task.sleep(for: .milliseconds(2)) }
        }
        guard let fd else { return [] }
        defer { if fd != terminal { Glibc.close(fd) } }
        var differences: [String] = []
        var came: [UInt8] = []
        var last: UInt64 = 0
        for line in transcript.lines where !isOver() {
            let at = line.at ?? last + 10_000_000
            if line.isSent {
                if line.cause == "disconnect" { break }
                guard !line.bytes.isEmpty else { continue }
                let wanted = line.bytes.count
                let end = Transport.monotonicNanoseconds + Self.patience
                while came.count < wanted, Transport.monotonicNanoseconds < end, !isOver() {
                    guard case .bytes(let more) = Transport.read(fd) else {
                        try? await Task.sleep(for: .milliseconds(1))
                        continue
                    }
                    came += more
                }
                let said = came.prefix(wanted)
                came.removeFirst(said.count)
                if Array(said) != line.bytes {
                    differences.append(
                        "line \(line.number): it sent \(ByteText.text(said)), recorded: "
                            + ByteText.text(line.bytes))
                }
            } else {
                let pause = at > last ? at - last : 0
                try? await Task.sleep(for: .nanoseconds(Int64(clamping: pause)))
                var bytes = line.bytes
                while !bytes.isEmpty, Transport.write(&bytes, to: fd), !bytes.isEmpty, !isOver() {
                    try? await Task.sleep(for: .milliseconds(1))
                }
            }
            last = at
        }
        let hangsUp = transcript.lines.contains { $0.cause == "disconnect" }
        while stays, !hangsUp, !isOver(), isThere(fd) { try? await Task.sleep(for: .milliseconds(5)) }
        // What was written last would be lost with a terminal that closes at once.
        try? await Task.sleep(for: .milliseconds(50))
        return differences
    }

    /// Whether the other side has not closed; what it says is nothing of the transcript.
    private func isThere(_ fd: Int32) -> Bool {
        if fd == terminal, !Transport.isOpen(terminal: fd) { return false }
        if case .ended = Transport.read(fd) { return false }
        return true
    }
}
