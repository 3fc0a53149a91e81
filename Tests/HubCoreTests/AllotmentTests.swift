import Testing

@testable import HubCore

/// Goal: each number has one owner, whatever is asked again, lost or late. Method: one small hub, requests by
/// hand, the rule's number in the name.
@Suite struct AllotmentTests {
    @Test func ruleOnePositionsAreDrawnInOrderEachOnce() throws {
        let hub = Hub()
        let a = try #require(hub.take("A", "1"))
        let b = try #require(hub.take("B", "1", count: 5))
        #expect(
            a.range == PositionRange(first: 0, count: 10) && b.range == PositionRange(first: 10, count: 5))
        #expect(a.source.number(at: 3, key: a.key) == "R000003")
        #expect(a.id == AllotmentID(generation: "g1", number: 1) && b.id.number == 2)
        #expect(hub.figures("R")?.held == 15 && hub.figures("R")?.free == 985)
    }

    @Test func ruleTwoOneTokenIsOneBlockForEver() throws {
        let hub = Hub()
        let first = try #require(hub.take("A", "t"))
        _ = hub.take("B", "t")
        let made = hub.records.count
        #expect(hub.take("A", "t") == first)
        #expect(hub.records.count == made, "nothing happened")
        // Confirmed, given back, closed: the same block.
        #expect(hub.ask(.confirm(hub.caller("A"), first.id)) == .confirmed(first.id))
        #expect(
            hub.ask(.return(hub.caller("A"), first.id, [first.range])) == .returned(first.id, [first.range]))
        #expect(hub.ask(.closePool("R", by: "Anna", reason: "market left")) == .done)
        #expect(hub.take("A", "t") == first)
        // Another content is refused, and so is the token with another pool.
        #expect(hub.fault(hub.request("A", "t", count: 11)) == .tokenReused)
        #expect(hub.fault(hub.request("A", "t", pool: "S")) == .tokenReused)
        // A new process, from the records.
        let again = try Hub(records: hub.records)
        #expect(again.numbers.state.pools == hub.numbers.state.pools)
        #expect(again.take("A", "t") == first)
    }

    @Test func ruleTwoARefusedRequestBindsNoToken() {
        let hub = Hub(range: 20)
        #expect(hub.fault(hub.request("A", "t", count: 21)) == .insufficientNumbers)
        #expect(hub.take("A", "t", count: 20)?.range.count == 20)
        #expect(hub.fault(hub.request("A", "u", count: 1)) == .insufficientNumbers)
    }

    @Test func ruleThreeNumbersLeaveOneSecondAfterTheSync() throws {
        let hub = Hub()
        let decision = hub.decide(hub.request("A", "t"))
        let end = UInt64(hub.records.count)
        let second = HubNumbers.ageNanoseconds
        #expect(decision.records.count == 1)
        #expect(
            hub.release(decision.held, at: hub.now + 100 * second) == nil, "not synced")
        hub.numbers.durable(through: end - 1, at: hub.instant(hub.now))
        #expect(
            hub.release(decision.held, at: hub.now + 2 * second) == nil, "not this one")
        hub.now += 5
        hub.numbers.durable(through: end, at: hub.instant(hub.now))
        #expect(hub.numbers.nextDeadline(after: hub.instant(hub.now)) == hub.now + second)
        #expect(
            hub.release(decision.held, at: hub.now + second - 1) == nil, "a moment early"
        )
        // Asked again meanwhile: it waits for the same record.
        let again = hub.numbers.handle(hub.request("A", "t"), at: hub.instant(hub.now)).held
        #expect(hub.release(again, at: hub.now + second - 1) == nil)
        let answer = try #require(hub.release(decision.held, at: hub.now + second))
        #expect(hub.release(again, at: hub.now + second) == answer)
        // A refusal needs no second, only the disk.
        let refused = hub.decide(hub.request("A", "u", count: 0)).held
        #expect(hub.release(refused, at: hub.now) != nil)
    }

    @Test func ruleThreeNoNumberLeavesWithinASecondOfTheStart() throws {
        let hub = Hub()
        let block = try #require(hub.take("A", "t"))
        let again = try Hub(records: hub.records, start: false)
        #expect(again.fault(again.request("A", "t")) == .notStarted)
        _ = again.decide(.start(boot: "b2"))
        let held = again.decide(again.request("A", "t")).held
        again.numbers.durable(through: UInt64(again.records.count), at: again.instant(again.now))
        #expect(again.release(held, at: again.now + 999_999_999) == nil)
        let answer = again.release(held, at: again.now + 1_000_000_000)
        #expect(answer == .allotted(block, generation: "g1"))
    }

    @Test func ruleThreeALostRecordFreesItsNumbersForNobodyWasToldOfThem() throws {
        let hub = Hub()
        let kept = hub.records
        let lost = try #require(hub.take("A", "t"))
        let again = try Hub(records: kept)
        #expect(again.take("B", "x")?.range == lost.range)
        #expect(again.take("A", "t")?.range.first == lost.range.end)
    }

    @Test func ruleFourReturnedIsRetired() throws {
        let hub = Hub(range: 30)
        let block = try #require(hub.take("A", "t", count: 20))
        let part = PositionRange(first: 5, count: 5)
        for _ in 0..<2 {
            #expect(hub.ask(.return(hub.caller("A"), block.id, [part])) == .returned(block.id, [part]))
        }
        #expect(hub.figures("R") == PoolFigures(count: 30, held: 15, returned: 5, retired: 0, free: 10))
        // Overlapping what was given back: counted once.
        let more = PositionRange(first: 8, count: 4)
        hub.ask(.return(hub.caller("A"), block.id, [more, part]))
        #expect(hub.figures("R")?.returned == 7)
        #expect(hub.fault(hub.request("B", "t", count: 11)) == .insufficientNumbers)
        let last = try #require(hub.take("B", "t", count: 4))
        #expect(last.range.first == 20)
        // Also what was drawn last, given back whole.
        hub.ask(.return(hub.caller("B"), last.id, [last.range]))
        #expect(hub.take("A", "u", count: 6)?.range.first == 24)
        #expect(hub.numbers.state.lines["B"]?.unconfirmed.isEmpty == true, "who gives back has it")
    }

    @Test func ruleFourOnlyTheOwnerGivesBackAndOnlyWhatItHas() throws {
        let hub = Hub()
        let block = try #require(hub.take("A", "t"))
        for range in [
            PositionRange(first: 9, count: 2), PositionRange(first: 0, count: 0),
            PositionRange(first: .max, count: 2), PositionRange(first: 5, count: .max),
        ] {
            #expect(hub.fault(.return(hub.caller("A"), block.id, [range])) == .notOfAllotment)
        }
        #expect(hub.fault(.return(hub.caller("A"), block.id, [])) == .badCount)
        #expect(hub.fault(.return(hub.caller("B"), block.id, [block.range])) == .notHeld)
        #expect(hub.figures("R")?.returned == 0)
        #expect(hub.numbers.state.stopped != nil, "B named what is not B's")
    }

    @Test func ruleFiveNoAllotmentLetsAGuessHitOnceInTenThousand() {
        // 10^8 serials: 9,999 of them are less than one in 10,000, 10,000 are exactly one.
        let hub = Hub(guesses: 10_000)
        func pool(_ name: String, length: Int, count: UInt64) -> NumberRequest {
            .addPool(
                PoolOffer(
                    name: name, key: .gtin(Hub.gtin),
                    source: .random(
                        alphabet: "0123456789", length: length, count: count, secret: Hub.secret)),
                lists: [], by: "Anna")
        }
        #expect(hub.fault(pool("P", length: 8, count: 10_000)) == .tooDense)
        #expect(hub.remedy(pool("P", length: 8, count: 10_000)).contains("9 characters"))
        #expect(hub.fault(pool("P", length: 8, count: 9_999)) == nil)
        #expect(hub.fault(pool("Q", length: 9, count: 90_000)) == nil)
        #expect(hub.take("A", "1", count: 9_900, pool: "P") != nil)
        // What is drawn of any pool counts for the life of the product, given back or not.
        let q = hub.take("A", "2", count: 90, pool: "Q")
        if let q { hub.ask(.return(hub.caller("A"), q.id, [q.range])) }
        #expect(hub.fault(hub.request("A", "3", count: 10, pool: "P")) == .tooDense)
        #expect(hub.take("A", "4", count: 9, pool: "P") != nil)
        #expect(hub.remedy(hub.request("A", "5", count: 1, pool: "P")).contains("9 characters"))
        #expect(
            hub.fault(
                .addPool(
                    PoolOffer(
                        name: "S", key: .gtin(Hub.gtin),
                        source: .range(prefix: "", first: 0, count: 9, width: 12)),
                    lists: [], by: "Anna")) == .againstRules)
    }

    @Test func ruleFiveWhatWasIssuedBeforeCountsAndListsToo() {
        let hub = Hub(guesses: 10_000)
        var product = Hub.product(guesses: 10_000)
        product.issuedBefore = 9_997
        #expect(hub.ask(.define(product, by: "Anna")) == .done)
        // Serials of eight digits, all ten in use.
        let file = list((0..<10).map { "\($0)2345678".replacingLast($0) })
        let offer = PoolOffer(name: "L", key: .gtin(Hub.gtin), source: .list(file))
        #expect(offer.source.alphabet == "0123456789" && offer.source.shortest == 8)
        #expect(hub.fault(.addPool(offer, lists: [file], by: "Anna")) == nil)
        #expect(hub.take("A", "1", count: 2, pool: "L") != nil)
        #expect(hub.fault(hub.request("A", "2", count: 1, pool: "L")) == .tooDense)
        product.guesses = 1
        #expect(hub.fault(.define(product, by: "Anna")) == .productFixed)
        product.guesses = 10_000
        product.name = "Tablets 20 mg"
        #expect(hub.ask(.define(product, by: "Anna")) == .done)
    }

    @Test func limitsHaveNamesAndConsequences() {
        var limits = NumberLimits()
        limits.unconfirmed = 2
        limits.allotmentsPerLine = 4
        limits.requestNumbers = 50
        limits.pools = 1
        limits.lines = 2
        let hub = Hub(limits: limits)
        #expect(hub.fault(hub.request("A", "0", count: 51)) == .badCount)
        #expect(hub.fault(hub.request("A", "0", count: 0)) == .badCount)
        #expect(hub.fault(hub.request("A", "0", count: .max)) == .badCount)
        var blocks: [AllottedBlock] = []
        for token in ["1", "2"] { if let block = hub.take("A", token) { blocks.append(block) } }
        #expect(hub.fault(hub.request("A", "3")) == .tooManyUnconfirmed)
        #expect(hub.take("B", "3") != nil, "each line has its own limit")
        for block in blocks { hub.ask(.confirm(hub.caller("A"), block.id)) }
        for token in ["3", "4"] { #expect(hub.take("A", token) != nil) }
        hub.ask(
            .return(hub.caller("A"), AllotmentID(generation: "g1", number: 4), [.init(first: 30, count: 1)]))
        #expect(hub.fault(hub.request("A", "5")) == .limitReached)
        #expect(hub.addRange("S", prefix: "S", count: 5) == .limitReached)
        #expect(hub.fault(.enrol(line: "C", by: "Anna")) == .limitReached)
    }

    @Test(arguments: ["", String(repeating: "x", count: 65), "a b", "ä", "a\u{0}", "\"", "\u{7F}"])
    func textsFromOutsideAreJudged(_ text: String) {
        let hub = Hub()
        #expect(hub.fault(hub.request("A", text)) == .badText)
        #expect(hub.fault(.enrol(line: text, by: "Anna")) == .badText)
        #expect(hub.addRange(text, prefix: "Z", count: 5) == .badText)
        #expect(hub.fault(.beginGeneration(generation: text, by: "Anna", reason: "x", lines: [])) == .badText)
        #expect(hub.fault(.confirm(hub.caller("A"), AllotmentID(generation: text, number: .max))) == .badText)
        #expect(hub.fault(hub.request("A", "t", last: AllotmentID(generation: text, number: 1))) == .badText)
        #expect(hub.fault(hub.request(text, "t")) == .lineUnknown)
        #expect(hub.fault(hub.request("A", "t", pool: text)) == .poolUnknown)
        #expect(hub.numbers.state.stopped == nil, "nonsense is no doubt")
    }

    @Test func lawTenEveryChangeHasAName() {
        let hub = Hub()
        for by in ["", " ", "\n", String(repeating: "x", count: 65)] {
            #expect(hub.fault(.enrol(line: "C", by: by)) == .badText)
            #expect(hub.fault(.define(Hub.product(), by: by)) == .badText)
            #expect(hub.fault(.retire(line: "A", by: by, reason: "gone")) == .badText)
            #expect(hub.fault(.closePool("R", by: by, reason: "x")) == .badText)
            #expect(hub.fault(.beginGeneration(generation: "g2", by: by, reason: "x", lines: [])) == .badText)
        }
        for reason in ["", "   ", "\u{1}", String(repeating: "x", count: 501)] {
            #expect(hub.fault(.retire(line: "A", by: "Anna", reason: reason)) == .badText)
            #expect(hub.fault(.closePool("R", by: "Anna", reason: reason)) == .badText)
            #expect(
                hub.fault(.beginGeneration(generation: "g2", by: "Anna", reason: reason, lines: []))
                    == .badText)
        }
        #expect(hub.numbers.state.generation == "g1")
    }
}

extension String {
    /// The text with its last digit replaced.
    fileprivate func replacingLast(_ digit: Int) -> String { dropLast() + "\((digit + 9) % 10)" }
}
