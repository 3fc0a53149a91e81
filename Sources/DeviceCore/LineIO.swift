/// A counter of edges with the belt position latched at the newest one.
public struct LineIOLatchedCounter: Equatable, Sendable {
    /// Edges since the controller started, modulo 65536.
    public var count: UInt16
    /// Belt position in encoder counts at the newest edge, modulo 2^32.
    public var position: UInt32

    /// Makes a latched counter.
    public init(count: UInt16 = 0, position: UInt32 = 0) {
        self.count = count
        self.position = position
    }
}

/// What became of a gate command at the controller.
public enum LineIOGateResult: Equatable, Sendable {
    /// No command taken yet.
    case none
    /// Taken, and will be carried out at its position.
    case accepted
    /// The belt was already past the position.
    case refusedLate
    /// A number the contract does not name. To be treated as not carried out.
    case unknown(UInt16)

    /// Reads the register.
    public init(register: UInt16) {
        switch register {
        case 0: self = .none
        case 1: self = .accepted
        case 2: self = .refusedLate
        default: self = .unknown(register)
        }
    }
}

/// What the controller did with one unit (gate mode `plc`).
public struct LineIODisposition: Equatable, Sendable {
    /// What happened to the unit.
    public enum Result: Equatable, Sendable {
        /// The slot was never used.
        case none
        /// Let through.
        case passed
        /// Thrown out.
        case rejected
        /// A number the contract does not name. To be treated as a fault.
        case unknown(UInt16)

        /// Reads the register.
        public init(register: UInt16) {
            switch register {
            case 0: self = .none
            case 1: self = .passed
            case 2: self = .rejected
            default: self = .unknown(register)
            }
        }
    }

    /// Track number, modulo 65536.
    public var track: UInt16
    /// What happened to it.
    public var result: Result

    /// Makes a disposition.
    public init(track: UInt16, result: Result) {
        self.track = track
        self.result = result
    }
}

/// The controller's inputs at one read. Registers and bits: `docs/line-io.md`.
public struct LineIOInputs: Equatable, Sendable {
    /// The conveyor runs.
    public var conveyorRunning = false
    /// The reject bin is full.
    public var binFull = false
    /// The controller dropped run-enable because the heartbeat stood still.
    public var watchdogTripped = false
    /// The gate reports a fault.
    public var gateFault = false
    /// Belt position now, in encoder counts modulo 2^32.
    public var beltPosition: UInt32 = 0
    /// Part-present sensor.
    public var part = LineIOLatchedCounter()
    /// Pass sensor behind the gate.
    public var pass = LineIOLatchedCounter()
    /// Reject confirmation sensor in the chute.
    public var reject = LineIOLatchedCounter()
    /// Sequence of the last gate command the controller took.
    public var gateSequenceTaken: UInt16 = 0
    /// What became of it.
    public var gateResult = LineIOGateResult.none
    /// Last heartbeat the controller saw.
    public var heartbeatEcho: UInt16 = 0
    /// Dispositions since the controller started, modulo 65536.
    public var dispositionCounter: UInt16 = 0
    /// The ring as read: the disposition with number n (from 1) is in slot (n - 1) mod count.
    public var dispositionRing: [LineIODisposition] = []

    /// All zero, an empty ring.
    public init() {}

    /// Dispositions since the reader last saw `counter`, oldest first.
    ///
    /// - Parameter counter: `dispositionCounter` of the inputs last acted on.
    /// - Returns: The new ones still in the ring, and how many were overwritten before they could be read
    ///   (a lost disposition stops the line).
    public func dispositions(since counter: UInt16) -> (lost: Int, fresh: [LineIODisposition]) {
        let new = Int(dispositionCounter &- counter)
        let kept = min(new, dispositionRing.count)
        guard kept > 0 else { return (new, []) }
        let fresh = (0..<kept).map { step in
            let number = dispositionCounter &- UInt16(truncatingIfNeeded: kept - 1 - step)
            return dispositionRing[Int(number &- 1) % dispositionRing.count]
        }
        return (new - kept, fresh)
    }
}

/// All outputs of the line I/O. The session adds the heartbeat: one step for each command of the rules.
public struct LineIOOutputs: Equatable, Sendable {
    /// The conveyor may run.
    public var runEnable = false
    /// The infeed may feed.
    public var feedEnable = false
    /// Throw everything out until the belt reaches `purgeUntil`.
    public var purge = false
    /// Red lamp.
    public var red = false
    /// Amber lamp.
    public var amber = false
    /// Green lamp.
    public var green = false
    /// Horn.
    public var horn = false
    /// The belt may run up to this position only, encoder counts modulo 2^32.
    public var runLimit: UInt32 = 0
    /// End of the purge, encoder counts modulo 2^32.
    public var purgeUntil: UInt32 = 0

    /// Everything off: the safe state.
    public init() {}
}

/// One unit's gate command.
public struct LineIOGateCommand: Equatable, Sendable {
    /// What to do at the position.
    public enum Kind: UInt16, Equatable, Sendable {
        /// Let the unit at the position through (the gate normally rejects).
        case passAt = 1
        /// Throw the unit at the position out (the gate normally passes).
        case ejectAt = 2
    }

    /// From 1, growing, modulo 65536 without 0; continues from `gateSequenceTaken` after a start.
    public var sequence: UInt16
    /// What to do.
    public var kind: Kind
    /// Belt position of the unit at the gate, encoder counts modulo 2^32.
    public var position: UInt32
    /// Monotonic nanoseconds; not written at or after this instant.
    public var expiresAt: UInt64

    /// Makes a gate command.
    public init(sequence: UInt16, kind: Kind, position: UInt32, expiresAt: UInt64) {
        self.sequence = sequence
        self.kind = kind
        self.position = position
        self.expiresAt = expiresAt
    }
}
