import Testing

@testable import LineCore

extension ReworkTests {
    static func scan(_ number: Int, lot: String = "LOT1") -> String {
        guard case .code(let bytes) = LineRig.code(lot: lot, serial: LineRig.serial(number)) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Good units, and one judged bad: 9 for its lot, or 10 for lying too close behind 9.
    static func rejected(
        _ reason: RejectReason, allowed: Set<RejectReason> = [.late, .tooClose]
    ) -> LineRig {
        var configuration = LineRig.configuration()
        configuration.reintroduced = allowed
        var rig = Self.rig(configuration)
        switch reason {
        case .wrongLot: rig.unit(LineRig.code(lot: "LOT2", serial: LineRig.serial(9)))
        default:
            // Unit 10 comes closer behind 9 than two can be told apart.
            rig.good(9)
            rig.move(millimetres: 30)
            let (count, position) = (rig.io.partPresent.count &+ 1, rig.io.position)
            let track = rig.line.state.lastTrack + 1
            rig.units.append(LineRig.Unit(track: track, position: position, lane: 0, plc: count))
            rig.io.partPresent = EdgeCount(count: count, position: position)
            rig.scan()
            rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(10))))
        }
        rig.move(millimetres: 700)
        rig.ask(.resume)
        return rig
    }

    // MARK: The bin

    @Test func aRejectIsDestroyedOrComesBack() throws {
        var rig = Self.rejected(.tooClose)
        let state = Self.state(rig, 10)
        #expect(state == .inDoubt, "\(String(describing: state))")
        func recover(_ code: String, _ reintroduces: Bool) -> [String] {
            Self.act(&rig, .recover(code: code, reintroduces: reintroduces, reason: "x"))
        }
        #expect(recover(LineRig.serial(10), true) == ["REWORK-130"], "a serial alone")
        #expect(recover("(01)\(LineRig.gtin)(21)\(LineRig.serial(10))", true) == ["REWORK-130"])
        #expect(recover(Self.scan(10, lot: "LOT2"), true) == ["REWORK-131"], "another lot")
        #expect(recover(Self.scan(1), true) == ["REWORK-132"], "a copy of a good unit")
        #expect(recover(Self.scan(1), false) == ["REWORK-132"])
        #expect(recover(Self.scan(900), true) == ["REWORK-101"])
        #expect(recover(Self.scan(10), true) == ["reject.recovered"])
        #expect(Self.state(rig, 10) == .commissioned)
        #expect(recover(Self.scan(10), true) == ["REWORK-132"], "once")
        let batch = try #require(rig.line.state.batches.first)
        #expect(batch.recovered == 1)
        #expect(batch.count(.commissioned) == 9, "9, before it, was rejected with it")
        let track = rig.good(10)
        #expect(rig.rejection(of: track) == RejectReason.duplicate.rawValue)
        #expect(try Self.isFold(rig))
    }

    /// After some reasons no unit comes back; it can still be destroyed, misprint and all.
    @Test func aSuspectUnitDoesNotComeBack() throws {
        var rig = Self.rejected(.wrongLot)
        func recover(_ reintroduces: Bool, _ lot: String = "LOT1") -> [String] {
            Self.act(&rig, .recover(code: Self.scan(9, lot: lot), reintroduces: reintroduces, reason: "x"))
        }
        #expect(recover(true) == ["REWORK-135"])
        #expect(recover(false, "LOT2") == ["reject.recovered"])
        #expect(Self.state(rig, 9) == .destroyed)
        #expect(recover(false) == ["REWORK-134"], "it is destroyed")
        #expect(try Self.isFold(rig))
    }

    @Test func aLineThatTakesNothingBackSaysSo() {
        var rig = Self.rejected(.tooClose, allowed: [])
        let verb = LineCommand.Verb.recover(code: Self.scan(10), reintroduces: true, reason: "x")
        #expect(Self.act(&rig, verb) == ["REWORK-133"])
    }

    /// A unit that was read again on the line after its reject may be one of two with its number.
    @Test func aUnitSeenAgainDoesNotComeBack() throws {
        var rig = Self.rejected(.tooClose)
        let track = rig.good(10)
        #expect(rig.rejection(of: track) == RejectReason.alreadyRejected.rawValue)
        rig.move(millimetres: 700)
        let verb = LineCommand.Verb.recover(code: Self.scan(10), reintroduces: true, reason: "x")
        #expect(Self.act(&rig, verb) == ["REWORK-135"])
        // The reasons survive a start.
        rig.crash()
        rig.start()
        #expect(Self.act(&rig, verb) == ["REWORK-135"])
        #expect(try Self.isFold(rig))
    }

    @Test func unreadableRejectsAreCounted() throws {
        var rig = Self.rejected(.wrongLot)
        func count(_ number: Int, _ batch: String = "B1", why: String = "") -> [String] {
            Self.act(&rig, .countRejects(batch: batch, count: number, reason: why))
        }
        #expect(count(0) == ["BATCH-152"] && count(.max) == ["BATCH-152"] && count(.min) == ["BATCH-152"])
        #expect(count(1, "B9") == ["BATCH-111"])
        rig.unit(.noRead)
        rig.unit(.noRead)
        rig.move(millimetres: 700)
        #expect(rig.line.state.batches[0].rejected == 3)
        #expect(count(2) == ["rejects.counted"] && count(1) == ["rejects.counted"])
        #expect(rig.line.state.batches[0].counted == 3)
        #expect(try Self.isFold(rig))
    }

    /// Goal: a slip of the finger is neither taken nor for ever. Method: more than were thrown out, without
    /// and with a word of where they come from; a count taken back, more of it than there is, and all of it.
    @Test func aWrongCountOfRejectsIsTakenBack() throws {
        var rig = Self.rejected(.wrongLot)
        func count(_ number: Int, why: String = "") -> CommandAnswer? {
            rig.ask(.countRejects(batch: "B1", count: number, reason: why))
        }
        func code(_ answer: CommandAnswer?) -> String {
            if case .refused(let refusal)? = answer { refusal.code } else { "" }
        }
        #expect(rig.line.state.batches[0].rejected == 1)
        guard case .refused(let refusal)? = count(100_000) else {
            Issue.record("100,000 rejects were counted where one was thrown out")
            return
        }
        #expect(refusal.code == "BATCH-155" && refusal.text.contains("99999 more than were thrown out"))
        #expect(refusal.text.contains("rejected 1"))
        // What people took off behind the gate lies there too.
        #expect(
            count(3, why: "fell off behind the gate")
                == .done("rejected 1: recovered 0, counted 3; these are 2 more than were thrown out"))
        #expect(code(count(-2)) == "BATCH-155", "without a reason")
        #expect(code(count(-4, why: "typing error")) == "BATCH-156")
        #expect(count(-2, why: "typing error") == .done("rejected 1: recovered 0, counted 1"))
        #expect(rig.line.state.batches[0].counted == 1)
        #expect(count(-1, why: "it can be read after all") == .done("rejected 1: recovered 0, counted 0"))
        #expect(count(1) == .done("rejected 1: recovered 0, counted 1"))
        rig.crash()
        rig.start()
        #expect(rig.line.state.batches[0].counted == 1)
        #expect(try Self.isFold(rig))
    }

    /// What was counted before counts could be taken back is read as it was written.
    @Test func anOldCountIsReadAsWritten() throws {
        let fact = RejectsCounted(batch: "B1", count: 7, actor: "a")
        let old = #"{"k":"rn","w":1763692801123,"b":"B1","n":7,"o":"a"}"#
        #expect(try LineRecord.decode(Array(old.utf8))?.record == .rejectsCounted(fact))
        let bytes = LineRecord.rejectsCounted(fact).encoded(wallMilliseconds: 1_763_692_801_123)
        #expect(String(decoding: bytes, as: UTF8.self) == old)
    }

    // MARK: In-process control

    @Test func aUnitThatIsOutIsNotPacked() throws {
        var rig = Self.rig(packed: 2)
        let sscc = Self.ssccs(rig)[0]
        #expect(Self.act(&rig, .takeOut(item: Self.unit(1), reason: "x")) == ["REWORK-106"], "in a case")
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(3))))
        #expect(Self.act(&rig, .takeOut(item: Self.unit(3), reason: "IPC")) == ["unit.taken-out"])
        #expect(rig.line.status.packing[0].open == 0, "it was in the open case")
        #expect(rig.line.status.takenOut == [LineRig.serial(3)])
        #expect(Self.act(&rig, .takeOut(item: Self.unit(3), reason: "x")) == ["REWORK-136"])
        rig.move(millimetres: 70)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(3))))
        #expect(rig.stop == .packRefused)
        rig.ask(.resume)
        rig.ask(.remove(item: Self.unit(1), reason: "x"))
        #expect(Self.act(&rig, .add(item: Self.unit(3), to: sscc, reason: "x")) == ["REWORK-136"])
        #expect(Self.act(&rig, .bringBack(code: LineRig.serial(3))) == ["REWORK-130"])
        #expect(Self.act(&rig, .bringBack(code: Self.scan(3, lot: "LOT2"))) == ["REWORK-131"])
        #expect(Self.act(&rig, .bringBack(code: Self.scan(4))) == ["REWORK-137"])
        #expect(Self.act(&rig, .bringBack(code: Self.scan(3))) == ["unit.brought-back"])
        #expect(Self.act(&rig, .add(item: Self.unit(3), to: sscc, reason: "x")) == ["item.added"])
        #expect(try Self.isFold(rig))
    }

    /// What is out blocks the close of its batch by name; what ended while it was out does not.
    @Test func whatIsOutBlocksTheClose() throws {
        var rig = Self.rig(packed: 4, good: 6)
        for number in 5...6 {
            #expect(Self.act(&rig, .takeOut(item: Self.unit(number), reason: "x")) == ["unit.taken-out"])
        }
        #expect(Self.act(&rig, .end(Self.unit(6), as: .sampled, reason: "x")) == ["unit.ended"])
        #expect(rig.line.status.takenOut == [LineRig.serial(5)])
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "coder emptied"))
        let close = LineCommand.Verb.closeBatch("B1", reason: nil, deviation: nil)
        guard case .refused(let refusal) = rig.ask(close) else {
            return #expect(Bool(false), "closed over a unit that is out")
        }
        #expect(refusal.code == "BATCH-145")
        #expect(refusal.text == "units out for in-process control: 1 (\(LineRig.serial(5)))")
        rig.crash()
        rig.start()
        #expect(rig.line.status.takenOut == [LineRig.serial(5)])
        #expect(rig.refusal(.closeBatch("B1", reason: "lost", deviation: "D-1")) == nil)
        #expect(rig.line.state.batches[0].closing?.orphans == 1)
        #expect(try Self.isFold(rig))
    }
}
