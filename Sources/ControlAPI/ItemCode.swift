import GS1

/// An item as a person or program names it.
package enum ItemCode: Equatable, Sendable {
    /// A unit: its serial, and its GTIN where the code carried one.
    case unit(gtin: String?, serial: String)
    /// A case or pallet by its SSCC, 18 digits.
    case container(String)

    /// Reads a code of any form with identifiers in it (scan, `^01...`, `(01)...`, Digital Link, EPC URN), an
    /// SSCC of 18 digits, or a plain serial.
    ///
    /// - Throws: `CTL-120` where the text is none of these.
    package init(_ text: String) throws(ControlFault) {
        let elements: ElementString
        let bytes = Array(text.utf8)
        let form = CodeForm(of: bytes)
        if form == .elements || form == .key {
            self = try Self.plain(bytes)
            return
        }
        do throws(GS1Error) {
            elements = try .parse(bytes, as: form, rules: .init(requiresPartners: false))
        } catch {
            throw Self.unreadable("\(error)")
        }
        if let sscc = elements.sscc {
            self = .container(sscc.text)
        } else if let serial = elements.serial {
            self = .unit(gtin: elements.gtin?.text, serial: serial.text)
        } else if let serial = elements.text(.thirdPartySerial) {
            self = .unit(gtin: elements.gtin?.text, serial: serial)
        } else {
            throw Self.unreadable("it carries neither an SSCC (00) nor a serial (21, 235)")
        }
    }

    private static func plain(_ characters: [UInt8]) throws(ControlFault) -> ItemCode {
        if characters.count == 20, characters.starts(with: Array("00".utf8)),
            let sscc = try? SSCC(digits: characters.dropFirst(2))
        {
            return .container(sscc.text)
        }
        if characters.count == 18, let sscc = try? SSCC(digits: characters) { return .container(sscc.text) }
        guard (1...maxSerialBytes).contains(characters.count) else {
            throw unreadable("it has \(characters.count) characters, and a serial 1 to \(maxSerialBytes)")
        }
        if let place = characters.firstIndex(where: { !CharacterSet.cset82.contains($0) }) {
            throw unreadable("\(GS1Error(.notCSET82, at: place))")
        }
        return .unit(gtin: nil, serial: String(decoding: characters, as: UTF8.self))
    }

    /// Most characters of a serial: of that in (235), which is longer than that in (21).
    private static let maxSerialBytes = 28

    private static func unreadable(_ detail: String) -> ControlFault {
        ControlFault(
            "CTL-120", "the code names no item: \(detail)",
            "Scan it again, or give the serial or the 18 digits of the SSCC.", status: 422)
    }

    /// Serial or SSCC.
    package var text: String {
        switch self {
        case .unit(_, let serial): serial
        case .container(let sscc): sscc
        }
    }
}

extension String {
    /// A code that a person typed or copied: the picture of the separator, U+241D, is the separator GS.
    ///
    /// No character of a code is that picture. What devices send is never read so.
    package var asScanned: String {
        unicodeScalars.contains("\u{241D}") ? replacing("\u{241D}", with: "\u{1D}") : self
    }
}
