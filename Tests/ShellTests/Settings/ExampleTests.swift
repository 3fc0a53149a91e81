import Foundation
import Testing

@testable import Settings

@Suite struct ExampleTests {
    /// The top of the repository, four directories above this file.
    static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test func exampleLineLoadsWithTheShippedProfiles() throws {
        let line = try SettingsLoader.load(
            path: Self.top + "/docs/examples/line.toml", profiles: [Self.top + "/devices"])
        #expect(line.configuration.name == "line-1")
        #expect(line.devices.count == 7)
        #expect(line.labels.map(\.station) == ["case-packing", "palletising"])
        #expect(line.device("handheld")?.profile.framing.end == "<CR><LF>")
        #expect(line.effectiveText.contains("station[1].look_ahead = 20\n"))
    }

    /// Goal: every shipped profile can be used. Method: each file under `devices` is read by its name.
    @Test func everyShippedProfileLoads() throws {
        let files = try #require(FileManager.default.enumerator(atPath: Self.top + "/devices"))
        let names = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".toml") }.sorted()
        #expect(names.count >= 6)
        let store = ProfileStore(shipped: [Self.top + "/devices"])
        for name in names {
            let loaded = try store.load(String(name.dropLast(5)))
            #expect(loaded.profile.validate().isEmpty)
            #expect(!loaded.effective.isEmpty)
        }
    }

    @Test func theExampleOrderIsOne() throws {
        let order = try OrderFile.load(Self.top + "/docs/examples/order.toml")
        #expect(order.fault == nil && order.unitPool == "cartons")
    }
}
