/// Ageing of numbers: a disk that loses its last acknowledged second must not lead to a repeat.
///
/// A reserved block is used at the earliest one second after its record was synced, and no number at all
/// leaves within one second of the record of the start.
struct NumberFeed: Sendable {
    private struct Reservation {
        let pool: String
        let end: Int
        let record: UInt64
        var durableAt: UInt64?
    }

    private var reservations: [Reservation] = []
    /// Usable positions end here, by pool: a line may have tens of thousands of them.
    private var usable: [String: Int] = [:]
    private var startRecord: UInt64?
    private var startDurableAt: UInt64?

    /// How long a number waits after its record was synced.
    static let ageNanoseconds = Nanoseconds.second

    var started: Bool { startRecord != nil }

    mutating func begin(record: UInt64) { startRecord = record }

    mutating func reserved(pool: String, end: Int, record: UInt64) {
        reservations.append(Reservation(pool: pool, end: end, record: record))
    }

    /// Numbers reserved before the start need no ageing but that of the start.
    mutating func adopt(pool: String, end: Int) { usable[pool] = end }

    mutating func became(durable records: UInt64, at now: UInt64) {
        if let startRecord, startDurableAt == nil, records >= startRecord { startDurableAt = now }
        for index in reservations.indices
        where reservations[index].durableAt == nil && reservations[index].record <= records {
            reservations[index].durableAt = now
        }
    }

    /// End of the positions of `pool` that may be used now; 0 if none.
    mutating func usableEnd(pool: String, at now: UInt64) -> Int {
        guard let startDurableAt, now >= startDurableAt.advanced(byNanoseconds: Self.ageNanoseconds) else {
            return 0
        }
        for reservation in reservations where reservation.pool == pool {
            guard let at = reservation.durableAt, now >= at.advanced(byNanoseconds: Self.ageNanoseconds)
            else { break }
            adopt(pool: pool, end: reservation.end)
        }
        let end = usable[pool] ?? 0
        reservations.removeAll { $0.pool == pool && $0.end <= end }
        return end
    }

    /// When the next number after `now` comes of age.
    func nextDeadline(after now: UInt64) -> UInt64? {
        let times = reservations.compactMap(\.durableAt) + (startDurableAt.map { [$0] } ?? [])
        return times.map { $0.advanced(byNanoseconds: Self.ageNanoseconds) }.filter { $0 > now }.min()
    }
}

/// What is known of the unit coder of a lane. Indices go up by one with each record.
struct CoderFeed: Sendable {
    /// Its buffer was emptied and its fields are set.
    var ready = false
    /// Index of the last record sent.
    var sent: UInt64 = 0
    /// Index of the last record printed.
    var printed: UInt64 = 0
    /// Serials before this position were taken out of the buffer again where they were not printed: a unit
    /// behind them skips none of them.
    var clearedBelow = 0

    /// Records that wait in the coder.
    var waiting: Int { Int(clamping: sent - min(sent, printed)) }
}

/// The figures of a pool without its serials: reading them copies nothing large.
struct PoolFigures {
    let name: String
    let nextUnsent: Int
    let nextUnreserved: Int
    let free: Int
    /// Reserved and not sent or used.
    var unsent: Int { nextUnreserved - nextUnsent }
}

extension UnitPool {
    var figures: PoolFigures {
        PoolFigures(name: name, nextUnsent: nextUnsent, nextUnreserved: nextUnreserved, free: free)
    }
}

extension SSCCPool {
    var figures: PoolFigures {
        PoolFigures(name: name, nextUnsent: nextUnused, nextUnreserved: nextUnreserved, free: free)
    }
}

extension Line {
    /// The pool of the running batch, as an index.
    var runningPool: Int? { state.running.map { state.batches[$0].pool } }

    /// The running batch prints its codes on this line.
    var printsOnLine: Bool {
        guard configuration.hasCoders, let pool = runningPool else { return false }
        return state.unitPools[pool].kind == .printed
    }

    /// Numbers reserved before the start are usable once the start itself has aged.
    mutating func adoptReserved() {
        for pool in state.unitPools { numbers.adopt(pool: pool.name, end: pool.nextUnreserved) }
        for pool in state.ssccPools { numbers.adopt(pool: pool.name, end: pool.nextUnreserved) }
    }

    /// Reserves the next block when less than half of one is left.
    mutating func reserveNumbers() {
        guard let running = state.running else {
            returnLowAlarms(but: [])
            return reserveForTheRest()
        }
        guard !state.batches[running].trials.isSetUp else { return returnLowAlarms(but: []) }
        let units = state.unitPools[state.batches[running].pool].figures
        if printsOnLine, units.unsent <= configuration.numbers.unitBlock / 2 {
            reserve(units, most: configuration.numbers.unitBlock)
        }
        warnLow(units.name, units.free + units.unsent, unitsEach: 1, "serials")
        guard !configuration.packing.isEmpty,
            let index = state.ssccPool(named: state.batches[running].order.ssccPool)
        else {
            return returnLowAlarms(but: [units.name])
        }
        let ssccs = state.ssccPools[index].figures
        if ssccs.unsent <= configuration.numbers.ssccBlock / 2 {
            reserve(ssccs, most: configuration.numbers.ssccBlock)
        }
        let packing = state.batches[running].order.packing
        let unitsEach = packing.levels.first.map { packing[$0] } ?? 1
        warnLow(ssccs.name, ssccs.free + ssccs.unsent, unitsEach: unitsEach, "SSCCs")
        returnLowAlarms(but: [units.name, ssccs.name])
    }

    /// What a completed batch has open may be packed after a start that voided the SSCCs it had reserved.
    private mutating func reserveForTheRest() {
        guard let batch = completedBatch, packing.contains(where: { !$0.items.isEmpty }),
            let index = state.ssccPool(named: batch.order.ssccPool)
        else { return }
        let pool = state.ssccPools[index].figures
        if pool.unsent == 0 { reserve(pool, most: configuration.numbers.ssccBlock) }
    }

    private mutating func reserve(_ pool: PoolFigures, most: Int) {
        let count = min(most, pool.free)
        guard count > 0 else { return }
        record(.serialsReserved(SerialRange(pool: pool.name, first: pool.nextUnreserved, count: count)))
        numbers.reserved(pool: pool.name, end: pool.nextUnreserved + count, record: recordsMade)
    }

    /// - Parameter unitsEach: Units that one number serves.
    private mutating func warnLow(_ pool: String, _ left: Int, unitsEach: Int, _ words: String) {
        let few = (configuration.numbers.lowWater + unitsEach - 1) / unitsEach
        if left < few {
            // The limit: a figure of this moment would be wrong with the next unit.
            record(raised: .numbersLow, pool, "fewer than \(few) \(words)")
        } else {
            record(returned: .numbersLow, pool)
        }
    }

    /// Pools that are not the running batch's keep nobody waiting.
    private mutating func returnLowAlarms(but pools: [String]) {
        for alarm in state.alarms
        where alarm.code == AlarmCause.numbersLow.rawValue && !pools.contains(alarm.station) {
            record(returned: .numbersLow, alarm.station)
        }
    }

    /// Keeps the coder's buffer filled up to its look-ahead, in batches so that one line covers several
    /// serials.
    mutating func feedCoder() {
        guard let station = lane.unitPrint, printsOnLine, coder.ready, beltMayRun, jobsProven,
            let running = state.running
        else { return }
        guard !state.batches[running].trials.isSetUp else {
            return feedSetUp(station, of: state.batches[running])
        }
        let pool = state.unitPools[state.batches[running].pool].figures
        let usable = numbers.usableEnd(pool: pool.name, at: now.monotonicNanoseconds)
        let count = min(station.lookAhead - coder.waiting, usable - pool.nextUnsent)
        if count >= station.sendBatch || (count > 0 && coder.waiting == 0) {
            send(count, from: pool.nextUnsent, of: state.batches[running])
        } else if !state.batches[running].ending, !hasNumbers, coder.waiting <= station.lookAhead / 2 {
            hold(.numbersEnd, station: station.name, "pool \(pool.name) is used up", immediate: false)
        }
    }

    /// The pool of the running batch has numbers that were not sent yet.
    var hasNumbers: Bool {
        guard let pool = runningPool.map({ state.unitPools[$0].figures }) else { return false }
        return pool.free > 0 || pool.unsent > 0
    }

    private mutating func send(_ count: Int, from first: Int, of batch: Batch) {
        let positions = first..<first + count
        let serials = positions.compactMap { state.unitPools[batch.pool].source[$0] }
        record(.unitSent(UnitSent(serials: serials, lane: lane.name)))
        for (position, serial) in zip(positions, serials) {
            coder.sent += 1
            let payload = state.unitPools[batch.pool].source.payload(position)
            let values = batch.code.values(batch.order, serial: serial, payload: payload)
            act(.coder(.send(index: coder.sent, values: values), lane: laneAtHand))
        }
    }

    /// Empties the coder's buffer: what it held and did not print stays in doubt.
    mutating func prepareCoder() {
        guard printsOnLine else { return }
        let next = runningPool.map { state.unitPools[$0].nextUnsent } ?? 0
        // What was sent before may still be reported as printed: its indices are not used again.
        let sent = max(coder.sent, UInt64(next))
        coder = CoderFeed(sent: sent, printed: sent, clearedBelow: next)
        act(.coder(.prepare(fields: state.runningBatch?.code.fields ?? []), lane: laneAtHand))
    }

    mutating func coder(reported report: CoderReport) {
        switch report {
        case .ready: coder.ready = true
        case .printed(let index): coder.printed = max(coder.printed, min(index, coder.sent))
        case .refused(let index, let text):
            coder.ready = false
            hold(
                .deviceLost, station: lane.unitPrint?.device ?? "",
                "the coder refused record \(index): \(text)", immediate: true)
        }
    }

    /// An SSCC is reserved or can be.
    func hasSSCC(for batch: Batch) -> Bool {
        state.ssccPools.contains { $0.name == batch.order.ssccPool && $0.nextUnused < $0.count }
    }

    /// The next SSCC, or `nil` while none is of age.
    mutating func takeSSCC(for batch: Batch) -> String? {
        guard let index = state.ssccPool(named: batch.order.ssccPool) else { return nil }
        let pool = state.ssccPools[index]
        guard pool.nextUnused < numbers.usableEnd(pool: pool.name, at: now.monotonicNanoseconds) else {
            return nil
        }
        return pool.sscc(at: pool.nextUnused)
    }
}
