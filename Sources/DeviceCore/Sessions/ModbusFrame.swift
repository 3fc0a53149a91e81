/// Requests and replies of Modbus TCP, only those the line I/O contract uses.
///
/// ```
/// 00 07  00 00  00 06  01   03  00 00  00 21          read holding registers 0 to 32
/// 00 08  00 00  00 0B  01   10  00 64  00 02  04  ... write registers 100 and 101
/// txn    proto  length unit fn  start  count  bytes
/// ```
/// - Source: MODBUS Application Protocol Specification V1.1b3, sections 6.3, 6.12 and 7.
enum ModbusFrame {
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

    static func read(transaction: UInt16, unit: UInt8, start: UInt16, count: UInt16) -> [UInt8] {
        header(transaction, unit, pduBytes: 5) + [0x03] + bytes(start) + bytes(count)
    }

    /// - Parameter values: 1 to 123 registers.
    static func write(transaction: UInt16, unit: UInt8, start: UInt16, values: [UInt16]) -> [UInt8] {
        let count = UInt16(truncatingIfNeeded: values.count)
        return header(transaction, unit, pduBytes: 6 + 2 * values.count) + [0x10] + bytes(start)
            + bytes(count)
            + [UInt8(truncatingIfNeeded: 2 * values.count)] + values.flatMap(bytes)
    }

    private static func header(_ transaction: UInt16, _ unit: UInt8, pduBytes: Int) -> [UInt8] {
        bytes(transaction) + [0, 0] + bytes(UInt16(truncatingIfNeeded: pduBytes + 1)) + [unit]
    }

    private static func bytes(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    /// Transaction, unit and content of a whole frame as the framer gives it (8 bytes or more).
    static func parse(_ frame: [UInt8]) -> (transaction: UInt16, unit: UInt8, reply: Reply)? {
        guard frame.count >= 8 else { return nil }
        return (word(frame, 0), frame[6], reply(frame))
    }

    private static func reply(_ frame: [UInt8]) -> Reply {
        switch frame[7] {
        case 0x80...: return .exception(code: frame.count > 8 ? frame[8] : nil)
        case 0x03:
            guard frame.count >= 9, frame[8] % 2 == 0, frame.count == 9 + Int(frame[8]) else {
                return .malformed
            }
            return .registers(stride(from: 9, to: frame.count, by: 2).map { word(frame, $0) })
        case 0x10:
            guard frame.count == 12 else { return .malformed }
            return .written(start: word(frame, 8), count: word(frame, 10))
        default: return .malformed
        }
    }

    private static func word(_ frame: [UInt8], _ index: Int) -> UInt16 {
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
