/// What one line is made of: its stations in the order a unit meets them, with their devices and distances.
///
/// Read from `line.toml` and checked before it gets here; the rules trust it.
/// Distances are millimetres of belt travel behind the part-present sensor of the unit camera.
public struct LineConfiguration: Equatable, Sendable {
    /// Name of the line, part of the journal's identity.
    public var name: String
    /// The I/O controller that holds sensors, gate and run-enable.
    public var io: String
    /// Encoder counts for one metre of belt travel.
    public var countsPerMetre: Int
    /// Unit coder; `nil` on a line that only takes preprinted packs.
    public var unitPrint: UnitPrintStation?
    /// Unit cameras.
    public var unitVerify: UnitVerifyStation
    /// Reject gate.
    public var gate: GateStation
    /// Packing stations, lowest level first.
    public var packing: [PackStation]
    /// How numbers are taken ahead.
    public var numbers: NumberRules
    /// What happens to units between printer and gate after an unclean stop.
    public var zone: ZoneRule
    /// Belt travel that surely empties the line after the feed stopped, millimetres.
    public var drainMillimetres: Int

    /// Makes a configuration; the caller has checked it.
    public init(
        name: String, io: String, countsPerMetre: Int, unitPrint: UnitPrintStation?,
        unitVerify: UnitVerifyStation, gate: GateStation, packing: [PackStation],
        numbers: NumberRules, zone: ZoneRule, drainMillimetres: Int
    ) {
        self.name = name
        self.io = io
        self.countsPerMetre = countsPerMetre
        self.unitPrint = unitPrint
        self.unitVerify = unitVerify
        self.gate = gate
        self.packing = packing
        self.numbers = numbers
        self.zone = zone
        self.drainMillimetres = drainMillimetres
    }

    /// Encoder counts for a distance on the belt.
    func counts(_ millimetres: Int) -> Int64 {
        Int64(millimetres) * Int64(countsPerMetre) / 1_000
    }
}

/// The station that prints a serialized code on each unit.
public struct UnitPrintStation: Equatable, Sendable {
    /// Station name.
    public var name: String
    /// Coder with a buffer of numbered records.
    public var device: String
    /// Most records that may wait in the coder, unprinted.
    public var lookAhead: Int
    /// Records sent in one decision once the buffer has room: one journal line covers them.
    public var sendBatch: Int
    /// More serials skipped between two reads than this stop the line.
    public var maxSkip: Int

    /// Makes a station; counts are at least 1.
    public init(name: String, device: String, lookAhead: Int, sendBatch: Int, maxSkip: Int) {
        self.name = name
        self.device = device
        self.lookAhead = lookAhead
        self.sendBatch = sendBatch
        self.maxSkip = maxSkip
    }
}

/// The station whose cameras prove what is printed on each unit.
public struct UnitVerifyStation: Equatable, Sendable {
    /// Station name.
    public var name: String
    /// Cameras; every one must agree.
    public var cameras: [String]
    /// Belt travel from the part-present edge within which every camera must have answered.
    public var decideWithinMillimetres: Int
    /// Two units closer than this cannot be told apart: both are rejected.
    public var minPitchMillimetres: Int
    /// How long a read may wait for the part-present edge that the I/O reports later than the camera.
    public var triggerLagMilliseconds: Int

    /// Makes a station.
    public init(
        name: String, cameras: [String], decideWithinMillimetres: Int, minPitchMillimetres: Int,
        triggerLagMilliseconds: Int
    ) {
        self.name = name
        self.cameras = cameras
        self.decideWithinMillimetres = decideWithinMillimetres
        self.minPitchMillimetres = minPitchMillimetres
        self.triggerLagMilliseconds = triggerLagMilliseconds
    }
}

/// How the gate is driven.
public enum GateMode: String, CaseIterable, Equatable, Sendable {
    /// A PLC tracks the units: it gets a verdict by track number and reports each disposition.
    case plc
    /// The gate rejects unless a pass signal for that unit was accepted.
    case pass
    /// The gate ejects on command; the run limit keeps undecided units from reaching it.
    case eject
}

/// The reject gate with its sensors.
public struct GateStation: Equatable, Sendable {
    /// Station name.
    public var name: String
    /// How the gate is driven.
    public var mode: GateMode
    /// From the part-present sensor to the gate.
    public var distanceMillimetres: Int
    /// From the part-present sensor to the pass sensor behind the gate (`pass` and `eject`).
    public var passSensorMillimetres: Int
    /// How far a unit may be from where it is expected, either way.
    public var toleranceMillimetres: Int
    /// The belt stops this far before an undecided unit would reach the gate.
    public var marginMillimetres: Int
    /// Belt travel behind the gate within which a reject must be confirmed.
    public var confirmWithinMillimetres: Int
    /// Time within which it must be confirmed as well, should the belt stand.
    public var confirmTimeoutMilliseconds: Int
    /// This many rejects in a row stop the line.
    public var maxRejectsInRow: Int
    /// A pass signal older than this when its bytes are about to be written is not sent.
    public var signalMaxAgeMilliseconds: Int

    /// Makes a gate.
    public init(
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

/// A level of packing.
public enum PackLevel: String, CaseIterable, Equatable, Sendable {
    /// A case of units.
    case `case`
    /// A pallet of cases.
    case pallet
}

/// A station that packs read items into a container, labels it and reads the label back.
public struct PackStation: Equatable, Sendable {
    /// Station name.
    public var name: String
    /// What it makes: cases of units, or pallets of cases.
    public var level: PackLevel
    /// Devices that read each item as it is packed.
    public var itemReaders: [String]
    /// Label printer.
    public var printer: String
    /// Devices that read the container's label back.
    public var labelReaders: [String]
    /// Most full containers between collation and read-back.
    public var transit: Int

    /// Makes a station.
    public init(
        name: String, level: PackLevel, itemReaders: [String], printer: String,
        labelReaders: [String], transit: Int
    ) {
        self.name = name
        self.level = level
        self.itemReaders = itemReaders
        self.printer = printer
        self.labelReaders = labelReaders
        self.transit = transit
    }
}

/// How numbers are taken ahead of use.
public struct NumberRules: Equatable, Sendable {
    /// Unit serials reserved in one record.
    public var unitBlock: Int
    /// SSCCs reserved in one record.
    public var ssccBlock: Int
    /// Fewer free serials than this raise an alarm.
    public var lowWater: Int

    /// Makes the rules; counts are at least 1.
    public init(unitBlock: Int, ssccBlock: Int, lowWater: Int) {
        self.unitBlock = unitBlock
        self.ssccBlock = ssccBlock
        self.lowWater = lowWater
    }
}

/// What happens to printed but unjudged units after an unclean stop.
public enum ZoneRule: String, CaseIterable, Equatable, Sendable {
    /// They are rejected.
    case reject
    /// A good read accepts them; their order is not asked until the first new number is seen.
    case read
}
