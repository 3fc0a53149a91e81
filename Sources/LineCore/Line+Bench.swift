/// Gate mode `none`: there is no belt. A person presents units to the camera one by one and puts the bad ones
/// aside; what is verified has passed.
extension Line {
    /// Units are presented by hand.
    var isBench: Bool { configuration.lanes[0].gate.mode == .none }

    /// The same read again within this time is of the same unit.
    private static let sameUnitNanoseconds = Nanoseconds.second

    /// The camera read the unit that is held before it.
    mutating func benchRead(_ result: ReadResult, from device: String) {
        guard let batch = state.runningBatch else {
            return answer(device, good: false, "no batch is on the line")
        }
        let isAwaited = laid != nil && laid?.track == nil
        guard batch.hold == nil || (isAwaited && beltMayRun) else {
            return answer(device, good: false, "the line is held: resume it first")
        }
        guard jobsProven else {
            return answer(device, good: false, "the jobs of the order are not read back yet")
        }
        guard !batch.ending else { return answer(device, good: false, "the batch is being completed") }
        let last = belt.lastBenchRead
        belt.lastBenchRead = (result, now.monotonicNanoseconds)
        if let last, last.result == result, now.monotonicNanoseconds - last.at <= Self.sameUnitNanoseconds {
            return
        }
        append(at: 0)
        let track = zone.tracks[zone.tracks.count - 1].number
        bind(result, camera: 0, to: zone.tracks.count - 1)
        guard let index = zone.tracks.firstIndex(where: { $0.number == track }) else { return }
        if zone.tracks[index].verdict == .pass {
            answer(device, good: true, "good")
            passTrack(track)
            return flushPasses(onlyDue: false)
        }
        let rejected = zone.tracks.remove(at: index)
        answer(device, good: false, "\(rejected.rejectedFor?.rawValue ?? ""): put it into the reject bin")
        // No sensor sees it there: its confirmation is given up.
        record(.unitsCleared(Tracks(tracks: [track])))
        endChallenge(rejected, inChute: true)
    }
}
