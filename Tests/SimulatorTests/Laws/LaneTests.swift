import Simulator
import Testing

@testable import LineCore

/// Goal: lanes share order, numbers and packing, and never tracks. Method: two lanes in a test's hands, with
/// coder, camera and gate each; what one does must not speak for the other.
@Suite struct LaneTests {
    private static func running(
        gate: GateMode = .eject, zone: ZoneRule = .reject, kind: PoolKind = .printed,
        _ change: (inout LineConfiguration) -> Void = { _ in }
    ) -> LineRig {
        var configuration = LineRig.configuration(gate: gate, zone: zone, lanes: 2)
        change(&configuration)
        return LineRig.running(configuration, kind: kind)
    }

    /// Counts at the station of a lane: judged and rejected.
    private static func units(_ rig: LineRig, _ lane: String) -> UnitCounts {
        let number = rig.line.state.lane(named: lane)
        return number.flatMap { rig.line.state.runningBatch?.units(lane: $0) } ?? UnitCounts()
    }

    @Test func theCodersOfBothLanesShareThePool() {
        let rig = Self.running()
        let (first, second) = (rig.sent(lane: 0), rig.sent(lane: 1))
        #expect(first.count == 8 && second.count == 8)
        #expect(Set(first + second).count == 16, "no serial is sent to both")
        #expect(
            rig.records.contains {
                if case .unitSent(let fact) = $0.record { fact.lane == "B" } else { false }
            })
    }

    @Test(arguments: [GateMode.plc, .pass, .eject]) func eachLaneJudgesItsOwnUnits(gate: GateMode) {
        var rig = Self.running(gate: gate)
        let (a, b) = (rig.sent(lane: 0), rig.sent(lane: 1))
        // The unit of lane B is seen last and judged first: tracks ascend on each lane only.
        let late = rig.arrive(lane: 0)
        let early = rig.arrive(lane: 1)
        rig.give(.read(device: "camera-2", LineRig.code(serial: LineRig.serial(b[0]))))
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(a[0]))))
        rig.move(millimetres: 900)
        #expect(rig.verified == [LineRig.serial(b[0]), LineRig.serial(a[0])])
        #expect(Set(rig.passedTracks) == [late, early])
        #expect(Self.units(rig, "A").passed == 1 && Self.units(rig, "B").passed == 1)
        #expect(rig.line.state.runningBatch?.unitsOpen == 0 && rig.line.state.openTracks == [])
        #expect(rig.line.state.runningBatch?.hold == nil)
    }

    @Test func aCodeOfTheOtherLaneIsRejected() {
        var rig = Self.running()
        rig.unit(LineRig.code(serial: LineRig.serial(rig.sent(lane: 1)[0])), lane: 0)
        rig.move(millimetres: 600)
        #expect(rig.verified == [] && rig.passedTracks == [])
        #expect(Self.units(rig, "A").rejected == 1 && Self.units(rig, "B").tracked == 0)
        #expect(rig.line.state.runningBatch?.reasons == [ReasonCount(reason: "wrong-lane", count: 1)])
        #expect(rig.line.state.runningBatch?.count(.inDoubt) == 1)
    }

    /// What one lane skipped is asked of that lane alone, also where the other is far ahead or behind.
    @Test func theOrderIsThatOfEachLane() {
        var rig = Self.running()
        let (a, b) = (rig.sent(lane: 0), rig.sent(lane: 1))
        for number in b.prefix(3) { rig.good(number, lane: 1) }
        rig.good(a[2])
        #expect(rig.verified.count == 4)
        #expect(Self.units(rig, "A").overtaken == 2 && Self.units(rig, "B").overtaken == 0)
        rig.good(a[0])
        #expect(rig.verified.count == 4, "behind the furthest seen of its lane")
        rig.good(b[3], lane: 1)
        #expect(rig.verified.count == 5 && rig.line.state.runningBatch?.hold == nil)
        // A read clears the doubt of what was sent to its lane and not seen.
        #expect(Self.units(rig, "A").overtaken == 1)
    }

    @Test func skipsOfOneLaneDoNotStopForThoseOfTheOther() {
        var rig = Self.running()
        // Six numbers of the pool lie between, of which two are of this lane: max_skip is 4.
        let b = rig.sent(lane: 1)
        rig.good(b[2], lane: 1)
        #expect(rig.line.state.runningBatch?.hold == nil)
        rig.good(b[7], lane: 1)
        #expect(rig.line.state.runningBatch?.hold == nil, "four are skipped")
        var other = Self.running()
        other.good(other.sent(lane: 1)[5], lane: 1)
        #expect(other.line.state.runningBatch?.hold?.reason == StopReason.skipped.rawValue)
        #expect(other.line.state.runningBatch?.hold?.station == "coding-2")
    }

    @Test func aStopOfOneLaneStopsAll() {
        var rig = Self.running()
        #expect(rig.outputs(lane: 0).runEnable && rig.outputs(lane: 1).runEnable)
        rig.give(.device("camera-2", .stale))
        #expect(rig.line.state.runningBatch?.hold?.station == "camera-2")
        #expect(!rig.outputs(lane: 0).runEnable && !rig.outputs(lane: 1).runEnable)
    }

    /// The I/O of lane B lost its memory: what lay there is given up, what lies on A is not.
    @Test func aPurgeIsOfItsLane() {
        var rig = Self.running()
        let a = rig.good(rig.sent(lane: 0)[0])
        let b = rig.good(rig.sent(lane: 1)[0], lane: 1)
        rig.ios[1].position &+= 1_000_000
        rig.scan()
        #expect(rig.line.state.runningBatch?.hold?.station == "io-2")
        #expect(Self.units(rig, "B").cleared == 1 && Self.units(rig, "A").cleared == 0)
        #expect(rig.line.state.openTracks.map(\.track) == [a] && a != b)
        #expect(rig.outputs(lane: 1).purgeUntil != nil && rig.outputs(lane: 0).purgeUntil == nil)
    }

    /// Each lane empties, or the batch is not completed.
    @Test(arguments: [0, 1]) func theBatchEndsWhenEveryLaneIsEmpty(first: Int) {
        var rig = Self.running()
        rig.ask(.completeBatch)
        for _ in 0..<200 {
            rig.now += 10_000_000
            rig.ios[first].position &+= 10
            rig.scan()
        }
        #expect(rig.line.state.running != nil, "the belt of the other lane stands")
        for _ in 0..<200 {
            rig.now += 10_000_000
            rig.ios[1 - first].position &+= 10
            rig.scan()
        }
        #expect(rig.line.state.running == nil)
    }

    /// Bad units of two lanes stand before their stop positions: who is told of one takes off that one.
    @Test func eachBadUnitIsAskedFor() {
        var rig = Self.running(gate: .stop)
        for station in ["gate", "gate-2"] {
            #expect(rig.line.state.runningBatch?.hold?.reason == StopReason.zoneUnknown.rawValue)
            #expect(rig.line.state.runningBatch?.hold?.station == station)
            rig.ask(.resume)
        }
        for (lane, camera) in ["camera", "camera-2"].enumerated() {
            rig.arrive(lane: lane)
            rig.give(.read(device: camera, .noRead))
        }
        for _ in 0..<60 where rig.line.state.runningBatch?.hold == nil { rig.move(millimetres: 10) }
        #expect(rig.line.state.runningBatch?.hold?.station == "gate")
        #expect(Self.units(rig, "A").confirmed == 0 && Self.units(rig, "B").confirmed == 0)
        rig.ask(.resume)
        rig.scan()
        #expect(Self.units(rig, "A").confirmed == 1 && Self.units(rig, "B").confirmed == 0)
        #expect(rig.line.state.runningBatch?.hold?.reason == StopReason.takeOff.rawValue)
        #expect(rig.line.state.runningBatch?.hold?.station == "gate-2")
        rig.ask(.resume)
        #expect(Self.units(rig, "B").confirmed == 1)
    }

    @Test func eachLaneShowsAFirstArticle() {
        var rig = Self.running { $0.changeover.firstArticle = true }
        let (a, b) = (rig.sent(lane: 0), rig.sent(lane: 1))
        func code(_ number: Int) -> String {
            guard case .code(let bytes) = LineRig.code(serial: LineRig.serial(number)) else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        func approve(_ number: Int) -> LineCommand.Verb {
            .judgeFirstArticle(code: code(number), approves: true, reason: "")
        }
        rig.good(a[0])
        #expect(rig.line.status.changeover.firstArticle == LineRig.serial(a[0]))
        #expect(rig.refusal(approve(b[0])) == "BATCH-161")
        #expect(rig.refusal(approve(a[0])) == nil)
        #expect(rig.refusal(.resume) == nil, "lane B makes its own now")
        rig.good(a[1])
        #expect(rig.line.state.runningBatch?.hold == nil, "lane A has shown its own")
        rig.good(b[0], lane: 1)
        #expect(rig.line.state.runningBatch?.hold?.station == "verify-2")
        #expect(rig.refusal(.resume) == "BATCH-162")
        #expect(rig.refusal(approve(b[0])) == nil && rig.refusal(.resume) == nil)
        #expect(!rig.line.awaitsFirstArticle)
    }

    @Test func eachLaneIsChallenged() {
        var rig = Self.running { $0.changeover.challenges = [.unreadable] }
        #expect(rig.line.state.runningBatch?.hold?.reason == StopReason.challengeDue.rawValue)
        #expect(rig.line.status.changeover.dueOn == ["A", "B"])
        rig.move(millimetres: 1_200)
        for lane in [1, 0] {
            #expect(rig.refusal(.challenge(.unreadable)) == nil)
            rig.unit(.noRead, lane: lane)
            rig.move(millimetres: 1_500)
            if lane == 1 {
                #expect(rig.line.status.changeover.dueOn == ["A"])
                #expect(rig.refusal(.resume) == "BATCH-168")
            }
        }
        #expect(rig.line.status.changeover.challenges == [] && rig.refusal(.resume) == nil)
    }

    /// A power cut hides to which coder a reserved serial was sent: it may come on either lane.
    @Test func whatACrashHidMayComeOnAnyLane() {
        var rig = Self.running(zone: .read)
        let (a, b) = (rig.sent(lane: 0), rig.sent(lane: 1))
        let voided = (a + b).max()! + 1
        rig.crash()
        rig.start()
        rig.ask(.resume)
        rig.freeBelt()
        rig.good(a[3])
        rig.good(b[1], lane: 1)
        rig.good(a[1])
        rig.good(voided, lane: 1)
        #expect(rig.verified == [a[3], b[1], a[1], voided].map(LineRig.serial))
        rig.unit(LineRig.code(serial: LineRig.serial(b[2])), lane: 0)
        #expect(rig.line.state.runningBatch?.reasons.first?.reason == "wrong-lane")
    }

    @Test func preprintedPacksComeOnAnyLane() {
        var rig = Self.running(kind: .preprinted) { for lane in 0..<2 { $0.lanes[lane].unitPrint = nil } }
        rig.good(900, lane: 1)
        rig.good(3)
        rig.good(3, lane: 1)
        #expect(rig.verified == [900, 3].map(LineRig.serial))
        #expect(rig.line.state.runningBatch?.reasons == [ReasonCount(reason: "duplicate", count: 1)])
    }

    /// Units of two lanes come to the case camera in any order; only one of its own lane is overtaken.
    @Test func unitsAreOvertakenOnTheirLane() {
        var rig = Self.running()
        let (a, b) = (rig.sent(lane: 0), rig.sent(lane: 1))
        for place in 0..<2 {
            rig.good(a[place])
            rig.good(b[place], lane: 1)
        }
        rig.move(millimetres: 800)
        func missing() -> Int? { rig.line.balance.first { $0.station == "cases" }?.missing }
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(b[0]))))
        #expect(missing() == 0)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(a[1]))))
        #expect(missing() == 1, "the first of lane A")
    }

    @Test func aSnapshotKnowsTheLanes() throws {
        var rig = Self.running { $0.changeover.firstArticle = true }
        rig.good(rig.sent(lane: 1)[2], lane: 1)
        rig.unit(.noRead, lane: 0)
        let bytes = rig.line.state.encoded()
        let read = try LineState.decode(bytes, 0..<bytes.count)
        #expect(read == rig.line.state && read.lanes == ["", "A", "B"])
        #expect(read.openTracks.map(\.lane) == [2, 1])
    }

    @Test func theStatusTellsEachLane() {
        var rig = Self.running()
        rig.good(rig.sent(lane: 1)[0], lane: 1)
        let lanes = rig.line.status.lanes
        #expect(lanes.map(\.name) == ["A", "B"] && lanes.map(\.onBelt) == [0, 1])
        let stations = rig.line.balance.map(\.station)
        #expect(stations.starts(with: ["coding + coding-2", "verify", "gate", "verify-2", "gate-2"]))
    }
}
