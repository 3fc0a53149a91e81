import DeviceCore
import LineCore
import Testing

@testable import Settings

/// Beacons of a line: what `check` takes, and what it refuses.
@Suite struct BeaconSettingsTests {
    private static let device = """
        [[device]]
        name = "tower"
        profile = "test/tower"
        address = "tcp:127.0.0.1:10000"
        reply_timeout_ms = 300

        """
    private static let lit = smallLine.replacingOccurrences(
        of: "[[device]]\nname = \"coder\"", with: device + "[[device]]\nname = \"coder\"")

    private func sandbox(_ table: String = "bits = [\"red\", \"amber\", \"green\", \"horn\"]") throws
        -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        try sandbox.write(
            "profiles/test/tower.toml",
            """
            schema = 1
            vendor = "Test"
            model = "tower"
            kind = "beacon"
            dialogue = "beacon"
            evidence = "manual"
            sources = ["none, for tests"]
            [framing]
            kind = "fixed"
            frameBytes = 3
            interByteTimeoutMilliseconds = 100
            [beacon]
            \(table)
            [commands.set]
            send = "W{lamps}"
            accepted = ["ACK"]
            source = "none"
            """)
        return sandbox
    }

    /// The lamps are outputs of a belt; without one a beacon would stay dark.
    @Test func aBenchHasNoLamps() throws {
        #expect(try sandbox().line(Sandbox.bench).configuration.beacons.isEmpty)
        let lit = Sandbox.bench + "\n" + Self.device
        let errors = try #require(throws: SettingsErrors.self) { try sandbox().line(lit) }
        #expect(errors.list.map(\.keyPath) == ["device[2].name"] && errors.list[0].code == .unusedKey)
    }

    /// Nothing names a beacon: each shows the lamps.
    @Test func aBeaconIsLitUnasked() throws {
        let line = try sandbox().line(Self.lit)
        #expect(line.configuration.beacons == ["tower"])
        #expect(line.configuration.deviceNames.last == "tower")
        let tower = try #require(line.devices.first { $0.name == "tower" })
        #expect(tower.profile.beacon == DeviceProfile.Beacon(bits: ["red", "amber", "green", "horn"]))
        #expect(tower.profile.timing.replyTimeoutMilliseconds == 300)
        let values = try sandbox("values = [\"\", \"red\", \"\"]").line(Self.lit)
        #expect(values.devices.first { $0.name == "tower" }?.profile.beacon?.values == ["", "red", ""])
    }

    /// Changes to the sound file, each with the key and the code of the one fault.
    private static let faults: [(old: String, new: String, key: String, code: SettingsError.Code)] = [
        ("reply_timeout_ms = 300", "poll_ms = 5", "device[2].poll_ms", .unknownKey),
        ("name = \"l1\"", "name = \"l1\"\nio = \"tower\"", "line.io", .wrongKind),
        ("cameras = [\"cam\"]", "cameras = [\"tower\"]", "station[2].cameras", .wrongKind),
    ]

    /// What only lights lamps is no line I/O, and no reader either.
    @Test(arguments: faults.indices) func aBeaconIsNothingElse(_ index: Int) throws {
        let (old, new, key, code) = Self.faults[index]
        let text = Self.lit.replacingOccurrences(of: old, with: new)
        try #require(text != Self.lit)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox().line(text) }
        let found = try #require(errors.list.first { $0.keyPath == key }, "\(errors)")
        #expect(found.code == code && found.line != nil && !found.remedy.isEmpty, "\(errors)")
    }

    @Test(arguments: ["bits = [\"blue\"]", "values = [\"red\", \"red\"]", "bits = 3", "bit = [\"red\"]", ""])
    func aTableThatNamesNoLampsIsRefused(_ table: String) throws {
        #expect(throws: SettingsErrors.self) { try sandbox(table).line(Self.lit) }
    }
}
