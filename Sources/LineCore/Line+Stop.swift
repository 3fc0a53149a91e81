/// Gate mode `stop`: there is no gate. The belt stops with a bad unit before the stop position, and a person
/// takes it off; what has gone beyond that position, and was never stopped for, has passed.
extension Line {
    /// Where the belt stops for a unit: before the stop position by as much as it may be misplaced.
    func stopPosition(of track: LiveTrack) -> Int64 {
        gatePosition(of: track) - configuration.counts(lane.gate.toleranceMillimetres)
    }

    /// Units beyond the stop position since the last scan, and bad ones that stand before it.
    mutating func leaveByTravel() {
        let tolerance = configuration.counts(lane.gate.toleranceMillimetres)
        let beyond = zone.tracks.filter { belt.position > gatePosition(of: $0) + tolerance }.map(\.number)
        for number in beyond { passTrack(number) }
        guard let bad = zone.tracks.first(where: isAtStop) else { return }
        hold(.takeOff, station: lane.gate.name, "track \(bad.number)", immediate: true)
    }

    /// A bad unit that the belt has brought to where it is taken off.
    private func isAtStop(_ track: LiveTrack) -> Bool {
        track.verdict == .reject && belt.position >= stopPosition(of: track)
    }

    /// The line goes on: whoever resumes it has taken the bad units off.
    mutating func confirmTakenOff() {
        for number in zone.tracks.filter(isAtStop).map(\.number) {
            guard let index = zone.tracks.firstIndex(where: { $0.number == number }) else { continue }
            rejected(index)
        }
    }

    /// What lies between camera and stop position is not known, and no gate throws it out.
    mutating func holdForZone() {
        guard belt.isZoneUnknown, beltMayRun else { return }
        hold(.zoneUnknown, station: lane.gate.name, "", immediate: true)
    }
}
