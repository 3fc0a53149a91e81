/// The receiving side of a Modbus connection: whole frames, and what makes the stream untrusted.
struct ModbusStream: Sendable {
    private var framer: Framer
    private let byteGap: UInt64
    private var lastByteAt: UInt64 = 0

    init(_ profile: DeviceProfile) throws(ProfileFault) {
        framer = try Framer(profile.framing)
        byteGap = nanoseconds(profile.framing.interByteTimeoutMilliseconds)
    }

    /// A new connection.
    mutating func reset() { framer.reset() }

    /// When a frame that stands still in the middle counts as broken; `nil` while none is begun.
    var deadline: UInt64? { byteGap > 0 && framer.hasPartial ? lastByteAt + byteGap : nil }

    /// Takes bytes.
    ///
    /// - Returns: The whole frames, and the fault behind them that ends the connection.
    mutating func receive(
        _ bytes: ArraySlice<UInt8>, at now: UInt64
    ) -> (frames: [[UInt8]], fault: DeviceFault?) {
        if let broken = broken(at: now) { return ([], broken) }
        lastByteAt = now
        var frames: [[UInt8]] = []
        for event in framer.receive(bytes) {
            switch event {
            case .frame(let frame): frames.append(frame)
            case .fault(let fault): return (frames, fault)
            case .noise: break
            }
        }
        return (frames, nil)
    }

    /// A reply that stood still in the middle: the stream can no longer be trusted.
    mutating func broken(at now: UInt64) -> DeviceFault? {
        guard let deadline, deadline <= now else { return nil }
        for case .fault(let fault) in framer.silence() { return fault }
        return nil
    }
}

/// Tells the inputs of a line I/O when they change, and now and then when they do not.
struct InputsReport: Sendable {
    /// Unchanged inputs are told again after this long, in nanoseconds.
    static let atLeastEvery: UInt64 = 50_000_000

    private var last: LineIOInputs?
    private var toldAt: UInt64 = 0

    /// A new connection: the next are told, whatever they are.
    mutating func reset() { last = nil }

    mutating func steps(_ inputs: LineIOInputs, at now: UInt64) -> [DeviceStep] {
        guard inputs != last || now >= toldAt + Self.atLeastEvery else { return [] }
        last = inputs
        toldAt = now
        return [.event(.inputs(inputs))]
    }
}

extension DeviceStep {
    /// The connection ends: what came is no answer to what was asked.
    static func unexpected(_ detail: String) -> DeviceStep { .close(DeviceFault(.unexpectedReply, detail)) }

    /// The connection ends: no reply within so many nanoseconds.
    static func late(_ limit: UInt64) -> DeviceStep {
        .close(DeviceFault(.replyTimeout, "no reply in \(limit / 1_000_000) ms"))
    }

    /// The connection ends: the device refused what was asked.
    static func exception(_ code: UInt8?, _ what: String) -> DeviceStep {
        .close(DeviceFault(.modbusException, "\(what): \(ModbusFrame.exceptionName(code))"))
    }
}
