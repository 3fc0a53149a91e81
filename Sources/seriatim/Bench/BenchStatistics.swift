/// Times of one kind, in nanoseconds, and what they say together.
struct BenchTimes: Sendable {
    private var sorted: [UInt64]

    /// Fewer than these say nothing of one in ten thousand.
    static let leastForP9999 = 50_000

    init(_ times: [UInt64]) { sorted = times.sorted() }

    var count: Int { sorted.count }
    var max: UInt64 { sorted.last ?? 0 }
    var median: UInt64 { percentile(5_000) }

    /// The time that `share` of ten thousand do not exceed (nearest rank).
    func percentile(_ share: Int) -> UInt64 {
        guard !sorted.isEmpty else { return 0 }
        let rank = (sorted.count * share + 9_999) / 10_000
        return sorted[Swift.min(Swift.max(rank, 1), sorted.count) - 1]
    }

    /// Percentiles in microseconds; p99.99 only where the count allows it, the maximum always.
    var members: [BenchResult.Member] {
        var members = [("p50", 5_000), ("p99", 9_900)].map { name, share in
            BenchResult.Member(name: name, value: Double(percentile(share)) / 1_000)
        }
        if count >= Self.leastForP9999 {
            members.append(.init(name: "p99_99", value: Double(percentile(9_999)) / 1_000))
        }
        members.append(.init(name: "max", value: Double(max) / 1_000))
        members.append(.init(name: "samples", value: Double(count)))
        return members
    }
}

/// Numbers as people and programs read them.
enum BenchNumber {
    /// About four digits; whole numbers from a thousand up.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let size = abs(value)
        if size >= 1_000 || value == value.rounded(), size < 1e15 { return String(Int(value.rounded())) }
        let digits = size >= 100 ? 1 : size >= 10 ? 2 : 3
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let parts = Int((size * scale).rounded())
        let fraction = String(parts % Int(scale))
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return (value < 0 ? "-" : "") + "\(parts / Int(scale)).\(zeros)\(fraction)"
    }

    /// As ``text(_:)``, thousands apart.
    static func grouped(_ value: Double) -> String {
        let text = text(value)
        guard !text.contains("."), text.count > 4 else { return text }
        var out = ""
        for (place, digit) in text.reversed().enumerated() {
            if place > 0, place % 3 == 0, digit != "-" { out.append(" ") }
            out.append(digit)
        }
        return String(out.reversed())
    }

    /// Nanoseconds as microseconds.
    static func micro(_ nanoseconds: UInt64) -> String { text(Double(nanoseconds) / 1_000) }

    /// The middle one of some measurements.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// A stop watch of the clock that never steps.
enum BenchClock {
    /// Nanoseconds `body` took.
    static func time<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) -> UInt64 {
        let start = ContinuousClock.now
        try body()
        return nanoseconds(ContinuousClock.now - start)
    }

    static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(clamping: seconds) * 1_000_000_000 + UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
