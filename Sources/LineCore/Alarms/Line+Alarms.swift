/// Alarms that went away and are not recorded as such yet: a device that comes and goes is one alarm.
struct AlarmFeed: Sendable {
    /// An alarm whose cause is away since a moment.
    struct Clearing: Equatable, Sendable {
        let cause: AlarmCause
        let station: String
        let due: UInt64
    }

    private(set) var clearing: [Clearing] = []

    var nextDeadline: UInt64? { clearing.map(\.due).min() }

    /// The cause is back, or was never away.
    mutating func keep(_ cause: AlarmCause, _ station: String) {
        clearing.removeAll { $0.cause == cause && $0.station == station }
    }

    mutating func clear(_ cause: AlarmCause, _ station: String, due: UInt64) {
        guard !clearing.contains(where: { $0.cause == cause && $0.station == station }) else { return }
        clearing.append(Clearing(cause: cause, station: station, due: due))
    }

    /// Takes those that have been away long enough, in the order they went.
    mutating func takeDue(at now: UInt64) -> [Clearing] {
        guard clearing.contains(where: { $0.due <= now }) else { return [] }
        defer { clearing.removeAll { $0.due <= now } }
        return clearing.filter { $0.due <= now }
    }
}

extension Line {
    /// The cause is there.
    mutating func record(raised cause: AlarmCause, _ station: String, _ detail: String) {
        guard numbers.started else { return }
        alarmFeed.keep(cause, station)
        guard state.active(cause, station) == nil else { return }
        record(.alarmRaised(AlarmRaised(alarm: cause.rawValue, station: station, detail: detail)))
    }

    /// The cause went away. That is recorded once it stayed away for the cause's time.
    mutating func record(returned cause: AlarmCause, _ station: String) {
        guard numbers.started, state.active(cause, station) != nil else { return }
        guard cause.offDelayNanoseconds > 0 else {
            return record(.alarmReturned(AlarmNamed(alarm: cause.rawValue, station: station)))
        }
        let due = now.monotonicNanoseconds.advanced(byNanoseconds: cause.offDelayNanoseconds)
        alarmFeed.clear(cause, station, due: due)
    }

    /// Records what has been away long enough.
    mutating func clearAlarms() {
        for alarm in alarmFeed.takeDue(at: now.monotonicNanoseconds) {
            guard state.active(alarm.cause, alarm.station) != nil else { continue }
            record(.alarmReturned(AlarmNamed(alarm: alarm.cause.rawValue, station: alarm.station)))
        }
    }

    /// Somebody has seen the alarms of a code, at one station or at all.
    mutating func acknowledge(_ code: String, station: String?, actor: String) throws(Refusal) -> String {
        let open = state.alarms.filter {
            $0.code == code && $0.state != .acknowledged && (station ?? $0.station) == $0.station
        }
        guard !open.isEmpty else {
            throw Refusal(
                "ALARM-101", "there is no unacknowledged alarm \(code)\(station.map { " at \($0)" } ?? "")",
                "seriatim alarms lists them.")
        }
        for found in open {
            record(.alarmAcknowledged(AlarmNamed(alarm: code, station: found.station, actor: actor)))
        }
        return "\(open.count) acknowledged"
    }
}
