import JournalCore
import LineCore

/// A directory that can also give files other names and take them away.
package protocol SnapshotStorage: RenamingStorage {
    /// Takes a file away. Durable only after ``syncDirectory()``.
    func remove(_ name: String) throws(StorageError)
}

/// The snapshots of one line: files named by the line of the journal they cover.
package struct SnapshotStore {
    /// Files kept: the newest that is proven and the one before it.
    package static let kept = 2
    /// No snapshot is larger.
    static let maxBytes = 1 << 30
    private static let ending = ".snapshot"
    private static let draft = "draft.snapshot.new"
    private static let pieceBytes = 256 << 10

    private let storage: any SnapshotStorage

    /// Snapshots in a directory.
    package init(_ storage: any SnapshotStorage) { self.storage = storage }

    /// Name of the file that covers so many lines: 16 digits.
    package static func name(_ line: UInt64) -> String {
        let digits = String(line)
        return String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits + ending
    }

    private static func line(_ name: String) -> UInt64? {
        guard name.hasSuffix(ending), let line = UInt64(name.dropLast(ending.utf8.count)),
            Self.name(line) == name
        else { return nil }
        return line
    }

    /// Lines covered by the files that are there, the newest first.
    package func lines() throws(StorageError) -> [UInt64] {
        try storage.names().compactMap(Self.line).sorted(by: >)
    }

    /// The bytes of a snapshot.
    package func read(_ line: UInt64) throws(StorageError) -> [UInt8] {
        let name = Self.name(line)
        let size = try storage.size(name)
        guard size <= Self.maxBytes else { throw StorageError("read", name, .full) }
        return try storage.read(name, at: 0, count: size)
    }

    /// Writes a snapshot beside its place, syncs it, gives it its name and syncs that.
    ///
    /// - Parameter pause: Called after each synced piece, so that a journal on the same disk is not kept
    ///   waiting by one large write.
    package func write(_ bytes: [UInt8], line: UInt64, pause: () -> Void = {}) throws(StorageError) {
        if try storage.names().contains(Self.draft) { try storage.remove(Self.draft) }
        try storage.create(Self.draft)
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + Self.pieceBytes)
            try storage.write(Self.draft, at: at, Array(bytes[at..<end]))
            try storage.syncFile(Self.draft)
            at = end
            pause()
        }
        try storage.rename(Self.draft, to: Self.name(line))
        try storage.syncDirectory()
    }

    /// Takes away every snapshot but those that cover `lines`.
    package func keep(_ lines: [UInt64]) throws(StorageError) {
        for line in try self.lines() where !lines.contains(line) { try storage.remove(Self.name(line)) }
    }
}
