import LineCore
import Testing

@testable import Settings

/// A line without an encoder: what `check` takes, and what it refuses.
@Suite struct TimedLineTests {
    private static let timed =
        smallLine
        .replacingOccurrences(
            of: "counts_per_metre = 1000\nmax_speed_mm_s = 1000",
            with: "belt = \"time\"\nspeed_mm_s = 500\nmin_speed_mm_s = 490\nmax_speed_mm_s = 510"
        )
        .replacingOccurrences(of: "mode = \"eject\"", with: "mode = \"pass\"")

    private func sandbox(ioCounts measure: String?) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        if let measure {
            let io = Profiles.io.replacingOccurrences(
                of: "[modbus]", with: "[modbus]\nmeasure = \"\(measure)\"")
            try #require(io != Profiles.io)
            try sandbox.write("profiles/test/io.toml", io)
        }
        return sandbox
    }

    @Test func aLineByTimeIsTaken() throws {
        let line = try sandbox(ioCounts: "running-time").line(Self.timed)
        #expect(line.configuration.timedMillimetresPerSecond == 500)
        #expect(line.configuration.maxMillimetresPerSecond == 510)
        #expect(line.effectiveText.contains("line.belt = \"time\""))
        #expect(line.effectiveText.contains("modbus.measure = \"running-time\""))
        let counted = try sandbox(ioCounts: nil).line(smallLine)
        #expect(counted.configuration.timedMillimetresPerSecond == nil)
    }

    /// Changes to the sound file, each with the key and the code of the one fault.
    private static let faults: [(old: String, new: String, key: String, code: SettingsError.Code)] = [
        ("mode = \"pass\"", "mode = \"eject\"", "station[3].mode", .contradiction),
        ("speed_mm_s = 500", "speed_mm_s = 600", "line.speed_mm_s", .contradiction),
        ("min_speed_mm_s = 490", "min_speed_mm_s = 520", "line.speed_mm_s", .contradiction),
        ("min_speed_mm_s = 490\n", "", "line.min_speed_mm_s", .missingKey),
        ("min_speed_mm_s = 490", "min_speed_mm_s = 480", "station[3].tolerance_mm", .distances),
        ("max_speed_mm_s = 510", "max_speed_mm_s = 520", "station[3].tolerance_mm", .distances),
        ("belt = \"time\"", "belt = \"time\"\ncounts_per_metre = 7", "line.counts_per_metre", .unusedKey),
        ("belt = \"time\"", "belt = \"thyme\"", "line.belt", .unknownWord),
    ]

    @Test(arguments: faults.indices) func whatTimeCannotDoIsRefused(_ index: Int) throws {
        let (old, new, key, code) = Self.faults[index]
        let text = Self.timed.replacingOccurrences(of: old, with: new)
        try #require(text != Self.timed)
        let errors = try #require(throws: SettingsErrors.self) {
            try sandbox(ioCounts: "running-time").line(text)
        }
        let found = try #require(errors.list.first { $0.keyPath == key }, "\(errors)")
        #expect(found.code == code && found.line != nil && !found.remedy.isEmpty, "\(errors)")
    }

    /// Goal: time needs a conveyor-running input that holds a stop, and an encoder is not mistaken for one.
    @Test(arguments: [nil, "encoder"] as [String?]) func timeNeedsARunningInput(measure: String?) throws {
        let errors = try #require(throws: SettingsErrors.self) {
            try sandbox(ioCounts: measure).line(Self.timed)
        }
        #expect(errors.list.map(\.keyPath) == ["line.belt"] && errors.list[0].code == .contradiction)
        #expect(errors.list[0].text.contains("no conveyor-running input"), "\(errors)")
        let other = try #require(throws: SettingsErrors.self) {
            try sandbox(ioCounts: "running-time").line(smallLine)
        }
        #expect(other.list.map(\.keyPath) == ["line.belt"], "\(other)")
    }

    @Test(arguments: [(1_000, 980, 1_010, 900, 19), (1_000, 1_000, 1_000, 900, 0), (500, 490, 510, 900, 19)])
    func theErrorOfTime(nominal: Int, slowest: Int, fastest: Int, distance: Int, error: Int) {
        let speeds = BeltSpeeds(nominal: nominal, slowest: slowest, fastest: fastest)
        #expect(speeds.error(after: distance) == error)
    }
}
