/// A barcode that is an order to the line: what an operator does with a scanner and no keyboard.
///
/// Printed as Code 128 or DataMatrix, plain text, never with FNC1: `SR/REMOVE`, `SR/REASON/DAMAGED`.
package enum CommandBarcode: Equatable, Sendable {
    /// Begins an act; what it needs is scanned next. Some name something: `SR/PARTIAL/case-packing`.
    case act(ScanAct, name: String?)
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
                if let act, rest == nil || (act.takesName && rest != "") {
                    .act(act, name: rest)
                } else {
                    .unknown(text)
                }
        }
    }

    /// What is printed.
    package var text: String {
        switch self {
        case .act(let act, let name): Self.prefix + act.rawValue + (name.map { "/" + $0 } ?? "")
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
    case add = "ADD"
    case replace = "REPLACE"
    case sample = "SAMPLE"
    case labelSample = "LABEL-SAMPLE"
    case destroy = "DESTROY"
    case decommission = "DECOMMISSION"
    case dissolve = "DISSOLVE"
    case move = "MOVE"
    case readAgain = "REREAD"
    case reprint = "REPRINT"
    case partial = "PARTIAL"
    case byHand = "BY-HAND"
    case ownReaders = "OWN-READERS"
    case ship = "SHIPPED"
    case recover = "RECOVER"
    case reintroduce = "REINTRODUCE"
    case unreadable = "UNREADABLE"
    case takeOut = "TAKE-OUT"
    case bringBack = "RETURN"
    case hold = "HOLD"
    case stop = "STOP"
    case resume = "RESUME"
    case complete = "COMPLETE"
    case suspend = "SUSPEND"
    case challenge = "CHALLENGE"
    case acknowledge = "ACK"

    /// What is scanned after the command, in this order.
    package enum Step: Equatable, Sendable {
        /// A unit or container.
        case item
        /// The item that comes for it.
        case newItem
        /// A container's label.
        case container
        /// The label of the container that something goes into.
        case target
        /// The whole code of a unit.
        case code
        /// A reason's barcode.
        case reason

        /// What to do now, in words.
        package var prompt: String {
            switch self {
            case .item: "scan the item"
            case .newItem: "scan the item that comes in its place"
            case .container: "scan the container's label"
            case .target: "scan the label of the container it goes into"
            case .code: "scan the code of the pack"
            case .reason: "scan the reason"
            }
        }
    }

    /// What is scanned after the command.
    package var steps: [Step] {
        switch self {
        case .remove, .sample, .labelSample, .destroy, .decommission, .takeOut: [.item, .reason]
        case .add: [.item, .target, .reason]
        case .replace: [.item, .newItem, .reason]
        case .dissolve, .reprint: [.container, .reason]
        case .move: [.container, .target, .reason]
        case .readAgain, .ship: [.container]
        case .recover, .reintroduce: [.code, .reason]
        case .bringBack: [.code]
        case .byHand: [.reason]
        case .partial, .ownReaders, .unreadable, .hold, .stop, .resume, .complete, .suspend, .challenge,
            .acknowledge:
            []
        }
    }

    /// The command may name something: a station, or which challenge.
    var takesName: Bool { [.partial, .byHand, .ownReaders, .challenge].contains(self) }

    /// For people.
    package var words: String {
        switch self {
        case .remove: "take an item out of its container"
        case .add: "put an item into a container"
        case .replace: "put another item in an item's place"
        case .sample: "take a unit as a sample"
        case .labelSample: "keep a label without a unit as a sample"
        case .destroy: "a unit is destroyed"
        case .decommission: "a unit is no unit any more"
        case .dissolve: "take a container apart"
        case .move: "move a case to another pallet"
        case .readAgain: "read a container's content again"
        case .reprint: "print a container's label again"
        case .partial: "close the open container as it is"
        case .byHand: "pack by hand, the station's readers are down"
        case .ownReaders: "the station's readers read again"
        case .ship: "a container has left"
        case .recover: "destroy a reject of the bin"
        case .reintroduce: "take a good reject of the bin back"
        case .unreadable: "count a reject that cannot be read"
        case .takeOut: "take a unit out for in-process control"
        case .bringBack: "bring such a unit back"
        case .hold: "stop the feed"
        case .stop: "stop the belt"
        case .resume: "go on"
        case .complete: "end the batch"
        case .suspend: "another batch goes first"
        case .challenge: "lay a challenge pack"
        case .acknowledge: "I have seen the most urgent alarm"
        }
    }
}
