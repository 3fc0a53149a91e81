/// What a camera or scanner says.
package enum WorldRead: Hashable, Sendable {
    /// A scan with its symbology identifier in front.
    case code(String)
    /// Triggered, and nothing read.
    case noRead
}

/// What a label is put on.
package enum LabelTarget: Hashable, Sendable {
    /// A case, or a container of this tier above the cases, by the applicator.
    case inner(tier: Int)
    /// A pallet, by the operator.
    case palletLabel

    /// A case, by the applicator.
    package static let caseLabel = LabelTarget.inner(tier: 0)

    var word: String {
        switch self {
        case .inner(tier: 0): "case"
        case .inner(let tier): "tier \(tier)"
        case .palletLabel: "pallet"
        }
    }
}

/// A container with a label.
package enum ContainerID: Hashable, Sendable, CustomStringConvertible {
    /// A case.
    case inCase(CaseID)
    /// A pallet.
    case pallet(PalletID)

    package var description: String {
        switch self {
        case .inCase(let id): id.description
        case .pallet(let id): id.description
        }
    }
}

/// Something a handheld scanner is pointed at.
package enum HandheldTarget: Hashable, Sendable, CustomStringConvertible {
    /// The code of a carton.
    case carton(CartonID)
    /// The helper code a carton wears.
    case cap(CartonID)
    /// The label of a case or pallet, on the last side where there are several.
    case label(ContainerID)
    /// The label on one side of a case or pallet that carries several.
    case side(ContainerID, Int)
    /// A barcode on paper: a command of the line.
    case command(String)
    /// A code as a reader sends it, wherever it is printed.
    case scan(String)

    package var description: String {
        switch self {
        case .command(let text), .scan(let text): text
        case .carton(let id): id.description
        case .cap(let id): "cap of \(id)"
        case .label(let id): id.description
        case .side(let id, let side): "\(id) side \(side)"
        }
    }
}

/// Something that happened in the world.
///
/// Events name physical things. What a device would tell of them is marked "device"; the rest only the
/// world knows.
package struct WorldEvent: Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    package enum Kind: Hashable, Sendable {
        /// The belt moves.
        case beltStarted
        /// The belt stands.
        case beltStopped
        /// Device: nothing was written in time; run-enable and feed-enable are dropped.
        case watchdogTripped
        /// Device: a gate command was taken in.
        case gateCommand(sequence: UInt16, result: GateCommandResult)
        /// The feeder put a carton on the belt.
        case fed(CartonID)
        /// Device (print complete): the record with this number was printed.
        case printed(CartonID, index: UInt64)
        /// A carton without a code passed the coder, and the coder had no record.
        case leftBlank(CartonID)
        /// Device: the part-present sensor counted a unit and latched the position.
        case partPresent(CartonID, count: UInt16, position: UInt32)
        /// Device: result of the unit camera.
        case unitRead(CartonID, WorldRead)
        /// The gate let a carton pass.
        case gatePassed(CartonID)
        /// The gate threw a carton out.
        case gateRejected(CartonID)
        /// Device (gate mode `plc`): what became of a track.
        case disposition(GateDisposition)
        /// Device: the sensor in the chute counted a carton.
        case rejectConfirmed(CartonID, count: UInt16, position: UInt32)
        /// A carton came to lie in the reject bin.
        case binned(CartonID)
        /// Device: the bin is full.
        case binFull
        /// Somebody emptied the bin of so many cartons.
        case binEmptied(Int)
        /// Device: the pass sensor counted a carton.
        case passed(CartonID, count: UInt16, position: UInt32)
        /// Device: result of the reader of both codes; `byHand` when an operator showed it the carton.
        case linkRead(CartonID, WorldRead, byHand: Bool)
        /// Somebody put another cap on a carton.
        case capChanged(CartonID)
        /// Device: result of the case camera; `byHand` when an operator presented the carton.
        case caseRead(CartonID, WorldRead, byHand: Bool)
        /// Device: result of the camera over the packer for a layer; `byHand` when an operator triggered it.
        case layerRead([CartonID], WorldRead, byHand: Bool)
        /// A carton fell into the open case.
        case packed(CartonID, CaseID)
        /// A carton came to the packing table.
        case laid(CartonID)
        /// An operator took a carton out of its place.
        case taken(CartonID)
        /// A case was closed and stands before the applicator, with so many cartons in it.
        case caseShut(CaseID, count: Int)
        /// Device: the label of a job came out of the printer.
        case labelPrinted(job: UInt64, LabelTarget)
        /// The printer took a job and nothing came out.
        case labelMissing(job: UInt64, LabelTarget)
        /// A label came out and nothing is there to put it on; it is kept for the next.
        case labelHeld(job: UInt64, LabelTarget)
        /// A label was put on its container, over any older one.
        case labelApplied(job: UInt64, ContainerID)
        /// Device: the fixed scanner of a side read a case.
        case scannerRead(CaseID, side: Int, WorldRead)
        /// A case left the line for the side way behind its scanner.
        case divertedCase(CaseID)
        /// A case came to lie on a pallet.
        case stacked(CaseID, PalletID)
        /// A container came to lie in an outer one.
        case nested(CaseID, CaseID)
        /// A pallet waits for its label, with so many cases on it.
        case palletShut(PalletID, count: Int)
        /// Device: a handheld scanner read something.
        case handheldRead(HandheldTarget, WorldRead)
        /// A pallet was taken away.
        case palletLeft(PalletID)
        /// A pallet was brought back.
        case palletCameBack(PalletID)
        /// Something went wrong by seed, with the number of the carton or label it happened to.
        case fault(WorldFault, subject: Int)
    }

    /// Virtual time in nanoseconds.
    package let time: UInt64
    /// Encoder position, without wrap.
    package let position: Int64
    /// What happened.
    package let kind: Kind

    /// One line, the same for the same event on every machine: time, position, words.
    package var description: String { "\(time) \(position) \(kind.words)" }
}

extension WorldRead {
    var words: String {
        switch self {
        case .code(let scan): scan
        case .noRead: "no-read"
        }
    }
}

extension WorldEvent.Kind {
    // One line for each kind, which makes it long.
    fileprivate var words: String {
        switch self {
        case .beltStarted: "belt started"
        case .beltStopped: "belt stopped"
        case .watchdogTripped: "watchdog tripped"
        case .gateCommand(let sequence, let result): "gate command \(sequence) result \(result.rawValue)"
        case .fed(let id): "fed \(id)"
        case .printed(let id, let index): "printed \(id) record \(index)"
        case .leftBlank(let id): "left blank \(id)"
        case .partPresent(let id, let count, let at): "part present \(id) count \(count) at \(at)"
        case .unitRead(let id, let result): "unit read \(id) \(result.words)"
        case .gatePassed(let id): "gate passed \(id)"
        case .gateRejected(let id): "gate rejected \(id)"
        case .disposition(let entry): "disposition track \(entry.track) result \(entry.result)"
        case .rejectConfirmed(let id, let count, let at): "reject confirmed \(id) count \(count) at \(at)"
        case .binned(let id): "binned \(id)"
        case .binFull: "bin full"
        case .binEmptied(let count): "bin emptied of \(count)"
        case .passed(let id, let count, let at): "passed \(id) count \(count) at \(at)"
        case .linkRead(let id, let result, let byHand):
            "link read \(id)\(byHand ? " by hand" : "") \(result.words)"
        case .capChanged(let id): "cap changed \(id)"
        case .caseRead(let id, let result, let byHand):
            "case read \(id)\(byHand ? " by hand" : "") \(result.words)"
        case .layerRead(let ids, let result, let byHand):
            "layer read of \(ids.count) from \(ids[0])\(byHand ? " by hand" : "") \(result.words)"
        case .packed(let id, let container): "packed \(id) into \(container)"
        case .laid(let id): "laid \(id) on the table"
        case .taken(let id): "taken \(id)"
        case .caseShut(let id, let count): "shut \(id) with \(count)"
        case .labelPrinted(let job, let target): "\(target.word) label printed, job \(job)"
        case .labelMissing(let job, let target): "\(target.word) label missing, job \(job)"
        case .labelHeld(let job, let target): "\(target.word) label held, job \(job)"
        case .labelApplied(let job, let container): "label applied to \(container), job \(job)"
        case .scannerRead(let id, let side, let result):
            "scanner read \(id)\(side > 0 ? " side \(side)" : "") \(result.words)"
        case .divertedCase(let id): "diverted \(id)"
        case .stacked(let id, let pallet): "stacked \(id) on \(pallet)"
        case .nested(let id, let outer): "nested \(id) in \(outer)"
        case .palletShut(let id, let count): "shut \(id) with \(count)"
        case .handheldRead(let target, let result): "handheld read \(target) \(result.words)"
        case .palletLeft(let id): "left \(id)"
        case .palletCameBack(let id): "came back \(id)"
        case .fault(let fault, let subject): "fault \(fault) \(subject)"
        }
    }
}

/// A running 64-bit hash over events: two runs with equal hashes had, to all belief, the same trace.
///
/// FNV-1a over ``WorldEvent/description`` and a newline.
/// - Source: RFC 9923, section 2 and the 64-bit constants of section 5.
package struct WorldTrace: Equatable, Sendable {
    /// The hash so far.
    package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Nothing yet.
    package init() {}

    /// Adds events in order.
    package mutating func add(_ events: [WorldEvent]) {
        for event in events {
            for byte in event.description.utf8 { add(byte) }
            add(0x0A)
        }
    }

    private mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
