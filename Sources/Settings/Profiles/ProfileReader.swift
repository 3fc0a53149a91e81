import DeviceCore

/// Reads one ``DeviceProfile`` from its tree, every key of it and no other.
///
/// Ranges are ``DeviceProfile/validate()``'s business; here a number must only be one that could be meant.
struct ProfileReader {
    private static let number = -1...1_000_000
    private static let text = TextRule.line(maxBytes: 4_096)
    let root: TableReader

    /// Reads the profile. Faults go to the report; after one the result is a stand-in.
    func read() -> DeviceProfile {
        let dialogue: DeviceProfile.Dialogue = root.word("dialogue", fallback: .reader)
        var profile = DeviceProfile(
            schema: root.integer("schema", Self.number),
            vendor: root.string("vendor", .line(maxBytes: 200)),
            model: root.string("model", .line(maxBytes: 200)),
            kind: root.word("kind", fallback: .reader),
            dialogue: dialogue,
            evidence: root.word("evidence", fallback: .manual),
            firmware: root.string("firmware", Self.text, default: ""),
            sources: root.strings("sources", Self.text, count: 1...100),
            notes: root.string("notes", .text(maxBytes: 16_384), default: ""),
            framing: framing())
        profile.tcpPort = root.optionalInteger("tcpPort", Self.number)
        profile.usb = root.strings("usb", Self.text, count: 0...100, default: [])
        profile.timing = timing()
        profile.reader = root.optionalTable("reader").map(reader)
        profile.printer = root.optionalTable("printer").map(printer)
        profile.job = root.optionalTable("job").map(job)
        profile.modbus = root.optionalTable("modbus").map(modbus)
        profile.beacon = root.optionalTable("beacon").map(beacon)
        profile.start = root.tables("start", atMost: 20).map(start)
        profile.commands = commands()
        profile.parameters = root.tables("parameter", atMost: DeviceProfile.maxParameters).map(parameter)
        profile.status = root.tables("status", atMost: 32).map(statusField)
        root.finish()
        return profile
    }

    private func framing() -> Framing {
        let table = root.table("framing")
        let kind: Framing.Kind = table.word("kind", fallback: .terminated)
        let needsLimit = kind == .terminated || kind == .delimited
        var framing = Framing(
            kind: kind,
            start: table.string("start", Self.text, default: ""),
            end: table.string("end", Self.text, default: ""),
            sendEnd: table.optionalString("sendEnd", Self.text),
            padding: table.string("padding", Self.text, default: ""),
            frameBytes: table.integer("frameBytes", Self.number, default: 0),
            maxFrameBytes: table.integer("maxFrameBytes", Self.number, default: needsLimit ? nil : 1024),
            interByteTimeoutMilliseconds: table.integer(
                "interByteTimeoutMilliseconds", Self.number, default: 0))
        framing.escape = table.string("escape", Self.text, default: "")
        framing.length = table.optionalTable("length").map(length)
        framing.checksum = table.optionalTable("checksum").map(checksum)
        framing.also = table.tables("also", atMost: 20).map(also)
        table.finish()
        return framing
    }

    private func length(_ table: TableReader) -> Framing.Length {
        let length = Framing.Length(
            bytes: table.integer("bytes", Self.number),
            order: table.word("order", default: .big, fallback: .big),
            counts: table.word("counts", default: .body, fallback: .body))
        table.finish()
        return length
    }

    private func checksum(_ table: TableReader) -> Checksum {
        let checksum = Checksum(
            kind: table.word("kind", fallback: .xor8),
            form: table.word("form", default: .raw, fallback: .raw),
            order: table.word("order", default: .big, fallback: .big),
            covers: table.word("covers", default: .body, fallback: .body))
        table.finish()
        return checksum
    }

    private func also(_ table: TableReader) -> Framing.Also {
        let frame = Framing.Also(
            start: table.string("start", Self.text),
            end: table.string("end", Self.text, default: ""),
            frameBytes: table.integer("frameBytes", Self.number, default: 0))
        table.finish()
        return frame
    }

    private func timing() -> DeviceProfile.Timing {
        let standard = DeviceProfile.Timing()
        let table = root.table("timing")
        func time(_ key: String, _ value: Int) -> Int { table.integer(key, Self.number, default: value) }
        let timing = DeviceProfile.Timing(
            replyTimeoutMilliseconds: time("replyTimeoutMilliseconds", standard.replyTimeoutMilliseconds),
            pollIntervalMilliseconds: time("pollIntervalMilliseconds", standard.pollIntervalMilliseconds),
            idlePollIntervalMilliseconds: time(
                "idlePollIntervalMilliseconds", standard.idlePollIntervalMilliseconds),
            settleMilliseconds: time("settleMilliseconds", standard.settleMilliseconds))
        table.finish()
        return timing
    }

    private func reader(_ table: TableReader) -> DeviceProfile.Reader {
        let reader = DeviceProfile.Reader(
            noRead: table.optionalString("noRead", Self.text),
            symbologyIdentifier: table.boolean("symbologyIdentifier", default: true),
            ignoredPrefixes: table.strings("ignoredPrefixes", Self.text, count: 0...100, default: []),
            readPrefix: table.optionalString("readPrefix", Self.text),
            encoding: table.word("encoding", default: .plain, fallback: .plain),
            complaints: meanings(table.table("complaints")))
        table.finish()
        return reader
    }

    /// A table of byte texts to what they mean.
    private func meanings(_ table: TableReader) -> [String: String] {
        var meanings: [String: String] = [:]
        for text in table.names() { meanings[text] = table.string(text, Self.text) }
        return meanings
    }

    private func printer(_ table: TableReader) -> DeviceProfile.Printer {
        var printer = DeviceProfile.Printer(
            queue: table.word("queue", fallback: .none),
            depth: table.integer("depth", Self.number, default: 0),
            proof: table.word("proof", fallback: .none),
            valueSeparator: table.string("valueSeparator", Self.text, default: "|"),
            forbidden: table.string("forbidden", Self.text, default: ""),
            maxValueBytes: table.integer("maxValueBytes", Self.number, default: 256),
            window: table.integer("window", Self.number, default: 1),
            notifications: table.strings("notifications", Self.text, count: 0...100, default: []))
        printer.afterStop = table.word("afterStop", default: .unknown, fallback: .unknown)
        printer.blind = table.boolean("blind", default: false)
        printer.each = table.string("each", Self.text, default: "{value}")
        printer.maxFields = table.integer("maxFields", Self.number, default: 1)
        printer.printedFrames = table.strings("printedFrames", Self.text, count: 0...100, default: [])
        printer.language = table.string("language", Self.text, default: printer.language)
        printer.lineEnd = table.string("lineEnd", Self.text, default: printer.lineEnd)
        printer.controls = table.string("controls", Self.text, default: printer.controls)
        printer.escape = meanings(table.table("escape"))
        table.finish()
        return printer
    }

    private func statusField(_ table: TableReader) -> StatusField {
        let field = StatusField(
            field: table.string("field", Self.text), values: table.optionalTable("is").map(meanings),
            bits: table.optionalStrings("bits", Self.text, count: 1...64),
            number: table.optionalWord("number", fallback: .labelsRemaining))
        table.finish()
        return field
    }

    private func job(_ table: TableReader) -> DeviceProfile.Job {
        let standard = DeviceProfile.Job()
        let job = DeviceProfile.Job(
            forbidden: table.string("forbidden", Self.text, default: standard.forbidden),
            maxNameBytes: table.integer("maxNameBytes", Self.number, default: standard.maxNameBytes),
            timeoutMilliseconds: table.integer(
                "timeoutMilliseconds", Self.number, default: standard.timeoutMilliseconds))
        table.finish()
        return job
    }

    private func modbus(_ table: TableReader) -> LineIORegisterMap {
        var map = LineIORegisterMap(
            unit: table.integer("unit", Self.number, default: 1),
            contract: table.integer("contract", Self.number, default: 1),
            measure: table.word("measure", default: .encoder, fallback: .encoder),
            openRequests: table.integer("openRequests", Self.number, default: 2),
            watchdogMilliseconds: table.integer("watchdogMilliseconds", Self.number, default: 0),
            frameGapMilliseconds: table.integer("frameGapMilliseconds", Self.number, default: 0),
            inputs: inputs(table.table("inputs")), outputs: outputs(table.table("outputs")))
        map.module = table.optionalTable("module").map(ModuleReader.read)
        table.finish()
        return map
    }

    private func beacon(_ table: TableReader) -> DeviceProfile.Beacon {
        let beacon = DeviceProfile.Beacon(
            bits: table.optionalStrings("bits", Self.text, count: 1...8) ?? [],
            values: table.optionalStrings("values", Self.text, count: 1...64) ?? [])
        table.finish()
        return beacon
    }

    private func inputs(_ table: TableReader) -> LineIORegisterMap.Inputs {
        let own = LineIORegisterMap.Inputs()
        func register(_ key: String, _ value: Int) -> Int { table.integer(key, Self.number, default: value) }
        let inputs = LineIORegisterMap.Inputs(
            start: register("start", own.start), count: register("count", own.count),
            contractVersion: register("contractVersion", own.contractVersion),
            status: register("status", own.status), beltPosition: register("beltPosition", own.beltPosition),
            part: register("part", own.part), pass: register("pass", own.pass),
            reject: register("reject", own.reject), gateSequence: register("gateSequence", own.gateSequence),
            heartbeatEcho: register("heartbeatEcho", own.heartbeatEcho),
            dispositionCounter: register("dispositionCounter", own.dispositionCounter),
            dispositionRing: register("dispositionRing", own.dispositionRing),
            dispositionSlots: register("dispositionSlots", own.dispositionSlots))
        table.finish()
        return inputs
    }

    private func outputs(_ table: TableReader) -> LineIORegisterMap.Outputs {
        let own = LineIORegisterMap.Outputs()
        func register(_ key: String, _ value: Int) -> Int { table.integer(key, Self.number, default: value) }
        let outputs = LineIORegisterMap.Outputs(
            heartbeat: register("heartbeat", own.heartbeat), gate: register("gate", own.gate),
            purgeUntil: register("purgeUntil", own.purgeUntil),
            verdictTable: register("verdictTable", own.verdictTable),
            verdictSlots: register("verdictSlots", own.verdictSlots))
        table.finish()
        return outputs
    }

    private func commands() -> [String: DeviceProfile.Command] {
        let table = root.table("commands")
        var commands: [String: DeviceProfile.Command] = [:]
        for name in table.names() {
            guard let command = table.optionalTable(name) else { continue }
            commands[name] = self.command(command)
            command.finish()
        }
        return commands
    }

    private func command(_ table: TableReader) -> DeviceProfile.Command {
        var command = DeviceProfile.Command(
            send: table.string("send", Self.text),
            accepted: table.strings("accepted", Self.text, count: 0...100, default: []),
            refused: meanings(table.table("refused")), source: table.string("source", Self.text),
            timeoutMilliseconds: table.integer("timeoutMilliseconds", Self.number, default: 0))
        if table.has("evidence") { command.evidence = table.word("evidence", fallback: .manual) }
        return command
    }

    private func parameter(_ table: TableReader) -> ProfileParameter {
        var parameter = ProfileParameter(
            name: table.string("name", Self.text), rule: .choice([]),
            about: table.string("about", .line(maxBytes: 200)))
        let type: ProfileParameter.RuleName = table.word("type", fallback: .choice)
        switch type {
        case .int:
            let most = -2_000_000_000...2_000_000_000
            parameter.rule = .int(min: table.integer("min", most), max: table.integer("max", most))
            parameter.standard = table.optionalInteger("default", most).map { "\($0)" }
        case .text:
            parameter.rule = .text(
                maxLength: table.integer("maxLength", Self.number),
                forbidden: table.string("forbidden", Self.text, default: ""))
            parameter.standard = table.optionalString("default", Self.text)
        case .choice:
            parameter.rule = .choice(table.strings("choices", Self.text, count: 2...100))
            parameter.standard = table.optionalString("default", Self.text)
        }
        table.finish()
        return parameter
    }

    private func start(_ table: TableReader) -> DeviceProfile.Start {
        let step = DeviceProfile.Start(
            command(table), isOptional: table.boolean("optional", default: false),
            isRetrySafe: table.boolean("retrySafe", default: false))
        table.finish()
        return step
    }
}
