import GRDB
import LineCore

/// Acts of people on items already made.
extension IndexFold {
    func added(_ fact: ItemAdded) throws {
        guard let id = try container(fact.sscc), let row = try level(of: id) else { return }
        try adopt([fact.item], level: row.level, batch: row.batch, parent: id, sscc: fact.sscc)
        try db.run("UPDATE container SET closed = 0 WHERE id = ?", [id])
        try doubtAround(id)
        try note(IndexSchema.container(id), "\(fact.item) was put in: \(fact.reason) (\(fact.actor))")
    }

    func dissolved(_ fact: ContainerDissolved) throws {
        guard let id = try container(fact.sscc) else { return }
        for item in try emptied(id) {
            try note(item.key, "out of \(fact.sscc), which is dissolved: \(fact.reason) (\(fact.actor))")
        }
        try db.run("UPDATE container SET closed = 0, dissolved = 1 WHERE id = ?", [id])
        try note(IndexSchema.container(id), "\(fact.reason) (\(fact.actor))")
    }

    /// What lay in a container lies in none now.
    func emptied(_ id: Int64) throws -> [IndexItem] {
        let units = try db.ids("SELECT id FROM unit WHERE parent = ?", [id])
        let containers = try db.ids("SELECT id FROM container WHERE parent = ?", [id])
        try db.run("UPDATE unit SET parent = NULL WHERE parent = ?", [id])
        try db.run("UPDATE container SET parent = NULL WHERE parent = ?", [id])
        return units.map { .unit($0) } + containers.map { .container($0) }
    }

    /// An item lies in no container.
    func isFree(_ item: IndexItem) throws -> Bool {
        switch item {
        case .unit(let id): try db.id("SELECT parent FROM unit WHERE id = ?", [id]) == nil
        case .container(let id): try db.id("SELECT parent FROM container WHERE id = ?", [id]) == nil
        }
    }

    func shipped(_ fact: ItemShipped) throws {
        guard let id = try container(fact.sscc) else { return }
        try db.run("UPDATE container SET shipped = 1 WHERE id = ?", [id])
        try note(IndexSchema.container(id), "\(fact.reference) (\(fact.actor))")
    }

    func recovered(_ fact: RejectRecovered) throws {
        guard let end = RejectRecovery(rawValue: fact.end) else { return }
        let unit = try unit(fact.serial, of: try batch(fact.batch))
        let state: SerialState =
            switch end {
            case .destroyed: .destroyed
            case .reintroduced: .commissioned
            }
        try set(state, unit, "\(fact.end): \(fact.reason) (\(fact.actor))")
    }

    func noteUnit(_ serial: String, _ name: String, _ detail: String) throws {
        try note(IndexSchema.unit(try unit(serial, of: try batch(name))), detail)
    }

    func ended(_ fact: UnitEnded) throws {
        guard let end = UnitEnd(rawValue: fact.end) else { return }
        let unit = try unit(fact.serial, of: try batch(fact.batch))
        try set(end.state, unit, "\(end.state.word): \(fact.reason) (\(fact.actor))")
    }
}

/// An item of the index, by its row.
enum IndexItem {
    case unit(Int64), container(Int64)

    /// Its key in `history`.
    var key: Int64 {
        switch self {
        case .unit(let id): IndexSchema.unit(id)
        case .container(let id): IndexSchema.container(id)
        }
    }
}
