extension GS1Error {
    /// Code, place, rule, and the one thing to do.
    ///
    /// - Parameter form: How the text was written that the fault is in.
    package func withRemedy(for form: CodeForm) -> String { "\(description) \(code.remedy(for: form))" }
}

extension GS1Error.Code {
    /// One thing to do now, for the person in front of the code.
    ///
    /// A scan can be repeated, and what is in a symbol is put right where its label is made. Text of other
    /// forms was typed, or written by a program.
    ///
    /// - Parameter form: How the text is written.
    package func remedy(for form: CodeForm) -> String {
        let isScan = form == .scan
        let hasSeparators = isScan || form == .raw || form == .elements
        let again = isScan ? ", and scan again" : ""
        let there = isScan ? " where the label is made" : ""
        return switch self {
        case .noSymbologyIdentifier:
            "Set the reader to send symbology identifiers (AIM IDs)."
        case .unsupportedSymbology, .notGS1Data:
            "Scan the GS1 symbol; if this should be one, print it with FNC1 in front."
        case .missingFNC1: "Write ^ in front, and behind each value of variable length."
        case .emptyMessage: isScan ? "Scan again." : "Give the code."
        case .unknownAI where hasSeparators:
            "Look just before this place for a separator too many or too few\(again)."
        case .unknownAI: "Correct the identifier."
        case .emptyValue, .valueTooShort:
            "Compare it with the label, and \(isScan ? "scan again" : "complete it")."
        case .valueTooLong where isScan:
            "See whether the reader sends FNC1 as GS (hex 1D), and whether the symbol has it here."
        case .valueTooLong where hasSeparators: "Look whether a separator is missing in it."
        case .valueTooLong: "Compare it with the label, and shorten it."
        case .tooManyElements, .messageTooLong: "\(isScan ? "Scan one symbol" : "Give one code") at a time."
        case .notNumeric, .notCSET82, .notCSET39, .notCSET64:
            isScan
                ? "Scan again; if this character is in the symbol, "
                    + "its data has to be corrected where it is made."
                : "Compare it with the label, and correct this character."
        case .wrongCheckDigit, .wrongCheckPair:
            (isScan ? "Scan again; if it stays" : "Compare it with the label; if it is the same there")
                + ", correct the number where the label is made."
        case .malformedBrackets: "Write (01)09506000134352(21)A1; an opening bracket in a value is \\(."
        case .badMonth, .badDay, .badHour, .badMinute, .badSecond:
            "Correct the date\(there): dates are YYMMDD."
        case .badCompanyPrefix, .badCountry, .badCurrency, .badSexCode, .mustBeZero, .mustNotBeZero,
            .leadingZero, .pieceOfTotal, .positionInSequence, .badIBAN, .badImporterIndex, .badLatitude,
            .badLongitude, .badMediaType, .badPackageType, .badWinding, .notYesOrNo, .notHyphen,
            .needsNonDigit, .badCoupon:
            "Correct the value\(there)."
        case .badPercentEncoding: "Write a percent sign as %25\(there)."
        case .excludedPartner, .repeatedWithOtherValue: "Leave one of the two out\(there)."
        case .requiredPartnerMissing: "Add what it needs\(there), or leave it out."
        case .signatureNeedsSerial: "Add the serial component to the key, or leave the signature out."
        case .badURICharacter: "Write it as % and two hex digits."
        case .badScheme: "Write https:// in small letters in front."
        case .badDomain: "Write it as https://id.gs1.org/01/09506000134352."
        case .noPrimaryKey where isScan || form == .uri:
            "Put a key such as /01/ and its value at the end of the path."
        case .noPrimaryKey: "Add a key such as (01), or use an element string."
        case .badQualifierOrder: "Put the qualifiers behind their key, of an item as /22/.../10/.../21/..."
        case .qualifierInQuery: "Move it from the query into the path."
        case .notAnAttribute: "Leave it out, or use an element string."
        case .repeatedInURI: "Keep one of the two."
        case .nullInURI: "Take the %00 out."
        case .unknownNumericParameter: "Correct the identifier, or name the parameter with a letter."
        case .wrongKeyLength: "Count its digits: GTIN 8, 12, 13 or 14, GLN 13, SSCC 18."
        case .badPrefixLength: "State the company prefix with all its digits, leading zeros included."
        case .badSerial: "Give the serial without blanks, at most 20 characters."
        case .badIndicator: "Give one digit, 0 to 9."
        case .unknownURN:
            "Give a URN such as urn:epc:id:sgtin:9506000.013435.A1, its scheme in small letters."
        case .malformedURN:
            "Write prefix, reference and the serial if its scheme has one, dots between; * ends idpat."
        case .noURNForm: "Use the Digital Link."
        case .keyMissing: "Give the code that carries it."
        case .wrongReferenceLength:
            "Count both together: 13 digits for a trade item, 17 for SSCC and GSRN, 16 for GSIN, else 12."
        case .unknownPrefix: "State the company prefix that the key was allotted under."
        }
    }
}
