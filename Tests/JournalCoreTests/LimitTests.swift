import JournalCore
import Simulator
import Testing

@Suite struct LimitTests {
    private func code(_ body: () throws -> Void) -> JournalError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? JournalError)?.code
        }
    }

    /// Goal: law 9, first half. A failed write or sync is never tried again: every later call is refused, the
    /// disk sees no further operation. Method: each changing operation of one commit fails in every way.
    @Test(arguments: SimulatedDisk.Fault.allCases, [1, 2])
    func lawNineFailedSyncIsForEver(fault: SimulatedDisk.Fault, operation: Int) throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        try journal.append([body(1)])
        fixture.disk.plan.failure = (fixture.disk.operations + operation, fault)
        #expect(code { try journal.commit(at: 0) } == .storageFailed)
        let operations = fixture.disk.operations
        #expect(code { try journal.append([body(2)]) } == .poisoned)
        #expect(code { try journal.commit(at: 0) } == .poisoned)
        #expect(code { try journal.checkpoint() } == .poisoned)
        #expect(code { try journal.prepareAhead() } == .poisoned)
        #expect(code { try journal.close() } == .poisoned)
        #expect(fixture.disk.operations == operations)
    }

    /// Goal: law 9, second half. The line stops before the disk is full, and can still record that it did.
    /// Method: a disk with little space; preparing refuses first, commits go on, then commits refuse without
    /// losing anything, and space makes them go on.
    @Test func lawNineStopsBeforeTheDiskIsFull() throws {
        let fixture = try Fixture(SimulatedDisk(free: 5 * 4096))
        var journal = try fixture.create()
        var kept = 0
        while code({ try journal.prepareAhead() }) == nil {
            try journal.append([body(kept)])
            try journal.commit(at: 0)
            kept += 1
        }
        #expect(code { try journal.prepareAhead() } == .diskNearlyFull)
        let atAlarm = kept
        while true {
            try journal.append([body(kept)])
            guard code({ try journal.commit(at: 0) }) == nil else { break }
            kept += 1
        }
        #expect(kept > atAlarm + 20, "what is recorded after the alarm finds space")
        #expect(code { try journal.commit(at: 0) } == .diskNearlyFull)
        #expect(fixture.disk.free >= fixture.limits.reserveBytes / 2)
        #expect(journal.pendingRecords == 1)
        fixture.disk.free = 1 << 20
        try journal.commit(at: 0)
        try journal.close()
        #expect(try fixture.open().bodies == (0...kept).map { text(body($0)) })
    }

    /// Goal: one owner. A second is told so by a status of its own, and the first is not disturbed.
    @Test func secondOwnerIsRefused() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        for attempt in [{ _ = try fixture.open() }, { _ = try fixture.create() }] {
            let error = #expect(throws: JournalError.self) { try attempt() }
            #expect(error?.code == .locked && error?.exitStatus == 75)
        }
        try journal.append([body(1)])
        try journal.close()
        #expect(try fixture.open().bodies.count == 1)
    }

    /// Goal: begun once. Creating over a journal is refused, opening nothing is refused, each by its name.
    @Test func createAndOpenExcludeEachOther() throws {
        let fixture = try Fixture()
        #expect(try !Journal.exists(storage: fixture.disk))
        #expect(code { _ = try fixture.open() } == .noJournal)
        var journal = try fixture.create()
        try journal.close()
        #expect(code { _ = try fixture.create() } == .alreadyExists)
        #expect(try Journal.exists(storage: fixture.disk))
    }

    /// Goal: no record stands unsigned longer than it may. Method: the deadline follows the first unsigned
    /// record, and the limit of lines writes a checkpoint by itself.
    @Test func checkpointsAreDue() throws {
        var fixture = try Fixture()
        fixture.limits.unsignedLines = 5
        fixture.limits.segmentBytes = 64 << 10
        var journal = try fixture.create()
        #expect(!journal.checkpointDue(at: .max), "nothing is unsigned")
        try journal.append([body(1)])
        try journal.commit(at: 7_000)
        try journal.append([body(2)])
        try journal.commit(at: 900_000_000)
        #expect(journal.checkpointDeadline == 1_000_007_000)
        #expect(!journal.checkpointDue(at: 1_000_006_999) && journal.checkpointDue(at: 1_000_007_000))
        try journal.checkpoint()
        #expect(!journal.checkpointDue(at: .max) && journal.unsignedLines == 0)
        for index in 0..<23 {
            try journal.append([body(index)])
            try journal.commit(at: 0)
            #expect(journal.unsignedLines < 5)
        }
        try journal.append((0..<4).map { body($0) })
        try journal.append((0..<4).map { body($0) })
        try journal.commit(at: 0)
        #expect(journal.unsignedLines <= 5)
        try journal.close()
        #expect(try fixture.verify().verdict == .intact)
    }

    /// Goal: what lies between two checkpoints can be sent as one piece. Method: the limit of bytes writes a
    /// checkpoint by itself, also over a start.
    @Test func bytesBetweenCheckpointsAreBounded() throws {
        var fixture = try Fixture()
        fixture.limits.segmentBytes = 64 << 10
        fixture.limits.unsignedBytes = 4096
        var journal = try fixture.create()
        var signed = journal.durable.bytes
        for index in 0..<60 {
            try journal.append([body(index, filler: 300)])
            try journal.commit(at: 0)
            if journal.unsignedLines <= 1 { signed = journal.durable.bytes }
            #expect(journal.durable.bytes - signed <= 4096)
            if index % 9 == 5 {
                fixture.disk.startAgain()
                journal = try fixture.open().journal
            }
        }
        #expect(try fixture.verify().checkpoints > 4)
    }

    /// Goal: too many unsigned lines need a person. Method: a line that never signs, started with the limit
    /// below and above.
    @Test func tooManyUnsignedLinesRefuse() throws {
        var fixture = try Fixture()
        fixture.limits.segmentBytes = 1 << 20
        var journal = try fixture.create()
        for index in 0..<30 {
            try journal.append([body(index)])
            try journal.commit(at: 0)
        }
        fixture.disk.startAgain()
        fixture.limits.unsignedLinesAtStart = 29
        let error = #expect(throws: JournalError.self) { try fixture.open() }
        #expect(error?.code == .tooManyUnsigned)
        #expect(error?.remedy.contains("seriatim journal accept DIR --by NAME --reason TEXT") == true)
        fixture.limits.unsignedLinesAtStart = .max
        let (accepted, report, _) = try fixture.open()
        #expect(report.unsignedLines == 30 && accepted.checkpointDue(at: 0))
        #expect(report.lastCheckpoint?.line == 2)
    }

    /// Goal: a decision larger than a group is refused whole; several that fit go into as many groups as
    /// needed.
    @Test func groupsAreBounded() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        #expect(code { try journal.append([body(1, filler: 5000)]) } == .decisionTooLarge)
        #expect(journal.pendingRecords == 0)
        let syncs = fixture.disk.syncs
        for index in 0..<9 { try journal.append([body(index, filler: 900)]) }
        try journal.commit(at: 0)
        #expect(journal.pendingRecords == 0 && fixture.disk.syncs - syncs >= 3)
        try journal.close()
        #expect(try fixture.open().bodies == (0..<9).map { text(body($0, filler: 900)) })
    }

    /// Goal: with space prepared ahead a commit is one write and one sync, also where a segment ends soon.
    @Test func aCommitIsOneWriteAndOneSync() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        var rolled = 0
        for index in 0..<200 {
            while journal.needsPreparation { try journal.prepareAhead() }
            let before = (fixture.disk.operations, fixture.disk.syncs, journal.durable.segment)
            try journal.append([body(index), body(index)])
            try journal.commit(at: 0)
            if journal.durable.segment == before.2 {
                #expect(fixture.disk.operations - before.0 == 2 && fixture.disk.syncs - before.1 == 1)
            } else {
                rolled += 1
                #expect(fixture.disk.syncs - before.1 == 3, "checkpoint, first line, group")
            }
        }
        #expect(rolled > 2)
    }

    /// Goal: limits that cannot work are refused before anything is touched.
    @Test func limitsAreChecked() throws {
        let changes: [(inout JournalLimits) -> Void] = [
            { $0.chunkBytes = 10 }, { $0.groupBytes = 0 }, { $0.segmentBytes = 100 },
            { $0.unsignedLines = 0 },
            { $0.groupBytes = 1 << 30 }, { $0.reserveBytes = -1 }, { $0.segmentBytes = .max },
            { $0.reserveBytes = .max }, { $0.unsignedBytes = 100 }, { $0.unsignedBytes = .max },
        ]
        for change in changes {
            var fixture = try Fixture()
            change(&fixture.limits)
            let limited = fixture
            #expect(code { _ = try limited.create() } == .badLimit)
            #expect(limited.disk.operations == 0)
        }
    }
}
