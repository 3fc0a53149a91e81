import DeviceCore
import Foundation
import LineCore
import Testing

@testable import Settings

/// The smallest line with every kind of station.
let smallLine = """
    [line]
    name = "l1"
    data = "state"
    counts_per_metre = 1000
    max_speed_mm_s = 1000
    drain_mm = 3000
    [[device]]
    name = "io"
    profile = "test/io"
    address = "tcp:127.0.0.1:502"
    [[device]]
    name = "coder"
    profile = "test/coder"
    address = "tcp:127.0.0.1:3010"
    [[device]]
    name = "cam"
    profile = "test/reader"
    address = "serial:/dev/ttyS0?baud=115200"
    [[device]]
    name = "case-cam"
    profile = "test/reader"
    address = "tcp:127.0.0.1:2001"
    [[device]]
    name = "scanner"
    profile = "test/reader"
    address = "tcp:127.0.0.1:2002"
    [[device]]
    name = "printer"
    profile = "test/printer"
    address = "tcp:[::1]:9100"
    [[station]]
    kind = "unit-print"
    name = "coding"
    device = "coder"
    [[station]]
    kind = "unit-verify"
    name = "check"
    cameras = ["cam"]
    decide_within_mm = 100
    min_pitch_mm = 120
    [[station]]
    kind = "gate"
    name = "reject"
    mode = "eject"
    distance_mm = 800
    pass_sensor_mm = 900
    tolerance_mm = 30
    margin_mm = 100
    confirm_within_mm = 200
    [[station]]
    kind = "pallet"
    name = "pallets"
    item_readers = ["scanner"]
    printer = "printer"
    label_readers = ["scanner"]
    [[station]]
    kind = "case"
    name = "cases"
    item_readers = ["case-cam"]
    printer = "printer"
    label_readers = ["scanner"]
    """

@Suite struct LineTests {
    let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.writeProfiles()
    }

    @Test func reasonsAreReadWithTheirActs() throws {
        let text =
            smallLine + """

                [[reasons]]
                code = "QC1"
                text = "in-process control"
                acts = ["sample", "label-sample"]
                [[reasons]]
                code = "ANY"
                text = "anything else"
                """
        let reasons = try sandbox.line(text).configuration.reasons
        #expect(
            reasons == [
                ReasonCode(code: "QC1", text: "in-process control", acts: [.sample, .labelSample]),
                ReasonCode(code: "ANY", text: "anything else", acts: ReasonedAct.allCases),
            ])
    }

    @Test func everyValueArrivesWhereTheRulesLookForIt() throws {
        let text =
            smallLine.replacingOccurrences(
                of: "name = \"coding\"",
                with: """
                    name = "coding"
                    look_ahead = 40
                    send_batch = 8
                    max_skip = 2
                    """
            ).replacingOccurrences(of: "min_pitch_mm = 120", with: "min_pitch_mm = 120\ntrigger_lag_ms = 33")
            .replacingOccurrences(
                of: "margin_mm = 100",
                with: """
                    margin_mm = 100
                    confirm_timeout_ms = 1500
                    max_rejects_in_row = 7
                    signal_max_age_ms = 60
                    """
            ).replacingOccurrences(of: "name = \"cases\"", with: "name = \"cases\"\ntransit = 4")
            .replacingOccurrences(of: "drain_mm", with: "zone = \"read\"\ndrain_mm")
            + "\n[numbers]\nunit_block = 300\nsscc_block = 30\nlow_water = 50\n"
        let line = try sandbox.line(text).configuration
        #expect(
            line
                == LineConfiguration(
                    name: "l1",
                    lanes: [
                        Lane(
                            io: "io",
                            unitPrint: UnitPrintStation(
                                name: "coding", device: "coder", lookAhead: 40, sendBatch: 8, maxSkip: 2),
                            unitVerify: UnitVerifyStation(
                                name: "check", cameras: ["cam"], decideWithinMillimetres: 100,
                                minPitchMillimetres: 120,
                                triggerLagMilliseconds: 33),
                            gate: GateStation(
                                name: "reject", mode: .eject, distanceMillimetres: 800,
                                passSensorMillimetres: 900,
                                toleranceMillimetres: 30, marginMillimetres: 100,
                                confirmWithinMillimetres: 200,
                                confirmTimeoutMilliseconds: 1500, maxRejectsInRow: 7,
                                signalMaxAgeMilliseconds: 60))
                    ], countsPerMetre: 1000, maxMillimetresPerSecond: 1000,
                    packing: [
                        PackStation(
                            name: "cases", level: .case, itemReaders: ["case-cam"], printer: "printer",
                            labelReaders: ["scanner"], transit: 4),
                        PackStation(
                            name: "pallets", level: .pallet, itemReaders: ["scanner"], printer: "printer",
                            labelReaders: ["scanner"], transit: 1),
                    ],
                    numbers: NumberRules(unitBlock: 300, ssccBlock: 30, lowWater: 50), zone: .read,
                    drainMillimetres: 3000))
    }

    @Test func pathsAreSeenFromTheFile() throws {
        let line = try sandbox.line(smallLine)
        #expect(line.dataDirectory == sandbox.path + "/state")
        #expect(line.controlSocket == sandbox.path + "/state/run/control.sock")
        #expect(
            line.labels.map(\.file) == [
                sandbox.path + "/profiles/test/case.zpl", sandbox.path + "/profiles/test/pallet.zpl",
            ])
        let own = try sandbox.line(smallLine + "\n[control]\nsocket = \"/run/seriatim/control.sock\"\n")
        #expect(own.controlSocket == "/run/seriatim/control.sock")
    }

    @Test func gateModePLCNeedsNoPassSensor() throws {
        let plc = smallLine.replacingOccurrences(of: "mode = \"eject\"", with: "mode = \"plc\"")
        let errors = #expect(throws: SettingsErrors.self) { try sandbox.line(plc) }
        #expect(errors?.list.map(\.code) == [.unusedKey])
        let line = try sandbox.line(plc.replacingOccurrences(of: "pass_sensor_mm = 900\n", with: ""))
        #expect(line.configuration.lanes[0].gate.mode == .plc)
    }

    @Test func preprintedLineHasNoPrinter() throws {
        let start = try #require(smallLine.range(of: "[[station]]\nkind = \"unit-print\""))
        let end = try #require(smallLine.range(of: "[[station]]\nkind = \"unit-verify\""))
        var text = smallLine
        text.removeSubrange(start.lowerBound..<end.lowerBound)
        let device =
            "[[device]]\nname = \"coder\"\nprofile = \"test/coder\"\naddress = \"tcp:127.0.0.1:3010\"\n"
        let line = try sandbox.line(text.replacingOccurrences(of: device, with: ""))
        #expect(line.configuration.lanes[0].unitPrint == nil)
    }

    @Test func parametersOfADeviceChangeItsProfileAlone() throws {
        let text = smallLine.replacingOccurrences(
            of: "name = \"cam\"",
            with: "name = \"cam\"\nno_read = \"<NAK>\"\nterminator = \"<LF>\"\nsymbology_identifier = false")
        let line = try sandbox.line(text)
        let camera = try #require(line.device("cam")?.profile)
        #expect(camera.reader?.noRead == "<NAK>")
        #expect(camera.framing.end == "<LF>")
        #expect(camera.reader?.symbologyIdentifier == false)
        let other = try #require(line.device("case-cam")?.profile)
        #expect(other.reader?.noRead == "NOREAD")
        #expect(other.framing.end == "<CR>")
    }

    @Test func hashedBytesChangeWithTheLineAndNotWithItsWriting() throws {
        let line = try sandbox.line(smallLine)
        let written = try sandbox.line(
            "# a comment\n" + smallLine + "\ntransit = 2\n[numbers]\nunit_block = 200\n")
        #expect(written.sha256Input == line.sha256Input)
        #expect(written.effectiveText != line.effectiveText)
        let other = try sandbox.line(smallLine + "\ntransit = 3\n")
        #expect(other.sha256Input != line.sha256Input)
        try sandbox.write(
            "profiles/test/case.zpl", Profiles.label.replacingOccurrences(of: "30,30", with: "20,20"))
        #expect(try sandbox.line(smallLine).sha256Input != line.sha256Input)
    }

    @Test func effectiveTextListsEveryValueOnce() throws {
        let line = try sandbox.line(smallLine)
        let keys = line.effective.map(\.key)
        #expect(Set(keys).count == keys.count)
        for wanted in [
            "line.name = \"l1\"\n", "line.io = \"io\"  # default\n",
            "station[1].look_ahead = 20  # default\n",
            "station[3].distance_mm = 800\n", "device[3].address = \"serial:/dev/ttyS0?baud=115200\"\n",
            "numbers.unit_block = 200  # default\n", "profile(test/reader).framing.end = \"<CR>\"\n",
        ] {
            #expect(line.effectiveText.contains(wanted), "\(wanted)")
        }
    }
}
