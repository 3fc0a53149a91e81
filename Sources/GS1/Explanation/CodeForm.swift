/// How a code is written down.
package enum CodeForm: String, Sendable, CaseIterable {
    /// As a reader sends it: symbology identifier, elements, FNC1 as GS.
    case scan
    /// FNC1 as `^`, in front and as separator.
    case raw
    /// As a reader sends it that sends no symbology identifier.
    case elements
    /// `(01)09506000134352(21)A1`
    case bracketed
    /// `(01) 09506000134352 (21) A1`
    case hri
    /// A GS1 Digital Link URI.
    case uri
    /// An EPC URN.
    case urn
    /// The digits of a GTIN or SSCC alone, as EAN, U.P.C. and ITF-14 symbols carry them.
    case key

    /// The form that text is most likely in, by how it begins.
    ///
    /// As many digits as a GTIN or an SSCC has are taken for one, though they might be elements too.
    package init(of text: [UInt8]) {
        switch text.first {
        case UInt8(ascii: "]"): self = .scan
        case UInt8(ascii: "^"): self = .raw
        case UInt8(ascii: "("): self = text.contains(where: ElementString.isBlank) ? .hri : .bracketed
        default:
            if text.begins(ignoringCase: "urn:") {
                self = .urn
            } else if text.begins(ignoringCase: "http:") || text.begins(ignoringCase: "https:") {
                self = .uri
            } else {
                self = Self.isKey(text) ? .key : .elements
            }
        }
    }

    private static func isKey(_ text: [UInt8]) -> Bool {
        (text.count == SSCC.digitCount || GTIN.Format(rawValue: text.count) != nil)
            && text.allSatisfy(Linter.isDigit)
    }

    /// The form in words.
    package var name: String {
        switch self {
        case .scan: "scan"
        case .raw: "element string with ^ for FNC1"
        case .elements: "element string without symbology identifier"
        case .bracketed: "bracketed element string"
        case .hri: "human readable interpretation"
        case .uri: "GS1 Digital Link URI"
        case .urn: "EPC URN"
        case .key: "key without identifier"
        }
    }
}

extension ElementString {
    /// Reads a code of any form.
    ///
    /// - Throws: The first rule broken, with its byte in `text`.
    package static func parse(
        _ text: [UInt8], as form: CodeForm, rules: Rules = Rules()
    ) throws(GS1Error) -> ElementString {
        switch form {
        case .scan: try parse(scan: text, rules: rules)
        case .raw: try parse(raw: text, rules: rules)
        case .elements: try parse(elements: text, rules: rules)
        case .bracketed: try parse(bracketed: text, rules: rules)
        case .hri: try parse(humanReadable: text, rules: rules)
        case .uri: try parse(digitalLink: text, from: 0, rules: rules)
        case .urn: try parse(epcURN: text, rules: rules)
        case .key:
            text.count == SSCC.digitCount
                ? try SSCC(digits: text).elementString : try GTIN(digits: text).elementString
        }
    }
}
