/// What one field of a status reply means, table `[[status]]`.
///
/// Of `is`, `bits` and `number` a table has exactly one.
public struct StatusField: Equatable, Sendable {
    /// What a number counts.
    public enum Number: String, Sendable, CaseIterable {
        /// Labels left of the present batch.
        case labelsRemaining = "labels-remaining"
        /// Formats waiting in the receive buffer.
        case formatsInBuffer = "formats-in-buffer"
    }

    /// `field`: place in a reply that command `status` accepts. Required.
    public var field: String
    /// `is`: table of a value (byte text) to condition words with spaces between; none for a good value. A
    /// value that is not in it makes the status unknown.
    public var values: [String: String]?
    /// `bits`: condition words of each bit, bit 0 first. The place is `{name:hex}`, `{name:int}` or
    /// `{name:1}` to `{name:8}`, bytes with the high one first. A set bit without words is a fault.
    public var bits: [String]?
    /// `number`: `labels-remaining` or `formats-in-buffer`. A place that is not `{name:hex}` is decimal.
    public var number: Number?

    /// Makes a table; nothing is checked, see ``DeviceProfile/validate()``.
    public init(
        field: String, values: [String: String]? = nil, bits: [String]? = nil, number: Number? = nil
    ) {
        self.field = field
        self.values = values
        self.bits = bits
        self.number = number
    }
}

extension PrinterStatus.Conditions {
    /// The condition words of profiles.
    static let words: [(word: String, condition: Self)] = [
        ("paper-out", .paperOut), ("ribbon-out", .ribbonOut), ("head-up", .headUp), ("paused", .paused),
        ("buffer-full", .bufferFull), ("partial-format", .partialFormat), ("memory-lost", .corruptMemory),
        ("under-temperature", .underTemperature), ("over-temperature", .overTemperature),
        ("label-waiting", .labelWaiting), ("busy", .busy), ("offline", .offline), ("warning", .warning),
        ("fault", .fault),
    ]

    /// The conditions that a text names; none for an empty one.
    ///
    /// - Throws: ``ProfileFault`` for a word that is none.
    init(words text: String) throws(ProfileFault) {
        self = []
        for word in text.split(separator: " ") {
            guard let known = Self.words.first(where: { $0.word == word }) else {
                let all = Self.words.map(\.word).joined(separator: ", ")
                throw ProfileFault("", "\"\(word)\" is not a condition; use \(all)")
            }
            insert(known.condition)
        }
    }
}

extension DeviceProfile {
    /// Tables `[[status]]` where the dialogue reads none, and what is wrong in each.
    func statusFaults() -> [ProfileFault] {
        guard !status.isEmpty else { return [] }
        guard dialogue.hasStatusMap else {
            return [ProfileFault("status", "this dialogue has no tables [[status]]")]
        }
        return Self.faults(of: status, in: commands["status"])
    }

    /// What is wrong in tables that read the replies of a command.
    package static func faults(of status: [StatusField], in command: Command?) -> [ProfileFault] {
        let places = (command?.accepted ?? []).compactMap { try? ByteTemplate($0) }.flatMap(\.places)
        return status.enumerated().flatMap { number, table in
            let path = "status[\(number)]"
            let captures = places.filter { $0.name == table.field }.map(\.capture)
            var faults: [ProfileFault] = []
            if captures.isEmpty {
                let text = "no reply in accepted of commands.status holds {\(table.field)}"
                faults.append(ProfileFault(path + ".field", text))
            }
            if status[..<number].contains(where: { $0.field == table.field }) {
                faults.append(ProfileFault(path + ".field", "{\(table.field)} has a table already"))
            }
            if captures.contains(where: { $0 != captures[0] }) {
                faults.append(
                    ProfileFault(path + ".field", "{\(table.field)} must be the same in each reply"))
            }
            return faults + table.faults(path, captures.first)
        }
    }
}

extension StatusField {
    fileprivate func faults(_ path: String, _ capture: ByteTemplate.Capture?) -> [ProfileFault] {
        guard [values != nil, bits != nil, number != nil].count(where: { $0 }) == 1 else {
            return [ProfileFault(path, "has exactly one of: is, bits, number")]
        }
        var faults: [ProfileFault] = []
        if let values {
            if values.isEmpty { faults.append(ProfileFault(path + ".is", "must name a value")) }
            for (text, words) in values.sorted(by: { $0.key < $1.key }) {
                faults += DeviceProfile.byteTextFaults(text, path + ".is", mayBeEmpty: false)
                faults += Self.wordFaults(words, path + ".is")
            }
            let bytes = values.keys.compactMap { try? ByteText.bytes($0) }
            if Set(bytes).count != bytes.count {
                faults.append(ProfileFault(path + ".is", "one value is written in two ways"))
            }
        }
        if let bits {
            let width = capture.flatMap(Self.bits)
            if capture != nil, width == nil {
                let text = "needs the place as {\(field):hex}, {\(field):int} or {\(field):1} to {\(field):8}"
                faults.append(ProfileFault(path + ".bits", text))
            }
            if bits.isEmpty || bits.count > width ?? 64 {
                faults.append(ProfileFault(path + ".bits", "must be 1 to \(width ?? 64)"))
            }
            for words in bits { faults += Self.wordFaults(words, path + ".bits") }
        }
        return faults
    }

    /// How many bits a place can hold; `nil` where it has none.
    private static func bits(_ capture: ByteTemplate.Capture) -> Int? {
        switch capture {
        case .bytes: nil
        case .exactly(let count): count <= 8 ? count * 8 : nil
        case .decimalDigits: 59  // 18 digits.
        case .hexadecimalDigits: 64
        }
    }

    private static func wordFaults(_ text: String, _ path: String) -> [ProfileFault] {
        do throws(ProfileFault) {
            _ = try PrinterStatus.Conditions(words: text)
            return []
        } catch {
            return [ProfileFault(path, error.message)]
        }
    }
}
