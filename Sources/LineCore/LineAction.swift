/// What the shell does once every record made before it is durable.
public enum LineAction: Equatable, Sendable {
    /// Writes the outputs of the line I/O; each write is also its heartbeat.
    case outputs(LineOutputs)
    /// Tells the I/O to pass or eject the unit at a belt position.
    case gate(GateSignal)
    /// Tells the PLC what to do with a track.
    case verdict(GateVerdict)
    /// Something for the unit coder.
    case coder(CoderOrder)
    /// Prints a container label.
    case label(LabelOrder)
    /// Tells the person or machine at a reader whether its read was accepted.
    case feedback(device: String, good: Bool)
    /// Answers a command.
    case answer(request: UInt64, CommandAnswer)
    /// Signs the journal now.
    case checkpoint
}

/// All outputs of the line I/O. Silence drops run-enable.
public struct LineOutputs: Equatable, Sendable {
    /// The conveyor may run.
    public var runEnable = false
    /// The feeder may feed.
    public var feedEnable = false
    /// The belt may run up to this position, encoder counts, wrapping.
    public var runLimit: UInt32 = 0
    /// Everything that reaches the gate is ejected until the belt is at this position.
    public var purgeUntil: UInt32?
    /// Beacon: red, amber, green.
    public var red = false
    public var amber = false
    public var green = false

    /// Makes outputs that do nothing.
    public init() {}
}

/// A command for a gate that acts at a belt position.
public struct GateSignal: Equatable, Sendable {
    /// What happens to the unit there.
    public enum Kind: Equatable, Sendable { case pass, eject }
    /// Number of this command, wrapping; the I/O takes each once.
    public var sequence: UInt16
    /// Pass or eject.
    public var kind: Kind
    /// Where the unit will be at the gate, encoder counts, wrapping.
    public var position: UInt32
    /// The unit, as its track number.
    public var track: UInt64
    /// Not to be written after this instant.
    public var expiresAtNanoseconds: UInt64
}

/// A verdict for a PLC that tracks the units itself.
public struct GateVerdict: Equatable, Sendable {
    /// The PLC's number of the unit.
    public var plcTrack: UInt16
    /// The line's number of the unit.
    public var track: UInt64
    /// Pass or reject.
    public var pass: Bool
    /// A pass is not to be written after this instant.
    public var expiresAtNanoseconds: UInt64
}

/// Something for the unit coder.
public enum CoderOrder: Equatable, Sendable {
    /// Empty its buffer and set the names of the fields that follow in each record.
    case prepare(fields: [String])
    /// Queue one numbered record.
    case send(index: UInt64, values: [String])
    /// Empty its buffer.
    case clear
}

/// A container label to print.
public struct LabelOrder: Equatable, Sendable {
    /// Label printer.
    public var device: String
    /// Number of the print job, unique since the start.
    public var job: UInt64
    /// What the label is for.
    public var level: PackLevel
    /// 18 digits.
    public var sscc: String
    /// 14 digits: the unit's trade item.
    public var gtin: String
    /// Lot of the content.
    public var lot: String
    /// YYMMDD.
    public var expiry: String
    /// Units, or cases, really inside.
    public var count: Int
    /// 1 for the first label, counted up with each reprint.
    public var copy: Int
}

/// Facts to make durable, and what to do after that.
public struct Decision: Equatable, Sendable {
    /// Facts, in this order.
    public var records: [LineRecord] = []
    /// What to do, in this order, once every record above is durable.
    public var actions: [LineAction] = []

    /// Makes a decision that does nothing.
    public init() {}
}
