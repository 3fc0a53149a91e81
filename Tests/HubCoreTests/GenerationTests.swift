import Testing

@testable import HubCore

/// Goal: after a restore no number is given twice, and a hub that is on old data without knowing it stops.
/// Method: a hub, a backup of its records, what happened since, and the hub of the backup.
@Suite struct GenerationTests {
    private func restored(
        _ records: [NumberRecord], lines: [String] = [], generation: String = "g2"
    ) throws -> Hub {
        let hub = try Hub(records: records)
        hub.ask(.beginGeneration(generation: generation, by: "Anna", reason: "disk broke", lines: lines))
        return hub
    }

    private func shown(_ block: AllottedBlock, _ token: String, returned: [PositionRange] = [])
        -> ShownAllotment
    {
        ShownAllotment(block: block, token: token, returned: returned)
    }

    @Test func ruleSixAPoolWaitsForEveryLineThatMayDrawOnIt() throws {
        let hub = Hub()
        hub.addRange("onlyA", prefix: "A", count: 100, lines: ["A"])
        let kept = try #require(hub.take("A", "1"))
        let new = try restored(hub.records)
        #expect(new.fault(new.request("A", "2")) == .reportFirst)
        #expect(new.report("A", to: "g1", past: ["g1"]) == .refused(.reportFirst(to: "g2")), "a stale report")
        #expect(new.numbers.state.awaited == ["A", "B"])
        let answer = new.report("A", to: "g2", past: ["g1"], shown: [shown(kept, "1")], attempt: "7")
        #expect(answer == .reported(generation: "g2", attempt: "7", unconfirmed: []))
        #expect(new.numbers.state.awaited == ["B"])
        #expect(new.fault(new.request("A", "2")) == .waitsForLines, "B may hold what was lost")
        #expect(new.remedy(new.request("A", "2")).contains("seriatim-hub retire"))
        #expect(new.take("A", "3", pool: "onlyA") != nil, "B never had any of it")
        #expect(new.addRange("new", prefix: "N", count: 5) == .waitsForLines, "B may hold of a lost pool")
        #expect(new.take("A", "1") == kept, "what it has it is told again")
        new.report("B", to: "g2", past: ["g1"])
        #expect(new.take("A", "2")?.id == AllotmentID(generation: "g2", number: 2))
    }

    @Test func ruleSixALineThatWillNotComeIsRetiredByAPerson() throws {
        let new = try restored(Hub().records)
        new.report("A", to: "g2")
        #expect(new.ask(.retire(line: "B", by: "Anna", reason: "scrapped")) == .done)
        #expect(new.take("A", "1") != nil)
        #expect(new.fault(new.request("B", "1")) == .lineRetired)
        #expect(new.report("B", to: "g2") == .refused(.retired(line: "B")))
        #expect(new.fault(.enrol(line: "B", by: "Anna")) == .lineRetired)
    }

    @Test func ruleSixLinesTheBackupDoesNotKnowAreNamed() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        hub.ask(.enrol(line: "C", by: "Anna"))
        hub.report("C", to: "g1")
        let block = try #require(hub.take("C", "1"))
        let new = try restored(backup, lines: ["C"])
        for line in ["A", "B"] { new.report(line, to: "g2", past: ["g1"]) }
        #expect(new.fault(new.request("A", "1")) == .waitsForLines)
        #expect(new.report("C", to: "g2") == .refused(.unknown(line: "C")))
        new.ask(.enrol(line: "C", by: "Anna"))
        new.report("C", to: "g2", past: ["g1"], shown: [shown(block, "1")])
        #expect(new.numbers.state.stopped == nil)
        #expect(new.take("A", "1")?.range.first == block.range.end)
    }

    @Test func ruleSevenWhatLinesShowIsAdoptedAndNeverAllottedAgain() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        let a = try #require(hub.take("A", "1"))
        _ = hub.take("B", "lost")  // Its answer never comes.
        let b = try #require(hub.take("B", "2"))
        let new = try restored(backup)
        let back = PositionRange(first: 21, count: 3)
        new.report("B", to: "g2", past: ["g1"], shown: [shown(b, "2", returned: [back])])
        new.report("A", to: "g2", past: ["g1"], shown: [shown(a, "1")])
        #expect(new.figures("R") == PoolFigures(count: 1_000, held: 17, returned: 3, retired: 10, free: 970))
        #expect(new.take("A", "1") == a, "the token, too")
        #expect(new.take("B", "lost")?.range.first == 30, "in doubt and retired: 10 to 19")
        // Shown again, nothing changes.
        let made = new.records.count
        new.report("A", to: "g2", past: ["g2"], shown: [shown(a, "1")])
        #expect(new.records.count == made && new.numbers.state.stopped == nil)
    }

    @Test func ruleSevenALostPoolIsKeptClosedUntilItIsMadeAgain() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        hub.addRange("S", prefix: "S", first: 7, count: 50)
        let block = try #require(hub.take("A", "1", pool: "S"))
        let new = try restored(backup)
        new.report("A", to: "g2", past: ["g1"], shown: [shown(block, "1")])
        new.report("B", to: "g2", past: ["g1"])
        #expect(new.fault(new.request("A", "2", pool: "S")) == .poolClosed)
        #expect(new.addRange("T", prefix: "S", first: 56, count: 50) == .sharedNumbers)
        #expect(new.addRange("S", prefix: "S", first: 8, count: 50) == .poolExists)
        #expect(new.addRange("S", prefix: "S", first: 7, count: 50) == nil)
        #expect(new.take("A", "2", pool: "S")?.range.first == 10)
        #expect(new.take("A", "1", pool: "S") == block)
    }

    @Test func ruleSevenAReportCountsWhenAllItsPartsHaveCome() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        let blocks = try (1...3).map { try #require(hub.take("A", "\($0)")) }
        let new = try restored(backup)
        new.report("B", to: "g2", past: ["g1"])
        func part(_ number: Int, _ attempt: String) -> NumberAnswer {
            new.report(
                "A", to: "g2", past: ["g1"], shown: [shown(blocks[number - 1], "\(number)")], part: number,
                parts: 3, attempt: attempt)
        }
        #expect(part(3, "1") == .partTaken(3))
        for _ in 0..<3 { #expect(part(3, "1") == .partTaken(3), "often is once") }
        #expect(part(1, "2") == .partTaken(1), "another try begins anew")
        #expect(part(2, "2") == .partTaken(2))
        #expect(!new.numbers.state.awaited.isEmpty)
        #expect(part(3, "2") == .reported(generation: "g2", attempt: "2", unconfirmed: []))
        #expect(new.numbers.state.awaited.isEmpty)
    }

    @Test func aReportTellsWhatWasNotConfirmed() throws {
        let hub = Hub()
        let block = try #require(hub.take("A", "1"))
        let told = [shown(block, "1")]
        #expect(
            hub.report("A", to: "g1", past: ["g1"])
                == .reported(generation: "g1", attempt: "1", unconfirmed: told))
        #expect(
            hub.report("A", to: "g1", past: ["g1"], shown: told)
                == .reported(generation: "g1", attempt: "1", unconfirmed: []))
    }

    // MARK: Rule 8

    @Test func ruleEightAHubOnOldDataStopsWhenALineShowsALaterAllotment() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        let block = try #require(hub.take("A", "1"))
        // The old data came back without the command.
        let old = try Hub(records: backup)
        #expect(old.fault(old.request("A", "2", last: block.id)) == .allottingStopped)
        #expect(old.numbers.state.stopped?.contains("g1/1") == true)
        #expect(old.fault(old.request("B", "1")) == .allottingStopped, "for all lines")
        #expect(old.addRange("S", prefix: "S", count: 1) == .allottingStopped)
        // It outlasts a start, and ends by a person alone.
        let again = try Hub(records: old.records)
        #expect(again.fault(again.request("B", "1")) == .allottingStopped)
        again.ask(.beginGeneration(generation: "g2", by: "Anna", reason: "old copy", lines: []))
        again.report("B", to: "g2", past: ["g1"])
        #expect(again.fault(again.request("B", "1")) == .waitsForLines)
        again.report("A", to: "g2", past: ["g1"], shown: [shown(block, "1")])
        #expect(again.take("B", "1")?.range.first == block.range.end)
    }

    @Test func ruleEightConfirmReturnAndReportStopItToo() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        let block = try #require(hub.take("A", "1"))
        var old = try Hub(records: backup)
        #expect(old.fault(.confirm(old.caller("A"), block.id)) == .notHeld)
        #expect(old.numbers.state.stopped != nil)
        old = try Hub(records: backup)
        #expect(old.fault(.return(old.caller("A"), block.id, [block.range])) == .notHeld)
        #expect(old.numbers.state.stopped != nil)
        old = try Hub(records: backup)
        old.report("A", to: "g1", past: ["g1"], shown: [shown(block, "1")])
        #expect(old.numbers.state.stopped?.contains("pool R, 10 numbers") == true)
        #expect(old.figures("R")?.held == 10, "and it is adopted")
    }

    @Test func ruleEightAGenerationItNeverHadStopsIt() throws {
        var hub = Hub()
        let unknown = LineCaller(line: "A", generation: "g9", last: nil)
        #expect(hub.fault(.request(unknown, pool: "R", count: 1, token: "1")) == .allottingStopped)
        #expect(hub.numbers.state.stopped?.contains("g9") == true)
        hub = Hub()
        hub.report("A", to: "g1", past: ["g9"])
        #expect(hub.numbers.state.stopped?.contains("g9") == true)
        // After a restore by its own command it is what a lost hub began.
        let new = try restored(Hub().records)
        #expect(new.fault(.request(unknown, pool: "R", count: 1, token: "1")) == .reportFirst)
        new.report("A", to: "g2", past: ["g1", "g9"])
        new.report("B", to: "g2", past: ["g1"])
        #expect(
            new.fault(.request(unknown, pool: "R", count: 1, token: "1")) == .reportFirst, "an old parcel")
        #expect(new.numbers.state.stopped == nil)
    }

    @Test func ruleEightNumbersOfTwoLinesStopItAndReachNeither() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        let a = try #require(hub.take("A", "1", count: 15))
        let old = try Hub(records: backup)
        let waiting = old.decide(old.request("B", "1")).held
        old.numbers.durable(through: UInt64(old.records.count), at: old.instant(old.now))
        old.now += HubNumbers.ageNanoseconds
        old.report("A", to: "g1", past: ["g1"], shown: [shown(a, "1")])
        let text = try #require(old.numbers.state.stopped)
        #expect(text.contains("line A") && text.contains("line B holds"))
        guard case .refused(let refusal) = old.release(waiting, at: old.now) else {
            Issue.record("numbers left a hub that had stopped")
            return
        }
        #expect(refusal.code == .allottingStopped)
        old.ask(.beginGeneration(generation: "g2", by: "Anna", reason: "old copy", lines: []))
        old.report("A", to: "g2", past: ["g1"], shown: [shown(a, "1")])
        #expect(
            old.report("B", to: "g2", past: ["g1"])
                == .reported(generation: "g2", attempt: "1", unconfirmed: []))
        #expect(old.numbers.state.stopped == nil, "what is known stops nothing")
        // B has shown that it never had them: they are A's alone, and B gets others.
        #expect(old.numbers.state.pools["R"]?.conflicts.isEmpty == true)
        #expect(old.take("B", "1")?.range.first == 15)
        #expect(old.take("B", "2")?.range.first == 25)
    }

    @Test func ruleEightNumbersBothLinesShowStayInConflict() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        let a = try #require(hub.take("A", "1", count: 15))
        let old = try Hub(records: backup)
        let b = try #require(old.take("B", "1"))
        old.ask(.beginGeneration(generation: "g2", by: "Anna", reason: "old copy", lines: []))
        old.report("A", to: "g2", past: ["g1"], shown: [shown(a, "1")])
        #expect(old.numbers.state.stopped == nil, "whether B has them is not known yet")
        old.report("B", to: "g2", past: ["g1"], shown: [shown(b, "1")])
        #expect(old.numbers.state.stopped?.contains("line B") == true)
        #expect(old.numbers.state.pools["R"]?.conflicts.isEmpty == false)
    }

    /// A backup of a branch that was left: it holds an allotment the line never had, of numbers it got since
    /// by another.
    @Test func ruleSixWhatALineNeverHadIsNotOfferedAgain() throws {
        let start = Hub().records
        let first = try Hub(records: start)
        _ = first.decide(first.request("A", "1"))
        let branch = first.records
        let second = try Hub(records: start)
        second.ask(.beginGeneration(generation: "g2", by: "Anna", reason: "disk", lines: []))
        second.report("A", to: "g2", past: ["g1"])
        second.report("B", to: "g2", past: ["g1"])
        let had = try #require(second.take("A", "1"))
        let third = try Hub(records: branch)
        third.ask(.beginGeneration(generation: "g3", by: "Anna", reason: "a newer backup", lines: []))
        let answer = third.report("A", to: "g3", past: ["g1", "g2"], shown: [shown(had, "1")])
        #expect(answer == .reported(generation: "g3", attempt: "1", unconfirmed: []))
        let entry = try #require(third.numbers.state.lines["A"])
        #expect(entry.allotments.keys.sorted() == [had.id] && entry.tokens["1"] == had.id)
        let figures = try #require(third.numbers.state.pools["R"]?.figures)
        #expect(figures.held == had.range.count && figures.returned == 0)
    }

    @Test func ruleEightAnUnexpectedPoolClosesTheOthersOfItsKey() throws {
        let backup = Hub().records
        let hub = try Hub(records: backup)
        hub.addRange("S", prefix: "S", count: 50)
        let block = try #require(hub.take("A", "1", pool: "S"))
        let old = try Hub(records: backup)
        old.addRange("T", prefix: "S", count: 60)
        old.report("A", to: "g1", past: ["g1"], shown: [shown(block, "1")])
        #expect(old.numbers.state.stopped != nil)
        #expect(old.numbers.state.pools["T"]?.isClosed == true && old.figures("T")?.retired == 60)
        // A pool of another content under a name that is taken.
        var other = block
        other.pool = "R"
        other.id.number = 5
        old.report("A", to: "g1", past: ["g1"], shown: [shown(other, "5")])
        #expect(old.numbers.state.pools["R~2"]?.isAdopted == true)
    }

    @Test func answersOfAnEarlierGenerationStayInside() throws {
        let hub = Hub()
        let held = hub.decide(hub.request("A", "1")).held
        hub.ask(.beginGeneration(generation: "g2", by: "Anna", reason: "doubt", lines: []))
        #expect(hub.release(held, at: hub.now) == .refused(.reportFirst(to: "g2")))
        #expect(
            hub.fault(.beginGeneration(generation: "g1", by: "A", reason: "x", lines: [])) == .generationKnown
        )
        #expect(
            hub.fault(.beginGeneration(generation: "g2", by: "A", reason: "x", lines: [])) == nil,
            "asked again")
    }

    @Test func reportsOfNonsenseAreRefusedWhole() throws {
        let hub = Hub()
        let block = try #require(hub.take("A", "1"))
        func bad(_ change: (inout ShownAllotment) -> Void) -> Bool {
            var one = shown(block, "1")
            change(&one)
            let before = hub.numbers.state
            guard case .refused(let refusal) = hub.report("A", to: "g1", past: ["g1"], shown: [one]) else {
                return false
            }
            return refusal.code == .badReport && hub.numbers.state == before
        }
        #expect(bad { $0.block.range = PositionRange(first: 999, count: 2) })
        #expect(bad { $0.block.range = PositionRange(first: .max, count: .max) })
        #expect(bad { $0.block.range.count = 0 })
        #expect(bad { $0.block.source.count = .max })
        #expect(bad { $0.block.source.first = .max })
        #expect(bad { $0.block.source.width = .max })
        #expect(bad { $0.block.source.width = .min })
        #expect(bad { $0.block.source.kind = .random })
        #expect(bad { $0.block.source.kind = .list })
        #expect(bad { $0.block.key = .gtin("09506000134353") })
        #expect(bad { $0.block.key = .sscc("123456") })
        #expect(bad { $0.block.pool = "" })
        #expect(bad { $0.block.id.generation = "a b" })
        #expect(bad { $0.token = "\u{1}" })
        #expect(bad { $0.returned = [PositionRange(first: 9, count: 2)] })
        #expect(bad { $0.returned = [PositionRange(first: .max, count: 2)] })
        for (part, parts) in [(0, 1), (2, 1), (1, 0), (1, .max), (.min, 5)] {
            #expect(hub.report("A", to: "g1", part: part, parts: parts).isBadReport)
        }
        #expect(hub.report("A", to: "g1", attempt: "").isBadReport)
        #expect(hub.report("A", to: "g1", past: [""]).isBadReport)
    }
}

extension NumberAnswer {
    fileprivate var isBadReport: Bool {
        if case .refused(let refusal) = self { refusal.code == .badReport } else { false }
    }
}
