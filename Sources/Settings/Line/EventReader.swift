import LineEvents

/// Reads table `[epcis]`: what events say beyond the journal.
struct EventReader {
    let table: TableReader
    private static let placeRemedy =
        "Write a GLN of 13 digits, maybe with a slash and 1 to 20 characters that name a part of it."

    /// - Parameter stations: Names of the line's packing stations; `nil` if they were not read.
    func read(stations: Set<String>?) -> EventSettings {
        var events = EventSettings()
        events.location = place("location")
        events.readPoint =
            table.has("read_point") ? place("read_point") : absent("read_point", events.location)
        events.timeZone = timeZone()
        readPoints(of: stations, into: &events)
        events.companyPrefixes = companyPrefixes()
        events.sender = table.has("sender") ? party("sender") : absent("sender", events.location)
        events.receiver = table.has("receiver") ? party("receiver") : absent("receiver", nil)
        terms(into: &events.terms)
        table.finish()
        return events
    }

    private func absent(_ key: String, _ place: EventPlace?) -> EventPlace? {
        _ = table.optionalString(key, .line(maxBytes: 64))
        return place
    }

    private func place(_ key: String, in other: TableReader? = nil) -> EventPlace? {
        let table = other ?? table
        let text = table.string(key, .line(maxBytes: 64))
        guard table.report.isSound(table.place(key)) else { return nil }
        if let place = EventPlace(text) { return place }
        table.fail(
            .badText, key, "\(Printable.quoted(text)) is no place: its digits, check digit or part are wrong",
            Self.placeRemedy)
        return nil
    }

    /// An organisation has a GLN and no parts.
    private func party(_ key: String) -> EventPlace? {
        guard let place = place(key) else { return nil }
        if place.text == place.gln.text { return place }
        table.fail(.badText, key, "an organisation has no part", "Write its GLN of 13 digits alone.")
        return nil
    }

    private func timeZone() -> String {
        let text = table.string("time_zone", .line(maxBytes: 64))
        if table.report.isSound(table.place("time_zone")), LineZone(text) == nil {
            table.fail(
                .unknownWord, "time_zone", "\(Printable.quoted(text)) is no time zone",
                "Write a name such as \"Europe/Berlin\", or an offset such as \"+01:00\".")
        }
        return text
    }

    private func readPoints(of stations: Set<String>?, into events: inout EventSettings) {
        let points = table.table("read_points")
        for name in points.names() {
            if let stations, !stations.contains(name) {
                let near = Nearest.to(name, in: stations.sorted()).map { "Did you mean \($0)?" }
                points.fail(
                    .unknownKey, name, "no such station makes containers",
                    near ?? "Known: \(stations.sorted().joined(separator: ", ")).")
            }
            events.stationReadPoints[name] = place(name, in: points)
        }
    }

    private func companyPrefixes() -> [String] {
        let key = "company_prefixes"
        guard table.has(key) else {
            _ = table.optionalString(key, .line(maxBytes: 64))
            return []
        }
        let prefixes = table.strings(key, .line(maxBytes: 64), count: 1...64)
        for prefix in prefixes {
            let isPrefix =
                (6...12).contains(prefix.utf8.count) && prefix.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard !isPrefix else { continue }
            table.fail(
                .badText, key, "\(Printable.quoted(prefix)) is no company prefix",
                "Write its 6 to 12 digits, leading zeros included.")
        }
        return prefixes
    }

    private func terms(into terms: inout EventTerms) {
        let words = table.table("terms")
        for kind in EventTerms.Kind.allCases { term(kind, words, &terms[kind]) }
        words.finish()
    }

    private func term(_ kind: EventTerms.Kind, _ words: TableReader, _ term: inout EventTerm) {
        let key = kind.rawValue
        let text = words.string(key, .line(maxBytes: 128), default: kind.usual.text)
        guard words.report.isSound(words.place(key)) else { return }
        guard let found = EventTerm(text) else {
            return words.fail(
                .unknownWord, key, "\(Printable.quoted(text)) is no business step and disposition",
                "Write two words of CBV 2.0 with a slash between, such as \"\(kind.usual.text)\".")
        }
        for (word, kinds, allowed) in [
            (found.bizStep.text, "business step", kind.bizSteps),
            (found.disposition.text, "disposition", kind.dispositions),
        ] where !allowed.contains(word) {
            return words.fail(
                .unknownWord, key, "\(word) is no \(kinds) for \(kind.event) that says \(key)",
                "Write one of: \(allowed.joined(separator: ", ")).")
        }
        term = found
    }
}
