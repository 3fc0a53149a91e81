import DeviceCore
import Testing

/// Goal: a label counts as printed only where the profile's proof allows no other reading. Method: answers in
/// every order a printer, its people and a bad line can give them.
@Suite struct LabelPrinterSessionTests {
    private static let label = Array("A".utf8)

    /// `~HS` with its three lines.
    private static func hostStatus(formats: Int = 0, remaining: Int = 0, paper: Int = 0) -> String {
        "\u{2}030,\(paper),0,1184,\(formats),0,0,0,000,0,0,0\u{3}\r\n"
            + "\u{2}001,0,0,0,1,2,4,0,\(remaining),1,000\u{3}\r\n\u{2}0000,0\u{3}\r\n"
    }

    /// A printer that counts, with label 1 out and a count of 100 before.
    private static func counting() throws -> SessionBench {
        var bench = try SessionBench("zebra/zpl-odometer.toml")
        bench.connect()
        answer(&bench, hostStatus(), "\"100\"")
        bench.perform(.printLabel(job: 1, data: label))
        answer(&bench, hostStatus(), "\"100\"")
        #expect(bench.takeText().contains("A"))
        #expect(bench.takeEvents().map(\.words) == ["connected", "status ready"])
        return bench
    }

    private static func answer(_ bench: inout SessionBench, _ status: String, _ count: String) {
        bench.receive(status)
        bench.receive(count)
    }

    private static func printed(_ bench: inout SessionBench) -> Bool {
        bench.takeEvents().contains(.labelPrinted(job: 1))
    }

    @Test func theCountMustHaveGrownByTheLabel() throws {
        var bench = try Self.counting()
        Self.answer(&bench, Self.hostStatus(), "\"100\"")
        #expect(!Self.printed(&bench))
        bench.advance(milliseconds: 100)
        Self.answer(&bench, Self.hostStatus(), "\"101\"")
        #expect(Self.printed(&bench))
    }

    /// Somebody fed a label by hand while ours waits: the count alone would be wrong.
    @Test(arguments: [(1, 0), (0, 1)]) func whatStillWaitsIsNotPrinted(formats: Int, remaining: Int) throws {
        var bench = try Self.counting()
        for count in ["\"101\"", "\"102\""] {
            Self.answer(&bench, Self.hostStatus(formats: formats, remaining: remaining), count)
            #expect(!Self.printed(&bench))
            bench.advance(milliseconds: 100)
        }
        Self.answer(&bench, Self.hostStatus(), "\"103\"")
        #expect(Self.printed(&bench))
    }

    /// With a silent status only a growth by one is ours.
    @Test(arguments: [("\"101\"", true), ("\"102\"", false)])
    func aSilentPrinterIsJudgedByItsCount(count: String, isProof: Bool) throws {
        var bench = try Self.counting()
        bench.advance(milliseconds: 2000)
        #expect(bench.takeText().last?.hasPrefix("! U1 getvar") == true)
        bench.receive(count)
        #expect(Self.printed(&bench) == isProof)
    }

    @Test func theCountOutlivesTheConnection() throws {
        var bench = try Self.counting()
        bench.disconnect()
        #expect(bench.takeEvents() == [.stale], "the count will tell")
        bench.perform(.printLabel(job: 2, data: Self.label))
        #expect(bench.takeEvents().map(\.words) == ["labelRefused 2"])
        bench.connect()
        Self.answer(&bench, Self.hostStatus(remaining: 1), "\"100\"")
        #expect(!Self.printed(&bench), "still in the printer")
        bench.advance(milliseconds: 100)
        Self.answer(&bench, Self.hostStatus(), "\"101\"")
        #expect(Self.printed(&bench))
    }

    /// After the connection the printer is ready, empty and has not counted the label: nobody knows.
    @Test func withoutGrowthTheLabelIsInDoubt() throws {
        var bench = try Self.counting()
        bench.disconnect()
        bench.connect()
        var words: [String] = []
        var milliseconds = 0
        while milliseconds < 10_000 {
            #expect(!words.contains("labelInDoubt 1"), "too early: \(milliseconds)")
            Self.answer(&bench, Self.hostStatus(), "\"100\"")
            words += bench.takeEvents().map(\.words)
            bench.advance(milliseconds: 100)
            milliseconds += 100
        }
        Self.answer(&bench, Self.hostStatus(), "\"100\"")
        words += bench.takeEvents().map(\.words)
        #expect(words == ["stale", "connected", "status ready", "labelInDoubt 1"])
    }

    /// Trouble stops the clock: a label in a printer without paper is not lost.
    @Test func troubleIsNoDoubt() throws {
        var bench = try Self.counting()
        for _ in 0..<300 {
            Self.answer(&bench, Self.hostStatus(paper: 1), "\"100\"")
            bench.advance(milliseconds: 100)
        }
        #expect(!bench.takeEvents().map(\.words).contains("labelInDoubt 1"))
        Self.answer(&bench, Self.hostStatus(), "\"101\"")
        #expect(Self.printed(&bench))
    }

    /// A count that falls is believed when it is said twice; the label may then be gone.
    @Test func aPrinterThatCountsAnewHasLostTheLabel() throws {
        var bench = try Self.counting()
        Self.answer(&bench, Self.hostStatus(), "\"5\"")
        #expect(bench.takeEvents().isEmpty)
        bench.advance(milliseconds: 100)
        Self.answer(&bench, Self.hostStatus(), "\"5\"")
        #expect(bench.takeEvents() == [.labelInDoubt(job: 1)])
    }

    /// An old answer that comes late must not lower what the next label is measured by.
    @Test func aLateCountIsNoMeasure() throws {
        var bench = try Self.counting()
        Self.answer(&bench, Self.hostStatus(), "\"101\"")
        #expect(Self.printed(&bench))
        bench.perform(.printLabel(job: 2, data: Self.label))
        _ = bench.takeText()
        Self.answer(&bench, Self.hostStatus(), "\"100\"")
        #expect(bench.takeText().contains("A") == false)
        bench.advance(milliseconds: 100)
        Self.answer(&bench, Self.hostStatus(), "\"101\"")
        #expect(bench.takeText().contains("A"))
        Self.answer(&bench, Self.hostStatus(), "\"101\"")
        #expect(!bench.takeEvents().contains(.labelPrinted(job: 2)))
    }

    @Test(arguments: [
        "\"\"", "\"-1\"", "\"1e3\"", "\"1000000000000000000000\"", "\" 101\"", "\"101", "101\"\"",
        "\u{2}101\u{3}",
    ])
    func whatIsNoCountProvesNothing(_ reply: String) throws {
        var bench = try Self.counting()
        Self.answer(&bench, Self.hostStatus(), reply)
        #expect(!Self.printed(&bench))
        bench.advance(milliseconds: 1000)
        #expect(bench.takeEvents().map(\.words).contains("fault DEV-110"))
        #expect(bench.closed == nil)
    }

    /// A fault is told once, however long it lasts, and nothing is sent before the count is known.
    @Test func aPrinterWithoutTheVariableGetsNoLabel() throws {
        var bench = try SessionBench("zebra/zpl-odometer.toml")
        bench.connect()
        bench.perform(.printLabel(job: 1, data: Self.label))
        for _ in 0..<10 {
            Self.answer(&bench, Self.hostStatus(), "\"?\"")
            bench.advance(milliseconds: 100)
        }
        #expect(!bench.takeText().contains("A"))
        #expect(bench.takeEvents().map(\.words) == ["connected", "status ready", "fault DEV-111"])
    }

    // MARK: Work seen

    /// A TSPL printer that was idle, with label 1 out.
    private static func working() throws -> SessionBench {
        var bench = try SessionBench("tsc/tspl.toml")
        bench.connect()
        bench.receive([0])
        bench.perform(.printLabel(job: 1, data: label))
        bench.receive([0])
        #expect(bench.takeText().contains("APRINT 1,1\r\n"))
        _ = bench.takeEvents()
        return bench
    }

    /// Statuses in order, and whether they prove the label.
    @Test(arguments: [
        ([0x20, 0x00], true), ([0x00, 0x20, 0x20, 0x00], true), ([0x00, 0x00, 0x00], false),
        ([0x20, 0x20], false),
        ([0x20, 0x04], false), ([0x20, 0x04, 0x00], false), ([0x20, 0x04, 0x20, 0x00], true),
        ([0x24, 0x00], false), ([0x20, 0x10], false), ([0x04, 0x00], false),
    ])
    func workMustBeSeenFromBeginToEnd(statuses: [UInt8], isProof: Bool) throws {
        var bench = try Self.working()
        for status in statuses {
            bench.receive([status])
            bench.advance(milliseconds: 50)
        }
        #expect(Self.printed(&bench) == isProof)
    }

    @Test(arguments: [0x20, 0x24] as [UInt8]) func nothingIsSentToAPrinterAtWork(status: UInt8) throws {
        var bench = try SessionBench("tsc/tspl.toml")
        bench.connect()
        bench.perform(.printLabel(job: 1, data: Self.label))
        for _ in 0..<20 {
            bench.receive([status])
            bench.advance(milliseconds: 50)
        }
        #expect(!bench.takeText().contains("APRINT 1,1\r\n"))
        bench.receive([0])
        #expect(bench.takeText().contains("APRINT 1,1\r\n"))
    }

    /// Quicker than the questions, or never begun: after ten seconds the label is in doubt, and the next goes
    /// out.
    @Test func aLabelNobodySawIsInDoubt() throws {
        var bench = try Self.working()
        bench.perform(.printLabel(job: 2, data: Self.label))
        for _ in 0..<200 {
            bench.receive([0])
            bench.advance(milliseconds: 50)
        }
        #expect(bench.takeEvents().isEmpty)
        bench.receive([0])
        #expect(bench.takeEvents() == [.labelInDoubt(job: 1)])
        bench.receive([0])
        #expect(bench.takeText().contains("APRINT 1,1\r\n"))
    }

    @Test func anAcknowledgementThatDoesNotComeIsAFault() throws {
        var bench = try SessionBench("sato/sbpl.toml")
        let idle = "\u{2}  A000000\u{3}"
        bench.connect()
        bench.advance(milliseconds: 10)
        bench.receive(idle)
        bench.perform(.printLabel(job: 1, data: Self.label))
        bench.receive(idle)
        _ = bench.takeEvents()
        bench.advance(milliseconds: 1000)
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-110"])
        // Late, and all the same an answer: refused.
        bench.receive([0x15])
        #expect(bench.takeEvents().map(\.words) == ["labelRefused 1"])
    }

    /// Goal: hostile bytes never print a label that was not, end the session or make it ask without pause.
    /// Method: seeded pieces of answers and noise, times and lost connections, for every label printer. A
    /// label is printed at most once, and only after it was sent.
    @Test(
        arguments: ["zebra/zpl", "zebra/zpl-odometer", "tsc/tspl", "sato/sbpl", "datamax/dpl"],
        1...10 as ClosedRange<UInt64>)
    func hostileBytes(profile: String, seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try SessionBench(profile + ".toml")
        bench.connect()
        let words = [
            Self.hostStatus(), Self.hostStatus(formats: 1), "\u{2}030,0", "\u{3}", "\"", "999999999999999999",
            "18446744073709551616", "\"101\"", "\"102\"", "\u{6}", "\u{15}", "\u{2}07G000001\u{3}",
            "\u{2}  A000000\u{3}", "NNNNNNNN\r", "YNNYYNNN\r", "\r", "\u{0}", "\u{20}", "\u{7F}",
        ]
        var book = Book()
        for step in 1...1500 {
            var bytes: [UInt8] = []
            switch numbers.next() % 16 {
            case 0: bench.perform(.printLabel(job: UInt64(step), data: Array("LABEL\(step);".utf8)))
            case 1...4: bench.advance(milliseconds: Int(numbers.next() % 1200))
            case 5 where numbers.next() % 8 == 0:
                bench.disconnect()
                bench.connect()
            case 6: bytes = (0..<40).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            default: bytes = Array(words[Int(numbers.next() % UInt64(words.count))].utf8)
            }
            try book.note(&bench)
            for byte in bytes {
                bench.receive([byte])
                try book.note(&bench)
            }
        }
        #expect(bench.closed == nil)
        #expect(!book.sent.isEmpty)
    }

    /// What became of each label.
    private struct Book {
        var sent: Set<UInt64> = []
        var ended: Set<UInt64> = []

        /// Takes what one byte or command brought: events come before the next label.
        mutating func note(_ bench: inout SessionBench) throws {
            for event in bench.takeEvents() {
                switch event {
                case .labelPrinted(let job), .labelInDoubt(let job):
                    #expect(sent.contains(job) && ended.insert(job).inserted)
                case .labelRefused(let job, _): #expect(ended.insert(job).inserted)
                default: break
                }
            }
            let writes = bench.takeText()
            #expect(writes.count <= 200, "asks without pause")
            for write in writes {
                guard let mark = write.firstRange(of: "LABEL") else { continue }
                let job = try #require(UInt64(write[mark.upperBound...].prefix { $0 != ";" }))
                #expect(sent.subtracting(ended).isEmpty, "one label at a time")
                #expect(sent.insert(job).inserted, "sent twice")
            }
        }
    }

    // MARK: Profiles

    struct Mistake: Sendable, CustomTestStringConvertible {
        var path: String
        var place: String
        var change: @Sendable (inout DeviceProfile) -> Void
        var testDescription: String { place }
    }

    static let mistakes: [Mistake] = [
        Mistake(path: "zebra/zpl", place: "printer.proof") { $0.printer?.proof = .none },
        Mistake(path: "zebra/zpl", place: "commands.printedCount") { $0.printer?.proof = .counter },
        Mistake(path: "zebra/zpl-odometer", place: "commands.printedCount") { $0.printer?.proof = .status },
        Mistake(path: "zebra/zpl-odometer", place: "commands.printedCount.accepted") {
            $0.commands["printedCount"]?.accepted = ["{n:int}"]
        },
        Mistake(path: "zebra/zpl-odometer", place: "commands.printedCount.accepted") {
            $0.commands["printedCount"]?.accepted = []
        },
        Mistake(path: "zebra/zpl", place: "commands.label") {
            $0.commands["label"] = DeviceProfile.Command(send: "{label}", source: "x")
        },
        Mistake(path: "zebra/zpl", place: "printer.blind") { $0.printer?.blind = true },
        Mistake(path: "tsc/tspl", place: "printer.blind") { $0.printer?.blind = false },
        Mistake(path: "tsc/tspl", place: "status") { $0.status = [] },
        Mistake(path: "tsc/tspl", place: "commands.label") { $0.commands["label"] = nil },
        Mistake(path: "tsc/tspl", place: "commands.label.send") { $0.commands["label"]?.send = "PRINT 1,1" },
        Mistake(path: "tsc/tspl", place: "commands.status.accepted") {
            $0.commands["label"]?.send = "{id:2},{label}"
        },
        Mistake(path: "sato/sbpl", place: "commands.label.send") {
            $0.commands["label"]?.send = "<ESC>ID{id},{label}"
        },
        Mistake(path: "sato/sbpl", place: "commands.label.send") {
            $0.commands["label"]?.send = "<ESC>ID{id:10}{label}"
        },
        Mistake(path: "sato/sbpl", place: "commands.clear") { $0.commands["clear"]?.accepted = ["<ACK>"] },
        Mistake(path: "sato/sbpl", place: "dialogue") { $0.kind = .coder },
    ]

    @Test(arguments: mistakes) func aMistakeIsFoundAtItsPlace(_ mistake: Mistake) throws {
        var profile = try ProfileFile.profile(mistake.path + ".toml")
        mistake.change(&profile)
        #expect(profile.validate().map(\.path).contains(mistake.place), "\(profile.validate())")
        #expect(throws: ProfileFault.self) { try profile.makeSession() }
    }
}
