import Testing

@testable import LineCore

/// Goal: the line time left is what is left over the rate of the last minutes in production. Method: a pool
/// that empties at a known pace, with stops, another pool, and figures at the ends of their types.
@Suite struct LineTimeTests {
    private static let second = Nanoseconds.second

    /// Runs for so many seconds at so many numbers a second.
    private func run(
        _ time: inout LineTime, seconds: Int, from start: Int = 0, left: inout Int, perSecond: Int,
        producing: Bool = true, pool: String = "p"
    ) {
        for step in 0..<seconds {
            left -= perSecond
            let now = UInt64(1 + start + step) * Self.second
            time.measured(DiskRoom(freeBytes: 600_000, journalBytes: 1_000 + now / Self.second * 100))
            _ = time.pass(isProducing: producing, pool: pool, numbersLeft: left, at: now)
        }
    }

    @Test func theRateIsThatOfTheLastMinutes() {
        var time = LineTime()
        var left = 100_000
        run(&time, seconds: 60, left: &left, perSecond: 10)
        #expect(!time.isKnown && time.minutes(ofNumbers: left) == nil && time.minutesOfDisk == nil)
        run(&time, seconds: 11, from: 60, left: &left, perSecond: 10)
        #expect(time.isKnown && time.minutes(ofNumbers: 6_000) == 10)
        #expect(time.minutes(ofNumbers: 5_999) == 9 && time.minutes(ofNumbers: 0) == 0)
        #expect(time.minutesOfDisk == 100)
        // Five minutes later the old rate is forgotten.
        run(&time, seconds: 320, from: 71, left: &left, perSecond: 20)
        #expect(time.minutes(ofNumbers: 6_000) == 5)
    }

    @Test func aStopMakesNothingLastLonger() {
        var (time, left) = (LineTime(), 100_000)
        run(&time, seconds: 71, left: &left, perSecond: 10)
        run(&time, seconds: 600, from: 71, left: &left, perSecond: 0, producing: false)
        #expect(time.minutes(ofNumbers: 6_000) == 10)
        run(&time, seconds: 30, from: 671, left: &left, perSecond: 10)
        #expect(time.minutes(ofNumbers: 6_000) == 10)
    }

    @Test func anotherPoolBeginsAnew() {
        var (time, left) = (LineTime(), 100_000)
        run(&time, seconds: 100, left: &left, perSecond: 10)
        var other = 500
        run(&time, seconds: 1, from: 100, left: &other, perSecond: 0, pool: "q")
        #expect(!time.isKnown)
    }

    @Test func nothingOverflows() {
        var time = LineTime()
        for step in 0...20 as ClosedRange<UInt64> {
            time.measured(DiskRoom(freeBytes: .max, journalBytes: step.isMultiple(of: 2) ? .max : 1))
            _ = time.pass(
                isProducing: true, pool: "p", numbersLeft: step == 0 ? .max : 0, at: step * 10 * Self.second)
        }
        #expect(time.minutes(ofNumbers: .max) == 3)
        #expect(time.minutesOfDisk == nil, "a journal that shrinks tells nothing")
        // A clock that ran backwards, and one far ahead.
        _ = time.pass(isProducing: true, pool: "p", numbersLeft: 0, at: 0)
        _ = time.pass(isProducing: true, pool: "p", numbersLeft: .min, at: .max)
        #expect(time.minutes(ofNumbers: 1) != nil || !time.isKnown)
    }
}
