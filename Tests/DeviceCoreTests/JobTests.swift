import DeviceCore
import Testing

/// Goal: a job counts as loaded by its name read back alone, and nothing of a unit comes between. Method:
/// readers and a coder selected, refused, silent, late and overtaken.
@Suite struct JobTests {
    // MARK: Readers

    /// A reader with commands for jobs, made up for these tests.
    private static func reader(acknowledges: Bool = true, identifier: Bool = true) -> DeviceProfile {
        var profile = DeviceProfile(
            vendor: "Generic", model: "reader with jobs", kind: .reader, dialogue: .reader,
            evidence: .manual, sources: ["this test"], framing: Framing(kind: .terminated, end: "<CR>"),
            reader: DeviceProfile.Reader(noRead: "NOREAD", symbologyIdentifier: identifier),
            job: DeviceProfile.Job(forbidden: "=", maxNameBytes: 12, timeoutMilliseconds: 400))
        profile.commands["selectJob"] = DeviceProfile.Command(
            send: "LOAD {job}", accepted: acknowledges ? ["OK"] : [], refused: ["NG": "no such program"],
            source: "this test")
        profile.commands["currentJob"] = DeviceProfile.Command(
            send: "PROG?", accepted: ["PROG=", "PROG={job}"], refused: ["BUSY": "the reader is busy"],
            source: "this test")
        profile.commands["trigger"] = DeviceProfile.Command(
            send: "T", accepted: ["OK"], source: "this test")
        return profile
    }

    private static func connected(_ profile: DeviceProfile = reader()) throws -> SessionBench {
        var bench = try SessionBench(profile)
        bench.connect()
        _ = bench.takeEvents()
        return bench
    }

    @Test func theNameIsReadBackBehindTheAcknowledgement() throws {
        var bench = try Self.connected()
        bench.perform(.selectJob("CARTON-12"))
        #expect(bench.takeText() == ["LOAD CARTON-12\r"])
        // A unit that stands before the camera is read all the same, and is no answer.
        bench.receive("]d2PROG=X\rNOREAD\r")
        #expect(bench.takeEvents().map(\.words) == ["read ]d2PROG=X", "noRead"])
        bench.receive("OK\r")
        #expect(bench.takeText() == ["PROG?\r"])
        bench.receive("]d2ABC\rPROG=CARTON-12\r")
        #expect(bench.takeEvents() == [.read(Array("]d2ABC".utf8)), .jobRead("CARTON-12")])
        #expect(bench.session.nextDeadline == nil)
    }

    @Test func whatGivesNoAcknowledgementIsAskedAtOnce() throws {
        var bench = try Self.connected(Self.reader(acknowledges: false))
        bench.perform(.selectJob("A"))
        #expect(bench.takeText() == ["LOAD A\r", "PROG?\r"])
        bench.receive("PROG=B\r")
        #expect(bench.takeEvents() == [.jobRead("B")], "what it has, not what it was told")
    }

    @Test(arguments: [
        ("NG", "no such program"), ("OK\rBUSY", "the reader is busy"), ("OK\rPROG=", "no job is loaded"),
        ("OK\rPROG=1234567890123", "it names a job that its command could not carry"),
        ("OK\rPROG=\u{7}", "it names a job that its command could not carry"),
    ])
    func aRefusalSaysWhy(reply: String, text: String) throws {
        var bench = try Self.connected()
        bench.perform(.selectJob("A"))
        bench.receive(reply + "\r")
        #expect(bench.takeEvents() == [.jobFailed(text)])
        bench.perform(.readJob)
        bench.receive("PROG=A\r")
        #expect(bench.takeEvents() == [.jobRead("A")], "the next question is a new one")
    }

    @Test(arguments: ["", "1234567890123", "A=B", "A\rB", "Ä"]) func namesTheCommandCannotCarryAreNotSent(
        _ name: String
    ) throws {
        var bench = try Self.connected()
        bench.perform(.selectJob(name))
        #expect(bench.takeWrites() == [])
        #expect(bench.takeEvents().map(\.words) == ["jobFailed"])
    }

    @Test func silenceIsNoName() throws {
        var bench = try Self.connected()
        bench.perform(.selectJob("A"))
        bench.advance(milliseconds: 399)
        #expect(bench.takeEvents() == [])
        bench.advance(milliseconds: 1)
        #expect(bench.takeEvents() == [.jobFailed("no reply in 400 ms")])
        bench.perform(.readJob)
        bench.advance(milliseconds: 400)
        #expect(bench.takeEvents() == [.jobFailed("no reply in 400 ms")])
        // Too late: nobody asks any more.
        bench.receive("PROG=A\r")
        #expect(!bench.takeEvents().contains { $0.words.hasPrefix("job") })
    }

    @Test func anOvertakenQuestionIsNotAnswered() throws {
        var bench = try Self.connected()
        bench.perform(.selectJob("A"))
        bench.perform(.selectJob("B"))
        bench.perform(.selectJob("C"))
        #expect(bench.takeText() == ["LOAD A\r"], "replies belong to one command at a time")
        bench.receive("OK\r")
        #expect(bench.takeText() == ["LOAD C\r"])
        bench.receive("OK\rPROG=C\r")
        #expect(bench.takeEvents() == [.jobRead("C")])
    }

    @Test func aCommandWithAReplyIsNotMixedWithAJob() throws {
        var bench = try Self.connected()
        bench.perform(.trigger(true))
        bench.perform(.selectJob("A"))
        #expect(bench.takeText() == ["T\r"])
        bench.receive("OK\r")
        #expect(bench.takeText() == ["LOAD A\r"], "the OK was that of the trigger")
        bench.perform(.trigger(true))
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-115"])
        #expect(bench.takeWrites() == [])
    }

    @Test func aLostConnectionAnswersNothing() throws {
        var bench = try Self.connected()
        bench.perform(.selectJob("A"))
        bench.perform(.selectJob("B"))
        bench.disconnect()
        #expect(bench.takeEvents() == [.stale])
        bench.perform(.readJob)
        #expect(bench.takeEvents().map(\.words) == ["jobFailed"])
        bench.connect()
        bench.receive("OK\rPROG=A\r")
        #expect(!bench.takeEvents().contains { $0.words.hasPrefix("job") })
    }

    // MARK: Coders

    @Test func nothingOfAUnitComesBetweenAJobAndItsName() throws {
        var bench = try SessionBench("videojet/zipher.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive("STS|3|0|X|1|2|\r")
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive("ACK\rACK\rSLR|0|\r")
        for index in 1...3 { bench.perform(.sendRecord(index: UInt64(index), values: ["S\(index)"])) }
        (_, _) = (bench.takeEvents(), bench.takeWrites())
        // One record is on its way, two wait: these would be printed by another job.
        bench.perform(.selectJob("BOX"))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 2", "recordRefused 3"])
        bench.perform(.sendRecord(index: 4, values: ["S4"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 4"])
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive("SFS|9|\r")
        var written = bench.takeText()
        for _ in 0..<8 where written.last?.hasPrefix("SLR") == true {
            bench.receive("SLR|0|\r")
            written += bench.takeText()
        }
        #expect(written.last == "SEL|BOX|\r")
        bench.receive("ACK\r")
        #expect(bench.takeText() == ["GJN\r"], "though a preparation waits")
        bench.receive("JOB|BOX|1|\r")
        #expect(bench.takeEvents().map(\.words) == ["recordAccepted 1", "jobRead BOX"])
        #expect(bench.takeText() == ["SCB\r"])
    }

    /// What the old buffer printed is not taken for a record of the new one.
    @Test func aSelectedJobEndsTheBuffer() throws {
        var bench = try SessionBench("videojet/zipher.toml")
        bench.connect()
        bench.advance(milliseconds: 100)
        bench.receive("STS|3|0|X|1|2|\r")
        bench.perform(.prepareCoder(fields: ["SERIAL"]))
        bench.receive("ACK\rACK\rSLR|0|\r")
        bench.perform(.sendRecord(index: 1, values: ["S1"]))
        bench.receive("SFS|9|\rSLR|0|\r")
        bench.perform(.selectJob("BOX"))
        bench.receive("ACK\rJOB|BOX|-|\r")
        (_, _) = (bench.takeEvents(), bench.takeWrites())
        bench.advance(milliseconds: 500)
        #expect(!bench.takeText().contains("SLR\r"), "nothing is in the buffer")
        bench.perform(.sendRecord(index: 2, values: ["S2"]))
        #expect(bench.takeEvents().map(\.words) == ["recordRefused 2"])
    }

    // MARK: Profiles

    @Test func aTableNeedsItsCommandsAndTheyTheTable() throws {
        #expect(Self.reader().validate() == [])
        #expect(Self.reader().jobNames?.allows("A B".utf8) == true)
        #expect(Self.reader().jobNames?.allows("A=B".utf8) == false)
        var profile = Self.reader()
        profile.job = nil
        #expect(profile.validate().map(\.path).sorted() == ["commands.currentJob", "commands.selectJob"])
        #expect(profile.jobNames == nil)
        profile = Self.reader()
        profile.commands["currentJob"] = nil
        #expect(profile.validate().map(\.path) == ["commands.currentJob"])
        profile = Self.reader()
        profile.commands["currentJob"]?.accepted = ["PROG="]
        #expect(profile.validate().map(\.path) == ["commands.currentJob.accepted"])
        profile = Self.reader()
        profile.commands["selectJob"]?.send = "LOAD"
        #expect(profile.validate().map(\.path) == ["commands.selectJob.send"])
        for (bytes, milliseconds, path) in [
            (0, 1, "job.maxNameBytes"), (65, 1, "job.maxNameBytes"), (1, 0, "job.timeoutMilliseconds"),
            (1, 20_001, "job.timeoutMilliseconds"),
        ] {
            profile = Self.reader()
            profile.job = DeviceProfile.Job(maxNameBytes: bytes, timeoutMilliseconds: milliseconds)
            #expect(profile.validate().map(\.path) == [path])
        }
    }

    /// A bare name is a read like any other, unless reads are told by their identifier.
    @Test func aBareNameNeedsReadsThatAreTold() throws {
        for identifier in [true, false] {
            var profile = Self.reader(identifier: identifier)
            profile.commands["currentJob"]?.accepted = ["{job}"]
            let paths = profile.validate().map(\.path)
            #expect(paths == (identifier ? [] : ["commands.currentJob.accepted"]))
        }
    }

    @Test func jobsAreOfCodersAndReadersOnly() throws {
        var profile = try ProfileFile.profile("zebra/zpl.toml")
        profile.job = DeviceProfile.Job()
        #expect(profile.validate().map(\.path) == ["job"])
        profile = try ProfileFile.profile("videojet/zipher.toml")
        #expect(profile.jobNames?.forbidden == [UInt8(ascii: "|")])
        profile.commands["selectJob"]?.accepted = []
        #expect(profile.validate().map(\.path) == ["commands.selectJob.accepted"])
    }
}
