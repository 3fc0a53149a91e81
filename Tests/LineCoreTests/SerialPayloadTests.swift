import GS1
import Testing

@testable import LineCore

/// Goal: what comes with a serial is taken as it stands, and nothing that no code could carry. Method: both
/// forms of a file; elements that are none, twice, too many, of the order, too long.
@Suite struct SerialPayloadTests {
    private func payload(_ text: String) throws(SerialPayload.Fault) -> SerialPayload {
        try SerialPayload(bracketed: text.utf8)
    }

    @Test func bothFormsSayTheSame() throws {
        let bracketed = try payload("(91)EE06(92)dGVz+/dA==")
        let code = "010950600013435221A0001\u{1D}91EE06\u{1D}92dGVz+/dA=="
        let found = try SerialPayload.parse(code: code.utf8)
        #expect(found.gtin == "09506000134352" && found.serial == Array("A0001".utf8))
        #expect(found.payload == bracketed && bracketed.fault == nil)
        var table = SerialTable(payload: bracketed.identifiers)
        let isNew = table.append("A0001".utf8, with: bracketed)
        #expect(isNew && table.takes(bracketed))
        #expect(table.payload.values(0) == ["EE06", "dGVz+/dA=="])
        #expect(table.payload.values(1) == [] && table.payload.values(-1) == [])
        let other = try payload("(92)dGVz(91)EE06")
        #expect(!table.takes(nil) && !table.takes(other))
        #expect(table.text(gtin: "09506000134352") == "serial\n\(code)\n")
        let repeated = table.append("A0001".utf8, with: bracketed)
        #expect(!repeated && table.count == 1)
        let escaped = try payload("(91)a\\(b")
        #expect(escaped.elements.map(\.text) == ["a(b"])
    }

    @Test(arguments: ["", "EE06", "(91)", "(9)1", "(00)1", "(17)991399", "(91)a b", "(91)x(", "(91)é"])
    func whatIsNoPayloadIsRefused(_ text: String) {
        #expect(throws: SerialPayload.Fault.self) { try payload(text) }
    }

    @Test(arguments: [
        "(10)LOT", "(21)A", "(235)A", "(17)290331", "(01)09506000134352", "(91)a(91)a", "(37)5",
        "(91)a(92)a(93)a(94)a(95)a(96)a(97)a(98)a(99)a",
    ]) func whatTheOrderGivesIsNoPayload(_ text: String) throws {
        let fault = try payload(text).fault
        #expect(fault != nil)
    }

    @Test func lengthHasALimit() throws {
        let value = String(repeating: "x", count: 62)
        let fits = try payload("(91)\(value)x(92)\(value)xx").fault
        #expect(fits == nil, "128 with the separator")
        let longer = try payload("(91)\(value)xx(92)\(value)xx").fault
        #expect(longer != nil)
        var table = SerialTable(payload: try payload("(91)a").identifiers)
        let long = Array(String(repeating: "x", count: PayloadList.maxBytes + 1).utf8)
        let isTaken = table.append("A".utf8, payload: long)
        #expect(!isTaken && table.count == 0)
    }

    @Test(arguments: [
        "", "A0001", "\u{1D}", "0109506000134352", "21A0001\u{1D}0109506000134352",
        "010950600013435221A0001\u{1D}17291301", "010950600013435391EE06\u{1D}21A0001",
        "010950600013435291EE06\u{1D}21A0001", "010950600013435221A0001\u{1D}235B",
    ]) func aCodeIsWhole(_ text: String) {
        #expect(throws: SerialPayload.Fault.self) { try SerialPayload.parse(code: text.utf8) }
    }

    @Test func messagesNameNoValue() {
        for text in ["(91)SECRET SECRET", "(17)SECRET"] {
            let fault = #expect(throws: SerialPayload.Fault.self) { try payload(text) }
            #expect(fault.map { !"\($0)".contains("SECRET") } == true)
        }
    }

    @Test(arguments: [
        ("(3103)000195", "", true), ("(8008)29033112", "eu-tobacco", true), ("(250)B", "", true),
        // A secondary serial needs (21).
        ("(250)B", "eu-tobacco", false),
    ]) func partnersAreThoseOfAUnitsCode(_ text: String, _ market: String, _ isSound: Bool) throws {
        let fault = try payload(text).partnerFault(in: Market.named(market))
        #expect((fault == nil) == isSound)
    }
}

/// Goal: the table of markets is what the sources say, and sound in itself.
@Suite struct MarketTableTests {
    @Test(arguments: Market.all.map(\.name)) func everyMarketIsSound(_ name: String) throws {
        let market = try #require(Market.named(name))
        #expect(market.elements.first == .gtin && market.elements.contains(market.serialElement))
        #expect(market.payload.allSatisfy { !PayloadList.notInPayload.contains($0) })
        #expect(market.serialLengths.upperBound <= market.serialElement.valueLength.upperBound)
        if let draws = market.draws {
            let plan = RandomPlan(alphabet: draws.alphabet, length: draws.length, count: 2_000_000)
            #expect(plan.fault(known: 1_000_000_000) == nil && market.fault(plan) == nil)
        }
    }

    @Test func theTableSaysWhatTheSourcesSay() throws {
        let russia = try #require(Market.named("ru-medicines"))
        #expect(russia.payload.map(\.description) == ["91", "92"])
        #expect(russia.fault(serial: "5abcdefghijkl".utf8) == nil)
        #expect(russia.fault(serial: "5abcdefghijk".utf8) != nil)
        #expect(russia.fault(serial: "5abcdefghij-l".utf8) != nil)
        let plan = RandomPlan(alphabet: "0123456789", length: 13, count: 10)
        #expect(russia.fault(plan)?.code == "POOL-118")
        let europe = try #require(Market.named("eu-fmd"))
        #expect(europe.nationalNumbers.map(\.description) == ["710", "711", "712", "713", "714", "716"])
        #expect(europe.fault(RandomPlan(alphabet: "AB-", length: 12, count: 1))?.code == "POOL-117")
        #expect(europe.fault(RandomPlan(alphabet: "AB", length: 21, count: 1))?.code == "POOL-117")
        #expect(europe.fault(RandomPlan(alphabet: "", length: .min, count: 1))?.code == "POOL-117")
        #expect(Market.named("eu-tobacco")?.serialElement == .thirdPartySerial)
        #expect(Market.named("") == nil)
    }
}
