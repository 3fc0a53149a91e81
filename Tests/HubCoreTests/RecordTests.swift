import Testing

@testable import HubCore

/// Goal: records read back as they were written, replaying gives the same state, and what is no record of
/// ours is refused. Method: one of each kind, fields full; broken texts; records out of place.
@Suite struct RecordTests {
    private var full: [NumberRecord] {
        let id = AllotmentID(generation: "g1", number: 1)
        var random = NumberSource.random(alphabet: "AB", length: 20, count: 9, secret: Hub.secret)
        random.file = "f"
        random.prefix = "p\"\\"
        random.first = .max
        random.width = 3
        random.shortest = 2
        var product = Hub.product(guesses: 10_000)
        product.market = "eu-fmd"
        product.characters = "AB"
        product.issuedBefore = 5
        return [
            .hubStarted(HubStarted(boot: "b")),
            .generationBegun(
                GenerationBegun(generation: "g1", actor: "Ännä", reason: "r", lines: ["C", "D"])),
            .lineEnrolled(LineNamed(line: "A", actor: "x", reason: "y")),
            .lineRetired(LineNamed(line: "A", actor: "x", reason: "y")),
            .lineReported(LineReported(line: "A", generation: "g1", lost: ["g0"])),
            .productDefined(ProductDefined(product: product, actor: "x")),
            .poolAdded(PoolAdded(pool: "P", key: .gtin(Hub.gtin), source: random, lines: ["A"], actor: "x")),
            .poolAdded(PoolAdded(pool: "P", key: .sscc("0950600"), source: random, lines: [], actor: "x")),
            .poolClosed(PoolClosed(pool: "P", actor: "x", reason: "y")),
            .allotted(
                AllotmentMade(number: 1, line: "A", pool: "P", range: .init(first: 3, count: 4), token: "t")),
            .allotmentConfirmed(AllotmentNamed(line: "A", id: id)),
            .allotmentVoided(AllotmentNamed(line: "A", id: id)),
            .numbersReturned(
                NumbersReturned(
                    line: "A", id: id, ranges: [.init(first: 3, count: 1), .init(first: 5, count: 2)])),
            .allotmentAdopted(
                AllotmentAdopted(
                    line: "A", id: id, pool: "P", key: .gtin(Hub.gtin), source: random,
                    range: .init(first: 1, count: 2), token: "t")),
            .allottingStopped(AllottingStopped(line: "A", text: "line A showed")),
        ]
    }

    @Test func recordsReadBackAsWritten() throws {
        for record in full + NumberRecord.empty {
            let text = record.encoded(wallMilliseconds: -5)
            let read = try NumberRecord.decode(text)
            #expect(read.record == record && read.wallMilliseconds == -5)
            #expect(read.record.encoded(wallMilliseconds: -5) == text)
        }
        #expect(Set(NumberRecord.empty.map(\.code)).count == NumberRecord.empty.count)
        #expect(Set(full.map(\.code)).count == NumberRecord.empty.count, "one of each kind at least")
        let line = full[9].encoded(wallMilliseconds: 7)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"k":"al","w":7,"n":1,"l":"A","p":"P","f":3,"c":4,"t":"t"}"#)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"k":"zz","w":1}"#, #"{"k":"al"}"#, #"{"k":"al","w":1,"n":-1}"#,
        #"{"k":"al","w":1,"n":"1"}"#, #"{"k":"al","w":1,"x":1}"#, #"{"k":"al","w":1.5}"#,
        #"{"k":"al","w":1,"f":18446744073709551615,"c":1}"#, #"{"k":"nr","w":1,"rs":[1]}"#,
        #"{"k":"nr","w":1,"rs":[18446744073709551615,2]}"#, #"{"k":"pa","w":1,"sk":"other"}"#,
        #"{"k":"pd","w":1,"ln":9223372036854775808}"#, #"{"k":"gb","w":1,"ls":[1]}"#,
    ]) func whatIsNoRecordIsRefused(_ text: String) {
        #expect(throws: NumberMisfit.self) { try NumberRecord.decode(Array(text.utf8)) }
    }

    @Test func recordsOutOfPlaceAreRefused() throws {
        let hub = Hub()
        _ = hub.take("A", "1")
        for record in full {
            var state = NumberState()
            switch record {
            case .hubStarted, .generationBegun, .lineEnrolled, .lineRetired, .productDefined, .poolAdded,
                .allottingStopped:
                try state.apply(record)
            case .lineReported, .poolClosed, .allotted, .allotmentConfirmed, .allotmentVoided,
                .numbersReturned,
                .allotmentAdopted:
                #expect(throws: NumberMisfit.self) { try state.apply(record) }
            }
        }
        // The record of an allotment twice, or one missing before it.
        let allotted = try #require(hub.records.last)
        #expect(throws: NumberMisfit.self) { try Hub(records: hub.records + [allotted]) }
        _ = hub.take("A", "2")
        #expect(throws: NumberMisfit.self) {
            try Hub(records: hub.records.filter { $0 != allotted })
        }
    }

    @Test func replayGivesTheSameState() throws {
        let hub = Hub()
        let block = try #require(hub.take("A", "1"))
        hub.ask(.return(hub.caller("A"), block.id, [PositionRange(first: 2, count: 3)]))
        hub.ask(.retire(line: "B", by: "Anna", reason: "gone"))
        hub.ask(.beginGeneration(generation: "g2", by: "Anna", reason: "doubt", lines: ["Z"]))
        var state = NumberState()
        for record in hub.records {
            try state.apply(try NumberRecord.decode(record.encoded(wallMilliseconds: 1)).record)
        }
        #expect(state == hub.numbers.state && state.awaited == ["A", "Z"])
    }

    @Test func everyRefusalHasItsCode() {
        let codes = HubRefusal.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count && codes.allSatisfy { $0.hasPrefix("HUB-1") })
        let text = HubRefusal.stopped("line A showed allotment g1/7, which this hub does not hold")
            .description
        #expect(
            text.hasPrefix("HUB-126 the hub allots no numbers: line A") && text.hasSuffix("--reason TEXT."))
    }
}
