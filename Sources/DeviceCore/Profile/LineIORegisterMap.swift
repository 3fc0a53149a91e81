/// Where the line I/O contract lies in the controller's holding registers, table `[modbus]`.
///
/// The contract fixes meaning and order (`docs/line-io.md`); these numbers let a controller place the
/// blocks elsewhere. Positions and counters of 32 bits take two registers, high word first.
public struct LineIORegisterMap: Equatable, Sendable {
    /// Registers read each poll, table `[modbus.inputs]`. All but `start` and `count` are register numbers.
    public struct Inputs: Equatable, Sendable {
        /// `start`: first register of the one read.
        public var start: Int
        /// `count`: registers of the one read, 1 to 125.
        public var count: Int
        /// `contractVersion`.
        public var contractVersion: Int
        /// `status`: bits 0 conveyor running, 1 bin full, 2 output watchdog tripped, 3 gate fault.
        public var status: Int
        /// `beltPosition`, two registers.
        public var beltPosition: Int
        /// `part`: counter, then position in two registers.
        public var part: Int
        /// `pass`: counter, then position in two registers.
        public var pass: Int
        /// `reject`: counter, then position in two registers.
        public var reject: Int
        /// `gateSequence`: sequence taken, then its result.
        public var gateSequence: Int
        /// `heartbeatEcho`.
        public var heartbeatEcho: Int
        /// `dispositionCounter`.
        public var dispositionCounter: Int
        /// `dispositionRing`: slots of track and result.
        public var dispositionRing: Int
        /// `dispositionSlots`: a power of two, at most 32.
        public var dispositionSlots: Int

        /// Makes the table; the defaults are the contract's own numbers.
        public init(
            start: Int = 0, count: Int = 33, contractVersion: Int = 0, status: Int = 1, beltPosition: Int = 2,
            part: Int = 4, pass: Int = 7, reject: Int = 10, gateSequence: Int = 13, heartbeatEcho: Int = 15,
            dispositionCounter: Int = 16, dispositionRing: Int = 17, dispositionSlots: Int = 8
        ) {
            self.start = start
            self.count = count
            self.contractVersion = contractVersion
            self.status = status
            self.beltPosition = beltPosition
            self.part = part
            self.pass = pass
            self.reject = reject
            self.gateSequence = gateSequence
            self.heartbeatEcho = heartbeatEcho
            self.dispositionCounter = dispositionCounter
            self.dispositionRing = dispositionRing
            self.dispositionSlots = dispositionSlots
        }
    }

    /// Registers written, table `[modbus.outputs]`. All but `verdictSlots` are register numbers.
    public struct Outputs: Equatable, Sendable {
        /// `heartbeat`, then control bits, then run limit in two registers: one write of four.
        public var heartbeat: Int
        /// `gate`: sequence, kind, position in two registers: one write of four.
        public var gate: Int
        /// `purgeUntil`, two registers.
        public var purgeUntil: Int
        /// `verdictTable`: slots of track and verdict.
        public var verdictTable: Int
        /// `verdictSlots`: 1 to 256; slot = track modulo this.
        public var verdictSlots: Int

        /// Makes the table; the defaults are the contract's own numbers.
        public init(
            heartbeat: Int = 100, gate: Int = 104, purgeUntil: Int = 108, verdictTable: Int = 112,
            verdictSlots: Int = 16
        ) {
            self.heartbeat = heartbeat
            self.gate = gate
            self.purgeUntil = purgeUntil
            self.verdictTable = verdictTable
            self.verdictSlots = verdictSlots
        }
    }

    /// What positions are, key `measure`.
    public enum Measure: String, CaseIterable, Sendable {
        /// Encoder counts.
        case encoder
        /// Milliseconds for which the belt ran at its speed, and a conveyor-running bit that holds a stop.
        case runningTime = "running-time"
    }

    /// `unit`: Modbus unit identifier, 0 to 255.
    public var unit: Int
    /// `contract`: version of the line I/O contract the controller must report.
    public var contract: Int
    /// `measure`: what the controller counts as belt position.
    public var measure: Measure
    /// `openRequests`: 2 when one read and one write may be open together, 1 when the controller takes the
    /// next request only after it answered the last. Many servers lose or mix up answers when this is wrong.
    public var openRequests: Int
    /// `watchdogMilliseconds`: after so long without a new heartbeat the controller drops run-enable by
    /// itself; 0: it does not, or nobody knows.
    public var watchdogMilliseconds: Int
    /// `frameGapMilliseconds`: quiet between a reply and the next request on a serial line, at least the 3.5
    /// characters of the standard (4 at 9600 baud, 2 from 19200 on). 0 to 100; only with `modbus-rtu`, and
    /// required there.
    public var frameGapMilliseconds: Int
    /// Table `[modbus.inputs]`.
    public var inputs: Inputs
    /// Table `[modbus.outputs]`.
    public var outputs: Outputs
    /// Table `[modbus.module]`; required for dialogue `modbus-module`, else absent. Then `contract`, `inputs`
    /// and `outputs` mean nothing.
    public var module: LineIOModule?

    /// Makes a map; the defaults are the contract's own numbers.
    public init(
        unit: Int = 1, contract: Int = 1, measure: Measure = .encoder, openRequests: Int = 2,
        watchdogMilliseconds: Int = 0, frameGapMilliseconds: Int = 0, inputs: Inputs = Inputs(),
        outputs: Outputs = Outputs()
    ) {
        self.unit = unit
        self.contract = contract
        self.measure = measure
        self.openRequests = openRequests
        self.watchdogMilliseconds = watchdogMilliseconds
        self.frameGapMilliseconds = frameGapMilliseconds
        self.inputs = inputs
        self.outputs = outputs
    }

    /// What is wrong with the map; empty when sessions can use it.
    ///
    /// - Parameter isSerial: The line is one, with Modbus RTU.
    func faults(isSerial: Bool) -> [ProfileFault] {
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ key: String, _ message: String) {
            if !holds { faults.append(ProfileFault("modbus." + key, message)) }
        }
        need((0...255).contains(unit), "unit", "must be 0 to 255")
        if let module {
            faults += module.faults()
            need(measure == .runningTime, "measure", "a module without a program counts running time")
            need(openRequests == 1, "openRequests", "with a module only one request is open")
            need(inputs == Inputs() && outputs == Outputs(), "inputs", "a module has [modbus.module] instead")
        }
        need(contract == 1, "contract", "this program speaks version 1")
        need((1...2).contains(openRequests), "openRequests", "must be 1 or 2")
        need((0...10_000).contains(watchdogMilliseconds), "watchdogMilliseconds", "must be 0 to 10000")
        if isSerial {
            need((2...100).contains(frameGapMilliseconds), "frameGapMilliseconds", "must be 2 to 100")
            need(openRequests == 1, "openRequests", "on a serial line only one request is open")
            need((1...247).contains(unit), "unit", "must be 1 to 247 on a serial line")
        } else {
            need(frameGapMilliseconds == 0, "frameGapMilliseconds", "goes with modbus-rtu, and only there")
        }
        need((1...125).contains(inputs.count), "inputs.count", "one read holds 1 to 125 registers")
        need((0...65535).contains(inputs.start), "inputs.start", "must be 0 to 65535")
        let slots = inputs.dispositionSlots
        let slotsFit = (1...32).contains(slots) && slots & (slots - 1) == 0
        need(slotsFit, "inputs.dispositionSlots", "must be 1, 2, 4, 8, 16 or 32")
        let fields: [(String, Int, Int)] = [
            ("contractVersion", inputs.contractVersion, 1), ("status", inputs.status, 1),
            ("beltPosition", inputs.beltPosition, 2), ("part", inputs.part, 3), ("pass", inputs.pass, 3),
            ("reject", inputs.reject, 3), ("gateSequence", inputs.gateSequence, 2),
            ("heartbeatEcho", inputs.heartbeatEcho, 1), ("dispositionCounter", inputs.dispositionCounter, 1),
            ("dispositionRing", inputs.dispositionRing, slotsFit ? 2 * slots : 1),
        ]
        guard faults.isEmpty else { return faults }
        for (key, register, size) in fields {
            let inside =
                (0...65535).contains(register)
                && register >= inputs.start && register + size <= inputs.start + inputs.count
            need(inside, "inputs.\(key)", "must lie inside the one read (start, count)")
        }
        let written: [(String, Int, Int)] = [
            ("heartbeat", outputs.heartbeat, 4), ("gate", outputs.gate, 4),
            ("purgeUntil", outputs.purgeUntil, 2),
            ("verdictTable", outputs.verdictTable, 2 * max(1, min(256, outputs.verdictSlots))),
        ]
        need((1...256).contains(outputs.verdictSlots), "outputs.verdictSlots", "must be 1 to 256")
        for (key, register, size) in written {
            let inside = (0...65535).contains(register) && register + size <= 65536
            need(inside, "outputs.\(key)", "must lie in registers 0 to 65535")
        }
        return faults
    }
}
