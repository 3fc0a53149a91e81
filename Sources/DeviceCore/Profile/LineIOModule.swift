/// An I/O module without a program of its own, table `[modbus.module]`: what is wired to it, and how its
/// watchdog is set and seen.
///
/// The session does what the line I/O contract asks of a controller (`docs/line-io.md`, "A module without a
/// program"); the module only copies bits, counts edges and drops its outputs when nobody writes them.
public struct LineIOModule: Equatable, Sendable {
    /// One read of bits or registers.
    public struct Block: Equatable, Sendable {
        /// `function`: 1 or 2 for bits, 3 or 4 for registers.
        public var function: Int
        /// `start`: first bit or register, from 0.
        public var start: Int
        /// `count`: 1 to 64 bits, 1 to 125 registers.
        public var count: Int

        /// Makes a block.
        public init(function: Int, start: Int = 0, count: Int) {
            (self.function, self.start, self.count) = (function, start, count)
        }
    }

    /// A register written or looked at before the first look at the inputs, table array `[[setup]]`.
    public struct Setup: Equatable, Sendable {
        /// `register`: 0 to 65535.
        public var register: Int
        /// `value`: 0 to 65535.
        public var value: Int
        /// `write`: it is written; else it must stand so already.
        public var isWritten: Bool
        /// `verify`: it is read back, and must be `value`.
        public var isVerified: Bool

        /// Makes a step.
        public init(register: Int, value: Int, isWritten: Bool = true, isVerified: Bool = true) {
            (self.register, self.value) = (register, value)
            (self.isWritten, self.isVerified) = (isWritten, isVerified)
        }
    }

    /// A register that says whether the module's watchdog dropped the outputs, table
    /// `[modbus.module.watchdog]`.
    public struct Watchdog: Equatable, Sendable {
        /// `register`: read with function 3.
        public var register: Int
        /// `tripped`: its value then.
        public var tripped: Int

        /// Makes it.
        public init(register: Int, tripped: Int) { (self.register, self.tripped) = (register, tripped) }
    }

    /// Signals from the line.
    public enum Input: String, CaseIterable, Sendable {
        /// The belt runs at its speed.
        case running
        /// Part-present sensor.
        case part
        /// Pass sensor behind the gate.
        case pass
        /// Reject confirmation sensor in the chute.
        case reject
        /// The reject bin is full.
        case binFull

        /// Edges of it are counted.
        public var isCounted: Bool { self == .part || self == .pass || self == .reject }
    }

    /// Signals to the line.
    public enum Output: String, CaseIterable, Sendable {
        /// The belt may run.
        case run
        /// The infeed may feed.
        case feed
        /// The gate lets pass; without it the gate rejects.
        case gate
        /// Lamps and horn.
        case red, amber, green, horn
    }

    /// Read each cycle: function 1 or 2.
    public var inputs: Block
    /// Which bit of the module each input is; a counted one may be absent where it has a counter.
    public var inputBits: [Input: Int]
    /// `inverted`: inputs that are 0 when they hold (a sensor that switches off).
    public var inverted: Set<Input>
    /// Read each cycle after the inputs: function 3 or 4; `nil` where edges are seen by looking alone.
    public var counters: Block?
    /// The register with the low word of each counter.
    public var counterRegisters: [Input: Int]
    /// First bit of the outputs, written together with function 15.
    public var outputsStart: Int
    /// How many are written together, 1 to 64.
    public var outputsCount: Int
    /// Which bit each output is.
    public var outputBits: [Output: Int]
    /// Where the outputs can be read back; as many as are written.
    public var readBack: Block?
    /// Set and looked at on each connection, in order.
    public var setup: [Setup]
    /// `nil` where only outputs read back tell.
    public var watchdog: Watchdog?
    /// `gateWindowMilliseconds`: the gate is open so long before and after the place of a unit, 5 to 2000.
    public var gateWindowMilliseconds: Int

    /// Makes a module.
    public init(
        inputs: Block, inputBits: [Input: Int], inverted: Set<Input> = [], counters: Block? = nil,
        counterRegisters: [Input: Int] = [:], outputsStart: Int, outputsCount: Int,
        outputBits: [Output: Int], readBack: Block? = nil, setup: [Setup] = [], watchdog: Watchdog? = nil,
        gateWindowMilliseconds: Int
    ) {
        self.inputs = inputs
        self.inputBits = inputBits
        self.inverted = inverted
        self.counters = counters
        self.counterRegisters = counterRegisters
        self.outputsStart = outputsStart
        self.outputsCount = outputsCount
        self.outputBits = outputBits
        self.readBack = readBack
        self.setup = setup
        self.watchdog = watchdog
        self.gateWindowMilliseconds = gateWindowMilliseconds
    }

    /// What is wrong with it; empty when sessions can use it.
    func faults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ key: String, _ message: String) {
            if !holds { faults.append(ProfileFault("modbus.module." + key, message)) }
        }
        func need(_ block: Block, _ key: String, bits: Bool) {
            let functions = bits ? 1...2 : 3...4
            let most = bits ? 64 : 125
            need(functions.contains(block.function), "\(key).function", bits ? "1 or 2" : "3 or 4")
            need((1...most).contains(block.count), "\(key).count", "must be 1 to \(most)")
            need(
                (0...65_535).contains(block.start) && block.start + min(max(block.count, 0), 125) <= 65_536,
                "\(key).start", "must lie in 0 to 65535 with all it counts")
        }
        need(inputs, "inputs", bits: true)
        if let counters { need(counters, "counters", bits: false) }
        if let readBack { need(readBack, "readBack", bits: true) }
        need((1...64).contains(outputsCount), "outputs.count", "must be 1 to 64")
        need(
            (0...65_535).contains(outputsStart) && outputsStart + min(max(outputsCount, 0), 64) <= 65_536,
            "outputs.start", "must lie in 0 to 65535 with all it counts")
        need((5...2_000).contains(gateWindowMilliseconds), "gateWindowMilliseconds", "must be 5 to 2000")
        guard faults.isEmpty else { return faults }
        for input in Input.allCases {
            let counter = counterRegisters[input]
            if let bit = inputBits[input] {
                need(
                    bit >= inputs.start && bit < inputs.start + inputs.count, "inputs.\(input.rawValue)",
                    "must lie inside the one read (start, count)")
            } else {
                need(
                    input == .binFull || counter != nil, "inputs.\(input.rawValue)",
                    "a line needs it, as a bit\(input.isCounted ? " or a counter" : "")")
            }
            if let counter, let block = counters {
                need(
                    counter >= block.start && counter < block.start + block.count,
                    "counters.\(input.rawValue)", "must lie inside the one read (start, count)")
            }
        }
        for output in Output.allCases {
            guard let bit = outputBits[output] else {
                need(
                    ![.run, .feed, .gate].contains(output), "outputs.\(output.rawValue)", "a line needs it")
                continue
            }
            need(
                bit >= outputsStart && bit < outputsStart + outputsCount, "outputs.\(output.rawValue)",
                "must lie inside the one write (start, count)")
        }
        need(
            Set(outputBits.values).count == outputBits.count, "outputs", "two outputs have the same bit")
        need(
            Set(inputBits.values).count == inputBits.count, "inputs", "two inputs have the same bit")
        need(
            Set(counterRegisters.values).count == counterRegisters.count, "counters",
            "two inputs have the same counter")
        need(
            readBack != nil || watchdog != nil, "watchdog",
            "nothing tells that the module dropped its outputs: give readBack or watchdog")
        need(
            readBack == nil || readBack?.count == outputsCount, "readBack.count", "as many as are written")
        for (index, step) in setup.enumerated() {
            let fits = (0...65_535).contains(step.register) && (0...65_535).contains(step.value)
            need(fits, "setup.\(index + 1)", "register and value must be 0 to 65535")
            need(
                step.isWritten || step.isVerified, "setup.\(index + 1)", "neither written nor looked at")
        }
        if let watchdog {
            let fits = (0...65_535).contains(watchdog.register) && (0...65_535).contains(watchdog.tripped)
            need(fits, "watchdog", "register and tripped must be 0 to 65535")
        }
        return faults
    }
}
