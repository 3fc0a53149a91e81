/// Another session with a beginning: settings the device must take and tell back before anything else is
/// said.
///
/// After the connection each step of the profile's `[[start]]` is sent in order, the next when the one
/// before was answered (or, where no reply is expected, once the settle time is over). Only behind the last
/// does the session proper hear of its connection, so that a device with another setting never counts as
/// connected. A step that is refused, answered by something else in the end, or not answered, ends the
/// connection with `DEV-116`; one that is `optional` is passed over; one that is `retrySafe` is sent a
/// second time first. Frames that answer nothing are noise meanwhile.
struct StartSession: DeviceSession {
    private struct Step: Sendable {
        let bytes: [UInt8]
        let replies: CompiledCommand
        let tries: Int
        let isOptional: Bool
    }

    /// What is awaited: the step's number, tries left, until when; `nil` once the start is over.
    private struct Turn: Sendable {
        var step: Int
        var tries: Int
        var deadline: UInt64
    }

    private var inner: any DeviceSession
    private let steps: [Step]
    private let names: [String]
    private let settle: UInt64
    private let replyTimeout: UInt64
    private var framer: Framer
    private var turn: Turn?
    private var identity = DeviceIdentity()
    private var isThrough = false

    /// - Throws: ``ProfileFault`` if the profile's start cannot be used.
    init(_ inner: any DeviceSession, profile: DeviceProfile) throws(ProfileFault) {
        self.inner = inner
        var steps: [Step] = []
        for step in profile.start {
            let compiled = try CompiledCommand(step.command)
            let bytes = try profile.framing.framed(compiled.template.filled([:]))
            steps.append(
                Step(
                    bytes: bytes, replies: compiled, tries: step.isRetrySafe ? 2 : 1,
                    isOptional: step.isOptional))
        }
        self.steps = steps
        names = profile.start.map(\.command.send)
        settle = nanoseconds(profile.timing.settleMilliseconds)
        replyTimeout = nanoseconds(profile.timing.replyTimeoutMilliseconds)
        framer = try Framer(profile.framing)
    }

    var nextDeadline: UInt64? { turn?.deadline ?? (isThrough ? inner.nextDeadline : nil) }

    mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        isThrough = false
        identity = DeviceIdentity()
        return send(0, at: now)
    }

    mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        turn = nil
        guard isThrough else { return [.event(.stale)] }
        isThrough = false
        return inner.disconnected(at: now)
    }

    mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        inner.perform(command, at: now)
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        var taken = tick(at: now)
        if case .close? = taken.last { return taken }
        var rest = bytes
        // Byte by byte: what follows the last reply is the session's, however the bytes were cut.
        while turn != nil, let byte = rest.popFirst() {
            for event in framer.receive([byte]) { taken += event.steps { frame($0, at: now) } }
            if case .close? = taken.last { return taken }
        }
        return isThrough && !rest.isEmpty ? taken + inner.receive(rest, at: now) : taken
    }

    mutating func tick(at now: UInt64) -> [DeviceStep] {
        guard let turn else { return isThrough ? inner.tick(at: now) : [] }
        guard turn.deadline <= now else { return [] }
        let step = steps[turn.step]
        if step.replies.accepted.isEmpty { return send(turn.step + 1, at: now) }
        if turn.tries < step.tries { return send(turn.step, tries: turn.tries + 1, at: now) }
        if step.isOptional { return send(turn.step + 1, at: now) }
        return [.close(fault("no answer"))]
    }

    private mutating func send(_ number: Int, tries: Int = 1, at now: UInt64) -> [DeviceStep] {
        guard number < steps.count else {
            turn = nil
            isThrough = true
            let said: [DeviceStep] = identity == DeviceIdentity() ? [] : [.event(.identified(identity))]
            return said + inner.connected(at: now)
        }
        let step = steps[number]
        let wait = step.replies.accepted.isEmpty ? settle : step.replies.timeout ?? replyTimeout
        turn = Turn(step: number, tries: tries, deadline: now &+ wait)
        return [.write(step.bytes)]
    }

    private mutating func frame(_ body: [UInt8], at now: UInt64) -> [DeviceStep] {
        guard let turn else { return [] }
        let step = steps[turn.step]
        switch step.replies.outcome(of: body) {
        case .accepted(let captures):
            identity.take(captures)
            return send(turn.step + 1, at: now)
        case .refused(let meaning):
            return step.isOptional ? send(turn.step + 1, at: now) : [.close(fault(meaning))]
        case .other: return body.isEmpty ? [] : [.event(.noise(body))]
        }
    }

    private func fault(_ why: String) -> DeviceFault {
        let name = turn.map { names[$0.step] } ?? ""
        return DeviceFault(.notSet, "the device did not take its start, \(name): \(why)")
    }
}

/// What a device says of itself, as far as it was asked; empty where it was not.
public struct DeviceIdentity: Equatable, Sendable {
    /// Model.
    public var model = ""
    /// Firmware or program version.
    public var version = ""
    /// Serial number of the device.
    public var serial = ""

    /// Nothing known.
    public init() {}

    static let captures = ["model", "version", "serial"]

    mutating func take(_ captures: [String: [UInt8]]) {
        if let model = captures["model"] { self.model = ByteText.text(model) }
        if let version = captures["version"] { self.version = ByteText.text(version) }
        if let serial = captures["serial"] { self.serial = ByteText.text(serial) }
    }
}
