/// How long the line can go on producing at the rate of its last minutes, for its numbers and its journal's
/// disk.
///
/// Only time in production counts: a stop neither makes the numbers last longer nor the disk. Transient:
/// after a start nothing is known for the first minute.
struct LineTime: Sendable {
    /// What was left, and written, after so much time in production.
    private struct Sample {
        let producing: UInt64
        let numbersLeft: Int
        let journalBytes: UInt64
    }

    /// Time between two samples.
    static let sampleNanoseconds = 10 * Nanoseconds.second
    /// Samples kept: five minutes.
    static let maxSamples = 31
    /// Less time in production than this tells nothing.
    static let leastNanoseconds = 60 * Nanoseconds.second
    /// What is further away than this is not told apart.
    static let maxMinutes = 1_000_000

    /// What the shell knows of the journal's disk.
    private(set) var disk: DiskRoom?
    private var pool = ""
    private var samples: [Sample] = []
    private var producing: UInt64 = 0
    private var seenAt: UInt64?

    /// Takes what the shell measured.
    mutating func measured(_ disk: DiskRoom) { self.disk = disk }

    /// Time passed.
    ///
    /// - Parameters:
    ///   - isProducing: Since the last call the batch on the line ran and was not held.
    ///   - pool: Pool of its unit serials; a new one begins anew.
    /// - Returns: Whether there is something new to know.
    mutating func pass(isProducing: Bool, pool: String, numbersLeft: Int, at now: UInt64) -> Bool {
        if pool != self.pool {
            self = LineTime(disk: disk, pool: pool)
        }
        if isProducing, let seenAt {
            let (sum, overflow) = producing.addingReportingOverflow(now - min(now, seenAt))
            producing = overflow ? .max : sum
        }
        seenAt = now
        if let last = samples.last, producing - last.producing < Self.sampleNanoseconds { return false }
        samples.append(
            Sample(producing: producing, numbersLeft: numbersLeft, journalBytes: disk?.journalBytes ?? 0))
        if samples.count > Self.maxSamples { samples.removeFirst() }
        return true
    }

    init() {}

    private init(disk: DiskRoom?, pool: String) {
        self.disk = disk
        self.pool = pool
    }

    /// Enough was seen to tell a rate.
    var isKnown: Bool { window != nil }

    /// Minutes for which so many numbers last; `nil` where too little is known, or none were used.
    func minutes(ofNumbers left: Int) -> Int? {
        guard let (first, last) = window else { return nil }
        let (used, overflow) = first.numbersLeft.subtractingReportingOverflow(last.numbersLeft)
        return Self.minutes(UInt64(clamping: left), used: overflow ? .max : used, first, last)
    }

    /// Minutes until the journal's disk is full but for its reserve; `nil` where too little is known.
    var minutesOfDisk: Int? {
        // The first samples may be older than the first measurement.
        let first = samples.first { $0.journalBytes > 0 }
        guard let disk, let first, let last = samples.last, Self.isEnough(first, last) else { return nil }
        let used = Int(clamping: last.journalBytes - min(last.journalBytes, first.journalBytes))
        return Self.minutes(disk.freeBytes, used: used, first, last)
    }

    private var window: (first: Sample, last: Sample)? {
        guard let first = samples.first, let last = samples.last, Self.isEnough(first, last) else {
            return nil
        }
        return (first, last)
    }

    private static func isEnough(_ first: Sample, _ last: Sample) -> Bool {
        last.producing - first.producing >= leastNanoseconds
    }

    private static func minutes(_ left: UInt64, used: Int, _ first: Sample, _ last: Sample) -> Int? {
        guard used > 0 else { return nil }
        let minutes =
            Double(left) / Double(used) * Double(last.producing - first.producing)
            / Double(60 * Nanoseconds.second)
        return minutes < Double(maxMinutes) ? Int(minutes) : maxMinutes
    }
}

/// What is left of the disk under the journal.
package struct DiskRoom: Equatable, Sendable {
    /// Bytes the journal may still take: free, or allocated ahead, without its reserve.
    package var freeBytes: UInt64
    /// Bytes of the journal so far.
    package var journalBytes: UInt64

    /// Makes a measurement.
    package init(freeBytes: UInt64, journalBytes: UInt64) {
        self.freeBytes = freeBytes
        self.journalBytes = journalBytes
    }
}

extension Line {
    /// Serials left in the pool of the running batch.
    var serialsLeft: Int? {
        runningPool.map {
            state.unitPools[$0].free + state.unitPools[$0].nextUnreserved - state.unitPools[$0].nextUnsent
        }
    }

    /// Follows the line time left; raises the alarm of what ends first, if that is soon.
    mutating func followTime() {
        guard let running = state.running, let left = serialsLeft else { return returnTimeAlarms() }
        let pool = state.unitPools[state.batches[running].pool].name
        let isNew = time.pass(
            isProducing: state.batches[running].hold == nil && !state.isEnding, pool: pool,
            numbersLeft: left, at: now.monotonicNanoseconds)
        // Until a rate is known an alarm from before the start stays.
        guard isNew, time.isKnown else { return }
        let few = configuration.numbers.lowMinutes
        // Numbers that outlast the batch need nobody's attention.
        let wanted = max(0, state.batches[running].order.quantity - state.batches[running].passed)
        let numbers = left < wanted ? time.minutes(ofNumbers: left) : nil
        let disk = time.minutesOfDisk
        let isDiskFirst = disk.map { $0 < numbers ?? .max } ?? false
        follow(.numbersTime, pool, isDiskFirst ? nil : numbers, few)
        follow(.diskTime, "journal", isDiskFirst ? disk : nil, few)
    }

    private mutating func follow(_ cause: AlarmCause, _ station: String, _ minutes: Int?, _ few: Int) {
        if let minutes, minutes < few {
            record(raised: cause, station, "less than \(few) min at the present rate")
        } else if minutes.map({ $0 >= few + few / 5 }) ?? true {
            record(returned: cause, station)
        }
    }

    private mutating func returnTimeAlarms() {
        let causes: [AlarmCause] = [.numbersTime, .diskTime]
        for cause in causes {
            for alarm in state.alarms where alarm.code == cause.rawValue {
                record(returned: cause, alarm.station)
            }
        }
    }
}
