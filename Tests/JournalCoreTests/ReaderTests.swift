import JournalCore
import Simulator
import Testing

@Suite struct ReaderTests {
    /// Goal: a follower gets every record once and in order, and nothing that is not durable. Method: it
    /// reads after each commit and in between, in small bites, and is replaced by another at the same place.
    @Test func followsWhileTheJournalGrows() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        var reader = try JournalReader(storage: fixture.disk)
        var expected: [String] = []
        var seen: [String] = []
        for turn in 0..<80 {
            let decision = (0...(turn % 3)).map { body(turn * 10 + $0) }
            try journal.append(decision)
            let early = try reader.read(upTo: journal.durable) { _ in }
            #expect(early == 0, "not durable yet")
            try journal.commit(at: 0)
            expected += decision.map(text)
            if turn % 7 == 3 { try journal.checkpoint() }
            while try reader.read(
                upTo: journal.durable, maxRecords: 1, visit: { seen.append(text(Array($0.body))) }) > 0
            {}
            if turn % 5 == 0 { reader = try JournalReader(storage: fixture.disk, from: reader.position) }
        }
        #expect(seen == expected)
        #expect(reader.position == journal.durable)
        #expect(journal.durable.segment > 1)
        var again: [JournalRecord] = []
        var fresh = try JournalReader(storage: fixture.disk)
        _ = try fresh.read(upTo: journal.durable) { again.append($0) }
        #expect(again.map { text(Array($0.body)) } == expected)
        #expect(again.prefix(6).map(\.more) == [false, true, false, true, true, false])
        #expect(zip(again, again.dropFirst()).allSatisfy { $0.end.isBefore($1.end) })
    }

    /// Goal: a refused record stops the reader before its group; damage in what was durable is an error.
    @Test func refusalAndDamage() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        for index in 0..<3 {
            try journal.append([body(index)])
            try journal.commit(at: 0)
        }
        var reader = try JournalReader(storage: fixture.disk)
        var count = 0
        let error = #expect(throws: JournalError.self) {
            _ = try reader.read(upTo: journal.durable) { _ throws(RecordRefused) in
                count += 1
                if count == 2 { throw RecordRefused("unknown kind") }
            }
        }
        #expect(error?.code == .recordRefused && error?.place?.line == 4)
        var rest = 0
        _ = try reader.read(upTo: journal.durable) { _ in rest += 1 }
        #expect(rest == 2)
        fixture.disk.tamper(JournalFormat.segmentName(1)) { $0[journal.durable.offset - 30] ^= 1 }
        var second = try JournalReader(storage: fixture.disk)
        let damage = #expect(throws: JournalError.self) {
            _ = try second.read(upTo: journal.durable) { _ in }
        }
        #expect(damage?.code == .damaged && damage?.place?.line == 5)
    }
}
