import JournalCore
import Simulator

/// How often each fault was injected, to show that it was.
struct SyncFaults: CustomStringConvertible {
    private(set) var counts: [String: Int] = [:]

    mutating func note(_ fault: String) { counts[fault, default: 0] += 1 }

    mutating func add(_ other: SyncFaults) { counts.merge(other.counts, uniquingKeysWith: +) }

    var description: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

/// What a line asks its hub.
enum SyncRequest {
    case head
    case post(JournalBatch)
    case read(offset: UInt64, count: Int)
}

/// What the hub answers, if it gets to.
enum SyncAnswer {
    case head(HubHead)
    case conflict
    case refused(JournalError)
    case bytes([UInt8])
}

/// A hub and the way to it: requests and answers are lost, doubled, late, cut; the hub dies before and after
/// its commit and is put back from older backups.
struct SimulatedHub {
    private(set) var store = HubStore(line: "line-1")
    private var backups: [HubStore] = []
    /// Batches still under way, to arrive some time later, or never.
    private var late: [JournalBatch] = []
    var random: DiskRandom
    var faults = SyncFaults()
    /// Whether anything gets lost.
    var isQuiet = false
    /// Whether nothing gets through.
    var isDown = false
    private(set) var violations: [String] = []

    init(seed: UInt64) { random = DiskRandom(seed: seed) }

    /// The answer, or `nil` when the line waits in vain.
    mutating func ask(_ request: SyncRequest) throws -> SyncAnswer? {
        if isDown { return nil }
        if isQuiet { return try handle(request) }
        if !late.isEmpty, random.below(4) == 0 {
            faults.note("late batch")
            _ = try handle(.post(late.remove(at: random.below(late.count))))
        }
        switch random.below(24) {
        case 0:
            faults.note("lost request")
            return nil
        case 1:
            guard case .post(let batch) = request else { return nil }
            faults.note("delayed request")
            late.append(batch)
            return nil
        case 2:
            if case .post(let batch) = request {
                faults.note("doubled request")
                late.append(batch)
            }
            return try handle(request)
        case 3:
            guard case .post(var batch) = request else { return nil }
            faults.note("cut request")
            batch.bytes.removeLast(random.below(batch.bytes.count + 1))
            let answer = try handle(.post(batch))
            // Cut inside a group, it breaks the chain; the line hears nothing of it: its connection is gone.
            if case .refused(let error)? = answer, error.code == .brokenChain { return nil }
            return answer
        case 4:
            faults.note("hub died before commit")
            return nil
        case 5:
            if case .post = request { faults.note("hub died after commit") }
            _ = try handle(request)
            return nil
        case 6:
            faults.note("lost answer")
            _ = try handle(request)
            return nil
        case 7:
            guard case .bytes(var bytes)? = try handle(request), !bytes.isEmpty else { return nil }
            faults.note("cut answer")
            bytes.removeLast(random.below(bytes.count) + 1)
            return .bytes(bytes)
        default: return try handle(request)
        }
    }

    /// Minutes pass: what was under way has arrived or is gone.
    mutating func wait() { late = [] }

    mutating func backUp() {
        faults.note("backup")
        backups.append(store)
    }

    /// Backups that hold lines the line has lost since would bring back what never was.
    mutating func forgetBackups() {
        let held = store.stream
        backups.removeAll { !held.starts(with: $0.stream) }
    }

    mutating func restore() {
        guard !backups.isEmpty else { return }
        faults.note("hub restored")
        let generation = store.generation
        store = backups[random.below(backups.count)]
        store.generation = generation + 1
    }

    private mutating func handle(_ request: SyncRequest) throws -> SyncAnswer? {
        switch request {
        case .head: return .head(store.head())
        case .read(let offset, let count): return .bytes(try store.answer(from: offset, count: count))
        case .post(let batch):
            let before = store
            let reception = try store.take(batch, token: store.isTokenUsed ? .used : .valid)
            switch reception {
            case .accepted:
                if Array(store.chunks.dropLast()) != before.chunks {
                    violations.append("what was held is altered")
                }
                return .head(store.head())
            case .nothingNew, .gap, .conflict, .refused:
                if store != before { violations.append("\(reception) changed what is held") }
            }
            switch reception {
            case .conflict: return .conflict
            case .refused(let error): return .refused(error)
            case .accepted, .nothingNew, .gap: return .head(store.head())
            }
        }
    }
}

/// A computer with the line's key: its disk, its process, and what is known about its journal from outside.
final class SimulatedPC {
    private(set) var fixture: Fixture
    private(set) var journal: Journal?
    /// Numbers of the records in the journal, acknowledged ones first.
    private(set) var records: [Int] = []
    private(set) var hasAppended = false
    /// Raised, the numbers stopped.
    private(set) var fork: JournalFork?
    /// Whether a catch-up must end before anything is appended.
    private(set) var isBehind = false
    private var acknowledged = 0
    private var durables: [(at: UInt64, position: JournalPosition)] = []
    /// Heads answered in this process: one may come again, late.
    private var oldHeads: [HubHead] = []
    private(set) var violations: [String] = []
    var faults = SyncFaults()
    private var random: DiskRandom
    private let batchBytes: Int

    init(_ disk: SimulatedDisk, seed: UInt64, records: [Int] = []) throws {
        random = DiskRandom(seed: seed)
        fixture = try Fixture(disk)
        fixture.limits.chunkBytes = [1024, 2048, 4096][random.below(3)]
        fixture.limits.segmentBytes = 4096 * (1 + random.below(3)) + 4096
        fixture.limits.groupBytes = 2048
        fixture.limits.unsignedBytes = 2048 + random.below(2) * 1500
        fixture.limits.unsignedLines = [4, 1000][random.below(2)]
        fixture.limits.reserveBytes = 0
        batchBytes = [4300, 6000, 20_000][random.below(3)]
        self.records = records
        acknowledged = records.count
    }

    var isRunning: Bool { journal != nil }
    var disk: SimulatedDisk { fixture.disk }
    private var sender: JournalSender { JournalSender(identity: fixture.identity, batchBytes: batchBytes) }

    // MARK: - The process

    /// Starts: opens, asks the hub, fetches; without an answer it goes on.
    func start(_ hub: inout SimulatedHub, at now: UInt64, mayBeCut: Bool) throws {
        var opened: [Int] = []
        let visit = { (record: JournalRecord) in if let number = number(of: record) { opened.append(number) }
        }
        var head: HubHead?
        for _ in 0..<3 where head == nil {
            if case .head(let answer)? = try hub.ask(.head) { head = answer }
        }
        oldHeads = []
        if head == nil { faults.note("start without the hub") }
        durables = []
        hasAppended = false
        guard try Journal.exists(storage: disk) else {
            try begin(&hub, head, at: now, mayBeCut: mayBeCut)
            return
        }
        let (found, _) = try Journal.open(
            storage: disk, signer: fixture.signer, limits: fixture.limits, visit: visit)
        if !records.starts(with: opened) { violations.append("a start took records never appended") }
        if opened.count < acknowledged {
            violations.append("\(acknowledged - opened.count) acknowledged records lost")
        }
        records = opened
        acknowledged = opened.count
        let own = OwnJournal(storage: disk, identity: fixture.identity, end: found.durable)
        let step = try head.map {
            try sender.step(hub: $0, journal: own, sendable: found.durable, hasAppended: false)
        }
        if case .fetch? = step, let head {
            try fetch(JournalCatchUp(found, storage: disk), head, &hub, at: now, mayBeCut: mayBeCut)
        } else if !isBehind || head != nil {
            run(found, at: now)
        } else {
            disk.unlock()
        }
    }

    private func begin(_ hub: inout SimulatedHub, _ head: HubHead?, at now: UInt64, mayBeCut: Bool) throws {
        // What an earlier catch-up took and the power cut took back is not there.
        records = []
        acknowledged = 0
        // A new computer with the line's key asks until it is answered: it may not be the first.
        guard let head else { return }
        if let identity = head.identity {
            let catchUp = try JournalCatchUp(
                storage: disk, identity: identity, line: "line-1", signer: fixture.signer,
                limits: fixture.limits)
            try fetch(catchUp, head, &hub, at: now, mayBeCut: mayBeCut)
        } else {
            run(try fixture.create(), at: now)
        }
    }

    private func fetch(
        _ begun: JournalCatchUp, _ head: HubHead, _ hub: inout SimulatedHub, at now: UInt64, mayBeCut: Bool
    ) throws {
        var catchUp = begun
        isBehind = true
        faults.note("catch-up")
        if mayBeCut, random.below(3) == 0 { disk.plan.powerCutAt = disk.operations + 1 + random.below(14) }
        var numbers: [Int] = []
        do throws(JournalError) {
            var tries = 0
            var wasRefused = false
            while catchUp.position.bytes < head.held?.bytes ?? 0, tries < 40 {
                tries += 1
                let request = SyncRequest.read(offset: catchUp.position.bytes, count: 5000)
                guard case .bytes(let bytes)? = try? hub.ask(request), !bytes.isEmpty else { continue }
                do throws(JournalError) {
                    try catchUp.take(bytes) { record in
                        if let number = number(of: record) { numbers.append(number) }
                    }
                } catch {
                    if error.code != .badAnswer { throw error }
                    wasRefused = true
                }
            }
            guard catchUp.position.bytes > begun.position.bytes else {
                disk.plan.powerCutAt = nil
                disk.unlock()
                return try compareAtStart(catchUp, head, wasRefused, &hub)
            }
            let caughtUp = catchUp.position.bytes >= head.held?.bytes ?? 0
            let journal = try catchUp.finish()
            disk.plan.powerCutAt = nil
            records += numbers
            acknowledged = records.count
            isBehind = !caughtUp
            if caughtUp { run(journal, at: now) } else { disk.unlock() }
        } catch {
            faults.note("power cut in a catch-up")
            if error.code != .storageFailed { violations.append("a catch-up ended on \(error)") }
            records += numbers
            powerOff()
        }
    }

    /// Nothing came, or nothing that continues this journal: then it may be a fork.
    private func compareAtStart(
        _ catchUp: JournalCatchUp, _ head: HubHead, _ wasRefused: Bool, _ hub: inout SimulatedHub
    ) throws(JournalError) {
        guard wasRefused, catchUp.position.line > 0, let held = head.held else { return }
        let own = OwnJournal(storage: disk, identity: fixture.identity, end: catchUp.position)
        do {
            try compare(sender.search(held, own, hasAppended: false), own, &hub, isOld: false)
        } catch {
            violations.append("a comparison at a start ended on \(error)")
        }
    }

    private func run(_ opened: Journal, at now: UInt64) {
        isBehind = false
        journal = opened
        durables = [(now, opened.durable)]
    }

    /// The power goes; what was acknowledged stays.
    func powerOff() {
        disk.cutPower(PowerFate.allCases[random.below(5)], seed: random.next())
        journal = nil
    }

    /// The process dies, the machine lives.
    func kill() {
        faults.note("killed")
        disk.startAgain()
        journal = nil
    }

    // MARK: - Its work

    /// Records some decisions; now and then the power goes meanwhile.
    func work(_ next: inout Int, at now: UInt64) {
        guard var journal, fork == nil else { return }
        let isCut = random.below(25) == 0
        if isCut { disk.plan.powerCutAt = disk.operations + 1 + random.below(5) }
        do throws(JournalError) {
            for _ in 0...random.below(3) {
                let numbers = (0...random.below(3)).map { next + $0 }
                next += numbers.count
                records += numbers
                try journal.append(numbers.map { body($0, filler: random.below(200)) })
            }
            hasAppended = true
            try journal.commit(at: now)
            acknowledged = records.count
            if random.below(3) == 0 { try journal.checkpoint() }
            durables.append((now, journal.durable))
            self.journal = journal
        } catch {
            faults.note("power cut while writing")
            powerOff()
            return
        }
        if isCut { disk.plan.powerCutAt = nil }
    }

    /// The disk lies about less than a second of writes, then the power goes: the hub knows none of it.
    func lie(_ next: inout Int, at now: UInt64) {
        guard journal != nil, fork == nil else { return }
        faults.note("disk lied")
        let kept = records.count
        disk.plan.liesFromSync = disk.syncs + 1
        for _ in 0..<4 {
            work(&next, at: now)
            if journal == nil { break }
        }
        acknowledged = min(acknowledged, kept)
        guard journal != nil else { return }
        powerOff()
    }

    /// Somebody puts back an older disk.
    func putBack(_ image: DiskState, _ records: [Int]) throws {
        faults.note("older disk put back")
        let limits = fixture.limits
        fixture = try Fixture(SimulatedDisk(image))
        fixture.limits = limits
        disk.startAgain()
        journal = nil
        self.records = records
        acknowledged = records.count
    }

    /// The last checkpoint of an orderly end.
    func sign(at now: UInt64) throws {
        try journal?.checkpoint()
        if let journal { durables.append((now, journal.durable)) }
    }

    // MARK: - Sync

    /// Asks for the head and does what follows, a few steps.
    func sync(_ hub: inout SimulatedHub, at now: UInt64, steps: Int = 3) throws {
        guard let journal, fork == nil,
            let sendable = durables.last(where: { $0.at + 1_000 <= now })?.position
        else { return }
        var head: HubHead?
        var isOld = false
        for _ in 0..<steps {
            if head == nil, !hub.isQuiet, random.below(12) == 0,
                let old = oldHeads.randomElement(using: &random)
            {
                faults.note("late answer")
                head = old
                isOld = true
            }
            if head == nil, case .head(let answer)? = try hub.ask(.head) {
                head = answer
                isOld = false
            }
            guard let known = head else { return }
            oldHeads.append(known)
            let own = OwnJournal(storage: disk, identity: fixture.identity, end: journal.durable)
            head = nil
            let step = try sender.step(
                hub: known, journal: own, sendable: sendable, hasAppended: hasAppended)
            switch step {
            case .nothing: return
            case .send(let batch), .enrol(let batch):
                switch try hub.ask(.post(batch)) {
                case .head(let answer)?:
                    head = answer
                    isOld = false
                case .conflict?: faults.note("conflict")
                case .refused(let error)?:
                    if error.code != .batchUnsigned { violations.append("refused: \(error)") }
                case .bytes?, nil: break
                }
            case .compare(let search): try compare(search, own, &hub, isOld: isOld)
            case .fetch:
                // Somebody else's lines came while this one had written nothing: as at a start.
                kill()
                return
            case .fork(let error): violations.append("another journal: \(error)")
            }
            if fork != nil { return }
        }
    }

    private func compare(
        _ begun: ForkSearch, _ own: OwnJournal, _ hub: inout SimulatedHub, isOld: Bool
    ) throws {
        var search = begun
        for _ in 0..<200 {
            switch try search.next() {
            case .read(let offset, let count):
                if case .bytes(let bytes)? = try hub.ask(.read(offset: offset, count: count)) {
                    try search.take(bytes)
                }
            case .done(.forked(let fork)):
                faults.note("fork found")
                self.fork = fork
                check(fork, hub.store)
                return
            case .done(.unproven(let error)):
                if !isOld { violations.append("not proven: \(error)") }
                return
            case .done(.behind):
                kill()
                return
            case .done(.outdated): return
            }
        }
        violations.append("a comparison without end")
    }

    /// The place named against both streams, read by other means.
    private func check(_ fork: JournalFork, _ hub: HubStore) {
        let (mine, held) = (stream(disk), hub.stream)
        let length = zip(mine, held).prefix { $0 == $1 }.count
        let isAhead = length == mine.count && held.count > length && hasAppended
        if (length == mine.count || length == held.count) && !isAhead {
            violations.append("a fork that is none")
            return
        }
        let line = UInt64(mine[..<length].count { $0 == 0x0A }) + 1
        if fork.place.line != line { violations.append("fork at line \(fork.place.line), not \(line)") }
        let common = UInt64(checkpointEnds(mine).last { $0 <= length } ?? 0)
        if fork.common.bytes != common {
            violations.append("common up to \(fork.common.bytes), not \(common)")
        }
    }
}
