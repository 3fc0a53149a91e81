import LineCore

/// Jobs of the simulated devices: they take their time to load one, lose an answer or load another now and
/// then, and one of them is unplugged while the line runs.
struct SimulatedJobs {
    /// What a device does after a while: it has loaded a job, and says what it has.
    struct Answer {
        let at: UInt64
        let device: String
        /// The job it has from then on; `nil` where it was only asked.
        let loads: String?
        /// It says so.
        let isHeard: Bool
    }

    /// A device is pulled out, or put in again.
    struct Plug {
        let at: UInt64
        let device: String
        let isIn: Bool
        /// It had no power meanwhile: its job is gone.
        let losesPower: Bool
    }

    /// Most answers of one run that get lost, and most jobs that are not those selected.
    private static let mostFaults = 2
    private static let chance = 3

    private var answers: [Answer] = []
    /// To come, ascending.
    private(set) var plugs: [Plug] = []
    /// Devices that are pulled out.
    private(set) var away: Set<String> = []
    private var luck: SeededRandom
    private var (losses, mistakes) = (0, 0)

    init(seed: UInt64, devices: [String], span: UInt64) {
        luck = SeededRandom(seed: seed, purpose: 0x70B6, subject: 0)
        guard !devices.isEmpty else { return }
        var time: UInt64 = 5_000_000_000
        for _ in 0..<luck.below(4) {
            time += 2_000_000_000 + UInt64(luck.below(Int(clamping: max(span / 3, 1))))
            let device = devices[luck.below(devices.count)]
            plugs.append(
                Plug(at: time, device: device, isIn: false, losesPower: luck.below(2) == 0))
            time += UInt64(100 + luck.below(2_000)) * 1_000_000
            plugs.append(Plug(at: time, device: device, isIn: true, losesPower: false))
        }
    }

    /// When something is due next.
    var nextTime: UInt64? { [answers.map(\.at).min(), plugs.first?.at].compactMap { $0 }.min() }

    /// The device loads another job than it was told.
    mutating func isMistaken() -> Bool {
        guard mistakes < Self.mostFaults, luck.below(Self.chance) == 0 else { return false }
        mistakes += 1
        return true
    }

    /// The device takes its time; what it says may get lost.
    mutating func answer(of device: String, loading job: String? = nil, now: UInt64) {
        let at = now + UInt64(1 + luck.below(400)) * 1_000_000
        let isLost = losses < Self.mostFaults && luck.below(Self.chance) == 0
        if isLost { losses += 1 }
        answers.append(Answer(at: at, device: device, loads: job, isHeard: !isLost))
    }

    /// Answers that are due.
    mutating func takeAnswers(at now: UInt64) -> [Answer] {
        defer { answers.removeAll { $0.at <= now } }
        return answers.filter { $0.at <= now }
    }

    /// The connection is gone (`nil`: all are), and nobody hears what is said.
    mutating func takeUnheard(of device: String?) -> [Answer] {
        defer { answers.removeAll { device == nil || $0.device == device } }
        return answers.filter { device == nil || $0.device == device }
    }

    mutating func takePlug(at now: UInt64) -> Plug? {
        guard let plug = plugs.first, plug.at <= now else { return nil }
        plugs.removeFirst()
        if plug.isIn { away.remove(plug.device) } else { away.insert(plug.device) }
        return plug
    }
}

extension SimulatedLine {
    static func jobDevices(_ plan: SimulationPlan) -> [String] {
        (0..<plan.lanes).flatMap { lane in ["camera", "coder"].map { device($0, lane: lane) } }
            .sorted()
    }

    /// The lane of a coder, as an index; `nil` for another device.
    private func lane(ofCoder device: String) -> Int? {
        (0..<plan.lanes).first { Self.device("coder", lane: $0) == device }
    }

    /// The jobs of the simulated order.
    var orderJobs: [DeviceJob] {
        guard plan.hasJobs else { return [] }
        return Self.jobDevices(plan).map { DeviceJob(device: $0, job: "\($0.uppercased())-12") }
    }

    /// A device selects a job: the one it is told, or, by mistake, that beside it. Until it has loaded it, it
    /// has none.
    mutating func select(_ job: String, on device: String) {
        guard !jobs.away.contains(device) else { return }
        load(JobMemory.none, on: device)
        jobs.answer(of: device, loading: jobs.isMistaken() ? JobMemory.standard : job, now: now)
    }

    mutating func nameJob(of device: String) {
        if !jobs.away.contains(device) { jobs.answer(of: device, now: now) }
    }

    private mutating func load(_ job: String, on device: String) {
        guard let lane = lane(ofCoder: device) else { return world.jobs[device] = job }
        world.loadCoderJob(job, device: device, lane: lane)
    }

    /// What is due at the devices.
    mutating func moveJobs() {
        for answer in jobs.takeAnswers(at: now) {
            if let job = answer.loads { load(job, on: answer.device) }
            if answer.isHeard {
                turn(.job(device: answer.device, .loaded(world.jobs[answer.device])))
            }
        }
        while let plug = jobs.takePlug(at: now) {
            dropJobAnswers(of: plug.device)
            if plug.losesPower { world.powerCycle(plug.device, coderOf: lane(ofCoder: plug.device)) }
            onLine?("\(now) \(plug.device) \(plug.isIn ? "plugged in" : "pulled out")")
            turn(.device(plug.device, plug.isIn ? .connected : .stale))
        }
    }

    /// Nobody hears the device any more; what it loads it loads.
    mutating func dropJobAnswers(of device: String? = nil) {
        for answer in jobs.takeUnheard(of: device) {
            if let job = answer.loads { load(job, on: answer.device) }
        }
    }

    /// Law 3: nothing is fed, and no unit accepted, while a device has another job than the order says.
    mutating func checkJobs(_ what: String) {
        for wanted in shadow.runningBatch?.order.jobs ?? [] where world.jobs[wanted.device] != wanted.job {
            violated("law 3: \(what), and \(wanted.device) has job \(world.jobs[wanted.device])")
        }
    }
}
