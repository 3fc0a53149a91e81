extension LineState {
    /// The cause came, or came again.
    mutating func raise(_ code: String, _ station: String, _ detail: String) {
        if let index = alarms.firstIndex(where: { $0.code == code && $0.station == station }) {
            alarms[index].detail = detail
            alarms[index].state = .unacknowledged
        } else {
            alarms.append(Alarm(code: code, station: station, detail: detail))
        }
    }

    /// Somebody has seen it.
    mutating func acknowledge(_ fact: AlarmNamed) {
        alarms.removeAll { fact.names($0) && $0.state == .returned }
        for index in alarms.indices where fact.names(alarms[index]) { alarms[index].state = .acknowledged }
    }

    /// The cause went away.
    mutating func clear(_ fact: AlarmNamed) {
        alarms.removeAll { fact.names($0) && $0.state == .acknowledged }
        for index in alarms.indices where fact.names(alarms[index]) { alarms[index].state = .returned }
    }

    /// The line holds itself. What has an alarm of its own needs no second one.
    mutating func raiseStop(_ fact: BatchHeld) {
        guard let reason = StopReason(rawValue: fact.reason), reason != .asked, !reason.hasAlarmOfItsOwn
        else {
            return
        }
        raise(fact.reason, fact.station, fact.detail)
    }

    /// The line goes on, or is empty: who resumed it has seen why it stood.
    mutating func clearStops() { alarms.removeAll(where: \.isStop) }

    /// The most urgent first, then the newest.
    var alarmsByPriority: [Alarm] {
        let ranked = alarms.enumerated().sorted { a, b in
            let (left, right) = (a.element.priority ?? .low, b.element.priority ?? .low)
            return left == right ? a.offset > b.offset : left < right
        }
        return ranked.map(\.element)
    }

    /// The active alarm of a cause.
    func active(_ cause: AlarmCause, _ station: String? = nil) -> Alarm? {
        alarms.first { $0.isActive && $0.code == cause.rawValue && (station ?? $0.station) == $0.station }
    }
}

extension AlarmNamed {
    fileprivate func names(_ alarm: Alarm) -> Bool { alarm.code == self.alarm && alarm.station == station }
}
