extension DeviceProfile {
    /// Most parameters of a profile.
    public static let maxParameters = 20

    /// The keys of `[[device]]` every device has.
    public static let deviceKeys = ["name", "profile", "address", "at_start"]

    /// The keys of `[[device]]` that change the profile itself, by the kind of device.
    public static func siteKeys(_ kind: Kind) -> [String] {
        switch kind {
        case .reader: ["no_read", "terminator", "symbology_identifier"]
        case .coder, .labelPrinter, .beacon, .scale: ["reply_timeout_ms"]
        case .lineIO: ["reply_timeout_ms", "poll_ms", "modbus_unit", "gate_window_ms"]
        }
    }

    /// Bytes the value of a parameter of type `text` or `choice` may never hold, whatever it says itself:
    /// those that end a frame or escape in it, part values, or begin a command in this dialogue.
    public var forbiddenInParameters: Set<UInt8> {
        var texts = [framing.start, framing.end, framing.sendEnd ?? "", framing.escape]
        texts += framing.also.map(\.end)
        texts += [printer?.valueSeparator ?? "", printer?.forbidden ?? "", job?.forbidden ?? ""]
        switch dialogue {
        case .zpl: texts.append("^~")
        case .leibinger: texts.append("^\\")
        case .reader, .ssi, .zipher, .valueCoder, .label, .modbusLineIO, .modbusModule, .beacon, .scale: break
        }
        return Set(texts.compactMap { try? ByteText.bytes($0) }.joined())
    }

    /// Sets parameters of this profile by name.
    ///
    /// - Throws: ``ProfileFault`` for a name that is not declared, or a value its rule does not allow.
    public func setting(_ values: [String: String]) throws(ProfileFault) -> DeviceProfile {
        var changed = self
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let index = parameters.firstIndex(where: { $0.name == name }) else {
                let known = parameters.map(\.name).joined(separator: ", ")
                throw ProfileFault(name, "the profile declares no such parameter; it has: \(known)")
            }
            guard parameters[index].allows(value, but: forbiddenInParameters) else {
                throw ProfileFault(name, "the parameter may not be \"\(ByteText.text(value.utf8))\"")
            }
            changed.parameters[index].value = value
        }
        return changed
    }

    /// The same profile with the values in force in its commands, and nothing declared any more.
    ///
    /// - Throws: ``ProfileFault`` for a parameter without a value, or with one its rule does not allow.
    public func withParametersInForce() throws(ProfileFault) -> DeviceProfile {
        for parameter in parameters {
            guard let value = parameter.current else {
                throw ProfileFault(
                    parameter.name, "the parameter has no default: its [[device]] must set it")
            }
            guard parameter.allows(value, but: forbiddenInParameters) else {
                throw ProfileFault(
                    parameter.name, "the parameter may not be \"\(ByteText.text(value.utf8))\"")
            }
        }
        return try filled { $0.current ?? "" }
    }

    /// The profile as its own checks see it: a parameter without a value has a stand-in.
    func withStandIns() throws(ProfileFault) -> DeviceProfile {
        try filled { $0.current ?? $0.standIn }
    }

    private func filled(
        _ value: (ProfileParameter) -> String
    ) throws(ProfileFault) -> DeviceProfile {
        guard !parameters.isEmpty else { return self }
        var values: [String: String] = [:]
        for parameter in parameters { values[parameter.name] = value(parameter) }
        var filled = self
        filled.parameters = []
        for index in start.indices { filled.start[index].command = try start[index].command.filled(values) }
        for (name, command) in commands { filled.commands[name] = try command.filled(values) }
        return filled
    }

    /// What is wrong with the parameters and their places.
    func parameterFaults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        var used: Set<String> = []
        let declared = parameters.map(\.name)
        for (place, command) in placedCommands {
            for text in [command.send] + command.accepted + command.refused.keys.sorted() {
                do throws(ProfileFault) {
                    let names = try ParameterText(text).names
                    used.formUnion(names)
                    for name in names where !declared.contains(name) {
                        faults.append(
                            ProfileFault(place, "{param:\(name)}: no [[parameter]] declares this name"))
                    }
                } catch {
                    faults.append(ProfileFault(place, error.message))
                }
            }
        }
        if parameters.count > Self.maxParameters {
            faults.append(ProfileFault("parameter", "at most \(Self.maxParameters)"))
        }
        for (index, parameter) in parameters.enumerated() {
            let place = "parameter[\(index)]"
            faults += nameFaults(parameter.name, place, before: declared[..<index])
            if !used.contains(parameter.name) {
                faults.append(
                    ProfileFault(
                        "\(place).name", "no command holds {param:\(parameter.name)}: it would do nothing"))
            }
            if parameter.about.isEmpty {
                faults.append(ProfileFault("\(place).about", "say in a line what it is"))
            }
            faults += ruleFaults(parameter, place)
        }
        return faults
    }

    /// Every command, with its place in the file.
    private var placedCommands: [(String, Command)] {
        start.enumerated().map { ("start[\($0.offset)]", $0.element.command) }
            + commands.sorted { $0.key < $1.key }.map { ("commands.\($0.key)", $0.value) }
    }

    private func nameFaults(
        _ name: String, _ place: String, before: ArraySlice<String>
    ) -> [ProfileFault] {
        func isPart(_ byte: UInt8, first: Bool) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): !first
            default: false
            }
        }
        guard (1...40).contains(name.utf8.count),
            name.utf8.enumerated().allSatisfy({ isPart($0.element, first: $0.offset == 0) })
        else {
            return [ProfileFault("\(place).name", "is 1 to 40 of a-z 0-9 _, a letter first")]
        }
        let taken = Self.deviceKeys + Kind.allCases.flatMap(Self.siteKeys)
        if taken.contains(name) {
            return [ProfileFault("\(place).name", "\(name) is a key of [[device]] already")]
        }
        return before.contains(name) ? [ProfileFault("\(place).name", "\(name) stands twice")] : []
    }

    private func ruleFaults(_ parameter: ProfileParameter, _ place: String) -> [ProfileFault] {
        var faults: [ProfileFault] = []
        let barred = forbiddenInParameters
        switch parameter.rule {
        case .int(let min, let max):
            if min > max { faults.append(ProfileFault("\(place).max", "is less than min")) }
            let most = ProfileParameter.maxNumber
            for (key, number) in [("min", min), ("max", max)] where !(-most...most).contains(number) {
                faults.append(ProfileFault("\(place).\(key)", "must be -\(most) to \(most)"))
            }
        case .text(let maxLength, let forbidden):
            if !(1...ProfileParameter.maxLength).contains(maxLength) {
                faults.append(
                    ProfileFault("\(place).maxLength", "must be 1 to \(ProfileParameter.maxLength)"))
            }
            faults += Self.byteTextFaults(forbidden, "\(place).forbidden", mayBeEmpty: true)
        case .choice(let words):
            let printable = ProfileParameter.Rule.text(
                maxLength: ProfileParameter.maxLength, forbidden: "")
            let text = ProfileParameter(name: parameter.name, rule: printable, about: "")
            if words.count < 2 || Set(words).count != words.count {
                faults.append(ProfileFault("\(place).choices", "has two or more, none twice"))
            }
            for word in words where !text.allows(word, but: barred) {
                faults.append(
                    ProfileFault(
                        "\(place).choices",
                        "\"\(ByteText.text(word.utf8))\" is empty, or holds a byte that no value may"))
            }
        }
        for (key, value) in [("default", parameter.standard), ("name", parameter.value)] {
            guard let value, faults.isEmpty, !parameter.allows(value, but: barred) else { continue }
            faults.append(
                ProfileFault(
                    "\(place).\(key)", "\"\(ByteText.text(value.utf8))\" is no value it may have"))
        }
        return faults
    }
}

extension DeviceProfile.Command {
    /// The command with the values of parameters in its texts.
    fileprivate func filled(_ values: [String: String]) throws(ProfileFault) -> Self {
        var command = self
        command.send = try ParameterText(send).filled(values)
        command.accepted = []
        for text in accepted { command.accepted.append(try ParameterText(text).filled(values)) }
        command.refused = [:]
        // Two that become one reply mean what the first of them does.
        for (text, meaning) in refused.sorted(by: { $0.key > $1.key }) {
            command.refused[try ParameterText(text).filled(values)] = meaning
        }
        return command
    }
}
