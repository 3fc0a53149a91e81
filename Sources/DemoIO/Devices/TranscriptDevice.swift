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

    /// Waits for a connection and plays the transcript once. Where the transcript's line lost the device,
    /// this one hangs up and goes on with the next connection; a terminal, which cannot hang up, is silent
    /// a second.
    ///
    /// - Parameters:
    ///   - stays: Behind the last line it stays, silent, until the other side closes.
    ///   - isOver: Asked every few milliseconds; true ends it early.
    /// - Returns: What the line sent otherwise, a text for each.
    package func play(staying stays: Bool = false, until isOver: @Sendable () -> Bool) async -> [String] {
        let parts = transcript.lines.split { $0.cause == "disconnect" }
        let hangsUp = transcript.lines.last?.cause == "disconnect"
        var differences: [String] = []
        for (index, part) in parts.enumerated() {
            guard let fd = await connection(isOver) else { return differences }
            differences += await play(part, on: fd, isOver)
            let isLast = index == parts.count - 1
            while isLast, stays, !hangsUp, !isOver(), isThere(fd) {
                try? await Task.sleep(for: .milliseconds(5))
            }
            // What was written last would be lost with a terminal that closes at once.
            try? await Task.sleep(for: .milliseconds(fd == terminal && !isLast ? 1_000 : 50))
            if fd != terminal { Glibc.close(fd) }
        }
        return differences
    }

    private func connection(_ isOver: @Sendable () -> Bool) async -> Int32? {
        while !isOver() {
            if let listener, let fd = Transport.accept(listener) { return fd }
            if let terminal, Transport.isOpen(terminal: terminal) { return terminal }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return nil
    }

    private func play(
        _ lines: ArraySlice<Transcript.Line>, on fd: Int32, _ isOver: @Sendable () -> Bool
    ) async -> [String] {
        var differences: [String] = []
        var came: [UInt8] = []
        var last = lines.first?.at ?? 0
        for line in lines where !isOver() {
            let at = line.at ?? last + 10_000_000
            if line.isSent {
                let said = await take(line.bytes.count, on: fd, &came, isOver)
                if said != line.bytes {
                    let what = said.isEmpty ? "nothing" : ByteText.text(said)
                    differences.append(
                        "line \(line.number): it sent \(what), recorded: \(ByteText.text(line.bytes))")
                    if fd != terminal, !isThere(fd) { return differences }
                }
            } else {
                let pause = at > last ? at - last : 0
                try? await Task.sleep(for: .nanoseconds(Int64(clamping: pause)))
                var bytes = line.bytes
                while !bytes.isEmpty, !isOver() {
                    guard Transport.write(&bytes, to: fd) else { return differences }
                    if !bytes.isEmpty { try? await Task.sleep(for: .milliseconds(1)) }
                }
            }
            last = at
        }
        return differences
    }

    /// The next bytes of the line, as many as wanted or what came in time.
    private func take(
        _ wanted: Int, on fd: Int32, _ came: inout [UInt8], _ isOver: @Sendable () -> Bool
    ) async -> [UInt8] {
        let end = Transport.monotonicNanoseconds + Self.patience
        reading: while came.count < wanted, Transport.monotonicNanoseconds < end, !isOver() {
            switch Transport.read(fd) {
            case .bytes(let more): came += more
            case .nothing: try? await Task.sleep(for: .milliseconds(1))
            // A terminal nobody has open yet says so too.
            case .ended where fd == terminal: try? await Task.sleep(for: .milliseconds(1))
            case .ended: break reading
            }
        }
        let said = Array(came.prefix(wanted))
        came.removeFirst(said.count)
        return said
    }

    /// Whether the other side has not closed; what it says is nothing of the transcript.
    private func isThere(_ fd: Int32) -> Bool {
        if fd == terminal, !Transport.isOpen(terminal: fd) { return false }
        if case .ended = Transport.read(fd) { return false }
        return true
    }
}
