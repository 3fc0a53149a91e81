import DeviceCore
import Testing

@Suite struct LeibingerCoderSessionTests {
    private static let printing = "^0=RS2\t6\t0\t0\t80\t0\r"

    /// What the printer answers: mailing status with these numbers.
    private static func mailing(_ entries: String, _ last: String, _ finished: String = "1") -> String {
        "^0=SM256\t\(entries)\t\(last)\t0\t\(finished)\t9\r"
    }

    /// Connected, settled, and known to print.
    private func connected(state: String = printing) throws -> SessionBench {
        var bench = try SessionBench("leibinger/jet3.toml")
        bench.connect()
        bench.advance(milliseconds: 300)
        bench.receive(state)
        _ = bench.takeWrites()
        return bench
    }

    /// Prepared with one field, the last record of an earlier buffer being `stale`.
    private func prepared(stale: String = "0") throws -> SessionBench {
        var bench = try connected()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.advance(milliseconds: 300)
        answer(&bench, "0", stale)
        #expect(bench.takeEvents().suffix(2) == [.bufferCleared, .coderReady])
        _ = bench.takeWrites()
        return bench
    }

    /// Answers whatever is asked with these numbers, until nothing is open.
    private func answer(
        _ bench: inout SessionBench, _ entries: String, _ last: String, _ finished: String = "1",
        state: String = printing
    ) {
        for _ in 0..<4 {
            let asked = bench.takeText()
            guard let question = asked.last(where: { $0.contains("?") }) else { return }
            bench.receive(question.contains("?SM") ? Self.mailing(entries, last, finished) : state)
        }
    }

    /// Lets one round of polls pass, each answered with these numbers.
    private func poll(
        _ bench: inout SessionBench, _ entries: String, _ last: String, _ finished: String = "1",
        state: String = printing, rounds: Int = 1
    ) {
        for _ in 0..<rounds {
            for _ in 0..<26 {
                bench.advance(milliseconds: 10)
                answer(&bench, entries, last, finished, state: state)
            }
        }
    }

    private func send(_ bench: inout SessionBench, _ indexes: ClosedRange<UInt64>) {
        for index in indexes { bench.perform(.sendRecord(index: index, values: ["A\(index)"])) }
    }

    @Test func unsafeValuesNeverReachTheWire() throws {
        var bench = try prepared()
        let wrong = ["A\tB", "A\rB", "A\nB", "A\u{1D}B", "Ä", "A\u{7F}", String(repeating: "A", count: 257)]
        for value in wrong { bench.perform(.sendRecord(index: 1, values: [value])) }
        bench.perform(.sendRecord(index: 1, values: ["A", "B"]))
        bench.perform(.sendRecord(index: 1, values: []))
        bench.perform(.sendRecord(index: 0, values: ["A"]))
        #expect(bench.takeWrites().isEmpty)
        #expect(bench.takeEvents().filter { $0.words.hasPrefix("recordRefused") }.count == wrong.count + 3)
        bench.perform(.sendRecord(index: 1, values: ["\\^|"]))
        #expect(bench.takeText() == ["^0=MR1\t\\\\\\^|\r"])
    }

    @Test func numbersFollowOneAnother() throws {
        var bench = try prepared()
        send(&bench, 7...8)
        bench.perform(.sendRecord(index: 10, values: ["A"]))
        bench.perform(.sendRecord(index: 8, values: ["A"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 10", "recordRefused 8"])
        #expect(bench.takeText() == ["^0=MR7\tA7\r", "^0=MR8\tA8\r"])
    }

    @Test func noMoreThanTheBufferHolds() throws {
        var bench = try prepared()
        send(&bench, 1...256)
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 256"])
        #expect(bench.takeWrites().count == 255)
        poll(&bench, "253", "1")
        #expect(bench.takeEvents().last == .printed(through: 1))
        send(&bench, 256...256)
        #expect(bench.takeText() == ["^0=MR256\tA256\r"])
    }

    @Test func whatHasBegunAndNotEndedIsNotPrinted() throws {
        var bench = try prepared()
        send(&bench, 1...3)
        poll(&bench, "1", "1", "0")
        #expect(!bench.takeEvents().contains { if case .printed = $0 { true } else { false } })
        poll(&bench, "0", "2", "0")
        #expect(bench.takeEvents().contains(.printed(through: 1)))
        poll(&bench, "0", "3")
        #expect(bench.takeEvents() == [.recordAccepted(index: 3), .printed(through: 3)])
    }

    /// The printer still shows the last number of an earlier buffer, which this one uses again.
    @Test func anIndexOfAnEarlierBufferIsNoProof() throws {
        var bench = try prepared(stale: "2")
        send(&bench, 1...3)
        poll(&bench, "2", "2", rounds: 3)
        let events = bench.takeEvents()
        #expect(events.map(\.words) == ["recordAccepted 1", "recordAccepted 2"])
        poll(&bench, "1", "1")
        poll(&bench, "0", "2")
        #expect(bench.takeEvents() == [.printed(through: 1), .printed(through: 2)])
    }

    @Test(arguments: ["4", "18446744073709551615", "9"]) func anIndexNeverSentIsAFault(_ last: String) throws
    {
        var bench = try prepared()
        send(&bench, 5...8)
        poll(&bench, "3", last)
        let events = bench.takeEvents().map(\.words)
        #expect(events == ["fault DEV-120"], "said once: the buffer is not ours any more")
        bench.perform(.sendRecord(index: 9, values: ["A"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 9"])
        #expect(bench.takeText().filter { $0.contains("=MR") }.isEmpty)
    }

    @Test(arguments: ["2", "0"]) func anIndexThatGoesBackIsAFault(_ last: String) throws {
        var bench = try prepared()
        send(&bench, 1...5)
        poll(&bench, "1", "3")
        #expect(bench.takeEvents().last == .printed(through: 3))
        poll(&bench, "1", last)
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-120"])
    }

    @Test(arguments: [("-1", "1"), ("x", "1"), ("1", "-1"), ("1", "18446744073709551616"), ("1", " 1")])
    func whatIsNoNumberIsNoProof(_ entries: String, _ last: String) throws {
        var bench = try prepared()
        send(&bench, 1...2)
        bench.advance(milliseconds: 100)
        answer(&bench, entries, last)
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-112"])
        poll(&bench, "0", "1")
        #expect(bench.takeEvents().last == .printed(through: 1))
    }

    @Test func moreEntriesThanWereSentConfirmNoMore() throws {
        var bench = try prepared()
        send(&bench, 1...2)
        poll(&bench, "18446744073709551615", "1")
        #expect(
            bench.takeEvents() == [
                .recordAccepted(index: 1), .recordAccepted(index: 2), .printed(through: 1),
            ])
    }

    /// A stop empties the buffer. Nothing is printed after it by proof, and nothing is sent again.
    @Test(arguments: ["5\t0", "4\t0", "3\t0", "1\t0", "6\t5043", "6\t1018", "77\t0", "\t0", "-6\t0"])
    func whatStopsPrintingEmptiesTheBuffer(_ state: String) throws {
        var bench = try prepared()
        send(&bench, 1...4)
        poll(&bench, "3", "0")
        _ = bench.takeEvents()
        poll(&bench, "2", "1", state: "^0=RS2\t\(state)\t0\t80\t0\r")
        let events = bench.takeEvents()
        guard state.first != "\t" else {
            // Not a reply at all: asked again after the connection was closed.
            #expect(events.contains { $0.words.hasPrefix("noise") })
            return
        }
        #expect(
            events.contains { if case .printerStatus(let status) = $0 { !status.isReady } else { false } })
        poll(&bench, "2", "2", state: Self.printing)
        bench.perform(.sendRecord(index: 5, values: ["A"]))
        let after = bench.takeEvents()
        #expect(!after.contains { if case .printed = $0 { true } else { false } })
        #expect(after.last?.words == "recordRefused 5")
        #expect(!bench.takeText().contains { $0.contains("=MR") })
    }

    /// A stop and a start between two questions: only the count of waiting records tells.
    @Test func aBufferThatLostItsRecordsIsNoticed() throws {
        var bench = try prepared()
        send(&bench, 1...6)
        poll(&bench, "5", "0")
        poll(&bench, "4", "1")
        _ = bench.takeEvents()
        poll(&bench, "0", "1")
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-121"])
        poll(&bench, "0", "2")
        #expect(bench.takeEvents().isEmpty)
    }

    /// One less may be the one that is next: no loss.
    @Test func theNextRecordIsNotCounted() throws {
        var bench = try prepared()
        send(&bench, 1...4)
        for (entries, last) in [("4", "0"), ("3", "0"), ("2", "1"), ("1", "2"), ("0", "3"), ("0", "4")] {
            poll(&bench, entries, last)
        }
        let events = bench.takeEvents().map(\.words)
        #expect(!events.contains { $0.hasPrefix("fault") })
        #expect(events.last == "printed 4")
    }

    @Test func aPrinterThatTakesNoRecordsIsNoticed() throws {
        var bench = try prepared()
        send(&bench, 1...4)
        poll(&bench, "0", "0", rounds: 7)
        #expect(bench.takeEvents().isEmpty, "it is given 2 s")
        poll(&bench, "0", "0", rounds: 3)
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-121"])
    }

    @Test func aPrinterThatDoesNotClearIsNotReady() throws {
        var bench = try connected()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        poll(&bench, "3", "0", rounds: 12)
        #expect(
            bench.takeEvents().map(\.words) == [
                "connected", "status ready", "recordRefused 1", "fault DEV-111",
            ])
    }

    @Test func recordsWaitForThePreparation() throws {
        var bench = try connected()
        _ = bench.takeEvents()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        send(&bench, 1...2)
        #expect(bench.takeText().last == "^0!FF\r")
        bench.advance(milliseconds: 250)
        answer(&bench, "0", "0")
        bench.advance(milliseconds: 49)
        #expect(bench.takeText().filter { $0.contains("SM") }.isEmpty, "the printer is given time to clear")
        bench.advance(milliseconds: 1)
        answer(&bench, "0", "0")
        #expect(bench.takeEvents() == [.bufferCleared, .coderReady])
    }

    @Test(arguments: ["^0=RS2\t5\t0\t0\t80\t0\r", "^0=RS4\t6\t0\t0\t80\t0\r", "^0=RS2\t6\t0\t1\t80\t0\r"])
    func aPrinterThatDoesNotPrintIsNotPrepared(_ state: String) throws {
        var bench = try connected(state: state)
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        poll(&bench, "0", "0", state: state, rounds: 4)
        #expect(!bench.takeEvents().contains(.bufferCleared))
        bench.perform(.readJob)
        poll(&bench, "0", "0", state: state)
        bench.receive("^0=JL\\FFSDISK\\JOBS\\A.job\r")
        #expect(bench.takeEvents().map(\.words).contains("jobRead A.job"))
        poll(&bench, "0", "0", rounds: 3)
        #expect(bench.takeEvents().suffix(2) == [.bufferCleared, .coderReady])
    }

    /// It stops while the buffer is cleared: what follows is prepared once it prints again.
    @Test func aStopWhilePreparingIsNoticed() throws {
        var bench = try connected()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.advance(milliseconds: 250)
        #expect(bench.takeText().last == "^0?RS\r")
        bench.receive("^0=RS2\t5\t0\t0\t80\t0\r")
        poll(&bench, "0", "0", state: "^0=RS2\t5\t0\t0\t80\t0\r", rounds: 3)
        #expect(!bench.takeEvents().contains(.coderReady))
        poll(&bench, "0", "0", rounds: 3)
        #expect(bench.takeEvents().suffix(2) == [.bufferCleared, .coderReady])
    }

    @Test func onlyTheLastPreparationIsReady() throws {
        var bench = try connected()
        _ = bench.takeEvents()
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.perform(.prepareCoder(fields: ["SERIAL", "LOT"]))
        poll(&bench, "0", "0", rounds: 3)
        #expect(bench.takeEvents() == [.bufferCleared, .bufferCleared, .coderReady])
        bench.perform(.sendRecord(index: 1, values: ["A"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 1"])
    }

    @Test func theLostConnectionEndsTheBuffer() throws {
        var bench = try prepared()
        send(&bench, 1...2)
        poll(&bench, "1", "0")
        bench.disconnect()
        #expect(bench.session.nextDeadline == nil)
        bench.connect()
        bench.advance(milliseconds: 300)
        poll(&bench, "0", "2")
        bench.perform(.sendRecord(index: 3, values: ["A"]))
        let events = bench.takeEvents()
        #expect(!events.contains { if case .printed = $0 { true } else { false } })
        #expect(events.last?.words == "recordRefused 3")
    }

    @Test func silenceClosesTheConnection() throws {
        var bench = try prepared()
        bench.advance(milliseconds: 2_500)
        #expect(bench.closed?.code == .replyTimeout)
    }

    /// The name that the printer repeats of a selection is not the name of the job in force.
    @Test func anEchoIsNoJob() throws {
        var bench = try connected()
        bench.perform(.selectJob("B.job"))
        bench.perform(.readJob)
        bench.receive("^0=JL\\FFSDISK\\JOBS\\B.job\r")
        bench.receive(Self.printing)
        bench.receive("^0?JL\r^0=JL\\FFSDISK\\JOBS\\A.job\t7\r")
        #expect(bench.takeEvents().map(\.words).filter { $0.hasPrefix("job") } == ["jobRead A.job"])
        bench.perform(.selectJob("A\\B.job"))
        #expect(bench.takeEvents().map(\.words) == ["jobFailed"])
    }

    /// The length stands behind `^0` where the printer is set so; a wrong one is noise.
    @Test(arguments: [
        ("^000017=RS2\t6\t0\t0\t800\t0\r", true), ("^000018=RS2\t6\t0\t0\t800\t0\r", false),
        ("^00018=RS2\t6\t0\t0\t800\t0\r", false), ("^099999=RS2\t6\t0\t0\t800\t0\r", false),
        ("=RS2\t6\t0\t0\t800\t0\r", false), ("\n^0=RS2\t6\t0\t0\t800\t0\r", true),
    ])
    func aReplyMayCarryItsLength(_ reply: String, _ counts: Bool) throws {
        let bench = try connected(state: reply)
        #expect(bench.session.nextDeadline != nil)
        var after = bench
        #expect(after.takeEvents().last?.words.hasPrefix(counts ? "status ready" : "noise") == true)
    }

    /// Goal: hostile bytes never crash the session or make it report a print. Method: seeded mixes of pieces
    /// of replies with records outstanding; no whole mailing status among them has a number that was sent.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func hostileBytes(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try prepared()
        send(&bench, 100...120)
        let words = [
            "^0=SM", "^0=RS", "256\t", "-1\t", "99999999999999999999\t", "7\t", "\r", "^0", "00012", "=MR1",
            "\u{1}", "\t", "^0=RS2\t6\t0\t0\t1\r", "18446744073709551615\t",
        ]
        for _ in 0..<4000 where bench.closed == nil {
            bench.receive(words[Int(numbers.next() % UInt64(words.count))])
            if numbers.next() % 8 == 0 { bench.advance(milliseconds: Int(numbers.next() % 60)) }
        }
        #expect(!bench.takeEvents().contains { if case .printed = $0 { true } else { false } })
    }

    /// Random bytes of all values.
    @Test(arguments: 1...5 as ClosedRange<UInt64>) func noise(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try prepared()
        send(&bench, 1...3)
        for _ in 0..<200 where bench.closed == nil {
            bench.receive((0..<100).map { _ in UInt8(truncatingIfNeeded: numbers.next()) })
            bench.advance(milliseconds: 5)
        }
        #expect(!bench.takeEvents().contains { if case .printed = $0 { true } else { false } })
    }
}
