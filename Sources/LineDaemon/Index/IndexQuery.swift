import ControlAPI
import GRDB
import LineCore

/// Reads items from one state of the index.
struct IndexQuery {
    /// Most items below a traced one: two pallets of the largest cases.
    static let maxChildren = 20_000
    /// Most facts of one item.
    static let maxHistory = 1_000

    let db: Database
    let progress: IndexAnswer

    private enum Place {
        case unit(Row)
        case container(Row)
    }

    func item(_ code: ItemCode) throws -> ItemAnswer {
        switch try find(code) {
        case .unit(let row): try answer(unit: row)
        case .container(let row): try answer(container: row)
        }
    }

    private func find(_ code: ItemCode) throws -> Place {
        switch code {
        case .container(let sscc):
            if let row = try container(sscc) { return .container(row) }
            // Digits that happen to be an SSCC may be a serial as well.
            if let row = try unit(gtin: nil, serial: sscc) { return .unit(row) }
        case .unit(let gtin, let serial):
            if let row = try unit(gtin: gtin, serial: serial) { return .unit(row) }
        }
        throw ControlFault(
            "IDX-102",
            "the index knows no such item; it holds \(progress.line) of \(progress.durable) journal lines",
            "Check the code; see the pools of this line: seriatim pool list.", status: 404)
    }

    private static let batchColumns =
        "b.name AS batch_name, b.gtin AS batch_gtin, b.lot AS lot, b.expiry AS expiry"

    private func unit(gtin: String?, serial: String) throws -> Row? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT u.*, \(Self.batchColumns), c.sscc AS parent_sscc FROM unit u
                LEFT JOIN batch b ON b.id = u.batch LEFT JOIN container c ON c.id = u.parent
                WHERE u.serial = ? AND (? IS NULL OR u.gtin = ?) ORDER BY u.id DESC LIMIT 1
                """, arguments: [serial, gtin, gtin])
    }

    private static let containerSQL = """
        SELECT k.*, \(batchColumns), p.sscc AS parent_sscc,
            (SELECT count(*) FROM unit WHERE parent = k.id)
            + (SELECT count(*) FROM container WHERE parent = k.id) AS content
        FROM container k LEFT JOIN batch b ON b.id = k.batch LEFT JOIN container p ON p.id = k.parent
        """

    private func container(_ sscc: String) throws -> Row? {
        try Row.fetchOne(db, sql: Self.containerSQL + " WHERE k.sscc = ?", arguments: [sscc])
    }

    private func answer(unit row: Row) throws -> ItemAnswer {
        var answer = try common(row, item: IndexSchema.unit(row.number("id")))
        answer.kind = "unit"
        answer.gtin = row.text("gtin")
        answer.serial = row.text("serial")
        answer.state = Self.stateWord(row.number("state"))
        answer.track = UInt64(clamping: row.number("track"))
        return answer
    }

    private func answer(container row: Row) throws -> ItemAnswer {
        var answer = try common(row, item: IndexSchema.container(row.number("id")))
        answer.kind = row.text("level")
        answer.gtin = row.text("batch_gtin")
        answer.sscc = row.text("sscc")
        answer.state = Self.word(container: row)
        answer.count = Int(clamping: row.number("content"))
        answer.labels = Int(clamping: row.number("labels"))
        return answer
    }

    private func common(_ row: Row, item: Int64) throws -> ItemAnswer {
        var answer = ItemAnswer()
        answer.batch = row.text("batch_name")
        answer.lot = row.text("lot")
        answer.expiry = row.text("expiry")
        answer.parent = row.text("parent_sscc")
        answer.index = progress
        let facts = try Row.fetchAll(
            db, sql: "SELECT * FROM history WHERE item = ? ORDER BY position LIMIT ?",
            arguments: [item, Self.maxHistory])
        answer.history = facts.map { fact in
            var history = HistoryAnswer()
            history.position = UInt64(clamping: fact.number("position"))
            history.at = Timestamp.text(milliseconds: fact.number("at"))
            history.kind = fact.text("kind")
            history.detail = fact.text("detail")
            return history
        }
        return answer
    }

    private static func stateWord(_ raw: Int64) -> String {
        (UInt8(exactly: raw).flatMap { SerialState(rawValue: $0) } ?? .inDoubt).word
    }

    private static func word(container row: Row) -> String {
        if row.number("dissolved") != 0 { return "dissolved" }
        if row.number("shipped") != 0 { return "shipped" }
        return row.number("closed") != 0 ? "closed" : "open"
    }

    // MARK: - Tracing

    func trace(_ code: ItemCode) throws -> TraceAnswer {
        var trace = TraceAnswer()
        switch try find(code) {
        case .unit(let row):
            trace.item = try answer(unit: row)
            trace.parents = try parents(of: row.optionalNumber("parent"))
        case .container(let row):
            trace.item = try answer(container: row)
            trace.parents = try parents(of: row.optionalNumber("parent"))
            try addChildren(of: row.number("id"), depth: 1, to: &trace)
        }
        return trace
    }

    /// A container has one parent at most, and a pallet none; the bound is for a damaged index.
    private func parents(of first: Int64?) throws -> [TraceNodeAnswer] {
        var found: [TraceNodeAnswer] = []
        var next = first
        while let id = next, found.count < 8 {
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM container WHERE id = ?", arguments: [id])
            else { break }
            found.append(Self.node(container: row, depth: 0))
            next = row.optionalNumber("parent")
        }
        return found
    }

    private func addChildren(of id: Int64, depth: Int, to trace: inout TraceAnswer) throws {
        let containers = try Row.fetchAll(
            db, sql: "SELECT * FROM container WHERE parent = ? ORDER BY id LIMIT ?",
            arguments: [id, Self.maxChildren])
        for row in containers where depth < 8 {
            guard add(Self.node(container: row, depth: depth), to: &trace) else { return }
            try addChildren(of: row.number("id"), depth: depth + 1, to: &trace)
        }
        let units = try Row.fetchCursor(
            db, sql: "SELECT * FROM unit WHERE parent = ? ORDER BY id", arguments: [id])
        while let row = try units.next() {
            guard add(Self.node(unit: row, depth: depth), to: &trace) else { return }
        }
    }

    private func add(_ node: TraceNodeAnswer, to trace: inout TraceAnswer) -> Bool {
        guard trace.children.count < Self.maxChildren else {
            trace.truncated = true
            return false
        }
        trace.children.append(node)
        return true
    }

    private static func node(container row: Row, depth: Int) -> TraceNodeAnswer {
        var node = TraceNodeAnswer()
        node.kind = row.text("level")
        node.code = row.text("sscc")
        node.state = word(container: row)
        node.depth = depth
        return node
    }

    private static func node(unit row: Row, depth: Int) -> TraceNodeAnswer {
        var node = TraceNodeAnswer()
        node.kind = "unit"
        node.code = row.text("serial")
        node.state = stateWord(row.number("state"))
        node.depth = depth
        return node
    }
}
