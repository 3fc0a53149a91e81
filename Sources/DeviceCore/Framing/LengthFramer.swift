/// `length-prefixed`: a start (which may be empty), the length, the body, the check value.
///
/// A length that cannot be is past repair by waiting: it is reported once, and the framer slides one byte at
/// a time to the next header that can be.
struct LengthFramer: FramingRule {
    private let framing: Framing
    private let length: Framing.Length
    private let start: [UInt8]
    private var buffer: [UInt8] = []
    private var isLost = false

    init(_ framing: Framing) throws(ProfileFault) {
        self.framing = framing
        length = framing.length ?? Framing.Length(bytes: 1)
        start = try ByteText.bytes(framing.start)
    }

    var hasPartial: Bool { !buffer.isEmpty }

    mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        isLost = false
    }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        buffer.append(byte)
        while let first = wrong() ?? headerFault() {
            if !isLost { events.append(.fault(first)) }
            isLost = true
            buffer.removeFirst()
        }
        let header = start.count + length.bytes
        guard buffer.count >= header, let body = bodyBytes,
            buffer.count == header + body + (framing.checksum?.byteCount ?? 0)
        else { return }
        events.append(framing.event(Array(buffer[header...]), behind: Array(buffer[..<header])))
        reset()
    }

    /// What came is not how a frame begins.
    private func wrong() -> DeviceFault? {
        let came = buffer.prefix(start.count)
        guard !came.isEmpty, !start.starts(with: came) else { return nil }
        return DeviceFault(
            .frameHeader, "a frame begins otherwise: \(came.map(ByteText.hex).joined(separator: " "))")
    }

    private func headerFault() -> DeviceFault? {
        guard buffer.count >= start.count + length.bytes else { return nil }
        guard let body = bodyBytes else {
            return DeviceFault(.frameHeader, "a length that counts less than itself")
        }
        guard body > framing.maxFrameBytes else { return nil }
        return DeviceFault(.frameTooLong, "a length of \(body) bytes")
    }

    /// Bytes of the body, as the header says; `nil` where it cannot be.
    private var bodyBytes: Int? {
        let field = buffer[start.count..<start.count + length.bytes]
        let digits = length.order == .big ? Array(field) : field.reversed()
        let value = digits.reduce(0) { $0 << 8 | Int($1) }
        guard length.counts == .frame else { return value }
        let body = value - start.count - length.bytes
        return body >= 0 ? body : nil
    }

    mutating func silence(into events: inout [FrameEvent]) {
        if hasPartial {
            events.append(.fault(DeviceFault(.frameBroken, "silence after \(buffer.count) bytes of a frame")))
        }
        reset()
    }
}
