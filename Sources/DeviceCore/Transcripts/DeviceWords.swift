/// Events and commands in the words of transcripts: one line, no line end, `; ` and ` -> ` never inside.
extension DeviceEvent {
    /// The event in the words of transcripts.
    public var words: String {
        switch self {
        case .connected: return "connected"
        case .stale: return "stale"
        case .identified(let identity):
            let parts = [identity.model, identity.version, identity.serial].filter { !$0.isEmpty }
            return (["identified"] + parts).joined(separator: " ")
        case .fault(let fault): return "fault \(fault.code.rawValue)"
        case .frameFault(let fault): return "frameFault \(fault.code.rawValue)"
        case .noise(let bytes): return bytes.isEmpty ? "noise" : "noise " + Words.text(bytes)
        case .read(let bytes): return "read " + Words.text(bytes)
        case .noRead: return "noRead"
        case .jobRead(let name): return "jobRead \(name)"
        case .jobFailed: return "jobFailed"
        case .coderReady: return "coderReady"
        case .recordAccepted(let index): return "recordAccepted \(index)"
        case .recordRefused(let index, _): return "recordRefused \(index)"
        case .printed(let index): return "printed \(index)"
        case .bufferCleared: return "bufferCleared"
        case .labelPrinted(let job): return "labelPrinted \(job)"
        case .labelRefused(let job, _): return "labelRefused \(job)"
        case .labelInDoubt(let job): return "labelInDoubt \(job)"
        case .printerStatus(let status): return status.words
        case .weight(let milligrams): return "weight \(milligrams)"
        case .notWeighed: return "notWeighed"
        case .inputs(let inputs):
            return "inputs belt=\(inputs.beltPosition) part=\(inputs.part.count) pass=\(inputs.pass.count)"
        case .gateCommandWritten(let sequence): return "gateCommandWritten \(sequence)"
        case .gateCommandExpired(let sequence): return "gateCommandExpired \(sequence)"
        case .verdictWritten(let track): return "verdictWritten \(track)"
        case .verdictExpired(let track): return "verdictExpired \(track)"
        case .outputsWritten: return "outputsWritten"
        }
    }
}

extension PrinterStatus {
    /// The state in the words of transcripts.
    public var words: String {
        guard isKnown else { return "status unknown" }
        return "status \(conditions.isEmpty ? "ready" : "0x" + String(conditions.rawValue, radix: 16))"
            + (formatsInBuffer > 0 ? " formats=\(formatsInBuffer)" : "")
            + (labelsRemaining > 0 ? " labels=\(labelsRemaining)" : "")
    }
}

extension DeviceCommand {
    /// The command in the words of transcripts; ``init(words:at:)`` reads it back.
    ///
    /// - Parameter now: Monotonic nanoseconds: an expiry is written as the time left.
    public func words(at now: UInt64) -> String {
        func left(_ end: UInt64) -> String { Words.milliseconds(end > now ? end - now : 0) }
        switch self {
        case .prepareCoder(let fields): return Words.line(["prepareCoder"] + fields)
        case .sendRecord(let index, let values): return Words.line(["sendRecord", String(index)] + values)
        case .clearCoder: return "clearCoder"
        case .printLabel(let job, let data): return "printLabel \(job) " + Words.argument(data)
        case .selectJob(let name): return Words.line(["selectJob", name])
        case .readJob: return "readJob"
        case .weigh: return "weigh"
        case .setOutputs(let outputs): return outputs.words
        case .gateCommand(let command):
            let kind = command.kind == .passAt ? "pass" : "eject"
            return "gateCommand \(command.sequence) \(kind) \(command.position) \(left(command.expiresAt))"
        case .verdict(let track, let pass, let end):
            return "verdict \(track) \(pass ? "pass" : "reject") \(left(end))"
        case .trigger(let on): return "trigger \(on ? "on" : "off")"
        case .feedback(let good): return "feedback \(good ? "good" : "bad")"
        }
    }

    /// Reads the words of a command; `nil` for anything else.
    public init?(words text: some StringProtocol, at now: UInt64) {
        let words = String(text).split(separator: " ", maxSplits: 1_000).map(String.init)
        let rest = words.dropFirst()
        func number<Number: FixedWidthInteger>(_ index: Int) -> Number? {
            words.indices.contains(index) ? Number(words[index]) : nil
        }
        func end(_ index: Int) -> UInt64? {
            guard words.indices.contains(index), let left = Words.nanoseconds(words[index]) else {
                return nil
            }
            return now.addingReportingOverflow(left).partialValue
        }
        switch words.first {
        case "prepareCoder":
            guard let fields = Words.arguments(rest) else { return nil }
            self = .prepareCoder(fields: fields)
        case "sendRecord":
            guard let index: UInt64 = number(1), let values = Words.arguments(rest.dropFirst()) else {
                return nil
            }
            self = .sendRecord(index: index, values: values)
        case "clearCoder": self = .clearCoder
        case "printLabel":
            guard let job: UInt64 = number(1), words.count == 3, let data = try? ByteText.bytes(words[2])
            else {
                return nil
            }
            self = .printLabel(job: job, data: data)
        case "selectJob":
            guard let name = Words.arguments(rest)?.first, words.count == 2 else { return nil }
            self = .selectJob(name)
        case "readJob": self = .readJob
        case "weigh" where words.count == 1: self = .weigh
        case "setOutputs":
            guard let outputs = LineIOOutputs(words: rest) else { return nil }
            self = .setOutputs(outputs)
        case "gateCommand":
            guard let sequence: UInt16 = number(1), words.count == 5, ["pass", "eject"].contains(words[2]),
                let position: UInt32 = number(3), let end = end(4)
            else { return nil }
            self = .gateCommand(
                LineIOGateCommand(
                    sequence: sequence, kind: words[2] == "pass" ? .passAt : .ejectAt, position: position,
                    expiresAt: end))
        case "verdict":
            guard let track: UInt16 = number(1), words.count == 4, ["pass", "reject"].contains(words[2]),
                let end = end(3)
            else { return nil }
            self = .verdict(track: track, pass: words[2] == "pass", expiresAt: end)
        case "trigger" where words.count == 2 && ["on", "off"].contains(words[1]):
            self = .trigger(words[1] == "on")
        case "feedback" where words.count == 2 && ["good", "bad"].contains(words[1]):
            self = .feedback(good: words[1] == "good")
        default: return nil
        }
    }
}

extension LineIOOutputs {
    /// `setOutputs run feed limit=100000 purge=200000`
    fileprivate var words: String {
        let flags = [
            ("run", runEnable), ("feed", feedEnable), ("red", red), ("amber", amber), ("green", green),
            ("horn", horn),
        ]
        return
            (["setOutputs"] + flags.filter(\.1).map(\.0) + (runLimit > 0 ? ["limit=\(runLimit)"] : [])
            + (purge ? ["purge=\(purgeUntil)"] : [])).joined(separator: " ")
    }

    fileprivate init?(words: ArraySlice<String>) {
        self.init()
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            let number = parts.count == 2 ? UInt32(parts[1]) : nil
            switch (parts.first, number) {
            case ("run", nil): runEnable = true
            case ("feed", nil): feedEnable = true
            case ("red", nil): red = true
            case ("amber", nil): amber = true
            case ("green", nil): green = true
            case ("horn", nil): horn = true
            case ("limit", let number?): runLimit = number
            case ("purge", let number?): (purge, purgeUntil) = (true, number)
            default: return nil
            }
        }
    }
}

/// How bytes and times stand in the lines of transcripts.
enum Words {
    /// Byte text in which no sign has a meaning of the notation.
    static func text(_ bytes: some Sequence<UInt8>) -> String { ByteText.text(bytes, but: [0x3B, 0x3E]) }

    /// Byte text of one word.
    static func argument(_ bytes: some Sequence<UInt8>) -> String {
        let text = ByteText.text(bytes, but: [0x20, 0x3B, 0x3E])
        return text.isEmpty ? "<>" : text
    }

    static func line(_ words: [String]) -> String {
        words.map { argument($0.utf8) }.joined(separator: " ")
    }

    /// The texts of words; `nil` if one is no byte text.
    static func arguments(_ words: ArraySlice<String>) -> [String]? {
        var texts: [String] = []
        for word in words {
            guard word != "<>" else {
                texts.append("")
                continue
            }
            guard let bytes = try? ByteText.bytes(word) else { return nil }
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        return texts
    }

    /// Milliseconds with three digits behind the point; what is less is rounded up, so that nothing that was
    /// due is early when it is read back.
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        let micro = nanoseconds / 1000 + (nanoseconds % 1000 == 0 ? 0 : 1)
        let digits = String(micro % 1000)
        return "\(micro / 1000)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// Reads milliseconds, up to a day; `nil` for anything else.
    static func nanoseconds(_ text: some StringProtocol) -> UInt64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = decimal(parts[0].utf8), whole <= 86_400_000 else { return nil }
        guard parts.count == 2 else { return whole * 1_000_000 }
        guard parts[1].utf8.count == 3, let part = decimal(parts[1].utf8) else { return nil }
        return whole * 1_000_000 + part * 1000
    }
}
