extension GS1Error {
    /// Code, place, rule, and the one thing to do.
    package var withRemedy: String { "\(description) \(code.remedy)" }
}

extension GS1Error.Code {
    /// One thing to do now, for the person in front of the code.
    package var remedy: String {
        switch self {
        case .noSymbologyIdentifier:
            "Set the reader to send symbology identifiers (AIM IDs)."
        case .unsupportedSymbology, .notGS1Data:
            "Scan the GS1 symbol; if this should be one, print it with FNC1 in front."
        case .missingFNC1: "Write ^ in front, and behind each value of variable length."
        case .emptyMessage: "Scan again."
        case .unknownAI:
            "Look just before this place for a separator too many or too few, and scan again."
        case .emptyValue, .valueTooShort: "Compare it with the label, and scan again."
        case .valueTooLong:
            "See whether the reader sends FNC1 as GS (hex 1D), and whether the symbol has it here."
        case .tooManyElements, .messageTooLong: "Scan one symbol at a time."
        case .malformedBrackets: "Write (01)09506000134352(21)A1; an opening bracket in a value is \\(."
        case .notNumeric, .notCSET82, .notCSET39, .notCSET64:
            "Scan again; if this character is in the symbol, its data has to be corrected where it is made."
        case .wrongCheckDigit, .wrongCheckPair:
            "Scan again; if it stays, correct the number where the label is made."
        case .badMonth, .badDay, .badHour, .badMinute, .badSecond:
            "Correct the date where the label is made: dates are YYMMDD."
        case .badCompanyPrefix, .badCountry, .badCurrency, .badSexCode, .mustBeZero, .mustNotBeZero,
            .leadingZero, .pieceOfTotal, .positionInSequence, .badIBAN, .badImporterIndex, .badLatitude,
            .badLongitude, .badMediaType, .badPackageType, .badPercentEncoding, .badWinding, .notYesOrNo,
            .notHyphen, .needsNonDigit, .badCoupon:
            "Correct the value where the label is made."
        case .excludedPartner: "Leave one of the two out, where the label is made."
        case .requiredPartnerMissing: "Add what it needs, where the label is made, or leave it out."
        case .repeatedWithOtherValue: "Leave one of the two out, where the label is made."
        case .signatureNeedsSerial: "Add the serial component to the key, or leave the signature out."
        case .badURICharacter: "Write it as % and two hex digits."
        case .badScheme: "Write https:// in small letters in front."
        case .badDomain: "Write it as https://id.gs1.org/01/09506000134352."
        case .noPrimaryKey: "Put a key such as /01/ and its value at the end of the path."
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
        case .unknownURN: "Give a URN such as urn:epc:id:sgtin:9506000.013435.A1."
        case .malformedURN: "Compare it with the scheme's form in the EPC Tag Data Standard, section 6."
        case .noURNForm: "Use the Digital Link."
        case .keyMissing: "Give the code that carries it."
        }
    }
}
