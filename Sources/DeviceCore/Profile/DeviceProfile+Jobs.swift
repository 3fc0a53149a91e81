extension DeviceProfile {
    /// What a job's name may be to be carried by the device's command; `nil` where the profile cannot select
    /// jobs. The profile is valid.
    public var jobNames: JobNameRule? {
        guard let job else { return nil }
        let texts = [job.forbidden, printer?.forbidden ?? "", printer?.valueSeparator ?? ""]
        let forbidden = texts.compactMap { try? ByteText.bytes($0) }.joined()
        return JobNameRule(forbidden: Set(forbidden), maxBytes: job.maxNameBytes)
    }

    /// A table without its commands, commands without their table, and replies that could not be told from
    /// reads.
    func jobFaults() -> [ProfileFault] {
        let names = ["selectJob", "currentJob"]
        guard let job else {
            return names.filter { commands[$0] != nil }.map {
                ProfileFault("commands.\($0)", "needs the table [job]")
            }
        }
        var faults = Self.byteTextFaults(job.forbidden, "job.forbidden", mayBeEmpty: true)
        if !(1...64).contains(job.maxNameBytes) {
            faults.append(ProfileFault("job.maxNameBytes", "must be 1 to 64"))
        }
        if !(1...20_000).contains(job.timeoutMilliseconds) {
            faults.append(ProfileFault("job.timeoutMilliseconds", "must be 1 to 20000"))
        }
        guard names.allSatisfy({ dialogue.knownCommands[$0] != nil }) else {
            return faults + [ProfileFault("job", "this dialogue has no table [job]")]
        }
        for name in names where commands[name] == nil {
            faults.append(ProfileFault("commands.\(name)", "the table [job] needs the command"))
        }
        if let select = commands["selectJob"], select.accepted.isEmpty, dialogue == .zipher {
            faults.append(
                ProfileFault("commands.selectJob.accepted", "this dialogue waits for a reply to each command")
            )
        }
        if let current = commands["currentJob"] { faults += currentJobFaults(current) }
        return faults
    }

    private func currentJobFaults(_ command: Command) -> [ProfileFault] {
        let place = "commands.currentJob.accepted"
        let templates = command.accepted.compactMap { try? ByteTemplate($0) }
        guard templates.contains(where: { $0.names.contains("job") }) else {
            return [ProfileFault(place, "one reply must hold {job}")]
        }
        let isBare = templates.contains { template in
            if case .place? = template.pieces.first { return true }
            return false
        }
        guard dialogue == .reader, isBare, reader?.symbologyIdentifier == false else { return [] }
        return [
            ProfileFault(
                place, "a reply that begins with a place needs symbologyIdentifier: else it is a read")
        ]
    }
}

/// What the name of a job may be.
public struct JobNameRule: Equatable, Sendable {
    /// Printable bytes that may not occur in it.
    public let forbidden: Set<UInt8>
    /// Longest name.
    public let maxBytes: Int

    /// Whether the device's command can carry a name: printable ASCII, no forbidden byte, not too long.
    public func allows(_ name: some Collection<UInt8>) -> Bool {
        (1...maxBytes).contains(name.count)
            && name.allSatisfy { (0x20...0x7E).contains($0) && !forbidden.contains($0) }
    }
}

/// The two commands of a profile that selects jobs, ready for use.
struct JobCommands: Sendable {
    let select: CompiledCommand
    let current: CompiledCommand
    let names: JobNameRule
    let timeout: UInt64

    /// - Returns: `nil` for a profile that cannot select jobs.
    init?(_ profile: DeviceProfile) throws(ProfileFault) {
        guard let job = profile.job, let names = profile.jobNames,
            let select = profile.commands["selectJob"], let current = profile.commands["currentJob"]
        else { return nil }
        self.select = try CompiledCommand(select)
        self.current = try CompiledCommand(current)
        self.names = names
        timeout = nanoseconds(job.timeoutMilliseconds)
    }

    /// What a reply to the question for the job in force says.
    func event(naming captures: [String: [UInt8]]) -> DeviceEvent {
        guard let name = captures["job"] else { return .jobFailed("no job is loaded") }
        guard names.allows(name) else { return .jobFailed("it names a job that its command could not carry") }
        return .jobRead(String(decoding: name, as: UTF8.self))
    }

    /// No reply came.
    var silence: DeviceEvent { .jobFailed("no reply in \(timeout / 1_000_000) ms") }

    /// A device that was asked for what its profile does not have.
    static let missing = DeviceEvent.jobFailed("its profile has no commands for jobs")
}
