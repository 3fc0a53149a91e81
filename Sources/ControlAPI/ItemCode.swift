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
        do throws(GS1Error) {
            switch CodeForm(of: bytes) {
            case .elements, .key:
                self = try Self.plain(bytes)
                return
            case let form: elements = try .parse(bytes, as: form, rules: .init(requiresPartners: false))
            }
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

    private static func plain(_ digits: [UInt8]) throws(GS1Error) -> ItemCode {
        if digits.count == 20, digits.starts(with: Array("00".utf8)),
            let sscc = try? SSCC(digits: digits.dropFirst(2))
        {
            return .container(sscc.text)
        }
        if digits.count == 18, let sscc = try? SSCC(digits: digits) { return .container(sscc.text) }
        return .unit(gtin: nil, serial: try SerialNumber(bytes: digits).text)
    }

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
