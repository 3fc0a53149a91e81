import Glibc
import JournalCore
import SystemIO
import Testing

/// A directory of its own for one test, removed at its end.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/seriatim-test-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    deinit {
        system("/bin/rm -rf \(path)")
    }
}

@Suite struct FileStorageTests {
    private func signer() throws -> JournalSigner {
        try #require(JournalSigner(seed: try Entropy.bytes(32)))
    }

    private func identity(_ signer: JournalSigner) throws -> JournalIdentity {
        try #require(
            JournalIdentity(line: "l", randomID: try Entropy.bytes(16), publicKey: signer.publicKey))
    }

    /// Goal: the journal works on real files. Method: 3,000 records over several segments, read by a second
    /// storage while the first writes, closed, opened again, verified.
    @Test func journalOnRealFiles() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/journal"
        let signer = try signer()
        var limits = JournalLimits()
        limits.chunkBytes = 32 << 10
        limits.segmentBytes = 64 << 10
        limits.groupBytes = 16 << 10
        limits.reserveBytes = 0
        let storage = try FileStorage(path, writable: true)
        var journal = try Journal.create(
            storage: storage, identity: try identity(signer), signer: signer, limits: limits)
        var reader = try JournalReader(storage: try FileStorage(path, writable: false))
        var followed = 0
        for turn in 0..<30 {
            try journal.append((0..<100).map { Array("{\"k\":\"t\",\"i\":\(turn * 100 + $0)}".utf8) })
            try journal.commit(at: MonotonicClock.now())
            if journal.needsPreparation { try journal.prepareAhead() }
            followed += try reader.read(upTo: journal.durable) { _ in }
        }
        #expect(followed == 3000)
        try journal.close()
        var seen = 0
        let (again, report) = try Journal.open(storage: storage, signer: signer, limits: limits) { record in
            #expect(Array(record.body) == Array("{\"k\":\"t\",\"i\":\(seen)}".utf8))
            seen += 1
        }
        #expect(seen == 3000 && report.unsignedLines == 0 && again.durable.segment > 1)
        let readOnly = try FileStorage(path, writable: false)
        let verified = try JournalVerifier.verify(storage: readOnly, publicKey: signer.publicKey)
        #expect(verified.verdict == .intact, "\(verified.summary)")
    }

    /// Goal: a second process cannot open the journal. Method: a second storage of the same directory, which
    /// an open file description lock treats like another process.
    @Test func secondOwnerIsRefused() throws {
        let directory = try TemporaryDirectory()
        let signer = try signer()
        let first = try FileStorage(directory.path, writable: true)
        var limits = JournalLimits()
        limits.reserveBytes = 0
        var journal = try Journal.create(
            storage: first, identity: try identity(signer), signer: signer, limits: limits)
        let second = try FileStorage(directory.path, writable: true)
        let error = #expect(throws: JournalError.self) {
            _ = try Journal.open(storage: second, signer: signer, limits: limits) { _ in }
        }
        #expect(error?.code == .locked)
        #expect(error?.exitStatus == 75)
        try journal.close()
        _ = try Journal.open(storage: second, signer: signer, limits: limits) { _ in }
    }

    /// Goal: the key is made once, is private and reads back.
    @Test func keyFile() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/line.key"
        #expect(throws: SystemError("stat", path, number: ENOENT)) { try KeyFile.load(path) }
        let seed = try KeyFile.create(path)
        #expect(try KeyFile.load(path) == seed)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(throws: SystemError("link", path, number: EEXIST)) { try KeyFile.create(path) }
        #expect(try KeyFile.load(path) == seed)
        chmod(path, 0o640)
        #expect(throws: SystemError("key file", path, number: EPERM)) { try KeyFile.load(path) }
    }

    /// Goal: clocks and boot id have their shape, and storage names what failed.
    @Test func clocksAndErrors() throws {
        let before = MonotonicClock.now()
        #expect(MonotonicClock.now() >= before && before > 0)
        #expect(WallClock.nowMilliseconds() > 1_600_000_000_000)
        #expect(try BootID.current().utf8.count == 36)
        #expect(try Entropy.bytes(1000) != Entropy.bytes(1000))
        let directory = try TemporaryDirectory()
        let storage = try FileStorage(directory.path, writable: false)
        #expect(throws: StorageError("openat", "absent", .notFound)) { try storage.size("absent") }
        #expect(try storage.freeBytes() > 0)
        // Opened, a pipe without a writer would wait for ever.
        try #require(mkfifo(directory.path + "/fifo", 0o600) == 0)
        try #require(mkdir(directory.path + "/folder", 0o700) == 0)
        for (name, call) in [("fifo", "read"), ("folder", "read")] {
            #expect(throws: StorageError(call, name, .notAFile)) {
                try storage.read(name, at: 0, count: 1)
            }
        }
    }
}
