import DeviceCore
import Testing

@Suite struct ProfileTests {
    @Test(arguments: try ProfileFile.all(".toml")) func everyShippedProfileIsValid(_ path: String) throws {
        let profile = try ProfileFile.profile(path)
        #expect(profile.validate() == [])
        _ = try profile.makeSession()
        #expect(profile.evidence == .manual, "only a recorded transcript may raise it")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var path: String
        var place: String
        var change: @Sendable (inout DeviceProfile) -> Void
        var testDescription: String { place }
    }

    static let mistakes: [Mistake] = [
        Mistake(path: "videojet/zipher.toml", place: "schema") { $0.schema = 2 },
        Mistake(path: "videojet/zipher.toml", place: "vendor") { $0.vendor = "" },
        Mistake(path: "videojet/zipher.toml", place: "sources") { $0.sources = [] },
        Mistake(path: "videojet/zipher.toml", place: "tcpPort") { $0.tcpPort = 70_000 },
        Mistake(path: "videojet/zipher.toml", place: "dialogue") { $0.kind = .reader },
        Mistake(path: "videojet/zipher.toml", place: "framing.end") { $0.framing.end = "" },
        Mistake(path: "videojet/zipher.toml", place: "timing.replyTimeoutMilliseconds") {
            $0.timing.replyTimeoutMilliseconds = 0
        },
        Mistake(path: "videojet/zipher.toml", place: "printer") { $0.printer = nil },
        Mistake(path: "videojet/zipher.toml", place: "printer.window") { $0.printer?.window = 0 },
        Mistake(path: "videojet/zipher.toml", place: "printer.forbidden") { $0.printer?.forbidden = "<XYZ>" },
        Mistake(path: "videojet/zipher.toml", place: "reader") { $0.reader = DeviceProfile.Reader() },
        Mistake(path: "videojet/zipher.toml", place: "commands.clear") { $0.commands["clear"] = nil },
        Mistake(path: "videojet/zipher.toml", place: "commands.claer") {
            $0.commands["claer"] = $0.commands["clear"]
        },
        Mistake(path: "videojet/zipher.toml", place: "commands.record.send") {
            $0.commands["record"]?.send = "SID|{index}|"
        },
        Mistake(path: "videojet/zipher.toml", place: "commands.record.send") {
            $0.commands["record"]?.send = "SID|{index}{values}|"
        },
        Mistake(path: "videojet/zipher.toml", place: "commands.clear.source") {
            $0.commands["clear"]?.source = ""
        },
        Mistake(path: "videojet/zipher.toml", place: "commands.clear.accepted") {
            $0.commands["clear"]?.accepted = ["{"]
        },
        Mistake(path: "videojet/zipher.toml", place: "commands.clear.refused") {
            $0.commands["clear"]?.refused = ["<": "x"]
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.blind") {
            $0.printer?.blind = true
        },
        Mistake(path: "videojet/zipher.toml", place: "printer.blind") {
            $0.printer?.blind = true
        },
        Mistake(path: "videojet/zipher.toml", place: "printer") {
            $0.printer?.each = "{value}<CR>"
        },
        Mistake(path: "leibinger/jet3.toml", place: "printer") {
            $0.printer?.maxFields = 3
        },
        Mistake(path: "videojet/wsi.toml", place: "framing.kind") {
            $0.framing = Framing(kind: .silence, interByteTimeoutMilliseconds: 9)
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.queue") {
            $0.printer?.queue = .records
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.proof") {
            $0.printer?.proof = .none
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.proof") {
            $0.printer?.proof = .index
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.proof") {
            $0.printer?.proof = .status
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.printedCount") {
            $0.commands["printedCount"] = nil
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.printedCount.accepted") {
            $0.commands["printedCount"]?.accepted = ["{number}"]
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.clear") {
            $0.commands["clear"] = nil
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.clear.accepted") {
            $0.commands["clear"]?.accepted = []
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.clear.accepted") {
            $0.commands["clear"]?.accepted = ["!{refusal}"]
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.record.accepted") {
            $0.commands["record"]?.accepted = ["${sum}"]
        },
        Mistake(path: "videojet/wsi.toml", place: "commands.ready") {
            $0.commands["ready"] = $0.commands["start"]
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.printedFrames") {
            $0.printer?.printedFrames = ["<EM>"]
        },
        Mistake(path: "videojet/wsi.toml", place: "status") {
            $0.commands["status"] = $0.commands["start"]
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.each") {
            $0.printer?.each = "{field}"
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.each") {
            $0.printer?.each = "{value}<HT>{name}"
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.each") {
            $0.printer?.each = "{number}<HT>{value}"
        },
        Mistake(path: "videojet/wsi.toml", place: "printer.maxFields") {
            $0.printer?.maxFields = 21
        },
        Mistake(path: "hitachi/ij.toml", place: "printer.each") {
            $0.printer?.maxFields = 10
        },
        Mistake(path: "hitachi/ij.toml", place: "commands.ready") {
            $0.commands["ready"] = nil
        },
        Mistake(path: "hitachi/ij.toml", place: "commands.ready.refused") {
            $0.commands["ready"]?.refused = [:]
        },
        Mistake(path: "hitachi/ij.toml", place: "printer.printedFrames") {
            $0.printer?.proof = .event
        },
        Mistake(path: "leibinger/jet3.toml", place: "framing.kind") {
            $0.framing = Framing(kind: .delimited, start: "^", end: "<CR>")
        },
        Mistake(path: "leibinger/jet3.toml", place: "printer.proof") { $0.printer?.proof = .none },
        Mistake(path: "leibinger/jet3.toml", place: "printer.proof") { $0.printer?.queue = .single },
        Mistake(path: "leibinger/jet3.toml", place: "commands.clear.send") {
            $0.commands["clear"]?.send = "!FF"
        },
        Mistake(path: "leibinger/jet3.toml", place: "commands.record.accepted") {
            $0.commands["record"]?.accepted = ["=MR{index}"]
        },
        Mistake(path: "leibinger/jet3.toml", place: "commands.lastPrinted.accepted") {
            $0.commands["lastPrinted"]?.accepted = ["=SM{index}"]
        },
        Mistake(path: "leibinger/jet3.toml", place: "commands.status.accepted") {
            $0.commands["status"]?.accepted = []
        },
        Mistake(path: "generic/reader-cr.toml", place: "reader.noRead") { $0.reader?.noRead = "" },
        Mistake(path: "generic/reader-cr.toml", place: "framing.kind") {
            $0.framing = Framing(kind: .modbusTCP)
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "framing.kind") {
            $0.framing = Framing(kind: .terminated, end: "<CR>")
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.inputs.count") {
            $0.modbus?.inputs.count = 126
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.inputs.beltPosition") {
            $0.modbus?.inputs.beltPosition = 32
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.inputs.part") { $0.modbus?.inputs.part = -1 },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.inputs.dispositionRing") {
            $0.modbus?.inputs.dispositionSlots = 16
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.inputs.dispositionSlots") {
            $0.modbus?.inputs.dispositionSlots = 0
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.outputs.verdictTable") {
            $0.modbus?.outputs.verdictTable = 65_530
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.outputs.verdictSlots") {
            $0.modbus?.outputs.verdictSlots = 0
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.unit") { $0.modbus?.unit = 256 },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.openRequests") {
            $0.modbus?.openRequests = 3
        },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.contract") { $0.modbus?.contract = 2 },
        Mistake(path: "seriatim/line-io-1.toml", place: "modbus.inputs.start") {
            $0.modbus?.inputs.start = .max
        },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "commands.weigh") { $0.commands = [:] },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "commands.weigh.accepted") {
            $0.commands["weigh"]?.accepted = []
        },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "commands.weigh.accepted") {
            $0.commands["weigh"]?.accepted = ["S S {weight:10} g"]
        },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "commands.weigh.accepted") {
            $0.commands["weigh"]?.accepted = ["S S {weight:10} {unit} {more}"]
        },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "commands.clear") { $0.commands["clear"] = nil },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "commands.clear.accepted") {
            $0.commands["clear"]?.accepted = []
        },
        Mistake(path: "mettler-toledo/mt-sics.toml", place: "dialogue") { $0.kind = .reader },
        Mistake(path: "patlite/phn.toml", place: "timing.idlePollIntervalMilliseconds") {
            $0.timing.idlePollIntervalMilliseconds = 1001
        },
        Mistake(path: "patlite/phn.toml", place: "beacon") {
            $0.beacon = nil
        },
        Mistake(path: "patlite/phn.toml", place: "beacon") {
            $0.beacon?.bits = []
        },
        Mistake(path: "patlite/phn.toml", place: "beacon") {
            $0.beacon?.values = ["red"]
        },
        Mistake(path: "patlite/phn.toml", place: "beacon.bits") {
            $0.beacon?.bits = ["red", "red"]
        },
        Mistake(path: "patlite/phn.toml", place: "beacon.bits") {
            $0.beacon?.bits = ["red", "blue"]
        },
        Mistake(path: "patlite/phn.toml", place: "beacon.bits") {
            $0.beacon?.bits = ["", ""]
        },
        Mistake(path: "patlite/phn.toml", place: "beacon.bits") {
            $0.beacon?.bits += ["", "", "", "", ""]
        },
        Mistake(path: "patlite/pns.toml", place: "beacon.values") {
            $0.beacon?.values += Array(repeating: "", count: 59)
        },
        Mistake(path: "patlite/phn.toml", place: "commands.set") {
            $0.commands["redOn"] = $0.commands["set"]
        },
        Mistake(path: "patlite/phn.toml", place: "commands.set.send") {
            $0.commands["set"]?.send = "W"
        },
        Mistake(path: "patlite/phn.toml", place: "commands.set.accepted") {
            $0.commands["set"]?.accepted = []
        },
        Mistake(path: "kmtronic/relay.toml", place: "beacon") {
            $0.beacon = DeviceProfile.Beacon(bits: ["red"])
        },
        Mistake(path: "kmtronic/relay.toml", place: "commands") {
            $0.commands = [:]
        },
        Mistake(path: "kmtronic/relay.toml", place: "commands.redOff") {
            $0.commands["redOff"] = nil
        },
        Mistake(path: "kmtronic/relay.toml", place: "commands.hornOn") {
            $0.commands["hornOn"] = nil
        },
        Mistake(path: "kmtronic/relay.toml", place: "commands.blueOn") {
            $0.commands["blueOn"] = $0.commands["redOn"]
        },
        Mistake(path: "generic/reader-cr.toml", place: "beacon") {
            $0.beacon = DeviceProfile.Beacon(bits: ["red"])
        },
    ]

    @Test(arguments: mistakes) func aMistakeIsFoundAtItsPlace(_ mistake: Mistake) throws {
        var profile = try ProfileFile.profile(mistake.path)
        mistake.change(&profile)
        #expect(profile.validate().map(\.path).contains(mistake.place))
        #expect(throws: ProfileFault.self) { try profile.makeSession() }
    }
}
