extension DeviceProfile {
    /// Lamps of a beacon, by the words of the line's outputs.
    public enum Lamp: String, Sendable, CaseIterable {
        /// Somebody must act: the line stands.
        case red
        /// Somebody should look.
        case amber
        /// The line produces.
        case green
        /// The horn.
        case horn

        /// Names of the commands that switch this lamp alone on and off.
        var commands: (on: String, off: String) { (rawValue + "On", rawValue + "Off") }
    }

    /// How the lamps stand in the place `{lamps}` of the command `set`, table `[beacon]`: one of its keys.
    ///
    /// Without the table each lamp has commands of its own, `redOn` and `redOff`.
    public struct Beacon: Equatable, Sendable {
        /// `bits`: lamp of each bit of one byte, bit 0 first; empty for a bit that stays 0. 1 to 8.
        public var bits: [String]
        /// `values`: lamp of each byte, which is 01 for on and 00 for off; empty for one that stays 00. 1 to
        /// 64.
        public var values: [String]

        /// Makes the table; the defaults are those of a file that leaves the key out.
        public init(bits: [String] = [], values: [String] = []) {
            self.bits = bits
            self.values = values
        }

        /// What stands for these lamps in `{lamps}`.
        func bytes(_ lamps: Set<Lamp>) -> [UInt8] {
            func isOn(_ word: String) -> Bool { Lamp(rawValue: word).map(lamps.contains) ?? false }
            guard !bits.isEmpty else { return values.map { isOn($0) ? 1 : 0 } }
            return [bits.enumerated().reduce(0) { isOn($1.element) ? $0 | 1 << $1.offset : $0 }]
        }
    }

    /// Longest time until a beacon is told its lamps again.
    static let maxRenewMilliseconds = 1000

    /// What a beacon needs: one way to switch each lamp on and off, and a renewal.
    func beaconFaults() -> [ProfileFault] {
        guard dialogue == .beacon else { return [] }
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ path: String, _ message: String) {
            if !holds { faults.append(ProfileFault(path, message)) }
        }
        need(
            timing.idlePollIntervalMilliseconds <= Self.maxRenewMilliseconds,
            "timing.idlePollIntervalMilliseconds",
            "a beacon is told its lamps again at least every \(Self.maxRenewMilliseconds) ms")
        need(
            (beacon != nil) == (commands["set"] != nil), "beacon",
            "the table [beacon] goes with the command set, and only there")
        need(
            commands["set"] == nil || commands.count == 1, "commands.set",
            "sets all lamps: no lamp has commands of its own beside it")
        need(!commands.isEmpty, "commands", "this dialogue needs set, or commands for each lamp")
        for lamp in Lamp.allCases {
            let (on, off) = lamp.commands
            need(commands[on] == nil || commands[off] != nil, "commands.\(off)", "goes with \(on)")
            need(commands[off] == nil || commands[on] != nil, "commands.\(on)", "goes with \(off)")
        }
        for (name, command) in commands.sorted(by: { $0.key < $1.key }) {
            need(
                command.refused.isEmpty || !command.accepted.isEmpty, "commands.\(name).accepted",
                "a command that can be refused has a reply that it is taken")
        }
        if let beacon { faults += Self.lampFaults(beacon) }
        return faults
    }

    private static func lampFaults(_ beacon: Beacon) -> [ProfileFault] {
        guard beacon.bits.isEmpty != beacon.values.isEmpty else {
            return [ProfileFault("beacon", "has bits or values")]
        }
        let (key, words, most) =
            beacon.bits.isEmpty ? ("beacon.values", beacon.values, 64) : ("beacon.bits", beacon.bits, 8)
        let named = words.filter { !$0.isEmpty }
        var faults: [ProfileFault] = []
        if words.count > most { faults.append(ProfileFault(key, "at most \(most)")) }
        if named.isEmpty { faults.append(ProfileFault(key, "names no lamp")) }
        if Set(named).count != named.count { faults.append(ProfileFault(key, "names a lamp twice")) }
        for word in named where Lamp(rawValue: word) == nil {
            let known = Lamp.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(ProfileFault(key, "\(word) is no lamp; lamps are: \(known)"))
        }
        return faults
    }
}

extension LineIOOutputs {
    /// The lamps that are on.
    var lamps: Set<DeviceProfile.Lamp> {
        let all: [(DeviceProfile.Lamp, Bool)] = [
            (.red, red), (.amber, amber), (.green, green), (.horn, horn),
        ]
        return Set(all.filter(\.1).map(\.0))
    }
}
