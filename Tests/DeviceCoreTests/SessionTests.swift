import DeviceCore
import Testing

@Suite struct ZipherCoderSessionTests {
    /// A coder connected, settled, cleared and prepared with one field.
    private func prepared(stale: String = "SLR|0|\r") throws -> SessionBench {
        var bench = try SessionBench("videojet/zipher.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive("STS|3|0|J|0|0|\r")
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        for reply in ["ACK\r", "ACK\r", stale] { bench.receive(reply) }
        #expect(bench.takeEvents().suffix(2) == [.bufferCleared, .coderReady])
        _ = bench.takeWrites()
        return bench
    }

    @Test func unsafeValuesNeverReachTheWire() throws {
        var bench = try prepared()
        let wrong = ["A|B", "A\rB", "A\u{1D}B", "Ä", "A\u{7F}", String(repeating: "A", count: 257)]
        for (step, value) in wrong.enumerated() {
            bench.perform(.sendRecord(index: UInt64(step + 1), values: [value]))
        }
        bench.perform(.sendRecord(index: 90, values: ["A", "B"]))
        bench.perform(.sendRecord(index: 91, values: []))
        bench.perform(.sendRecord(index: 0, values: ["A"]))
        #expect(bench.takeWrites().isEmpty)
        let refused = bench.takeEvents().map(\.words)
        #expect(
            refused == (1...6).map { "recordRefused \($0)" } + [
                "recordRefused 90", "recordRefused 91", "recordRefused 0",
            ])
    }

    @Test func recordsBeforePreparationAreRefused() throws {
        var bench = try SessionBench("videojet/zipher.toml")
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        bench.connect()
        bench.perform(.sendRecord(index: 2, values: ["A"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 1", "connected", "recordRefused 2"])
    }

    @Test func commandsGivenWhileSettlingWait() throws {
        var bench = try SessionBench("videojet/zipher.toml")
        bench.connect()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        #expect(bench.takeText() == ["\r"])
        bench.advance(milliseconds: 100)
        #expect(bench.takeText() == ["SCB\r"])
        for reply in ["ACK\r", "ACK\r", "SLR|0|\r", "SFS|1|\r"] { bench.receive(reply) }
        #expect(
            bench.takeEvents().map(\.words) == [
                "connected", "bufferCleared", "coderReady", "recordAccepted 1",
            ])
    }

    /// A coder that has printed nothing answers ERR to the question for its last index: that is no fault, not
    /// while preparing and not in the polls until its first print. Afterwards it is one.
    @Test func aCoderThatHasPrintedNothingYetIsNoFault() throws {
        var bench = try prepared(stale: "ERR\r")
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        bench.receive("ACK\r")
        for _ in 1...3 {
            bench.advance(milliseconds: 50)
            bench.receive("ERR\r")
        }
        #expect(bench.takeEvents().map(\.words) == ["recordAccepted 1"])
        bench.advance(milliseconds: 50)
        bench.receive("SLR|1|\r")
        #expect(bench.takeEvents() == [.printed(through: 1)])
        bench.advance(milliseconds: 50)
        bench.receive("ERR\r")
        #expect(bench.takeEvents().contains { $0.words.hasPrefix("fault") })
    }

    @Test func anIndexOfAnEarlierBufferIsNoProof() throws {
        var bench = try prepared(stale: "SLR|2|\r")
        for index in 1...3 {
            bench.perform(.sendRecord(index: UInt64(index), values: ["A"]))
            bench.receive("ACK\r")
            bench.receive("SLR|2|\r")
            bench.advance(milliseconds: 50)
            bench.receive("SLR|2|\r")
        }
        #expect(!bench.takeEvents().contains(.printed(through: 2)))
        bench.advance(milliseconds: 50)
        bench.receive("SLR|1|\r")
        bench.advance(milliseconds: 50)
        bench.receive("SLR|2|\r")
        #expect(bench.takeEvents() == [.printed(through: 1), .printed(through: 2)])
    }

    @Test(arguments: ["SLR|7|\r", "SLR|18446744073709551615|\r"])
    func anIndexNeverSentIsAFault(_ reply: String) throws {
        var bench = try prepared()
        bench.perform(.sendRecord(index: 5, values: ["A"]))
        bench.receive("ACK\r")
        bench.receive(reply)
        #expect(bench.takeEvents().map(\.words) == ["recordAccepted 5", "fault DEV-120"])
        bench.advance(milliseconds: 50)
        bench.receive(reply)
        #expect(bench.takeEvents().isEmpty, "said once")
    }

    @Test(arguments: ["SLR|-1|\r", "SLR|18446744073709551616|\r", "SLR|5x|\r"])
    func anIndexThatIsNoNumberIsAFault(_ reply: String) throws {
        var bench = try prepared()
        bench.perform(.sendRecord(index: 5, values: ["A"]))
        bench.receive("ACK\r")
        bench.receive(reply)
        #expect(bench.takeEvents().map(\.words) == ["recordAccepted 5", "fault DEV-112"])
    }

    @Test func anIndexThatGoesBackIsAFault() throws {
        var bench = try prepared()
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        for reply in ["ACK\r", "SLR|0|\r"] { bench.receive(reply) }
        bench.perform(.sendRecord(index: 2, values: ["A"]))
        bench.receive("ACK\r")
        for reply in ["SLR|2|\r", "SLR|1|\r"] {
            bench.advance(milliseconds: 50)
            bench.receive(reply)
        }
        #expect(bench.takeEvents().suffix(2).map(\.words) == ["printed 2", "fault DEV-120"])
    }

    @Test func lostConnectionRefusesOnlyWhatWasNotSent() throws {
        var bench = try prepared()
        for index in 1...3 { bench.perform(.sendRecord(index: UInt64(index), values: ["A"])) }
        #expect(bench.takeText() == ["SID|1|A|\r"])
        bench.disconnect()
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 2", "recordRefused 3", "stale"])
        #expect(bench.session.nextDeadline == nil)
    }

    @Test func theBufferIsAskedAgainAfterReconnecting() throws {
        var bench = try prepared()
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        bench.receive("ACK\r")
        bench.disconnect()
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive("SLR|1|\r")
        #expect(bench.takeEvents().last(where: { $0 == .printed(through: 1) }) != nil)
    }

    @Test func clearingRefusesWhatWaits() throws {
        var bench = try prepared()
        for index in 1...2 { bench.perform(.sendRecord(index: UInt64(index), values: ["A"])) }
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive("ACK\r")
        bench.receive("SLR|0|\r")
        #expect(bench.takeEvents().map(\.words).prefix(2) == ["recordRefused 2", "recordAccepted 1"])
        #expect(bench.takeText().contains("SCB\r"))
    }

    @Test func moreThanTheQueueHoldsIsRefused() throws {
        var bench = try prepared()
        for index in 1...4200 { bench.perform(.sendRecord(index: UInt64(index), values: ["A"])) }
        let events = bench.takeEvents()
        #expect(events.count == 4200 - 1 - 4096)
        #expect(events.first?.words == "recordRefused 4098")
    }

    /// Nonsense instead of a reply is told from silence: the cable is fine then.
    @Test(arguments: [("", "no reply in 1000 ms"), ("HELLO\r\u{2}??\r", "but 8 bytes that are none")])
    func whatIsNoReplyIsTold(bytes: String, words: String) throws {
        var bench = try prepared()
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        if !bytes.isEmpty { bench.receive(bytes) }
        bench.advance(milliseconds: 1_100)
        #expect(bench.closed?.code == .replyTimeout)
        #expect(bench.closed?.detail.contains(words) == true, "\(bench.closed?.detail ?? "")")
        #expect(bytes.isEmpty == (bench.closed?.detail == "no reply in 1000 ms"))
    }

    @Test func statusSaysWhatIsWrong() throws {
        var bench = try SessionBench("videojet/zipher.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        for (reply, expected) in [
            ("STS|3|0|J|0|0|\r", PrinterStatus()), ("STS|4|0|J|0|0|\r", PrinterStatus(conditions: .offline)),
            ("STS|3|1|J|0|0|\r", PrinterStatus(conditions: .warning)),
            ("STS|3|2||0|0|\r", PrinterStatus(conditions: .fault)),
            ("STS|9|9|J|0|0|\r", PrinterStatus(conditions: [.offline, .fault])),
        ] {
            bench.receive(reply)
            #expect(bench.takeEvents().last == .printerStatus(expected))
            bench.advance(milliseconds: 1000)
        }
    }

    /// Goal: hostile bytes never crash the session or make it report a print. Method: seeded mixes of replies
    /// and noise with records outstanding.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func hostileBytes(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try prepared()
        let words = ["SLR|", "ACK", "ERR", "|", "\r", "STS|3|", "SFS|", "99", "PRC\r", "\u{1}"]
        for _ in 0..<2000 where bench.closed == nil {
            bench.receive(words[Int(numbers.next() % UInt64(words.count))])
            if numbers.next() % 8 == 0 { bench.advance(milliseconds: Int(numbers.next() % 60)) }
        }
        let events = bench.takeEvents()
        #expect(!events.contains { if case .printed = $0 { true } else { false } })
        #expect(!events.contains { if case .recordAccepted = $0 { true } else { false } })
    }
}

@Suite struct ZPLPrinterSessionTests {
    private let ready =
        "\u{2}030,0,0,1184,000,0,0,0,000,0,0,0\u{3}\r\n"
        + "\u{2}001,0,0,0,1,2,4,0,00000000,1,000\u{3}\r\n\u{2}0000,0\u{3}\r\n"
    private let label = Array("^XA^FDA^FS^XZ".utf8)

    @Test func anAnswerAskedBeforeTheLabelIsNoProof() throws {
        var bench = try SessionBench("zebra/zpl.toml")
        bench.connect()
        bench.perform(.printLabel(job: 1, data: label))
        #expect(bench.takeText() == ["~HS"], "the label waits for the open answer")
        bench.receive(ready)
        #expect(bench.takeText() == ["^XA^FDA^FS^XZ", "~HS"])
        #expect(bench.takeEvents().map(\.words) == ["connected", "status ready"])
        bench.receive(ready)
        #expect(bench.takeEvents() == [.labelPrinted(job: 1)])
    }

    @Test(arguments: [
        ("1,0", "0,0", 0, 0), ("0,1", "0,0", 0, 0), ("0,0", "1,0", 0, 0), ("0,0", "0,1", 0, 0),
        ("0,0", "0,0", 1, 0),
        ("0,0", "0,0", 0, 1),
    ])
    func noProofWhileAnythingIsOpen(_ first: String, _ second: String, _ formats: Int, _ remaining: Int)
        throws
    {
        var bench = try SessionBench("zebra/zpl.toml")
        bench.connect()
        bench.receive(ready)
        bench.perform(.printLabel(job: 1, data: label))
        bench.receive(
            "\u{2}030,\(first),1184,00\(formats),0,0,0,000,0,0,0\u{3}"
                + "\u{2}001,0,\(second),1,2,4,0,\(remaining),1,000\u{3}\u{2}0000,0\u{3}"
        )
        let events = bench.takeEvents()
        #expect(!events.contains(.labelPrinted(job: 1)))
        #expect(events.count == 3, "the answer was understood")
    }

    @Test(arguments: [
        "\u{2}030,0,0,1184,000,0,0,0,000,0,0\u{3}", "\u{2}030,2,0,1184,000,0,0,0,000,0,0,0\u{3}",
        "\u{2}030,0,0,1184,-01,0,0,0,000,0,0,0\u{3}",
        "\u{2}030,0,0,1184,9999999999999999999999,0,0,0,000,0,0,0\u{3}",
        "\u{2}0000,0\u{3}", "\u{2}\u{3}", "\u{2}030,,,,,,,,,,,\u{3}",
    ])
    func anAnswerNotUnderstoodIsNoStatus(_ line: String) throws {
        var bench = try SessionBench("zebra/zpl.toml")
        bench.connect()
        bench.receive(line)
        #expect(bench.takeEvents().map { String($0.words.prefix(5)) } == ["conne", "noise"])
        bench.receive(ready)
        #expect(bench.takeEvents().map(\.words) == ["status ready"])
    }

    @Test func silenceIsUnknownAndPollingGoesOn() throws {
        var bench = try SessionBench("zebra/zpl.toml")
        bench.connect()
        bench.advance(milliseconds: 10_000)
        #expect(bench.takeEvents().map(\.words) == ["connected", "status unknown"])
        #expect(bench.takeText().count == 6, "asked at 0, 2, 4, 6, 8 and 10 s")
        #expect(bench.closed == nil)
    }

    @Test func limitsRefuse() throws {
        var bench = try SessionBench("zebra/zpl.toml")
        bench.perform(.printLabel(job: 1, data: label))
        bench.connect()
        bench.perform(.printLabel(job: 2, data: []))
        bench.perform(.printLabel(job: 3, data: [UInt8](repeating: 0x41, count: 65_537)))
        for job in 4...70 { bench.perform(.printLabel(job: UInt64(job), data: label)) }
        bench.perform(.clearCoder)
        #expect(
            bench.takeEvents().map(\.words)
                == ["labelRefused 1", "connected", "labelRefused 2", "labelRefused 3"]
                + (68...70).map { "labelRefused \($0)" } + ["fault DEV-113"])
    }
}

@Suite struct ReaderSessionTests {
    @Test func aFloodWithoutTerminatorIsOneFault() throws {
        var bench = try SessionBench("generic/reader-cr.toml")
        bench.connect()
        for _ in 0..<100 { bench.receive([UInt8](repeating: 0x41, count: 1000)) }
        bench.receive("\r]d2A\r")
        #expect(bench.takeEvents().map(\.words) == ["connected", "frameFault DEV-101", "read ]d2A"])
    }

    @Test func theGapIsJudgedEvenWhenTheTickIsLate() throws {
        var bench = try SessionBench("generic/reader-cr.toml")
        bench.connect()
        bench.receive("]d2A")
        bench.now += 500_000_000
        bench.receive("]d2B\r")
        #expect(bench.takeEvents().map(\.words) == ["connected", "frameFault DEV-102", "read ]d2B"])
    }

    @Test func aReplyIsNotARead() throws {
        var profile = try ProfileFile.profile("generic/reader-cr.toml")
        profile.commands["trigger"] = DeviceProfile.Command(
            send: "LON", accepted: ["OK,LON"], refused: ["ER,LON,02": "already reading"], source: "a manual")
        var bench = try SessionBench(profile)
        bench.perform(.trigger(true))
        bench.connect()
        bench.perform(.trigger(true))
        bench.receive("OK,LON\r")
        bench.perform(.trigger(true))
        bench.receive("]d2A\rER,LON,02\r")
        bench.perform(.trigger(true))
        bench.advance(milliseconds: 1000)
        bench.receive("OK,LON\r")
        #expect(bench.takeText() == ["LON\r", "LON\r", "LON\r"])
        #expect(
            bench.takeEvents().map(\.words) == [
                "fault DEV-151", "connected", "read ]d2A", "fault DEV-111", "fault DEV-110", "fault DEV-140",
                "read OK,LON",
            ])
    }

    @Test func aCommandTheProfileLacksIsAFault() throws {
        var bench = try SessionBench("generic/reader-cr.toml")
        bench.connect()
        bench.perform(.feedback(good: true))
        bench.perform(.setOutputs(LineIOOutputs()))
        #expect(bench.takeEvents().map(\.words) == ["connected", "fault DEV-113", "fault DEV-113"])
        #expect(bench.takeWrites().isEmpty)
    }
}
