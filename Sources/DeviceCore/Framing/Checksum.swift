/// The check value behind the body of each frame, table `[framing.checksum]`.
///
/// It stands between the body and what ends the frame, in both directions. A frame whose value does not fit
/// is a fault, and nothing of it reaches the dialogue.
public struct Checksum: Equatable, Sendable {
    /// How it is computed.
    public enum Kind: String, Sendable, CaseIterable {
        /// Exclusive or of all bytes; one byte. Source: SICK CoLa B.
        case xor8
        /// Sum of all bytes, low byte. Source: Advantech ADAM-4000.
        case sum8
        /// Two's complement of the sum of all bytes, two bytes. Source: Symbol SSI.
        case negsum16
        /// CRC-16 with polynomial A001 (reflected), begun with FFFF; two bytes. Source: MODBUS over serial
        /// line V1.02, section 6.2.2.
        case crc16 = "crc-16-modbus"
    }

    /// How it is written.
    public enum Form: String, Sendable, CaseIterable {
        /// As bytes.
        case raw
        /// As capital hexadecimal digits, two for each byte.
        case hex
    }

    /// Which bytes it covers.
    public enum Span: String, Sendable, CaseIterable {
        /// The body alone.
        case body
        /// All bytes before it: start, length and body.
        case frame
    }

    /// `kind`: `xor8`, `sum8`, `negsum16` or `crc-16-modbus`. Required.
    public var kind: Kind
    /// `form`: `raw` (default) or `hex`.
    public var form: Form
    /// `order`: of its bytes, `big` (default) or `little`.
    public var order: ByteOrder
    /// `covers`: `body` (default) or `frame`.
    public var covers: Span

    /// Makes the table; the defaults are those of a file that leaves the key out.
    public init(kind: Kind, form: Form = .raw, order: ByteOrder = .big, covers: Span = .body) {
        self.kind = kind
        self.form = form
        self.order = order
        self.covers = covers
    }

    /// Bytes it takes in a frame.
    var byteCount: Int { width * (form == .hex ? 2 : 1) }

    private var width: Int { kind == .negsum16 || kind == .crc16 ? 2 : 1 }

    /// The value of these bytes, as it stands in a frame.
    func of(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let value = value(of: bytes)
        var parts = width == 1 ? [UInt8(truncatingIfNeeded: value)] : [value.high, value.low]
        if order == .little { parts.reverse() }
        return form == .raw ? parts : parts.flatMap { Array(ByteText.hex($0).utf8) }
    }

    private func value(of bytes: some Sequence<UInt8>) -> UInt16 {
        switch kind {
        case .xor8: return bytes.reduce(0) { $0 ^ UInt16($1) }
        case .sum8: return bytes.reduce(0) { $0 &+ UInt16($1) }
        case .negsum16: return 0 &- bytes.reduce(0) { $0 &+ UInt16($1) }
        case .crc16: return bytes.reduce(0xFFFF) { Self.crc($0, $1) }
        }
    }

    private static func crc(_ sum: UInt16, _ byte: UInt8) -> UInt16 {
        (0..<8).reduce(sum ^ UInt16(byte)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xA001 }
    }
}

/// Order of the bytes of a number.
public enum ByteOrder: String, Sendable, CaseIterable {
    /// The highest first.
    case big
    /// The lowest first.
    case little
}

extension UInt16 {
    fileprivate var high: UInt8 { UInt8(truncatingIfNeeded: self >> 8) }
    fileprivate var low: UInt8 { UInt8(truncatingIfNeeded: self) }
}
