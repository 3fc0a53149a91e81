import GS1
import Testing

@testable import LineCore

/// Goal: an order that no code could carry is refused with its own code. Method: a good order, one field
/// spoiled at a time.
@Suite struct OrderTests {
    private static var good: Order {
        var order = Order()
        order.batch = "B1"
        order.gtin = "09506000134352"
        order.lot = "LOT-1/a%"
        order.expiry = "280229"
        order.quantity = 10
        order.unitsPerCase = 5
        order.casesPerPallet = 2
        return order
    }

    @Test func aGoodOrderHasNoFault() { #expect(Self.good.fault == nil) }

    @Test(arguments: ["270200", "270229", "271301", "270001", "27123", "2712311", "27123a", "", "٢٧١٢٣١"])
    func anExpiryIsARealDay(_ expiry: String) {
        var order = Self.good
        order.expiry = expiry
        #expect(order.fault?.code == "ORDER-104")
    }

    @Test(arguments: ["", "A B", "LOT#1", "LOT\u{1D}", "LÖT", "ABCDEFGHIJKLMNOPQRSTU", "A\u{0}"])
    func aLotIsOneToTwentyCharactersOfSet82(_ lot: String) {
        var order = Self.good
        order.lot = lot
        #expect(order.fault?.code == "ORDER-103")
        order.lot = "L"
        order.batch = lot
        #expect(order.fault?.code == "ORDER-101")
    }

    @Test(arguments: ["09506000134353", "9506000134352", "095060001343521", "0950600013435x", ""])
    func aGTINHasFourteenDigitsAndItsCheckDigit(_ gtin: String) {
        var order = Self.good
        order.gtin = gtin
        #expect(order.fault?.code == "ORDER-102")
    }

    @Test(arguments: [0, -1, Int.max, Int.min]) func countsHaveLimits(_ count: Int) {
        var order = Self.good
        order.quantity = count
        #expect(order.fault?.code == "ORDER-105")
        order = Self.good
        order.unitsPerCase = count
        #expect(order.fault?.code == "ORDER-106")
    }

    @Test func goodsAreGoodThroughTheirLastDay() throws {
        var order = Self.good
        order.expiry = "280229"
        #expect(order.isGood(on: try #require(GS1Date(year: 2028, month: 2, day: 29))))
        #expect(!order.isGood(on: try #require(GS1Date(year: 2028, month: 3, day: 1))))
        #expect(order.isGood(on: try #require(GS1Date(year: 2027, month: 12, day: 31))))
    }

    @Test func daysOfTheClockAreDaysOfTheCalendar() {
        let days: [(Int64, String)] = [
            (0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (20_779, "2026-11-22"),
            (47_540, "2100-02-28"), (47_541, "2100-03-01"), (.max, "9999-12-31"), (.min, "0001-01-01"),
        ]
        for (day, text) in days { #expect(GS1Date(daysSince1970: day).iso8601 == text) }
    }
}
