/// Speed and format of a serial port. Defaults: 9600 8N1, no flow control, no RS-485.
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
        /// XON (11 hex) and XOFF (13 hex) in the stream; a device that sends them as data loses them.
        case xonxoff
    }

    /// Speeds a serial port can have, slowest first.
    public static let speeds = [
        1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 921_600,
    ]
    static let keys = ["baud", "data", "parity", "stop", "flow", "rs485"]

    /// `baud=`: one of ``speeds``.
    public var baud = 9600
    /// `data=`: 7 or 8.
    public var dataBits = 8
    /// `parity=`: `none`, `even` or `odd`.
    public var parity = Parity.none
    /// `stop=`: 1 or 2.
    public var stopBits = 1
    /// `flow=`: `none`, `rtscts` or `xonxoff`.
    public var flow = Flow.none
    /// `rs485=on`: the port's driver switches the direction of a two-wire bus by RTS. Adapters that do it by
    /// themselves need it not.
    public var isRS485 = false

    /// 9600 8N1.
    public init() {}

    /// Sets one setting of an address; false if it has another name.
    mutating func set(_ key: Substring, _ value: Substring) throws(DeviceAddress.Fault) -> Bool {
        func wrong(_ allowed: String) -> DeviceAddress.Fault {
            DeviceAddress.Fault(description: "\(key)=\(value); allowed: \(allowed)")
        }
        func word<Word: RawRepresentable & CaseIterable>(
            _: Word.Type
        ) throws(DeviceAddress.Fault) -> Word where Word.RawValue == String {
            guard let word = Word(rawValue: String(value)) else {
                throw wrong(Word.allCases.map(\.rawValue).joined(separator: " "))
            }
            return word
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
        case "parity": parity = try word(Parity.self)
        case "flow": flow = try word(Flow.self)
        case "rs485":
            guard value == "on" || value == "off" else { throw wrong("on off") }
            isRS485 = value == "on"
        default: return false
        }
        return true
    }

    /// `key=value` of every setting; RS-485 only where it is on.
    var pairs: [String] {
        [
            "baud=\(baud)", "data=\(dataBits)", "parity=\(parity.rawValue)", "stop=\(stopBits)",
            "flow=\(flow.rawValue)",
        ] + (isRS485 ? ["rs485=on"] : [])
    }
}
