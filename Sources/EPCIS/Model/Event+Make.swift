import JSONText

/// When and where an event happened, and why: what all events a line makes have in common.
package struct EventSetting: Equatable, Sendable {
    package var time: EventTime
    package var zone: TimeZoneOffset
    package var bizStep: BizStep?
    package var disposition: Disposition?
    /// Where it happened.
    package var readPoint: LocationURI?
    /// Where the objects are thereafter.
    package var bizLocation: LocationURI?

    /// - Parameter milliseconds: Wall clock, since 1970 in UTC.
    /// - Parameter zone: In effect at the place at that time.
    package init(
        milliseconds: Int64, zone: TimeZoneOffset, bizStep: BizStep? = nil, disposition: Disposition? = nil,
        readPoint: LocationURI? = nil, bizLocation: LocationURI? = nil
    ) {
        time = EventTime(milliseconds: milliseconds, zone: zone)
        self.zone = zone
        self.bizStep = bizStep
        self.disposition = disposition
        self.readPoint = readPoint
        self.bizLocation = bizLocation
    }
}

extension Event {
    private init(_ type: EventType, _ action: Action?, _ setting: EventSetting) {
        self.init()
        self.type = type
        self.action = action
        eventTime = setting.time
        eventTimeZoneOffset = setting.zone
        bizStep = setting.bizStep
        disposition = setting.disposition
        readPoint = setting.readPoint.map { Place($0) }
        bizLocation = setting.bizLocation.map { Place($0) }
    }

    /// Objects came into being, `.add`, with what is known of them from now on.
    ///
    /// - Parameter ilmd: Holds for all of them: one event a lot and expiry. See ``ilmd(lot:expiry:)``.
    package static func objectsAdded(
        _ epcs: [EPCURI], quantities: [QuantityElement] = [], ilmd: [JSONMember] = [], _ setting: EventSetting
    ) -> Event {
        var event = objects(.add, epcs, quantities: quantities, setting)
        if !ilmd.isEmpty { event.ilmd = ilmd }
        return event
    }

    /// Something happened to objects, `.observe`, or they ended, `.delete`.
    package static func objects(
        _ action: Action, _ epcs: [EPCURI], quantities: [QuantityElement] = [], _ setting: EventSetting
    ) -> Event {
        var event = Event(.object, action, setting)
        event.epcList = epcs
        if !quantities.isEmpty { event.quantityList = quantities }
        return event
    }

    /// Objects were packed into a container, `.add`, seen in it or taken out of it, `.delete`; taking out
    /// without naming children empties it.
    package static func aggregation(
        _ action: Action, parent: EPCURI, children: [EPCURI], quantities: [QuantityElement] = [],
        _ setting: EventSetting
    ) -> Event {
        var event = Event(.aggregation, action, setting)
        event.parentID = parent
        if !children.isEmpty { event.childEPCs = children }
        if !quantities.isEmpty { event.childQuantityList = quantities }
        return event
    }

    /// Objects were fixed to another or to a place, seen on it or taken off it.
    package static func association(
        _ action: Action, parent: EPCURI, children: [EPCURI], quantities: [QuantityElement] = [],
        _ setting: EventSetting
    ) -> Event {
        var event = aggregation(action, parent: parent, children: children, quantities: quantities, setting)
        event.type = .association
        return event
    }

    /// Objects were bound to business transactions, seen with them or freed from them.
    package static func transaction(
        _ action: Action, _ transactions: [BizTransaction], epcs: [EPCURI], parent: EPCURI? = nil,
        quantities: [QuantityElement] = [], _ setting: EventSetting
    ) -> Event {
        var event = Event(.transaction, action, setting)
        event.bizTransactionList = transactions
        event.parentID = parent
        event.epcList = epcs
        if !quantities.isEmpty { event.quantityList = quantities }
        return event
    }

    /// Inputs became outputs.
    ///
    /// - Parameter ilmd: About the outputs.
    /// - Parameter transformationID: Links several events of one transformation.
    package static func transformation(
        from inputs: [EPCURI], quantities inputQuantities: [QuantityElement] = [], to outputs: [EPCURI],
        quantities outputQuantities: [QuantityElement] = [], transformationID: PlainURI? = nil,
        ilmd: [JSONMember] = [], _ setting: EventSetting
    ) -> Event {
        var event = Event(.transformation, nil, setting)
        if !inputs.isEmpty { event.inputEPCList = inputs }
        if !inputQuantities.isEmpty { event.inputQuantityList = inputQuantities }
        if !outputs.isEmpty { event.outputEPCList = outputs }
        if !outputQuantities.isEmpty { event.outputQuantityList = outputQuantities }
        event.transformationID = transformationID
        if !ilmd.isEmpty { event.ilmd = ilmd }
        return event
    }

    /// Lot and expiry as instance and lot master data.
    ///
    /// - Parameter expiry: A day as `2027-12-31`.
    /// - Source: CBV 2.0, section 9, `lotNumber` and `itemExpirationDate`.
    package static func ilmd(lot: String?, expiry: String?) -> [JSONMember] {
        var members: [JSONMember] = []
        if let lot { members.append(JSONMember("cbvmda:lotNumber", .string(lot))) }
        if let expiry { members.append(JSONMember("cbvmda:itemExpirationDate", .string(expiry))) }
        return members
    }

    /// The same event, declared an error: every member the same, the ID included.
    package func declaredError(_ declaration: ErrorDeclaration) -> Event {
        var event = self
        event.errorDeclaration = declaration
        event.recordTime = nil
        return event
    }
}
