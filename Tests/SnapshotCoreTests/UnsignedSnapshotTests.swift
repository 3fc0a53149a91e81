import JournalCore
import SnapshotCore
import Testing

@testable import LineCore
@testable import Simulator

/// Goal: nobody without the line's key can make a start take a state. Method: a snapshot whose state was
/// changed, all of its hashes right, and its record behind the last checkpoint, where everybody can write;
/// the same record under a checkpoint is the counter-test.
@Suite struct UnsignedSnapshotTests {
    /// - Parameter isBetween: A checkpoint stands between the place of the snapshot and its record.
    @Test(arguments: [false, true], [false, true])
    func aRecordThatNobodySignedVouchesForNothing(isSigned: Bool, isBetween: Bool) throws {
        let disk = SimulatedDisk()
        let run = SnapshotRun(disk, seed: 3)
        run.run(recordsMoments: false)
        disk.startAgain()
        for name in try disk.names() where name.hasSuffix(".snapshot") { try disk.remove(name) }
        var start = try SnapshotLine.recover(disk, run.files)
        try #require(start.snapshot == nil)
        try start.journal.checkpoint()
        var state = start.state
        state.lastTracks = [state.lastTrack + 1_000]
        let file = SnapshotFile(
            program: SnapshotRun.program, identity: start.journal.identity, position: start.journal.durable,
            state: state)
        let (bytes, record) = file.encoded()
        try SnapshotStore(disk).write(bytes, line: record.line)
        if isBetween {
            let alarm = "{\"k\":\"ar\",\"w\":1,\"a\":\"DEV-201\",\"st\":\"s\",\"d\":\"between\"}"
            try start.journal.append([Array(alarm.utf8)])
            try start.journal.checkpoint()
        }
        try start.journal.append([LineRecord.snapshotWritten(record).encoded(wallMilliseconds: 1)])
        try start.journal.commit(at: 0)
        if isSigned { try start.journal.checkpoint() }
        disk.startAgain()
        let again = try SnapshotLine.recover(disk, run.files)
        #expect((again.snapshot != nil) == isSigned)
        #expect(again.passedOver.count == (isSigned ? 0 : 1))
        #expect(again.state.lastTrack == start.state.lastTrack + (isSigned ? 1_000 : 0))
    }

    /// No byte of a file may change, those of its own hash included. Method: each is flipped.
    @Test func aFileWithAnyByteChangedIsRefused() throws {
        let run = SnapshotRun(SimulatedDisk(), seed: 3, isShort: true)
        run.run(recordsMoments: false)
        let name = try #require(try run.disk.names().last { $0.hasSuffix(".snapshot") })
        let bytes = try #require(run.disk.content(name))
        _ = try SnapshotFile.decode(bytes, program: SnapshotRun.program)
        for at in bytes.indices {
            var changed = bytes
            changed[at] ^= 1
            #expect(throws: SnapshotFault.self, "byte \(at)") {
                try SnapshotFile.decode(changed, program: SnapshotRun.program)
            }
        }
    }
}
