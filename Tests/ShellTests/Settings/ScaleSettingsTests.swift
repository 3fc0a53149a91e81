import Foundation
import LineCore
import Testing

@testable import Settings

/// Goal: a station weighs with the scale its file names, or the file is refused. Method: the small line with
/// the shipped profile of a scale.
@Suite struct ScaleSettingsTests {
    private static let scale = """

        [[device]]
        name = "scale"
        profile = "test/scale"
        address = "serial:/dev/ttyS7?baud=9600"
        """

    private func line(_ keys: String, pallet: String = "", device: String = scale) throws -> LoadedLine {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("devices/mettler-toledo/mt-sics.toml")
        _ = try sandbox.write("profiles/test/scale.toml", try String(contentsOf: shipped, encoding: .utf8))
        let text = smallLine.replacingOccurrences(of: "kind = \"case\"", with: "kind = \"case\"\n" + keys)
            .replacingOccurrences(of: "kind = \"pallet\"", with: "kind = \"pallet\"\n" + pallet)
        return try sandbox.line(text + device)
    }

    @Test func aStationWeighs() throws {
        let line = try line("scale = \"scale\"")
        #expect(line.configuration.packing.map(\.scale) == ["scale", ""])
        #expect(line.configuration.deviceNames.contains("scale"))
        #expect(line.devices.first { $0.name == "scale" }?.profile.kind == .scale)
        #expect(try self.line("", device: "").configuration.packing.allSatisfy { $0.scale.isEmpty })
    }

    @Test(arguments: [
        ("scale = \"printer\"", "", "station[5].scale", SettingsError.Code.wrongKind),
        ("scale = \"none\"", "", "station[5].scale", .noSuchDevice),
        ("scale = \"scale\"", "scale = \"scale\"", "station[4].scale", .repeated),
        ("scale = \"scale\"\nmode = \"manual\"\nfirst = \"label\"", "", "station[5].scale", .contradiction),
        ("", "", "device[7].name", .unusedKey),
    ]) func whatAScaleCannotDoIsRefused(
        _ keys: String, _ pallet: String, _ key: String, _ code: SettingsError.Code
    ) throws {
        let errors = try #require(throws: SettingsErrors.self) { try line(keys, pallet: pallet) }
        #expect(errors.list.contains { $0.keyPath == key && $0.code == code }, "\(errors)")
    }
}
