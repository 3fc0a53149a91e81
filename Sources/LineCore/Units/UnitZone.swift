/// The units between part-present sensor and exit, as far as this run of the program knows them. Transient.
struct UnitZone: Sendable {
    /// By position on the belt, the furthest first.
    var tracks: [LiveTrack] = []
    /// Reads that came before their unit was reported.
    var waiting: [WaitingRead] = []
    /// Passed units not yet in a record.
    var passes: [UInt64] = []
    /// When the first of them must be recorded.
    var passesDue: UInt64?
    /// Rejects since the last accepted unit.
    var rejectsInRow = 0
    /// A camera owes an answer that may still come: reads count for nothing, and the line does not go on
    /// before.
    var settleUntil: UInt64?
    /// The next unit to come is doubtful.
    var doubtNext = false

    /// Most reads that wait for their unit; more mean the camera is out of step.
    static let maxWaiting = 16
    /// How long passes are gathered into one record.
    static let gatherNanoseconds = 250 * Nanoseconds.millisecond
    static let maxGathered = 8

    var nextReadDeadline: UInt64? { waiting.map(\.expiresAt).min() }
}

/// A read that waits for the scan of the I/O that shows its unit.
struct WaitingRead: Sendable {
    let camera: Int
    let result: ReadResult
    let expiresAt: UInt64
}

/// A unit on the belt.
struct LiveTrack: Sendable {
    enum Verdict: Equatable, Sendable { case none, pass, reject }
    enum Signal: Equatable, Sendable { case none, sent, confirmed }

    let number: UInt64
    /// The PLC's number: its part-present count.
    let plc: UInt16
    /// Where the belt was when the unit broke the part-present beam.
    let position: Int64
    /// One result for each camera.
    var results: [ReadResult?]
    /// Why it will be rejected whatever is read.
    var doubt: RejectReason?
    var verdict = Verdict.none
    /// Why it was rejected when it was judged.
    var rejectedFor: RejectReason?
    var signal = Signal.none
    var sequence: UInt16?
    /// Without an encoder: the belt stopped behind its sensor, so its place is not known any more.
    var stopped = false
    /// When a unit that should have been rejected must have been confirmed.
    var confirmBy: UInt64?

    /// In mode `eject` the belt may carry it to the gate.
    var mayReachGate: Bool { verdict == .pass || (verdict == .reject && signal == .confirmed) }
}
