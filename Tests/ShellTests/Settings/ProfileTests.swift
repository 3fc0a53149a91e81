import DeviceCore
import Foundation
import Testing

@testable import Settings

@Suite struct ProfileTests {
    let sandbox: Sandbox
    let store: ProfileStore

    init() throws {
        sandbox = try Sandbox()
        try sandbox.writeProfiles()
        store = ProfileStore(
            shipped: [sandbox.path + "/profiles", sandbox.path + "/more"], site: sandbox.path + "/site")
    }

    @Test func readsWhatTheFileSays() throws {
        let reader = try store.load("test/reader").profile
        #expect(reader.evidence == .transcript)
        #expect(reader.framing == Framing(kind: .terminated, end: "<CR>", maxFrameBytes: 512))
        #expect(reader.reader == DeviceProfile.Reader(noRead: "NOREAD"))
        #expect(reader.commands == ["trigger": DeviceProfile.Command(send: "GO", source: "none")])
        let coder = try store.load("test/coder").profile
        #expect(coder.commands["clear"]?.refused == ["ERR": "cannot"])
        #expect(coder.timing == DeviceProfile.Timing())
    }

    @Test func jobsAreReadWithTheirCommands() throws {
        #expect(try store.load("test/reader").profile.jobNames == nil)
        let jobs = """
            [job]
            forbidden = ";"
            maxNameBytes = 20
            [commands.selectJob]
            send = "LOAD {job}"
            accepted = ["OK"]
            source = "none"
            [commands.currentJob]
            send = "PROG"
            accepted = ["PROG={job}"]
            source = "none"
            """
        try sandbox.write("site/test/reader.toml", jobs)
        let profile = try store.load("test/reader").profile
        #expect(profile.job == DeviceProfile.Job(forbidden: ";", maxNameBytes: 20))
        #expect(profile.commands["currentJob"]?.accepted == ["PROG={job}"])
        let path = try sandbox.write(
            "site/test/reader.toml", jobs.replacingOccurrences(of: "maxNameBytes", with: "maxNameByte"))
        let errors = try #require(throws: SettingsErrors.self) { try store.load("test/reader") }
        #expect(errors.list.map(\.keyPath) == ["job.maxNameByte"] && errors.list[0].file == path)
        #expect(errors.list[0].remedy == "Did you mean maxNameBytes?")
        try sandbox.write("site/test/reader.toml", "[job]\nmaxNameBytes = 65\n")
        let next = try #require(throws: SettingsErrors.self) { try store.load("test/reader") }
        #expect(next.list.allSatisfy { $0.code == .badProfile } && next.list.count == 3, "\(next)")
    }

    /// The rules learn from the profiles whose jobs can be selected, and by what names.
    @Test func theLineKnowsWhoseJobsCanBeSelected() throws {
        let line = try SettingsLoader.load(
            path: ExampleTests.top + "/docs/examples/line.toml", profiles: [ExampleTests.top + "/devices"])
        let devices = line.configuration.jobDevices
        #expect(devices.map(\.name) == ["coder"])
        #expect(devices.first?.forbidden == [UInt8(ascii: "|")] && devices.first?.maxBytes == 64)
    }

    @Test func siteChangesSingleKeysAndTakesTheEvidenceAway() throws {
        try sandbox.write(
            "site/test/reader.toml", "[reader]\nnoRead = \"??\"\n[timing]\nsettleMilliseconds = 50\n")
        let loaded = try store.load("test/reader")
        #expect(loaded.profile.reader?.noRead == "??")
        #expect(loaded.profile.timing.settleMilliseconds == 50)
        #expect(loaded.profile.framing.end == "<CR>")
        #expect(loaded.profile.evidence == .manual)
        #expect(
            loaded.files == [
                sandbox.path + "/profiles/test/reader.toml", sandbox.path + "/site/test/reader.toml",
            ])
    }

    @Test func faultOfASiteChangeNamesTheSiteFile() throws {
        let path = try sandbox.write(
            "site/test/reader.toml", "[framing]\nmaxFrameBytes = 0\n[reader]\nnoRaed = \"?\"\n")
        let errors = try #require(throws: SettingsErrors.self) { try store.load("test/reader") }
        #expect(errors.list.map(\.keyPath) == ["reader.noRaed"])
        #expect(errors.list[0].file == path)
        #expect(errors.list[0].line == 4)
        #expect(errors.list[0].remedy == "Did you mean noRead?")
        try sandbox.write("site/test/reader.toml", "\n[framing]\nmaxFrameBytes = 0\n")
        let next = try #require(throws: SettingsErrors.self) { try store.load("test/reader") }
        #expect(next.list.map(\.code) == [.badProfile])
        #expect(next.list[0].file == path)
        #expect(next.list[0].line == 3)
    }

    @Test func firstDirectoryWinsAndASiteMayHaveItsOwn() throws {
        try sandbox.write(
            "more/test/reader.toml", Profiles.reader.replacingOccurrences(of: "NOREAD", with: "OTHER"))
        try sandbox.write("more/test/second.toml", Profiles.reader)
        try sandbox.write("site/own/model.toml", Profiles.reader)
        #expect(try store.load("test/reader").profile.reader?.noRead == "NOREAD")
        #expect(try store.load("test/second").profile.reader?.noRead == "NOREAD")
        #expect(try store.load("own/model").files == [sandbox.path + "/site/own/model.toml"])
    }

    @Test func faultyProfileIsReportedOnceHoweverManyDevicesUseIt() throws {
        let path = try sandbox.write(
            "profiles/test/reader.toml",
            Profiles.reader.replacingOccurrences(of: "kind = \"terminated\"", with: "kind = \"trminated\""))
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
        #expect(errors.list.map(\.code) == [.unknownWord])
        #expect(errors.list[0].file == path)
        #expect(errors.list[0].keyPath == "framing.kind")
    }

    @Test func profileByPathIsSeenFromTheLineFile() throws {
        try sandbox.write("mine.toml", Profiles.reader)
        let line = try sandbox.line(
            smallLine.replacingOccurrences(
                of: "name = \"cam\"\nprofile = \"test/reader\"",
                with: "name = \"cam\"\nprofile = \"mine.toml\""))
        #expect(line.device("cam")?.profileFiles == [sandbox.path + "/mine.toml"])
    }

    @Test(arguments: [
        ("^XA^FO1,1^A0N,9,9^FH^FD{product}^FS^XZ", "must carry its number"),
        ("^XA^FO1,1^A0N,9,9^FH^FD{sscc} {colour}^FS^XZ", "Known: copy, count"),
        ("^XA^FD{sscc^FS^XZ", "Correct the template."),
    ])
    func labelTemplateMustBeUsable(zpl: String, remedy: String) throws {
        try sandbox.write("profiles/test/case.zpl", zpl)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
        #expect(errors.list.map(\.code) == [.badLabel])
        #expect(errors.list[0].keyPath == "station[5].label")
        #expect(errors.list[0].remedy.contains(remedy))
    }

    /// A printer with another language: its templates are `case.txt` and `pallet.txt`, and no ZPL is one.
    @Test func templatesAreInThePrintersLanguage() throws {
        try sandbox.write("profiles/test/printer.toml", Profiles.textPrinter)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
        #expect(errors.list.map(\.text).contains { $0.contains("there is no case.txt beside") })
        for level in ["case", "pallet"] {
            try sandbox.write("profiles/test/\(level).txt", "# language: TL\nT{sscc}<ESC>\n")
        }
        let line = try sandbox.line(smallLine)
        #expect(line.labels.map(\.file).allSatisfy { $0.hasSuffix(".txt") })
        #expect(try line.labels[0].template.filled(["sscc": "1"]) == Array("T1\u{1B}\u{1C}".utf8))
        #expect(throws: LabelTemplate.Fault.unsafe("sscc")) {
            try line.labels[0].template.filled(["sscc": "~"])
        }
        #expect(try line.labels[0].template.filled(["sscc": "#"]) == Array("T##\u{1B}\u{1C}".utf8))
        for wrong in [Profiles.label, "# language: TSPL\nT{sscc}", "# language: TL\nT{sscc}<ENQ>"] {
            try sandbox.write("profiles/test/case.txt", wrong)
            let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
            #expect(errors.list.map(\.code) == [.badLabel])
        }
    }

    /// Keys of the tables that only label printers have are known, and others beside them are not.
    @Test func statusTablesAreRead() throws {
        try sandbox.write(
            "profiles/test/printer.toml",
            Profiles.textPrinter.replacingOccurrences(of: "bits = ", with: "bit = "))
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
        #expect(errors.list.map(\.keyPath) == ["status[2].bit"])
        #expect(errors.list.map(\.remedy) == ["Did you mean bits?"])
        try sandbox.write(
            "profiles/test/printer.toml",
            Profiles.textPrinter.replacingOccurrences(of: "paper-out", with: "paperout"))
        let words = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
        #expect(words.list.map(\.keyPath) == ["status[1].is"])
        #expect(words.list.first?.text.contains("use paper-out, ribbon-out") == true)
    }
}
