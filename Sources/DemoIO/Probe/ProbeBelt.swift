/// The belt of a probe and the registers its I/O controller shows of it; see `docs/line-io.md`.
///
/// Time on the belt goes on only while run-enable is on. A unit breaks the beam, the camera reads it
/// ``cameraShare`` of a pitch later, the gate is ``gate`` counts behind the beam, the pass sensor
/// ``passSensor``.
struct ProbeBelt: Sendable {
    /// Counts, millimetres.
    static let pitch = 120
    static let gate = 800
    static let passSensor = 900
    private static let cameraShare = 0.3
    /// Travel before the first unit: what a start rejects has gone by then.
    private static let lead = 2_000

    let codes: [[UInt8]]
    private let nanosecondsPerUnit: Double
    private(set) var report = ProbeReport()
    private var registers = [UInt16](repeating: 0, count: 256)
    /// Time on the belt, and when it was brought up to date.
    private var travelled = 0.0
    private var lastAt: UInt64 = 0
    private var isRunning = false
    /// Units that broke the beam, were read, reached the gate and left, as counts.
    private var seen = 0
    private var read = 0
    private var judged = 0
    private var gone = 0
    /// When each unit was read, and whether its command has come.
    private var readAt: [UInt64]
    private var isPassed: [Bool]

    init(codes: [[UInt8]], unitsPerSecond: Double) {
        self.codes = codes
        nanosecondsPerUnit = 1e9 / unitsPerSecond
        readAt = [UInt64](repeating: 0, count: codes.count)
        isPassed = [Bool](repeating: false, count: codes.count)
        report.latencies.reserveCapacity(codes.count)
        registers[0] = 1
    }

    // MARK: - Belt

    private var position: Int { Int(travelled / nanosecondsPerUnit * Double(Self.pitch)) }
    private func position(of unit: Int) -> Int { Self.lead + unit * Self.pitch }

    /// Belt time at which a place is reached.
    private func time(_ counts: Double) -> Double { counts / Double(Self.pitch) * nanosecondsPerUnit }

    private func readTime(of unit: Int) -> Double {
        time(Double(position(of: unit)) + Self.cameraShare * Double(Self.pitch))
    }

    private mutating func advance(to now: UInt64) {
        if isRunning, now > lastAt { travelled += Double(now - lastAt) }
        lastAt = now
        while seen < codes.count, position >= position(of: seen) {
            seen += 1
            report.units = seen
            show(seen, at: 4, position(of: seen - 1))
        }
        while judged < seen, position >= position(of: judged) + Self.gate {
            // No command by now: it took at least so long.
            if !isPassed[judged], judged < read { report.latencies.append(now - readAt[judged]) }
            if registers[101] & 4 != 0 { isPassed[judged] = false }
            judged += 1
        }
        while gone < seen, position >= position(of: gone) + Self.passSensor {
            let counter = isPassed[gone] ? 7 : 10
            if !isPassed[gone] { report.late += 1 }
            show(Int(registers[counter]) + 1, at: counter, position(of: gone) + Self.passSensor)
            gone += 1
        }
        report.isDone = gone == codes.count
    }

    private mutating func show(_ count: Int, at register: Int, _ position: Int) {
        registers[register] = UInt16(truncatingIfNeeded: count)
        show(position, at: register + 1)
    }

    private mutating func show(_ position: Int, at register: Int) {
        registers[register] = UInt16(truncatingIfNeeded: position >> 16)
        registers[register + 1] = UInt16(truncatingIfNeeded: position)
    }

    // MARK: - Camera

    /// What the camera has to say by now.
    mutating func messageDue(at now: UInt64) -> [UInt8]? {
        advance(to: now)
        guard read < codes.count, travelled >= readTime(of: read) else { return nil }
        return codes[read] + [0x0D]
    }

    /// The camera's message is on its way.
    mutating func spoke(at now: UInt64) {
        readAt[read] = now
        read += 1
    }

    /// When the camera speaks next, on the clock; far away while the belt stands.
    var nextDue: UInt64 {
        guard isRunning, read < codes.count else { return .max }
        return lastAt + UInt64(max(0, readTime(of: read) - travelled))
    }

    // MARK: - Modbus

    /// The answer to one request.
    mutating func answer(_ frame: [UInt8], heardAt heard: UInt64) -> [UInt8] {
        func word(_ at: Int) -> Int { at + 1 < frame.count ? Int(frame[at]) << 8 | Int(frame[at + 1]) : 0 }
        let (start, count) = (word(8), word(10))
        guard frame.count >= 12, start + count <= registers.count else { return reply(frame, [0x83, 2]) }
        switch frame[7] {
        case 3, 4:
            advance(to: heard)
            show(position, at: 2)
            registers[1] = isRunning ? 1 : 0
            let values = registers[start..<start + count]
            return reply(
                frame, [frame[7], UInt8(2 * count)] + values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        case 16 where frame.count == 13 + 2 * count:
            for index in 0..<count { registers[start + index] = UInt16(word(13 + 2 * index)) }
            written(start..<start + count, heardAt: heard)
            return reply(frame, Array(frame[7..<12]))
        default: return reply(frame, [frame[7] | 0x80, 1])
        }
    }

    private func reply(_ frame: [UInt8], _ body: [UInt8]) -> [UInt8] {
        [frame[0], frame[1], 0, 0, 0, UInt8(body.count + 1), frame[6]] + body
    }

    private mutating func written(_ range: Range<Int>, heardAt heard: UInt64) {
        if range.contains(101) {
            advance(to: heard)
            let runs = registers[101] & 1 == 1
            if isRunning, !runs { report.stops += 1 }
            isRunning = runs
        }
        // A gate command: its sequence is new, its position tells the unit.
        guard range.contains(104), registers[104] != registers[13] else { return }
        registers[13] = registers[104]
        registers[14] = 1
        let place = Int(registers[106]) << 16 | Int(registers[107])
        let unit = (place - Self.gate - Self.lead + Self.pitch / 2) / Self.pitch
        guard isPassed.indices.contains(unit), unit < read, !isPassed[unit] else { return }
        guard position < place else { return }
        isPassed[unit] = true
        report.latencies.append(heard - readAt[unit])
    }
}
