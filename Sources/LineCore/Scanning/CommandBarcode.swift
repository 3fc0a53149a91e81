/// A barcode that is an order to the line: what an operator does with a scanner and no keyboard.
///
/// Printed as Code 128 or DataMatrix, plain text, never with FNC1: `SR/REMOVE`, `SR/REASON/DAMAGED`.
package enum CommandBarcode: Equatable, Sendable {
    /// Begins an act; what it needs is scanned next. Some name a station: `SR/PARTIAL/case-packing`.
    case act(ScanAct, station: String?)
    /// The reason that an act wants.
    case reason(String)
    /// Everything was read.
    case done
    /// Forgets the act that was begun.
    case cancel
    /// I have seen the refusal.
    case ok
    /// A command barcode of another version, or a misprint.
    case unknown(String)

    /// What every command barcode begins with. No GS1 data does: they begin with digits.
    package static let prefix = "SR/"
    /// Longest command barcode, in characters.
    package static let maxCharacters = 64

    /// The command in a scan; `nil` for a scan that is none.
    ///
    /// - Parameter scan: As the reader sent it, with symbology identifier.
    package init?(scan: [UInt8]) {
        guard scan.count <= Self.maxCharacters + 3, scan.first == UInt8(ascii: "]"), scan.count > 3,
            scan.dropFirst(3).allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let text = String(decoding: scan.dropFirst(3), as: UTF8.self)
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let word = String(parts[0])
        let rest = parts.count > 1 ? String(parts[1]) : nil
        switch (word, rest) {
        case ("REASON", let code?) where !code.isEmpty: self = .reason(code)
        case ("DONE", nil): self = .done
        case ("CANCEL", nil): self = .cancel
        case ("OK", nil): self = .ok
        default:
            let act = ScanAct(rawValue: word)
            self =
                if let act, rest == nil || (act.takesStation && rest != "") {
                    .act(act, station: rest)
                } else {
                    .unknown(text)
                }
        }
    }

    /// What is printed.
    package var text: String {
        switch self {
        case .act(let act, let station): Self.prefix + act.rawValue + (station.map { "/" + $0 } ?? "")
        case .reason(let code): Self.prefix + "REASON/" + code
        case .done: Self.prefix + "DONE"
        case .cancel: Self.prefix + "CANCEL"
        case .ok: Self.prefix + "OK"
        case .unknown(let text): text
        }
    }
}

/// What can be done with a scanner alone.
package enum ScanAct: String, CaseIterable, Equatable, Sendable {
    case remove = "REMOVE"
    case reprint = "REPRINT"
    case readAgain = "REREAD"
    case partial = "PARTIAL"
    case hold = "HOLD"
    case stop = "STOP"
    case resume = "RESUME"
    case complete = "COMPLETE"

    /// What is scanned after the command, in this order.
    package enum Step: Equatable, Sendable {
        /// A unit or container.
        case item
        /// A container's label.
        case container
        /// A reason's barcode.
        case reason

        /// What to do now, in words.
        var prompt: String {
            switch self {
            case .item: "scan the item"
            case .container: "scan the container's label"
            case .reason: "scan the reason"
            }
        }
    }

    /// What is scanned after the command.
    package var steps: [Step] {
        switch self {
        case .remove: [.item, .reason]
        case .reprint: [.container, .reason]
        case .readAgain: [.container]
        case .partial, .hold, .stop, .resume, .complete: []
        }
    }

    /// The command may name a station.
    var takesStation: Bool { self == .partial }

    /// For people.
    package var words: String {
        switch self {
        case .remove: "take an item out of its container"
        case .reprint: "print a container's label again"
        case .readAgain: "read a container's content again"
        case .partial: "close the open container as it is"
        case .hold: "stop the feed"
        case .stop: "stop the belt"
        case .resume: "go on"
        case .complete: "end the batch"
        }
    }
}
