import JSONText

/// What members of one event mean beside each other.
extension Validator {
    mutating func checkRelations(_ event: EventSummary) {
        requireFields([.eventTime, .eventTimeZoneOffset], event)
        checkTimes(event)
        checkIDs(event)
        switch event.type {
        case .object:
            requireFields([.action], event)
            checkObject(event)
        case .aggregation:
            requireFields([.action], event)
            checkChildren(event)
        case .association:
            requireFields([.action, .parentID], event)
            checkChildren(event)
        case .transaction:
            requireFields([.action, .bizTransactionList], event)
            checkTransaction(event)
        case .transformation: checkTransformation(event)
        case .other: return
        }
        checkStep(event)
    }

    private mutating func requireFields(_ fields: [Event.Field], _ event: EventSummary) {
        for field in fields where !event.seen.contains(field) { report(.missingMember, field.rawValue) }
    }

    private mutating func checkTimes(_ event: EventSummary) {
        guard let time = event.eventTime else { return }
        if let offset = event.offset, !time.isZulu, time.offsetMinutes != 0,
            Int(time.offsetMinutes) != offset.minutes
        {
            report(.zonesDiffer, at: "eventTimeZoneOffset")
        }
        if let recorded = event.recordTime, recorded.isBefore(time) {
            report(.recordedBeforeEvent, at: "recordTime")
        }
        if let declared = event.declarationTime, declared.isBefore(time) {
            report(.declaredBeforeEvent, at: "errorDeclaration")
        }
        if let latest = event.latestObservation, time.isBefore(latest) {
            report(.sensorAfterEvent, at: "sensorElementList")
        }
        if isAnswer, !event.seen.contains(.recordTime) { report(.recordTimeMissing) }
    }

    /// One ID may stand on an event and on its error declaration, and nowhere else.
    private mutating func checkIDs(_ event: EventSummary) {
        guard let id = event.eventID else { return }
        switch eventIDs.insert(id, isDeclared: event.seen.contains(.errorDeclaration)) {
        case .new: break
        case .repeated: report(.repeatedEventID, at: "eventID")
        case .firstNotCompared: report(.eventIDNotCompared, at: "eventID")
        }
        let own = EventIDForm.canonical(id)
        if event.correctiveIDs.contains(where: { EventIDForm.canonical($0) == own }) {
            report(.correctsItself, at: "errorDeclaration")
        }
    }

    private mutating func checkObject(_ event: EventSummary) {
        if event.seen.contains(.ilmd), let action = event.action, action != .add {
            report(.ilmdOutOfPlace, at: "ilmd")
        }
        let isObservation = event.count(.sensorElementList) > 0 && event.hasReadPoint
        if !event.hasList(.epcList), event.count(.quantityList) == 0, !isObservation {
            report(.noObjects)
        } else if event.count(.epcList) == 0, event.count(.quantityList) == 0, !isObservation {
            report(.emptyObjects)
        }
    }

    private mutating func checkChildren(_ event: EventSummary) {
        let count = event.count(.childEPCs) + event.count(.childQuantityList)
        if count == 0, event.action != .delete { report(.noChildren) }
        let needsParent = event.action != .observe || ["packing", "unpacking"].contains(event.bizStep)
        if event.type == .aggregation, needsParent, !event.seen.contains(.parentID) { report(.parentMissing) }
        checkParent(event)
    }

    private mutating func checkParent(_ event: EventSummary) {
        if let parent = event.parent, event.objects.contains(parent) { report(.insideItself, at: "parentID") }
    }

    private mutating func checkTransaction(_ event: EventSummary) {
        if event.hasList(.bizTransactionList), event.count(.bizTransactionList) == 0 {
            report(.emptyList, at: "bizTransactionList")
        }
        checkParent(event)
        guard event.action != .delete, event.count(.quantityList) == 0 else { return }
        if !event.hasList(.epcList) {
            report(.noObjects)
        } else if event.count(.epcList) == 0 {
            report(.emptyObjects)
        }
    }

    private mutating func checkTransformation(_ event: EventSummary) {
        let hasInput = event.count(.inputEPCList) + event.count(.inputQuantityList) > 0
        let hasOutput = event.count(.outputEPCList) + event.count(.outputQuantityList) > 0
        let isLinked = event.seen.contains(.transformationID) && (hasInput || hasOutput)
        if !(hasInput && hasOutput), !isLinked { report(.noTransformation) }
    }

    /// What a business step says of type and action.
    private mutating func checkStep(_ event: EventSummary) {
        switch event.bizStep {
        case "encoding": if event.type != .transaction { report(.encodingOutOfPlace, at: "bizStep") }
        case "sensor_reporting":
            if event.count(.sensorElementList) == 0 { report(.sensorsMissing, at: "bizStep") }
        case "packing", "loading":
            if event.type == .aggregation, event.action == .delete {
                report(.stepAgainstAction, at: "bizStep")
            }
        case "unpacking", "unloading":
            if event.type == .aggregation, event.action == .add { report(.stepAgainstAction, at: "bizStep") }
        case "commissioning", "creating_class_instance":
            if event.type == .object, event.action == .delete { report(.stepAgainstAction, at: "bizStep") }
        case "decommissioning", "destroying", "killing":
            if event.type == .object, event.action == .add { report(.stepAgainstAction, at: "bizStep") }
        default: break
        }
    }
}
