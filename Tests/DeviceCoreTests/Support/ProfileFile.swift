import DeviceCore
import Foundation

/// The part of TOML the profiles use, read strictly: enough to test that each file under `devices/` is the
/// profile the sessions need. The product reads TOML elsewhere.
struct ProfileFile {
    enum Value: Equatable {
        case text(String)
        case number(Int)
        case flag(Bool)
        case list([String])
        case table([String: String])
    }

    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    /// `devices/` of this repository.
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("devices")

    /// Paths under `devices/` with this ending, sorted.
    static func all(_ ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(ending) }
            .sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    /// The profile in `devices/<path>`.
    static func profile(_ path: String) throws -> DeviceProfile {
        var file = try ProfileFile(text(path))
        let profile = try file.profile()
        guard file.values.isEmpty else {
            throw Fault(description: "unused keys \(file.values.keys.sorted())")
        }
        return profile
    }

    /// Values by dotted key; reading takes them out.
    private(set) var values: [String: Value] = [:]

    init(_ text: String) throws {
        var table = ""
        var lists: [String: Int] = [:]
        var lines = text.components(separatedBy: "\n")[...]
        while let line = lines.popFirst() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("[[") {
                // One of a list: by its number behind the name.
                let name = String(line.dropFirst(2).dropLast(2))
                table = "\(name)[\(lists[name, default: 0])]."
                lists[name, default: 0] += 1
                continue
            }
            if line.hasPrefix("[") {
                // A table of one of a list belongs to the last of it.
                let name = String(line.dropFirst().dropLast())
                let list = lists.keys.first { name.hasPrefix($0 + ".") }
                table =
                    list.map { "\($0)[\(lists[$0, default: 0] - 1)]\(name.dropFirst($0.count))." } ?? name
                    + "."
                continue
            }
            guard let equals = line.range(of: " = ") else { throw Fault(description: "no = in: \(line)") }
            var right = String(line[equals.upperBound...])
            if right == "[" {
                while let next = lines.popFirst() {
                    right += next.trimmingCharacters(in: .whitespaces)
                    if next == "]" { break }
                }
            } else if right == "\"\"\"" {
                right = "\""
                while let next = lines.popFirst() {
                    right += next.hasSuffix("\"\"\"") ? String(next.dropLast(2)) : next + " "
                    if next.hasSuffix("\"\"\"") { break }
                }
            }
            let key = table + line[..<equals.lowerBound].replacingOccurrences(of: "\"", with: "")
            guard values.updateValue(try Self.value(right), forKey: key) == nil else {
                throw Fault(description: "twice: \(key)")
            }
        }
    }

    private static func value(_ text: String) throws -> Value {
        if let number = Int(text) { return .number(number) }
        if text == "true" || text == "false" { return .flag(text == "true") }
        if text.hasPrefix("\""), text.hasSuffix("\"") { return .text(String(text.dropFirst().dropLast())) }
        let inner = text.dropFirst().dropLast()
        // Strings of the profiles hold no escapes, so the odd pieces between quotes are the strings.
        let strings = inner.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        if text.hasPrefix("[") { return .list(strings) }
        if text.hasPrefix("{"), let equals = inner.range(of: " = "), strings.count == 1 {
            let key = inner[..<equals.lowerBound].trimmingCharacters(in: .whitespaces)
            return .table([key: strings[0]])
        }
        if text.hasPrefix("{ \""), strings.count % 2 == 0 {
            let pairs = stride(from: 0, to: strings.count, by: 2).map { (strings[$0], strings[$0 + 1]) }
            return .table(try Dictionary(pairs) { _, _ in throw Fault(description: "twice: \(text)") })
        }
        throw Fault(description: "not understood: \(text)")
    }

    private mutating func text(_ key: String) throws -> String? {
        switch values.removeValue(forKey: key) {
        case .text(let text): return text
        case nil: return nil
        default: throw Fault(description: "\(key): not a string")
        }
    }

    private mutating func need(_ key: String) throws -> String {
        guard let text = try text(key) else { throw Fault(description: "\(key): missing") }
        return text
    }

    private mutating func number(_ key: String) throws -> Int? {
        switch values.removeValue(forKey: key) {
        case .number(let number): return number
        case nil: return nil
        default: throw Fault(description: "\(key): not a number")
        }
    }

    private mutating func list(_ key: String) throws -> [String] {
        switch values.removeValue(forKey: key) {
        case .list(let list): return list
        case nil: return []
        default: throw Fault(description: "\(key): not a list")
        }
    }

    private mutating func word<Word: RawRepresentable>(_ key: String) throws -> Word
    where Word.RawValue == String {
        let text = try need(key)
        guard let word = Word(rawValue: text) else {
            throw Fault(description: "\(key): unknown word \(text)")
        }
        return word
    }

    mutating func profile() throws -> DeviceProfile {
        var profile = DeviceProfile(
            schema: try number("schema") ?? 0, vendor: try need("vendor"), model: try need("model"),
            kind: try word("kind"), dialogue: try word("dialogue"), evidence: try word("evidence"),
            firmware: try text("firmware") ?? "", sources: try list("sources"),
            notes: try text("notes") ?? "",
            tcpPort: try number("tcpPort"), framing: try framing(), timing: try timing())
        let tables = Set(values.keys.map { $0.components(separatedBy: ".")[0] })
        if tables.contains("reader") { profile.reader = try reader() }
        if tables.contains("printer") { profile.printer = try printer() }
        if tables.contains("job") { profile.job = try job() }
        if tables.contains("modbus") { profile.modbus = try modbus() }
        if tables.contains("beacon") {
            profile.beacon = DeviceProfile.Beacon(
                bits: try list("beacon.bits"), values: try list("beacon.values"))
        }
        profile.usb = try list("usb")
        for key in values.keys.sorted() where key.hasPrefix("commands.") && key.hasSuffix(".send") {
            let place = String(key.dropLast(5))
            profile.commands[String(place.dropFirst(9))] = try command(place)
        }
        while values["start[\(profile.start.count)].send"] != nil {
            let place = "start[\(profile.start.count)]"
            profile.start.append(
                DeviceProfile.Start(
                    try command(place), isOptional: try flag(place + ".optional"),
                    isRetrySafe: try flag(place + ".retrySafe")))
        }
        while values["status[\(profile.status.count)].field"] != nil {
            profile.status.append(try statusField("status[\(profile.status.count)]"))
        }
        while values["parameter[\(profile.parameters.count)].name"] != nil {
            profile.parameters.append(try parameter("parameter[\(profile.parameters.count)]"))
        }
        return profile
    }

    private mutating func parameter(_ place: String) throws -> ProfileParameter {
        let name = try need(place + ".name")
        let rule: ProfileParameter.Rule
        switch try need(place + ".type") {
        case "int":
            rule = .int(min: try numberNeeded(place + ".min"), max: try numberNeeded(place + ".max"))
        case "text":
            rule = .text(
                maxLength: try numberNeeded(place + ".maxLength"),
                forbidden: try text(place + ".forbidden") ?? "")
        case "choice": rule = .choice(try list(place + ".choices"))
        case let other: throw Fault(description: "\(place).type: \(other)")
        }
        var parameter = ProfileParameter(name: name, rule: rule, about: try need(place + ".about"))
        if case .int = rule {
            parameter.standard = try number(place + ".default").map { "\($0)" }
        } else {
            parameter.standard = try text(place + ".default")
        }
        return parameter
    }

    private mutating func statusField(_ place: String) throws -> StatusField {
        var field = StatusField(field: try need(place + ".field"))
        if values.keys.contains(where: { $0 == place + ".is" || $0.hasPrefix(place + ".is.") }) {
            field.values = try meanings(place + ".is")
        }
        if values[place + ".bits"] != nil { field.bits = try list(place + ".bits") }
        if values[place + ".number"] != nil { field.number = try word(place + ".number") }
        return field
    }

    private mutating func command(_ place: String) throws -> DeviceProfile.Command {
        DeviceProfile.Command(
            send: try need(place + ".send"), accepted: try list(place + ".accepted"),
            refused: try meanings(place + ".refused"), source: try need(place + ".source"),
            timeoutMilliseconds: try number(place + ".timeoutMilliseconds") ?? 0)
    }

    private mutating func flag(_ key: String, unless standard: Bool = false) throws -> Bool {
        switch values.removeValue(forKey: key) {
        case .flag(let flag): return flag
        case nil: return standard
        default: throw Fault(description: "\(key): not true or false")
        }
    }

    /// A table of texts, on one line or with a heading of its own.
    private mutating func meanings(_ key: String) throws -> [String: String] {
        if case .table(let table)? = values.removeValue(forKey: key) { return table }
        var table: [String: String] = [:]
        for name in values.keys where name.hasPrefix(key + ".") {
            table[String(name.dropFirst(key.count + 1))] = try text(name)
        }
        return table
    }

    private mutating func framing() throws -> Framing {
        var framing = Framing(kind: try word("framing.kind"))
        framing.start = try text("framing.start") ?? framing.start
        framing.end = try text("framing.end") ?? framing.end
        framing.sendEnd = try text("framing.sendEnd")
        framing.padding = try text("framing.padding") ?? framing.padding
        framing.frameBytes = try number("framing.frameBytes") ?? framing.frameBytes
        framing.maxFrameBytes = try number("framing.maxFrameBytes") ?? framing.maxFrameBytes
        framing.interByteTimeoutMilliseconds = try number("framing.interByteTimeoutMilliseconds") ?? 0
        if let bytes = try number("framing.length.bytes") {
            framing.length = Framing.Length(bytes: bytes)
            if values["framing.length.counts"] != nil {
                framing.length?.counts = try word("framing.length.counts")
            }
        }
        if values["framing.checksum.kind"] != nil {
            framing.checksum = Checksum(kind: try word("framing.checksum.kind"))
            if values["framing.checksum.covers"] != nil {
                framing.checksum?.covers = try word("framing.checksum.covers")
            }
        }
        while values["framing.also[\(framing.also.count)].start"] != nil {
            let place = "framing.also[\(framing.also.count)]"
            framing.also.append(
                Framing.Also(
                    start: try need(place + ".start"), end: try text(place + ".end") ?? "",
                    frameBytes: try number(place + ".frameBytes") ?? 0))
        }
        return framing
    }

    private mutating func timing() throws -> DeviceProfile.Timing {
        var timing = DeviceProfile.Timing()
        timing.replyTimeoutMilliseconds =
            try number("timing.replyTimeoutMilliseconds") ?? timing.replyTimeoutMilliseconds
        timing.pollIntervalMilliseconds =
            try number("timing.pollIntervalMilliseconds") ?? timing.pollIntervalMilliseconds
        timing.idlePollIntervalMilliseconds =
            try number("timing.idlePollIntervalMilliseconds") ?? timing.idlePollIntervalMilliseconds
        timing.settleMilliseconds = try number("timing.settleMilliseconds") ?? timing.settleMilliseconds
        return timing
    }

    private mutating func reader() throws -> DeviceProfile.Reader {
        let flag = values.removeValue(forKey: "reader.symbologyIdentifier") ?? .flag(true)
        let hasEncoding = values["reader.encoding"] != nil
        return DeviceProfile.Reader(
            noRead: try text("reader.noRead"), symbologyIdentifier: flag == .flag(true),
            ignoredPrefixes: try list("reader.ignoredPrefixes"), readPrefix: try text("reader.readPrefix"),
            encoding: hasEncoding ? try word("reader.encoding") : .plain,
            complaints: try meanings("reader.complaints"))
    }

    private mutating func printer() throws -> DeviceProfile.Printer {
        var printer = DeviceProfile.Printer(
            queue: try word("printer.queue"), proof: try word("printer.proof"))
        printer.depth = try number("printer.depth") ?? printer.depth
        printer.valueSeparator = try text("printer.valueSeparator") ?? printer.valueSeparator
        printer.forbidden = try text("printer.forbidden") ?? printer.forbidden
        printer.maxValueBytes = try number("printer.maxValueBytes") ?? printer.maxValueBytes
        printer.window = try number("printer.window") ?? printer.window
        printer.notifications = try list("printer.notifications")
        if values["printer.afterStop"] != nil { printer.afterStop = try word("printer.afterStop") }
        printer.blind = try flag("printer.blind")
        printer.language = try text("printer.language") ?? printer.language
        printer.lineEnd = try text("printer.lineEnd") ?? printer.lineEnd
        printer.controls = try text("printer.controls") ?? printer.controls
        printer.escape = try meanings("printer.escape")
        printer.each = try text("printer.each") ?? printer.each
        printer.maxFields = try number("printer.maxFields") ?? printer.maxFields
        printer.printedFrames = try list("printer.printedFrames")
        return printer
    }

    private mutating func job() throws -> DeviceProfile.Job {
        var job = DeviceProfile.Job()
        job.forbidden = try text("job.forbidden") ?? job.forbidden
        job.maxNameBytes = try number("job.maxNameBytes") ?? job.maxNameBytes
        job.timeoutMilliseconds = try number("job.timeoutMilliseconds") ?? job.timeoutMilliseconds
        return job
    }

    private mutating func modbus() throws -> LineIORegisterMap {
        var map = LineIORegisterMap(
            unit: try numberNeeded("modbus.unit"), contract: try number("modbus.contract") ?? 1,
            openRequests: try numberNeeded("modbus.openRequests"),
            watchdogMilliseconds: try numberNeeded("modbus.watchdogMilliseconds"),
            frameGapMilliseconds: try number("modbus.frameGapMilliseconds") ?? 0)
        if let word = try text("modbus.measure") {
            guard let measure = LineIORegisterMap.Measure(rawValue: word) else {
                throw Fault(description: "modbus.measure: \(word)")
            }
            map.measure = measure
        }
        if values.keys.contains(where: { $0.hasPrefix("modbus.module.") }) {
            map.module = try module()
            return map
        }
        map.inputs = LineIORegisterMap.Inputs(
            start: try numberNeeded("modbus.inputs.start"), count: try numberNeeded("modbus.inputs.count"),
            contractVersion: try numberNeeded("modbus.inputs.contractVersion"),
            status: try numberNeeded("modbus.inputs.status"),
            beltPosition: try numberNeeded("modbus.inputs.beltPosition"),
            part: try numberNeeded("modbus.inputs.part"),
            pass: try numberNeeded("modbus.inputs.pass"), reject: try numberNeeded("modbus.inputs.reject"),
            gateSequence: try numberNeeded("modbus.inputs.gateSequence"),
            heartbeatEcho: try numberNeeded("modbus.inputs.heartbeatEcho"),
            dispositionCounter: try numberNeeded("modbus.inputs.dispositionCounter"),
            dispositionRing: try numberNeeded("modbus.inputs.dispositionRing"),
            dispositionSlots: try numberNeeded("modbus.inputs.dispositionSlots"))
        map.outputs = LineIORegisterMap.Outputs(
            heartbeat: try numberNeeded("modbus.outputs.heartbeat"),
            gate: try numberNeeded("modbus.outputs.gate"),
            purgeUntil: try numberNeeded("modbus.outputs.purgeUntil"),
            verdictTable: try numberNeeded("modbus.outputs.verdictTable"),
            verdictSlots: try numberNeeded("modbus.outputs.verdictSlots"))
        return map
    }

    private mutating func module() throws -> LineIOModule {
        let place = "modbus.module."
        func block(_ name: String) throws -> LineIOModule.Block {
            LineIOModule.Block(
                function: try numberNeeded(place + name + ".function"),
                start: try numberNeeded(place + name + ".start"),
                count: try numberNeeded(place + name + ".count"))
        }
        func places<Place: RawRepresentable<String> & CaseIterable & Hashable>(
            _ name: String
        ) throws -> [Place: Int] {
            var places: [Place: Int] = [:]
            for signal in Place.allCases {
                places[signal] = try number("\(place)\(name).\(signal.rawValue)")
            }
            return places
        }
        var module = LineIOModule(
            inputs: try block("inputs"), inputBits: try places("inputs"),
            outputsStart: try numberNeeded(place + "outputs.start"),
            outputsCount: try numberNeeded(place + "outputs.count"), outputBits: try places("outputs"),
            gateWindowMilliseconds: try numberNeeded(place + "gateWindowMilliseconds"))
        func has(_ name: String) -> Bool { values.keys.contains { $0.hasPrefix(place + name) } }
        if has("counters.") {
            module.counterRegisters = try places("counters")
            module.counters = try block("counters")
        }
        if has("readBack.") { module.readBack = try block("readBack") }
        if has("watchdog.") {
            module.watchdog = LineIOModule.Watchdog(
                register: try numberNeeded(place + "watchdog.register"),
                tripped: try numberNeeded(place + "watchdog.tripped"))
        }
        while has("setup[\(module.setup.count)]") {
            let step = "\(place)setup[\(module.setup.count)]."
            module.setup.append(
                LineIOModule.Setup(
                    register: try numberNeeded(step + "register"), value: try numberNeeded(step + "value"),
                    isWritten: try flag(step + "write", unless: true),
                    isVerified: try flag(step + "verify", unless: true)))
        }
        return module
    }

    private mutating func numberNeeded(_ key: String) throws -> Int {
        guard let number = try number(key) else { throw Fault(description: "\(key): missing") }
        return number
    }
}
