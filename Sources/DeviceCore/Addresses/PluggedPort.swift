/// A serial port or input device of this machine, as the system describes it (udev).
public struct PluggedPort: Equatable, Sendable {
    /// What kind of node it has.
    public enum Kind: String, Sendable {
        /// A serial port.
        case serial
        /// An input device that has keys.
        case input
    }

    /// Kind of its node.
    public var kind: Kind
    /// Its device node, as `/dev/ttyACM0`.
    public var node: String
    /// Further names of the node that stay the same over a restart, sorted.
    public var links: [String]
    /// Vendor and product; `nil` where it is no USB device.
    public var usb: USBIdentifier?
    /// Serial number in the device (`ID_SERIAL_SHORT`).
    public var serial: String?
    /// Number of its USB interface, two digits (`ID_USB_INTERFACE_NUM`).
    public var interface: String?
    /// The socket it is plugged into (`ID_PATH`).
    public var path: String?
    /// Maker and model as the device says, or empty.
    public var name: String

    /// Makes a description; see the properties.
    public init(
        kind: Kind, node: String, links: [String] = [], usb: USBIdentifier? = nil, serial: String? = nil,
        interface: String? = nil, path: String? = nil, name: String = ""
    ) {
        self.kind = kind
        self.node = node
        self.links = links
        self.usb = usb
        self.serial = serial
        self.interface = interface
        self.path = path
        self.name = name
    }

    /// Whether `path` names its node.
    public func isNamed(_ path: String) -> Bool { node == path || links.contains(path) }

    /// The address that finds it again wherever that is possible: by vendor and product, with the serial
    /// number or, where it has none or shares it, the socket; else by its node.
    ///
    /// - Parameter all: Everything plugged in.
    public func address(among all: [PluggedPort]) -> DeviceAddress {
        let name = self.name(among: all)
        return kind == .serial ? .serial(name, SerialSettings()) : .input(name)
    }

    private func name(among all: [PluggedPort]) -> PortName {
        guard let usb else { return .node(links.first ?? node) }
        var match = USBMatch(usb)
        func isAlone() -> Bool { all.count { $0.kind == kind && match.fits($0) } == 1 }
        if isAlone(), !usb.isGenericBridge { return .usb(match) }
        match.serial = serial
        if isAlone(), serial != nil { return .usb(match) }
        match.interface = interface
        if isAlone(), serial != nil || !usb.isGenericBridge { return .usb(match) }
        (match.serial, match.path) = (nil, path)
        if isAlone(), path != nil { return .usb(match) }
        return .node(links.first ?? node)
    }
}

/// How an address names a port.
public enum PortName: Equatable, Sendable {
    /// By its device node.
    case node(String)
    /// By what the USB device in it says of itself; found again under whatever node it gets.
    case usb(USBMatch)

    /// The node meant, of those plugged in.
    ///
    /// - Throws: `DEV-150` if none is there, or more than one: which of two is meant is never guessed.
    public func node(of kind: PluggedPort.Kind, among ports: [PluggedPort]) throws(DeviceFault) -> String {
        guard case .usb(let match) = self else {
            if case .node(let path) = self { return path }
            return ""
        }
        let fitting = ports.filter { $0.kind == kind && match.fits($0) }
        guard let port = fitting.first else {
            throw DeviceFault(
                .openFailed, "\(text(with: [])): nothing that fits is plugged in")
        }
        guard fitting.count == 1 else {
            let nodes = fitting.map(\.node).sorted().joined(separator: ", ")
            throw DeviceFault(
                .openFailed,
                "\(text(with: [])): \(nodes) all fit; add serial=, interface= or path= (seriatim "
                    + "devices scan)"
            )
        }
        return port.node
    }

    /// As in an address, with further settings behind.
    func text(with settings: [String]) -> String {
        switch self {
        case .node(let path): PortName.joined(path, settings)
        case .usb(let match): PortName.joined("usb:\(match.identifier)", match.pairs + settings)
        }
    }

    private static func joined(_ name: String, _ pairs: [String]) -> String {
        pairs.isEmpty ? name : name + "?" + pairs.joined(separator: "&")
    }
}
