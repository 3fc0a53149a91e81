import Simulator
import Testing

@testable import LineCore

/// Goal: nothing is fed, printed or passed before every device of the order has named the order's job, and
/// whoever was away names it again. Method: a line whose coder and camera have jobs; answers right, wrong,
/// late and missing; devices unplugged, the program killed, the batch suspended.
@Suite struct JobTests {
    static let jobs = [
        DeviceJob(device: "camera", job: "READ-12"), DeviceJob(device: "coder", job: "CARTON-12"),
    ]

    static func configuration(gate: GateMode = .eject) -> LineConfiguration {
        var configuration = LineRig.configuration(gate: gate)
        configuration.jobDevices = [
            JobDevice(name: "camera"), JobDevice(name: "coder", forbidden: [UInt8(ascii: "|")], maxBytes: 20),
        ]
        return configuration
    }

    static func order(_ jobs: [DeviceJob] = Self.jobs) -> Order {
        var order = LineRig.order
        order.jobs = jobs
        return order
    }

    /// The batch is ready.
    static func opened(gate: GateMode = .eject, kind: PoolKind = .printed) -> LineRig {
        var rig = LineRig(configuration(gate: gate))
        rig.start()
        rig.ask(.addPool(LineRig.units(kind: kind)))
        rig.ask(.addPool(LineRig.ssccs()))
        #expect(rig.refusal(.openBatch(order())) == nil)
        return rig
    }

    /// The batch runs.
    static func running(gate: GateMode = .eject) -> LineRig {
        var rig = opened(gate: gate)
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        #expect(rig.line.status.machine == .execute)
        return rig
    }

    private static func loaded(_ rig: LineRig) -> [String] {
        rig.records.compactMap { entry in
            if case .jobLoaded(let fact) = entry.record { return "\(fact.device) \(fact.job)" }
            return nil
        }
    }

    private static func refused(_ rig: LineRig) -> [JobRefused] {
        rig.records.compactMap { if case .jobRefused(let fact) = $0.record { fact } else { nil } }
    }

    /// What was asked of devices, in order.
    private static func asked(_ rig: LineRig, from first: Int = 0) -> [String] {
        rig.actions.dropFirst(first).compactMap { entry in
            switch entry.action {
            case .selectJob(let device, let job): "select \(device) \(job)"
            case .readJob(let device): "read \(device)"
            case .coder(.prepare, _): "prepare"
            case .coder(.send, _): "send"
            default: nil
            }
        }
    }

    private static func states(_ rig: LineRig) -> [JobStatus.State] { rig.line.status.jobs.map(\.state) }

    // MARK: Start

    @Test(arguments: GateMode.gates) func theStartWaitsForEveryJob(gate: GateMode) throws {
        var rig = Self.opened(gate: gate)
        rig.mute = ["camera"]
        rig.ask(.startBatch("B1"))
        rig.wait(milliseconds: 3_000)
        #expect(rig.line.status.machine == .starting && rig.stop == nil)
        #expect(Self.states(rig) == [.asked, .loaded])
        #expect(!rig.outputs.runEnable && !rig.outputs.feedEnable)
        #expect(rig.sent.isEmpty, "no serial goes to a coder on a line that may not run")
        #expect(
            Self.asked(rig) == ["select camera READ-12", "select coder CARTON-12", "prepare"],
            "the coder is prepared behind its own job")
        rig.give(.job(device: "camera", .loaded("READ-12")))
        rig.scan()
        #expect(Self.loaded(rig) == ["coder CARTON-12", "camera READ-12"])
        rig.wait(milliseconds: 100)
        #expect(rig.line.status.machine == .execute && rig.outputs.feedEnable)
        #expect(Self.states(rig) == [.loaded, .loaded])
        #expect(try ReworkTests.isFold(rig))
    }

    /// Law 2: what is asked stands in the journal, and what lets the belt run as well.
    @Test func recordsComeBeforeWhatTheyAllow() throws {
        let rig = Self.running()
        let started = try #require(rig.records.firstIndex { $0.record.kindWord == "batch.started" })
        let proven = try #require(rig.records.lastIndex { $0.record.kindWord == "job.loaded" })
        for entry in rig.actions {
            switch entry.action {
            case .selectJob: #expect(entry.records > started)
            case .outputs(let outputs, _): #expect(!outputs.runEnable || entry.records > proven)
            case .coder(.send, _): #expect(entry.records > proven)
            default: break
            }
        }
    }

    @Test func aBatchWithoutJobsAsksNobody() {
        let rig = LineRig.running(Self.configuration())
        #expect(!Self.asked(rig).contains { $0.hasPrefix("select") || $0.hasPrefix("read") })
        #expect(rig.outputs.feedEnable && rig.line.status.jobs.isEmpty)
    }

    @Test func theCoderOfPreprintedPacksHasAJobAllTheSame() {
        var rig = Self.opened(kind: .preprinted)
        rig.give(.device("coder", .stale))
        #expect(rig.refusal(.startBatch("B1")) == "BATCH-120")
        rig.give(.device("coder", .connected))
        rig.ask(.startBatch("B1"))
        #expect(Self.asked(rig) == ["select camera READ-12", "select coder CARTON-12"])
        #expect(rig.line.status.machine == .execute)
    }

    // MARK: Wrong and missing answers

    @Test func anotherJobStopsTheLineAndAResumeAsksAgain() throws {
        var rig = Self.opened()
        rig.stubborn = ["coder"]
        rig.jobs["coder"] = "CARTON-11"
        rig.ask(.startBatch("B1"))
        #expect(rig.stop == .jobRefused)
        #expect(rig.why == "LINE-108 coder: wanted job CARTON-12, but it has job CARTON-11")
        #expect(
            Self.refused(rig) == [
                JobRefused(batch: "B1", device: "coder", job: "CARTON-12", found: "CARTON-11", reason: "")
            ])
        #expect(Self.states(rig) == [.loaded, .refused])
        rig.wait(milliseconds: 2_000)
        #expect(!rig.outputs.runEnable && rig.sent.isEmpty)
        let before = rig.actions.count
        rig.ask(.resume)
        #expect(Self.asked(rig, from: before) == ["select coder CARTON-12"], "the camera has its job")
        #expect(rig.stop == .jobRefused)
        rig.stubborn = []
        rig.ask(.resume)
        rig.wait(milliseconds: 1_200)
        #expect(rig.stop == nil && rig.outputs.feedEnable && !rig.sent.isEmpty)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func aDeviceWithoutTheJobSaysWhy() {
        var rig = Self.opened()
        rig.mute = ["camera"]
        rig.ask(.startBatch("B1"))
        rig.give(.job(device: "camera", .failed("no such program")))
        #expect(rig.why == "LINE-108 camera: wanted job READ-12, but no such program")
        #expect(Self.refused(rig).map(\.reason) == ["no such program"])
        #expect(Self.refused(rig).map(\.found) == [""])
    }

    @Test func silenceIsNoAnswer() {
        var rig = Self.opened()
        rig.mute = ["camera"]
        rig.ask(.startBatch("B1"))
        rig.wait(milliseconds: 59_900)
        #expect(rig.line.status.machine == .starting && rig.stop == nil)
        rig.wait(milliseconds: 200)
        #expect(rig.why == "LINE-108 camera: wanted job READ-12, but no answer in 60 s")
        // Nobody waits for it any more.
        rig.give(.job(device: "camera", .loaded("READ-12")))
        #expect(Self.loaded(rig) == ["coder CARTON-12"])
        rig.mute = []
        rig.ask(.resume)
        rig.wait(milliseconds: 100)
        #expect(rig.outputs.feedEnable)
    }

    @Test func anotherNameCountsWheneverItComes() {
        var rig = Self.running()
        rig.give(.job(device: "camera", .loaded("READ-12")))
        #expect(Self.loaded(rig).count == 2, "nobody asked")
        rig.give(.job(device: "camera", .loaded("READ-11")))
        #expect(rig.stop == .jobRefused && !rig.outputs.runEnable)
    }

    /// A batch that never gets its job must come off the line all the same, and nothing of it passes.
    @Test func aBatchWithoutItsJobCanBeEnded() throws {
        var rig = Self.opened()
        rig.stubborn = ["coder"]
        rig.ask(.startBatch("B1"))
        #expect(rig.stop == .jobRefused)
        rig.ask(.completeBatch)
        #expect(!rig.outputs.runEnable)
        rig.ask(.resume)
        rig.scan()
        #expect(rig.outputs.runEnable && !rig.outputs.feedEnable)
        let track = rig.unit(LineRig.code(serial: LineRig.serial(1)))
        #expect(rig.rejection(of: track) == RejectReason.jobUnproven.rawValue)
        rig.move(millimetres: 2_000)
        #expect(rig.passSignals.isEmpty && rig.verified.isEmpty)
        #expect(rig.line.state.runningBatch == nil)
        #expect(try ReworkTests.isFold(rig))
    }

    // MARK: Devices that were away

    @Test func aDeviceThatComesBackNamesItsJobFirst() throws {
        var rig = Self.running()
        let before = rig.actions.count
        rig.give(.device("camera", .stale))
        #expect(rig.stop == .deviceLost && Self.states(rig) == [.unknown, .loaded])
        rig.mute = ["camera"]
        rig.give(.device("camera", .connected))
        #expect(Self.asked(rig, from: before) == ["read camera"], "it may have the right one: look first")
        rig.ask(.resume)
        rig.wait(milliseconds: 500)
        #expect(rig.line.status.machine == .starting && !rig.outputs.runEnable)
        #expect(!Self.asked(rig, from: before).contains("select camera READ-12"), "the answer is due")
        rig.give(.job(device: "camera", .loaded("READ-12")))
        rig.scan()
        #expect(rig.outputs.feedEnable)
        #expect(Self.loaded(rig).suffix(1) == ["camera READ-12"])
    }

    @Test func ajobThatWasChangedMeanwhileIsSelectedAgainByAPerson() {
        var rig = Self.running()
        rig.give(.device("camera", .stale))
        rig.jobs["camera"] = "READ-11"
        let before = rig.actions.count
        rig.give(.device("camera", .connected))
        #expect(Self.refused(rig).map(\.found) == ["READ-11"], "it stands in the journal")
        #expect(rig.line.status.jobs[0].detail == "it has job READ-11")
        rig.wait(milliseconds: 500)
        #expect(Self.asked(rig, from: before) == ["read camera"])
        rig.ask(.resume)
        #expect(Self.asked(rig, from: before) == ["read camera", "select camera READ-12"])
        rig.scan()
        #expect(rig.outputs.feedEnable && rig.jobs["camera"] == "READ-12")
    }

    @Test func theCoderIsPreparedBehindItsJob() {
        var rig = Self.running()
        rig.give(.device("coder", .stale))
        rig.mute = ["coder"]
        let before = rig.actions.count
        rig.give(.device("coder", .connected))
        rig.ask(.resume)
        rig.wait(milliseconds: 300)
        #expect(Self.asked(rig, from: before) == ["read coder"])
        rig.mute = []
        rig.give(.job(device: "coder", .loaded("CARTON-12")))
        rig.wait(milliseconds: 100)
        #expect(Self.asked(rig, from: before).prefix(3) == ["read coder", "prepare", "send"])
    }

    /// Law 3: whatever the belt does, a unit before a device with an unproven job is thrown out.
    @Test(arguments: GateMode.gates) func unprovenUnitsAreRejected(gate: GateMode) {
        var rig = Self.running(gate: gate)
        rig.give(.device("camera", .stale))
        rig.mute = ["camera"]
        rig.give(.device("camera", .connected))
        let track = rig.good(1)
        #expect(rig.rejection(of: track) == RejectReason.jobUnproven.rawValue)
        #expect(rig.passSignals.isEmpty)
        rig.move(millimetres: 600)
        #expect(rig.passedTracks.isEmpty)
        rig.give(.job(device: "camera", .loaded("READ-12")))
        rig.ask(.resume)
        let next = rig.good(2)
        #expect(rig.rejection(of: next) == nil)
    }

    @Test func atTheBenchAPersonIsToldToWait() {
        var configuration = LineRig.configuration(gate: .none)
        configuration.jobDevices = [JobDevice(name: "camera")]
        var rig = LineRig(configuration)
        rig.start()
        rig.ask(.addPool(LineRig.units(kind: .preprinted)))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(Self.order([Self.jobs[0]])))
        rig.mute = ["camera"]
        rig.ask(.startBatch("B1"))
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(1))))
        #expect(rig.verified.isEmpty && rig.feedback == false)
        rig.give(.job(device: "camera", .loaded("READ-12")))
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(1))))
        #expect(rig.verified == [LineRig.serial(1)])
    }

    /// A camera nobody needs while people pack in its place need not name its job; once needed, it must.
    @Test func aDeviceNobodyNeedsNeedsNoJob() throws {
        var configuration = Self.configuration()
        configuration.handhelds = ["handheld"]
        configuration.jobDevices.append(JobDevice(name: "case-camera"))
        var rig = LineRig(configuration)
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(Self.order([DeviceJob(device: "case-camera", job: "CASE-12")])))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.give(.device("case-camera", .stale))
        #expect(rig.stop == .deviceLost)
        #expect(rig.refusal(.packByHand(station: "cases", isOver: false, reason: "broken")) == nil)
        rig.ask(.resume)
        rig.scan()
        #expect(rig.outputs.feedEnable, "people pack: \(rig.why)")
        // It comes back with another job: that is recorded and stops nobody yet.
        (rig.jobs["case-camera"], rig.stubborn) = ("CASE-11", ["case-camera"])
        rig.give(.device("case-camera", .connected))
        #expect(Self.refused(rig).map(\.found) == ["CASE-11"])
        rig.scan()
        #expect(rig.stop == nil && rig.outputs.feedEnable)
        #expect(rig.refusal(.packByHand(station: "cases", isOver: true, reason: "")) == nil)
        #expect(rig.stop == .jobRefused && !rig.outputs.runEnable, "now it is needed")
        rig.stubborn = []
        rig.ask(.resume)
        rig.scan()
        #expect(rig.outputs.feedEnable && rig.jobs["case-camera"] == "CASE-12")
        #expect(try ReworkTests.isFold(rig))
    }

    // MARK: Starts

    @Test(arguments: [nil, PowerFate.lostAll]) func aStartProvesEveryJobAgain(power: PowerFate?) throws {
        var rig = Self.running()
        rig.crash(power: power)
        rig.mute = ["camera"]
        let before = rig.actions.count
        rig.start()
        #expect(
            Self.asked(rig, from: before).prefix(3) == ["read camera", "read coder", "prepare"]
                || Self.asked(rig, from: before).prefix(3) == ["read coder", "prepare", "read camera"])
        #expect(rig.stop == .restart)
        rig.ask(.resume)
        rig.wait(milliseconds: 2_000)
        #expect(rig.line.status.machine == .starting && !rig.outputs.runEnable && rig.passSignals.isEmpty)
        rig.give(.job(device: "camera", .loaded("READ-12")))
        rig.wait(milliseconds: 100)
        #expect(rig.outputs.feedEnable)
        #expect(try ReworkTests.isFold(rig))
    }

    /// The power goes after a device was told to select its job and before it has named it.
    @Test func aCrashBetweenSelectionAndNameProvesNothing() throws {
        var rig = Self.opened()
        rig.mute = ["camera"]
        rig.stubborn = ["camera"]
        rig.jobs["camera"] = "READ-11"
        rig.ask(.startBatch("B1"))
        rig.crash(power: .lostAll)
        rig.mute = []
        rig.start()
        #expect(Self.refused(rig).map(\.found) == ["READ-11"])
        #expect(rig.stop == .restart)
        rig.stubborn = []
        rig.ask(.resume)
        rig.wait(milliseconds: 1_500)
        #expect(rig.outputs.feedEnable && rig.jobs["camera"] == "READ-12")
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func aSuspendedBatchLoadsItsJobsAgain() throws {
        var rig = Self.running()
        rig.ask(.suspendBatch)
        rig.move(millimetres: 2_000)
        #expect(rig.line.state.runningBatch == nil)
        // Another product was made meanwhile.
        rig.jobs = ["camera": "READ-30", "coder": "CARTON-30"]
        rig.give(.device("camera", .stale))
        rig.give(.device("camera", .connected))
        let before = rig.actions.count
        rig.ask(.startBatch("B1"))
        #expect(
            Self.asked(rig, from: before).prefix(3) == [
                "select camera READ-12", "select coder CARTON-12", "prepare",
            ])
        rig.wait(milliseconds: 1_200)
        #expect(rig.outputs.feedEnable && Self.loaded(rig).count == 4)
        #expect(try ReworkTests.isFold(rig))
    }

    @Test func setUpLoadsTheJobsAndTheBatchLoadsThemAgain() {
        var rig = Self.opened()
        rig.ask(.startBatch("B1", setsUp: true))
        rig.freeBelt()
        #expect(Self.asked(rig).prefix(2) == ["select camera READ-12", "select coder CARTON-12"])
        #expect(rig.outputs.feedEnable)
        rig.complete()
        rig.ask(.startBatch("B1"))
        #expect(Self.loaded(rig).count == 4)
    }

    // MARK: Orders the line cannot have

    @Test(arguments: [
        ("case-printer", "A", "BATCH-118"), ("unit-camera", "A", "BATCH-117"), ("coder", "A|B", "BATCH-119"),
        ("coder", "CARTON-1234567890-1234", "BATCH-119"), ("coder", "", "ORDER-122"),
    ])
    func anOrderTheLineCannotHaveIsRefused(device: String, job: String, code: String) {
        var rig = LineRig(Self.configuration())
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        let order = Self.order([DeviceJob(device: device, job: job)])
        #expect(rig.refusal(.openBatch(order)) == code)
        #expect(rig.line.state.batches.isEmpty)
    }
}
