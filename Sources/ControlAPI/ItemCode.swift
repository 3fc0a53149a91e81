import GS1

/// An item as a person or program names it.
package enum ItemCode: Equatable, Sendable {
    /// A unit: its serial, and its GTIN where the code carried one.
    case unit(gtin: String?, serial: String)
    /// A case or pallet by its SSCC, 18 digits.
    case container(String)

    /// Reads a scan (`]d2...`), raw (`^01...`) or bracketed (`(01)...`) element string, a Digital Link, an
    /// EPC URN, an SSCC of 18 digits, or a plain serial.
    ///
    /// - Throws: `CTL-120` where the text is none of these.
    package init(_ text: String) throws(ControlFault) {
        let elements: ElementString
        let rules = ElementString.Rules(requiresPartners: false)
        do throws(GS1Error) {
            switch text.utf8.first {
            case UInt8(ascii: "]"): elements = try .parse(scan: Array(text.utf8), rules: rules)
            case UInt8(ascii: "^"): elements = try .parse(raw: text, rules: rules)
            case UInt8(ascii: "("): elements = try .parse(bracketed: text, rules: rules)
            default:
                if text.hasPrefix("urn:epc:") {
                    elements = try .parse(epcURN: text, rules: rules)
                } else if text.hasPrefix("http://") || text.hasPrefix("https://") {
                    elements = try .parse(digitalLink: text, rules: rules)
                } else {
                    self = try Self.plain(text)
                    return
                }
            }
        } catch {
            throw Self.unreadable("\(error)")
        }
        if let sscc = elements.sscc {
            self = .container(sscc.text)
        } else if let serial = elements.serial {
            self = .unit(gtin: elements.gtin?.text, serial: serial.text)
        } else {
            throw Self.unreadable("it carries neither an SSCC (00) nor a serial (21)")
        }
    }

    private static func plain(_ text: String) throws(GS1Error) -> ItemCode {
        let digits = Array(text.utf8)
        if digits.count == 20, digits.starts(with: Array("00".utf8)),
            let sscc = try? SSCC(digits: digits.dropFirst(2))
        {
            return .container(sscc.text)
        }
        if digits.count == 18, let sscc = try? SSCC(digits: digits) { return .container(sscc.text) }
        return .unit(gtin: nil, serial: try SerialNumber(text).text)
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
