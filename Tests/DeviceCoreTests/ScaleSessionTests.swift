import Testing

@testable import DeviceCore

/// Goal: each question of the line has one answer, and no weight is ever another container's. Method: the
/// shipped profile, a scale that answers what a test or a seed lets it.
@Suite struct ScaleSessionTests {
    static let path = "mettler-toledo/mt-sics.toml"
    static let start = "I4 A \"B021002593\"\r\n"

    private static func connected() throws -> SessionBench {
        var bench = try SessionBench(path)
        bench.connect()
        bench.receive(start)
        #expect(bench.takeText() == ["@\r\n"])
        #expect(bench.takeEvents().last == .connected)
        return bench
    }

    /// Weights as scales write them, in ten characters and a unit.
    @Test(arguments: [
        ("    100.00", "g", 100_000), ("  1234.567", "g", 1_234_567), ("     12345", "g", 12_345_000),
        ("   0.00200", "g", 2), ("  12.50049", "kg", 12_500_490), (" 0.0000010", "kg", 1),
        ("+    1.500", "kg", 1_500_000), ("  999999.9", "kg", 999_999_900_000),
        ("       1.5", "t", 1_500_000_000),
        ("   2500.00", "mg", 2_500),
    ]) func aWeightIsReadInItsUnit(_ weight: String, _ unit: String, _ milligrams: Int) throws {
        var bench = try Self.connected()
        bench.perform(.weigh)
        #expect(bench.takeText() == ["@\r\n"])
        bench.receive(Self.start)
        #expect(bench.takeText() == ["S\r\n"])
        bench.receive("S S \(weight) \(unit)\r\n")
        #expect(bench.takeEvents() == [.weight(milligrams: milligrams)])
        #expect(bench.session.nextDeadline == nil)
    }

    @Test(arguments: [
        ("      0.00", "g"), ("     -0.01", "g"), ("-     5.00", "kg"), ("    100.00", "lb"),
        ("    100.00", "oz"),
        ("    100.00", "G"), ("     1.2.3", "g"), ("          ", "g"), ("         .", "g"),
        ("        5.", "g"),
        ("        .5", "g"), ("     1e3  ", "g"), ("9999999999", "g"), ("  100,00  ", "g"),
        ("    --1.00", "g"),
        ("  0.0009  ", "mg"), ("  110.5009", "g"), (" 0.1105001", "kg"), ("   2500.75", "mg"),
    ]) func whatIsNoLoadIsNoWeight(_ weight: String, _ unit: String) throws {
        var bench = try Self.connected()
        bench.weigh()
        bench.receive("S S \(weight) \(unit)\r\n")
        let events = bench.takeEvents()
        #expect(events.map(\.words) == ["notWeighed"], "\(events)")
    }

    /// The text a person reads at the line says what the scale's manual says.
    @Test(arguments: [("S I", "at rest|come to rest|busy"), ("S +", "overloaded"), ("S -", "underloaded")])
    func aRefusalIsToldInWords(_ reply: String, _ words: String) throws {
        var bench = try Self.connected()
        bench.weigh()
        bench.receive(reply + "\r\n")
        guard case .notWeighed(let text)? = bench.takeEvents().first else {
            Issue.record("no answer")
            return
        }
        #expect(words.split(separator: "|").contains { text.contains($0) }, "\(text)")
    }

    /// What was asked on an earlier connection is taken back before anything else is.
    @Test func anOldWeightIsNeverTheNext() throws {
        var bench = try Self.connected()
        bench.perform(.weigh)
        bench.disconnect()
        #expect(bench.takeEvents().map(\.words) == ["notWeighed", "stale"])
        bench.connect()
        bench.receive("S S     555.00 g\r\n")
        #expect(bench.takeEvents().allSatisfy { if case .noise = $0 { true } else { false } })
        bench.receive(Self.start)
        bench.weigh()
        bench.receive("S S     100.00 g\r\n")
        #expect(bench.takeEvents().last == .weight(milligrams: 100_000))
    }

    /// A scale that refused says a weight after all: not the next question's, wherever it comes.
    @Test func aWeightAfterARefusalIsNobodys() throws {
        var bench = try Self.connected()
        bench.weigh()
        bench.receive("S I\r\n")
        bench.perform(.weigh)
        bench.receive("S S     999.00 g\r\n")
        #expect(bench.takeText().last == "@\r\n")
        bench.receive("S S     998.00 g\r\n" + Self.start)
        #expect(bench.takeText() == ["S\r\n"])
        #expect(bench.takeEvents().map(\.words).filter { !$0.hasPrefix("noise") } == ["notWeighed"])
        bench.receive("S S     100.00 g\r\n")
        #expect(bench.takeEvents() == [.weight(milligrams: 100_000)])
    }

    /// The person reads that it was silent, and what came instead of a weight; not that a cable is out.
    @Test(arguments: ["", "S D    1200.00 g"]) func silenceEndsTheConnection(said: String) throws {
        var bench = try Self.connected()
        bench.weigh()
        if !said.isEmpty { bench.receive(said + "\r\n") }
        bench.advance(milliseconds: 9_999)
        #expect(bench.closed == nil)
        _ = bench.takeEvents()
        bench.advance(milliseconds: 1)
        #expect(bench.closed?.code == .replyTimeout)
        guard case .notWeighed(let text)? = bench.takeEvents().first else {
            Issue.record("no answer")
            return
        }
        #expect(
            text.hasPrefix("no weight from the scale in 10000 ms") && (said.isEmpty || text.contains(said)),
            "\(text)")
        bench.disconnect()
        #expect(bench.takeEvents() == [.stale])
    }

    @Test func aScaleThatTakesNothingBackIsNotAsked() throws {
        var bench = try Self.connected()
        bench.perform(.weigh)
        bench.advance(milliseconds: 2_000)
        #expect(bench.closed?.code == .replyTimeout)
        #expect(bench.takeText() == ["@\r\n"])
        #expect(bench.takeEvents().map(\.words).contains("notWeighed"))
    }

    /// Goal: as many answers as questions, whatever the scale does. Method: seeds choose questions, answers,
    /// rubbish, silence and lost connections; counted at the end of each.
    @Test func eachQuestionHasOneAnswer() throws {
        var (asked, answered) = (0, 0)
        for seed in UInt64(1)...300 {
            var random = SeededNumbers(state: seed)
            var bench = try Self.connected()
            for _ in 0..<60 {
                switch random.next() % 8 {
                case 0, 1:
                    bench.perform(.weigh)
                    if !bench.takeEvents().contains(where: { if case .fault = $0 { true } else { false } }) {
                        asked += 1
                    }
                case 2: bench.receive(Self.start + "S S     \(100 + random.next() % 900).00 g\r\n")
                case 3:
                    bench.receive(["S I", "S +", "ES", "I4 A \"1\"", "?"][Int(random.next() % 5)] + "\r\n")
                case 4:
                    bench.receive(
                        (0..<random.next() % 40).map { _ in UInt8(truncatingIfNeeded: random.next()) })
                case 5: bench.advance(milliseconds: Int(random.next() % 6_000))
                default: bench.advance(milliseconds: 10)
                }
                answered += Self.answers(bench.takeEvents())
                if bench.closed != nil || random.next() % 16 == 0 {
                    bench.disconnect()
                    answered += Self.answers(bench.takeEvents())
                    bench = try Self.connected()
                }
            }
            bench.disconnect()
            answered += Self.answers(bench.takeEvents())
        }
        #expect(asked == answered && asked > 1_000, "\(asked) questions, \(answered) answers")
    }

    private static func answers(_ events: [DeviceEvent]) -> Int {
        events.count {
            switch $0 {
            case .weight, .notWeighed: true
            default: false
            }
        }
    }

    @Test func aScaleDoesNothingElse() throws {
        var bench = try Self.connected()
        let others: [DeviceCommand] = [
            .trigger(true), .feedback(good: true), .setOutputs(LineIOOutputs()), .clearCoder, .readJob,
            .printLabel(job: 1, data: [0x41]),
        ]
        for command in others {
            bench.perform(command)
            #expect(bench.takeEvents().map(\.words) == ["fault DEV-113"])
        }
        #expect(bench.takeWrites().isEmpty)
    }
}

extension SessionBench {
    /// Asks for a weight; the scale has taken back what was asked before.
    fileprivate mutating func weigh() {
        perform(.weigh)
        receive(ScaleSessionTests.start)
        _ = (takeText(), takeEvents())
    }
}
