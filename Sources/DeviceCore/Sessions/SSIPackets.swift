/// Packets of the Simple Serial Interface: opcode, source, status, data. Length and check value are the
/// framing's.
///
/// The scanner sends a packet again until the host acknowledges it, so one read may come twice.
/// - Source: Zebra DS2208 product reference guide, SSI packets; motorola-ssi-scanner and enioka_scan (public
///   code that drives such scanners).
struct SSIPackets: Sendable {
    enum Finding {
        /// The data of a read.
        case read([UInt8])
        /// A read that came before.
        case known
        /// A read that cannot be used.
        case broken(DeviceFault)
        /// No read.
        case other
    }

    /// What the last packet with a read held.
    private var last: [UInt8]?

    /// The packet was taken in.
    static let acknowledgement: [UInt8] = [0xD0, host, 0x00]
    /// The packet is to be sent again.
    static let resend: [UInt8] = [0xD1, host, 0x00, 0x01]

    mutating func reset() { last = nil }

    mutating func take(_ packet: [UInt8]) -> Finding {
        guard packet.count >= 4, packet[0] == Self.decodeData else { return .other }
        let status = packet[2]
        let held = Array(packet[3...])
        if status & Self.isRetransmitted != 0, held == last { return .known }
        last = held
        guard status & Self.goesOn == 0 else {
            return .broken(DeviceFault(.frameBroken, "a read in several packets"))
        }
        // The first byte is the kind of barcode, in the maker's own numbers.
        return .read(Array(held.dropFirst()))
    }

    private static let host: UInt8 = 0x04
    private static let decodeData: UInt8 = 0xF3
    private static let isRetransmitted: UInt8 = 0x01
    private static let goesOn: UInt8 = 0x02
}
