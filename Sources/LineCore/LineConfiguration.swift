/// What one line is made of: its stations in the order a unit meets them, with their devices and distances.
///
/// Read from `line.toml` and checked before it gets here; the rules trust it.
/// Distances are millimetres of belt travel behind the part-present sensor of the unit camera.
package struct LineConfiguration: Equatable, Sendable {
    /// Name of the line, part of the journal's identity.
    package var name: String
    /// Encoder counts for one metre of belt travel; no meaning where ``timedMillimetresPerSecond`` is set.
    package var countsPerMetre: Int
    /// Nominal belt speed of a line without an encoder, whose I/O counts milliseconds of running in place of
    /// encoder counts; `nil` with an encoder.
    package var timedMillimetresPerSecond: Int?
    /// Scanners in people's hands: they take command barcodes, and a refusal stays until it is acknowledged.
    package var handhelds: [String] = []
    /// Beacons: they show the lamps of the line, and nothing waits for them.
    package var beacons: [String] = []
    /// Devices whose absence at the start is no alarm.
    package var optionalDevices: [String] = []
    /// How operators sign on; `nil`: nobody does, and the Unix account at the socket acts.
    package var operators: OperatorRules?
    /// Fastest the belt can run, millimetres per second.
    package var maxMillimetresPerSecond: Int
    /// Coder, cameras and gate of each lane; at least one.
    package var lanes: [Lane]
    /// Where helper codes are tied to units; `nil` where units are packed by their own codes.
    package var link: LinkStation?
    /// Packing stations, lowest level first.
    package var packing: [PackStation]
    /// How numbers are taken ahead.
    package var numbers: NumberRules
    /// What happens to units between printer and gate after an unclean stop.
    package var zone: ZoneRule
    /// Belt travel that surely empties the line after the feed stopped, millimetres.
    package var drainMillimetres: Int
    /// Reason codes of the site; an act without any takes a text.
    package var reasons: [ReasonCode] = []
    /// What is asked for before a batch may produce.
    package var changeover = ChangeoverRules()
    /// Devices whose jobs can be selected and read back.
    package var jobDevices: [JobDevice] = []
    /// Reject reasons after which a good unit may come back from the bin; empty: none ever does.
    package var reintroduced: Set<RejectReason> = []

    /// Makes a configuration; the caller has checked it.
    ///
    /// - Parameter lanes: At least one.
    package init(
        name: String, lanes: [Lane], countsPerMetre: Int, maxMillimetresPerSecond: Int,
        packing: [PackStation], numbers: NumberRules, zone: ZoneRule, drainMillimetres: Int
    ) {
        self.name = name
        self.lanes = lanes
        self.countsPerMetre = countsPerMetre
        self.maxMillimetresPerSecond = maxMillimetresPerSecond
        self.packing = packing
        self.numbers = numbers
        self.zone = zone
        self.drainMillimetres = drainMillimetres
    }

    /// Counts of the I/O for a distance on the belt: of its encoder, or of milliseconds at the nominal speed.
    func counts(_ millimetres: Int) -> Int64 {
        guard let speed = timedMillimetresPerSecond else {
            return Int64(millimetres) * Int64(countsPerMetre) / 1_000
        }
        return Int64(millimetres) * 1_000 / Int64(speed)
    }
}

/// The station that prints a serialized code on each unit.
package struct UnitPrintStation: Equatable, Sendable {
    /// Station name.
    package var name: String
    /// Coder with a buffer of numbered records.
    package var device: String
    /// Most records that may wait in the coder, unprinted.
    package var lookAhead: Int
    /// Records sent in one decision once the buffer has room: one journal line covers them.
    package var sendBatch: Int
    /// More serials skipped between two reads than this stop the line.
    package var maxSkip: Int

    /// Makes a station; counts are at least 1.
    package init(name: String, device: String, lookAhead: Int, sendBatch: Int, maxSkip: Int) {
        self.name = name
        self.device = device
        self.lookAhead = lookAhead
        self.sendBatch = sendBatch
        self.maxSkip = maxSkip
    }
}

/// The station whose cameras prove what is printed on each unit.
package struct UnitVerifyStation: Equatable, Sendable {
    /// Station name.
    package var name: String
    /// Cameras; every one must agree.
    package var cameras: [String]
    /// Belt travel from the part-present edge within which every camera must have answered.
    package var decideWithinMillimetres: Int
    /// Two units closer than this cannot be told apart: both are rejected.
    package var minPitchMillimetres: Int
    /// How long a read may wait for the part-present edge that the I/O reports later than the camera.
    package var triggerLagMilliseconds: Int
    /// After a missing answer: no camera answers later than this.
    package var settleMilliseconds: Int

    /// Makes a station.
    package init(
        name: String, cameras: [String], decideWithinMillimetres: Int, minPitchMillimetres: Int,
        triggerLagMilliseconds: Int, settleMilliseconds: Int = 2_000
    ) {
        self.name = name
        self.cameras = cameras
        self.decideWithinMillimetres = decideWithinMillimetres
        self.minPitchMillimetres = minPitchMillimetres
        self.triggerLagMilliseconds = triggerLagMilliseconds
        self.settleMilliseconds = settleMilliseconds
    }
}

/// How the gate is driven.
package enum GateMode: String, CaseIterable, Equatable, Sendable {
    /// A PLC tracks the units: it gets a verdict by track number and reports each disposition.
    case plc
    /// The gate rejects unless a pass signal for that unit was accepted.
    case pass
    /// The gate ejects on command; the run limit keeps undecided units from reaching it.
    case eject
    /// No gate: the belt stops with a bad unit, and a person takes it off.
    case stop
    /// No gate and no belt: a person presents units one by one, and puts the bad ones aside.
    case none
}

/// The reject gate with its sensors.
package struct GateStation: Equatable, Sendable {
    /// Station name.
    package var name: String
    /// How the gate is driven.
    package var mode: GateMode
    /// From the part-present sensor to the gate.
    package var distanceMillimetres: Int
    /// From the part-present sensor to the pass sensor behind the gate (`pass` and `eject`).
    package var passSensorMillimetres: Int
    /// How far a unit may be from where it is expected, either way.
    package var toleranceMillimetres: Int
    /// The belt stops this far before an undecided unit would reach the gate.
    package var marginMillimetres: Int
    /// Belt travel behind the gate within which a reject must be confirmed.
    package var confirmWithinMillimetres: Int
    /// Time within which it must be confirmed as well, should the belt stand.
    package var confirmTimeoutMilliseconds: Int
    /// This many rejects in a row stop the line.
    package var maxRejectsInRow: Int
    /// A pass signal older than this when its bytes are about to be written is not sent.
    package var signalMaxAgeMilliseconds: Int

    /// Makes a gate.
    package init(
        name: String, mode: GateMode, distanceMillimetres: Int, passSensorMillimetres: Int,
        toleranceMillimetres: Int, marginMillimetres: Int, confirmWithinMillimetres: Int,
        confirmTimeoutMilliseconds: Int, maxRejectsInRow: Int, signalMaxAgeMilliseconds: Int
    ) {
        self.name = name
        self.mode = mode
        self.distanceMillimetres = distanceMillimetres
        self.passSensorMillimetres = passSensorMillimetres
        self.toleranceMillimetres = toleranceMillimetres
        self.marginMillimetres = marginMillimetres
        self.confirmWithinMillimetres = confirmWithinMillimetres
        self.confirmTimeoutMilliseconds = confirmTimeoutMilliseconds
        self.maxRejectsInRow = maxRejectsInRow
        self.signalMaxAgeMilliseconds = signalMaxAgeMilliseconds
    }
}

/// How a station learns what goes into a container.
package enum PackMode: Equatable, Sendable {
    /// A reader sees each item on its way in.
    case single
    /// A camera sees a whole layer and reports all its codes in one message, with a byte between them that no
    /// GS1 code holds; so many layers make a container.
    case layer(separator: UInt8, perContainer: Int)
    /// A person scans the items, then the label: one open container and one unread label at a time. What is
    /// refused stays refused until they have seen it; the line goes on.
    case manual
}

/// A station that packs read items into a container, labels it and reads the label back.
package struct PackStation: Equatable, Sendable {
    /// Station name.
    package var name: String
    /// What it makes; what goes in, the order says.
    package var level: PackLevel
    /// Devices that read each item as it is packed.
    package var itemReaders: [String]
    /// Label printer.
    package var printer: String
    /// Devices that read the container's label back.
    package var labelReaders: [String]
    /// Most full containers between collation and read-back.
    package var transit: Int
    /// Most containers closed because their label came in its order, before one must be proved by an item and
    /// its label; 0: never. So many can be wrong at most when a label shifts; all of them are blocked then.
    package var proveEvery: Int
    /// Largest ``proveEvery``.
    package static let maxProveEvery = 100
    /// How it learns what goes in.
    package var mode = PackMode.single
    /// Labels on a container: each is printed, and each is read back.
    package var labels = 1
    /// Most labels ``labels`` can ask for.
    package static let maxLabels = 4
    /// So many containers in a row whose label cannot be read leave the line for a side way, told by the
    /// reader's feedback; the next one stops the feed. 0: the first one does.
    package var divertsInRow = 0
    /// The label is printed and scanned before what goes in under it: in mode `manual` alone.
    package var isLabelFirst = false
    /// Scale on which each container is weighed before it counts as closed; empty where none is.
    package var scale = ""
    /// An item of another container of the batch is taken out of that when it is read here; otherwise it is
    /// refused.
    package var reparents = false

    /// Its items are read a layer at a time.
    var readsLayers: Bool { if case .layer = mode { true } else { false } }

    /// Makes a station.
    package init(
        name: String, level: PackLevel, itemReaders: [String], printer: String,
        labelReaders: [String], transit: Int, proveEvery: Int = 0
    ) {
        self.name = name
        self.level = level
        self.itemReaders = itemReaders
        self.printer = printer
        self.labelReaders = labelReaders
        self.transit = transit
        self.proveEvery = proveEvery
    }
}

/// How numbers are taken ahead of use.
package struct NumberRules: Equatable, Sendable {
    /// Unit serials reserved in one record.
    package var unitBlock: Int
    /// SSCCs reserved in one record.
    package var ssccBlock: Int
    /// Numbers left for fewer units than this raise an alarm.
    package var lowWater: Int
    /// Numbers or disk left for fewer minutes of production than this raise an alarm.
    package var lowMinutes: Int

    /// Makes the rules; blocks are at least 1.
    package init(unitBlock: Int, ssccBlock: Int, lowWater: Int, lowMinutes: Int = 30) {
        self.lowMinutes = lowMinutes
        self.unitBlock = unitBlock
        self.ssccBlock = ssccBlock
        self.lowWater = lowWater
    }
}

/// What happens to printed but unjudged units after an unclean stop.
package enum ZoneRule: String, CaseIterable, Equatable, Sendable {
    /// They are rejected.
    case reject
    /// A good read accepts them; their order is not asked until the first new number is seen.
    case read
}
