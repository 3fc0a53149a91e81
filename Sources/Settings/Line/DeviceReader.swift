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
        let address = address(table, profile: profile?.profile, &devices)
        let atStart: DeviceSettings.AtStart = table.word("at_start", default: .retry, fallback: .retry)
        if table.report.isSound(table.place("name")) {
            if let first = devices.places[name] {
                table.fail(
                    .repeated, "name", "\(first.path) has the name \(Printable.quoted(name)) too",
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
        var ownProfile = loaded.profile
        ParameterReader(table: table).apply(to: &ownProfile)
        table.finish()
        guard let address else {
            devices.unknown.insert(name)
            return
        }
        devices.settings.append(
            DeviceSettings(
                name: name, profileName: profileName, profile: ownProfile, profileFiles: loaded.files,
                address: address, atStart: atStart))
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

    /// The address, or `nil` where it is none; what no link could open is refused here.
    private func address(
        _ table: TableReader, profile: DeviceProfile?, _ devices: inout DeviceTables
    ) -> DeviceAddress? {
        let text = table.string("address", .line(maxBytes: 512))
        guard table.report.isSound(table.place("address")) else { return nil }
        let address: DeviceAddress
        do throws(DeviceAddress.Fault) {
            address = try DeviceAddress(text)
        } catch {
            table.fail(
                .badText, "address", error.description,
                "Write tcp:host:port, serial:/dev/name?baud=115200, serial:usb:VID:PID or input:usb:VID:PID.")
            return nil
        }
        let isTCP = if case .tcp = address { true } else { false }
        let isInput = if case .input = address { true } else { false }
        let isSerial = if case .serial = address { true } else { false }
        if profile?.framing.kind == .modbusTCP, !isTCP {
            table.fail(.badText, "address", "the line I/O speaks Modbus TCP", "Write tcp:host:port.")
        } else if profile?.framing.kind == .modbusRTU, !isSerial {
            table.fail(
                .badText, "address", "the line I/O speaks Modbus RTU", "Write serial:/dev/name?baud=115200.")
        } else if let profile, (profile.framing.kind == .inputEvents) != isInput {
            table.fail(
                .badText, "address",
                isInput
                    ? "the profile is of no keyboard"
                    : "the profile is of a scanner that types as a keyboard",
                isInput
                    ? "Write profile = \"generic/keyboard\"."
                    : "Write input:usb:VID:PID (seriatim devices scan)."
            )
        } else if !devices.addresses.insert(address.place).inserted {
            table.fail(
                .repeated, "address", "another device has this address", "Each device has its own.")
        }
        return address
    }
}

/// What the `[[device]]` tables say.
struct DeviceTables {
    /// Sound devices, in the order of the file.
    var settings: [DeviceSettings] = []
    /// Where each name stands.
    var places: [String: TableReader] = [:]
    /// Devices whose profile or address could not be read.
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
                ? "Use a controller with the profile seriatim/line-io-1-time, or an I/O module, or "
                    + "remove the key."
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
