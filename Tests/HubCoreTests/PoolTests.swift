import GS1
import Testing

@testable import HubCore

/// Goal: no two pools hold one number, and no source leads out of the range of a number. Method: offers on
/// both sides of each border.
@Suite struct PoolTests {
    private func offer(_ name: String, _ source: NumberSource, key: NumberKey = .gtin(Hub.gtin)) -> PoolOffer
    {
        PoolOffer(name: name, key: key, source: source)
    }

    private func add(
        _ hub: Hub, _ name: String, _ source: NumberSource, key: NumberKey = .gtin(Hub.gtin),
        lists: [SerialList] = []
    ) -> HubRefusal.Code? {
        hub.fault(.addPool(offer(name, source, key: key), lists: lists, by: "Anna"))
    }

    @Test(
        arguments: [
            ("R", 1_000, 10, 6, nil), ("R", 999, 10, 6, HubRefusal.Code.sharedNumbers), ("R", 0, 10, 7, nil),
            ("S", 0, 10, 6, nil), ("R00", 0, 10, 4, .sharedNumbers), ("R00", 1_000, 10, 4, nil),
            ("R0001", 0, 10, 2, .sharedNumbers), ("R0001", 0, 10, 3, nil), ("r", 0, 10, 6, nil),
        ] as [(String, UInt64, UInt64, Int, HubRefusal.Code?)])
    func rangesAreComparedAsTheyStandInTheCode(
        _ prefix: String, _ first: UInt64, _ count: UInt64, _ width: Int, _ code: HubRefusal.Code?
    ) {
        let hub = Hub()
        #expect(hub.addRange("X", prefix: prefix, first: first, count: count, width: width) == code)
    }

    @Test func ssccsAreComparedAsTheyStandInTheCode() {
        let hub = Hub()
        let range = NumberSource.range(prefix: "", first: 0, count: 100, width: 9)
        #expect(add(hub, "S", range, key: .sscc("09506000")) == nil)
        // The same digits, cut elsewhere: 0950600 0 000000050 and 09506000 000000050.
        let same = NumberSource.range(prefix: "", first: 50, count: 100, width: 10)
        #expect(add(hub, "T", same, key: .sscc("0950600")) == .sharedNumbers)
        #expect(
            add(hub, "T", .range(prefix: "", first: 100, count: 9, width: 10), key: .sscc("0950600")) == nil)
        #expect(add(hub, "U", range, key: .sscc("19506000")) == nil)
        #expect(add(hub, "V", range, key: .sscc("0950600")) == .badSource, "17 digits in all")
        #expect(add(hub, "V", range, key: .sscc("095060x0")) == .badKey)
        #expect(range.number(at: 7, key: .sscc("09506000")) == "095060000000000077")
        #expect((try? SSCC(range.number(at: 99, key: .sscc("09506000")) ?? "")) != nil)
        #expect(range.number(at: 100, key: .sscc("09506000")) == nil)
    }

    @Test func importsRefuseWhatStandsTwice() {
        let hub = Hub()
        let file = list(["A1", "A2", "A3"])
        #expect(add(hub, "L", .list(file)) == .badSource, "the file is not there")
        #expect(
            add(hub, "L", .list(list(["A1", "A2", "A1"])), lists: [list(["A1", "A2", "A1"])])
                == .repeatedSerial)
        #expect(add(hub, "L", .list(file), lists: [file]) == nil)
        let again = list(["B1", "A3"], sha: "b")
        #expect(add(hub, "M", .list(again), lists: [again]) == .notCompared)
        #expect(add(hub, "M", .list(again), lists: [again, file]) == .sharedNumbers)
        #expect(add(hub, "M", .list(file), lists: [file]) == .sharedNumbers)
        let other = list(["B1"], sha: "b")
        #expect(add(hub, "M", .list(other), lists: [other, file]) == nil)
        #expect(hub.take("A", "1", count: 2, pool: "L")?.source.number(at: 0, key: .gtin(Hub.gtin)) == nil)
        // A forged list of the name of the first compares nothing.
        let forged = list(["Z9"])
        let third = list(["C1"], sha: "c")
        #expect(add(hub, "N", .list(third), lists: [third, forged, other]) == .notCompared)
    }

    @Test func importsAndGeneratedNumbersExcludeEachOther() throws {
        let hub = Hub()
        let inRange = list(["Q", "R000999"])
        #expect(add(hub, "L", .list(inRange), lists: [inRange]) == .sharedNumbers)
        let outside = list(["R001000", "R00099A", "R0999"])
        #expect(add(hub, "L", .list(outside), lists: [outside]) == nil)
        #expect(hub.addRange("X", first: 1_000, count: 1) == .notCompared)
        #expect(
            add(hub, "X", .range(prefix: "R", first: 1_000, count: 1, width: 6), lists: [outside])
                == .sharedNumbers)
        let random = NumberSource.random(alphabet: "ABCDEFGHKL", length: 7, count: 100, secret: Hub.secret)
        #expect(add(hub, "P", random, lists: [outside]) == nil)
        let drawn = try #require(random.number(at: 99, key: .gtin(Hub.gtin)))
        let behind = try #require(random.permutation?.serial(at: 100))
        let hit = list([drawn], sha: "d")
        let free = list([behind], sha: "e")
        #expect(add(hub, "H", .list(hit), lists: [outside, hit]) == .sharedNumbers)
        #expect(add(hub, "F", .list(free), lists: [outside, free]) == nil)
        var twin = random
        twin.secret = String(repeating: "1", count: 32)
        #expect(add(hub, "T", twin, lists: [outside, free]) == .sharedNumbers, "two orders of one space")
        twin.alphabet = "MNPQRSTUVW"
        #expect(add(hub, "T", twin, lists: [outside, free]) == nil)
        let mixed = NumberSource.random(alphabet: "R0123456789", length: 9, count: 5, secret: Hub.secret)
        #expect(add(hub, "W", mixed, lists: [outside, free]) == nil)
        #expect(
            add(hub, "Y", .range(prefix: "R", first: 0, count: 1, width: 8), lists: [outside, free])
                == .sharedNumbers, "in the space of W")
    }

    @Test func sourcesLeadNeverOutOfTheNumbers() {
        var hub = Hub()
        let edges: [UInt64] = [0, 1, 9, 1 << 62, .max - 1, .max]
        for first in edges {
            for count in edges {
                for width in [Int.min, -1, 0, 1, 19, 20, 21, .max] {
                    let code = add(hub, "E", .range(prefix: "", first: first, count: count, width: width))
                    let last = first.addingReportingOverflow(count &- 1)
                    let fits =
                        count > 0 && count < 1 << 62 && !last.overflow && (1...20).contains(width)
                        && String(last.partialValue).count <= width && last.partialValue < .max
                    #expect(
                        (code == .badSource) == !fits,
                        "\(first) \(count) \(width): \(String(describing: code))")
                    if code == nil { hub = Hub() }
                }
            }
        }
        for (alphabet, length, secret, count) in [
            ("A", 12, Hub.secret, 1), ("AA", 12, Hub.secret, 1), ("AB ", 12, Hub.secret, 1),
            ("ABC", .min, Hub.secret, 1), ("ABC", .max, Hub.secret, 1), ("ABC", 21, Hub.secret, 1),
            ("ABC", 12, "", 1), ("ABC", 12, String(repeating: "g", count: 32), 1),
            ("0123456789", 5, Hub.secret, 1),
            ("0123456789", 6, Hub.secret, 1_000_001), ("0123456789", 6, Hub.secret, .max),
        ] as [(String, Int, String, UInt64)] {
            let source = NumberSource.random(alphabet: alphabet, length: length, count: count, secret: secret)
            #expect(add(hub, "E", source) == .badSource)
        }
        var file = NumberSource.list(list(["A"]))
        file.file = "x"
        #expect(add(hub, "E", file, lists: [list(["A"])]) == .badSource)
        #expect(add(hub, "E", .list(list([]))) == .badSource)
    }

    @Test func theProductSaysWhatItsSerialsAre() {
        let hub = Hub(guesses: 10_000)
        var product = Hub.product(guesses: 10_000)
        product.characters = "ABCDEFGHJK"
        product.shortest = 10
        product.longest = 12
        #expect(hub.ask(.define(product, by: "Anna")) == .done)
        func random(_ alphabet: String, _ length: Int) -> NumberSource {
            .random(alphabet: alphabet, length: length, count: 10, secret: Hub.secret)
        }
        #expect(add(hub, "P", random("ABCDEFGHJK", 9)) == .againstRules)
        #expect(add(hub, "P", random("ABCDEFGHJK", 13)) == .againstRules)
        #expect(add(hub, "P", random("ABCDEFGHJL", 10)) == .againstRules)
        #expect(add(hub, "P", random("ABCDEFGHJK", 10)) == nil)
        let unknown = NumberKey.gtin("00000000000017")
        #expect(add(hub, "Q", random("ABCDEFGHJK", 10), key: unknown) == .productUnknown)
        for change: (inout Product) -> Void in [
            { $0.gtin = "1" }, { $0.characters = "A" }, { $0.characters = "AA" }, { $0.characters = "A " },
            { $0.shortest = 0 }, { $0.longest = 21 }, { $0.shortest = 13 }, { $0.name = "" },
            { $0.market = "e u" }, { $0.shortest = .min }, { $0.longest = .max },
        ] {
            var bad = product
            bad.gtin = "00000000000017"
            change(&bad)
            #expect(hub.fault(.define(bad, by: "Anna")) != nil)
        }
    }
}

/// Goal: the permutation hits every serial of its space once and is found back. Method: whole small spaces,
/// the ends of large ones, the vectors of the reference.
@Suite struct PermutationTests {
    @Test(arguments: [("AB", 2), ("AB", 9), ("ABC", 5), ("0123456789", 4), ("ABCDEFG", 3)])
    func everySerialHasOnePosition(_ alphabet: String, _ length: Int) throws {
        let order = try #require(KeyedPermutation(alphabet: alphabet, length: length, secret: Hub.secret))
        let size = try #require(SerialSpace.size(radix: alphabet.utf8.count, length: length))
        var found = Set<String>()
        for position in 0..<size {
            let serial = try #require(order.serial(at: position))
            #expect(order.position(of: serial.utf8) == position)
            found.insert(serial)
        }
        #expect(UInt64(found.count) == size)
        #expect(order.serial(at: size) == nil && order.serial(at: .max) == nil)
    }

    @Test func theLargestSpaceHasAllPositions() throws {
        let set82 = String(
            decoding: (0x21...0x7A).map { UInt8($0) }.filter {
                ![0x23, 0x24, 0x40, 0x5B, 0x5C, 0x5D, 0x5E, 0x60].contains($0)
            }, as: UTF8.self)
        #expect(set82.utf8.count == 82)
        let order = try #require(KeyedPermutation(alphabet: set82, length: 20, secret: Hub.secret))
        for position in [0, 1, 1 << 32, 1 << 63, UInt64.max - 1, .max] {
            let serial = try #require(order.serial(at: position))
            #expect(serial.utf8.count == 20 && order.position(of: serial.utf8) == position)
        }
        #expect(order.position(of: "short".utf8) == nil)
        #expect(order.position(of: String(repeating: " ", count: 20).utf8) == nil)
    }

    @Test func neighboursLookUnrelated() throws {
        let order = try #require(KeyedPermutation(alphabet: "0123456789", length: 12, secret: Hub.secret))
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 12)
        for position in 0..<UInt64(5_000) {
            for (place, byte) in try #require(order.serial(at: position)).utf8.enumerated() {
                counts[place][Int(byte) - 48] += 1
            }
        }
        // Chi square with 9 degrees of freedom: below 33.7 but once in 10,000.
        for place in counts {
            let chi = place.reduce(0.0) { $0 + Double(($1 - 500) * ($1 - 500)) / 500 }
            #expect(chi < 33.7, "\(place)")
        }
        let other = try #require(
            KeyedPermutation(alphabet: "0123456789", length: 12, secret: "010102030405060708090a0b0c0d0e0f"))
        #expect((0..<1_000).allSatisfy { order.serial(at: $0) != other.serial(at: $0) })
    }

    /// Vector 16 of the reference implementation: key 00 to 0f, message 00 to 0f.
    @Test func sipHashIsTheReference() throws {
        let key = try #require(SipKey(hex: Hub.secret))
        #expect(key.hash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908) == 0x3F2A_CC7F_57C2_9BDB)
    }

    @Test func spacesAndTheirDensityNeverOverflow() {
        #expect(
            SerialSpace.size(radix: 2, length: 63) == 1 << 63 && SerialSpace.size(radix: 2, length: 64) == nil
        )
        #expect(SerialSpace.size(radix: -1, length: 3) == 0 && SerialSpace.size(radix: 3, length: -1) == 1)
        #expect(!SerialSpace.isSparse(issued: .max, guesses: 10_000, radix: 82, length: 20))
        #expect(SerialSpace.isSparse(issued: .max, guesses: 1, radix: 82, length: 20))
        #expect(SerialSpace.isSparse(issued: .max, guesses: 0, radix: 2, length: 1))
    }
}
