import CLinux
import Glibc

/// Whole small files, written so that a power cut leaves all of one or none.
package enum DurableFile {
    /// Reads a file of at most `maxBytes` bytes.
    ///
    /// A pipe or device at that place is refused and not waited for.
    ///
    /// - Parameter account: Read for another: only what is this account's own, or what all may read. The
    ///   superuser reads everything.
    /// - Throws: The failed call; `EFBIG` for a longer file, `EISDIR` for a directory, `EACCES` for what the
    ///   account may not read, ``SystemError/notAFile`` for anything else that is no regular file.
    package static func read(
        _ path: String, maxBytes: Int, for account: UInt32? = nil
    ) throws(SystemError) -> [UInt8] {
        try read(try Descriptor(path, O_RDONLY), path, maxBytes: maxBytes, for: account)
    }

    /// Reads an open file, named `path` in errors.
    static func read(
        _ file: Descriptor, _ path: String, maxBytes: Int, for account: UInt32?
    ) throws(SystemError) -> [UInt8] {
        let size = try file.regularSize()
        if let account { try file.checkReadable(by: account) }
        // One byte more than is wanted shows that there is more.
        var bytes = [UInt8](repeating: 0, count: min(maxBytes, max(size, minRead)) + 1)
        var done = 0
        while done <= maxBytes {
            // A file of the kernel says that it is empty and is not; another may grow while it is read.
            if done == bytes.count { bytes += [UInt8](repeating: 0, count: min(done, maxBytes + 1 - done)) }
            let got = retryingInterrupts {
                bytes.withUnsafeMutableBytes {
                    Glibc.read(file.number, $0.baseAddress?.advanced(by: done), $0.count - done)
                }
            }
            guard got >= 0 else { throw SystemError("read", path) }
            if got == 0 {
                bytes.removeLast(bytes.count - done)
                return bytes
            }
            done += got
        }
        throw SystemError("read", path, number: EFBIG)
    }

    /// Room for a file whose size is not known.
    private static let minRead = 4_095

    /// Makes a file that must not be there yet: written beside its place, synced, then given its name.
    ///
    /// - Parameter mode: Permission bits, kept whatever the umask.
    /// - Throws: The failed call; `EEXIST` when the name is taken, and then the file there is untouched.
    package static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let draft = try draft(of: path, bytes, mode: mode)
        let failure = link(draft, path) == 0 ? nil : SystemError("link", path)
        unlink(draft)
        if let failure { throw failure }
        try syncDirectory(of: path)
    }

    /// Writes a file in place of the one that has its name, if any: after a power cut it is one or the other.
    ///
    /// - Parameter mode: Permission bits, kept whatever the umask.
    package static func replace(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
        try rename(try draft(of: path, bytes, mode: mode), to: path)
    }

    /// Writes and syncs a file beside `path`, for it to be given its name; nothing is left where that fails.
    private static func draft(
        of path: String, _ bytes: [UInt8], mode: mode_t
    ) throws(SystemError) -> String {
        let draft = path + ".new"
        unlink(draft)
        do throws(SystemError) {
            let file = try Descriptor(draft, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            guard fchmod(file.number, mode) == 0 else { throw SystemError("fchmod", draft) }
            try file.write(bytes, at: 0)
            guard fsync(file.number) == 0 else { throw SystemError("fsync", draft) }
        } catch {
            unlink(draft)
            throw error
        }
        return draft
    }

    /// Makes the content of a file durable that another hand has written.
    package static func sync(_ path: String) throws(SystemError) {
        let file = try Descriptor(path, O_RDONLY)
        _ = try file.regularSize()
        guard fsync(file.number) == 0 else { throw SystemError("fsync", path) }
    }

    /// Makes the names in the directory that holds `path` durable.
    package static func syncDirectory(of path: String) throws(SystemError) {
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = try Descriptor(parent, O_RDONLY | O_DIRECTORY)
        guard fsync(directory.number) == 0 else { throw SystemError("fsync", parent) }
    }

    /// Makes a directory, durably, unless it is there. Its parent must exist.
    package static func createDirectory(_ path: String, mode: mode_t) throws(SystemError) {
        if mkdir(path, mode) != 0 {
            guard errno == EEXIST else { throw SystemError("mkdir", path) }
            return
        }
        try syncDirectory(of: path)
    }

    /// Makes a directory and those above it that are missing, durably.
    package static func createDirectories(_ path: String, mode: mode_t) throws(SystemError) {
        var missing = [path]
        while let last = missing.last, !exists(last), let slash = last.lastIndex(of: "/") {
            let parent = String(last[..<slash])
            if parent.isEmpty { break }
            missing.append(parent)
        }
        for path in missing.reversed() { try createDirectory(path, mode: mode) }
    }
}

/// An open file that closes itself.
final class Descriptor: Sendable {
    let number: Int32
    private let path: String

    /// Opens without waiting: that of a FIFO would else wait for a writer that may never come.
    ///
    /// - Parameters:
    ///   - waits: Wait for the writer of a FIFO all the same, and then for what it writes.
    ///   - told: What errors call it where that is not `path`.
    init(
        _ path: String, in directory: Descriptor? = nil, _ flags: Int32, mode: mode_t = 0,
        waits: Bool = false, told: String? = nil
    ) throws(SystemError) {
        let base = directory?.number ?? AT_FDCWD
        let all = flags | O_NOCTTY | (waits ? 0 : O_NONBLOCK)
        number = retryingInterrupts { clinux_openat(base, path, all, mode) }
        self.path = told ?? path
        guard number >= 0 else { throw SystemError("openat", self.path) }
    }

    deinit {
        if number >= 0 { close(number) }
    }

    /// Size in bytes as the system tells it.
    ///
    /// - Throws: `EISDIR` for a directory, ``SystemError/notAFile`` for what else holds no bytes of its own.
    func regularSize() throws(SystemError) -> Int {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw SystemError("fstat", path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return Int(status.st_size)
        case S_IFDIR: throw SystemError("read", path, number: EISDIR)
        default: throw SystemError("read", path, number: SystemError.notAFile)
        }
    }

    /// - Throws: `EACCES` for a file that is neither the account's own nor readable by everybody, or lies in
    ///   a directory that the account may not enter.
    func checkReadable(by account: UInt32) throws(SystemError) {
        guard account != 0 else { return }
        var status = stat()
        guard fstat(number, &status) == 0 else { throw SystemError("fstat", path) }
        var isOpen = status.st_uid == account ? status.st_mode & S_IRUSR != 0 : status.st_mode & S_IROTH != 0
        guard let real = realpath("/proc/self/fd/\(number)", nil) else { throw SystemError("realpath", path) }
        defer { free(real) }
        var directory = String(cString: real)
        while isOpen, let slash = directory.lastIndex(of: "/"), slash > directory.startIndex {
            directory = String(directory[..<slash])
            guard stat(directory, &status) == 0 else { throw SystemError("stat", path) }
            isOpen = status.st_uid == account ? status.st_mode & S_IXUSR != 0 : status.st_mode & S_IXOTH != 0
        }
        guard isOpen else { throw SystemError("read", path, number: EACCES) }
    }

    /// Writes all bytes at `offset`, however many calls it takes.
    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = retryingInterrupts {
                bytes.withUnsafeBytes {
                    pwrite(number, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(offset + done))
                }
            }
            guard count > 0 else { throw SystemError("pwrite", path, number: count == 0 ? EIO : errno) }
            done += count
        }
    }

    /// Up to `count` bytes from `offset` on.
    func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, done in
            while done < count {
                let got = retryingInterrupts {
                    pread(number, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                }
                if got < 0 { failure = SystemError("pread", path) }
                if got <= 0 { return }
                done += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
