import Testing

@testable import LineCore

/// A station worked with a scanner alone: command barcodes, what they ask for, refusals that stay.
@Suite struct ScanningTests {
    /// Eight units in four closed cases; the handheld takes command barcodes.
    private func packed() -> LineRig {
        var configuration = LineRig.configuration()
        configuration.handhelds = ["handheld"]
        var rig = LineRig.running(configuration)
        for number in 1...8 { rig.good(number) }
        rig.move(millimetres: 700)
        rig.packUnits(1...8)
        return rig
    }

    private func scan(_ rig: inout LineRig, _ text: String) {
        rig.give(.read(device: "handheld", .code(Array(text.utf8))))
    }

    private func command(_ rig: inout LineRig, _ text: String) { scan(&rig, "]C0" + text) }

    private func unit(_ rig: inout LineRig, _ number: Int) {
        rig.give(.read(device: "handheld", LineRig.code(serial: LineRig.serial(number))))
    }

    private func answer(_ rig: LineRig) -> ReadAnswer? {
        rig.line.status.reads.first { $0.device == "handheld" }?.answer
    }

    @Test(arguments: ScanAct.allCases)
    func everyCommandReadsBackAsPrinted(_ act: ScanAct) {
        let stations = act.takesName ? [nil, "cases"] : [nil]
        for station in stations {
            let command = CommandBarcode.act(act, name: station)
            #expect(CommandBarcode(scan: Array("]C0\(command.text)".utf8)) == command)
            #expect(command.text.utf8.count <= CommandBarcode.maxCharacters && !act.words.isEmpty)
        }
        for command in [CommandBarcode.reason("DAMAGED"), .done, .cancel, .ok] {
            #expect(CommandBarcode(scan: Array("]d1\(command.text)".utf8)) == command)
        }
    }

    @Test(arguments: [
        "", "]", "]C0", "SR/OK", "]C0sr/ok", "]C0S", "]C10106141411234567", "]C0SR", "]C0 SR/OK",
        "]C0SR/\u{1D}",
        "]C0SR/" + String(repeating: "X", count: 80),
    ]) func whatIsNoCommandIsNone(_ text: String) {
        #expect(CommandBarcode(scan: Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        "SR/", "SR/NONSENSE", "SR/OK/1", "SR/REASON", "SR/REASON/", "SR/REMOVE/x", "SR/PARTIAL/",
    ])
    func whatIsNoCommandOfThisVersionIsRefused(_ text: String) {
        var rig = packed()
        command(&rig, text)
        #expect(answer(rig)?.good == false && answer(rig)?.text.contains("this version") == true)
    }

    /// Goal: a unit is taken out of its case by scanner alone; the line names the next scan each time.
    @Test func aUnitIsRemovedByScannerAlone() {
        var rig = packed()
        let before = rig.records.count
        command(&rig, "SR/REMOVE")
        #expect(answer(rig)?.text == "take an item out of its container: scan the item")
        unit(&rig, 3)
        #expect(answer(rig)?.text.hasSuffix("scan the reason") == true)
        #expect(rig.records.count == before, "nothing before all is known")
        command(&rig, "SR/REASON/DAMAGED")
        #expect(answer(rig)?.good == true)
        let removed = rig.records.compactMap {
            if case .itemRemoved(let fact) = $0.record { fact } else { nil }
        }
        #expect(removed.map(\.item) == [LineRig.serial(3)])
        #expect(removed.map(\.reason) == ["DAMAGED"] && removed.map(\.actor) == ["scanner:handheld"])
        #expect(LineRig.parents(rig, 3...3) == [nil])
        #expect(rig.feedback == true)
    }

    /// Goal: every act on items has its barcode and does what the command of its name does. Method: four
    /// cases of two on two pallets, a good unit in no case, a reject in the bin; each act on its own line.
    @Test(arguments: [
        (ScanAct.remove, ["u1"], ["item.removed"]), (.add, ["u9", "c0"], ["REWORK-108"]),
        (.replace, ["u1", "u9"], ["item.removed", "item.added"]),
        (.sample, ["u1"], ["item.removed", "unit.ended"]), (.sample, ["c0"], ["REWORK-104"]),
        (.destroy, ["u1"], ["item.removed", "unit.ended"]), (.decommission, ["u9"], ["unit.ended"]),
        (.labelSample, ["u1"], ["REWORK-105"]), (.dissolve, ["c0"], ["REWORK-113"]),
        (.dissolve, ["p0"], ["container.dissolved"]), (.move, ["c0", "p1"], ["REWORK-108"]),
        (.readAgain, ["c0"], []), (.reprint, ["c0"], ["label.sent"]), (.ship, ["p0"], ["item.shipped"]),
        (.ship, ["c0"], ["REWORK-113"]), (.recover, ["u10"], ["reject.recovered"]),
        (.reintroduce, ["u10"], ["REWORK-133"]), (.recover, ["u1"], ["REWORK-132"]),
        (.unreadable, [], ["rejects.counted"]), (.takeOut, ["u9"], ["unit.taken-out"]),
        (.takeOut, ["u1"], ["REWORK-106"]), (.bringBack, ["u9"], ["REWORK-137"]),
        (.acknowledge, [], ["alarm.acknowledged"]), (.suspend, [], ["batch.ending"]),
        (.challenge, [], ["SCAN-105"]),
    ]) func everyActHasItsBarcode(_ act: ScanAct, _ scans: [String], _ expected: [String]) {
        var rig = packed()
        rig.good(9)
        // Its lot is wrong: the reject in the bin.
        rig.unit(LineRig.code(lot: "LOT2", serial: LineRig.serial(10)))
        rig.move(millimetres: 700)
        command(&rig, "SR/STOP")
        rig.give(.disk(shortage: "full"))
        let containers = rig.line.state.containers
        for label in rig.labels where label.level == .pallet {
            rig.give(.read(device: "handheld", LineRig.label(label.sscc)))
        }
        let before = rig.records.count
        command(&rig, CommandBarcode.act(act, name: nil).text)
        for text in scans {
            let number = Int(text.dropFirst()) ?? 0
            let level: PackLevel = text.first == "p" ? .pallet : .case
            switch text.first {
            case "u": unit(&rig, number)
            default:
                let sscc = containers.filter { $0.level == level }[number].sscc
                rig.give(.read(device: "handheld", LineRig.label(sscc)))
            }
        }
        if act.steps.last == .reason { command(&rig, "SR/REASON/WHY") }
        let made = rig.records.suffix(rig.records.count - before).map(\.record.kindWord)
        let code = answer(rig)?.text.split(separator: " ").first.map(String.init) ?? ""
        #expect(made.isEmpty && !expected.isEmpty ? [code] == expected : made == expected, "\(made) \(code)")
        #expect(answer(rig)?.good == (made == expected), "\(answer(rig)?.text ?? "")")
    }

    /// Goal: a refusal stays until somebody has seen it, whatever is scanned; then the act goes on.
    @Test func aRefusalLatches() {
        var rig = packed()
        command(&rig, "SR/REMOVE")
        scan(&rig, "]E04006381333931")
        #expect(answer(rig)?.good == false)
        for _ in 0..<3 {
            unit(&rig, 3)
            #expect(answer(rig)?.good == false && answer(rig)?.text.hasSuffix("scan SR/OK first") == true)
        }
        command(&rig, "SR/REASON/DAMAGED")
        #expect(answer(rig)?.good == false)
        command(&rig, "SR/OK")
        #expect(answer(rig)?.good == true)
        unit(&rig, 3)
        command(&rig, "SR/REASON/DAMAGED")
        #expect(LineRig.parents(rig, 3...3) == [nil])
        // The last item of a case: refused, with what to do.
        command(&rig, "SR/REMOVE")
        unit(&rig, 4)
        command(&rig, "SR/REASON/DAMAGED")
        #expect(answer(rig)?.text.contains("PACK-220") == true)
        #expect(LineRig.parents(rig, 4...4) != [nil])
    }

    /// Goal: a scan that is for the goods is for the goods again once the act is done, forgotten or too old.
    @Test func anActIsForgotten() {
        var rig = packed()
        let label = rig.labels[0].sscc
        command(&rig, "SR/REPRINT")
        command(&rig, "SR/CANCEL")
        rig.give(.read(device: "handheld", LineRig.label(label)))
        #expect(
            !rig.records.contains {
                if case .labelSent(let fact) = $0.record { fact.copy > 1 } else { false }
            })
        command(&rig, "SR/REPRINT")
        #expect(rig.line.nextDeadline != nil)
        rig.wait(milliseconds: 61_000)
        #expect(answer(rig)?.text.hasPrefix("forgotten") == true)
        command(&rig, "SR/REASON/TORN")
        #expect(answer(rig)?.good == false, "no reason is wanted")
        command(&rig, "SR/OK")
        command(&rig, "SR/REPRINT")
        rig.give(.read(device: "handheld", LineRig.label(label)))
        command(&rig, "SR/REASON/TORN")
        #expect(rig.labels.last?.sscc == label && rig.labels.last?.copy == 2)
    }

    /// Goal: hold, resume, partial and reading a case again without a keyboard.
    @Test func aStationIsWorkedWithoutAKeyboard() {
        var rig = packed()
        command(&rig, "SR/STOP")
        #expect(rig.stop == .asked && rig.outputs.runEnable == false)
        command(&rig, "SR/RESUME")
        #expect(rig.stop == nil)
        rig.good(9)
        rig.move(millimetres: 700)
        rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(9))))
        command(&rig, "SR/PARTIAL")
        #expect(answer(rig)?.text.contains("SR/PARTIAL/cases") == true, "it serves two stations")
        command(&rig, "SR/OK")
        command(&rig, "SR/PARTIAL/cases")
        rig.wait(milliseconds: 1_200)
        #expect(rig.labels.last?.count == 1, "\(rig.why) \(rig.verified)")
        let partial = rig.labels.last?.sscc ?? ""
        rig.give(.read(device: "scanner", LineRig.label(partial)))
        command(&rig, "SR/REREAD")
        rig.give(.read(device: "handheld", LineRig.label(rig.labels[0].sscc)))
        #expect(rig.line.status.packing[0].readingAgain == rig.labels[0].sscc)
        for number in 1...2 {
            rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(number))))
        }
        command(&rig, "SR/DONE")
        #expect(rig.records.contains { if case .contentReset = $0.record { true } else { false } })
        command(&rig, "SR/COMPLETE")
        #expect(rig.line.state.runningBatch?.ending == true)
    }

    /// Goal: law 10 with a scanner alone: what is scanned is done by who signed on for the scanner, if they
    /// may, and never what asks for a secret. Method: a line that people sign on at, over a journal made
    /// without.
    @Test func whoSignedOnForAScannerActsWithIt() {
        var before = packed()
        before.crash()
        var configuration = before.configuration
        configuration.operators = OperatorRules()
        var rig = LineRig(configuration, disk: before.disk)
        (rig.now, rig.files) = (before.now, before.files)
        rig.start()
        func signOn(_ name: String, _ role: Role) {
            let by = Authority(
                account: "uid:line", terminal: "scanner:handheld",
                person: Authority.Person(name: name, role: role, gaveSecret: true))
            rig.give(.command(LineCommand(request: 9, by: by, verb: .signOn())))
        }
        func removed() -> [String] {
            rig.records.compactMap { if case .itemRemoved(let fact) = $0.record { fact.actor } else { nil } }
        }
        func remove(_ number: Int) {
            command(&rig, "SR/REMOVE")
            unit(&rig, number)
            command(&rig, "SR/REASON/DAMAGED")
        }
        remove(3)
        #expect(answer(rig)?.text.hasPrefix("AUTH-101") == true && removed().isEmpty)
        command(&rig, "SR/OK")
        signOn("Quinn", .quality)
        remove(3)
        #expect(answer(rig)?.text.hasPrefix("AUTH-103") == true && removed().isEmpty)
        command(&rig, "SR/OK")
        signOn("Ann", .operator)
        remove(3)
        #expect(answer(rig)?.good == true && removed() == ["Ann"])
        // The last one would dissolve its case, which asks for the secret: it is refused as such.
        remove(4)
        #expect(answer(rig)?.text.contains("PACK-220") == true && removed() == ["Ann"])
        command(&rig, "SR/OK")
        rig.give(
            .command(
                LineCommand(
                    request: 9, by: Authority(account: "s"),
                    verb: .signOff(terminal: "scanner:handheld", .idle))))
        remove(5)
        #expect(answer(rig)?.text.hasPrefix("AUTH-101") == true && removed() == ["Ann"])
        // None of it needs a signature, and none was made.
        #expect(!rig.records.contains { if case .actSigned = $0.record { true } else { false } })
    }

    /// Goal: what is packed by hand is packed by somebody: whoever scans has signed on at that scanner, and
    /// the record names them.
    @Test func whoPacksByHandHasSignedOn() {
        var before = ReworkTests.rig()
        before.crash()
        var configuration = before.configuration
        configuration.operators = OperatorRules()
        configuration.handhelds = ["handheld"]
        configuration.packing[0].mode = .manual
        configuration.packing[0].itemReaders = ["handheld"]
        var rig = LineRig(configuration, disk: before.disk)
        (rig.now, rig.files) = (before.now, before.files)
        rig.start()
        unit(&rig, 1)
        #expect(answer(rig)?.text.hasPrefix("AUTH-101 nobody is signed on here") == true)
        #expect(rig.line.status.packing[0].open == 0)
        command(&rig, "SR/OK")
        let by = Authority(
            account: "uid:line", terminal: "scanner:handheld",
            person: Authority.Person(name: "Ann", role: .operator, gaveSecret: true))
        rig.give(.command(LineCommand(request: 9, by: by, verb: .signOn())))
        for number in 1...4 {
            rig.wait(milliseconds: 2_000)
            unit(&rig, number)
        }
        rig.wait(milliseconds: 2_000)
        let packers = rig.records.compactMap { entry -> String? in
            if case .collated(let fact) = entry.record { fact.packer } else { nil }
        }
        #expect(packers.allSatisfy { $0 == "Ann" } && !packers.isEmpty, "\(packers) \(rig.line.status.reads)")
    }

    /// Goal: a scanner that sends no symbology identifiers is called that, also while a refusal waits: its
    /// SR/OK would never be taken.
    @Test func aCommandWithoutItsIdentifierIsNamed() {
        var rig = packed()
        for _ in 0..<2 {
            scan(&rig, "SR/OK")
            #expect(answer(rig)?.good == false)
            #expect(answer(rig)?.text.hasPrefix("a command without its symbology identifier") == true)
        }
        command(&rig, "SR/OK")
        #expect(answer(rig)?.text == "go on")
    }

    /// Goal: only scanners in people's hands take commands: no code on a pack can stop or end anything.
    @Test func aCameraTakesNoCommand() {
        var rig = packed()
        for device in ["case-camera", "scanner"] {
            rig.give(.read(device: device, .code(Array("]C0SR/COMPLETE".utf8))))
            #expect(rig.line.state.runningBatch?.ending == false)
        }
    }
}
