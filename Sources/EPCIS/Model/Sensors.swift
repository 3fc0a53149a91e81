import JSONText

/// What sensors reported: metadata that hold for all, and the reports.
///
/// - Source: EPCIS 2.0, section 7.3.7.
package struct SensorElement: ObjectModel {
    enum Field: String, ModelField { case sensorMetadata, sensorReport }
    static var required: [Field] { [.sensorReport] }

    package var sensorMetadata: SensorMetadata?
    package var sensorReport: [SensorReport] = []
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    package init(_ reports: [SensorReport], metadata: SensorMetadata? = nil) {
        sensorReport = reports
        sensorMetadata = metadata
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .sensorMetadata: sensorMetadata = try SensorMetadata(json: value)
        case .sensorReport: sensorReport = try value.asObjects()
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .sensorMetadata: writer.member(field.rawValue, ifPresent: sensorMetadata)
        case .sensorReport: writer.member(field.rawValue, ifPresent: .some(sensorReport))
        }
    }
}

/// When, with what and how the values of a sensor element came about.
///
/// - Source: EPCIS 2.0, section 7.3.7.
package struct SensorMetadata: ObjectModel {
    enum Field: String, ModelField {
        case time, startTime, endTime, deviceID, deviceMetadata, rawData, dataProcessingMethod, bizRules
    }

    package var time: EventTime?
    package var startTime: EventTime?
    package var endTime: EventTime?
    /// The fields that are URIs, by name.
    var uris: [Field: PlainURI] = [:]
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    package init() {}

    package var deviceID: PlainURI? {
        get { uris[.deviceID] }
        set { uris[.deviceID] = newValue }
    }
    package var deviceMetadata: PlainURI? {
        get { uris[.deviceMetadata] }
        set { uris[.deviceMetadata] = newValue }
    }
    package var rawData: PlainURI? {
        get { uris[.rawData] }
        set { uris[.rawData] = newValue }
    }
    package var dataProcessingMethod: PlainURI? {
        get { uris[.dataProcessingMethod] }
        set { uris[.dataProcessingMethod] = newValue }
    }
    package var bizRules: PlainURI? {
        get { uris[.bizRules] }
        set { uris[.bizRules] = newValue }
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field {
        case .time: time = try value.asTime()
        case .startTime: startTime = try value.asTime()
        case .endTime: endTime = try value.asTime()
        case .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules:
            uris[field] = PlainURI(try value.asString())
        }
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        switch field {
        case .time: writer.member(field.rawValue, ifPresent: time?.text)
        case .startTime: writer.member(field.rawValue, ifPresent: startTime?.text)
        case .endTime: writer.member(field.rawValue, ifPresent: endTime?.text)
        case .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules:
            writer.member(field.rawValue, ifPresent: uris[field])
        }
    }
}

/// One value, or one exception, of one sensor.
///
/// Most reports use three or four of the twenty-three members, so they lie in a list, in the order they
/// were read; the properties find them.
///
/// - Source: EPCIS 2.0, section 7.3.7.1.2.
package struct SensorReport: ObjectModel {
    enum Field: String, ModelField {
        case type, exception, deviceID, deviceMetadata, rawData, dataProcessingMethod, bizRules, time
        case microorganism, chemicalSubstance, value, component, stringValue, booleanValue, hexBinaryValue
        case uriValue, minValue, maxValue, meanValue, sDev, percRank, percValue, uom
        case coordinateReferenceSystem

        enum Kind { case text, time, number, boolean }

        var kind: Kind {
            switch self {
            case .type, .exception, .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules,
                .microorganism, .chemicalSubstance, .component, .stringValue, .hexBinaryValue, .uriValue,
                .uom,
                .coordinateReferenceSystem:
                .text
            case .time: .time
            case .value, .minValue, .maxValue, .meanValue, .sDev, .percRank, .percValue: .number
            case .booleanValue: .boolean
            }
        }
    }

    /// The fields that are there.
    var values: [(field: Field, value: JSONValue)] = []
    package var extensions: [JSONMember] = []
    var layout = Layout<Field>()

    init() {}

    /// A measured value.
    ///
    /// - Parameter type: What was measured, a word such as `Temperature`.
    /// - Parameter uom: Unit of UN/CEFACT Recommendation 20, for example `CEL`.
    package init(_ type: String, value: JSONNumber, uom: String) {
        self[.type] = .string(type)
        self[.value] = .number(value)
        self[.uom] = .string(uom)
    }

    /// A sensor's alarm or error.
    package init(_ type: String, exception: String) {
        self[.type] = .string(type)
        self[.exception] = .string(exception)
    }

    subscript(field: Field) -> JSONValue? {
        get { values.first { $0.field == field }?.value }
        set {
            values.removeAll { $0.field == field }
            if let newValue { values.append((field, newValue)) }
        }
    }

    /// What was measured.
    package var type: String? { self[.type]?.string }
    /// `ALARM_CONDITION` or `ERROR_CONDITION`.
    package var exception: String? { self[.exception]?.string }
    package var value: JSONNumber? { self[.value]?.number }
    package var uom: String? { self[.uom]?.string }
    package var time: EventTime? { self[.time]?.string.flatMap { EventTime($0) } }
    package var component: SensorComponent? { self[.component]?.string.map { SensorComponent($0) } }

    /// Any member by its name in the standard; `nil` where it is not there or no such name exists.
    package func member(_ name: String) -> JSONValue? { Field(rawValue: name).flatMap { self[$0] } }

    /// Sets or, with `nil`, removes a member by its name in the standard; other names are left alone.
    package mutating func setMember(_ name: String, _ value: JSONValue?) {
        if let field = Field(rawValue: name) { self[field] = value }
    }

    package static func == (a: SensorReport, b: SensorReport) -> Bool {
        Field.allCases.allSatisfy { a[$0] == b[$0] } && a.extensions == b.extensions
    }

    mutating func read(_ field: Field, _ value: JSONValue) throws(ModelError) {
        switch field.kind {
        case .text: _ = try value.asString()
        case .time: _ = try value.asTime()
        case .number: _ = try value.asNumber()
        case .boolean: guard value.bool != nil else { throw ModelError(.boolean) }
        }
        self[field] = value
    }

    func write(_ field: Field, into writer: inout JSONWriter) {
        writer.member(field.rawValue, ifPresent: self[field])
    }
}
