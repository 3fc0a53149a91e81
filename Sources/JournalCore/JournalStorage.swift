/// Where a journal lives: named files in one flat directory, written and synced step by step.
///
/// Synchronous, because the thread that owns the line waits for the disk before it acts. A class, because
/// the journal and its owner share one open directory. The real disk is `FileStorage`; the tests use a
/// simulated one that cuts the power.
///
/// What the journal assumes of the disk below: a 512-byte block is old or new, never mixed; rewriting equal
/// bytes harms nothing; what `syncFile` (and, for a new name, `syncDirectory`) covered survives a power cut.
package protocol JournalStorage: AnyObject {
    /// Names in the directory, in any order.
    func names() throws(StorageError) -> [String]
    /// Size of the file in bytes.
    func size(_ name: String) throws(StorageError) -> Int
    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8]
    /// Makes an empty file unless one of this name is there. Durable only after ``syncDirectory()``.
    func create(_ name: String) throws(StorageError)
    /// Writes all bytes at `offset`, growing the file where needed. Durable only after ``syncFile(_:)``.
    ///
    /// - Throws: Also when only part could be written; the journal then never writes again.
    func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError)
    /// Makes contents and size of the file durable. A failure is final: it is never tried again.
    func syncFile(_ name: String) throws(StorageError)
    /// Makes the names in the directory durable.
    func syncDirectory() throws(StorageError)
    /// Takes the lock file `name` until ``unlock()`` or the end of the process.
    ///
    /// - Throws: ``StorageError/Reason/locked`` when another process, or another owner in this one, holds it.
    func lock(_ name: String) throws(StorageError)
    /// Gives the lock back. Harmless without one.
    func unlock()
    /// Bytes an unprivileged process can still allocate on this disk.
    func freeBytes() throws(StorageError) -> Int
}

/// A storage whose files can be written under one name and put in place under another.
package protocol RenamingStorage: JournalStorage {
    /// Gives a file another name; what had that name is gone. Durable only after ``syncDirectory()``.
    func rename(_ name: String, to new: String) throws(StorageError)
}

/// A storage operation that failed: what, on which file, why.
package struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Why the operation failed.
    package enum Reason: Equatable, Sendable {
        /// No file of this name.
        case notFound
        /// The lock is held by somebody else.
        case locked
        /// The disk is full (`ENOSPC`, `EDQUOT`).
        case full
        /// A pipe, a device or a directory is in place of the file.
        case notAFile
        /// Any other error number of the system.
        case system(errno: Int32)
        /// The simulated power is off. Never comes from a real disk.
        case powerOff
    }

    /// The operation in the words of the system call, for example `fdatasync`.
    package var operation: String
    /// File name inside the journal directory, or empty for the directory itself.
    package var name: String
    /// Why it failed.
    package var reason: Reason

    /// Makes an error from its three parts.
    package init(_ operation: String, _ name: String, _ reason: Reason) {
        self.operation = operation
        self.name = name
        self.reason = reason
    }

    package var description: String {
        let what = name.isEmpty ? operation : "\(operation) of \(name)"
        switch reason {
        case .notFound: return "\(what): no such file"
        case .locked: return "\(what): held by another process"
        case .full: return "\(what): the disk is full"
        case .notAFile: return "\(what): not a regular file"
        case .system(let number): return "\(what): error number \(number)"
        case .powerOff: return "\(what): power cut"
        }
    }
}
