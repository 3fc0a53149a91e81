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
        _ = line.handle(.started(LineStart(boot: "b", version: "1", configuration: "c")), at: at(0))
        _ = line.handle(.device("io", .connected), at: at(10))
        _ = line.handle(.tick, at: at(999))
        #expect(line.state.alarms.isEmpty)
        #expect(line.nextDeadline == at(1_000).monotonicNanoseconds)
        let decision = line.handle(.tick, at: at(1_000))
        let missing = line.configuration.deviceNames.filter { $0 != "io" }
        #expect(line.state.alarms.map(\.station) == missing && missing.count > 3)
        #expect(decision.records.count == missing.count)
        #expect(line.state.alarms.allSatisfy { $0.code == "DEV-201" && !$0.acknowledged })
        _ = line.handle(.tick, at: at(5_000))
        #expect(line.state.alarms.count == missing.count)
        for name in missing { _ = line.handle(.device(name, .connected), at: at(6_000)) }
        #expect(line.state.alarms.isEmpty)
    }

    /// Goal: an alarm of the last run that is still true is not raised twice, and one that is not is over.
    @Test func alarmsOutliveARestart() {
        var rig = LineRig.running()
        rig.give(.device("scanner", .stale))
        #expect(rig.line.state.alarms.map(\.station) == ["scanner"])
        rig.crash()
        rig.start()
        #expect(rig.line.state.alarms.isEmpty, "every device connected at the start")
    }

    @Test(arguments: AlarmCause.allCases) func everyAlarmSaysWhatToDo(_ cause: AlarmCause) {
        #expect(!cause.text.isEmpty && cause.remedy.hasSuffix("."))
    }
}
