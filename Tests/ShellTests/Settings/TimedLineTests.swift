import DeviceCore
import Foundation
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

    /// The line with a shipped profile of a module as its I/O.
    private func sandbox(module: String, _ change: (String, String) = ("", "")) throws -> Sandbox {
        let sandbox = try sandbox(ioCounts: "running-time")
        let devices = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("devices/\(module).toml")
        let text = try String(contentsOf: devices, encoding: .utf8)
        _ = try sandbox.write(
            "profiles/test/io.toml", text.replacingOccurrences(of: change.0, with: change.1))
        return sandbox
    }

    private static let modular = timed.replacingOccurrences(
        of: "profile = \"test/io\"", with: "profile = \"test/io\"\ngate_window_ms = 20")

    @Test func aLineWithAModuleIsTaken() throws {
        let line = try sandbox(module: "wago/750").line(Self.modular)
        let profile = try #require(line.devices.first { $0.profile.kind == .lineIO }).profile
        let module = try #require(profile.modbus?.module)
        #expect(module.gateWindowMilliseconds == 20 && module.setup.count == 6)
        #expect(module.inputBits == [.running: 0, .part: 1, .pass: 2, .reject: 3, .binFull: 4])
        #expect(module.outputBits[.gate] == 2 && module.outputBits.count == 7)
        #expect(module.watchdog == LineIOModule.Watchdog(register: 0x1006, tripped: 2))
        #expect(module.readBack == LineIOModule.Block(function: 2, start: 512, count: 8))
        #expect(!module.setup[0].isVerified && !module.setup[5].isWritten)
        let counted = try sandbox(
            module: "advantech/adam-6050", ("watchdogMilliseconds = 0", "watchdogMilliseconds = 500")
        ).line(Self.modular.replacingOccurrences(of: "gate_window_ms = 20", with: "gate_window_ms = 15"))
            .devices.first { $0.profile.kind == .lineIO }
        #expect(
            counted?.profile.modbus?.module?.counterRegisters == [.part: 2, .pass: 4, .reject: 6])
    }

    @Test func aModuleWithoutAWatchdogIsRefused() throws {
        for name in ["advantech/adam-6050", "generic/modbus-module"] {
            let errors = try #require(throws: SettingsErrors.self) {
                try sandbox(module: name).line(Self.modular)
            }
            #expect(errors.list.contains { $0.text.contains("no I/O watchdog") }, "\(errors)")
        }
    }

    @Test func aGateOpenTooLongIsRefused() throws {
        let wide = Self.modular.replacingOccurrences(of: "gate_window_ms = 20", with: "gate_window_ms = 900")
        let errors = try #require(throws: SettingsErrors.self) { try sandbox(module: "wago/750").line(wide) }
        #expect(
            errors.list.contains { $0.keyPath.hasSuffix("gate_window_ms") && $0.code == .distances },
            "\(errors)")
        let other = try #require(throws: SettingsErrors.self) {
            try sandbox(ioCounts: "running-time").line(Self.modular)
        }
        #expect(other.list.contains { $0.code == .unusedKey }, "\(other)")
    }
}
