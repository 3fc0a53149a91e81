extension Rule {
    /// What the rule wants and what to do, for the person who has to put it right.
    package var sentence: String {
        switch level {
        case .schema: schemaSentence
        case .standard: standardSentence
        case .advice: adviceSentence
        }
    }

    private var schemaSentence: String {
        switch self {
        case .notAnObject: "An object must stand here. Write its members between braces."
        case .notAnArray: "A list must stand here. Put square brackets around the value."
        case .notAString: "A string must stand here. Put the value between quotes."
        case .notANumber: "A number must stand here. Write it without quotes."
        case .notABoolean: "A truth value must stand here. Write true or false, without quotes."
        case .missingMember: "A member is missing. Add it."
        case .unknownMember:
            "The standard has no such member here. Correct its name, or give an extension a namespace."
        case .notAURI: "A URI with scheme must stand here. Write it whole, odd characters percent-encoded."
        case .notATime: "Not a date and time with zone. Write it as 2026-03-02T07:01:15.250+01:00."
        case .notAnOffset: "Not an offset from UTC. Write +hh:mm or -hh:mm, at most 14:00, never Z."
        case .unknownAction: "The action is ADD, OBSERVE or DELETE. Write one of them in capitals."
        case .unknownWord:
            "Neither a word of the standard nor a URI. Correct the word or use a URI of your own."
        case .wordAsURN: "The standard's words stand bare in JSON. Write shipping, not its URN."
        case .unknownType: "No type of the standard and no URI. Write ObjectEvent, EPCISDocument or another."
        case .notAContext: "A context is a URI, an object, or a list of them. Write it as one of these."
        case .repeatedElement: "The list holds the same element twice. Remove one."
        case .emptyList: "The list must not be empty. Fill it or leave the member out."
        case .notAUnit:
            "A unit is 2 or 3 capitals or digits of UN/CEFACT Recommendation 20. Write KGM, not kg."
        case .notHex: "Only hex digits may stand here. Write at least one, without 0x."
        case .notAVersion: "A version is numbers with dots between them. Write 2.0."
        case .ilmdOutOfPlace: "Master data of objects stand only where they come into being. Use action ADD."
        case .noObjects:
            "Nothing is named. Give epcList or quantityList, or readPoint with sensorElementList."
        case .noChildren: "No child is named. Give childEPCs or childQuantityList, or use action DELETE."
        case .noTransformation:
            "Inputs and outputs are both needed. Give them, or one of them and a transformationID."
        case .neitherSetNorUnset: "A persistent disposition says what is set or unset. Give one of them."
        default: ""
        }
    }

    private var standardSentence: String {
        switch self {
        case .emptyObjects: "The lists of objects are empty. Name at least one object or quantity."
        case .parentMissing:
            "The container is not named. Give parentID; only OBSERVE outside packing may leave it out."
        case .insideItself: "The container is among its own contents. Correct parentID or the list."
        case .repeatedObject: "The same object stands in the list twice. Remove one."
        case .badEPC: "This is no valid GS1 identifier. Read it again at its source."
        case .classForObject: "This names a kind of object, not one object. Add the serial or use a quantity."
        case .objectForClass:
            "This names no kind of object. Give the trade item or lot; one object is an EPC."
        case .repeatedEventID:
            "Another event here has the same ID. Give each its own; only an error declaration repeats one."
        case .badEventID: "The event's ID says it is a UUID or hash and is none. Make it again."
        case .zoneBeyond14Hours: "No zone is more than 14 hours from UTC. Correct the time's offset."
        case .notVersion2: "This form is of EPCIS 2. Write schemaVersion 2.0."
        case .nameWithoutNamespace:
            "An extension's name needs a namespace. Write prefix:name and declare prefix."
        case .badPersistentDisposition:
            "A persistent disposition holds lists of dispositions, set or unset. Correct it."
        case .correctionOfNothing:
            "What did not occur has no correction. Remove the IDs or use incorrect_data."
        case .correctsItself: "The event names itself as its correction. Give the ID of the corrective event."
        case .unitWithoutQuantity: "A unit without quantity says nothing. Give the quantity or remove uom."
        case .quantityNotPositive: "A quantity is more than zero. Correct it, or leave it out if unknown."
        case .quantityNotWhole: "Without a unit a quantity counts objects. Write a whole number or give uom."
        case .periodReversed: "The period ends before it begins. Correct startTime or endTime."
        case .percentileIncomplete: "percRank and percValue only mean something together. Give both or none."
        case .deviationWithoutMean: "A standard deviation needs its mean. Give meanValue or remove sDev."
        case .setAndUnset: "The same disposition is set and unset. Remove it from one of the lists."
        case .unknownStandardURI: "The standard has no such word here. Correct it or use a URI of your own."
        default: ""
        }
    }

    private var adviceSentence: String {
        switch self {
        case .sensorAfterEvent: "The observation is later than the event. Check both times."
        case .twoSubstances: "A report is about a chemical or a microorganism. Make two reports."
        case .reportWithoutValue: "The report has neither value nor exception. Give one."
        case .otherKindOfKey: "This key is not of the kind this place wants. Use a place's or party's GLN."
        case .stepAgainstAction: "Business step and action contradict each other. Check which is meant."
        case .encodingOutOfPlace:
            "Encoding belongs into a TransactionEvent. Bind the EPCs to a production order."
        case .sensorsMissing: "Sensors are reported and none is there. Add sensorElementList."
        case .inferredAsDisposition: "This word outlasts the event. Write it as persistentDisposition."
        case .declaredBeforeEvent: "The error was declared before the event. Check both times."
        case .recordedBeforeEvent: "The event was recorded before it happened. Check the clocks."
        case .zonesDiffer:
            "eventTime has another offset than eventTimeZoneOffset. Write both for the same place."
        case .contextMissing:
            "The EPCIS context is not named. Add it, or the members mean nothing in JSON-LD."
        case .prefixNotDeclared: "The prefix is not declared. Declare it in @context."
        case .recordTimeMissing: "A repository's answer tells when it recorded the event. Add recordTime."
        case .rangeReversed: "Least, mean and greatest value are out of order. Correct them."
        case .unitWithoutValue: "There is a unit and no value. Give a value or remove uom."
        case .otherEventID: "CBV 2.0 knows UUIDs and event hashes as event IDs. Use one of them."
        case .badDocumentOwner:
            "The document's number stands behind the 13-digit GLN of its owner. Write that GLN right."
        case .eventIDNotCompared:
            "Too many events for comparing all IDs with each other. Judge the document in parts."
        case .repeatedMember:
            "The object has this member twice and readers differ in which counts. Remove one."
        default: ""
        }
    }

    /// Where the rule stands.
    package var source: String {
        switch self {
        case .emptyObjects, .parentMissing, .insideItself: "EPCIS 2.0, 7.4"
        case .repeatedObject: "EPCIS 2.0, 7.3.3"
        case .badEPC: "CBV 2.0, 8; GS1 General Specifications"
        case .classForObject: "EPCIS 2.0, 7.3.3; CBV 2.0, 8.2"
        case .objectForClass: "EPCIS 2.0, 7.3.3; CBV 2.0, 8.3"
        case .unitWithoutQuantity, .quantityNotPositive, .quantityNotWhole: "EPCIS 2.0, 7.3.3"
        case .repeatedEventID, .badEventID, .otherEventID, .eventIDNotCompared:
            "EPCIS 2.0, 7.4.1; CBV 2.0, 8"
        case .badDocumentOwner: "CBV 2.0, 8.5"
        case .zoneBeyond14Hours: "EPCIS 2.0, 7.4.1; XML Schema, dateTimeStamp"
        case .notVersion2, .nameWithoutNamespace, .contextMissing, .prefixNotDeclared: "EPCIS 2.0, 10"
        case .badPersistentDisposition, .setAndUnset: "EPCIS 2.0, 7.3.5"
        case .correctionOfNothing, .correctsItself, .declaredBeforeEvent: "EPCIS 2.0, 7.4.1.2; CBV 2.0, 7.5"
        case .periodReversed, .sensorAfterEvent: "EPCIS 2.0, 7.3.7"
        case .percentileIncomplete, .deviationWithoutMean, .unitWithoutValue, .rangeReversed, .twoSubstances,
            .reportWithoutValue:
            "EPCIS 2.0, 7.3.7.1.2"
        case .unknownStandardURI: "CBV 2.0, 7"
        case .otherKindOfKey: "CBV 2.0, 7.4 and 8.4"
        case .stepAgainstAction, .encodingOutOfPlace, .sensorsMissing: "CBV 2.0, 7.1"
        case .inferredAsDisposition: "CBV 2.0, 7.2"
        case .recordedBeforeEvent, .zonesDiffer, .recordTimeMissing: "EPCIS 2.0, 7.4.1"
        case .repeatedMember: "RFC 8259, 4"
        default: "EPCIS JSON Schema 2.0.1"
        }
    }
}
