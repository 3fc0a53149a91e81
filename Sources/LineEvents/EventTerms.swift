import EPCIS

/// Business step and disposition of one kind of event, in words of CBV 2.0.
package struct EventTerm: Equatable, Sendable {
    package let bizStep: BizStep
    package let disposition: Disposition

    init(_ bizStep: BizStep, _ disposition: Disposition) {
        self.bizStep = bizStep
        self.disposition = disposition
    }

    /// - Parameter text: Two bare words with a slash between: `packing/in_progress`.
    /// - Returns: `nil` unless both are words of the standard.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        bizStep = BizStep(parts[0])
        disposition = Disposition(parts[1])
        guard bizStep.word == parts[0], disposition.word == parts[1] else { return nil }
    }

    /// The two words with a slash between.
    package var text: String { "\(bizStep)/\(disposition)" }
}

/// The words of every kind of event that a line makes.
package struct EventTerms: Equatable, Sendable {
    /// What a line tells of; the raw value is its key in the configuration.
    package enum Kind: String, CaseIterable, Sendable {
        /// Units were verified and passed.
        case commissioned
        /// A container got its SSCC: its label was read back.
        case labelled
        /// Items are in a container.
        case packed
        /// Items were taken out of a container.
        case removed
        /// A unit was thrown out.
        case rejected
        /// Serials ended without a unit.
        case scrapped
        /// A unit was taken as a sample.
        case sampled
        /// A unit was destroyed.
        case destroyed
        /// A unit was decommissioned, or a container dissolved.
        case decommissioned
        /// A container left for a customer.
        case shipped
    }

    private var chosen: [Kind: EventTerm] = [:]

    /// What CBV 2.0 has for a packaging line.
    package init() {}

    package subscript(kind: Kind) -> EventTerm {
        get { chosen[kind] ?? kind.usual }
        set { chosen[kind] = newValue == kind.usual ? nil : newValue }
    }
}

extension EventTerms.Kind {
    /// The words where none are chosen.
    package var usual: EventTerm {
        switch self {
        case .commissioned, .labelled: EventTerm(.commissioning, .active)
        case .packed: EventTerm(.packing, .inProgress)
        case .removed: EventTerm(.unpacking, .inProgress)
        case .rejected: EventTerm(.inspecting, .nonConformant)
        case .scrapped, .decommissioned: EventTerm(.decommissioning, .inactive)
        case .sampled: EventTerm(.sampling, .nonSellableOther)
        case .destroyed: EventTerm(.destroying, .destroyed)
        case .shipped: EventTerm(.shipping, .inTransit)
        }
    }

    /// The event by its type and action.
    package var event: String {
        switch self {
        case .commissioned, .labelled: "an ObjectEvent with action ADD"
        case .packed: "an AggregationEvent with action ADD"
        case .removed: "an AggregationEvent with action DELETE"
        case .rejected, .sampled, .shipped: "an ObjectEvent with action OBSERVE"
        case .scrapped, .destroyed, .decommissioned: "an ObjectEvent with action DELETE"
        }
    }

    /// Business steps that say the same as the event: those of its type and action, and `other`.
    ///
    /// - Source: CBV 2.0, section 7.1, the definition of each.
    package var bizSteps: [String] {
        switch self {
        case .commissioned, .labelled: ["commissioning", "other"]
        case .packed: ["packing", "repackaging", "other"]
        case .removed: ["unpacking", "repackaging", "other"]
        case .rejected: ["inspecting", "holding", "other"]
        case .scrapped: ["decommissioning", "destroying", "other"]
        case .sampled: ["sampling", "inspecting", "other"]
        case .destroyed: ["destroying", "other"]
        case .decommissioned: ["decommissioning", "other"]
        case .shipped: ["shipping", "departing", "other"]
        }
    }

    /// Dispositions that what the event names can have on a packaging line after it.
    ///
    /// - Source: CBV 2.0, section 7.2, the definition of each.
    package var dispositions: [String] {
        let inHand = [
            "active", "available", "conformant", "in_progress", "non_sellable_other",
            "sellable_not_accessible", "unavailable", "unknown",
        ]
        let outOfTrade = [
            "damaged", "disposed", "expired", "in_progress", "non_conformant", "non_sellable_other",
            "recalled", "unavailable", "unknown",
        ]
        return switch self {
        case .commissioned: inHand
        case .labelled, .packed: inHand + ["container_closed"]
        case .removed:
            inHand + ["completeness_verified", "container_open", "damaged", "expired", "non_conformant"]
        case .rejected: outOfTrade
        case .sampled: outOfTrade + ["sellable_not_accessible"]
        case .scrapped: ["destroyed", "disposed", "inactive"]
        case .destroyed: ["destroyed", "disposed"]
        case .decommissioned: ["inactive", "disposed"]
        case .shipped: ["in_transit", "in_progress", "unknown"]
        }
    }
}
