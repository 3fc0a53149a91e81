import Glibc

/// Names of Unix accounts.
package enum Accounts {
    /// Name of the account this process runs as.
    package static var current: String { name(uid: getuid()) }

    /// The account's name, or its number in digits where it has none.
    package static func name(uid: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return String(uid) }
        return String(cString: name)
    }
}

/// Permissions of what others may open.
package enum FileMode {
    /// Sets the permission bits of a file, whatever the umask was.
    package static func set(_ path: String, _ mode: mode_t) throws(SystemError) {
        guard chmod(path, mode) == 0 else { throw SystemError("chmod", path) }
    }

    /// Something is there and this account may not write to it.
    package static func forbidsWriting(_ path: String) -> Bool { access(path, W_OK) != 0 && errno == EACCES }
}

extension Accounts {
    /// Number of the account this process runs as.
    package static var currentNumber: UInt32 { getuid() }
}

extension FileMode {
    /// Only the owner may read or write it.
    package static func isPrivate(_ path: String) throws(SystemError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        return status.st_mode & 0o077 == 0
    }
}
