import Foundation
import Testing

@testable import Settings

/// One change to a sound file and the fault it must give.
struct Broken: Sendable, CustomTestStringConvertible {
    /// What is replaced; empty: the new text is put behind the file.
    var old: String
    var new: String
    var code: SettingsError.Code
    /// Text of the line the fault must name; empty: it names no line.
    var line: String
    var keyPath: String
    /// What the remedy must say.
    var remedy: String

    var testDescription: String { "\(code.rawValue) \(keyPath)" }

    init(
        _ old: String, _ new: String, _ code: SettingsError.Code, line: String, _ keyPath: String,
        _ remedy: String
    ) {
        self.old = old
        self.new = new
        self.code = code
        self.line = line
        self.keyPath = keyPath
        self.remedy = remedy
    }

    func text(from sound: String) -> String {
        old.isEmpty ? sound + "\n" + new : sound.replacingOccurrences(of: old, with: new)
    }
}

@Suite struct BrokenLineTests {
    let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.writeProfiles()
    }

    /// The table of events, and what is wrong with it in turn.
    private static let events = """
        [epcis]
        location = "9506000134376"
        time_zone = "Europe/Berlin"
        """

    private static func events(
        _ old: String, _ new: String, _ code: SettingsError.Code, line: String, _ keyPath: String,
        _ remedy: String
    ) -> Broken {
        Broken("", events.replacingOccurrences(of: old, with: new), code, line: line, keyPath, remedy)
    }

    static let eventKeys: [Broken] = [
        events("location =", "loction =", .missingKey, line: "[epcis]", "epcis.location", "Add it."),
        events(
            "34376\"", "34377\"", .badText, line: "location", "epcis.location", "Write a GLN of 13 digits"),
        events(
            "34376\"", "34376/\"", .badText, line: "location", "epcis.location", "Write a GLN of 13 digits"),
        events("time_zone", "zone", .missingKey, line: "[epcis]", "epcis.time_zone", "Add it."),
        events(
            "Europe/Berlin", "+1:00", .unknownWord, line: "time_zone", "epcis.time_zone", "\"+01:00\""),
        events(
            "time_zone", "sender = \"9506000134376/A\"\ntime_zone", .badText, line: "sender",
            "epcis.sender", "13 digits alone"),
        events(
            "time_zone", "company_prefixes = [\"95060\"]\ntime_zone", .badText, line: "company_prefixes",
            "epcis.company_prefixes", "6 to 12 digits"),
        events(
            "Berlin\"", "Berlin\"\n[epcis.read_points]\ncase = \"9506000134376\"", .unknownKey,
            line: "case = ", "epcis.read_points.case", "Did you mean cases?"),
        events(
            "Berlin\"", "Berlin\"\n[epcis.terms]\npacked = \"packed/active\"", .unknownWord,
            line: "packed = ", "epcis.terms.packed", "packing/in_progress"),
        events(
            "Berlin\"", "Berlin\"\n[epcis.terms]\ncommissioned = \"decommissioning/active\"", .unknownWord,
            line: "commissioned = ", "epcis.terms.commissioned", "commissioning, other"),
        events(
            "Berlin\"", "Berlin\"\n[epcis.terms]\ncommissioned = \"commissioning/destroyed\"",
            .unknownWord, line: "commissioned = ", "epcis.terms.commissioned", "active, available"),
        events(
            "Berlin\"", "Berlin\"\n[epcis.terms]\nscrapped = \"destroying/active\"", .unknownWord,
            line: "scrapped = ", "epcis.terms.scrapped", "destroyed, disposed, inactive"),
        events(
            "Berlin\"", "Berlin\"\n[epcis.terms]\npackd = \"packing/active\"", .unknownKey,
            line: "packd = ", "epcis.terms.packd", "Did you mean packed?"),
    ]

    static let keys: [Broken] = [
        Broken("drain_mm = 3000", "drain_mn = 3000", .missingKey, line: "[line]", "line.drain_mm", "Add it."),
        Broken(
            "data =", "zones = \"read\"\ndata =", .unknownKey, line: "zones", "line.zones",
            "Did you mean zone?"),
        Broken(
            "mode = \"eject\"", "mode = \"eject\"\nxyzzy_mm = 1", .unknownKey, line: "xyzzy_mm",
            "station[3].xyzzy_mm", "Known here: confirm_timeout_ms"),
        Broken(
            "", "[numbrs]\nunit_block = 5", .unknownKey, line: "[numbrs]", "numbrs", "Did you mean numbers?"),
        Broken(
            "name = \"coding\"", "name = \"coding\"\ncameras = [\"cam\"]", .unknownKey,
            line: "cameras = [\"cam\"]",
            "station[1].cameras", "Known here"),
        Broken(
            "name = \"coder\"", "name = \"coder\"\nno_read = \"?\"", .unknownKey, line: "no_read",
            "device[2].no_read",
            "Known here"),
        Broken(
            "data = \"state\"", "data = 7", .wrongType, line: "data = 7", "line.data", "Write text in quotes."
        ),
        Broken(
            "counts_per_metre = 1000", "counts_per_metre = \"1000\"", .wrongType, line: "counts_per_metre",
            "line.counts_per_metre", "Write an integer."),
        Broken(
            "distance_mm = 800", "distance_mm = 800.5", .wrongType, line: "distance_mm = 800.5",
            "station[3].distance_mm", "Write an integer."),
        Broken(
            "cameras = [\"cam\"]", "cameras = \"cam\"", .wrongType, line: "cameras", "station[2].cameras",
            "Write a list of texts."),
        Broken(
            "cameras = [\"cam\"]", "cameras = [\"cam\", 3]", .wrongType, line: "cameras",
            "station[2].cameras",
            "Write a list of texts."),
        Broken(
            "cameras = [\"cam\"]", "cameras = []", .outOfRange, line: "cameras", "station[2].cameras",
            "Use 1 to 16."),
        Broken(
            "", "[journal]\nsegment_mb = true", .wrongType, line: "segment_mb", "journal.segment_mb",
            "integer"),
        Broken(
            "", "[[numbers]]\nunit_block = 1", .wrongType, line: "[[numbers]]", "numbers", "Write a table"),
        Broken(
            "tolerance_mm = 30", "tolerance_mm = 9223372036854775807", .outOfRange, line: "tolerance_mm",
            "station[3].tolerance_mm", "Use 1 to 100000."),
        Broken(
            "tolerance_mm = 30", "tolerance_mm = -9223372036854775808", .outOfRange, line: "tolerance_mm",
            "station[3].tolerance_mm", "Use 1 to 100000."),
        Broken(
            "max_speed_mm_s = 1000", "max_speed_mm_s = 0", .outOfRange, line: "max_speed",
            "line.max_speed_mm_s",
            "Use 1 to 20000."),
        Broken(
            "name = \"cases\"", "name = \"cases\"\ntransit = 0", .outOfRange, line: "transit = 0",
            "station[5].transit", "Use 1 to 100."),
        Broken(
            "mode = \"eject\"", "mode = \"ejct\"", .unknownWord, line: "mode", "station[3].mode",
            "Did you mean \"eject\"? Use \"plc\", \"pass\", \"eject\", \"stop\", \"none\"."),
        Broken(
            "name = \"io\"", "name = \"io\"\nat_start = \"never\"", .unknownWord, line: "at_start",
            "device[1].at_start", "Use \"retry\", \"fail\", \"ignore\"."),
        Broken(
            "name = \"l1\"", "name = \"l 1\"", .badText, line: "name = \"l 1\"", "line.name",
            "1 to 64 letters"),
        Broken(
            "tcp:127.0.0.1:2001", "tcp:127.0.0.1", .badText, line: "address = \"tcp:127.0.0.1\"",
            "device[4].address", "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "tcp:127.0.0.1:65536", .badText, line: "65536", "device[4].address",
            "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "usb:0c2e:0901", .badText, line: "usb:", "device[4].address",
            "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "serial:ttyS1", .badText, line: "ttyS1", "device[4].address",
            "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "serial:/dev/ttyS1?baud", .badText, line: "ttyS1", "device[4].address",
            "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "serial:/dev/ttyS1?baud=abc", .badText, line: "ttyS1", "device[4].address",
            "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "serial:/dev/ttyS1?bad=1", .badText, line: "ttyS1", "device[4].address",
            "Write tcp:host:port"),
        Broken(
            "tcp:127.0.0.1:2001", "serial:usb:1a86:7523?interface=00", .badText, line: "1a86",
            "device[4].address", "serial:usb:VID:PID"),
        Broken(
            "tcp:127.0.0.1:2001", "input:/dev/input/event3", .badText, line: "event3", "device[4].address",
            "Write profile = \"generic/keyboard\"."),
        Broken(
            "tcp:127.0.0.1:502", "serial:/dev/ttyS9", .badText, line: "ttyS9", "device[1].address",
            "Write tcp:host:port."),
        Broken(
            "", "[control]\nsocket = \"/" + String(repeating: "x", count: 103) + "\"", .badText,
            line: "socket",
            "control.socket", "set a shorter one"),
    ]

    static let reasons: [Broken] = [
        Broken(
            "", "[[reasons]]\ncode = \"A B\"\ntext = \"t\"", .badText, line: "code = \"A B\"",
            "reasons[1].code", "letters, digits"),
        Broken(
            "", "[[reasons]]\ncode = \"A\"\ntext = \"t\"\n[[reasons]]\ncode = \"a\"\ntext = \"u\"", .repeated,
            line: "code = \"a\"", "reasons[2].code", "capitals make no difference"),
        Broken(
            "", "[[reasons]]\ncode = \"A\"\ntext = \"t\"\nacts = [\"smple\"]", .unknownWord, line: "acts =",
            "reasons[1].acts", "Did you mean \"sample\"?"),
        Broken(
            "", "[[reasons]]\ncode = \"A\"", .missingKey, line: "[[reasons]]", "reasons[1].text", "Add it."),
    ]

    static let meanings: [Broken] = [
        Broken(
            "tcp:127.0.0.1:2001", "tcp:127.0.0.1:2002", .repeated, line: "address = \"tcp:127.0.0.1:2002\"",
            "device[5].address", "Each device has its own."),
        Broken(
            "name = \"case-cam\"", "name = \"cam\"", .repeated, line: "name = \"cam\"", "device[4].name",
            "Give each device its own."),
        Broken(
            "name = \"cases\"", "name = \"pallets\"", .repeated, line: "name = \"pallets\"",
            "station[5].name",
            "Give each station its own."),
        Broken(
            "cameras = [\"cam\"]", "cameras = [\"cam\", \"cam\"]", .repeated, line: "cameras",
            "station[2].cameras",
            "Write it once."),
        Broken(
            "cameras = [\"cam\"]", "cameras = [\"cam\", \"scanner\"]", .repeated, line: "cameras",
            "station[2].cameras", "A unit camera reads units"),
        Broken(
            "item_readers = [\"case-cam\"]", "item_readers = [\"case-cam\", \"scanner\"]", .repeated,
            line: "item_readers = [\"scanner\"]", "station[4].item_readers", "name another reader"),
        Broken(
            "cameras = [\"cam\"]", "cameras = [\"camm\"]", .noSuchDevice, line: "cameras",
            "station[2].cameras",
            "Did you mean cam?"),
        Broken(
            "device = \"coder\"", "device = \"xxxxxxxx\"", .noSuchDevice, line: "device =",
            "station[1].device",
            "Known: cam, case-cam, coder"),
        Broken(
            "device = \"coder\"", "device = \"cam\"", .wrongKind, line: "device =", "station[1].device",
            "Name a coder"),
        Broken(
            "counts_per", "io = \"printer\"\ncounts_per", .wrongKind, line: "io = \"printer\"", "line.io",
            "Name a line-io"),
        Broken(
            "kind = \"gate\"", "kind = \"unit-verify\"", .stationCount, line: "kind = \"unit-verify\"",
            "station[3].kind", "one station of this kind"),
        Broken(
            "kind = \"case\"", "kind = \"pallet\"", .stationCount, line: "kind = \"pallet\"",
            "station[5].kind",
            "one station of this kind"),
        Broken(
            "pass_sensor_mm = 900", "pass_sensor_mm = 800", .distances, line: "pass_sensor_mm",
            "station[3].pass_sensor_mm", "Mode eject needs a sensor behind the gate"),
        Broken(
            "mode = \"eject\"\ndistance_mm = 800\npass_sensor_mm = 900",
            "mode = \"pass\"\ndistance_mm = 800", .missingKey, line: "kind = \"gate\"",
            "station[3].pass_sensor_mm",
            "Add it."),
        Broken(
            "min_pitch_mm = 120", "min_pitch_mm = 100", .distances, line: "decide_within_mm",
            "station[2].decide_within_mm", "decide sooner"),
        Broken(
            "margin_mm = 100", "margin_mm = 670", .distances, line: "decide_within_mm",
            "station[2].decide_within_mm", "decide sooner or move the gate"),
        Broken(
            "tolerance_mm = 30", "tolerance_mm = 61", .distances, line: "tolerance_mm",
            "station[3].tolerance_mm",
            "use at most 60"),
        Broken(
            "drain_mm = 3000", "drain_mm = 929", .distances, line: "drain_mm", "line.drain_mm", "feed to exit"
        ),
        Broken(
            "device = \"coder\"", "device = \"coder\"\nlook_ahead = 4", .contradiction,
            line: "kind = \"unit-print\"",
            "station[1].send_batch", "at most look_ahead"),
        Broken(
            "", "[numbers]\nunit_block = 19", .contradiction, line: "unit_block", "numbers.unit_block",
            "as many serials as the coders may hold"),
        Broken(
            "profile = \"test/io\"", "profile = \"test/oi\"", .noProfile, line: "test/oi",
            "device[1].profile",
            "--profiles DIR, or profiles in [line]"),
        Broken(
            "profile = \"test/io\"", "profile = \"../test/io\"", .badText, line: "../test/io",
            "device[1].profile",
            "Write vendor/model"),
        Broken(
            "name = \"cam\"", "name = \"cam\"\nterminator = \"<OOPS>\"", .badProfile, line: "terminator",
            "device[3].terminator", "Correct the value."),
        Broken(
            "mode = \"eject\"", "mode = \"plc\"", .unusedKey, line: "pass_sensor_mm",
            "station[3].pass_sensor_mm",
            "Remove it."),
        Broken(
            "", "[[device]]\nname = \"spare\"\nprofile = \"test/reader\"\naddress = \"tcp:127.0.0.1:9\"",
            .unusedKey,
            line: "name = \"spare\"", "device[7].name", "Name it in a station, or remove it."),
        Broken("", "label = \"missing.zpl\"", .badLabel, line: "label", "station[5].label", "Check path"),
    ]

    /// Goal: a fault is found once, at its line, with a remedy. Method: one change to a sound file at a time.
    @Test(arguments: keys + eventKeys + reasons + meanings)
    func oneFaultIsOneErrorAtItsLine(_ broken: Broken) throws {
        let text = broken.text(from: smallLine)
        #expect(text != smallLine)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        let found = try #require(errors.list.first { $0.keyPath == broken.keyPath }, "\(errors)")
        #expect(found.code == broken.code, "\(errors)")
        #expect(found.remedy.contains(broken.remedy), "\(errors)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(found.line, "\(errors)")
        #expect(wanted(broken, in: lines, line), "\(errors)")
    }

    /// A missing key is placed at its table: the header, whose next line is the one named here.
    private func wanted(_ broken: Broken, in lines: [Substring], _ line: Int) -> Bool {
        guard lines.indices.contains(line - 1) else { return false }
        if lines[line - 1].contains(broken.line) { return true }
        return lines[line - 1] == "[[station]]" && lines.indices.contains(line)
            && lines[line].contains(broken.line)
    }

    @Test func allFaultsAreReportedTogetherInTheOrderOfTheFile() throws {
        let text = smallLine.replacingOccurrences(of: "name = \"l1\"", with: "nam = \"l1\"")
            .replacingOccurrences(of: "mode = \"eject\"", with: "mode = \"push\"")
            .replacingOccurrences(of: "cameras = [\"cam\"]", with: "cameras = [\"cem\"]")
            .replacingOccurrences(of: "address = \"tcp:[::1]:9100\"", with: "address = \"tcp:::1:9100\"")
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors.list.map(\.code) == [.missingKey, .unknownKey, .badText, .noSuchDevice, .unknownWord])
        #expect(errors.list.map { $0.line ?? 0 } == errors.list.map { $0.line ?? 0 }.sorted())
        #expect("\(errors)".split(separator: "\n").count == 5)
    }

    @Test func emptyFileNamesWhatIsMissing() throws {
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line("") }
        let paths = Set(errors.list.map(\.keyPath))
        #expect(
            paths == [
                "line.name", "line.data", "line.counts_per_metre", "line.max_speed_mm_s", "line.drain_mm",
                "line.io", "station",
            ])
        #expect(errors.list.allSatisfy { $0.line == nil && !$0.remedy.isEmpty })
    }

    @Test func listOfFaultsIsBounded() throws {
        let many = (0..<500).map { "k\($0) = 1\n" }.joined()
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(many + smallLine) }
        #expect(errors.list.count == SettingsReport.maxErrors + 1)
        #expect(errors.list.last?.code == .more)
        #expect(errors.list.last?.text == "400 more faults are not listed")
    }

    @Test func lineOfAKeyIsFoundBehindValuesOverManyLines() throws {
        let text = smallLine.replacingOccurrences(
            of: "cameras = [\"cam\"]",
            with: "cameras = [\n    \"cam\",\n\n    \"nobody\",\n]\nfoo = \"\"\"\na\nb\n\"\"\"")
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let cameras = try #require(lines.firstIndex { $0.hasPrefix("cameras") })
        let foo = try #require(lines.firstIndex { $0.hasPrefix("foo") })
        #expect(errors.list.map(\.line) == [cameras + 1, foo + 1])
    }
}
