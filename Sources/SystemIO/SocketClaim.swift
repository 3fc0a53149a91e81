import Glibc

/// The right of one process to a Unix socket's path.
///
/// A socket's file outlives its process, and binding takes the place of whatever socket is there. So a lock
/// beside it (`PATH.lock`, left behind and harmless) says whose it is, and somebody who answers without
/// having the lock is not put out either.
package final class SocketClaim: Sendable {
    private let path: String
    private let lock: Descriptor

    /// Takes the path, until ``release()`` or the end of this value.
    ///
    /// - Throws: `EADDRINUSE` while another process has it or answers there; `EEXIST` for a file that is no
    ///   socket.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        lock = try Descriptor(path + ".lock", O_RDWR | O_CREAT, mode: 0o600)
        guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
            throw SystemError("lock", path, number: errno == EWOULDBLOCK ? EADDRINUSE : errno)
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemError("bind", path, number: EEXIST) }
        if try Self.answers(path) { throw SystemError("bind", path, number: EADDRINUSE) }
    }

    /// Removes the socket and gives the path to whoever comes next.
    package func release() {
        unlink(path)
        flock(lock.number, LOCK_UN)
    }

    /// Whether a process listens; one whose queue is full listens too.
    private static func answers(_ path: String) throws(SystemError) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError("connect", path, number: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw SystemError("socket", path) }
        defer { close(descriptor) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }
}
