/// A signal tower, or relays that switch its lamps: it shows the lamps of the line's outputs and nothing else
/// of them.
///
/// The lamps are sent when they change and again at least each second, as a beacon may have lost its power;
/// before the first outputs they are all off. One *round* says all of them: one command, or one for each
/// lamp. The newest lamps wait for the end of a round, so that the last lamp of it is never left out. A reply
/// is awaited where the command has one; a refusal is told and the round goes on; silence ends the connection
/// with `DEV-110`. Commands without a reply are `pollIntervalMilliseconds` apart.
///
/// No other command of the line is ever sent, whatever device this is: a relay without a watchdog may light a
/// lamp, and may not open a gate.
public struct BeaconSession: DeviceSession {
    private struct Write: Sendable {
        let bytes: [UInt8]
        let replies: CompiledCommand
    }

    /// Every round that can be, by its lamps.
    private let rounds: [Set<DeviceProfile.Lamp>: [Write]]
    private var framer: Framer
    private let gap: UInt64
    private let replyTimeout: UInt64
    private let renewal: UInt64
    private let pause: UInt64
    private let settle: UInt64

    private var isConnected = false
    private var lastByteAt: UInt64 = 0
    /// What the lamps should show.
    private var wanted: Set<DeviceProfile.Lamp> = []
    /// What the last round said; `nil` before the first of a connection.
    private var said: Set<DeviceProfile.Lamp>?
    /// What is left to send of the round.
    private var round: ArraySlice<Write> = []
    private var isRefused = false
    private var awaited: (write: Write, deadline: UInt64)?
    /// Nothing is sent before.
    private var freeAt: UInt64 = 0
    private var renewAt: UInt64 = 0

    /// - Throws: ``ProfileFault`` if `profile` is not a valid beacon's.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard profile.dialogue == .beacon else { throw ProfileFault("dialogue", "not a beacon's profile") }
        var commands: [String: CompiledCommand] = [:]
        for (name, command) in profile.commands { commands[name] = try CompiledCommand(command) }
        var rounds: [Set<DeviceProfile.Lamp>: [Write]] = [:]
        for lamps in Self.everySet {
            var writes: [Write] = []
            if let beacon = profile.beacon, let set = commands["set"] {
                let body = set.template.filled(["lamps": beacon.bytes(lamps)])
                writes.append(Write(bytes: try profile.framing.framed(body), replies: set))
            }
            for lamp in DeviceProfile.Lamp.allCases {
                let name = lamps.contains(lamp) ? lamp.commands.on : lamp.commands.off
                guard let command = commands[name] else { continue }
                let bytes = try profile.framing.framed(command.template.filled([:]))
                writes.append(Write(bytes: bytes, replies: command))
            }
            rounds[lamps] = writes
        }
        self.rounds = rounds
        framer = try Framer(profile.framing)
        gap = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        renewal = nanoseconds(profile.timing.idlePollIntervalMilliseconds)
        pause = nanoseconds(profile.timing.pollIntervalMilliseconds)
        settle = nanoseconds(profile.timing.settleMilliseconds)
    }

    private static var everySet: [Set<DeviceProfile.Lamp>] {
        DeviceProfile.Lamp.allCases.reduce([[]]) { sets, lamp in sets + sets.map { $0.union([lamp]) } }
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        guard isConnected else { return nil }
        let isDue = !round.isEmpty || said != wanted
        return earliest(
            awaited?.deadline ?? (isDue ? freeAt : max(freeAt, renewAt)),
            gap > 0 && framer.hasPartial ? lastByteAt + gap : nil)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        forget()
        isConnected = true
        freeAt = now + settle
        return [.event(.connected)] + proceed(at: now)
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        forget()
        isConnected = false
        return [.event(.stale)]
    }

    private mutating func forget() {
        framer.reset()
        (awaited, said, round, isRefused) = (nil, nil, [], false)
    }

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        switch command {
        case .setOutputs(let outputs):
            wanted = outputs.lamps
            return proceed(at: now)
        case .prepareCoder, .sendRecord, .clearCoder, .printLabel, .selectJob, .readJob, .gateCommand,
            .verdict, .trigger, .feedback, .weigh:
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a beacon")))]
        }
    }

    /// Sends what is next of the round, or begins one where the lamps changed or are due again.
    private mutating func proceed(at now: UInt64) -> [DeviceStep] {
        guard isConnected, awaited == nil, freeAt <= now else { return [] }
        if round.isEmpty {
            guard said != wanted || renewAt <= now else { return [] }
            said = wanted
            renewAt = now + renewal
            isRefused = false
            round = (rounds[wanted] ?? [])[...]
        }
        guard let next = round.popFirst() else { return [] }
        guard next.replies.accepted.isEmpty else {
            awaited = (next, now + (next.replies.timeout ?? replyTimeout))
            return [.write(next.bytes)]
        }
        freeAt = now + pause
        return [.write(next.bytes)] + written()
    }

    /// The round is over, and newer lamps do not wait.
    private func written() -> [DeviceStep] {
        round.isEmpty && !isRefused && said == wanted ? [.event(.outputsWritten)] : []
    }

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        // The gap is judged here too: a tick that comes late must not join two frames.
        var steps = tick(at: now)
        if case .close? = steps.last { return steps }
        lastByteAt = now
        for event in framer.receive(bytes) { steps += event.steps { frame($0, at: now) } }
        return steps
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        switch awaited?.write.replies.outcome(of: body) {
        case .accepted:
            awaited = nil
            return written() + proceed(at: now)
        case .refused(let meaning):
            awaited = nil
            isRefused = true
            let fault = DeviceFault(.refused, "the beacon refused a command: \(meaning)")
            return [.event(.fault(fault))] + proceed(at: now)
        case .other, nil: return [.event(.noise(body))]
        }
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        if let (write, deadline) = awaited, deadline <= now {
            let wait = (write.replies.timeout ?? replyTimeout) / 1_000_000
            return [.close(DeviceFault(.replyTimeout, "no reply to the lamps in \(wait) ms"))]
        }
        var steps: [DeviceStep] = []
        if gap > 0, framer.hasPartial, lastByteAt + gap <= now {
            for event in framer.silence() { steps += event.steps { frame($0, at: now) } }
        }
        return steps + proceed(at: now)
    }
}
