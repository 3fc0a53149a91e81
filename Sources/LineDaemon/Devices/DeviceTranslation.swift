import DeviceCore
import LineCore

/// Words of the devices into words of the rules.
enum DeviceTranslation {
    /// What an event of the device `name` means to the rules, in order; empty where it means nothing to them.
    ///
    /// Faults and states of printers are kept by ``DeviceDesk``, which knows what was said before.
    ///
    /// - Parameter lane: The lane of a coder or I/O, as an index.
    static func inputs(_ event: DeviceEvent, from name: String, lane: Int = 0) -> [LineInput] {
        switch event {
        case .connected: [.device(name, .connected)]
        case .stale: [.device(name, .stale)]
        case .read(let bytes): [.read(device: name, .code(bytes))]
        case .noRead: [.read(device: name, .noRead)]
        case .frameFault: [.read(device: name, .broken)]
        case .coderReady: [.coder(.ready, lane: lane)]
        case .printed(let index): [.coder(.printed(through: index), lane: lane)]
        case .recordRefused(let index, let text): [.coder(.refused(index: index, text), lane: lane)]
        case .jobRead(let job): [.job(device: name, .loaded(job))]
        case .jobFailed(let text): [.job(device: name, .failed(text))]
        case .labelPrinted(let job): [.labelPrinter(device: name, .printed(job: job))]
        case .weight(let milligrams): [.scale(device: name, .weight(milligrams))]
        case .notWeighed(let text): [.scale(device: name, .failed(text))]
        case .inputs(let inputs): [.io(report(inputs), lane: lane)]
        case .gateCommandWritten(let sequence): [.gateSignal(.written(sequence: sequence), lane: lane)]
        case .gateCommandExpired(let sequence): [.gateSignal(.expired(sequence: sequence), lane: lane)]
        case .verdictWritten(let track): [.gateSignal(.verdictWritten(track: track), lane: lane)]
        case .verdictExpired(let track): [.gateSignal(.verdictExpired(track: track), lane: lane)]
        case .fault, .noise, .identified, .recordAccepted, .bufferCleared, .labelRefused, .labelInDoubt,
            .printerStatus,
            .outputsWritten:
            []
        }
    }

    /// One read of the I/O's registers as the rules take it.
    static func report(_ inputs: LineIOInputs) -> LineIOReport {
        var report = LineIOReport()
        report.running = inputs.conveyorRunning
        report.binFull = inputs.binFull
        report.watchdogTripped = inputs.watchdogTripped
        report.gateFault = inputs.gateFault
        report.position = inputs.beltPosition
        report.partPresent = EdgeCount(count: inputs.part.count, position: inputs.part.position)
        report.passed = EdgeCount(count: inputs.pass.count, position: inputs.pass.position)
        report.rejected = EdgeCount(count: inputs.reject.count, position: inputs.reject.position)
        report.commandSequence = inputs.gateSequenceTaken
        report.commandLate = isLate(inputs.gateResult)
        report.dispositionCount = inputs.dispositionCounter
        report.dispositions = inputs.dispositions(since: inputs.dispositionCounter &- 8).fresh.compactMap {
            disposition($0)
        }
        return report
    }

    /// A result this program does not know counts as not carried out.
    private static func isLate(_ result: LineIOGateResult) -> Bool {
        switch result {
        case .none, .accepted: false
        case .refusedLate, .unknown: true
        }
    }

    /// A result this program does not know counts as rejected: if the unit went on all the same, the pass
    /// sensor stops the line.
    private static func disposition(_ slot: LineIODisposition) -> Disposition? {
        switch slot.result {
        case .none: nil
        case .passed: Disposition(track: slot.track, passed: true)
        case .rejected, .unknown: Disposition(track: slot.track, passed: false)
        }
    }

    /// All outputs; the end of the last purge stays in its register, so that only a new one is written.
    static func outputs(_ outputs: LineOutputs, lastPurgeUntil: UInt32) -> LineIOOutputs {
        var io = LineIOOutputs()
        io.runEnable = outputs.runEnable
        io.feedEnable = outputs.feedEnable
        io.purge = outputs.purgeUntil != nil
        io.purgeUntil = outputs.purgeUntil ?? lastPurgeUntil
        io.red = outputs.red
        io.amber = outputs.amber
        io.green = outputs.green
        io.runLimit = outputs.runLimit
        return io
    }

    /// The lamps of all lanes together, and nothing else of their outputs.
    static func lamps(_ outputs: some Collection<LineOutputs>) -> LineIOOutputs {
        var io = LineIOOutputs()
        io.red = outputs.contains(where: \.red)
        io.amber = outputs.contains(where: \.amber)
        io.green = outputs.contains(where: \.green)
        return io
    }

    static func gate(_ signal: GateSignal) -> LineIOGateCommand {
        LineIOGateCommand(
            sequence: signal.sequence, kind: signal.kind == .pass ? .passAt : .ejectAt,
            position: signal.position,
            expiresAt: signal.expiresAtNanoseconds)
    }

    static func coder(_ order: CoderOrder) -> DeviceCommand {
        switch order {
        case .prepare(let fields): .prepareCoder(fields: fields)
        case .send(let index, let values): .sendRecord(index: index, values: values)
        case .clear: .clearCoder
        }
    }
}

extension PrinterStatus {
    /// What blocks the printer, in words.
    var blockingText: String {
        let words: [(Conditions, String)] = [
            (.paperOut, "no media"), (.ribbonOut, "no ribbon"), (.headUp, "head open"), (.paused, "paused"),
            (.bufferFull, "buffer full"), (.partialFormat, "unfinished format"),
            (.corruptMemory, "memory lost"),
            (.underTemperature, "head too cold"), (.overTemperature, "head too hot"), (.offline, "offline"),
            (.fault, "fault"),
        ]
        return words.filter { conditions.contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
