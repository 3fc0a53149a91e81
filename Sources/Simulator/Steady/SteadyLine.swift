import LineCore

/// The devices of a line on which nothing goes wrong, as fast as the line answers them.
///
/// What a device says follows from what it was told: a unit comes only with a code that was sent to the
/// coder, passes only on its own pass signal, is read into a case only where it fits, and a label is read
/// back only after it was printed. Up to ``inAir`` units are between camera and pass sensor at once, so
/// that many of them share a sync. It holds no clock: whoever runs it says when each step happens.
///
/// One unit is four steps of its pitch:
/// ```
/// 0    scan: this unit breaks the beam, the one `inAir` before it the pass sensor
/// 1/4  the coder has printed it, the camera reads it
/// 1/2  the case camera reads a unit that passed before
/// 3/4  scan: the belt has moved on
/// ```
package struct SteadyLine: Sendable {
    /// Units between camera and pass sensor.
    package let inAir: Int
    /// Characters of a serial.
    package let serialCharacters: Int
    /// Records the coder takes ahead, and at least so many in one go.
    package let lookAhead: Int
    package let sendBatch: Int
    /// Numbers reserved at once.
    package let unitBlock: Int
    /// Serials in the pool.
    package let poolCount: Int
    /// Cases that may wait for their label to be read back.
    package let transit: Int

    /// Steps of one unit.
    package static let stepsPerUnit = 4
    package static let unitsPerCase = 10
    package static let casesPerPallet = 20
    package static let batch = "STEADY-1"
    private static let gtin = "09506000134352"
    private static let lot = "L2611A"
    private static let expiry = "490331"
    /// Distance of two units on the belt, in counts.
    private static let pitch: UInt32 = 200
    /// Travel before the first unit: what a start rejects has gone by then.
    private static let lead: UInt32 = 2_000
    /// Units between pass sensor and case camera: at 400 a minute a pass is recorded by then.
    private static let toPacker = 3

    /// What the devices have to say at once, whatever the belt does.
    private var said: [LineInput] = []
    /// Codes that wait in the coder, oldest first.
    private var coder: [(index: UInt64, code: [UInt8])] = []
    /// Codes of units past the camera and not yet packed, oldest first.
    private var onBelt: [[UInt8]] = []
    private var fed = 0
    private var signalled = 0
    private var passed = 0
    private var packed = 0
    private var casesLabelled = 0
    private var step = 0
    private var io = LineIOReport()
    private var runs = false

    /// A line that stands.
    ///
    /// - Parameter units: The pool has some more serials than these.
    package init(
        units: Int, inAir: Int = 4, lookAhead: Int = 20, sendBatch: Int = 5, unitBlock: Int = 200,
        transit: Int = 3, serialCharacters: Int = 12
    ) {
        self.inAir = inAir
        self.lookAhead = lookAhead
        self.sendBatch = sendBatch
        self.unitBlock = unitBlock
        self.transit = transit
        self.serialCharacters = serialCharacters
        poolCount = units + 4 * unitBlock + lookAhead
        io.running = true
    }

    /// Units past the pass sensor.
    package var unitsPassed: Int { passed }
    /// Units read into a case.
    package var unitsPacked: Int { packed }

    // MARK: - What the line is made of

    /// The configuration that fits.
    package var configuration: LineConfiguration {
        let distance = inAir * Int(Self.pitch)
        return LineConfiguration(
            name: "steady",
            lanes: [
                Lane(
                    io: "io",
                    unitPrint: UnitPrintStation(
                        name: "print", device: "coder", lookAhead: lookAhead, sendBatch: sendBatch,
                        maxSkip: 8),
                    unitVerify: UnitVerifyStation(
                        name: "verify", cameras: ["camera"], decideWithinMillimetres: 160,
                        minPitchMillimetres: 180, triggerLagMilliseconds: 5_000),
                    gate: GateStation(
                        name: "gate", mode: .pass, distanceMillimetres: distance - 100,
                        passSensorMillimetres: distance, toleranceMillimetres: 50, marginMillimetres: 60,
                        confirmWithinMillimetres: 200, confirmTimeoutMilliseconds: 5_000,
                        maxRejectsInRow: 6, signalMaxAgeMilliseconds: 5_000))
            ], countsPerMetre: 1_000, maxMillimetresPerSecond: 20_000,
            packing: [
                PackStation(
                    name: "cases", level: .case, itemReaders: ["case-camera"], printer: "case-printer",
                    labelReaders: ["scanner"], transit: transit),
                PackStation(
                    name: "pallets", level: .pallet, itemReaders: ["scanner"], printer: "pallet-printer",
                    labelReaders: ["handheld"], transit: max(4, transit / 4)),
            ],
            numbers: NumberRules(unitBlock: unitBlock, ssccBlock: max(20, unitBlock / 8), lowWater: 1),
            zone: .reject, drainMillimetres: distance + 1_000)
    }

    /// What a person asks of the line before it runs, in order.
    package var commands: [LineCommand.Verb] {
        var order = Order()
        order.batch = Self.batch
        order.gtin = Self.gtin
        order.product = "Steady tablets"
        order.lot = Self.lot
        order.expiry = Self.expiry
        order.quantity = poolCount
        order.packing[.case] = Self.unitsPerCase
        order.packing[.pallet] = Self.casesPerPallet
        order.unitPool = "units"
        order.ssccPool = "ssccs"
        // The journal holds drawn numbers and those of a range in the same bytes.
        let width = min(9, serialCharacters - 1)
        let prefix = String(repeating: "S", count: serialCharacters - width)
        let units = PoolContent.range(prefix: prefix, first: 1, count: poolCount, width: width)
        let ssccs = PoolContent.range(prefix: "", first: 1, count: poolCount, width: 0)
        return [
            .addPool(PoolOffer(name: "units", kind: .printed, key: Self.gtin, content: units)),
            .addPool(PoolOffer(name: "ssccs", kind: .sscc, key: "39506000", content: ssccs)),
            .openBatch(order), .startBatch(Self.batch),
        ]
    }

    /// Every device connects, and the I/O shows the belt.
    package var firstInputs: [LineInput] {
        configuration.deviceNames.map { .device($0, .connected) } + [.io(io)]
    }

    // MARK: - What the devices are told

    /// Takes an action of the line.
    package mutating func take(_ action: LineAction) {
        switch action {
        case .coder(.prepare, _):
            coder = []
            said.append(.coder(.ready))
        case .coder(.clear, _): coder = []
        case .coder(.send(let index, let values), _): coder.append((index, Self.code(values)))
        case .gate(let signal, _):
            signalled += 1
            said.append(.gateSignal(.written(sequence: signal.sequence)))
        case .label(let label): take(label)
        case .outputs(let outputs, _): runs = outputs.runEnable
        case .verdict, .selectJob, .readJob, .weigh, .feedback, .answer, .checkpoint: break
        }
    }

    private mutating func take(_ label: LabelOrder) {
        said.append(.labelPrinter(device: label.device, .printed(job: label.job)))
        let reader = label.level == .case ? "scanner" : "handheld"
        said.append(.read(device: reader, .code(Array("]C100\(label.sscc)".utf8))))
        if label.level == .case { casesLabelled += 1 }
    }

    /// What the unit camera reads of a record: GTIN, expiry, lot, serial.
    private static func code(_ values: [String]) -> [UInt8] {
        guard values.count == 4 else { return [] }
        return Array("]d201\(values[0])17\(values[1])10\(values[2])\u{1D}21\(values[3])".utf8)
    }

    // MARK: - What they say

    /// What was said since the last call without the belt having moved.
    package mutating func takeSaid() -> [LineInput] {
        defer { said.removeAll(keepingCapacity: true) }
        return said
    }

    /// Whether ``next()`` has a step: a code for the next unit, the pass signal of the one that reaches the
    /// sensor, room for the next case.
    package var isReady: Bool {
        if step > 0 { return true }
        let mayPass = fed < inAir || signalled > fed - inAir
        let mayPack = packed / Self.unitsPerCase - casesLabelled < transit - 1
        return runs && !coder.isEmpty && mayPass && mayPack
    }

    /// The inputs of the next step; empty while the line has to answer first.
    package mutating func next() -> [LineInput] {
        guard isReady else { return [] }
        defer { step = (step + 1) % Self.stepsPerUnit }
        switch step {
        case 0: return arrive()
        case 1: return read()
        case 2: return pack()
        default:
            io.position &+= Self.pitch / 2
            return [.io(io)]
        }
    }

    private mutating func arrive() -> [LineInput] {
        if fed == 0 { io.position &+= Self.lead }
        io.position &+= Self.pitch / 2
        io.partPresent = EdgeCount(count: io.partPresent.count &+ 1, position: io.position)
        if fed >= inAir {
            io.passed = EdgeCount(count: io.passed.count &+ 1, position: io.position)
            passed += 1
        }
        return [.io(io)]
    }

    private mutating func read() -> [LineInput] {
        let unit = coder.removeFirst()
        onBelt.append(unit.code)
        fed += 1
        return [.coder(.printed(through: unit.index)), .read(device: "camera", .code(unit.code))]
    }

    private mutating func pack() -> [LineInput] {
        guard passed >= packed + Self.toPacker else { return [] }
        packed += 1
        return [.read(device: "case-camera", .code(onBelt.removeFirst()))]
    }
}
