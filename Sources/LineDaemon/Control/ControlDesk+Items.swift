import ControlAPI
import LineCore

/// Acts on items, in the words of the rules.
extension ControlDesk {
    func verb(of act: ItemAct, on code: String) throws(ControlFault) -> LineCommand.Verb {
        switch act {
        case .reprint(let message):
            return .reprint(
                sscc: try sscc(code), reason: message.reason, old: try oldLabel(message.oldLabel))
        case .remove(let message):
            return .remove(item: try item(named: code), reason: message.reason, dissolves: message.dissolve)
        case .reread(let message):
            return message.done ? .finishReadAgain(sscc: try sscc(code)) : .readAgain(sscc: try sscc(code))
        case .sample(let message): return try end(code, .sampled, message)
        case .destroy(let message): return try end(code, .destroyed, message)
        case .decommission(let message): return try end(code, .inactive, message)
        case .labelSample(let message):
            return .end(try item(named: code), as: .labelSampled, reason: message.reason)
        case .dissolve(let message): return .dissolve(sscc: try sscc(code), reason: message.reason)
        case .add(let message):
            return .add(
                item: try item(named: code), to: try sscc(message.into), reason: message.reason)
        case .replace(let message):
            return .replace(
                item: try item(named: code), by: try item(named: message.by), end: try end(message.end),
                reason: message.reason)
        case .move(let message):
            return .move(
                item: try item(named: code), to: try sscc(message.into), reason: message.reason,
                dissolves: message.dissolve)
        // What stands on the unit is proven by the rules, element by element: as it was scanned.
        case .recover(let message):
            return .recover(code: code, reintroduces: message.reintroduce, reason: message.reason)
        case .bringBack: return .bringBack(code: code)
        case .takeOut(let message):
            return .takeOut(item: try item(named: code), reason: message.reason)
        case .shipped(let message): return .ship(sscc: try sscc(code), reference: message.reference)
        }
    }

    private func oldLabel(_ word: String) throws(ControlFault) -> OldLabel? {
        guard !word.isEmpty else { return nil }
        if let old = OldLabel(rawValue: word) { return old }
        throw ControlFault(
            "CTL-113", "\(word.prefix(40)) is nothing that becomes of an old label",
            "Use read or destroyed.", status: 422)
    }

    private func end(
        _ code: String, _ end: UnitEnd, _ message: LeaveMessage
    ) throws(ControlFault) -> LineCommand.Verb {
        .end(try item(named: code), as: end, reason: message.reason, dissolves: message.dissolve)
    }

    private func end(_ word: String) throws(ControlFault) -> UnitEnd? {
        guard !word.isEmpty else { return nil }
        if let end = UnitEnd(rawValue: word), end != .labelSampled { return end }
        throw ControlFault(
            "CTL-112", "\(word.prefix(40)) is no end of a replaced item",
            "Use sampled, destroyed or inactive, or leave it out.", status: 422)
    }

    private func item(named code: String) throws(ControlFault) -> ItemName {
        switch try ItemCode(code) {
        case .unit(let gtin, let serial): ItemName(serial, gtin: gtin)
        case .container(let sscc): ItemName(sscc)
        }
    }

    private func sscc(_ code: String) throws(ControlFault) -> String {
        guard case .container(let sscc) = try ItemCode(code) else {
            throw ControlFault(
                "CTL-111", "the code is no SSCC", "Scan the container's label, or give its 18 digits.",
                status: 422)
        }
        return sscc
    }
}
