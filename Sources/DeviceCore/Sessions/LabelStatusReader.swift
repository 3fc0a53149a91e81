/// Reads the answers to a label printer's status question: the three lines of `~HS`, or one reply that the
/// tables `[[status]]` of the profile explain.
struct LabelStatusReader: Sendable {
    /// What one frame says to the question.
    enum Answer {
        /// The answer is whole. The status is unknown where there is a fault.
        case whole(PrinterStatus, [String: [UInt8]], DeviceFault?)
        /// Lines are still to come.
        case begun
        /// Not an answer.
        case other
    }

    /// The question as it goes on the wire.
    let request: [UInt8]
    private let command: CompiledCommand
    /// `nil` for `~HS`.
    private let map: StatusMap?
    private var lines = ZPLHostStatus()

    init(_ profile: DeviceProfile) throws(ProfileFault) {
        guard let status = profile.commands["status"] else {
            throw ProfileFault("commands.status", "missing")
        }
        command = try CompiledCommand(status)
        request = command.template.filled([:])
        map = profile.dialogue.hasStatusMap ? try StatusMap(profile.status, of: status) : nil
    }

    /// Longest wait for the answer, where it is not that of all replies.
    var timeout: UInt64? { command.timeout }

    /// Forgets the lines of an answer that never became whole.
    mutating func reset() { lines = ZPLHostStatus() }

    mutating func take(_ body: [UInt8]) -> Answer {
        guard let map else { return takeLine(body) }
        switch command.outcome(of: body) {
        case .accepted(let captures):
            let (status, fault) = map.read(captures)
            return .whole(status, captures, fault)
        case .refused(let meaning): return .whole(.unknown, [:], DeviceFault(.refused, "status: \(meaning)"))
        case .other: return .other
        }
    }

    private mutating func takeLine(_ body: [UInt8]) -> Answer {
        guard lines.take(body) else {
            reset()
            return .other
        }
        guard let status = lines.status else { return .begun }
        reset()
        return .whole(status, [:], nil)
    }
}
