/// A moment as EPCIS writes it: date, time and zone of RFC 3339, kept as it came.
///
/// Two times are equal if their text is; ``isBefore(_:)`` compares the moments.
///
/// - Source: RFC 3339, section 5.6; EPCIS 2.0, section 7.4.1 (`xsd:dateTimeStamp`). No leap second.
package struct EventTime: Hashable, Sendable, CustomStringConvertible {
    /// The time as written, for example `2026-03-02T07:01:15.250+01:00`.
    package let text: String
    /// Whole seconds since 1970 in UTC, rounded down; negative before.
    package let epochSeconds: Int64
    /// Fraction of the second, 0 to 999,999,999; further digits are cut off here, not in ``text``.
    package let nanoseconds: Int32
    /// The zone's offset in minutes, or 0 for `Z`.
    package let offsetMinutes: Int16
    /// Whether the zone is written `Z`.
    package let isZulu: Bool
    /// Milliseconds, from the fourth decimal rounded half up; 1000 where that fills the second.
    let roundedMilliseconds: Int16

    /// Reads a date and time with zone.
    ///
    /// - Returns: `nil` for any other text, a day the month does not have, the year 0000, or second 60.
    package init?(_ text: String) {
        let parsed = text.utf8.withContiguousStorageIfAvailable { Fields($0) }
        guard let fields = parsed ?? Array(text.utf8).withUnsafeBufferPointer({ Fields($0) }) else {
            return nil
        }
        self.text = text
        epochSeconds = fields.epochSeconds
        nanoseconds = fields.nanoseconds
        offsetMinutes = fields.offsetMinutes
        isZulu = fields.isZulu
        roundedMilliseconds = fields.roundedMilliseconds
    }

    /// The moment `milliseconds` after the start of 1970 in UTC, written to the millisecond in `zone`.
    ///
    /// A clock outside of the years 1 to 9999 counts as the nearest moment inside.
    package init(milliseconds: Int64, zone: TimeZoneOffset) {
        let inside = max(Self.firstMillisecond, min(milliseconds, Self.lastMillisecond))
        let local = inside + Int64(zone.minutes) * 60_000
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        Self.append(milliseconds: local, to: &bytes)
        bytes.append(contentsOf: zone.text.utf8)
        text = String(decoding: bytes, as: UTF8.self)
        let (seconds, rest) = floorDivide(inside, 1000)
        epochSeconds = seconds
        nanoseconds = Int32(rest) * 1_000_000
        offsetMinutes = Int16(zone.minutes)
        isZulu = false
        roundedMilliseconds = Int16(rest)
    }

    package var description: String { text }

    /// Milliseconds since 1970 in UTC, rounded down.
    package var milliseconds: Int64 { epochSeconds * 1000 + Int64(nanoseconds / 1_000_000) }

    /// Whether this moment is earlier than `other`, whatever their zones.
    package func isBefore(_ other: EventTime) -> Bool {
        (epochSeconds, nanoseconds) < (other.epochSeconds, other.nanoseconds)
    }

    /// The moment in UTC to the millisecond, as the event hash has it: `2020-03-04T10:00:30.000Z`.
    package var canonicalText: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        Self.append(milliseconds: epochSeconds * 1000 + Int64(roundedMilliseconds), to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Both a day inside the first and last of the years 1 to 9999, so that no zone leaves them.
    private static let firstMillisecond: Int64 = -62_135_510_400_000
    private static let lastMillisecond: Int64 = 253_402_214_399_999

    /// Appends `yyyy-mm-ddThh:mm:ss.mmm`.
    private static func append(milliseconds: Int64, to bytes: inout [UInt8]) {
        let (seconds, millisecond) = floorDivide(milliseconds, 1000)
        let (day, second) = floorDivide(seconds, 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(second / 3600, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(second / 60 % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(second % 60, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        append(millisecond, digits: 3, to: &bytes)
    }

    private static func append(_ value: Int64, digits: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(truncatingIfNeeded: value / divisor % 10) + 0x30)
            divisor /= 10
        }
    }
}

/// Quotient rounded down and the remainder that goes with it, never negative.
private func floorDivide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// A day of the Gregorian calendar, also before its time.
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    /// Counts in years from March, so that the leap day is the last; 400 years have 146,097 days.
    init(daysSinceEpoch days: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    var daysSinceEpoch: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var isReal: Bool {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let last: Int64
        switch month {
        case 4, 6, 9, 11: last = 30
        case 2: last = isLeap ? 29 : 28
        case 1, 3, 5, 7, 8, 10, 12: last = 31
        default: return false
        }
        return (1...last).contains(day) && year >= 1
    }
}

/// `yyyy-mm-ddThh:mm:ss[.f...](Z|±hh:mm)`, `T` and `Z` in either case.
private struct Fields {
    let epochSeconds: Int64
    var nanoseconds: Int32 = 0
    var roundedMilliseconds: Int16 = 0
    var offsetMinutes: Int16 = 0
    var isZulu = false

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 20, let year = Self.number(bytes, 0, 4), let month = Self.number(bytes, 5, 2),
            let day = Self.number(bytes, 8, 2), let hour = Self.number(bytes, 11, 2),
            let minute = Self.number(bytes, 14, 2), let second = Self.number(bytes, 17, 2),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == 0x74,
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isReal else { return nil }
        var place = 19
        if bytes[place] == UInt8(ascii: ".") {
            let end = bytes[(place + 1)...].firstIndex { !URISyntax.isDigit($0) } ?? bytes.count
            guard end > place + 1, end < bytes.count else { return nil }
            nanoseconds = Self.fraction(bytes[(place + 1)..<end])
            roundedMilliseconds = Int16((nanoseconds / 100_000 + 5) / 10)
            place = end
        }
        guard let offset = Self.offset(bytes[place...]) else { return nil }
        isZulu = bytes[place] | 0x20 == 0x7A
        offsetMinutes = Int16(offset)
        epochSeconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int64? {
        var value: Int64 = 0
        for byte in bytes[start..<(start + count)] {
            guard URISyntax.isDigit(byte) else { return nil }
            value = value * 10 + Int64(byte & 0x0F)
        }
        return value
    }

    private static func offset(_ zone: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        if zone.count == 1, zone[zone.startIndex] | 0x20 == 0x7A { return 0 }
        let bytes = UnsafeBufferPointer(rebasing: zone)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            let hour = number(bytes, 1, 2), let minute = number(bytes, 4, 2), hour < 24, minute < 60
        else { return nil }
        return (hour * 60 + minute) * (bytes[0] == UInt8(ascii: "-") ? -1 : 1)
    }

    /// Nanoseconds, further digits cut off.
    private static func fraction(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int32 {
        var scaled: Int32 = 0
        for place in 0..<9 {
            scaled = scaled * 10
            if place < digits.count { scaled += Int32(digits[digits.startIndex + place] & 0x0F) }
        }
        return scaled
    }
}

/// The offset from UTC in effect where an event happened: `+01:00`, at most 14 hours.
///
/// - Source: EPCIS 2.0, section 7.4.1, `eventTimeZoneOffset`.
package struct TimeZoneOffset: Hashable, Sendable, CustomStringConvertible {
    /// The offset as written, for example `-06:00`.
    package let text: String
    /// Minutes east of UTC, -840 to 840.
    package let minutes: Int

    /// Reads `+hh:mm` or `-hh:mm`, 00:00 to 14:00; `nil` for others, `Z` included.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            bytes[3] == UInt8(ascii: ":")
        else { return nil }
        let digits = [bytes[1], bytes[2], bytes[4], bytes[5]]
        guard digits.allSatisfy(URISyntax.isDigit) else { return nil }
        let values = digits.map { Int($0 & 0x0F) }
        let hours = values[0] * 10 + values[1]
        let minutes = values[2] * 10 + values[3]
        guard minutes < 60, hours < 14 || (hours == 14 && minutes == 0) else { return nil }
        self.text = text
        self.minutes = (hours * 60 + minutes) * (bytes[0] == UInt8(ascii: "-") ? -1 : 1)
    }

    /// An offset of whole minutes; beyond 14 hours it counts as 14 hours.
    package init(minutes: Int) {
        let inside = max(-840, min(minutes, 840))
        let magnitude = abs(inside)
        let digits = [magnitude / 600, magnitude / 60 % 10, magnitude % 60 / 10, magnitude % 10]
            .map { UInt8(truncatingIfNeeded: $0) + 0x30 }
        let sign = UInt8(ascii: inside < 0 ? "-" : "+")
        text = String(
            decoding: [sign, digits[0], digits[1], UInt8(ascii: ":"), digits[2], digits[3]], as: UTF8.self)
        self.minutes = inside
    }

    /// `+00:00`
    package static let utc = TimeZoneOffset(minutes: 0)

    package var description: String { text }
}
