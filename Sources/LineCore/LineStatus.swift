/// What a line shows of itself: a value for the control socket, the console and metrics.
package struct LineStatus: Equatable, Sendable {
    /// PackML state: Stopped, Idle, Starting, Execute, Held or Completing.
    package enum Machine: String, Equatable, Sendable {
        case stopped = "Stopped"
        case idle = "Idle"
        /// A device has still to read its job back.
        case starting = "Starting"
        case execute = "Execute"
        case held = "Held"
        case completing = "Completing"
    }

    /// A packing station.
    package struct Packing: Equatable, Sendable {
        /// Station name.
        package var station: String
        /// What it makes.
        package var level: PackLevel
        /// Items in the open container.
        package var open: Int
        /// Items in a full one.
        package var capacity: Int
        /// SSCCs of containers that wait for their label to be read, in order.
        package var transit: [String]
        /// SSCCs of containers that must be proved: an item of each and, next, its label, by one reader.
        package var unproved: [String]
        /// SSCCs of those among them that lie on the side way: their label was not read.
        package var diverted: [String]
        /// As many were closed by order as may be: the next one must be proved.
        package var proofDue: Bool
        /// SSCC of the container to be filled, whose label comes first.
        package var filling: String?
        /// People pack here in place of the station's readers.
        package var byHand: Bool
        /// SSCC being read again.
        package var readingAgain: String?
        /// Containers closed.
        package var closed: Int
    }

    /// How the line took the last scan of a reader at a packing station. Transient.
    package struct Read: Equatable, Sendable {
        /// Device name.
        package var device: String
        /// How it was taken.
        package var answer: ReadAnswer
    }

    /// A lane of the line.
    package struct LaneStatus: Equatable, Sendable {
        /// Name; empty on a line that has one.
        package var name: String
        /// Units between camera and exit.
        package var onBelt: Int
        /// Records waiting in the coder.
        package var coderWaiting: Int
    }

    /// What stands between the batch and production, or between two batches.
    package struct Changeover: Equatable, Sendable {
        /// Serial of the first article that waits for what people say of it.
        package var firstArticle: String?
        /// Challenges that are due.
        package var challenges: [Challenge]
        /// On a line with several lanes, those on which the first of them is due.
        package var dueOn: [String]
        /// The pack that is to be laid, or is on its way.
        package var laid: Challenge?
        /// Another batch cannot start before the line was cleared.
        package var needsClearance: Bool
    }

    /// Units between camera and exit, on all lanes.
    package var onBelt: Int { lanes.reduce(0) { $0 + $1.onBelt } }
    /// Records waiting in the coders.
    package var coderWaiting: Int { lanes.reduce(0) { $0 + $1.coderWaiting } }

    /// Line name.
    package var line: String
    /// PackML state.
    package var machine: Machine
    /// The batch on the line, or the completed one.
    package var batch: Batch?
    /// Batches that were suspended, in the order they were opened.
    package var suspended: [String]
    /// Why it is held.
    package var stop: StopReason?
    /// What stands between the batch and production.
    package var changeover: Changeover
    /// Jobs of the batch on the line, and whether they were read back.
    package var jobs: [JobStatus]
    /// Lanes.
    package var lanes: [LaneStatus]
    /// Packing stations.
    package var packing: [Packing]
    /// Where everything of the batch is, station by station.
    package var balance: [StationBalance]
    /// Devices.
    package var devices: [DeviceState]
    /// Readers of packed items and labels that were answered, by name.
    package var reads: [Read]
    /// Alarms that are not over, the most urgent first, then the newest.
    package var alarms: [Alarm]
    /// What the start did not read of the journal is still being verified; no batch is closed meanwhile.
    package var isVerifyingJournal: Bool
    /// Operators sign on at this line; otherwise the Unix account acts.
    package var signsOn: Bool
    /// Who is signed on.
    package var signedOn: [SignedOn]
    /// Serials left in the pool of the batch.
    package var serialsLeft: Int
    /// Minutes of production for which they last; `nil` while not known.
    package var numbersMinutes: Int?
    /// Minutes of production for which the journal's disk has room; `nil` while not known.
    package var diskMinutes: Int?
    /// Serials of its units that are out for in-process control.
    package var takenOut: [String]
    /// Starts recorded in the journal.
    package var starts: Int
    /// Holds recorded in the journal: tells a new stop from an old one.
    package var holds: Int
}

/// How the line took a scan.
package struct ReadAnswer: Equatable, Sendable {
    /// It was wanted and is right.
    package var good: Bool
    /// In words.
    package var text: String
    /// When, epoch.
    package var wallMilliseconds: Int64
}

extension Line {
    /// The status as of the last input.
    package var status: LineStatus {
        let batch = state.runningBatch ?? completedBatch
        let pool = batch.map { state.unitPools[$0.pool].figures }
        return LineStatus(
            line: configuration.name, machine: machine, batch: batch,
            suspended: state.batches.filter { $0.state == .suspended }.map(\.order.batch),
            stop: batch?.hold.flatMap { StopReason(rawValue: $0.reason) }, changeover: changeover,
            jobs: jobStatus,
            lanes: zip(configuration.lanes, lanes).map {
                LineStatus.LaneStatus(
                    name: $0.name, onBelt: $1.zone.tracks.count, coderWaiting: $1.coder.waiting)
            },
            packing: packing.map { status(of: $0, order: batch?.order) }, balance: balance, devices: devices,
            reads: devices.compactMap { device in
                answers[device.name].map { LineStatus.Read(device: device.name, answer: $0) }
            },
            alarms: state.alarmsByPriority, isVerifyingJournal: isVerifyingJournal,
            signsOn: configuration.operators != nil, signedOn: state.signedOn,
            serialsLeft: pool.map { $0.free + $0.unsent } ?? 0,
            numbersMinutes: serialsLeft.flatMap { time.minutes(ofNumbers: $0) },
            diskMinutes: state.running.flatMap { _ in time.minutesOfDisk },
            takenOut: batch.map(takenOut) ?? [],
            starts: state.starts, holds: state.holds)
    }

    private var changeover: LineStatus.Changeover {
        LineStatus.Changeover(
            firstArticle: state.runningBatch?.trials.shown?.serial,
            challenges: awaitsFirstArticle ? [] : openChallenges, dueOn: challengeLanes,
            laid: laid?.challenge,
            needsClearance: !configuration.changeover.clearance.isEmpty && state.running == nil
                && !state.isCleared)
    }

    private var machine: LineStatus.Machine {
        guard numbers.started else { return .stopped }
        guard let batch = state.runningBatch else { return .idle }
        if batch.hold != nil { return .held }
        if !jobsLetRun { return .starting }
        return batch.ending ? .completing : .execute
    }

    private func status(of open: OpenContainer, order: Order?) -> LineStatus.Packing {
        let level = open.station.level
        let unproved = state.unproved.filter { state.containers[$0].level == level }
        return LineStatus.Packing(
            station: open.station.name, level: level, open: open.items.count,
            capacity: order?.packing[level] ?? 0,
            transit: state.transit[level.index].map { state.containers[$0].sscc },
            unproved: unproved.map { state.containers[$0].sscc },
            diverted: unproved.filter { state.containers[$0].isDiverted }.map { state.containers[$0].sscc },
            proofDue: proofDue(level) != nil,
            filling: opened(at: open.station).map { state.containers[$0].sscc },
            byHand: state.byHand.contains(open.station.name),
            readingAgain: open.readingAgain.map { state.containers[$0].sscc },
            closed: state.closedContainers[level.index])
    }
}
