import ControlAPI
import JournalCore
import LineCore

// The line's values as the control socket shows them.

extension StatusAnswer {
    init(_ snapshot: LineSnapshot, devices: [DeviceAnswer], version: String) {
        self.init()
        let status = snapshot.status
        line = status.line
        machine = status.machine.rawValue
        at = Timestamp.text(milliseconds: snapshot.wallMilliseconds)
        self.version = version
        starts = status.starts
        batch = status.batch.map { BatchAnswer($0, status) }
        suspended = status.suspended
        stop = status.batch?.hold.map { StopAnswer($0) }
        changeover = ChangeoverAnswer(status.changeover)
        lanes = status.lanes.map { LaneAnswer($0) }
        onBelt = status.onBelt
        serialsLeft = status.serialsLeft
        numbersTimeLeft = status.numbersMinutes.map { MinutesAnswer($0) }
        diskTimeLeft = status.diskMinutes.map { MinutesAnswer($0) }
        takenOut = status.takenOut
        coderWaiting = status.coderWaiting
        packing = status.packing.map { PackingAnswer($0) }
        balance = status.balance.map { BalanceAnswer($0) }
        self.devices = devices
        alarms = status.alarms.map { AlarmAnswer($0) }
        signsOn = status.signsOn
        signedOn = status.signedOn.map { SignedOnAnswer($0) }
        journal = JournalAnswer(snapshot.durable)
        verifyingJournal = status.isVerifyingJournal
    }
}

extension LaneAnswer {
    init(_ lane: LineStatus.LaneStatus) {
        self.init()
        name = lane.name
        onBelt = lane.onBelt
        coderWaiting = lane.coderWaiting
    }
}

extension ChangeoverAnswer {
    init(_ changeover: LineStatus.Changeover) {
        self.init()
        firstArticle = changeover.firstArticle ?? ""
        challenges = changeover.challenges.map(\.rawValue)
        dueOn = changeover.dueOn
        laid = changeover.laid?.rawValue ?? ""
        needsClearance = changeover.needsClearance
    }
}

extension SignedOnAnswer {
    init(_ there: SignedOn) {
        self.init()
        name = there.name
        role = there.role.rawValue
        terminal = there.terminal
    }
}

extension StopAnswer {
    init(_ held: BatchHeld) {
        self.init()
        let reason = StopReason(rawValue: held.reason)
        code = held.reason
        text = reason?.text ?? held.reason
        remedy = reason?.remedy ?? ""
        station = held.station
        detail = held.detail
        immediate = held.immediate
    }
}

extension PackingAnswer {
    init(_ station: LineStatus.Packing) {
        self.init()
        self.station = station.station
        level = station.level.rawValue
        open = station.open
        capacity = station.capacity
        closed = station.closed
        transit = station.transit
        unproved = station.unproved
        diverted = station.diverted
        proofDue = station.proofDue
        readingAgain = station.readingAgain ?? ""
        filling = station.filling ?? ""
        byHand = station.byHand
    }
}

extension BalanceAnswer {
    init(_ balance: StationBalance) {
        self.init()
        station = balance.station
        what = balance.what
        total = balance.total
        parts = balance.parts.map { CountAnswer($0.name, $0.count) }
        missing = balance.missing
    }
}

extension AlarmAnswer {
    init(_ alarm: Alarm) {
        self.init()
        code = alarm.code
        station = alarm.station
        text = alarm.text
        detail = alarm.detail
        remedy = alarm.remedy
        priority = alarm.priority?.rawValue ?? ""
        state = alarm.state.rawValue
    }
}

extension JournalAnswer {
    init(_ position: JournalPosition) {
        self.init()
        line = position.line
        bytes = position.bytes
        head = position.head.description
    }
}

extension BatchAnswer {
    /// - Parameter status: The line's, which knows whose jobs were read back.
    init(_ batch: Batch, _ status: LineStatus) {
        self.init()
        let isOnLine = status.batch?.order.batch == batch.order.batch
        jobs = batch.order.jobs.map { wanted in
            JobAnswer(wanted, isOnLine ? status.jobs.first { $0.device == wanted.device } : nil)
        }
        order = OrderMessage(batch.order)
        productVersion = batch.productVersion
        labels = batch.labels.map { LabelUseAnswer($0) }
        state = batch.state.rawValue
        openedBy = batch.openedBy
        releasedBy = batch.releasedBy
        ending = batch.ending
        suspends = batch.suspends
        setUp = batch.trials.isSetUp
        firstArticles = batch.trials.firstArticles.filter(\.isApproved).map(\.serial)
        withstood = Challenge.allCases.compactMap { challenge in
            let lanes = batch.trials.lanesThatWithstood(challenge)
            guard let first = lanes.first else { return nil }
            return challenge.rawValue + (first.isEmpty ? "" : " on \(lanes.joined(separator: " and "))")
        }
        parked = batch.parked.map { CountAnswer($0.station, $0.count) }
        issued = batch.issued
        serials = SerialState.allCases.filter { batch.count($0) > 0 && $0 != .unallocated }
            .map { CountAnswer($0.word, batch.count($0)) }
        remainder = batch.remainder
        toReturn = batch.toReturn
        orphans = batch.closing?.orphans ?? 0
        tracked = batch.tracked
        passed = batch.passed
        rejected = batch.rejected
        cleared = batch.cleared
        open = batch.unitsOpen
        confirmed = batch.confirmed
        recovered = batch.recovered
        counted = batch.counted
        reasons = batch.reasons.map { CountAnswer($0.reason, $0.count) }
        closeReason = batch.closing?.reason ?? ""
        deviation = batch.closing?.deviation ?? ""
    }
}

extension JobAnswer {
    init(_ wanted: DeviceJob, _ status: JobStatus?) {
        self.init()
        device = wanted.device
        job = wanted.job
        state = (status?.state ?? .unknown).rawValue
        detail = status?.detail ?? ""
    }
}

extension OrderMessage {
    /// The order as a request or an answer.
    package init(_ order: Order) {
        self.init()
        batch = order.batch
        gtin = order.gtin
        product = order.product
        lot = order.lot
        expiry = order.expiry
        quantity = order.quantity
        packing = order.packing
        unitPool = order.unitPool
        ssccPool = order.ssccPool
        market = order.market
        nationalNumber = order.nationalNumber
        unused = order.unused.rawValue
        jobs = order.jobs.map { JobMessage(device: $0.device, job: $0.job) }
    }

    /// A request of what was said; the rest is the product's.
    package init(_ draft: OrderDraft) {
        self.init(draft.said)
        if !draft.parts.contains(.unused) { unused = "" }
    }

    /// The order as far as it is said, as the rules take it.
    func draft() throws(ControlFault) -> OrderDraft {
        var order = Order()
        let known: UnusedNumbers? = unused.isEmpty ? nil : try ControlDesk.word(unused, "unused")
        order.batch = batch
        order.gtin = gtin
        order.product = product
        order.lot = lot
        order.expiry = expiry
        order.quantity = quantity
        order.packing = packing
        order.unitPool = unitPool
        order.ssccPool = ssccPool
        order.market = market
        order.nationalNumber = nationalNumber
        order.jobs = jobs.map { DeviceJob(device: $0.device, job: $0.job) }
            .sorted { $0.device < $1.device }
        return OrderDraft(saidIn: order, unused: known)
    }
}

extension PoolAnswer {
    init(_ pool: PoolFigures) {
        self.init()
        name = pool.name
        kind = pool.kind.rawValue
        key = pool.key
        count = pool.count
        free = pool.free
        market = pool.market
    }
}

extension ItemAnswer {
    /// A unit as the line knows it, without a history.
    init(_ unit: UnitFacts) {
        self.init()
        kind = "unit"
        gtin = unit.gtin
        serial = unit.serial
        state = unit.state.word
        pool = unit.pool
        batch = unit.order?.batch ?? ""
        lot = unit.order?.lot ?? ""
        expiry = unit.order?.expiry ?? ""
        parent = unit.parent ?? ""
    }
}

extension DeviceCondition {
    /// The word and what is wrong.
    var words: (condition: String, detail: String) {
        switch self {
        case .connected: ("connected", "")
        case .stale: ("stale", "")
        case .faulty(let text): ("faulty", text)
        }
    }
}

extension ControlFault {
    /// A refusal of the rules, under the HTTP status that fits it.
    init(_ refusal: Refusal) {
        self.init(refusal.code, refusal.text, refusal.remedy, status: Self.status(of: refusal.code))
    }

    /// What does not exist is 404, what cannot be right at any time 422, what does not fit now 409.
    private static func status(of code: String) -> Int {
        let unknown = [
            "BATCH-102", "BATCH-111", "PACK-201", "PACK-210", "PACK-221", "ALARM-101", "REWORK-101",
        ]
        if unknown.contains(code) { return 404 }
        if code.hasPrefix("AUTH-") { return code.hasPrefix("AUTH-13") ? 422 : 403 }
        let clash = ["POOL-101", "POOL-106", "POOL-110"]
        if clash.contains(code) { return 409 }
        let isInput =
            ["ORDER-", "POOL-", "PRODUCT-", "LABEL-"].contains { code.hasPrefix($0) }
            || ["BATCH-151", "PACK-211", "PACK-212", "BATCH-152", "REWORK-120", "REWORK-130"].contains(code)
        return isInput ? 422 : 409
    }

    /// Whatever went wrong, as a caller meets it.
    init(of error: any Error) {
        switch error {
        case let fault as ControlFault: self = fault
        case let error as DaemonError:
            self.init(
                error.code, "\(error.place): \(error.text)", error.remedy,
                status: error.exitStatus == 74 ? 507 : 500)
        default: self.init("CTL-199", "\(error)", "Report this fault.", status: 500)
        }
    }
}
