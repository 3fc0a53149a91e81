/// Vendor and product number of a USB device, `05e0:1701` in hexadecimal.
public struct USBIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// Number of the vendor (VID), as the USB Implementers Forum gave it.
    public var vendor: UInt16
    /// Number of the product (PID), the vendor's own.
    public var product: UInt16

    /// Makes an identifier.
    public init(vendor: UInt16, product: UInt16) {
        self.vendor = vendor
        self.product = product
    }

    /// Reads `VID:PID`, four hexadecimal digits each; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let vendor = Self.number(parts[0]), let product = Self.number(parts[1]) else {
            return nil
        }
        self.init(vendor: vendor, product: product)
    }

    /// Four hexadecimal digits.
    public static func number(_ digits: some StringProtocol) -> UInt16? {
        guard digits.utf8.count == 4, digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) else { return nil }
        return UInt16(digits, radix: 16)
    }

    /// `05e0:1701`.
    public var description: String { Self.text(vendor) + ":" + Self.text(product) }

    private static func text(_ number: UInt16) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// A chip that turns USB into a serial port, whatever hangs on it: it names no device.
    ///
    /// - Source: usb.ids 2025.07.26, QinHeng CH340 and CH341, Silicon Labs CP210x, FTDI FT232, FT2232,
    /// FT4232,
    ///   FT232H and FT-X, Prolific PL2303.
    public var isGenericBridge: Bool { Self.genericBridges.contains(self) }

    private static let genericBridges: Set<USBIdentifier> = Set(
        [
            "1a86:7523", "1a86:5523", "1a86:55d3", "1a86:55d4", "10c4:ea60", "10c4:ea70", "10c4:ea71",
            "0403:6001", "0403:6010", "0403:6011", "0403:6014", "0403:6015", "067b:2303", "067b:23a3",
        ].compactMap { USBIdentifier($0) })
}

/// Which plugged-in USB device, in an address: `usb:VID:PID` and what else must fit.
public struct USBMatch: Equatable, Sendable {
    static let keys = ["serial", "interface", "path"]

    /// Vendor and product.
    public var identifier: USBIdentifier
    /// `serial=`: the serial number in the device (udev's `ID_SERIAL_SHORT`); absent: any.
    public var serial: String?
    /// `interface=`: number of the interface, two hexadecimal digits (`ID_USB_INTERFACE_NUM`); absent: any.
    public var interface: String?
    /// `path=`: the socket it is plugged into (`ID_PATH`); absent: any.
    public var path: String?

    /// Makes a match; see the properties.
    public init(
        _ identifier: USBIdentifier, serial: String? = nil, interface: String? = nil, path: String? = nil
    ) {
        self.identifier = identifier
        self.serial = serial
        self.interface = interface
        self.path = path
    }

    /// Sets one part of an address; false if it has another name.
    mutating func set(_ key: Substring, _ value: Substring) throws(DeviceAddress.Fault) -> Bool {
        guard Self.keys.contains(String(key)) else { return false }
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw DeviceAddress.Fault(description: "\(key)= must be printable and without spaces")
        }
        switch key {
        case "serial": serial = String(value)
        case "path": path = String(value)
        default:
            guard value.utf8.count == 2, UInt8(value, radix: 16) != nil else {
                throw DeviceAddress.Fault(description: "interface=\(value); it has two digits, as in 00")
            }
            interface = String(value).lowercased()
        }
        return true
    }

    /// `key=value` of what must fit beside vendor and product.
    var pairs: [String] {
        [("serial", serial), ("interface", interface), ("path", path)].compactMap { key, value in
            value.map { "\(key)=\($0)" }
        }
    }

    /// Whether a plugged-in port is the one meant.
    public func fits(_ port: PluggedPort) -> Bool {
        port.usb == identifier && (serial == nil || serial == port.serial)
            && (interface == nil || interface == port.interface) && (path == nil || path == port.path)
    }
}
