import Testing

@testable import DeviceCore

/// Goal: a module without a program is a gate that rejects whenever it was not told to let pass, and stops
/// when nobody is there. Method: a module that answers from its bits, with a watchdog of its own, on a belt
/// whose units are known.
@Suite struct ModbusModuleSessionTests {
    /// A WAGO coupler: bits in, bits out, registers of the watchdog.
    private struct Module {
        var inputs: [Bool] = Array(repeating: false, count: 16)
        var outputs: [Bool] = Array(repeating: false, count: 32)
        var registers: [Int: UInt16] = [:]
        /// Its watchdog works.
        var hasWatchdog = true
        var fedAt: UInt64?
        /// Every request's function and time.
        var asked: [(pdu: [UInt8], at: UInt64)] = []

        mutating func pass(_ now: UInt64) {
            guard hasWatchdog, registers[0x1006] == 1, let fedAt, let time = registers[0x1000] else { return }
            guard now >= fedAt + UInt64(time) * 100_000_000 else { return }
            registers[0x1006] = 2
            outputs = outputs.map { _ in false }
        }

        mutating func reply(_ request: [UInt8], at now: UInt64) -> [UInt8] {
            let pdu = Array(request[7...])
            asked.append((pdu, now))
            pass(now)
            let answer = answer(pdu, now)
            return request[0...3] + [0, UInt8(answer.count + 1), 1] + answer
        }

        private mutating func answer(_ pdu: [UInt8], _ now: UInt64) -> [UInt8] {
            func word(_ index: Int) -> Int { Int(pdu[index]) << 8 | Int(pdu[index + 1]) }
            switch pdu[0] {
            case 1, 2:
                let all = pdu[0] == 2 && word(1) < 512 ? inputs : outputs
                let start = pdu[0] == 2 ? word(1) % 512 : word(1)
                let bits = (0..<word(3)).map { all[start + $0] }
                var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
                for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 1 << UInt8(index % 8) }
                return [pdu[0], UInt8(bytes.count)] + bytes
            case 3:
                let values = (0..<word(3)).flatMap { ModbusFrame.bytes(registers[word(1) + $0] ?? 0) }
                return [3, UInt8(values.count)] + values
            case 6:
                write(UInt16(word(3)), to: word(1), now)
                return pdu
            case 15:
                guard registers[0x1006] != 2 else { return [0x8F, 4] }
                for index in 0..<word(3) {
                    outputs[word(1) + index] = pdu[6 + index / 8] >> (index % 8) & 1 == 1
                }
                fedAt = now
                return Array(pdu.prefix(5))
            default: return [pdu[0] | 0x80, 1]
            }
        }

        private mutating func write(_ value: UInt16, to register: Int, _ now: UInt64) {
            switch register {
            case 0x1008: registers[0x1006] = 0
            case 0x1003:
                if registers[0x1003] != value, (registers[0x1000] ?? 0) > 0 {
                    registers[0x1006] = 1
                    fedAt = now
                }
                registers[0x1003] = value
            default: registers[register] = value
            }
        }
    }

    /// A session, its module, and what the rules want, which they say every 20 ms while they are alive.
    private struct Bench {
        var session: SessionBench
        var module = Module()
        var wanted = LineIOOutputs()
        var isAlive = true
        var events: [DeviceEvent] = []
        /// When the gate opened and closed, in milliseconds of the bench.
        var gate: [(isOpen: Bool, at: UInt64)] = []
        let gateBit: Int
        private var elapsed = 0

        init(_ path: String, _ change: (inout DeviceProfile) -> Void = { _ in }) throws {
            var profile = try ProfileFile.profile(path)
            change(&profile)
            session = try SessionBench(profile)
            gateBit = try #require(profile.modbus?.module?.outputBits[.gate])
            wanted.runEnable = true
            wanted.green = true
            wanted.runLimit = 1_000_000
        }

        var milliseconds: UInt64 { session.now / 1_000_000 }
        var inputs: LineIOInputs? {
            for case .inputs(let inputs) in events.reversed() { return inputs }
            return nil
        }

        mutating func connect() {
            session.connect()
            settle()
        }

        mutating func settle() {
            var writes = session.takeWrites()
            while !writes.isEmpty {
                for request in writes { session.receive(module.reply(request, at: session.now)) }
                writes = session.takeWrites()
            }
            events += session.takeEvents()
            if gate.last?.isOpen ?? false != module.outputs[gateBit] {
                gate.append((module.outputs[gateBit], milliseconds))
            }
        }

        mutating func run(_ count: Int, _ each: (inout Bench) -> Void = { _ in }) {
            for _ in 0..<count {
                if isAlive, elapsed % 20 == 0 { session.perform(.setOutputs(wanted)) }
                elapsed += 1
                session.advance(milliseconds: 1)
                module.pass(session.now)
                each(&self)
                settle()
            }
        }

        mutating func gate(_ sequence: UInt16, at position: UInt32, kind: LineIOGateCommand.Kind = .passAt) {
            session.perform(
                .gateCommand(
                    LineIOGateCommand(sequence: sequence, kind: kind, position: position, expiresAt: .max)))
            settle()
        }

        /// The belt runs, its stop answered.
        mutating func begin() throws {
            module.inputs[0] = true
            connect()
            run(300)
            wanted.purgeUntil &+= 1
            run(60)
            #expect(try #require(inputs).conveyorRunning)
        }
    }

    @Test func theWatchdogIsSetBeforeAnything() throws {
        var bench = try Bench("wago/750.toml")
        bench.connect()
        let firsts = bench.module.asked.map(\.pdu)
        #expect(
            firsts.prefix(11) == [
                [15, 0, 0, 0, 8, 1, 0], [6, 0x10, 0x08, 0xAA, 0x55], [6, 0x10, 0x00, 0, 3],
                [3, 0x10, 0x00, 0, 1],
                [6, 0x10, 0x01, 0x40, 0], [3, 0x10, 0x01, 0, 1], [6, 0x10, 0x03, 0, 2],
                [6, 0x10, 0x03, 0, 1],
                [3, 0x10, 0x06, 0, 1], [15, 0, 0, 0, 8, 1, 0], [2, 0, 0, 0, 8],
            ])
        #expect(try #require(bench.inputs).watchdogTripped, "nothing has been written yet")
        bench.isAlive = false
        bench.run(200)
        bench.isAlive = true
        bench.run(80)
        #expect(try #require(bench.inputs).watchdogTripped == false)
        #expect(bench.module.outputs[0] && bench.module.outputs[5] && !bench.module.outputs[2])
    }

    @Test func aModuleThatDoesNotTakeItsWatchdogIsNotUsed() throws {
        var bench = try Bench("wago/750.toml")
        bench.session.connect()
        var told: [DeviceEvent] = []
        for _ in 0..<20 {
            for request in bench.session.takeWrites() {
                var reply = bench.module.reply(request, at: bench.session.now)
                if request[7] == 3, request[8...9] == [0x10, 0x00] { reply[10] = 9 }
                bench.session.receive(reply)
            }
            told += bench.session.takeEvents()
        }
        #expect(
            told.contains {
                if case .fault(let fault) = $0 { fault.code == .notSet } else { false }
            }, "\(told)")
        #expect(!bench.module.asked.contains { $0.pdu[0] == 2 })
        #expect(bench.module.asked.allSatisfy { $0.pdu[0] != 15 || $0.pdu.last == 0 })
    }

    @Test(arguments: ["wago/750.toml", "generic/modbus-module.toml"])
    func theGateIsOpenAroundTheUnitAlone(path: String) throws {
        var bench = try Bench(path) { $0.modbus?.watchdogMilliseconds = 300 }
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        let began = bench.milliseconds
        let window = UInt64(path.hasPrefix("wago") ? 50 : 60)
        bench.gate(1, at: here + 200)
        bench.gate(2, at: here + 600)
        #expect(try #require(bench.inputs).gateSequenceTaken == 2)
        #expect(try #require(bench.inputs).gateResult == .accepted)
        bench.run(900)
        #expect(bench.gate.map(\.isOpen) == [true, false, true, false], "\(bench.gate)")
        for (change, due) in zip(bench.gate, [200 - window, 200 + window, 600 - window, 600 + window]) {
            let at = change.at - began
            #expect(at + 12 >= due && at <= due + 12, "\(at) instead of \(due)")
        }
        #expect(bench.events.contains(.gateCommandWritten(sequence: 1)))
    }

    @Test func whatIsTooLateOrNoPassIsRefused() throws {
        var bench = try Bench("wago/750.toml")
        bench.session.perform(
            .gateCommand(LineIOGateCommand(sequence: 9, kind: .passAt, position: 0, expiresAt: .max)))
        #expect(bench.session.takeEvents() == [.gateCommandExpired(sequence: 9)])
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        bench.gate(1, at: here + 20)
        #expect(try #require(bench.inputs).gateResult == .refusedLate)
        bench.gate(2, at: here + 300, kind: .ejectAt)
        #expect(try #require(bench.inputs).gateResult == .refusedLate)
        var accepted = 0
        for sequence in 3..<100 as Range<UInt16> {
            bench.gate(sequence, at: here + 5_000)
            if try #require(bench.inputs).gateResult == .accepted { accepted += 1 }
        }
        #expect(accepted == 64)
        bench.run(500)
        #expect(bench.gate.isEmpty)
    }

    @Test func aPurgeKeepsTheGateShut() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        bench.wanted.purge = true
        bench.wanted.purgeUntil = here + 400
        bench.run(30)
        bench.gate(1, at: here + 200)
        bench.gate(2, at: here + 600)
        bench.run(900)
        #expect(bench.gate.count == 2, "\(bench.gate)")
    }

    @Test func whenTheRulesFallSilentItStops() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        // Each opens and shuts the gate, which feeds the module's watchdog.
        for number in 1...6 as ClosedRange<UInt32> { bench.gate(UInt16(number), at: here + 130 * number) }
        bench.isAlive = false
        let began = bench.milliseconds
        var ran: UInt64 = 0
        bench.run(3_000) { if $0.module.outputs[0] || $0.module.outputs[2] { ran = $0.milliseconds - began } }
        #expect(ran <= 310, "belt or gate were on \(ran) ms after the last word")
        #expect(bench.gate.count >= 2, "\(bench.gate)")
        #expect(try #require(bench.inputs).watchdogTripped)
        #expect(bench.module.outputs.allSatisfy { !$0 })
        #expect(bench.module.registers[0x1006] == 2)
        // The next word of the rules sets it anew, and only then writes.
        bench.isAlive = true
        bench.run(100)
        #expect(bench.module.registers[0x1006] == 1)
        #expect(try #require(bench.inputs).watchdogTripped == false)
        #expect(bench.module.outputs[0] && !bench.module.outputs[2])
        bench.run(3_000)
        #expect(!bench.module.outputs[2], "what was taken before is forgotten")
        #expect(bench.session.closed == nil)
    }

    @Test func aWatchdogThatDoesNotActIsTold() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        bench.module.hasWatchdog = false
        bench.isAlive = false
        bench.run(320)
        #expect(!bench.module.outputs[0] && bench.module.outputs[5], "belt and gate are off, the lamp stands")
        #expect(bench.session.closed == nil)
        bench.run(620)
        #expect(bench.session.closed?.code == .notSet)
        bench.session.disconnect()
        bench.connect()
        #expect(bench.module.outputs.allSatisfy { !$0 }, "the next connection begins with everything off")
    }

    /// A set-up stops the watchdog that holds what a former connection left on.
    @Test(arguments: 1...10) func aConnectionBeginsWithEverythingOff(answered: Int) throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        bench.gate(1, at: try #require(bench.inputs).beltPosition + 100)
        bench.run(80)
        #expect(bench.module.outputs[2] && bench.module.outputs[0])
        bench.session.disconnect()
        _ = bench.session.takeWrites()
        let told = bench.session.takeEvents()
        #expect(told.last == .stale)
        #expect(
            told.contains {
                if case .fault(let fault) = $0 { fault.detail.contains("gate open") } else { false }
            })
        bench.session.now += 100_000_000
        bench.session.connect()
        for _ in 0..<answered {
            for request in bench.session.takeWrites() {
                bench.session.receive(bench.module.reply(request, at: bench.session.now))
            }
        }
        bench.session.disconnect()
        #expect(bench.module.outputs.allSatisfy { !$0 })
    }

    /// The write that opens the gate was on its way when the connection ended.
    @Test func aGateThatMayBeOpenIsTold() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        bench.gate(1, at: try #require(bench.inputs).beltPosition + 100)
        var opening: [UInt8] = []
        for _ in 0..<100 where opening.isEmpty {
            bench.session.advance(milliseconds: 1)
            for request in bench.session.takeWrites() {
                if request[7] == 15, request[13] & 4 != 0 {
                    opening = request
                } else {
                    bench.session.receive(bench.module.reply(request, at: bench.session.now))
                }
            }
        }
        try #require(!opening.isEmpty)
        _ = bench.session.takeEvents()
        bench.session.disconnect()
        let told = bench.session.takeEvents()
        #expect(told.contains { if case .fault(let fault) = $0 { fault.code == .hungUp } else { false } })
    }

    /// Connections alone never keep the outputs on.
    @Test func connectionsAreNoSignOfLife() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        bench.gate(1, at: try #require(bench.inputs).beltPosition + 100)
        bench.run(80)
        #expect(bench.module.outputs[2])
        bench.isAlive = false
        for _ in 0..<50 {
            bench.session.disconnect()
            _ = bench.session.takeWrites()
            bench.session.now += 100_000_000
            bench.module.pass(bench.session.now)
            bench.connect()
            #expect(bench.module.outputs.allSatisfy { !$0 })
            bench.run(100)
        }
        #expect(bench.module.outputs.allSatisfy { !$0 })
    }

    /// What refuses to be turned off, and does not say that it is, is not set up: its watchdog is left alone.
    @Test(arguments: [1, 2] as [UInt16]) func anExpiredWatchdogMayRefuse(status: UInt16) throws {
        var bench = try Bench("wago/750.toml")
        bench.module.registers[0x1006] = 2
        bench.session.connect()
        for _ in 0..<40 {
            for request in bench.session.takeWrites() {
                var reply = bench.module.reply(request, at: bench.session.now)
                let isStatus = request[7] == 3 && request[8...9] == [0x10, 6]
                if isStatus, bench.module.asked.count == 2 { reply[10] = UInt8(status) }
                bench.session.receive(reply)
            }
        }
        let isSetUp = bench.module.asked.contains { $0.pdu[0] == 6 }
        #expect(isSetUp == (status == 2))
        #expect((bench.session.closed?.code == .modbusException) == (status == 1))
    }

    /// A slow module shuts its gate as late as it answers, not later: a look in progress waits.
    @Test(arguments: [1, 20, 50] as [UInt64]) func aSlowModuleIsToldToShutFirst(delay: UInt64) throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        let began = bench.milliseconds
        bench.gate(1, at: here + 400)
        var held: [(at: UInt64, request: [UInt8])] = []
        var shut: UInt64 = 0
        for step in 0..<1_200 {
            if step % 20 == 0 { bench.session.perform(.setOutputs(bench.wanted)) }
            bench.session.advance(milliseconds: 1)
            bench.module.pass(bench.session.now)
            held += bench.session.takeWrites().map { (bench.milliseconds + delay, $0) }
            while let first = held.first, first.at <= bench.milliseconds {
                held.removeFirst()
                bench.session.receive(bench.module.reply(first.request, at: bench.session.now))
                held += bench.session.takeWrites().map { (bench.milliseconds + delay, $0) }
            }
            if bench.module.outputs[2] { shut = bench.milliseconds - began + 1 }
        }
        #expect(bench.session.closed == nil)
        // Looks 50 ms apart do not say where the belt is: the gate may stay shut.
        #expect(shut > 0 || delay == 50)
        #expect(shut <= 450 + 12 + 3 * delay, "shut at \(shut), due 450")
    }

    @Test func outputsThatFallAreSeen() throws {
        var bench = try Bench("generic/modbus-module.toml") { $0.modbus?.watchdogMilliseconds = 300 }
        try bench.begin()
        bench.gate(1, at: try #require(bench.inputs).beltPosition + 200)
        bench.module.outputs = bench.module.outputs.map { _ in false }
        bench.isAlive = false
        bench.run(70)
        #expect(try #require(bench.inputs).watchdogTripped)
        bench.run(400)
        #expect(bench.gate.isEmpty && bench.module.outputs.allSatisfy { !$0 })
    }

    @Test func aStopShowsAndForgets() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        bench.gate(1, at: here + 300)
        bench.run(50)
        bench.module.inputs[0] = false
        bench.run(12)
        bench.module.inputs[0] = true
        bench.run(30)
        #expect(try #require(bench.inputs).conveyorRunning == false, "however short the stop was")
        let stood = try #require(bench.inputs).beltPosition
        #expect(stood >= here + 40 && stood <= here + 70)
        bench.run(400)
        #expect(try #require(bench.inputs).conveyorRunning == false, "nobody has answered it")
        #expect(try #require(bench.inputs).beltPosition == stood)
        bench.wanted.purgeUntil = stood + 100
        bench.run(60)
        #expect(try #require(bench.inputs).conveyorRunning)
        bench.run(600)
        #expect(bench.gate.isEmpty, "a command of before the stop")
    }

    /// A place known too long ago opens nothing, and a belt not looked at may have stopped.
    @Test func withoutALookTheGateShuts() throws {
        let profile = try ProfileFile.profile("wago/750.toml")
        let module = try #require(profile.modbus?.module)
        var controller = ModuleController(module, watchdogMilliseconds: 300)
        var outputs = LineIOOutputs()
        (outputs.runEnable, outputs.runLimit) = (true, 1_000_000)
        func milliseconds(_ count: UInt64) -> UInt64 { 1_000_000_000 + count * 1_000_000 }
        controller.take(outputs, at: milliseconds(0))
        outputs.purgeUntil = 1
        controller.look([.running: true], [:], at: milliseconds(0))
        controller.take(outputs, at: milliseconds(1))
        for time in stride(from: UInt64(5), through: 100, by: 5) {
            controller.look([.running: true], [:], at: milliseconds(time))
        }
        #expect(controller.inputs.conveyorRunning)
        let command = LineIOGateCommand(
            sequence: 1, kind: .passAt, position: controller.inputs.beltPosition + 80, expiresAt: .max)
        controller.take(command, at: milliseconds(100))
        #expect(controller.inputs.gateResult == .accepted)
        #expect(controller.wanted(at: milliseconds(129)) == [.run])
        #expect(controller.wanted(at: milliseconds(131)) == [.run, .gate])
        #expect(controller.nextChange(after: milliseconds(131)) == milliseconds(150))
        #expect(controller.wanted(at: milliseconds(150)) == [.run])
        controller.look([.running: true], [:], at: milliseconds(199))
        #expect(controller.inputs.conveyorRunning)
        controller.look([.running: true], [:], at: milliseconds(300))
        #expect(!controller.inputs.conveyorRunning)
    }

    @Test func theRunLimitStopsTheBelt() throws {
        var bench = try Bench("wago/750.toml")
        try bench.begin()
        let here = try #require(bench.inputs).beltPosition
        bench.wanted.runLimit = here + 150
        bench.run(100)
        #expect(bench.module.outputs[0])
        bench.run(80)
        #expect(!bench.module.outputs[0])
    }

    @Test func edgesAreLatchedWhereTheyAreSeen() throws {
        var bench = try Bench("wago/750.toml")
        bench.module.inputs[1] = true
        try bench.begin()
        #expect(try #require(bench.inputs).part == LineIOLatchedCounter(), "it was there before")
        bench.module.inputs[1] = false
        bench.run(20)
        let here = try #require(bench.inputs).beltPosition
        bench.run(100)
        bench.module.inputs[1] = true
        bench.module.inputs[2] = true
        bench.run(10)
        bench.module.inputs[2] = false
        bench.module.inputs[4] = true
        bench.run(100)
        let inputs = try #require(bench.inputs)
        #expect(inputs.part.count == 1 && inputs.pass.count == 1 && inputs.reject.count == 0)
        #expect(inputs.binFull)
        let travel = inputs.part.position - here
        #expect(travel >= 95 && travel <= 115, "\(travel)")
    }

    @Test func countersMissNothingBetweenTwoLooks() throws {
        var bench = try Bench("advantech/adam-6050.toml") {
            $0.modbus?.watchdogMilliseconds = 300
            $0.modbus?.module?.inputs.function = 2
        }
        bench.module.registers[2] = 65_535
        bench.module.registers[4] = 7
        try bench.begin()
        #expect(try #require(bench.inputs).part.count == 0)
        bench.module.registers[2] = 1
        bench.module.registers[6] = 1
        bench.run(30)
        let inputs = try #require(bench.inputs)
        #expect(inputs.part.count == 2 && inputs.pass.count == 0 && inputs.reject.count == 1)
    }

    @Test func anInvertedInputHoldsWhenItIsOff() throws {
        var bench = try Bench("wago/750.toml") { $0.modbus?.module?.inverted = [.binFull, .running] }
        bench.connect()
        bench.run(300)
        bench.wanted.purgeUntil = 5
        bench.run(60)
        #expect(try #require(bench.inputs).binFull && bench.inputs?.conveyorRunning == true)
    }

    private static let mistakes: [(String, String, @Sendable (inout LineIOModule) -> Void)] = [
        ("inputs.count", "0 bits", { $0.inputs.count = 0 }),
        ("inputs.function", "3", { $0.inputs.function = 3 }),
        ("inputs.start", "far", { $0.inputs.start = 65_530 }),
        ("inputs.part", "outside", { $0.inputBits[.part] = 8 }),
        ("inputs.running", "missing", { $0.inputBits[.running] = nil }),
        ("inputs.pass", "missing", { $0.inputBits[.pass] = nil }),
        (
            "counters", "twice",
            {
                $0.counters = LineIOModule.Block(function: 3, count: 8)
                $0.counterRegisters = [.part: 2, .pass: 2]
            }
        ),
        ("inputs", "twice", { $0.inputBits[.pass] = 1 }),
        ("outputs.gate", "missing", { $0.outputBits[.gate] = nil }),
        ("outputs.horn", "outside", { $0.outputBits[.horn] = -1 }),
        ("outputs", "twice", { $0.outputBits[.horn] = 0 }),
        ("outputs.count", "many", { $0.outputsCount = 65 }),
        ("readBack.count", "fewer", { $0.readBack?.count = 4 }),
        ("gateWindowMilliseconds", "0", { $0.gateWindowMilliseconds = 0 }),
        ("setup.1", "large", { $0.setup[0].value = 65_536 }),
        (
            "setup.7", "neither",
            { $0.setup.append(.init(register: 1, value: 1, isWritten: false, isVerified: false)) }
        ),
        ("watchdog", "large", { $0.watchdog?.register = 70_000 }),
        (
            "watchdog", "no witness",
            {
                $0.watchdog = nil
                $0.readBack = nil
            }
        ),
    ]

    @Test(arguments: mistakes.indices) func aWrongTableIsRefused(index: Int) throws {
        var profile = try ProfileFile.profile("wago/750.toml")
        #expect(profile.validate().isEmpty)
        if var module = profile.modbus?.module {
            Self.mistakes[index].2(&module)
            profile.modbus?.module = module
        }
        #expect(profile.validate().first?.path == "modbus.module." + Self.mistakes[index].0)
    }
}
