import Testing

@testable import LineCore

@Suite struct AlarmTests {
    /// Goal: a device that never was there is an alarm a second after the start, and over when it comes.
    /// Method: of all devices only the I/O connects; time is told by ticks alone.
    @Test func aDeviceThatNeverCameIsAnAlarm() {
        var line = Line(configuration: LineRig.configuration())
        func at(_ milliseconds: UInt64) -> LineInstant {
            LineInstant(monotonicNanoseconds: 5_000_000_000 + milliseconds * 1_000_000, wallMilliseconds: 0)
        }
        let start = LineStart(boot: "b", version: "1", configuration: "c", isJournalVerified: true)
        _ = line.handle(.started(start), at: at(0))
        _ = line.handle(.device("io", .connected), at: at(10))
        _ = line.handle(.tick, at: at(999))
        #expect(line.state.alarms.isEmpty)
        #expect(line.nextDeadline == at(1_000).monotonicNanoseconds)
        let decision = line.handle(.tick, at: at(1_000))
        let missing = line.configuration.deviceNames.filter { $0 != "io" }
        #expect(line.state.alarms.map(\.station) == missing && missing.count > 3)
        #expect(decision.records.count == missing.count)
        #expect(line.state.alarms.allSatisfy { $0.code == "DEV-201" && $0.state == .unacknowledged })
        _ = line.handle(.tick, at: at(5_000))
        #expect(line.state.alarms.count == missing.count)
        for name in missing { _ = line.handle(.device(name, .connected), at: at(6_000)) }
        #expect(line.state.alarms.allSatisfy { $0.isActive })
        #expect(line.nextDeadline == at(11_000).monotonicNanoseconds)
        _ = line.handle(.tick, at: at(11_000))
        #expect(line.state.alarms.allSatisfy { $0.state == .returned } && line.state.alarms.count > 3)
        let seen = LineCommand(request: 1, actor: "ann", verb: .acknowledge(alarm: "DEV-201"))
        _ = line.handle(.command(seen), at: at(12_000))
        #expect(line.state.alarms.isEmpty)
    }

    /// Goal: a beacon that is gone is told and stops nothing: not at the start of the line or a batch, not
    /// while it runs. Method: a line with one that never comes, then comes, goes and comes again.
    @Test func aBeaconThatIsGoneStopsNothing() {
        var configuration = LineRig.configuration()
        configuration.beacons = ["tower"]
        #expect(configuration.deviceNames.last == "tower")
        var rig = LineRig(configuration)
        rig.start()
        rig.give(.device("tower", .stale))
        rig.wait(milliseconds: 1_500)
        #expect(rig.line.state.alarms.map(\.code) == ["DEV-203"])
        #expect(rig.line.state.active(.beaconAway)?.priority == .low)
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.openBatch(LineRig.order))
        #expect(rig.refusal(.startBatch("B1")) == nil)
        for condition in [DeviceCondition.connected, .stale, .faulty("dark")] {
            rig.give(.device("tower", condition))
            rig.wait(milliseconds: 5_100)
            #expect(rig.line.state.runningBatch?.hold == nil, "\(condition)")
            #expect((rig.line.state.active(.beaconAway) == nil) == (condition == .connected))
        }
        #expect(rig.line.state.runningBatch != nil && rig.line.state.active(.deviceAway) == nil)
    }

    /// Goal: orders that do not come in are told, once, over a restart, and do not stop the line.
    @Test func ordersThatDoNotComeInAreAnAlarm() {
        var rig = LineRig.running()
        func codes() -> [String] {
            rig.line.state.alarms.filter { $0.isActive && $0.code.hasPrefix("ORD-") }.map(\.code).sorted()
        }
        rig.give(.orderFolder(fault: nil, refused: nil))
        #expect(codes() == [])
        for _ in 0..<3 { rig.give(.orderFolder(fault: "opendir: gone", refused: "7.toml")) }
        #expect(codes() == ["ORD-201", "ORD-202"] && rig.line.state.alarms.count == 2)
        #expect(rig.line.state.runningBatch != nil)
        rig.crash()
        rig.start()
        rig.give(.orderFolder(fault: "opendir: gone", refused: nil))
        #expect(codes() == ["ORD-201"])
        #expect(rig.line.state.active(.ordersBlocked)?.priority == .medium)
    }

    /// Goal: a device that comes and goes every second is one alarm, not one a second, and who has seen it
    /// is asked no second time.
    @Test func aLinkThatFlapsIsOneAlarm() {
        var rig = LineRig.running()
        rig.give(.device("scanner", .stale))
        rig.ask(.acknowledge(alarm: "DEV-201"))
        let before = rig.records.count
        for _ in 0..<30 {
            rig.wait(milliseconds: 500)
            rig.give(.device("scanner", .connected))
            rig.wait(milliseconds: 500)
            rig.give(.device("scanner", .stale))
        }
        let alarms = rig.records[before...].filter {
            switch $0.record {
            case .alarmRaised, .alarmReturned: true
            default: false
            }
        }
        #expect(alarms.isEmpty)
        #expect(rig.line.state.alarms.map(\.state) == [.acknowledged])
        rig.give(.device("scanner", .connected))
        rig.wait(milliseconds: 4_900)
        #expect(rig.line.state.alarms.count == 1)
        rig.wait(milliseconds: 200)
        #expect(rig.line.state.alarms.isEmpty)
    }

    /// Goal: what stopped the line stays in sight when the next stop hides it, until somebody resumes.
    @Test func everyStopIsAnAlarmUntilTheLineGoesOn() {
        var rig = LineRig.running()
        rig.crash()
        rig.start()
        #expect(rig.line.state.alarms.filter(\.isActive).map(\.code).contains("LINE-101"))
        rig.give(.read(device: "case-camera", .noRead))
        #expect(rig.line.state.runningBatch?.hold?.reason == "LINE-131")
        let codes = rig.line.status.alarms.map(\.code)
        #expect(codes.contains("LINE-101") && codes.contains("LINE-131"))
        let ranks = rig.line.status.alarms.compactMap(\.priority)
        #expect(ranks == ranks.sorted() && ranks.first == .critical)
        rig.ask(.acknowledge(alarm: "LINE-101"))
        #expect(rig.line.state.alarms.contains { $0.code == "LINE-101" && $0.state == .acknowledged })
        rig.wait(milliseconds: 2_500)
        #expect(rig.refusal(.resume) == nil)
        #expect(!rig.line.state.alarms.contains { $0.code.hasPrefix("LINE-") })
    }

    /// Goal: an alarm of the last run that is still true is not raised twice, and one that is not is over.
    @Test func alarmsOutliveARestart() {
        var rig = LineRig.running()
        rig.give(.device("scanner", .stale))
        #expect(rig.line.state.alarms.map(\.station) == ["scanner"])
        rig.crash()
        rig.start()
        #expect(rig.line.state.alarms.contains { $0.code == "DEV-201" && $0.isActive }, "not away for 5 s")
        rig.wait(milliseconds: 5_100)
        #expect(rig.line.state.alarms.filter { $0.code == "DEV-201" }.map(\.state) == [.returned])
    }

    @Test(arguments: AlarmCause.allCases) func everyAlarmSaysWhatToDo(_ cause: AlarmCause) {
        #expect(!cause.text.isEmpty && cause.remedy.hasSuffix("."))
    }
}
