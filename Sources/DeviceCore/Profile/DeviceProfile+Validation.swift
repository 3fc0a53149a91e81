extension DeviceProfile {
    /// Everything wrong with this profile, in file order; empty when sessions can use it.
    public func validate() -> [ProfileFault] {
        let faults = parameterFaults()
        guard faults.isEmpty else { return faults }
        do throws(ProfileFault) { return try withStandIns().filledFaults() } catch { return [error] }
    }

    /// What is wrong once every parameter's value stands in the commands.
    private func filledFaults() -> [ProfileFault] {
        identityFaults() + framing.faults() + timingFaults() + tableFaults() + startFaults() + commandFaults()
            + statusFaults() + jobFaults() + labelFaults() + coderFaults() + beaconFaults() + scaleFaults()
    }

    private func identityFaults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        if schema != 1 { faults.append(ProfileFault("schema", "this program reads schema 1")) }
        if vendor.isEmpty { faults.append(ProfileFault("vendor", "must not be empty")) }
        if model.isEmpty { faults.append(ProfileFault("model", "must not be empty")) }
        if sources.isEmpty || sources.contains("") {
            faults.append(ProfileFault("sources", "name the document behind each statement"))
        }
        if let port = tcpPort, !(1...65535).contains(port) {
            faults.append(ProfileFault("tcpPort", "must be 1 to 65535"))
        }
        for text in usb {
            guard let identifier = USBIdentifier(text) else {
                faults.append(ProfileFault("usb", "\(text) is not VID:PID, four hexadecimal digits each"))
                continue
            }
            if identifier.isGenericBridge {
                faults.append(ProfileFault("usb", "\(text) is a chip that many devices use: it names none"))
            }
        }
        if dialogue.kind != kind {
            let wanted = dialogue.kind.rawValue
            faults.append(ProfileFault("dialogue", "\(dialogue.rawValue) is for kind = \"\(wanted)\""))
        }
        return faults
    }

    private func timingFaults() -> [ProfileFault] {
        let all: [(String, Int, Int)] = [
            ("replyTimeoutMilliseconds", timing.replyTimeoutMilliseconds, 1),
            ("pollIntervalMilliseconds", timing.pollIntervalMilliseconds, 1),
            ("idlePollIntervalMilliseconds", timing.idlePollIntervalMilliseconds, 1),
            ("settleMilliseconds", timing.settleMilliseconds, 0),
        ]
        return all.compactMap { key, value, least in
            (least...60_000).contains(value)
                ? nil : ProfileFault("timing.\(key)", "must be \(least) to 60000")
        }
    }

    private func tableFaults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        func table(_ name: String, isThere: Bool, needed: Bool) {
            if needed && !isThere {
                faults.append(ProfileFault(name, "this dialogue needs the table [\(name)]"))
            }
            if !needed && isThere {
                faults.append(ProfileFault(name, "this dialogue has no table [\(name)]"))
            }
        }
        table("reader", isThere: reader != nil, needed: dialogue.kind == .reader)
        table("printer", isThere: printer != nil, needed: [.coder, .labelPrinter].contains(dialogue.kind))
        let isLineIO = dialogue.kind == .lineIO
        table("modbus", isThere: modbus != nil, needed: isLineIO)
        if isLineIO {
            table("modbus.module", isThere: modbus?.module != nil, needed: dialogue == .modbusModule)
        }
        let isModbus = framing.kind == .modbusTCP || framing.kind == .modbusRTU
        if isModbus != isLineIO {
            faults.append(
                ProfileFault(
                    "framing.kind",
                    "modbus-tcp and modbus-rtu go with dialogues modbus-line-io and modbus-module, "
                        + "and only there"))
        }
        if dialogue == .ssi, framing.kind != .lengthPrefixed || framing.checksum == nil {
            faults.append(
                ProfileFault("framing.kind", "dialogue ssi needs length-prefixed frames with a check value"))
        }
        if framing.kind == .inputEvents, dialogue != .reader || !commands.isEmpty {
            faults.append(
                ProfileFault("framing.kind", "input-events goes with dialogue reader and no commands"))
        }
        if let reader { faults += readerFaults(reader) }
        if let printer { faults += printerFaults(printer) }
        if dialogue != .beacon { table("beacon", isThere: beacon != nil, needed: false) }
        if let modbus { faults += modbus.faults(isSerial: framing.kind == .modbusRTU) }
        if modbus?.module != nil {
            if timing.pollIntervalMilliseconds > 40 {
                faults.append(
                    ProfileFault(
                        "timing.pollIntervalMilliseconds", "at most 40 with a module: it opens a gate by it"))
            }
            if timing.replyTimeoutMilliseconds > 200 {
                faults.append(
                    ProfileFault(
                        "timing.replyTimeoutMilliseconds", "at most 200 with a module: it shuts a gate by it")
                )
            }
        }
        return faults
    }

    private func readerFaults(_ reader: Reader) -> [ProfileFault] {
        var faults: [ProfileFault] = []
        if let text = reader.noRead {
            faults += Self.byteTextFaults(text, "reader.noRead", mayBeEmpty: false)
        }
        if let text = reader.readPrefix {
            faults += Self.byteTextFaults(text, "reader.readPrefix", mayBeEmpty: false)
        }
        for text in reader.complaints.keys.sorted() {
            faults += Self.byteTextFaults(text, "reader.complaints", mayBeEmpty: false)
        }
        for text in reader.ignoredPrefixes {
            faults += Self.byteTextFaults(text, "reader.ignoredPrefixes", mayBeEmpty: false)
        }
        return faults
    }

    private func printerFaults(_ printer: Printer) -> [ProfileFault] {
        var faults = Self.byteTextFaults(
            printer.valueSeparator, "printer.valueSeparator", mayBeEmpty: dialogue == .valueCoder)
        faults += Self.byteTextFaults(printer.forbidden, "printer.forbidden", mayBeEmpty: true)
        for text in printer.notifications {
            faults += Self.byteTextFaults(text, "printer.notifications", mayBeEmpty: false)
        }
        if !(0...1_000_000).contains(printer.depth) {
            faults.append(ProfileFault("printer.depth", "must be 0 to 1000000"))
        }
        if !(1...4096).contains(printer.maxValueBytes) {
            faults.append(ProfileFault("printer.maxValueBytes", "must be 1 to 4096"))
        }
        if !(1...64).contains(printer.window) {
            faults.append(ProfileFault("printer.window", "must be 1 to 64"))
        }
        return faults + languageFaults(printer)
    }

    private func startFaults() -> [ProfileFault] {
        guard !start.isEmpty else { return [] }
        var faults: [ProfileFault] = []
        if [.modbusTCP, .modbusRTU, .inputEvents].contains(framing.kind) || dialogue == .ssi {
            faults.append(ProfileFault("start", "this dialogue has no [[start]]"))
        }
        for (index, step) in start.enumerated() {
            let place = "start.\(index + 1)"
            if step.command.source.isEmpty {
                faults.append(ProfileFault("\(place).source", "name the document"))
            }
            faults += step.command.faults(place: place, arguments: [])
            for text in step.command.accepted {
                guard let template = try? ByteTemplate(text) else { continue }
                for name in template.names where !DeviceIdentity.captures.contains(name) {
                    faults.append(
                        ProfileFault(
                            "\(place).accepted", "{\(name)}: a start tells {model}, {version}, {serial}"))
                }
            }
        }
        return faults
    }

    private func commandFaults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        for name in dialogue.requiredCommands where commands[name] == nil {
            faults.append(ProfileFault("commands.\(name)", "this dialogue needs the command"))
        }
        for (name, command) in commands.sorted(by: { $0.key < $1.key }) {
            let place = "commands.\(name)"
            guard let arguments = dialogue.knownCommands[name] else {
                let known = dialogue.knownCommands.keys.sorted().joined(separator: ", ")
                faults.append(ProfileFault(place, "not a command of this dialogue; it knows: \(known)"))
                continue
            }
            if command.source.isEmpty { faults.append(ProfileFault("\(place).source", "name the document")) }
            faults += command.faults(
                place: place, arguments: arguments, mayHold: name == "label" ? "id" : nil)
        }
        return faults
    }

    static func byteTextFaults(_ text: String, _ path: String, mayBeEmpty: Bool) -> [ProfileFault] {
        do throws(ProfileFault) {
            let bytes = try ByteText.bytes(text)
            return bytes.isEmpty && !mayBeEmpty ? [ProfileFault(path, "must not be empty")] : []
        } catch {
            return [ProfileFault(path, error.message)]
        }
    }
}

extension DeviceProfile.Dialogue {
    /// The kind of device that speaks this.
    var kind: DeviceProfile.Kind {
        switch self {
        case .reader, .ssi: return .reader
        case .zipher, .leibinger, .valueCoder: return .coder
        case .zpl, .label: return .labelPrinter
        case .modbusLineIO, .modbusModule: return .lineIO
        case .beacon: return .beacon
        case .scale: return .scale
        }
    }

    /// Names of the commands the dialogue can use, each with the arguments its template must hold.
    var knownCommands: [String: [String]] {
        switch self {
        case .reader, .ssi:
            return ["trigger": [], "triggerOff": [], "feedbackGood": [], "feedbackBad": []]
                .merging(Self.jobCommands) { own, _ in own }
        case .zipher:
            return [
                "clear": [], "header": ["fields"], "record": ["index", "values"], "lastPrinted": [],
                "status": [],
            ].merging(Self.jobCommands) { own, _ in own }
        case .leibinger:
            return ["clear": [], "record": ["index", "values"], "lastPrinted": [], "status": []]
                .merging(Self.jobCommands) { own, _ in own }
        case .valueCoder:
            return [
                "clear": [], "record": ["values"], "start": [], "printedCount": [], "ready": [], "status": [],
            ].merging(Self.jobCommands) { own, _ in own }
        case .zpl: return ["status": [], "clear": [], "printedCount": []]
        case .label: return ["status": [], "clear": [], "printedCount": [], "label": ["label"]]
        case .modbusLineIO, .modbusModule: return [:]
        case .scale: return ["clear": [], "weigh": []]
        case .beacon:
            let names = DeviceProfile.Lamp.allCases.flatMap { [$0.commands.on, $0.commands.off] }
            return names.reduce(into: ["set": ["lamps"]]) { $0[$1] = [] }
        }
    }

    /// Whether the replies of command `status` are read by the tables `[[status]]`.
    var hasStatusMap: Bool {
        switch self {
        case .label, .valueCoder: true
        case .reader, .ssi, .zipher, .leibinger, .zpl, .modbusLineIO, .modbusModule, .beacon, .scale: false
        }
    }

    /// Commands of the devices whose jobs can be selected and read back.
    private static var jobCommands: [String: [String]] { ["selectJob": ["job"], "currentJob": []] }

    /// Names of the commands without which the dialogue cannot work.
    var requiredCommands: [String] {
        switch self {
        case .reader, .ssi, .modbusLineIO, .modbusModule, .beacon: return []
        case .zipher: return ["clear", "header", "record", "lastPrinted"]
        case .leibinger: return ["clear", "record", "lastPrinted", "status"]
        case .valueCoder: return ["record"]
        case .scale: return ["clear", "weigh"]
        case .zpl: return ["status"]
        case .label: return ["status", "label"]
        }
    }
}

extension DeviceProfile.Command {
    /// Checks template, replies and arguments.
    ///
    /// - Parameter number: An argument that may be there, as a number of so many digits: `{id:2}`.
    func faults(place: String, arguments: [String], mayHold number: String? = nil) -> [ProfileFault] {
        var faults: [ProfileFault] = []
        do throws(ProfileFault) {
            let template = try ByteTemplate(send)
            if template.names.filter({ $0 != number }).sorted() != arguments.sorted() {
                let wanted = arguments.map { "{\($0)}" }.joined(separator: " ")
                faults.append(
                    ProfileFault(
                        "\(place).send", "must hold exactly: \(wanted.isEmpty ? "no argument" : wanted)"))
            }
            for sent in template.places {
                let isNumber = sent.name == number
                let digits: ClosedRange<Int> = 1...9
                if case .exactly(let count) = sent.capture, isNumber, digits.contains(count) { continue }
                guard sent.capture != .bytes || isNumber else { continue }
                let text = isNumber ? "{\(sent.name):N}, N from 1 to 9" : "only {name} in what is sent"
                faults.append(ProfileFault("\(place).send", "the place is \(text)"))
            }
        } catch {
            faults.append(ProfileFault("\(place).send", error.message))
        }
        if !(0...60_000).contains(timeoutMilliseconds) {
            faults.append(ProfileFault("\(place).timeoutMilliseconds", "must be 0 to 60000"))
        }
        for text in accepted {
            do throws(ProfileFault) { _ = try ByteTemplate(text) } catch {
                faults.append(ProfileFault("\(place).accepted", error.message))
            }
        }
        for text in refused.keys.sorted() {
            do throws(ProfileFault) { _ = try ByteText.bytes(text) } catch {
                faults.append(ProfileFault("\(place).refused", error.message))
            }
        }
        return faults
    }
}
