/// Where a device is: what the line's configuration says after `address =`.
///
/// ```
/// serial:/dev/ttyUSB0?baud=115200&data=8&parity=none&stop=1&flow=none
/// tcp:192.168.10.21:3010      tcp:[fd00::21]:3010      tcp:printer-3.plant:9100
/// input:/dev/input/by-id/usb-Maker_Scanner-event-kbd
/// ```
public enum DeviceAddress: Equatable, Sendable, CustomStringConvertible {
    /// A serial port by its device node.
    case serial(path: String, SerialSettings)
    /// A TCP server.
    case tcp(host: String, port: Int)
    /// A scanner that shows itself as a keyboard, by its device node.
    case input(path: String)

    /// Speed and format of a serial port. Defaults: 9600 8N1, no flow control.
    public struct SerialSettings: Equatable, Sendable {
        /// `parity=`.
        public enum Parity: String, Sendable, CaseIterable {
            /// No parity bit.
            case none
            /// Even parity.
            case even
            /// Odd parity.
            case odd
        }
        /// `flow=`.
        public enum Flow: String, Sendable, CaseIterable {
            /// None; XON and XOFF are data.
            case none
            /// RTS and CTS lines.
            case rtscts
        }

        /// Speeds a serial port can have, slowest first.
        public static let speeds = [
            1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 921_600,
        ]

        /// `baud=`: one of ``speeds``.
        public var baud = 9600
        /// `data=`: 7 or 8.
        public var dataBits = 8
        /// `parity=`: `none`, `even` or `odd`.
        public var parity = Parity.none
        /// `stop=`: 1 or 2.
        public var stopBits = 1
        /// `flow=`: `none` or `rtscts`.
        public var flow = Flow.none

        /// 9600 8N1.
        public init() {}
    }

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
            self = try Self.serial(text.dropFirst(7))
        } else if text.hasPrefix("tcp:") {
            self = try Self.tcp(text.dropFirst(4))
        } else if text.hasPrefix("input:") {
            self = .input(path: try Self.path(text.dropFirst(6), "input:/dev/input/event3"))
        } else {
            throw Fault(description: "it must begin with serial:, tcp: or input:")
        }
    }

    private static func path(_ text: Substring, _ example: String) throws(Fault) -> String {
        guard text.hasPrefix("/"), !text.utf8.contains(0) else {
            throw Fault(description: "the path must be absolute, for example \(example)")
        }
        return String(text)
    }

    private static func serial(_ text: Substring) throws(Fault) -> DeviceAddress {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = try path(parts[0], "serial:/dev/ttyUSB0")
        var settings = SerialSettings()
        var seen: Set<Substring> = []
        let pairs = parts.count > 1 ? parts[1].split(separator: "&", omittingEmptySubsequences: false) : []
        for pair in pairs {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else {
                throw Fault(description: "\"\(pair)\" is not key=value")
            }
            guard seen.insert(sides[0]).inserted else {
                throw Fault(description: "\(sides[0]) stands twice")
            }
            try settings.set(sides[0], sides[1])
        }
        return .serial(path: path, settings)
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

    /// What two devices may not share: the address without its settings.
    public var place: String {
        switch self {
        case .serial(let path, _): "serial:\(path)"
        case .tcp, .input: description
        }
    }

    /// The address as it is read, every setting written out.
    public var description: String {
        switch self {
        case .serial(let path, let settings):
            return "serial:\(path)?baud=\(settings.baud)&data=\(settings.dataBits)"
                + "&parity=\(settings.parity.rawValue)&stop=\(settings.stopBits)"
                + "&flow=\(settings.flow.rawValue)"
        case .tcp(let host, let port):
            return host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        case .input(let path): return "input:\(path)"
        }
    }
}

extension DeviceAddress.SerialSettings {
    fileprivate mutating func set(_ key: Substring, _ value: Substring) throws(DeviceAddress.Fault) {
        func wrong(_ allowed: String) -> DeviceAddress.Fault {
            DeviceAddress.Fault(description: "\(key)=\(value); allowed: \(allowed)")
        }
        switch key {
        case "baud":
            guard let baud = Int(value), Self.speeds.contains(baud) else {
                throw wrong(Self.speeds.map(String.init).joined(separator: " "))
            }
            self.baud = baud
        case "data":
            guard let bits = Int(value), bits == 7 || bits == 8 else { throw wrong("7 8") }
            dataBits = bits
        case "stop":
            guard let bits = Int(value), bits == 1 || bits == 2 else { throw wrong("1 2") }
            stopBits = bits
        case "parity":
            guard let parity = Parity(rawValue: String(value)) else { throw wrong("none even odd") }
            self.parity = parity
        case "flow":
            guard let flow = Flow(rawValue: String(value)) else { throw wrong("none rtscts") }
            self.flow = flow
        default:
            throw DeviceAddress.Fault(
                description: "unknown setting \(key); known: baud data parity stop flow")
        }
    }
}
