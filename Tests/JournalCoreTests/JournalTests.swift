import JournalCore
import Simulator
import Testing

@Suite struct JournalTests {
    /// Goal: what was committed comes back byte for byte and in order. Method: decisions of one to four
    /// records in groups of one to three, over several segments, closed and opened again.
    @Test func everyRecordComesBack() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        var expected: [String] = []
        var next = 0
        for turn in 0..<60 {
            for _ in 0...(turn % 3) {
                let decision = (0...(turn % 4)).map { body(next + $0) }
                next += decision.count
                expected += decision.map(text)
                try journal.append(decision)
            }
            try journal.commit(at: UInt64(turn))
        }
        try journal.close()
        let (_, report, bodies) = try fixture.open()
        #expect(bodies == expected)
        #expect(report.unsignedLines == 0)
        #expect(report.cutBytes == 0)
        #expect(report.records == UInt64(expected.count))
        #expect(journal.durable.segment > 2, "several segments were meant to be tried")
        let verified = try fixture.verify(head: journal.durable.head)
        #expect(verified.verdict == .intact, "\(verified.summary)")
        #expect(verified.records == UInt64(expected.count))
        #expect(verified.headLine == journal.durable.line)
    }
}
