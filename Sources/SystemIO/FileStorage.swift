import CLinux
import Glibc
import JournalCore
import SnapshotCore

/// A directory of journal or snapshots on a real file system.
///
/// One owner writes it under the lock; any number of others, each with its own `FileStorage`, read. Used by
/// one thread at a time.
package final class FileStorage: SnapshotStorage {
    /// Open files kept at hand: a writer needs two, a reader one.
    private static let maxOpenFiles = 4

    private let path: String
    private let directory: Descriptor
    private let isWritable: Bool
    private var open: [(name: String, file: Descriptor)] = []
    private var lock: FolderLock?

    /// Opens the directory of a journal.
    ///
    /// - Parameters:
    ///   - path: The directory. A writer makes it, durably, if its parent exists; a reader needs it to be
    ///     there.
    ///   - writable: Whether files may be made and written.
    package init(_ path: String, writable: Bool) throws(SystemError) {
        self.path = path
        isWritable = writable
        if writable { try DurableFile.createDirectory(path, mode: 0o750) }
        directory = try Descriptor(path, O_RDONLY | O_DIRECTORY)
    }

    package func names() throws(StorageError) -> [String] {
        do { return try Folder.names(path) } catch { throw Self.failure(error, "") }
    }

    package func size(_ name: String) throws(StorageError) -> Int {
        let file = try file(name)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw failure("fstat", name) }
        return Int(status.st_size)
    }

    package func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
        let file = try file(name)
        do { return try file.read(at: offset, count: count) } catch { throw Self.failure(error, name) }
    }

    package func create(_ name: String) throws(StorageError) {
        _ = try file(name, O_CREAT)
    }

    package func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError) {
        let file = try file(name)
        do { try file.write(bytes, at: offset) } catch { throw Self.failure(error, name) }
    }

    /// `fdatasync`: contents, and the size where it changed. Not repeated after an interruption either.
    package func syncFile(_ name: String) throws(StorageError) {
        let file = try file(name)
        guard fdatasync(file.number) == 0 else { throw failure("fdatasync", name) }
    }

    package func syncDirectory() throws(StorageError) {
        guard fsync(directory.number) == 0 else { throw failure("fsync", "") }
    }

    package func rename(_ name: String, to new: String) throws(StorageError) {
        guard renameat(directory.number, name, directory.number, new) == 0 else {
            throw failure("renameat", name)
        }
        open.removeAll { $0.name == name || $0.name == new }
    }

    package func remove(_ name: String) throws(StorageError) {
        guard unlinkat(directory.number, name, 0) == 0 else { throw failure("unlinkat", name) }
        open.removeAll { $0.name == name }
    }

    package func lock(_ name: String) throws(StorageError) {
        guard lock == nil else { throw StorageError("fcntl", name, .locked) }
        lock = try FolderLock(name, in: directory)
    }

    package func unlock() { lock = nil }

    package func freeBytes() throws(StorageError) -> Int {
        let bytes = clinux_free_bytes(directory.number)
        guard bytes >= 0 else { throw failure("fstatvfs", "") }
        return Int(bytes)
    }

    // MARK: - Open files

    /// The open file `name`, the one used last first.
    private func file(_ name: String, _ extraFlags: Int32 = 0) throws(StorageError) -> Descriptor {
        if let index = open.firstIndex(where: { $0.name == name }) {
            if index > 0 { open.swapAt(0, index) }
            return open[0].file
        }
        let file: Descriptor
        do {
            let flags = (isWritable ? O_RDWR : O_RDONLY) | extraFlags
            file = try Descriptor(name, in: directory, flags, mode: 0o640)
            _ = try file.regularSize()
        } catch {
            throw Self.failure(error, name)
        }
        open.insert((name, file), at: 0)
        if open.count > Self.maxOpenFiles { open.removeLast() }
        return file
    }

    private func failure(_ operation: String, _ name: String) -> StorageError {
        Self.failure(SystemError(operation, name), name)
    }

    private static func failure(_ error: SystemError, _ name: String) -> StorageError {
        StorageError(error, name)
    }
}

extension FileStorage: RenamingStorage {}

/// A lock on a directory: a file in it that one owner on this machine can hold. Given back with the last
/// reference, and by the kernel when the process ends, however it ends.
package final class FolderLock: Sendable {
    private let file: Descriptor

    /// Takes the lock file `name` in the directory `path`, which is there.
    ///
    /// - Throws: ``StorageError/Reason/locked`` when another owner holds it.
    package convenience init(_ name: String, at path: String) throws(StorageError) {
        let directory: Descriptor
        do { directory = try Descriptor(path, O_RDONLY | O_DIRECTORY) } catch {
            throw StorageError(error, "")
        }
        try self.init(name, in: directory)
    }

    init(_ name: String, in directory: Descriptor) throws(StorageError) {
        do {
            file = try Descriptor(name, in: directory, O_RDWR | O_CREAT, mode: 0o640)
        } catch {
            throw StorageError(error, name)
        }
        guard clinux_lock(file.number) == 0 else {
            if errno == EAGAIN || errno == EACCES { throw StorageError("fcntl", name, .locked) }
            throw StorageError(SystemError("fcntl", name), name)
        }
    }
}

extension StorageError {
    /// A system call that failed on a file of a journal.
    init(_ error: SystemError, _ name: String) {
        let reason: StorageError.Reason
        switch error.number {
        case ENOENT: reason = .notFound
        case ENOSPC, EDQUOT: reason = .full
        case SystemError.notAFile, EISDIR: reason = .notAFile
        default: reason = .system(errno: error.number)
        }
        self.init(error.operation, name, reason)
    }
}
