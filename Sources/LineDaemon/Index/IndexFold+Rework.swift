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
        try db.run("UPDATE unit SET parent = NULL WHERE parent = ?", [id])
        try db.run("UPDATE container SET parent = NULL WHERE parent = ?", [id])
        try db.run("UPDATE container SET closed = 0, dissolved = 1 WHERE id = ?", [id])
        try note(IndexSchema.container(id), "\(fact.reason) (\(fact.actor))")
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
