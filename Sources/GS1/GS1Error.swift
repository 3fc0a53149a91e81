/// Why something is not valid by the GS1 rules: which rule, of which identifier, and where.
///
/// Values never enter a message: serial numbers and keys stay out of logs.
package struct GS1Error: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which rule was broken.
    package let code: Code
    /// The application identifier it was broken by, where there is one.
    package let ai: ApplicationIdentifier?
    /// The other identifier of a pair that may not stand together.
    package let partner: ApplicationIdentifier?
    /// Byte in the text as it was given, escapes and all, counted from 0, at most the number of its bytes; 0
    /// for rules about the text as a whole. Of values that are given apart it is the byte in the value.
    package let position: Int

    package init(
        _ code: Code, ai: ApplicationIdentifier? = nil, partner: ApplicationIdentifier? = nil,
        at position: Int = 0
    ) {
        self.code = code
        self.ai = ai
        self.partner = partner
        self.position = position
    }

    package var description: String {
        var text = code.rawValue
        if let ai { text += " (\(ai))" }
        if let partner { text += " beside (\(partner))" }
        if code == .requiredPartnerMissing, let ai { text += ", needs \(ai.requirementsText)" }
        return text + " at byte \(position): \(code.sentence)"
    }

    /// The same fault seen from further out: `ai` filled in and the position counted from `offset`.
    func within(_ ai: ApplicationIdentifier, offset: Int) -> GS1Error {
        GS1Error(code, ai: ai, partner: partner, at: offset + position)
    }

    /// The same fault at another place.
    func at(_ position: Int) -> GS1Error { GS1Error(code, ai: ai, partner: partner, at: position) }
}

extension GS1Error {
    /// Stable across releases: manuals, alarms and support calls refer to it.
    package enum Code: String, Sendable, CaseIterable {
        // Symbols and messages.
        case noSymbologyIdentifier = "GS1-001"
        case unsupportedSymbology = "GS1-002"
        case notGS1Data = "GS1-003"
        case missingFNC1 = "GS1-004"
        case emptyMessage = "GS1-005"
        case unknownAI = "GS1-006"
        case emptyValue = "GS1-007"
        case valueTooShort = "GS1-008"
        case valueTooLong = "GS1-009"
        case tooManyElements = "GS1-010"
        case messageTooLong = "GS1-011"
        case malformedBrackets = "GS1-012"
        // Content of a value.
        case notNumeric = "GS1-020"
        case notCSET82 = "GS1-021"
        case notCSET39 = "GS1-022"
        case notCSET64 = "GS1-023"
        case wrongCheckDigit = "GS1-024"
        case wrongCheckPair = "GS1-025"
        case badCompanyPrefix = "GS1-026"
        case badMonth = "GS1-027"
        case badDay = "GS1-028"
        case badHour = "GS1-029"
        case badMinute = "GS1-030"
        case badSecond = "GS1-031"
        case badCountry = "GS1-032"
        case badCurrency = "GS1-033"
        case badSexCode = "GS1-034"
        case mustBeZero = "GS1-035"
        case mustNotBeZero = "GS1-036"
        case leadingZero = "GS1-037"
        case pieceOfTotal = "GS1-038"
        case positionInSequence = "GS1-039"
        case badIBAN = "GS1-040"
        case badImporterIndex = "GS1-041"
        case badLatitude = "GS1-042"
        case badLongitude = "GS1-043"
        case badMediaType = "GS1-044"
        case badPackageType = "GS1-045"
        case badPercentEncoding = "GS1-046"
        case badWinding = "GS1-047"
        case notYesOrNo = "GS1-048"
        case notHyphen = "GS1-049"
        case needsNonDigit = "GS1-050"
        case badCoupon = "GS1-051"
        // Identifiers that stand together.
        case excludedPartner = "GS1-060"
        case requiredPartnerMissing = "GS1-061"
        case repeatedWithOtherValue = "GS1-062"
        case signatureNeedsSerial = "GS1-063"
        // Digital Link URIs.
        case badURICharacter = "GS1-070"
        case badScheme = "GS1-071"
        case badDomain = "GS1-072"
        case noPrimaryKey = "GS1-073"
        case badQualifierOrder = "GS1-074"
        case qualifierInQuery = "GS1-075"
        case notAnAttribute = "GS1-076"
        case repeatedInURI = "GS1-077"
        case nullInURI = "GS1-078"
        case unknownNumericParameter = "GS1-079"
        // Keys and EPC URNs.
        case wrongKeyLength = "GS1-080"
        case badPrefixLength = "GS1-081"
        case badSerial = "GS1-082"
        case badIndicator = "GS1-083"
        case unknownURN = "GS1-084"
        case malformedURN = "GS1-085"
        case noURNForm = "GS1-086"
        case keyMissing = "GS1-087"
        case wrongReferenceLength = "GS1-088"
        case unknownPrefix = "GS1-089"
    }
}

extension GS1Error.Code {
    /// What the rule is, in one sentence; see ``remedy`` for what to do.
    package var sentence: String {
        switch self {
        case .noSymbologyIdentifier:
            "A scan begins with a symbology identifier such as ]d2."
        case .unsupportedSymbology: "This symbology carries no GS1 data."
        case .notGS1Data: "The symbol holds plain data, neither GS1 elements nor a Digital Link URI."
        case .missingFNC1: "The message must begin with FNC1."
        case .emptyMessage: "There is no data."
        case .unknownAI: "No application identifier of the GS1 dictionary begins here."
        case .emptyValue: "The identifier has no value."
        case .valueTooShort: "The value has fewer characters than its identifier demands."
        case .valueTooLong: "The value has more characters than its identifier allows."
        case .tooManyElements: "More than 64 elements."
        case .messageTooLong: "The code is longer than 8191 bytes."
        case .malformedBrackets: "This is no identifier in round brackets, directly followed by its value."
        case .notNumeric: "Only digits may stand here."
        case .notCSET82: "This character is not in GS1 character set 82."
        case .notCSET39: "This character is not in GS1 character set 39."
        case .notCSET64: "This is not base64url text."
        case .wrongCheckDigit: "The check digit does not match."
        case .wrongCheckPair: "The check character pair does not match."
        case .badCompanyPrefix: "A GS1 company prefix begins with at least four digits."
        case .badMonth: "The month is not 01 to 12."
        case .badDay: "This month has no such day."
        case .badHour: "The hour is not 00 to 23."
        case .badMinute: "The minute is not 00 to 59."
        case .badSecond: "The second is not 00 to 59."
        case .badCountry: "No country of ISO 3166."
        case .badCurrency: "No currency of ISO 4217."
        case .badSexCode: "Not a code of ISO 5218: 0, 1, 2 or 9."
        case .mustBeZero: "This digit must be 0."
        case .mustNotBeZero: "This number must not be zero."
        case .leadingZero: "This number must not begin with 0."
        case .pieceOfTotal: "Piece and total are 01 to 99, and the piece does not exceed the total."
        case .positionInSequence:
            "Not position/end, such as 1/2, without leading zeros and not beyond the end."
        case .badIBAN: "Not a valid IBAN."
        case .badImporterIndex: "The importer index is one letter, digit, hyphen or underscore."
        case .badLatitude: "The latitude exceeds 1800000000."
        case .badLongitude: "The longitude exceeds 3600000000."
        case .badMediaType: "No assigned AIDC media type."
        case .badPackageType: "No known package type code."
        case .badPercentEncoding: "A percent sign must be followed by two hex digits."
        case .badWinding: "The winding direction is 0, 1 or 9."
        case .notYesOrNo: "Only 0 for no or 1 for yes may stand here."
        case .notHyphen: "Only a hyphen may stand here."
        case .needsNonDigit: "The value must hold a character that is no digit."
        case .badCoupon: "The coupon's fields do not add up at this place."
        case .excludedPartner: "These identifiers may not be used for one object together."
        case .requiredPartnerMissing: "The identifier may not be used without its partners."
        case .repeatedWithOtherValue: "The identifier is repeated with another value."
        case .signatureNeedsSerial: "A digital signature needs the key's serial component."
        case .badURICharacter: "This character may not stand here in a URI."
        case .badScheme: "A Digital Link URI begins with https:// or http://."
        case .badDomain: "The URI has no proper domain followed by a path."
        case .noPrimaryKey: "A Digital Link URI needs a GS1 key and its value at the end of its path."
        case .badQualifierOrder: "The path holds qualifiers that its key does not take, or in a wrong order."
        case .qualifierInQuery: "This identifier qualifies the key and must stand in the path."
        case .notAnAttribute:
            "This identifier may not stand in the query of a URI, nor can a URI be made of it."
        case .repeatedInURI: "The identifier stands in the URI twice."
        case .nullInURI: "A null character is encoded in the URI."
        case .unknownNumericParameter: "An all-digit parameter must be a known identifier."
        case .wrongKeyLength: "The key has a wrong number of digits."
        case .badPrefixLength: "A company prefix has 6 to 12 digits."
        case .badSerial: "A serial number has 1 to 20 characters of GS1 character set 82."
        case .badIndicator: "An indicator or extension is one digit."
        case .unknownURN: "Not an EPC URN of a supported scheme."
        case .malformedURN: "Here a part of the EPC URN is missing, is one too many, or is no *."
        case .noURNForm: "These elements have no EPC URN."
        case .keyMissing: "The elements do not hold this key."
        case .wrongReferenceLength: "Prefix and reference together have not as many digits as the key."
        case .unknownPrefix: "The key does not begin with a known company prefix and a reference behind it."
        }
    }
}
