/// What a framer found in the stream.
public enum FrameEvent: Equatable, Sendable {
    /// The body of one frame, without its marks (Modbus TCP: the whole frame with its header; RTU: without
    /// its CRC).
    case frame([UInt8])
    /// A frame that broke a rule was dropped.
    case fault(DeviceFault)
    /// Bytes between delimited frames that are not padding, at most `maxFrameBytes` at a time.
    case noise([UInt8])
}

/// Cuts a stream of bytes into frames.
///
/// However reads split the bytes, the events are the same. Memory is bounded by `maxFrameBytes` and the
/// marks; a frame that breaks a rule is one fault, and the next whole frame is found again.
public struct Framer: Sendable {
    private var rule: any FramingRule

    /// - Throws: ``ProfileFault`` if `framing` breaks its own rules.
    public init(_ framing: Framing) throws(ProfileFault) {
        if let fault = framing.faults().first { throw fault }
        switch framing.kind {
        case .terminated, .delimited: rule = try MarkedFramer(framing)
        case .fixed: rule = FixedFramer(frameBytes: framing.frameBytes)
        case .lengthPrefixed: rule = try LengthFramer(framing)
        case .silence: rule = SilenceFramer(framing)
        case .inputEvents: rule = KeyFramer(framing)
        case .modbusTCP: rule = ModbusTCPFramer(maxFrameBytes: framing.maxFrameBytes)
        case .modbusRTU: rule = ModbusRTUFramer()
        }
    }

    /// Takes the next bytes of the stream.
    public mutating func receive(_ bytes: ArraySlice<UInt8>) -> [FrameEvent] {
        var events: [FrameEvent] = []
        for byte in bytes { rule.consume(byte, into: &events) }
        return events
    }

    /// True while a frame has begun and not ended, or noise is waiting to be reported.
    public var hasPartial: Bool { rule.hasPartial }

    /// The stream stood still for the inter-byte timeout: that ends a frame of kind `silence`; of any other
    /// what is partial is reported and dropped.
    public mutating func silence() -> [FrameEvent] {
        var events: [FrameEvent] = []
        rule.silence(into: &events)
        return events
    }

    /// Forgets everything: a new connection begins.
    public mutating func reset() { rule.reset() }
}

/// One way to tell frames apart.
protocol FramingRule: Sendable {
    var hasPartial: Bool { get }
    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent])
    mutating func silence(into events: inout [FrameEvent])
    mutating func reset()
}

extension Framing {
    /// What the bytes of a frame are: its body, or a fault where the check value behind it does not fit.
    ///
    /// - Parameter start: Bytes of the frame before them.
    func event(_ bytes: [UInt8], behind start: [UInt8]) -> FrameEvent {
        guard let checksum else { return .frame(bytes) }
        let body = bytes.dropLast(checksum.byteCount)
        let covered = checksum.covers == .frame ? start + body : Array(body)
        guard bytes.count >= checksum.byteCount,
            Array(bytes.suffix(checksum.byteCount)) == checksum.of(covered)
        else {
            let text = "the check value of a frame of \(bytes.count) bytes does not fit"
            return .fault(DeviceFault(.checksumWrong, text))
        }
        return .frame(Array(body))
    }
}

/// `fixed`: every `frameBytes` bytes are a frame.
struct FixedFramer: FramingRule {
    let frameBytes: Int
    private var buffer: [UInt8] = []

    init(frameBytes: Int) { self.frameBytes = frameBytes }

    var hasPartial: Bool { !buffer.isEmpty }

    mutating func reset() { buffer.removeAll(keepingCapacity: true) }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        buffer.append(byte)
        guard buffer.count >= frameBytes else { return }
        events.append(.frame(buffer))
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func silence(into events: inout [FrameEvent]) {
        guard hasPartial else { return }
        let detail = "silence after \(buffer.count) of \(frameBytes) bytes"
        events.append(.fault(DeviceFault(.frameBroken, detail)))
        reset()
    }
}

/// `silence`: a frame ends where the stream stands still.
struct SilenceFramer: FramingRule {
    private let framing: Framing
    private let most: Int
    private var buffer: [UInt8] = []
    private var isTooLong = false

    init(_ framing: Framing) {
        self.framing = framing
        most = framing.maxFrameBytes + (framing.checksum?.byteCount ?? 0)
    }

    var hasPartial: Bool { !buffer.isEmpty || isTooLong }

    mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        isTooLong = false
    }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        guard !isTooLong else { return }
        buffer.append(byte)
        guard buffer.count > most else { return }
        events.append(.fault(DeviceFault(.frameTooLong, "no silence within \(framing.maxFrameBytes) bytes")))
        buffer.removeAll(keepingCapacity: true)
        isTooLong = true
    }

    mutating func silence(into events: inout [FrameEvent]) {
        if !buffer.isEmpty { events.append(framing.event(buffer, behind: [])) }
        reset()
    }
}

/// Modbus TCP frames.
///
/// ```
/// 00 07   00 00     00 05    01    03 02 00 2A
/// txn     protocol  length   unit  PDU (length - 1 bytes)
/// ```
/// Without a mark in the stream, a header that cannot be is past repair by waiting: the framer reports it and
/// slides one byte at a time to the next possible header. Owners of a connection close it instead.
/// - Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3.
struct ModbusTCPFramer: FramingRule {
    let maxFrameBytes: Int
    private var buffer: [UInt8] = []
    private var isLost = false

    init(maxFrameBytes: Int) { self.maxFrameBytes = maxFrameBytes }

    var hasPartial: Bool { !buffer.isEmpty }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        buffer.append(byte)
        while buffer.count >= 6 {
            let length = Int(buffer[4]) << 8 | Int(buffer[5])
            // 2 is unit and function, 254 the largest PDU and the unit.
            if buffer[2] != 0 || buffer[3] != 0 || !(2...254).contains(length) || 6 + length > maxFrameBytes {
                reportLost(length, &events)
                buffer.removeFirst()
                continue
            }
            guard buffer.count == 6 + length else { return }
            events.append(.frame(buffer))
            buffer.removeAll(keepingCapacity: true)
            isLost = false
        }
    }

    private mutating func reportLost(_ length: Int, _ events: inout [FrameEvent]) {
        guard !isLost else { return }
        isLost = true
        let isLong = buffer[2] == 0 && buffer[3] == 0 && length > 2
        let code: DeviceFault.Code = isLong ? .frameTooLong : .frameHeader
        let header = buffer.prefix(6).map(ByteText.hex).joined(separator: " ")
        events.append(.fault(DeviceFault(code, "no Modbus TCP header: \(header)")))
    }

    mutating func silence(into events: inout [FrameEvent]) {
        if hasPartial {
            events.append(.fault(DeviceFault(.frameBroken, "silence after \(buffer.count) bytes of a frame")))
        }
        reset()
    }

    mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        isLost = false
    }
}
