import Testing

@testable import Settings

/// Goal: what events say beyond the journal is read as written, with its defaults, by the whole reader and by
/// the one that needs no profiles; and the clock's zone is that of the time asked about.
@Suite struct EventSettingsTests {
    private static let table = """

        [epcis]
        location = "9506000134376"
        time_zone = "Europe/Berlin"
        company_prefixes = ["9506000", "4012345"]
        receiver = "4012345000016"
        [epcis.read_points]
        cases = "9506000134376/CASES"
        [epcis.terms]
        packed = "packing/container_closed"
        """

    @Test func theTableIsRead() throws {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        #expect(try sandbox.line(smallLine).events == nil)
        let line = try sandbox.line(smallLine + Self.table)
        let events = try #require(line.events)
        #expect(events.location?.text == "9506000134376" && events.readPoint == events.location)
        #expect(events.sender == events.location && events.receiver?.text == "4012345000016")
        #expect(events.stationReadPoints.mapValues(\.text) == ["cases": "9506000134376/CASES"])
        #expect(events.companyPrefixes == ["9506000", "4012345"])
        #expect(events.terms[.packed].text == "packing/container_closed")
        #expect(events.terms[.scrapped].text == "decommissioning/inactive")
        #expect(line.effectiveText.contains("epcis.terms.removed = \"unpacking/in_progress\"  # default"))
        // Without its profiles the file still tells what an export needs.
        let alone = try Sandbox()
        let (name, found) = try SettingsLoader.events(path: try alone.write("l.toml", smallLine + Self.table))
        #expect(name == "l1" && found == events)
        let (_, none) = try SettingsLoader.events(path: try alone.write("l.toml", smallLine))
        #expect(none == nil)
        // A station that is not there is refused as by `check`; a file of these tables alone names none.
        let other = Self.table.replacing("cases = ", with: "case = ")
        let wrong = #expect(throws: SettingsErrors.self) {
            try SettingsLoader.events(path: try alone.write("l.toml", smallLine + other))
        }
        #expect(wrong?.description.contains("Did you mean cases?") == true, "\(String(describing: wrong))")
        // One that makes no containers is none either.
        let coder = Self.table.replacing("cases = ", with: "coding = ")
        #expect(throws: SettingsErrors.self) {
            try SettingsLoader.events(path: try alone.write("l.toml", smallLine + coder))
        }
        let (_, bare) = try SettingsLoader.events(
            path: try alone.write("l.toml", "[line]\nname = \"l1\"\n" + other))
        #expect(bare?.stationReadPoints.keys.sorted() == ["case"])
    }

    /// Berlin changed to summer time on 29 March 2026 and back on 25 October, both at 01:00 UTC.
    @Test func zonesKnowSummerTime() throws {
        var berlin = try #require(LineZone("Europe/Berlin"))
        let (spring, autumn) = (1_774_746_000_000 as Int64, 1_792_890_000_000 as Int64)
        #expect(
            [spring - 1, spring, autumn - 1, autumn].map { berlin.minutes(at: $0) } == [60, 120, 120, 60])
        var kathmandu = try #require(LineZone("Asia/Kathmandu"))
        #expect(kathmandu.minutes(at: spring) == 345)
        var fixed = try #require(LineZone("-03:30"))
        #expect(fixed.minutes(at: spring) == -210)
        var utc = try #require(LineZone("UTC"))
        #expect(utc.minutes(at: .max) == 0 && utc.minutes(at: .min) == 0)
        for text in ["", "Berlin", "Europe/Berlim", "+1:00", "+15:00", "Z0"] {
            #expect(LineZone(text) == nil)
        }
    }
}
