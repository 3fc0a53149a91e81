import Foundation
import JournalCore
import Settings
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// What a start finds and refuses.
@Suite struct RecoveryTests {
    private let directory: TemporaryDirectory
    private var data: DataDirectory { DataDirectory(directory.path + "/data") }

    init() throws {
        directory = try TemporaryDirectory()
        try DataDirectory(directory.path + "/data").make()
    }

    private func open(name: String = "test-line") throws -> RecoveredLine {
        var configuration = TestLine.configuration
        configuration.name = name
        return try RecoveredLine.open(
            storage: try FileStorage(data.journal, writable: true), data: data, configuration: configuration,
            limits: JournalLimits(), imports: ImportStore(directory: data.imports))
    }

    private func failure(name: String = "test-line") throws -> DaemonError {
        try #require(throws: DaemonError.self) { _ = try open(name: name) }
    }

    @Test func aFirstStartMakesKeyAndJournal() throws {
        var first = try open()
        #expect(first.report == nil)
        try first.journal.close()
        let mode = try FileManager.default.attributesOfItem(atPath: data.key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try open().report?.records == 0)
    }

    @Test func aSecondDaemonIsRefused() throws {
        let first = try open()
        let error = try failure()
        #expect(error.exitStatus == 75)
        #expect(error.code == JournalError.Code.locked.rawValue)
        withExtendedLifetime(first) {}
    }

    @Test func aKeyMissingBesideAJournalRefusesToStart() throws {
        var first = try open()
        try first.journal.close()
        try FileManager.default.removeItem(atPath: data.key)
        let error = try failure()
        #expect(error.code == "DMN-102" && error.exitStatus == 78)
        #expect(!DurableFile.exists(data.key), "no new key may be made")
    }

    @Test func aJournalMissingBesideItsKeyRefusesToStart() throws {
        var first = try open()
        try first.journal.close()
        try FileManager.default.removeItem(atPath: data.journal)
        let error = try failure()
        #expect(error.code == "DMN-103" && error.exitStatus == 78)
    }

    /// Goal: a first start that was cut short is made good. Method: what it leaves between its steps: the
    /// key under its first name, without a journal and with one.
    @Test(arguments: [false, true]) func aFirstStartCutShortGoesOn(hasJournal: Bool) throws {
        if hasJournal {
            var first = try open()
            try first.journal.close()
            try FileManager.default.moveItem(atPath: data.key, toPath: data.firstKey)
        } else {
            _ = try KeyFile.create(data.firstKey)
        }
        _ = try open()
        #expect(DurableFile.exists(data.key) && !DurableFile.exists(data.firstKey))
    }

    @Test func aJournalOfAnotherLineIsRefused() throws {
        var first = try open()
        try first.journal.close()
        #expect(try failure(name: "other").code == "DMN-108")
    }

    /// A journal with a pool of the file `S1 S2`.
    private func importPool() throws -> String {
        let file = try SerialFile.parse(Array("S1\nS2\n".utf8), name: "serials")
        #expect(try ImportStore(directory: data.imports).keep(file))
        var line = try open()
        var fact = PoolAdded()
        fact.pool = "p"
        fact.kind = "printed"
        fact.key = TestLine.gtin
        fact.file = file.sha256
        fact.count = 2
        try line.journal.append([LineRecord.poolAdded(fact).encoded(wallMilliseconds: 1)])
        try line.journal.close()
        return file.sha256
    }

    @Test func anImportedFileIsReadAgainAtTheStart() throws {
        _ = try importPool()
        let pool = try #require(try open().line.state.unitPools.first)
        #expect(pool.name == "p" && pool.count == 2)
    }

    @Test(arguments: [nil, "S1\nS3\n"]) func anImportMissingOrChangedRefusesToStart(content: String?) throws {
        let path = "\(data.imports)/\(try importPool())"
        try FileManager.default.removeItem(atPath: path)
        if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: path)) }
        let error = try failure()
        #expect(error.code == "DMN-105" && error.exitStatus == 65)
        #expect(!error.description.contains("S3"), "no serial in a message")
    }

    @Test func aRecordOfANewerVersionRefusesToStart() throws {
        var line = try open()
        try line.journal.append([Array("{\"k\":\"zz\",\"w\":1}".utf8)])
        try line.journal.close()
        #expect(try failure().exitStatus == 65)
    }
}
