import Glibc

extension DurableFile {
    /// Whether something has this name.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Size of a file in bytes.
    package static func size(_ path: String) throws(SystemError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        return Int(status.st_size)
    }

    /// Gives a file another name in the same directory, durably.
    package static func rename(_ path: String, to new: String) throws(SystemError) {
        guard Glibc.rename(path, new) == 0 else { throw SystemError("rename", path) }
        try syncDirectory(of: new)
    }
}

/// What tells a file from another that has its name.
package struct FileFacts: Equatable, Sendable {
    /// Number of the file in its file system.
    package var inode: UInt64
    /// Size in bytes.
    package var bytes: Int64
    /// When content changed last, in nanoseconds.
    package var modified: Int64
    /// When content, name or permissions changed last, in nanoseconds. Nobody can set it.
    package var changed: Int64
}

extension DurableFile {
    /// What tells this file from another.
    package static func facts(_ path: String) throws(SystemError) -> FileFacts {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
        return FileFacts(
            inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
            modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim))
    }
}

/// The end of the process.
package enum ProcessEnd {
    /// Writes `message` to stderr and ends at once: no cleanup, no retry, nothing more is sent to any device.
    package static func now(_ message: String, status: Int32) -> Never {
        let bytes = Array("\(message)\n".utf8)
        _ = write(2, bytes, bytes.count)
        _exit(status)
    }
}

extension DurableFile {
    /// Removes a file that can be made again; nothing happens where there is none.
    package static func remove(_ path: String) { unlink(path) }
}

extension ProcessEnd {
    /// Ends by SIGPIPE, as a program whose reader has gone.
    package static func byBrokenPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(141)
    }

    /// Ends a command: what it printed goes out first, then `message` to stderr.
    package static func afterOutput(_ message: String, status: Int32) -> Never {
        StandardOutput.flush()
        LogLine.write(message)
        exit(status)
    }
}

/// Lines on stderr.
package enum LogLine {
    /// Writes one line at once; the service manager adds the time.
    package static func write(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = Glibc.write(2, bytes, bytes.count)
    }
}

/// The directory a command was started in.
package enum WorkingDirectory {
    /// `path` seen from the root.
    package static func absolute(_ path: String) throws(SystemError) -> String {
        if path.hasPrefix("/") { return path }
        guard let text = getcwd(nil, 0) else { throw SystemError("getcwd", path) }
        defer { free(text) }
        return String(cString: text) + "/" + path
    }
}

/// Variables of the environment.
package enum EnvironmentValue {
    /// The value of a variable, or `nil`.
    package static func of(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
