import JournalCore
import Simulator
import Testing

/// Unsigned lines beyond what a start takes, and the person who answers for them.
@Suite struct AcceptTests {
    private static let inTheNameOf = Array("{\"k\":\"ja\",\"o\":\"Q. Uality\"}".utf8)

    /// A journal whose last `groups` groups of one record stand unsigned, more than a start takes by itself.
    private func unsigned(_ groups: Int = 9) throws -> Fixture {
        var fixture = try Fixture()
        fixture.limits.unsignedLines = 1000
        fixture.limits.unsignedLinesAtStart = 6
        var journal = try fixture.create()
        for index in 0..<groups {
            try journal.append([body(index)])
            try journal.commit(at: 0)
        }
        fixture.disk.startAgain()
        return fixture
    }

    private func accept(_ fixture: Fixture, _ limits: JournalLimits? = nil) throws -> UnsignedTail {
        try Journal.accept(
            storage: fixture.disk, signer: fixture.signer, limits: limits ?? fixture.limits, visit: { _ in },
            record: { _ in Self.inTheNameOf })
    }

    private func code(_ body: () throws -> Void) -> JournalError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? JournalError)?.code
        }
    }

    /// Goal: after the act, and only then, the line starts, and the journal holds who answered, signed.
    @Test func whatIsAcceptedIsRecordedAndSigned() throws {
        let fixture = try unsigned()
        let before = try fixture.verify()
        #expect(code { _ = try fixture.open() } == .tooManyUnsigned)
        let tail = try accept(fixture)
        #expect(tail.after == 2 && tail.lines == 9 && tail.head == before.end?.head)
        let report = try fixture.verify()
        #expect(report.verdict == .intact && report.records == 10)
        let (journal, start, bodies) = try fixture.open()
        #expect(bodies.last == text(Self.inTheNameOf) && bodies.count == 10)
        #expect(start.unsignedLines == 0 && journal.durable == report.lastSigned)
    }

    /// Goal: nothing is changed where there is nothing to accept, and none of it beside a running daemon.
    @Test func refusedWithoutAChange() throws {
        let few = try unsigned(6)
        #expect(code { _ = try accept(few) } == .nothingToAccept)
        #expect(few.disk.operations == 0)
        _ = try few.open()
        let held = try unsigned()
        try held.disk.lock(JournalFormat.lockName)
        #expect(code { _ = try accept(held) } == .locked)
        held.disk.unlock()
        let stranger = try #require(JournalSigner(seed: [UInt8](repeating: 8, count: 32)))
        #expect(
            code {
                _ = try Journal.accept(
                    storage: held.disk, signer: stranger, limits: held.limits, visit: { _ in },
                    record: { _ in Self.inTheNameOf })
            } == .wrongKey)
        #expect(held.disk.operations == 0)
        #expect(try accept(held).lines == 9, "the refusals gave the lock back")
    }

    /// Goal: no limit brings a signature before the record. Method: limits under which a commit would sign
    /// first, or would end the segment, which signs too; then the lines in their order.
    @Test(arguments: [9, 39, 53, 54, 55, 56]) func theRecordComesBeforeTheSignature(groups: Int) throws {
        let fixture = try unsigned(groups)
        var tight = fixture.limits
        tight.unsignedLines = 2
        tight.unsignedBytes = tight.groupBytes
        tight.segmentBytes = 6144
        _ = try accept(fixture, tight)
        let lines = try fixture.text().split(separator: "\n")
        let record = try #require(lines.firstIndex { $0.contains("Q. Uality") })
        #expect(record == groups + 2 && lines[record + 1].hasPrefix("{\"j\":\"sign\""))
        #expect(lines.count == record + 2)
        #expect(try fixture.verify().verdict == .intact)
    }

    /// Goal: whenever the power goes, the tail is either still refused or signed with the name in it, and no
    /// record is lost. Method: the power is cut at every operation of the act, for each fate of what was not
    /// synced; then the act is given once more where it is still asked for.
    @Test(arguments: PowerFate.allCases) func thePowerGoesAtAnyOperation(fate: PowerFate) throws {
        let whole = try unsigned()
        let sound = whole.disk.state
        _ = try accept(whole)
        let operations = whole.disk.operations
        #expect(operations > 5)
        var refused = 0
        for cut in 1...operations {
            for seed in 0..<(fate == .lostAll || fate == .keptAll ? 1 : 12) as Range<UInt64> {
                var fixture = try Fixture(SimulatedDisk(sound))
                fixture.limits = whole.limits
                fixture.disk.plan.powerCutAt = cut
                _ = try? accept(fixture)
                fixture.disk.cutPower(fate, seed: seed)
                let outcome = code { _ = try fixture.open() }
                fixture.disk.startAgain()
                if outcome == .tooManyUnsigned {
                    refused += 1
                    _ = try accept(fixture)
                } else {
                    #expect(outcome == nil, "cut \(cut), seed \(seed)")
                }
                let bodies = try fixture.open().bodies
                #expect(bodies.prefix(9) == (0..<9).map { text(body($0)) }[...], "cut \(cut), seed \(seed)")
                #expect(bodies.count > 9 && bodies.dropFirst(9).allSatisfy { $0 == text(Self.inTheNameOf) })
                #expect(try fixture.verify().verdict == .intact)
            }
        }
        #expect(refused > 0)
    }

    /// Goal: an acceptance says yes to one tail only. Method: its record and checkpoint are put behind
    /// another tail of the same length.
    @Test func anAcceptanceFitsNoOtherTail() throws {
        let accepted = try unsigned()
        _ = try accept(accepted)
        var other = try Fixture()
        other.limits = accepted.limits
        var journal = try other.create()
        for index in 0..<9 {
            try journal.append([body(index == 4 ? 5 : index)])
            try journal.commit(at: 0)
        }
        other.disk.startAgain()
        let act = try accepted.text().split(separator: "\n").suffix(2).joined(separator: "\n")
        let start = journal.durable.offset
        other.disk.tamper(JournalFormat.segmentName(1)) {
            $0.replaceSubrange(start..<(start + act.utf8.count), with: Array(act.utf8))
        }
        #expect(try other.verify().verdict == .damaged)
        #expect(code { _ = try other.open() } == .damaged)
    }
}
