import Simulator

/// The line I/O controller as a Modbus TCP server: the world's registers 0...32 and 100...143.
///
/// ```
/// transaction 2 bytes | protocol 0000 | length 2 bytes | unit 1 byte | function 1 byte | data
/// ```
/// Functions 3 and 4 (read), 6 and 16 (write), 23 (write, then read). Exceptions: 1 function, 2 address,
/// 3 a count or length that does not fit. A frame that is no Modbus ends the connection.
///
/// Where the belt is stepped, reads and writes of a client are what moves it; see ``SteppedBelt``.
/// - Source: MODBUS Application Protocol V1.1b3, sections 6 and 7; MODBUS Messaging on TCP/IP V1.0b, 3.1.3.
struct ModbusDevice: SimulatedDevice {
    private enum Fault: UInt8, Error {
        case function = 1
        case address = 2
        case value = 3
    }

    private static let heartbeatRegister = 100
    private static let headerBytes = 7
    private static let longestLength = 254

    private var belt: SteppedBelt?

    /// - Parameter belt: `nil` where time moves the belt.
    init(belt: SteppedBelt? = nil) {
        self.belt = belt
    }

    mutating func receive(_ buffer: inout [UInt8], live: inout LiveWorld) -> [UInt8]? {
        var answer: [UInt8] = []
        while buffer.count >= Self.headerBytes {
            let length = Int(buffer[4]) << 8 | Int(buffer[5])
            guard buffer[2] == 0, buffer[3] == 0, (2...Self.longestLength).contains(length) else {
                return nil
            }
            guard buffer.count >= 6 + length else { break }
            let request = Array(buffer[Self.headerBytes..<6 + length])
            let reply = reply(to: request, live: &live)
            let size = UInt16(reply.count + 1)
            answer += [buffer[0], buffer[1], 0, 0, UInt8(size >> 8), UInt8(size & 0xFF), buffer[6]] + reply
            buffer.removeFirst(6 + length)
        }
        return answer
    }

    mutating func notice(_ event: WorldEvent) -> [UInt8] {
        belt?.notice(event)
        return []
    }

    private mutating func reply(to request: [UInt8], live: inout LiveWorld) -> [UInt8] {
        let function = request[0]
        let words = Words(bytes: Array(request.dropFirst()))
        do throws(Fault) {
            switch function {
            case 3, 4: return [function] + (try read(words, live: &live))
            case 6: return [function] + (try writeOne(words, live: &live))
            case 16: return [function] + (try writeSeveral(words, live: &live))
            case 23: return [function] + (try writeAndRead(words, live: &live))
            default: throw .function
            }
        } catch {
            return [function | 0x80, error.rawValue]
        }
    }

    private mutating func read(_ request: Words, live: inout LiveWorld) throws(Fault) -> [UInt8] {
        guard request.bytes.count == 4 else { throw .value }
        return try registers(at: request[0], count: request[2], live: &live)
    }

    private mutating func registers(at address: Int, count: Int, live: inout LiveWorld) throws(Fault)
        -> [UInt8]
    {
        guard (1...125).contains(count) else { throw .value }
        if address < Self.heartbeatRegister { belt?.scanned(&live) }
        guard let values = live.world.readRegisters(at: address, count: count) else { throw .address }
        return [UInt8(2 * count)] + values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    private mutating func writeOne(_ request: Words, live: inout LiveWorld) throws(Fault) -> [UInt8] {
        guard request.bytes.count == 4 else { throw .value }
        try write([UInt16(request[2])], at: request[0], live: &live)
        return request.bytes
    }

    private mutating func writeSeveral(_ request: Words, live: inout LiveWorld) throws(Fault) -> [UInt8] {
        guard request.bytes.count >= 5 else { throw .value }
        let count = request[2]
        guard (1...123).contains(count) else { throw .value }
        try write(try values(of: request, count: count, at: 5), at: request[0], live: &live)
        return Array(request.bytes[..<4])
    }

    private mutating func writeAndRead(_ request: Words, live: inout LiveWorld) throws(Fault) -> [UInt8] {
        guard request.bytes.count >= 9, (1...125).contains(request[2]), (1...121).contains(request[6]) else {
            throw .value
        }
        let values = try values(of: request, count: request[6], at: 9)
        guard live.world.readRegisters(at: request[0], count: request[2]) != nil else { throw .address }
        try write(values, at: request[4], live: &live)
        return try registers(at: request[0], count: request[2], live: &live)
    }

    /// The values of a write whose byte count stands just before `start`.
    private func values(of request: Words, count: Int, at start: Int) throws(Fault) -> [UInt16] {
        guard Int(request.bytes[start - 1]) == 2 * count, request.bytes.count == start + 2 * count else {
            throw .value
        }
        return (0..<count).map { UInt16(request[start + 2 * $0]) }
    }

    private mutating func write(_ values: [UInt16], at address: Int, live: inout LiveWorld) throws(Fault) {
        guard live.world.write(register: address, values: values) else { throw .address }
        if address == Self.heartbeatRegister { belt?.wrote() }
    }

    /// Two bytes at any place as a number, high byte first.
    private struct Words {
        let bytes: [UInt8]

        subscript(_ index: Int) -> Int { Int(bytes[index]) << 8 | Int(bytes[index + 1]) }
    }
}
