/// A scale: asked for a weight at rest, it answers with one, or says why it has none.
///
/// The command `weigh` is sent for each ``DeviceCommand/weigh``, one at a time, and answered by exactly one
/// event: ``DeviceEvent/weight(milligrams:)``, or ``DeviceEvent/notWeighed(_:)`` where the scale refuses, is
/// not connected, goes away meanwhile, or shows what no load can be. Silence ends the connection with
/// `DEV-110`: a weight that comes later would be taken for the next one's. For the same reason the start of a
/// scale's profile takes back what was asked before.
public struct ScaleSession: DeviceSession {
    private let question: [UInt8]
    private let replies: CompiledCommand
    private var framer: Framer
    private let gap: UInt64
    private let replyTimeout: UInt64

    private var isConnected = false
    private var lastByteAt: UInt64 = 0
    /// Until when a weight is awaited; `nil` while none is.
    private var deadline: UInt64?

    /// - Throws: ``ProfileFault`` if `profile` is not a valid scale's.
    public init(profile: DeviceProfile) throws(ProfileFault) {
        if let fault = profile.validate().first { throw fault }
        guard profile.dialogue == .scale else { throw ProfileFault("dialogue", "not a scale's profile") }
        replies = try profile.compiled("weigh")
        question = try profile.framing.framed(replies.template.filled([:]))
        framer = try Framer(profile.framing)
        gap = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
        replyTimeout = replies.timeout ?? nanoseconds(profile.timing.replyTimeoutMilliseconds)
    }

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? {
        earliest(deadline, gap > 0 && framer.hasPartial ? lastByteAt + gap : nil)
    }

    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        deadline = nil
        isConnected = true
        return [.event(.connected)]
    }

    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] {
        framer.reset()
        isConnected = false
        defer { deadline = nil }
        let lost: [DeviceStep] =
            deadline == nil ? [] : [.event(.notWeighed("the connection to the scale ended"))]
        return lost + [.event(.stale)]
    }

    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        guard command == .weigh else {
            return [.event(.fault(DeviceFault(.unsupportedCommand, "not a command for a scale")))]
        }
        guard isConnected else { return [.event(.notWeighed("the scale is not connected"))] }
        guard deadline == nil else {
            return [.event(.fault(DeviceFault(.queueFull, "a weight is awaited already")))]
        }
        deadline = now + replyTimeout
        return [.write(question)]
    }

    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] {
        // The gap is judged here too: a tick that comes late must not join two frames.
        var steps = tick(at: now)
        if case .close? = steps.last { return steps }
        lastByteAt = now
        for event in framer.receive(bytes) { steps += event.steps { frame($0) } }
        return steps
    }

    private mutating func frame(_ body: [UInt8]) -> [DeviceStep] {
        guard deadline != nil else { return body.isEmpty ? [] : [.event(.noise(body))] }
        switch replies.outcome(of: body) {
        case .accepted(let captures):
            deadline = nil
            return [.event(Self.weight(captures))]
        case .refused(let meaning):
            deadline = nil
            return [.event(.notWeighed(meaning))]
        case .other: return body.isEmpty ? [] : [.event(.noise(body))]
        }
    }

    private static func weight(_ captures: [String: [UInt8]]) -> DeviceEvent {
        let (shown, unit) = (captures["weight"] ?? [], captures["unit"] ?? [])
        guard let milligrams = WeightText.milligrams(shown, unit: unit) else {
            let text = "\(ByteText.text(shown)) \(ByteText.text(unit))"
            return .notWeighed("the scale shows \(text), which is no weight in mg, g, kg or t")
        }
        guard milligrams > 0 else {
            return .notWeighed("the scale shows \(milligrams) mg: nothing stands on it, or it was zeroed so")
        }
        return .weight(milligrams: milligrams)
    }

    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] {
        if let deadline, deadline <= now {
            let wait = replyTimeout / 1_000_000
            return [.close(DeviceFault(.replyTimeout, "no weight in \(wait) ms"))]
        }
        guard gap > 0, framer.hasPartial, lastByteAt + gap <= now else { return [] }
        return framer.silence().flatMap { $0.steps { frame($0) } }
    }
}

/// A weight as scales write it.
enum WeightText {
    /// Digits in front of and behind the point: more than any scale has, and no sum that could overflow.
    private static let mostDigits = 9

    /// The weight in milligrams; `nil` for what is no decimal number with a metric unit. What is less than a
    /// milligram is left off.
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
            behind.isEmpty || decimal(behind) != nil
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
