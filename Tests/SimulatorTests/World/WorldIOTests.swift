import Simulator
import Testing

@Suite struct WorldIOTests {
    /// Goal: the register map is the documented one. Method: every field set to a value of its own.
    @Test func inputsByRegister() {
        var inputs = WorldIOInputs()
        (inputs.running, inputs.watchdogTripped) = (true, false)
        inputs.position = 0x0102_0304
        (inputs.partPresentCount, inputs.partPresentPosition) = (5, 0x0006_0007)
        (inputs.passCount, inputs.passPosition) = (8, 0x0009_000A)
        (inputs.rejectCount, inputs.rejectPosition) = (11, 0x000C_000D)
        (inputs.commandSequence, inputs.commandResult) = (14, .refusedLate)
        (inputs.heartbeatEcho, inputs.dispositionCount) = (15, 16)
        inputs.dispositions[7] = GateDisposition(track: 17, result: 2)
        var expected: [UInt16] = [1, 1, 0x0102, 0x0304, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 2, 15, 16]
        expected += [UInt16](repeating: 0, count: 14) + [17, 2]
        #expect(inputs.registers() == expected)
    }

    /// Goal: what is written to the registers is what the outputs say, and reads back.
    @Test func outputsByRegister() {
        var world = World(seed: 1)
        let all = (0..<44).map { UInt16($0 + 1) }
        var written = all
        written[1] = 0b101_1110
        #expect(world.write(register: 100, values: written) == true)
        let outputs = world.outputs
        #expect(outputs.heartbeat == 1)
        #expect(!outputs.run && outputs.feed && outputs.purge && outputs.red && outputs.amber)
        #expect(!outputs.green && outputs.horn)
        #expect(outputs.runLimit == 0x0003_0004 && outputs.commandSequence == 5 && outputs.commandKind == 6)
        #expect(outputs.commandPosition == 0x0007_0008 && outputs.purgeUntil == 0x0009_000A)
        #expect(outputs.verdicts[0] == VerdictSlot(track: 13, verdict: 14))
        #expect(outputs.verdicts[15] == VerdictSlot(track: 43, verdict: 44))
        (written[10], written[11]) = (0, 0)
        #expect(world.readRegisters(at: 100, count: 44) == written)
        #expect(world.readRegisters(at: 0, count: 33) == world.inputRegisters())
        #expect(world.readRegisters(at: 143, count: 1) == [44])
    }

    /// Goal: registers that do not exist are refused, and nothing is written then.
    @Test(arguments: [(99, 1), (100, 45), (143, 2), (144, 1), (33, 1), (0, 1), (-1, 1), (.max, 1), (100, 0)])
    func strangeAddressesAreRefused(address: Int, count: Int) {
        var world = World(seed: 1)
        let values = [UInt16](repeating: 7, count: count)
        let before = world.outputs
        #expect(world.write(register: address, values: values) == false)
        #expect(world.outputs == before && world.io.watchdogTripped)
        if address != 0 { #expect(world.readRegisters(at: address, count: count) == nil) }
        #expect(world.readRegisters(at: 0, count: 34) == nil)
    }

    /// Goal: register values compare the short way round.
    @Test func travelWraps() {
        #expect(UInt32(5).travel(from: 0xFFFF_FFFB) == 10)
        #expect(UInt32(0xFFFF_FFFB).travel(from: 5) == -10)
        #expect(UInt32(0x8000_0000).travel(from: 0) == -0x8000_0000)
    }
}
