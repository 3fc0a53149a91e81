import CLinux
import Glibc

/// A folder held open for work in a place where others may write: whatever is put in place of its name
/// meanwhile, what is done here is done in the folder that was opened.
///
/// - Source: openat(2), renameat(2): a descriptor stays with its directory; O_NOFOLLOW.
package final class HeldFolder: Sendable {
    /// A regular file in it.
    package struct File: Equatable, Sendable {
        /// Its name in the folder.
        package var name: String
        /// Whose it is.
        package var owner: UInt32
        /// Size in bytes.
        package var bytes: Int64
        /// When its content changed last, in nanoseconds.
        package var modified: Int64
    }

    private let directory: Descriptor
    private let path: String

    /// Opens a folder whose name nobody else can change; a link to it is followed.
    package convenience init(_ path: String) throws(SystemError) {
        self.init(try Descriptor(path, O_RDONLY | O_DIRECTORY), path)
    }

    private init(_ directory: Descriptor, _ path: String) {
        self.directory = directory
        self.path = path
    }

    /// Opens a folder in this one; where nothing has its name it is made, durably.
    ///
    /// - Throws: The failed call; ``SystemError/isNoDirectory`` for a link, wherever it leads, and for a
    ///   file.
    package func folder(_ name: String, mode: mode_t) throws(SystemError) -> HeldFolder {
        let inner = "\(path)/\(name)"
        if mkdirat(directory.number, name, mode) == 0 {
            try sync()
        } else if errno != EEXIST {
            throw SystemError("mkdirat", inner)
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        return HeldFolder(try Descriptor(name, in: directory, flags, told: inner), inner)
    }

    /// The regular files in it, by name, and the names of all else; nothing hidden.
    package func files() throws(SystemError) -> (files: [File], others: [String]) {
        var files: [File] = []
        var others: [String] = []
        for name in try names() where !name.hasPrefix(".") {
            var status = stat()
            guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else {
                others.append(name)
                continue
            }
            let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            files.append(
                File(name: name, owner: status.st_uid, bytes: Int64(status.st_size), modified: modified))
        }
        return (files.sorted { $0.name < $1.name }, others.sorted())
    }

    private func names() throws(SystemError) -> [String] {
        // A descriptor of its own: a stream takes it over, with the place where it reads.
        let number = clinux_openat(directory.number, ".", O_RDONLY | O_DIRECTORY, 0)
        guard number >= 0 else { throw SystemError("openat", path) }
        guard let stream = fdopendir(number) else {
            close(number)
            throw SystemError("fdopendir", path)
        }
        return try Folder.names(stream, path)
    }

    /// Reads a file in it as ``DurableFile/read(_:maxBytes:for:)``; a link is not followed.
    package func read(_ name: String, maxBytes: Int, for account: UInt32?) throws(SystemError) -> [UInt8] {
        let told = "\(path)/\(name)"
        let file = try Descriptor(name, in: directory, O_RDONLY | O_NOFOLLOW, told: told)
        return try DurableFile.read(file, told, maxBytes: maxBytes, for: account)
    }

    /// Whether something has this name, if only a link that leads nowhere.
    package func has(_ name: String) -> Bool {
        var status = stat()
        return fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Moves what has this name into another folder of the same file system, durably.
    package func move(_ name: String, to other: HeldFolder, as new: String) throws(SystemError) {
        guard renameat(directory.number, name, other.directory.number, new) == 0 else {
            throw SystemError("renameat", "\(path)/\(name)")
        }
        try other.sync()
        try sync()
    }

    /// Writes a file in place of what has its name, if anything: after a power cut it is one or the other.
    ///
    /// - Parameter mode: Permission bits, kept whatever the umask.
    package func replace(_ name: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let told = "\(path)/\(name)"
        unlinkat(directory.number, Self.draft, 0)
        do throws(SystemError) {
            let file = try Descriptor(
                Self.draft, in: directory, O_WRONLY | O_CREAT | O_EXCL, mode: mode, told: told)
            guard fchmod(file.number, mode) == 0 else { throw SystemError("fchmod", told) }
            try file.write(bytes, at: 0)
            guard fsync(file.number) == 0 else { throw SystemError("fsync", told) }
            guard renameat(directory.number, Self.draft, directory.number, name) == 0 else {
                throw SystemError("renameat", told)
            }
        } catch {
            unlinkat(directory.number, Self.draft, 0)
            throw error
        }
        try sync()
    }

    /// Name of a file before it has its own; short, so that every name has room beside it.
    private static let draft = ".new"

    private func sync() throws(SystemError) {
        guard fsync(directory.number) == 0 else { throw SystemError("fsync", path) }
    }
}
