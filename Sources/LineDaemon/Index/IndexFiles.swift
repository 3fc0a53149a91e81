import Dispatch
import SystemIO

/// The database files of the index, and the seal beside them that says whether they may be read on.
///
/// SQLite cannot tell files that do not belong together, an older database and a newer log for example: it
/// would answer wrongly and say nothing. So the files are read on only where nothing can have come between:
/// ```
/// closed INODE SIZE MODIFIED CHANGED   an orderly stop; the database alone is there, untouched since
/// open BOOT INODE                      the process was killed; the same kernel still holds what it wrote
/// ```
/// After a power cut, and whenever another hand touched them, they are dropped and built again from the
/// journal.
struct IndexFiles: Sendable {
    /// Every data file of a line is for its account and group.
    private static let mode: UInt32 = 0o640
    private static let maxSealBytes = 256
    private static let tickMilliseconds = 20

    /// The database.
    let path: String
    /// The present boot of the kernel.
    let boot: String

    private var seal: String { path + ".seal" }
    private var log: String { path + "-wal" }
    private var hasLog: Bool { (try? DurableFile.size(log)) ?? 0 > 0 }

    /// Makes the files ready to be opened: those that may be read on, or an empty database.
    ///
    /// - Returns: Why there were files that could not be kept; `nil` otherwise.
    func prepare() throws(SystemError) -> String? {
        let why = DurableFile.exists(path) ? reasonToDrop() : nil
        if why != nil || !DurableFile.exists(path) { try renew() } else { try markOpen() }
        return why
    }

    /// Drops the files and makes an empty database. Nobody may have them open.
    func renew() throws(SystemError) {
        for file in [seal, path, log, path + "-shm"] { DurableFile.remove(file) }
        // SQLite gives its other files the permissions of this one.
        try DurableFile.create(path, [], mode: Self.mode)
        try markOpen()
    }

    /// Says that the database was closed in order and is whole. Without this it is not believed after the
    /// next boot.
    func markClosed() throws(SystemError) {
        guard !hasLog else { return }
        for file in [log, path + "-shm"] { DurableFile.remove(file) }
        try DurableFile.sync(path)
        // Whoever touches the file after this has another time than its last write: the kernel's clock for
        // files ticks every 4 to 10 ms.
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(Self.tickMilliseconds))
        let facts = try DurableFile.facts(path)
        let text = "closed \(facts.inode) \(facts.bytes) \(facts.modified) \(facts.changed)\n"
        try DurableFile.replace(seal, Array(text.utf8), mode: Self.mode)
    }

    private func markOpen() throws(SystemError) {
        let text = "open \(boot) \(try DurableFile.facts(path).inode)\n"
        try DurableFile.replace(seal, Array(text.utf8), mode: Self.mode)
    }

    private func reasonToDrop() -> String? {
        guard let bytes = try? DurableFile.read(seal, maxBytes: Self.maxSealBytes),
            let facts = try? DurableFile.facts(path)
        else { return "nothing says that its files belong together" }
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
        let asClosed = ["\(facts.inode)", "\(facts.bytes)", "\(facts.modified)", "\(facts.changed)"]
        switch words.first {
        case "closed":
            if hasLog || Array(words.dropFirst()) != asClosed {
                return "its files were touched after it was closed"
            }
        case "open":
            guard words.count == 3, words[1] == boot else { return "it was open when the power went" }
            if words[2] != "\(facts.inode)" { return "its files were replaced" }
        default: return "nothing says that its files belong together"
        }
        return nil
    }
}
