/// What may stand in the values of a coder's records, and between them.
struct CoderValueRule: Sendable {
    /// Between values, and names, of one command.
    let separator: [UInt8]
    private let forbidden: Set<UInt8>
    private let maxBytes: Int

    init(_ printer: DeviceProfile.Printer) throws(ProfileFault) {
        separator = try ByteText.bytes(printer.valueSeparator)
        forbidden = Set(try ByteText.bytes(printer.forbidden) + separator)
        maxBytes = printer.maxValueBytes
    }

    /// Why a value cannot be sent, or `nil`.
    func unsafe(_ value: String) -> String? {
        if value.utf8.count > maxBytes { return "is longer than \(maxBytes) bytes" }
        let isSafe = value.utf8.allSatisfy { (0x20...0x7E).contains($0) && !forbidden.contains($0) }
        return isSafe ? nil : "holds a byte this coder cannot take"
    }

    /// Why a record with these values cannot be sent, or `nil`.
    func refusal(of values: [String]) -> String? {
        for (place, value) in values.enumerated() {
            if let reason = unsafe(value) { return "not sent: value \(place + 1) \(reason)" }
        }
        return nil
    }

    /// Whether names can be those of fields.
    func allows(names: [String]) -> Bool { names.allSatisfy { unsafe($0) == nil && !$0.isEmpty } }
}

/// What the line asks of a coder, as it waits for its turn.
///
/// `Fields` is what the session keeps of the fields to be prepared.
enum CoderOrder<Fields: Sendable>: Sendable {
    /// With the fields to be prepared, or without.
    case clear(fields: Fields?)
    case record(index: UInt64, values: [String])
    case selectJob(String)
    case currentJob

    var isRecord: Bool { if case .record = self { true } else { false } }
    var isClear: Bool { if case .clear = self { true } else { false } }
}

extension BoundedQueue {
    /// Takes records and clears out of the queue; a job is still answered, unless another one is asked for.
    mutating func refuse<Fields>(because text: String, keepsJobs: Bool) -> [DeviceStep]
    where Element == CoderOrder<Fields> {
        let dropped = remove { order in
            switch order {
            case .selectJob, .currentJob: return !keepsJobs
            case .clear, .record: return true
            }
        }
        return dropped.compactMap { order in
            guard case .record(let index, _) = order else { return nil }
            return .event(.recordRefused(index: index, text: text))
        }
    }

    /// The newest record that waits.
    func lastRecord<Fields>() -> UInt64? where Element == CoderOrder<Fields> {
        for case .record(let index, _) in waiting.reversed() { return index }
        return nil
    }
}

extension JobCommands {
    /// Why a job cannot be selected or asked for, or `nil`.
    ///
    /// - Parameters:
    ///   - jobs: The profile's commands for jobs, where it has them.
    ///   - name: Of the job to select; `nil` to ask for the one in force.
    ///   - commands: Places for commands that wait, and whether none is left.
    static func refusal(
        _ jobs: JobCommands?, _ name: String?, isConnected: Bool, commands: (limit: Int, isFull: Bool)
    ) -> DeviceEvent? {
        guard let jobs else { return missing }
        guard isConnected else { return .jobFailed("not asked: not connected") }
        guard name.map({ jobs.names.allows(Array($0.utf8)) }) ?? true else {
            return .jobFailed("not selected: its command cannot carry the name")
        }
        return commands.isFull ? .jobFailed("not asked: \(commands.limit) commands are waiting") : nil
    }
}

extension DeviceStep {
    /// A coder did not answer: its replies can no longer be told apart.
    ///
    /// - Parameters:
    ///   - nanoseconds: How long it had.
    ///   - strangeBytes: What came instead.
    static func close(silentFor nanoseconds: UInt64, strangeBytes: Int) -> DeviceStep {
        let strange =
            strangeBytes == 0
            ? "" : ", but \(strangeBytes) bytes that are none: is it this model, protocol and speed?"
        return .close(DeviceFault(.replyTimeout, "no reply in \(nanoseconds / 1_000_000) ms\(strange)"))
    }

    /// A command for a coder that cannot be sent.
    static func notConnected(_ command: String) -> DeviceStep {
        .event(.fault(DeviceFault(.hungUp, "\(command) not sent: not connected")))
    }

    /// A command that found no place.
    static func full(_ limit: Int) -> DeviceStep {
        .event(.fault(DeviceFault(.queueFull, "\(limit) commands are waiting")))
    }
}
