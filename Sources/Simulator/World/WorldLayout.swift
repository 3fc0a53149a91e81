/// How the reject gate behaves when nobody tells it anything, and what it wants to be told.
package enum WorldGateMode: String, CaseIterable, Sendable {
    /// The controller counts units as tracks and rejects any without a verdict "pass" under its own track.
    case plc
    /// The gate stands in reject; a unit passes only near the position of an accepted "pass at".
    case pass
    /// The gate stands in pass; a unit near an accepted "eject at", or during a purge, is rejected.
    case eject
    /// There is no gate: whatever the belt brings there passes.
    case stop
}

/// What moves the belt.
package enum BeltDrive: Equatable, Sendable {
    /// Virtual time: while running, the belt moves at ``WorldLayout/speedCountsPerMinute``.
    case time
    /// ``World/advance(byCounts:)``: time alone moves nothing on the belt.
    case steps
}

/// What the controller counts as belt position.
package enum BeltMeasure: Equatable, Sendable {
    /// Encoder counts, one a millimetre.
    case encoder
    /// Milliseconds for which the belt ran at its speed: a controller without an encoder. Only with
    /// ``BeltDrive/time`` and a gate that rejects unless told.
    case runningTime
}

/// Where things stand along the belt, in millimetres from the infeed, and how fast they are.
///
/// One encoder count is one millimetre of belt. A carton is at a station when its leading edge is there.
package struct WorldLayout: Equatable, Sendable {
    /// Inkjet or transfer coder with a buffer of records.
    package var coder: Int64 = 300
    /// Part-present sensor: counts units and latches the position.
    package var partPresent: Int64 = 800
    /// Unit camera, triggered by its own eye.
    package var unitCamera: Int64 = 800
    /// Reject gate.
    package var gate: Int64 = 1600
    /// Pass sensor behind the gate.
    package var passSensor: Int64 = 1700
    /// Reader of a carton's own code and its helper code, between pass sensor and case camera; `nil`: the
    /// line has none, and no carton wears a helper code.
    package var link: Int64?
    /// Case camera: reads each unit on its way into the case.
    package var caseCamera: Int64 = 2600
    /// Here a unit falls into the open case.
    package var packer: Int64 = 3200
    /// Length of one carton.
    package var unitLength: Int64 = 60
    /// Distance between the leading edges of two cartons as fed.
    package var pitch: Int64 = 150
    /// Units per minute with the belt running; sets the belt speed.
    package var ratePerMinute: Int64 = 400
    /// Lanes side by side on the belt, which feed in turn; each has its coder, camera, gate and controller.
    package var lanes = 1
    /// What moves the belt.
    package var drive = BeltDrive.time
    /// What the controller counts as belt position.
    package var measure = BeltMeasure.encoder
    /// How far the belt runs on after run-enable has dropped. The run limit holds even then.
    package var coast: Int64 = 20
    /// Half the width of the window in which a gate command meets its unit.
    package var gateTolerance: Int64 = 30
    /// A rejected carton is at the confirmation sensor after this much belt travel or after
    /// ``WorldTimings/chute``, whichever comes first.
    package var chuteTravel: Int64 = 60
    /// The belt stops at the run limit register. False: the register is kept and has no effect.
    package var enforcesRunLimit = true
    /// The gate's rest position and commands.
    package var gateMode = WorldGateMode.eject
    /// Encoder position at the start. The register shows its low 32 bits.
    package var initialPosition: Int64 = 0
    /// Value all 16-bit counters start from; the first unit is counted as one more.
    package var initialCount: UInt16 = 0
    /// Cartons in the bin from which the bin-full sensor reports.
    package var binCapacity = 200
    /// Cartons that make the packer close a case.
    package var unitsPerCase = 10
    /// Cartons of a layer, which the camera over the packer reports in one message; 0: the case camera
    /// reports each on its way in. A case holds whole layers.
    package var unitsPerLayer = 0
    /// A case whose label is called bad leaves the line behind its scanner.
    var hasSideWay = false
    /// A person packs the cases at a table: see ``World``'s packing table.
    package var packsByHand = false
    /// Items that make each container between case and pallet wait for its label, the innermost first.
    package var itemsPerOuter: [Int] = []
    /// Items that make a pallet wait for its label: cases, or what those lie in.
    package var casesPerPallet = 6
    /// Labels on a container of each tier, the pallets last; none said: one on each.
    package var labelsByTier: [Int] = []
    /// Tiers of containers below the pallets.
    var tiers: Int { itemsPerOuter.count + 1 }
    /// Application identifiers of the printed code, in the order of a record's values.
    package var codeFields = ["01", "17", "10", "21"]
    /// The field of the printed code that tells one unit from another.
    var serialField: String { codeFields.contains("235") ? "235" : "21" }
    /// Coder memory in bytes; a record takes its values and ``SimulatedCoder/bytesPerRecord``.
    package var coderBytes = 32_768
    /// Records the coder holds at most.
    package var coderRecords = 250
    /// The coder keeps its buffer and last printed index over a power cycle.
    package var coderMemorySurvives = true
    /// Delays of everything that takes time rather than travel.
    package var timings = WorldTimings()

    /// The line of the defaults above.
    package init() {}

    /// Belt speed in counts (mm) per minute: pitch times rate.
    package var speedCountsPerMinute: Int64 { pitch * ratePerMinute }

    /// What is wrong with this layout, or `nil`. ``World`` refuses one that has a problem.
    package var problem: String? {
        let stations = stationPositions
        if zip(stations, stations.dropFirst()).contains(where: { $0 > $1 }) || coder < 1 || packer > 1_000_000
        {
            return "stations must stand in order, 1 to 1000000 mm from the infeed"
        }
        if let link, link <= passSensor || link >= caseCamera {
            return "the reader of helper codes must stand between pass sensor and case camera"
        }
        if unitLength < 1 || pitch <= unitLength || pitch > 100_000 {
            return "pitch must be more than the unit length and at most 100000 mm"
        }
        if lanes < 1 || lanes > 8 || (lanes > 1 && measure == .runningTime) {
            return "lanes must be 1 to 8, and 1 without an encoder"
        }
        if measure == .runningTime, gateMode != .pass || drive != .time {
            return "without an encoder the gate must reject unless told, and time must move the belt"
        }
        if !(1...10_000).contains(ratePerMinute) { return "rate must be 1 to 10000 units per minute" }
        if !(0...100_000).contains(coast) || !(0...100_000).contains(gateTolerance) || chuteTravel < 1 {
            return "coast, gate tolerance and chute travel must not be negative"
        }
        if initialPosition < 0 || initialPosition > Int64.max / 2 { return "initial position out of range" }
        if ([unitsPerCase, casesPerPallet, binCapacity] + itemsPerOuter + labelsByTier).contains(where: {
            $0 < 1
        }) {
            return "counts must be at least 1"
        }
        if tiers > Self.maxTiers { return "at most \(Self.maxTiers) tiers stand below a pallet" }
        if unitsPerLayer < 0 || (unitsPerLayer > 0 && unitsPerCase % unitsPerLayer != 0) {
            return "a case must hold whole layers"
        }
        if codeFields.isEmpty || coderRecords < 1 { return "a code needs a field and the coder a record" }
        return nil
    }

    /// Items in a full container of a tier; those of the last one are pallets.
    func capacity(of tier: Int) -> Int { ([unitsPerCase] + itemsPerOuter + [casesPerPallet])[tier] }

    /// Sides of a container of a tier that carry a label; those of the last one are pallets.
    func sides(of tier: Int) -> Int { labelsByTier.indices.contains(tier) ? labelsByTier[tier] : 1 }

    /// Most tiers below the pallets.
    private static let maxTiers = 4

    /// Half the gate's window as the controller counts.
    var gateWindow: Int64 {
        switch measure {
        case .encoder: gateTolerance
        case .runningTime: gateTolerance * 60_000 / speedCountsPerMinute
        }
    }

    /// Station positions in belt order, as ``WorldStation`` numbers them.
    var stationPositions: [Int64] {
        [coder, partPresent, unitCamera, gate, passSensor, caseCamera, packer]
    }
}

/// Delays in nanoseconds of virtual time.
package struct WorldTimings: Equatable, Sendable {
    /// Shortest time from a unit camera's trigger to its result.
    package var unitCameraMinimum: UInt64 = 8_000_000
    /// Longest time from a unit camera's trigger to its result.
    package var unitCameraMaximum: UInt64 = 25_000_000
    /// Shortest time from the case camera's trigger to its result.
    package var caseCameraMinimum: UInt64 = 8_000_000
    /// Longest time from the case camera's trigger to its result.
    package var caseCameraMaximum: UInt64 = 25_000_000
    /// A late result comes this long after its trigger.
    package var lateResult: UInt64 = 1_000_000_000
    /// The second result of a double read comes this long after the first.
    package var doubleRead: UInt64 = 3_000_000
    /// From the gate to the confirmation sensor, see ``WorldLayout/chuteTravel``.
    package var chute: UInt64 = 60_000_000
    /// Nothing written to the outputs for this long drops run-enable.
    package var watchdog: UInt64 = 200_000_000
    /// Without an encoder a stop is shown for this long, so that no scan misses it.
    package var shownStop: UInt64 = 200_000_000
    /// Printing and applying one case label.
    package var caseLabel: UInt64 = 400_000_000
    /// Printing one pallet label.
    package var palletLabel: UInt64 = 800_000_000
    /// From the applicator to the fixed scanner.
    package var toScanner: UInt64 = 500_000_000
    /// From the fixed scanner to the pallet.
    package var toPallet: UInt64 = 300_000_000
    /// One act of an operator's hands: apply a label, present a case, scan.
    package var hand: UInt64 = 500_000_000
    /// Presenting one unit of several by hand.
    package var handItem: UInt64 = 150_000_000

    /// The delays above.
    package init() {}

    /// Every delay but the watchdog's, in nanoseconds: for runs that are to be as fast as they can.
    package mutating func setAllDelays(to nanoseconds: UInt64) {
        unitCameraMinimum = nanoseconds
        unitCameraMaximum = nanoseconds
        caseCameraMinimum = nanoseconds
        caseCameraMaximum = nanoseconds
        lateResult = nanoseconds
        doubleRead = nanoseconds
        chute = nanoseconds
        caseLabel = nanoseconds
        palletLabel = nanoseconds
        toScanner = nanoseconds
        toPallet = nanoseconds
        hand = nanoseconds
        handItem = nanoseconds
    }
}

/// Stations a carton comes to, in belt order. The raw value numbers the stretch of belt before the station.
package enum WorldStation: Int, CaseIterable, Sendable {
    /// Coder.
    case coder
    /// Part-present sensor.
    case partPresent
    /// Unit camera.
    case unitCamera
    /// Reject gate.
    case gate
    /// Pass sensor.
    case passSensor
    /// Case camera.
    case caseCamera
    /// Packer.
    case packer
}
