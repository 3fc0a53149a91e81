import JournalCore
import Simulator
import Synchronization
import SystemIO

/// Journals of figures that need no daemon.
enum BenchJournal {
    /// A unit verified, as the line writes it most often.
    static let record = Array(#"{"k":"uv","w":1795234518231,"t":123456,"s":"EM4YURD794C7"}"#.utf8)

    /// A new journal with a key of its own.
    static func create(
        _ storage: any JournalStorage, limits: JournalLimits = JournalLimits(),
        seed: [UInt8] = [UInt8](repeating: 7, count: 32), line: String = "steady"
    ) throws -> Journal {
        guard let signer = JournalSigner(seed: seed),
            let identity = JournalIdentity(
                line: line, randomID: try Entropy.bytes(16), publicKey: signer.publicKey)
        else { throw CommandFailure("BENCH-102 journal: no key. Report this fault.", status: 70) }
        return try Journal.create(storage: storage, identity: identity, signer: signer, limits: limits)
    }

    /// Time between two units at 37.5 a second.
    static let pace: UInt64 = 26_666_667

    /// A journal of a line at 37.5 units a second, left as a kill would leave it.
    ///
    /// - Returns: Its bytes, padding not counted.
    static func make(units: Int, in directory: String) throws -> UInt64 {
        let journal = try create(BenchStorage(directory, isSynced: false))
        var drive = try SteadyDrive(SteadyLine(units: units), journal: journal)
        try drive.run(units: units, every: pace)
        return drive.loop.journal.durable.bytes
    }
}

/// The real disk, its syncs counted, or left out for a journal that is only made to be read.
final class BenchStorage: JournalStorage {
    private let files: FileStorage
    private let isSynced: Bool
    private let counter: Counter

    /// Syncs of files; read from any thread.
    final class Counter: Sendable {
        let syncs = Atomic<Int>(0)
    }

    init(_ path: String, isSynced: Bool, counter: Counter = Counter()) throws {
        files = try FileStorage(path, writable: true)
        self.isSynced = isSynced
        self.counter = counter
    }

    func names() throws(StorageError) -> [String] { try files.names() }
    func size(_ name: String) throws(StorageError) -> Int { try files.size(name) }
    func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
        try files.read(name, at: offset, count: count)
    }
    func create(_ name: String) throws(StorageError) { try files.create(name) }
    func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError) {
        try files.write(name, at: offset, bytes)
    }
    func syncFile(_ name: String) throws(StorageError) {
        counter.syncs.add(1, ordering: .relaxed)
        if isSynced { try files.syncFile(name) }
    }
    func syncDirectory() throws(StorageError) { if isSynced { try files.syncDirectory() } }
    func lock(_ name: String) throws(StorageError) { try files.lock(name) }
    func unlock() { files.unlock() }
    func freeBytes() throws(StorageError) -> Int { try files.freeBytes() }
}
