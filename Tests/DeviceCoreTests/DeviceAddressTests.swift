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
    ])
    func addressesComeBack(_ text: String, _ full: String) throws {
        let address = try DeviceAddress(text)
        #expect(address.description == full)
        #expect(try DeviceAddress(full) == address)
    }

    @Test(arguments: [
        ("", "must begin with"), ("usb:1eab:1d06", "must begin with"), ("/dev/ttyUSB0", "must begin with"),
        ("serial:ttyUSB0", "absolute"), ("serial:", "absolute"), ("serial:/dev/a?", "key=value"),
        ("serial:/dev/a?baud", "key=value"), ("serial:/dev/a?baud=9601", "allowed: 1200 2400"),
        ("serial:/dev/a?data=9", "allowed: 7 8"), ("serial:/dev/a?parity=mark", "allowed: none even odd"),
        ("serial:/dev/a?stop=1.5", "allowed: 1 2"), ("serial:/dev/a?flow=xon", "allowed: none rtscts"),
        ("serial:/dev/a?speed=9600", "unknown setting speed"), ("serial:/dev/a?baud=9600&baud=9600", "twice"),
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
}
