extension ValueCoderSession {
    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var steps = tick(at: now)
        if case .close? = steps.last { return steps }
        for event in framer.receive(bytes) { steps += event.steps { frame($0, at: now) } }
        for case .event(.noise(let bytes)) in steps { strangeBytes += bytes.count }
        return steps
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard settledAt == nil else { return [.event(.noise(body))] }
        if printer.proof == .event, printedFrames.contains(body) {
            let steps = printedOnce()
            return steps + advance(at: now)
        }
        guard let open, let command = command(for: open.request) else { return unasked(body) }
        switch command.outcome(of: body) {
        case .accepted(let captures):
            if let sum = captures["sum"], !Self.isSum(sum, of: open.body) { return unasked(body) }
            self.open = nil
            strangeBytes = 0
            let steps =
                captures["refusal"] == nil
                ? accepted(open.request, captures, at: now)
                : refused(open.request, "the device says \(ByteText.text(body))", at: now)
            return steps + advance(at: now)
        case .refused(let meaning):
            self.open = nil
            strangeBytes = 0
            let steps = refused(open.request, meaning, at: now)
            return steps + advance(at: now)
        case .other: return unasked(body)
        }
    }

    /// Whether two hexadecimal digits are the low byte of the sum of what was sent.
    private static func isSum(_ digits: [UInt8], of body: [UInt8]) -> Bool {
        hexadecimal(digits) == UInt64(body.reduce(0 as UInt8) { $0 &+ $1 })
    }

    private func unasked(_ body: [UInt8]) -> [DeviceStep] {
        notifications.contains { body.starts(with: $0) } ? [] : [.event(.noise(body))]
    }

    private mutating func accepted(
        _ request: Request, _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        switch request {
        case .clear(let fields):
            if proofCommand == nil || fields == nil { return cleared(fields, count: 0, at: now) }
            next = .baseline(fields: fields)
            pollAt = now
            return []
        case .baseline(let fields): return baseline(fields, captures, at: now)
        case .record(let index):
            guard var buffer else { return [.event(.recordAccepted(index: index))] }
            buffer.loaded = index
            buffer.isInDoubt = buffer.hadValue
            buffer.hadValue = true
            self.buffer = buffer
            pollAt = now
            if commands["start"] != nil, !buffer.isStarted { next = .start }
            return [.event(.recordAccepted(index: index))]
        case .start:
            buffer?.isStarted = true
            return []
        case .probe: return proven(captures)
        case .idle: return []
        case .status: return statusReported(captures)
        case .selectJob:
            next = .currentJob
            return []
        case .currentJob: return [.event(jobs?.event(naming: captures) ?? JobCommands.missing)]
        }
    }

    /// The number of prints in a reply, where prints are counted; 0 where they are not.
    private func count(_ captures: [String: [UInt8]]) -> UInt64? {
        printer.proof == .counter ? captures["count"].flatMap(decimal) : 0
    }

    private mutating func baseline(
        _ fields: [String]?, _ captures: [String: [UInt8]], at now: UInt64
    ) -> [DeviceStep] {
        guard let count = count(captures) else {
            pollAt = now + pollInterval
            return refuseRecords(because: "the coder is not prepared") + [.event(.fault(Self.noCount))]
        }
        return cleared(fields, count: count, at: now)
    }

    private mutating func cleared(_ fields: [String]?, count: UInt64, at now: UInt64) -> [DeviceStep] {
        pollAt = now + pollInterval
        // Another preparation may wait: its own reply will tell.
        let isReplaced = waiting.waiting.contains { order in
            switch order {
            case .clear, .selectJob: true
            case .record, .currentJob: false
            }
        }
        guard let fields, !isReplaced else { return [.event(.bufferCleared)] }
        lastIndex = 0
        buffer = Buffer(fields: fields, count: count)
        return [.event(.bufferCleared), .event(.coderReady)]
    }

    private static let noCount = DeviceFault(.unexpectedReply, "the count of prints is not a number")

    private mutating func proven(_ captures: [String: [UInt8]]) -> [DeviceStep] {
        guard var buffer else { return [] }
        guard let count = count(captures) else {
            return lose(Self.noCount.code, Self.noCount.detail)
        }
        guard printer.proof == .counter else {
            guard buffer.isProtected else {
                return lose(
                    .unexpectedReply,
                    "the coder takes another value before it printed one: set it to protect it")
            }
            return printedOnce()
        }
        guard count >= buffer.count else { return lose(.unexpectedIndex, "the count of prints went back") }
        let prints = count - buffer.count
        guard prints > 0 else {
            self.buffer?.isInDoubt = false
            return []
        }
        guard !buffer.isInDoubt else {
            return lose(.printedTwice, "the coder printed while a value was given: which of two is not known")
        }
        guard prints == 1 else { return lose(.printedTwice, "one value was printed \(prints) times") }
        buffer.count = count
        self.buffer = buffer
        return printedOnce()
    }

    /// The device printed: the value in it, or one it had printed before.
    private mutating func printedOnce() -> [DeviceStep] {
        guard buffer != nil else { return [] }
        guard let index = buffer?.loaded else {
            return lose(.printedTwice, "the coder printed, and was given nothing new to print")
        }
        buffer?.loaded = nil
        return [.event(.printed(through: index))]
    }

    /// Nothing more is given to the device before it is prepared again.
    private mutating func lose(_ code: DeviceFault.Code, _ text: String) -> [DeviceStep] {
        buffer = nil
        next = nil
        return refuseWaiting(because: text) + [.event(.fault(DeviceFault(code, text)))]
    }

    private mutating func refused(_ request: Request, _ meaning: String, at now: UInt64) -> [DeviceStep] {
        func fault(_ what: String) -> DeviceEvent {
            .fault(DeviceFault(.refused, "the coder refused to \(what): \(meaning)"))
        }
        switch request {
        case .clear:
            return refuseRecords(because: "the coder is not prepared") + [.event(fault("clear its value"))]
        case .baseline(let fields?) where printer.proof == .ready:
            // The value of before is printed on the next product; then it is ready.
            let isFirst = !isWaitingForPrint
            isWaitingForPrint = true
            next = .baseline(fields: fields)
            pollAt = now + pollInterval
            return isFirst ? [.event(fault("take a value"))] : []
        case .baseline:
            pollAt = now + pollInterval
            return refuseRecords(because: "the coder is not prepared") + [.event(fault("give up its value"))]
        case .record(let index): return [.event(.recordRefused(index: index, text: meaning))]
        case .start: return lose(.refused, "the coder refused to start printing: \(meaning)")
        case .probe:
            guard printer.proof == .counter else {
                buffer?.isProtected = true
                return []
            }
            return lose(.refused, "the coder refused to tell its count of prints: \(meaning)")
        case .idle: return []
        case .status: return [.event(fault("tell its state"))]
        case .selectJob, .currentJob: return [.event(.jobFailed(meaning))]
        }
    }

    /// Refuses the records that wait for no other preparation.
    private mutating func refuseRecords(because text: String) -> [DeviceStep] {
        let isPrepared = waiting.waiting.contains(where: \.isClear)
        return isPrepared ? [] : refuseWaiting(because: text)
    }

    private mutating func statusReported(_ captures: [String: [UInt8]]) -> [DeviceStep] {
        guard let (status, fault) = map?.read(captures), status != lastStatus else { return [] }
        lastStatus = status
        return (fault.map { [.event(.fault($0))] } ?? []) + [.event(.printerStatus(status))]
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
            return [.close(silentFor: timeout(of: open.request), strangeBytes: strangeBytes)]
        }
        return advance(at: now)
    }
}
