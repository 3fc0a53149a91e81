/// Where a device is: what the line's configuration says after `address =`.
///
/// ```
/// serial:/dev/ttyS0?baud=115200&data=8&parity=none&stop=1&flow=none
/// serial:usb:05e0:1701?serial=S123&interface=00&baud=9600
/// tcp:192.168.10.21:3010      tcp:[fd00::21]:3010      tcp:printer-3.plant:9100
/// input:usb:05e0:1200         input:/dev/input/by-id/usb-Maker_Scanner-event-kbd
/// ```
public enum DeviceAddress: Equatable, Sendable, CustomStringConvertible {
    /// A serial port.
    case serial(PortName, SerialSettings)
    /// A TCP server.
    case tcp(host: String, port: Int)
    /// A scanner that shows itself as a keyboard.
    case input(PortName)

    /// Why an address was refused: what is wrong and what would be right.
    public struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
        /// One line.
        public var description: String
    }

    /// Reads an address.
    ///
    /// - Throws: ``Fault`` for another transport, a missing part or a setting out of its set.
    public init(_ text: String) throws(Fault) {
        if text.hasPrefix("serial:") {
            var settings = SerialSettings()
            let name = try Self.port(text.dropFirst(7), SerialSettings.keys, "serial:/dev/ttyUSB0") {
                (key, value) throws(Fault) in
                try settings.set(key, value)
            }
            self = .serial(name, settings)
        } else if text.hasPrefix("tcp:") {
            self = try Self.tcp(text.dropFirst(4))
        } else if text.hasPrefix("input:") {
            self = .input(try Self.port(text.dropFirst(6), [], "input:/dev/input/event3") { _, _ in false })
        } else {
            throw Fault(description: "it must begin with serial:, tcp: or input:")
        }
    }

    /// A port by its node or `usb:VID:PID`, with what stands behind the question mark.
    private static func port(
        _ text: Substring, _ settings: [String], _ example: String,
        set: (Substring, Substring) throws(Fault) -> Bool
    ) throws(Fault) -> PortName {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var match: USBMatch?
        if parts[0].hasPrefix("usb:") {
            guard let identifier = USBIdentifier(parts[0].dropFirst(4)) else {
                throw Fault(description: "write vendor and product as four digits each, as in usb:05e0:1701")
            }
            match = USBMatch(identifier)
        } else if !parts[0].hasPrefix("/") || parts[0].utf8.contains(0) {
            throw Fault(description: "the path must be absolute, for example \(example)")
        }
        var seen: Set<Substring> = []
        let pairs = parts.count > 1 ? parts[1].split(separator: "&", omittingEmptySubsequences: false) : []
        for pair in pairs {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { throw Fault(description: "\"\(pair)\" is not key=value") }
            guard seen.insert(sides[0]).inserted else { throw Fault(description: "\(sides[0]) stands twice") }
            if try set(sides[0], sides[1]) { continue }
            if try match?.set(sides[0], sides[1]) == true { continue }
            let known = settings + (match == nil ? [] : USBMatch.keys)
            throw Fault(
                description: "unknown setting \(sides[0]); "
                    + (known.isEmpty ? "it has none" : "known: \(known.joined(separator: " "))"))
        }
        guard let match else { return .node(String(parts[0])) }
        guard !match.identifier.isGenericBridge || match.serial != nil || match.path != nil else {
            throw Fault(
                description: "\(match.identifier) is a chip that many devices use; add serial= or path= "
                    + "(seriatim devices scan shows them), or write the path of the port")
        }
        return .usb(match)
    }

    private static func tcp(_ text: Substring) throws(Fault) -> DeviceAddress {
        guard let colon = text.lastIndex(of: ":") else {
            throw Fault(description: "a port is missing, for example tcp:192.168.10.21:3010")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw Fault(
                description: "write an IPv6 host in brackets, for example tcp:[fd00::21]:3010")
        }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65535).contains(port)
        else { throw Fault(description: "the port must be 1 to 65535, got \"\(digits)\"") }
        let slash = UInt8(ascii: "/")
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != slash }) else {
            throw Fault(description: "a host is missing or no host name, for example tcp:192.168.10.21:3010")
        }
        guard isHost(host) else {
            throw Fault(description: "\(host) is no IPv4 address: four numbers of 0 to 255")
        }
        return .tcp(host: String(host), port: port)
    }

    /// Of digits and dots alone nothing but an address is made: a name has a letter.
    private static func isHost(_ host: Substring) -> Bool {
        guard host.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) else {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.count <= 3 && Int(part).map { (0...255).contains($0) && String($0) == part } == true
            }
    }

    /// Whether it is a port of this machine, which can be plugged in and out.
    public var isPort: Bool {
        if case .tcp = self { return false }
        return true
    }

    /// What two devices may not share: the address without its settings.
    public var place: String {
        switch self {
        case .serial(let name, _): "serial:" + name.text(with: [])
        case .tcp, .input: description
        }
    }

    /// The address as it is read, every setting written out.
    public var description: String {
        switch self {
        case .serial(let name, let settings): "serial:" + name.text(with: settings.pairs)
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        case .input(let name): "input:" + name.text(with: [])
        }
    }
}
