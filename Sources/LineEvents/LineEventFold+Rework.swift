import EPCIS
import GS1
import LineCore

/// Acts of people on items already made.
extension LineEventFold {
    /// A unit, or a label without one, came to its end.
    mutating func end(
        _ fact: UnitEnded, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        guard let end = UnitEnd(rawValue: fact.end) else {
            throw LineEventFault(text: "a unit came to no end that is known")
        }
        let epc = try LineContext.epc(ofUnit: fact.serial, of: try context.run(fact.batch))
        let (action, term): (Action, EventTerm) =
            switch end {
            case .sampled: (.observe, settings.terms[.sampled])
            // There never was a product with it.
            case .labelSampled: (.delete, settings.terms[.scrapped])
            case .inactive: (.delete, settings.terms[.decommissioned])
            case .destroyed: (.delete, settings.terms[.destroyed])
            }
        flush(into: &events)
        add(
            Event.objects(action, [epc], setting(term, place)), of: fact.batch, line: place.line,
            into: &events)
    }

    /// A reject of the bin was destroyed, or is commissioned after all.
    mutating func recover(
        _ fact: RejectRecovered, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let run = try context.run(fact.batch)
        let epc = try LineContext.epc(ofUnit: fact.serial, of: run)
        flush(into: &events)
        let event =
            switch RejectRecovery(rawValue: fact.end) {
            case .destroyed: Event.objects(.delete, [epc], setting(settings.terms[.destroyed], place))
            case .reintroduced:
                Event.objectsAdded(
                    [epc], ilmd: Event.ilmd(lot: run.order.lot, expiry: run.expiry),
                    setting(settings.terms[.commissioned], place))
            case nil: throw LineEventFault(text: "a reject came to no end that is known")
            }
        add(event, of: fact.batch, line: place.line, into: &events)
    }

    mutating func put(
        _ fact: ItemAdded, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let sscc = try LineContext.sscc(fact.sscc)
        guard unlabelled[sscc.number] == nil else {
            unlabelled[sscc.number]?.children.append(fact.item)
            return
        }
        let container = try context.content(of: sscc.number)
        let item = try LineContext.epc(fact.item, in: container.level, of: try context.run(container.batch))
        flush(into: &events)
        let event = Event.aggregation(
            .add, parent: EPCURI(sscc), children: [item], setting(settings.terms[.packed], place))
        add(event, of: container.batch, line: place.line, into: &events)
    }

    /// A container left, with all that is in it; where it is thereafter the line does not know.
    mutating func ship(
        _ fact: ItemShipped, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let sscc = try LineContext.sscc(fact.sscc)
        let batch = try context.content(of: sscc.number).batch
        flush(into: &events)
        var setting = setting(settings.terms[.shipped], place)
        setting.bizLocation = nil
        add(Event.objects(.observe, [EPCURI(sscc)], setting), of: batch, line: place.line, into: &events)
    }

    /// All leaves the container, and its number ends. One whose label was never read never was.
    mutating func dissolve(
        _ fact: ContainerDissolved, at place: RecordPlace, into events: inout [Event]
    ) throws(LineEventFault) {
        let sscc = try LineContext.sscc(fact.sscc)
        let before = try context.content(of: sscc.number)
        guard unlabelled.removeValue(forKey: sscc.number) == nil else { return }
        flush(into: &events)
        if before.count > 0 {
            let event = Event.aggregation(
                .delete, parent: EPCURI(sscc), children: [], setting(settings.terms[.removed], place))
            add(event, of: before.batch, line: place.line, into: &events)
        }
        let event = Event.objects(
            .delete, [EPCURI(sscc)], setting(settings.terms[.decommissioned], place))
        add(event, of: before.batch, line: place.line, into: &events)
    }
}
