/// Requests and replies of Modbus: those of the line I/O contract, and any other as its PDU.
///
/// ```
/// 00 07  00 00  00 06  01   03  00 00  00 21          read holding registers 0 to 32
/// 00 08  00 00  00 0B  01   10  00 64  00 02  04  ... write registers 100 and 101
/// txn    proto  length unit fn  start  count  bytes
/// ```
/// On a serial line (RTU) unit and PDU stand alone, with a CRC behind.
/// - Source: MODBUS Application Protocol Specification V1.1b3, sections 6.3, 6.12 and 7; MODBUS over serial
///   line V1.02, section 2.5.1.
struct ModbusFrame: Sendable {
    /// What a reply says.
    enum Reply: Equatable {
        /// Registers read.
        case registers([UInt16])
        /// Registers written, as echoed.
        case written(start: UInt16, count: UInt16)
        /// Any function byte of 80h or more; the code is `nil` if the device sent none.
        case exception(code: UInt8?)
        /// Not a reply to such a request.
        case malformed
    }

    /// A serial line: a CRC, and no transaction numbers.
    let isSerial: Bool

    func read(transaction: UInt16, unit: UInt8, start: UInt16, count: UInt16) -> [UInt8] {
        frame(transaction, [unit, 0x03] + Self.bytes(start) + Self.bytes(count))
    }

    /// - Parameter values: 1 to 123 registers.
    func write(transaction: UInt16, unit: UInt8, start: UInt16, values: [UInt16]) -> [UInt8] {
        let count = UInt16(truncatingIfNeeded: values.count)
        let head = [unit, 0x10] + Self.bytes(start) + Self.bytes(count)
        return frame(
            transaction,
            head + [UInt8(truncatingIfNeeded: 2 * values.count)] + values.flatMap(Self.bytes))
    }

    /// A request by its PDU: function, then its data, 253 bytes at most.
    func request(transaction: UInt16, unit: UInt8, pdu: [UInt8]) -> [UInt8] {
        frame(transaction, [unit] + pdu)
    }

    private func frame(_ transaction: UInt16, _ body: [UInt8]) -> [UInt8] {
        guard !isSerial else { return body + Checksum(kind: .crc16, order: .little).of(body) }
        let length = Self.bytes(UInt16(truncatingIfNeeded: body.count))
        return Self.bytes(transaction) + [0, 0] + length + body
    }

    static func bytes(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    /// Transaction (`nil` on a serial line), unit and content of a whole frame as the framer gives it;
    /// `nil` for one without a function.
    func parse(_ frame: [UInt8]) -> (transaction: UInt16?, unit: UInt8, reply: Reply)? {
        guard let (transaction, unit, pdu) = parts(frame) else { return nil }
        return (transaction, unit, Self.reply(pdu))
    }

    /// Transaction (`nil` on a serial line), unit and PDU of a whole frame; `nil` for one without a function.
    func parts(_ frame: [UInt8]) -> (transaction: UInt16?, unit: UInt8, pdu: [UInt8])? {
        let header = isSerial ? 0 : 6
        guard frame.count >= header + 2 else { return nil }
        return (isSerial ? nil : Self.word(frame, 0), frame[header], Array(frame[(header + 1)...]))
    }

    /// - Parameter pdu: From the function on, one byte or more.
    private static func reply(_ pdu: [UInt8]) -> Reply {
        switch pdu[0] {
        case 0x80...: return .exception(code: pdu.count > 1 ? pdu[1] : nil)
        case 0x03:
            guard pdu.count >= 2, pdu[1] % 2 == 0, pdu.count == 2 + Int(pdu[1]) else { return .malformed }
            return .registers(stride(from: 2, to: pdu.count, by: 2).map { word(pdu, $0) })
        case 0x10:
            guard pdu.count == 5 else { return .malformed }
            return .written(start: word(pdu, 1), count: word(pdu, 3))
        default: return .malformed
        }
    }

    static func word(_ frame: [UInt8], _ index: Int) -> UInt16 {
        UInt16(frame[index]) << 8 | UInt16(frame[index + 1])
    }

    /// The exception in words.
    static func exceptionName(_ code: UInt8?) -> String {
        switch code {
        case 1: return "function not supported"
        case 2: return "address not supported"
        case 3: return "value not allowed"
        case 4: return "device failure"
        case 5: return "acknowledged, not done yet"
        case 6: return "device busy"
        case 8: return "memory parity error"
        case 10: return "gateway path unavailable"
        case 11: return "gateway target silent"
        case let other?: return "code \(other)"
        case nil: return "no code"
        }
    }
}
