import DeviceCore
import Testing

@Suite struct ValueCoderSessionTests {
    /// The acknowledgement of a WSI command: the sum of what was sent.
    private func ack(_ body: String, _ sign: String = "$") -> String {
        let sum = String(body.utf8.reduce(0 as UInt8) { $0 &+ $1 }, radix: 16, uppercase: true)
        return sign + (sum.utf8.count == 1 ? "0" : "") + sum
    }

    private func framed(_ body: String) -> String { "\u{2}\(body)\u{3}" }

    /// A WSI coder, connected, settled and prepared with one field, the count being 7.
    private func counting() throws -> SessionBench {
        var bench = try SessionBench("videojet/wsi.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive(framed("7"))
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive(ack("O0"))
        bench.receive(framed("7"))
        #expect(bench.takeEvents().suffix(2) == [.bufferCleared, .coderReady])
        _ = bench.takeWrites()
        return bench
    }

    /// The same with the first record in the device, and the print on.
    private func loaded() throws -> SessionBench {
        var bench = try counting()
        bench.perform(.sendRecord(index: 1, values: ["A1"]))
        bench.receive(ack("USERIAL\nA1"))
        bench.receive(ack("O1"))
        bench.receive(framed("7"))
        #expect(bench.takeEvents() == [.recordAccepted(index: 1)])
        #expect(bench.takeText() == ["USERIAL\nA1", "O1", "GA"].map(framed))
        return bench
    }

    /// A Hitachi coder, connected, settled and prepared with one field.
    private func protecting() throws -> SessionBench {
        var bench = try SessionBench("hitachi/ij.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive([6])
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive([6])
        #expect(bench.takeEvents().suffix(2) == [.bufferCleared, .coderReady])
        _ = bench.takeWrites()
        return bench
    }

    /// Lets one poll pass and answers it.
    private func poll(_ bench: inout SessionBench, _ count: String) {
        bench.advance(milliseconds: 20)
        bench.receive(framed(count))
    }

    @Test func oneValueAtATime() throws {
        var bench = try loaded()
        for index in 2...4 { bench.perform(.sendRecord(index: UInt64(index), values: ["A\(index)"])) }
        for _ in 0..<5 { poll(&bench, "7") }
        #expect(!bench.takeText().contains { $0.contains("U") }, "the value in it is not printed")
        #expect(bench.takeEvents().isEmpty)
        poll(&bench, "8")
        #expect(bench.takeEvents() == [.printed(through: 1)])
        #expect(bench.takeText().last == framed("USERIAL\nA2"))
        bench.receive(ack("USERIAL\nA2"))
        bench.receive(framed("8"))
        poll(&bench, "9")
        #expect(bench.takeEvents() == [.recordAccepted(index: 2), .printed(through: 2)])
        #expect(bench.takeText() == ["GA", "GA", "USERIAL\nA3"].map(framed))
        // The count grows while a value is given: of which of the two, nobody knows.
        bench.receive(ack("USERIAL\nA3"))
        bench.receive(framed("10"))
        #expect(bench.takeEvents().map(\.words) == ["recordAccepted 3", "recordRefused 4", "fault DEV-122"])
    }

    @Test(arguments: ["9", "107", "6", "0", "999999999999999999"]) func anyOtherCountIsAFault(_ count: String)
        throws
    {
        var bench = try loaded()
        bench.perform(.sendRecord(index: 2, values: ["A2"]))
        poll(&bench, count)
        let events = bench.takeEvents().map(\.words)
        #expect(
            events == [
                "recordRefused 2", count.count == 1 && count != "9" ? "fault DEV-120" : "fault DEV-122",
            ])
        _ = bench.takeWrites()
        bench.perform(.sendRecord(index: 3, values: ["A3"]))
        bench.advance(milliseconds: 100)
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 3"])
        #expect(!bench.takeText().contains { $0.contains("USER") })
    }

    /// The value is printed a second time while the line has no number for it.
    @Test func aSecondPrintOfOneValueIsAFault() throws {
        var bench = try loaded()
        poll(&bench, "8")
        poll(&bench, "8")
        #expect(bench.takeEvents() == [.printed(through: 1)])
        poll(&bench, "9")
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-122"])
    }

    @Test(arguments: ["-1", "x", "", " 8", "18446744073709551616", "8 "])
    func whatIsNoCountIsNoProof(_ count: String) throws {
        var bench = try loaded()
        poll(&bench, count)
        #expect(!bench.takeEvents().contains { if case .printed = $0 { true } else { false } })
        bench.advance(milliseconds: 2_100)
        #expect(bench.closed?.code == .replyTimeout)
    }

    /// An acknowledgement of other bytes than were sent proves nothing.
    @Test func theSumOfAnAcknowledgementIsCompared() throws {
        var bench = try counting()
        bench.perform(.sendRecord(index: 1, values: ["A1"]))
        bench.receive(ack("USERIAL\nA2"))
        bench.receive("$zz")
        #expect(bench.takeEvents().map { String($0.words.prefix(5)) } == ["noise", "noise"])
        bench.receive(ack("USERIAL\nA1", "!"))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 1"])
    }

    @Test func nothingIsPrintedBeforeTheFirstValue() throws {
        var bench = try counting()
        for _ in 0..<3 { poll(&bench, "7") }
        #expect(!bench.takeText().contains(framed("O1")))
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        bench.receive(ack("USERIAL\nA", "!"))
        #expect(!bench.takeText().contains(framed("O1")))
    }

    @Test func unsafeValuesNeverReachTheWire() throws {
        var bench = try counting()
        let wrong = ["A\nB", "A\u{3}B", "A\u{2}", "Ä", "A\u{7F}", String(repeating: "A", count: 129)]
        for value in wrong { bench.perform(.sendRecord(index: 1, values: [value])) }
        bench.perform(.sendRecord(index: 1, values: ["A", "B"]))
        bench.perform(.sendRecord(index: 0, values: ["A"]))
        #expect(bench.takeWrites().isEmpty)
        #expect(bench.takeEvents().filter { $0.words.hasPrefix("recordRefused") }.count == wrong.count + 2)
        bench.perform(.prepareCoder(fields: ["A", "B"]))
        bench.perform(.prepareCoder(fields: ["A\n"]))
        bench.perform(.prepareCoder(fields: []))
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-114", "fault DEV-114", "fault DEV-114"])
    }

    @Test func anIndexOnlyGrows() throws {
        var bench = try loaded()
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        bench.perform(.sendRecord(index: 5, values: ["A"]))
        bench.perform(.sendRecord(index: 4, values: ["A"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 1", "recordRefused 4"])
    }

    /// What was in the device before is not taken for a record of the new buffer.
    @Test func aNewPreparationForgetsTheValue() throws {
        var bench = try loaded()
        bench.perform(.sendRecord(index: 2, values: ["A2"]))
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 2"])
        #expect(bench.takeText() == [framed("O0")])
        bench.receive(ack("O0"))
        bench.receive(framed("8"))
        #expect(bench.takeEvents() == [.bufferCleared, .coderReady], "a print before it counts for nothing")
        bench.perform(.sendRecord(index: 3, values: ["A3"]))
        bench.receive(ack("USERIAL\nA3"))
        bench.receive(ack("O1"))
        bench.receive(framed("9"))
        #expect(bench.takeEvents() == [.recordAccepted(index: 3), .printed(through: 3)])
    }

    /// A preparation comes while the device is asked or given something: its answers are not of the new one.
    @Test func aPreparationAmongAnswers() throws {
        var bench = try counting()
        bench.perform(.sendRecord(index: 1, values: ["A1"]))
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.perform(.prepareCoder(fields: ["BATCH"]))
        bench.perform(.sendRecord(index: 2, values: ["B2"]))
        for reply in [ack("USERIAL\nA1"), ack("O0"), framed("8")] { bench.receive(reply) }
        #expect(bench.takeEvents() == [.recordAccepted(index: 1), .bufferCleared, .coderReady])
        #expect(bench.takeText().last == framed("UBATCH\nB2"))
    }

    @Test func onlyTheLastPreparationIsReady() throws {
        var bench = try counting()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.perform(.prepareCoder(fields: ["BATCH"]))
        for reply in [ack("O0"), framed("8"), ack("O0"), framed("8")] { bench.receive(reply) }
        #expect(bench.takeEvents() == [.bufferCleared, .bufferCleared, .coderReady])
        bench.perform(.sendRecord(index: 2, values: ["B2"]))
        #expect(bench.takeText().last == framed("UBATCH\nB2"))
    }

    @Test func theLostConnectionEndsTheBuffer() throws {
        var bench = try loaded()
        bench.perform(.sendRecord(index: 2, values: ["A2"]))
        bench.disconnect()
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 2", "stale"])
        #expect(bench.session.nextDeadline == nil)
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive(framed("8"))
        bench.perform(.sendRecord(index: 3, values: ["A3"]))
        #expect(bench.takeEvents().map(\.words) == ["connected", "recordRefused 3"])
    }

    @Test func aDeviceThatGoesSilentIsNoticedWithoutWork() throws {
        var bench = try SessionBench("hitachi/ij.toml")
        bench.connect()
        bench.advance(milliseconds: 2_000)
        #expect(bench.closed?.code == .replyTimeout)
    }

    /// ACK at once for the first value: nothing protects it, and it would be printed again and again.
    @Test func aValueThatIsNotProtectedIsAFault() throws {
        var bench = try protecting()
        bench.perform(.sendRecord(index: 1, values: ["A1"]))
        bench.perform(.sendRecord(index: 2, values: ["A2"]))
        bench.receive([6])
        bench.receive([6])
        #expect(bench.takeEvents().map(\.words) == ["recordAccepted 1", "recordRefused 2", "fault DEV-112"])
        bench.perform(.sendRecord(index: 3, values: ["A3"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 3"])
    }

    @Test func noValueWhileAnOldOneWaits() throws {
        var bench = try SessionBench("hitachi/ij.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive([6])
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.perform(.sendRecord(index: 1, values: ["A1"]))
        bench.receive([0x15])
        for _ in 0..<10 {
            bench.advance(milliseconds: 20)
            bench.receive([0x15])
        }
        #expect(bench.takeEvents().map(\.words) == ["connected", "fault DEV-111"], "said once")
        #expect(bench.takeWrites().allSatisfy { $0 == [5] })
        bench.advance(milliseconds: 20)
        bench.receive([6])
        #expect(bench.takeEvents() == [.bufferCleared, .coderReady])
        #expect(bench.takeText() == ["\u{5}", "\u{2}\u{10}1A1\u{3}"])
    }

    /// A frame tells of each print; one too many, or before the value was taken, is a fault.
    @Test func aFrameProvesAPrint() throws {
        var profile = try ProfileFile.profile("hitachi/ij.toml")
        profile.framing.also.append(Framing.Also(start: "<ESC><EM>", frameBytes: 2))
        profile.commands["ready"] = nil
        profile.commands["clear"] = DeviceProfile.Command(
            send: "<DLE>1", accepted: ["<ACK>"], source: "a manual")
        profile.printer?.proof = .event
        profile.printer?.printedFrames = ["<ESC><EM>"]
        var bench = try SessionBench(profile)
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive([0x1B, 0x19])
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive([6])
        #expect(bench.takeEvents() == [.connected, .bufferCleared, .coderReady])
        bench.perform(.sendRecord(index: 1, values: ["A1"]))
        bench.perform(.sendRecord(index: 2, values: ["A2"]))
        bench.receive([6, 0x1B, 0x19])
        #expect(bench.takeEvents() == [.recordAccepted(index: 1), .printed(through: 1)])
        bench.receive([0x1B, 0x19])
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-122"], "the second value was not taken yet")
    }

    /// Goal: hostile bytes never crash the session or make it report a print. Method: seeded mixes of pieces
    /// of replies with a value in the device; no whole count is among them.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func hostileBytes(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try loaded()
        for index in 2...9 { bench.perform(.sendRecord(index: UInt64(index), values: ["A"])) }
        let words = [
            "\u{2}", "\u{3}", "$8", "!51", "-1", "99999999999999999999", "\u{2}7\u{3}", "$93", "\u{2}6",
            "\u{1}", "O", "\u{2}18446744073709551615\u{3}",
        ]
        for _ in 0..<3000 where bench.closed == nil {
            bench.receive(words[Int(numbers.next() % UInt64(words.count))])
            if numbers.next() % 8 == 0 { bench.advance(milliseconds: Int(numbers.next() % 30)) }
        }
        #expect(!bench.takeEvents().contains { if case .printed = $0 { true } else { false } })
    }

    /// Random bytes of all values: the session ends or goes on, and its deadlines do not stand still.
    @Test(arguments: 1...10 as ClosedRange<UInt64>, ["videojet/wsi.toml", "hitachi/ij.toml"])
    func noise(seed: UInt64, path: String) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try SessionBench(path)
        bench.connect()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        for _ in 0..<200 where bench.closed == nil {
            bench.receive((0..<100).map { _ in UInt8(truncatingIfNeeded: numbers.next()) })
            bench.perform(.sendRecord(index: 1, values: ["A"]))
            bench.advance(milliseconds: 30)
            if let deadline = bench.session.nextDeadline { #expect(deadline > bench.now) }
        }
        #expect(bench.takeEvents().first == .connected)
    }
}
