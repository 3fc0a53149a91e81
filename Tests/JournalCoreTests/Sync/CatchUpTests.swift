import JournalCore
import Simulator
import Testing

@Suite struct CatchUpTests {
    /// A journal of some segments with its hub, and its disk as it was after so many groups.
    private func lost(after groups: Int, of all: Int) throws -> (
        hub: HubStore, whole: [UInt8], disk: DiskState
    ) {
        let fixture = try Fixture()
        _ = try fixture.filled(groups)
        let old = fixture.disk.state
        fixture.disk.startAgain()
        var journal = try fixture.filled(all - groups, from: groups)
        try journal.close()
        return (try fixture.hub(journal), stream(fixture.disk), old)
    }

    /// Opens or begins, and fetches all the hub holds.
    private func catchUp(
        _ fixture: Fixture, _ hub: HubStore, answerBytes: Int = 5000, records: inout [Int]
    ) throws -> Journal {
        var numbers: [Int] = []
        defer { records = numbers }
        let take = { (record: JournalRecord) in if let number = number(of: record) { numbers.append(number) }
        }
        var catchUp: JournalCatchUp
        if try Journal.exists(storage: fixture.disk) {
            let (journal, _) = try Journal.open(
                storage: fixture.disk, signer: fixture.signer, limits: fixture.limits, visit: take)
            catchUp = JournalCatchUp(journal, storage: fixture.disk)
        } else {
            catchUp = try JournalCatchUp(
                storage: fixture.disk, identity: fixture.identity, line: fixture.identity.line,
                signer: fixture.signer, limits: fixture.limits)
        }
        while catchUp.position.bytes < hub.receiver.position.bytes {
            try catchUp.take(hub.answer(from: catchUp.position.bytes, count: answerBytes), visit: take)
        }
        return try catchUp.finish()
    }

    /// Goal: the same bytes, whatever was lost: nothing, unsigned records, segments, everything. And it goes
    /// on: the journal verifies, takes records, and the hub takes them.
    @Test(arguments: [nil, 0, 1, 3, 4, 5, 28, 61, 62, 90] as [Int?])
    func fetchesTheSameBytes(groups: Int?) throws {
        var (hub, whole, old) = try lost(after: groups ?? 0, of: 90)
        let fixture = try Fixture(groups == nil ? SimulatedDisk() : SimulatedDisk(old))
        fixture.disk.startAgain()
        var records: [Int] = []
        var journal = try catchUp(fixture, hub, records: &records)
        #expect(stream(fixture.disk) == whole && records == hub.records)
        #expect(journal.durable.mark == hub.receiver.position.mark)
        #expect(journal.durable == hub.receiver.position)
        #expect(try fixture.verify(head: hub.receiver.position.head).verdict == .intact)
        for index in 0..<40 {
            while journal.needsPreparation { try journal.prepareAhead() }
            try journal.append([body(7000 + index)])
            try journal.commit(at: 0)
        }
        try journal.close()
        #expect(try fixture.verify().verdict == .intact)
        try fixture.send(journal, to: &hub)
        #expect(hub.stream == stream(fixture.disk) && hub.records.suffix(40) == (7000..<7040).map { $0 }[...])
        let bodies = try fixture.open().bodies
        #expect(bodies.count == hub.records.count && Set(hub.records).count == hub.records.count)
    }

    /// Goal: the power may go at every operation of it, and again in the next start: what was durable stays,
    /// the journal opens by itself, and a further try ends with the same bytes. Method: every operation,
    /// every fate, from three places.
    @Test(arguments: [nil, 3, 28] as [Int?])
    func powerCutAtEveryOperation(groups: Int?) throws {
        let (hub, whole, old) = try lost(after: groups ?? 0, of: 60)
        let before = groups == nil ? 0 : stream(SimulatedDisk(old)).count
        var cut = 1
        var isThrough = false
        var furthest = 0
        while !isThrough {
            for fate in [.lostAll, PowerFate.allCases[cut % 5]] {
                let fixture = try Fixture(groups == nil ? SimulatedDisk() : SimulatedDisk(old))
                fixture.disk.startAgain()
                fixture.disk.plan.powerCutAt = cut
                var records: [Int] = []
                isThrough = (try? catchUp(fixture, hub, records: &records)) != nil
                fixture.disk.cutPower(fate, seed: UInt64(cut))
                if !isThrough, cut % 5 == 0 {
                    fixture.disk.plan.powerCutAt = 1 + cut % 7
                    _ = try? catchUp(fixture, hub, records: &records)
                    fixture.disk.cutPower(fate, seed: UInt64(cut))
                }
                let kept = stream(fixture.disk)
                #expect(whole.starts(with: kept) && kept.count >= before, "cut at \(cut), \(fate)")
                furthest = max(furthest, kept.count)
                _ = try catchUp(fixture, hub, answerBytes: 7777, records: &records)
                #expect(stream(fixture.disk) == whole && records == hub.records, "cut at \(cut), \(fate)")
                fixture.disk.cutPower(.lostAll, seed: 0)
                #expect(try fixture.verify(head: hub.receiver.position.head).verdict == .intact)
                #expect(try fixture.open().bodies.count == hub.records.count)
            }
            cut += 1
        }
        #expect(cut > 18 && furthest > 8000, "\(cut) operations")
    }

    /// Goal: law 9 for the copy: a failed write or sync is told, and nothing is put in place after it.
    @Test func failedCalls() throws {
        let (hub, whole, old) = try lost(after: 28, of: 60)
        for fault in [SimulatedDisk.Fault.inputOutput, .shortWrite, .failedSync, .full] {
            var number = 1
            while true {
                let fixture = try Fixture(SimulatedDisk(old))
                fixture.disk.startAgain()
                fixture.disk.plan.failure = (number, fault)
                var records: [Int] = []
                do {
                    _ = try catchUp(fixture, hub, records: &records)
                    break
                } catch {
                    #expect((error as? JournalError)?.code == .storageFailed)
                }
                fixture.disk.cutPower(.torn, seed: UInt64(number))
                _ = try catchUp(fixture, hub, records: &records)
                #expect(stream(fixture.disk) == whole)
                number += 1
            }
            #expect(number > 10)
        }
    }

    /// Goal: answers cut anywhere are taken up to their last checkpoint; what does not continue is refused
    /// and changes nothing.
    @Test func answersCutAndAltered() throws {
        let (hub, whole, old) = try lost(after: 28, of: 60)
        let fixture = try Fixture(SimulatedDisk(old))
        fixture.disk.startAgain()
        let journal = try fixture.open().journal
        let from = Int(journal.durable.bytes)
        let ends = checkpointEnds(whole)
        for count in stride(from: 0, to: 4000, by: 13) {
            var catchUp = JournalCatchUp(journal, storage: fixture.disk)
            let last = ends.last { $0 <= from + count && $0 > from }
            let answer = Array(whole[from..<min(whole.count, from + count)])
            if let last {
                try catchUp.take(answer) { _ in }
                #expect(catchUp.position.bytes == UInt64(last))
            } else {
                let error = #expect(throws: JournalError.self) { try catchUp.take(answer) { _ in } }
                #expect(error?.code == .badAnswer && catchUp.position == journal.durable)
            }
        }
        let first = ends.first { $0 > from } ?? 0
        for index in from..<first {
            var catchUp = JournalCatchUp(journal, storage: fixture.disk)
            var answer = Array(whole[from..<ends[ends.count - 1]])
            answer[index - from] ^= 1
            var visited = 0
            let error = #expect(throws: JournalError.self) { try catchUp.take(answer) { _ in visited += 1 } }
            #expect(error?.code == .badAnswer && visited == 0 && catchUp.position == journal.durable)
        }
        #expect(fixture.disk.content(JournalCatchUp.draftName)?.isEmpty != true)
        _ = hub
    }

    /// Goal: another's journal is not taken for one's own.
    @Test func anotherJournal() throws {
        let (hub, _, old) = try lost(after: 5, of: 20)
        let fixture = try Fixture()
        let other = try #require(JournalSigner(seed: [UInt8](repeating: 8, count: 32)))
        for (line, signer) in [("line-2", fixture.signer), ("line-1", other)] {
            let error = #expect(throws: JournalError.self) {
                _ = try JournalCatchUp(
                    storage: fixture.disk, identity: fixture.identity, line: line, signer: signer,
                    limits: fixture.limits)
            }
            #expect(error?.code == .otherJournal && fixture.disk.operations == 0)
        }
        let taken = try Fixture(SimulatedDisk(old))
        taken.disk.startAgain()
        let error = #expect(throws: JournalError.self) {
            _ = try JournalCatchUp(
                storage: taken.disk, identity: taken.identity, line: "line-1", signer: taken.signer,
                limits: taken.limits)
        }
        #expect(error?.code == .alreadyExists)
        _ = try taken.open()
        // The hub says one journal and sends another.
        let foreign = try #require(
            JournalIdentity(
                line: "line-1", randomID: [UInt8](repeating: 1, count: 16),
                publicKey: fixture.signer.publicKey))
        var catchUp = try JournalCatchUp(
            storage: fixture.disk, identity: foreign, line: "line-1", signer: fixture.signer,
            limits: fixture.limits)
        let bad = #expect(throws: JournalError.self) {
            try catchUp.take(hub.answer(from: 0, count: 4096)) { _ in }
        }
        #expect(bad?.code == .badAnswer)
        let none = #expect(throws: JournalError.self) { _ = try catchUp.finish() }
        #expect(none?.code == .noJournal)
        _ = try fixture.create()
    }
}
