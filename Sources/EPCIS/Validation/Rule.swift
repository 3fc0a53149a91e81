/// A rule an EPCIS document has to keep, with its stable code.
///
/// `EPCIS-1xx`: the JSON Schema has it too; a document is valid by the schema exactly if it breaks none of
/// these. `EPCIS-2xx`: the standard has it and the schema does not. `EPCIS-3xx`: advice; a document that
/// breaks only these is valid.
package enum Rule: String, Sendable, CaseIterable {
    // What the schema has.
    case notAnObject = "EPCIS-101"
    case notAnArray = "EPCIS-102"
    case notAString = "EPCIS-103"
    case notANumber = "EPCIS-104"
    case notABoolean = "EPCIS-105"
    case missingMember = "EPCIS-106"
    case unknownMember = "EPCIS-107"
    case notAURI = "EPCIS-108"
    case notATime = "EPCIS-109"
    case notAnOffset = "EPCIS-110"
    case unknownAction = "EPCIS-111"
    case unknownWord = "EPCIS-112"
    case wordAsURN = "EPCIS-113"
    case unknownType = "EPCIS-114"
    case notAContext = "EPCIS-115"
    case repeatedElement = "EPCIS-116"
    case emptyList = "EPCIS-117"
    case notAUnit = "EPCIS-118"
    case notHex = "EPCIS-119"
    case notAVersion = "EPCIS-120"
    case ilmdOutOfPlace = "EPCIS-121"
    case noObjects = "EPCIS-122"
    case noChildren = "EPCIS-123"
    case noTransformation = "EPCIS-124"
    case neitherSetNorUnset = "EPCIS-125"
    // What only the standard has.
    case emptyObjects = "EPCIS-201"
    case parentMissing = "EPCIS-202"
    case insideItself = "EPCIS-203"
    case repeatedObject = "EPCIS-204"
    case badEPC = "EPCIS-205"
    case classForObject = "EPCIS-206"
    case objectForClass = "EPCIS-207"
    case repeatedEventID = "EPCIS-208"
    case badEventID = "EPCIS-209"
    case zoneBeyond14Hours = "EPCIS-210"
    case notVersion2 = "EPCIS-211"
    case nameWithoutNamespace = "EPCIS-212"
    case badPersistentDisposition = "EPCIS-213"
    case correctionOfNothing = "EPCIS-214"
    case correctsItself = "EPCIS-215"
    case unitWithoutQuantity = "EPCIS-216"
    case quantityNotPositive = "EPCIS-217"
    case quantityNotWhole = "EPCIS-218"
    case periodReversed = "EPCIS-219"
    case percentileIncomplete = "EPCIS-220"
    case deviationWithoutMean = "EPCIS-221"
    case setAndUnset = "EPCIS-222"
    case unknownStandardURI = "EPCIS-223"
    // Advice.
    case sensorAfterEvent = "EPCIS-301"
    case twoSubstances = "EPCIS-302"
    case reportWithoutValue = "EPCIS-303"
    case otherKindOfKey = "EPCIS-304"
    case stepAgainstAction = "EPCIS-305"
    case encodingOutOfPlace = "EPCIS-306"
    case sensorsMissing = "EPCIS-307"
    case inferredAsDisposition = "EPCIS-308"
    case declaredBeforeEvent = "EPCIS-309"
    case recordedBeforeEvent = "EPCIS-310"
    case zonesDiffer = "EPCIS-311"
    case contextMissing = "EPCIS-312"
    case prefixNotDeclared = "EPCIS-313"
    case recordTimeMissing = "EPCIS-314"
    case repeatedMember = "EPCIS-315"
    case rangeReversed = "EPCIS-316"
    case unitWithoutValue = "EPCIS-317"
    case otherEventID = "EPCIS-318"
    case badDocumentOwner = "EPCIS-319"
    case eventIDNotCompared = "EPCIS-320"
}

extension Rule {
    /// Who has the rule, and what breaking it means.
    package enum Level: Sendable {
        /// The JSON Schema: the document is invalid.
        case schema
        /// The text of the standard: the document is invalid.
        case standard
        /// Good practice, or what the standard's own examples break: the document is valid.
        case advice
    }

    package var level: Level {
        switch rawValue.utf8.dropFirst(6).first {
        case UInt8(ascii: "1"): .schema
        case UInt8(ascii: "2"): .standard
        default: .advice
        }
    }
}

/// A place in a document that breaks a rule.
package struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// JSON pointer of the place, RFC 6901; empty for the top.
    package let pointer: String
    package let rule: Rule
    /// A name of the standard or a GS1 rule that says more; never a value of the document.
    package let detail: String?

    /// Whether the document is invalid because of it.
    package var isError: Bool { rule.level != .advice }

    package var description: String {
        let place = pointer.isEmpty ? "the top" : pointer
        return "\(rule.rawValue) at \(place): \(rule.sentence)" + (detail.map { " (\($0))" } ?? "")
    }
}
