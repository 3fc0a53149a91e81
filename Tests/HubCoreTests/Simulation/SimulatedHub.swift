@testable import HubCore

/// The hub's process and disk: records as text, synced now and then, lost in a crash, replaced by a backup.
struct SimulatedHub {
    private struct Written {
        let text: [UInt8]
        var syncedAt: UInt64?
    }

    /// What waits to be answered, in order.
    struct Waiting {
        let line: Int
        let request: NumberRequest
        let held: HeldAnswer
    }

    private(set) var numbers: HubNumbers
    private var disk: [Written] = []
    var waiting: [Waiting] = []
    private(set) var faults: [String] = []
    private let limits: NumberLimits
    /// Each start has a clock of its own.
    private var clockZero: UInt64 = 0
    /// A second fold, of the text alone.
    private var fold = NumberState()
    private var now: UInt64 = 0

    init(limits: NumberLimits) {
        self.limits = limits
        numbers = HubNumbers(limits: limits)
    }

    private var instant: HubInstant {
        HubInstant(monotonicNanoseconds: now - clockZero, wallMilliseconds: Int64(now / 1_000_000))
    }

    mutating func handle(_ request: NumberRequest, from line: Int, at now: UInt64) -> NumberDecision {
        self.now = now
        let decision = numbers.handle(request, at: instant)
        for (record, text) in zip(decision.records, decision.lines) {
            disk.append(Written(text: text))
            read(text, is: record)
        }
        if !decision.records.isEmpty, fold != numbers.state {
            faults.append("the fold of the records is not the state")
        }
        if line >= 0 { waiting.append(Waiting(line: line, request: request, held: decision.held)) }
        return decision
    }

    private mutating func read(_ text: [UInt8], is record: NumberRecord?) {
        do {
            let read = try NumberRecord.decode(text).record
            if let record, read != record { faults.append("a record reads back as another") }
            try fold.apply(read)
        } catch {
            faults.append("\(error): \(String(decoding: text, as: UTF8.self))")
        }
    }

    mutating func sync(at now: UInt64) {
        self.now = now
        for place in disk.indices where disk[place].syncedAt == nil { disk[place].syncedAt = now }
        numbers.durable(through: UInt64(disk.count), at: instant)
    }

    /// What leaves now.
    mutating func answers(at now: UInt64) -> [(Waiting, NumberAnswer)] {
        self.now = now
        var due: [(Waiting, NumberAnswer)] = []
        var later: [Waiting] = []
        for one in waiting {
            if let answer = numbers.release(one.held, at: instant) {
                due.append((one, answer))
            } else {
                later.append(one)
            }
        }
        waiting = later
        return due
    }

    /// - Parameter lies: The disk loses also what it acknowledged in the last second.
    mutating func crash(lies: Bool, at now: UInt64) {
        disk.removeAll { written in
            guard let at = written.syncedAt else { return true }
            return lies && now - at < HubNumbers.ageNanoseconds
        }
        restart(at: now)
    }

    /// What has aged: a younger record in a backup could be one that the disk then loses (seed 1016).
    func backup(at now: UInt64) -> [[UInt8]] {
        disk.filter { $0.syncedAt.map { now - $0 >= HubNumbers.ageNanoseconds } ?? false }.map(\.text)
    }

    mutating func restore(_ backup: [[UInt8]], generation: String, lines: [String], at now: UInt64) {
        disk = backup.map { Written(text: $0, syncedAt: 0) }
        replay(at: now)
        _ = handle(
            .beginGeneration(generation: generation, by: "Anna", reason: "disk broke", lines: lines),
            from: -1, at: now)
        // The data is put in place when the record of the generation has aged.
        for place in disk.indices { disk[place].syncedAt = 0 }
        _ = handle(.start(boot: "b"), from: -1, at: now)
    }

    private mutating func restart(at now: UInt64) {
        replay(at: now)
        _ = handle(.start(boot: "b"), from: -1, at: now)
    }

    private mutating func replay(at now: UInt64) {
        waiting = []
        clockZero = now
        fold = NumberState()
        for written in disk { read(written.text, is: nil) }
        numbers = HubNumbers(state: fold, limits: limits)
    }
}
