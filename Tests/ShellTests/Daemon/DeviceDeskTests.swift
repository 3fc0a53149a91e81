import DeviceCore
import Testing

@testable import LineCore
@testable import LineDaemon

/// Words of the devices into words of the rules and back.
@Suite struct DeviceDeskTests {
    private let queue = InputQueue()
    private let log: Notebook
    private let desk: DeviceDesk

    init() throws {
        let devices = [
            DeviceDesk.Device(name: "plc", kind: .lineIO, showsFeedback: false),
            DeviceDesk.Device(name: "coder", kind: .coder, showsFeedback: false),
            DeviceDesk.Device(name: "camera", kind: .reader, showsFeedback: true),
            DeviceDesk.Device(name: "printer", kind: .labelPrinter, showsFeedback: false),
        ]
        let template = try LabelTemplate("^XA^FO10,10^FD{sscc} {product} {expiryText} {count}^FS^XZ", .zpl)
        desk = DeviceDesk(
            devices: devices, lanes: TestLine.configuration.lanes,
            labels: LabelDesk(entries: [.init(device: "printer", level: .case, template: template)]),
            queue: queue,
            answers: PendingAnswers())
        let silent = SilentDevices()
        log = silent.log
        try silent.open(desk)
    }

    private func inputs() -> [LineInput] { queue.take(waitingNanoseconds: 0).inputs }

    @Test func readsKeepTheirBytes() {
        desk.receive(.read(Array("]d201".utf8)), from: "camera")
        desk.receive(.noRead, from: "camera")
        desk.receive(.frameFault(DeviceFault(.frameTooLong, "x")), from: "camera")
        #expect(
            inputs() == [
                .read(device: "camera", .code(Array("]d201".utf8))), .read(device: "camera", .noRead),
                .read(device: "camera", .broken),
            ])
        #expect(desk.seen("camera").faults == 1)
    }

    /// A time of the loss beside the condition before it was once told as a device that is back.
    @Test func aLossIsToldBeforeTheRulesKnow() {
        desk.receive(.connected, from: "camera")
        #expect(desk.seen("camera").condition(inRules: .stale) == .stale)
        #expect(desk.seen("camera").condition(inRules: .connected) == .connected)
        #expect(desk.seen("camera").condition(inRules: .faulty("x")) == .faulty("x"))
        desk.receive(.stale, from: "camera")
        #expect(desk.seen("camera").condition(inRules: .connected) == .stale)
        #expect(desk.seen("camera").condition(inRules: .faulty("x")) == .stale)
    }

    @Test func theLastDispositionsComeInOrder() {
        var inputs = LineIOInputs()
        inputs.dispositionCounter = 10
        inputs.dispositionRing = (0..<8).map { slot in
            // Disposition n is in slot (n - 1) mod 8: slots 0 and 1 hold numbers 9 and 10.
            let number = slot < 2 ? slot + 9 : slot + 1
            return LineIODisposition(track: UInt16(number), result: number % 2 == 0 ? .passed : .rejected)
        }
        inputs.gateResult = .refusedLate
        let report = DeviceTranslation.report(inputs)
        #expect(report.dispositions.map(\.track) == [3, 4, 5, 6, 7, 8, 9, 10])
        #expect(report.dispositions.last?.passed == true)
        #expect(report.commandLate)
    }

    @Test func unusedSlotsAreNoDispositions() {
        var inputs = LineIOInputs()
        inputs.dispositionCounter = 1
        inputs.dispositionRing =
            [LineIODisposition(track: 5, result: .unknown(9))]
            + [LineIODisposition](repeating: .init(track: 0, result: .none), count: 7)
        #expect(DeviceTranslation.report(inputs).dispositions == [Disposition(track: 5, passed: false)])
    }

    @Test func outputsKeepTheEndOfTheLastPurge() {
        var outputs = LineOutputs()
        outputs.purgeUntil = 77
        desk.submit(.outputs(outputs))
        outputs.purgeUntil = nil
        outputs.runEnable = true
        desk.submit(.outputs(outputs))
        let sent = log.take()
        #expect(sent.count == 2)
        #expect(sent.first?.contains("purge: true") == true)
        #expect(sent.last?.contains("purge: false") == true && sent.last?.contains("purgeUntil: 77") == true)
        #expect(desk.hasPendingOutputs)
        desk.receive(.outputsWritten, from: "plc")
        #expect(!desk.hasPendingOutputs)
    }

    @Test func aCoderFaultIsOverWhenItHasNotRepeated() throws {
        desk.receive(.connected, from: "coder")
        desk.receive(.fault(DeviceFault(.refused, "no")), from: "coder")
        desk.receive(.fault(DeviceFault(.refused, "no")), from: "coder")
        #expect(inputs() == [.device("coder", .connected), .device("coder", .faulty("DEV-111: no"))])
        #expect(desk.inputsDue(at: 0).isEmpty)
        #expect(desk.inputsDue(at: .max) == [.device("coder", .connected)])
        #expect(desk.inputsDue(at: .max).isEmpty)
    }

    @Test func aCoderThatCannotPrintStaysFaultyWhenItsFaultIsOver() {
        desk.receive(.connected, from: "coder")
        desk.receive(.printerStatus(PrinterStatus(conditions: .offline)), from: "coder")
        desk.receive(.fault(DeviceFault(.refused, "no")), from: "coder")
        #expect(inputs().count == 3)
        #expect(desk.inputsDue(at: .max).isEmpty)
        desk.receive(.printerStatus(PrinterStatus()), from: "coder")
        #expect(inputs() == [.device("coder", .connected)])
        // A new connection begins anew.
        desk.receive(.printerStatus(PrinterStatus(conditions: .offline)), from: "coder")
        desk.receive(.stale, from: "coder")
        desk.receive(.connected, from: "coder")
        desk.receive(.fault(DeviceFault(.refused, "no")), from: "coder")
        #expect(desk.inputsDue(at: .max) == [.device("coder", .connected)])
    }

    @Test func whatADeviceSaysOfItselfIsKeptWhileItIsThere() {
        var identity = DeviceIdentity()
        identity.model = "SR-9"
        desk.receive(.identified(identity), from: "camera")
        desk.receive(.connected, from: "camera")
        #expect(desk.seen("camera").identity == identity)
        desk.receive(.stale, from: "camera")
        #expect(desk.seen("camera").identity == DeviceIdentity())
        #expect(inputs() == [.device("camera", .connected), .device("camera", .stale)])
    }

    @Test func aPrinterThatDoesNotAnswerIsNeitherWellNorIll() {
        desk.receive(.printerStatus(PrinterStatus(conditions: .paperOut)), from: "printer")
        desk.receive(.printerStatus(.unknown), from: "printer")
        desk.receive(.printerStatus(PrinterStatus()), from: "printer")
        #expect(
            inputs() == [
                .labelPrinter(device: "printer", .fault("no media")),
                .labelPrinter(device: "printer", .recovered),
            ])
    }

    private func label(_ level: PackLevel) -> LabelOrder {
        LabelOrder(
            device: "printer", job: 3, level: level, sscc: "195060000000000012", gtin: TestLine.gtin,
            lot: "LOT1",
            expiry: "271231", count: 10, units: 10, copy: 1)
    }

    @Test func aLabelIsFilledAndSent() {
        desk.print(label(.case), product: "Testol")
        let text = "^XA^FO10,10^FD195060000000000012 Testol 2027-12-31 10^FS^XZ"
        let sent = log.take().first ?? ""
        #expect(sent.contains("job: 3") && sent.contains("\(Array(text.utf8))"), "\(sent)")
    }

    @Test(arguments: [("bad\u{07}name", PackLevel.case), ("Testol", .pallet)])
    func aLabelThatCannotBeFilledHoldsTheLine(product: String, level: PackLevel) {
        desk.print(label(level), product: product)
        #expect(log.take().isEmpty)
        guard case .labelPrinter("printer", .fault)? = inputs().first else {
            Issue.record("no fault")
            return
        }
    }

    /// Goal: a beacon gets the lamps of all lanes and nothing else, once for each change, and what it says
    /// beside coming and going reaches no rule. Method: two lanes, two beacons, one of them connected.
    @Test func beaconsGetTheLampsOfAllLanes() throws {
        var lanes = [TestLine.configuration.lanes[0], TestLine.configuration.lanes[0]]
        lanes[1].io = "plc-2"
        let kinds: [(String, DeviceProfile.Kind)] = [
            ("plc", .lineIO), ("plc-2", .lineIO), ("tower", .beacon), ("relays", .beacon),
        ]
        let desk = DeviceDesk(
            devices: kinds.map { DeviceDesk.Device(name: $0.0, kind: $0.1, showsFeedback: false) },
            lanes: lanes, labels: LabelDesk(entries: []), queue: queue, answers: PendingAnswers())
        for name in ["tower", "relays"] { desk.attach(SilentDevices.Port(name: name, log: log), as: name) }
        desk.receive(.connected, from: "tower")
        desk.receive(.frameFault(DeviceFault(.frameBroken, "x")), from: "tower")
        desk.receive(.fault(DeviceFault(.refused, "x")), from: "tower")
        #expect(inputs() == [.device("tower", .connected)])
        var outputs = LineOutputs()
        (outputs.runEnable, outputs.runLimit, outputs.purgeUntil, outputs.green) = (true, 9, 7, true)
        desk.submit(.outputs(outputs))
        let first = log.take()
        #expect(first.count == 2)
        for text in first {
            #expect(text.contains("green: true") && text.contains("red: false"), "\(text)")
            #expect(text.contains("runEnable: false") && text.contains("runLimit: 0"), "\(text)")
            #expect(text.contains("purge: false") && text.contains("purgeUntil: 0"), "\(text)")
        }
        outputs.runLimit = 10
        desk.submit(.outputs(outputs))
        #expect(log.take().isEmpty)
        outputs = LineOutputs()
        outputs.red = true
        desk.submit(.outputs(outputs, lane: 1))
        let both = log.take()
        #expect(both.count == 2 && both.allSatisfy { $0.contains("green: true") && $0.contains("red: true") })
        // At a stop the lamps are awaited of those that are there.
        for name in ["plc", "plc-2"] { desk.receive(.outputsWritten, from: name) }
        #expect(desk.hasPendingOutputs)
        desk.receive(.outputsWritten, from: "tower")
        #expect(!desk.hasPendingOutputs)
    }

    /// Goal: what is for one lane goes to its devices, and what they say comes from it. Method: two lanes,
    /// each with I/O and coder.
    @Test func eachLaneHasItsDevices() throws {
        var lanes = [TestLine.configuration.lanes[0], TestLine.configuration.lanes[0]]
        (lanes[0].name, lanes[1].name) = ("A", "B")
        lanes[1].io = "plc-2"
        lanes[1].unitPrint?.device = "coder-2"
        let names = ["plc", "plc-2", "coder", "coder-2"]
        let desk = DeviceDesk(
            devices: names.map {
                DeviceDesk.Device(
                    name: $0, kind: $0.hasPrefix("plc") ? .lineIO : .coder, showsFeedback: false)
            }, lanes: lanes, labels: LabelDesk(entries: []), queue: queue, answers: PendingAnswers())
        for name in names { desk.attach(SilentDevices.Port(name: name, log: log), as: name) }
        desk.submit(.coder(.clear, lane: 1))
        desk.submit(.coder(.clear))
        var outputs = LineOutputs()
        outputs.purgeUntil = 77
        desk.submit(.outputs(outputs, lane: 1))
        desk.submit(.outputs(LineOutputs()))
        let sent = log.take()
        #expect(sent.map { String($0.prefix { $0 != " " }) } == ["coder-2", "coder", "plc-2", "plc"])
        #expect(sent[2].contains("77") && !sent[3].contains("77"), "\(sent)")
        desk.receive(.outputsWritten, from: "plc")
        #expect(desk.hasPendingOutputs, "those of lane B are not written yet")
        desk.receive(.outputsWritten, from: "plc-2")
        #expect(!desk.hasPendingOutputs)
        for name in ["coder", "coder-2"] { desk.receive(.coderReady, from: name) }
        desk.receive(.gateCommandWritten(sequence: 4), from: "plc-2")
        #expect(
            inputs() == [
                .coder(.ready), .coder(.ready, lane: 1), .gateSignal(.written(sequence: 4), lane: 1),
            ])
    }

    @Test func jobsGoToTheirDeviceAndTheirNamesComeBack() {
        desk.submit(.selectJob(device: "coder", job: "CARTON-12"))
        desk.submit(.readJob(device: "camera"))
        #expect(log.take() == ["coder selectJob(\"CARTON-12\")", "camera readJob"])
        desk.receive(.jobRead("CARTON-12"), from: "coder")
        desk.receive(.jobFailed("no such program"), from: "camera")
        #expect(
            inputs() == [
                .job(device: "coder", .loaded("CARTON-12")),
                .job(device: "camera", .failed("no such program")),
            ])
    }

    @Test func feedbackGoesOnlyWhereTheDeviceHasIt() {
        desk.submit(.feedback(device: "camera", good: true))
        desk.submit(.feedback(device: "printer", good: true))
        #expect(log.take() == ["camera feedback(good: true)"])
    }
}
