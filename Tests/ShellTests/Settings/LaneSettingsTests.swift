import LineCore
import Testing

@testable import Settings

/// Goal: lanes are read with what each has for itself, and nothing of one is taken for the other's. Method: a
/// sound line with two lanes, then one slip at a time.
@Suite struct LaneSettingsTests {
    let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.writeProfiles()
    }

    /// The small line twice over, side by side.
    static let text: String = {
        var text = smallLine.replacingOccurrences(of: "name = \"io\"", with: "name = \"io-a\"")
        text = text.replacingOccurrences(
            of: "[[device]]\nname = \"coder\"",
            with: """
                [[lane]]
                name = "A"
                io = "io-a"
                [[lane]]
                name = "B"
                io = "io-b"
                [[device]]
                name = "io-b"
                profile = "test/io"
                address = "tcp:127.0.0.2:502"
                [[device]]
                name = "coder-b"
                profile = "test/coder"
                address = "tcp:127.0.0.2:3010"
                [[device]]
                name = "cam-b"
                profile = "test/reader"
                address = "serial:/dev/ttyS1?baud=115200"
                [[device]]
                name = "coder"
                """)
        for kind in ["unit-print", "unit-verify", "gate"] {
            text = text.replacingOccurrences(
                of: "kind = \"\(kind)\"", with: "kind = \"\(kind)\"\nlane = \"A\"")
        }
        return text + """

            [[station]]
            kind = "unit-print"
            lane = "B"
            name = "coding-b"
            device = "coder-b"
            [[station]]
            kind = "unit-verify"
            lane = "B"
            name = "check-b"
            cameras = ["cam-b"]
            decide_within_mm = 90
            min_pitch_mm = 120
            [[station]]
            kind = "gate"
            lane = "B"
            name = "reject-b"
            mode = "pass"
            distance_mm = 700
            pass_sensor_mm = 800
            tolerance_mm = 30
            margin_mm = 100
            confirm_within_mm = 200
            """
    }()

    @Test func eachLaneHasItsStations() throws {
        let line = try sandbox.line(Self.text).configuration
        #expect(line.lanes.map(\.name) == ["A", "B"] && line.lanes.map(\.io) == ["io-a", "io-b"])
        #expect(line.lanes.map { $0.unitPrint?.device } == ["coder", "coder-b"])
        #expect(line.lanes.map(\.unitVerify.cameras) == [["cam"], ["cam-b"]])
        #expect(line.lanes.map(\.gate.mode) == [.eject, .pass])
        #expect(line.lanes.map(\.gate.distanceMillimetres) == [800, 700])
        #expect(line.deviceNames.prefix(6) == ["io-a", "io-b", "coder", "coder-b", "cam", "cam-b"])
    }

    @Test(arguments: [
        (
            "lane = \"B\"\nname = \"coding-b\"", "lane = \"C\"\nname = \"coding-b\"",
            SettingsError.Code.noSuchLane,
            "station[6].lane"
        ),
        ("lane = \"B\"\nname = \"coding-b\"", "name = \"coding-b\"", .missingKey, "station[6].lane"),
        (
            "lane = \"B\"\nname = \"coding-b\"", "lane = \"A\"\nname = \"coding-b\"", .stationCount,
            "station[6].kind"
        ),
        ("io = \"io-b\"", "io = \"io-a\"", .repeated, "lane[2].io"),
        ("name = \"B\"\nio", "name = \"A\"\nio", .repeated, "lane[2].name"),
        ("name = \"B\"\nio = \"io-b\"", "name = \"B\"", .missingKey, "lane[2].io"),
        ("device = \"coder-b\"", "device = \"coder\"", .repeated, "station[6].device"),
        ("cameras = [\"cam-b\"]", "cameras = [\"cam\"]", .repeated, "station[7].cameras"),
        ("drain_mm = 3000", "drain_mm = 3000\nio = \"io-a\"", .unusedKey, "line.io"),
        ("kind = \"pallet\"", "kind = \"pallet\"\nlane = \"A\"", .unusedKey, "station[4].lane"),
        ("distance_mm = 700", "distance_mm = 150", .distances, "station[7].decide_within_mm"),
    ])
    func slipsAreFound(_ slip: (of: String, with: String, code: SettingsError.Code, key: String)) throws {
        let text = Self.text.replacingOccurrences(of: slip.of, with: slip.with)
        try #require(text != Self.text)
        let errors = #expect(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(
            errors?.list.contains { $0.code == slip.code && $0.keyPath == slip.key } == true, "\(errors!)")
    }

    /// All of an order's codes are printed here, or none.
    @Test func oneLanePrintsAndTheOtherDoesNot() throws {
        let begin = try #require(Self.text.range(of: "[[station]]\nkind = \"unit-print\"\nlane = \"B\""))
        let end = try #require(Self.text.range(of: "[[station]]\nkind = \"unit-verify\"\nlane = \"B\""))
        var text = Self.text
        text.removeSubrange(begin.lowerBound..<end.lowerBound)
        let errors = #expect(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors?.list.first?.text == "lane B has no station of kind \"unit-print\"")
    }

    @Test func aLineWithOneLaneNamesNone() throws {
        let text = smallLine.replacingOccurrences(
            of: "kind = \"gate\"", with: "kind = \"gate\"\nlane = \"A\"")
        let errors = #expect(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors?.list.map(\.code) == [.unusedKey])
    }

    /// The coders of both lanes may fill at once.
    @Test func aBlockServesAllCoders() throws {
        var text = Self.text.replacingOccurrences(
            of: "device = \"coder\"", with: "device = \"coder\"\nlook_ahead = 90")
        text = text.replacingOccurrences(
            of: "device = \"coder-b\"", with: "device = \"coder-b\"\nlook_ahead = 90")
        let small = text + "\n[numbers]\nunit_block = 179\n"
        let errors = #expect(throws: SettingsErrors.self) { try sandbox.line(small) }
        #expect(errors?.list.map(\.keyPath) == ["numbers.unit_block"])
        _ = try sandbox.line(text + "\n[numbers]\nunit_block = 180\n")
    }
}
