/// What the shell does once every record made before it is durable. Lanes are told by their index in
/// ``LineConfiguration/lanes``.
package enum LineAction: Equatable, Sendable {
    /// Writes the outputs of the line I/O; each write is also its heartbeat.
    case outputs(LineOutputs, lane: Int = 0)
    /// Tells the I/O to pass or eject the unit at a belt position.
    case gate(GateSignal, lane: Int = 0)
    /// Tells the PLC what to do with a track.
    case verdict(GateVerdict, lane: Int = 0)
    /// Something for the unit coder.
    case coder(CoderOrder, lane: Int = 0)
    /// Has a device select a job by name, then read its name back.
    case selectJob(device: String, job: String)
    /// Has a device read the name of its job.
    case readJob(device: String)
    /// Prints a container label.
    case label(LabelOrder)
    /// Has a scale weigh what stands on it.
    case weigh(device: String)
    /// Tells the person or machine at a reader whether its read was accepted.
    case feedback(device: String, good: Bool)
    /// Answers a command.
    case answer(request: UInt64, CommandAnswer)
    /// Signs the journal now.
    case checkpoint
}

/// All outputs of the line I/O. Silence drops run-enable.
package struct LineOutputs: Equatable, Sendable {
    /// The conveyor may run.
    package var runEnable = false
    /// The feeder may feed.
    package var feedEnable = false
    /// The belt may run up to this position, encoder counts, wrapping.
    package var runLimit: UInt32 = 0
    /// Everything that reaches the gate is ejected until the belt is at this position.
    package var purgeUntil: UInt32?
    /// Beacon: red, amber, green.
    package var red = false
    package var amber = false
    package var green = false

    /// Makes outputs that do nothing.
    package init() {}
}

/// A command for a gate that acts at a belt position.
package struct GateSignal: Equatable, Sendable {
    /// What happens to the unit there.
    package enum Kind: Equatable, Sendable { case pass, eject }
    /// Number of this command, wrapping; the I/O takes each once.
    package var sequence: UInt16
    /// Pass or eject.
    package var kind: Kind
    /// Where the unit will be at the gate, encoder counts, wrapping.
    package var position: UInt32
    /// The unit, as its track number.
    package var track: UInt64
    /// Not to be written after this instant.
    package var expiresAtNanoseconds: UInt64
}

/// A verdict for a PLC that tracks the units itself.
package struct GateVerdict: Equatable, Sendable {
    /// The PLC's number of the unit.
    package var plcTrack: UInt16
    /// The line's number of the unit.
    package var track: UInt64
    /// Pass or reject.
    package var pass: Bool
    /// A pass is not to be written after this instant.
    package var expiresAtNanoseconds: UInt64
}

/// Something for the unit coder.
package enum CoderOrder: Equatable, Sendable {
    /// Empty its buffer and set the names of the fields that follow in each record.
    case prepare(fields: [String])
    /// Queue one numbered record.
    case send(index: UInt64, values: [String])
    /// Empty its buffer.
    case clear
}

/// A container label to print.
package struct LabelOrder: Equatable, Sendable {
    /// Label printer.
    package var device: String
    /// Number of the print job, unique since the start.
    package var job: UInt64
    /// What the label is for.
    package var level: PackLevel
    /// 18 digits.
    package var sscc: String
    /// 14 digits: the unit's trade item.
    package var gtin: String
    /// Lot of the content.
    package var lot: String
    /// YYMMDD.
    package var expiry: String
    /// Items really inside.
    package var count: Int
    /// Units really inside, in whatever containers.
    package var units: Int
    /// 1 for the first label, counted up with each reprint.
    package var copy: Int
    /// The template the batch was opened with; `nil` where the configuration's is used.
    package var template: LabelText?
}

/// Facts to make durable, and what to do after that.
package struct Decision: Equatable, Sendable {
    /// Facts, in this order.
    package var records: [LineRecord] = []
    /// What to do, in this order, once every record above is durable.
    package var actions: [LineAction] = []
    /// Where a record begins that need not stand or fall with those before it.
    var cuts: [Int] = []

    /// The records in parts, each atomic. Almost every decision is one part; a list of any length is several,
    /// as what is written at once has a limit. After a crash between two parts whoever asked asks again.
    package var parts: [ArraySlice<LineRecord>] {
        let ends = cuts.filter { $0 > 0 && $0 < records.count } + [records.count]
        return zip([0] + ends.dropLast(), ends).map { records[$0..<$1] }.filter { !$0.isEmpty }
    }

    /// Makes a decision that does nothing.
    package init() {}
}
