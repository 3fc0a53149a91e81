import DeviceCore

/// Reads the parameters of a `[[device]]` that change its profile: those its kind of device has, and those
/// the profile declares.
struct ParameterReader {
    let table: TableReader

    /// Applies what the file sets. A profile that no longer holds together is a fault of the key that broke
    /// it.
    func apply(to profile: inout DeviceProfile) {
        switch profile.kind {
        case .reader: reader(&profile)
        case .coder: replyTimeout(&profile)
        case .labelPrinter: replyTimeout(&profile)
        case .lineIO: lineIO(&profile)
        case .beacon, .scale: replyTimeout(&profile)
        }
        // Last: what frames end with says what a value may hold.
        let barred = profile.forbiddenInParameters
        for parameter in profile.parameters { declared(parameter, barred, &profile) }
        guard let inForce = try? profile.withParametersInForce() else { return }
        profile = inForce
    }

    /// A parameter of the profile. One without a value, or with one it may not have, is a fault.
    private func declared(
        _ parameter: ProfileParameter, _ barred: Set<UInt8>, _ profile: inout DeviceProfile
    ) {
        let (name, standard) = (parameter.name, parameter.standard)
        let value: String
        switch parameter.rule {
        case .int(let min, let max):
            value = "\(table.integer(name, min...max, default: standard.flatMap { Int($0) }))"
        case .text(let most, let forbidden):
            let own = (try? ByteText.bytes(forbidden)) ?? []
            let rule = TextRule.printable(maxBytes: most, but: barred.union(own))
            value = table.string(name, rule, default: standard)
        case .choice(let words):
            value = table.word(name, of: words, default: standard) ?? words.first ?? ""
        }
        set(name, &profile) { $0 = (try? $0.setting([name: value])) ?? $0 }
    }

    private func reader(_ profile: inout DeviceProfile) {
        if let text = table.optionalString("no_read", .line(maxBytes: 200)) {
            // Empty: the device sends nothing when it reads nothing.
            set("no_read", &profile) { $0.reader?.noRead = text.isEmpty ? nil : text }
        }
        if let text = table.optionalString("terminator", .line(maxBytes: 200)) {
            set("terminator", &profile) { $0.framing.end = text }
        }
        if let expected = table.optionalBoolean("symbology_identifier") {
            set("symbology_identifier", &profile) { $0.reader?.symbologyIdentifier = expected }
        }
    }

    private func lineIO(_ profile: inout DeviceProfile) {
        replyTimeout(&profile)
        if let pace = table.optionalInteger("poll_ms", 1...1_000) {
            set("poll_ms", &profile) { $0.timing.pollIntervalMilliseconds = pace }
        }
        if let unit = table.optionalInteger("modbus_unit", 0...255) {
            set("modbus_unit", &profile) { $0.modbus?.unit = unit }
        }
        guard let window = table.optionalInteger("gate_window_ms", 5...2_000) else { return }
        guard profile.modbus?.module != nil else {
            return table.fail(
                .unusedKey, "gate_window_ms", "the controller opens the gate by itself", "Remove it.")
        }
        set("gate_window_ms", &profile) { $0.modbus?.module?.gateWindowMilliseconds = window }
    }

    private func replyTimeout(_ profile: inout DeviceProfile) {
        if let limit = table.optionalInteger("reply_timeout_ms", 1...60_000) {
            set("reply_timeout_ms", &profile) { $0.timing.replyTimeoutMilliseconds = limit }
        }
    }

    private func set(_ key: String, _ profile: inout DeviceProfile, _ change: (inout DeviceProfile) -> Void) {
        guard table.report.isSound(table.place(key)) else { return }
        var changed = profile
        change(&changed)
        if let fault = changed.validate().first {
            let text = Printable.plain(fault.message)
            return table.fail(
                .badProfile, key, "the profile does not allow it: \(text)", "Correct the value.")
        }
        profile = changed
    }
}
