import JSONText

/// An amount of objects of one class: `epcClass`, `quantity`, `uom`.
///
/// Without unit the quantity counts objects, a whole number. Without quantity it is not known.
///
/// - Source: EPCIS 2.0, section 7.3.3.3.
package struct QuantityElement: ObjectModel {
    enum Field: String, ModelField { case epcClass, quantity, uom }
    static var required: [Field] { [.epcClass] }

    package var epcClass = EPCClassURI("")
    package var quantity: JSONNumber?
    /// Unit of UN/CEFACT Recommendation 20, for example `KGM`.
    package var uom: String?
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// So many objects of a class.
    package init(_ epcClass: EPCClassURI, count: Int) {
        self.epcClass = epcClass
        quantity = JSONNumber(count)
    }

    /// So much of a class, in a unit of UN/CEFACT Recommendation 20; or an unknown amount of it.
    package init(_ epcClass: EPCClassURI, quantity: JSONNumber? = nil, uom: String? = nil) {
        self.epcClass = epcClass
        self.quantity = quantity
        self.uom = uom
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .epcClass: epcClass = EPCClassURI(try value.asString())
        case .quantity: quantity = try value.asNumber()
        case .uom: uom = try value.asString()
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .epcClass: writer.member(field.rawValue, epcClass.text)
        case .quantity: writer.member(field.rawValue, ifPresent: quantity)
        case .uom: writer.member(field.rawValue, ifPresent: uom)
        }
    }
}

/// A business transaction an event took part in: `type` and `bizTransaction`.
///
/// - Source: EPCIS 2.0, section 7.3.5.
package struct BizTransaction: ObjectModel {
    enum Field: String, ModelField { case type, bizTransaction }
    static var required: [Field] { [.bizTransaction] }

    package var type: BizTransactionType?
    package var bizTransaction = PlainURI("")
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    package init(_ type: BizTransactionType?, _ bizTransaction: PlainURI) {
        self.type = type
        self.bizTransaction = bizTransaction
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .type: type = BizTransactionType(try value.asString())
        case .bizTransaction: bizTransaction = PlainURI(try value.asString())
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .type: writer.member(field.rawValue, ifPresent: type)
        case .bizTransaction: writer.member(field.rawValue, bizTransaction.text)
        }
    }
}

/// Where a transfer of objects began: `type` and `source`.
///
/// - Source: EPCIS 2.0, section 7.3.5.
package struct Source: ObjectModel {
    enum Field: String, ModelField { case type, source }
    static var required: [Field] { [.type, .source] }

    package var type = SourceDestinationType("")
    package var source = PlainURI("")
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// The place the objects left.
    package static func location(_ place: LocationURI) -> Source { Source(.location, place.text) }
    /// Who owned them.
    package static func owningParty(_ party: PartyURI) -> Source { Source(.owningParty, party.text) }
    /// Who had them.
    package static func possessingParty(_ party: PartyURI) -> Source { Source(.possessingParty, party.text) }

    private init(_ type: SourceDestinationType, _ uri: String) {
        self.type = type
        source = PlainURI(uri)
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .type: type = SourceDestinationType(try value.asString())
        case .source: source = PlainURI(try value.asString())
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .type: writer.member(field.rawValue, type.text)
        case .source: writer.member(field.rawValue, source.text)
        }
    }
}

/// Where a transfer of objects is to end: `type` and `destination`.
///
/// - Source: EPCIS 2.0, section 7.3.5.
package struct Destination: ObjectModel {
    enum Field: String, ModelField { case type, destination }
    static var required: [Field] { [.type, .destination] }

    package var type = SourceDestinationType("")
    package var destination = PlainURI("")
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// The place the objects go to.
    package static func location(_ place: LocationURI) -> Destination { Destination(.location, place.text) }
    /// Who will own them.
    package static func owningParty(_ party: PartyURI) -> Destination {
        Destination(.owningParty, party.text)
    }
    /// Who will have them.
    package static func possessingParty(_ party: PartyURI) -> Destination {
        Destination(.possessingParty, party.text)
    }

    private init(_ type: SourceDestinationType, _ uri: String) {
        self.type = type
        destination = PlainURI(uri)
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .type: type = SourceDestinationType(try value.asString())
        case .destination: destination = PlainURI(try value.asString())
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .type: writer.member(field.rawValue, type.text)
        case .destination: writer.member(field.rawValue, destination.text)
        }
    }
}

/// A read point or business location: `id`, and extensions.
package struct Place: ObjectModel {
    enum Field: String, ModelField { case id }
    static var required: [Field] { [.id] }

    package var id = LocationURI("")
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    package init(_ id: LocationURI) { self.id = id }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .id: id = LocationURI(try value.asString())
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .id: writer.member(field.rawValue, id.text)
        }
    }
}

/// Dispositions that outlast the event, beside its own: `set` and `unset`.
///
/// - Source: EPCIS 2.0, section 7.3.5.
package struct PersistentDisposition: ObjectModel {
    enum Field: String, ModelField { case set, unset }

    package var set: [Disposition]?
    package var unset: [Disposition]?
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    package init(set: [Disposition]? = nil, unset: [Disposition]? = nil) {
        self.set = set
        self.unset = unset
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .set: set = try value.asTerms()
        case .unset: unset = try value.asTerms()
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .set: writer.member(field.rawValue, ifPresent: set)
        case .unset: writer.member(field.rawValue, ifPresent: unset)
        }
    }
}

/// Declares the event it stands in, and every earlier event with the same ID, an error.
///
/// - Source: EPCIS 2.0, section 7.4.1.2.
package struct ErrorDeclaration: ObjectModel {
    enum Field: String, ModelField { case declarationTime, reason, correctiveEventIDs }
    static var required: [Field] { [.declarationTime] }

    package var declarationTime: EventTime?
    package var reason: ErrorReason?
    package var correctiveEventIDs: [PlainURI]?
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// The event did not happen; nothing takes its place.
    package static func didNotOccur(declaredAt time: EventTime) -> ErrorDeclaration {
        var declaration = ErrorDeclaration()
        declaration.declarationTime = time
        declaration.reason = .didNotOccur
        return declaration
    }

    /// The event's data were wrong; the events named say what is right.
    package static func incorrectData(
        declaredAt time: EventTime, correctedBy eventIDs: [PlainURI]
    ) -> ErrorDeclaration {
        var declaration = ErrorDeclaration()
        declaration.declarationTime = time
        declaration.reason = .incorrectData
        declaration.correctiveEventIDs = eventIDs
        return declaration
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .declarationTime: declarationTime = try value.asTime()
        case .reason: reason = ErrorReason(try value.asString())
        case .correctiveEventIDs: correctiveEventIDs = try value.asURIs()
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .declarationTime: writer.member(field.rawValue, ifPresent: declarationTime?.text)
        case .reason: writer.member(field.rawValue, ifPresent: reason)
        case .correctiveEventIDs: writer.member(field.rawValue, ifPresent: correctiveEventIDs)
        }
    }
}
