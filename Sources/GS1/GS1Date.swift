/// A date of a GS1 element: year, month, and a day that may be 0 for the whole month.
///
/// - Source: GS1 General Specifications, sections 3.4 and 7.12 (century).
package struct GS1Date: Hashable, Sendable, CustomStringConvertible {
    /// Four digits, for example 2027.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31, or 0 as read from a code that names only the month.
    package let day: Int

    /// A real day, or the whole month if `day` is 0; `nil` if the calendar has none such.
    ///
    /// - Parameter year: 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (0...Self.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads six ASCII digits YYMMDD.
    ///
    /// - Parameter currentYear: The year the century is chosen by: more than 50 years ahead is last century,
    ///   50 or more back is next.
    /// - Throws: ``GS1Error/Code/wrongKeyLength`` unless six bytes, ``GS1Error/Code/notNumeric``,
    ///   ``GS1Error/Code/badMonth`` or ``GS1Error/Code/badDay``.
    package init(yymmdd: some Collection<UInt8>, relativeTo currentYear: Int) throws(GS1Error) {
        let digits = Array(yymmdd)
        guard digits.count == 6 else { throw GS1Error(.wrongKeyLength) }
        if let place = digits.firstIndex(where: { $0 &- 0x30 >= 10 }) {
            throw GS1Error(.notNumeric, at: place)
        }
        let values = digits.map { Int($0 &- 0x30) }
        let year = Self.fullYear(values[0] * 10 + values[1], relativeTo: currentYear)
        let month = values[2] * 10 + values[3]
        guard (1...12).contains(month) else { throw GS1Error(.badMonth, at: 2) }
        guard let date = GS1Date(year: year, month: month, day: values[4] * 10 + values[5]) else {
            throw GS1Error(.badDay, at: 4)
        }
        self = date
    }

    /// The four-digit year of two digits, by the rule of a window around `currentYear`.
    package static func fullYear(_ twoDigits: Int, relativeTo currentYear: Int) -> Int {
        let century = currentYear / 100 * 100
        let difference = twoDigits - (currentYear - century)
        if difference >= 51 { return century - 100 + twoDigits }
        if difference <= -50 { return century + 100 + twoDigits }
        return century + twoDigits
    }

    /// Days of a month, February by the Gregorian leap rule. `month` must be 1 to 12.
    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day itself, or the last of the month where only the month is given: what dates are compared by.
    package var effective: GS1Date {
        guard day == 0 else { return self }
        return GS1Date(year: year, month: month, day: Self.days(inMonth: month, of: year)) ?? self
    }

    /// Whether both mean the same last day.
    package func isSameDay(as other: GS1Date) -> Bool { effective == other.effective }

    /// Six digits YYMMDD, day 00 kept as read.
    package var yymmdd: String { Self.two(year % 100) + Self.two(month) + Self.two(day) }

    /// `YYYY-MM-DD` of the effective day, as ISO 8601 and EPCIS write it.
    package var iso8601: String {
        Self.two(year / 100) + Self.two(year % 100) + "-" + Self.two(month) + "-" + Self.two(effective.day)
    }

    package var description: String { yymmdd }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension GS1Date: Comparable {
    /// Order of the effective days; of one day, the month as a whole comes after the day itself.
    package static func < (a: GS1Date, b: GS1Date) -> Bool {
        let (left, right) = (a.effective, b.effective)
        return (left.year, left.month, left.day, a.day == 0 ? 1 : 0)
            < (right.year, right.month, right.day, b.day == 0 ? 1 : 0)
    }
}

extension GS1Date {
    /// The day of the Gregorian calendar so many days after 1970-01-01, held within the years 1 to 9999.
    ///
    /// - Source: `civil_from_days` by Howard Hinnant.
    package init(daysSince1970: Int64) {
        // Counted from 0000-03-01 in eras of 400 years, so that the leap day is the last of its year.
        let days = min(max(daysSince1970, -719_162), 2_932_896) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        day = Int(dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
