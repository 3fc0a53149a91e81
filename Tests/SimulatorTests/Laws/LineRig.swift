import JournalCore
import Simulator

@testable import LineCore

/// A line in a test's hands: the rules over a real journal on a simulated disk, a belt that moves when told.
///
/// What the journal did not make durable is never acted upon, as in the daemon. The rest of the world does
/// only what its outputs and signals tell it: a unit whose signal never came is rejected by the gate.
struct LineRig {
    /// A unit on the belt.
    struct Unit {
        let track: UInt64
        let position: UInt32
        let lane: Int
        /// The PLC's number of it.
        let plc: UInt16
    }

    let configuration: LineConfiguration
    let disk: SimulatedDisk
    var line: Line
    var journal: Journal?
    /// Nanoseconds.
    var now: UInt64 = 1_000_000_000
    /// What the I/O of each lane shows.
    var ios: [LineIOReport]
    /// What that of the first lane shows.
    var io: LineIOReport {
        get { ios[0] }
        set { ios[0] = newValue }
    }
    /// Everything durable since the first start, and when it became so.
    var records: [(record: LineRecord, at: UInt64)] = []
    /// Every action done since the first start, with the time and the number of records that were durable.
    var actions: [(action: LineAction, at: UInt64, records: Int)] = []
    /// Inputs with their times and what was decided, since the last start.
    var inputs: [(input: LineInput, at: UInt64, decision: Decision)] = []
    /// The imported files a start finds, by SHA-256.
    var files: [String: SerialTable] = [:]
    /// Why the journal took no more.
    var failure: JournalError?
    /// Whether the I/O takes and confirms gate commands.
    var confirmsSignals = true
    /// Whether starts read the journal from its first line.
    var startsVerified = true
    /// Whether the line is told what is durable.
    var tellsDurable = true
    /// The job each device has, by name; what it is told to select it has.
    var jobs: [String: String] = [:]
    /// Devices that take no job but those they have, and devices that say nothing.
    var stubborn: Set<String> = []
    var mute: Set<String> = []
    var units: [Unit] = []
    /// What the gate was told of each track.
    var verdicts: [UInt64: Bool] = [:]
    var passedTracks: [UInt64] = []
    /// Records the last start found.
    var recovered = 0
    /// File syncs done so far and the time of each.
    var syncTimes: [UInt64] = []
    private var sinceStart: UInt64 = 0
    private var requests: UInt64 = 0

    init(_ configuration: LineConfiguration = Self.configuration(), disk: SimulatedDisk = SimulatedDisk()) {
        self.configuration = configuration
        self.disk = disk
        line = Line(configuration: configuration)
        ios = configuration.lanes.map { _ in Self.firstScan }
    }

    private static var firstScan: LineIOReport {
        var io = LineIOReport()
        // The belt position wraps within the first metres.
        io.position = UInt32.max - 900
        io.partPresent = EdgeCount(count: 65_530, position: io.position)
        io.passed = EdgeCount(count: 65_533, position: io.position)
        io.running = true
        return io
    }

    // MARK: Inputs

    /// Handles an input, makes its records durable, acts.
    @discardableResult
    mutating func give(_ input: LineInput) -> Decision {
        guard failure == nil, journal != nil else { return Decision() }
        let instant = LineInstant(monotonicNanoseconds: now, wallMilliseconds: wall)
        let decision = line.handle(input, at: instant)
        inputs.append((input, now, decision))
        guard commit(decision) else { return decision }
        for action in decision.actions {
            actions.append((action, now, records.count))
            obey(action)
        }
        if !decision.records.isEmpty, tellsDurable { give(.durable(records: sinceStart)) }
        return decision
    }

    private var wall: Int64 { 1_790_000_000_000 + Int64(now / 1_000_000) }

    private mutating func commit(_ decision: Decision) -> Bool {
        guard !decision.records.isEmpty else { return true }
        let parts = decision.parts.map { $0.map { $0.encoded(wallMilliseconds: wall) } }
        do throws(JournalError) {
            for part in parts { try journal?.append(part) }
            try journal?.commit(at: now)
        } catch {
            failure = error
            return false
        }
        while syncTimes.count < disk.syncs { syncTimes.append(now) }
        records += decision.records.map { ($0, now) }
        sinceStart += UInt64(decision.records.count)
        return true
    }

    /// What gate, coder and I/O do with an action.
    private mutating func obey(_ action: LineAction) {
        switch action {
        case .gate(let signal, let lane):
            guard confirmsSignals else { return }
            verdicts[signal.track] = signal.kind == .pass
            give(.gateSignal(.written(sequence: signal.sequence), lane: lane))
        case .verdict(let verdict, let lane):
            guard confirmsSignals else { return }
            verdicts[verdict.track] = verdict.pass
            give(.gateSignal(.verdictWritten(track: verdict.plcTrack), lane: lane))
        case .coder(.prepare, let lane): give(.coder(.ready, lane: lane))
        case .checkpoint:
            do throws(JournalError) { try journal?.checkpoint() } catch { failure = error }
        case .selectJob(let device, let job):
            if !stubborn.contains(device) { jobs[device] = job }
            nameJob(of: device)
        case .readJob(let device): nameJob(of: device)
        case .coder, .outputs, .label, .weigh, .feedback, .answer: break
        }
    }

    private mutating func nameJob(of device: String) {
        guard !mute.contains(device) else { return }
        give(.job(device: device, jobs[device].map { .loaded($0) } ?? .failed("no job is loaded")))
    }

    @discardableResult
    mutating func ask(_ verb: LineCommand.Verb) -> CommandAnswer? {
        requests += 1
        let decision = give(.command(LineCommand(request: requests, actor: "operator", verb: verb)))
        return decision.actions.compactMap {
            if case .answer(_, let answer) = $0 { answer } else { nil }
        }.first
    }

    /// Code of the refusal, or `nil` where the command was done.
    mutating func refusal(_ verb: LineCommand.Verb) -> String? {
        if case .refused(let refusal) = ask(verb) { refusal.code } else { nil }
    }

    // MARK: Time and belt

    mutating func scan() { for lane in ios.indices { give(.io(ios[lane], lane: lane)) } }

    /// Lets time pass while the belt stands, a scan every 10 ms.
    mutating func wait(milliseconds: Int) {
        for _ in 0..<(milliseconds / 10) {
            now += 10_000_000
            scan()
        }
    }

    /// Moves the belt at 1 m/s, a scan every 10 ms; units reach gate and sensors.
    mutating func move(millimetres: Int) {
        for _ in 0..<(millimetres / 10) {
            now += 10_000_000
            for lane in ios.indices { ios[lane].position &+= 10 }
            for unit in units { advance(unit) }
            scan()
        }
    }

    private mutating func advance(_ unit: Unit) {
        var io = ios[unit.lane]
        defer { ios[unit.lane] = io }
        let travelled = io.position &- unit.position
        let passes = gatePasses(unit.track)
        switch configuration.lanes[0].gate.mode {
        case .plc:
            guard travelled >= 400 else { return }
            io.dispositionCount &+= 1
            io.dispositions = [Disposition(track: unit.plc, passed: passes)]
        case .stop:
            guard travelled > 420 else { return }
        case .none: return
        case .pass, .eject:
            guard travelled >= (passes ? 500 : 420) else { return }
            if passes {
                io.passed = EdgeCount(count: io.passed.count &+ 1, position: io.position)
            } else {
                io.rejected = EdgeCount(count: io.rejected.count &+ 1, position: io.position)
            }
        }
        if passes { passedTracks.append(unit.track) }
        units.removeAll { $0.track == unit.track }
    }

    /// What a gate does that was told, or was not told, about a unit.
    private func gatePasses(_ track: UInt64) -> Bool {
        switch configuration.lanes[0].gate.mode {
        case .plc, .pass: verdicts[track] == true
        case .eject: verdicts[track] != false
        // Whatever is not taken off by hand passes.
        case .stop, .none: true
        }
    }

    /// A unit breaks the beam and each camera answers, or none does; the track it got.
    @discardableResult
    mutating func unit(_ results: ReadResult?..., lane: Int = 0) -> UInt64 {
        move(millimetres: 120)
        let track = arrive(lane: lane)
        for (camera, result) in zip(configuration.lanes[lane].unitVerify.cameras, results) {
            if let result { give(.read(device: camera, result)) }
        }
        return track
    }

    /// A unit breaks the beam of a lane; the track it got.
    @discardableResult
    mutating func arrive(lane: Int) -> UInt64 {
        let track = max(line.state.lastTrack, units.map(\.track).max() ?? 0) + 1
        let (count, position) = (ios[lane].partPresent.count &+ 1, ios[lane].position)
        units.append(Unit(track: track, position: position, lane: lane, plc: count))
        ios[lane].partPresent = EdgeCount(count: count, position: position)
        scan()
        return track
    }

    /// The coder prints serial `number`, and the unit comes to the camera with its right code.
    @discardableResult
    mutating func good(_ number: Int, lane: Int = 0) -> UInt64 {
        if lanes == 1 { give(.coder(.printed(through: UInt64(number)))) }
        let code = Self.code(serial: Self.serial(number))
        return unit(code, code, lane: lane)
    }

    var lanes: Int { configuration.lanes.count }
}

// MARK: - Starts and stops

extension LineRig {
    /// A line with its batch on it, its first numbers in the coder and the belt free.
    static func running(
        _ configuration: LineConfiguration = Self.configuration(), kind: PoolKind = .printed
    ) -> LineRig {
        var rig = LineRig(configuration)
        rig.start()
        rig.openBatch(kind: kind)
        rig.freeBelt()
        return rig
    }

    /// Opens or makes the journal and starts the rules over what it holds.
    mutating func start() {
        guard let signer = JournalSigner(seed: [UInt8](repeating: 7, count: 32)) else { return }
        var state = LineState()
        var found: [(record: LineRecord, at: UInt64)] = []
        let earlier = records
        do throws(JournalError) {
            if try Journal.exists(storage: disk) {
                (journal, _) = try Journal.open(storage: disk, signer: signer, limits: Self.limits) {
                    (record) throws(RecordRefused) in
                    do {
                        guard let (fact, _) = try LineRecord.decode(record.body) else { return }
                        if let file = state.file(neededBy: fact), let table = files[file] {
                            state.supply(table, sha256: file)
                        }
                        try state.apply(fact)
                        let at = found.count < earlier.count ? earlier[found.count].at : 0
                        found.append((fact, at))
                    } catch {
                        throw RecordRefused("\(error)")
                    }
                }
            } else if let identity = JournalIdentity(
                line: "rig", randomID: [UInt8](repeating: 1, count: 16), publicKey: signer.publicKey)
            {
                journal = try Journal.create(
                    storage: disk, identity: identity, signer: signer, limits: Self.limits)
            }
        } catch {
            failure = error
            return
        }
        records = found
        recovered = found.count
        begin(state)
    }

    private mutating func begin(_ state: LineState) {
        failure = nil
        sinceStart = 0
        inputs = []
        syncTimes = Array(repeating: now, count: disk.syncs)
        line = Line(configuration: configuration, state: state)
        give(
            .started(
                LineStart(
                    boot: "boot", version: "1", configuration: "c", isJournalVerified: startsVerified)))
        for device in configuration.deviceNames { give(.device(device, .connected)) }
        scan()
    }

    /// The program is gone; with `power` so is everything the disk did not hold.
    mutating func crash(power: PowerFate? = nil) {
        journal = nil
        units = []
        verdicts = [:]
        if let power { disk.cutPower(power, seed: 1) } else { disk.startAgain() }
        now += 500_000_000
    }

    /// Pools, order and start of the batch.
    mutating func openBatch(kind: PoolKind = .printed) {
        ask(.addPool(Self.units(kind: kind)))
        ask(.addPool(Self.ssccs()))
        ask(.openBatch(Self.order))
        ask(.startBatch("B1"))
    }

    /// The numbers come of age and the purge of the start ends.
    mutating func freeBelt() {
        wait(milliseconds: 1_200)
        move(millimetres: 600)
    }

    /// Ends the batch and empties the line.
    mutating func complete() {
        ask(.completeBatch)
        move(millimetres: 2_000)
    }
}
