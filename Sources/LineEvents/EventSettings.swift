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

/// Business step and disposition of one kind of event, in words of CBV 2.0.
package struct EventTerm: Equatable, Sendable {
    package let bizStep: BizStep
    package let disposition: Disposition

    init(_ bizStep: BizStep, _ disposition: Disposition) {
        self.bizStep = bizStep
        self.disposition = disposition
    }

    /// - Parameter text: Two bare words with a slash between: `packing/in_progress`.
    /// - Returns: `nil` unless both are words of the standard.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        bizStep = BizStep(parts[0])
        disposition = Disposition(parts[1])
        guard bizStep.word == parts[0], disposition.word == parts[1] else { return nil }
    }

    /// The two words with a slash between.
    package var text: String { "\(bizStep)/\(disposition)" }
}

/// The words of every kind of event that a line makes.
package struct EventTerms: Equatable, Sendable {
    /// Units were verified and passed.
    package var commissioned = EventTerm(.commissioning, .active)
    /// A container got its SSCC: its label was read back.
    package var labelled = EventTerm(.commissioning, .active)
    /// Items are in a container.
    package var packed = EventTerm(.packing, .inProgress)
    /// Items were taken out of a container.
    package var removed = EventTerm(.unpacking, .inProgress)
    /// A unit was thrown out.
    package var rejected = EventTerm(.inspecting, .nonConformant)
    /// Serials ended without a unit.
    package var scrapped = EventTerm(.decommissioning, .inactive)

    /// What CBV 2.0 has for a packaging line.
    package init() {}
}
