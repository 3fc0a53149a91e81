import Testing

@testable import LineCore

/// Goal: no plan leaves a guess more than one chance in 10,000, and none counts past the end of a number.
/// Method: alphabets, lengths and counts on both sides of each limit, and far beyond.
@Suite struct RandomPlanTests {
    private func plan(_ alphabet: String = "0123456789", length: Int, count: Int) -> RandomPlan {
        RandomPlan(alphabet: alphabet, length: length, count: count)
    }

    @Test func aGuessHitsLessThanOnceInTenThousand() {
        // 10^8 serials: 9,999 of them are less than one in 10,000, 10,000 are exactly one.
        #expect(plan(length: 8, count: 9_999).fault(known: 0) == nil)
        #expect(plan(length: 8, count: 10_000).fault(known: 0)?.code == "POOL-114")
        #expect(plan(length: 8, count: 1).fault(known: 9_998) == nil)
        #expect(plan(length: 8, count: 1).fault(known: 9_999)?.code == "POOL-114")
    }

    @Test func theRemedyNamesALengthThatWouldDo() throws {
        let fault = try #require(plan(length: 8, count: 150_000).fault(known: 2_000_000))
        #expect(fault.remedy.contains("--length 11"), "\(fault.remedy)")
        #expect(plan(length: 10, count: 150_000).fault(known: 2_000_000) != nil)
        #expect(plan(length: 11, count: 150_000).fault(known: 2_000_000) == nil)
        let short = try #require(plan("AB", length: 20, count: 2_000_000).fault(known: 0))
        #expect(short.code == "POOL-114" && short.remedy.contains("alphabet"))
    }

    @Test(arguments: [0, 1, 1_844_674_407_370_955, Int.max]) func knownSerialsNeverOverflow(_ known: Int) {
        // 82^20 is beyond 2^64: sparse for any number that can be counted to 2^64 / 10,000.
        let all = plan(RandomPlan.characters("letters-and-digits"), length: 20, count: 2_000_000)
        #expect((all.fault(known: known) == nil) == (known < 1_844_674_407_370_955 - 2_000_000))
        #expect(plan(length: 1, count: 1).fault(known: known)?.code == "POOL-114")
        #expect(plan(length: 19, count: 2_000_000).fault(known: Int.max)?.code == "POOL-114")
    }

    @Test func powersEndAtTheLargestNumber() {
        #expect(RandomPlan.power(2, 63) == 1 << 63)
        #expect(RandomPlan.power(2, 64) == nil)
        #expect(RandomPlan.power(82, 10) == 13_744_803_133_596_058_624)
        #expect(RandomPlan.power(82, 11) == nil)
        #expect(RandomPlan.power(10, 0) == 1)
    }

    @Test(arguments: [
        ("", "POOL-112"), ("A", "POOL-112"), ("ABA", "POOL-112"), ("AB C", "POOL-112"), ("ABÄ", "POOL-112"),
        ("AB\u{1D}", "POOL-112"), ("unambigous", "POOL-112"),
    ]) func anAlphabetIsOfSet82WithoutRepeats(_ alphabet: String, _ code: String) {
        #expect(plan(alphabet, length: 12, count: 10).fault(known: 0)?.code == code)
    }

    @Test func lengthAndCountHaveLimits() {
        for length in [Int.min, -1, 0, 21, Int.max] {
            #expect(plan(length: length, count: 10).fault(known: 0)?.code == "POOL-113")
        }
        for count in [Int.min, -1, 0, 2_000_001, Int.max] {
            #expect(plan(length: 20, count: count).fault(known: 0)?.code == "POOL-107")
        }
    }

    @Test func namedAlphabetsAreSound() {
        for (name, characters) in RandomPlan.alphabets {
            #expect(plan(characters, length: 20, count: 1).fault(known: 0) == nil)
            #expect(RandomPlan.characters(name) == characters)
            #expect(plan(name, length: 20, count: 1).fault(known: 0) != nil, "a name is no alphabet")
        }
        #expect(RandomPlan.characters("XYZ") == "XYZ")
    }
}

/// Goal: every serial is as likely as any other, and none comes twice. Method: bytes of which each value
/// comes equally often; the characters are counted.
@Suite struct SerialDrawTests {
    /// Bytes by a linear congruence: 2,048 that look like chance.
    private static let mixed: [UInt8] = {
        var state: UInt64 = 1
        return (0..<2_048).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()

    @Test(arguments: [2, 3, 10, 31, 36, 62, 82]) func noCharacterIsLikelier(_ size: Int) {
        let set = Array(
            "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
        let alphabet = String(decoding: set.prefix(size), as: UTF8.self)
        var draw = SerialDraw(RandomPlan(alphabet: alphabet, length: 1, count: size))
        var counts = [UInt8: Int]()
        // One byte at a time, each into a table of its own: repeats are counted too.
        for byte in UInt8.min...UInt8.max {
            var table = SerialTable()
            draw.draw(from: [byte], into: &table, count: 1)
            if let serial = table[0] { counts[serial.utf8.first ?? 0, default: 0] += 1 }
        }
        #expect(counts.count == size)
        #expect(Set(counts.values) == [256 / size], "the rest of 256 is thrown away")
    }

    @Test func noneComesTwiceAndBytesMayComeInPieces() {
        let plan = RandomPlan(alphabet: "ABCD", length: 3, count: 40)
        let bytes = Self.mixed
        var whole = SerialTable()
        var draw = SerialDraw(plan)
        draw.draw(from: bytes, into: &whole, count: 40)
        #expect(whole.count == 40, "of 64 there are")
        #expect(Set((0..<40).compactMap { whole[$0] }).count == 40)
        #expect((0..<40).allSatisfy { whole[$0]?.utf8.count == 3 })
        var pieces = SerialTable()
        var other = SerialDraw(plan)
        for byte in bytes { other.draw(from: [byte], into: &pieces, count: 40) }
        #expect(pieces == whole)
        draw.draw(from: bytes, into: &whole, count: 40)
        #expect(whole.count == 40, "no more than asked for")
    }

    @Test func whatIsKnownIsTakenOut() {
        var table = SerialTable()
        for number in 1...9 { _ = table.append("A\(number)".utf8) }
        let range = PoolContent.range(prefix: "A", first: 3, count: 2, width: 1)
        #expect(table.positions(in: range) == [2, 3])
        let rest = table.without([2, 3])
        #expect((0..<rest.count).compactMap { rest[$0] } == ["A1", "A2", "A5", "A6", "A7", "A8", "A9"])
        #expect(rest.position(of: "A3".utf8) == nil && rest.position(of: "A9".utf8) == 6)
        let wide = PoolContent.range(prefix: "A", first: .max, count: 2, width: 1)
        #expect(table.positions(in: wide).isEmpty)
    }
}
