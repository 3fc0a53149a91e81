import EPCIS
import GS1

/// What events say beyond the journal: where the line stands, and which words partners want.
///
/// From table `[epcis]` of the line's configuration. Without it events have no places.
package struct EventSettings: Equatable, Sendable {
    /// Time zone of the line: a name of the IANA database, or an offset such as `+01:00`.
    package var timeZone = "UTC"
    /// Where objects are after an event: the site.
    package var location: EventPlace?
    /// Where units are judged, items taken out, and containers made whose station is not in
    /// ``stationReadPoints``.
    package var readPoint: EventPlace?
    /// Where containers are made, by the name of the station.
    package var stationReadPoints: [String: EventPlace] = [:]
    /// GS1 company prefixes of all keys in events, for EPC URNs.
    package var companyPrefixes: [String] = []
    /// Who sends and who receives documents, for the business document header.
    package var sender: EventPlace?
    package var receiver: EventPlace?
    /// Words of the events.
    package var terms = EventTerms()

    /// No place, UTC, the usual words.
    package init() {}

    /// Minutes east of UTC of an offset such as `+01:00`; `nil` for other text.
    package static func offsetMinutes(_ text: String) -> Int? { TimeZoneOffset(text)?.minutes }

    func readPoint(of station: String?) -> LocationURI? {
        (station.flatMap { stationReadPoints[$0] } ?? readPoint)?.uri
    }
}

/// A place by its GLN, or a part of it: `9506000134376`, `9506000134376/LINE-4`.
package struct EventPlace: Equatable, Sendable {
    /// As it was written.
    package let text: String
    /// Of the place, without its part.
    package let gln: GLN
    /// As events name it.
    package let uri: LocationURI

    /// - Returns: `nil` unless `text` is 13 digits with a right check digit, maybe followed by a slash and 1
    ///   to 20 characters of GS1 set 82.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let gln = try? GLN(String(parts[0])), parts[0].utf8.count == GLN.digitCount else { return nil }
        self.text = text
        self.gln = gln
        if parts.count == 1 {
            uri = LocationURI(gln)
        } else {
            guard let uri = try? LocationURI(gln, extension: String(parts[1])) else { return nil }
            self.uri = uri
        }
    }
}
