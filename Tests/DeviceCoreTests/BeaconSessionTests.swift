import DeviceCore
import Testing

@Suite struct BeaconSessionTests {
    static let relays = ["lcus/relay.toml", "kmtronic/relay.toml", "numato/relay.toml"]
    static let all = relays + ["advantech/adam-4000.toml"] + ["patlite/phn.toml", "patlite/pns.toml"]

    private static func outputs(
        red: Bool = false, amber: Bool = false, green: Bool = false, horn: Bool = false
    ) -> LineIOOutputs {
        var outputs = LineIOOutputs()
        (outputs.red, outputs.amber, outputs.green, outputs.horn) = (red, amber, green, horn)
        return outputs
    }

    /// Answers what a tower or board does to each write, until it says nothing more within `milliseconds`.
    private static func settle(_ bench: inout SessionBench, _ path: String, milliseconds: Int) -> [[UInt8]] {
        var sent: [[UInt8]] = []
        for _ in 0..<milliseconds {
            for write in bench.takeWrites() {
                sent.append(write)
                if let reply = reply(path, to: write) { bench.receive(reply) }
            }
            bench.advance(milliseconds: 1)
        }
        return sent
    }

    private static func reply(_ path: String, to write: [UInt8]) -> [UInt8]? {
        switch path {
        case "patlite/phn.toml": Array("ACK".utf8)
        case "patlite/pns.toml": [6]
        case "advantech/adam-4000.toml": Array(">\r".utf8)
        case "numato/relay.toml": write + Array("\n\r>".utf8)
        default: nil
        }
    }

    /// Goal: every lamp is seen on the wire, alone and together. Method: all sixteen states of each profile;
    /// no two write the same, and each state writes the same again.
    @Test(arguments: all) func everyStateHasItsBytes(_ path: String) throws {
        var bench = try SessionBench(path)
        bench.connect()
        _ = Self.settle(&bench, path, milliseconds: 200)
        var seen: [[[UInt8]]: Int] = [:]
        for state in [Int](1...15) + [0] {
            bench.perform(
                .setOutputs(
                    Self.outputs(
                        red: state & 1 != 0, amber: state & 2 != 0, green: state & 4 != 0,
                        horn: state & 8 != 0)))
            let sent = Self.settle(&bench, path, milliseconds: 200)
            #expect(!sent.isEmpty)
            #expect(seen.updateValue(state, forKey: sent) == nil, "\(state) as another")
            #expect(bench.takeEvents().last == .outputsWritten)
        }
        #expect(bench.closed == nil)
    }

    /// A tower that lost its power in between shows the lamps again within a second, whatever they are.
    @Test(arguments: all) func lampsAreToldAgainEachSecond(_ path: String) throws {
        var bench = try SessionBench(path)
        bench.connect()
        bench.perform(.setOutputs(Self.outputs(green: true)))
        _ = Self.settle(&bench, path, milliseconds: 500)
        _ = bench.takeEvents()
        let sent = Self.settle(&bench, path, milliseconds: 3000)
        let rounds = bench.takeEvents()
        #expect(rounds == [.outputsWritten, .outputsWritten, .outputsWritten])
        let once = sent.count / 3
        #expect(once > 0 && Array(sent[..<once]) == Array(sent[once..<(2 * once)]))
    }

    /// Goal: what lights a lamp can neither open a gate nor let a belt run. Method: outputs with everything
    /// but lamps on write what none do; commands of a gate write nothing.
    @Test(arguments: all) func nothingButLampsGoesOut(_ path: String) throws {
        var bench = try SessionBench(path)
        bench.connect()
        let dark = Self.settle(&bench, path, milliseconds: 100)
        var outputs = LineIOOutputs()
        (outputs.runEnable, outputs.feedEnable, outputs.purge) = (true, true, true)
        (outputs.runLimit, outputs.purgeUntil) = (0xFFFF_FFFF, 0xFFFF_FFFF)
        bench.perform(.setOutputs(outputs))
        #expect(bench.takeWrites().isEmpty)
        #expect(Self.settle(&bench, path, milliseconds: 990) == dark, "the renewal shows what is shown")
        _ = bench.takeEvents()
        let gate = LineIOGateCommand(sequence: 1, kind: .passAt, position: 5, expiresAt: .max)
        let others: [DeviceCommand] = [
            .gateCommand(gate), .verdict(track: 1, pass: true, expiresAt: .max), .trigger(true),
            .feedback(good: true), .printLabel(job: 1, data: [0x41]), .selectJob("A"), .readJob, .clearCoder,
            .prepareCoder(fields: []), .sendRecord(index: 1, values: ["A"]),
        ]
        for command in others { bench.perform(command) }
        #expect(bench.takeWrites().isEmpty)
        #expect(bench.takeEvents().map(\.words) == others.map { _ in "fault DEV-113" })
    }

    /// A relay without read-back and watchdog may light lamps and nothing else.
    @Test(arguments: all) func aRelayCanBeNothingElse(_ path: String) throws {
        let profile = try ProfileFile.profile(path)
        for kind in DeviceProfile.Kind.allCases {
            for dialogue in DeviceProfile.Dialogue.allCases where dialogue != .beacon || kind != .beacon {
                var other = profile
                (other.kind, other.dialogue) = (kind, dialogue)
                #expect(!other.validate().isEmpty, "\(kind) \(dialogue)")
                #expect(throws: ProfileFault.self) { try other.makeSession() }
            }
        }
    }

    /// The newest lamps wait for the end of a round: those that change all the time starve none.
    @Test func theLastRelayIsToldHoweverTheFirstChanges() throws {
        var bench = try SessionBench("lcus/relay.toml")
        bench.connect()
        bench.perform(.setOutputs(Self.outputs(horn: true)))
        for step in 0..<30 {
            bench.perform(.setOutputs(Self.outputs(red: step % 2 == 0, horn: true)))
            bench.advance(milliseconds: 10)
        }
        #expect(bench.takeWrites().contains([0xA0, 4, 1, 0xA5]))
    }

    /// Outputs given before the connection are shown behind it; those of before are not taken for shown.
    @Test func theNewestLampsAreToldBehindEachConnection() throws {
        var bench = try SessionBench("patlite/phn.toml")
        bench.perform(.setOutputs(Self.outputs(red: true)))
        #expect(bench.takeWrites().isEmpty && bench.session.nextDeadline == nil)
        for _ in 1...2 {
            bench.connect()
            #expect(bench.takeWrites() == [[0x57, 1]])
            bench.receive("ACK")
            bench.disconnect()
            #expect(bench.takeEvents() == [.connected, .outputsWritten, .stale])
        }
        bench.advance(milliseconds: 5000)
        #expect(bench.takeWrites().isEmpty)
    }

    @Test(arguments: ["patlite/phn.toml", "patlite/pns.toml", "numato/relay.toml"])
    func silenceEndsTheConnection(_ path: String) throws {
        var bench = try SessionBench(path)
        bench.connect()
        bench.advance(milliseconds: 999)
        #expect(bench.closed == nil)
        bench.advance(milliseconds: 1)
        #expect(bench.closed?.code == .replyTimeout)
        #expect(bench.takeEvents().map(\.words) == ["connected", "fault DEV-110", "stale"])
    }

    /// After connecting, what arrives while the device settles is no reply, and nothing is sent.
    @Test func nothingIsSentWhileTheDeviceSettles() throws {
        var profile = try ProfileFile.profile("patlite/phn.toml")
        profile.timing.settleMilliseconds = 300
        var bench = try SessionBench(profile)
        bench.connect()
        bench.receive("ACK")
        bench.advance(milliseconds: 299)
        #expect(bench.takeWrites().isEmpty)
        bench.advance(milliseconds: 1)
        #expect(bench.takeWrites() == [[0x57, 0]])
        #expect(bench.takeEvents().map(\.words) == ["connected", "noise ACK"])
    }

    /// Goal: hostile bytes neither crash, nor make it write more than its rounds, nor end a wait. Method:
    /// seeded bytes at every moment, often parts of true replies, into each profile.
    @Test(arguments: 1...40 as ClosedRange<UInt64>, all)
    func hostileBytesChangeNothing(seed: UInt64, path: String) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try SessionBench(path)
        bench.connect()
        let parts: [[UInt8]] = [
            Array("ACK".utf8), Array("NAK".utf8), [6], [0x15], Array("relay on 0\n\r>".utf8),
            Array("relay off 3\n\r>".utf8), [0x3E], [0xFF, 1, 3], [],
        ]
        var elapsed = 0
        for _ in 0..<400 {
            var bytes = parts[Int(numbers.next() % UInt64(parts.count))]
            if numbers.next() % 2 == 0 {
                bytes += (0..<(numbers.next() % 9)).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            }
            bench.receive(bytes)
            if numbers.next() % 3 == 0 {
                bench.perform(.setOutputs(Self.outputs(red: numbers.next() % 2 == 0)))
            }
            let step = Int(numbers.next() % 60)
            elapsed += step
            bench.advance(milliseconds: step)
            if bench.closed != nil {
                bench = try SessionBench(path)
                bench.connect()
            }
        }
        // Without a reply to wait for, the pause bounds what is sent.
        if ["lcus/relay.toml", "kmtronic/relay.toml"].contains(path) {
            #expect(bench.takeWrites().count <= elapsed / 20 + 1)
        }
        bench.disconnect()
        _ = bench.takeWrites()
        bench.connect()
        _ = Self.settle(&bench, path, milliseconds: 200)
        #expect(bench.takeEvents().last == .outputsWritten)
    }
}
