import CLinux
import Glibc

/// A call of the system that failed, with its words.
package struct TransportFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried and what the system said.
    package let description: String

    init(_ call: String) {
        description = "\(call): \(String(cString: strerror(errno)))"
    }
}

/// What the loop does with file descriptors. None of these calls waits.
enum Transport {
    /// A listening socket on the loopback address; port 0 takes a free one.
    static func listen(port wanted: UInt16 = 0) throws(TransportFault) -> (fd: Int32, port: UInt16) {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard fd >= 0 else { throw TransportFault("socket") }
        keepToOurselves(fd)
        var on: Int32 = 1
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_port = wanted.bigEndian
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(fd, generic, length) == 0 && Glibc.listen(fd, 8) == 0
                    && getsockname(fd, generic, &length) == 0
            }
        }
        guard done else {
            let fault = TransportFault("bind, listen")
            close(fd)
            throw fault
        }
        return (fd, UInt16(bigEndian: address.sin_port))
    }

    /// A pipe that never waits.
    static func openPipe() throws(TransportFault) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TransportFault("pipe") }
        ends.forEach(keepToOurselves)
        return (ends[0], ends[1])
    }

    /// Never waits, and is closed in the programs we start.
    private static func keepToOurselves(_ fd: Int32) {
        _ = fcntl(fd, F_SETFL, O_NONBLOCK)
        _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
    }

    /// The next client of a listening socket, or `nil` when none waits.
    static func accept(_ listener: Int32) -> Int32? {
        let fd = Glibc.accept(listener, nil, nil)
        guard fd >= 0 else { return nil }
        keepToOurselves(fd)
        var on: Int32 = 1
        setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return fd
    }

    /// A pseudo-terminal in raw mode: our end, and the path the other side opens.
    static func openTerminal() throws(TransportFault) -> (fd: Int32, path: String) {
        var name = [CChar](repeating: 0, count: 128)
        let fd = clinux_open_terminal(&name, name.count)
        guard fd >= 0 else { throw TransportFault("pseudo-terminal") }
        let path = name.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        // Opened and closed once, our end says from now on whether anybody has the other one open.
        let other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else {
            let fault = TransportFault("open \(path)")
            close(fd)
            throw fault
        }
        var mode = termios()
        tcgetattr(other, &mode)
        cfmakeraw(&mode)
        tcsetattr(other, TCSANOW, &mode)
        close(other)
        return (fd, path)
    }

    /// Whether somebody has the other end of a pseudo-terminal open.
    static func isOpen(terminal fd: Int32) -> Bool {
        var state = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) >= 0 && state.revents & Int16(POLLHUP) == 0
    }

    /// What can be read.
    enum Incoming {
        case bytes([UInt8])
        case nothing
        case ended
    }

    static func read(_ fd: Int32) -> Incoming {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(fd, &buffer, buffer.count)
        if count > 0 { return .bytes(Array(buffer[..<count])) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .ended
    }

    /// Writes what can be written now and removes it from `bytes`.
    ///
    /// - Returns: False when the connection is gone.
    static func write(_ bytes: inout [UInt8], to fd: Int32) -> Bool {
        while !bytes.isEmpty {
            let count = Glibc.write(fd, bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return errno == EAGAIN }
            bytes.removeFirst(count)
        }
        return true
    }

    /// Nanoseconds of the clock that never steps.
    static var monotonicNanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
