import GRDB
import LineCore

/// Folds records into the index, inside one transaction.
struct IndexFold {
    let db: Database
    /// Serials of a range of positions of a pool.
    let serials: (SerialRange) throws -> [String]
    /// The batch on the line.
    var running: Int64?

    private var position: Int64 = 0
    private var at: Int64 = 0
    private var kind = ""

    init(db: Database, running: Int64?, serials: @escaping (SerialRange) throws -> [String]) {
        self.db = db
        self.running = running
        self.serials = serials
    }

    /// Takes one record.
    ///
    /// - Parameters:
    ///   - line: Its line in the journal, from 1.
    ///   - wallMilliseconds: Its time.
    mutating func apply(_ record: LineRecord, line: UInt64, wallMilliseconds: Int64) throws {
        position = Int64(clamping: line)
        at = wallMilliseconds
        kind = record.kindWord
        switch record {
        case .poolAdded(let fact): try add(fact)
        case .batchOpened(let fact): try open(fact.order)
        case .batchStarted(let fact): running = try batch(fact.batch)
        case .batchCompleted, .setUpEnded, .batchSuspended: running = nil
        case .serialsVoided(let range):
            for serial in try serials(range) { try set(.voided, try unit(serial, of: running), "") }
        case .unitSent(let fact):
            for serial in fact.serials { try set(.encoded, try unit(serial, of: running), "") }
        case .unitVerified(let fact): try verified(fact)
        case .unitRejected(let fact): try rejected(fact)
        case .unitsPassed(let fact): for track in fact.tracks { try end(track, .commissioned, "") }
        case .unitDiverted(let fact): try end(fact.track, .inDoubt, fact.reason)
        case .unitsCleared(let fact): for track in fact.tracks { try end(track, .inDoubt, "") }
        case .inDoubtScrapped(let fact): try scrapped(fact)
        case .containerOpened(let fact): try opened(fact)
        case .collated(let fact): try collated(fact)
        case .labelSent(let fact): try labelled(fact)
        case .containerClosed(let fact): try closed(fact.sscc)
        case .contentReset(let fact): try reset(fact)
        case .itemRemoved(let fact): try removed(fact)
        case .itemAdded(let fact): try added(fact)
        case .containerDissolved(let fact): try dissolved(fact)
        case .unitEnded(let fact): try ended(fact)
        case .itemShipped(let fact): try shipped(fact)
        case .rejectRecovered(let fact): try recovered(fact)
        case .unitTakenOut(let fact):
            try noteUnit(fact.serial, fact.batch, "\(fact.reason) (\(fact.actor))")
        case .unitBroughtBack(let fact): try noteUnit(fact.serial, fact.batch, "(\(fact.actor))")
        case .unitLinked(let fact): try noteUnit(fact.serial, fact.batch, "helper code \(fact.helper)")
        case .lineStarted, .lineStopped, .batchHeld, .batchResumed, .batchEnding, .remainderListed,
            .orphansListed,
            .firstArticleShown, .firstArticleJudged, .challengeJudged, .challengesDue,
            .containerParked, .lineCleared, .jobLoaded, .jobRefused, .handCounted, .packingOverridden,
            .serialsKilled,
            .batchClosed, .productDefined, .labelDefined, .serialsReserved, .serialsReturned,
            .rejectConfirmed, .labelsDoubted,
            .rejectsCounted, .alarmRaised, .alarmAcknowledged, .alarmReturned, .batchReleased,
            .operatorSignedOn,
            .operatorSignedOff,
            .operatorLocked, .operatorAdded, .operatorChanged, .actSigned, .shiftHandedOver,
            .journalAccepted, .snapshotWritten:
            break
        }
    }

    func note(_ item: Int64, _ detail: String) throws {
        try db.run(
            "INSERT OR REPLACE INTO history (item, position, at, kind, detail) VALUES (?, ?, ?, ?, ?)",
            [item, position, at, kind, detail])
    }

    // MARK: Pools and batches

    private func add(_ fact: PoolAdded) throws {
        try db.run(
            """
            INSERT INTO pool (name, kind, key, file, prefix, first, count, width)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                fact.pool, fact.kind, fact.key, fact.file, fact.prefix, String(fact.first), fact.count,
                fact.width,
            ])
    }

    private func open(_ order: Order) throws {
        let kind = try String.fetchOne(
            db, sql: "SELECT kind FROM pool WHERE name = ?", arguments: [order.unitPool])
        try db.run(
            """
            INSERT INTO batch (name, gtin, lot, expiry, preprinted, unit_level) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                order.batch, order.gtin, order.lot, order.expiry, kind == PoolKind.preprinted.rawValue,
                order.packing.levels.first?.rawValue ?? "",
            ])
    }

    func batch(_ name: String) throws -> Int64? {
        try db.id("SELECT id FROM batch WHERE name = ?", [name])
    }

    // MARK: Units

    /// The unit of a serial of a batch; made where it is not there yet.
    func unit(_ serial: String, of batch: Int64?) throws -> Int64 {
        let gtin = try String.fetchOne(
            db.cachedStatement(sql: "SELECT gtin FROM batch WHERE id = ?"), arguments: [batch])
        let known = try db.id("SELECT id FROM unit WHERE serial = ? AND gtin = ?", [serial, gtin ?? ""])
        if let known { return known }
        try db.run(
            "INSERT INTO unit (serial, gtin, batch, state) VALUES (?, ?, ?, ?)",
            [serial, gtin ?? "", batch, Int(SerialState.unallocated.rawValue)])
        return db.lastInsertedRowID
    }

    private func state(of unit: Int64) throws -> SerialState {
        let raw = try db.id("SELECT state FROM unit WHERE id = ?", [unit])
        return raw.flatMap { UInt8(exactly: $0) }.flatMap { SerialState(rawValue: $0) } ?? .inDoubt
    }

    func set(_ state: SerialState, _ unit: Int64, _ detail: String) throws {
        try db.run("UPDATE unit SET state = ? WHERE id = ?", [Int(state.rawValue), unit])
        try note(IndexSchema.unit(unit), detail)
    }

    private func verified(_ fact: UnitVerified) throws {
        let unit = try unit(fact.serial, of: running)
        let track = Int64(clamping: fact.track)
        try db.run("UPDATE unit SET track = ?, batch = ? WHERE id = ?", [track, running, unit])
        try db.run("INSERT OR REPLACE INTO open_track (track, unit) VALUES (?, ?)", [track, unit])
        try set(.verified, unit, "track \(fact.track)")
    }

    private func rejected(_ fact: UnitRejected) throws {
        guard !fact.serial.isEmpty else { return }
        let unit = try unit(fact.serial, of: running)
        let detail = "\(fact.reason), track \(fact.track)"
        switch try state(of: unit) {
        case .encoded, .voided, .unallocated:
            try db.run("UPDATE unit SET track = ? WHERE id = ?", [Int64(clamping: fact.track), unit])
            try set(.inDoubt, unit, detail)
        case .allocated, .verified, .commissioned, .inDoubt, .returned, .invalid, .labelScrapped, .sampled,
            .labelSampled, .inactive, .destroyed:
            try note(IndexSchema.unit(unit), detail)
        }
    }

    /// A verified unit got its end; of a rejected one nothing stands in `open_track`.
    private func end(_ track: UInt64, _ state: SerialState, _ detail: String) throws {
        let number = Int64(clamping: track)
        guard let unit = try db.id("SELECT unit FROM open_track WHERE track = ?", [number]) else { return }
        try db.run("DELETE FROM open_track WHERE track = ?", [number])
        try set(state, unit, detail)
    }

    private func scrapped(_ fact: InDoubtScrapped) throws {
        let batch = try batch(fact.batch)
        for serial in fact.serials {
            let unit = try unit(serial, of: batch)
            let end: SerialState = try state(of: unit) == .voided ? .invalid : .labelScrapped
            try set(end, unit, "\(fact.reason) (\(fact.actor))")
        }
    }
}

// MARK: - Containers

extension IndexFold {
    func container(_ sscc: String) throws -> Int64? {
        try db.id("SELECT id FROM container WHERE sscc = ?", [sscc])
    }

    private func opened(_ fact: ContainerOpened) throws {
        let id = try add(fact.sscc, fact.level, of: try batch(fact.batch), at: fact.station)
        try note(IndexSchema.container(id), "to be filled at \(fact.station)")
    }

    private func add(_ sscc: String, _ level: PackLevel, of batch: Int64?, at station: String) throws -> Int64
    {
        try db.run(
            "INSERT INTO container (sscc, level, batch, station) VALUES (?, ?, ?, ?)",
            [sscc, level.rawValue, batch, station])
        return db.lastInsertedRowID
    }

    private func collated(_ fact: Collated) throws {
        let batch = try batch(fact.batch)
        let id = try container(fact.sscc) ?? add(fact.sscc, fact.level, of: batch, at: fact.station)
        try adopt(fact.children, level: fact.level, batch: batch, parent: id, sscc: fact.sscc)
        try note(IndexSchema.container(id), "\(fact.children.count) items at \(fact.station)")
    }

    func adopt(
        _ children: [String], level: PackLevel, batch: Int64?, parent: Int64, sscc: String
    ) throws {
        let holdsUnits = try holdsUnits(level, of: batch)
        for child in children {
            guard !holdsUnits else {
                let unit = try unit(child, of: batch)
                try db.run("UPDATE unit SET parent = ? WHERE id = ?", [parent, unit])
                try note(IndexSchema.unit(unit), "in \(sscc)")
                continue
            }
            guard let id = try container(child) else { continue }
            try db.run("UPDATE container SET parent = ? WHERE id = ?", [parent, id])
            try note(IndexSchema.container(id), "in \(sscc)")
        }
    }

    /// Containers of this level of a batch hold units.
    private func holdsUnits(_ level: PackLevel, of batch: Int64?) throws -> Bool {
        let lowest = try String.fetchOne(
            db.cachedStatement(sql: "SELECT unit_level FROM batch WHERE id = ?"), arguments: [batch])
        return lowest == level.rawValue
    }

    private func labelled(_ fact: LabelSent) throws {
        guard let id = try container(fact.sscc) else { return }
        try db.run(
            "UPDATE container SET labels = ?, label_count = ?, closed = closed AND ? = 1 WHERE id = ?",
            [fact.copy, fact.count, fact.copy, id])
        let old = fact.old.isEmpty ? "" : ", the old one \(fact.old)"
        let why = fact.reason.isEmpty ? "" : "\(old): \(fact.reason) (\(fact.actor))"
        try note(IndexSchema.container(id), "label \(fact.copy), count \(fact.count)\(why)")
    }

    private func closed(_ sscc: String) throws {
        guard let id = try container(sscc) else { return }
        try db.run("UPDATE container SET closed = 1 WHERE id = ?", [id])
        try note(IndexSchema.container(id), "label read back")
    }

    private func reset(_ fact: ContentReset) throws {
        guard let id = try container(fact.sscc), let row = try level(of: id) else { return }
        let before = try emptied(id)
        try adopt(fact.children, level: row.level, batch: row.batch, parent: id, sscc: fact.sscc)
        for item in before where try isFree(item) {
            try note(item.key, "out of \(fact.sscc): not there when it was read again (\(fact.actor))")
        }
        try doubtAround(id)
        try note(IndexSchema.container(id), "read again: \(fact.children.count) items (\(fact.actor))")
    }

    /// A container, or one around it, that holds another number of units than its label says is open.
    func doubtAround(_ id: Int64) throws {
        var next: Int64? = id
        while let container = next {
            let units = try db.id(
                """
                WITH RECURSIVE inside (id) AS (
                    VALUES (?) UNION ALL
                    SELECT container.id FROM container JOIN inside ON container.parent = inside.id)
                SELECT count(*) FROM unit JOIN inside ON unit.parent = inside.id
                """, [container])
            try db.run(
                "UPDATE container SET closed = closed AND label_count = ? WHERE id = ?", [units, container])
            next = try db.id("SELECT parent FROM container WHERE id = ?", [container])
        }
    }

    func level(of id: Int64) throws -> (level: PackLevel, batch: Int64?)? {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT level, batch FROM container WHERE id = ?"), arguments: [id]),
            let level = PackLevel(rawValue: row.text("level"))
        else { return nil }
        return (level, row.optionalNumber("batch"))
    }

    private func removed(_ fact: ItemRemoved) throws {
        guard let id = try container(fact.sscc), let row = try level(of: id) else { return }
        let why = "\(fact.reason) (\(fact.actor))"
        if try holdsUnits(row.level, of: row.batch) {
            let unit = try unit(fact.item, of: row.batch)
            try db.run("UPDATE unit SET parent = NULL WHERE id = ?", [unit])
            try note(IndexSchema.unit(unit), "out of \(fact.sscc): \(why)")
        } else {
            guard let child = try container(fact.item) else { return }
            try db.run("UPDATE container SET parent = NULL WHERE id = ?", [child])
            try note(IndexSchema.container(child), "out of \(fact.sscc): \(why)")
        }
        try db.run("UPDATE container SET closed = 0 WHERE id = ?", [id])
        try doubtAround(id)
        try note(IndexSchema.container(id), "an item was taken out: \(why)")
    }
}
