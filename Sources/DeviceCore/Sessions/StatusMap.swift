/// Reads a printer's status out of the places of its reply, as the tables `[[status]]` of its profile say.
package struct StatusMap: Sendable {
    private enum Meaning: Sendable {
        case values([[UInt8]: PrinterStatus.Conditions])
        case bits([PrinterStatus.Conditions], ByteTemplate.Capture)
        case number(StatusField.Number, ByteTemplate.Capture)
    }

    private let fields: [(name: String, meaning: Meaning)]

    /// - Parameters:
    ///   - tables: Tables `[[status]]`.
    ///   - command: The command whose replies they read.
    /// - Throws: ``ProfileFault`` if they break their own rules.
    package init(_ tables: [StatusField], of command: DeviceProfile.Command) throws(ProfileFault) {
        if let fault = DeviceProfile.faults(of: tables, in: command).first { throw fault }
        let places = try byteTemplates(command.accepted).flatMap(\.places)
        var fields: [(String, Meaning)] = []
        for table in tables {
            let capture = places.first { $0.name == table.field }?.capture ?? .bytes
            fields.append((table.field, try Self.meaning(table, capture)))
        }
        self.fields = fields
    }

    private static func meaning(
        _ table: StatusField, _ capture: ByteTemplate.Capture
    ) throws(ProfileFault) -> Meaning {
        if let number = table.number { return .number(number, capture) }
        if let bits = table.bits {
            var conditions: [PrinterStatus.Conditions] = []
            for words in bits { conditions.append(try PrinterStatus.Conditions(words: words)) }
            return .bits(conditions, capture)
        }
        var values: [[UInt8]: PrinterStatus.Conditions] = [:]
        for (text, words) in table.values ?? [:] {
            values[try ByteText.bytes(text)] = try PrinterStatus.Conditions(words: words)
        }
        return .values(values)
    }

    /// What a reply says.
    ///
    /// - Parameter captures: What the places of the reply hold.
    /// - Returns: The status; ``PrinterStatus/unknown`` with a fault (`DEV-112`) when a value is none that
    ///   the tables name, or the reply holds none of their places.
    package func read(_ captures: [String: [UInt8]]) -> (status: PrinterStatus, fault: DeviceFault?) {
        var status = PrinterStatus()
        var found = fields.isEmpty
        for (name, meaning) in fields {
            guard let bytes = captures[name] else { continue }
            found = true
            guard Self.take(bytes, meaning, into: &status) else {
                let text = "has a {\(name)} of \(bytes.count) bytes that it does not name"
                return (.unknown, Self.unexpected(text))
            }
        }
        return found ? (status, nil) : (.unknown, Self.unexpected("holds none of its [[status]] fields"))
    }

    private static func unexpected(_ text: String) -> DeviceFault {
        DeviceFault(.unexpectedReply, "the profile reads a status reply that \(text)")
    }

    /// - Returns: False for a value that the meaning does not cover.
    private static func take(_ bytes: [UInt8], _ meaning: Meaning, into status: inout PrinterStatus) -> Bool {
        switch meaning {
        case .values(let values):
            guard let conditions = values[bytes] else { return false }
            status.conditions.formUnion(conditions)
        case .bits(let words, let capture):
            guard let value = capture.bits(bytes) else { return false }
            for bit in 0..<64 where value >> UInt64(bit) & 1 == 1 {
                let conditions = bit < words.count ? words[bit] : []
                status.conditions.formUnion(conditions.isEmpty ? .fault : conditions)
            }
        case .number(let number, let capture):
            guard let value = capture.number(bytes), let count = Int(exactly: value) else { return false }
            switch number {
            case .labelsRemaining: status.labelsRemaining = count
            case .formatsInBuffer: status.formatsInBuffer = count
            }
        }
        return true
    }
}

extension ByteTemplate.Capture {
    /// What a place of this kind holds as a number, written in digits.
    func number(_ bytes: [UInt8]) -> UInt64? {
        switch self {
        case .hexadecimalDigits: hexadecimal(bytes)
        case .bytes, .exactly, .decimalDigits: DeviceCore.decimal(bytes)
        }
    }

    /// What a place of this kind holds as bits: a number, or bytes with the high one first.
    fileprivate func bits(_ bytes: [UInt8]) -> UInt64? {
        switch self {
        case .hexadecimalDigits, .decimalDigits: number(bytes)
        case .bytes, .exactly: bytes.count <= 8 ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : nil
        }
    }
}
