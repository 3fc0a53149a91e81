import DeviceCore
import Testing

@Suite struct DeviceAddressTests {
    @Test(arguments: [
        ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0?baud=9600&data=8&parity=none&stop=1&flow=none"),
        (
            "serial:/dev/serial/by-id/usb-x?baud=115200&parity=even&data=7&stop=2&flow=rtscts",
            "serial:/dev/serial/by-id/usb-x?baud=115200&data=7&parity=even&stop=2&flow=rtscts"
        ),
        ("tcp:192.168.10.21:3010", "tcp:192.168.10.21:3010"),
        ("tcp:0.0.0.0:1", "tcp:0.0.0.0:1"), ("tcp:3com.1:9100", "tcp:3com.1:9100"),
        ("tcp:printer-3.plant:9100", "tcp:printer-3.plant:9100"),
        ("tcp:[fd00::21]:502", "tcp:[fd00::21]:502"),
        ("input:/dev/input/by-id/usb-A_B-event-kbd", "input:/dev/input/by-id/usb-A_B-event-kbd"),
        ("input:usb:05E0:1200", "input:usb:05e0:1200"),
        (
            "serial:usb:05e0:1701?baud=19200&interface=0A&rs485=on&serial=S1",
            "serial:usb:05e0:1701?serial=S1&interface=0a&baud=19200&data=8&parity=none&stop=1&flow=none"
                + "&rs485=on"
        ),
        (
            "serial:usb:1a86:7523?path=pci-0000:00:14.0-usb-0:2:1.0&flow=xonxoff",
            "serial:usb:1a86:7523?path=pci-0000:00:14.0-usb-0:2:1.0&baud=9600&data=8&parity=none&stop=1"
                + "&flow=xonxoff"
        ),
    ])
    func addressesComeBack(_ text: String, _ full: String) throws {
        let address = try DeviceAddress(text)
        #expect(address.description == full)
        #expect(try DeviceAddress(full) == address)
    }

    @Test(arguments: [
        ("", "must begin with"), ("usb:1eab:1d06", "must begin with"),
        ("/dev/ttyUSB0", "must begin with"),
        ("serial:ttyUSB0", "absolute"), ("serial:", "absolute"), ("serial:/dev/a?", "key=value"),
        ("serial:/dev/a?baud", "key=value"), ("serial:/dev/a?baud=9601", "allowed: 1200 2400"),
        ("serial:/dev/a?data=9", "allowed: 7 8"), ("serial:/dev/a?parity=mark", "allowed: none even odd"),
        ("serial:/dev/a?stop=1.5", "allowed: 1 2"),
        ("serial:/dev/a?flow=xon", "allowed: none rtscts xonxoff"),
        ("serial:/dev/a?speed=9600", "unknown setting speed"), ("serial:/dev/a?baud=9600&baud=9600", "twice"),
        ("serial:usb:1a86:7523", "many devices use"), ("serial:usb:1a86:7523?interface=00", "add serial="),
        ("serial:usb:05e0", "four digits"), ("serial:usb:5e0:1701", "four digits"),
        ("serial:usb:+5e0:1701", "four digits"), ("serial:usb:05e0:1701:2", "four digits"),
        ("serial:usb:05e0:1701?interface=0", "two digits"), ("serial:usb:05e0:1701?serial=", "printable"),
        ("serial:usb:05e0:1701?serial=a b", "printable"),
        ("serial:/dev/a?serial=S1", "unknown setting serial"),
        ("serial:/dev/a?rs485=yes", "allowed: on off"), ("input:/dev/input/event3?baud=9600", "it has none"),
        ("input:event3", "must be absolute"), ("input:", "must be absolute"),
        ("tcp:host", "port is missing"), ("tcp::3010", "host is missing"), ("tcp:host:", "1 to 65535"),
        ("tcp:host:0", "1 to 65535"), ("tcp:host:65536", "1 to 65535"), ("tcp:host:+80", "1 to 65535"),
        ("tcp:host:99999999999999999999", "1 to 65535"), ("tcp:fd00::21:502", "brackets"),
        ("tcp:a b:80", "host"), ("tcp:a/b:80", "host"), ("tcp:999.1.1.1:80", "no IPv4 address"),
        ("tcp:10.0.0:80", "no IPv4 address"), ("tcp:10.0.0.01:80", "no IPv4 address"),
        ("tcp:...:80", "no IPv4 address"), ("tcp:7:80", "no IPv4 address"),
    ])
    func wrongAddressesSayWhatIsRight(_ text: String, _ part: String) {
        let fault = #expect(throws: DeviceAddress.Fault.self) { try DeviceAddress(text) }
        #expect(fault?.description.contains(part) == true, "\(fault?.description ?? "")")
    }

    // MARK: - Ports that are plugged in

    private static let scanner = PluggedPort(
        kind: .serial, node: "/dev/ttyACM0", links: ["/dev/serial/by-id/usb-Symbol-if00"],
        usb: USBIdentifier("05e0:1701"), serial: "S1", interface: "00", path: "pci-0-usb-0:1:1.0")

    @Test func aDeviceIsFoundByWhatItSaysOfItself() throws {
        let (scanner, other) = (Self.scanner, PluggedPort(kind: .serial, node: "/dev/ttyS0"))
        let keys = PluggedPort(kind: .input, node: "/dev/input/event4", usb: scanner.usb, serial: "S1")
        func node(_ text: String, _ ports: [PluggedPort]) throws -> String {
            guard case .serial(let name, _) = try DeviceAddress(text) else { return "" }
            return try name.node(of: .serial, among: ports)
        }
        for text in ["", "?serial=S1", "?interface=00", "?path=pci-0-usb-0:1:1.0", "?serial=S1&interface=00"]
        {
            #expect(try node("serial:usb:05e0:1701" + text, [other, keys, scanner]) == "/dev/ttyACM0")
        }
        for text in ["?serial=S2", "?interface=01", "?path=pci-0-usb-0:2:1.0"] {
            let fault = #expect(throws: DeviceFault.self) {
                try node("serial:usb:05e0:1701" + text, [other, keys, scanner])
            }
            #expect(fault?.code == .openFailed && fault?.detail.contains("nothing that fits") == true)
        }
        // Which of two is meant is not guessed.
        var second = scanner
        (second.node, second.serial) = ("/dev/ttyACM1", "S2")
        let fault = #expect(throws: DeviceFault.self) { try node("serial:usb:05e0:1701", [second, scanner]) }
        #expect(fault?.detail.contains("/dev/ttyACM0, /dev/ttyACM1 all fit") == true)
        #expect(try node("serial:usb:05e0:1701?serial=S2", [second, scanner]) == "/dev/ttyACM1")
        #expect(try node("serial:/dev/ttyACM0", []) == "/dev/ttyACM0")
    }

    @Test func theAddressProposedFindsItsPortAlone() throws {
        func proposed(_ port: PluggedPort, _ others: [PluggedPort]) -> String {
            let place = port.address(among: others + [port]).place
            return String(place.dropFirst("serial:".count))
        }
        let scanner = Self.scanner
        var (second, twin, bridge) = (scanner, scanner, scanner)
        (second.node, second.serial, second.path) = ("/dev/ttyACM1", "S2", "pci-0-usb-0:2:1.0")
        #expect(proposed(scanner, []) == "usb:05e0:1701")
        #expect(proposed(scanner, [second]) == "usb:05e0:1701?serial=S1")
        // Two interfaces of one device.
        (twin.node, twin.interface, twin.path) = ("/dev/ttyACM1", "02", "pci-0-usb-0:1:1.2")
        #expect(proposed(scanner, [twin]) == "usb:05e0:1701?serial=S1&interface=00")
        // Two of a kind without a serial number differ by their socket alone.
        (twin.interface, twin.serial) = ("00", nil)
        var first = scanner
        first.serial = nil
        #expect(proposed(first, [twin]) == "usb:05e0:1701?interface=00&path=pci-0-usb-0:1:1.0")
        // A chip that many devices use is never enough.
        (bridge.usb, bridge.serial) = (USBIdentifier("1a86:7523"), nil)
        #expect(proposed(bridge, []) == "usb:1a86:7523?interface=00&path=pci-0-usb-0:1:1.0")
        bridge.path = nil
        #expect(proposed(bridge, []) == "/dev/serial/by-id/usb-Symbol-if00")
        #expect(proposed(PluggedPort(kind: .serial, node: "/dev/ttyS0"), [scanner]) == "/dev/ttyS0")
        for port in [scanner, second, twin, first, bridge] {
            let all = [scanner, second, twin, first, bridge]
            let address = port.address(among: all)
            #expect(try DeviceAddress(address.description) == address)
        }
    }
}
