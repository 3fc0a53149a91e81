import Testing

@testable import LineCore

extension LawTests {
    // MARK: Law 3

    /// Goal: silence rejects. Method: a unit nobody can read, one whose camera says nothing, and one whose
    /// camera answers too late; none passes, in no gate mode, and a silent camera stops the belt.
    @Test(arguments: GateMode.gates) func law3SilenceRejectsOrStops(gate: GateMode) {
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        let unread = rig.unit(.noRead)
        #expect(rig.rejection(of: unread) == "no-read")
        let silent = rig.unit(nil)
        rig.move(millimetres: 80)
        #expect(rig.rejection(of: silent) == nil, "its window is still open")
        #expect(rig.outputs.runEnable)
        rig.move(millimetres: 20)
        #expect(rig.rejection(of: silent) == "no-result")
        #expect(rig.stop == .noResult)
        #expect(!rig.outputs.runEnable)
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(1))))
        #expect(rig.refusal(.resume) == "BATCH-132", "its answer may still come")
        rig.wait(milliseconds: 2_100)
        rig.ask(.resume)
        let good = rig.good(1)
        rig.move(millimetres: 600)
        rig.wait(milliseconds: 300)
        #expect(rig.passSignals == (gate == .eject ? [] : [good]))
        #expect(rig.passedTracks == [good])
        #expect(rig.line.state.runningBatch?.passed == 1)
    }

    /// Goal: without a scan of the I/O no read is anybody's. Method: a good read whose unit no scan shows,
    /// and one that comes when the last scan is old.
    @Test(arguments: GateMode.gates) func law3SilenceOfTheIO(gate: GateMode) {
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(1))))
        rig.now += 60_000_000
        rig.give(.tick)
        #expect(rig.stop == .strayRead)
        #expect(rig.verified.isEmpty)
        let next = rig.unit(LineRig.code(serial: LineRig.serial(1)))
        #expect(rig.rejection(of: next) == "unclear-read", "the read may have been this unit's")
        #expect(rig.passSignals.isEmpty)
    }

    /// Goal: an answer that is still on its way is never taken for the next unit's. Method: a unit that is
    /// rejected for another reason and whose camera said nothing: the line stands until no answer can come.
    /// Found by seed 1000.
    @Test func law3AMissingAnswerStopsWhateverTheReason() {
        var rig = LineRig.running()
        rig.give(.read(device: "camera", LineRig.code(serial: LineRig.serial(1))))
        rig.now += 60_000_000
        rig.give(.tick)
        #expect(rig.stop == .strayRead)
        rig.ask(.resume)
        let doubtful = rig.unit(nil)
        rig.move(millimetres: 110)
        #expect(rig.rejection(of: doubtful) == "unclear-read")
        #expect(rig.stop == .noResult)
        #expect(rig.refusal(.resume) == "BATCH-132")
    }

    /// Goal: in mode `eject` no undecided unit, and none whose ejection is unconfirmed, gets to the gate.
    /// Method: the belt runs as far as the last outputs let it, in steps of a millimetre, without any scan
    /// between.
    @Test(arguments: [true, false]) func law3TheRunLimitHoldsUndecidedUnits(isRead: Bool) {
        var rig = LineRig.running()
        rig.confirmsSignals = false
        rig.unit(isRead ? .noRead : nil)
        let edge = rig.io.position
        for _ in 0..<20 {
            let free = Int32(bitPattern: rig.outputs.runLimit &- rig.io.position)
            guard rig.outputs.runEnable, free > 0 else { break }
            rig.io.position &+= UInt32(min(free, 35))
            rig.now += 35_000_000
            rig.scan()
        }
        let travelled = rig.io.position &- edge
        #expect(travelled <= 350, "gate at 400, margin 50")
        #expect(travelled >= (isRead ? 350 : 90))
        #expect(rig.outputs.runLimit == edge &+ 350)
    }

    /// Goal: the belt runs at most to the gate of a unit that no scan has shown yet. Method: every output of
    /// a run is compared with the position it was written at.
    @Test func law3TheRunLimitEndsWithTheScans() {
        var rig = LineRig.running()
        for number in 1...4 { rig.good(number) }
        let limit = Int32(bitPattern: rig.outputs.runLimit &- rig.io.position)
        #expect(limit > 0 && limit <= 350)
        let before = rig.outputs.runLimit
        rig.now += 1_000_000_000
        rig.give(.tick)
        #expect(rig.outputs.runLimit == before, "without a scan the limit does not move")
    }

    /// Goal: a pass signal that came too late is no pass. Method: its write expires before and behind the
    /// gate.
    @Test(arguments: [GateMode.plc, .pass]) func law3AnExpiredSignalIsNoPass(gate: GateMode) throws {
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        rig.confirmsSignals = false
        let judgedAt = rig.now
        let track = rig.good(1)
        #expect(rig.passSignals == [track])
        let plc = UInt16(truncatingIfNeeded: 65_530 + track)
        let expired: GateOutcome
        switch try #require(signals(rig).last) {
        case .gate(let signal, _):
            #expect(signal.expiresAtNanoseconds <= rig.now + 100_000_000)
            expired = .expired(sequence: signal.sequence)
        case .verdict(let verdict, _):
            #expect(verdict.expiresAtNanoseconds <= rig.now + 100_000_000)
            #expect(verdict.plcTrack == plc)
            expired = .verdictExpired(track: verdict.plcTrack)
        default:
            Issue.record("this is no signal")
            return
        }
        #expect(rig.now > judgedAt)
        rig.move(millimetres: 370)
        rig.give(.gateSignal(expired))
        #expect(rig.passSignals == [track, track], "before the gate it is sent anew")
        let again: GateOutcome
        if case .gate(let signal, _) = signals(rig).last {
            again = .expired(sequence: signal.sequence)
        } else {
            again = expired
        }
        rig.move(millimetres: 20)
        rig.give(.gateSignal(again))
        #expect(rig.passSignals == [track, track], "at the gate nothing is sent any more")
        rig.move(millimetres: 200)
        #expect(rig.line.state.runningBatch?.passed == 0)
        #expect(rig.rejection(of: track) == "late")
    }

    private func signals(_ rig: LineRig) -> [LineAction] {
        rig.actions.map(\.action).filter {
            switch $0 {
            case .gate, .verdict: true
            default: false
            }
        }
    }

    /// Goal: after a start nothing passes that was on the belt, and nothing runs until a person says so.
    /// Method: a crash with units under way; a perfect unit right behind the start, one behind the purge.
    @Test(arguments: GateMode.gates) func law3AStartRejectsWhatIsOnTheBelt(gate: GateMode) {
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        rig.good(1)
        rig.crash()
        rig.start()
        rig.wait(milliseconds: 1_500)
        #expect(rig.stop == .restart)
        #expect(
            !rig.actions.suffix(20).contains {
                if case .outputs(let o, _) = $0.action { o.runEnable } else { false }
            })
        rig.ask(.resume)
        let early = rig.good(2)
        #expect(rig.rejection(of: early) == "zone")
        rig.move(millimetres: 600)
        rig.good(rig.inCoder[0])
        rig.move(millimetres: 600)
        rig.wait(milliseconds: 300)
        #expect(rig.passedTracks.count == 1)
        #expect(rig.line.state.runningBatch?.passed == 1)
        #expect(rig.line.state.runningBatch?.cleared == 1)
    }

    // MARK: Law 4

    /// A code that differs from the right one in one thing, and the one reason it is rejected for.
    static let wrongCodes: [(result: ReadResult, reason: String)] = [
        (LineRig.code(gtin: LineRig.otherGTIN, serial: LineRig.serial(1)), "wrong-gtin"),
        (LineRig.code(gtin: "", serial: LineRig.serial(1)), "unparsable"),
        (LineRig.code(gtin: "09506000134353", serial: LineRig.serial(1)), "unparsable"),
        (LineRig.code(lot: "LOT2", serial: LineRig.serial(1)), "wrong-lot"),
        (LineRig.code(lot: "lot1", serial: LineRig.serial(1)), "wrong-lot"),
        (LineRig.code(lot: "LOT11", serial: LineRig.serial(1)), "wrong-lot"),
        (LineRig.code(lot: "", serial: LineRig.serial(1)), "wrong-lot"),
        (LineRig.code(expiry: "290330", serial: LineRig.serial(1)), "wrong-expiry"),
        (LineRig.code(expiry: "290300", serial: LineRig.serial(1)), "wrong-expiry"),
        (LineRig.code(expiry: "", serial: LineRig.serial(1)), "wrong-expiry"),
        (LineRig.code(expiry: "291331", serial: LineRig.serial(1)), "unparsable"),
        (LineRig.code(serial: ""), "wrong-payload"),
        (LineRig.code(serial: LineRig.serial(1), more: "11250101"), "wrong-payload"),
        (LineRig.code(serial: "S00001"), "unknown-serial"),
        (LineRig.code(serial: "s000001"), "unknown-serial"),
        (LineRig.code(serial: LineRig.serial(1_001)), "unknown-serial"),
        // In the pool, and not sent to the coder yet.
        (LineRig.code(serial: LineRig.serial(20)), "unknown-serial"),
        (LineRig.code(serial: LineRig.serial(900)), "unknown-serial"),
        (LineRig.code(symbology: "", serial: LineRig.serial(1)), "no-symbology-identifier"),
        (LineRig.code(symbology: "]d1", serial: LineRig.serial(1)), "no-symbology-identifier"),
        (LineRig.code(serial: LineRig.serial(1), more: "21" + LineRig.serial(2) + "\u{1D}"), "unparsable"),
        (.code(Array("]d2".utf8)), "unparsable"),
        (.code([]), "no-symbology-identifier"),
        (.code([0xFF, 0x00, 0x5D]), "no-symbology-identifier"),
        (.broken, "unparsable"), (.noRead, "no-read"),
    ]

    /// Goal: only a code that equals the order, element by element, is commissioned. Method: each code of the
    /// table in each gate mode: one reason, no record of a proof, no pass; the right code then passes.
    @Test(arguments: GateMode.gates, wrongCodes.indices)
    func law4NothingUnprovenIsCommissioned(gate: GateMode, index: Int) {
        let wrong = Self.wrongCodes[index]
        var rig = LineRig.running(LineRig.configuration(gate: gate))
        rig.give(.coder(.printed(through: 1)))
        let track = rig.unit(wrong.result)
        #expect(rig.rejection(of: track) == wrong.reason, "\(wrong.result)")
        #expect(rig.verified.isEmpty)
        #expect(rig.passSignals.isEmpty)
        if rig.stop != nil { rig.ask(.resume) }
        rig.move(millimetres: 600)
        let good = rig.good(2)
        rig.move(millimetres: 600)
        rig.wait(milliseconds: 300)
        #expect(rig.passedTracks == [good])
        #expect(rig.line.state.runningBatch?.count(.commissioned) == 1)
    }

    /// Goal: every camera of the station must agree. Method: a second camera that reads another code,
    /// nothing, or does not answer.
    @Test(arguments: GateMode.gates) func law4EveryCameraMustAgree(gate: GateMode) {
        var rig = LineRig.running(LineRig.configuration(gate: gate, cameras: ["left", "right"]))
        let one = LineRig.code(serial: LineRig.serial(1))
        let unit1 = rig.unit(one, LineRig.code(serial: LineRig.serial(2)))
        #expect(rig.rejection(of: unit1) == "cameras-disagree")
        let unit2 = rig.unit(one, .noRead)
        #expect(rig.rejection(of: unit2) == "cameras-disagree")
        let unit3 = rig.unit(.noRead, one)
        #expect(rig.rejection(of: unit3) == "cameras-disagree")
        let alone = rig.unit(one, nil)
        rig.move(millimetres: 100)
        #expect(rig.rejection(of: alone) == "no-result")
        #expect(rig.verified.isEmpty && rig.passSignals.isEmpty)
        rig.wait(milliseconds: 2_100)
        rig.ask(.resume)
        rig.good(3)
        #expect(rig.verified == [LineRig.serial(3)])
    }

    /// Goal: on preprinted packs any unused number of the pool will do, once, and none that is not in it.
    /// Method: numbers in any order, one twice, one of nobody.
    @Test func law4PreprintedPacks() {
        var rig = LineRig.running(kind: .preprinted)
        for number in [500, 3, 77] { rig.unit(LineRig.code(serial: LineRig.serial(number))) }
        #expect(rig.verified == [500, 3, 77].map(LineRig.serial))
        let unit4 = rig.unit(LineRig.code(serial: LineRig.serial(3)))
        #expect(rig.rejection(of: unit4) == "duplicate")
        let foreign = rig.unit(LineRig.code(serial: LineRig.serial(1_001)))
        #expect(rig.rejection(of: foreign) == "unknown-serial")
        #expect(rig.sent.isEmpty)
    }
}
