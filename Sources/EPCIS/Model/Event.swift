import JSONText

/// Which of the five kinds of event, or an extension's own.
package enum EventType: Hashable, Sendable, CustomStringConvertible {
    /// Something happened to objects.
    case object
    /// Objects were packed into, seen in, or taken out of a container.
    case aggregation
    /// Objects were bound to, seen with, or freed from business transactions.
    case transaction
    /// Inputs became outputs.
    case transformation
    /// Objects were fixed to, seen on, or taken off another or a place.
    case association
    /// A type outside of the standard, a URI.
    case other(String)

    /// Takes the name of a type.
    package init(_ text: String) {
        self = Self.standard.first { $0.description == text } ?? .other(text)
    }

    /// The five of the standard.
    package static let standard: [EventType] = [
        .object, .aggregation, .transaction, .transformation, .association,
    ]

    package var description: String {
        switch self {
        case .object: "ObjectEvent"
        case .aggregation: "AggregationEvent"
        case .transaction: "TransactionEvent"
        case .transformation: "TransformationEvent"
        case .association: "AssociationEvent"
        case .other(let text): text
        }
    }
}

/// What an event does to the life of what it names.
package enum Action: String, Sendable, CaseIterable {
    case add = "ADD"
    case observe = "OBSERVE"
    case delete = "DELETE"
}

/// One event: what, when, where, why and how.
///
/// All five types of the standard in one shape; ``type`` tells which members belong. The functions
/// ``object(_:_:quantities:at:in:ilmd:)`` and its neighbours take only those that do. Members read are kept
/// in their order and with their text; what the standard does not name is in ``extensions``.
///
/// Text that is no valid value (a business step unknown to the CBV) is kept too: judging is the part of
/// ``Validation``.
///
/// - Source: EPCIS 2.0, section 7.4.
package struct Event: ObjectModel {
    enum Field: String, ModelField {
        case context = "@context"
        case type, eventID, eventTime, recordTime, eventTimeZoneOffset, certificationInfo, errorDeclaration
        case parentID, epcList, childEPCs, inputEPCList, outputEPCList
        case quantityList, childQuantityList, inputQuantityList, outputQuantityList
        case action, transformationID, bizStep, disposition, persistentDisposition, readPoint, bizLocation
        case bizTransactionList, sourceList, destinationList, sensorElementList, ilmd
    }

    package var type = EventType.object
    /// The JSON-LD context of an event that stands alone.
    package var context: JSONValue?
    package var eventID: PlainURI?
    package var eventTime: EventTime?
    package var recordTime: EventTime?
    package var eventTimeZoneOffset: TimeZoneOffset?
    package var certificationInfo: CertificationInfo?
    package var errorDeclaration: ErrorDeclaration?

    package var parentID: EPCURI?
    package var epcList: [EPCURI]?
    package var childEPCs: [EPCURI]?
    package var inputEPCList: [EPCURI]?
    package var outputEPCList: [EPCURI]?
    package var quantityList: [QuantityElement]?
    package var childQuantityList: [QuantityElement]?
    package var inputQuantityList: [QuantityElement]?
    package var outputQuantityList: [QuantityElement]?

    package var action: Action?
    package var transformationID: PlainURI?
    package var bizStep: BizStep?
    package var disposition: Disposition?
    package var persistentDisposition: PersistentDisposition?
    package var readPoint: Place?
    package var bizLocation: Place?
    package var bizTransactionList: [BizTransaction]?
    package var sourceList: [Source]?
    package var destinationList: [Destination]?
    package var sensorElementList: [SensorElement]?
    /// Instance and lot master data, about objects that come into being.
    package var ilmd: [JSONMember]?

    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// Reads one event; a document's or, with its own context, one that stands alone.
    ///
    /// - Throws: ``ModelError`` where a member has another shape.
    package init(json value: JSONValue) throws(ModelError) {
        guard case .object(let members) = value else { throw ModelError(.object) }
        guard let text = members.last(where: { $0.key == Field.type.rawValue })?.value.string else {
            throw ModelError(.type, at: "/type")
        }
        self.init()
        type = EventType(text)
        if case .other = type {
            try readForeign(members)
        } else {
            try readMembers(members)
        }
    }

    static var required: [Field] { [.type, .eventTime, .eventTimeZoneOffset] }

    /// Of a type outside of the standard, only what all events share is known.
    private mutating func readForeign(_ members: [JSONMember]) throws(ModelError) {
        for member in members {
            guard let field = Field(rawValue: member.key), Self.sharedFields.contains(field) else {
                layout.slots.append(nil)
                extensions.append(member)
                continue
            }
            if !layout.slots.contains(field) { layout.slots.append(field) }
            do throws(ModelError) {
                try read(field, member.value)
            } catch {
                throw error.under(member.key)
            }
        }
        for field in Self.required where !layout.slots.contains(field) {
            throw ModelError(.present, at: "/" + field.rawValue)
        }
    }

    private static let sharedFields: [Field] = [
        .context, .type, .eventID, .eventTime, .recordTime, .eventTimeZoneOffset, .certificationInfo,
        .errorDeclaration,
    ]

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .context: context = value
        case .type: type = EventType(try value.asString())
        case .eventID: eventID = PlainURI(try value.asString())
        case .eventTime: eventTime = try value.asTime()
        case .recordTime: recordTime = try value.asTime()
        case .eventTimeZoneOffset:
            guard let offset = TimeZoneOffset(try value.asString()) else { throw ModelError(.offset) }
            eventTimeZoneOffset = offset
        case .certificationInfo: certificationInfo = try CertificationInfo(json: value)
        case .errorDeclaration: errorDeclaration = try ErrorDeclaration(json: value)
        case .parentID: parentID = EPCURI(try value.asString())
        case .epcList: epcList = try value.asURIs()
        case .childEPCs: childEPCs = try value.asURIs()
        case .inputEPCList: inputEPCList = try value.asURIs()
        case .outputEPCList: outputEPCList = try value.asURIs()
        case .quantityList: quantityList = try value.asObjects()
        case .childQuantityList: childQuantityList = try value.asObjects()
        case .inputQuantityList: inputQuantityList = try value.asObjects()
        case .outputQuantityList: outputQuantityList = try value.asObjects()
        case .action:
            guard let word = Action(rawValue: try value.asString()) else { throw ModelError(.string) }
            action = word
        case .transformationID: transformationID = PlainURI(try value.asString())
        case .bizStep: bizStep = BizStep(try value.asString())
        case .disposition: disposition = Disposition(try value.asString())
        case .persistentDisposition: persistentDisposition = try PersistentDisposition(json: value)
        case .readPoint: readPoint = try Place(json: value)
        case .bizLocation: bizLocation = try Place(json: value)
        case .bizTransactionList: bizTransactionList = try value.asObjects()
        case .sourceList: sourceList = try value.asObjects()
        case .destinationList: destinationList = try value.asObjects()
        case .sensorElementList: sensorElementList = try value.asObjects()
        case .ilmd:
            guard case .object(let members) = value else { throw ModelError(.object) }
            ilmd = members
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        let name = field.rawValue
        switch field {
        case .context: writer.member(name, ifPresent: context)
        case .type: writer.member(name, type.description)
        case .eventID: writer.member(name, ifPresent: eventID)
        case .eventTime: writer.member(name, ifPresent: eventTime?.text)
        case .recordTime: writer.member(name, ifPresent: recordTime?.text)
        case .eventTimeZoneOffset: writer.member(name, ifPresent: eventTimeZoneOffset?.text)
        case .certificationInfo: writer.member(name, ifPresent: certificationInfo?.json)
        case .errorDeclaration: writer.member(name, ifPresent: errorDeclaration)
        case .parentID: writer.member(name, ifPresent: parentID)
        case .epcList: writer.member(name, ifPresent: epcList)
        case .childEPCs: writer.member(name, ifPresent: childEPCs)
        case .inputEPCList: writer.member(name, ifPresent: inputEPCList)
        case .outputEPCList: writer.member(name, ifPresent: outputEPCList)
        case .quantityList: writer.member(name, ifPresent: quantityList)
        case .childQuantityList: writer.member(name, ifPresent: childQuantityList)
        case .inputQuantityList: writer.member(name, ifPresent: inputQuantityList)
        case .outputQuantityList: writer.member(name, ifPresent: outputQuantityList)
        case .action: writer.member(name, ifPresent: action?.rawValue)
        case .transformationID: writer.member(name, ifPresent: transformationID)
        case .bizStep: writer.member(name, ifPresent: bizStep)
        case .disposition: writer.member(name, ifPresent: disposition)
        case .persistentDisposition: writer.member(name, ifPresent: persistentDisposition)
        case .readPoint: writer.member(name, ifPresent: readPoint)
        case .bizLocation: writer.member(name, ifPresent: bizLocation)
        case .bizTransactionList: writer.member(name, ifPresent: bizTransactionList)
        case .sourceList: writer.member(name, ifPresent: sourceList)
        case .destinationList: writer.member(name, ifPresent: destinationList)
        case .sensorElementList: writer.member(name, ifPresent: sensorElementList)
        case .ilmd: writer.member(name, ifPresent: ilmd.map { .object($0) })
        }
    }

    /// Appends the event as JSON.
    package func append(to writer: inout JSONWriter) { write(into: &writer) }
}

/// Certificates an event relates to: one URI, or a list, kept as which it came.
package struct CertificationInfo: Equatable, Sendable {
    package var uris: [PlainURI]
    /// Whether one URI stands without a list around it.
    private var isBare = false

    package init(_ uris: [PlainURI]) { self.uris = uris }

    init(json value: JSONValue) throws(ModelError) {
        if case .string(let text) = value {
            uris = [PlainURI(text)]
            isBare = true
        } else {
            uris = try value.asURIs()
        }
    }

    var json: JSONValue {
        if isBare, let first = uris.first { return .string(first.text) }
        return .array(uris.map { .string($0.text) })
    }

    package static func == (a: Self, b: Self) -> Bool { a.uris == b.uris }
}
