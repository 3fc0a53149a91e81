import GS1

/// Times for people: RFC 3339 in UTC.
package enum Timestamp {
    /// `2025-11-21T03:05:18.042Z` for milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// - Source: RFC 3339, section 5.6.
    package static func text(milliseconds: Int64) -> String {
        // RFC 3339 cannot write more than the year 9999, and no clock shows a year before 1.
        let clamped = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        let days = floored(clamped, by: 86_400_000)
        let rest = clamped - days * 86_400_000
        let date = GS1Date(daysSince1970: days)
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
        return "\(padded(Int64(date.year), 4))-\(date.iso8601.suffix(5))T\(time.joined(separator: ":"))."
            + "\(padded(rest % 1000, 3))Z"
    }

    private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
