/// `modbus-rtu`: what a controller answers on a serial line.
///
/// ```
/// 01    03 02 00 2A    38 5B
/// unit  PDU            CRC, low byte first
/// ```
/// The standard ends a frame by a silence of 1.75 ms, which a program behind a USB adapter cannot see: here
/// the function says how long the reply is and the CRC proves it. What cannot be a reply is one fault, and
/// what follows it up to the next silence is dropped.
/// - Source: MODBUS over serial line V1.02, sections 2.5.1.1 and 6.2.2; replies of functions 1 to 6, 15, 16.
struct ModbusRTUFramer: FramingRule {
    private static let crc = Checksum(kind: .crc16, order: .little)
    private var buffer: [UInt8] = []
    private var isLost = false

    var hasPartial: Bool { !buffer.isEmpty || isLost }

    mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        isLost = false
    }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        guard !isLost else { return }
        buffer.append(byte)
        guard buffer.count >= 2 else { return }
        guard let length else {
            let detail = "no reply of Modbus: \(buffer.map(ByteText.hex).joined(separator: " "))"
            return lose(DeviceFault(.frameHeader, detail), &events)
        }
        guard buffer.count == length else { return }
        let body = Array(buffer.dropLast(2))
        guard Self.crc.of(body) == Array(buffer.suffix(2)) else {
            return lose(
                DeviceFault(.checksumWrong, "the CRC of a frame of \(length) bytes does not fit"), &events)
        }
        events.append(.frame(body))
        buffer.removeAll(keepingCapacity: true)
    }

    /// Bytes of the whole frame: what is there already where the next byte tells it; `nil` where none can.
    private var length: Int? {
        switch buffer[1] {
        case 0x80...: return 5
        case 1...4:
            guard buffer.count >= 3 else { return .max }
            return 5 + Int(buffer[2])
        case 5, 6, 15, 16: return 8
        default: return nil
        }
    }

    private mutating func lose(_ fault: DeviceFault, _ events: inout [FrameEvent]) {
        events.append(.fault(fault))
        buffer.removeAll(keepingCapacity: true)
        isLost = true
    }

    mutating func silence(into events: inout [FrameEvent]) {
        if !buffer.isEmpty {
            events.append(.fault(DeviceFault(.frameBroken, "silence after \(buffer.count) bytes of a frame")))
        }
        reset()
    }
}
