/// Everything that can happen to a line, in the order the line's thread takes it from its queue.
package enum LineInput: Equatable, Sendable {
    /// The first input after recovery.
    case started(LineStart)
    /// An orderly end: nothing follows.
    case stopping
    /// The first `records` records made since the start are on stable storage.
    case durable(records: UInt64)
    /// Time passed and nothing else happened.
    case tick
    /// One scan of the line I/O; lanes are told by their index in ``LineConfiguration/lanes``.
    case io(LineIOReport, lane: Int = 0)
    /// A camera or scanner read something.
    case read(device: String, ReadResult)
    /// The unit coder reported.
    case coder(CoderReport, lane: Int = 0)
    /// A device was asked for its job, and answered.
    case job(device: String, JobReport)
    /// A label printer reported.
    case labelPrinter(device: String, LabelReport)
    /// A scale that was asked answered.
    case scale(device: String, ScaleReport)
    /// What became of a gate command.
    case gateSignal(GateOutcome, lane: Int = 0)
    /// A device came or went.
    case device(String, DeviceCondition)
    /// Somebody wants something.
    case command(LineCommand)
    /// A snapshot of the state is on stable storage.
    case snapshotWritten(SnapshotWritten)
    /// The part of the journal that the start left out was verified since: what is wrong with it, or `nil`.
    case olderJournalVerified(damage: String?)
    /// What the journal's disk lacks to grow, or `nil`: there is room.
    case disk(shortage: String?)
    /// How much room the journal's disk has: measured now and then.
    case diskRoom(DiskRoom)
    /// The folder of orders: why nothing can be taken from it, and a file that lies refused in it; `nil` for
    /// what is not so, or where there is no such folder.
    case orderFolder(fault: String?, refused: String?)
}

/// How this start came about.
package struct LineStart: Equatable, Sendable {
    /// Kernel boot identifier, as text.
    package var boot: String
    /// Version of the program.
    package var version: String
    /// SHA-256 of the effective configuration, hexadecimal.
    package var configuration: String
    /// The start read and verified the journal from its first line. If not, it leaves out what lies before a
    /// snapshot, and ``LineInput/olderJournalVerified(damage:)`` follows.
    package var isJournalVerified: Bool

    /// Makes the facts of a start.
    package init(boot: String, version: String, configuration: String, isJournalVerified: Bool) {
        self.boot = boot
        self.version = version
        self.configuration = configuration
        self.isJournalVerified = isJournalVerified
    }
}

/// What a reader reported.
package enum ReadResult: Equatable, Sendable {
    /// Bytes as received, with their symbology identifier.
    case code([UInt8])
    /// The device says there was nothing to read.
    case noRead
    /// The bytes were no frame of this device.
    case broken
}

/// An edge counter of the I/O with the belt position latched at its last edge.
package struct EdgeCount: Equatable, Sendable {
    /// Edges since the I/O started, wrapping at 65,536.
    package var count: UInt16
    /// Encoder counts at the last edge, wrapping.
    package var position: UInt32

    /// Makes a count.
    package init(count: UInt16 = 0, position: UInt32 = 0) {
        self.count = count
        self.position = position
    }
}

/// What a PLC did with one unit.
package struct Disposition: Equatable, Sendable {
    /// The PLC's track number: its part-present count.
    package var track: UInt16
    /// Whether the unit went on.
    package var passed: Bool

    /// Makes a disposition.
    package init(track: UInt16, passed: Bool) {
        self.track = track
        self.passed = passed
    }
}

/// One scan of the line I/O: levels, and counters that lose nothing between two scans.
package struct LineIOReport: Equatable, Sendable {
    /// The belt moves.
    package var running = false
    /// The reject bin is full.
    package var binFull = false
    /// The I/O dropped run-enable because nothing was written in time.
    package var watchdogTripped = false
    /// The gate reports a fault.
    package var gateFault = false
    /// Belt position, encoder counts, wrapping.
    package var position: UInt32 = 0
    /// Part-present sensor of the unit camera.
    package var partPresent = EdgeCount()
    /// Pass sensor behind the gate.
    package var passed = EdgeCount()
    /// Reject confirmation sensor in the chute.
    package var rejected = EdgeCount()
    /// Sequence of the last gate command the I/O took.
    package var commandSequence: UInt16 = 0
    /// It came after its position.
    package var commandLate = false
    /// Dispositions since the PLC started, wrapping.
    package var dispositionCount: UInt16 = 0
    /// The last of them, newest last, at most eight.
    package var dispositions: [Disposition] = []

    /// Makes a report in which nothing has happened yet.
    package init() {}
}

/// What the unit coder reported.
package enum CoderReport: Equatable, Sendable {
    /// Connected, its buffer empty and its field names set.
    case ready
    /// All records up to and with this index have been printed.
    case printed(through: UInt64)
    /// It did not take this record.
    case refused(index: UInt64, String)
}

/// What a device reported of its job.
package enum JobReport: Equatable, Sendable {
    /// The name it gives to the job in force.
    case loaded(String)
    /// It did not select the job, or did not tell its name; the text says why.
    case failed(String)
}

/// What a label printer reported.
package enum LabelReport: Equatable, Sendable {
    /// The job left the printer, by the best proof its profile has.
    case printed(job: UInt64)
    /// It cannot print: paper, ribbon, head.
    case fault(String)
    /// It can print again.
    case recovered
}

/// What a scale answered: once for each ``LineAction/weigh(device:)``.
package enum ScaleReport: Equatable, Sendable {
    /// The weight at rest of what stands on it, milligrams; more than 0.
    case weight(Int)
    /// There is no weight; the text says why.
    case failed(String)
}

/// What became of a gate command.
package enum GateOutcome: Equatable, Sendable {
    /// The I/O confirmed the write of this command.
    case written(sequence: UInt16)
    /// Its deadline had passed before the bytes were written; it was not sent.
    case expired(sequence: UInt16)
    /// The PLC confirmed the verdict of this track number.
    case verdictWritten(track: UInt16)
    /// The verdict was too old to be sent.
    case verdictExpired(track: UInt16)
}

/// A device as the rules see it.
package enum DeviceCondition: Equatable, Sendable {
    /// Connected and talking.
    case connected
    /// Gone, or silent for too long.
    case stale
    /// Connected, but it reports or shows a fault.
    case faulty(String)
}
