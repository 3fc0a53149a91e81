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
        order.packing[.case] = 5
        order.packing[.pallet] = 2
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
        for level in PackLevel.allCases {
            order = Self.good
            order.packing[level] = count
            #expect(order.fault?.code == (count == 0 ? nil : "ORDER-106"), "no number, no such level")
        }
    }

    @Test(arguments: ["", " A", "A ", "A\tB", "Ä", String(repeating: "A", count: 65)])
    func aJobHasANameThatCanBeReadBack(_ name: String) {
        var order = Self.good
        order.jobs = [DeviceJob(device: "coder", job: name)]
        #expect(order.fault?.code == "ORDER-122")
        order.jobs = [DeviceJob(device: name, job: "A")]
        #expect(order.fault?.code == "ORDER-122")
        order.jobs = [DeviceJob(device: "coder", job: String(repeating: "A", count: 64))]
        #expect(order.fault == nil)
    }

    @Test func aDeviceHasOneJobAndAnOrderThirtyTwo() {
        var order = Self.good
        order.jobs = (10..<42).map { DeviceJob(device: "camera-\($0)", job: "A") }
        #expect(order.fault == nil)
        order.jobs.append(DeviceJob(device: "camera-42", job: "A"))
        #expect(order.fault?.code == "ORDER-121")
        order.jobs = [DeviceJob(device: "a", job: "A"), DeviceJob(device: "a", job: "B")]
        #expect(order.fault?.code == "ORDER-121")
        order.jobs = [DeviceJob(device: "b", job: "A"), DeviceJob(device: "a", job: "B")]
        #expect(order.fault?.code == "ORDER-121", "equal orders, equal records")
    }

    @Test func jobsOfARecordAreTwoListsOfOneLength() throws {
        let order = Self.good
        let bytes = LineRecord.batchOpened(BatchOpened(order: order)).encoded(wallMilliseconds: 1)
        let spoilt = bytes.dropLast() + Array(#","jd":["a","b"],"jb":["A"]}"#.utf8)
        #expect(throws: RecordFault.badField("jb")) { try LineRecord.decode(spoilt) }
    }

    /// Goal: what a container holds follows from the levels the product has, whichever they are.
    @Test func eachLevelHoldsTheNextLowerOneTheProductHas() {
        for mask in 0..<(1 << PackLevel.allCases.count) {
            var plan = PackPlan()
            let levels = PackLevel.allCases.filter { mask & (1 << $0.index) != 0 }
            for level in levels { plan[level] = level.index + 2 }
            #expect(plan.levels == levels)
            for (place, level) in levels.enumerated() {
                #expect(plan.content(of: level) == (place > 0 ? levels[place - 1] : nil))
                #expect(plan.holder(of: level) == (place + 1 < levels.count ? levels[place + 1] : nil))
            }
        }
        var plan = PackPlan()
        (plan[.bundle], plan[.case], plan[.pallet]) = (10, 24, 40)
        #expect(plan.text == "10 units a bundle, 24 bundles a case, 40 cases a pallet")
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
