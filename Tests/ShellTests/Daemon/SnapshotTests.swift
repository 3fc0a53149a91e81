import ControlAPI
import Foundation
import JSONText
import JournalCore
import Simulator
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: the daemon's own threads make snapshots that the next start uses, and whatever is wrong with what a
/// start did not read is said. Method: a whole daemon over the journal of a completed batch, stopped and
/// started again, with one file altered in between.
@Suite(.serialized) struct SnapshotTests {
    private let directory: TemporaryDirectory
    private var data: DataDirectory { DataDirectory(directory.path + "/data") }
    private let log = Notebook()

    init() throws {
        directory = try TemporaryDirectory()
        try data.make()
        try writeHistory()
    }

    /// Up to the end of the first batch, which is completed and not closed.
    private func writeHistory() throws {
        guard let signer = JournalSigner(seed: try KeyFile.create(data.key)),
            let identity = JournalIdentity(
                line: TestLine.configuration.name, randomID: [UInt8](repeating: 9, count: 16),
                publicKey: signer.publicKey)
        else { throw CocoaError(.coderInvalidValue) }
        var journal = try Journal.create(
            storage: try FileStorage(data.journal, writable: true), identity: identity, signer: signer,
            limits: JournalLimits())
        var plan = LineHistory.Plan()
        plan.closedUnits = 120
        plan.recordsBefore = .max
        var history = LineHistory(plan)
        var isCompleted = false
        while !isCompleted, let decision = history.next() {
            if let file = history.newFile {
                try DurableFile.create("\(data.imports)/\(file.sha256)", file.bytes, mode: 0o640)
            }
            try journal.append(decision)
            isCompleted = decision.contains { $0.starts(with: Array("{\"k\":\"bc\"".utf8)) }
        }
        try journal.close()
    }

    private func start(verifyPauseMilliseconds: Int = 5) async throws -> Daemon {
        _ = log.take()
        var setup = DaemonSetup.test(directory.path)
        setup.olderJournal.pauseMilliseconds = verifyPauseMilliseconds
        setup.snapshots.records = 40
        setup.snapshots.recordsAtStop = 1
        return try await Waiting.run { [setup, log] in
            try Daemon(setup, connections: SilentDevices(), log: { log.add($0) }, fail: { log.add("\($0)") })
        }
    }

    private func stop(_ daemon: Daemon) async throws {
        #expect(try await Waiting.run { daemon.stop() })
    }

    /// Waits until something is so.
    private func wait(_ what: Comment, until isSo: () async throws -> Bool) async throws {
        for _ in 0..<200 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(what): \(log.all)")
    }

    private func snapshots() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: data.snapshots)
            .filter { $0.hasSuffix(".snapshot") }.sorted()
    }

    /// One start and stop: a snapshot lies there, and its record stands in the signed journal.
    private func makeSnapshot() async throws {
        let daemon = try await start()
        #expect(log.all.contains { $0.contains("records read from the first on") }, "\(log.all)")
        try await wait("no snapshot was made") { try !snapshots().isEmpty }
        try await stop(daemon)
    }

    private func segment() throws -> String {
        data.journal + "/"
            + (try #require(
                try FileManager.default.contentsOfDirectory(atPath: data.journal)
                    .first { $0.hasSuffix(".jsonl") }))
    }

    /// Alters one byte of a file, or makes it good again.
    private func flip(_ path: String, at offset: Int) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(offset))
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data([byte ^ 1]))
        try file.close()
    }

    private func close(_ daemon: Daemon) async throws -> (status: Int, code: String, remedy: String) {
        var message = CloseMessage()
        (message.reason, message.deviation) = ("test", "D1")
        let reply = await daemon.control.reply(to: .closeBatch("B1", message), actor: "uid:tester")
        guard reply.status != 200 else { return (200, "", "") }
        let fault = try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true)
        return (reply.status, fault.code, fault.remedy)
    }

    private var summary: String { log.all.first { $0.hasPrefix("journal: ") && $0.contains("read") } ?? "" }

    @Test func aStartGoesOnBehindTheSnapshot() async throws {
        try await makeSnapshot()
        let daemon = try await start()
        #expect(summary.contains("records read behind the snapshot of line"), "\(log.all)")
        let batch = try #require(daemon.board.snapshot?.batches.first)
        #expect(batch.order.batch == "B1" && batch.state == .completed && batch.passed > 100)
        try await wait("the older journal was not verified") {
            log.all.contains { $0.hasSuffix("lines before the snapshot are as they were written") }
        }
        #expect(try await close(daemon).status == 200)
        try await stop(daemon)
    }

    /// In the seconds before it is known whether what the start did not read is damaged, no batch is closed.
    @Test func noBatchIsClosedBeforeTheOlderJournalIsVerified() async throws {
        try await makeSnapshot()
        let daemon = try await start(verifyPauseMilliseconds: 3_000)
        let refusal = try await close(daemon)
        #expect(refusal.status == 409 && refusal.code == "BATCH-146", "\(log.all)")
        #expect(refusal.remedy.contains("seriatim status"))
        let status = try await status(daemon)
        #expect(status.verifyingJournal && status.batch?.state == "completed")
        try await wait("the older journal was not verified") {
            try await !self.status(daemon).verifyingJournal
        }
        #expect(try await close(daemon).status == 200)
        try await stop(daemon)
    }

    private func status(_ daemon: Daemon) async throws -> StatusAnswer {
        let reply = await daemon.control.reply(to: .status, actor: nil)
        return try StatusAnswer.decode(reply.body, limits: JSONLimits(), strict: true)
    }

    /// A snapshot whose record is not signed yet counts for nothing; the start says why and reads all.
    @Test func aSnapshotAlteredIsPassedOverAndNamed() async throws {
        try await makeSnapshot()
        for name in try snapshots() { try flip(data.snapshots + "/" + name, at: 300) }
        let daemon = try await start()
        #expect(
            log.all.contains {
                $0.hasPrefix("snapshot passed over: ") && $0.hasSuffix("its bytes have changed")
            }, "\(log.all)")
        #expect(summary.contains("records read from the first on"), "\(log.all)")
        #expect(daemon.board.snapshot?.batches.first?.state == .completed)
        try await stop(daemon)
    }

    @Test func withoutSnapshotsAStartReadsAll() async throws {
        try await makeSnapshot()
        try FileManager.default.removeItem(atPath: data.snapshots)
        let daemon = try await start()
        #expect(summary.contains("records read from the first on"), "\(log.all)")
        #expect(!log.all.contains { $0.hasPrefix("snapshot passed over") })
        #expect(daemon.board.snapshot?.batches.first?.state == .completed)
        try await stop(daemon)
        #expect(try !snapshots().isEmpty, "the next one is made")
    }

    /// What the start did not read is damaged: the line runs, the alarm names the place, no batch is closed.
    @Test func damageBeforeTheSnapshotAlarmsAndBlocksTheClose() async throws {
        try await makeSnapshot()
        let segment = try segment()
        try flip(segment, at: 2_000)
        let daemon = try await start()
        #expect(summary.contains("behind the snapshot of line"), "\(log.all)")
        try await wait("no alarm") {
            daemon.board.snapshot?.status.alarms.contains { $0.code == "JRN-201" && $0.isActive } == true
        }
        let alarm = try #require(daemon.board.snapshot?.status.alarms.first { $0.code == "JRN-201" })
        #expect(alarm.detail.contains("0000000001.jsonl, line 3"), "\(alarm.detail)")
        #expect(log.all.contains { $0.hasPrefix("DMN-113 journal before the snapshot: ") }, "\(log.all)")
        let refusal = try await close(daemon)
        #expect(refusal.code == "BATCH-144" && refusal.remedy.contains("put back what is damaged"))
        try await stop(daemon)
        // Damaged as it is, the journal still starts; made good, the alarm goes and the batch closes.
        try flip(segment, at: 2_000)
        let mended = try await start()
        #expect(mended.board.snapshot?.status.alarms.contains { $0.code == "JRN-201" && $0.isActive } == true)
        try await wait("the alarm stays") {
            mended.board.snapshot?.status.alarms.contains { $0.code == "JRN-201" && $0.isActive } == false
        }
        #expect(try await close(mended).status == 200)
        try await stop(mended)
    }

    /// A file of serials that only a start without the snapshot would need.
    @Test(arguments: [false, true]) func anImportLostOrAlteredAlarms(isLost: Bool) async throws {
        try await makeSnapshot()
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: data.imports).first)
        let path = data.imports + "/" + name
        if isLost { try FileManager.default.removeItem(atPath: path) } else { try flip(path, at: 3) }
        let daemon = try await start()
        try await wait("no alarm") {
            daemon.board.snapshot?.status.alarms.contains { $0.code == "JRN-201" && $0.isActive } == true
        }
        #expect(try await close(daemon).code == "BATCH-144")
        try await stop(daemon)
    }
}
