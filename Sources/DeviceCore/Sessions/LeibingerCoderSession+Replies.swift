extension LeibingerCoderSession {
    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var steps = tick(at: now)
        if case .close? = steps.last { return steps }
        for event in framer.receive(bytes) { steps += event.steps { frame($0, at: now) } }
        for case .event(.noise(let bytes)) in steps { strangeBytes += bytes.count }
        return steps
    }

    /// What stands behind `^0` and the length, or `nil` for what is no line of this protocol.
    static func content(of body: [UInt8]) -> ArraySlice<UInt8>? {
        // Some printers end their lines with CR LF.
        let line = body.drop { $0 == 0x0A }
        guard line.starts(with: "^0".utf8) else { return nil }
        let rest = line.dropFirst(2)
        guard let first = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return rest
        }
        let content = rest.dropFirst(5)
        guard rest.count > 5, decimal(rest.prefix(5)) == UInt64(content.count + 1) else { return nil }
        return content
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        if body.allSatisfy({ $0 == 0x0A }) { return [] }
        guard settledAt == nil, let content = Self.content(of: body).map({ Array($0) }) else {
            return [.event(.noise(body))]
        }
        if let question = open?.question, let outcome = command(for: question)?.outcome(of: content) {
            switch outcome {
            case .accepted(let captures):
                open = nil
                strangeBytes = 0
                let steps = answered(question, captures, at: now)
                return steps + advance(at: now)
            case .refused(let meaning):
                open = nil
                strangeBytes = 0
                let steps = refused(question, meaning)
                return steps + advance(at: now)
            case .other: break
            }
        }
        return content.isEmpty || echoes.contains { content.starts(with: $0) } ? [] : [.event(.noise(body))]
    }

    private mutating func answered(
        _ question: Question, _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        switch question {
        case .mailing: return mailingAnswered(captures, at: now)
        case .state: return stateAnswered(captures)
        case .job: return [.event(jobs?.event(naming: captures) ?? JobCommands.missing)]
        }
    }

    private mutating func refused(_ question: Question, _ meaning: String) -> [DeviceStep] {
        switch question {
        case .mailing, .state:
            return [.event(.fault(DeviceFault(.refused, "the coder does not tell its state: \(meaning)")))]
        case .job: return [.event(.jobFailed(meaning))]
        }
    }

    private mutating func mailingAnswered(
        _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        let numbers = ["entries", "index", "finished"].map { captures[$0].flatMap(decimal) }
        if let clearing { return cleared(clearing, entries: numbers[0], begun: numbers[1], at: now) }
        guard let entries = numbers[0], let begun = numbers[1], let finished = numbers[2] else {
            return [.event(.fault(DeviceFault(.unexpectedReply, "the mailing status holds no numbers")))]
        }
        guard var buffer, let sent = buffer.sent else { return [] }
        // Before the first print of this buffer the printer shows the last of an earlier one, or 0.
        let showsNone = begun == buffer.stale || (begun == 0 && buffer.begun == 0)
        let shows = showsNone ? 0 : begun
        guard showsNone || (sent.contains(shows) && shows >= buffer.begun) else {
            return lose(
                .unexpectedIndex, "the coder names a last print that it was not sent, or one before the last")
        }
        if !showsNone { buffer.stale = nil }
        buffer.begun = shows
        let gone = max(shows, sent.lowerBound - 1)
        let rest = sent.upperBound - gone
        let there = gone + min(entries, rest)
        // The record that is next is not counted among those that wait.
        let mayBeThere = entries < rest ? there + 1 : there
        guard mayBeThere >= buffer.accepted else {
            return lose(.bufferLost, "the coder holds fewer records than before and did not print them")
        }
        if let due = buffer.due, mayBeThere >= due.index { buffer.due = nil }
        if let due = buffer.due, now >= due.by {
            return lose(
                .bufferLost, "the coder does not take records: is its database off, has its job the fields?")
        }
        if buffer.due == nil, mayBeThere < sent.upperBound {
            buffer.due = (sent.upperBound, now + replyTimeout)
        }
        var steps: [DeviceStep] = []
        let known = max(buffer.accepted, sent.lowerBound - 1)
        if there > known {
            steps += (known + 1...there).map { .event(.recordAccepted(index: $0)) }
            buffer.accepted = there
        }
        let printed = finished > 0 || shows == 0 ? shows : shows - 1
        if printed >= sent.lowerBound, printed > buffer.printed {
            buffer.printed = printed
            steps.append(.event(.printed(through: printed)))
        }
        self.buffer = buffer
        return steps
    }

    private mutating func cleared(
        _ clear: (fields: Int?, deadline: UInt64), entries: UInt64?, begun: UInt64?, at now: UInt64
    ) -> [DeviceStep] {
        guard entries == 0, let begun else {
            guard now >= clear.deadline else { return [] }
            clearing = nil
            return refuseWaiting(because: "the coder does not clear its buffer")
                + [.event(.fault(DeviceFault(.refused, "the coder does not clear its buffer")))]
        }
        clearing = nil
        guard let fields = clear.fields else { return [.event(.bufferCleared)] }
        guard lastStatus?.isReady == true else {
            // It stopped meanwhile: once more, when it prints.
            let behind = waiting.drain()
            for order in [.clear(fields: fields)] + behind { _ = waiting.append(order) }
            return []
        }
        buffer = Buffer(fields: fields, stale: begun)
        return [.event(.bufferCleared), .event(.coderReady)]
    }

    /// What the printer holds is not known any more: it must be prepared again.
    private mutating func lose(_ code: DeviceFault.Code, _ text: String) -> [DeviceStep] {
        buffer = nil
        return refuseRecords(because: text) + [.event(.fault(DeviceFault(code, text)))]
    }

    /// Refuses the records that wait for no preparation.
    private mutating func refuseRecords(because text: String) -> [DeviceStep] {
        let isPrepared = waiting.waiting.contains(where: \.isClear)
        return isPrepared || clearing != nil ? [] : refuseWaiting(because: text)
    }

    private mutating func stateAnswered(_ captures: [String: [UInt8]]) -> [DeviceStep] {
        let numbers = ["nozzle", "state", "error", "cover"].map { captures[$0].flatMap(decimal) }
        // The upper bits are flags.
        let error = numbers[2].map { $0 & 0x1FF_FFFF } ?? .max
        let status = PrinterStatus(conditions: Self.conditions(numbers, error: error))
        var steps: [DeviceStep] = []
        if !status.isReady, buffer != nil {
            buffer = nil
            steps += refuseRecords(because: "the coder does not print, which empties its buffer")
        }
        if let meaning = Self.recordErrors[error], error != lastError {
            steps.append(.event(.fault(DeviceFault(.refused, "the coder's error \(error): \(meaning)"))))
        }
        lastError = error
        guard status != lastStatus else { return steps }
        lastStatus = status
        return steps + [.event(.printerStatus(status))]
    }

    /// Errors that say that records did not arrive as they were sent, or ran out.
    private static let recordErrors: [UInt64: String] = [
        1015: "the mailing buffer is full", 1018: "a record with a wrong number, or without one",
        1019: "a record whose number does not follow the last", 5043: "the mailing buffer ran empty",
    ]

    /// - Parameter numbers: Nozzle, machine state, error and head cover; `nil` for what is none.
    private static func conditions(_ numbers: [UInt64?], error: UInt64) -> PrinterStatus.Conditions {
        var conditions: PrinterStatus.Conditions = []
        // Nozzle: 0 invalid, 1 opening, 2 open, 3 closing, 4 closed, 5 in between.
        if numbers[0] != 2 { conditions.insert(.offline) }
        // Machine: 1 standby, 2 initialising, 3 interval or service, 4 not ready, 5 ready for print start,
        // 6 printing.
        switch numbers[1] {
        case 6: break
        case 5: conditions.insert(.paused)
        default: conditions.insert(.offline)
        }
        if numbers[3] != 0 { conditions.insert(.headUp) }
        if error == 1015 { conditions.insert(.bufferFull) }
        // Whether an error is only a warning is not told: a machine that goes on printing says so itself.
        if error != 0 {
            conditions.insert(numbers[1] == 6 && recordErrors[error] == nil ? .warning : .fault)
        }
        return conditions
    }

    // MARK: - Time

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard isConnected else { return [] }
        if let settled = settledAt {
            guard settled <= now else { return [] }
            settledAt = nil
        }
        if let open, open.deadline <= now {
            return [.close(silentFor: open.timeout, strangeBytes: strangeBytes)]
        }
        return advance(at: now)
    }
}
