/// A scale: asked for a weight at rest, it answers with one, or says why it has none.
///
/// For each ``DeviceCommand/weigh``, one at a time, `clear` takes back what was asked before, and once that
/// is answered `weigh` is sent: a weight that comes before that answer is an older question's, and noise.
/// Exactly one event follows: ``DeviceEvent/weight(milligrams:)``, or ``DeviceEvent/notWeighed(_:)`` where
/// the scale refuses, says nothing that its profile knows, is not connected, goes away meanwhile, or shows
/// what no load can be. Silence also ends the connection, with `DEV-110`.
public struct ScaleSession: DeviceSession {
    /// A question to the scale: its bytes, what it may answer, and how long that may take.
    private struct Question: Sendable {
        let bytes: [UInt8]
        let replies: CompiledCommand
        let timeout: UInt64

        init(_ name: String, _ profile: DeviceProfile) throws(ProfileFault) {
            replies = try profile.compiled(name)
            bytes = try profile.framing.framed(replies.template.filled([:]))
            timeout = replies.timeout ?? nanoseconds(profile.timing.replyTimeoutMilliseconds)
        }
    }

    /// The question that is open.
    private struct Turn: Sendable {
        var isClearing: Bool
        var deadline: UInt64
        /// What came last that is no answer.
        var noise: [UInt8] = []
    }

    private let clearing: Question
    private let weighing: Question
    private var framer: Framer
    private let gap: UInt64

    private var isConnected = false
    private var lastByteAt: UInt64 = 0
    private var turn: Turn?

    /// - Throws: ``ProfileFault`` if `profile` is not a valid scale's.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard profile.dialogue == .scale else { throw ProfileFault("dialogue", "not a scale's profile") }
        clearing = try Question("clear", profile)
        weighing = try Question("weigh", profile)
        framer = try Framer(profile.framing)
        gap = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        earliest(turn?.deadline, gap > 0 && framer.hasPartial ? lastByteAt + gap : nil)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        turn = nil
        isConnected = true
        return [.event(.connected)]
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        isConnected = false
        defer { turn = nil }
        let lost: [DeviceStep] =
            turn == nil ? [] : [.event(.notWeighed("the connection to the scale ended"))]
        return lost + [.event(.stale)]
    }

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        guard command == .weigh else {
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a scale")))]
        }
        guard isConnected else { return [.event(.notWeighed("the scale is not connected"))] }
        guard turn == nil else {
            return [.event(.fault(DeviceFault(.queueFull, "a weight is awaited already")))]
        }
        turn = Turn(isClearing: true, deadline: now + clearing.timeout)
        return [.write(clearing.bytes)]
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
        let noise: [DeviceStep] = body.isEmpty ? [] : [.event(.noise(body))]
        guard let open = turn else { return noise }
        switch (open.isClearing ? clearing : weighing).replies.outcome(of: body) {
        case .accepted where open.isClearing:
            turn = Turn(isClearing: false, deadline: now + weighing.timeout)
            return [.write(weighing.bytes)]
        case .accepted(let captures):
            turn = nil
            return [.event(Self.weight(captures))]
        case .refused(let meaning):
            turn = nil
            return [.event(.notWeighed(meaning))]
        case .other:
            if !body.isEmpty { turn?.noise = body }
            return noise
        }
    }

    /// Nothing that is an answer came in time.
    private mutating func silence(_ open: Turn) -> [DeviceStep] {
        turn = nil
        let timeout = (open.isClearing ? clearing : weighing).timeout
        let what = open.isClearing ? "no answer" : "no weight"
        let text = "\(what) from the scale in \(timeout / 1_000_000) ms"
        // As much as a person reads.
        let said = ByteText.text(open.noise.prefix(40))
        let why = said.isEmpty ? text : "\(text), but \(said), which its profile does not know as one"
        return [.event(.notWeighed(why)), .close(DeviceFault(.replyTimeout, why))]
    }

    private static func weight(_ captures: [String: [UInt8]]) -> DeviceEvent {
        let (shown, unit) = (captures["weight"] ?? [], captures["unit"] ?? [])
        guard let milligrams = WeightText.milligrams(shown, unit: unit) else {
            let text = "\(ByteText.text(shown)) \(ByteText.text(unit))"
            return .notWeighed(
                "the scale shows \(text), which is no weight in mg, g, kg or t of whole milligrams")
        }
        guard milligrams > 0 else {
            return .notWeighed("the scale shows \(milligrams) mg: nothing stands on it, or it was zeroed so")
        }
        return .weight(milligrams: milligrams)
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        if let turn, turn.deadline <= now { return silence(turn) }
        guard gap > 0, framer.hasPartial, lastByteAt + gap <= now else { return [] }
        return framer.silence().flatMap { $0.steps { frame($0, at: now) } }
    }
}

/// A weight as scales write it.
enum WeightText {
    /// Digits in front of and behind the point: more than any scale has, and no sum that could overflow.
    private static let mostDigits = 9

    /// The weight in milligrams; `nil` for what is no decimal number with a metric unit, or has a part of a
    /// milligram: cut off it would pass a limit that it is over.
    ///
    /// - Parameters:
    ///   - text: Digits, with or without point, sign and blanks around them.
    ///   - unit: `mg`, `g`, `kg` or `t`, blanks around it.
    static func milligrams(_ text: some Collection<UInt8>, unit: some Collection<UInt8>) -> Int? {
        let places: Int
        switch String(decoding: trimmed(unit), as: UTF8.self) {
        case "mg": places = 0
        case "g": places = 3
        case "kg": places = 6
        case "t": places = 9
        default: return nil
        }
        var rest = trimmed(text)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = trimmed(rest.dropFirst())[...]
        }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...mostDigits).contains(whole.count), let units = decimal(whole)
        else { return nil }
        let behind = parts.count == 2 ? parts[1] : []
        guard parts.count == 1 || (1...mostDigits).contains(behind.count),
            behind.isEmpty || decimal(behind) != nil, behind.dropFirst(places).allSatisfy({ $0 == 0x30 })
        else { return nil }
        let padded =
            Array(behind.prefix(places)) + [UInt8](repeating: 0x30, count: max(0, places - behind.count))
        let scale = (0..<places).reduce(UInt64(1)) { scale, _ in scale * 10 }
        let sum = units * scale + (padded.isEmpty ? 0 : decimal(padded) ?? 0)
        return (isNegative ? -1 : 1) * Int(sum)
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let front = bytes.drop { $0 == 0x20 }
        return Array(front.reversed().drop { $0 == 0x20 }.reversed())
    }
}
