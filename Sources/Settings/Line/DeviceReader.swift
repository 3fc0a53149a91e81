import DeviceCore

/// Reads the `[[device]]` tables.
struct DeviceReader {
    let store: ProfileStore
    /// Paths of profile files are seen from here.
    let directory: String

    /// Reads every device; faults go to the report.
    func read(_ tables: [TableReader]) -> DeviceTables {
        var devices = DeviceTables()
        for table in tables { read(table, into: &devices) }
        return devices
    }

    private func read(_ table: TableReader, into devices: inout DeviceTables) {
        let name = table.string("name", .name)
        let profileName = table.string("profile", .path)
        let profile = profile(profileName, table, &devices)
        let address = table.string("address", .line(maxBytes: 512))
        let atStart: DeviceSettings.AtStart = table.word("at_start", default: .retry, fallback: .retry)
        checkAddress(address, table, kind: profile?.profile.kind, &devices)
        if table.report.isSound(table.place("name")) {
            if let first = devices.places[name] {
                table.fail(
                    .repeated, "name", "\(first) has the name \(Printable.quoted(name)) too",
                    "Give each device its own.")
            } else {
                devices.places[name] = table
            }
        }
        guard let loaded = profile else {
            // Which parameters it has is not known, and so neither are its unknown keys.
            devices.unknown.insert(name)
            return
        }
        var settings = DeviceSettings(
            name: name, profileName: profileName, profile: loaded.profile, profileFiles: loaded.files,
            address: address, atStart: atStart)
        ParameterReader(table: table).apply(to: &settings.profile)
        devices.settings.append(settings)
        table.finish()
    }

    private func profile(
        _ name: String, _ table: TableReader, _ devices: inout DeviceTables
    ) -> LoadedProfile? {
        guard table.report.isSound(table.place("profile")) else { return nil }
        guard ProfileStore.isName(name) else {
            table.fail(
                .badText, "profile", "\(Printable.quoted(name)) names no profile",
                "Write vendor/model, or a path that ends in .toml.")
            return nil
        }
        if let known = devices.profiles[name] { return known }
        do throws(SettingsErrors) {
            let profile = try store.load(name.hasSuffix(".toml") ? Paths.join(directory, name) : name)
            devices.profiles[name] = .some(profile)
            devices.profileValues += profile.effective.map {
                EffectiveValue(key: "profile(\(name)).\($0.key)", value: $0.value, isDefault: $0.isDefault)
            }
            return profile
        } catch {
            devices.profiles[name] = .some(nil)
            if let missing = error.list.first(where: { $0.code == .noProfile }) {
                table.fail(.noProfile, "profile", missing.text, missing.remedy)
            } else {
                table.report.add(error.list)
            }
            return nil
        }
    }

    private func checkAddress(
        _ address: String, _ table: TableReader, kind: DeviceProfile.Kind?, _ devices: inout DeviceTables
    ) {
        guard table.report.isSound(table.place("address")) else { return }
        if let fault = AddressText.fault(address) {
            return table.fail(.badText, "address", fault, AddressText.remedy)
        }
        if kind == .lineIO, !address.hasPrefix("tcp:") {
            return table.fail(.badText, "address", "the line I/O speaks Modbus TCP", "Write tcp:host:port.")
        }
        guard devices.addresses.insert(AddressText.place(of: address)).inserted else {
            return table.fail(
                .repeated, "address", "another device has this address", "Each device has its own.")
        }
    }
}

/// What the `[[device]]` tables say.
struct DeviceTables {
    /// Sound devices, in the order of the file.
    var settings: [DeviceSettings] = []
    /// Where each name stands.
    var places: [String: TableReader] = [:]
    /// Devices whose profile could not be read.
    var unknown: Set<String> = []
    /// Profiles by name; `nil` for one that could not be read.
    var profiles: [String: LoadedProfile?] = [:]
    /// Values of the profiles, in the order of first use.
    var profileValues: [EffectiveValue] = []
    var addresses: Set<String> = []

    /// Kind of a device; `nil` if it is not known.
    func kind(of name: String) -> DeviceProfile.Kind? { settings.first { $0.name == name }?.profile.kind }

    /// Checks a key that names a device of a kind.
    func check(_ name: String, _ kind: DeviceProfile.Kind, _ table: TableReader, _ key: String) {
        guard table.report.isSound(table.place(key)) else { return }
        guard places[name] != nil else {
            let known = places.keys.sorted()
            let near = Nearest.to(name, in: known).map { "Did you mean \($0)?" }
            let remedy =
                near ?? (known.isEmpty ? "Add a [[device]]." : "Known: \(known.joined(separator: ", ")).")
            return table.fail(.noSuchDevice, key, "there is no device \(Printable.quoted(name))", remedy)
        }
        guard let actual = self.kind(of: name), actual != kind else { return }
        table.fail(
            .wrongKind, key, "device \(name) is a \(actual.rawValue), not a \(kind.rawValue)",
            "Name a \(kind.rawValue), or correct the device's profile.")
    }

    /// The I/O must count what the line reckons with.
    func checkMeasure(_ io: String, isTimed: Bool, _ line: TableReader) {
        guard let map = settings.first(where: { $0.name == io })?.profile.modbus else { return }
        line.require(
            isTimed == (map.measure == .runningTime), .contradiction, "belt",
            isTimed
                ? "belt = \"time\", and the profile of \(io) has an encoder and no conveyor-running input "
                    + "that holds a stop"
                : "the profile of \(io) counts running time, and the line reckons with an encoder",
            isTimed
                ? "Use a controller with the profile seriatim/line-io-1-time, or remove the key."
                : "Set belt = \"time\", or use the profile seriatim/line-io-1.")
    }

    /// The I/O controller: key `io`, or the only device of its kind.
    func lineIO(_ line: TableReader) -> String {
        if line.has("io") {
            let name = line.string("io", .name)
            check(name, .lineIO, line, "io")
            return name
        }
        let found = settings.filter { $0.profile.kind == .lineIO }.map(\.name)
        if found.count == 1 { return line.string("io", .name, default: found[0]) }
        if found.isEmpty, !unknown.isEmpty { return line.string("io", .name, default: "") }
        line.fail(
            .missingKey, "io",
            found.isEmpty
                ? "no device is a line-io"
                : "devices \(found.joined(separator: ", ")) are all of kind line-io",
            found.isEmpty ? "Add the I/O controller as a [[device]]." : "Say which one: io = \"\(found[0])\"."
        )
        return ""
    }
}

/// The form of device addresses, as far as it can be told without a device.
enum AddressText {
    static let remedy = "Write tcp:host:port or serial:/dev/name?baud=115200."

    /// What is wrong with an address, or `nil`.
    static func fault(_ address: String) -> String? {
        if address.hasPrefix("tcp:") { return tcpFault(address.dropFirst(4)) }
        if address.hasPrefix("serial:") { return serialFault(address.dropFirst(7)) }
        return "\(Printable.quoted(address)) begins with neither tcp: nor serial:"
    }

    /// What two devices may not share: the address without options.
    static func place(of address: String) -> String {
        address.hasPrefix("serial:") ? String(address.prefix { $0 != "?" }) : address
    }

    private static func tcpFault(_ rest: Substring) -> String? {
        guard let colon = rest.lastIndex(of: ":") else { return "the port is missing" }
        let host = rest[..<colon]
        let port = rest[rest.index(after: colon)...]
        let hostBytes = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        guard !host.isEmpty, hostBytes else { return "the host is missing or no host name" }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard isBracketed || !host.contains(":") else { return "an IPv6 address stands in brackets" }
        let isNumber = !port.isEmpty && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let number = Int(port), (1...65_535).contains(number) else {
            return "port \(Printable.quoted(String(port))) is not 1 to 65535"
        }
        return nil
    }

    private static func serialFault(_ rest: Substring) -> String? {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.hasPrefix("/"), path.utf8.count > 1 else {
            return "a serial port is an absolute path"
        }
        guard parts.count == 2 else { return nil }
        for option in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
            let pair = option.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty else {
                return "option \(Printable.quoted(String(option))) is not name=value"
            }
        }
        return nil
    }
}
