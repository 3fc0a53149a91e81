/// The physical side of one line: belt, cartons, coder, cameras, gate, I/O controller, packer, labels, hands.
///
/// A value without clock, I/O or hidden chance: the same calls with the same seed give the same events. It
/// knows nothing of the software that runs the line; that software writes outputs, coder records and label
/// jobs, and sees inputs and events. What lies where is in ``beltList``, which no device tells.
///
/// Calls: ``advance(to:)`` moves time and returns what happened, in order. Commands act at the current time;
/// their own events come with the next advance.
/// - Invariant: every carton is in exactly one place (``misplaced``), the belt never stands beyond the
///   position that was its run limit while it moved, and whatever was due at or before ``position`` and
///   ``now`` has happened.
package struct World: Sendable {
    /// Where things stand. Fixed for the life of the world.
    package let layout: WorldLayout
    /// What goes wrong by chance. May change at any time.
    package var faults: WorldFaults
    /// What went wrong so far.
    package internal(set) var faultCounts = WorldFaultCounts()
    /// Virtual time in nanoseconds.
    package internal(set) var now: UInt64 = 0
    /// Encoder position, without wrap.
    package internal(set) var position: Int64
    /// The belt moves (stepped drive: would move).
    package internal(set) var isMoving = false
    /// What coder and cameras have loaded.
    package internal(set) var jobs = JobMemory()
    /// Every carton that ever was, by number.
    package internal(set) var cartons: [Carton] = []
    /// Cartons by what is printed on them. Looked up, never walked through.
    private var cartonsByCode: [[String]: [CartonID]] = [:]
    /// Totals since the start.
    package internal(set) var tally = WorldTally()

    var lanes: [WorldLane]
    /// The lane that is dealt with, as an index.
    var laneAtHand = 0
    let seed: UInt64
    let stations: [Int64]
    var events: [WorldEvent] = []
    var due = EventQueue()

    // Belt. While it moves by time, positions count from where and when it last started.
    var startedAt: UInt64 = 0
    var startedFrom: Int64
    var beltStop: Int64
    var coastEnd: Int64?
    var wasEnabled = false

    /// Without an encoder: how long the belt ran at its speed, and since when it does now.
    var ranFor: UInt64 = 0
    var runsSince: UInt64?
    /// The belt stopped, and no new end of a purge was written since.
    var isStopUnanswered = true
    /// The last stop is shown until here at least.
    var showsStopUntil: UInt64 = 0

    /// The conveyor was stopped by something else than the line.
    var isHeldUp = false

    // Feeder and stretches: cartons on the belt before each station, downstream first.
    var blanksInFeeder = 0
    var preprinted: [PrintedCode] = []
    var preprintedHead = 0
    var stretches = [[CartonID]](repeating: [], count: WorldStation.allCases.count)
    var link = LinkPlace()
    var chute: [InChute] = []
    var bin: [CartonID] = []
    var emptied: [CartonID] = []
    var lastAtCaseCamera: CartonID?
    /// The container last before the label scanner of each tier.
    var lastAtScanner: [CaseID?]
    /// Cases on their way from a scanner into what they go into.
    var leaving: Set<CaseID> = []
    /// Cases that went past a scanner, each as often as it did.
    var passes = 0
    /// Cases on the side ways behind the scanners, in the order they came.
    package internal(set) var sideWay: [CaseID] = []

    // Packing.
    /// Cartons on the packing table, in the order they came.
    package internal(set) var table: [CartonID] = []
    /// The packing table is in the way of the packer.
    package internal(set) var isTableOut: Bool
    /// Cartons in cases that no camera has seen in a layer that was taken, in the order they fell in.
    var unseen: [CartonID] = []
    var cases: [PhysicalCase] = []
    var pallets: [PhysicalPallet] = []
    var labels: [PhysicalLabel] = []
    /// The open container of each tier.
    var openCases: [CaseID] = []
    /// Containers before the applicator of each tier.
    var applicatorQueue: [[CaseID]]
    var palletQueue: [PalletID] = []
    var heldLabels: [Int] = []
    /// When the handheld scanner has read all it was to read.
    var handheldFree: UInt64 = 0
    /// Labels of each tier that came out of their printer because they were sent.
    var labelsOut: [Int]
    var byHand: [ContainerID] = []
    /// When each printer has printed all it was sent: those of the tiers, then that of the pallets.
    var printerFree: [UInt64]

    /// A standing, empty line.
    ///
    /// - Parameter layout: Must have no ``WorldLayout/problem``; check it first where it comes from outside.
    package init(layout: WorldLayout = WorldLayout(), faults: WorldFaults = WorldFaults(), seed: UInt64) {
        let problem = layout.problem
        precondition(problem == nil, problem ?? "")
        self.layout = layout
        self.faults = faults
        self.seed = seed
        stations = layout.stationPositions
        isTableOut = layout.packsByHand
        applicatorQueue = Array(repeating: [], count: layout.tiers)
        lastAtScanner = Array(repeating: nil, count: layout.tiers)
        printerFree = Array(repeating: 0, count: layout.tiers + 1)
        labelsOut = Array(repeating: 0, count: layout.tiers)
        position = layout.initialPosition
        startedFrom = position
        beltStop = position
        var lane = WorldLane(
            coder: SimulatedCoder(capacityBytes: layout.coderBytes, capacityRecords: layout.coderRecords),
            nextFeed: position)
        lane.inputs.partPresentCount = layout.initialCount
        lane.inputs.passCount = layout.initialCount
        lane.inputs.rejectCount = layout.initialCount
        lane.inputs.dispositionCount = layout.initialCount
        lane.inputs.position = UInt32(truncatingIfNeeded: position)
        lanes = [WorldLane](repeating: lane, count: layout.lanes)
        openCases = (0..<layout.tiers).map { CaseID($0 + 1) }
        cases = (0..<layout.tiers).map { PhysicalCase(id: CaseID($0 + 1), tier: $0) }
        pallets.append(PhysicalPallet(id: PalletID(1)))
    }

    /// Things that are due at a time.
    enum Happening: Sendable {
        case unitResult(CartonID, WorldRead)
        case caseResult(CartonID, WorldRead, byHand: Bool)
        case present(CartonID)
        case presentOwn(CartonID)
        case linkResult(CartonID, WorldRead, byHand: Bool)
        case presentLink(CartonID)
        case layerResult([CartonID], WorldRead, byHand: Bool)
        case presentLayer([CartonID])
        case labelDone(Int)
        case palletLabelOn(Int)
        case scan(CaseID, thenStack: Bool)
        case scanLast(CaseID)
        case stack(CaseID)
        case handheld(HandheldTarget)
    }

    /// Moves time on to `time` and returns what happened since the last call, in order.
    ///
    /// - Parameter time: Virtual nanoseconds; a time that has passed moves nothing.
    package mutating func advance(to time: UInt64) -> [WorldEvent] {
        while step(until: time) {}
        now = max(now, time)
        syncPosition()
        return takeEvents()
    }

    /// Moves the belt by up to `counts` at the current time, as far as run-enable, run limit and coast allow.
    ///
    /// Only for ``BeltDrive/steps``; otherwise nothing moves. What is due by time comes when time moves.
    package mutating func advance(byCounts counts: Int64) -> [WorldEvent] {
        guard layout.drive == .steps, counts > 0 else { return takeEvents() }
        let target = position + min(counts, 1 << 40)
        while isMoving, position < target {
            let stop = min(target, beltStop)
            position = min(stop, nextBeltPosition ?? stop)
            runBelt()
            while let time = nextTimedEvent, time <= now { runTimed() }
        }
        return takeEvents()
    }

    /// Virtual time of the next thing that happens by itself, or `nil` when nothing will.
    package var nextEventTime: UInt64? {
        let timed = nextTimedEvent
        guard let target = nextBeltPosition, let belt = beltTime(at: target) else { return timed }
        return timed.map { min($0, belt) } ?? belt
    }

    /// Lets the next thing happen if it is due at `time` or before.
    private mutating func step(until time: UInt64) -> Bool {
        let timed = nextTimedEvent ?? .max
        // The belt first: what is due at a position has happened before anything else at that time.
        if let target = nextBeltPosition, let belt = beltTime(at: target), belt <= min(timed, time) {
            now = belt
            position = target
            runBelt()
        } else if timed <= time, timed < .max {
            now = max(now, timed)
            syncPosition()
            runTimed()
        } else {
            return false
        }
        return true
    }

    private var nextTimedEvent: UInt64? {
        var time = due.firstTime ?? .max
        if let first = chute.first { time = min(time, first.time) }
        time = min(time, nextTrip?.time ?? .max)
        return time == .max ? nil : time
    }

    /// The controller that next drops run-enable for silence, and when.
    private var nextTrip: (lane: Int, time: UInt64)? {
        lanes.indices.filter { !lanes[$0].inputs.watchdogTripped }
            .map { ($0, later(lanes[$0].lastBeat, by: layout.timings.watchdog)) }.min { $0.1 < $1.1 }
    }

    private mutating func runTimed() {
        let queued = due.firstTime ?? .max
        let chuted = chute.first?.time ?? .max
        if let trip = nextTrip, trip.time <= min(queued, chuted) {
            at(trip.lane) { $0.tripWatchdog() }
        } else if chuted <= queued {
            landFromChute()
        } else if let happening = due.pop() {
            run(happening)
        }
    }

    private mutating func run(_ happening: Happening) {
        switch happening {
        case .unitResult(let id, let result): emit(.unitRead(id, result))
        case .caseResult(let id, let result, let byHand): emit(.caseRead(id, result, byHand: byHand))
        case .present(let id): triggerCaseCamera(id, byHand: true)
        case .presentOwn(let id): readOwnCode(of: id)
        case .linkResult(let id, let result, let byHand): emit(.linkRead(id, result, byHand: byHand))
        case .presentLink(let id): triggerLinkReader(id, byHand: true)
        case .layerResult(let ids, let result, let byHand): emit(.layerRead(ids, result, byHand: byHand))
        case .presentLayer(let ids): triggerCaseCamera(ids, byHand: true)
        case .labelDone(let index): finishLabel(index)
        case .palletLabelOn(let index): putOnPallet(index)
        case .scan(let id, let thenStack): scanCase(id, thenStack: thenStack)
        case .scanLast(let id): scan(id, side: sides(of: .inCase(id)) - 1)
        case .stack(let id): arrive(id)
        case .handheld(let target): emit(.handheldRead(target, handheldResult(target)))
        }
    }

    mutating func emit(_ kind: WorldEvent.Kind) {
        events.append(WorldEvent(time: now, position: position, kind: kind))
    }

    mutating func schedule(_ happening: Happening, in delay: UInt64) {
        due.push(happening, at: later(now, by: delay))
    }

    /// `time` plus `delay`, at most the end of time.
    func later(_ time: UInt64, by delay: UInt64) -> UInt64 {
        let (sum, overflow) = time.addingReportingOverflow(delay)
        return overflow ? .max : sum
    }

    private mutating func takeEvents() -> [WorldEvent] {
        let taken = events
        events = []
        return taken
    }

    /// Whether `fault` happens to this subject, told by seed alone; counts it and says so when it does.
    ///
    /// - Parameter turn: How often the subject was in this situation before; forced faults hit the first.
    mutating func happens(_ fault: WorldFault, to subject: Int, turn: Int = 0) -> Bool {
        guard isDue(fault, subject, turn) else { return false }
        note(fault, subject)
        return true
    }

    func isDue(_ fault: WorldFault, _ subject: Int, _ turn: Int = 0) -> Bool {
        if turn == 0, faults.isForced(fault, on: subject) { return true }
        guard faults[fault] > 0 else { return false }
        var luck = random(fault, subject, turn)
        return luck.chance(perMillion: faults[fault])
    }

    mutating func note(_ fault: WorldFault, _ subject: Int) {
        faultCounts[fault] += 1
        emit(.fault(fault, subject: subject))
    }

    /// Chance of its own for one fault and subject.
    func random(_ fault: WorldFault, _ subject: Int, _ turn: Int = 0) -> SeededRandom {
        let who = UInt64(truncatingIfNeeded: subject) | UInt64(truncatingIfNeeded: turn) << 48
        return SeededRandom(seed: seed, purpose: UInt64(fault.rawValue), subject: who)
    }

    /// The carton with this number, or `nil` when there is none.
    package func carton(_ id: CartonID) -> Carton? {
        cartons.indices.contains(id.number - 1) ? cartons[id.number - 1] : nil
    }

    /// The first carton with a serial, or `nil` where there is none.
    func carton(serial: String) -> CartonID? {
        cartons.first { $0.print?.value(of: layout.serialField, in: layout.codeFields) == serial }?.id
    }

    /// Puts a new carton into the world.
    mutating func add(_ carton: Carton) {
        cartons.append(carton)
        if let print = carton.print { mark(carton.id, with: print) }
        putCap(on: carton.id)
    }

    /// Gives a carton what is printed on it.
    mutating func mark(_ id: CartonID, with code: PrintedCode) {
        cartons[id.number - 1].print = code
        if code.isReadable { cartons[id.number - 1].scan = code.scan(fields: layout.codeFields) }
        cartonsByCode[code.values, default: []].append(id)
    }

    /// Other cartons with the code of this one, wherever they are, in the order they were printed.
    func copies(of id: CartonID) -> [CartonID] {
        guard let print = carton(id)?.print else { return [] }
        return cartonsByCode[print.values, default: []].filter { $0 != id }
    }
}

/// Totals since the start.
package struct WorldTally: Equatable, Sendable {
    /// Cartons put on the belt by the feeder.
    package internal(set) var fed = 0
    /// Cartons printed by the coder.
    package internal(set) var printed = 0
    /// Cartons that passed the coder without a record.
    package internal(set) var leftBlank = 0
    /// Cartons the gate let pass.
    package internal(set) var passed = 0
    /// Cartons the gate threw out.
    package internal(set) var rejected = 0
    /// Cartons that fell into a case.
    package internal(set) var packed = 0
    /// Cartons taken out by hand.
    package internal(set) var taken = 0
    /// Cartons put from the bin into a case by hand.
    package internal(set) var outOfBin = 0
    /// Cases closed.
    package internal(set) var casesShut = 0
    /// Pallets taken away.
    package internal(set) var palletsLeft = 0

    /// Nothing yet.
    package init() {}
}
