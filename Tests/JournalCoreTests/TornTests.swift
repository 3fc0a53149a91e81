import JournalCore
import Simulator
import Testing

/// What tells a torn last group from damage, one case each; the crash matrix tries them by the thousand.
@Suite struct TornTests {
    private static let first = JournalFormat.segmentName(1)

    /// A journal with three unsigned groups behind its first checkpoint, and where each starts.
    private func threeGroups(_ bodies: [[[UInt8]]]) throws -> (fixture: Fixture, starts: [Int], end: Int) {
        var fixture = try Fixture()
        fixture.limits.segmentBytes = 64 << 10
        var journal = try fixture.create()
        var starts: [Int] = []
        for decision in bodies {
            starts.append(journal.durable.offset)
            try journal.append(decision)
            try journal.commit(at: 0)
        }
        fixture.disk.startAgain()
        return (fixture, starts, journal.durable.offset)
    }

    private func erase(_ range: Range<Int>, _ fixture: Fixture) {
        fixture.disk.tamper(Self.first) { bytes in
            for index in range { bytes[index] = 0x0A }
        }
    }

    /// Goal: the last group may be cut, wherever it is torn, and is reported to the byte.
    @Test func lastGroupIsCut() throws {
        let bodies = [[body(1)], [body(2)], [body(3), body(4), body(5)]]
        for from in stride(from: 0, to: 200, by: 7) {
            let (fixture, starts, end) = try threeGroups(bodies)
            erase((starts[2] + from)..<(starts[2] + from + 20), fixture)
            let (journal, report, taken) = try fixture.open()
            #expect(taken == [text(body(1)), text(body(2))])
            #expect(report.cutBytes == end - starts[2] - 1)
            #expect(journal.durable.offset == starts[2])
            #expect(try fixture.text().utf8.count == starts[2] - 1, "the rest is padding")
        }
    }

    /// Goal: whoever finds a journal cut within its first line is told more than that there is none: its
    /// remedy is no new start. Method: everything behind some bytes of it is padding, or all is.
    @Test func aJournalCutInItsFirstLineIsTold() throws {
        for (kept, told) in [
            (1, "breaks off in its first line"), (90, "breaks off in its first line"),
            (0, "holds no journal"),
        ] {
            let (fixture, _, _) = try threeGroups([[body(1)]])
            fixture.disk.tamper(Self.first) { bytes in
                for index in kept..<bytes.count { bytes[index] = 0x0A }
            }
            let error = #expect(throws: JournalError.self) { try fixture.verify() }
            #expect(error?.code == .noJournal && error?.description.contains(told) == true, "\(kept)")
        }
    }

    /// Goal: a group before the last is never cut, also where only its end is missing and the next one is
    /// whole.
    @Test func earlierGroupIsDamage() throws {
        let bodies = [[body(1)], [body(2), body(3)], [body(4)]]
        let (whole, starts, _) = try threeGroups(bodies)
        let sound = whole.disk.state
        for from in stride(from: starts[0], to: starts[2] - 4, by: 5) {
            var fixture = try Fixture(SimulatedDisk(sound))
            fixture.limits = whole.limits
            erase(from..<min(starts[2], from + 30), fixture)
            let error = #expect(throws: JournalError.self) { try fixture.open() }
            #expect(error?.code == .damaged, "erased from \(from)")
            #expect(try fixture.verify().verdict == .damaged)
        }
    }

    /// Goal: a hole right before a checkpoint is damage though no later group carries a number.
    @Test func holeBeforeACheckpointIsDamage() throws {
        var fixture = try Fixture()
        fixture.limits.segmentBytes = 64 << 10
        var journal = try fixture.create()
        let start = journal.durable.offset
        try journal.append([body(1)])
        try journal.commit(at: 0)
        let end = journal.durable.offset
        try journal.close()
        let sound = fixture.disk.state
        for hole in [start..<end, (start + 10)..<end, (end - 1)..<end] {
            var changed = try Fixture(SimulatedDisk(sound))
            changed.limits = fixture.limits
            if hole.count == 1 {
                changed.disk.tamper(Self.first) { $0[hole.lowerBound] = 0x20 }
            } else {
                erase(hole, changed)
            }
            #expect(throws: JournalError.self, "hole \(hole)") { try changed.open() }
        }
    }

    /// Goal: a fragment of the torn group's own first line is not taken for a later group. Method: a record
    /// with an object inside that starts exactly where a block does, and the block before it lost.
    @Test func fragmentAtABlockStartIsTheTornGroup() throws {
        let starts = try threeGroups([[body(1)]]).starts
        let room = 512 - starts[0] % 512
        #expect(room > 60)
        let lead = "{\"k\":\"t\",\"f\":\""
        let filler = String(repeating: "f", count: room - lead.utf8.count - 7)
        let record = Array("\(lead)\(filler)\",\"o\":[{\"x\":1},{\"x\":2}]}".utf8)
        let boundary = starts[0] + room
        let (fixture, _, end) = try threeGroups([[record]])
        let cut = try fixture.text().utf8
        let at = cut.index(cut.startIndex, offsetBy: boundary)
        #expect(cut[at...].starts(with: "{\"x\":1}".utf8), "the object starts the block")
        erase(starts[0]..<boundary, fixture)
        let (journal, report, taken) = try fixture.open()
        #expect(taken.isEmpty && report.cutBytes == end - starts[0] - 1)
        #expect(journal.durable.offset == starts[0])
    }

    /// Goal: after a sync that failed, what the page cache shows is written again before anything is done.
    /// Method: the group's sync fails, the process ends, the machine goes on; the start takes the group; then
    /// the power goes and nothing unsynced is kept.
    @Test func startWritesBackWhatOnlyTheCacheHolds() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        try journal.append([body(1)])
        try journal.commit(at: 0)
        try journal.append([body(2)])
        fixture.disk.plan.failure = (fixture.disk.operations + 2, .inputOutput)
        #expect(throws: JournalError.self) { try journal.commit(at: 0) }
        fixture.disk.startAgain()
        #expect(try fixture.open().bodies.count == 2)
        fixture.disk.cutPower(.lostAll, seed: 1)
        #expect(try fixture.open().bodies == [text(body(1)), text(body(2))])
    }

    /// Goal: the same for a checkpoint whose sync failed: it is not covered by itself.
    @Test func startWritesBackTheLastCheckpoint() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        try journal.append([body(1)])
        try journal.commit(at: 0)
        fixture.disk.plan.failure = (fixture.disk.operations + 2, .inputOutput)
        #expect(throws: JournalError.self) { try journal.checkpoint() }
        fixture.disk.startAgain()
        let (taken, report, _) = try fixture.open()
        #expect(report.unsignedLines == 0)
        fixture.disk.cutPower(.lostAll, seed: 1)
        let (again, second, _) = try fixture.open()
        #expect(second.unsignedLines == 0 && again.durable == taken.durable)
    }

    /// Goal: a checkpoint torn inside its tag is cut, though its signature is whole and valid. Found by the
    /// crash matrix (workload 20, operation 19): such a line was called damage and the line did not start.
    @Test func checkpointTornInsideItsTagIsCut() throws {
        let (plain, _, end) = try threeGroups([[body(1)]])
        let sound = plain.disk.state
        for torn in 1...14 {
            var fixture = try Fixture(SimulatedDisk(sound))
            fixture.limits = plain.limits
            var (journal, _, _) = try fixture.open()
            try journal.checkpoint()
            fixture.disk.startAgain()
            let checkpointEnd = journal.durable.offset
            erase((checkpointEnd - 1 - torn)..<checkpointEnd, fixture)
            let (again, report, taken) = try fixture.open()
            #expect(taken == [text(body(1))] && report.unsignedLines == 1, "\(torn) bytes missing")
            #expect(report.cutBytes == checkpointEnd - 1 - torn - end && again.durable.offset == end)
        }
    }
}
