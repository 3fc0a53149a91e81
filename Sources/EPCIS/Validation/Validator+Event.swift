import JSONText

extension Event {
    /// Whether the schema names a member for events of a type.
    static func has(_ field: Field, _ type: EventType) -> Bool {
        switch field {
        case .context, .type, .eventID, .eventTime, .recordTime, .eventTimeZoneOffset, .certificationInfo,
            .errorDeclaration:
            return true
        case .bizStep, .disposition, .persistentDisposition, .readPoint, .bizLocation, .bizTransactionList,
            .sourceList, .destinationList, .sensorElementList:
            if case .other = type { return false }
            return true
        case .action: return type != .transformation && EventType.standard.contains(type)
        case .ilmd: return type == .object || type == .transformation
        case .epcList, .quantityList: return type == .object || type == .transaction
        case .parentID: return type == .aggregation || type == .association || type == .transaction
        case .childEPCs, .childQuantityList: return type == .aggregation || type == .association
        case .inputEPCList, .outputEPCList, .inputQuantityList, .outputQuantityList, .transformationID:
            return type == .transformation
        }
    }
}

extension Validator {
    /// One event, of a list or alone.
    mutating func checkEvent(_ value: JSONValue) {
        guard let members = object(value) else { return }
        guard let named = value["type"] else { return report(.missingMember, "type") }
        guard case .string(let text) = named else { return report(.notAString, at: "type") }
        let type = EventType(text)
        if case .other = type, !URISyntax.isURI(text) { return report(.unknownType, at: "type") }
        let outer = namespaces
        if let context = value["@context"] { namespaces = outer.adding(context) }
        var summary = EventSummary(type: type)
        for member in members { checkMember(member, &summary) }
        checkRelations(summary)
        namespaces = outer
    }

    private mutating func checkMember(_ member: JSONMember, _ summary: inout EventSummary) {
        let field = Event.Field(rawValue: member.key)
        path(member.key, &summary) { validator, summary in
            guard let field else {
                if case .other = summary.type { return validator.checkNested(member.value) }
                return validator.foreign(member)
            }
            guard Event.has(field, summary.type) else {
                if case .other = summary.type { return }
                return validator.report(.unknownMember)
            }
            summary.seen.append(field)
            validator.check(field, member.value, &summary)
        }
    }

    private mutating func path(
        _ key: String, _ summary: inout EventSummary,
        _ body: (inout Validator, inout EventSummary) -> Void
    ) {
        at(key) { body(&$0, &summary) }
    }

    private mutating func check(_ field: Event.Field, _ value: JSONValue, _ summary: inout EventSummary) {
        switch field {
        case .context: checkContext(value)
        case .type: break
        case .eventID: summary.eventID = eventID(value)
        case .eventTime: summary.eventTime = time(value)
        case .recordTime: summary.recordTime = time(value)
        case .eventTimeZoneOffset:
            guard let text = string(value) else { return }
            summary.offset = TimeZoneOffset(text)
            if summary.offset == nil { report(.notAnOffset) }
        case .certificationInfo: certificationInfo(value)
        case .errorDeclaration: errorDeclaration(value, &summary)
        case .parentID: summary.parent = uri(value).flatMap { epc($0) }
        case .epcList, .childEPCs, .inputEPCList, .outputEPCList: epcs(field, value, &summary)
        case .quantityList, .childQuantityList, .inputQuantityList, .outputQuantityList:
            summary.note(field, list(value) { $0.quantityElement($1) })
        case .action:
            guard let text = string(value) else { return }
            summary.action = Action(rawValue: text)
            if summary.action == nil { report(.unknownAction) }
        case .transformationID: uri(value)
        case .bizStep: summary.bizStep = term(value, BizStepVocabulary.self)?.word
        case .disposition:
            if term(value, DispositionVocabulary.self)?.word == "completeness_inferred" {
                report(.inferredAsDisposition)
            }
        case .persistentDisposition: persistentDisposition(value, summary.type)
        case .readPoint:
            place(value)
            summary.hasReadPoint = true
        case .bizLocation: place(value)
        case .bizTransactionList: summary.note(field, list(value) { $0.bizTransaction($1) })
        case .sourceList: list(value) { $0.party($1, "source") }
        case .destinationList: list(value) { $0.party($1, "destination") }
        case .sensorElementList: sensors(value, &summary)
        case .ilmd: ilmd(value)
        }
    }

    // MARK: What

    /// - Returns: The canonical URI of one object.
    mutating func epc(_ uri: String) -> String {
        let identity = Identity(uri)
        if let fault = identity.fault {
            report(.badEPC, fault.code.rawValue + ": " + fault.code.sentence)
        } else if identity.kind == .objectClass {
            report(.classForObject)
        }
        return identity.canonical
    }

    private mutating func epcs(
        _ field: Event.Field, _ value: JSONValue, _ summary: inout EventSummary
    ) {
        // The schema looks for repeated text in these alone.
        let isSetInSchema = field != .childEPCs && summary.type != .transaction
        var texts = DistinctTexts()
        var objects = DistinctTexts()
        let count = list(value) { validator, element in
            guard let text = validator.uri(element) else {
                if isSetInSchema, case .string(let text) = element, !texts.insert(text) {
                    validator.report(.repeatedElement)
                }
                return
            }
            let isNewText = texts.insert(text)
            let isNewObject = objects.insert(validator.epc(text))
            if !isNewText, isSetInSchema {
                validator.report(.repeatedElement)
            } else if !isNewObject {
                validator.report(.repeatedObject)
            }
        }
        summary.note(field, count)
        if field != .inputEPCList, field != .outputEPCList { summary.objects = objects }
    }

    private mutating func quantityElement(_ value: JSONValue) {
        guard let members = object(value) else { return }
        var quantity: JSONNumber?
        var hasUnit = false
        for member in members {
            at(member.key) { validator in
                switch QuantityElement.Field(rawValue: member.key) {
                case .epcClass: validator.epcClass(member.value)
                case .quantity: quantity = validator.number(member.value)
                case .uom:
                    hasUnit = true
                    validator.unit(member.value)
                case nil: validator.report(.unknownMember)
                }
            }
        }
        require(["epcClass"], in: members)
        guard let quantity else {
            if hasUnit, value["quantity"] == nil { report(.unitWithoutQuantity) }
            return
        }
        if Decimal.sign(quantity.text) <= 0 {
            report(.quantityNotPositive, at: "quantity")
        } else if !hasUnit, !Decimal.isWhole(quantity.text) {
            report(.quantityNotWhole, at: "quantity")
        }
    }

    private mutating func epcClass(_ value: JSONValue) {
        guard let text = uri(value) else { return }
        let identity = Identity(text)
        if let fault = identity.fault {
            report(.badEPC, fault.code.rawValue + ": " + fault.code.sentence)
        } else if identity.kind != .objectClass, identity.kind != .other {
            report(.objectForClass)
        }
    }

    /// 2 or 3 capitals or digits.
    private mutating func unit(_ value: JSONValue) {
        guard let text = string(value) else { return }
        let isCode = text.utf8.allSatisfy { URISyntax.isDigit($0) || (0x41...0x5A).contains($0) }
        if !isCode || !(2...3).contains(text.utf8.count) { report(.notAUnit) }
    }

    // MARK: When and which

    private mutating func eventID(_ value: JSONValue) -> String? {
        guard let text = uri(value) else { return nil }
        switch EventIDForm(text) {
        case .uuid, .hash: break
        case .malformed: report(.badEventID)
        case .other: report(.otherEventID)
        }
        return text
    }

    private mutating func certificationInfo(_ value: JSONValue) {
        switch value {
        case .array: list(value) { $0.uri($1) }
        case .string: uri(value)
        case .object, .number, .bool, .null: report(.notAURI)
        }
    }

    private mutating func errorDeclaration(_ value: JSONValue, _ summary: inout EventSummary) {
        guard let members = object(value) else { return }
        var reason: String?
        for member in members {
            path(member.key, &summary) { validator, summary in
                switch ErrorDeclaration.Field(rawValue: member.key) {
                case .declarationTime: summary.declarationTime = validator.time(member.value)
                case .reason: reason = validator.term(member.value, ErrorReasonVocabulary.self)?.word
                case .correctiveEventIDs:
                    var ids: [String] = []
                    validator.list(member.value) { validator, element in
                        if let id = validator.uri(element) { ids.append(id) }
                    }
                    summary.correctiveIDs = ids
                case nil: validator.foreign(member)
                }
            }
        }
        require(["declarationTime"], in: members)
        if reason == "did_not_occur", !summary.correctiveIDs.isEmpty {
            report(.correctionOfNothing, at: "correctiveEventIDs")
        }
    }

    // MARK: Why and where

    private mutating func persistentDisposition(_ value: JSONValue, _ type: EventType) {
        guard type == .object || type == .transformation else {
            // The schema takes anything here; what it asks of the others is asked all the same.
            var inner = Validator(limit: 1)
            inner.typedPersistentDisposition(value)
            let rules = inner.findings.kept.map(\.rule)
            if rules.contains(where: { $0 != .setAndUnset }) { report(.badPersistentDisposition) }
            if rules.contains(.setAndUnset) { report(.setAndUnset) }
            return
        }
        typedPersistentDisposition(value)
    }

    private mutating func typedPersistentDisposition(_ value: JSONValue) {
        guard let members = object(value) else { return }
        var meanings: [Set<String>] = []
        for member in members {
            at(member.key) { validator in
                guard PersistentDisposition.Field(rawValue: member.key) != nil else {
                    return validator.report(.unknownMember)
                }
                var texts: Set<String> = []
                var uris: Set<String> = []
                let count = validator.list(member.value) { validator, element in
                    guard let term = validator.term(element, DispositionVocabulary.self) else { return }
                    if !texts.insert(term.text).inserted { validator.report(.repeatedElement) }
                    uris.insert(term.webURI)
                }
                if count == 0 { validator.report(.emptyList) }
                meanings.append(uris)
            }
        }
        if meanings.isEmpty { report(.neitherSetNorUnset) }
        if meanings.count == 2, !meanings[0].isDisjoint(with: meanings[1]) { report(.setAndUnset) }
    }

    /// A read point or business location; names of extensions are nobody's business in the schema.
    private mutating func place(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                guard member.key == "id" else {
                    validator.checkName(member.key)
                    return validator.checkNested(member.value)
                }
                guard let text = validator.uri(member.value) else { return }
                validator.key(text, wanted: .location)
            }
        }
        require(["id"], in: members)
    }

    /// A place's or party's key, where another GS1 key may be meant but seldom is.
    private mutating func key(_ uri: String, wanted: Identity.Kind) {
        let identity = Identity(uri)
        if let fault = identity.fault {
            report(.badEPC, fault.code.rawValue + ": " + fault.code.sentence)
        } else if identity.kind != wanted, identity.kind != .other {
            report(.otherKindOfKey)
        }
    }

    private mutating func bizTransaction(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                switch BizTransaction.Field(rawValue: member.key) {
                case .type: validator.term(member.value, BizTransactionTypeVocabulary.self)
                case .bizTransaction:
                    guard let text = validator.uri(member.value) else { return }
                    if let fault = Identity(text).fault {
                        validator.report(.badEPC, fault.code.rawValue + ": " + fault.code.sentence)
                    } else if let fault = PlainURI.documentFault(text) {
                        validator.report(.badDocumentOwner, fault.code.rawValue + ": " + fault.code.sentence)
                    }
                case nil: validator.report(.unknownMember)
                }
            }
        }
        require(["bizTransaction"], in: members)
    }

    /// A source or destination.
    private mutating func party(_ value: JSONValue, _ name: String) {
        guard let members = object(value) else { return }
        let word = value["type"]?.string.flatMap { SourceDestinationType($0).word }
        for member in members {
            at(member.key) { validator in
                switch member.key {
                case "type": validator.term(member.value, SourceDestinationTypeVocabulary.self)
                case name:
                    guard let text = validator.uri(member.value), let word else { return }
                    validator.key(text, wanted: word == "location" ? .location : .party)
                default: validator.report(.unknownMember)
                }
            }
        }
        require(["type", name], in: members)
    }

    private mutating func ilmd(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { $0.foreign(member) }
        }
    }
}
