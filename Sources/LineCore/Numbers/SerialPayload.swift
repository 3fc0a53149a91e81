import GS1

/// What comes with one serial of a file: elements with their values, in the order they are printed.
package struct SerialPayload: Equatable, Sendable {
    /// Why it cannot be taken; names no value.
    package struct Fault: Error, Equatable, Sendable {
        /// What is wrong.
        package let text: String
        /// One step the reader can take.
        package let remedy: String

        /// Makes a fault.
        package init(_ text: String, _ remedy: String) {
            self.text = text
            self.remedy = remedy
        }
    }

    let elements: [ElementString.Element]

    /// Which elements.
    package var identifiers: [ApplicationIdentifier] { elements.map(\.ai) }

    /// The values with GS between them.
    var joined: [UInt8] { Array(elements.map(\.value).joined(separator: [PayloadList.separator])) }

    /// Reads identifiers in brackets, `(91)EE06(92)dGVzdA==`.
    package init(bracketed text: some Collection<UInt8>) throws(Fault) {
        do throws(GS1Error) {
            let rules = ElementString.Rules(requiresPartners: false)
            elements = try ElementString.parse(bracketed: Array(text), rules: rules).elements
        } catch {
            throw Fault(
                "the second column is no payload: \(error)",
                "Write identifiers in brackets, as (91)EE06(92)dGVzdA==.")
        }
    }

    private init(_ elements: [ElementString.Element]) {
        self.elements = elements
    }

    /// Takes what a whole code says apart: GTIN and serial first, then the payload, GS where one is needed.
    package static func parse(
        code: some Collection<UInt8>
    ) throws(Fault) -> (gtin: String, serial: [UInt8], payload: SerialPayload) {
        let found: ElementString
        do throws(GS1Error) {
            found = try ElementString.parse(elements: Array(code))
        } catch {
            throw Fault("the line is no code: \(error)", error.code.remedy(for: .elements))
        }
        let own: [ApplicationIdentifier] = [.gtin, .serial, .thirdPartySerial]
        guard found.identifiers.first == .gtin, found.identifiers.dropFirst().first.map(own.contains) == true,
            let gtin = found.text(.gtin), let serial = found[.serial] ?? found[.thirdPartySerial]
        else {
            throw Fault(
                "the code does not begin with GTIN and serial",
                "Give (01) and (21) first, then the payload.")
        }
        return (gtin, Array(serial), SerialPayload(found.elements.filter { !own.contains($0.ai) }))
    }

    /// What is wrong with its elements; `nil` if nothing is. Each value was judged as it was read.
    package var fault: Fault? {
        let identifiers = identifiers
        if let wrong = identifiers.first(where: PayloadList.notInPayload.contains) {
            return Fault("(\(wrong)) is no payload", "Leave it out: the order gives it.")
        }
        guard identifiers.count <= PayloadList.maxElements, Set(identifiers).count == identifiers.count else {
            return Fault(
                "the payload has \(identifiers.count) elements, or one of them twice",
                "At most \(PayloadList.maxElements), each once.")
        }
        guard joined.count <= PayloadList.maxBytes else {
            return Fault(
                "the payload has \(joined.count) characters", "At most \(PayloadList.maxBytes).")
        }
        return nil
    }

    /// Elements that may not stand beside GTIN and serial, or need another; `nil` if there are none. Once for
    /// all serials with the same elements.
    package func partnerFault(in market: Market?) -> Fault? {
        let serial = market?.serialElement ?? .serial
        do throws(GS1Error) {
            _ = try ElementString(
                [(.gtin, "00000000000000"), (serial, "1")] + elements.map { ($0.ai, $0.text) })
            return nil
        } catch {
            return Fault(
                "the payload cannot stand in a unit's code: \(error)",
                error.code.remedy(for: .elements))
        }
    }
}

extension SerialTable {
    /// Adds a serial behind the others, with what comes with it.
    ///
    /// - Parameter payload: With the elements of the table, and not too long.
    /// - Returns: `false` if it was there already; the table is unchanged then.
    package mutating func append(_ serial: some Collection<UInt8>, with payload: SerialPayload) -> Bool {
        append(serial, payload: payload.joined)
    }

    /// Whether a payload has the elements of this table's serials, in their order.
    package func takes(_ payload: SerialPayload?) -> Bool {
        self.payload.identifiers == payload?.identifiers ?? []
    }

    /// A text file of these serials; with a payload each line is the whole code.
    package func text(gtin: String) -> String {
        var bytes = Array("serial\n".utf8)
        for position in 0..<count {
            let serial = Array((self[position] ?? "").utf8)
            bytes += payload.identifiers.isEmpty ? serial : code(position, serial, gtin: gtin)
            bytes.append(UInt8(ascii: "\n"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func code(_ position: Int, _ serial: [UInt8], gtin: String) -> [UInt8] {
        let isLong = serial.count > SerialNumber.maxLength
        var code =
            Array("01\(gtin)\(isLong ? ApplicationIdentifier.thirdPartySerial : .serial)".utf8) + serial
        for (ai, value) in zip(payload.identifiers, payload.values(position)) {
            code.append(PayloadList.separator)
            code += Array("\(ai)\(value)".utf8)
        }
        return code
    }
}
