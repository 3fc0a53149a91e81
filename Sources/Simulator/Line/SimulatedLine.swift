import Crypto
import JournalCore
import LineCore
import SnapshotCore

/// A whole line in one process on virtual time: the rules, the journal on a simulated disk, the world, a
/// person.
///
/// The same `Line` value and the same `Journal` as in the daemon. After every step a second state, fed by the
/// records alone, must equal the line's, and the laws are checked.
package struct SimulatedLine {
    let plan: SimulationPlan
    var world: World
    package let disk = SimulatedDisk()
    var journal: Journal?
    var line: Line?
    /// A second fold over the records alone.
    var shadow = LineState()
    /// What ``shadow`` answered about codes since it changed.
    var answers: [String: OperatorItem?] = [:]
    /// The second fold, as the daemon has it: makes the snapshots that the next start begins from.
    var snapshots: SnapshotMaker?
    var nextSnapshotLook: UInt64 = 0
    /// Bodies of all records that stand in the journal or were about to, in order.
    var bodies: [[UInt8]] = []
    /// How many of them were acknowledged as durable.
    var acknowledged = 0
    var operatorModel = OperatorModel()
    /// Who acts for the operator, where people sign on.
    var crew: Crew
    /// Whether an act is typed or done with the scanner.
    var scanLuck: SeededRandom
    /// How the line took the last scan of the handheld; `nil` until it answers.
    var heard: Bool?
    var laws = LawBook()
    var hash = SHA256()
    var random: SeededRandom
    var report: SimulationReport
    var now: UInt64 = 1_000_000_000
    var nextScan: UInt64 = 0
    var nextLook: UInt64 = 0
    var heartbeat: UInt16 = 0
    /// End of the last purge this program wrote.
    var purgeWritten: [Int: UInt32] = [:]
    /// The layer of which the camera is telling right now.
    private var layer: [CartonID] = []
    /// The tier whose scanner is telling of a label right now.
    private var scannedTier: Int?
    var recordsSinceStart: UInt64 = 0
    /// Times of the crashes to come, ascending.
    var crashTimes: [UInt64] = []
    /// Times at which something else than the line stops the belt or lets it go on, ascending, in turn.
    var pauseTimes: [UInt64] = []
    /// When the journal before the snapshot this start began from is verified; `nil` when it is, or there was
    /// none.
    var olderJournalDue: UInt64?
    /// When the program starts again after a crash.
    var startsAt: UInt64?
    var coderPrinted: UInt64?
    var jobs: SimulatedJobs
    var scale: SimulatedScale
    var request: UInt64 = 0
    let importedFiles = ImportedFiles()
    /// Called with every event, record and typed command, for people who look for a cause.
    package var onLine: ((String) -> Void)?

    static let scanPeriod: UInt64 = 10_000_000
    static let lookPeriod: UInt64 = 100_000_000
    static let snapshotLookPeriod: UInt64 = 1_000_000_000
    static let batch = "SIM-1"
    static let ends: [UnitEnd] = [.sampled, .labelSampled, .inactive, .destroyed]

    /// Sets up a line as the plan says; nothing has happened yet.
    package init(_ plan: SimulationPlan) {
        self.plan = plan
        report = SimulationReport(seed: plan.seed)
        var pace = OperatorPace()
        pace.keepsPallets = plan.proveEvery > 0 || plan.reworks > 0
        operatorModel = OperatorModel(pace: pace, reworks: plan.reworks, seed: plan.seed)
        if plan.reparents { operatorModel.reparenting = OperatorReparenting(seed: plan.seed) }
        operatorModel.changeover = OperatorChangeover(
            setUpCartons: plan.setUpCartons, suspendsAfter: plan.suspendsAfter, countsBin: true,
            countsUnreadable: true)
        random = SeededRandom(seed: plan.seed, purpose: 0x11E5, subject: 0)
        crew = Crew(seed: plan.seed)
        scanLuck = SeededRandom(seed: plan.seed, purpose: 0x5CA4, subject: 0)
        laws.signOns.isOn = plan.signsOn
        for (level, labels) in zip(plan.levels, plan.labelsByTier) { laws.labelsAsked[level.level] = labels }
        var layout = WorldLayout()
        layout.gateMode = WorldGateMode(rawValue: plan.gate.rawValue) ?? .eject
        layout.binCapacity = 100_000
        layout.codeFields = plan.code.fields
        if plan.isTimed { layout.measure = .runningTime }
        layout.lanes = plan.lanes
        layout.unitsPerCase = plan.levels[0].items
        layout.itemsPerOuter = plan.levels.dropFirst().dropLast().map(\.items)
        layout.casesPerPallet = plan.levels[plan.levels.count - 1].items
        if case .manual = plan.packing { layout.packsByHand = true }
        layout.hasSideWay = plan.divertsInRow > 0
        layout.labelsByTier = plan.labelsByTier
        operatorModel.hands = plan.hands
        if case .layers(let layers) = plan.packing { layout.unitsPerLayer = layout.unitsPerCase / layers }
        if plan.hasLinks { layout.link = 2_000 }
        layout.initialPosition = Int64(UInt32.max) - Int64(random.below(100_000))
        layout.initialCount = UInt16(truncatingIfNeeded: 65_500 + random.below(200))
        world = World(
            layout: layout, faults: WorldFaults(plan.faults, perMillion: plan.faultsPerMillion),
            seed: plan.seed)
        // What stands before production takes its time, and crashes come later as well.
        scale = SimulatedScale(seed: plan.seed)
        let isAsked = plan.changeover != ChangeoverRules()
        let span = UInt64(plan.units) * 150_000_000 + (isAsked ? 20_000_000_000 : 0)
        jobs = SimulatedJobs(
            seed: plan.seed, devices: plan.hasJobs ? Self.jobDevices(plan) : [], span: span)
        for _ in 0..<plan.crashes {
            crashTimes.append(3_000_000_000 + UInt64(random.below(Int(clamping: max(span, 1)))))
        }
        crashTimes.sort()
        if plan.isTimed { makePauses(span) }
    }

    /// Runs the batch to its end, or until the line no longer gets anywhere.
    package mutating func run() -> SimulationReport {
        start()
        prepareBatch()
        let limit =
            now + UInt64(plan.units) * (world.layout.packsByHand ? 2 : 1) * 1_000_000_000 + 600_000_000_000
        while !isDone, now < limit, report.violations.count < 10 { step() }
        if !isDone, report.violations.isEmpty {
            violated("the batch did not come to its end: \(stuckText)")
        }
        if isDone { compareWithBelt() }
        finishReport()
        return report
    }

    private var stuckText: String {
        guard let status = line?.status else { return "the program is down" }
        return "\(status.machine.rawValue) \(status.stop?.rawValue ?? "") \(status.batch?.hold?.detail ?? "")"
            + " on belt \(status.onBelt), feeder \(world.cartonsInFeeder), packing \(status.packing)"
    }

    private mutating func finishReport() {
        report.units = world.tally.fed
        report.faults = world.faultCounts.total
        report.elapsed = now
        report.records = bodies.count
        report.commissioned = shadow.batches.last?.count(.commissioned) ?? 0
        report.containers = shadow.containers.endIndex
        report.ended = Self.ends.reduce(0) { $0 + (shadow.batches.last?.count($1.state) ?? 0) }
        report.trace = hash.finalize().hexadecimal
    }

    mutating func violated(_ text: String) {
        report.violations.append("\(text) (at \(now) ns)")
    }

    /// Pauses of the belt, one for every dozen units, most too short for a person to notice.
    private mutating func makePauses(_ span: UInt64) {
        var luck = SeededRandom(seed: plan.seed, purpose: 0x57A9, subject: 0)
        var time: UInt64 = 3_000_000_000
        for _ in 0..<plan.units / 12 {
            time += UInt64(luck.below(Int(clamping: span / UInt64(plan.units / 12)))) + 500_000_000
            pauseTimes.append(time)
            time += UInt64(1 + luck.below(luck.below(2) == 0 ? 40 : 400)) * 1_000_000
            pauseTimes.append(time)
        }
    }

    // MARK: One step

    private mutating func step() {
        let due: [UInt64?] = [
            world.nextEventTime, nextScan, nextLook, line?.nextDeadline, startsAt, pauseTimes.first,
            olderJournalDue, jobs.nextTime, scale.nextTime, line == nil ? nil : crashTimes.first,
        ]
        now = max(now + 1, due.compactMap { $0 }.min() ?? now + 1)
        let events = world.advance(to: now)
        for event in events { take(event) }
        if let time = pauseTimes.first, now >= time {
            pauseTimes.removeFirst()
            world.setHeldUp(!pauseTimes.count.isMultiple(of: 2))
        }
        moveJobs()
        tellWeight()
        if let time = startsAt, now >= time {
            startsAt = nil
            start()
        }
        if now >= nextScan {
            nextScan = now + Self.scanPeriod
            for lane in 0..<plan.lanes { turn(.io(ioReport(lane), lane: lane)) }
        } else if let deadline = line?.nextDeadline, now >= deadline {
            turn(.tick)
        }
        if now >= nextLook {
            nextLook = now + Self.lookPeriod
            look()
        }
        if let time = olderJournalDue, now >= time {
            olderJournalDue = nil
            laws.verifiedOlderJournal()
            turn(.olderJournalVerified(damage: nil))
        }
        if now >= nextSnapshotLook {
            nextSnapshotLook = now + Self.snapshotLookPeriod
            followSnapshots()
        }
        if let time = crashTimes.first, now >= time, line != nil {
            crashTimes.removeFirst()
            crash()
        }
    }

    /// The operator looks at the screen, which is dark while the program is down.
    private mutating func look() {
        guard let screen else { return }
        let (state, known) = (shadow, KnownAnswers(answers))
        // Not held twice, so that it is not copied.
        answers = [:]
        let acts = operatorModel.step(world, screen, at: now) { code in
            known.answer(code) { Self.answer(code, state) }
        }
        answers = known.table
        for act in acts {
            onLine?("\(now) operator \(act)")
            perform(act)
        }
        if plan.signsOn, let there = line?.state.signedOn { attempt(crew.aside(there)) }
    }

    /// The batch is closed.
    private var isDone: Bool { line != nil && shadow.batches.last?.state == .closed }

    mutating func take(_ event: WorldEvent) {
        hash.update(data: Array(event.description.utf8))
        onLine?(event.description)
        laws.see(event, state: shadow, world: world)
        for text in laws.takeViolations() { violated(text) }
        switch event.kind {
        case .unitRead(let id, let result):
            let camera = Self.device("camera", lane: world.lane(of: id))
            if !jobs.away.contains(camera) { turn(.read(device: camera, result.lineResult)) }
        case .caseRead(_, let result, _): turn(.read(device: "case-camera", result.lineResult))
        case .linkRead(_, let result, _): turn(.read(device: "link-camera", result.lineResult))
        case .layerRead(let ids, let result, _):
            layer = ids
            turn(.read(device: "case-camera", result.lineResult))
            layer = []
        case .scannerRead(let id, let side, let result):
            scannedTier = world.tier(of: id)
            showScale(.label(.inCase(id)))
            let isLast = side + 1 == world.sides(of: .inCase(id))
            let scanner = Self.scanner(world.tier(of: id), side: isLast ? nil : side)
            turn(.read(device: scanner, result.lineResult))
            scannedTier = nil
        // A handheld scanner says nothing when it reads nothing.
        case .handheldRead(_, .noRead): break
        case .handheldRead(let target, let result):
            showScale(target)
            readByHand(target, result)
        case .printed(let id, let index):
            let lane = world.lane(of: id)
            if !jobs.away.contains(Self.device("coder", lane: lane)) {
                turn(.coder(.printed(through: index), lane: lane))
            }
        case .labelPrinted(let job, let target):
            turn(.labelPrinter(device: Self.printer(target), .printed(job: job)))
        case .beltStarted, .beltStopped, .watchdogTripped, .gateCommand, .fed, .leftBlank, .partPresent,
            .gatePassed, .gateRejected, .disposition, .rejectConfirmed, .binned, .binFull, .binEmptied,
            .passed, .capChanged, .packed, .laid, .taken, .caseShut, .labelMissing, .labelHeld, .labelApplied,
            .divertedCase, .stacked, .nested,
            .palletShut, .palletLeft, .palletCameBack, .fault:
            break
        }
    }

    // MARK: The loop of the line's thread

    /// Handles an input, makes its records durable, acts, and tells the line what is durable.
    mutating func turn(_ input: LineInput) {
        guard line != nil else { return }
        let instant = LineInstant(monotonicNanoseconds: now, wallMilliseconds: wall)
        guard let decision = line?.handle(input, at: instant) else { return }
        guard commit(decision) else { return }
        for action in decision.actions where line != nil { perform(action) }
        guard !decision.records.isEmpty else { return }
        turn(.durable(records: recordsSinceStart))
    }

    var wall: Int64 { 1_790_000_000_000 + Int64(now / 1_000_000) }

    /// - Returns: `false` if the power went while the records were written: nothing may be done then.
    private mutating func commit(_ decision: Decision) -> Bool {
        guard !decision.records.isEmpty else { return true }
        let encoded = decision.records.map { $0.encoded(wallMilliseconds: wall) }
        bodies += encoded
        answers = [:]
        for (record, body) in zip(decision.records, encoded) {
            hash.update(data: body)
            onLine?("\(now) record \(String(decoding: body, as: UTF8.self))")
            if let file = shadow.file(neededBy: record), let table = importedFiles.tables[file] {
                shadow.supply(table, sha256: file)
            }
            if case .unitLinked(let fact) = record { check(fact) }
            if case .containerClosed(let fact) = record { checkWeight(fact) }
            do { try shadow.apply(record) } catch { violated("law 12: \(error)") }
        }
        if shadow != line?.state { violated("law 12: the state is not the fold of the records") }
        do {
            for part in decision.parts { try journal?.append(Array(encoded[part.indices])) }
            try journal?.commit(at: now)
            if journal?.checkpointDue(at: now) == true { try journal?.checkpoint() }
        } catch {
            losePower()
            return false
        }
        acknowledged = bodies.count
        recordsSinceStart += UInt64(decision.records.count)
        for case .unitVerified(let fact) in decision.records { checkJobs("\(fact.serial) is accepted") }
        laws.became(durable: decision.records, at: now)
        for text in laws.takeViolations() { violated(text) }
        return true
    }

    private mutating func perform(_ action: LineAction) {
        laws.check(action, at: now)
        for text in laws.takeViolations() { violated(text) }
        switch action {
        case .outputs(let outputs, let lane):
            if outputs.feedEnable { checkJobs("the line is fed") }
            write(outputs, lane)
        case .selectJob(let device, let job): select(job, on: device)
        case .readJob(let device): nameJob(of: device)
        case .weigh: weigh()
        case .gate(let signal, let lane): write(signal, lane)
        case .verdict(let verdict, let lane): write(verdict, lane)
        case .coder(.prepare, let lane):
            world.clearCoder(lane: lane)
            turn(.coder(.ready, lane: lane))
        case .coder(.clear, let lane): world.clearCoder(lane: lane)
        case .coder(.send(let index, let values), let lane):
            if !world.sendToCoder(index: index, values: values, lane: lane) {
                turn(.coder(.refused(index: index, "buffer full"), lane: lane))
            }
        case .label(let order):
            let isLowest = order.level == plan.levels[0].level
            if order.template?.text != (plan.isOverProduct && isLowest ? "first" : nil) {
                violated("a label is not of the template its batch was opened with")
            }
            world.printLabel(
                job: order.job, sscc: order.sscc, count: order.units, on: target(of: order.level))
        case .answer(_, .refused(let refusal)):
            onLine?("\(now) refused \(refusal.code): \(refusal.text)")
            laws.refused.append(refusal)
        case .feedback(let device, let good):
            if device == "case-camera", good, !layer.isEmpty { world.layerTaken(layer) }
            if device == Self.handheld { heard = good }
            if !good, let tier = scannedTier { world.divertLast(tier: tier) }
        case .answer(_, .done), .answer(_, .found): break
        case .checkpoint: checkpoint()
        }
    }

    private mutating func checkpoint() {
        do { try journal?.checkpoint() } catch { losePower() }
    }
}

extension WorldRead {
    /// The same result as the rules know it.
    var lineResult: ReadResult {
        switch self {
        case .code(let text): .code(Array(text.utf8))
        case .noRead: .noRead
        }
    }
}

extension SHA256Digest {
    var hexadecimal: String {
        map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
