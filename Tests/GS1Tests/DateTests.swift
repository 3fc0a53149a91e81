import GS1
import Testing

/// Goal: six digits mean one day. Method: the window rule at its edges, the calendar, day 00.
@Suite struct DateTests {
    /// GS1 General Specifications, section 7.12.
    @Test(arguments: [
        (2026, 76, 2076), (2026, 77, 1977), (2026, 26, 2026), (2026, 0, 2000), (2026, 99, 1999),
        (2049, 99, 2099),
        (2050, 0, 2100), (2051, 1, 2101), (2051, 2, 2002), (1999, 49, 2049), (1999, 50, 1950),
    ])
    func centuries(now: Int, twoDigits: Int, year: Int) {
        #expect(GS1Date.fullYear(twoDigits, relativeTo: now) == year)
    }

    @Test(arguments: [
        ("271231", "2027-12-31"), ("280229", "2028-02-29"), ("000229", "2000-02-29"),
        ("270200", "2027-02-28"),
        ("280200", "2028-02-29"), ("270400", "2027-04-30"),
    ])
    func daysAreRead(text: String, iso: String) throws {
        let date = try GS1Date(yymmdd: text.utf8, relativeTo: 2026)
        #expect(date.iso8601 == iso && date.yymmdd == text)
    }

    @Test(
        arguments: [
            ("27123", GS1Error.Code.wrongKeyLength, 0), ("2712311", .wrongKeyLength, 0),
            ("27123x", .notNumeric, 5),
            ("270001", .badMonth, 2), ("271301", .badMonth, 2), ("270229", .badDay, 4),
            ("270431", .badDay, 4),
            ("271232", .badDay, 4),
        ] as [(String, GS1Error.Code, Int)])
    func othersAreRefused(text: String, code: GS1Error.Code, position: Int) {
        #expect(throws: GS1Error(code, at: position)) { try GS1Date(yymmdd: text.utf8, relativeTo: 2026) }
    }

    /// Day 00 is kept as read and compares as the month's end.
    @Test func dayZeroIsTheLastDay() throws {
        let month = try GS1Date(yymmdd: "270200".utf8, relativeTo: 2026)
        let day = try GS1Date(yymmdd: "270228".utf8, relativeTo: 2026)
        let next = try GS1Date(yymmdd: "270301".utf8, relativeTo: 2026)
        #expect(month != day && month.isSameDay(as: day) && month.effective == day)
        #expect(day < month && month < next && !(month < day))
        #expect(GS1Date(year: 2100, month: 2, day: 29) == nil)
        #expect(GS1Date(year: 2026, month: 13, day: 1) == nil && GS1Date(year: 0, month: 1, day: 1) == nil)
    }
}
