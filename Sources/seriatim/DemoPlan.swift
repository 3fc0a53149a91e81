import DemoIO
import Simulator

/// What a demo is to show: the line's size, speed and faults, all told by a few numbers.
struct DemoPlan: Sendable {
    /// Cartons fed.
    let units: Int
    /// Cartons a minute; 0: as fast as the daemon answers.
    let rate: Int
    /// The cartons carry their codes already.
    let isPreprinted: Bool
    /// How the gate is driven.
    let gate: WorldGateMode
    /// Tells codes and faults.
    let seed: UInt64
    /// The daemon is killed part-way.
    let kills: Bool
    /// Further readers at the rework station, which say what transcripts say.
    var played: [DemoPlayers.Device] = []

    static let gtin = "04012345123456"
    static let lot = "L2611A"
    static let expiry = "281231"
    static let batch = "DEMO-1"
    static let unitPool = "carton-serials"
    static let ssccPool = "sscc"
    static let ssccPrefix = "34012345"
    static let unitsPerCase = 10
    static let casesPerPallet = 6
    /// Records reserved in one go; the pool must outlast what a crash voids.
    static let unitBlock = 200

    /// The belt moves by steps that the daemon's scans ask for.
    var isStepped: Bool { rate == 0 }

    /// The belt stops this far before an undecided unit would reach the gate, in millimetres.
    static let gateMargin: Int64 = 120

    /// What moves a stepped belt: a fraction of the pitch for each scan.
    var belt: SteppedBelt? {
        guard isStepped else { return nil }
        return SteppedBelt(
            step: 40, countsPerSecond: Int64(beltSpeed),
            runAhead: layout.gate - layout.partPresent - Self.gateMargin)
    }

    /// The fastest the belt moves, millimetres per second.
    var beltSpeed: Int { isStepped ? 8_000 : max(1, Int(layout.speedCountsPerMinute) / 60) }

    /// What the line is told of it, millimetres per second.
    var toldSpeed: Int { isStepped ? 20_000 : beltSpeed * 6 / 5 }

    /// The daemon is killed once this many cartons were fed.
    var killAfter: Int { max(1, units * 4 / 10) }

    /// Longest time the whole demo may take, in seconds.
    var timeLimitSeconds: Int {
        let perMinute = rate == 0 ? 400 : rate
        return 180 + units * 60 / perMinute * 3
    }

    var layout: WorldLayout {
        var layout = WorldLayout()
        layout.gateMode = gate
        layout.unitsPerCase = Self.unitsPerCase
        layout.casesPerPallet = Self.casesPerPallet
        if isStepped {
            layout.drive = .steps
            layout.timings.setAllDelays(to: 1_000_000)
            layout.timings.unitCameraMinimum = 0
            layout.timings.unitCameraMaximum = 0
            layout.timings.caseCameraMinimum = 0
            layout.timings.caseCameraMaximum = 0
        } else {
            layout.ratePerMinute = Int64(rate)
            shorten(&layout.timings)
        }
        return layout
    }

    /// A faster line has faster cameras and labellers.
    private func shorten(_ timings: inout WorldTimings) {
        guard rate > 600 else { return }
        let speed = UInt64(rate)
        func shortened(_ time: UInt64) -> UInt64 { time * 600 / speed }
        timings.unitCameraMinimum = shortened(timings.unitCameraMinimum)
        timings.unitCameraMaximum = shortened(timings.unitCameraMaximum)
        timings.caseCameraMinimum = shortened(timings.caseCameraMinimum)
        timings.caseCameraMaximum = shortened(timings.caseCameraMaximum)
        timings.caseLabel = shortened(timings.caseLabel)
        timings.toScanner = shortened(timings.toScanner)
        timings.toPallet = shortened(timings.toPallet)
    }

    /// The operator of a stepped belt has no time to lose.
    var pace: OperatorPace {
        var pace = OperatorPace()
        guard isStepped else { return pace }
        pace.reaction = 500_000_000
        pace.look = 400_000_000
        pace.again = 1_000_000_000
        pace.patience = 3_000_000_000
        return pace
    }

    // MARK: Faults

    /// From so many cartons on everything happens that the demo promises.
    static let wholeShow = 240

    /// Every kind that the demo promises, with the cartons it happens to.
    static let promised: [(fault: WorldFault, words: String, oneIn: Int)] = [
        (.unitMisread, "misread", 120), (.unitNoRead, "no-read", 80), (.coderRepeat, "duplicate", 240),
        (.wrongLot, "wrong lot", 240), (.foreignItem, "foreign item in a case", 240),
        (.caseNoRead, "no-read at the case", 240),
    ]

    /// The faults of this seed: each promised kind at least once, far from each other and from the kill.
    var faults: WorldFaults {
        var faults = WorldFaults()
        faults.longestSlip = 0
        var luck = SeededRandom(seed: seed, purpose: 0x6465_6D6F, subject: 1)
        var free = freeCartons
        for kind in Self.promised {
            for _ in 0..<max(1, units / kind.oneIn) where !free.isEmpty {
                let carton = free[luck.below(free.count)]
                free.removeAll { abs($0 - carton) < 4 }
                faults.force(kind.fault, on: carton)
            }
        }
        if units >= Self.wholeShow { faults.force(.labelRepeat, on: units * 6 / 10 / Self.unitsPerCase) }
        return faults
    }

    /// Cartons that are not near the kill, the start or the end.
    private var freeCartons: [Int] {
        let spoilt = kills ? (killAfter - 30)...(killAfter + 30) : 0...0
        let free = (1...max(1, units)).filter { $0 > 5 && $0 < units - 10 && !spoilt.contains($0) }
        return free.isEmpty ? Array(1...max(1, units)) : free
    }

    // MARK: Numbers

    /// Serials of the imported file, more than are needed: what a crash voids is never used.
    var serials: [String] {
        // No letter a camera could take for a digit, so that a misread is never another good serial.
        let alphabet = Array("ACDEFHJKLMNPQRTUVWXY3479")
        var luck = SeededRandom(seed: seed, purpose: 0x6465_6D6F, subject: 2)
        var seen: Set<String> = []
        var list: [String] = []
        while list.count < units + units / 5 + 4 * Self.unitBlock {
            let serial = String((0..<12).map { _ in alphabet[luck.below(alphabet.count)] })
            if seen.insert(serial).inserted { list.append(serial) }
        }
        return list
    }

    /// Codes of preprinted cartons, in the order fed: any of the pool.
    var preprintedCodes: [PrintedCode] {
        serials.reversed().prefix(units).map {
            PrintedCode(values: [Self.gtin, Self.expiry, Self.lot, $0])
        }
    }
}
