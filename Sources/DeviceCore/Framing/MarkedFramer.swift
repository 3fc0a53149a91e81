/// `terminated` (no start) and `delimited` (start and end), with frames of other shapes between them.
struct MarkedFramer: FramingRule {
    private enum State {
        /// Waiting for a start; the buffer holds noise.
        case between
        /// The buffer holds the body so far.
        case inside
        /// The frame was too long; its rest is dropped until its end, the buffer holds what may be a mark.
        case dropping
        /// The buffer holds a frame of another shape so far, with its start.
        case another(AlsoFrame)
    }

    private let start: [UInt8]
    private let end: [UInt8]
    private let padding: [UInt8]
    private let escape: UInt8?
    private let also: [AlsoFrame]
    private let framing: Framing
    /// Longest body, with its check value.
    private let most: Int
    private var state: State
    private var buffer: [UInt8] = []
    /// The last byte of a body was the escape.
    private var isEscaped = false

    init(_ framing: Framing) throws(ProfileFault) {
        self.framing = framing
        start = try ByteText.bytes(framing.start)
        end = try ByteText.bytes(framing.end)
        padding = try ByteText.bytes(framing.padding)
        escape = try ByteText.bytes(framing.escape).first
        var also: [AlsoFrame] = []
        for frame in framing.also { also.append(try AlsoFrame(frame)) }
        self.also = also
        most = framing.maxFrameBytes + (framing.checksum?.byteCount ?? 0)
        state = start.isEmpty ? .inside : .between
    }

    var hasPartial: Bool {
        switch state {
        case .between: return buffer.contains { !padding.contains($0) }
        case .inside: return !start.isEmpty || !buffer.isEmpty
        case .dropping, .another: return true
        }
    }

    mutating func reset() {
        isEscaped = false
        buffer.removeAll(keepingCapacity: true)
        state = start.isEmpty ? .inside : .between
    }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        if let escape, case .inside = state { return consumeEscaped(byte, escape, &events) }
        buffer.append(byte)
        switch state {
        case .between: consumeBetween(&events)
        case .inside: consumeInside(&events)
        case .dropping: consumeDropping(&events)
        case .another(let frame): consume(frame, &events)
        }
    }

    private mutating func consumeBetween(_ events: inout [FrameEvent]) {
        if let frame = also.first(where: { endsWith($0.start) }) {
            buffer.removeLast(frame.start.count)
            reportNoise(&events)
            buffer = frame.start
            state = .another(frame)
            consume(frame, &events)
        } else if endsWith(start) {
            buffer.removeLast(start.count)
            reportNoise(&events)
            state = .inside
        } else if buffer.count >= framing.maxFrameBytes + start.count {
            let kept = Array(buffer.suffix(start.count - 1))
            buffer.removeLast(kept.count)
            reportNoise(&events)
            buffer = kept
        }
    }

    private mutating func consumeInside(_ events: inout [FrameEvent]) {
        // The last branch keeps the body from ever being longer than the limit here.
        if start.isEmpty, let frame = also.first(where: { $0.start == buffer }) {
            state = .another(frame)
            consume(frame, &events)
        } else if endsWith(end) {
            buffer.removeLast(end.count)
            events.append(framing.event(buffer, behind: start))
            reset()
        } else if !start.isEmpty, endsWith(start) {
            let lost = buffer.count - start.count
            events.append(
                .fault(DeviceFault(.frameBroken, "a new frame began after \(lost) bytes of the last")))
            buffer.removeAll(keepingCapacity: true)
        } else if buffer.count >= most + end.count {
            tooLong(&events)
        }
    }

    private mutating func tooLong(_ events: inout [FrameEvent]) {
        events.append(.fault(DeviceFault(.frameTooLong, "no end within \(framing.maxFrameBytes) bytes")))
        state = .dropping
        keepPossibleMark()
    }

    /// Inside a frame in which a control is an escape and a byte: start and end, and the escape itself
    /// doubled.
    private mutating func consumeEscaped(_ byte: UInt8, _ escape: UInt8, _ events: inout [FrameEvent]) {
        guard isEscaped else {
            if byte == escape { isEscaped = true } else { buffer.append(byte) }
            if buffer.count > most { tooLong(&events) }
            return
        }
        isEscaped = false
        switch [escape, byte] {
        case end:
            events.append(framing.event(buffer, behind: start))
            reset()
        case start:
            let text = "a new frame began after \(buffer.count) bytes of the last"
            events.append(.fault(DeviceFault(.frameBroken, text)))
            buffer.removeAll(keepingCapacity: true)
        case [escape, escape]: buffer.append(escape)
        default: buffer += [escape, byte]
        }
        if buffer.count > most { tooLong(&events) }
    }

    /// A frame of another shape ends with its mark, or has all its bytes.
    private mutating func consume(_ frame: AlsoFrame, _ events: inout [FrameEvent]) {
        let isWhole =
            frame.end.isEmpty
            ? buffer.count >= frame.byteCount
            : buffer.count >= frame.start.count + frame.end.count && endsWith(frame.end)
        if isWhole {
            events.append(.frame(buffer))
            reset()
        } else if buffer.count >= framing.maxFrameBytes + frame.start.count + frame.end.count {
            let text = "no end within \(framing.maxFrameBytes) bytes"
            events.append(.fault(DeviceFault(.frameTooLong, text)))
            reset()
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
        case .another:
            events.append(.fault(DeviceFault(.frameBroken, "silence after \(buffer.count) bytes of a frame")))
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

/// A frame of another shape on the stream, ready for use.
struct AlsoFrame: Sendable {
    let start: [UInt8]
    /// Empty: it has ``byteCount`` bytes.
    let end: [UInt8]
    /// Its length with its start, where it has no end.
    let byteCount: Int

    init(_ frame: Framing.Also) throws(ProfileFault) {
        start = try ByteText.bytes(frame.start)
        end = try ByteText.bytes(frame.end)
        byteCount = frame.frameBytes
    }
}
