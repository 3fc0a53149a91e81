/// What a framer found in the stream.
public enum FrameEvent: Equatable, Sendable {
    /// The body of one frame, without its marks (Modbus TCP: the whole frame with its header).
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
    private enum Rule: Sendable {
        case terminated(MarkedFramer)
        case fixed(FixedFramer)
        case modbusTCP(ModbusTCPFramer)
    }

    private var rule: Rule

    /// - Throws: ``ProfileFault`` if `framing` breaks its own rules.
    public init(_ framing: Framing) throws(ProfileFault) {
        if let fault = framing.faults().first { throw fault }
        switch framing.kind {
        case .terminated, .delimited:
            rule = .terminated(
                MarkedFramer(
                    start: try ByteText.bytes(framing.start), end: try ByteText.bytes(framing.end),
                    padding: try ByteText.bytes(framing.padding), maxFrameBytes: framing.maxFrameBytes))
        case .fixed: rule = .fixed(FixedFramer(frameBytes: framing.frameBytes))
        case .modbusTCP: rule = .modbusTCP(ModbusTCPFramer(maxFrameBytes: framing.maxFrameBytes))
        }
    }

    /// Takes the next bytes of the stream.
    public mutating func receive(_ bytes: ArraySlice<UInt8>) -> [FrameEvent] {
        var events: [FrameEvent] = []
        switch rule {
        case .terminated(var framer):
            // Taken out while it works, so that its buffer is not copied.
            rule = .fixed(FixedFramer(frameBytes: 1))
            for byte in bytes { framer.consume(byte, into: &events) }
            rule = .terminated(framer)
        case .fixed(var framer):
            rule = .fixed(FixedFramer(frameBytes: 1))
            for byte in bytes { framer.consume(byte, into: &events) }
            rule = .fixed(framer)
        case .modbusTCP(var framer):
            rule = .fixed(FixedFramer(frameBytes: 1))
            for byte in bytes { framer.consume(byte, into: &events) }
            rule = .modbusTCP(framer)
        }
        return events
    }

    /// True while a frame has begun and not ended, or noise is waiting to be reported.
    public var hasPartial: Bool {
        switch rule {
        case .terminated(let framer): return framer.hasPartial
        case .fixed(let framer): return framer.hasPartial
        case .modbusTCP(let framer): return framer.hasPartial
        }
    }

    /// The stream stood still for the inter-byte timeout: reports and drops what is partial.
    public mutating func silence() -> [FrameEvent] {
        var events: [FrameEvent] = []
        switch rule {
        case .terminated(var framer):
            framer.silence(into: &events)
            rule = .terminated(framer)
        case .fixed(var framer):
            framer.silence(into: &events)
            rule = .fixed(framer)
        case .modbusTCP(var framer):
            framer.silence(into: &events)
            rule = .modbusTCP(framer)
        }
        return events
    }

    /// Forgets everything: a new connection begins.
    public mutating func reset() {
        switch rule {
        case .terminated(var framer):
            framer.reset()
            rule = .terminated(framer)
        case .fixed(let framer): rule = .fixed(FixedFramer(frameBytes: framer.frameBytes))
        case .modbusTCP(let framer): rule = .modbusTCP(ModbusTCPFramer(maxFrameBytes: framer.maxFrameBytes))
        }
    }
}

/// `terminated` (no start) and `delimited` (start and end).
struct MarkedFramer: Sendable {
    private enum State {
        /// Waiting for a start; the buffer holds noise.
        case between
        /// The buffer holds the body so far.
        case inside
        /// The frame was too long; its rest is dropped until its end, the buffer holds what may be a mark.
        case dropping
    }

    private let start: [UInt8]
    private let end: [UInt8]
    private let padding: [UInt8]
    private let maxFrameBytes: Int
    private var state: State
    private var buffer: [UInt8] = []

    init(start: [UInt8], end: [UInt8], padding: [UInt8], maxFrameBytes: Int) {
        self.start = start
        self.end = end
        self.padding = padding
        self.maxFrameBytes = maxFrameBytes
        state = start.isEmpty ? .inside : .between
    }

    var hasPartial: Bool {
        switch state {
        case .between: return buffer.contains { !padding.contains($0) }
        case .inside: return !start.isEmpty || !buffer.isEmpty
        case .dropping: return true
        }
    }

    mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        state = start.isEmpty ? .inside : .between
    }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        buffer.append(byte)
        switch state {
        case .between: consumeBetween(&events)
        case .inside: consumeInside(&events)
        case .dropping: consumeDropping(&events)
        }
    }

    private mutating func consumeBetween(_ events: inout [FrameEvent]) {
        if endsWith(start) {
            buffer.removeLast(start.count)
            reportNoise(&events)
            state = .inside
        } else if buffer.count >= maxFrameBytes + start.count {
            let kept = Array(buffer.suffix(start.count - 1))
            buffer.removeLast(kept.count)
            reportNoise(&events)
            buffer = kept
        }
    }

    private mutating func consumeInside(_ events: inout [FrameEvent]) {
        // The last branch keeps the body from ever being longer than the limit here.
        if endsWith(end) {
            buffer.removeLast(end.count)
            events.append(.frame(buffer))
            reset()
        } else if !start.isEmpty, endsWith(start) {
            let lost = buffer.count - start.count
            events.append(
                .fault(DeviceFault(.frameBroken, "a new frame began after \(lost) bytes of the last")))
            buffer.removeAll(keepingCapacity: true)
        } else if buffer.count >= maxFrameBytes + end.count {
            events.append(.fault(DeviceFault(.frameTooLong, "no end within \(maxFrameBytes) bytes")))
            state = .dropping
            keepPossibleMark()
        }
    }

    private mutating func consumeDropping(_ events: inout [FrameEvent]) {
        if endsWith(end) {
            reset()
        } else if !start.isEmpty, endsWith(start) {
            buffer.removeAll(keepingCapacity: true)
            state = .inside
        } else {
            keepPossibleMark()
        }
    }

    mutating func silence(into events: inout [FrameEvent]) {
        switch state {
        case .between: reportNoise(&events)
        case .inside:
            let fault = DeviceFault(.frameBroken, "silence after \(buffer.count) bytes of a frame")
            if hasPartial { events.append(.fault(fault)) }
        case .dropping: break
        }
        reset()
    }

    /// Keeps only the last bytes, as many as could begin a mark.
    private mutating func keepPossibleMark() {
        let most = max(start.count, end.count) - 1
        if buffer.count > most { buffer.removeFirst(buffer.count - most) }
    }

    private mutating func reportNoise(_ events: inout [FrameEvent]) {
        let noise = buffer.filter { !padding.contains($0) }
        if !noise.isEmpty { events.append(.noise(noise)) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func endsWith(_ mark: [UInt8]) -> Bool {
        guard let last = mark.last, buffer.last == last else { return false }
        return mark.count == 1 || buffer.suffix(mark.count).elementsEqual(mark)
    }
}

/// `fixed`: every `frameBytes` bytes are a frame.
struct FixedFramer: Sendable {
    let frameBytes: Int
    private var buffer: [UInt8] = []

    init(frameBytes: Int) { self.frameBytes = frameBytes }

    var hasPartial: Bool { !buffer.isEmpty }

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
        buffer.removeAll(keepingCapacity: true)
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
struct ModbusTCPFramer: Sendable {
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
        buffer.removeAll(keepingCapacity: true)
        isLost = false
    }
}
