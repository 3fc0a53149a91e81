import LineCore
import Testing

@testable import Settings

/// Goal: what a batch needs before it may produce is what the file says, and nothing unless it says so; gates
/// that cannot be safe are refused before anything runs. Method: the smallest line, changed in one place.
@Suite struct ChangeoverSettingsTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.writeProfiles()
    }

    @Test func withoutTheTableNothingIsAsked() throws {
        #expect(try sandbox.line(smallLine).configuration.changeover == ChangeoverRules())
        let empty = try sandbox.line(smallLine + "\n[changeover]\n")
        #expect(empty.configuration.changeover == ChangeoverRules())
    }

    @Test func everyValueArrives() throws {
        let table = """

            [changeover]
            first_article = true
            challenges = ["wrong", "duplicate"]
            challenge_each_shift = true
            clearance = ["cartons", "bin"]
            """
        let rules = try sandbox.line(smallLine + table).configuration.changeover
        #expect(rules.firstArticle && rules.challenges == [.wrong, .duplicate] && rules.challengesEachShift)
        #expect(rules.clearance == ["cartons", "bin"])
    }

    @Test(arguments: [
        ("challenges = [\"duplicate\"]", "changeover.challenges", SettingsError.Code.contradiction),
        ("challenges = [\"wrong\", \"wrong\"]", "changeover.challenges", .repeated),
        ("challenges = [\"wrnog\"]", "changeover.challenges", .unknownWord),
        ("challenges = []", "changeover.challenges", .outOfRange),
        ("challenge_each_shift = true", "changeover.challenge_each_shift", .unusedKey),
        ("clearance = [\"bin\", \"bin\"]", "changeover.clearance", .repeated),
        ("clearance = []", "changeover.clearance", .outOfRange),
        ("first_articel = true", "changeover.first_articel", .unknownKey),
    ]) func whatMakesNoSenseIsRefused(text: String, key: String, code: SettingsError.Code) throws {
        let errors = try #require(throws: SettingsErrors.self) {
            try sandbox.line(smallLine + "\n[changeover]\n" + text)
        }
        #expect(errors.list.map(\.keyPath) == [key] && errors.list.first?.code == code, "\(errors)")
    }

    // MARK: What must not be

    /// Whatever lies in the folder of orders is taken away.
    @Test(arguments: [".", "/", "state", "state/journal", "x/../state", "..", "orders"])
    func theFolderOfOrdersIsApart(folder: String) throws {
        let text = smallLine + "\n[orders]\nfolder = \"\(folder)\"\n"
        guard folder != "orders" else {
            #expect(try sandbox.line(text).orderFolder == sandbox.path + "/orders")
            return
        }
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors.list.map(\.keyPath) == ["orders.folder"], "\(errors)")
    }

    @Test(arguments: ["set-up", "challenge", "first-article-refused"])
    func whatWasNoUnitNeverComesBack(reason: String) throws {
        let text =
            smallLine + "\n[rework]\nreintroduce = true\nreintroduce_reasons = [\"late\", \"\(reason)\"]\n"
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors.list.map(\.keyPath) == ["rework.reintroduce_reasons"], "\(errors)")
    }

    // MARK: Packing

    @Test func aStationPacksAsTheFileSays() throws {
        func cases(_ lines: String) throws -> (PackStation, [String]) {
            let text = smallLine.replacingOccurrences(
                of: "kind = \"case\"", with: "kind = \"case\"\n" + lines)
            let line = try sandbox.line(text).configuration
            return (line.packing[0], line.handhelds)
        }
        #expect(try cases("").0.mode == .single)
        let (layer, _) = try cases("mode = \"layer\"\nlayers = 3\nseparator = \"~\"\nreparent = true")
        #expect(layer.mode == .layer(separator: 0x7E, perContainer: 3) && layer.reparents)
        let (manual, handhelds) = try cases("mode = \"manual\"")
        #expect(manual.mode == .manual && manual.transit == 1)
        #expect(try cases("mode = \"manual\"\nfirst = \"label\"").0.isLabelFirst && !manual.isLabelFirst)
        #expect(try cases("divert = 3").0.divertsInRow == 3)
        #expect(handhelds == ["case-cam"], "a refusal is acknowledged with the scanner it came to")
    }

    @Test(arguments: [
        ("mode = \"layer\"\nseparator = \";\"", "station[5].separator", SettingsError.Code.badText),
        ("mode = \"layer\"\nseparator = \"]\"", "station[5].separator", .badText),
        ("mode = \"layer\"\nseparator = \"\"", "station[5].separator", .badText),
        ("mode = \"layer\"\nlayers = 0", "station[5].layers", .outOfRange),
        ("layers = 2", "station[5].layers", .unusedKey),
        ("mode = \"manual\"\ntransit = 2", "station[5].transit", .contradiction),
        ("mode = \"manual\"\nseparator = \"|\"", "station[5].separator", .unusedKey),
        ("mode = \"manuel\"", "station[5].mode", .unknownWord),
        ("first = \"label\"", "station[5].first", .unusedKey),
        ("mode = \"manual\"\nfirst = \"lable\"", "station[5].first", .unknownWord),
        ("labels = 5", "station[5].labels", .outOfRange), ("labels = 4", "station[5].labels", .contradiction),
        ("labels = 2\ndivert = 1", "station[5].divert", .contradiction),
    ]) func whatAStationCannotDoIsRefused(lines: String, key: String, code: SettingsError.Code) throws {
        let text = smallLine.replacingOccurrences(of: "kind = \"case\"", with: "kind = \"case\"\n" + lines)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors.list.contains { $0.keyPath == key && $0.code == code }, "\(errors)")
    }

    /// Stations of every level, lowest first whatever their order in the file; and one that ties codes.
    @Test func aLineHasAStationForEachLevel() throws {
        try sandbox.write("profiles/test/bundle.zpl", Profiles.label)
        try sandbox.write("profiles/test/shipper.zpl", Profiles.label)
        let more = { (kind: String) in
            """

            [[device]]
            name = "\(kind)-cam"
            profile = "test/reader"
            address = "tcp:\(kind):2100"
            [[station]]
            kind = "\(kind)"
            name = "\(kind)-packing"
            item_readers = ["\(kind)-cam"]
            printer = "printer"
            label_readers = ["\(kind)-cam"]
            """
        }
        let link = """

            [[device]]
            name = "cap-cam"
            profile = "test/reader"
            address = "tcp:127.0.0.1:2200"
            [[station]]
            kind = "link"
            name = "caps"
            readers = ["READER"]
            """
        let text = smallLine + more("shipper") + more("bundle")
        let line = try sandbox.line(text + link.replacing("READER", with: "cap-cam")).configuration
        #expect(line.packing.map(\.level) == [.bundle, .case, .shipper, .pallet])
        #expect(line.link == LinkStation(name: "caps", readers: ["cap-cam"], separator: UInt8(ascii: "|")))
        let shared = text + link.replacing("[\"READER\"]", with: "[\"cap-cam\", \"case-cam\"]")
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(shared) }
        #expect(
            errors.list.contains { $0.keyPath.hasSuffix(".readers") && $0.code == .repeated }, "\(errors)")
    }

    // MARK: Gates

    @Test func aBenchHasNoBeltAndNoIO() throws {
        let line = try sandbox.line(Sandbox.bench).configuration
        #expect(line.lanes[0].gate.mode == .none && line.lanes[0].io.isEmpty && line.deviceNames == ["cam"])
    }

    @Test(arguments: [
        ("belt = \"none\"", "belt = \"none\"\ndrain_mm = 7", "line.drain_mm", SettingsError.Code.unusedKey),
        ("belt = \"none\"", "belt = \"none\"\ncounts_per_metre = 7", "line.counts_per_metre", .unusedKey),
        ("mode = \"none\"", "mode = \"stop\"", "station[2].mode", .contradiction),
        ("mode = \"none\"", "mode = \"none\"\ndistance_mm = 7", "station[2].distance_mm", .unusedKey),
        ("[\"cam\"]", "[\"cam\"]\nmin_pitch_mm = 7", "station[1].min_pitch_mm", .unusedKey),
    ]) func whatABenchCannotHaveIsRefused(
        old: String, new: String, key: String, code: SettingsError.Code
    ) throws {
        let text = Sandbox.bench.replacingOccurrences(of: old, with: new)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors.list.contains { $0.keyPath == key && $0.code == code }, "\(errors)")
    }

    @Test func aBeltNeedsAGate() throws {
        let text = smallLine.replacingOccurrences(of: "mode = \"eject\"", with: "mode = \"none\"")
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(text) }
        #expect(errors.list.contains { $0.keyPath == "station[3].mode" && $0.code == .contradiction })
    }

    @Test func modeStopNeedsNoSensorBehind() throws {
        let stop = smallLine.replacingOccurrences(of: "mode = \"eject\"", with: "mode = \"stop\"")
            .replacingOccurrences(of: "pass_sensor_mm = 900\n", with: "")
            .replacingOccurrences(of: "confirm_within_mm = 200\n", with: "")
        #expect(try sandbox.line(stop).configuration.lanes[0].gate.mode == .stop)
        let errors = try #require(throws: SettingsErrors.self) {
            try sandbox.line(
                stop.replacingOccurrences(of: "margin_mm", with: "confirm_within_mm = 9\nmargin_mm"))
        }
        #expect(errors.list.map(\.code) == [.unusedKey], "\(errors)")
    }

    /// At 1 m/s a tolerance of 30 mm is a window of 60 ms: three cycles of 20 ms fit, of 21 ms do not.
    @Test func aGateIsSeenThreeTimesInItsWindow() throws {
        func with(cycle: Int) throws -> LoadedLine {
            try sandbox.line(
                smallLine.replacingOccurrences(
                    of: "address = \"tcp:127.0.0.1:502\"",
                    with: "address = \"tcp:127.0.0.1:502\"\npoll_ms = \(cycle)"))
        }
        #expect(throws: Never.self) { try with(cycle: 20) }
        let errors = try #require(throws: SettingsErrors.self) { try with(cycle: 21) }
        #expect(errors.list.map(\.keyPath) == ["station[3].tolerance_mm"], "\(errors)")
        #expect(errors.list[0].remedy.contains("at least 32 mm"), "\(errors)")
    }

    /// A tolerance of 30 mm is a window of 60 mm: 50 counts a metre are three in it, 49 are not.
    @Test func theEncoderCountsThreeTimesInTheWindow() throws {
        func with(counts: Int) throws -> LoadedLine {
            try sandbox.line(
                smallLine.replacingOccurrences(
                    of: "counts_per_metre = 1000", with: "counts_per_metre = \(counts)"))
        }
        #expect(throws: Never.self) { try with(counts: 50) }
        for counts in [1, 49] {
            let errors = try #require(throws: SettingsErrors.self) { try with(counts: counts) }
            #expect(errors.list.map(\.keyPath) == ["line.counts_per_metre"], "\(errors)")
            #expect(errors.list.map(\.code) == [.distances] && errors.list[0].text.contains("60 mm"))
            #expect(errors.list[0].remedy.contains("at least 50"), "\(errors)")
        }
    }

    @Test(arguments: [("watchdogMilliseconds = 200", ""), ("200", "14")])
    func anIOWithoutAWatchdogIsRefused(old: String, new: String) throws {
        let io = Profiles.io.replacingOccurrences(of: old, with: new)
        try #require(io != Profiles.io)
        try sandbox.write("profiles/test/io.toml", io)
        let errors = try #require(throws: SettingsErrors.self) { try sandbox.line(smallLine) }
        #expect(errors.list.map(\.keyPath) == ["device[1].profile"], "\(errors)")
        #expect(errors.list[0].text.contains("watchdog"))
    }
}
