import JournalCore
import LineCore
import SnapshotCore

/// Starts, crashes and the order of the simulated batch.
extension SimulatedLine {
    static let gtin = "09506000134352"
    static let expiry = "490331"
    static let lot = "LOT1"

    /// The configuration of the simulated line, with the world's distances.
    var configuration: LineConfiguration {
        var line = LineConfiguration(
            name: "sim", lanes: (0..<plan.lanes).map(lane), countsPerMetre: 1_000,
            maxMillimetresPerSecond: 1_500, packing: stations,
            numbers: NumberRules(unitBlock: 200, ssccBlock: 20, lowWater: 20), zone: plan.zone,
            drainMillimetres: 4_000)
        switch plan.packing {
        case .single: break
        case .manual(let isLabelFirst):
            (line.packing[0].mode, line.packing[0].isLabelFirst) = (.manual, isLabelFirst)
        case .layers(let layers):
            let separator = World.layerSeparator.asciiValue ?? 0
            line.packing[0].mode = .layer(separator: separator, perContainer: layers)
        }
        line.handhelds = ["handheld"]
        line.link = link
        if plan.reworks > 0 { line.reintroduced = Set(RejectReason.ofPlaceAndTime) }
        if plan.hasJobs { line.jobDevices = Self.jobDevices(plan).map { JobDevice(name: $0) } }
        if plan.signsOn { line.operators = OperatorRules(release: true) }
        line.changeover = plan.changeover
        if plan.isTimed { line.timedMillimetresPerSecond = plan.toldMillimetresPerSecond }
        return line
    }

    /// What stands on a lane; on a line with one, names have no number.
    private func lane(_ index: Int) -> Lane {
        Lane(
            name: plan.lanes == 1 ? "" : "\(index + 1)", io: Self.device("io", lane: index),
            unitPrint: UnitPrintStation(
                name: Self.device("print", lane: index), device: Self.device("coder", lane: index),
                lookAhead: 12, sendBatch: 4, maxSkip: 8),
            unitVerify: UnitVerifyStation(
                name: Self.device("verify", lane: index), cameras: [Self.device("camera", lane: index)],
                decideWithinMillimetres: 90, minPitchMillimetres: 110, triggerLagMilliseconds: 50),
            gate: GateStation(
                name: Self.device("gate", lane: index), mode: plan.gate, distanceMillimetres: 800,
                passSensorMillimetres: 900, toleranceMillimetres: 50, marginMillimetres: 60,
                confirmWithinMillimetres: 200, confirmTimeoutMilliseconds: 2_000, maxRejectsInRow: 6,
                signalMaxAgeMilliseconds: 250))
    }

    /// The name of a device or station of a lane.
    static func device(_ name: String, lane: Int) -> String { lane == 0 ? name : "\(name)-\(lane + 1)" }

    private var signer: JournalSigner? { JournalSigner(seed: [UInt8](repeating: 7, count: 32)) }

    private var limits: JournalLimits {
        var limits = JournalLimits()
        limits.segmentBytes = 1 << 18
        limits.groupBytes = 1 << 16
        limits.chunkBytes = 1 << 16
        limits.reserveBytes = 0
        return limits
    }

    // MARK: Start

    /// Recovers the journal and starts the rules, as the daemon does.
    mutating func start() {
        guard let signer else { return violated("no key") }
        var state = LineState()
        var recovered: [[UInt8]] = []
        do {
            if try Journal.exists(storage: disk) {
                (state, recovered) = try recover(signer)
            } else {
                guard
                    let identity = JournalIdentity(
                        line: "sim", randomID: [UInt8](repeating: 1, count: 16), publicKey: signer.publicKey)
                else { return violated("no identity") }
                try goOn(
                    from: RecoveredState(
                        begun: try Journal.create(
                            storage: disk, identity: identity, signer: signer, limits: limits)))
            }
        } catch {
            return violated("law 1: a start needs a person: \(error)")
        }
        compareRecovered(recovered)
        // What was about to be acknowledged may be there all the same.
        let unseen = recovered.dropFirst(acknowledged).compactMap { try? LineRecord.decode($0)?.record }
        for text in laws.signOns.take(decision: Array(unseen)) { violated("law 10: \(text)") }
        shadow = state
        answers = [:]
        bodies = recovered
        acknowledged = recovered.count
        recordsSinceStart = 0
        purgeWritten = [:]
        line = Line(configuration: configuration, state: state)
        laws.started(at: now, verifies: olderJournalDue != nil)
        turn(
            .started(
                LineStart(
                    boot: "boot-\(report.crashes)", version: "sim", configuration: "",
                    isJournalVerified: olderJournalDue == nil)))
        for device in configuration.deviceNames where !jobs.away.contains(device) {
            turn(.device(device, .connected))
        }
        for lane in 0..<plan.lanes { turn(.io(ioReport(lane), lane: lane)) }
    }

    /// Begins from a snapshot where one is proven, and compares with a fold from the first record.
    private mutating func recover(_ signer: JournalSigner) throws -> (LineState, [[UInt8]]) {
        var bodies: [[UInt8]] = []
        let whole = try RecoveredState.open(
            SimulatedDisk(disk.state), snapshots: nil, signer: signer, limits: limits, program: Self.program,
            imports: importedFiles.imports
        ) { record in
            if let record { bodies.append(Array(record.body)) }
        }
        let start = try RecoveredState.open(
            disk, snapshots: SnapshotStore(disk), signer: signer, limits: limits, program: Self.program,
            imports: importedFiles.imports)
        if start.state != whole.state || start.journal.durable != whole.journal.durable {
            violated("law 12: snapshot and tail are not the fold from the first record")
        }
        for text in start.passedOver { onLine?("\(now) snapshot passed over: \(text)") }
        if start.snapshot != nil {
            report.snapshotStarts += 1
            // Chance of its own: what seeds showed before this was simulated, they still show.
            var luck = SeededRandom(seed: plan.seed, purpose: 0x01DE, subject: UInt64(report.crashes))
            olderJournalDue = now + UInt64(luck.below(Self.longestVerificationMilliseconds)) * 1_000_000
        }
        try goOn(from: start)
        return (start.state, bodies)
    }

    private mutating func goOn(from start: RecoveredState) throws {
        journal = start.journal
        snapshots = try SnapshotMaker(
            storage: disk, store: SnapshotStore(disk), start: start.foldStart, program: Self.program,
            cadence: Self.cadence, imports: importedFiles.imports)
    }

    private static let program = "sim"
    /// The journal before a snapshot is verified within this time: long enough for a batch to end before
    /// that.
    private static let longestVerificationMilliseconds = 60_000

    private static let cadence: SnapshotMaker.Cadence = {
        var cadence = SnapshotMaker.Cadence()
        cadence.records = 60
        cadence.recordsAtClose = 20
        return cadence
    }()

    /// The second fold reads on to the durable end; where a snapshot is due it is made and recorded.
    mutating func followSnapshots() {
        do {
            while let durable = journal?.durable, snapshots?.position.isBefore(durable) == true {
                _ = try snapshots?.follow(upTo: durable)
                guard snapshots?.isDue() == true, let fact = try snapshots?.make() else { continue }
                turn(.snapshotWritten(fact))
            }
        } catch {
            losePower()
        }
    }

    /// Law 2 and 7: what was acknowledged is there, and nothing else but what was about to be.
    private mutating func compareRecovered(_ recovered: [[UInt8]]) {
        if recovered.count < acknowledged {
            violated("law 7: \(acknowledged - recovered.count) acknowledged records are lost")
        }
        if recovered.count > bodies.count || zip(recovered, bodies).contains(where: { $0 != $1 }) {
            violated("law 7: the journal holds records nobody made")
        }
    }

    // MARK: Crash

    /// Ends the program: by a kill, by a power cut now, or by one in the middle of the next write.
    mutating func crash() {
        report.crashes += 1
        switch random.below(3) {
        case 0: die(power: nil)
        case 1: die(power: PowerFate.allCases[random.below(PowerFate.allCases.count)])
        default:
            // The power goes within one of the next operations of the disk; the commit fails then.
            disk.plan.powerCutAt = disk.operations + 1 + random.below(4)
        }
    }

    mutating func losePower() {
        die(power: PowerFate.allCases[random.below(PowerFate.allCases.count)])
    }

    private mutating func die(power: PowerFate?) {
        line = nil
        olderJournalDue = nil
        journal = nil
        snapshots = nil
        dropJobAnswers()
        scale.forget()
        if let power { disk.cutPower(power, seed: random.next()) } else { disk.startAgain() }
        startsAt = now + 300_000_000 + UInt64(random.below(2_000)) * 1_000_000
    }

    // MARK: Order

    private static func label(_ text: String) -> LineCommand.Verb {
        .defineLabel(name: "carton", text: text, sha256: "sha-\(text)")
    }

    /// The product first, then an order that leaves to it whatever it can.
    private mutating func openOverProduct(_ whole: Order) {
        var product = Product()
        (product.gtin, product.name, product.packing) = (whole.gtin, whole.product, whole.packing)
        (product.market, product.nationalNumber) = (whole.market, whole.nationalNumber)
        product.labels[plan.levels[0].level] = "carton"
        if plan.weighs { product.weights[plan.levels[0].level] = weightLimits }
        order(Self.label("first"))
        order(.defineProduct(product))
        var said = whole
        (said.product, said.packing, said.market, said.nationalNumber) = ("", PackPlan(), "", "")
        order(.openBatch(OrderDraft(saidIn: said, unused: nil)))
        if shadow.batches.last?.order != whole { violated("order and product are another order") }
    }

    mutating func prepareBatch() {
        guard let (table, items) = serials(plan.units * 2 + 2_000) else {
            return violated("a payload is none")
        }
        let codes = items.prefix(plan.units).map { PrintedCode(values: $0.values) }
        laws.codes = Dictionary(items.map { ($0.serial, $0.values) }) { first, _ in first }
        laws.positions = Dictionary(items.enumerated().map { ($1.serial, $0) }) { first, _ in first }
        importedFiles.tables["sha-units"] = table
        var units = PoolOffer(
            name: "units", kind: plan.isPreprinted ? .preprinted : .printed, key: Self.gtin,
            content: .file(sha256: "sha-units", table))
        units.market = plan.code.market
        order(.addPool(units))
        order(
            .addPool(
                PoolOffer(
                    name: "ssccs", kind: .sscc, key: "39506000",
                    content: .range(prefix: "", first: 1, count: 100_000, width: 0))))
        var order = Order()
        order.batch = Self.batch
        order.gtin = Self.gtin
        order.product = "Simulated tablets"
        order.lot = Self.lot
        order.expiry = Self.expiry
        order.quantity = plan.units
        for level in plan.levels { order.packing[level.level] = level.items }
        order.unitPool = "units"
        order.ssccPool = "ssccs"
        order.market = plan.code.market
        order.nationalNumber = plan.code.nationalNumber
        order.jobs = orderJobs
        if plan.isOverProduct { openOverProduct(order) } else { self.order(.openBatch(order)) }
        if let opener = shadow.batches.last?.openedBy, plan.signsOn {
            self.order(.releaseBatch(Self.batch), except: opener)
        }
        if !plan.changeover.clearance.isEmpty { self.order(.clearLine(points: plan.changeover.clearance)) }
        self.order(.startBatch(Self.batch, setsUp: plan.setUpCartons > 0))
        if plan.isPreprinted {
            world.loadFeeder(preprinted: codes)
        } else {
            world.loadFeeder(blank: plan.units)
        }
        if plan.isOverProduct { self.order(Self.label("second")) }
        if let refusal = laws.refused.first { violated("the batch cannot start: \(refusal)") }
        laws.refused = []
    }
}
