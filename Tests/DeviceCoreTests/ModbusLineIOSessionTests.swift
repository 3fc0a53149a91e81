import DeviceCore
import Testing

@Suite struct ModbusLineIOSessionTests {
    /// A controller that answers from a plain table of registers.
    private struct Controller {
        var registers = [UInt16](repeating: 0, count: 200)

        init() { registers[0] = 1 }

        /// The right reply to each request, in order.
        mutating func replies(_ requests: [[UInt8]]) -> [[UInt8]] {
            requests.map { request in
                func word(_ index: Int) -> UInt16 { UInt16(request[index]) << 8 | UInt16(request[index + 1]) }
                let start = Int(word(8))
                let count = Int(word(10))
                if request[7] == 3 {
                    let values = registers[start..<(start + count)].flatMap {
                        [UInt8($0 >> 8), UInt8($0 & 0xFF)]
                    }
                    return request[0...3] + [0, UInt8(values.count + 3)] + [1, 3, UInt8(values.count)]
                        + values
                }
                for step in 0..<count { registers[start + step] = word(13 + 2 * step) }
                return request[0...3] + [0, 6] + request[6...11]
            }
        }
    }

    /// Connected, the version seen, one poll done.
    private func ready() throws -> (SessionBench, Controller) {
        var bench = try SessionBench("seriatim/line-io-1.toml")
        var controller = Controller()
        bench.connect()
        controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
        #expect(bench.takeEvents().count == 2)
        return (bench, controller)
    }

    private func gate(_ sequence: UInt16, at bench: SessionBench, milliseconds: UInt64 = 20) -> DeviceCommand
    {
        .gateCommand(
            LineIOGateCommand(
                sequence: sequence, kind: .passAt, position: 0x1_0002,
                expiresAt: bench.now + milliseconds * 1_000_000))
    }

    @Test func inputsAreReadAsTheContractSays() throws {
        var bench = try SessionBench("seriatim/line-io-1.toml")
        var controller = Controller()
        for register in 1..<33 { controller.registers[register] = UInt16(register) }
        controller.registers[1] = 0b1010
        controller.registers[16] = 10
        for slot in 0..<8 {
            controller.registers[17 + 2 * slot] = UInt16(100 + slot)
            controller.registers[18 + 2 * slot] = slot == 0 ? 2 : slot == 1 ? 1 : 9
        }
        bench.connect()
        controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
        guard case .inputs(let inputs)? = bench.takeEvents().last else {
            Issue.record("no inputs")
            return
        }
        #expect(!inputs.conveyorRunning && inputs.binFull && !inputs.watchdogTripped && inputs.gateFault)
        #expect(inputs.beltPosition == 0x2_0003)
        #expect(inputs.part == LineIOLatchedCounter(count: 4, position: 0x5_0006))
        #expect(inputs.pass == LineIOLatchedCounter(count: 7, position: 0x8_0009))
        #expect(inputs.reject == LineIOLatchedCounter(count: 10, position: 0xB_000C))
        #expect(inputs.gateSequenceTaken == 13 && inputs.gateResult == .unknown(14))
        #expect(inputs.heartbeatEcho == 15 && inputs.dispositionCounter == 10)
        // The newest of ten is in slot (10 - 1) mod 8 = 1, the one before it in slot 0.
        let (lost, fresh) = inputs.dispositions(since: 8)
        #expect(lost == 0)
        #expect(
            fresh == [
                LineIODisposition(track: 100, result: .rejected),
                LineIODisposition(track: 101, result: .passed),
            ])
        #expect(inputs.dispositions(since: 65_535).lost == 3)
        #expect(inputs.dispositions(since: 10).fresh.isEmpty)
        #expect(inputs.dispositions(since: 2).fresh.count == 8)
    }

    @Test func theHeartbeatMovesOnlyWithTheRules() throws {
        var (bench, controller) = try ready()
        for _ in 0..<200 {
            bench.advance(milliseconds: 5)
            controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
        }
        #expect(controller.registers[100] == 0)
        bench.perform(gate(1, at: bench))
        bench.perform(.verdict(track: 3, pass: true, expiresAt: .max))
        for _ in 0..<4 { controller.replies(bench.takeWrites()).forEach { bench.receive($0) } }
        #expect(controller.registers[104...107] == [1, 1, 1, 2])
        #expect(controller.registers[118...119] == [3, 1])
        #expect(controller.registers[100] == 0, "neither gate nor verdict is a sign of life")
        for beat in 1...3 as ClosedRange<UInt16> {
            bench.perform(.setOutputs(LineIOOutputs()))
            for _ in 0..<3 { controller.replies(bench.takeWrites()).forEach { bench.receive($0) } }
            #expect(controller.registers[100] == beat)
        }
    }

    @Test func outputsGoToTheirBits() throws {
        let all: [(WritableKeyPath<LineIOOutputs, Bool>, UInt16)] = [
            (\.runEnable, 1), (\.feedEnable, 2), (\.purge, 4), (\.red, 8), (\.amber, 16), (\.green, 32),
            (\.horn, 64),
        ]
        for (path, bit) in all {
            var (bench, controller) = try ready()
            var outputs = LineIOOutputs()
            outputs[keyPath: path] = true
            outputs.runLimit = 0x1234_5678
            outputs.purgeUntil = 0x9ABC_DEF0
            bench.perform(.setOutputs(outputs))
            for _ in 0..<3 { controller.replies(bench.takeWrites()).forEach { bench.receive($0) } }
            #expect(controller.registers[101] == bit)
            #expect(controller.registers[102...103] == [0x1234, 0x5678])
            #expect(controller.registers[108...109] == [0x9ABC, 0xDEF0])
            #expect(bench.takeEvents() == [.outputsWritten])
        }
    }

    @Test func aGateCommandAndWaitingOutputsShareOneWrite() throws {
        var (bench, controller) = try ready()
        bench.perform(.setOutputs(LineIOOutputs()))
        for _ in 0..<2 { controller.replies(bench.takeWrites()).forEach { bench.receive($0) } }
        bench.perform(.verdict(track: 1, pass: false, expiresAt: .max))
        let open = bench.takeWrites()
        bench.perform(.setOutputs(LineIOOutputs()))
        bench.perform(gate(5, at: bench))
        #expect(bench.takeWrites().isEmpty)
        _ = bench.takeEvents()
        controller.replies(open).forEach { bench.receive($0) }
        let shared = bench.takeWrites()
        #expect(shared.count == 1)
        controller.replies(shared).forEach { bench.receive($0) }
        #expect(controller.registers[100...107] == [2, 0, 0, 0, 5, 1, 1, 2])
        #expect(
            bench.takeEvents() == [
                .verdictWritten(track: 1), .gateCommandWritten(sequence: 5), .outputsWritten,
            ])
    }

    /// Goal: a controller that takes one request at a time never sees two; neither polls nor writes starve.
    @Test func oneRequestAtATimeWhereTheProfileSaysSo() throws {
        var profile = try ProfileFile.profile("seriatim/line-io-1.toml")
        profile.modbus?.openRequests = 1
        var bench = try SessionBench(profile)
        var controller = Controller()
        bench.connect()
        var reads = 0
        for step in 1...400 {
            bench.perform(.setOutputs(LineIOOutputs()))
            bench.perform(.verdict(track: UInt16(step), pass: true, expiresAt: bench.now + 200_000_000))
            let open = bench.takeWrites()
            #expect(open.count <= 1)
            reads += open.filter { $0[7] == 3 }.count
            bench.advance(milliseconds: 2)
            #expect(bench.takeWrites().isEmpty, "the last is not answered yet")
            controller.replies(open).forEach { bench.receive($0) }
        }
        let words = Set(bench.takeEvents().map(\.words))
        #expect(reads > 100)
        #expect(controller.registers[100] > 50 && words.contains("verdictWritten 1"))
        #expect(bench.closed == nil)
    }

    @Test func anExpiredSignalIsNeverWritten() throws {
        var (bench, controller) = try ready()
        bench.perform(.setOutputs(LineIOOutputs()))
        let open = bench.takeWrites()
        bench.perform(gate(1, at: bench, milliseconds: 3))
        bench.perform(.verdict(track: 2, pass: true, expiresAt: bench.now + 3_000_000))
        _ = bench.takeEvents()
        // The reply comes in the very nanosecond the signals expire, before any tick.
        bench.now += 3_000_000
        controller.replies(open).forEach { bench.receive($0) }
        for _ in 0..<3 { controller.replies(bench.takeWrites()).forEach { bench.receive($0) } }
        #expect(controller.registers[104] == 0 && controller.registers[116] == 0)
        #expect(
            bench.takeEvents().prefix(2) == [.gateCommandExpired(sequence: 1), .verdictExpired(track: 2)])
    }

    @Test func aWaitingSignalExpiresByTheClockAlone() throws {
        var (bench, controller) = try ready()
        bench.perform(gate(1, at: bench))
        controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
        bench.perform(gate(2, at: bench, milliseconds: 12))
        for _ in 0..<12 {
            bench.advance(milliseconds: 1)
            controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
        }
        #expect(controller.registers[104] == 1, "the controller never showed that it took the first")
        let words = bench.takeEvents().map(\.words)
        #expect(words.contains("gateCommandWritten 1") && words.contains("gateCommandExpired 2"))
    }

    @Test func disconnectedSignalsComeBackAtOnce() throws {
        var (bench, controller) = try ready()
        bench.perform(.setOutputs(LineIOOutputs()))
        bench.perform(gate(1, at: bench))
        bench.perform(.verdict(track: 2, pass: true, expiresAt: .max))
        bench.disconnect()
        #expect(
            bench.takeEvents() == [.gateCommandExpired(sequence: 1), .verdictExpired(track: 2), .stale])
        bench.perform(.setOutputs(LineIOOutputs()))
        bench.perform(gate(2, at: bench))
        bench.perform(.verdict(track: 3, pass: true, expiresAt: .max))
        #expect(bench.takeEvents() == [.gateCommandExpired(sequence: 2), .verdictExpired(track: 3)])
        _ = bench.takeWrites()
        bench.connect()
        for _ in 0..<20 {
            let open = bench.takeWrites()
            #expect(open.allSatisfy { $0[7] == 3 }, "old outputs must not come back: only reads")
            controller.replies(open).forEach { bench.receive($0) }
            bench.advance(milliseconds: 5)
        }
    }

    @Test func noReplyInTimeEndsTheConnection() throws {
        for isWrite in [false, true] {
            var (bench, controller) = try ready()
            if isWrite {
                bench.perform(.setOutputs(LineIOOutputs()))
                _ = bench.takeWrites()
                for _ in 0..<19 {
                    bench.advance(milliseconds: 5)
                    controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
                }
                #expect(bench.closed == nil)
            }
            bench.advance(milliseconds: 105)
            #expect(bench.closed?.code == .replyTimeout)
            #expect(bench.takeEvents().suffix(2).map(\.words) == ["fault DEV-110", "stale"])
        }
    }

    @Test func aLateReplyIsNoReply() throws {
        var (bench, controller) = try ready()
        bench.perform(gate(1, at: bench))
        let open = bench.takeWrites()
        bench.now += 100_000_000
        controller.replies(open).forEach { bench.receive($0) }
        #expect(bench.closed?.code == .replyTimeout)
        #expect(!bench.takeEvents().contains(.gateCommandWritten(sequence: 1)))
    }

    /// Every wrong reply to the first read (transaction 1) closes with its fault and writes nothing more.
    @Test(arguments: [
        ("00 02 00 00 00 03 01 83 02", DeviceFault.Code.unexpectedReply),
        ("00 01 00 00 00 03 01 83 02", .modbusException), ("00 01 00 00 00 03 01 80 01", .modbusException),
        ("00 01 00 00 00 02 01 C1", .modbusException), ("00 01 00 00 00 03 02 83 02", .unexpectedReply),
        ("00 01 00 00 00 05 01 03 02 00 01", .unexpectedReply),
        ("00 01 00 00 00 06 01 10 00 00 00 21", .unexpectedReply),
        ("00 01 00 00 00 04 01 03 42 00", .unexpectedReply), ("00 01 00 01 00 03 01 83 02", .frameHeader),
        ("00 01 00 00 01 04 01 03 FF", .frameTooLong), ("00 01 00 00 00 01 01 00", .frameHeader),
    ])
    func aWrongReplyEndsTheConnection(_ hex: String, _ code: DeviceFault.Code) throws {
        let reply = try hex.split(separator: " ").map { try #require(UInt8($0, radix: 16)) }
        for split in [Split.whole, .bytes] + (1..<reply.count).map(Split.at) {
            var bench = try SessionBench("seriatim/line-io-1.toml")
            bench.connect()
            _ = bench.takeWrites()
            for part in split.cut(reply) where bench.closed == nil { bench.receive(part) }
            #expect(bench.closed?.code == code)
            #expect(bench.takeWrites().isEmpty)
        }
    }

    @Test func anotherContractVersionEndsTheConnection() throws {
        var bench = try SessionBench("seriatim/line-io-1.toml")
        var controller = Controller()
        controller.registers[0] = 2
        bench.connect()
        bench.perform(.setOutputs(LineIOOutputs()))
        controller.replies(bench.takeWrites()).forEach { bench.receive($0) }
        #expect(bench.closed?.code == .contractVersion)
        #expect(bench.takeWrites().isEmpty)
    }

    @Test func moreSignalsThanTheLimitComeBack() throws {
        var (bench, _) = try ready()
        for sequence in 1...70 { bench.perform(gate(UInt16(sequence), at: bench)) }
        for track in 1...70 { bench.perform(.verdict(track: UInt16(track), pass: true, expiresAt: .max)) }
        let words = bench.takeEvents().map(\.words)
        #expect(words.first == "gateCommandExpired 66", "one written, 64 waiting")
        #expect(words.last == "verdictExpired 70")
        #expect(words.count == 5 + 6)
    }

    /// Goal: no answers crash the session or let it act on a wrong one. Method: right replies with seeded
    /// bytes changed, dropped or doubled; whenever it closes, it connects again.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func hostileReplies(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        var bench = try SessionBench("seriatim/line-io-1.toml")
        var controller = Controller()
        bench.connect()
        var sequence: UInt16 = 0
        for _ in 0..<500 {
            sequence &+= 1
            bench.perform(gate(sequence, at: bench, milliseconds: 1))
            bench.perform(.setOutputs(LineIOOutputs()))
            for var reply in controller.replies(bench.takeWrites()) {
                let place = Int(numbers.next() % UInt64(reply.count))
                switch numbers.next() % 30 {
                case 0: reply[place] = UInt8(truncatingIfNeeded: numbers.next())
                case 1: reply.removeLast(place)
                case 2: reply += reply
                default: break
                }
                bench.receive(reply)
            }
            bench.advance(milliseconds: 1)
            if bench.session.nextDeadline == nil { bench.connect() }
        }
        let words = bench.takeEvents().map(\.words)
        #expect(words.contains("outputsWritten") && words.contains("stale"))
    }
}
