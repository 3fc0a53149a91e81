import ArgumentParser
import DeviceCore
import DeviceIO
import JSONText
import Settings

extension DevicesCommand {
    /// What is plugged in, as lines for the configuration.
    struct Scan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is plugged in, as lines for the line's configuration.",
            discussion: """
                Ports of this machine are found by udev; devices on the network are not looked for. \
                Nothing is opened and nothing is sent. A model is known by its USB numbers, where a profile \
                names them.
                """)
        @OptionGroup var options: ProfileOptions
        @Option(help: "Configuration of the line: what it has already is only named.") var config: String?
        @Flag(help: "JSON for programs.") var json = false

        func run() async throws {
            let ports = PortCensus.look()
            let known = try options.all().filter { !$0.profile.usb.isEmpty }
            let configured =
                try config.map { try ConfigFile.load($0, profiles: options.profiles).devices } ?? []
            if ports.isEmpty, !json {
                Output.line("# no serial port and no keyboard scanner is plugged in, or none may be seen")
            }
            for (index, port) in ports.enumerated() {
                let found = Found(
                    port: port, address: port.address(among: ports),
                    profiles: known.filter { $0.profile.names(port) }.map { ($0.name, $0.profile.evidence) },
                    device: configured.first { $0.address.names(port) }?.name)
                guard !json else {
                    Output.json(found.json)
                    continue
                }
                for line in found.lines(number: index + 1) + [""] { Output.line(line) }
            }
        }
    }

    /// A port with what is known of it.
    private struct Found {
        var port: PluggedPort
        var address: DeviceAddress
        var profiles: [(name: String, evidence: DeviceProfile.Evidence)]
        var device: String?

        /// Comment and, where it is new, the table.
        func lines(number: Int) -> [String] {
            var parts = [port.node]
            if let usb = port.usb { parts.append("\(usb)") }
            if !port.name.isEmpty { parts.append(port.name) }
            if let serial = port.serial { parts.append("serial \(serial)") }
            let head = "# " + parts.joined(separator: "  ")
            if let device { return [head, "# it is \(device) already"] }
            return [head] + advice + table(number)
        }

        private var advice: [String] {
            if let first = profiles.first {
                return [
                    "# its numbers are those of \(profiles.map(\.name).joined(separator: ", ")) "
                        + "(evidence: \(first.evidence.rawValue))"
                ]
            }
            switch (port.kind, port.usb?.isGenericBridge) {
            case (.serial, true):
                return ["# a chip that many devices use: which one hangs on it you must know"]
            case (.serial, _):
                return ["# no profile names its numbers; generic/reader-cr suits most scanners"]
            case (.input, _):
                return [
                    "# a keyboard, or a scanner that types as one; uncomment what follows if it is a scanner"
                ]
            }
        }

        private func table(_ number: Int) -> [String] {
            let isSure = !profiles.isEmpty || port.kind == .serial
            let profile =
                profiles.first?.name ?? (port.kind == .serial ? "generic/reader-cr" : "generic/keyboard")
            return [
                "[[device]]", "name = \"device\(number)\"", "profile = \"\(profile)\"",
                "address = \"\(address.place)\"",
            ].map { isSure ? $0 : "# " + $0 }
        }

        var json: String {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("node", port.node)
            writer.member("kind", port.kind.rawValue)
            if let usb = port.usb { writer.member("usb", "\(usb)") }
            if let serial = port.serial { writer.member("serial", serial) }
            if let interface = port.interface { writer.member("interface", interface) }
            if let path = port.path { writer.member("path", path) }
            writer.member("name", port.name)
            writer.member("address", address.place)
            writer.beginArray("profiles")
            for profile in profiles { writer.element(profile.name) }
            writer.endArray()
            if let device { writer.member("device", device) }
            writer.endObject()
            return String(decoding: writer.take(), as: UTF8.self)
        }
    }
}

extension DeviceProfile {
    /// Whether its USB numbers are those of a port of its kind.
    fileprivate func names(_ port: PluggedPort) -> Bool {
        guard let identifier = port.usb, (framing.kind == .inputEvents) == (port.kind == .input) else {
            return false
        }
        return usb.contains { USBIdentifier($0) == identifier }
    }
}

extension DeviceAddress {
    /// Whether it is the address of a port.
    fileprivate func names(_ port: PluggedPort) -> Bool {
        let name: PortName
        switch (self, port.kind) {
        case (.serial(let own, _), .serial), (.input(let own), .input): name = own
        default: return false
        }
        switch name {
        case .node(let path): return port.isNamed(path)
        case .usb(let match): return match.fits(port)
        }
    }
}
