import DeviceCore
import Foundation
import Testing

@testable import Settings

/// Parameters that a profile declares, as keys of `[[device]]`.
@Suite struct ParameterSettingsTests {
    private static let declared = """
        [[parameter]]
        name = "beep_volume"
        type = "int"
        min = 0
        max = 9
        default = 4
        about = "How loud"
        [[parameter]]
        name = "tone"
        type = "choice"
        choices = ["LOW", "HIGH"]
        default = "LOW"
        about = "How high"
        [[parameter]]
        name = "station_text"
        type = "text"
        maxLength = 6
        forbidden = ";"
        about = "What it shows"
        [[start]]
        send = "SET {param:beep_volume} {param:tone};{param:station_text}"
        source = "none"

        """

    /// A bench whose camera has the parameters, with more keys in its table.
    private static func bench(_ keys: String) -> String {
        Sandbox.bench.replacingOccurrences(
            of: "address = \"tcp:127.0.0.1:2000\"", with: "address = \"tcp:127.0.0.1:2000\"\n" + keys)
    }

    private func sandbox(_ declared: String = declared) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        try sandbox.write(
            "profiles/test/reader.toml",
            Profiles.reader.replacingOccurrences(
                of: "[commands.trigger]", with: declared + "[commands.trigger]"))
        return sandbox
    }

    @Test func theLineSetsThemAndCheckShowsThem() throws {
        let line = try sandbox().line(Self.bench("station_text = \"A 1\"\nbeep_volume = 9"))
        let profile = try #require(line.device("cam")).profile
        #expect(profile.start.map(\.command.send) == ["SET 9 LOW;A 1"])
        #expect(profile.parameters.isEmpty && profile.validate() == [])
        _ = try profile.makeSession()
        for shown in [
            "device[1].beep_volume = 9\n", "device[1].tone = \"LOW\"  # default\n",
            "device[1].station_text = \"A 1\"\n", "parameter[1].max = 9\n",
        ] {
            #expect(line.effectiveText.contains(shown), "\(shown)")
        }
        let other = try sandbox().line(Self.bench("station_text = \"A 1\"\nbeep_volume = 8"))
        #expect(other.sha256Input != line.sha256Input)
    }

    /// Two devices of one profile have each their own values.
    @Test func eachDeviceHasItsOwn() throws {
        var text = smallLine
        for (name, keys) in [
            ("cam", "station_text = \"A\""), ("scanner", "station_text = \"C\"\nbeep_volume = 0"),
            ("case-cam", "station_text = \"B\"\ntone = \"HIGH\""),
        ] {
            let device = "name = \"\(name)\"\nprofile"
            text = text.replacingOccurrences(of: device, with: "\(keys)\n\(device)")
        }
        let line = try sandbox().line(text)
        let sent = ["cam", "case-cam", "scanner"].map { line.device($0)?.profile.start.first?.command.send }
        #expect(sent == ["SET 4 LOW;A", "SET 4 HIGH;B", "SET 0 LOW;C"])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var keys: String
        var key: String
        var code: SettingsError.Code
        var remedy: String
        var testDescription: String { keys }
    }

    private static let text = "station_text = \"A\"\n"
    private static let refusals: [Refusal] = [
        Refusal(keys: "", key: "station_text", code: .missingKey, remedy: "Add it."),
        Refusal(
            keys: text + "beep_volum = 3", key: "beep_volum", code: .unknownKey,
            remedy: "Did you mean beep_volume?"),
        Refusal(
            keys: text + "beep_volume = 10", key: "beep_volume", code: .outOfRange, remedy: "Use 0 to 9."),
        Refusal(
            keys: text + "beep_volume = -1", key: "beep_volume", code: .outOfRange, remedy: "Use 0 to 9."),
        Refusal(
            keys: text + "beep_volume = \"3\"", key: "beep_volume", code: .wrongType,
            remedy: "Write an integer."),
        Refusal(
            keys: text + "tone = \"HIHG\"", key: "tone", code: .unknownWord,
            remedy: "Did you mean \"HIGH\"? Use \"LOW\", \"HIGH\"."),
        Refusal(
            keys: text + "tone = 3", key: "tone", code: .wrongType, remedy: "Write a word in quotes."),
        Refusal(
            keys: "station_text = 3", key: "station_text", code: .wrongType,
            remedy: "Write text in quotes."),
        Refusal(
            keys: "station_text = \"\"", key: "station_text", code: .badText,
            remedy: "Use 1 to 6 printable ASCII characters without ;."),
        Refusal(
            keys: "station_text = \"1234567\"", key: "station_text", code: .badText, remedy: "Use 1 to 6"),
        Refusal(
            keys: "station_text = \"A;GO\"", key: "station_text", code: .badText, remedy: "without ;"),
        Refusal(
            keys: "station_text = \"A\\rGO\"", key: "station_text", code: .badText, remedy: "printable"),
        Refusal(
            keys: "station_text = \"A\\u001B\"", key: "station_text", code: .badText, remedy: "printable"),
        Refusal(
            keys: "station_text = \"\\u00E9\"", key: "station_text", code: .badText, remedy: "ASCII"),
        Refusal(
            keys: "terminator = \"#\"\nstation_text = \"#\"", key: "station_text", code: .badText,
            remedy: "without # ;"),
    ]

    @Test(arguments: refusals) func whatCannotBeSetSaysWhereAndWhy(_ refusal: Refusal) throws {
        let text = Self.bench(refusal.keys)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox().line(text) }
        #expect(errors.list.count == 1, "\(errors)")
        let found = try #require(errors.list.first)
        #expect(found.keyPath == "device[1]." + refusal.key && found.code == refusal.code, "\(found)")
        #expect(found.remedy.contains(refusal.remedy), "\(found)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(found.line)
        #expect(found.file == "line.toml")
        #expect(
            lines[line - 1].hasPrefix(refusal.code == .missingKey ? "[[device]]" : refusal.key), "\(found)")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var key: String
        var code: SettingsError.Code = .badProfile
        var testDescription: String { new }
    }

    private static let mistakes: [Mistake] = [
        Mistake(old: "\"tone\"", new: "\"no_read\"", key: "start[1]"),
        Mistake(old: "{param:tone}", new: "x", key: "parameter[2].name"),
        Mistake(old: "{param:tone}", new: "{param:tone}{param:tune}", key: "start[1]"),
        Mistake(old: "default = 4", new: "default = 10", key: "parameter[1].default"),
        Mistake(old: "default = 4", new: "default = \"4\"", key: "parameter[1].default", code: .wrongType),
        Mistake(old: "max = 9\n", new: "", key: "parameter[1].max", code: .missingKey),
        Mistake(old: "type = \"int\"", new: "type = \"ints\"", key: "parameter[1].type", code: .unknownWord),
        Mistake(old: "maxLength", new: "maxLenght", key: "parameter[3].maxLenght", code: .unknownKey),
        Mistake(old: "about = \"How loud\"\n", new: "", key: "parameter[1].about", code: .missingKey),
        Mistake(old: "\"LOW\", \"HIGH\"", new: "\"LOW\"", key: "parameter[2].choices", code: .outOfRange),
        Mistake(
            old: "forbidden = \";\"", new: "forbidden = \"<NOPE>\"", key: "parameter[3].forbidden"),
    ]

    @Test(arguments: mistakes) func aFaultyDeclarationIsTheProfiles(_ mistake: Mistake) throws {
        let declared = Self.declared.replacingOccurrences(of: mistake.old, with: mistake.new)
        try #require(declared != Self.declared)
        let errors = try #require(throws: SettingsErrors.self) {
            try sandbox(declared).line(Self.bench(Self.text))
        }
        let found = try #require(
            errors.list.first { $0.keyPath.hasPrefix(mistake.key) && $0.code == mistake.code }, "\(errors)")
        #expect(found.file.hasSuffix("test/reader.toml") && found.line != nil && !found.remedy.isEmpty)
    }

    /// A site's file has the whole list, as of any list.
    @Test func aSiteMayChangeRangeAndDefault() throws {
        let sandbox = try sandbox()
        let store = ProfileStore(shipped: [sandbox.path + "/profiles"], site: sandbox.path + "/devices")
        let own = Self.declared.components(separatedBy: "[[start]]")[0]
        try sandbox.write(
            "devices/test/reader.toml",
            own.replacingOccurrences(of: "max = 9", with: "max = 5")
                .replacingOccurrences(of: "default = 4", with: "default = 5"))
        let profile = try store.load("test/reader").profile
        #expect(profile.parameters.first?.rule == .int(min: 0, max: 5))
        #expect(profile.parameters.first?.current == "5" && profile.evidence == .manual)
    }

    /// Goal: a profile can declare no name that its device has. Method: what each kind of device knows, as an
    /// unknown key is told.
    @Test func theKeysOfEachKindAreKnown() {
        for kind in DeviceProfile.Kind.allCases {
            let entries: [String: ConfigNode] = ["zzzzzzzzzzzzzzzz": .boolean(true)]
            let report = SettingsReport([])
            let table = TableReader(report: report, entries: entries)
            var profile = DeviceProfile(
                vendor: "Test", model: "any", kind: kind, dialogue: .reader, evidence: .manual,
                sources: ["none"], framing: Framing(kind: .terminated, end: "<CR>"))
            ParameterReader(table: table).apply(to: &profile)
            table.finish()
            let known = DeviceProfile.siteKeys(kind).sorted().joined(separator: ", ")
            #expect(report.errors.map(\.remedy) == ["Known here: \(known)."], "\(kind)")
        }
    }
}
