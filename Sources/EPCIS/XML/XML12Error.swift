import GS1

/// Why an event cannot be said in EPCIS 1.2.
package struct XML12Error: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case notIn12 = "EPCIS-401"
        case keyWithoutURN = "EPCIS-402"
        case badName = "EPCIS-403"
        case badText = "EPCIS-404"
        case badNumber = "EPCIS-405"
        case incomplete = "EPCIS-406"
    }

    package let code: Code
    /// Which event of the document, counted from 0.
    package internal(set) var event: Int
    /// The member it is about.
    package let member: String
    /// Why a GS1 key has no URN here.
    package let fault: GS1Error?

    init(_ code: Code, _ member: String, event: Int = 0, fault: GS1Error? = nil) {
        self.code = code
        self.member = member
        self.event = event
        self.fault = fault
    }

    package var description: String {
        let cause = fault.map { " (\($0.code.rawValue))" } ?? ""
        return "\(code.rawValue) in event \(event), \(member): \(code.sentence)\(cause)"
    }
}

extension XML12Error.Code {
    /// What is wrong and what to do.
    package var sentence: String {
        switch self {
        case .notIn12: "EPCIS 1.2 cannot say this. Send the event as EPCIS 2.0, or leave this member out."
        case .keyWithoutURN:
            "EPCIS 1.2 wants an EPC URN, and the length of the company prefix is not known. Configure it."
        case .badName: "An extension's name is prefix:name with a declared prefix. Correct it."
        case .badText: "XML cannot hold this text: it has control characters. Remove them."
        case .badNumber: "XML wants a plain decimal. Write the number without a huge exponent."
        case .incomplete: "The event lacks this member. Add it; validation finds such things."
        }
    }
}
