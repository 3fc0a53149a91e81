import Simulator
import Testing

@testable import DemoIO

/// The simulated devices against clients that send bytes from the makers' documents.
@Suite("Demo devices", .timeLimit(.minutes(1)))
struct DemoLineTests {
    /// A line on which nothing is loaded, stopped at the end of the test.
    private static func withLine(
        _ layout: WorldLayout = WorldLayout(), faults: WorldFaults = WorldFaults(),
        belt: SteppedBelt? = nil,
        _ body: (DemoLine) throws -> Void
    ) throws {
        let line = try DemoLine.start(World(layout: layout, faults: faults, seed: 1), belt: belt)
        defer { line.stop() }
        try body(line)
    }

    private static func modbus(_ transaction: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0, transaction, 0, 0, 0, UInt8(body.count + 1), 1] + body
    }

    // MARK: Coder

    @Test("the coder takes a header and numbered records and tells what it holds")
    func coderBuffer() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.coder))
            let dialogue = [
                ("\rSLR\r", "SLR|0|\r"),
                ("SID|1|04012345123456|271231|L1|S1|\r", "ERR\r"),
                ("SHO|gtin|expiry|lot|colour|\r", "ERR\r"),
                ("SHO|gtin|expiry|lot|serial|\r", "ACK\r"),
                ("SID|1|04012345123456|271231|L1|\r", "ERR\r"),
                ("SID|1|04012345123456|271231|L1|S1|\r", "SFS|32724|\r"),
                ("SID|1|04012345123456|271231|L1|S2|\r", "ERR\r"),
                ("SDO|04012345123456|271231|L1|S2|\r", "SFS|32680|\r"),
                ("SRC\r", "SRC|2|\r"), ("SNI\r", "SNI|1|\r"), ("SFS\r", "SFS|32680|\r"),
                ("GST\r", "STS|3|0|carton|0|0|\r"), ("PRN\r", "ERR\r"), ("SRC|\r", "SRC|2|\r"),
                ("SCB\r", "ACK\r"), ("SRC\r", "SRC|0|\r"), ("SNI\r", "ERR\r"),
            ]
            for (request, answer) in dialogue {
                client.send(request)
                #expect(client.receive(through: 0x0D) == answer, "to \(request.dropLast())")
            }
        }
    }

    @Test("records are printed in the order of the job's fields, whatever the header's order is")
    func coderPrints() throws {
        var layout = WorldLayout()
        layout.drive = .steps
        try Self.withLine(layout) { line in
            let client = try #require(RawClient(port: line.addresses.coder))
            client.send("SHO|serial|gtin|expiry|lot|\rSID|7|S7|04012345123456|271231|L1|\r")
            #expect(client.receive(through: 0x0D) == "ACK\r")
            #expect(client.receive(through: 0x0D).hasPrefix("SFS|"))
            line.withWorld { world in
                world.loadFeeder(blank: 1)
                var outputs = WorldIOOutputs()
                outputs.run = true
                outputs.feed = true
                outputs.runLimit = 10_000
                outputs.heartbeat &+= 1
                world.write(outputs)
                _ = world.advance(byCounts: 400)
            }
            let print = line.withWorld { $0.cartons.first?.print }
            #expect(print?.values == ["04012345123456", "271231", "L1", "S7"])
            client.send("SLR\r")
            #expect(client.receive(through: 0x0D) == "SLR|7|\r")
        }
    }

    @Test("a coder line without end closes the connection, and the next client is served")
    func coderEndless() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.coder))
            client.send([UInt8](repeating: 0x41, count: 3_000))
            #expect(client.isClosed())
            let next = try #require(RawClient(port: line.addresses.coder))
            next.send("SRC\r")
            #expect(next.receive(through: 0x0D) == "SRC|0|\r")
        }
    }

    // MARK: Line I/O

    @Test("each Modbus function and each exception answers as the specification says")
    func modbusFunctions() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.lineIO))
            let dialogue: [(request: [UInt8], answer: [UInt8])] = [
                ([3, 0, 0, 0, 2], [3, 4, 0, 1, 0, 4]),
                ([4, 0, 0, 0, 1], [4, 2, 0, 1]),
                ([16, 0, 100, 0, 4, 8, 0, 9, 0, 0, 0, 0, 0, 50], [16, 0, 100, 0, 4]),
                ([3, 0, 100, 0, 4], [3, 8, 0, 9, 0, 0, 0, 0, 0, 50]),
                ([3, 0, 15, 0, 1], [3, 2, 0, 9]),
                ([6, 0, 108, 1, 2], [6, 0, 108, 1, 2]),
                ([23, 0, 15, 0, 1, 0, 100, 0, 1, 2, 0, 10], [23, 2, 0, 10]),
                ([3, 0, 0, 0, 33], [3, 66]),
                ([3, 0, 0, 0, 34], [0x83, 2]), ([3, 0, 90, 0, 1], [0x83, 2]), ([3, 0, 0, 0, 0], [0x83, 3]),
                ([3, 0, 0, 0, 126], [0x83, 3]), ([3, 0, 0], [0x83, 3]), ([6, 0, 5, 0, 1], [0x86, 2]),
                ([16, 0, 100, 0, 2, 3, 0, 1, 0], [0x90, 3]), ([16, 0, 143, 0, 2, 4, 0, 1, 0, 1], [0x90, 2]),
                ([23, 0, 15, 0, 1, 0, 100, 0, 1, 4, 0, 10], [0x97, 3]), ([1, 0, 0, 0, 1], [0x81, 1]),
            ]
            for (number, pair) in dialogue.enumerated() {
                client.send(Self.modbus(UInt8(number), pair.request))
                let header = client.receive(7)
                try #require(header.count == 7)
                #expect(header.prefix(4) == [0, UInt8(number), 0, 0] && header[6] == 1)
                let body = client.receive(Int(header[5]) - 1)
                #expect(Array(body.prefix(pair.answer.count)) == pair.answer, "to \(pair.request)")
                #expect(
                    pair.request != [3, 0, 0, 0, 33] ? body.count == pair.answer.count : body.count == 68)
            }
        }
    }

    @Test("requests split and joined at any byte get the same answers")
    func modbusSplit() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.lineIO))
            let two = Self.modbus(1, [3, 0, 0, 0, 1]) + Self.modbus(2, [3, 0, 0, 0, 1])
            for split in 1..<two.count {
                client.send(Array(two[..<split]))
                client.send(Array(two[split...]))
                let answers = client.receive(22)
                #expect(answers == Self.modbus(1, [3, 2, 0, 1]) + Self.modbus(2, [3, 2, 0, 1]))
            }
        }
    }

    @Test("what is no Modbus closes the connection")
    func modbusGarbage() throws {
        try Self.withLine { line in
            for bytes: [UInt8] in [[0, 1, 7, 7, 0, 6, 1, 3, 0, 0, 0, 1], [0, 1, 0, 0, 0, 1, 1, 3]] {
                let client = try #require(RawClient(port: line.addresses.lineIO))
                client.send(bytes)
                #expect(client.isClosed())
            }
        }
    }

    @Test("half of a thousand scans are answered within a millisecond")
    func modbusSpeed() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.lineIO))
            let clock = ContinuousClock()
            var times: [Duration] = []
            for _ in 0..<1_000 {
                let start = clock.now
                client.send(Self.modbus(1, [3, 0, 0, 0, 33]))
                try #require(client.receive(75).count == 75)
                times.append(clock.now - start)
            }
            #expect(times.sorted()[500] < .milliseconds(1))
        }
    }

    @Test("a stepped belt moves by one step at each scan after a heartbeat, and not without")
    func steppedBelt() throws {
        var layout = WorldLayout()
        layout.drive = .steps
        try Self.withLine(layout, belt: SteppedBelt(step: 40, countsPerSecond: 8_000, runAhead: 680)) {
            line in
            let client = try #require(RawClient(port: line.addresses.lineIO))
            func position() -> [UInt8] {
                _ = client.listen(milliseconds: 10)
                client.send(Self.modbus(1, [3, 0, 2, 0, 2]))
                return Array(client.receive(13).suffix(4))
            }
            func write() {
                client.send(Self.modbus(2, [16, 0, 100, 0, 4, 8, 0, 1, 0, 3, 0, 0, 3, 232]))
                #expect(client.receive(12).count == 12)
            }
            #expect(position() == [0, 0, 0, 0])
            write()
            #expect(position() == [0, 0, 0, 40])
            #expect(position() == [0, 0, 0, 40])
            write()
            #expect(position() == [0, 0, 0, 80])
        }
    }

    @Test("silence for 200 ms drops run-enable and shows in the status bits")
    func watchdog() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.lineIO))
            client.send(Self.modbus(1, [16, 0, 100, 0, 4, 8, 0, 1, 0, 1, 0, 0, 39, 16]))
            #expect(client.receive(12).count == 12)
            client.send(Self.modbus(2, [3, 0, 1, 0, 1]))
            #expect(client.receive(11).suffix(2) == [0, 1])
            let quiet = client.listen(milliseconds: 300)
            #expect(quiet.isEmpty)
            client.send(Self.modbus(3, [3, 0, 1, 0, 1]))
            #expect(client.receive(11).suffix(2) == [0, 4])
        }
    }

    // MARK: Readers

    @Test("every reader frames its reads as its kind does, and a listener that comes late gets nothing old")
    func readers() throws {
        var faults = WorldFaults()
        faults.force(.unitNoRead, on: 2)
        try Self.withLine(faults: faults) { line in
            let code = PrintedCode(values: ["04012345123456", "271231", "L1", "S7"])
            line.withWorld { world in
                world.loadFeeder(preprinted: [code, code])
                var outputs = WorldIOOutputs()
                outputs.run = true
                outputs.feed = true
                outputs.runLimit = 10_000
                outputs.heartbeat &+= 1
                world.write(outputs)
                _ = world.advance(to: world.now + 1)
            }
            // Nobody listens while the first two cartons are scanned by hand and by the case camera.
            line.withWorld { world in
                _ = world.scanByHand(CartonID(1))
                _ = world.presentToCaseCamera(CartonID(1))
            }
            #expect(try #require(RawClient(port: line.addresses.lineIO)).listen(milliseconds: 700).isEmpty)
            let camera = try #require(RawClient(port: line.addresses.caseCamera))
            let hand = try #require(RawClient(terminal: line.addresses.handheld))
            #expect(hand.listen(milliseconds: 50).isEmpty)
            line.withWorld { world in
                _ = world.scanByHand(CartonID(1))
                _ = world.presentToCaseCamera(CartonID(1))
            }
            let scan = "]d2010401234512345617271231" + "10L1\u{1D}21S7"
            #expect(camera.receive(through: 0x03) == "\u{02}\(scan)\u{03}")
            #expect(hand.receive(through: 0x0D) == "\(scan)\r")
        }
    }

    @Test("the unit camera tells reads and no-reads of moving cartons")
    func unitCamera() throws {
        var faults = WorldFaults()
        faults.force(.unitNoRead, on: 2)
        try Self.withLine(faults: faults) { line in
            let camera = try #require(RawClient(terminal: line.addresses.unitCamera))
            let codes = ["S7", "S8"].map { PrintedCode(values: ["04012345123456", "271231", "L1", $0]) }
            line.withWorld { $0.loadFeeder(preprinted: codes) }
            let client = try #require(RawClient(port: line.addresses.lineIO))
            var seen = ""
            for beat in 0..<200 where seen.filter({ $0 == "\r" }).count < 2 {
                client.send(Self.modbus(1, [16, 0, 100, 0, 4, 8, 0, UInt8(beat), 0, 3, 0, 0, 39, 16]))
                _ = client.receive(12)
                seen += String(decoding: camera.listen(milliseconds: 20), as: UTF8.self)
            }
            #expect(seen == "]d201040123451234561727123110L1\u{1D}21S7\rNOREAD\r")
        }
    }

    // MARK: Printer

    @Test("a label is found in the format, put on the case that waits, and its status told while it prints")
    func printer() throws {
        try Self.withLine { line in
            let client = try #require(RawClient(port: line.addresses.printer))
            client.send("~HS")
            let idle = client.receive(82)
            #expect(String(decoding: idle, as: UTF8.self).contains("030,0,0,0812,000,"))
            let label = "^XA^BCN,200,N,N,N^FD>;>800340123450000000018^FS^FDCount 10^FS^XZ"
            client.send(label + "~HS" + label.prefix(9))
            let busy = String(decoding: client.receive(82), as: UTF8.self)
            #expect(busy.contains(",00000001,1,000"))
            client.send(label.dropFirst(9) + "~HS")
            #expect(String(decoding: client.receive(82), as: UTF8.self).contains("030,0,0,0812,001,"))
            var held: [BeltList.Label] = []
            for _ in 0..<40 where held.count < 2 {
                _ = client.listen(milliseconds: 50)
                held = line.withWorld { $0.beltList.heldLabels }
            }
            #expect(held.map(\.sscc) == ["340123450000000018", "340123450000000018"])
            #expect(held.map(\.count) == [10, 10])
            client.send("~HS")
            #expect(String(decoding: client.receive(82), as: UTF8.self).contains(",00000000,1,000"))
        }
    }

    @Test(
        "SSCC, count and kind are found however the format writes them",
        arguments: [
            ("^XA^FO1,1^BCN,1^FD>;>800340123450000000018^FS^XZ", "340123450000000018", nil, false),
            ("^XA^BC^FD>:>800340123450000000018^FS^FDQTY: 7 PCS^FS^XZ", "340123450000000018", 7, false),
            (
                "^XA^FH_^BC^FD>;>80_30040123450000000018^FS^FDCases^FS^FD6^FS^FDPallet^FS^XZ",
                "040123450000000018", 6, true
            ),
            (
                "^XA^BC^FD>;>802040123451234563710>810L1^FS^BC^FD>;>800340123450000000018^FS^XZ",
                "340123450000000018", 10, false
            ),
            ("^XA^FD00340123450000000018^FS^XZ", nil, nil, false),
            ("^XA^BX^FD_100340123450000000018^FS^XZ", nil, nil, false),
        ] as [(String, String?, Int?, Bool)])
    func formats(_ text: String, sscc: String?, count: Int?, isForPallet: Bool) {
        let format = ZPLFormat(Array(text.utf8))
        #expect(format.sscc == sscc)
        #expect(format.count == count)
        #expect(format.isForPallet == isForPallet)
    }
}
