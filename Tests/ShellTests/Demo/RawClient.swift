import Glibc

/// A client of one port or terminal that sends bytes and waits for bytes, and knows nothing else.
final class RawClient {
    private let fd: Int32
    private var received: [UInt8] = []

    init?(port: UInt16) {
        fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard fd >= 0, connected else { return nil }
    }

    init?(terminal path: String) {
        fd = open(path, O_RDWR | O_NOCTTY)
        guard fd >= 0 else { return nil }
        var mode = termios()
        tcgetattr(fd, &mode)
        cfmakeraw(&mode)
        tcsetattr(fd, TCSANOW, &mode)
    }

    deinit {
        close(fd)
    }

    func send(_ bytes: [UInt8]) {
        _ = write(fd, bytes, bytes.count)
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// The next `count` bytes; fewer when the other side ends or two seconds pass.
    func receive(_ count: Int) -> [UInt8] {
        fill { received.count >= count }
        let taken = Array(received.prefix(count))
        received.removeFirst(taken.count)
        return taken
    }

    /// The text up to and with `end`; what there is when two seconds pass before it.
    func receive(through end: UInt8) -> String {
        fill { received.contains(end) }
        let length = received.firstIndex(of: end).map { $0 + 1 } ?? received.count
        let taken = received.prefix(length)
        received.removeFirst(length)
        return String(decoding: taken, as: UTF8.self)
    }

    /// Whether the other side has closed the connection, waiting up to two seconds for it.
    func isClosed() -> Bool {
        var byte: UInt8 = 0
        var state = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 2_000) > 0 && read(fd, &byte, 1) == 0
    }

    /// Bytes that come within `milliseconds`.
    func listen(milliseconds: Int32) -> [UInt8] {
        var state = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(fd, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    private func fill(until isEnough: () -> Bool) {
        var state = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        while !isEnough() {
            guard poll(&state, 1, 2_000) > 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = read(fd, &buffer, buffer.count)
            guard count > 0 else { return }
            received += buffer[..<count]
        }
    }
}
