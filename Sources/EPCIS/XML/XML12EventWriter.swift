import GS1
import JSONText

/// Writes one event in the order of the 1.2 schema.
struct XML12EventWriter {
    var xml: XMLText
    let prefixes: CompanyPrefixes
    /// Prefixes that extensions may have.
    let declared: Set<String>

    mutating func write(_ event: Event) throws(XML12Error) {
        try refuseNewMembers(event)
        let name = event.type.description
        switch event.type {
        case .object: try write(event, name) { (writer) throws(XML12Error) in try writer.object(event) }
        case .aggregation:
            try write(event, name) { (writer) throws(XML12Error) in try writer.aggregation(event) }
        case .transaction:
            try write(event, name) { (writer) throws(XML12Error) in try writer.transaction(event) }
        case .transformation:
            xml.begin("extension")
            try write(event, name) { (writer) throws(XML12Error) in try writer.transformation(event) }
            xml.end("extension")
        case .association, .other: throw XML12Error(.notIn12, "type")
        }
    }

    private func refuseNewMembers(_ event: Event) throws(XML12Error) {
        let new: [(String, Bool)] = [
            ("sensorElementList", event.sensorElementList?.isEmpty ?? true),
            ("persistentDisposition", event.persistentDisposition == nil),
            ("certificationInfo", event.certificationInfo?.uris.isEmpty ?? true),
        ]
        for (name, isAbsent) in new where !isAbsent { throw XML12Error(.notIn12, name) }
    }

    private mutating func write(
        _ event: Event, _ name: String, _ body: (inout XML12EventWriter) throws(XML12Error) -> Void
    ) throws(XML12Error) {
        guard let time = event.eventTime else { throw XML12Error(.incomplete, "eventTime") }
        guard let offset = event.eventTimeZoneOffset else {
            throw XML12Error(.incomplete, "eventTimeZoneOffset")
        }
        xml.begin(name)
        xml.element("eventTime", XML12Document.dateTime(time))
        if let recorded = event.recordTime { xml.element("recordTime", XML12Document.dateTime(recorded)) }
        xml.element("eventTimeZoneOffset", offset.text)
        try baseExtension(event)
        try body(&self)
        try extensions(event.extensions)
        xml.end(name)
    }

    private mutating func baseExtension(_ event: Event) throws(XML12Error) {
        guard event.eventID != nil || event.errorDeclaration != nil else { return }
        xml.begin("baseExtension")
        if let id = event.eventID { try element("eventID", id.text) }
        if let declaration = event.errorDeclaration {
            guard let time = declaration.declarationTime else {
                throw XML12Error(.incomplete, "declarationTime")
            }
            xml.begin("errorDeclaration")
            xml.element("declarationTime", XML12Document.dateTime(time))
            if let reason = declaration.reason { try element("reason", reason.uri12) }
            if let ids = declaration.correctiveEventIDs, !ids.isEmpty {
                xml.begin("correctiveEventIDs")
                for id in ids { try element("correctiveEventID", id.text) }
                xml.end("correctiveEventIDs")
            }
            try extensions(declaration.extensions)
            xml.end("errorDeclaration")
        }
        xml.end("baseExtension")
    }

    // MARK: Types

    private mutating func object(_ event: Event) throws(XML12Error) {
        try epcs("epcList", event.epcList ?? [])
        try action(event)
        try why(event)
        try transactions(event.bizTransactionList)
        try wrapped(event, quantities: event.quantityList, "quantityList", ilmd: event.ilmd)
    }

    private mutating func aggregation(_ event: Event) throws(XML12Error) {
        if let parent = event.parentID { try element("parentID", urn(parent.text, "parentID")) }
        try epcs("childEPCs", event.childEPCs ?? [])
        try action(event)
        try why(event)
        try transactions(event.bizTransactionList)
        try wrapped(event, quantities: event.childQuantityList, "childQuantityList", ilmd: nil)
    }

    private mutating func transaction(_ event: Event) throws(XML12Error) {
        try transactions(event.bizTransactionList)
        if let parent = event.parentID { try element("parentID", urn(parent.text, "parentID")) }
        try epcs("epcList", event.epcList ?? [])
        try action(event)
        try why(event)
        try wrapped(event, quantities: event.quantityList, "quantityList", ilmd: nil)
    }

    private mutating func transformation(_ event: Event) throws(XML12Error) {
        if let list = event.inputEPCList { try epcs("inputEPCList", list) }
        try quantities("inputQuantityList", event.inputQuantityList)
        if let list = event.outputEPCList { try epcs("outputEPCList", list) }
        try quantities("outputQuantityList", event.outputQuantityList)
        if let id = event.transformationID { try element("transformationID", id.text) }
        try why(event)
        try transactions(event.bizTransactionList)
        try parties(event)
        try ilmd(event.ilmd)
    }

    // MARK: Parts

    private mutating func action(_ event: Event) throws(XML12Error) {
        guard let action = event.action else { throw XML12Error(.incomplete, "action") }
        xml.element("action", action.rawValue)
    }

    private mutating func why(_ event: Event) throws(XML12Error) {
        if let step = event.bizStep { try element("bizStep", step.uri12) }
        if let disposition = event.disposition { try element("disposition", disposition.uri12) }
        try place("readPoint", event.readPoint)
        try place("bizLocation", event.bizLocation)
    }

    private mutating func place(_ name: String, _ place: Place?) throws(XML12Error) {
        guard let place else { return }
        xml.begin(name)
        try element("id", urn(place.id.text, name))
        try extensions(place.extensions)
        xml.end(name)
    }

    /// What 1.1 added stands in an `extension` element.
    private mutating func wrapped(
        _ event: Event, quantities list: [QuantityElement]?, _ name: String, ilmd members: [JSONMember]?
    ) throws(XML12Error) {
        let isEmpty =
            (list ?? []).isEmpty && (event.sourceList ?? []).isEmpty && (event.destinationList ?? []).isEmpty
            && (members ?? []).isEmpty
        guard !isEmpty else { return }
        xml.begin("extension")
        try quantities(name, list)
        try parties(event)
        try ilmd(members)
        xml.end("extension")
    }

    private mutating func epcs(_ name: String, _ list: [EPCURI]) throws(XML12Error) {
        xml.begin(name)
        for epc in list { try element("epc", urn(epc.text, name)) }
        xml.end(name)
    }

    private mutating func quantities(_ name: String, _ list: [QuantityElement]?) throws(XML12Error) {
        guard let list, !list.isEmpty else { return }
        xml.begin(name)
        for item in list {
            xml.begin("quantityElement")
            try element("epcClass", urn(item.epcClass.text, name))
            if let quantity = item.quantity {
                let text = Decimal.canonical(quantity.text)
                guard !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
                    throw XML12Error(.badNumber, name)
                }
                xml.element("quantity", text)
                if let unit = item.uom { try element("uom", unit) }
            }
            xml.end("quantityElement")
        }
        xml.end(name)
    }

    private mutating func transactions(_ list: [BizTransaction]?) throws(XML12Error) {
        guard let list, !list.isEmpty else { return }
        xml.begin("bizTransactionList")
        for item in list {
            let text = try urn(item.bizTransaction.text, "bizTransactionList")
            try element("bizTransaction", text, item.type.map { [("type", $0.uri12)] } ?? [])
        }
        xml.end("bizTransactionList")
    }

    private mutating func parties(_ event: Event) throws(XML12Error) {
        if let list = event.sourceList, !list.isEmpty {
            xml.begin("sourceList")
            for item in list {
                try element("source", urn(item.source.text, "sourceList"), [("type", item.type.uri12)])
            }
            xml.end("sourceList")
        }
        if let list = event.destinationList, !list.isEmpty {
            xml.begin("destinationList")
            for item in list {
                let text = try urn(item.destination.text, "destinationList")
                try element("destination", text, [("type", item.type.uri12)])
            }
            xml.end("destinationList")
        }
    }

    private mutating func ilmd(_ members: [JSONMember]?) throws(XML12Error) {
        guard let members, !members.isEmpty else { return }
        xml.begin("ilmd")
        try extensions(members)
        xml.end("ilmd")
    }

    // MARK: Extensions

    private mutating func extensions(_ members: [JSONMember]) throws(XML12Error) {
        for member in members { try extensionElement(member.key, member.value) }
    }

    /// An array repeats its element; an object nests.
    private mutating func extensionElement(_ name: String, _ value: JSONValue) throws(XML12Error) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, declared.contains(String(parts[0])), XMLText.isName(parts[1]) else {
            throw XML12Error(.badName, name)
        }
        switch value {
        case .array(let elements):
            for element in elements { try extensionElement(name, element) }
        case .object(let members):
            xml.begin(name)
            try extensions(members)
            xml.end(name)
        case .string(let text): try element(name, text)
        case .number(let number): xml.element(name, number.text)
        case .bool(let value): xml.element(name, value ? "true" : "false")
        case .null: xml.element(name, "")
        }
    }

    // MARK: Text

    private mutating func element(
        _ name: String, _ text: String, _ attributes: [(String, String)] = []
    ) throws(XML12Error) {
        guard XMLText.isText(text), attributes.allSatisfy({ XMLText.isText($0.1) }) else {
            throw XML12Error(.badText, name)
        }
        xml.element(name, text, attributes)
    }

    private func urn(_ uri: String, _ member: String) throws(XML12Error) -> String {
        try Self.urn(uri, prefixes, member)
    }

    /// The EPC URN of a GS1 key given as Digital Link, a party's as SGLN; other URIs as they are.
    static func urn(
        _ uri: String, _ prefixes: CompanyPrefixes, _ member: String
    ) throws(XML12Error) -> String {
        let partyStart = "urn:epc:id:pgln:"
        let uri = EPC.canonical(uri)
        if uri.hasPrefix(partyStart) { return "urn:epc:id:sgln:" + uri.dropFirst(partyStart.count) + ".0" }
        guard uri.hasPrefix("http") || uri.hasPrefix("HTTP") else { return uri }
        do throws(GS1Error) {
            let identity = Identity(uri)
            if let fault = identity.fault { throw fault }
            guard identity.kind != .other else { return uri }
            let elements = try ElementString.parse(
                digitalLink: identity.canonical, rules: .init(requiresPartners: false))
            let urn = try prefixes.epcURN(of: elements)
            guard urn.hasPrefix(partyStart) else { return urn }
            return "urn:epc:id:sgln:" + urn.dropFirst(partyStart.count) + ".0"
        } catch {
            throw XML12Error(.keyWithoutURN, member, fault: error)
        }
    }
}
