/// A challenge under way. Transient: after a start it is laid anew.
struct LaidChallenge: Sendable {
    let challenge: Challenge
    /// Who lays the pack.
    let actor: String
    /// No pack seen by then, it is forgotten.
    let due: UInt64
    /// The unit that it turned out to be.
    var track: UInt64?

    /// Time to lay a pack on the belt.
    static let layNanoseconds = 60_000 * Nanoseconds.millisecond
}

/// Packs known to be bad, laid on the belt while the feed is off: each must be thrown out for its own reason
/// and be seen in the chute.
extension Line {
    /// Challenges that a lane has not withstood yet for the batch on the line.
    var openChallenges: [Challenge] {
        configuration.changeover.challenges.filter { !lanesToChallenge($0).isEmpty }
    }

    /// Lanes on which such a pack has still to be thrown out.
    func lanesToChallenge(_ challenge: Challenge) -> [Lane] {
        guard let trials = state.runningBatch?.trials, !trials.isSetUp else { return [] }
        return configuration.lanes.filter { !trials.hasWithstood(challenge, on: $0.name) }
    }

    /// Holds the feed while challenges are due; the belt runs, to carry the packs.
    mutating func askForChallenges() {
        guard state.runningBatch?.ending == false, !awaitsFirstArticle, !openChallenges.isEmpty else {
            return
        }
        let station = openChallenges.first.flatMap { lanesToChallenge($0).first } ?? lane
        hold(.challengeDue, station: station.unitVerify.name, challengesText, immediate: false)
    }

    /// Names of the lanes on which the next challenge is due; empty on a line with one lane.
    var challengeLanes: [String] {
        guard configuration.lanes.count > 1, !awaitsFirstArticle else { return [] }
        return openChallenges.first.map { lanesToChallenge($0).map(\.name) } ?? []
    }

    private var challengesText: String {
        openChallenges.map { $0.rawValue + lanesText(lanesToChallenge($0), " on ") }.joined(separator: ", ")
    }

    /// Nothing is produced while a challenge is due.
    func checkChallenges() throws(Refusal) {
        guard let batch = state.runningBatch, batch.hold?.reason == StopReason.challengeDue.rawValue,
            !batch.ending, !awaitsFirstArticle, let next = openChallenges.first
        else { return }
        throw Refusal(
            "BATCH-168", "challenges are due: \(challengesText)",
            "Begin: seriatim batch challenge \(next.rawValue).")
    }

    mutating func layChallenge(_ challenge: Challenge, actor: String) throws(Refusal) -> String {
        guard let batch = state.runningBatch else { throw Self.noBatch }
        guard configuration.changeover.challenges.contains(challenge), !batch.trials.isSetUp else {
            throw Refusal(
                "BATCH-165",
                batch.trials.isSetUp
                    ? "the line is being set up: everything is rejected"
                    : "this line asks for no challenge \(challenge.rawValue)",
                batch.trials.isSetUp
                    ? "End the set-up: seriatim batch complete." : "Name it in [changeover], challenges.")
        }
        try checkTakesPack(batch)
        guard laid == nil else {
            throw Refusal("BATCH-167", "another challenge is under way", "Wait a moment, then try again.")
        }
        guard isBeltEmpty else {
            throw Refusal(
                "BATCH-167", "units are on the belt, or may be",
                "Let the belt run until the line is empty, then try again.")
        }
        laid = LaidChallenge(
            challenge: challenge, actor: actor,
            due: now.monotonicNanoseconds.advanced(byNanoseconds: LaidChallenge.layNanoseconds))
        return
            "\(isBench ? "present it" : "lay it on the belt behind the coder") within a minute: "
            + challenge.words + lanesText(lanesToChallenge(challenge), "; it is due on lane ")
    }

    /// Whoever lays a pack now is not told to do what nobody will look at.
    private func checkTakesPack(_ batch: Batch) throws(Refusal) {
        guard !batch.ending else {
            throw Refusal(
                "BATCH-166", "the batch is being completed", "Lay it when the next batch is on the line.")
        }
        if let hold = batch.hold, hold.immediate {
            let stop = StopReason(rawValue: hold.reason)
            let isAsked = stop.map { $0 == .asked } ?? true
            throw Refusal(
                "BATCH-166", "the line stands: \(hold.reason)\(stop.map { " \($0.text)" } ?? "")",
                isAsked ? "Resume first: seriatim batch resume." : stop?.remedy ?? "")
        }
        guard isBench || batch.hold != nil else {
            throw Refusal(
                "BATCH-166", "the feed must be off and the belt run",
                "Stop the feed: seriatim batch hold --reason TEXT.")
        }
        guard jobsProven else {
            throw Refusal(
                "BATCH-166", "the jobs of the order are not read back yet", "Wait a moment, then try again.")
        }
    }

    /// The feed is off for as long as the belt needs to be empty, and nothing was seen since.
    private var isBeltEmpty: Bool {
        let length = configuration.counts(configuration.drainMillimetres)
        return isBench
            || lanes.allSatisfy { lane in
                guard let from = lane.belt.feedOffAt, lane.belt.purgeUntil == nil, lane.zone.tracks.isEmpty,
                    lane.zone.waiting.isEmpty
                else { return false }
                return lane.belt.position - from >= length
            }
    }

    /// A unit came before the camera: if a challenge was to be laid, this is it.
    mutating func bindChallenge(to track: UInt64) {
        if laid != nil, laid?.track == nil { laid?.track = track }
    }

    /// The unit is the pack that was laid: whatever is read on it, it is rejected.
    func isChallenge(_ track: UInt64) -> Bool { laid?.track == track }

    /// The pack came to its end: in the chute, or somewhere it should not be.
    mutating func endChallenge(_ track: LiveTrack, inChute: Bool) {
        guard let challenge = laid, challenge.track == track.number, let batch = state.runningBatch else {
            return
        }
        laid = nil
        let reason = track.rejectedFor
        let isRight = reason.map(challenge.challenge.reasons.contains) ?? false
        record(
            .challengeJudged(
                ChallengeJudged(
                    batch: batch.order.batch, challenge: challenge.challenge.rawValue, track: track.number,
                    reason: reason?.rawValue ?? "", withstood: inChute && isRight, actor: challenge.actor,
                    lane: lane.name)))
        guard !(inChute && isRight) else { return }
        let why = inChute ? "rejected for \(reason?.rawValue ?? "nothing")" : "not seen in the chute"
        hold(
            .challengeFailed, station: lane.unitVerify.name,
            "\(challenge.challenge.rawValue): \(why)", immediate: true)
    }

    /// Nobody laid the pack, or it left with everything else on the belt.
    mutating func forgetChallenge() {
        guard let challenge = laid else { return }
        let isGone = state.running == nil
        let isLost = challenge.track.map { track in
            !lanes.contains { $0.zone.tracks.contains { $0.number == track } }
        }
        if isGone || isLost ?? (challenge.due <= now.monotonicNanoseconds) { laid = nil }
    }

    /// A new shift begins with challenges of its own.
    mutating func renewChallenges() {
        guard configuration.changeover.challengesEachShift, !configuration.changeover.challenges.isEmpty,
            let batch = state.runningBatch, !batch.trials.isSetUp, !batch.ending,
            !batch.trials.withstood.isEmpty
        else { return }
        record(.challengesDue(ChallengesDue(batch: batch.order.batch)))
        askForChallenges()
    }
}
