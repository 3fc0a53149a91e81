import Settings
import Testing

@Suite struct SettingsErrorTests {
    @Test func printsCodePlaceFaultAndRemedyOnOneLine() {
        let error = SettingsError(
            .unknownKey, file: "line.toml", line: 17, keyPath: "station[2].camra", "unknown key",
            "Did you mean camera?")
        #expect(
            "\(error)" == "CONF-104 line.toml:17 station[2].camra: unknown key. Did you mean camera?")
    }

    @Test func codesAreDistinctAndOfOneForm() {
        let codes = SettingsError.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("CONF-1") && $0.utf8.count == 8 })
    }
}
