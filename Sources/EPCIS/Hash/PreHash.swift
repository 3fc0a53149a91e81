import JSONText

/// The text an event's hash is computed of: keys and values in canonical order with nothing between.
///
/// | rule | example |
/// | --- | --- |
/// | a value follows its key | `action=ADD` |
/// | a list's name stands once, its members sorted by their bytes | `epcListepc=...epc=...` |
/// | times in UTC to the millisecond, the fourth decimal rounded half up | `.1415` is `.142Z` |
/// | numbers without superfluous zeros or exponent | `12.50` is `12.5` |
/// | words as web URIs, CURIEs expanded | `https://ref.gs1.org/cbv/BizStep-shipping` |
/// | GS1 keys as constrained canonical Digital Link URIs | `https://id.gs1.org/00/...` |
/// | extensions by namespace and name, sorted; arrays repeat theirs | `{urn:...:mda:}lotNumber=L1` |
///
/// - Source: CBV 2.0, section 8.
struct PreHash {
    private(set) var text: String
    private let namespaces: Namespaces

    init(_ event: Event, context: JSONValue?) {
        namespaces = Namespaces([context, event.context])
        text = "eventType="
        text.reserveCapacity(1024)
        if case .other(let type) = event.type { text += uri(type) } else { text += event.type.description }
        addWhen(event)
        addWhat(event)
        addWhy(event)
        if let ilmd = event.ilmd, !ilmd.isEmpty { text += "ilmd" + members(ilmd) }
        text += members(event.extensions)
    }

    // MARK: Dimensions, in the table's order

    private mutating func addWhen(_ event: Event) {
        add("eventTime", event.eventTime?.canonicalText)
        add("eventTimeZoneOffset", event.eventTimeZoneOffset?.text)
        text += sorted((event.certificationInfo?.uris ?? []).map { "certificationInfo=" + uri($0.text) })
    }

    private mutating func addWhat(_ event: Event) {
        addEPCs("epcList", event.epcList)
        add("parentID", event.parentID.map { uri($0.text) })
        addEPCs("inputEPCList", event.inputEPCList)
        addEPCs("childEPCs", event.childEPCs)
        addQuantities("quantityList", event.quantityList)
        addQuantities("childQuantityList", event.childQuantityList)
        addQuantities("inputQuantityList", event.inputQuantityList)
        addEPCs("outputEPCList", event.outputEPCList)
        addQuantities("outputQuantityList", event.outputQuantityList)
        add("action", event.action?.rawValue)
        add("transformationID", event.transformationID.map { uri($0.text) })
    }

    private mutating func addWhy(_ event: Event) {
        add("bizStep", event.bizStep.map(term))
        add("disposition", event.disposition.map(term))
        if let persistent = event.persistentDisposition {
            let set = sorted((persistent.set ?? []).map { "set=" + term($0) })
            let unset = sorted((persistent.unset ?? []).map { "unset=" + term($0) })
            if !(set.isEmpty && unset.isEmpty) { text += "persistentDisposition" + set + unset }
        }
        addPlace("readPoint", event.readPoint)
        addPlace("bizLocation", event.bizLocation)
        addList(
            "bizTransactionList",
            event.bizTransactionList?.map {
                member("type", $0.type.map(term)) + "bizTransaction=" + uri($0.bizTransaction.text)
            })
        addList(
            "sourceList",
            event.sourceList?.map { "type=" + term($0.type) + "source=" + uri($0.source.text) })
        addList(
            "destinationList",
            event.destinationList?.map {
                "type=" + term($0.type) + "destination=" + uri($0.destination.text)
            })
        addList("sensorElementList", event.sensorElementList?.map(sensorElement))
    }

    // MARK: Parts

    private mutating func add(_ key: String, _ value: String?) { text += member(key, value) }

    private func member(_ key: String, _ value: String?) -> String {
        guard let value, !value.isEmpty else { return "" }
        return key + "=" + value
    }

    private mutating func addList(_ name: String, _ elements: [String]?) {
        let content = sorted(elements ?? [])
        if !content.isEmpty { text += name + content }
    }

    private mutating func addEPCs(_ name: String, _ epcs: [EPCURI]?) {
        addList(name, epcs?.map { "epc=" + uri($0.text) })
    }

    private mutating func addQuantities(_ name: String, _ elements: [QuantityElement]?) {
        addList(
            name,
            elements?.map { element in
                "quantityElementepcClass=" + uri(element.epcClass.text)
                    + member("quantity", element.quantity.map { Decimal.canonical($0.text) })
                    + member("uom", element.uom.map(trimmed))
            })
    }

    private mutating func addPlace(_ name: String, _ place: Place?) {
        guard let place else { return }
        text += name + "id=" + uri(place.id.text) + members(place.extensions)
    }

    private func sensorElement(_ element: SensorElement) -> String {
        var text = "sensorElement"
        if let metadata = element.sensorMetadata {
            text += "sensorMetadata" + member("time", metadata.time?.canonicalText)
            text += member("startTime", metadata.startTime?.canonicalText)
            text += member("endTime", metadata.endTime?.canonicalText)
            let uris: [SensorMetadata.Field] = [
                .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules,
            ]
            for field in uris { text += member(field.rawValue, metadata.uris[field].map { uri($0.text) }) }
            text += members(metadata.extensions)
        }
        return text + sorted(element.sensorReport.map(sensorReport)) + members(element.extensions)
    }

    private static let reportOrder: [SensorReport.Field] = [
        .type, .exception, .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules, .time,
        .microorganism, .chemicalSubstance, .value, .component, .stringValue, .booleanValue, .hexBinaryValue,
        .uriValue, .minValue, .maxValue, .meanValue, .sDev, .percRank, .percValue, .uom,
        .coordinateReferenceSystem,
    ]

    private func sensorReport(_ report: SensorReport) -> String {
        var text = "sensorReport"
        for field in Self.reportOrder {
            guard let value = report[field] else { continue }
            text += member(field.rawValue, reportValue(field, value))
        }
        return text + members(report.extensions)
    }

    private func reportValue(_ field: SensorReport.Field, _ value: JSONValue) -> String {
        guard case .string(let text) = value else { return plain(value) }
        switch field {
        case .type: return sensorWord(text, SensorWords.measurementTypes)
        case .exception: return sensorWord(text, SensorWords.alerts)
        case .component: return term(SensorComponent(text))
        case .time: return EventTime(text)?.canonicalText ?? text
        case .stringValue, .hexBinaryValue, .uom: return trimmed(text)
        default: return uri(text)
        }
    }

    // MARK: Values

    private func sensorWord(_ text: String, _ words: Set<String>) -> String {
        words.contains(text) ? namespaces.sensorNamespace + text : uri(text)
    }

    private func term<Vocabulary>(_ term: CBVTerm<Vocabulary>) -> String {
        term.word == nil ? uri(term.text) : term.webURI
    }

    /// A URI: CURIEs expanded, words of the standard and GS1 keys in their canonical form.
    private func uri(_ text: String) -> String {
        let text = trimmed(text)
        return Identity(namespaces.expand(text).map { $0.namespace + $0.local } ?? text).canonical
    }

    /// A value that no member of the standard gives a type: text may be a URI.
    private func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): uri(text)
        case .number(let number): Decimal.canonical(number.text)
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: ""
        }
    }

    private func trimmed(_ text: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, isSpace(first) || isSpace(last) else {
            return text
        }
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isSpace($0) }.map(bytes.index(after:)) ?? start
        return String(text[start..<end])
    }

    // MARK: Extensions

    /// All members, sorted.
    private func members(_ members: [JSONMember]) -> String {
        sorted(members.flatMap { pieces(name($0.key), $0.value) })
    }

    private static let comment = "{http://www.w3.org/2000/01/rdf-schema#}comment"

    /// One piece for a value or object, one for each element of an array. Nothing for what is empty, and for
    /// comments.
    private func pieces(_ name: String, _ value: JSONValue) -> [String] {
        if name == Self.comment { return [] }
        switch value {
        case .array(let elements): return elements.flatMap { pieces(name, $0) }
        case .object(let members):
            if let inner = value["@value"] { return pieces(name, inner) }
            return [name + self.members(members)]
        case .string, .number, .bool:
            let text = plain(value)
            return [text.isEmpty ? name : name + "=" + text]
        case .null: return []
        }
    }

    /// `{namespace}name`; a name without namespace stays as it is.
    private func name(_ key: String) -> String {
        if let (namespace, local) = namespaces.expand(key) { return "{" + namespace + "}" + local }
        guard Namespaces.isAbsolute(key) else { return key }
        let marks: [Character] = key.hasPrefix("urn:") ? [":"] : ["/", "#"]
        guard let mark = key.lastIndex(where: { marks.contains($0) }) else { return key }
        return "{" + key[...mark] + "}" + key[key.index(after: mark)...]
    }

    /// Sorted by their bytes and put together.
    private func sorted(_ pieces: [String]) -> String {
        guard pieces.count > 1 else { return pieces.first ?? "" }
        return pieces.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined()
    }
}
