/// The durable state of a line: a fold over its journal, changed by ``apply(_:)`` alone.
///
/// Live decisions and recovery share it, so what was decided before a crash is what the next start finds.
package struct LineState: Equatable, Sendable {
    /// Pools of unit serials, in the order they came.
    package internal(set) var unitPools: [UnitPool] = []
    /// Pools of SSCCs, in the order they came.
    package internal(set) var ssccPools: [SSCCPool] = []
    /// Where each pool stands in its list, by name. Follows from the lists; looked up, never walked through.
    private var poolPlaces: [String: PoolPlace] = [:]
    /// Batches, in the order they were opened.
    package internal(set) var batches: [Batch] = []
    /// What is known of products, by GTIN.
    package internal(set) var products: [String: DefinedProduct] = [:]
    /// Label templates, by name and version: of each the newest, and what open batches print with.
    package internal(set) var labels: [LabelText] = []
    /// Containers of batches that are not closed, by number.
    package internal(set) var containers = ContainerList()
    /// Alarms that are not over, in the order they were first raised.
    package internal(set) var alarms: [Alarm] = []
    /// Who is signed on, in the order they came; at most one at a terminal.
    package internal(set) var signedOn: [SignedOn] = []
    /// The batch on the line, as an index.
    var running: Int?
    /// The batch that was on the line last, or is, as an index.
    var lastOnLine: Int?
    /// Two people have looked, and nothing was on the line since.
    package internal(set) var isCleared = false
    /// Packing stations where people pack in place of the station's readers, sorted.
    package internal(set) var byHand: [String] = []
    /// By level, containers that wait for their label to be read back, in order of collation.
    var transit = [[Int]](repeating: [], count: PackLevel.allCases.count)
    /// By level, containers closed because their label came in its order, since one was last proved in its
    /// turn: if a label shifts, these may be wrong. The last ``PackStation/maxProveEvery`` of them.
    var closedByOrder = [[Int]](repeating: [], count: PackLevel.allCases.count)
    /// Containers whose label proves nothing by its place in the order: it was printed again, or one of them
    /// was found where it did not belong. Each is proved by an item and, next, its label; in any order.
    var unproved: [Int] = []
    /// Containers whose label was printed and that are to be filled, in that order.
    var opened: [Int] = []
    /// Containers closed so far, by level.
    var closedContainers = [Int](repeating: 0, count: PackLevel.allCases.count)
    /// Units judged and not yet known to have left the gate, by ascending track number.
    var openTracks: [OpenTrack] = []
    /// Names of the lanes that records have named; the first, without a name, is that of a line with one.
    package internal(set) var lanes = [""]
    /// Last track number in a record, of each lane: they ascend on a lane, and no number is given twice.
    var lastTracks: [UInt64] = []
    /// The journal ends with an orderly stop.
    var stoppedInOrder = true
    /// Starts so far.
    var starts = 0
    /// Holds so far.
    var holds = 0
    /// Kernel boot of the last start.
    var boot = ""
    /// Imported files the shell has read and checked, by SHA-256; taken when their record is applied.
    var suppliedFiles: [String: SerialTable] = [:]

    /// The state of a line that has done nothing yet.
    package init() {}

    /// Hands over the serials of an imported file before its record is applied.
    ///
    /// - Parameter sha256: Hexadecimal SHA-256 of the file the serials were read from.
    package mutating func supply(_ table: SerialTable, sha256: String) {
        suppliedFiles[sha256] = table
    }

    /// SHA-256 of the imported file whose serials must be supplied before this record is applied.
    package func file(neededBy record: LineRecord) -> String? {
        if case .poolAdded(let fact) = record, !fact.file.isEmpty { return fact.file }
        if case .batchOpened(let fact) = record { return storedFile(ofPool: fact.order.unitPool) }
        return nil
    }

    /// The batch on the line.
    package var runningBatch: Batch? { running.map { batches[$0] } }

    /// The batch on the line is taken off it.
    var isEnding: Bool {
        guard let running else { return false }
        return batches[running].ending
    }

    private enum PoolPlace: Equatable, Sendable {
        case units(Int)
        case ssccs(Int)
    }

    func unitPool(named name: String) -> Int? {
        if case .units(let index)? = poolPlaces[name] { return index }
        return nil
    }

    func ssccPool(named name: String) -> Int? {
        if case .ssccs(let index)? = poolPlaces[name] { return index }
        return nil
    }

    /// Adds a pool whose name is free.
    mutating func add(_ pool: UnitPool) {
        poolPlaces[pool.name] = .units(unitPools.count)
        unitPools.append(pool)
    }

    /// Adds a pool whose name is free.
    mutating func add(_ pool: SSCCPool) {
        poolPlaces[pool.name] = .ssccs(ssccPools.count)
        ssccPools.append(pool)
    }

    /// A ready batch on the pool at an index.
    static func batch(_ order: Order, pool: Int, of pools: [UnitPool]) -> Batch {
        let code = CodeLayout(
            market: Market.named(order.market), national: order.nationalElement, payload: pools[pool].payload)
        return Batch(order: order, pool: pool, code: code)
    }

    /// The position of the serial on a unit of a batch that carries what came with it.
    func position(of unit: UnitScan, _ batch: Batch) -> Int? {
        let source = unitPools[batch.pool].source
        guard let position = source.position(of: unit.serial(batch.code)),
            unit.carries(source.payload(position), batch.code)
        else { return nil }
        return position
    }

    func batch(named name: String) -> Int? { batches.lastIndex { $0.order.batch == name } }
}

/// A job order on the line. States in the words of OPEN-SCS.
package struct Batch: Equatable, Sendable {
    /// Where the batch stands.
    package enum State: String, Equatable, Sendable {
        case waiting, ready, running, held, suspended, completed, closed
    }

    /// The order.
    package let order: Order
    /// Where it stands.
    package internal(set) var state = State.ready
    /// Why it is held.
    package internal(set) var hold: BatchHeld?
    /// The feed has ended; the line empties.
    package internal(set) var ending = false
    /// It leaves the line for another batch, not for good.
    package internal(set) var suspends = false
    /// First article, challenges, set-up.
    package internal(set) var trials = Trials()
    /// What lay in its open containers when it was suspended.
    package internal(set) var parked: [ParkedContainer] = []
    /// Serials by state, at the index of the state's raw value.
    package internal(set) var serials = [Int](repeating: 0, count: SerialState.allCases.count)
    /// Units of each lane.
    package internal(set) var byLane: [UnitCounts] = []
    /// Rejects by reason, sorted by reason.
    package internal(set) var reasons: [ReasonCount] = []
    /// Containers made, by level.
    package internal(set) var made = [Int](repeating: 0, count: PackLevel.allCases.count)
    /// Items in the containers of each level.
    package internal(set) var packed = [Int](repeating: 0, count: PackLevel.allCases.count)
    /// Rejects found in the bin and read there.
    package internal(set) var recovered = 0
    /// Rejects without a code that could be read, as counted.
    package internal(set) var counted = 0
    /// Rejects that were good and went back.
    package internal(set) var reintroduced = 0
    /// Packs in the reject bin, as counted last; `nil`: nobody has.
    package internal(set) var binCounted: Int?
    /// Why units were rejected whose serial was read: a bit for each reason, by position.
    var rejectMasks: [UInt32: UInt32] = [:]
    /// Positions of good units that were taken out for in-process control, in that order.
    var out: [UInt32] = []
    /// Units tied to helper codes: their positions, by helper code; and the other way round.
    var links: [String: UInt32] = [:]
    var helpers: [UInt32: String] = [:]
    /// Why it was closed with a remainder.
    package internal(set) var closing: BatchClosed?
    /// Who opened it.
    package internal(set) var openedBy = ""
    /// Version of the product it was opened over; 0: none was on the line.
    package internal(set) var productVersion = 0
    /// The product's label templates, as they were when it was opened.
    package internal(set) var labels: [LabelUse] = []
    /// What full containers weigh, by the product as it was when it was opened.
    package internal(set) var weights = WeightLimits()
    /// Who released it; empty where no release was asked, or is still.
    package internal(set) var releasedBy = ""
    /// The unit pool, as an index.
    let pool: Int
    /// What the code of a unit carries: follows from order and pool.
    let code: CodeLayout

    /// A ready batch on a pool.
    init(order: Order, pool: Int, code: CodeLayout) {
        self.order = order
        self.pool = pool
        self.code = code
    }

    /// Serials allocated to the batch: the left side of the reconciliation.
    package var issued: Int { serials.reduce(0, +) - serials[Int(SerialState.unallocated.rawValue)] }
    /// Serials of the batch in one state.
    package func count(_ state: SerialState) -> Int { serials[Int(state.rawValue)] }
    /// Serials without a final state that closing will not give back: those a person must account for.
    package var remainder: Int {
        SerialState.allCases.filter { !$0.isFinal && $0 != .allocated }.map(count).reduce(0, +)
    }
    /// Serials reserved and never sent: closing returns them.
    package var toReturn: Int { count(.allocated) }
}

/// Rejects of one reason.
package struct ReasonCount: Equatable, Sendable {
    /// The reason.
    package let reason: String
    /// How many.
    package internal(set) var count: Int
}

/// A bundle, case, shipper or pallet.
package struct Container: Equatable, Sendable {
    /// What it is.
    package let level: PackLevel
    /// 18 digits.
    package let sscc: String
    /// Its batch, as an index.
    let batch: Int
    /// Station that made it.
    package let station: String
    /// Positions in the batch's pool, or numbers of containers.
    var children: [UInt32]
    /// Number of the container that holds it + 1, or 0.
    var parent: UInt32 = 0
    /// Its label was read back.
    package internal(set) var closed = false
    /// Its label was read back once, whatever came after: it has left the place between printer and reader.
    var wasRead = false
    /// Its label could not be read, and it left the line for a side way: order says nothing of it, and it
    /// nothing of order. It is proved there.
    package internal(set) var isDiverted = false
    /// It was taken apart: its number is dead.
    package internal(set) var isDissolved = false
    /// It left for a customer, with all that is in it.
    package internal(set) var isShipped = false
    /// Labels sent to the printer so far.
    package internal(set) var labels = 0
    /// Units inside, as the last label says.
    package internal(set) var labelCount = 0

    /// Items inside.
    package var count: Int { children.count }
}

/// A unit between judgement and exit.
struct OpenTrack: Equatable, Sendable {
    let track: UInt64
    /// Position of its serial where it was verified; `nil` where it was rejected.
    let verified: Int?
    /// Its batch, as an index.
    let batch: Int
    /// Number of its lane.
    let lane: Int
}

/// A record that contradicts those before it: a damaged journal, or a fault of this program.
package struct StateFault: Error, Equatable, Sendable {
    /// What does not fit.
    package let text: String
}
