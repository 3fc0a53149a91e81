import DeviceCore
import Testing

/// What a profile sets and asks behind each connection.
@Suite struct StartSessionTests {
    private static func profile(_ start: [DeviceProfile.Start], settle: Int = 50) -> DeviceProfile {
        DeviceProfile(
            vendor: "Test", model: "reader", kind: .reader, dialogue: .reader, evidence: .manual,
            sources: ["this test"], framing: Framing(kind: .terminated, end: "<CR>", maxFrameBytes: 64),
            timing: DeviceProfile.Timing(replyTimeoutMilliseconds: 200, settleMilliseconds: settle),
            reader: DeviceProfile.Reader(noRead: "NOREAD"), start: start,
            commands: ["trigger": DeviceProfile.Command(send: "GO", source: "none")])
    }

    private static let set = DeviceProfile.Start(DeviceProfile.Command(send: "SET 1", source: "none"))
    private static func ask(
        optional: Bool = false, twice: Bool = false, timeout: Int = 0
    ) -> DeviceProfile.Start {
        DeviceProfile.Start(
            DeviceProfile.Command(
                send: "GET", accepted: ["IS {model} {version}", "YES"], refused: ["IS 0": "it stayed 0"],
                source: "none", timeoutMilliseconds: timeout),
            isOptional: optional, isRetrySafe: twice)
    }

    @Test func aDeviceCountsAsConnectedOnceItIsSet() throws {
        var bench = try SessionBench(Self.profile([Self.set, Self.ask()]))
        bench.connect()
        #expect(bench.takeText() == ["SET 1\r"])
        bench.perform(.trigger(true))
        #expect(bench.takeText() == [], "nothing else is said before")
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-151"])
        bench.advance(milliseconds: 49)
        #expect(bench.takeText() == [])
        bench.advance(milliseconds: 1)
        #expect(bench.takeText() == ["GET\r"])
        // A read of before is noise; what follows the reply is the session's, also in the same bytes.
        bench.receive("]d2OLD\rIS X200 1.5\r]d2NEW\r")
        #expect(
            bench.takeEvents().map(\.words) == [
                "noise ]d2OLD", "identified X200 1.5", "connected", "read ]d2NEW",
            ])
        bench.perform(.trigger(true))
        #expect(bench.takeText() == ["GO\r"])
        // The next connection begins again, and what the device said before is forgotten.
        bench.disconnect()
        #expect(bench.takeEvents().map(\.words) == ["stale"])
        bench.connect()
        bench.advance(milliseconds: 50)
        #expect(bench.takeText() == ["SET 1\r", "GET\r"])
        bench.receive("YES\r")
        #expect(bench.takeEvents().map(\.words) == ["connected"])
    }

    @Test func aDeviceThatIsSetOtherwiseIsNotConnected() throws {
        var bench = try SessionBench(Self.profile([Self.ask()]))
        bench.connect()
        bench.receive("IS 0\r]d2A\r")
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-116", "stale"])
        #expect(bench.closed?.detail.contains("GET: it stayed 0") == true)
        var silent = try SessionBench(Self.profile([Self.ask()]))
        silent.connect()
        silent.receive("]d2A\r")
        silent.advance(milliseconds: 199)
        #expect(silent.closed == nil)
        silent.advance(milliseconds: 1)
        #expect(silent.closed?.code == .notSet && silent.takeText() == ["GET\r"])
        #expect(silent.takeEvents().map(\.words) == ["noise ]d2A", "fault DEV-116", "stale"])
    }

    @Test func whatDoesNoHarmIsAskedTwice() throws {
        var bench = try SessionBench(Self.profile([Self.ask(twice: true, timeout: 300)]))
        bench.connect()
        bench.advance(milliseconds: 300)
        #expect(bench.takeText() == ["GET\r", "GET\r"])
        bench.advance(milliseconds: 299)
        #expect(bench.closed == nil)
        bench.receive("YES\r")
        #expect(bench.takeEvents().map(\.words) == ["connected"])
        bench.disconnect()
        bench.connect()
        bench.advance(milliseconds: 600)
        #expect(bench.closed?.code == .notSet && bench.takeText() == ["GET\r", "GET\r"])
    }

    @Test(arguments: ["IS 0\r", ""])
    func whatIsOptionalIsPassedOver(_ answer: String) throws {
        var bench = try SessionBench(Self.profile([Self.ask(optional: true), Self.set]))
        bench.connect()
        bench.receive(answer)
        bench.advance(milliseconds: 250)
        #expect(bench.takeText() == ["GET\r", "SET 1\r"])
        #expect(bench.takeEvents().map(\.words) == ["connected"])
    }

    @Test func hostileBytesNeitherTrapNorConnect() throws {
        for seed in 0..<200 as Range<UInt64> {
            var numbers = SeededNumbers(state: seed)
            var bench = try SessionBench(Self.profile([Self.ask()]))
            bench.connect()
            for _ in 0..<50 where bench.closed == nil {
                bench.receive(
                    (0..<Int.random(in: 1...40, using: &numbers)).map { _ in
                        Bool.random(using: &numbers) ? 0x0D : UInt8.random(in: 0...255, using: &numbers)
                    })
                bench.advance(milliseconds: 1)
            }
            #expect(!bench.takeEvents().contains(.connected))
        }
    }

    @Test func mistakesInAProfileAreNamed() {
        func paths(_ start: DeviceProfile.Start, _ usb: [String] = []) -> [String] {
            var profile = Self.profile([start])
            profile.usb = usb
            return profile.validate().map(\.path)
        }
        #expect(paths(Self.ask()) == [])
        #expect(paths(.init(.init(send: "A{x}", source: "none"))) == ["start.1.send"])
        #expect(paths(.init(.init(send: "A", source: ""))) == ["start.1.source"])
        #expect(paths(.init(.init(send: "A", accepted: ["{x}"], source: "none"))) == ["start.1.accepted"])
        #expect(
            paths(.init(.init(send: "A", source: "none", timeoutMilliseconds: -1)))
                == ["start.1.timeoutMilliseconds"])
        #expect(paths(Self.ask(), ["05e0:1701"]) == [])
        #expect(paths(Self.ask(), ["05e0", "1a86:7523"]) == ["usb", "usb"])
    }
}
