import JSONText

/// The envelope of events: what is sent for capture, or what answers a query.
///
/// - Source: EPCIS 2.0, section 10 and the JSON Schema.
package struct Document: ObjectModel {
    enum Field: String, ModelField {
        case context = "@context"
        case id, type, schemaVersion, creationDate, instanceIdentifier, sender, receiver, epcisHeader
        case epcisBody
    }
    static var required: [Field] { [.epcisBody] }

    /// What the envelope is for.
    package enum Kind: String, Sendable {
        /// Events for capture.
        case capture = "EPCISDocument"
        /// The answer to a query.
        case query = "EPCISQueryDocument"
    }

    package var kind = Kind.capture
    package var context: JSONValue?
    package var id: PlainURI?
    package var schemaVersion: String?
    package var creationDate: EventTime?
    package var instanceIdentifier: String?
    package var sender: String?
    package var receiver: String?
    /// Master data and the like, as it came.
    package var epcisHeader: JSONValue?
    package var body = DocumentBody()
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// Events for capture.
    ///
    /// - Parameter namespaces: Prefixes of extensions and their URIs. `cbvmda`, which lot and expiry need, is
    ///   declared whether asked for or not: some readers expand only what a document declares.
    package init(
        events: [Event], creationDate: EventTime, namespaces: [(prefix: String, uri: String)] = []
    ) {
        context = Self.context(namespaces)
        schemaVersion = "2.0"
        self.creationDate = creationDate
        body.eventList = events
    }

    /// What stands before the first event of a document for capture and behind the last, where the events
    /// are too many for memory; between them stand commas.
    package static func envelope(creationDate: EventTime) -> (begin: [UInt8], end: [UInt8]) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member(Field.context.rawValue, context())
        writer.member(Field.type.rawValue, Kind.capture.rawValue)
        writer.member(Field.schemaVersion.rawValue, "2.0")
        writer.member(Field.creationDate.rawValue, creationDate.text)
        writer.beginObject(Field.epcisBody.rawValue)
        writer.beginArray(DocumentBody.Field.eventList.rawValue)
        let begin = writer.bytes
        writer.endArray()
        writer.endObject()
        writer.endObject()
        return (begin, Array(writer.bytes[begin.count...]))
    }

    /// The answer to a query.
    package init(
        queryName: String, subscriptionID: String? = nil, events: [Event], creationDate: EventTime,
        namespaces: [(prefix: String, uri: String)] = []
    ) {
        self.init(events: [], creationDate: creationDate, namespaces: namespaces)
        kind = .query
        body.eventList = nil
        var results = QueryResults()
        results.queryName = queryName
        results.subscriptionID = subscriptionID
        results.resultsBody.eventList = events
        body.queryResults = results
    }

    /// The standard's context, `cbvmda`, and the prefixes given.
    package static func context(_ namespaces: [(prefix: String, uri: String)] = []) -> JSONValue {
        var members = [JSONMember("cbvmda", "urn:epcglobal:cbv:mda:")]
        for (prefix, uri) in namespaces where prefix != "cbvmda" {
            members.append(JSONMember(prefix, .string(uri)))
        }
        return ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", .object(members)]
    }

    /// Reads a document.
    ///
    /// - Throws: ``ModelError`` where a member has another shape.
    package init(json value: JSONValue) throws(ModelError) {
        guard case .object(let members) = value else { throw ModelError(.object) }
        guard let kind = value[Field.type.rawValue]?.string.flatMap(Kind.init) else {
            throw ModelError(.type, at: "/type")
        }
        self.init()
        self.kind = kind
        try readMembers(members)
    }

    /// The events, wherever the kind of document has them.
    package var events: [Event] {
        get { body.eventList ?? body.queryResults?.resultsBody.eventList ?? [] }
        set {
            if body.queryResults != nil {
                body.queryResults?.resultsBody.eventList = newValue
            } else {
                body.eventList = newValue
            }
        }
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .context: context = value
        case .id: id = PlainURI(try value.asString())
        case .type:
            guard let kind = Kind(rawValue: try value.asString()) else { throw ModelError(.type) }
            self.kind = kind
        case .schemaVersion: schemaVersion = try value.asString()
        case .creationDate: creationDate = try value.asTime()
        case .instanceIdentifier: instanceIdentifier = try value.asString()
        case .sender: sender = try value.asString()
        case .receiver: receiver = try value.asString()
        case .epcisHeader: epcisHeader = value
        case .epcisBody: body = try DocumentBody(json: value)
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        let name = field.rawValue
        switch field {
        case .context: writer.member(name, ifPresent: context)
        case .id: writer.member(name, ifPresent: id)
        case .type: writer.member(name, kind.rawValue)
        case .schemaVersion: writer.member(name, ifPresent: schemaVersion)
        case .creationDate: writer.member(name, ifPresent: creationDate?.text)
        case .instanceIdentifier: writer.member(name, ifPresent: instanceIdentifier)
        case .sender: writer.member(name, ifPresent: sender)
        case .receiver: writer.member(name, ifPresent: receiver)
        case .epcisHeader: writer.member(name, ifPresent: epcisHeader)
        case .epcisBody: writer.member(name, ifPresent: .some(body))
        }
    }

    /// Appends the document as JSON.
    package func append(to writer: inout JSONWriter) { write(into: &writer) }
}

/// The body of a document: a list of events, or the results of a query.
package struct DocumentBody: ObjectModel {
    enum Field: String, ModelField { case eventList, queryResults }

    package var eventList: [Event]?
    package var queryResults: QueryResults?
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .eventList:
            eventList = try value.asArray { (value) throws(ModelError) in try Event(json: value) }
        case .queryResults: queryResults = try QueryResults(json: value)
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .eventList: writer.member(field.rawValue, ifPresent: eventList)
        case .queryResults: writer.member(field.rawValue, ifPresent: queryResults)
        }
    }
}

/// What a query gave: its name, the subscription it belongs to, and the events.
package struct QueryResults: ObjectModel {
    enum Field: String, ModelField { case subscriptionID, queryName, resultsBody }
    static var required: [Field] { [.queryName, .resultsBody] }

    package var queryName = ""
    package var subscriptionID: String?
    package var resultsBody = ResultsBody()
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .subscriptionID: subscriptionID = try value.asString()
        case .queryName: queryName = try value.asString()
        case .resultsBody: resultsBody = try ResultsBody(json: value)
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .subscriptionID: writer.member(field.rawValue, ifPresent: subscriptionID)
        case .queryName: writer.member(field.rawValue, queryName)
        case .resultsBody: writer.member(field.rawValue, ifPresent: .some(resultsBody))
        }
    }
}

/// The events, or the vocabularies, a query gave.
package struct ResultsBody: ObjectModel {
    enum Field: String, ModelField { case eventList, vocabularyList }

    package var eventList: [Event]?
    /// Master data, as it came.
    package var vocabularyList: JSONValue?
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .eventList:
            eventList = try value.asArray { (value) throws(ModelError) in try Event(json: value) }
        case .vocabularyList: vocabularyList = value
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .eventList: writer.member(field.rawValue, ifPresent: eventList)
        case .vocabularyList: writer.member(field.rawValue, ifPresent: vocabularyList)
        }
    }
}

/// What a file or request of EPCIS JSON holds.
package enum Content: Equatable, Sendable {
    case document(Document)
    /// One event that stands alone.
    case event(Event)

    /// How EPCIS text is read: 64 MiB at most (``ContentReader`` reads longer documents), and of a repeated
    /// member, which an official example has, both.
    package static let limits = JSONLimits(maxBytes: 64 << 20, maxDepth: 64, allowsDuplicateKeys: true)

    /// Reads a document or one event.
    ///
    /// - Throws: ``ModelError`` where a member has another shape.
    package init(json value: JSONValue) throws(ModelError) {
        if let type = value["type"]?.string, Document.Kind(rawValue: type) != nil {
            self = .document(try Document(json: value))
        } else {
            self = .event(try Event(json: value))
        }
    }

    package var events: [Event] {
        switch self {
        case .document(let document): document.events
        case .event(let event): [event]
        }
    }

    /// The JSON-LD context that the events stand under.
    package var context: JSONValue? {
        switch self {
        case .document(let document): document.context
        case .event(let event): event.context
        }
    }

    /// Appends it as JSON.
    package func append(to writer: inout JSONWriter) {
        switch self {
        case .document(let document): document.append(to: &writer)
        case .event(let event): event.append(to: &writer)
        }
    }
}
