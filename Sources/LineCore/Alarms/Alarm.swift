/// An alarm that is not over: somebody has to act, or at least to see that it was there.
///
/// | from | to | by |
/// | --- | --- | --- |
/// | none, `returned` | `unacknowledged` | `alarm.raised`, or the line holds itself |
/// | `unacknowledged` | `acknowledged` | `alarm.acknowledged` |
/// | `unacknowledged` | `returned` | `alarm.returned`: the cause went away and nobody has seen it |
/// | `acknowledged` | over | `alarm.returned` |
/// | `returned` | over | `alarm.acknowledged` |
///
/// One alarm a code and station: their number is bounded by the configuration. A stop of the line is an alarm
/// until the line goes on: who resumes it has seen it.
///
/// - Source: ISA-18.2, alarm state transition diagram.
package struct Alarm: Equatable, Sendable {
    /// Where an alarm stands.
    package enum State: String, CaseIterable, Equatable, Sendable {
        /// The cause is there, and nobody has seen it.
        case unacknowledged
        /// The cause is there.
        case acknowledged
        /// The cause went away before anybody has seen it.
        case returned
    }

    /// Code of an ``AlarmCause`` or a ``StopReason``.
    package let code: String
    /// Station or device.
    package let station: String
    /// Measured facts.
    package internal(set) var detail: String
    /// Where it stands.
    package internal(set) var state = State.unacknowledged
    /// It is a stop of the line, and over when the line goes on. Looked at with every output of the line.
    let isStop: Bool

    init(code: String, station: String, detail: String) {
        self.code = code
        self.station = station
        self.detail = detail
        isStop = StopReason(rawValue: code) != nil
    }

    /// The cause is there.
    package var isActive: Bool { state != .returned }
    /// How soon somebody has to act; `nil` for a code that this version does not know.
    package var priority: AlarmPriority? {
        AlarmCause(rawValue: code)?.priority ?? StopReason(rawValue: code)?.priority
    }
    /// What is wrong, in words.
    package var text: String {
        AlarmCause(rawValue: code)?.text ?? StopReason(rawValue: code)?.text ?? ""
    }
    /// One thing to do now.
    package var remedy: String {
        AlarmCause(rawValue: code)?.remedy ?? StopReason(rawValue: code)?.remedy ?? ""
    }
}

/// How soon somebody has to act, by what happens otherwise.
package enum AlarmPriority: String, CaseIterable, Comparable, Sendable {
    /// Something that may be wrong goes on its way, or records are at stake: at once.
    case critical
    /// The line stands.
    case high
    /// The line will stand soon.
    case medium
    /// Within the shift.
    case low

    /// The more urgent one is less.
    package static func < (a: AlarmPriority, b: AlarmPriority) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .critical: 0
        case .high: 1
        case .medium: 2
        case .low: 3
        }
    }
}
