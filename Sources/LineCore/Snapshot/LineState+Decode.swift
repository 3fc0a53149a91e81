import GS1

extension LineState {
    /// Most serials in all pools of a snapshot: what is decoded from a few bytes stays bounded.
    static let maxPositions = 100_000_000

    /// Reads a state back.
    ///
    /// - Parameters:
    ///   - bytes: Bytes nobody has vouched for.
    ///   - range: Where in them the state stands.
    /// - Returns: A state every later record can be applied to.
    /// - Throws: ``SnapshotFault``: another version, or not what ``encoded()`` writes.
    package static func decode(_ bytes: [UInt8], _ range: Range<Int>) throws(SnapshotFault) -> LineState {
        var reader = SnapshotReader(bytes, range)
        guard try reader.count() == snapshotVersion else {
            throw SnapshotFault("it is of another version of the rules")
        }
        var state = LineState()
        var positions = 0
        var tally: [Int: [Int]] = [:]
        let unitPools = try reader.list { (reader) throws(SnapshotFault) in
            try UnitPool.decode(from: &reader, positions: &positions, tally: &tally)
        }
        let ssccPools = try reader.list { (reader) throws(SnapshotFault) in
            try SSCCPool.decode(from: &reader)
        }
        for pool in unitPools { state.add(pool) }
        for pool in ssccPools { state.add(pool) }
        let pools = state.unitPools
        state.batches = try reader.list { (reader) throws(SnapshotFault) in
            try Batch.decode(from: &reader, pools: pools)
        }
        try state.check(tally)
        try state.checkOut()
        try state.checkPools()
        try state.decodeContainers(from: &reader)
        try state.decodeRest(from: &reader)
        try state.decodeProducts(from: &reader)
        try state.decodeLabels(from: &reader)
        try reader.finish()
        return state
    }

    /// Each batch counts the serials that the pools give it.
    private func check(_ tally: [Int: [Int]]) throws(SnapshotFault) {
        for number in tally.keys.sorted() where number > batches.count {
            throw SnapshotFault("a serial is of batch \(number), which is not there")
        }
        for (index, batch) in batches.enumerated() {
            let counted = tally[index + 1] ?? [Int](repeating: 0, count: SerialState.allCases.count)
            guard counted == batch.serials else { throw SnapshotFault("a batch counts other serials") }
        }
    }

    /// What was taken out is there, and good.
    private func checkOut() throws(SnapshotFault) {
        for batch in batches {
            let pool = unitPools[batch.pool]
            let areGood = batch.out.allSatisfy { position in
                Int(position) < pool.count && pool.state(Int(position)) == .commissioned
            }
            guard areGood, Set(batch.out).count == batch.out.count else {
                throw SnapshotFault("a unit that is out is not there, or not good")
            }
        }
    }

    /// The pool of a batch that is not closed is in memory.
    private mutating func checkPools() throws(SnapshotFault) {
        for batch in batches where batch.state != .closed {
            guard !unitPools[batch.pool].rests else {
                throw SnapshotFault("an open batch has no serials in memory")
            }
            unitPools[batch.pool].openBatches += 1
        }
    }

    private mutating func decodeRest(from reader: inout SnapshotReader) throws(SnapshotFault) {
        alarms = try reader.list { (reader) throws(SnapshotFault) in
            var alarm = Alarm(code: try reader.text(), station: try reader.text(), detail: try reader.text())
            guard let state = Alarm.State(rawValue: try reader.text()) else {
                throw SnapshotFault("an alarm has no state")
            }
            alarm.state = state
            return alarm
        }
        let number = try reader.count(upTo: batches.count)
        running = number > 0 ? number - 1 : nil
        let last = try reader.count(upTo: batches.count)
        lastOnLine = last > 0 ? last - 1 : nil
        isCleared = try reader.flag()
        byHand = try reader.list { (reader) throws(SnapshotFault) in try reader.text() }
        guard zip(byHand, byHand.dropFirst()).allSatisfy({ $0.0 < $0.1 }) else {
            throw SnapshotFault("a station packs by hand twice")
        }
        let numbers = containers.indices
        func list() throws(SnapshotFault) -> [Int] {
            try reader.list { (reader) throws(SnapshotFault) in
                let number = try reader.count()
                guard numbers.contains(number) else { throw SnapshotFault("a container is not there") }
                return number
            }
        }
        for index in transit.indices { transit[index] = try list() }
        for index in closedByOrder.indices { closedByOrder[index] = try list() }
        unproved = try list()
        opened = try list()
        for index in closedContainers.indices { closedContainers[index] = try reader.count() }
        try decodeTracks(from: &reader)
        stoppedInOrder = try reader.flag()
        starts = try reader.count()
        holds = try reader.count()
        boot = try reader.text()
        signedOn = try reader.list { (reader) throws(SnapshotFault) in
            let (terminal, name, word) = (try reader.text(), try reader.text(), try reader.text())
            guard let role = Role(rawValue: word) else { throw SnapshotFault("an operator of no role") }
            return SignedOn(terminal: terminal, name: name, role: role)
        }
        guard signedOn.count <= OperatorRules.maxSignedOn,
            Set(signedOn.map(\.terminal)).count == signedOn.count
        else { throw SnapshotFault("two are signed on at one terminal") }
    }

    private mutating func decodeProducts(from reader: inout SnapshotReader) throws(SnapshotFault) {
        var before = ""
        for _ in 0..<(try reader.count(upTo: Product.maxProducts)) {
            let defined = try DefinedProduct.decode(from: &reader)
            guard defined.product.gtin > before else { throw SnapshotFault("a product stands twice") }
            before = defined.product.gtin
            products[before] = defined
        }
    }

    private mutating func decodeLabels(from reader: inout SnapshotReader) throws(SnapshotFault) {
        labels = try reader.list { (reader) throws(SnapshotFault) in
            let (name, sha256) = (try reader.text(), try reader.text())
            let (text, actor) = (try reader.text(), try reader.text())
            let version = try reader.count()
            guard text.utf8.count <= LabelText.maxTextBytes, version > 0 else {
                throw SnapshotFault("a label without version, or too long")
            }
            return LabelText(name: name, version: version, sha256: sha256, text: text, definedBy: actor)
        }
        let isSorted = zip(labels, labels.dropFirst()).allSatisfy {
            ($0.name, $0.version) < ($1.name, $1.version)
        }
        guard isSorted else { throw SnapshotFault("a label stands twice") }
        for batch in batches where batch.state != .closed {
            do throws(StateFault) { try checkLabels(batch.labels) } catch {
                throw SnapshotFault("a batch prints with a label that is not there")
            }
        }
    }

    private mutating func decodeTracks(from reader: inout SnapshotReader) throws(SnapshotFault) {
        let (batches, pools) = (batches, unitPools)
        lanes = try reader.list { (reader) throws(SnapshotFault) in try reader.text() }
        guard lanes.first == "", Set(lanes).count == lanes.count, lanes.count < LaneRun.any else {
            throw SnapshotFault("two lanes have one name")
        }
        let lanes = lanes
        openTracks = try reader.list { (reader) throws(SnapshotFault) in
            let track = try reader.number()
            let verified = try reader.count()
            let batch = try reader.count()
            guard batches.indices.contains(batch), verified <= pools[batches[batch].pool].count,
                verified == 0 || !pools[batches[batch].pool].rests
            else { throw SnapshotFault("a unit on the belt has no serial") }
            let lane = try reader.count()
            guard lanes.indices.contains(lane) else { throw SnapshotFault("a unit is on no lane") }
            return OpenTrack(
                track: track, verified: verified > 0 ? verified - 1 : nil, batch: batch, lane: lane)
        }
        lastTracks = try reader.list { (reader) throws(SnapshotFault) in try reader.number() }
        try checkLanes()
    }

    /// What is known by lane is known of lanes there are.
    private func checkLanes() throws(SnapshotFault) {
        let ofPools = unitPools.allSatisfy { pool in
            pool.order.count <= lanes.count
                && pool.sentTo.allSatisfy { $0.lane == LaneRun.any || Int($0.lane) < lanes.count }
        }
        let ofBatches = batches.allSatisfy { batch in
            batch.byLane.count <= lanes.count
        }
        guard ofPools, ofBatches, lastTracks.count <= lanes.count else {
            throw SnapshotFault("something is known of a lane there is not")
        }
    }
}

// MARK: - Containers

extension LineState {
    private mutating func decodeContainers(from reader: inout SnapshotReader) throws(SnapshotFault) {
        let stations = try reader.list { (reader) throws(SnapshotFault) in try reader.text() }
        let left = try reader.count(upTo: Int(UInt32.max) / 2)
        var held: [Container] = []
        let count = try reader.count(upTo: reader.left)
        held.reserveCapacity(count)
        for _ in 0..<count { held.append(try decodeContainer(from: &reader, stations)) }
        try adopt(&held, left: left)
        let isOver = batches.map { $0.state == .closed }
        guard let list = ContainerList(left: left, held, isOver: { isOver[$0.batch] }) else {
            throw SnapshotFault("two containers have one SSCC")
        }
        containers = list
    }

    private func decodeContainer(
        from reader: inout SnapshotReader, _ stations: [String]
    ) throws(SnapshotFault) -> Container {
        let marks = try reader.byte()
        let sscc = try reader.text()
        let batch = try reader.count()
        let station = try reader.count()
        guard marks < 128, batches.indices.contains(batch), stations.indices.contains(station) else {
            throw SnapshotFault("a container without batch or station")
        }
        var container = Container(
            level: PackLevel.allCases[Int(marks & 3)], sscc: sscc, batch: batch, station: stations[station],
            children: [])
        container.closed = marks & 4 == 4
        container.wasRead = marks & 8 == 8
        container.isDissolved = marks & 16 == 16
        container.isShipped = marks & 32 == 32
        container.isDiverted = marks & 64 == 64
        container.labels = try reader.count()
        container.labelCount = try reader.count()
        let count = try reader.count(upTo: reader.left)
        guard !container.isDissolved || (!container.closed && count == 0) else {
            throw SnapshotFault("a dissolved container is closed or holds something")
        }
        container.children.reserveCapacity(count)
        var before = -1
        for _ in 0..<count {
            let child = before + 1 + (try reader.signed())
            guard let exact = UInt32(exactly: child) else { throw SnapshotFault("a child is out of range") }
            container.children.append(exact)
            before = child
        }
        return container
    }

    /// Makes each container the one parent of its children.
    private mutating func adopt(_ held: inout [Container], left: Int) throws(SnapshotFault) {
        for index in held.indices {
            let parent = UInt32(left + index + 1)
            let pool = batches[held[index].batch].pool
            let content = batches[held[index].batch].order.packing.content(of: held[index].level)
            for child in held[index].children {
                let item = Int(child)
                guard let content else {
                    guard item < unitPools[pool].parents.count, unitPools[pool].parents[item] == 0 else {
                        throw SnapshotFault("a unit is not there or in two containers")
                    }
                    unitPools[pool].parents[item] = parent
                    continue
                }
                guard held.indices.contains(item - left), held[item - left].level == content,
                    held[item - left].parent == 0
                else { throw SnapshotFault("a \(content) is not there or in two containers") }
                held[item - left].parent = parent
            }
        }
    }
}

// MARK: - Pools and batches

extension UnitPool {
    fileprivate static func decode(
        from reader: inout SnapshotReader, positions: inout Int, tally: inout [Int: [Int]]
    ) throws(SnapshotFault) -> UnitPool {
        let name = try reader.text()
        guard let kind = PoolKind(rawValue: try reader.text()), kind != .sscc else {
            throw SnapshotFault("a pool of no kind")
        }
        let gtin = try reader.text()
        let file = try reader.text()
        let market = try reader.text()
        let payload = try reader.list { (reader) throws(SnapshotFault) in
            guard let ai = ApplicationIdentifier(code: try reader.count(upTo: 9_999)) else {
                throw SnapshotFault("a payload of no element")
            }
            return ai
        }
        let rests = try reader.flag()
        let source = try SerialSource.decode(from: &reader, payload, rests: rests)
        // One that rests takes the memory of its runs, which the bytes bound.
        if !rests { positions += source.count }
        guard positions <= LineState.maxPositions else { throw SnapshotFault("it has too many serials") }
        var pool = UnitPool(
            resting: name, kind: kind, gtin: gtin, file: file, market: market, payload: payload,
            source: source)
        pool.nextUnreserved = try reader.count(upTo: pool.count)
        pool.nextUnsent = try reader.count(upTo: pool.nextUnreserved)
        pool.used = try reader.count(upTo: pool.count)
        pool.order = try reader.list { (reader) throws(SnapshotFault) in
            let free = try reader.count()
            let order = LaneOrder(furthestSeen: try reader.signed(), freeBelow: free)
            guard free <= source.count, (-1..<source.count).contains(order.furthestSeen) else {
                throw SnapshotFault("a pool was seen further than it goes")
            }
            return order
        }
        var end = 0
        pool.sentTo = try reader.list { (reader) throws(SnapshotFault) in
            let length = try reader.count(upTo: source.count - end)
            end += length
            guard length > 0 else { throw SnapshotFault("serials were sent to two lanes") }
            return LaneRun(
                end: UInt32(clamping: end), lane: UInt16(try reader.count(upTo: Int(UInt16.max))))
        }
        let runs = try pool.decodeRuns(from: &reader, &tally)
        if rests { pool.runs = runs } else { pool.wake(runs) }
        return pool
    }

    private func decodeRuns(
        from reader: inout SnapshotReader, _ tally: inout [Int: [Int]]
    ) throws(SnapshotFault) -> [SerialRun] {
        var runs: [SerialRun] = []
        var start = 0
        while start < count {
            let length = try reader.count(upTo: count - start)
            let state = try reader.byte()
            let batch = try reader.count(upTo: Int(UInt16.max))
            guard length > 0, Int(state) < SerialState.allCases.count else {
                throw SnapshotFault("a serial has no state")
            }
            runs.append(length, state: state, batch: UInt16(batch))
            start += length
            guard batch > 0 else { continue }
            tally[batch, default: [Int](repeating: 0, count: SerialState.allCases.count)][Int(state)] +=
                length
        }
        return runs
    }
}

extension SerialSource {
    fileprivate static func decode(
        from reader: inout SnapshotReader, _ payload: [ApplicationIdentifier], rests: Bool
    ) throws(SnapshotFault) -> SerialSource {
        switch (try reader.byte(), rests) {
        case (0, false): return .list(try SerialTable.decode(from: &reader, payload))
        case (1, _) where payload.isEmpty: return try range(from: &reader)
        case (2, true): return .stored(count: try reader.count(upTo: SerialTable.maxCount))
        default: throw SnapshotFault("a pool has no serials")
        }
    }

    private static func range(from reader: inout SnapshotReader) throws(SnapshotFault) -> SerialSource {
        let prefix = try reader.text()
        let first = try reader.number()
        let count = try reader.count(upTo: SerialTable.maxCount)
        let width = try reader.count(upTo: 20)
        guard !first.addingReportingOverflow(UInt64(count)).overflow else {
            throw SnapshotFault("a pool passes the largest number")
        }
        return .range(prefix: prefix, first: first, count: count, width: width)
    }
}

extension SerialTable {
    fileprivate static func decode(
        from reader: inout SnapshotReader, _ payload: [ApplicationIdentifier]
    ) throws(SnapshotFault) -> SerialTable {
        let count = try reader.count(upTo: reader.left)
        let length = try reader.count(upTo: 255)
        let lengths =
            length > 0 ? [UInt8](repeating: UInt8(length), count: count) : Array(try reader.raw(count))
        let bytes = Array(try reader.raw(lengths.reduce(0) { $0 + Int($1) }))
        let values = try payload.isEmpty ? PayloadList([]) : PayloadList.decode(from: &reader, payload, count)
        guard let table = SerialTable(texts: bytes, lengths: lengths, payload: values) else {
            throw SnapshotFault("a serial stands in a pool twice")
        }
        return table
    }
}

extension PayloadList {
    fileprivate static func decode(
        from reader: inout SnapshotReader, _ identifiers: [ApplicationIdentifier], _ count: Int
    ) throws(SnapshotFault) -> PayloadList {
        let lengths = Array(try reader.raw(count))
        let bytes = Array(try reader.raw(lengths.reduce(0) { $0 + Int($1) }))
        guard let list = PayloadList(identifiers, joined: bytes, lengths: lengths) else {
            throw SnapshotFault("a payload without its serial")
        }
        return list
    }
}

extension SSCCPool {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> SSCCPool {
        let name = try reader.text()
        let key = try reader.text()
        let first = try reader.number()
        let count = try reader.count()
        guard (0...17).contains(key.utf8.count), !first.addingReportingOverflow(UInt64(count)).overflow else {
            throw SnapshotFault("a pool of SSCCs without key or end")
        }
        var pool = SSCCPool(name: name, key: key, first: first, count: count)
        pool.nextUnreserved = try reader.count(upTo: count)
        pool.nextUnused = try reader.count(upTo: count)
        return pool
    }
}

extension Batch {
    fileprivate static func decode(
        from reader: inout SnapshotReader, pools: [UnitPool]
    ) throws(SnapshotFault) -> Batch {
        var order = Order()
        for key in [\Order.batch, \.gtin, \.product, \.lot, \.expiry] {
            order[keyPath: key] = try reader.text()
        }
        order.quantity = try reader.count()
        for level in PackLevel.allCases {
            order.packing[level] = try reader.count(upTo: Order.maxCapacity)
        }
        order.unitPool = try reader.text()
        order.ssccPool = try reader.text()
        order.market = try reader.text()
        order.nationalNumber = try reader.text()
        order.unused = try reader.flag() ? .kill : .return
        order.jobs = try reader.list { (reader) throws(SnapshotFault) in
            DeviceJob(device: try reader.text(), job: try reader.text())
        }
        guard order.jobFault == nil else { throw SnapshotFault("an order has jobs that no order can have") }
        guard let state = State(rawValue: try reader.text()) else {
            throw SnapshotFault("a batch of no state")
        }
        let hold = try reader.list { (reader) throws(SnapshotFault) in try BatchHeld.decode(from: &reader) }
        let ending = try reader.flag()
        let suspends = try reader.flag()
        let trials = try Trials.decode(from: &reader)
        let parked = try reader.list { (reader) throws(SnapshotFault) in
            ParkedContainer(station: try reader.text(), count: try reader.count())
        }
        let (openedBy, releasedBy) = (try reader.text(), try reader.text())
        let productVersion = try reader.count()
        let labels = try reader.list { (reader) throws(SnapshotFault) in
            let level = Int(try reader.byte())
            guard PackLevel.allCases.indices.contains(level) else {
                throw SnapshotFault("a label of no level")
            }
            return LabelUse(
                level: PackLevel.allCases[level], name: try reader.text(), version: try reader.count())
        }
        let weights = try WeightLimits.decode(from: &reader)
        var counts: [Int] = []
        for _ in 0..<(SerialState.allCases.count + 12) { counts.append(try reader.count()) }
        let byLane = try reader.list { (reader) throws(SnapshotFault) in
            try UnitCounts.decode(from: &reader)
        }
        let masks = try reader.list { (reader) throws(SnapshotFault) in
            (UInt32(try reader.count(upTo: Int(UInt32.max))), UInt32(try reader.count(upTo: Int(UInt32.max))))
        }
        let out = try reader.list { (reader) throws(SnapshotFault) in
            UInt32(try reader.count(upTo: Int(UInt32.max)))
        }
        let helpers = try reader.list { (reader) throws(SnapshotFault) in
            (UInt32(try reader.count(upTo: Int(UInt32.max))), try reader.text())
        }
        guard zip(masks, masks.dropFirst()).allSatisfy({ $0.0 < $1.0 }) else {
            throw SnapshotFault("a reject stands twice")
        }
        let reasons = try reader.list { (reader) throws(SnapshotFault) in
            ReasonCount(reason: try reader.text(), count: try reader.count())
        }
        let closing = try reader.list { (reader) throws(SnapshotFault) in
            try BatchClosed.decode(from: &reader)
        }
        let pool = try reader.count()
        guard pools.indices.contains(pool), hold.count <= 1, closing.count <= 1 else {
            throw SnapshotFault("a batch without its pool")
        }
        var batch = LineState.batch(order, pool: pool, of: pools)
        batch.state = state
        batch.hold = hold.first
        batch.ending = ending
        batch.suspends = suspends
        (batch.trials, batch.parked) = (trials, parked)
        batch.openedBy = openedBy
        batch.releasedBy = releasedBy
        (batch.productVersion, batch.labels, batch.weights) = (productVersion, labels, weights)
        batch.serials = Array(counts.prefix(SerialState.allCases.count))
        batch.byLane = byLane
        let rest = Array(counts.suffix(12))
        guard rest.suffix(4).allSatisfy({ $0 <= HandCount.most + 1 }) else {
            throw SnapshotFault("more rejects were counted than anybody can")
        }
        batch.made = Array(rest[0...3])
        batch.packed = Array(rest[4...7])
        (batch.recovered, batch.counted, batch.reintroduced) = (rest[8], rest[9], rest[10])
        batch.binCounted = rest[11] > 0 ? rest[11] - 1 : nil
        for (position, mask) in masks { batch.rejectMasks[position] = mask }
        batch.out = out
        for (position, helper) in helpers {
            let isFree = batch.links.updateValue(position, forKey: helper) == nil
            guard isFree, batch.helpers.updateValue(helper, forKey: position) == nil,
                Int(position) < pools[pool].count
            else { throw SnapshotFault("a helper code is tied to two units, or to none") }
        }
        batch.reasons = reasons
        batch.closing = closing.first
        return batch
    }
}

extension WeightLimits {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> WeightLimits {
        let texts = try reader.list { (reader) throws(SnapshotFault) in try reader.text() }
        guard let limits = WeightLimits(texts: texts) else { throw SnapshotFault("limits of no weight") }
        return limits
    }
}

extension DefinedProduct {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> DefinedProduct
    {
        var product = Product()
        for key in [\Product.gtin, \.name, \.market, \.nationalNumber] {
            product[keyPath: key] = try reader.text()
        }
        for level in PackLevel.allCases {
            product.packing[level] = try reader.count(upTo: Order.maxCapacity)
        }
        for level in PackLevel.allCases { product.labels[level] = try reader.text() }
        product.weights = try WeightLimits.decode(from: &reader)
        product.unused = try reader.flag() ? .kill : .return
        let version = try reader.count()
        guard version > 0 else { throw SnapshotFault("a product without version") }
        return DefinedProduct(product: product, version: version, definedBy: try reader.text())
    }
}

extension UnitCounts {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> UnitCounts {
        var units = UnitCounts()
        for key in [
            \UnitCounts.tracked, \.passed, \.rejected, \.cleared, \.confirmed, \.overtaken,
        ] { units[keyPath: key] = try reader.count() }
        return units
    }
}

extension Trials {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> Trials {
        var trials = Trials()
        trials.isSetUp = try reader.flag()
        trials.firstArticles = try reader.list { (reader) throws(SnapshotFault) in
            FirstArticle(
                serial: try reader.text(), lane: try reader.text(), isApproved: try reader.flag())
        }
        let withstood = try reader.list { (reader) throws(SnapshotFault) in
            (try reader.text(), try reader.byte())
        }
        guard zip(withstood, withstood.dropFirst()).allSatisfy({ $0.0 < $1.0 }) else {
            throw SnapshotFault("a lane was challenged twice")
        }
        for (lane, mask) in withstood { trials.withstood[lane] = mask }
        guard Set(trials.firstArticles.map(\.lane)).count == trials.firstArticles.count else {
            throw SnapshotFault("a lane has two first articles")
        }
        return trials
    }
}

extension BatchHeld {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> BatchHeld {
        var hold = BatchHeld()
        for key in [\BatchHeld.reason, \.station, \.detail, \.actor] {
            hold[keyPath: key] = try reader.text()
        }
        hold.immediate = try reader.flag()
        return hold
    }
}

extension BatchClosed {
    fileprivate static func decode(from reader: inout SnapshotReader) throws(SnapshotFault) -> BatchClosed {
        var closing = BatchClosed()
        for key in [\BatchClosed.batch, \.actor, \.reason, \.deviation] {
            closing[keyPath: key] = try reader.text()
        }
        closing.remainder = try reader.list { (reader) throws(SnapshotFault) in try reader.text() }
        closing.orphans = try reader.count()
        closing.open = try reader.list { (reader) throws(SnapshotFault) in try reader.text() }
        return closing
    }
}
