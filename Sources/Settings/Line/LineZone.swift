import Foundation
import LineEvents

/// The time zone of a line: how far its clocks are from UTC at any time.
package struct LineZone: Sendable {
    private enum Rule: Sendable {
        case fixed(minutes: Int)
        case named(TimeZone)
    }

    private let rule: Rule
    /// The quarter of an hour asked for last, and its offset: zones change at quarters only.
    private var known: (quarter: Int64, minutes: Int)?

    /// - Parameter text: A name of the IANA database, or an offset such as `+01:00`.
    /// - Returns: `nil` for other text.
    package init?(_ text: String) {
        if let minutes = EventSettings.offsetMinutes(text) {
            rule = .fixed(minutes: minutes)
        } else if let zone = TimeZone(identifier: text) {
            rule = .named(zone)
        } else {
            return nil
        }
    }

    /// Minutes east of UTC at a time.
    ///
    /// - Parameter milliseconds: Since 1970 in UTC.
    package mutating func minutes(at milliseconds: Int64) -> Int {
        switch rule {
        case .fixed(let minutes): return minutes
        case .named(let zone):
            let quarter = milliseconds / 900_000
            if let known, known.quarter == quarter { return known.minutes }
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            let minutes = zone.secondsFromGMT(for: date) / 60
            known = (quarter, minutes)
            return minutes
        }
    }
}
